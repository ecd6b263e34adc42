"""Who goes where, and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from inzet.calendar import Month
from inzet.plan.tables import Table
from inzet.reports.figures.canvas import (
    BLUE,
    FAINT,
    GREEN,
    GREY,
    INK,
    MARGIN,
    ORANGE,
    PALETTE,
    PURPLE,
    RED,
    SKY,
    YELLOW,
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
_ROW, _BAR, _GAP = 0.2, 0.15, 0.07
_AXIS = 0.3
"""Room for the years, above and below."""
_NAME, _LABEL = 7.5, 6.5
"""Sizes of letters, in points."""
_WIDEST_NAME = 3.6
_COLOURS = {
    "NATO": BLUE,
    "EU": ORANGE,
    "UN": SKY,
    "COALITION": GREEN,
    "NATIONAL": PURPLE,
    "BILATERAL": YELLOW,
    "OSCE": RED,
}
_NO_ORGANISATION = "organisation not given"
_OTHER = "#999999"


@dataclass(frozen=True, slots=True)
class _Bar:
    first: int
    last: int
    running: bool
    labels: tuple[str, ...]
    colour: str


@dataclass(frozen=True, slots=True)
class _Lane:
    """A row of the figure: a mission with its bars, or the name of a region."""

    name: str
    y: float
    bars: tuple[_Bar, ...] = ()
    is_region: bool = False


@drawn
def timeline(tables: Mapping[str, Table], scenario: Scenario, caption: Caption) -> Figure:
    """A bar per contribution, by region, from its first to its last month; missions left out are grey.

    Args:
        tables: the result tables.
        scenario: what was planned.
        caption: what stands on every figure.
    """
    frame = tables["decisions"].frame
    colours = _colours(sorted({name or _NO_ORGANISATION for name in frame["organisation"]}))
    lanes = list(_lanes(frame, scenario, colours))
    missions, inside = frame["mission"].nunique(), frame.loc[frame["decision"] == "in", "mission"].nunique()
    rows = lanes[-1].y + _ROW if lanes else _ROW
    key = [KeyEntry(name, colour) for name, colour in colours.items()]
    key.append(KeyEntry("ran before the plan starts", INK, marker="<"))
    page = Page(
        caption,
        f"Who goes where, and when: {inside} of {missions} missions get a contribution",
        width=_WIDTH,
        body=rows + 2 * _AXIS,
        key=key,
        note="The number after a contribution is the number of persons abroad at a time.",
    )
    widest = max((width_of(lane.name, _NAME, "bold" if lane.is_region else "normal") for lane in lanes), default=1.0)
    left = MARGIN + min(widest, _WIDEST_NAME) + 0.25
    axes = page.axes(left, _AXIS, _WIDTH - left - MARGIN, rows)
    axes.set_ylim(rows, 0)
    _draw(axes, lanes, scenario.horizon, left, _WIDTH - left - MARGIN)
    return page.figure


def _colours(names: Sequence[str]) -> dict[str, str]:
    """A colour per organisation: the same one in every plan for those that are known."""
    known = {name: _COLOURS[name.upper()] for name in names if name.upper() in _COLOURS}
    free = iter(colour for colour in PALETTE if colour not in known.values())
    return {name: known.get(name) or (_OTHER if name == _NO_ORGANISATION else next(free, _OTHER)) for name in names}


def _lanes(frame: pd.DataFrame, scenario: Scenario, colours: Mapping[str, str]) -> Iterator[_Lane]:
    """Regions in alphabetical order; in each what starts first, then what is left out."""
    y = 0.0
    for region, rows in frame.groupby("region", sort=True):
        yield _Lane(str(region), y, is_region=True)
        y += _ROW
        order = {
            mission: (part["start"].eq("").all(), min(part["start"]), mission)
            for mission, part in rows.groupby("mission")
        }
        for mission in sorted(order, key=lambda name: order[name]):
            part = rows[rows["mission"] == mission]
            bars = tuple(_bars(part[part["decision"] == "in"], scenario, colours))
            yield _Lane(str(part["name"].iloc[0]), y, bars)
            y += _ROW
        y += _GAP


def _bars(rows: pd.DataFrame, scenario: Scenario, colours: Mapping[str, str]) -> Iterator[_Bar]:
    zero = scenario.horizon[0]
    for row in rows.sort_values("start").to_dict("records"):
        persons = f"{row['persons']:,}"
        what = str(row["what"] or row["option"])
        yield _Bar(
            Month.parse(str(row["start"])) - zero,
            Month.parse(str(row["end"])) - zero + 1,
            row["running"] == "yes",
            (f"{what} · {persons}", f"{row['option']} · {persons}", persons),
            colours[str(row["organisation"]) or _NO_ORGANISATION],
        )


def _draw(axes: Axes, lanes: Sequence[_Lane], months: Sequence[Month], left: float, width: float) -> None:
    year_axis(axes, months)
    axes.tick_params(axis="x", which="both", labeltop=True, labelbottom=True)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    scale = width / len(months)
    for lane in lanes:
        middle = lane.y + _ROW / 2
        if lane.is_region:
            _band(axes, lane, (left - MARGIN + 0.06) / scale, len(months))
        room = left - MARGIN - 0.2
        axes.text(
            -(left - MARGIN) / scale,
            middle,
            shortened(lane.name, room, _NAME, "bold" if lane.is_region else "normal"),
            size=_NAME,
            weight="bold" if lane.is_region else "normal",
            color=INK if lane.bars or lane.is_region else "#8a8a8a",
            va="center_baseline",
        )
        if not lane.bars and not lane.is_region:
            axes.text(0.3, middle, "left out", size=_LABEL, color="#8a8a8a", style="italic", va="center_baseline")
        for number, bar in enumerate(lane.bars):
            after = lane.bars[number + 1].first if number + 1 < len(lane.bars) else len(months)
            _draw_bar(axes, bar, middle, scale, after)


def _band(axes: Axes, lane: _Lane, left: float, months: int) -> None:
    place = (-left, lane.y)
    axes.add_patch(Rectangle(place, left + months, _ROW, facecolor=FAINT, edgecolor="none", clip_on=False, zorder=0.1))


def _draw_bar(axes: Axes, bar: _Bar, middle: float, scale: float, after: int) -> None:
    length = bar.last - bar.first
    axes.barh(middle, length, left=bar.first, height=_BAR, color=bar.colour, edgecolor="white", linewidth=0.8)
    if bar.running:
        axes.plot([-0.45], [middle], marker="<", markersize=4.5, color=bar.colour, clip_on=False, linestyle="none")
    label, place = _placed(bar, scale, after)
    inside = place < bar.last
    axes.text(
        place,
        middle,
        label,
        size=_LABEL,
        color=ink_on(bar.colour) if inside else GREY,
        va="center_baseline",
        bbox=None if inside else {"facecolor": "white", "edgecolor": "none", "pad": 0.6},
    )


def _placed(bar: _Bar, scale: float, after: int) -> tuple[str, float]:
    """The longest label that fits, and where: inside its bar, or else to the right of it."""
    pad = 0.05 / scale
    for label in bar.labels:
        need = width_of(label, _LABEL) / scale + 2 * pad
        if need <= bar.last - bar.first:
            return label, bar.first + pad
        if need <= after - bar.last:
            return label, bar.last + pad
    need = width_of(bar.labels[-1], _LABEL) / scale
    return bar.labels[-1], max(0.0, min(bar.first + pad, after - need))
