"""``python -m inzet`` and the command ``inzet``."""

from __future__ import annotations

import sys

STOPPED = 3
"""The exit code of every command that ends without a plan; the commands are not yet loaded when it is wanted here."""


def main() -> None:
    """Run inzet from the command line; Ctrl-C while it is still being loaded ends it with a word as well."""
    try:
        # Loading takes a second or more, and somebody may think better of it meanwhile.
        from inzet.cli import main as run
    except KeyboardInterrupt:
        sys.stderr.write("Stopped. Nothing was written; what was there before is untouched.\n")
        sys.exit(STOPPED)
    run()


if __name__ == "__main__":
    main()
