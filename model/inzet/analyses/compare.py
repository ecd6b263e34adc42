"""Options side by side: courses of action, planned under different data or priorities, against each other.

A course is a scenario with its best plan. The first one is what the others are compared with. A course that has no plan
stays in the comparison as a column with its reason.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from inzet.analyses.finished import Finished
from inzet.analyses.kept import Shelf, solved
from inzet.analyses.library import Difference, Presences, differences, presences_of
from inzet.analyses.regret import Regret, is_known, regret
from inzet.analyses.runner import OnDone, side_by_side
from inzet.analyses.second_opinion import vouched_for
from inzet.calendar import Month
from inzet.errors import InputError, InzetError
from inzet.outcome import Limit, Solution, Status
from inzet.plan.ledger import Ledger
from inzet.scenario.scenario import Phase, Scenario
from inzet.schema.rows import ANY, SHEETS, Change, GoalName, Priority, Row, Settings, cell_value

NO_ROW = "no such row"
"""Said of a course whose input does not have a row that others have."""

WEIGHING, RULES = "weights, scores and shares", "rules over groups and pairs"
"""The steps of a bridge that are no mission."""
HOME = "at home"
"""Where units come from, or go to, that no mission gives up or takes over."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be compared: a scenario to plan, or one that was planned already.

    Attributes:
        name: the name of the course.
        why: what it asks; may be empty.
        make: makes the scenario; raises what is wrong with it.
        finished: its result, where there is one already.
    """

    name: str
    why: str
    make: Callable[[], Scenario]
    finished: Finished | None = None


@dataclass(frozen=True)
class Course:
    """A course of action: what was planned, and what came out.

    Attributes:
        name: its name, unique in the comparison.
        why: what it asks.
        scenario: what was planned; None when it could not be made.
        solution: how the solve ended; None when there was none.
        message: why there is no plan, or no proof; empty otherwise.
        from_kept: whether the plan was solved before and is unchanged.
        seconds: time it took to get the plan, this time.
    """

    name: str
    why: str = ""
    scenario: Scenario | None = None
    solution: Solution | None = None
    message: str = ""
    from_kept: bool = False
    seconds: float = 0.0

    @property
    def has_plan(self) -> bool:
        """Whether there is a plan to compare."""
        return self.solution is not None and self.solution.status.has_plan

    @property
    def status(self) -> str:
        """What can be said of its plan, in the words of the solver."""
        return str(self.solution.status if self.solution is not None else Status.FAILED)

    @property
    def proven(self) -> bool:
        """Whether every goal is proven within the gap asked for."""
        return self.solution is not None and self.solution.status is Status.OPTIMAL

    @property
    def gap(self) -> float | None:
        """How far its worst goal may be from the best, as a share of it; None without a plan."""
        if self.solution is None or not self.has_plan:
            return None
        return max((goal.gap for goal in self.solution.goals), default=0.0)

    @cached_property
    def ledger(self) -> Ledger:
        """The reckoning of its plan; only for a course that has one."""
        assert self.solution is not None
        return Ledger(self.solution.scenario, self.solution.contributions)

    @cached_property
    def presences(self) -> Mapping[str, Presences]:
        """The contributions of every mission in its plan."""
        return presences_of(self.ledger)

    @cached_property
    def value(self) -> float:
        """Points of its plan."""
        return self.ledger.goals[GoalName.VALUE]


@dataclass(frozen=True, slots=True)
class InputDifference:
    """A value of the input that is not the same for all courses.

    Attributes:
        sheet: the sheet.
        row: the key of the row.
        column: the column; ``*`` where some courses do not have the row at all.
        values: the value for every course; None where a cell is empty.
    """

    sheet: str
    row: str
    column: str
    values: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the bridge from the value of one plan to that of another.

    Attributes:
        what: a mission, or what else adds or takes points.
        points: what it adds; below 0 when it takes.
        is_mission: whether it is a mission.
    """

    what: str
    points: float
    is_mission: bool


