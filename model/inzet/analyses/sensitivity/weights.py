"""The weight of an interest: the exact settings at which the best plan changes, from the lines of the best plans.

As one weight grows, every plan is worth a straight line, and the best is the highest of them all: a line that is bent
upwards a finite number of times. Two best plans give two lines; where they cross, one solve shows whether a third lies
above, and then the search goes on to either side of it (Eisner and Severance, 1976). So two solves go to every piece of
the line, and nothing between them is left to guess. Goals that come before value do not hang on a weight.

A plan within a gap of the best is no such line: it would neither cross where the best plan changes, nor show that no
third lies above. So every search here goes on to the best plan, whatever gap was asked for; one that a time limit ends
leaves its part of the curve open.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import pairwise

import numpy as np

from inzet.analyses.decisions import down_to_value
from inzet.analyses.dials import BESIDE, HEAVIEST
from inzet.analyses.runner import side_by_side
from inzet.analyses.sensitivity.asking import Asking, reckoned
from inzet.analyses.sensitivity.curve import HAIR, NOT_REACHED, Curve, Kind, Sort, Step, labelled
from inzet.edits import bend, first_goals
from inzet.errors import UsageError
from inzet.outcome import Solution, Status
from inzet.plan.ledger import Ledger
from inzet.problem import Floats
from inzet.scenario import changes as make
from inzet.scenario.changes import what_if
from inzet.scenario.scenario import Scenario
from inzet.schema.rows import GoalName
from inzet.solve import Model, prepare

GRID = 0.1
"""A grid over weights would have a point at every tenth."""
TIMES = 3.0
"""A curve goes to so many times the largest weight of the workbook."""
FORGIVEN = 4.0
"""Hairs by which two searches together may miss the best plan, and still be right for the solver."""
AT_ODDS = "The solver's best plans at two weights contradict each other by more than arithmetic."


@dataclass(frozen=True, slots=True)
class Line:
    """What one plan is worth as the weight grows.

    Attributes:
        at: a weight at which it is the best.
        worth: what it is worth there.
        slope: how much that grows with each unit of weight.
    """

    at: float
    worth: float
    slope: float

    def over(self, weight: float) -> float:
        """What it is worth at a weight."""
        return self.worth + self.slope * (weight - self.at)

    def is_parallel(self, other: Line, hairs: float = 1.0) -> bool:
        """Whether two lines grow alike, but for so many hairs of arithmetic."""
        reach = max(1.0, abs(self.at - other.at))
        return abs(self.slope - other.slope) * reach <= hairs * HAIR * max(1.0, abs(self.worth))

    def is_same(self, other: Line, hairs: float = 1.0) -> bool:
        """Whether two lines are one, but for so many hairs of arithmetic."""
        apart = abs(self.over(other.at) - other.worth)
        return self.is_parallel(other, hairs) and apart <= hairs * HAIR * max(1.0, abs(self.worth))

    def crosses(self, other: Line) -> float:
        """The weight at which another line, which must grow faster, overtakes it."""
        return self.at + (other.over(self.at) - self.worth) / (self.slope - other.slope)


@dataclass(frozen=True)
class Scale:
    """The weight of an interest.

    Attributes:
        model: of the scenario as it stands.
        interest: the interest.
        most: the largest weight that is looked at.
    """

    model: Model
    interest: str
    most: float

    @property
    def scenario(self) -> Scenario:
        """The scenario as it stands."""
        return self.model.scenario

    @property
    def now(self) -> float:
        """The weight as it stands."""
        return self.scenario.interests[self.interest].weight

    @property
    def rank(self) -> int:
        """The ranked goal that value is part of."""
        return down_to_value(self.scenario) - 1

    def at(self, weight: float) -> Scenario:
        """The scenario with another weight."""
        return what_if(self.scenario, make.weight(self.scenario.book, self.interest, weight))

    @cached_property
    def direction(self) -> Floats:
        """What one unit of weight adds to every column of the goal; the worth of a plan is linear in it."""
        step = 1.0 if self.now + 1.0 <= HEAVIEST else -1.0
        other = prepare(self.at(self.now + step)).problem
        difference: Floats = (other.goals[self.rank] - self.model.problem.goals[self.rank]) / step
        return difference

    def line(self, weight: float, found: Solution) -> Line:
        """The line of the plan that is the best at a weight."""
        goal = found.goals[self.rank]
        slope = sum(
            self.direction[index] * found.columns.get(name, 0.0)
            for index, name in enumerate(self.model.problem.columns)
            if self.direction[index]
        )
        # In the sense of "more is better", whatever the goal.
        return Line(weight, goal.claimed if goal.more_is_better else -goal.claimed, -float(slope))


def scale_of(model: Model, interest: str, most: float | None = None) -> Scale:
    """The weight of an interest, up to a largest one: three times the largest weight in the workbook when not given.

    Raises:
        UsageError: value is not a goal, so that no weight counts; or the weight is larger than the workbook takes.
    """
    scenario = model.scenario
    if not any(goal.goal is GoalName.VALUE for goals in scenario.goals for goal in goals):
        raise UsageError("Value is not among the goals, so no weight makes a difference.")
    if most is not None and not 0 < most <= HEAVIEST:
        raise UsageError(f"A weight lies between 0 and {HEAVIEST:g}, and {most:g} does not.")
    largest = max(row.weight for row in scenario.interests.values())
    return Scale(model, interest, min(HEAVIEST, TIMES * largest if most is None else most) or 1.0)


def weight_curve(scale: Scale, asking: Asking) -> Curve:
    """The best plan for every weight of an interest, each change confirmed by solving on either side of it.

    Every search goes on to the best plan; the gap of the asking does not count.

    Args:
        scale: what is turned.
        asking: asks and counts.
    """
    envelope = _Envelope(scale, asking)
    envelope.draw()
    steps = tuple(envelope.steps())
    horizon = scale.scenario.horizon
    return Curve(
        Kind.WEIGHT,
        scale.interest,
        scale.scenario,
        scale.now,
        labelled(steps),
        asking.solves,
        round(scale.most / GRID) + 1,
        GRID,
        not asking.stopped.is_set() and all(step.sort is not Sort.OPEN for step in steps),
        (horizon[0], horizon[-1]),
    )


class _Envelope:
    """The highest of the lines, piece by piece."""

    def __init__(self, scale: Scale, asking: Asking) -> None:
        self.scale, self.asking = scale, asking
        self.lines: dict[float, Line] = {}
        self.turns: dict[float, tuple[Line, Line]] = {}
        self.failed: Solution | None = None

    def draw(self) -> None:
        """Find every weight at which the line is bent."""
        pending = [(0.0, self.scale.most)]
        self._solve([0.0, self.scale.most])
        while pending and self._goes_on():
            between = [(low, high) for low, high in pending if not self._is_one_line(low, high)]
            if not self._goes_on():
                return
            crossings = [self._crossing(low, high) for low, high in between]
            self._solve([at for at in crossings if at not in self.lines])
            pending = []
            for (low, high), at in zip(between, crossings, strict=True):
                if not self._goes_on():
                    return
                left, right, found = self.lines[low], self.lines[high], self.lines[at]
                if found.worth <= left.over(at) + HAIR * max(1.0, abs(found.worth)) or at in (low, high):
                    self.turns[at] = (left, right)
                else:
                    pending += [(low, at), (at, high)]

    def _is_one_line(self, low: float, high: float) -> bool:
        """Whether the best plans at two weights are one line, so that it is the highest between them too."""
        left, right = self.lines[low], self.lines[high]
        if right.slope > left.slope and not left.is_parallel(right):
            return False
        # Of two best plans the one at the larger weight grows as fast at least, but for what the solver forgives.
        if not left.is_same(right, FORGIVEN):
            self.failed = Solution.failed(self.scale.scenario, AT_ODDS)
        return True

    def _goes_on(self) -> bool:
        return self.failed is None and not self.asking.stopped.is_set()

    def _crossing(self, low: float, high: float) -> float:
        """Where two lines meet; a hair from an end is the end."""
        at = float(np.round(self.lines[low].crosses(self.lines[high]), 9))
        hair = HAIR * max(1.0, self.scale.most)
        return low if at <= low + hair else high if at >= high - hair else at

    def _solve(self, weights: Iterable[float]) -> None:
        """Solve at some weights, side by side, and keep the lines of the plans."""
        wanted = list(dict.fromkeys(weights))
        found = side_by_side({weight: partial(self._bent, weight) for weight in wanted})
        if len(found) < len(wanted):
            self.asking.stopped.set()
        for weight, solution in found.items():
            if solution.status is Status.OPTIMAL:
                self.lines[weight] = self.scale.line(weight, solution)
            else:
                self.failed = solution

    def _bent(self, weight: float, stop: threading.Event) -> Solution:
        scale = self.scale
        edits = (bend(scale.rank, scale.direction, weight - scale.now), first_goals(scale.rank + 1))
        return self.asking.ask(scale.model, f"{weight:.4g}", *edits, stop=stop, exactly=True)

    def steps(self) -> Iterable[Step]:
        """The pieces of the line, each with a plan solved inside it; what was not reached is open."""
        if not self.lines:
            yield self._open(0.0, self.scale.most)
            return
        known = sorted(at for at in self.turns if 0.0 < at < self.scale.most)
        pieces = list(pairwise([0.0, *known, self.scale.most]))
        found = self._beside(pieces)
        for number, (low, high) in enumerate(pieces):
            first, last = found.get((number, low)), found.get((number, high))
            inside = next((step for step in (first, last) if step is not None and step.ledger is not None), None)
            is_whole = self._goes_on() or self._is_one(low, high)
            if inside is None or inside.ledger is None or not is_whole:
                yield self._open(low, high, first or last)
                continue
            below = found.get((number - 1, low))
            confirmed = self._confirmed(low, below, first) if number else None
            ends = (self._points(inside.ledger, low), self._points(inside.ledger, high))
            yield replace(inside, first=low, last=high, confirmed=confirmed, ends=ends)

    def _points(self, ledger: Ledger, weight: float) -> float:
        """Points that a plan is worth at a weight."""
        return Ledger(self.scale.at(weight), ledger.contributions).goals[GoalName.VALUE]

    def _open(self, low: float, high: float, step: Step | None = None) -> Step:
        gone = self.failed if step is None or step.ledger is not None else step.solution
        if gone is not None and gone.status is Status.INFEASIBLE:
            return Step(low, high, gone, None, gone.message)
        return Step(low, high, reason=NOT_REACHED if gone is None else gone.message or NOT_REACHED)

    def _is_one(self, low: float, high: float) -> bool:
        """Whether the best line at both ends of a piece is the same, when the search was stopped."""
        ends = [pair for at, pair in self.turns.items() if at in (low, high)]
        lines = [self.turns[low][1]] if low in self.turns else [self.lines[0.0]] if 0.0 in self.lines else []
        lines += [self.turns[high][0]] if high in self.turns else []
        lines += [self.lines[high]] if high == self.scale.most and high in self.lines else []
        return bool(ends) and len(lines) == 2 and lines[0].is_same(lines[1])

    def _beside(self, pieces: Sequence[tuple[float, float]]) -> dict[tuple[int, float], Step]:
        """A plan just inside each end of every piece at which the line is bent; in its middle when it is not bent."""
        tasks = {}
        for number, (low, high) in enumerate(pieces):
            for end, sign in ((low, 1.0), (high, -1.0)):
                if end in self.turns and 0.0 < end < self.scale.most:
                    hair = min(BESIDE * max(1.0, end), (high - low) / 3)
                    tasks[number, end] = partial(self._whole, end + sign * hair)
        if not tasks:
            tasks[0, 0.0] = partial(self._whole, min(self.scale.now, self.scale.most))
        return side_by_side(tasks)

    def _whole(self, weight: float, stop: threading.Event) -> Step:
        """The best plan of the workbook with a weight, all its goals."""
        weight = float(np.round(weight, 9))
        model = prepare(self.scale.at(weight))
        solution, ledger = reckoned(self.asking.ask(model, f"{weight:.6g}", stop=stop, exactly=True))
        return Step(weight, weight, solution, ledger)

    def _confirmed(self, at: float, below: Step | None, above: Step | None) -> bool:
        """Whether the plans solved on either side are different lines that meet at this very weight."""
        lines = [
            self.scale.line(step.first, step.solution)
            for step in (below, above)
            if step is not None and step.solution is not None and step.proven
        ]
        if len(lines) < 2 or lines[1].slope <= lines[0].slope:
            return False
        return abs(lines[0].crosses(lines[1]) - at) <= HAIR * max(1.0, self.scale.most)
