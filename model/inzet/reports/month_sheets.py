"""The sheets with the months across: where the units are, and what readiness is left.

Each function fills an empty sheet from a table and returns the columns that it wrote.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.styles import Alignment
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
_PADDING, _WIDEST = 3, 60


def unit_use(worksheet: Any, table: Table, ledger: Ledger) -> Sequence[Head]:
    """A block per unit type that the plan uses, a row per phase; blue deepens with use, yellow is nothing to spare."""
    months = [str(month) for month in ledger.scenario.horizon]
    heads = [
        Head("unit type", meaning="Name and id of the unit type."),
        Head("what", meaning=f"{joined(_ROWS)}: what is counted."),
    ]
    note = f"{table.note} In units; yellow: nothing to spare beyond the reserve, red: beyond the supply."
    write_months(worksheet, table.title, note, heads, months)
    groups = {str(unit): rows for unit, rows in table.frame.groupby("unit", sort=True)}
    used = [unit for unit, rows in groups.items() if rows[list(_PHASES)].to_numpy().any()]
    titles = {unit: f"{ledger.scenario.units[unit].name} ({unit})" for unit in groups}
    row = FIRST_ROW + 1
    for unit in used:
        _unit_block(worksheet, row, titles[unit], groups[unit])
        row += len(_ROWS)
    if unused := [titles[unit] for unit in groups if unit not in used]:
        text = f"Not used in this plan: {joined(unused)}."
        style.write_line(worksheet, row, text, style.font(italic=True, colour=style.GREY_INK))
    set_widths(worksheet, {1: _width([titles[unit] for unit in used]), 2: 13})
    fit_page(worksheet, FIRST_ROW)
    return [*heads, Head(f"{months[0]} and so on", "units", "Units in that month.")]


def _width(texts: Sequence[str]) -> int:
    return min(_WIDEST, max((len(text) for text in texts), default=20) + _PADDING)


def _unit_block(worksheet: Any, row: int, title: str, frame: pd.DataFrame) -> None:
    """Write the rows of one unit type."""
    for number, name in enumerate(_ROWS, start=row):
        fill = TOTAL if name == "supply" else ""
        bold = style.font(bold=name in ("supply", "idle"))
        for column, text in ((1, title if name == "supply" else None), (2, name)):
            cell = style.write_cell(worksheet, number, column, text, colour=fill)
            cell.font, cell.alignment = bold, Alignment(horizontal="left", vertical="center", indent=1)
        cells = zip(frame["month"], frame[name], frame["reserve"], strict=True)
        for column, (month, units, reserve) in enumerate(cells, start=3):
            shown = None if name in _PHASES and not units else units
            colour = _idle_colour(units, reserve) if name == "idle" else fill
            write_month_cell(worksheet, number, column, month, shown, colour=colour).font = bold
    _add_scale(worksheet, row + _ROWS.index("deployed"), len(frame), int(frame["supply"].max()))


def _idle_colour(idle: int, reserve: int) -> str:
    if idle < reserve:
        return BAD
    return EVEN if idle == reserve else ""


def _add_scale(worksheet: Any, row: int, months: int, supply: int) -> None:
    """Colour the phases from white, none, to blue, all there are."""
    cells = f"C{row}:{get_column_letter(2 + months)}{row + len(_PHASES) - 1}"
    rule = ColorScaleRule(
        start_type="num",
        start_value=0,
        start_color=_EMPTY,
        end_type="num",
        end_value=max(1, supply),
        end_color=_FULL,
    )
    worksheet.conditional_formatting.add(cells, rule)


_READINESS_HEADS = (
    Head("unit type", meaning="Name and id of the unit type."),
    Head("tier", meaning="Readiness tier."),
    Head("notice", "days", "Notice of the tier."),
    Head("commitment", "units", "Units that must be ready, from the least to the most over the months."),
    Head("short", "months", "Months in which the commitment is not met."),
    Head("smallest margin", "units", "Ready less commitment in the worst month."),
)


def readiness(worksheet: Any, table: Table, ledger: Ledger) -> Sequence[Head]:
    """A row per unit type and tier with the margin in every month; red where short, yellow where exactly met."""
    months = [str(month) for month in ledger.scenario.horizon]
    heads = _READINESS_HEADS
    note = f"{table.note} Per month: the margin, in units; red: short, yellow: exactly met, green: something to spare."
    write_months(worksheet, table.title, note, heads, months)
    names = {unit: f"{row.name} ({unit})" for unit, row in ledger.scenario.units.items()}
    groups = {(str(unit), str(tier)): rows for (unit, tier), rows in table.frame.groupby(["unit", "tier"], sort=True)}
    for row, ((unit, tier), frame) in enumerate(groups.items(), start=FIRST_ROW + 1):
        _lead(worksheet, row, names[unit], tier, frame)
        margins = dict(zip(frame["month"], frame["margin"], strict=True))
        for column, month in enumerate(months, start=len(heads) + 1):
            _margin_cell(worksheet, row, column, month, margins.get(month))
    if not groups:
        style.write_line(worksheet, FIRST_ROW + 1, "The workbook has no readiness commitments.")
    tiers = _width([tier for _, tier in groups]) if groups else 9
    set_widths(worksheet, {1: _width([names[unit] for unit, _ in groups]), 2: tiers, 3: 9, 4: 14, 5: 10, 6: 11})
    fit_page(worksheet, FIRST_ROW)
    return [
        *heads,
        Head(f"{months[0]} and so on", "units", "Ready less commitment in that month; empty: no commitment."),
    ]


def _lead(worksheet: Any, row: int, name: str, tier: str, frame: pd.DataFrame) -> None:
    """Write what comes before the months."""
    least, most = int(frame["commitment"].min()), int(frame["commitment"].max())
    content = (
        name,
        tier,
        int(frame["notice_days"].iloc[0]),
        least if least == most else f"{least} to {most}",
        int((frame["margin"] < 0).sum()),
        int(frame["margin"].min()),
    )
    for column, value in enumerate(content, start=1):
        cell = style.write_cell(worksheet, row, column, value)
        place = "left" if column < 3 else "center"
        cell.alignment = Alignment(vertical="center", horizontal=place, indent=1 if column < 3 else 0)


def _margin_cell(worksheet: Any, row: int, column: int, month: str, margin: int | None) -> None:
    if margin is None:
        write_month_cell(worksheet, row, column, month, None, colour=UNUSED)
        return
    colour = BAD if margin < 0 else EVEN if margin == 0 else GOOD
    cell = write_month_cell(worksheet, row, column, month, margin, colour=colour)
    if margin < 0:
        cell.font = style.font(bold=True, colour=BAD_INK)
