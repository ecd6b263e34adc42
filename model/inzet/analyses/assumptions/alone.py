"""One assumed number at a time: what it decides by itself, all the way from the lowest it may be to the highest.

Where every entry of the problem moves evenly with the number, the arrays say how far a plan stays the best. Where only
value moves, every plan is a straight line, and the best of lines has no surprise between two that meet. Where the
problem jumps, as it does from one length of tours to the next, parts are halved until whole numbers touch.

Some numbers allow none of this, such as the amount of a priced rule that the plan breaks. There the plan is looked at
in steps, finer where decisions differ, and what lies between is called open: a turn and a turn back could be missed.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, pairwise

from inzet.analyses.assumptions.straight import VALUE_RANK, is_straight, on_the_way, only_value_moves
from inzet.analyses.assumptions.worlds import Base, World
from inzet.analyses.sensitivity.curve import NOT_REACHED
from inzet.analyses.stays_best import is_contained, reach, stays_best
from inzet.problem import Problem
from inzet.scenario.assumptions import Assumption
from inzet.solve import Model, prepare

FINE = 10_000
"""A number that is not whole is followed to a share of one in so many of its range."""
HAIR = 1e-6
"""Relative difference between two worths that is arithmetic, not a difference."""
ALIKE, UNLIKE = 8, 64
"""Where nothing can be proven, a step is one in so many of the range: between like decisions, and unlike ones."""
MOST_SOLVES = 100
"""So many searches for one number at most."""
_MOST_LOOKS = 500


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a number's range in which the plan comes out in one way.

    Attributes:
        first: the lowest number of it.
        last: the highest.
        at: the number at which it was looked at.
        world: how the plan comes out there; what is decided is the same in all of the part.
    """

    first: float
    last: float
    at: float
    world: World


@dataclass(frozen=True, slots=True)
class Flip:
    """A decision that turns within the range of one number alone.

    Attributes:
        mission: the mission.
        was: the option with which it is in as the number stands; empty when it is out.
        becomes: the same beyond the turning point.
        still: the last number before the turn, going away from the number as it stands.
        turned: the first one after it; the same as ``still`` where both decisions are as good.
        until: the furthest number up to which that stays so.
    """

    mission: str
    was: str
    becomes: str
    still: float
    turned: float
    until: float


@dataclass(frozen=True)
class Alone:
    """What one assumed number decides by itself.

    Attributes:
        assumption: the number.
        plan: the plan as the number stands.
        spans: the parts of its range, in order.
        solves: searches that it took, the plan as it is not counted.
        is_whole: whether it was followed to the end, as closely as can be; not when it was stopped, or took too long.
    """

    assumption: Assumption
    plan: World
    spans: tuple[Span, ...]
    solves: int
    is_whole: bool

    @property
    def open_parts(self) -> tuple[tuple[float, float], ...]:
        """The parts of the range of which nothing is known, each between the two numbers beside it."""
        ends = [(lower.last, higher.first) for lower, higher in pairwise(self.spans)]
        return tuple(pair for pair in ends if not nothing_between(self.assumption, *pair))

    @property
    def is_exact(self) -> bool:
        """Whether all of the range is known, and every outcome in it proven."""
        return self.is_whole and all(span.world.proven for span in self.spans) and not self.open_parts

    @property
    def without_plan(self) -> tuple[Span, ...]:
        """The parts in which there is no plan; those with the same reason that meet are one."""
        parts: list[Span] = []
        for span in self.spans:
            if span.world.has_plan or span.world.was_stopped:
                continue
            meets = parts and nothing_between(self.assumption, parts[-1].last, span.first)
            if meets and parts[-1].world.reason == span.world.reason:
                parts[-1] = replace(parts[-1], last=max(parts[-1].last, span.last))
            else:
                parts.append(span)
        return tuple(parts)

    @cached_property
    def flips(self) -> tuple[Flip, ...]:
        """Every decision that turns on either side of the number as it stands, each time that it does."""
        now = self.assumption.now
        below = [replace(span, last=min(span.last, now)) for span in reversed(self.spans) if span.first < now]
        above = [replace(span, first=max(span.first, now)) for span in self.spans if span.last > now]
        sides = ([(span.last, span.first, span.world) for span in below], [(s.first, s.last, s.world) for s in above])
        return tuple(flip for side in sides for flip in self._turns([part for part in side if part[2].has_plan]))

    def _turns(self, outwards: list[tuple[float, float, World]]) -> Iterator[Flip]:
        """The turns on one side: its parts with near end, far end and outcome, the nearest first."""
        for mission in sorted({mission for *_, world in outwards for mission in {*world.choices, *self.plan.choices}}):
            was, still = self.plan.choice(mission), self.assumption.now
            for choice, group in groupby(outwards, key=lambda part: part[2].choice(mission)):
                parts = list(group)
                if choice != was:
                    yield Flip(mission, was, choice, still, parts[0][0], parts[-1][1])
                still = parts[-1][1]

    def slim(self) -> Alone:
        """The same without the searches."""
        spans = tuple(replace(span, world=span.world.slim()) for span in self.spans)
        return replace(self, plan=self.plan.slim(), spans=spans)


