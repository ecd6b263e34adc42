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

_PADDING, _BOLD = 3, 1
"""Characters to spare in a column, and beside a bold word of a header."""
_LINE_HEIGHT, _TITLE_HEIGHT, _HEADER_SPARE = 15, 22, 14
"""Heights of lines, in points; a header has room for the filter buttons."""
_MONTH_WIDTH = 4.3
_MONTH_HEADER = 60
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
        widest: most characters in a line; longer text is wrapped.
    """

    label: str
    unit: str = ""
    meaning: str = ""
    number_format: str = ""
    widest: int = style.MAX_WIDTH

    @property
    def text(self) -> str:
        """The label with its unit, unless it is called after its unit."""
        return f"{self.label} ({self.unit})" if self.unit not in ("", self.label) else self.label

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
    write_title(worksheet, title, note)
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
    _set_sizes(worksheet, grid)
    worksheet.freeze_panes = worksheet.cell(FIRST_ROW + 1, grid.frozen + 1)
    worksheet.auto_filter.ref = f"A{FIRST_ROW}:{get_column_letter(len(labels))}{last}"
    fit_page(worksheet, FIRST_ROW)


def write_title(worksheet: Any, title: str, note: str = "") -> None:
    """Write a title and a note to an empty sheet, with room for the larger letters of the title."""
    style.write_title(worksheet, title, note)
    worksheet.row_dimensions[1].height = _TITLE_HEIGHT


def _set_sizes(worksheet: Any, grid: Grid) -> None:
    """Make columns as wide as their values or the longest word of their header, and rows as high as they need."""
    rows = [*grid.rows, grid.total] if grid.total else grid.rows
    shown = [[_shown(value, head) for value, head in zip(row, grid.heads, strict=True)] for row in rows]
    widths = []
    for column, head in enumerate(grid.heads):
        words = max(len(word) for word in head.text.split()) + _PADDING + _BOLD
        widest = max((len(row[column]) + _PADDING for row in shown), default=0)
        widths.append(max(words, min(widest, head.widest), style.MIN_WIDTH))
    set_widths(worksheet, dict(enumerate(widths, start=1)))
    labels = [lines_of(head.text, width - _PADDING) for head, width in zip(grid.heads, widths, strict=True)]
    worksheet.row_dimensions[FIRST_ROW].height = _LINE_HEIGHT * max(labels, default=1) + _HEADER_SPARE
    for column in range(1, len(widths) + 1):
        worksheet.cell(FIRST_ROW, column).alignment = Alignment(
            horizontal="left", vertical="top", indent=1, wrap_text=True
        )
    for number, row in enumerate(shown, start=FIRST_ROW + 1):
        lines = max((lines_of(text, width - _PADDING) for text, width in zip(row, widths, strict=True)), default=1)
        worksheet.row_dimensions[number].height = _LINE_HEIGHT * lines


def _shown(value: Any, head: Head) -> str:
    """About what a value looks like in its cell."""
    if isinstance(value, float):
        decimals = {WHOLE: 0, SHARE: 0, ONE: 1, TWO: 2}.get(head.format)
        return f"{value:,.{decimals}f}" if decimals is not None else f"{value:g}"
    return "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def lines_of(text: str, width: int) -> int:
    """How many lines a text takes when it is broken between words."""
    lines, room = 1, width
    for word in text.split():
        if len(word) > room and room < width:
            lines, room = lines + 1, width
        lines += (len(word) - 1) // width
        room -= len(word) + 1
    return lines


def _write_total(worksheet: Any, row: int, grid: Grid) -> None:
    for column, (head, value) in enumerate(zip(grid.heads, grid.total, strict=True), start=1):
        cell = style.write_cell(worksheet, row, column, value, head.format, colour=TOTAL)
        cell.font = style.font(bold=True)


def write_months(worksheet: Any, title: str, note: str, heads: Sequence[Head], months: Sequence[str]) -> None:
    """Write the title and header of a matrix: columns of words, then the months, written upwards.

    Args:
        worksheet: an empty sheet.
        title: what the matrix is, in a line.
        note: how to read it.
        heads: the columns before the months.
        months: the months, YYYY-MM.
    """
    write_title(worksheet, title, note)
    labels = [*(head.text for head in heads), *months]
    style.write_header(worksheet, FIRST_ROW, labels, {h.text: h.meaning for h in heads if h.meaning})
    for column, month in enumerate(months, start=len(heads) + 1):
        cell = worksheet.cell(FIRST_ROW, column)
        cell.alignment = Alignment(textRotation=90, horizontal="center", vertical="bottom")
        cell.border = month_border(month)
        worksheet.column_dimensions[get_column_letter(column)].width = _MONTH_WIDTH
    for column in range(1, len(heads) + 1):
        worksheet.cell(FIRST_ROW, column).alignment = Alignment(
            horizontal="left", vertical="bottom", indent=1, wrap_text=True
        )
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
