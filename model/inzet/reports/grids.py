"""Tables for planners on a sheet: headers with units, total rows, and matrices with the months across."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl.styles import Alignment, Border, Side
from openpyxl.utils import get_column_letter

from inzet.workbook import style

FIRST_ROW = 4
"""The header's row: below the title, the note and an empty row."""
WHOLE, ONE, TWO, SHARE = "#,##0", "#,##0.0", "#,##0.00", "0%"
FORMATS = {"EUR": ONE, "EUR million": ONE, "points": ONE, "persons": WHOLE, "units": WHOLE, "months": WHOLE}
"""Number format by unit."""

GOOD, GONE, BAD, TOTAL, EVEN, UNUSED = "E2EFDA", "EDEDED", "F8CBAD", "D9E1F2", "FFF2CC", "F7F7F7"
"""Fills: in, out, short, a total, nothing to spare, no number here."""
GONE_INK, BAD_INK = "7F7F7F", "9C0006"

_MONTH_WIDTH = 4.3
_MONTH_HEADER = 52
"""Height of a header with months written upwards, in points."""
_YEAR_LINE = Side(style="medium", color="8EA9DB")


@dataclass(frozen=True, slots=True)
class Head:
    """A column of a sheet.

    Attributes:
        label: its name.
        unit: unit of its numbers; empty for text.
        meaning: what the header says when pointed at.
        number_format: Excel number format; by its unit when empty.
    """

    label: str
    unit: str = ""
    meaning: str = ""
    number_format: str = ""

    @property
    def text(self) -> str:
        """The label with its unit."""
        return f"{self.label} ({self.unit})" if self.unit else self.label

    @property
    def format(self) -> str:
        """The number format."""
        return self.number_format or FORMATS.get(self.unit, style.GENERAL)


@dataclass(frozen=True)
class Grid:
    """A table as it stands on a sheet.

    Attributes:
        heads: the columns.
        rows: the values.
        total: a last row that adds up; empty for none.
        colour: fill and ink of a row, by its number; None leaves it plain.
        frozen: how many columns stay in sight.
    """

    heads: Sequence[Head]
    rows: Sequence[Sequence[Any]]
    total: Sequence[Any] = ()
    colour: Callable[[int], tuple[str, str] | None] = field(default=lambda _: None)
    frozen: int = 1


def write_grid(worksheet: Any, title: str, note: str, grid: Grid) -> None:
    """Write a table to an empty sheet, with a filter, frozen panes and a total row."""
    style.write_title(worksheet, title, note)
    labels = [head.text for head in grid.heads]
    style.write_header(worksheet, FIRST_ROW, labels, {h.text: h.meaning for h in grid.heads if h.meaning})
    for number, values in enumerate(grid.rows):
        fill, ink = grid.colour(number) or ("", "000000")
        for column, (head, value) in enumerate(zip(grid.heads, values, strict=True), start=1):
            cell = style.write_cell(worksheet, FIRST_ROW + 1 + number, column, value, head.format, colour=fill)
            cell.font = style.font(colour=ink)
    last = FIRST_ROW + len(grid.rows)
    if grid.total:
        _write_total(worksheet, last + 1, grid)
    shown = [[_as_shown(v, h) for v, h in zip(row, grid.heads, strict=True)] for row in (*grid.rows, *filter(None, [grid.total]))]
    style.set_sizes(worksheet, FIRST_ROW, labels, shown)
    worksheet.freeze_panes = worksheet.cell(FIRST_ROW + 1, grid.frozen + 1)
    worksheet.auto_filter.ref = f"A{FIRST_ROW}:{get_column_letter(len(labels))}{last}"
    fit_page(worksheet, FIRST_ROW)


def _as_shown(value: Any, head: Head) -> Any:
    """A value that takes about as much room as what its format makes of it."""
    if isinstance(value, float) and head.format == WHOLE:
        return round(value)
    return f"{value:,.1f}" if isinstance(value, float) and head.format == ONE else value


def _write_total(worksheet: Any, row: int, grid: Grid) -> None:
    for column, (head, value) in enumerate(zip(grid.heads, grid.total, strict=True), start=1):
        cell = style.write_cell(worksheet, row, column, value, head.format, colour=TOTAL)
        cell.font = style.font(bold=True)


def write_months(
    worksheet: Any, title: str, note: str, heads: Sequence[Head], months: Sequence[str]
) -> None:
    """Write the title and header of a matrix: columns of words, then the months, written upwards.

    Args:
        worksheet: an empty sheet.
        title: what the matrix is, in a line.
        note: how to read it.
        heads: the columns before the months.
        months: the months, YYYY-MM.
    """
    style.write_title(worksheet, title, note)
    labels = [*(head.text for head in heads), *months]
    style.write_header(worksheet, FIRST_ROW, labels, {h.text: h.meaning for h in heads if h.meaning})
    for column, month in enumerate(months, start=len(heads) + 1):
        cell = worksheet.cell(FIRST_ROW, column)
        cell.alignment = Alignment(textRotation=90, horizontal="center", vertical="bottom")
        cell.border = month_border(month)
        worksheet.column_dimensions[get_column_letter(column)].width = _MONTH_WIDTH
    for column in range(1, len(heads) + 1):
        worksheet.cell(FIRST_ROW, column).alignment = Alignment(vertical="bottom", indent=1, wrap_text=True)
    worksheet.row_dimensions[FIRST_ROW].height = _MONTH_HEADER
    worksheet.freeze_panes = worksheet.cell(FIRST_ROW + 1, len(heads) + 1)


def write_month_cell(worksheet: Any, row: int, column: int, month: str, value: Any, *, colour: str = "") -> Any:
    """Write one number of a matrix; a January has a line on its left."""
    cell = style.write_cell(worksheet, row, column, value, WHOLE, colour=colour)
    cell.alignment = Alignment(horizontal="center", vertical="center")
    cell.border = month_border(month)
    return cell


def month_border(month: str) -> Any:
    """The lines around a cell of a month."""
    thin = Side(style="thin", color="D9D9D9")
    return Border(bottom=thin, right=thin, left=_YEAR_LINE if month.endswith("-01") else None)


def set_widths(worksheet: Any, widths: Mapping[int, float]) -> None:
    """Set the widths of columns, in characters."""
    for column, width in widths.items():
        worksheet.column_dimensions[get_column_letter(column)].width = width


def fit_page(worksheet: Any, header_row: int) -> None:
    """Print landscape, one page wide, on A3 when the sheet is wide."""
    style.set_page(worksheet, header_row)
    width = sum(column.width for column in worksheet.column_dimensions.values())
    worksheet.page_setup.fitToWidth = 1
    worksheet.page_setup.paperSize = worksheet.PAPERSIZE_A3 if width > 170 else worksheet.PAPERSIZE_A4
