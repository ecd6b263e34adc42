"""What the loss of one unit of each type, or of a tenth of each fund, would cost: the longest bar on top."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from inzet.analyses.sensitivity.criticality import Criticality, Outcome, Taken
from inzet.reports.decision_words import amount_words, unit_words
from inzet.reports.figures.canvas import (
    BLUE,
    BODY,
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
    shortened,
    width_of,
)
from inzet.reports.figures.ticks import set_ticks
from inzet.reports.sensitivity.words import changes_of, criticality_proof, loss_words, taken_words
from inzet.reports.words import count
from inzet.scenario.scenario import Scenario

_WIDTH = 11.7
_ROW, _HEAD, _AXIS, _GAP = 0.21, 0.24, 0.34, 0.12
_WIDEST_NAME = 3.7
_LONGEST = 0.42
"""The longest bar, as a share of the width: what changes stands beside it."""
_COLOURS = {"unit": BLUE, "fund": ORANGE}


@dataclass(frozen=True, slots=True)
class _Group:
    """Losses that are counted in one unit, or not counted at all."""

    heading: str
    rows: Sequence[Taken]
    unit: str = ""

    @property
    def height(self) -> float:
        return _HEAD + len(self.rows) * _ROW + (_AXIS if self.unit else 0.0) + _GAP


@drawn
def tornado(found: Criticality, caption: Caption) -> Figure:
    """A bar per unit type and fund, grouped by the first goal that loses, the worst first.

    Args:
        found: the losses.
        caption: what stands on every figure.
    """
    groups = list(_groups(found))
    hurting = len(found.of(Outcome.NO_PLAN)) + len(found.of(Outcome.COSTS))
    page = Page(
        caption,
        f"What is critical: {hurting} of {len(found.taken)} losses cost something; {criticality_proof(found)}",
        width=_WIDTH,
        body=max(sum(group.height for group in groups), 0.8),
        key=[
            KeyEntry("one unit fewer", BLUE),
            KeyEntry("a tenth of the fund less", ORANGE),
            KeyEntry("best found, not proven", GREY, hatch="////"),
            KeyEntry("no plan is left", RED, marker="X"),
        ],
        note="One thing is taken away at a time. Beside a bar: + comes in, - goes out. Readiness counts before value.",
    )
    if not groups:
        page.say("There is nothing to take away.")
        return page.figure
    names = [taken_words(taken, found.scenario) for taken in found.taken]
    left = MARGIN + min(_WIDEST_NAME, max(width_of(name, BODY) for name in names)) + 0.15
    top = 0.0
    for group in groups:
        page.lines([group.heading], MARGIN, page.top + top, BODY, weight="bold")
        axes = page.axes(left, top + _HEAD, _WIDTH - left - MARGIN, len(group.rows) * _ROW)
        _draw(axes, group, found.scenario, left - MARGIN - 0.1, _WIDTH - left - MARGIN)
        top += group.height
    return page.figure


def _groups(found: Criticality) -> Iterator[_Group]:
    if gone := found.of(Outcome.NO_PLAN):
        yield _Group("No plan is left that keeps every rule", gone)
    losing = found.of(Outcome.COSTS)
    for goal in dict.fromkeys(taken.deciding.goal for taken in losing if taken.deciding):
        rows = [taken for taken in losing if taken.deciding and taken.deciding.goal == goal]
        unit = unit_words(goal, found.scenario)
        yield _Group(f"Loses {goal}, in {unit}", rows, unit)
    if free := found.of(Outcome.FREE):
        yield _Group("Costs nothing down to value", free)
    if unknown := found.of(Outcome.OPEN):
        yield _Group("Not known", unknown)


def _draw(axes: Axes, group: _Group, scenario: Scenario, name_room: float, width: float) -> None:
    places = np.arange(len(group.rows)) + 0.5
    lengths = [taken.deciding.amount if group.unit and taken.deciding else 0.0 for taken in group.rows]
    most = max(*lengths, 1e-9, 0.0) / _LONGEST if group.unit else 1.0
    for place, length, taken in zip(places, lengths, group.rows, strict=True):
        colour = _COLOURS[taken.sort]
        if group.unit:
            hatch = None if taken.proven else "////"
            face = colour if taken.proven else "white"
            axes.barh(place, length, height=0.68, color=face, edgecolor=colour, linewidth=0.6, hatch=hatch)
        else:
            mark, ink = ("X", RED) if taken.outcome is Outcome.NO_PLAN else ("s", colour)
            axes.plot([0], [place], marker=mark, markersize=4.5, color=ink, linestyle="none", clip_on=False)
        words = _beside(taken, scenario)
        # Letters are measured in whole pixels: a long line runs wider than it was measured.
        room = 0.92 * width * (1 - max(length, 0.0) / most) - 0.15
        axes.annotate(
            shortened(words, room, SMALL),
            (max(length, 0.0), place),
            (6 if group.unit else 9, 0),
            textcoords="offset points",
            size=SMALL,
            color=INK,
            va="center_baseline",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4},
        )
    axes.set_ylim(len(group.rows), 0)
    axes.set_xlim(min([0.0, *lengths]), most)
    axes.set_yticks(places)
    labels = [shortened(taken_words(taken, scenario), name_room, BODY) for taken in group.rows]
    axes.set_yticklabels(labels, size=BODY, color=INK)
    axes.tick_params(axis="y", length=0, pad=7)
    if group.unit:
        set_ticks(axes, across=8)
        axes.tick_params(axis="x", labelsize=SMALL, length=2)
        axes.grid(axis="x", color=PALE, linewidth=0.4)
        axes.set_xlabel(group.unit, size=SMALL, color=GREY, labelpad=1)
    else:
        axes.set_xticks([])
        axes.spines[:].set_visible(False)


def _beside(taken: Taken, scenario: Scenario) -> str:
    """The other losses and what changes, beside the bar."""
    if taken.outcome is Outcome.OPEN:
        return loss_words(taken, scenario)
    parts = [amount_words(part.goal, part.amount, scenario) for part in taken.losses if part.amount]
    changes = [*changes_of(taken.shift)]
    moves = "; ".join(changes[:4]) + (f" and {count(len(changes) - 4, 'more', 'more')}" if len(changes) > 4 else "")
    return "  ".join(part for part in (", ".join(parts), moves) if part)
