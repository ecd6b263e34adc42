"""Persons deployed in twelve months: reported, explained by tours, and planned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from inzet.plan.tables import Table
from inzet.reports.figures.canvas import (
    BLUE,
    BODY,
    INK,
    MARGIN,
    ORANGE,
    PALE,
    SKY,
    SMALL,
    Caption,
    KeyEntry,
    Page,
    drawn,
    shortened,
)
from inzet.scenario.scenario import Scenario

_WIDTH, _COLUMNS = 11.7, 3
_CELL, _PLOT, _ABOVE, _LEFT = 1.55, 0.95, 0.42, 0.72
_BARS = (
    ("framework", "posts", "#999999", "posts of the national framework"),
    ("reported", "reported", ORANGE, "persons deployed, as reported"),
    ("expected", "by tour", SKY, "expected from posts and tour length"),
    ("planned", "planned", BLUE, "persons deployed by this plan, one year later"),
)


@drawn
def persons(tables: Mapping[str, Table], scenario: Scenario, caption: Caption) -> Figure:
    """Posts and persons deployed as reported, against what tour lengths explain and what the plan deploys.

    Args:
        tables: the result tables.
        scenario: what was planned.
        caption: what stands on every figure.
    """
    rows = tables["deployed_check"].frame.to_dict("records")
    page = Page(
        caption,
        "Persons deployed: what was reported, what the tour lengths explain, what is planned",
        width=_WIDTH,
        body=max(1, -(-len(rows) // _COLUMNS)) * _CELL if rows else 0.8,
        key=[KeyEntry(words, colour) for _, _, colour, words in _BARS],
        note="Persons over the months reported on; planned: the same months, one year later. Panels differ in scale.",
    )
    if not rows:
        page.say("The workbook has no reported numbers to hold the plan against.")
    width = (_WIDTH - 2 * MARGIN) / _COLUMNS
    for number, record in enumerate(rows):
        line, column = divmod(number, _COLUMNS)
        axes = page.axes(MARGIN + column * width + _LEFT, line * _CELL + _ABOVE, width - _LEFT - 0.6, _PLOT)
        _panel(axes, {str(name): content for name, content in record.items()})
        mission = scenario.missions[str(record["mission"])]
        axes.set_title(
            shortened(mission.name, width - 0.2, BODY, "bold"),
            size=BODY,
            weight="bold",
            loc="left",
            x=-_LEFT / (width - _LEFT - 0.6),
        )
    return page.figure


def _panel(axes: Axes, record: Mapping[str, Any]) -> None:
    numbers = [record[name] for name, *_ in _BARS]
    known = [0.0 if number is None or number != number else float(number) for number in numbers]
    axes.barh(range(len(_BARS)), known, height=0.7, color=[colour for _, _, colour, _ in _BARS])
    for place, (number, length) in enumerate(zip(numbers, known, strict=True)):
        text = "not known" if number is None or number != number else f"{number:,.0f}"
        axes.annotate(text, (length, place), (3, 0), textcoords="offset points", size=SMALL, va="center_baseline")
    axes.set_ylim(len(_BARS) - 0.5, -0.5)
    axes.set_xlim(0, max(*known, 1.0))
    axes.set_yticks(range(len(_BARS)))
    axes.set_yticklabels([word for _, word, _, _ in _BARS], size=SMALL, color=INK)
    axes.tick_params(axis="y", length=0)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.spines["left"].set_color(PALE)
