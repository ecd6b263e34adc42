"""The look of every workbook that inzet writes, and writing itself: safe text, fixed bytes, whole files."""

from __future__ import annotations

import datetime as dt
import math
import os
import re
import secrets
import zipfile
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.xml.constants import ARC_CORE
from openpyxl.xml.functions import tostring

from inzet.calendar import Month
from inzet.errors import OutputError

AUTHOR = "inzet"
GENERAL = "General"
MONTH_FORMAT = "yyyy-mm"

INK, GREY_INK, LINK_INK = "1F3864", "595959", "0563C1"
HEADER_COLOUR, DERIVED_COLOUR, ASSUMED_COLOUR = "1F3864", "DDEBF7", "FCE4D6"
REQUIRED_TAB, OPTIONAL_TAB = "1F3864", "9DC3E6"

MIN_WIDTH, MAX_WIDTH = 9, 52
"""Of a column, in characters; longer text is wrapped."""
_PADDING, _FILTER_WIDTH = 3, 5
"""Characters to spare in a column: beside a value, and for the filter button beside a label."""
_PAGE_WIDTH = 160
"""Characters that can be read on a page across."""

_STAMP = dt.datetime(2025, 1, 1)
"""Written as the time of creation, so that equal contents are equal bytes."""
_ZIP_STAMP = (1980, 1, 1, 0, 0, 0)

_RISKY = ("=", "+", "-", "@", "\t", "\r")
"""Text that begins with one of these could be taken for a formula."""

_NOT_IN_XML = re.compile(f"{ILLEGAL_CHARACTERS_RE.pattern}|[\ud800-\udfff\ufffe\uffff]")
"""What openpyxl refuses to write, and what it writes but no parser reads."""

_FONT = "Calibri"
_LINE_HEIGHT = 15
"""Of a row, in points."""

_THIN = Side(style="thin", color="D9D9D9")
_GRID = Border(bottom=_THIN, right=_THIN)
_TOP = Alignment(vertical="top")
_TEXT = Alignment(horizontal="left", vertical="top", indent=1, wrap_text=True)


def new_workbook() -> Any:
    """An openpyxl workbook without sheets, with fixed properties."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    workbook.properties.creator = AUTHOR
    workbook.properties.created = _STAMP
    return workbook


@cache
def font(*, bold: bool = False, italic: bool = False, size: int = 11, colour: str = "000000") -> Any:
    """The one font of every workbook; openpyxl's own default differs between cells and headings."""
    return Font(name=_FONT, bold=bold, italic=italic, size=size, color=colour)


@cache
def fill(colour: str) -> Any:
    """A solid fill."""
    return PatternFill("solid", start_color=colour, end_color=colour)


def cell_content(value: Any) -> Any:
    """A value as Excel holds it: months as dates, yes and no as words, nothing for what is missing.

    Args:
        value: a value of a row or of a data frame; numpy's numbers are fine.
    """
    if value is None or value is pd.NA or value is pd.NaT or value == "":
        return None
    if isinstance(value, Month):
        return dt.date(value.year, value.number, 1)
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    if isinstance(value, int | float | dt.date):
        return value
    text = str(value.value) if isinstance(value, StrEnum) else str(value)
    return _NOT_IN_XML.sub("", text)


def write_cell(
    worksheet: Any, row: int, column: int, value: Any, number_format: str = GENERAL, *, colour: str = ""
) -> Any:
    """Write one value of a table and return the cell; text stays text, whatever it begins with."""
    cell = worksheet.cell(row, column)
    content = cell_content(value)
    cell.value = content
    if isinstance(content, str):
        # openpyxl takes "=..." for a formula and "#N/A" for an error, as Excel does when a cell is edited.
        cell.data_type = "s"
        cell.quotePrefix = content.startswith(_RISKY)
    elif isinstance(content, dt.date) and number_format == GENERAL:
        number_format = MONTH_FORMAT
    cell.number_format = number_format
    cell.font = font()
    if isinstance(content, str):
        cell.alignment = _TEXT
    else:
        cell.alignment = _TOP
    cell.border = _GRID
    if colour:
        cell.fill = fill(colour)
    return cell


def write_header(worksheet: Any, row: int, labels: Sequence[str], notes: Mapping[str, str] | None = None) -> None:
    """Write a header row; a label with a note gets it as a comment."""
    for column, label in enumerate(labels, start=1):
        cell = write_cell(worksheet, row, column, label)
        cell.font = font(bold=True, colour="FFFFFF")
        cell.fill = fill(HEADER_COLOUR)
        cell.alignment = Alignment(horizontal="left", vertical="center", indent=1)
        if note := (notes or {}).get(label):
            cell.comment = Comment(note, AUTHOR, width=340, height=24 + 18 * _lines(note, 46))


