"""Which missions are abroad for how long, for every number of units or every step of a budget."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from inzet.analyses.sensitivity.curve import Curve, Kind, Sort, Step, abridged
from inzet.reports.figures.canvas import (
    BODY,
    GREY,
    MARGIN,
    ORANGE,
    RED,
    SMALL,
    Caption,
    KeyEntry,
    Page,
    drawn,
    ink_on,
    shortened,
    width_of,
)
from inzet.reports.sensitivity.words import abridged_words, range_words, title_of, unit_of
from inzet.reports.words import count

_WIDTH = 11.7
_ROW, _HEAD = 0.19, 0.26
_WIDEST_NAME, _WIDEST_CELL = 2.6, 0.75
_MOST_COLUMNS = 40
_LETTERS = 0.28
"""A cell narrower than this has no number in it, in inches."""
_LIGHT, _DARK = np.array([233, 242, 250]), np.array([0, 82, 147])
_NONE = "#f7f7f7"


@drawn
def capacity_map(curve: Curve, caption: Caption) -> Figure:
    """A row per mission whose months differ, a column per number of units: coloured by months abroad.

    Args:
        curve: over units, a commitment or money.
        caption: what stands on every figure.
    """
    note = abridged_words(curve)
    curve = abridged(curve)
    columns = _columns(curve)
    moving = [name for name in curve.scenario.missions if len(set(curve.presence(name))) > 1]
    still = sum(len(set(curve.presence(name))) == 1 and curve.presence(name)[0] > 0 for name in curve.scenario.missions)
    page = Page(
        caption,
        f"{title_of(curve)}: {count(len(moving), 'mission')} differ, {still} are the same throughout",
        width=_WIDTH,
        body=_HEAD + max(len(moving), 2) * _ROW + 0.35,
        key=[
            KeyEntry("few months abroad", _hex(0.0)),
            KeyEntry("the whole plan", _hex(1.0)),
            KeyEntry("not abroad", _NONE),
            KeyEntry("no plan", RED, hatch="////"),
            KeyEntry("not looked into", GREY, hatch="...."),
            KeyEntry("where the workbook stands", ORANGE, line="-"),
        ],
        note=f"Number in a cell: months abroad in the plan. Missions that are the same throughout are left out. {note}",
    )
    if not moving or not columns:
        page.say("No mission differs.")
        return page.figure
    left = MARGIN + min(_WIDEST_NAME, max(width_of(name, BODY) for name in moving)) + 0.15
    cell = min(_WIDEST_CELL, (_WIDTH - left - MARGIN) / len(columns))
    axes = page.axes(left, _HEAD, cell * len(columns), _ROW * len(moving))
    axes.set(xlim=(0, len(columns)), ylim=(len(moving), 0), yticks=[])
    axes.spines[:].set_visible(False)
    axes.xaxis.tick_top()
    axes.tick_params(length=0, pad=1)
    every = -(-int(max(width_of(label, SMALL) for label, _ in columns) / cell * 100 + 15) // 100)
    places = range(0, len(columns), every)
    axes.set_xticks([place + 0.5 for place in places], [columns[place][0] for place in places], size=SMALL, color=GREY)
    longest = len(curve.scenario.horizon)
    found = {id(step): number for number, step in enumerate(curve.planned)}
    for row, name in enumerate(moving):
        page.lines([shortened(name, left - MARGIN - 0.1, BODY)], MARGIN, page.top + _HEAD + row * _ROW + 0.03, BODY)
        presence = curve.presence(name)
        for column, (_, step) in enumerate(columns):
            months = presence[found[id(step)]] if id(step) in found else None
            _cell(axes, column, row, step, months, longest, cell)
    now = next((n for n, (_, step) in enumerate(columns) if _is_now(curve, step, columns[n][0])), None)
    if now is not None:
        axes.add_patch(
            Rectangle((now, 0), 1, len(moving), fill=False, edgecolor=ORANGE, linewidth=1.6, zorder=4, clip_on=False)
        )
    page.lines([unit_of(curve)], left, page.top + _HEAD + _ROW * len(moving) + 0.06, SMALL, colour=GREY)
    return page.figure


def _columns(curve: Curve) -> list[tuple[str, Step]]:
    """A column for every number where there are not too many, for every step otherwise."""
    by_step = [(range_words(curve, step), step) for step in curve.steps]
    if curve.kind is Kind.BUDGET:
        return [(f"{step.first / 1e6:,.1f}", step) for step in curve.steps if step.sort is not Sort.OPEN]
    numbers = []
    for step in curve.steps:
        last = int(step.first if step.last is None else step.last)
        numbers += [(str(number), step) for number in range(int(step.first), last + 1)]
        if step.last is None:
            numbers[-1] = (f"{numbers[-1][0]}+", step)
    return numbers if len(numbers) <= _MOST_COLUMNS else by_step


def _is_now(curve: Curve, step: Step, label: str) -> bool:
    if step is not curve.here:
        return False
    if curve.kind is Kind.BUDGET or not label.rstrip("+").isdigit():
        return True
    return int(label.rstrip("+")) == curve.now or label.endswith("+")


def _cell(axes: Axes, column: int, row: int, step: Step, months: int | None, longest: int, width: float) -> None:
    gone = months is None
    colour = _NONE if not months else _hex(months / longest)
    hatch = None if not gone else "////" if step.sort is Sort.NONE else "...."
    edge = "white" if not gone else RED if step.sort is Sort.NONE else GREY
    axes.add_patch(
        Rectangle((column, row), 1, 1, facecolor=colour, edgecolor=edge, hatch=hatch, linewidth=0.6, alpha=0.9)
    )
    if months and width >= _LETTERS:
        axes.text(column + 0.5, row + 0.52, str(months), size=6, color=ink_on(colour), ha="center", va="center")


def _hex(share: float) -> str:
    red, green, blue = (_LIGHT + (_DARK - _LIGHT) * min(max(share, 0.0), 1.0)).round().astype(int)
    return f"#{red:02x}{green:02x}{blue:02x}"
