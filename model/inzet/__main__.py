"""``python -m inzet`` and the command ``inzet``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

UNFIT = 2
"""The exit code of a start without the libraries that are needed; it is that of everything that a person can mend."""

STOPPED = 3
"""The exit code of every command that ends without a plan; the commands are not yet loaded when it is wanted here."""


def main() -> None:
    """Run inzet from the command line; Ctrl-C while it is still being loaded ends it with a word as well."""
    try:
        run = _loaded()
    except KeyboardInterrupt:
        sys.stderr.write("Stopped. Nothing was written; what was there before is untouched.\n")
        sys.exit(STOPPED)
    run()


def _loaded() -> Callable[[], None]:
    """The commands. Loading them takes a second or more, and needs every library to be there and fit for use."""
    try:
        # By the names and versions alone, so before anything that a missing library would bring to a halt.
        from inzet.solver.versions import UnfitError, refuse_unfit

        try:
            refuse_unfit()
        except UnfitError as error:
            _refuse(str(error))
        from inzet.cli import main as run
    except ImportError as error:
        library = (error.name or "").partition(".")[0]
        if library == "inzet":
            raise
        why = " ".join(str(error).split())
        _refuse(f"{library or 'A library'} cannot be loaded ({why}). Install inzet anew, with the libraries it needs.")
    return run


def _refuse(reason: str) -> None:
    """End with a reason; a program that waits for a document gets one, though the commands cannot be asked for it."""
    if "--json" in sys.argv:
        document = {"schema": "inzet.error/1", "error": "UnfitError", "message": reason}
        sys.stdout.write(json.dumps(document, indent=2) + "\n")
    else:
        sys.stderr.write(f"{reason}\n")
    sys.exit(UNFIT)


if __name__ == "__main__":
    main()
