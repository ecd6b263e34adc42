"""What the best plan is worth as one weight grows, and the weights at which it changes."""

from __future__ import annotations

from matplotlib.figure import Figure

from inzet.analyses.sensitivity.curve import Curve, Sort
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
    height_of,
    wrapped,
)
from inzet.reports.figures.ticks import set_ticks
from inzet.reports.sensitivity.words import beside_steps, beside_words, changes_of, setting_words, title_of
from inzet.reports.words import count

_WIDTH = 11.7
_LINE = 10.4
"""Inches of a line of words: letters are measured in whole pixels, so that a longer one would run off the page."""
_LEFT, _BODY, _AXIS = 0.85, 4.0, 0.45
_APART = 0.19
"""Least distance between two numbers, in inches; nearer ones stand higher."""
_ROWS, _ROW = 3, 0.16


@drawn
def envelope(curve: Curve, caption: Caption) -> Figure:
    """A bent line: every piece is one plan, every bend a weight at which the plan changes.

    Args:
        curve: over a weight.
        caption: what stands on every figure.
    """
    bends = [step for step in curve.steps if step.confirmed is not None]
    lower = {id(step): below for step, below in beside_steps(curve)}
    texts = []
    for number, step in enumerate(bends, start=1):
        plain = "; ".join(changes_of(step.shift)) or "other plans of the same missions"
        changes = beside_words(curve, lower[id(step)], plain)
        sure = "" if step.confirmed else " (not confirmed)"
        texts.append(f"{number}. at {setting_words(curve, step.first)}{sure}: {changes}")
    lines = [line for text in texts for line in wrapped(text, _LINE, SMALL)]
    confirmed = sum(bool(step.confirmed) for step in bends)
    changed = f"the plan changes at {count(len(bends), 'weight')}, {confirmed} confirmed by solving on either side"
    page = Page(
        caption,
        f"{title_of(curve)}; {changed if bends else 'the plan never changes'}",
        width=_WIDTH,
        body=_ROWS * _ROW + _BODY + _AXIS + height_of(len(lines), SMALL),
        key=[
            KeyEntry("points of the best plan, proven", BLUE, line="-"),
            KeyEntry("best found, not proven", BLUE, line="--"),
            KeyEntry("a weight at which the plan changes", INK, marker="o"),
            KeyEntry(f"the workbook: {setting_words(curve, curve.now)}", ORANGE, line="--"),
        ],
        note="Every piece is a straight line: one plan. + comes in, - goes out, beside the plan to the left.",
    )
    room = _WIDTH - _LEFT - 2 * MARGIN
    axes = page.axes(_LEFT, _ROWS * _ROW, room, _BODY)
    most = curve.steps[-1].last or 1.0
    axes.set_xlim(0, most)
    axes.axvline(curve.now, color=ORANGE, linewidth=1.2, linestyle="--", zorder=1)
    for step in curve.steps:
        assert step.last is not None
        if step.ends is not None:
            style = "-" if step.proven else "--"
            axes.plot([step.first, step.last], step.ends, color=BLUE, linewidth=2, linestyle=style, zorder=2)
        elif step.sort is not Sort.PLAN:
            axes.axvspan(step.first, step.last, facecolor="none", edgecolor=PALE, hatch="....", linewidth=0, zorder=0)
    reached = [-1.0] * _ROWS
    for number, step in enumerate(bends, start=1):
        axes.plot([step.first], [step.value or 0.0], marker="o", markersize=4, color=INK, zorder=4)
        x = _LEFT + step.first / most * room
        row = next((row for row in range(_ROWS) if x - reached[row] >= _APART), None)
        if row is None:
            continue
        reached[row] = x
        axes.axvline(step.first, color=PALE, linewidth=0.6, zorder=0.5)
        y = page.top + _ROWS * _ROW - (row + 1) * _ROW + 0.02
        page.figure.text(x / page.width, 1 - y / page.height, str(number), size=SMALL, color=INK, ha="center", va="top")
    axes.tick_params(labelsize=SMALL, length=2)
    set_ticks(axes, across=14, upwards=7)
    axes.set_ylabel("points of value", size=SMALL, color=GREY)
    axes.set_xlabel("weight", size=SMALL, color=GREY)
    page.lines(lines, MARGIN, page.top + _ROWS * _ROW + _BODY + _AXIS, SMALL)
    return page.figure
