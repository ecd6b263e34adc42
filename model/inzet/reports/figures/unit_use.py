"""Use against supply, unit type by unit type."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from inzet.plan.tables import Table
from inzet.reports.figures.canvas import (
    BLUE,
    BODY,
    GREY,
    INK,
    MARGIN,
    ORANGE,
    SKY,
    SMALL,
    Caption,
    KeyEntry,
    Page,
    drawn,
    shortened,
    year_axis,
)
from inzet.scenario.scenario import Scenario

_WIDTH, _COLUMNS = 11.7, 3
_CELL, _PLOT, _ABOVE, _LEFT = 2.0, 1.28, 0.38, 0.38
_PHASES = (("deployed", BLUE, ""), ("preparing", SKY, ""), ("recovering", ORANGE, "////"))
_BEHIND_HATCH = "#FDF0D5"


@drawn
def unit_use(tables: Mapping[str, Table], scenario: Scenario, caption: Caption) -> Figure:
    """Units deployed, preparing and recovering against the supply, a panel per unit type in use; tightest first.

    Args:
        tables: the result tables.
        scenario: what was planned.
        caption: what stands on every figure.
    """
    frame = tables["unit_use"].frame
    groups = {str(unit): rows for unit, rows in frame.groupby("unit", sort=True)}
    used = {unit: rows for unit, rows in groups.items() if rows[[name for name, *_ in _PHASES]].to_numpy().any()}
    order = sorted(used, key=lambda unit: (_spare(used[unit]), unit))
    key = [KeyEntry(name, colour, hatch, fill=_BEHIND_HATCH) for name, colour, hatch in _PHASES]
    key += [KeyEntry("supply", INK, line="-"), KeyEntry("supply less reserve", GREY, line="--")]
    page = Page(
        caption,
        f"Where the units are: {len(order)} of {len(groups)} unit types are used by the plan",
        width=_WIDTH,
        body=max(1, -(-len(order) // _COLUMNS)) * _CELL,
        key=key,
        note="Units by month, the tightest unit types first; every panel has a scale of its own.",
    )
    if not order:
        page.say("No unit is used.")
    width = (_WIDTH - 2 * MARGIN) / _COLUMNS
    for number, unit in enumerate(order):
        row, column = divmod(number, _COLUMNS)
        axes = page.axes(MARGIN + column * width + _LEFT, row * _CELL + _ABOVE, width - _LEFT - 0.15, _PLOT)
        _panel(axes, used[unit], scenario)
        name = f"{scenario.units[unit].name} ({unit})"
        axes.set_title(
            shortened(name, width - 0.2, BODY, "bold"), size=BODY, weight="bold", loc="left", x=-_LEFT / (width - _LEFT)
        )
    return page.figure


def _spare(rows: pd.DataFrame) -> float:
    """The smallest share of the supply that is free beyond the reserve."""
    return float(((rows["idle"] - rows["reserve"]) / rows["supply"].clip(lower=1)).min())


def _panel(axes: Axes, rows: pd.DataFrame, scenario: Scenario) -> None:
    edges = np.arange(len(rows) + 1)
    floor = np.zeros(len(rows))
    for name, colour, hatch in _PHASES:
        top = floor + rows[name].to_numpy(dtype=float)
        axes.stairs(
            top,
            edges,
            baseline=floor,
            fill=True,
            linewidth=0,
            facecolor=_BEHIND_HATCH if hatch else colour,
            edgecolor=colour,
            hatch=hatch or None,
        )
        floor = top
    supply = rows["supply"].to_numpy(dtype=float)
    kept = supply - rows["reserve"].to_numpy(dtype=float)
    axes.stairs(supply, edges, baseline=None, color=INK, linewidth=1.3)
    if (kept != supply).any():
        axes.stairs(kept, edges, baseline=None, color=GREY, linewidth=1.1, linestyle="--")
    top = max(supply.max(), floor.max(), 1) * 1.08
    axes.set_yticks([tick for tick in MaxNLocator(nbins=4, integer=True).tick_values(0, top) if tick <= top])
    axes.set_ylim(0, top)
    axes.tick_params(axis="y", labelsize=SMALL, length=2)
    year_axis(axes, scenario.horizon, size=SMALL)
