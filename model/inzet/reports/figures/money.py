"""What each fund pays, against its budget."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from inzet.plan.tables import Table
from inzet.reports.figures.canvas import (
    BLUE,
    BODY,
    GREY,
    INK,
    MARGIN,
    PALE,
    RED,
    SMALL,
    Caption,
    KeyEntry,
    Page,
    drawn,
    shortened,
)
from inzet.reports.words import MILLION, million
from inzet.scenario.scenario import Scenario

_WIDTH, _COLUMNS = 11.7, 2
_CELL, _PLOT, _ABOVE, _LEFT = 2.7, 1.75, 0.45, 0.55


@drawn
def money(tables: Mapping[str, Table], scenario: Scenario, caption: Caption) -> Figure:
    """Spent against budget and reserve, a panel per fund, a bar per year, in EUR million.

    Args:
        tables: the result tables.
        scenario: what was planned.
        caption: what stands on every figure.
    """
    frame = tables["money"].frame
    known = frame[(frame["budget"] > 0) | (frame["spent"] > 0)]
    funds = {str(fund): rows for fund, rows in known.groupby("fund", sort=True)}
    page = Page(
        caption,
        f"What the funds pay: EUR {million(frame['spent'].sum())} million over the plan",
        width=_WIDTH,
        body=max(1, -(-len(funds) // _COLUMNS)) * _CELL if funds else 0.8,
        key=[
            KeyEntry("spent", BLUE),
            KeyEntry("budget", "#E3E6EA"),
            KeyEntry("of which kept as reserve", GREY, "////"),
        ],
        note="EUR million by calendar year, the months within the plan only; every fund has a scale of its own.",
    )
    if not funds:
        page.say("The workbook has no funds.")
    width = (_WIDTH - 2 * MARGIN) / _COLUMNS
    for number, (fund, rows) in enumerate(funds.items()):
        row, column = divmod(number, _COLUMNS)
        axes = page.axes(MARGIN + column * width + _LEFT, row * _CELL + _ABOVE, width - _LEFT - 0.25, _PLOT)
        _panel(axes, rows, scenario)
        axes.set_title(
            shortened(f"{fund} (EUR million)", width - 0.3, BODY + 1, "bold"),
            size=BODY + 1,
            weight="bold",
            loc="left",
            pad=14,
        )
    return page.figure


def _panel(axes: Axes, rows: pd.DataFrame, scenario: Scenario) -> None:
    months = Counter(month.year for month in scenario.horizon)
    places = [scenario.years.index(year) for year in rows["year"]]
    budget, reserve, spent = (rows[name].to_numpy(dtype=float) / MILLION for name in ("budget", "reserve", "spent"))
    axes.bar(places, budget, width=0.74, color="#E3E6EA", edgecolor=PALE, linewidth=0.6)
    axes.bar(
        places,
        reserve,
        bottom=budget - reserve,
        width=0.74,
        facecolor="none",
        edgecolor=GREY,
        hatch="////",
        linewidth=0,
    )
    over = spent > budget - reserve + 1e-6
    axes.bar(places, spent, width=0.42, color=[RED if beyond else BLUE for beyond in over])
    top = max(budget.max(), spent.max())
    for place, one, other in zip(places, spent, budget, strict=True):
        axes.text(
            place,
            max(one, other) + 0.03 * top,
            f"{million(one * MILLION)} of {million(other * MILLION)}",
            size=SMALL,
            ha="center",
            va="bottom",
            color=INK,
        )
    axes.set_ylim(0, top * 1.14)
    axes.set_xlim(-0.6, len(scenario.years) - 0.4)
    short = {year: f" ({number} months)" if number < 12 else "" for year, number in months.items()}
    axes.set_xticks(range(len(scenario.years)))
    axes.set_xticklabels([f"{year}{short[year]}" for year in scenario.years], size=SMALL)
    axes.tick_params(axis="y", labelsize=SMALL, length=2)
    axes.tick_params(axis="x", length=0)
