"""What each mission is worth, and to which interest."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from inzet.plan.tables import Table
from inzet.reports.figures.canvas import (
    BODY,
    GREY,
    INK,
    MARGIN,
    PALETTE,
    SMALL,
    Caption,
    KeyEntry,
    Page,
    drawn,
    shortened,
    width_of,
)
from inzet.scenario.scenario import Scenario

_WIDTH = 11.7
_ROW, _AXIS = 0.21, 0.3
_WIDEST_NAME = 3.6
_COLOURS = (*PALETTE, "#999999", "#332288", "#882255")


@drawn
def value(tables: Mapping[str, Table], scenario: Scenario, caption: Caption) -> Figure:
    """A bar per mission in the plan, the most valuable first, split by the interests that it serves.

    Args:
        tables: the result tables.
        scenario: what was planned.
        caption: what stands on every figure.
    """
    frame = tables["value"].frame
    matrix = frame.pivot_table(index="mission", columns="interest", values="value", aggfunc="sum")
    matrix = matrix.reindex(columns=list(scenario.interests), fill_value=0.0)
    sums = matrix.sum(axis=1)
    order = sorted(matrix.index, key=lambda mission: (-sums[mission], mission))
    colours = {name: _COLOURS[number % len(_COLOURS)] for number, name in enumerate(scenario.interests)}
    page = Page(
        caption,
        f"What the plan is worth: {sums.sum():,.1f} points, by mission and interest",
        width=_WIDTH,
        body=max(len(order) * _ROW + _AXIS, 0.8),
        key=[
            KeyEntry(f"{row.name} (weight {row.weight:g})", colours[name]) for name, row in scenario.interests.items()
        ],
        note="Points = weight x score x effectiveness x share of the option x months, over the whole plan.",
    )
    if not order:
        page.say("No mission is in the plan.")
        return page.figure
    names = [scenario.missions[mission].name for mission in order]
    left = MARGIN + min(_WIDEST_NAME, max(width_of(name, BODY) for name in names)) + 0.15
    axes = page.axes(left, 0, _WIDTH - left - MARGIN - 0.45, len(order) * _ROW)
    places = np.arange(len(order)) + 0.5
    floor = np.zeros(len(order))
    for interest, colour in colours.items():
        points = matrix.loc[order, interest].to_numpy(dtype=float)
        axes.barh(places, points, left=floor, height=0.72, color=colour, linewidth=0)
        floor = floor + points
    for place, total in zip(places, floor, strict=True):
        axes.annotate(
            f"{total:,.1f}",
            (total, place),
            (3, 0),
            textcoords="offset points",
            size=SMALL,
            color=INK,
            va="center_baseline",
        )
    axes.set_ylim(len(order), 0)
    axes.set_xlim(0, max(floor.max(), 1.0) * 1.01)
    axes.set_yticks(places)
    axes.set_yticklabels([shortened(name, left - MARGIN - 0.1, BODY) for name in names], size=BODY, color=INK)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelsize=SMALL, length=2)
    axes.set_xlabel("points", size=SMALL, color=GREY, labelpad=1)
    return page.figure
