"""A running plan made anew when something happens: what it costs to change little, and what changing more brings.

What has begun cannot be undone; what comes after is open. A change is a contribution of the running plan that is not
kept exactly, or one that it did not have; another start of the same mission in place of one that had not begun is one
change, not two. The curve says how good a plan can be with so many changes at most: every point is one solve.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property, partial

from inzet.analyses.check_plan import ChangeKind, changes
from inzet.analyses.runner import OnDone, side_by_side
from inzet.calendar import Month, months
from inzet.edits import Edit, aim_at, aim_first, at_most, count_beyond, first_goals, keep_or_switch
from inzet.errors import UsageError
from inzet.outcome import Contribution, Limit, Solution, Status
from inzet.plan.audit import Audit, audit, audited
from inzet.plan.ledger import Ledger
from inzet.plan.renewed import CHANGES, same_units
from inzet.scenario.history import History, Wish
from inzet.scenario.scenario import Scenario, Stay
from inzet.schema.rows import Goal, GoalName
from inzet.solve import Model, OnProgress, Progress, stay_column

HAIR = 1e-6
"""Relative difference between two amounts that is arithmetic, not a difference."""


class What(StrEnum):
    """What becomes of a contribution."""

    KEPT = "kept"
    RECALLED = "recalled"
    """Abroad, and home sooner than planned."""
    PROLONGED = "prolonged"
    """Abroad, and home later than planned."""
    MOVED = "moved"
    """Not begun, and now at another time, for another length or with another option."""
    OTHER_UNITS = "other units"
    """Not begun, and now done by other units."""
    DROPPED = "dropped"
    """Not begun, and given up."""
    STARTED = "started"
    """Not in the running plan."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What becomes of one contribution.

    Attributes:
        mission: the mission.
        what: what becomes of it.
        before: as the running plan had it; None for one that it did not have.
        after: as it is now; None for one that is given up.
        notice_days: for one that is recalled, the notice of its mission.
        told_by: for a new start under article 100, the month in which parliament must have been told.
    """

    mission: str
    what: What
    before: Stay | None
    after: Stay | None
    notice_days: int | None = None
    told_by: Month | None = None


@dataclass(frozen=True, slots=True)
class Transfer:
    """Units of one type that are elsewhere than in the running plan, from the month that is planned anew on.

    Attributes:
        unit: the type.
        gives: unit months that a mission has less, by mission.
        takes: unit months that a mission has more, by mission.
    """

    unit: str
    gives: Mapping[str, int]
    takes: Mapping[str, int]


@dataclass(frozen=True)
class Renewed:
    """A plan made anew.

    Attributes:
        solution: how the search for it ended.
        ledger: its reckoning.
        running: the reckoning of the running plan, in the world as it is now.
    """

    solution: Solution
    ledger: Ledger
    running: Ledger

    @cached_property
    def turns(self) -> tuple[Turn, ...]:
        """What becomes of every contribution, by mission."""
        return tuple(sorted(_turns(self.ledger, self.running), key=lambda turn: (turn.mission, _first(turn))))

    @cached_property
    def changes(self) -> int:
        """Contributions changed."""
        return sum(turn.what is not What.KEPT for turn in self.turns)

    def of(self, *whats: What) -> tuple[Turn, ...]:
        """The contributions of which one of some things becomes."""
        return tuple(turn for turn in self.turns if turn.what in whats)

    @property
    def displaced(self) -> Mapping[str, int]:
        """Months from now on that a mission is abroad less than in the running plan, by mission."""
        before, after = _months_abroad(self.running), _months_abroad(self.ledger)
        return {name: less for name in sorted(before) if (less := before[name] - after[name]) > 0}

    @property
    def transfers(self) -> tuple[Transfer, ...]:
        """Where units go instead, by unit type."""
        more = _unit_months(self.ledger)
        more.subtract(_unit_months(self.running))
        units = sorted({unit for (unit, _), number in more.items() if number})
        by_unit = {unit: {m: n for (u, m), n in sorted(more.items()) if u == unit and n} for unit in units}
        return tuple(
            Transfer(unit, {m: -n for m, n in own.items() if n < 0}, {m: n for m, n in own.items() if n > 0})
            for unit, own in by_unit.items()
        )


@dataclass(frozen=True, slots=True)
class Point:
    """How good a plan can be with so many changes at most.

    Attributes:
        most: changes allowed.
        plan: the best plan with no more changes than that.
        proven: whether none is better in readiness or value, or as good with fewer changes.
    """

    most: int
    plan: Renewed
    proven: bool

    @property
    def short(self) -> float:
        """Unit months short of the readiness commitments."""
        return self.plan.ledger.goals[GoalName.READINESS]

    @property
    def value(self) -> float:
        """Points that the plan is worth."""
        return self.plan.ledger.goals[GoalName.VALUE]


@dataclass(frozen=True)
class Replanned:
    """A running plan, made anew.

    Attributes:
        model: the model that was asked.
        search: how the search ended that says whether there is a plan at all.
        running: the reckoning of the running plan, in the world as it is now.
        held: the independent check of it there.
        curve: a point for every number of changes, from the fewest that keep the rules to those of the best plan;
            empty without a plan.
        chosen: the plan to take: the best one, or the best within the cap or at the price of a change; None without.
    """

    model: Model
    search: Solution
    running: Ledger
    held: Audit
    curve: tuple[Point, ...]
    chosen: Point | None

    @property
    def least(self) -> Point:
        """The plan that keeps the rules with the fewest changes."""
        return self.curve[0]

    @property
    def best(self) -> Point:
        """The best plan, with the fewest changes among the best."""
        return self.curve[-1]

    @property
    def is_whole(self) -> bool:
        """Whether the curve has a point for every number of changes, and none was cut short by Ctrl-C."""
        numbers = [point.most for point in self.curve]
        stopped = any(point.plan.solution.limit is Limit.INTERRUPT for point in self.curve)
        return not stopped and (not numbers or numbers == list(range(numbers[0], numbers[-1] + 1)))


def replan(
    model: Model,
    running: Iterable[Contribution],
    wish: Wish | None = None,
    *,
    time_limit: float | None = None,
    gap: float | None = None,
    progress: OnProgress = lambda _: None,
    on_done: OnDone = lambda *_: None,
) -> Replanned:
    """Make a running plan anew.

    Args:
        model: of the scenario of now, with its history.
        running: the contributions of the running plan.
        wish: how the plan to take is picked; the best one when not given.
        time_limit: seconds for each search; the workbook's setting when not given.
        gap: share of the best within which each search may stop; the workbook's setting when not given.
        progress: told what is going on.
        on_done: told of every point of the curve as it is found.

    Raises:
        AuditError: a plan breaks a rule, or is worth something else than claimed.
        SolverError: the solver refused a problem.
        UsageError: no plan that keeps the rules has as few changes as asked for.
    """
    wish = wish or Wish()
    # What is wished is a part of the question, so it belongs to every answer and to its content hash.
    scenario = replace(model.scenario, history=replace(_history(model.scenario), wish=wish))
    ledger = Ledger(scenario, tuple(running))
    asking = _Asking(model, ledger, time_limit, gap)
    progress(Progress("finding the fewest changes that keep the rules"))
    fewest = asking.ask(*asking.fewest, progress=_said(progress, "fewest changes"))
    held = audit(ledger)
    if not fewest.status.has_plan:
        return Replanned(model, fewest, ledger, held, (), None)
    best = asking.ask(*asking.best, progress=_said(progress, "the best plan"))
    curve = asking.curve(fewest, best, on_done)
    chosen = asking.chosen(curve, wish)
    return Replanned(model, fewest, ledger, held, curve, chosen)


def _said(progress: OnProgress, phase: str) -> OnProgress:
    return lambda news: progress(replace(news, phase=f"finding {phase}"))


@dataclass(frozen=True)
class _Asking:
    """The questions about one running plan to one model."""

    model: Model
    running: Ledger
    time_limit: float | None
    gap: float | None

    @cached_property
    def after(self) -> int:
        """The number of ranked goals that come before the number of changes: up to the one with value in it."""
        ranks = [index for index, goals in enumerate(self.model.scenario.goals) if _has_value(goals)]
        return (ranks[-1] if ranks else len(self.model.scenario.goals) - 1) + 1

    @cached_property
    def _counted(self) -> tuple[tuple[Edit, ...], dict[str, float], int]:
        return counted(self.model, self.running)

    @property
    def fewest(self) -> tuple[Edit, ...]:
        """Fewest changes first."""
        columns, weights, offset = self._counted
        return (*columns, aim_first(CHANGES, weights, offset=float(offset)))

    @property
    def best(self) -> tuple[Edit, ...]:
        """The workbook's goals up to value, then fewest changes, then the others."""
        columns, weights, offset = self._counted
        return (*columns, aim_at(self.after, CHANGES, weights, offset=float(offset)))

    def within(self, most: int) -> tuple[Edit, ...]:
        """The best plan with so many changes at most."""
        return (*self.best, at_most(self.after, float(most)))

    def ask(self, *edits: Edit, progress: OnProgress = lambda _: None, stop: threading.Event | None = None) -> Solution:
        """Ask the model; the answer is of the scenario with what is wished."""
        found = self.model.ask(*edits, time_limit=self.time_limit, gap=self.gap, progress=progress, stop=stop)
        return replace(found, scenario=self.running.scenario)

    def curve(self, fewest: Solution, best: Solution, on_done: OnDone) -> tuple[Point, ...]:
        """A point for every number of changes, from the fewest to those of the best plan; one alone when they tie."""
        first = self._point(fewest)
        last = self._point(best) if best.status.has_plan else first
        if last.most <= first.most:
            return (last,)
        if self.ties(first, last):
            return (first,)
        tasks = {f"at most {most} changes": partial(self._within, most) for most in range(first.most + 1, last.most)}
        found = side_by_side(tasks, on_done=on_done)
        points = [first]
        for point in (*found.values(), last):
            # A plan with fewer changes may be had with more as well; a search that was stopped may not have seen it.
            if point is not None:
                is_better = self.rank(point) < self.rank(points[-1])
                points.append(point if is_better else replace(points[-1], most=point.most))
        return tuple(points)

    def _point(self, solution: Solution, most: int | None = None) -> Point:
        ledger, _ = audited(solution)
        plan = Renewed(solution, ledger, self.running)
        goals = solution.goals[: self.after + 1]
        proven = len(goals) > self.after and all(goal.proven for goal in goals)
        return Point(plan.changes if most is None else most, plan, proven)

    def _within(self, most: int, stop: threading.Event) -> Point | None:
        # The goals after the number of changes say nothing about the curve.
        found = self.ask(*self.within(most), first_goals(self.after + 1), stop=stop)
        return self._point(found, most) if found.status.has_plan else None

    def rank(self, point: Point) -> tuple[float, ...]:
        """What a plan comes to in the goals up to the one with value in it; less is better."""
        return tuple(round(rank, 6) for rank in point.plan.ledger.ranked[: self.after])

    def ties(self, one: Point, other: Point) -> bool:
        """Whether two plans are equal up to value, as far as a search can tell them apart."""
        gap = self.model.scenario.settings.gap if self.gap is None else self.gap
        mine, others = self.rank(one), self.rank(other)
        return mine[:-1] == others[:-1] and abs(mine[-1] - others[-1]) <= max(gap, HAIR) * max(1.0, abs(others[-1]))

    def chosen(self, curve: tuple[Point, ...], wish: Wish) -> Point:
        """The point of the curve to take.

        Raises:
            UsageError: even the fewest changes are more than asked for.
        """
        allowed = [point for point in curve if wish.most is None or point.most <= wish.most]
        if not allowed:
            raise UsageError(
                f"No plan that keeps the rules has {wish.most} changes or fewer: at least {curve[0].most} are needed."
            )
        ready = [point for point in allowed if self.rank(point)[:-1] == self.rank(allowed[-1])[:-1]]
        price = wish.price * self._weight_of_value
        paid = min(ready, key=lambda point: (self.rank(point)[-1] + price * point.plan.changes, point.most))
        if price == 0:
            paid = next(point for point in ready if self.ties(point, paid))
        if paid in (curve[0], curve[-1]):
            return paid
        whole = self.ask(*self.within(paid.plan.changes))
        return self._point(whole, paid.most) if whole.status.has_plan else _cut_short(paid, whole)

    @property
    def _weight_of_value(self) -> float:
        goals = self.model.scenario.goals[self.after - 1]
        return sum(goal.weight for goal in goals if goal.goal is GoalName.VALUE)


