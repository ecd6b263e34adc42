"""The bars of a matrix of missions: each cell is the time of the plan, and a bar is when the mission contributes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from inzet.analyses.library import Presence
from inzet.calendar import Month
from inzet.reports.figures.canvas import ink_on, shortened

TINY = 5.5
"""Size of the letters in a bar."""
_FEWEST_LETTERS = 4
"""A name cut shorter than this says nothing."""


@dataclass(frozen=True, slots=True)
class MissionBars:
    """How bars are drawn in a matrix.

    Attributes:
        axes: axes on which cell (column, row) runs from column to column + 1 and from row to row + 1.
        months: the months of the plan.
        width: of a cell, in inches.
        aside: left free on either side of a cell, as a share of it.
        above: left free above and below a bar, as a share of the row.
        edge: colour of the edge of a bar; empty for none.
    """

    axes: Axes
    months: Sequence[Month]
    width: float
    aside: float = 0.04
    above: float = 0.16
    edge: str = ""

    def draw(
        self, place: tuple[int, int], presence: Presence, colour: str, *, hatch: str = "", named: bool = False
    ) -> None:
        """Draw when a mission contributes; with the name of its option where that fits."""
        start, share = self._span(presence)
        column, row = place
        edge = hatch or self.edge
        self.axes.add_patch(
            Rectangle(
                (column + start, row + self.above),
                share,
                1 - 2 * self.above,
                facecolor=colour,
                edgecolor=edge or "none",
                hatch="////" if hatch else None,
                linewidth=0.5 if edge else 0,
                zorder=2,
            )
        )
        words = shortened(presence.option.replace("_", " ").lower(), self.width * share - 0.06, TINY)
        if named and len(words) >= _FEWEST_LETTERS:
            self.axes.text(
                column + start + 0.03 / self.width,
                row + 0.5,
                words,
                size=TINY,
                color=ink_on(colour),
                va="center_baseline",
                zorder=3,
            )

    def _span(self, presence: Presence) -> tuple[float, float]:
        """Where a bar begins within its cell, and how long it is."""
        number = len(self.months)
        first, last = (Month.parse(text) - self.months[0] for text in (presence.first, presence.last))
        begin, end = max(0.0, first / number), min(1.0, (last + 1) / number)
        inside = 1 - 2 * self.aside
        return self.aside + inside * begin, inside * (end - begin)
