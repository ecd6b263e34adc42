"""The first sheet of every workbook: what it is and how to fill it in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from openpyxl.styles import Alignment, Border
from openpyxl.worksheet.hyperlink import Hyperlink

from inzet.schema.reference import meaning_of
from inzet.schema.rows import SHEETS, Row, Settings
from inzet.workbook import style
from inzet.workbook.layout import COMMENT_MARK

_TITLE = "A scenario workbook of inzet"
_PURPOSE = (
    "This workbook is one plan: the missions that ask for a contribution, the units there are, what matters.",
    "inzet reads it, checks every cell, and finds the package of contributions that is worth most.",
    "Results come in files of their own; this workbook is never changed.",
)
_FIRST_STEPS = (
    "1.  Settings: give the plan a title, a first month and a last month.",
    "2.  Interests: name what missions serve, and how much each interest counts.",
    "3.  Units, Supply and Capabilities: what there is, how many, and what each can do.",
    "4.  Missions, Options and Requirements: who asks, in which ways to take part, and what each way takes.",
    "5.  Scores: how much each mission serves each interest.",
    "6.  Basis: say of every number what it rests on. Begin with a row per sheet, * as row and column.",
    "7.  Have it checked. Every problem is named with its cell and with what to do about it.",
)
_TYPING = (
    "Point at the name of a column to see its meaning, its unit and what may stand in it.",
    "Months: any day in the month will do; 2025-01, 1-1-2025 (day first) and jan 2025 are read too.",
    "Numbers: both 1.234,56 and 1,234.56 are read; text with two readings, such as 1.234, is refused.",
    "An empty cell means what the note on its column says. The order of rows matters in Scenarios only.",
    f"A column whose name begins with {COMMENT_MARK}, and a sheet with a name of your own, is not read.",
    "Formulas are fine: the value that Excel last saved counts.",
)
_BASIS = (
    ("documented", "", "It stands in a document: the Basis sheet has the document, the place and the words."),
    (
        "derived",
        style.DERIVED_COLOUR,
        "It follows from documented numbers: the Basis sheet has the reckoning.",
    ),
    (
        "assumed",
        style.ASSUMED_COLOUR,
        "No document has it: the Basis sheet has the lowest and the highest plausible value.",
    ),
)
_BASIS_NOTE = (
    "A row of Basis is about one cell or, with *, about every row or column. The most specific row counts.",
    "inzet colours the numbers by it when it writes the workbook; colouring a cell yourself changes nothing.",
)


def write_readme(worksheet: Any) -> None:
    """Write the explanation to an empty sheet."""
    style.write_title(worksheet, _TITLE)
    row = _write_lines(worksheet, 2, _PURPOSE)
    row = _write_lines(worksheet, _heading(worksheet, row, "First steps"), _FIRST_STEPS)
    row = _write_sheets(worksheet, _heading(worksheet, row, "The sheets"))
    row = _write_basis(worksheet, _heading(worksheet, row, "What a number rests on"))
    _write_lines(worksheet, _heading(worksheet, row, "Filling it in"), _TYPING)
    for letter, width in (("A", 18), ("B", 16), ("C", 94)):
        worksheet.column_dimensions[letter].width = width
    worksheet.sheet_view.showGridLines = False
    style.set_page(worksheet)
    worksheet.page_setup.fitToHeight = 1


def _heading(worksheet: Any, row: int, text: str) -> int:
    """Write a heading after an empty row; returns the row below it."""
    style.write_line(worksheet, row + 1, text, style.font(bold=True, size=12, colour=style.INK))
    return row + 2


def _write_lines(worksheet: Any, row: int, lines: Sequence[str]) -> int:
    for number, line in enumerate(lines, start=row):
        style.write_line(worksheet, number, line)
    return row + len(lines)


def _write_sheets(worksheet: Any, row: int) -> int:
    style.write_header(worksheet, row, ("sheet", "needed", "what it holds"))
    sheets: list[type[Row] | type[Settings]] = [Settings, *SHEETS.values()]
    for number, sheet in enumerate(sheets, start=row + 1):
        required = getattr(sheet, "required_sheet", True)
        cell = style.write_cell(worksheet, number, 1, sheet.sheet)
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{sheet.sheet}'!A1")
        cell.font = style.font(colour=style.LINK_INK)
        style.write_cell(worksheet, number, 2, "yes" if required else "may be empty")
        style.write_cell(worksheet, number, 3, meaning_of(sheet))
    return row + 1 + len(sheets)


def _write_basis(worksheet: Any, row: int) -> int:
    for number, (name, colour, meaning) in enumerate(_BASIS, start=row):
        style.write_cell(worksheet, number, 1, name, colour=colour)
        line = style.write_cell(worksheet, number, 2, meaning)
        line.alignment = Alignment(vertical="top", indent=1)
        line.border = Border()
    return _write_lines(worksheet, row + len(_BASIS), _BASIS_NOTE)