def set_sizes(worksheet: Any, header_row: int, labels: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Make columns as wide as their longest value or label, within bounds, and rows as high as they need."""
    widths = [len(label) + _FILTER_WIDTH for label in labels]
    for values in rows:
        widths = [max(w, _shown_length(v) + _PADDING) for w, v in zip(widths, values, strict=True)]
    widths = [min(max(width, MIN_WIDTH), MAX_WIDTH) for width in widths]
    for index, width in enumerate(widths, start=1):
        worksheet.column_dimensions[get_column_letter(index)].width = width
    worksheet.row_dimensions[header_row].height = 1.3 * _LINE_HEIGHT
    for number, values in enumerate(rows, start=header_row + 1):
        # Excel would fit the height of wrapped text by itself when the file is opened; others do not.
        lines = max((_lines(str(v), w - _PADDING) for w, v in zip(widths, values, strict=True)), default=1)
        if lines > 1:
            worksheet.row_dimensions[number].height = lines * _LINE_HEIGHT


def set_page(worksheet: Any, header_row: int = 0, key_columns: int = 0) -> None:
    """Print on A4 landscape, with the header and the key columns on every page.

    Args:
        worksheet: a sheet whose columns have their width.
        header_row: the row to repeat; 0 for none.
        key_columns: how many columns to repeat when the table takes more than one page across.
    """
    width = sum(column.width for column in worksheet.column_dimensions.values())
    worksheet.page_setup.orientation = "landscape"
    worksheet.page_setup.paperSize = worksheet.PAPERSIZE_A4
    worksheet.page_setup.fitToWidth = max(1, round(width / _PAGE_WIDTH))
    worksheet.page_setup.fitToHeight = 0
    worksheet.sheet_properties.pageSetUpPr.fitToPage = True
    worksheet.page_margins.left = worksheet.page_margins.right = 0.4
    worksheet.oddFooter.left.text = "&A"
    worksheet.oddFooter.right.text = "&P / &N"
    if header_row:
        worksheet.print_title_rows = f"{header_row}:{header_row}"
    if key_columns:
        worksheet.print_title_cols = f"A:{get_column_letter(key_columns)}"


def write_table(
    worksheet: Any,
    title: str,
    note: str,
    frame: pd.DataFrame,
    formats: Mapping[str, str],
    *,
    meanings: Mapping[str, str] | None = None,
) -> None:
    """Write a result table to an empty sheet: title, note, header and rows.

    Args:
        worksheet: the sheet, an openpyxl worksheet.
        title: what the table is, in a line.
        note: how to read it; may be empty.
        frame: the table; its index is not written.
        formats: Excel number format by column, for columns that need one.
        meanings: by column, what its header says when pointed at.
    """
    labels = [str(label) for label in frame.columns]
    write_title(worksheet, title, note)
    header_row = 4 if note else 3
    write_header(worksheet, header_row, labels, meanings)
    rows = list(frame.itertuples(index=False, name=None))
    for number, values in enumerate(rows, start=header_row + 1):
        for column, (label, value) in enumerate(zip(labels, values, strict=True), start=1):
            write_cell(worksheet, number, column, value, formats.get(label, GENERAL))
    set_sizes(worksheet, header_row, labels, rows)
    worksheet.freeze_panes = worksheet.cell(header_row + 1, 1)
    if labels:
        worksheet.auto_filter.ref = f"A{header_row}:{get_column_letter(len(labels))}{header_row + len(rows)}"
    set_page(worksheet, header_row)


def write_title(worksheet: Any, title: str, note: str = "") -> None:
    """Write a title in the first row, and a note below it."""
    write_line(worksheet, 1, title, font(bold=True, size=14, colour=INK))
    if note:
        write_line(worksheet, 2, note, font(italic=True, colour=GREY_INK))


def write_line(worksheet: Any, row: int, text: str, font: Any = None) -> None:
    """Write a line of text that runs on over the empty cells to its right."""
    cell = write_cell(worksheet, row, 1, text)
    cell.alignment = _TOP
    cell.border = Border()
    if font is not None:
        cell.font = font


def save(workbook: Any, path: Path) -> None:
    """Write a workbook whole or not at all; equal contents give equal bytes.

    Raises:
        OutputError: it cannot be written; what was there before is untouched.
    """
    content = _fixed_bytes(workbook)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise OutputError(
            f"{path} cannot be written ({error.strerror}). Close it in Excel, and check the folder."
        ) from error


def _fixed_bytes(workbook: Any) -> bytes:
    """The file, without the times that openpyxl and zip would stamp on it."""
    stamped, fixed = BytesIO(), BytesIO()
    workbook.save(stamped)
    workbook.properties.modified = _STAMP
    with zipfile.ZipFile(stamped) as source, zipfile.ZipFile(fixed, "w") as target:
        for name in source.namelist():
            part = zipfile.ZipInfo(name, _ZIP_STAMP)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.create_system = 0
            content = tostring(workbook.properties.to_tree()) if name == ARC_CORE else source.read(name)
            target.writestr(part, content)
    return fixed.getvalue()


def _shown_length(value: Any) -> int:
    """About how many characters a value takes in its cell."""
    content = cell_content(value)
    if content is None:
        return 0
    if isinstance(content, dt.date):
        return len(MONTH_FORMAT)
    if isinstance(content, float):
        return len(f"{content:,.2f}")
    return len(f"{content:,}") if isinstance(content, int) else len(content)


def _lines(text: str, width: int) -> int:
    """How many lines a text takes when it is wrapped."""
    return sum(max(1, math.ceil(len(line) / width)) for line in text.splitlines())