def _cut_short(point: Point, whole: Solution) -> Point:
    """A point of which the goals after the number of changes were not followed, because the search for them ended."""
    solution = replace(point.plan.solution, status=Status.FEASIBLE, limit=whole.limit, message=whole.message)
    return replace(point, plan=replace(point.plan, solution=solution))


def counted(model: Model, running: Ledger) -> tuple[tuple[Edit, ...], dict[str, float], int]:
    """How changes are counted: the columns that it takes, the weight of each column, and what is added to their sum.

    What has begun counts when it ends at another time. Of a mission with n contributions ahead, max(not kept, new)
    counts, which is n - kept + (chosen beyond n); one that is kept with other units is not kept.
    """
    history = _history(running.scenario)
    planned = {contribution.stay: contribution.units for contribution in running.contributions}
    ahead = [stay for stay in planned if not history.has_begun(stay)]
    edits: list[Edit] = []
    weights: dict[str, float] = {}
    for mission, choices in model.stays.items():
        number = sum(stay.mission == mission for stay in ahead)
        for stay in choices:
            fresh = 0.0 if number else 1.0
            weights[stay_column(stay)] = (
                float(stay not in planned) if history.has_begun(stay) else -1.0 if stay in planned else fresh
            )
        if 0 < number < model.scenario.missions[mission].max_stays:
            name = f"beyond[{mission}]"
            later = [stay_column(stay) for stay in choices if not history.has_begun(stay)]
            edits.append(count_beyond(name, later, number))
            weights[name] = 1.0
    for stay in ahead:
        amounts = _amounts(model, stay, planned[stay])
        if amounts:
            name = f"switched[{stay}]"
            most = 1.0 + max(model.problem.upper[model.problem.columns.index(column)] for column in amounts)
            edits.append(keep_or_switch(name, amounts, stay_column(stay), most))
            weights[name] = 1.0
    return tuple(edits), weights, len(ahead)


