"""The front sheet of the workbook of results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from openpyxl.styles import Alignment, Border
from openpyxl.worksheet.hyperlink import Hyperlink

from inzet.reports.grids import lines_of, write_title
from inzet.reports.summary import Section
from inzet.workbook import style

_LABEL_WIDTH, _TEXT_WIDTH = 28, 92
_LINE_HEIGHT = 15.5
_NOTE = "The plan in words; every number is set out on the sheets after this one."


def write_front(worksheet: Any, title: str, sections: Iterable[Section], contents: Mapping[str, str]) -> None:
    """Write the summary of a plan to an empty sheet, and where to find what.

    Args:
        worksheet: the sheet.
        title: of the plan.
        sections: its summary.
        contents: what is on every other sheet, by its name.
    """
    write_title(worksheet, title, _NOTE)
    row = 3
    for section in sections:
        row = _write_section(worksheet, row, section)
    row = _write_section(worksheet, row, Section("The sheets", tuple(contents.items())))
    for number, name in enumerate(contents, start=row - len(contents)):
        _link(worksheet.cell(number, 1), name)
    worksheet.column_dimensions["A"].width = _LABEL_WIDTH
    worksheet.column_dimensions["B"].width = _TEXT_WIDTH
    worksheet.sheet_view.showGridLines = False
    style.set_page(worksheet)
    worksheet.page_setup.orientation = "portrait"


def _write_section(worksheet: Any, row: int, section: Section) -> int:
    """Write a section after an empty row; returns the row below it."""
    style.write_line(worksheet, row + 1, section.heading, style.font(bold=True, size=12, colour=style.INK))
    row += 2
    for label, sentence in section.lines:
        _write(worksheet, row, 1, label, style.font(colour=style.GREY_INK))
        _write(worksheet, row, 2, sentence, style.font())
        worksheet.row_dimensions[row].height = _LINE_HEIGHT * max(
            lines_of(label, _LABEL_WIDTH), lines_of(sentence, _TEXT_WIDTH)
        )
        row += 1
    return row


def _write(worksheet: Any, row: int, column: int, text: str, font: Any) -> None:
    cell = style.write_cell(worksheet, row, column, text)
    cell.font = font
    cell.border = Border()
    cell.alignment = Alignment(vertical="top", wrap_text=True)


def _link(cell: Any, sheet: str) -> None:
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{sheet}'!A1")
    cell.font = style.font(colour=style.LINK_INK)
