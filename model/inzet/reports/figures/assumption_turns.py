"""Where assumed numbers turn decisions, each number by itself: a range per decision and number."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from inzet.analyses.assumptions.alone import Flip
from inzet.analyses.assumptions.examine import Examined
from inzet.reports.assumptions.words import choice_words, plain
from inzet.reports.figures.canvas import (
    BLUE,
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
)
from inzet.reports.words import count
from inzet.scenario.assumptions import Assumption

_WIDTH, _ROW, _AXIS = 13.0, 0.2, 0.2
_MISSION, _NUMBER, _RANGE, _END = 2.3, 3.6, 3.3, 0.9
_MOST_ROWS = 60
"""More would not be read; the workbook has all of them."""

Turn = tuple[str, Assumption, tuple[Flip, ...]]


@drawn
def assumption_turns(found: Examined, caption: Caption) -> Figure:
    """A line per decision and number: its range, where it stands, and from where on the decision is another.

    Args:
        found: what was examined.
        caption: what stands on every figure.
    """
    turns = [
        (standing.mission, assumption, tuple(flip for _, flip in flips))
        for standing in found.standings
        for assumption, flips in groupby(standing.flips, key=itemgetter(0))
    ]
    often = {mission: sum(turn[0] == mission for turn in turns) for mission, _, _ in turns}
    turns.sort(key=lambda turn: (-often[turn[0]], turn[0], turn[1].name))
    shown = turns[:_MOST_ROWS]
    numbers = len({assumption for _, assumption, _ in turns})
    left_out = f" The first {_MOST_ROWS} of {len(turns)}; the workbook has all." if len(turns) > _MOST_ROWS else ""
    page = Page(
        caption,
        f"{count(numbers, 'assumed number')} of {len(found.numbers)} turn a decision by themselves",
        width=_WIDTH,
        body=max(len(shown) * _ROW + _AXIS, 0.6),
        key=[
            KeyEntry("as in the plan", BLUE),
            KeyEntry("decided otherwise", ORANGE),
            KeyEntry("not known", PALE),
            KeyEntry("the number as it stands", INK, marker="d"),
        ],
        note=f"A range goes from the lowest to the highest that Basis gives; the others stay as they are.{left_out}",
    )
    if not shown:
        page.say("No assumed number turns a decision by itself.")
        return page.figure
    axes = page.axes(MARGIN + _MISSION + _NUMBER + _END, 0, _RANGE, len(shown) * _ROW)
    axes.set(xlim=(0, 1), ylim=(len(shown), 0), xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    _write(page, axes, shown)
    return page.figure


def _write(page: Page, axes: Axes, shown: Sequence[Turn]) -> None:
    before = ""
    for place, (mission, assumption, flips) in enumerate(shown):
        top = page.top + (place + 0.5) * _ROW - 0.055
        if mission != before:
            page.lines([shortened(mission, _MISSION - 0.1, SMALL, "bold")], MARGIN, top, SMALL, weight="bold")
        before = mission
        page.lines([shortened(assumption.name, _NUMBER - 0.1, SMALL)], MARGIN + _MISSION, top, SMALL)
        left = MARGIN + _MISSION + _NUMBER
        page.lines([plain(assumption.low)], left, top, SMALL, colour=GREY)
        right = left + _END + _RANGE
        page.lines([plain(assumption.high)], right + 0.1, top, SMALL, colour=GREY)
        words = _turn_words(flips, page.width - MARGIN - right - _END)
        page.lines([words], right + _END, top, SMALL, colour=GREY)
        _range(axes, place, assumption, flips)


def _turn_words(flips: Sequence[Flip], room: float) -> str:
    """What a decision is and becomes; where that is too long for the page, what it becomes."""
    becomes = f"then {' or '.join(dict.fromkeys(choice_words(flip.becomes) for flip in flips))}"
    whole = f"{choice_words(flips[0].was)}, {becomes}"
    return whole if shortened(whole, room, SMALL) == whole else shortened(becomes, room, SMALL)


def _range(axes: Axes, place: int, assumption: Assumption, flips: Sequence[Flip]) -> None:
    height, middle = 0.42, place + 0.5
    axes.barh([middle], [1.0], height=height, color=BLUE)
    for flip in flips:
        still, turned, until = (_share(assumption, number) for number in (flip.still, flip.turned, flip.until))
        if assumption.is_whole:
            # A whole number is as wide as the way to the next: a bar covers it from half-way before to half-way after.
            half = 0.5 / (assumption.high - assumption.low) * (1 if flip.until > assumption.now else -1)
            still, turned, until = still + half, turned - half, min(max(until + half, 0.0), 1.0)
        axes.barh([middle], [until - turned], left=turned, height=height, color=ORANGE)
        axes.barh([middle], [turned - still], left=still, height=height, color=PALE)
    axes.scatter([_share(assumption, assumption.now)], [middle], marker="d", s=26, color=INK, zorder=4, clip_on=False)


def _share(assumption: Assumption, number: float) -> float:
    return (number - assumption.low) / (assumption.high - assumption.low)