def _amounts(model: Model, stay: Stay, units: Mapping[tuple[str, str], int]) -> dict[str, float]:
    """The assignment columns of a stay, each with the units that the running plan sends; empty without a choice."""
    return {
        f"assign[{column}]": float(units.get((column.capability, column.unit), 0))
        for requirement in model.scenario.requirements_of(stay.mission, stay.option)
        if (stay, requirement.capability) in model.data.assignments
        for column, _ in model.data.assignments[stay, requirement.capability].units
    }


def _turns(ledger: Ledger, running: Ledger) -> Iterator[Turn]:
    history, scenario = _history(running.scenario), ledger.scenario
    before = {contribution.stay: dict(contribution.units) for contribution in running.contributions}
    after = {contribution.stay: dict(contribution.units) for contribution in ledger.contributions}
    begun = [stay for stay in before if history.has_begun(stay)]
    for was in begun:
        own = (was.mission, was.option, was.first)
        now = next(stay for stay in after if (stay.mission, stay.option, stay.first) == own)
        if now.last < was.last:
            days = scenario.missions[was.mission].recall_notice_days
            yield Turn(was.mission, What.RECALLED, was, now, notice_days=days)
        else:
            yield Turn(was.mission, What.KEPT if now == was else What.PROLONGED, was, now)
    old = [stay for stay in before if not history.has_begun(stay)]
    new = [stay for stay in after if not history.has_begun(stay)]
    for stay in set(old) & set(new):
        same = same_units(scenario, stay, before[stay], after[stay])
        yield Turn(stay.mission, What.KEPT if same else What.OTHER_UNITS, stay, stay)
    for change in changes(old, new):
        match change.kind:
            case ChangeKind.DROP:
                yield Turn(change.mission, What.DROPPED, change.before, None)
            case ChangeKind.ADD:
                yield Turn(change.mission, What.STARTED, None, change.after, told_by=_told_by(scenario, change.after))
            case _:
                told = _told_by(scenario, change.after)
                yield Turn(change.mission, What.MOVED, change.before, change.after, told_by=told)


