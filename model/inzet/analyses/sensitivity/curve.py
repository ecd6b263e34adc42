"""Curves: the best plan for every setting of one number, step by step."""

from __future__ import annotations

import threading
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property, partial
from itertools import pairwise

from inzet.analyses.conflict import Conflict, find_conflict
from inzet.analyses.decisions import contributing, down_to_value, missions_in, moved
from inzet.analyses.runner import side_by_side
from inzet.calendar import Month, months
from inzet.errors import SolverError
from inzet.outcome import RankedGoal, Solution, Status
from inzet.plan.ledger import Ledger
from inzet.problem import Floats, Problem
from inzet.scenario.scenario import Scenario
from inzet.schema.reference import bounds_of
from inzet.schema.rows import GoalName, Row
from inzet.solve import prepare

NOT_REACHED = "It was stopped before this was looked into."
HAIR = 1e-6
"""Relative difference between two amounts that is arithmetic, not a difference."""
MOST_TOLD = 45
"""With more plans than this only the main ones are told one by one."""
_PARTS = MOST_TOLD - 5
"""Equal parts of a long curve, each with one main step; the lowest, the highest and the workbook's come on top."""
UNEXPLAINED = "There is no plan; which conditions cannot be kept together was not found out."
"""The reason where the search for it was stopped or went wrong."""


class Kind(StrEnum):
    """The number that is turned."""

    SUPPLY = "supply"
    BUDGET = "budget"
    WEIGHT = "weight"
    READINESS = "readiness"
    CRITICALITY = "criticality"


class Sort(StrEnum):
    """What is known of the settings of a step."""

    PLAN = "plan"
    """There is a plan."""
    NONE = "no plan"
    """It is proven that there is no plan."""
    OPEN = "open"
    """It was not looked into; the best value lies between those of the steps beside it."""


@dataclass(frozen=True, slots=True)
class Alteration:
    """A mission that is in on both sides of a step, but otherwise.

    Attributes:
        mission: the mission.
        months: months abroad more than before; below 0 for fewer.
        before: its options before, in the order of their months.
        after: its options now.
    """

    mission: str
    months: int
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shift:
    """How the decisions of a plan differ from those of another.

    Attributes:
        gained: missions that come in.
        lost: missions that go out; one that only finishes a running tour is out.
        altered: missions that are in on both sides, with other options or months.
    """

    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    altered: tuple[Alteration, ...] = ()


UNCHANGED = Shift()
"""No decision differs."""


@dataclass(frozen=True)
class Step:
    """Settings at which one plan is the best.

    Attributes:
        first: the lowest of them.
        last: the highest; None for whatever is above.
        solution: how the search ended; None where nothing was asked.
        ledger: the reckoning of the plan; None without one.
        reason: why there is no plan, or why it is not known; empty otherwise.
        shift: how it differs from the nearest step below that has a plan.
        confirmed: for a weight, whether solving beside its first setting showed that the plan changes there.
        conflict: where there is no plan, the conditions that cannot be kept together; None when nobody looked.
        ends: for a weight, points of the plan at the first setting and at the last; None for other numbers, where the
            points are the same in the whole step.
        ruled_out: whether there can be no plan, so that nothing had to be asked.
    """

    first: float
    last: float | None
    solution: Solution | None = None
    ledger: Ledger | None = None
    reason: str = ""
    shift: Shift = UNCHANGED
    confirmed: bool | None = None
    conflict: Conflict | None = None
    ends: tuple[float, float] | None = None
    ruled_out: bool = False

    @property
    def sort(self) -> Sort:
        """What is known of it."""
        if self.ledger is not None:
            return Sort.PLAN
        known = self.solution is not None and self.solution.status is Status.INFEASIBLE
        return Sort.NONE if known or self.ruled_out else Sort.OPEN

    @property
    def counted(self) -> tuple[RankedGoal, ...]:
        """The ranked goals down to value, as far as the search got."""
        assert self.solution is not None
        return self.solution.goals[: down_to_value(self.solution.scenario)]

    @property
    def proven(self) -> bool:
        """Whether it is proven that no plan is better down to value, or that there is none."""
        if self.solution is None or self.ledger is None:
            return self.sort is Sort.NONE
        every = len(self.counted) == down_to_value(self.solution.scenario)
        return every and all(is_exact(goal) for goal in self.counted)

    @property
    def gap(self) -> float | None:
        """How far the worst goal down to value may be from the best, as a share of it; None without a plan."""
        return max((goal.gap for goal in self.counted), default=0.0) if self.ledger is not None else None

    @property
    def value(self) -> float | None:
        """Points of the plan, at the first setting; None without one."""
        if self.ledger is None:
            return None
        return self.ledger.goals[GoalName.VALUE] if self.ends is None else self.ends[0]

    @property
    def short(self) -> float | None:
        """Unit months short of the readiness commitments; None without a plan."""
        return None if self.ledger is None else self.ledger.goals[GoalName.READINESS]

    def value_at(self, setting: float) -> float | None:
        """Points of the plan at one of its settings; for a weight they grow along a straight line."""
        if self.ends is None or self.last is None or self.last <= self.first:
            return self.value
        share = (setting - self.first) / (self.last - self.first)
        return self.ends[0] + share * (self.ends[1] - self.ends[0])

    def holds(self, setting: float) -> bool:
        """Whether a setting is one of its own."""
        return self.first <= setting and (self.last is None or setting <= self.last)


