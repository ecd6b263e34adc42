"""How the value of one plan becomes that of another: what adds and takes points."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from inzet.analyses.compare import Bridge, Step
from inzet.reports.figures.canvas import (
    BLUE,
    BODY,
    GREY,
    INK,
    MARGIN,
    ORANGE,
    PURPLE,
    SMALL,
    Caption,
    KeyEntry,
    Page,
    drawn,
    shortened,
)

_WIDTH, _COLUMNS = 13.3, 3
_BARS, _BAR, _ABOVE, _BELOW = 8, 0.17, 0.46, 0.16
_LABELS = 1.55
"""Room for the names of the steps, in inches."""


@drawn
def compare_bridge(bridges: Sequence[Bridge], title: str, caption: Caption) -> Figure:
    """A panel per bridge: the steps from one value to the other, the largest ones each with a bar of its own.

    Args:
        bridges: the bridges.
        title: what they have in common.
        caption: what stands on every figure.
    """
    shown = [_shown(bridge) for bridge in bridges]
    rows = [shown[start : start + _COLUMNS] for start in range(0, len(shown), _COLUMNS)]
    heights = [_ABOVE + max(len(steps) for steps in row) * _BAR + _BELOW for row in rows]
    page = Page(
        caption,
        title,
        width=_WIDTH,
        body=max(sum(heights), 0.8),
        key=[
            KeyEntry("a mission adds points", BLUE),
            KeyEntry("a mission takes points", ORANGE),
            KeyEntry("weights, scores, shares and rules", PURPLE),
        ],
        note="The old plan is first valued under the new weights, scores and shares of options; then missions add and "
        "take under the new ones. The steps add up to the difference between the two values; the smallest are put "
        "together. Every panel has a scale of its own.",
    )
    if not bridges:
        page.say("There are not two options with a plan.")
    width = (_WIDTH - 2 * MARGIN) / _COLUMNS
    for number, (bridge, steps) in enumerate(zip(bridges, shown, strict=True)):
        row, column = divmod(number, _COLUMNS)
        left, top = MARGIN + column * width, sum(heights[:row])
        words = f"{bridge.before} to {bridge.after}"
        page.lines([shortened(words, width - 0.15, BODY, "bold")], left, page.top + top + 0.04, BODY, weight="bold")
        difference = f"{bridge.start:,.1f} to {bridge.end:,.1f} points: {bridge.end - bridge.start:+,.1f}"
        page.lines([difference], left, page.top + top + 0.21, SMALL, colour=GREY)
        _draw(page.axes(left + _LABELS, top + _ABOVE, width - _LABELS - 0.15, len(steps) * _BAR), steps)
    return page.figure


def _shown(bridge: Bridge) -> list[Step]:
    """The steps to draw: those that are no mission, the largest missions, and the rest in one."""
    steps = sorted(bridge.steps, key=lambda step: (step.is_mission, -abs(step.points)))
    if not steps:
        return [Step("nothing changes", 0.0, is_mission=False)]
    if len(steps) <= _BARS:
        return steps
    kept, rest = steps[: _BARS - 1], steps[_BARS - 1 :]
    return [*kept, Step(f"{len(rest)} smaller ones", sum(step.points for step in rest), is_mission=True)]


def _draw(axes: Axes, steps: Sequence[Step]) -> None:
    at, ends = 0.0, [0.0]
    for place, step in enumerate(steps):
        colour = (BLUE if step.points > 0 else ORANGE) if step.is_mission else PURPLE
        axes.barh(place + 0.5, step.points, left=at, height=0.72, color=colour, linewidth=0)
        at += step.points
        ends.append(at)
    low, high = min(ends), max(ends)
    span = max(high - low, 1e-9)
    # Room on the right for the number beside the furthest bar.
    axes.set(xlim=(low - 0.03 * span, high + 0.33 * span), ylim=(len(steps), 0), xticks=[])
    for place, (step, before, after) in enumerate(zip(steps, ends, ends[1:], strict=False)):
        axes.annotate(
            f"{step.points:+,.1f}",
            (max(before, after), place + 0.5),
            (3, 0),
            textcoords="offset points",
            size=SMALL,
            color=INK,
            va="center_baseline",
        )
    axes.axvline(0, color=GREY, linewidth=0.6)
    axes.set_yticks([place + 0.5 for place in range(len(steps))])
    axes.set_yticklabels([shortened(step.what, _LABELS - 0.12, SMALL) for step in steps], size=SMALL, color=INK)
    axes.tick_params(axis="y", length=0)
    axes.spines[:].set_visible(False)