def _told_by(scenario: Scenario, stay: Stay | None) -> Month | None:
    """The last month in which parliament can be told of a new start; None where it need not be, or was."""
    if stay is None or not scenario.missions[stay.mission].art100:
        return None
    if _history(scenario).was_told(stay.mission, stay.option, stay.first):
        return None
    return stay.first + -scenario.settings.art100_lead_months


def _history(scenario: Scenario) -> History:
    assert scenario.history is not None
    return scenario.history


def _first(turn: Turn) -> Month:
    stay = turn.before or turn.after
    assert stay is not None
    return stay.first


def _months_abroad(ledger: Ledger) -> Counter[str]:
    """Months that each mission is abroad from the month that is planned anew on."""
    as_of = _history(ledger.scenario).as_of
    counts: Counter[str] = Counter()
    for contribution in ledger.contributions:
        stay = contribution.stay
        counts[stay.mission] += max(0, stay.last - max(stay.first, as_of) + 1)
    return counts


def _unit_months(ledger: Ledger) -> Counter[tuple[str, str]]:
    """Unit months abroad from the month that is planned anew on, by unit type and mission."""
    as_of = _history(ledger.scenario).as_of
    counts: Counter[tuple[str, str]] = Counter()
    for tour in ledger.tours:
        counts[tour.unit, tour.stay.mission] += tour.units * len(list(months(max(as_of, tour.first), tour.last)))
    return counts


def _has_value(goals: Iterable[Goal]) -> bool:
    return any(goal.goal is GoalName.VALUE for goal in goals)
