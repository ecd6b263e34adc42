"""The exact weight or score at which a decision turns.

The most that any plan is worth, as one weight grows, is a line bent upwards a finite number of times: each plan is
worth a straight line, and the best is the highest of them. So the best plans with a decision as it is and with it
turned around are two such bent lines, and where they first meet the decision turns. Each solve gives one point of a
line and its slope there, which bound it on both sides: from below by the slope, from above by the chord between two
points. No grid is needed, and nothing between the points is left to guess.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

HAIR = 1e-6
MOST = 40
"""Points at which the two are compared, at most."""


@dataclass(frozen=True, slots=True)
class Point:
    """What the best plans are worth at one weight, and how that grows with the weight.

    Attributes:
        at: the weight, as a distance from where the search starts.
        kept: worth of the best plan with the decision as it is.
        kept_slope: how much that grows with each unit of weight.
        turned: worth of the best plan with the decision turned around.
        turned_slope: how much that grows with each unit of weight.
    """

    at: float
    kept: float
    kept_slope: float
    turned: float
    turned_slope: float

    @property
    def gap(self) -> float:
        """What turning the decision around loses here; arithmetic is no loss."""
        gap = self.kept - self.turned
        return 0.0 if gap <= HAIR * max(1.0, abs(self.kept)) else gap


Compare = Callable[[float], Point | None]
"""Solves both questions at a distance; None when one of them was not solved to a proof."""


class UnprovenError(Exception):
    """A point that could not be proven; the threshold is not known."""


def first_turn(compare: Compare, start: Point, end: float) -> Point | None:
    """The nearest point at which turning the decision around loses nothing; None when there is none up to ``end``.

    Args:
        compare: solves both questions at a distance.
        start: the point at distance 0.
        end: the furthest distance that is looked at.

    Raises:
        UnprovenError: a point on the way was not solved to a proof, or too many would be needed.
    """
    return _Search(compare).between(start, end)


class _Search:
    def __init__(self, compare: Compare) -> None:
        self.compare, self.known = compare, dict[float, Point]()

    def at(self, distance: float) -> Point:
        if distance not in self.known:
            point = self.compare(distance) if len(self.known) < MOST else None
            if point is None:
                raise UnprovenError
            self.known[distance] = point
        return self.known[distance]

    def between(self, low: Point, end: float) -> Point | None:
        """The first turn after a point at which there is none, up to a distance."""
        while low.at < end:
            # From here on the turned plan grows faster by this much: straight on, the two meet there.
            ahead = low.turned_slope - low.kept_slope
            guess = low.at + low.gap / ahead if ahead > 0 else end
            high = self.at(min(guess, end))
            bound = self._earliest(low, high)
            if bound >= high.at - HAIR * max(1.0, high.at):
                if high.gap == 0:
                    return high
                low = high
                continue
            middle = self.at(bound)
            if middle.gap == 0:
                return middle
            low = middle
        return None

    @staticmethod
    def _earliest(low: Point, high: Point) -> float:
        """Before this the two cannot meet: the turned one lies under its chord, the kept one over its slope."""
        chord = (high.turned - low.turned) / (high.at - low.at)
        ahead = chord - low.kept_slope
        return low.at + low.gap / ahead if ahead > 0 else high.at