@dataclass(frozen=True)
class Bridge:
    """How the value of one plan becomes that of another; the steps add up to the difference.

    Attributes:
        before: name of the course it starts from.
        after: name of the course it leads to.
        start: points of the plan it starts from, under its own weights and scores.
        end: points of the plan it leads to, under its own.
        steps: what adds and takes points, apart from what is 0; what else but missions first, then the largest.
    """

    before: str
    after: str
    start: float
    end: float
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """Units that are elsewhere than in the first course.

    Attributes:
        unit: the unit type.
        source: the mission that has them in the first course; HOME for none.
        target: the mission that has them now; HOME for none.
        unit_months: how many, times how many months.
        first: first month in which it is so.
        last: last month in which it is so.
    """

    unit: str
    source: str
    target: str
    unit_months: int
    first: Month
    last: Month


@dataclass(frozen=True)
class Comparison:
    """Courses of action, side by side.

    Attributes:
        courses: the courses; the others are held against the first.
    """

    courses: tuple[Course, ...]

    @property
    def first(self) -> Course:
        """What the others are held against."""
        return self.courses[0]

    @property
    def planned(self) -> tuple[Course, ...]:
        """The courses that have a plan."""
        return tuple(course for course in self.courses if course.has_plan)

    @cached_property
    def missions(self) -> tuple[str, ...]:
        """Every mission of any course, by id."""
        return tuple(sorted({m for course in self.courses if course.scenario for m in course.scenario.missions}))

    def changes(self, course: Course) -> Mapping[str, Difference]:
        """What a plan has otherwise than the first, by mission; nothing when one of the two has no plan."""
        if not (self.first.has_plan and course.has_plan):
            return {}
        return {d.mission: d for d in differences(self.first.presences, course.presences)}

    @cached_property
    def input(self) -> tuple[InputDifference, ...]:
        """What differs in the input, among the courses whose scenario could be made."""
        return tuple(_input_differences([c.scenario for c in self.courses]))

    @cached_property
    def bridges(self) -> tuple[Bridge, ...]:
        """From each plan to the next, then from the first to each after the second."""
        following = list(pairwise(self.planned))
        if not self.first.has_plan:
            return tuple(bridge(*pair) for pair in following)
        return tuple(bridge(*pair) for pair in [*following, *((self.first, c) for c in self.planned[2:])])

    def moves(self, course: Course) -> tuple[Move, ...]:
        """The units that are elsewhere than in the first course."""
        if not (self.first.has_plan and course.has_plan):
            return ()
        return tuple(_moves(self.first.ledger, course.ledger))

    @cached_property
    def regrets(self) -> Mapping[tuple[str, str], Regret]:
        """Every plan in every other world, by the names of the two; only worlds of which the best plan is known."""
        return {
            (plan.name, world.name): regret(plan.ledger, world.ledger, world.solution)
            for world in self.planned
            for plan in self.planned
            if world.solution is not None
        }


def compare(
    questions: Sequence[Question],
    shelf: Shelf,
    *,
    time_limit: float | None = None,
    gap: float | None = None,
    on_done: OnDone = lambda *_: None,
) -> Comparison:
    """Plan everything that is not planned yet, side by side, and hold the plans against each other.

    Ctrl-C keeps what is planned by then; the rest is in the comparison as not planned.

    Args:
        questions: what to compare, the first being what the others are held against.
        shelf: where plans are kept.
        time_limit: seconds for each search; the workbook's setting when not given.
        gap: share of the best within which each search may stop; the workbook's setting when not given.
        on_done: told of every course as it is planned.
    """
    tasks = {question.name: _Task(question, shelf, time_limit, gap) for question in questions}
    found = side_by_side(tasks, on_done=on_done)
    stopped = "The search was stopped before it began."
    return Comparison(tuple(found.get(q.name) or Course(q.name, q.why, message=stopped) for q in questions))


