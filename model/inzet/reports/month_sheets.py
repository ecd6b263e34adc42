"""The sheets with the months across: where the units are, and what readiness is left."""

from __future__ import annotations

from typing import Any

import pandas as pd
from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.utils import get_column_letter

from inzet.plan.ledger import Ledger
from inzet.plan.tables import Table
from inzet.reports.grids import (
    BAD,
    BAD_INK,
    EVEN,
    FIRST_ROW,
    GOOD,
    TOTAL,
    UNUSED,
    Head,
    fit_page,
    set_widths,
    write_month_cell,
    write_months,
)
from inzet.reports.words import joined
from inzet.workbook import style

_ROWS = ("supply", "reserve", "deployed", "preparing", "recovering", "idle")
_PHASES = ("deployed", "preparing", "recovering")
_EMPTY, _FULL = "FFFFFF", "5B9BD5"


def unit_use(worksheet: Any, table: Table, ledger: Ledger) -> None:
    """A block per unit type that the plan uses, a row per phase; blue deepens with use, red is beyond the supply."""
    months = [str(month) for month in ledger.scenario.horizon]
    heads = [Head("unit type"), Head("units")]
    note = f"{table.note} Every number is a number of units."
    write_months(worksheet, table.title, note, heads, months)
    row = FIRST_ROW + 1
    unused = []
    for unit, frame in table.frame.groupby("unit", sort=True):
        if frame[list(_PHASES)].to_numpy().sum():
            row = _unit_block(worksheet, row, f"{ledger.scenario.units[str(unit)].name} ({unit})", frame)
        else:
            unused.append(str(unit))
    if unused:
        style.write_line(worksheet, row, f"Not used in this plan: {joined(unused)}.", style.font(italic=True, colour=style.GREY_INK))
    set_widths(worksheet, {1: 34, 2: 12})
    fit_page(worksheet, FIRST_ROW)


def _unit_block(worksheet: Any, row: int, title: str, frame: pd.DataFrame) -> int:
    """Write the rows of one unit type; returns the row after them."""
    for number, name in enumerate(_ROWS):
        bold = name in ("supply", "idle")
        for column, text in ((1, title if number == 0 else None), (2, name)):
            cell = style.write_cell(worksheet, row + number, column, text, colour=TOTAL if number == 0 else "")
            cell.font = style.font(bold=bold)
        spare = zip(frame["month"], frame[name], frame["reserve"], strict=True)
        for column, (month, units, reserve) in enumerate(spare, start=3):
            colour = TOTAL if number == 0 else _idle_colour(units, reserve) if name == "idle" else ""
            cell = write_month_cell(worksheet, row + number, column, month, units or (None if name in _PHASES else 0), colour=colour)
            cell.font = style.font(bold=bold)
    _add_scale(worksheet, row + _ROWS.index("deployed"), len(frame), int(frame["supply"].max()))
    return row + len(_ROWS)


def _idle_colour(idle: int, reserve: int) -> str:
    if idle < reserve:
        return BAD
    return EVEN if idle == reserve else ""


def _add_scale(worksheet: Any, row: int, months: int, supply: int) -> None:
    last = row + len(_PHASES) - 1
    cells = f"C{row}:{get_column_letter(2 + months)}{last}"
    rule = ColorScaleRule(
        start_type="num", start_value=0, start_color=_EMPTY, end_type="num", end_value=max(1, supply), end_color=_FULL
    )
    worksheet.conditional_formatting.add(cells, rule)


def readiness(worksheet: Any, table: Table, ledger: Ledger) -> None:
    """A row per unit type and tier with the margin in every month; red where short, yellow where exactly met."""
    months = [str(month) for month in ledger.scenario.horizon]
    heads = [
        Head("unit type"),
        Head("tier"),
        Head("notice", "days", "Notice of the tier."),
        Head("commitment", "units", "Units that must be ready; the least and the most over the months."),
        Head("months short", "months", "Months in which the commitment is not met."),
        Head("smallest margin", "units", "Ready less commitment in the worst month."),
    ]
    note = f"{table.note} The months have the margin, in units: red is short, yellow exactly met, green something to spare."
    write_months(worksheet, table.title, note, heads, months)
    for number, ((unit, tier), frame) in enumerate(table.frame.groupby(["unit", "tier"], sort=True), start=FIRST_ROW + 1):
        name = f"{ledger.scenario.units[unit].name} ({unit})"
        margin = dict(zip(frame["month"], frame["margin"], strict=True))
        lead = (
            name,
            tier,
            int(frame["notice_days"].iloc[0]),
            _range(frame["commitment"]),
            int((frame["margin"] < 0).sum()),
            int(frame["margin"].min()),
        )
        for column, content in enumerate(lead, start=1):
            style.write_cell(worksheet, number, column, content)
        for column, month in enumerate(months, start=len(heads) + 1):
            _margin_cell(worksheet, number, column, month, margin.get(month))
    if table.frame.empty:
        style.write_line(worksheet, FIRST_ROW + 1, "The workbook has no readiness commitments.")
    set_widths(worksheet, {1: 34, 2: 9, 3: 9, 4: 13, 5: 11, 6: 11})
    fit_page(worksheet, FIRST_ROW)


def _range(numbers: pd.Series[int]) -> int | str:
    low, high = int(numbers.min()), int(numbers.max())
    return low if low == high else f"{low} to {high}"


def _margin_cell(worksheet: Any, row: int, column: int, month: str, margin: int | None) -> None:
    if margin is None:
        write_month_cell(worksheet, row, column, month, None, colour=UNUSED)
        return
    colour = BAD if margin < 0 else EVEN if margin == 0 else GOOD
    cell = write_month_cell(worksheet, row, column, month, margin, colour=colour)
    if margin < 0:
        cell.font = style.font(bold=True, colour=BAD_INK)
