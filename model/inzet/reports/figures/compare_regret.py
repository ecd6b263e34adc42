"""What each plan loses when another world comes than the one it was made for."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from inzet.analyses.compare import Comparison
from inzet.analyses.regret import Regret
from inzet.reports.figures.canvas import (
    BODY,
    GREEN,
    GREY,
    INK,
    MARGIN,
    RED,
    SMALL,
    Caption,
    KeyEntry,
    Page,
    drawn,
    ink_on,
    name_lines,
    shortened,
    width_of,
)
from inzet.schema.rows import GoalName

_WIDTH = 15.0
_ROW, _NAMES = 0.33, 0.62
_WIDEST_NAME, _WIDEST_CELL = 2.4, 1.3
_TINY = 5.5
_TIE, _LIGHT, _DARK = "#d9f0e3", np.array([255, 245, 230]), np.array([179, 88, 6])
_WORSE, _GONE = "#cdb4db", "#ececec"
_NOTE = (
    "Row: the plan; column: the world that comes. The number is the points that the best plan of that world has more. "
    "! the plan breaks a rule of that world or falls short of units, x some of its contributions do not exist there: "
    "it cannot be carried out as it is, and its number, which may be below 0, is no comparison. A second line says how "
    "much worse it is in a goal that comes before value."
)


@drawn
def compare_regret(found: Comparison, caption: Caption) -> Figure:
    """A cell for every plan in every world: what it loses there, or that it does not hold there.

    Args:
        found: the comparison.
        caption: what stands on every figure.
    """
    plans = found.planned
    robust = [p.name for p in plans if all(found.regrets[p.name, w.name].holds for w in plans)]
    title = f"If another world comes: {len(robust) or 'none'} of {len(plans)} plans can be carried out in every world"
    page = Page(
        caption,
        title,
        width=_WIDTH,
        body=_NAMES + max(len(plans), 1) * _ROW + 0.1,
        key=[
            KeyEntry("tie: as good as the best plan there", _TIE),
            KeyEntry("loses few points", _hex(0.15)),
            KeyEntry("loses many points", _hex(1.0)),
            KeyEntry("worse in a goal that comes before value", _WORSE),
            KeyEntry("does not hold there", GREY, hatch="////", fill=_GONE),
        ],
        note=_NOTE,
    )
    if not plans:
        page.say("No option has a plan.")
        return page.figure
    left = MARGIN + min(_WIDEST_NAME, max(width_of(p.name, BODY) for p in plans)) + 0.15
    cell = min(_WIDEST_CELL, (_WIDTH - left - MARGIN) / len(plans))
    axes = page.axes(left, _NAMES, cell * len(plans), _ROW * len(plans))
    axes.set(xlim=(0, len(plans)), ylim=(len(plans), 0), xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    losses = [r.loss for r in found.regrets.values() if r.holds and r.goal == GoalName.VALUE]
    most = max([*losses, 1e-9])
    for number, plan in enumerate(plans):
        name = shortened(plan.name, left - MARGIN - 0.1, BODY)
        page.lines([name], MARGIN, page.top + _NAMES + (number + 0.5) * _ROW - 0.07, BODY)
        lines, size = name_lines(plan.name, cell - 0.06)
        top = page.top + _NAMES - 0.05 - len(lines) * 0.14 * size / SMALL
        page.lines(lines, left + number * cell + 0.03, top, size, weight="bold")
        for column, world in enumerate(plans):
            _draw(axes, found.regrets[plan.name, world.name], column, number, most, own=plan is world)
    return page.figure


def _draw(axes: Axes, regret: Regret, column: int, row: int, most: float, *, own: bool) -> None:
    other = regret.goal not in ("", GoalName.VALUE)
    colour = _TIE if regret.tie else _WORSE if other else _hex(regret.loss / most)
    gone = not regret.holds
    axes.add_patch(
        Rectangle(
            (column, row),
            1,
            1,
            facecolor=_GONE if gone else colour,
            edgecolor="white",
            linewidth=1.2,
            hatch="////" if gone else None,
            zorder=1,
        )
    )
    if own:
        axes.add_patch(Rectangle((column + 0.02, row + 0.04), 0.96, 0.92, fill=False, edgecolor=GREEN, linewidth=1.2))
    words = "best" if own else "tie" if regret.tie else f"{regret.loss:,.0f}"
    marks = (" !" if regret.broken else "") + (" x" if regret.unknown else "")
    ink = GREY if gone else ink_on(colour)
    box = {"facecolor": _GONE, "edgecolor": "none", "pad": 0.6} if gone else None
    high = row + (0.34 if other else 0.5)
    axes.text(
        column + 0.5, high, words + marks, size=SMALL, color=RED if gone else ink, ha="center", va="center", bbox=box
    )
    if other:
        text = f"{regret.goal} {regret.amount:+,.0f}"
        axes.text(column + 0.5, row + 0.72, text, size=_TINY, color=INK, ha="center", va="center", bbox=box)


def _hex(share: float) -> str:
    """A colour from light for nothing to dark for the most; square roots, so that small losses can be told apart."""
    red, green, blue = (_LIGHT + (_DARK - _LIGHT) * np.sqrt(min(max(share, 0.0), 1.0))).round().astype(int)
    return f"#{red:02x}{green:02x}{blue:02x}"