@dataclass(frozen=True)
class Curve:
    """The best plan for every setting of one number.

    Attributes:
        kind: the number that is turned.
        what: the unit type, fund or interest.
        scenario: the scenario as it stands.
        now: the setting as it stands.
        steps: from the lowest setting to the highest, without holes.
        solves: questions that it took.
        points: points of a grid over the same settings, see ``grid``.
        grid: what lies between two points of that grid, in the unit of the setting.
        complete: whether it was drawn to its end; Ctrl-C or a limit of solves may have kept it from that.
        tier: the readiness tier; empty for other kinds.
        window: first and last month in which the number is turned.
        grain: the exactness of the steps' settings, in their unit; 0 for exact.
        uniform: whether the number is the same in every month of the window.
        ceiling: the largest setting that a cell of the workbook holds, where the curve ends for want of larger ones;
            None where it ends by itself, or where it was told to.
        within: for money, share of the value of the highest step: between steps that differ by no more nothing was
            asked.
    """

    kind: Kind
    what: str
    scenario: Scenario
    now: float
    steps: tuple[Step, ...]
    solves: int
    points: int
    grid: float
    complete: bool
    window: tuple[Month, Month]
    tier: str = ""
    grain: float = 0.0
    uniform: bool = True
    ceiling: float | None = None
    within: float = 0.0

    @cached_property
    def planned(self) -> tuple[Step, ...]:
        """The steps that have a plan."""
        return tuple(step for step in self.steps if step.ledger is not None)

    @cached_property
    def here(self) -> Step | None:
        """The step on which the workbook stands; None when it was not looked into."""
        return next((step for step in reversed(self.planned) if step.holds(self.now)), None)

    @property
    def proven(self) -> bool:
        """Whether every step is proven."""
        return all(step.proven for step in self.steps)

    @cached_property
    def distinct(self) -> int:
        """How many different outcomes there are, down to value, no plan being one of them."""
        ranks = down_to_value(self.scenario)
        found = {tuple(round(rank, 5) for rank in s.ledger.ranked[:ranks]) for s in self.steps if s.ledger is not None}
        return len(found) + any(step.sort is Sort.NONE for step in self.steps)

    def encloses(self, left: Sequence[Step]) -> bool:
        """Whether plans are known on either side of steps that were not looked into: then theirs lie between those."""
        known = [step.first for step in self.planned]
        return bool(known) and all(known[0] < step.first < known[-1] for step in left)

    @cached_property
    def abroad(self) -> tuple[Mapping[str, int], ...]:
        """Months that every mission is abroad, for the plan of every step that has one."""
        return tuple(months_abroad(step.ledger) for step in self.planned if step.ledger is not None)

    def presence(self, mission: str) -> tuple[int, ...]:
        """Months that a mission is abroad in the plan of every step that has one."""
        return tuple(months.get(mission, 0) for months in self.abroad)


def is_exact(goal: RankedGoal) -> bool:
    """Whether no plan does better in a goal, but for the hairs by which the solver holds a goal that is done."""
    return goal.proven and abs(goal.claimed - goal.bound) <= 2 * HAIR * max(1.0, abs(goal.claimed))


def explained(curve: Curve, at: Callable[[float], Scenario], edge: Callable[[Step], float]) -> Curve:
    """A curve with the conditions that cannot be kept together, wherever there is no plan.

    Ctrl-C leaves the curve as it is: what has no explanation by then says so.

    Args:
        curve: the curve.
        at: the scenario at a setting.
        edge: of the settings of a step, the one nearest to a plan.
    """
    tasks = {
        number: partial(_explanation, at, edge(step))
        for number, step in enumerate(curve.steps)
        if step.sort is Sort.NONE and not step.ruled_out
    }
    found = side_by_side(tasks)
    return replace(curve, steps=tuple(_because(step, n, tasks, found) for n, step in enumerate(curve.steps)))


