"""The raw cells of a workbook, with their addresses: everything about Excel that the reader need not know."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from inzet.errors import Issue
from inzet.workbook.archive import check_archive, refusal
from inzet.workbook.extent import LAST_COLUMN, LAST_ROW

MAX_ROWS = 20_000
"""Filled rows of one sheet that are read; no sheet of a scenario comes near."""
_REPAIR = "Open it in Excel, let Excel repair it, and save it as 'Excel Workbook (*.xlsx)'."


class Trouble(Enum):
    """Why a cell that is filled has no value."""

    ERROR = "an Excel error"
    UNCOMPUTED = "a formula without a result"


@dataclass(frozen=True, slots=True)
class Cell:
    """A filled cell.

    Attributes:
        row: its row, counted from 1 as in Excel.
        column: its column, 1 for A.
        value: its value, stripped of white space when it is text; for a cell in trouble what it shows.
        trouble: why it has no value; nothing when it has one.
    """

    row: int
    column: int
    value: Any
    trouble: Trouble | None = None

    @property
    def address(self) -> str:
        """Such as ``C12``."""
        return f"{get_column_letter(self.column)}{self.row}"


@dataclass(frozen=True, slots=True)
class Merged:
    """A block of merged cells."""

    address: str
    rows: range
    columns: range


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet as it stands.

    Attributes:
        name: its name in the workbook.
        hidden: whether the sheet is hidden.
        rows: its filled cells by row and column, in order; empty rows are left out.
        overflow: the first filled row after ``MAX_ROWS`` others, which is not read; 0 when there is none.
        hidden_rows: rows that are hidden, by hand or by a filter.
        hidden_columns: columns that are hidden.
        merged: its merged cells.
    """

    name: str
    hidden: bool
    rows: Mapping[int, Mapping[int, Cell]]
    overflow: int
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[Merged, ...] = ()


def open_grids(path: Path) -> tuple[tuple[Grid, ...], tuple[Issue, ...]]:
    """Every sheet of a workbook, and warnings about the file.

    Formulas are never computed: the result that Excel saved with them counts.

    Raises:
        InputError: the file is no workbook that can be read.
    """
    issues = check_archive(path)
    formulas = _load(path, data_only=False)
    has_formulas = any(cell.data_type == "f" for sheet in formulas.worksheets for cell in _cells(sheet))
    values = _load(path, data_only=True) if has_formulas else formulas
    for sheet in formulas.worksheets:
        _check_positions(path, sheet)
    grids = tuple(_grid(sheet, values[sheet.title]) for sheet in formulas.worksheets)
    if not grids:
        message = "no sheet can be read from it"
        fix = "Save it as 'Excel Workbook (*.xlsx)', not as 'Strict Open XML Spreadsheet'."
        raise refusal(path, "the workbook has sheets", message, fix)
    return grids, issues


def _load(path: Path, *, data_only: bool) -> Any:
    try:
        # Opened here, because openpyxl leaves a file open that it cannot read, and Windows then locks it.
        with path.open("rb") as file, warnings.catch_warnings():
            # openpyxl warns about drawings and styles that it drops; no value of a scenario is among them.
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(file, data_only=data_only, keep_links=False)
    except Exception as error:  # openpyxl raises whatever its parser trips over, from KeyError to ParseError
        message = f"it cannot be understood as a workbook ({type(error).__name__}: {error})"
        raise refusal(path, "the file is an Excel workbook (.xlsx)", message, _REPAIR) from error


def _check_positions(path: Path, sheet: Any) -> None:
    """Refuse cells that no spreadsheet program has: they have no address to speak of."""
    if not all(1 <= row <= LAST_ROW and 1 <= column <= LAST_COLUMN for row, column in sheet._cells):
        message = f"sheet {sheet.title!r} has cells beyond the last row or column of Excel"
        raise refusal(path, "the file is an Excel workbook (.xlsx)", message, _REPAIR)


def _cells(sheet: Any) -> list[Any]:
    """The cells that the file holds, in order.

    Not ``iter_rows``, which makes a cell for every position in between: one formatted cell in the last row of
    a sheet would make it run through a million rows.
    """
    stored = sheet._cells
    return [stored[position] for position in sorted(stored)]


def _grid(formulas: Any, values: Any) -> Grid:
    computed = values._cells
    cells = (_read(raw, computed[raw.row, raw.column]) for raw in _cells(formulas))
    rows, overflow = by_row(cell for cell in cells if cell is not None)
    return Grid(
        name=formulas.title,
        hidden=formulas.sheet_state != "visible",
        rows=rows,
        overflow=overflow,
        hidden_rows=frozenset(row for row, look in formulas.row_dimensions.items() if look.hidden),
        hidden_columns=frozenset(_hidden_columns(formulas)),
        merged=tuple(
            Merged(block.coord, range(block.min_row, block.max_row + 1), range(block.min_col, block.max_col + 1))
            for block in sorted(formulas.merged_cells.ranges, key=lambda block: (block.min_row, block.min_col))
        ),
    )


def by_row(cells: Iterable[Cell]) -> tuple[dict[int, dict[int, Cell]], int]:
    """Filled cells by row and column, and the first row that is one too many; 0 when there is none."""
    rows: dict[int, dict[int, Cell]] = {}
    for cell in cells:
        if cell.row not in rows and len(rows) >= MAX_ROWS:
            return rows, cell.row
        rows.setdefault(cell.row, {})[cell.column] = cell
    return rows, 0


def _read(raw: Any, computed: Any) -> Cell | None:
    """The cell, or nothing when it is empty."""
    value = computed.value
    if raw.data_type == "f" and value is None and computed.data_type == "n":
        # A formula whose result is an empty text has the type of a text; this one was never computed.
        return Cell(raw.row, raw.column, _formula_text(raw.value), Trouble.UNCOMPUTED)
    if computed.data_type == "e":
        return Cell(raw.row, raw.column, str(value), Trouble.ERROR)
    if isinstance(value, str):
        value = value.strip()
    return None if value is None or value == "" else Cell(raw.row, raw.column, value)


def _formula_text(value: Any) -> str:
    """The formula as typed; array formulas keep theirs in an object."""
    return str(getattr(value, "text", value))


def _hidden_columns(sheet: Any) -> Iterator[int]:
    for look in sheet.column_dimensions.values():
        if look.hidden:
            # One entry may hide a whole block of columns, to the last one of the sheet.
            yield from range(look.min, min(look.max, LAST_COLUMN) + 1)
