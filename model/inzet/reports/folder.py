"""Results are written whole or not at all, and an earlier result survives until the new one is complete."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inzet.errors import OutputError

MARK = "run.json"
"""The file by which a folder with a plan is known; it is written last."""
COMPARISON_MARK = "compare.json"
"""The file by which a folder with a comparison is known; it is written last."""

CASES_MARK = "cases.json"
"""The file by which a folder with cases of a running plan is known; it is written last."""

ALTERNATIVES_MARK = "alternatives.json"
"""The file by which a folder with near-optimal plans is known; it is written last."""

ASSUMPTIONS = "assumptions.json"
"""The file that says what the decisions of a plan hang on."""


@contextmanager
def whole_folder(target: Path, mark: str = MARK) -> Iterator[Path]:
    """A folder to write results into; it takes the place of ``target`` only when the block ends without error.

    Args:
        target: the folder that the results are to be in.
        mark: the file by which results of this kind are known; only these are replaced.

    Raises:
        OutputError: ``target`` holds something that is not such a result, or cannot be written.
    """
    target = target.absolute()
    _recover(target)
    if target.exists() and not _may_be_replaced(target, mark):
        what = "a result of inzet" if mark == MARK else f"such a result of inzet (it has no {mark})"
        raise OutputError(f"{target} exists and is not {what}; nothing was written. Choose another folder.")
    made = [parent for parent in target.parents if not parent.exists()]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".partial", dir=target.parent))
    except OSError as error:
        raise OutputError(f"{target} cannot be written: {error.strerror}. Nothing was written.") from error
    try:
        partial.chmod(0o755)
        yield partial
        _put_in_place(partial, target)
    except OSError as error:
        raise OutputError(f"{target} cannot be written: {error}. What was there before is untouched.") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        # What was made for a result that did not come is taken away again; one that holds something stays.
        for parent in made:
            with contextlib.suppress(OSError):
                parent.rmdir()


def _may_be_replaced(target: Path, mark: str) -> bool:
    return target.is_dir() and ((target / mark).is_file() or not any(target.iterdir()))


def _previous(target: Path) -> Path:
    return target.with_name(f".{target.name}.previous")


def _recover(target: Path) -> None:
    """Put an earlier result back that a killed run had moved aside."""
    if not target.exists() and _previous(target).exists():
        _previous(target).rename(target)


def _put_in_place(partial: Path, target: Path) -> None:
    previous = _previous(target)
    shutil.rmtree(previous, ignore_errors=True)
    if target.exists():
        target.rename(previous)
    try:
        partial.rename(target)
    except OSError:
        if previous.exists():
            previous.rename(target)
        raise
    shutil.rmtree(previous, ignore_errors=True)
    _sync(target.parent)


def _sync(folder: Path) -> None:
    """Make the renames last; not every system lets a folder be opened for it."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        with contextlib.suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
