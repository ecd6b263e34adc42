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
_TAKEN, _FEWEST = PALETTE[0], PALETTE[1]


@drawn
def curve(found: Replanned, caption: Caption) -> Figure:
    """How good a plan can be with so many changes at most: value above, readiness shortfall below.

    Args:
        found: the plan made anew; it must have a plan.
        caption: what stands on every figure.
    """
    least, best, chosen = found.least, found.best, found.chosen
    assert chosen is not None
    page = Page(
        caption,
        f"What changes bring: {count(least.plan.changes, 'change')} at least, {best.plan.changes} for the best plan",
        width=_WIDTH,
        body=_VALUE + _BETWEEN + _SHORT + _AXIS,
        key=[
            KeyEntry("the plan to take", _TAKEN, marker="o"),
            KeyEntry("the fewest changes that keep the rules", _FEWEST, marker="s"),
            KeyEntry("the best plan with so many changes at most", GREY, marker="."),
        ],
        note="Readiness counts before value: a plan that is less short is better, whatever it is worth.",
    )
    room = _WIDTH - _LEFT - 2 * MARGIN
    above = page.axes(_LEFT, 0, room, _VALUE)
    below = page.axes(_LEFT, _VALUE + _BETWEEN, room, _SHORT)
    _draw(above, found.curve, [point.value for point in found.curve], 1)
    _draw(below, found.curve, [point.short for point in found.curve], 0)
    for axes, words in ((above, "points of value"), (below, "unit months\nshort")):
        axes.set_ylabel(words, size=SMALL, color=GREY)
        axes.scatter([least.most], [_height(axes is above, least)], marker="s", s=46, color=_FEWEST, zorder=4)
        axes.scatter([chosen.most], [_height(axes is above, chosen)], marker="o", s=30, color=_TAKEN, zorder=5)
    below.set_ylim(bottom=0, top=max(1.0, below.get_ylim()[1]))
    for axes in (above, below):
        axes.set_yticks(_inside(MaxNLocator(5).tick_values(*axes.get_ylim()), axes.get_ylim()))
    above.set_xticklabels([])
    below.set_xlabel("changes to the running plan, at most", size=SMALL, color=GREY)
    return page.figure


def _height(is_value: bool, point: Point) -> float:
    return point.value if is_value else point.short


def _inside(ticks: Iterable[float], limits: tuple[float, float]) -> list[float]:
    return [tick for tick in ticks if limits[0] <= tick <= limits[1]]


def _draw(axes: Axes, points: Sequence[Point], heights: Sequence[float], decimals: int) -> None:
    places = [point.most for point in points]
    axes.plot(places, heights, color=GREY, linewidth=1, marker=".", markersize=5, drawstyle="steps-post")
    axes.set_xlim(places[0] - 0.6, places[-1] + 0.6)
    axes.margins(y=0.25)
    axes.set_xticks(_inside(MaxNLocator(_MOST_NUMBERS, integer=True).tick_values(*axes.get_xlim()), axes.get_xlim()))
    axes.tick_params(labelsize=SMALL, length=2)
    shown = points if len(points) <= _MOST_NUMBERS else (points[0], points[-1])
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
