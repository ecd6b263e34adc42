"""The workbook of a comparison, ``compare.xlsx``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inzet.analyses.compare import Comparison
from inzet.analyses.library import Kind
from inzet.plan.tables import Table
from inzet.reports.comparison.words import comparison_summary
from inzet.reports.front import write_front
from inzet.reports.grids import BAD, BAD_INK, EVEN, FIRST_ROW, GOOD, ONE, TOTAL, Grid, Head, fit_page, write_grid
from inzet.reports.sheets import head_of, in_millions, rows_of
from inzet.workbook import style

FRONT = "Summary"
KIND_COLOURS = {
    Kind.IN: "C6E7D6",
    Kind.OUT: "F8CBAD",
    Kind.OPTION: "FCE4B0",
    Kind.LONGER: "BDD7EE",
    Kind.SHORTER: "DDEBF7",
    Kind.MOVED: "EAD1E0",
    Kind.SIZE: "D9D2E9",
}
"""Fill of a decision that differs from the first option, by how it does."""

_ROW_FORMATS = {"share": "0.00%", "points": ONE, "persons": "#,##0", "EUR million": ONE, "unit-months": "#,##0"}
_NARROW, _WIDE = 17, 46
"""Most characters in a line: of a column of an option, and of other words."""


def write_comparison_workbook(path: Path, found: Comparison, tables: Mapping[str, Table]) -> None:
    """Write a comparison as a workbook: a summary in words, then a sheet per table.

    Args:
        path: the file to write.
        found: the comparison.
        tables: its tables, by name.

    Raises:
        OutputError: it cannot be written; what was there before is untouched.
    """
    workbook = style.new_workbook()
    title = next((c.ledger.scenario.settings.title for c in found.planned), "A comparison")
    contents = {table.title: table.note for table in tables.values()}
    write_front(workbook.create_sheet(FRONT), f"{title}: options side by side", comparison_summary(found), contents)
    names = {course.name for course in found.courses}
    for table in tables.values():
        _write(workbook.create_sheet(table.title), table, names)
    style.save(workbook, path)


def _write(worksheet: Any, table: Table, names: set[str]) -> None:
    heads = [
        head_of(column, _format(table, column.name), widest=_NARROW if column.name in names else _WIDE)
        for column in table.columns
    ]
    rows = rows_of(in_millions(table))
    before = next((number for number, column in enumerate(table.columns) if column.name in names), 1)
    write_grid(worksheet, table.title, table.note, Grid(heads, rows, frozen=min(before, 2)))
    for number, row in enumerate(rows, start=FIRST_ROW + 1):
        for column, value in enumerate(row, start=1):
            cell = worksheet.cell(number, column)
            if table.name == "courses" and isinstance(value, int | float):
                cell.number_format = _ROW_FORMATS.get(str(row[1]), style.GENERAL)
            _colour(cell, table, heads[column - 1], value)
    if table.name == "value" and rows:
        for column in range(1, len(heads) + 1):
            cell = worksheet.cell(FIRST_ROW + len(rows), column)
            cell.fill, cell.font = style.fill(TOTAL), style.font(bold=True)
    fit_page(worksheet, FIRST_ROW)


def _format(table: Table, column: str) -> str:
    return ONE if table.name == "worlds" and column == "worse_by" else ""


def _colour(cell: Any, table: Table, head: Head, value: Any) -> None:
    """Mark what differs from the first option, and where a plan does not hold."""
    if not isinstance(value, str):
        return
    if table.name == "decisions" and (kind := kind_in(value)) is not None:
        cell.fill = style.fill(KIND_COLOURS[kind])
    elif table.name == "regret" and head.label != "plan":
        if value.endswith((" !", " x")):
            cell.fill, cell.font = style.fill(BAD), style.font(colour=BAD_INK)
        elif value == "tie":
            cell.fill = style.fill(GOOD)
    elif table.name == "worlds" and head.label == "holds" and value == "no":
        cell.fill, cell.font = style.fill(BAD), style.font(colour=BAD_INK)
    elif table.name == "courses" and value == "tie":
        cell.fill = style.fill(EVEN)


def kind_in(words: str) -> Kind | None:
    """How a decision differs from the first option, by the mark at its end; None when it does not."""
    mark = words.rpartition(" [")[2].removesuffix("]") if words.endswith("]") else ""
    return Kind(mark) if mark in list(Kind) else None