def unexplained(curve: Curve) -> Curve:
    """A curve that was stopped by hand: where there is no plan it says that nobody looked for the reason."""
    numbers = [n for n, step in enumerate(curve.steps) if step.sort is Sort.NONE and not step.ruled_out]
    return replace(curve, steps=tuple(_because(step, n, numbers, {}) for n, step in enumerate(curve.steps)))


def _explanation(at: Callable[[float], Scenario], setting: float, stop: threading.Event) -> Conflict | None:
    """The conditions that cannot be kept together at a setting; None when the search for them ended early."""
    try:
        found = find_conflict(prepare(at(setting)), stop=stop)
    except SolverError:
        return None
    return None if stop.is_set() else found


def _because(step: Step, number: int, wanted: Container[int], found: Mapping[int, Conflict | None]) -> Step:
    if number not in wanted:
        return step
    conflict = found.get(number)
    return replace(step, conflict=conflict, reason=step.reason if conflict is not None else UNEXPLAINED)


def reserve_is_kept(scenario: Scenario, unit: str, window: tuple[Month, Month]) -> bool:
    """Whether a reserve of units is nowhere larger than what there is; without that the workbook makes no sense."""
    return all(scenario.reserve(unit, month) <= scenario.supply(unit, month) for month in months(*window))


def largest_in(row: type[Row], column: str) -> int:
    """The largest number that a cell of a column holds."""
    _, high = bounds_of(row.model_fields[column])
    assert high is not None
    return int(high)


def most_of_rows(problem: Problem, rows: Sequence[int]) -> Floats:
    """The most that some rows can add up to within the bounds of the columns, shape (len(rows),).

    Infinity where a column without a bound figures in the row.
    """
    chosen = problem.matrix.tocsr()[list(rows)]
    most: Floats = chosen.maximum(0) @ problem.upper + chosen.minimum(0) @ problem.lower
    return most


OnStep = Callable[[str, int], None]
"""Told of every solve of a curve: what came out, and how many solves there were."""


def labelled(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Steps in the order of their settings, each with how it differs from the nearest one below that has a plan."""
    found, below = [], None
    for step in sorted(steps, key=lambda step: step.first):
        shift = UNCHANGED if step.ledger is None or below is None else shift_between(below, step.ledger)
        found.append(replace(step, shift=shift))
        below = step.ledger or below
    return tuple(found)


def abridged(curve: Curve) -> Curve:
    """A long curve by its main steps, for whatever tells steps one by one; a short one as it is.

    The main steps are the widest in each of equal parts of the curve, its lowest and highest, and the workbook's own,
    each with how it differs from the main step below it. Where there is no plan is told too.
    """
    if len(curve.planned) <= MOST_TOLD:
        return curve
    reach = {below.first: above.first for below, above in pairwise(curve.steps)}
    low, high = curve.planned[0], curve.planned[-1]
    ends = [low.first + part * (high.first - low.first) / _PARTS for part in range(_PARTS + 1)]

    def within(step: Step, left: float, right: float) -> float:
        return min(reach.get(step.first, right), right) - max(step.first, left)

    main = {low.first, high.first} | ({curve.here.first} if curve.here is not None else set())
    main |= {max(curve.planned, key=lambda step: within(step, *part)).first for part in pairwise(ends)}
    return replace(curve, steps=labelled(s for s in curve.steps if s.sort is Sort.NONE or s.first in main))


def shift_between(before: Ledger, after: Ledger) -> Shift:
    """How the decisions of a plan differ from those of another."""
    was, now = set(missions_in(before)), set(missions_in(after))
    old, new = months_abroad(before), months_abroad(after)
    altered = tuple(
        Alteration(name, new.get(name, 0) - old.get(name, 0), _options(before, name), _options(after, name))
        for name in sorted(moved(before, after) & was & now)
    )
    return Shift(tuple(sorted(now - was)), tuple(sorted(was - now)), altered)


def months_abroad(ledger: Ledger) -> Mapping[str, int]:
    """Months that every mission of a plan is abroad; one that only finishes a running tour is not counted."""
    found: dict[str, set[Month]] = {}
    for stay in contributing(ledger.scenario, (c.stay for c in ledger.contributions)):
        found.setdefault(stay.mission, set()).update(months(stay.first, stay.last))
    return {mission: len(covered) for mission, covered in found.items()}


def _options(ledger: Ledger, mission: str) -> tuple[str, ...]:
    stays = sorted((c.stay for c in ledger.contributions if c.stay.mission == mission), key=lambda stay: stay.first)
    return tuple(dict.fromkeys(stay.option for stay in stays))


def equal(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether two plans come to the same in every goal given, but for arithmetic."""
    return all(abs(a - b) <= HAIR * max(1.0, abs(a)) for a, b in zip(one, other, strict=True))
