"""The workbook of results, ``plan.xlsx``: what a planner opens first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from inzet.outcome import Solution
from inzet.plan.audit import Audit
from inzet.plan.ledger import Ledger
from inzet.plan.tables import Table
from inzet.reports import month_sheets, sheets
from inzet.reports.front import write_front
from inzet.workbook import style

FRONT = "Summary"
COLUMNS = "Columns"

_FILL: dict[str, Callable[[Any, Table, Ledger], None]] = {
    "decisions": sheets.decisions,
    "value": sheets.value,
    "money": sheets.money,
    "cost": sheets.cost,
    "unit_use": month_sheets.unit_use,
    "readiness": month_sheets.readiness,
    "persons": sheets.persons,
}
"""The sheets with a layout of their own, by table; every other table is written as it is."""


def write_plan_workbook(
    path: Path, solution: Solution, ledger: Ledger, audit: Audit, tables: Mapping[str, Table]
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

    Raises:
        OutputError: it cannot be written; what was there before is untouched.
    """
    style.save(make_plan_workbook(solution, ledger, audit, tables), path)


def make_plan_workbook(solution: Solution, ledger: Ledger, audit: Audit, tables: Mapping[str, Table]) -> Any:
    """The workbook of a plan, as an openpyxl object."""
    workbook = style.new_workbook()
    write_front(
        workbook.create_sheet(FRONT),
        solution,
        ledger,
        audit,
        {**{table.title: table.note for table in tables.values()}, COLUMNS: sheets.COLUMNS_NOTE},
    )
    for name, table in tables.items():
        worksheet = workbook.create_sheet(table.title)
        fill = _FILL.get(name, sheets.plain)
        fill(worksheet, table, ledger)
    sheets.columns(workbook.create_sheet(COLUMNS), tables)
    return workbook