@dataclass(frozen=True)
class _Task:
    question: Question
    shelf: Shelf
    time_limit: float | None
    gap: float | None

    def __call__(self, stop: threading.Event) -> Course:
        began = time.monotonic()
        course = Course(self.question.name, self.question.why)
        try:
            course = self._planned(course, stop)
        except InputError as error:
            course = replace(course, message=f"{error.issues[0].message} (inzet check names all problems)")
        except (InzetError, ArithmeticError, RuntimeError, ValueError) as error:
            # A course that breaks is a column of the comparison, not its end.
            course = replace(course, message=f"{type(error).__name__}: {error}")
        return replace(course, seconds=time.monotonic() - began)

    def _planned(self, course: Course, stop: threading.Event) -> Course:
        done = self.question.finished
        if done is not None:
            solution = vouched_for(done)
            return replace(course, scenario=done.scenario, solution=solution, message=solution.message, from_kept=True)
        scenario = self.question.make()
        solution, kept = solved(scenario, self.shelf, time_limit=self.time_limit, gap=self.gap, stop=stop)
        message = solution.message or ("Stopped by hand." if solution.limit is Limit.INTERRUPT else "")
        return replace(course, scenario=scenario, solution=solution, message=message, from_kept=kept)


def _input_differences(scenarios: Sequence[Scenario | None]) -> Iterator[InputDifference]:
    books = [None if scenario is None else scenario.book for scenario in scenarios]
    made = [book for book in books if book is not None]
    if not made:
        return
    for name in Settings.model_fields:
        if len({cell_value(getattr(book.settings, name)) for book in made}) > 1:
            values = (None if book is None else cell_value(getattr(book.settings, name)) for book in books)
            yield InputDifference(Settings.sheet, name, "value", tuple(values))
    for sheet in (name for name in SHEETS if name not in (Change.sheet, Priority.sheet)):
        rows = [None if book is None else {row.row_key(): row for row in book.rows.get(sheet, ())} for book in books]
        for key in dict.fromkeys(key for by_key in rows if by_key is not None for key in by_key):
            found = [None if by_key is None else by_key.get(key, NO_ROW) for by_key in rows]
            if len({id(row) for row in found if row is not None}) > 1:
                yield from _row_differences(sheet, key, found)


def _row_differences(sheet: str, key: str, rows: Sequence[Row | str | None]) -> Iterator[InputDifference]:
    """A row as a whole when some courses do not have it; the columns that differ otherwise."""
    there = [row for row in rows if isinstance(row, Row)]
    if NO_ROW in rows:
        values = (_row_words(row) if isinstance(row, Row) else row for row in rows)
        yield InputDifference(sheet, key, ANY, tuple(values))
        return
    for column in SHEETS[sheet].model_fields:
        if len({getattr(row, column) for row in there}) > 1:
            cells = (cell_value(getattr(row, column)) if isinstance(row, Row) else None for row in rows)
            yield InputDifference(sheet, key, column, tuple(cells))


def _row_words(row: Row) -> str:
    """What is filled in, apart from the key."""
    values = ((name, cell_value(getattr(row, name))) for name in type(row).model_fields if name in row.model_fields_set)
    filled = [f"{name}={value}" for name, value in values if name not in row.key and value not in (None, "")]
    return "; ".join(filled) or "the row is there"


def bridge(before: Course, after: Course) -> Bridge:
    """How the value of one plan becomes that of another.

    First the old plan is valued under the new weights, scores and shares of options: what that adds or takes is a step
    of its own. Then every mission adds or takes what it brings more or less, all under the new ones.

    Args:
        before: the course to start from; it must have a plan.
        after: the course to end at; it must have a plan.
    """
    old = points_by_mission(before.ledger)
    told_anew = points_by_mission(_revalued(before.ledger, after.ledger.scenario), unknown=old)
    new = points_by_mission(after.ledger)
    rules = sum(c.points for c in after.ledger.rule_counts) - sum(c.points for c in before.ledger.rule_counts)
    weighing = sum(told_anew.get(mission, 0.0) - points for mission, points in old.items())
    steps = [Step(WEIGHING, weighing, is_mission=False), Step(RULES, rules, is_mission=False)]
    missions = [
        Step(mission, new.get(mission, 0.0) - told_anew.get(mission, 0.0), is_mission=True)
        for mission in sorted({*told_anew, *new})
    ]
    steps += sorted(missions, key=lambda step: (-abs(step.points), step.what))
    hair = 1e-9 * max(1.0, abs(before.value), abs(after.value))
    steps = [step for step in steps if abs(step.points) > hair]
    return Bridge(before.name, after.name, before.value, after.value, tuple(steps))


