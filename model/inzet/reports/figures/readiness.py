"""What readiness is left beside the missions."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from inzet.plan.tables import Table
from inzet.reports.figures.canvas import (
    BODY,
    GREY,
    INK,
    MARGIN,
    Caption,
    KeyEntry,
    Page,
    drawn,
    ink_on,
    shortened,
    width_of,
    year_axis,
)
from inzet.scenario.scenario import Scenario

_WIDTH = 11.7
_ROW, _AXIS = 0.22, 0.3
_WIDEST_NAME = 3.4
_NUMBER = 6.5
_SHADES = (
    (-1, "#A63603", "short by 2 or more"),
    (0, "#F16913", "short by 1"),
    (1, "#FFF7BC", "exactly met"),
    (2, "#C6DBEF", "1 to spare"),
)
"""Below this margin, this colour."""
_AMPLE, _AMPLE_WORDS = "#6BAED6", "2 or more to spare"


@drawn
def readiness(tables: Mapping[str, Table], scenario: Scenario, caption: Caption) -> Figure:
    """The margin of every readiness commitment, month by month: units ready less units that must be.

    Args:
        tables: the result tables.
        scenario: what was planned.
        caption: what stands on every figure.
    """
    frame = tables["readiness"].frame
    groups = {(str(unit), str(tier)): rows for (unit, tier), rows in frame.groupby(["unit", "tier"], sort=True)}
    short = sum((rows["margin"] < 0).any() for rows in groups.values())
    finding = f"{short} of {len(groups)} commitments are missed in some month" if short else "every commitment is kept"
    page = Page(
        caption,
        f"Readiness beside the missions: {finding}" if groups else "Readiness beside the missions",
        width=_WIDTH,
        body=max(len(groups) * _ROW + 2 * _AXIS, 0.8),
        key=[*(KeyEntry(words, colour) for _, colour, words in _SHADES), KeyEntry(_AMPLE_WORDS, _AMPLE)],
        note="Each number: units that could be ready within the notice, less those that must be; empty: no commitment.",
    )
    if not groups:
        page.say("The workbook has no readiness commitments.")
        return page.figure
    names = {
        key: f"{scenario.units[key[0]].name}, {key[1]} ({scenario.tiers[key[1]].notice_days} days)" for key in groups
    }
    left = MARGIN + min(_WIDEST_NAME, max(width_of(name, BODY) for name in names.values())) + 0.15
    axes = page.axes(left, _AXIS, _WIDTH - left - MARGIN, len(groups) * _ROW)
    axes.set_ylim(len(groups), 0)
    year_axis(axes, scenario.horizon)
    axes.tick_params(axis="x", which="both", labeltop=True, labelbottom=True)
    axes.set_yticks([number + 0.5 for number in range(len(groups))])
    axes.set_yticklabels([shortened(names[key], left - MARGIN - 0.1, BODY) for key in groups], size=BODY, color=INK)
    axes.tick_params(axis="y", length=0)
    for number, rows in enumerate(groups.values()):
        _row(axes, number, rows, scenario)
    return page.figure


def _row(axes: Axes, number: int, rows: pd.DataFrame, scenario: Scenario) -> None:
    places = {str(month): place for place, month in enumerate(scenario.horizon)}
    for month, margin in zip(rows["month"], rows["margin"], strict=True):
        colour = next((shade for below, shade, _ in _SHADES if margin < below), _AMPLE)
        place = places[month]
        axes.add_patch(Rectangle((place + 0.03, number + 0.05), 0.94, 0.9, facecolor=colour, edgecolor="none"))
        axes.text(
            place + 0.5,
            number + 0.5,
            str(margin),
            size=_NUMBER,
            weight="bold" if margin < 0 else "normal",
            color=ink_on(colour) if margin else GREY,
            ha="center",
            va="center_baseline",
        )
