"""What more changes to a running plan bring."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from inzet.analyses.replan import Point, Replanned
from inzet.reports.figures.canvas import GREY, INK, MARGIN, PALETTE, SMALL, Caption, KeyEntry, Page, drawn
from inzet.reports.words import count

_WIDTH = 11.7
_LEFT = 0.75
_VALUE, _BETWEEN, _SHORT, _AXIS = 2.6, 0.3, 1.1, 0.45
_MOST_NUMBERS = 14
"""With more points than this the numbers would stand on each other."""
TAKEN, FEWEST = PALETTE[0], PALETTE[1]
KEY = (
    KeyEntry("the plan to take", TAKEN, marker="o"),
    KeyEntry("the fewest changes that keep the rules", FEWEST, marker="s"),
    KeyEntry("the best plan with so many changes at most", GREY, marker="."),
)
NOTE = "Readiness counts before value: a plan that is less short is better, whatever it is worth."


@drawn
def curve(found: Replanned, caption: Caption) -> Figure:
    """How good a plan can be with so many changes at most: value above, readiness shortfall below.

    Args:
        found: the plan made anew; it must have a plan.
        caption: what stands on every figure.
    """
    least, best = found.least, found.best
    page = Page(
        caption,
        f"What changes bring: {count(least.plan.changes, 'change')} at least, {best.plan.changes} for the best plan",
        width=_WIDTH,
        body=_VALUE + _BETWEEN + _SHORT + _AXIS,
        key=KEY,
        note=NOTE,
    )
    room = _WIDTH - _LEFT - 2 * MARGIN
    above = page.axes(_LEFT, 0, room, _VALUE)
    below = page.axes(_LEFT, _VALUE + _BETWEEN, room, _SHORT)
    draw_curve(above, below, found, _MOST_NUMBERS)
    return page.figure


def draw_curve(above: Axes, below: Axes, found: Replanned, most_numbers: int) -> None:
    """Draw value and readiness shortfall against changes.

    Args:
        above: axes for value.
        below: axes for the readiness shortfall, under them.
        found: the plan made anew; it must have a plan.
        most_numbers: with more points than this only the first and the last carry their number.
    """
    least, chosen = found.least, found.chosen
    assert chosen is not None
    _draw(above, found.curve, [point.value for point in found.curve], 1, most_numbers)
    _draw(below, found.curve, [point.short for point in found.curve], 0, most_numbers)
    for axes, words in ((above, "points of value"), (below, "unit months\nshort")):
        axes.set_ylabel(words, size=SMALL, color=GREY)
        axes.scatter(
            [least.most], [_height(axes is above, least)], marker="s", s=46, color=FEWEST, zorder=4, clip_on=False
        )
        axes.scatter(
            [chosen.most], [_height(axes is above, chosen)], marker="o", s=30, color=TAKEN, zorder=5, clip_on=False
        )
    below.set_ylim(bottom=0, top=max(1.0, below.get_ylim()[1]))
    for axes in (above, below):
        ticks = MaxNLocator(5, integer=axes is below).tick_values(*axes.get_ylim())
        axes.set_yticks(_inside(ticks, axes.get_ylim()))
    above.set_xticklabels([])
    below.set_xlabel("changes to the running plan, at most", size=SMALL, color=GREY)


def _height(is_value: bool, point: Point) -> float:
    return point.value if is_value else point.short


def _inside(ticks: Iterable[float], limits: tuple[float, float]) -> list[float]:
    return [tick for tick in ticks if limits[0] <= tick <= limits[1]]


def _draw(axes: Axes, points: Sequence[Point], heights: Sequence[float], decimals: int, most_numbers: int) -> None:
    places = [point.most for point in points]
    axes.plot(places, heights, color=GREY, linewidth=1, marker=".", markersize=5, drawstyle="steps-post", clip_on=False)
    axes.set_xlim(places[0] - 0.6, places[-1] + 0.6)
    axes.margins(y=0.25)
    axes.set_xticks(_inside(MaxNLocator(most_numbers, integer=True).tick_values(*axes.get_xlim()), axes.get_xlim()))
    axes.tick_params(labelsize=SMALL, length=2)
    shown = points if len(points) <= most_numbers else (points[0], points[-1])
    for point, height in zip(points, heights, strict=True):
        if point in shown:
            axes.annotate(
                f"{height:,.{decimals}f}",
                (point.most, height),
                (4, 5),
                textcoords="offset points",
                size=SMALL,
                color=INK,
            )
