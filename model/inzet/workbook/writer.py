"""A book, written as a workbook that planners can go on working in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from pydantic.fields import FieldInfo

from inzet.schema.basis import BasisIndex
from inzet.schema.book import Book
from inzet.schema.kinds import SCALAR, YES_NO, parse_scalar
from inzet.schema.reference import allowed_in, default_of
from inzet.schema.rows import SHEETS, Basis, BasisKind, Row, Settings, choices_of, extra_of, kind_of
from inzet.workbook import style
from inzet.workbook.layout import README_SHEET, SETTINGS_COLUMNS, VALUE
from inzet.workbook.readme import write_readme

PREPARED_ROWS = 500
"""Drop-downs and number formats reach at least to this row."""
SPARE_ROWS = 200
"""And at least this far below the last row that is filled."""
LISTED_ROWS = 2000
"""Drop-downs that list the keys of another sheet look at its rows up to here."""

VALUE_WIDTH = 36
"""Of the values in Settings, where a title must fit."""
_SHORT_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,6})?")

BASIS_COLOUR = {
    BasisKind.DOCUMENTED: "",
    BasisKind.DERIVED: style.DERIVED_COLOUR,
    BasisKind.ASSUMED: style.ASSUMED_COLOUR,
}


def write_workbook(book: Book, path: Path) -> None:
    """Write a book as a workbook: every sheet of the schema, with notes, drop-downs and a Read me.

    A value that the book leaves to its default stays an empty cell, so that reading the file gives the same
    book. Equal books give equal bytes.

    Raises:
        OutputError: it cannot be written; what was there before is untouched.
    """
    style.save(make_workbook(book), path)


def make_workbook(book: Book) -> Any:
    """The workbook of a book, as an openpyxl object."""
    workbook = style.new_workbook()
    write_readme(workbook.create_sheet(README_SHEET))
    basis = BasisIndex(book)
    _write_settings(workbook.create_sheet(Settings.sheet), book.settings, basis)
    for sheet, row_class in SHEETS.items():
        _write_rows(workbook.create_sheet(sheet), row_class, book.rows.get(sheet, ()), basis)
    return workbook


def _write_settings(worksheet: Any, settings: Settings, basis: BasisIndex) -> None:
    style.write_header(worksheet, 1, SETTINGS_COLUMNS)
    lines = [_setting_line(settings, name, field) for name, field in Settings.model_fields.items()]
    fields = Settings.model_fields.items()
    for number, ((name, field), line) in enumerate(zip(fields, lines, strict=True), start=2):
        for column, value in enumerate(line, start=1):
            style.write_cell(worksheet, number, column, value)
        worksheet.cell(number, 1).font = style.font(bold=True)
        colour = _colour(field, line[1], basis.of(Settings.sheet, name, VALUE))
        style.write_cell(worksheet, number, 2, line[1], kind_of(field).excel_format, colour=colour)
        _add_list(worksheet, field, f"B{number}")
    style.set_sizes(worksheet, 1, SETTINGS_COLUMNS, lines)
    worksheet.column_dimensions["B"].width = VALUE_WIDTH
    worksheet.freeze_panes = "B2"
    worksheet.sheet_properties.tabColor = style.REQUIRED_TAB
    style.set_page(worksheet, 1)


def _setting_line(settings: Settings, name: str, field: FieldInfo) -> Sequence[Any]:
    value = getattr(settings, name) if name in settings.model_fields_set else None
    return name, value, extra_of(field, "unit"), allowed_in(field), default_of(field), field.description


def _write_rows(worksheet: Any, row_class: type[Row], rows: Sequence[Row], basis: BasisIndex) -> None:
    fields = row_class.model_fields
    labels = tuple(fields)
    style.write_header(worksheet, 1, labels, {name: _note(row_class, name) for name in labels})
    lines = [[_value(row, name) for name in labels] for row in rows]
    for number, (row, line) in enumerate(zip(rows, lines, strict=True), start=2):
        for column, (name, value) in enumerate(zip(labels, line, strict=True), start=1):
            found = None if name in row_class.key else basis.of(row.sheet, row.row_key(), name)
            colour = _colour(fields[name], value, found)
            style.write_cell(worksheet, number, column, value, kind_of(fields[name]).excel_format, colour=colour)
    style.set_sizes(worksheet, 1, labels, lines)
    last_row = max(PREPARED_ROWS, len(rows) + SPARE_ROWS)
    for column, field in enumerate(fields.values(), start=1):
        letter = get_column_letter(column)
        worksheet.column_dimensions[letter].number_format = kind_of(field).excel_format
        _add_list(worksheet, field, f"{letter}2:{letter}{last_row}")
    worksheet.freeze_panes = worksheet.cell(2, len(row_class.key) + 1)
    worksheet.auto_filter.ref = f"A1:{get_column_letter(len(labels))}{len(rows) + 1}"
    worksheet.sheet_properties.tabColor = style.REQUIRED_TAB if row_class.required_sheet else style.OPTIONAL_TAB
    style.set_page(worksheet, 1, len(row_class.key))


def _value(row: Row, name: str) -> Any:
    """The value as it is written; numbers in a column that takes anything are written as numbers."""
    if name not in row.model_fields_set:
        return None
    value = getattr(row, name)
    if kind_of(type(row).model_fields[name]) == SCALAR:
        return _number_or_text(value)
    return value


def _number_or_text(text: str) -> float | str:
    """The number that a text is, when reading that number gives the text again; else the text."""
    if _SHORT_NUMBER.fullmatch(text) and parse_scalar(float(text)) == text:
        return float(text)
    return text


def _colour(field: FieldInfo, value: Any, basis: Basis | None) -> str:
    if basis is None or value is None or not kind_of(field).numeric:
        return ""
    return BASIS_COLOUR[basis.basis]


def _note(row_class: type[Row], name: str) -> str:
    """What is said about a column when its header is pointed at."""
    field = row_class.model_fields[name]
    unit = extra_of(field, "unit")
    return "\n".join(
        (
            field.description or "",
            *((f"Unit: {unit}.",) if unit else ()),
            f"Allowed: {allowed_in(field)}.",
            f"When empty: {default_of(field)}.",
            *(("Part of the key.",) if name in row_class.key else ()),
        )
    )


def _add_list(worksheet: Any, field: FieldInfo, cells: str) -> None:
    """Give cells a drop-down of the words, or of the keys of another sheet, that they may hold."""
    kind = kind_of(field)
    if choices := choices_of(field):
        formula = f'"{",".join(choices)}"'
    elif ref := extra_of(field, "ref"):
        formula = _filled_part(*ref.split("."))
    else:
        return
    # Only a word out of a fixed list is refused outright: "ja" is read as yes, and a key may be added later.
    strict = bool(choices) and kind != YES_NO
    rule = DataValidation("list", formula1=formula, allow_blank=True, errorStyle="stop" if strict else "warning")
    rule.showErrorMessage = True
    rule.errorTitle = "inzet"
    rule.error = f"Allowed: {allowed_in(field)}."
    rule.add(cells)
    worksheet.add_data_validation(rule)


def _filled_part(sheet: str, column: str) -> str:
    """The filled part of a column of another sheet: a plain range would list its empty cells too."""
    letter = get_column_letter(list(SHEETS[sheet].model_fields).index(column) + 1)
    cells = f"{quote_sheetname(sheet)}!${letter}$2:${letter}${LISTED_ROWS}"
    return f"{quote_sheetname(sheet)}!${letter}$2:INDEX({cells},MAX(1,COUNTA({cells})))"