def nothing_between(assumption: Assumption, lower: float, higher: float) -> bool:
    """Whether two numbers are so near that nothing is left to know between them."""
    return higher - lower <= (1.0 if assumption.is_whole else 2.5 * (assumption.high - assumption.low) / FINE)


def alone(base: Base, assumption: Assumption, stop: threading.Event) -> Alone:
    """Follow a number from one end of its range to the other.

    Args:
        base: the plan as it is.
        assumption: the number.
        stop: stops the work when set.

    Raises:
        SolverError: the solver refused a problem.
    """
    return _Range(base, assumption, stop).followed()


class _Range:
    """The parts of a number's range, as far as they are known."""

    def __init__(self, base: Base, assumption: Assumption, stop: threading.Event) -> None:
        self.base, self.assumption, self.stop = base, assumption, stop
        self.solves = self.looks = 0
        now = assumption.now
        self.spans = [Span(now, now, now, base.world)]
        self.built: dict[float, Problem | None] = {now: base.compared(base.model)}
        self.latest: tuple[float, Model] = (now, base.model)
        self.straight: list[tuple[float, float]] = []
        self.between: dict[float, Problem | None] = {}
        self.left_open: set[tuple[float, float]] = set()

    @property
    def _step(self) -> float:
        """The next number beyond one."""
        return 1.0 if self.assumption.is_whole else (self.assumption.high - self.assumption.low) / FINE

    @property
    def _touch(self) -> float:
        """Whole numbers are in one part or the other; else two parts may meet in a number that is in both."""
        return 1.0 if self.assumption.is_whole else 0.0

    def followed(self) -> Alone:
        """Look at both ends, and then wherever something is not known."""
        for end in (self.assumption.low, self.assumption.high):
            if end != self.assumption.now:
                self._look(end)
        while (gap := self._gap()) and self.solves < MOST_SOLVES and self.looks < _MOST_LOOKS:
            self._narrow(*gap)
        is_whole = gap is None and not self.stop.is_set()
        return Alone(self.assumption, self.base.world, tuple(self.spans), self.solves, is_whole).slim()

    def _gap(self) -> tuple[Span, Span] | None:
        """The first two parts between which something is to be learned; none when the work was stopped."""
        if self.stop.is_set():
            return None
        return next((pair for pair in pairwise(self.spans) if not self._is_closed(*pair)), None)

    def _is_closed(self, lower: Span, higher: Span) -> bool:
        ends = (lower.last, higher.first)
        return ends in self.left_open or nothing_between(self.assumption, *ends)

    def _narrow(self, lower: Span, higher: Span) -> None:
        """Learn something of what lies between two parts."""
        first, last = self._problem(lower.last), self._problem(higher.first)
        if first is None or last is None or not self._moves_evenly(lower.last, higher.first):
            self._look(self._middle(lower.last, higher.first))
            return
        between = higher.first - lower.last
        upwards = self._kept(lower.world, first, last, between)
        downwards = self._kept(higher.world, last, first, between)
        if upwards or downwards:
            self._stretch(lower, higher, upwards, downwards)
        elif only_value_moves(first, last) and lower.world.has_plan and higher.world.has_plan:
            self._cross(lower, higher, first, last)
        else:
            self._halve(lower, higher)

    def _halve(self, lower: Span, higher: Span) -> None:
        """Look in the middle, where nothing can be proven, until what is left is narrow; then it is left open."""
        parts = ALIKE if lower.world.choices == higher.world.choices else UNLIKE
        if (higher.first - lower.last) * parts <= self.assumption.high - self.assumption.low:
            self.left_open.add((lower.last, higher.first))
        else:
            self._look(self._middle(lower.last, higher.first))

    def _kept(self, world: World, here: Problem, there: Problem, between: float) -> float:
        """How far towards another number an outcome certainly stays as it is."""
        if not world.has_plan:
            return between if world.proven and is_contained(here, there) else 0.0
        assert world.solution is not None
        far = reach(here, there, world.solution.columns) * between
        if self.assumption.is_whole:
            return float(math.floor(far + HAIR))
        return far if far > self._step / 2 else 0.0

    def _stretch(self, lower: Span, higher: Span, upwards: float, downwards: float) -> None:
        """Make parts as long as is certain, and look just beyond where one ends."""
        between = higher.first - lower.last
        if upwards >= between:
            upwards, downwards = between - self._touch, 0.0
        elif downwards >= between:
            upwards, downwards = 0.0, between - self._touch
        self._put(lower, higher, lower.last + upwards, higher.first - downwards)

    def _put(self, lower: Span, higher: Span, last: float, first: float) -> None:
        """Give two parts that follow each other new ends, and look just beyond the one that moved."""
        if self.assumption.is_whole:
            last, first = float(round(last)), float(round(first))
        beyond = last + self._step if last != lower.last else first - self._step
        place = self.spans.index(lower)
        # Two that are sure of what lies between them may overlap there.
        self.spans[place : place + 2] = [replace(lower, last=min(last, first)), replace(higher, first=first)]
        if not nothing_between(self.assumption, last, first):
            self._look(beyond)

    def _cross(self, lower: Span, higher: Span, first: Problem, last: Problem) -> None:
        """Look where the plan of one part is overtaken by that of the other: a third one would show there."""
        here, there = (_worths(span.world, first, last) for span in (lower, higher))
        hair = HAIR * max(1.0, *map(abs, (*here, *there)))
        ahead, behind = there[0] - here[0], here[1] - there[1]
        if behind <= hair:
            self._put(lower, higher, higher.first - self._touch, higher.first)
            return
        if ahead <= hair:
            self._put(lower, higher, lower.last, lower.last + self._touch)
            return
        share = ahead / (ahead + behind)
        at = lower.last + share * (higher.first - lower.last)
        if self.assumption.is_whole:
            self._look(min(max(float(math.floor(at)), lower.last + 1), higher.first - 1))
            return
        found = self._look(at)
        met = here[0] + share * (here[1] - here[0])
        # What was found there may show that there is no line after all.
        is_line = self._is_covered(lower.last, higher.first)
        if is_line and found.world.has_plan and _worth(found.world, self.built[at]) >= met - hair:
            place = self.spans.index(found)
            self.spans[place - 1 : place + 2] = [replace(lower, last=at), replace(higher, first=at)]

    def _look(self, number: float) -> Span:
        """How the plan comes out with a number."""
        self.looks += 1
        span = Span(number, number, number, self._world(number))
        self.spans = sorted([*self.spans, span], key=lambda span: (span.first, span.last))
        return span

    def _world(self, number: float) -> World:
        if self.stop.is_set():
            return World({}, reason=NOT_REACHED)
        built = self._model(number)
        if isinstance(built, World):
            return built
        problem = self.built[number]
        assert problem is not None
        near = sorted(self.spans, key=lambda span: abs(span.at - number))
        for span in near[:2]:
            other, solution = self.built[span.at], span.world.solution
            if other is None or solution is None or not span.world.has_plan:
                continue
            if stays_best(other, problem, solution.columns):
                return span.world.unchanged(built.scenario)
        self.solves += 1
        return self.base.searched(built, self.stop)

    def _model(self, number: float) -> Model | World:
        """The model with a number, or why the numbers contradict each other."""
        if self.latest[0] == number:
            return self.latest[1]
        scenario = self.base.imagined({self.assumption: number})
        if isinstance(scenario, World):
            self.built[number] = None
            self._hold_to_the_line(number)
            return scenario
        self.latest = (number, prepare(scenario))
        self.built[number] = self.base.compared(self.latest[1])
        self._hold_to_the_line(number)
        return self.latest[1]

    def _hold_to_the_line(self, number: float) -> None:
        """Forget what was concluded from a line when a problem that was built does not lie on it."""
        ways = [way for way in self.straight if way[0] <= number <= way[1]]
        if not all(self._lies_on(way, number) for way in ways):
            self.straight.clear()
            self.between.clear()
            self.left_open.clear()
            self.spans = [replace(span, first=span.at, last=span.at) for span in self.spans]

    def _problem(self, number: float) -> Problem | None:
        """The problem with a number; None when the numbers contradict each other."""
        if number in self.built or number in self.between:
            return self.built[number] if number in self.built else self.between[number]
        way = next((way for way in self.straight if way[0] <= number <= way[1]), None)
        if way is None:
            self._model(number)
            return self.built[number]
        first, last = self.built[way[0]], self.built[way[1]]
        assert first is not None
        assert last is not None
        self.between[number] = on_the_way(first, last, (number - way[0]) / (way[1] - way[0]))
        return self.between[number]

    def _is_covered(self, low: float, high: float) -> bool:
        return any(first <= low and high <= last for first, last in self.straight)

    def _moves_evenly(self, low: float, high: float) -> bool:
        """Whether every entry of the problem moves evenly from one number to another, as all that is known shows."""
        if self._is_covered(low, high):
            return True
        ways = dict.fromkeys(((self.assumption.low, self.assumption.high), (low, high)))
        way = next((way for way in ways if self._is_straight(*way)), None)
        if way is not None:
            self.straight.append(way)
        return way is not None

    def _is_straight(self, low: float, high: float) -> bool:
        """Whether all lies on a line that was built: at least in the middle, and beside the lower end.

        An entry that is cut off at a number bends the line in the middle. One that goes in steps, as the units that
        a quantity takes when each provides several, does not: it may meet the line at both ends and in the middle.
        But from one number to the next it moves by a whole step or not at all, and the line by a part of one.
        """
        first, last = self._built(low), self._built(high)
        if first is None or last is None or on_the_way(first, last, 0.5) is None:
            return False
        for number in (self._middle(low, high), low + self._step):
            if low < number < high:
                self._built(number)
        return all(self._lies_on((low, high), number) for number in self.built if low < number < high)

    def _lies_on(self, way: tuple[float, float], number: float) -> bool:
        """Whether a problem that was built lies on the line between two others."""
        first, problem, last = (self.built[place] for place in (way[0], number, way[1]))
        if first is None or problem is None or last is None:
            return False
        return is_straight(first, problem, last, (number - way[0]) / (way[1] - way[0]))

    def _built(self, number: float) -> Problem | None:
        """The problem with a number as it is built; None when the numbers contradict each other."""
        if number not in self.built:
            self._model(number)
        return self.built[number]

    def _middle(self, low: float, high: float) -> float:
        middle = (low + high) / 2
        return float(math.floor(middle)) if self.assumption.is_whole else middle


def _worths(world: World, first: Problem, last: Problem) -> tuple[float, float]:
    return _worth(world, first), _worth(world, last)


def _worth(world: World, problem: Problem | None) -> float:
    """What the plan of one world would be worth in another, in the sense of minimising."""
    assert problem is not None
    assert world.solution is not None
    goal, found = problem.goals[VALUE_RANK], world.solution.columns
    chosen = sum(float(goal[index]) * found.get(problem.columns[index], 0.0) for index in goal.nonzero()[0])
    return chosen + float(problem.offsets[VALUE_RANK])
