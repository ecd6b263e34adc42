"""What the options come to, beside each other: value, readiness, money and persons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from inzet.plan.tables import Table
from inzet.reports.figures.canvas import (
    BODY,
    GREY,
    INK,
    MARGIN,
    PALETTE,
    SMALL,
    Caption,
    Page,
    drawn,
    shortened,
    width_of,
)
from inzet.reports.words import MILLION

_WIDTH, _ROW, _HEAD, _KEY = 16.0, 0.26, 0.26, 0.17
_WIDEST_NAME = 2.3
_COLOURS = (*PALETTE, "#999999", "#332288", "#882255", "#117733")


@drawn
def compare_bars(tables: Mapping[str, Table], names: Sequence[str], caption: Caption) -> Figure:
    """Four panels with a bar per option: value by interest, unit-months short, money by fund, persons.

    Args:
        tables: the tables of the comparison.
        names: the options.
        caption: what stands on every figure.
    """
    panels = {
        "Value by interest, points": _parts(tables["value"], "interest", names, leave=("total",)),
        "Unit-months short of readiness": _parts(tables["readiness"], "unit", names),
        "Cost by fund, EUR million": _parts(tables["money"], "fund", names, only=("what", "spent")) / MILLION,
        "Persons abroad on average, by year": _parts(tables["persons"], "year", names, only=("what", "on average")),
    }
    keys = max(len(parts) for parts in panels.values())
    page = Page(
        caption,
        "What the options come to",
        width=_WIDTH,
        body=_HEAD + len(names) * _ROW + 0.3 + keys * _KEY,
        note="Points of options with other weights or scores do not compare. Bars to the left of 0 take from the "
        "value; the number is the sum. Persons are not added up over the years.",
    )
    left = MARGIN + min(_WIDEST_NAME, max(width_of(name, BODY) for name in names)) + 0.15
    for number, name in enumerate(names):
        words = shortened(name, left - MARGIN - 0.1, BODY)
        page.lines([words], MARGIN, page.top + _HEAD + (number + 0.5) * _ROW - 0.07, BODY)
    width = (_WIDTH - MARGIN - left) / len(panels)
    for number, (title, parts) in enumerate(panels.items()):
        start = left + number * width
        page.lines([title], start, page.top + 0.02, BODY, weight="bold")
        axes = page.axes(start, _HEAD, width - 0.25, len(names) * _ROW)
        side_by_side = title.startswith("Persons")
        _draw(axes, parts, stacked=not side_by_side)
        _write_key(page, parts, start, _HEAD + len(names) * _ROW + 0.25, width - 0.3)
    return page.figure


def _parts(
    table: Table, by: str, names: Sequence[str], *, leave: Sequence[str] = (), only: tuple[str, str] | None = None
) -> pd.DataFrame:
    """The numbers of a table added up by one of its columns; a row per part, a column per option."""
    frame = table.frame if only is None else table.frame[table.frame[only[0]] == only[1]]
    frame = frame[~frame[by].isin(leave)]
    numbers = frame[list(names)].astype(float).groupby(frame[by].astype(str), sort=True).sum()
    there: pd.DataFrame = numbers.loc[numbers.abs().to_numpy().sum(axis=1) > 0]
    return there


def _draw(axes: Axes, parts: pd.DataFrame, *, stacked: bool) -> None:
    places = np.arange(parts.shape[1]) + 0.5
    above, below = np.zeros(parts.shape[1]), np.zeros(parts.shape[1])
    height = 0.7 if stacked else 0.8 / max(len(parts), 1)
    for number, (_, row) in enumerate(parts.iterrows()):
        points = row.to_numpy(dtype=float)
        colour = _COLOURS[number % len(_COLOURS)]
        if stacked:
            floor = np.where(points >= 0, above, below)
            axes.barh(places, points, left=floor, height=height, color=colour, linewidth=0)
            above, below = above + np.maximum(points, 0), below + np.minimum(points, 0)
        else:
            axes.barh(places - 0.4 + (number + 0.5) * height, points, height=height, color=colour, linewidth=0)
            above = np.maximum(above, points)
    if stacked:
        for place, top, total in zip(places, above, parts.sum().to_numpy(dtype=float), strict=True):
            label = f"{total:,.0f}"
            axes.annotate(
                label, (top, place), (3, 0), textcoords="offset points", size=SMALL, color=INK, va="center_baseline"
            )
    low, high = min(0.0, float(below.min(initial=0))), max(float(above.max(initial=0)), 1.0)
    axes.set(xlim=(low * 1.05, high * 1.16), ylim=(parts.shape[1], 0), yticks=[])
    axes.tick_params(axis="x", labelsize=SMALL, length=2, color=GREY)
    ticks = MaxNLocator(nbins=4).tick_values(low * 1.05, high * 1.16)
    axes.set_xticks([tick for tick in ticks if low * 1.05 <= tick <= high * 1.16])
    axes.axvline(0, color=GREY, linewidth=0.6)


def _write_key(page: Page, parts: pd.DataFrame, left: float, top: float, room: float) -> None:
    for number, name in enumerate(parts.index):
        colour = _COLOURS[number % len(_COLOURS)]
        y = page.top + top + number * _KEY
        page.lines(["■"], left, y, SMALL, colour=colour)
        page.lines([shortened(str(name), room - 0.16, SMALL)], left + 0.16, y, SMALL)
