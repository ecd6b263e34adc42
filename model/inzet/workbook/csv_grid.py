"""A CSV file as the sheet that Excel would show of it, so that one reader does for both."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from inzet.workbook.archive import check_file, refusal
from inzet.workbook.grid import Cell, Grid, by_row

MAX_COLUMNS = 16_384
"""As many columns as a sheet of Excel has; what lies beyond is not read."""

_MARKS = ",;\t"
_SAVE_AGAIN = "Save it in Excel as 'CSV UTF-8 (Comma delimited) (*.csv)'."


def open_csv(path: Path) -> Grid:
    """The cells of a CSV file in UTF-8, with commas, semicolons or tabs between them, whichever the first line has.

    Raises:
        InputError: the file cannot be read as such.
    """
    check_file(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"byte {error.start + 1} is no letter of it"
        raise refusal(path, "the file is a CSV file in UTF-8", message, _SAVE_AGAIN) from error
    first = text.partition("\n")[0]
    mark = max(_MARKS, key=first.count)
    try:
        rows, overflow = by_row(_cells(text, mark))
    except csv.Error as error:
        raise refusal(path, "the file is a CSV file in UTF-8", f"it is damaged ({error})", _SAVE_AGAIN) from error
    return Grid(path.name, False, rows, overflow)


def _cells(text: str, mark: str) -> Iterator[Cell]:
    for number, line in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=mark), start=1):
        for column, value in enumerate(line[:MAX_COLUMNS], start=1):
            if value.strip():
                yield Cell(number, column, value.strip())
