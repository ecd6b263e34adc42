"""The workbook of results, ``plan.xlsx``: what a planner opens first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from inzet.analyses.decisions import Decision
from inzet.outcome import Solution
from inzet.plan.audit import Audit
from inzet.plan.ledger import Ledger
from inzet.plan.tables import Table
from inzet.reports import month_sheets, sheets
from inzet.reports.assumptions.standing import Standing
from inzet.reports.front import write_front
from inzet.reports.grids import Grid, Head, write_grid
from inzet.reports.summary import summary
from inzet.workbook import style

FRONT = "Summary"
COLUMNS = "Columns"
_COLUMNS_NOTE = (
    "What every column of every sheet holds. The columns of the CSV files are set out in tables/columns.csv."
)

_Fill = Callable[[Any, Table, Ledger], Sequence[Head]]
_FILL: dict[str, _Fill] = {
    "decisions": sheets.decisions,
    "margins": sheets.margins,
    "value": sheets.value,
    "money": sheets.money,
    "cost": sheets.cost,
    "unit_use": month_sheets.unit_use,
    "shortages": sheets.plain,
    "readiness": month_sheets.readiness,
    "rules": sheets.plain,
    "rotation": sheets.plain,
    "persons": sheets.persons,
}
"""How each table is written, in the order of the sheets; other tables come after these, as they are."""


def write_plan_workbook(
    path: Path,
    solution: Solution,
    ledger: Ledger,
    audit: Audit,
    tables: Mapping[str, Table],
    found: Sequence[Decision] | None = None,
    standing: Standing | None = None,
) -> None:
    """Write a plan as a workbook for planners: a front sheet in words, then a sheet per table.

    Money is in EUR million, everything else in the units of the tables; every number has its unit in the header.
    The same plan gives the same bytes.

    Args:
        path: the file to write.
        solution: how the solve ended; it must have a plan.
        ledger: the reckoning of that plan.
        audit: the independent check of it.
        tables: the result tables of the ledger, by name.
        found: its decisions turned around; None when nobody asked.
        standing: what its decisions hang on; None when nobody asked.

    Raises:
        OutputError: it cannot be written; what was there before is untouched.
    """
    style.save(make_plan_workbook(solution, ledger, audit, tables, found, standing), path)


def make_plan_workbook(
    solution: Solution,
    ledger: Ledger,
    audit: Audit,
    tables: Mapping[str, Table],
    found: Sequence[Decision] | None = None,
    standing: Standing | None = None,
) -> Any:
    """The workbook of a plan, as an openpyxl object."""
    workbook = style.new_workbook()
    ordered = [tables[name] for name in (*_FILL, *(name for name in tables if name not in _FILL)) if name in tables]
    contents = {**{table.title: table.note for table in ordered}, COLUMNS: _COLUMNS_NOTE}
    sections = summary(solution, ledger, audit, found, standing)
    write_front(workbook.create_sheet(FRONT), solution.scenario.settings.title, sections, contents)
    written: dict[str, Sequence[Head]] = {}
    for table in ordered:
        fill = _FILL.get(table.name, sheets.plain)
        written[table.title] = fill(workbook.create_sheet(table.title), table, ledger)
    _write_columns(workbook.create_sheet(COLUMNS), written)
    return workbook


def _write_columns(worksheet: Any, written: Mapping[str, Sequence[Head]]) -> None:
    heads = [
        Head("sheet", meaning="Sheet of this workbook."),
        Head("column", meaning="Its column."),
        Head("in", meaning="Unit of its numbers; empty for text."),
        Head("meaning", meaning="What it holds.", widest=100),
    ]
    rows = [[sheet, head.label, head.unit, head.meaning] for sheet, columns in written.items() for head in columns]
    write_grid(worksheet, COLUMNS, _COLUMNS_NOTE, Grid(heads, rows, frozen=2))