def points_by_mission(ledger: Ledger, unknown: Mapping[str, float] | None = None) -> dict[str, float]:
    """Points that every mission brings, less the price of ending early; rules over groups and pairs apart.

    Args:
        ledger: the plan.
        unknown: points of missions that the plan's scenario does not know; none when not given.
    """
    points: dict[str, float] = defaultdict(float, {})
    for contribution in ledger.contributions:
        stay = contribution.stay
        points[stay.mission] += sum(ledger.value(stay, interest) for interest in ledger.scenario.interests)
        points[stay.mission] -= ledger.early_end(stay)
    left = {mission: value for mission, value in (unknown or {}).items() if mission not in points}
    return {**points, **left}


def _revalued(ledger: Ledger, scenario: Scenario) -> Ledger:
    """A plan under another scenario, without the missions that have a contribution unknown there."""
    unknown = {c.stay.mission for c in ledger.contributions if not is_known(scenario, c.stay)}
    return Ledger(scenario, tuple(c for c in ledger.contributions if c.stay.mission not in unknown))


def _moves(before: Ledger, after: Ledger) -> Iterator[Move]:
    """Pair, month by month, the missions that have fewer units of a type with those that have more.

    The largest are paired first; what is left over comes from home or goes there. The rule says where units could have
    come from; the plan itself does not know its units by name.
    """
    found: dict[tuple[str, str, str], Counter[Month]] = defaultdict(Counter)
    was, now = _deployed(before), _deployed(after)
    for unit, month in sorted({*was, *now}):
        change = Counter(now.get((unit, month), Counter()))
        change.subtract(was.get((unit, month), Counter()))
        givers = {mission: -number for mission, number in change.items() if number < 0}
        takers = {mission: number for mission, number in change.items() if number > 0}
        for source, target, number in _paired(givers, takers):
            found[unit, source, target][month] += number
    moves = [Move(*key, sum(by_month.values()), min(by_month), max(by_month)) for key, by_month in found.items()]
    yield from sorted(moves, key=lambda move: (-move.unit_months, move.unit, move.source, move.target))


def _deployed(ledger: Ledger) -> dict[tuple[str, Month], Counter[str]]:
    """Units abroad, by unit type and month, for every mission."""
    abroad: dict[tuple[str, Month], Counter[str]] = defaultdict(Counter)
    for tour in ledger.tours:
        for month in ledger.scenario.horizon:
            if tour.phase_in(month) is Phase.DEPLOYED:
                abroad[tour.unit, month][tour.stay.mission] += tour.units
    return abroad


def _paired(givers: Mapping[str, int], takers: Mapping[str, int]) -> Iterator[tuple[str, str, int]]:
    left, wanted = (dict(sorted(side.items(), key=lambda item: (-item[1], item[0]))) for side in (givers, takers))
    for target in wanted:
        for source in left:
            number = min(left[source], wanted[target])
            left[source] -= number
            wanted[target] -= number
            if number:
                yield source, target, number
    yield from ((HOME, target, number) for target, number in wanted.items() if number)
    yield from ((source, HOME, number) for source, number in left.items() if number)


def shortfalls(ledger: Ledger) -> Counter[tuple[str, str]]:
    """Unit-months short of the readiness commitments, by unit type and tier; only where there is a commitment."""
    short: Counter[tuple[str, str]] = Counter()
    for unit, tier, month in ledger.scenario.commitments:
        short[unit, tier] += ledger.shortfall(unit, tier, month)
    return short


def persons_abroad(ledger: Ledger) -> dict[Month, int]:
    """Persons abroad, all missions together, by month of the plan."""
    abroad = dict.fromkeys(ledger.scenario.horizon, 0)
    for contribution in ledger.contributions:
        persons = ledger.persons(contribution.stay)
        for month in abroad:
            if contribution.stay.first <= month <= contribution.stay.last:
                abroad[month] += persons
    return abroad
