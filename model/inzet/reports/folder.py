"""Results are written whole or not at all, and an earlier result survives until the new one is complete.

While a run writes into a folder NAME, the new result grows in ``.NAME.XXXXXXXX.partial`` beside it. In the moment in
which the two change places the earlier one is ``.NAME.previous``, and on its way out it is ``.NAME.XXXXXXXX.old``. A
run that is killed leaves these behind; the next run into the same folder puts them right. An earlier result to which
somebody added a file, or in which somebody changed one, is not taken away: it becomes ``NAME-earlier``. What was
written is listed in ``.written.json`` in the folder, every file with its hash: by that a file of somebody else is
known, whatever its date says.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import secrets
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from fnmatch import fnmatchcase
from itertools import count
from pathlib import Path

from inzet.errors import OutputError
from inzet.solver.keeping import held

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

SOLVER_LOG = "solver.log"
"""What the solver said; it names the time, so it differs from run to run."""

TIMINGS = "timings"
"""The one key of a document under which stands what differs from run to run."""

WRITTEN = ".written.json"
"""The list of all files that were written into a folder; it is made when they are complete."""

_WITH_TIMES = frozenset({MARK, COMPARISON_MARK, SOLVER_LOG})
"""Files that say how long things took, so that their hashes differ from run to run."""

_BY_THEMSELVES = (
    "~$*",
    ".~lock.*#",
    "._*",
    ".ds_store",
    ".directory",
    "thumbs.db",
    "desktop.ini",
    ".nfs*",
    ".fuse_hidden*",
)
"""Names, in small letters, of files that programs and systems leave in a folder without being asked."""

_PATIENCE = 10.0
"""Seconds to wait for another run that is putting a result in place in the same parent folder."""


@contextmanager
def whole_folder(target: Path, mark: str = MARK) -> Iterator[Path]:
    """A folder to write results into; it takes the place of ``target`` only when the block ends without error.

    The folder is tried at the beginning of the block, so that no long search ends in front of one that is not to be
    written. When the new result cannot take its place at the end, because a file of the earlier result is open
    elsewhere, say, the new result is left beside it under another name. Ctrl-C while the two change places comes too
    late to stop anything.

    Args:
        target: the folder that the results are to be in.
        mark: the file by which results of this kind are known; only these are replaced.

    Raises:
        OutputError: ``target`` holds something that is not such a result, or cannot be written or replaced.
    """
    target = target.absolute()
    with ExitStack() as stack:
        stack.callback(_take_away, [parent for parent in target.parents if not parent.exists()])
        with _undisturbed() as heard:
            partial = stack.enter_context(_partial(target, mark))
        if heard:
            raise KeyboardInterrupt
        try:
            yield partial
            _write_list(partial)
        except OSError as error:
            raise OutputError(f"{target} cannot be written: {error}. What was there before is untouched.") from error
        with _undisturbed():
            _put_in_place(partial, target, mark)
            stack.close()


@contextmanager
def _partial(target: Path, mark: str) -> Iterator[Path]:
    """An empty folder beside the target. This run holds it until it is taken away, or has become the target.

    Raises:
        OutputError: the target holds something else, or nothing can be written beside it.
    """
    with ExitStack() as stack:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with held(target.parent, _PATIENCE):
                _put_right(target)
                if not _may_be_replaced(target, mark):
                    what = "a result of inzet" if mark == MARK else f"such a result of inzet (it has no {mark})"
                    raise OutputError(f"{target} exists and is not {what}; nothing was written. Choose another folder.")
                partial = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".partial", dir=target.parent))
                stack.callback(shutil.rmtree, partial, ignore_errors=True)
                stack.enter_context(held(partial))
            partial.chmod(0o755)
        except OSError as error:
            raise OutputError(f"{target} cannot be written: {error.strerror}. Nothing was written.") from error
        yield partial


def _take_away(made: Iterable[Path]) -> None:
    """Take away again what was made for a result that did not come; a folder that holds something stays."""
    for folder in made:
        with contextlib.suppress(OSError):
            folder.rmdir()


def _may_be_replaced(target: Path, mark: str) -> bool:
    if not target.exists():
        return True
    return target.is_dir() and ((target / mark).is_file() or all(map(_is_left_by_programs, target.iterdir())))


def _previous(target: Path) -> Path:
    return target.with_name(f".{target.name}.previous")


def _put_right(target: Path) -> None:
    """Put an earlier result back that a killed run had moved aside, and clear away what such runs left behind.

    What a living run writes is held by it. Where nothing can be held, nothing is cleared away.
    """
    if not target.exists() and _previous(target).exists():
        _previous(target).rename(target)
    left = re.compile(re.escape(f".{target.name}.") + r"[a-z0-9_]{8}\.(partial|old)")
    # A folder in which one may write but not look around is none that can be cleared.
    with contextlib.suppress(OSError):
        for path in list(target.parent.iterdir()):
            if left.fullmatch(path.name):
                with held(path) as is_ours:
                    if is_ours:
                        shutil.rmtree(path, ignore_errors=True)


def _put_in_place(partial: Path, target: Path, mark: str) -> None:
    """Have a finished folder take the place of the target.

    Raises:
        OutputError: it cannot; the target is as it was, and the finished folder stands beside it.
    """
    previous = _previous(target)
    try:
        with held(target.parent, _PATIENCE):
            # A search takes long, and somebody may have put something else there meanwhile.
            if not _may_be_replaced(target, mark):
                raise FileExistsError(errno.EEXIST, "it holds something else by now")
            _clear(previous, target, mark)
            if target.exists():
                target.rename(previous)
            try:
                partial.rename(target)
            except OSError:
                if previous.exists() and not target.exists():
                    previous.rename(target)
                raise
            _sync(target.parent)
            _clear(previous, target, mark)
    except OSError as error:
        raise OutputError(
            f"{target} cannot be replaced: {error.strerror}. Close whatever of it is open in another program, such as "
            f"Excel. It is untouched. {_left_beside(partial, target)}"
        ) from error


def _left_beside(partial: Path, target: Path) -> str:
    """Give a finished folder that cannot take its place a name of its own; says in a sentence what became of it."""
    beside = _free_name(target, "new")
    try:
        partial.rename(beside)
    except OSError:
        return "The new result could not be left beside it either."
    return f"The new result is in {beside}."


def _free_name(target: Path, word: str) -> Path:
    """The first of NAME-word, NAME-word-2 and so on that nothing has."""
    names = (f"{target.name}-{word}{'' if number == 1 else f'-{number}'}" for number in count(1))
    return next(path for name in names if not (path := target.with_name(name)).exists())


def _clear(previous: Path, target: Path, mark: str) -> None:
    """Take an earlier result away; one that somebody worked on is left beside the new one under a name of its own."""
    if previous.exists() and _was_worked_on(previous, mark):
        with contextlib.suppress(OSError):
            previous.rename(_free_name(target, "earlier"))
            return
    # It gets another name first: under its own it would be put back, whole or not.
    old = previous.with_name(f"{previous.stem}.{secrets.token_hex(4)}.old")
    with contextlib.suppress(OSError):
        previous.rename(old)
        shutil.rmtree(old, ignore_errors=True)


def _was_worked_on(result: Path, mark: str) -> bool:
    """Whether a result has a file that was not written with it, or not as it is now.

    What programs leave behind by themselves, such as the lock of an open workbook, is not meant, nor is a file that was
    taken away. Where it cannot be told, somebody may have.
    """
    try:
        files = [path for path in _files_of(result) if not _is_left_by_programs(path)]
        if not (result / WRITTEN).is_file():
            return _is_younger_than_its_mark(files, result / mark)
        as_written = _read_list(result / WRITTEN)
        return any(as_written.get(path.relative_to(result).as_posix()) != _print_of(path) for path in files)
    except (OSError, ValueError, KeyError, TypeError):
        return True


def _is_younger_than_its_mark(files: list[Path], mark: Path) -> bool:
    """Whether any file was written after the last one of its result: all that dates tell of one without a list."""
    finished = mark.stat().st_mtime_ns if files else 0
    return any(path.lstat().st_mtime_ns > finished for path in files)


def _is_left_by_programs(path: Path) -> bool:
    return path.is_file() and any(fnmatchcase(path.name.lower(), pattern) for pattern in _BY_THEMSELVES)


def _files_of(folder: Path) -> list[Path]:
    """All that a folder holds but its list and folders, in order; links are not followed."""
    paths = sorted(path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return [path for path in paths if path != folder / WRITTEN]


def _print_of(path: Path) -> list[int | str]:
    """Size in bytes and SHA-256 of a file; empty for a link and whatever else is no file, which is never written."""
    if path.is_symlink() or not path.is_file():
        return []
    with path.open("rb") as file:
        return [path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()]


def _write_list(folder: Path) -> None:
    """Write down in a complete folder what it holds, so that the work of somebody else is known later.

    What differs from run to run comes last, so that all above it is the same.
    """
    lasting: dict[str, object] = {}
    passing: dict[str, object] = {}
    for path in _files_of(folder):
        (passing if path.name in _WITH_TIMES else lasting)[path.relative_to(folder).as_posix()] = _print_of(path)
    document = {"schema": "inzet.written/1", "files": lasting, TIMINGS: passing}
    # Where it is, all is: it gets its name when it is complete.
    temporary = folder / f"{WRITTEN}.tmp"
    temporary.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    temporary.replace(folder / WRITTEN)


def _read_list(path: Path) -> dict[str, list[int | str]]:
    document = json.loads(path.read_text(encoding="utf-8"))
    return {**document["files"], **document[TIMINGS]}


@contextmanager
def _undisturbed() -> Iterator[list[int]]:
    """Let no Ctrl-C into the block; what is given has an item for each that came meanwhile."""
    heard: list[int] = []
    is_main = threading.current_thread() is threading.main_thread()
    before = signal.getsignal(signal.SIGINT) if is_main else None
    # Only what Python handles interrupts Python, and only in the main thread.
    if not callable(before):
        yield heard
        return
    signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    try:
        yield heard
    finally:
        signal.signal(signal.SIGINT, before)


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
