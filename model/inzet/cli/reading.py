"""A workbook and the very bytes that it was read from, for results that keep what was asked."""

from __future__ import annotations

from pathlib import Path

from inzet.errors import Issue, UsageError
from inzet.schema.book import Book
from inzet.workbook.archive import check_file
from inzet.workbook.reader import read_workbook


def read_whole(path: Path) -> tuple[Book, tuple[Issue, ...], bytes]:
    """Read a workbook, and keep what was read: during a long search the file may be changed, moved or taken away.

    Args:
        path: the ``.xlsx`` file.

    Returns:
        The book, the warnings about it, and the contents of the file that it was read from.

    Raises:
        InputError: the workbook cannot be used; with every error and warning found.
        UsageError: somebody changed the file while it was read.
    """
    check_file(path)
    content = _content(path)
    book, issues = read_workbook(path)
    if _content(path) != content:
        raise _changed(path)
    return book, issues, content


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _changed(path) from error


def _changed(path: Path) -> UsageError:
    return UsageError(f"{path} was changed while it was read. Nothing was solved; run the command again.")
