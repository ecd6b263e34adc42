"""The best value for every number of units or every budget: a staircase, with what changes at each step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from inzet.analyses.sensitivity.curve import Curve, Kind, Sort, Step, abridged
from inzet.reports.figures.canvas import (
    BLUE,
    GREY,
    INK,
    MARGIN,
    ORANGE,
    PALE,
    RED,
    SMALL,
    Caption,
    KeyEntry,
    Page,
    drawn,
    height_of,
    wrapped,
)
from inzet.reports.figures.ticks import set_ticks
from inzet.reports.sensitivity.words import (
    abridged_words,
    beside_steps,
    beside_words,
    changes_of,
    range_words,
    setting_words,
    shown,
    title_of,
    unit_of,
)
from inzet.reports.words import count

_WIDTH = 11.7
_LINE = 10.4
"""Inches of a line of words: letters are measured in whole pixels, so that a longer one would run off the page."""
_LEFT = 0.85
_VALUE, _BETWEEN, _SHORT, _AXIS = 4.0, 0.25, 0.9, 0.5
_MOST_LINES, _NARROWEST = 5, 0.9
"""Lines of a label on a step, and the least width of a step with its own label, in inches."""
_MOST_LISTED = 45
_MOST_NUMBERS = 16
"""With more steps than this only the last one is given its value."""
_DOT = 0.004
"""A step narrower than this share of the curve is marked by a dot."""
_BADGE = 0.17
"""Least distance between two numbers of steps, in inches."""
_BEHIND = {"facecolor": "white", "edgecolor": "none", "pad": 0.4}
"""Letters stand on white where a line crosses them."""
_EMPTY = 0.15
"""Where a beginning without a plan is cut short, it keeps so large a share of the width of the rest."""
_ROOM_BELOW = 0.9
"""Room for labels under the lowest step, in inches."""


@dataclass(frozen=True)
class Tread:
    """A step as it is drawn.

    Attributes:
        step: the step.
        left: where it begins, in the unit that is shown.
        right: where it ends.
    """

    step: Step
    left: float
    right: float


def treads_of(curve: Curve) -> list[Tread]:
    """The steps of a curve as they are drawn: a number of units reaches half a unit to either side of it."""
    half = 0.0 if curve.kind is Kind.BUDGET else 0.5
    firsts = [shown(curve, step.first) for step in curve.steps]
    lasts = [shown(curve, step.last) for step in curve.steps if step.last is not None]
    # What goes on without an end is drawn a little way.
    end = max([*firsts, *lasts, shown(curve, curve.now)])
    first_planned = min((shown(curve, step.first) for step in curve.planned), default=0.0)
    beyond = end + (max(0.06 * (end - first_planned), 1e-3) if curve.kind is Kind.BUDGET else 1.0)
    return [
        Tread(step, first - half, (beyond if step.last is None else shown(curve, step.last)) + half)
        for step, first in zip(curve.steps, firsts, strict=True)
    ]


@drawn
def staircase(curve: Curve, caption: Caption) -> Figure:
    """Value above, readiness shortfall below where there is any, with the missions that come in or go out at each step.

    Args:
        curve: over units, a commitment or money.
        caption: what stands on every figure.
    """
    treads = treads_of(curve)
    left, right = _limits(curve, treads)
    room = _WIDTH - _LEFT - 2 * MARGIN
    own, listed = _labels(curve, treads, room / (right - left))
    is_short = any(step.short for step in curve.planned)
    legend = [f"{number}. {words}" for number, words in listed.values()]
    lines = [line for text in legend[:_MOST_LISTED] for line in wrapped(text, _LINE, SMALL)]
    if len(legend) > _MOST_LISTED:
        lines.append(f"… and {len(legend) - _MOST_LISTED} more; see the workbook.")
    drawn_height = _VALUE + (_BETWEEN + _SHORT if is_short else 0.0) + _AXIS
    page = Page(
        caption,
        f"{title_of(curve)}; {_finding(curve)}",
        width=_WIDTH,
        body=drawn_height + height_of(len(lines), SMALL),
        key=_key(curve),
        note=_note(curve, is_cut=left > treads[0].left),
    )
    above = page.axes(_LEFT, 0, room, _VALUE)
    axes = [above]
    _draw(above, treads, [step.value for step in curve.steps], 1)
    _set_height(above)
    _write(above, treads, own, listed, room / (right - left))
    if is_short:
        below = page.axes(_LEFT, _VALUE + _BETWEEN, room, _SHORT)
        axes.append(below)
        _draw(below, treads, [step.short for step in curve.steps], 0, numbers=len(treads) <= _MOST_NUMBERS)
        low, high = below.get_ylim()
        below.set_ylim(min(0.0, low), high + 0.35 * max(high, 1.0))
        below.set_ylabel("unit months\nshort", size=SMALL, color=GREY)
    above.set_ylabel("points of value", size=SMALL, color=GREY)
    for one in axes:
        one.set_xlim(left, right)
        one.axvline(shown(curve, curve.now), color=ORANGE, linewidth=1.2, linestyle="--", zorder=1)
        _shade(one, treads, [step.value if one is above else step.short for step in curve.steps])
        one.tick_params(labelsize=SMALL, length=2)
        set_ticks(one, across=14, upwards=7 if one is above else 3, whole=curve.kind is not Kind.BUDGET)
    if is_short:
        above.set_xticklabels([])
    axes[-1].set_xlabel(unit_of(curve), size=SMALL, color=GREY)
    page.lines(lines, MARGIN, page.top + drawn_height, SMALL)
    return page.figure


def _finding(curve: Curve) -> str:
    ends = count(len(curve.planned), "plan")
    if not all(step.proven for step in curve.steps):
        unproven = sum(not step.proven for step in curve.steps)
        return f"{ends}, {unproven} of {len(curve.steps)} steps not proven or not looked into"
    return f"{ends}, every step proven exact"


def _note(curve: Curve, *, is_cut: bool) -> str:
    plain = "+ comes in, - goes out, beside the step before it to the left."
    if words := abridged_words(curve):
        plain = f"+ comes in, - goes out. {words}"
    if is_cut and curve.steps[0].sort is Sort.NONE:
        plain += " Further to the left there is no plan either."
    if not any(below is not None and below.across for _, below in beside_steps(curve)):
        return plain
    return f"{plain} After a part that was not looked into, the list says beside which."


def _key(curve: Curve) -> list[KeyEntry]:
    entries = [KeyEntry("proven best", BLUE, line="-")]
    if any(step.sort is Sort.PLAN and not step.proven for step in curve.steps):
        entries.append(KeyEntry("best found, not proven", BLUE, line="--"))
    if any(step.sort is Sort.NONE for step in curve.steps):
        entries.append(KeyEntry("proven: no plan", RED, hatch="////"))
    if left := [step for step in curve.steps if step.sort is Sort.OPEN]:
        between = "; lies between the steps beside it" if curve.encloses(left) else ""
        entries.append(KeyEntry(f"not looked into{between}", PALE, hatch="...."))
    return [*entries, KeyEntry(f"the workbook: {setting_words(curve, curve.now)}", ORANGE, line="--")]


def _limits(curve: Curve, treads: Sequence[Tread]) -> tuple[float, float]:
    """From where it begins to matter: a beginning without a plan is cut short when it would take most of the room."""
    left, right = treads[0].left, max(treads[-1].right, shown(curve, curve.now))
    first = next((tread.left for tread in treads if tread.step.ledger is not None), left)
    if first - left > (right - first) * (_EMPTY if curve.kind is Kind.BUDGET else 1.0):
        left = first - _EMPTY * max(right - first, 1e-3)
    right += 0.02 * (right - left)
    return left, right


def _labels(
    curve: Curve, treads: Sequence[Tread], inches: float
) -> tuple[dict[int, list[str]], dict[int, tuple[int, str]]]:
    """The lines to write on a step itself, and the number and words of those that have no room for them."""
    own: dict[int, list[str]] = {}
    listed: dict[int, tuple[int, str]] = {}
    main = abridged(curve)
    told = {step.first: (step, below) for step, below in beside_steps(main) if step.ledger is not None}
    for place, tread in enumerate(treads):
        step, below = told.get(tread.step.first, (tread.step, None))
        changes = changes_of(step.shift, brief=main is not curve) if step.first in told else []
        if not changes:
            continue
        width = (tread.right - tread.left) * inches - 0.12
        lines = [line for change in changes for line in wrapped(change, width, SMALL)]
        whole = not any(line.endswith("…") for line in lines)
        is_plain = below is None or not below.across
        if is_plain and width >= _NARROWEST and len(lines) <= _MOST_LINES and whole:
            own[place] = lines
        else:
            words = beside_words(curve, below, "; ".join(changes))
            stop = ":" if is_plain else ","
            listed[place] = (len(listed) + 1, f"{range_words(curve, tread.step)} {unit_of(curve)}{stop} {words}")
    return own, listed


def _draw(
    axes: Axes, treads: Sequence[Tread], heights: Sequence[float | None], decimals: int, *, numbers: bool = True
) -> None:
    before: tuple[float, float] | None = None
    for tread, height in zip(treads, heights, strict=True):
        if height is None:
            before = None
            continue
        if before is not None and abs(before[0] - tread.left) < 1e-9:
            axes.plot([tread.left] * 2, [before[1], height], color=PALE, linewidth=1, zorder=2)
        style = "-" if tread.step.proven else "--"
        axes.plot([tread.left, tread.right], [height] * 2, color=BLUE, linewidth=2, linestyle=style, zorder=3)
        if tread.right - tread.left < _DOT * (treads[-1].right - treads[0].left):
            axes.plot([tread.left], [height], color=BLUE, marker=".", markersize=4, linestyle="none", zorder=3)
        before = (tread.right, height)
    shown_numbers = [(t, h) for t, h in zip(treads, heights, strict=True) if h is not None]
    if len(shown_numbers) > _MOST_NUMBERS:
        shown_numbers = [shown_numbers[-1]]
    for tread, height in shown_numbers if numbers else ():
        axes.annotate(
            f"{height:,.{decimals}f}",
            ((tread.left + tread.right) / 2, height),
            (0, 3),
            textcoords="offset points",
            size=SMALL,
            color=INK,
            ha="center",
            va="bottom",
            bbox=_BEHIND,
            zorder=5,
        )


def _set_height(axes: Axes) -> None:
    """Leave room for labels under the lowest step and for numbers above the highest."""
    low, high = axes.get_ylim()
    span = max(high - low, 1e-6)
    axes.set_ylim(low - span * _ROOM_BELOW / (_VALUE - _ROOM_BELOW - 0.3), high + span * 0.3 / (_VALUE - _ROOM_BELOW))


def _write(
    axes: Axes, treads: Sequence[Tread], own: dict[int, list[str]], listed: dict[int, tuple[int, str]], inches: float
) -> None:
    """The labels of the steps, or their numbers, each under its own step, where a staircase leaves room."""
    reached = -1e9
    for place, tread in enumerate(treads):
        middle = (tread.left + tread.right) / 2
        if place in own:
            words, colour = "\n".join(own[place]), INK
        elif place in listed and (middle - reached) * inches >= _BADGE:
            words, colour = str(listed[place][0]), BLUE
            reached = middle
        else:
            continue
        axes.annotate(
            words,
            (middle, tread.step.value or 0.0),
            (0, -4),
            textcoords="offset points",
            size=SMALL,
            color=colour,
            ha="center",
            va="top",
            linespacing=1.15,
            bbox=_BEHIND,
            zorder=5,
        )


def _shade(axes: Axes, treads: Sequence[Tread], heights: Sequence[float | None]) -> None:
    """Hatch where there is no plan, from bottom to top; where it is not known, only between the steps beside it."""
    bottom, top = axes.get_ylim()
    for place, tread in enumerate(treads):
        if tread.step.ledger is not None:
            continue
        gone = tread.step.sort is Sort.NONE
        low, high = (bottom, top) if gone else _between(treads, heights, place) or (bottom, top)
        patch = Rectangle(
            (tread.left, low),
            tread.right - tread.left,
            high - low,
            facecolor="none",
            edgecolor=RED if gone else GREY,
            hatch="////" if gone else "....",
            linewidth=0,
            alpha=0.5,
            zorder=0,
        )
        axes.add_patch(patch)
    axes.set_ylim(bottom, top)


def _between(treads: Sequence[Tread], heights: Sequence[float | None], place: int) -> tuple[float, float] | None:
    """What the best value of an open step lies between; None where a goal before value may differ too."""
    if not 0 < place < len(treads) - 1:
        return None
    below, above = treads[place - 1].step, treads[place + 1].step
    low, high = heights[place - 1], heights[place + 1]
    if low is None or high is None or below.short != above.short:
        return None
    return min(low, high), max(low, high)
