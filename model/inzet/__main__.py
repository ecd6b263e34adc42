"""``python -m inzet`` and the command ``inzet``."""

from __future__ import annotations

import sys


def main() -> None:
    """Run inzet from the command line; Ctrl-C while it is still being loaded ends it with a word as well."""
    try:
        # Loading takes a second or more, and somebody may think better of it meanwhile.
        from inzet.cli import main as run
    except KeyboardInterrupt:
        sys.exit("Stopped. Nothing was written; what was there before is untouched.")
    run()


if __name__ == "__main__":
    main()
