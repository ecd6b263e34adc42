"""One assumed number at a time: what it decides by itself, from the lowest it may be to the highest."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import sparse

from inzet.analyses.assumptions.worlds import Base, World
from inzet.analyses.decisions import down_to_value
from inzet.problem import Floats, Problem
from inzet.scenario.assumptions import Assumption

FINE = 32
"""A number that is not whole, and not a straight line in the goals, is followed to a share of one in so many."""
HAIR = 1e-6
"""Relative difference between two worths that is arithmetic, not a difference."""
_MOST_LOOKS = 40


@dataclass(frozen=True, slots=True)
class Flip:
    """A decision that turns within the range of one number alone.

    Attributes:
        mission: the mission.
        was: the option with which it is in as the number stands; empty when it is out.
        becomes: the same beyond the turning point.
        still: the number furthest from now at which the decision is still as it was, as far as looked at.
        turned: the nearest number at which it is another; the same as ``still`` at an exact turning point.
    """

    mission: str
    was: str
    becomes: str
    still: float
    turned: float


@dataclass(frozen=True)
class Alone:
    """What one assumed number decides by itself.

    Attributes:
        assumption: the number.
        looks: the numbers that were looked at, in order, each with the world that it makes; now is among them.
        flips: the decisions that turn.
        is_line: whether value is a straight line in the number for every plan: then nothing between two looks at the
            same plan can be another.
    """

    assumption: Assumption
    looks: tuple[tuple[float, World], ...]
    flips: tuple[Flip, ...]
    is_line: bool

    @property
    def solves(self) -> int:
        """Searches that it took, the plan as it is not counted."""
        return sum(world.solved for number, world in self.looks if number != self.assumption.now)

    @property
    def is_whole(self) -> bool:
        """Whether both ends of the range were looked at."""
        ends = {self.assumption.low, self.assumption.high}
        return ends <= {number for number, world in self.looks if not world.was_stopped}

    @property
    def without_plan(self) -> tuple[tuple[float, str], ...]:
        """Numbers with which there is no plan, and why."""
        return tuple(
            (number, world.reason) for number, world in self.looks if not world.has_plan and not world.was_stopped
        )

    def slim(self) -> Alone:
        """The same without models and searches."""
        return Alone(self.assumption, tuple((n, w.slim()) for n, w in self.looks), self.flips, self.is_line)


def alone(base: Base, assumption: Assumption, stop: threading.Event) -> Alone:
    """Look at both ends of a number's range, and for the turning point on each side where something turns.

    Args:
        base: the plan as it is.
        assumption: the number.
        stop: stops the work when set.

    Raises:
        SolverError: the solver refused a problem.
    """
    looks = _Looks(base, assumption, stop)
    for end in (assumption.low, assumption.high):
        if end != assumption.now:
            looks.look(end)
            looks.narrow(end)
    return Alone(assumption, looks.in_order, tuple(looks.flips()), looks.is_line).slim()


class _Looks:
    """The numbers looked at so far."""

    def __init__(self, base: Base, assumption: Assumption, stop: threading.Event) -> None:
        self.base, self.assumption, self.stop = base, assumption, stop
        self.worlds: dict[float, World] = {assumption.now: base.world}
        self.exact: dict[float, float] = {}
        self.direction: Floats | None = None

    @property
    def in_order(self) -> tuple[tuple[float, World], ...]:
        return tuple(sorted(self.worlds.items()))

    @property
    def is_line(self) -> bool:
        return self.direction is not None

    def look(self, number: float) -> World:
        if number not in self.worlds:
            self.worlds[number] = self.base.look({self.assumption: number}, self.stop)
            world = self.worlds[number]
            if self.direction is None and world.model is not None:
                distance = number - self.assumption.now
                rank = down_to_value(self.base.model.scenario) - 1
                self.direction = direction(self.base.model.problem, world.model.problem, rank, distance)
        return self.worlds[number]

    def narrow(self, end: float) -> None:
        """Look between the number as it stands and one end until the first turning point is known."""
        for _ in range(_MOST_LOOKS):
            still, turned = self._bracket(end)
            if turned is None or self.stop.is_set():
                return
            known = set(self.worlds)
            between = self._crossing(still, turned) if self.is_line else None
            if between is None:
                between = self._middle(still, turned)
            if between is None or between in known:
                return
            self.look(between)

    def _bracket(self, end: float) -> tuple[float, float | None]:
        """The last number, going out from now, with all decisions as they were, and the next one looked at."""
        path = self._path(end)
        for (before, _), (after, world) in pairwise(path):
            if world.choices != self.base.world.choices:
                return before, None if before in self.exact else after
        return path[-1][0], None

    def _path(self, end: float) -> list[tuple[float, World]]:
        now = self.assumption.now
        side = [(n, w) for n, w in self.worlds.items() if min(now, end) <= n <= max(now, end) and not w.was_stopped]
        return sorted(side, key=lambda look: abs(look[0] - now))

    def _middle(self, still: float, turned: float) -> float | None:
        if self.assumption.is_whole:
            middle = float(math.floor((still + turned) / 2))
            return None if abs(still - turned) <= 1 else middle
        span = self.assumption.high - self.assumption.low
        return None if abs(still - turned) <= span / FINE else (still + turned) / 2

    def _crossing(self, still: float, turned: float) -> float | None:
        """Where the plan of one number is overtaken by that of another; known exactly once a solve shows no third."""
        here, there = self._line(still), self._line(turned)
        if here is None or there is None or abs(here[1] - there[1]) <= HAIR * max(1.0, abs(here[1])):
            return None
        at = still + (self._over(here, still, still) - self._over(there, turned, still)) / (there[1] - here[1])
        at = min(max(float(np.round(at, 9)), min(still, turned)), max(still, turned))
        if self.assumption.is_whole or at in (still, turned):
            return None
        world = self.look(at)
        if world.solution is None:
            return None
        line = self._line(at)
        assert line is not None
        if line[0] <= self._over(here, still, at) + HAIR * max(1.0, abs(line[0])):
            self.exact[at] = turned
            # At the turning point both plans are the best; which of them the search names there says nothing.
            self.worlds[at] = self.worlds[still]
        return at

    def _line(self, number: float) -> tuple[float, float] | None:
        """What the plan of a number is worth there, and how much that grows with each unit of the number."""
        world = self.worlds[number]
        if world.solution is None or self.direction is None:
            return None
        rank = down_to_value(self.base.model.scenario) - 1
        goal = world.solution.goals[rank]
        problem = self.base.model.problem
        slope = sum(
            float(self.direction[index]) * world.solution.columns.get(problem.columns[index], 0.0)
            for index in np.flatnonzero(self.direction)
        )
        worth = goal.claimed if goal.more_is_better else -goal.claimed
        if world.solution is self.base.plan:
            # The plan as it is, in another world: its line through the number as it stands.
            worth += -slope * (number - self.assumption.now)
        return worth, -slope

    @staticmethod
    def _over(line: tuple[float, float], at: float, number: float) -> float:
        return line[0] + line[1] * (number - at)

    def flips(self) -> Iterator[Flip]:
        """Every decision that turns, on either side of the number as it stands."""
        base = self.base.world
        for end in (self.assumption.low, self.assumption.high):
            path = [(n, w) for n, w in self._path(end) if w.has_plan]
            missions = sorted({m for _, w in path for m in {*w.choices, *base.choices}})
            for mission in missions:
                yield from _first_turn(mission, base, path, self.exact)


def _first_turn(
    mission: str, base: World, path: Iterable[tuple[float, World]], exact: dict[float, float]
) -> Iterator[Flip]:
    was = base.choice(mission)
    for (still, _), (turned, world) in pairwise(path):
        if world.choice(mission) != was:
            at = still if still in exact else turned
            yield Flip(mission, was, world.choice(mission), still, at)
            return


def direction(before: Problem, after: Problem, rank: int, distance: float) -> Floats | None:
    """What one unit of a number adds to the goal of a rank, when the number figures nowhere else; None when it does.

    Args:
        before: the problem with the number as it stands.
        after: the problem with the number so far away.
        rank: the goal that value is part of.
        distance: how far.
    """
    if before.columns != after.columns or before.rows != after.rows or len(before.goals) != len(after.goals):
        return None
    same_rows = (
        np.array_equal(before.row_lower, after.row_lower)
        and np.array_equal(before.row_upper, after.row_upper)
        and np.array_equal(before.lower, after.lower)
        and np.array_equal(before.upper, after.upper)
        and abs(sparse.csc_array(before.matrix - after.matrix)).sum() == 0
    )
    if not np.array_equal(before.offsets, after.offsets):
        return None
    others = [index for index in range(len(before.goals)) if index != rank]
    if not same_rows or not np.array_equal(before.goals[others], after.goals[others]):
        return None
    change: Floats = (after.goals[rank] - before.goals[rank]) / distance
    return change
