"""How firm every decision is: what turning it around would cost."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
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
    ORANGE,
    PALE,
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
_ROW, _HEAD, _AXIS, _GAP = 0.19, 0.24, 0.34, 0.1
"""Heights of a row, of the heading of a group, of an axis, and between groups, in inches."""
_WIDEST_NAME = 3.6
_LONGEST = 0.72
"""The longest bar, as a share of the width: what makes way stands beside it."""
_COLOURS = {"in": BLUE, "out": ORANGE}
_TIE = "tie"
_TICKS = [base * 10**power for power in range(7) for base in (1, 2, 5)]
_APART = 0.25
"""Least distance between the numbers of an axis, in inches."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Decisions that are counted in one unit, or not counted at all.

    Attributes:
        heading: what they have in common.
        rows: the decisions.
        unit: what the bars are counted in; empty for no bars.
    """

    heading: str
    rows: Sequence[Mapping[Hashable, Any]]
    unit: str = ""

    @property
    def height(self) -> float:
        return _HEAD + len(self.rows) * _ROW + (_AXIS if self.unit else 0.0) + _GAP


@drawn
def margins(tables: Mapping[str, Table], _scenario: Scenario, caption: Caption) -> Figure:
    """A bar per decision, from firm to fragile: what the plan loses when the decision is turned around.

    Args:
        tables: the result tables, the margins among them.
        caption: what stands on every figure.
    """
    frame = tables["margins"].frame
    groups = list(_groups(frame))
    page = Page(
        caption,
        f"How firm the decisions are: {_finding(frame)}",
        width=_WIDTH,
        body=max(sum(group.height for group in groups), 0.8),
        key=[
            KeyEntry("in; the bar is what leaving it out costs", BLUE),
            KeyEntry("out; the bar is what taking it in costs", ORANGE),
            KeyEntry("tie: it could go either way", INK, marker="D"),
        ],
        note="Every decision is turned around by a solve of its own, over its best option and months. Beside a bar: "
        "which missions then make way, and which come in.",
    )
    if not groups:
        page.say("There is no mission to decide on.")
        return page.figure
    left = MARGIN + min(_WIDEST_NAME, max(width_of(str(name), BODY) for name in frame["name"])) + 0.15
    top = 0.0
    for group in groups:
        page.lines([group.heading], MARGIN, page.top + top, BODY, weight="bold")
        axes = page.axes(left, top + _HEAD, _WIDTH - left - MARGIN, len(group.rows) * _ROW)
        _draw(axes, group, left - MARGIN - 0.1, _WIDTH - left - MARGIN)
        top += group.height
    return page.figure


def _finding(frame: pd.DataFrame) -> str:
    firm, ties = int(frame["margin"].isna().sum()), int((frame["firmness"] == _TIE).sum())
    unknown = int((frame["firmness"] == "not examined").sum())
    parts = [
        f"{len(frame) - firm} of {len(frame)} could be turned around",
        f"{ties or 'none'} at no loss",
        *([f"{unknown} not examined"] if unknown else []),
    ]
    return ", ".join(parts)


def _groups(frame: pd.DataFrame) -> Iterator[_Group]:
    """What cannot be otherwise, then the margins by what they are counted in, then what was not examined."""
    rows = frame.to_dict("records")
    unknown = [row for row in rows if row["firmness"] == "not examined"]
    firm = [row for row in rows if pd.isna(row["margin"]) and row not in unknown]
    if firm:
        yield _Group("Cannot be otherwise", firm)
    counted = [row for row in rows if not pd.isna(row["margin"])]
    for unit in dict.fromkeys(row["counted_in"] for row in counted):
        yield _Group(f"Margin in {unit}", [row for row in counted if row["counted_in"] == unit], str(unit))
    if unknown:
        yield _Group("Not examined", unknown)


def _draw(axes: Axes, group: _Group, name_room: float, width: float) -> None:
    places = np.arange(len(group.rows)) + 0.5
    lengths = [np.sqrt(row["margin"]) if group.unit else 0.0 for row in group.rows]
    most = max(*lengths, 1.0) / _LONGEST
    for place, length, row in zip(places, lengths, group.rows, strict=True):
        colour = _COLOURS[str(row["decision"])]
        if group.unit and row["firmness"] != _TIE:
            axes.barh(place, length, height=0.7, color=colour, linewidth=0)
        else:
            mark = "D" if group.unit else "s"
            axes.plot([0], [place], marker=mark, markersize=4.5, color=colour, linestyle="none", clip_on=False)
        _label(axes, place, length, row, width * (1 - length / most))
    axes.set_ylim(len(group.rows), 0)
    axes.set_xlim(0, most)
    axes.set_yticks(places)
    names = [shortened(str(row["name"]), name_room, BODY) for row in group.rows]
    axes.set_yticklabels(names, size=BODY, color=INK)
    # A mark stands astride the axis, where a bar begins at it.
    axes.tick_params(axis="y", length=0, pad=7)
    if group.unit:
        _square_root_axis(axes, group.unit, most, width)
    else:
        axes.set_xticks([])
        axes.spines[:].set_visible(False)


def _label(axes: Axes, place: float, length: float, row: Mapping[Hashable, Any], room: float) -> None:
    """The margin beside its bar, and what makes way and what comes in."""
    counted = not pd.isna(row["margin"])
    number = "tie" if row["firmness"] == _TIE else f"{row['margin']:,.1f}" if counted else f"{row['decision']}"
    words = [f"displaces {row['displaced']}"] if row["displaced"] else []
    words += [f"lets in {row['admitted']}"] if row["admitted"] else []
    beside = "; ".join(words) if counted else str(row["firmness"])
    start = 4 if counted and row["firmness"] != _TIE else 9
    axes.annotate(
        number, (length, place), (start, 0), textcoords="offset points", size=SMALL, color=INK, va="center_baseline"
    )
    if beside:
        start += round(72 * width_of(number, SMALL)) + 6
        axes.annotate(
            shortened(beside, room - start / 72, SMALL),
            (length, place),
            (start, 0),
            textcoords="offset points",
            size=SMALL,
            color=GREY,
            va="center_baseline",
        )


def _square_root_axis(axes: Axes, unit: str, most: float, width: float) -> None:
    """Ticks at square roots, so that a small margin can be seen beside a large one."""
    shown = [0]
    for tick in _TICKS:
        if np.sqrt(tick) <= most and (np.sqrt(tick) - np.sqrt(shown[-1])) / most * width > _APART:
            shown.append(tick)
    axes.set_xticks(np.sqrt(shown), [f"{tick:,}" for tick in shown])
    axes.tick_params(axis="x", labelsize=SMALL, length=2)
    axes.grid(axis="x", color=PALE, linewidth=0.4)
    axes.set_xlabel(f"{unit} (square-root scale)", size=SMALL, color=GREY, labelpad=1)
