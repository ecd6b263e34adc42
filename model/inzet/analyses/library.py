"""The scenario library: the base and every named scenario of a workbook, solved and held against the base."""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial

from inzet.analyses.runner import Failed, failures_kept, side_by_side
from inzet.outcome import Limit, Solution, Status
from inzet.plan.audit import audited
from inzet.plan.ledger import Ledger
from inzet.scenario.checks import make_scenario
from inzet.scenario.overlay import scenario_names
from inzet.scenario.scenario import Stay
from inzet.scenario.stays import tour_end
from inzet.schema.book import Book
from inzet.schema.rows import Change, GoalName
from inzet.solve import prepare

BASE = "base"
"""The name of the workbook as it stands."""


@dataclass(frozen=True, slots=True)
class Presence:
    """One contribution of a plan, in plain words.

    Attributes:
        option: the option.
        first: first month abroad, written YYYY-MM.
        last: last month abroad, written YYYY-MM.
        months: months abroad within the plan.
        persons: persons abroad.
        finishing: whether it only finishes the tour that runs when the plan starts.
    """

    option: str
    first: str
    last: str
    months: int
    persons: int
    finishing: bool = False

    def __str__(self) -> str:
        return f"{self.option} {self.first} to {self.last}"


Presences = tuple[Presence, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out of one scenario.

    Attributes:
        scenario: its name; ``base`` for the workbook as it stands.
        question: what it asks; empty for the base.
        status: what can be said of the plan; ``failed`` also when the scenario cannot be made or its plan is wrong.
        message: why there is no plan, or no proof; empty otherwise.
        seconds: from workbook to checked plan.
        gap: how far its worst goal may be from the best, as a share of it; None without a plan.
        value: points; None without a plan.
        shortfall: unit-months short of the readiness commitments; None without a plan.
        short: the same by unit type, where there is any.
        cost: euro over the whole plan; None without a plan.
        paid: the same by fund.
        persons: persons abroad on average over the months of the plan.
        considered: missions that could be in.
        missions: the contributions of every mission that is in, by mission.
    """

    scenario: str
    question: str
    status: Status
    message: str = ""
    seconds: float = 0.0
    gap: float | None = None
    value: float | None = None
    shortfall: int | None = None
    short: Mapping[str, int] = field(default_factory=dict)
    cost: float | None = None
    paid: Mapping[str, float] = field(default_factory=dict)
    persons: float | None = None
    considered: int = 0
    missions: Mapping[str, Presences] = field(default_factory=dict)

    @property
    def proven(self) -> bool:
        """Whether every goal is proven within the gap asked for."""
        return self.status is Status.OPTIMAL


class Kind(StrEnum):
    """How the plan for a mission differs from that of the base."""

    IN = "in"
    """It is in, and was not; what only finishes its running tour is not in."""
    OUT = "out"
    """It is not in, or only finishes its running tour, and was in."""
    OPTION = "option"
    """It is in with other options, or with the same ones in another order."""
    SHORTER = "shorter"
    """The same options, for fewer months."""
    LONGER = "longer"
    """The same options, for more months."""
    MOVED = "moved"
    """The same options for as many months, at another time."""
    SIZE = "size"
    """The same stays, with more or fewer persons."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A mission for which a plan differs from the base.

    Attributes:
        mission: the mission.
        kind: how it differs.
        before: its contributions in the base.
        after: its contributions in the plan.
    """

    mission: str
    kind: Kind
    before: Presences
    after: Presences

    def __str__(self) -> str:
        before, after = (" + ".join(p.option for p in side) for side in (self.before, self.after))
        months = sum(p.months for p in self.after) - sum(p.months for p in self.before)
        persons = sum(p.persons for p in self.after) - sum(p.persons for p in self.before)
        words = {
            Kind.IN: f"{self.mission} in",
            Kind.OUT: f"{self.mission} out",
            Kind.OPTION: f"{self.mission} {before} -> {after}",
            Kind.SHORTER: f"{self.mission} {_months(-months)} shorter",
            Kind.LONGER: f"{self.mission} {_months(months)} longer",
            Kind.MOVED: f"{self.mission} at another time",
            Kind.SIZE: f"{self.mission} {persons:+d} persons",
        }
        return words[self.kind]


def _months(number: int) -> str:
    return f"{number} month" if number == 1 else f"{number} months"


@dataclass(frozen=True)
class Library:
    """The outcomes of a workbook's scenarios.

    Attributes:
        outcomes: the base first, then the named scenarios in the order of the workbook.
    """

    outcomes: tuple[Outcome, ...]

    @property
    def base(self) -> Outcome:
        """The workbook as it stands."""
        return self.outcomes[0]

    def of(self, name: str) -> Outcome:
        """The outcome of a scenario by its name.

        Raises:
            KeyError: there is none of that name.
        """
        return {outcome.scenario: outcome for outcome in self.outcomes}[name]

    def differences(self, outcome: Outcome) -> tuple[Difference, ...]:
        """What a plan has otherwise than the base, mission by mission; nothing when one of the two has no plan."""
        if not (self.base.status.has_plan and outcome.status.has_plan):
            return ()
        return differences(self.base.missions, outcome.missions)


def differences(before: Mapping[str, Presences], after: Mapping[str, Presences]) -> tuple[Difference, ...]:
    """What one plan has otherwise than another, mission by mission; what comes in and goes out first."""
    found = [
        Difference(mission, _kind(before.get(mission, ()), after.get(mission, ())), *sides)
        for mission in sorted({*before, *after})
        if (sides := (before.get(mission, ()), after.get(mission, ())))[0] != sides[1]
    ]
    order = list(Kind)
    return tuple(sorted(found, key=lambda difference: (order.index(difference.kind), difference.mission)))


def _kind(before: Presences, after: Presences) -> Kind:
    stays, stayed = (any(not p.finishing for p in side) for side in (after, before))
    if stays != stayed:
        return Kind.IN if stays else Kind.OUT
    if [p.option for p in before] != [p.option for p in after]:
        return Kind.OPTION
    more = sum(p.months for p in after) - sum(p.months for p in before)
    if more:
        return Kind.LONGER if more > 0 else Kind.SHORTER
    same_months = all((b.first, b.last) == (a.first, a.last) for b, a in zip(before, after, strict=True))
    return Kind.SIZE if same_months else Kind.MOVED


OnDone = Callable[[Outcome, int, int], None]
"""Told of every outcome as it comes: the outcome, how many are done, and how many there are."""


def solve_library(
    book: Book,
    names: Iterable[str] | None = None,
    *,
    time_limit: float | None = None,
    gap: float | None = None,
    on_done: OnDone = lambda *_: None,
) -> Library:
    """Solve the base and named scenarios of a workbook side by side.

    Ctrl-C keeps what is solved by then; the rest is in the library as not planned.

    Args:
        book: the workbook.
        names: the scenarios beside the base; all of the workbook when not given.
        time_limit: seconds for the search of each; the workbook's setting when not given.
        gap: share of the best within which each search may stop; the workbook's setting when not given.
        on_done: told of every outcome as it comes.
    """
    wanted = [BASE, *(scenario_names(book) if names is None else names)]
    tasks = failures_kept({name: _Task(book, name, time_limit, gap) for name in wanted})
    done: dict[str, Outcome] = {}

    def solve_one(name: str, stop: threading.Event) -> None:
        done[name] = _row(book, name, tasks[name](stop))

    def tell(name: str, number: int, total: int) -> None:
        if name in done:
            on_done(done[name], number, total)

    side_by_side({name: partial(solve_one, name) for name in wanted}, on_done=tell)
    never = Failed("Stopped before it began.", 0.0)
    return Library(tuple(done.get(name) or _row(book, name, never, Status.NO_PLAN_FOUND) for name in wanted))


def _row(book: Book, name: str, found: Outcome | Failed, status: Status = Status.FAILED) -> Outcome:
    """A scenario that failed is a row of the table, not the end of it."""
    if isinstance(found, Outcome):
        return found
    return Outcome(name, question(book, name), status, found.reason, found.seconds)


def question(book: Book, name: str) -> str:
    """What a scenario asks: the reason of its first change."""
    return next((change.why for change in book.of(Change) if change.scenario == name), "")


def outcome_of(book: Book, name: str, time_limit: float | None = None, gap: float | None = None) -> Outcome:
    """Solve one scenario of a workbook; whatever goes wrong on purpose becomes part of the outcome."""
    (task,) = failures_kept({name: _Task(book, name, time_limit, gap)}).values()
    return _row(book, name, task(threading.Event()))


@dataclass(frozen=True)
class _Task:
    """One scenario to solve."""

    book: Book
    name: str
    time_limit: float | None
    gap: float | None

    def __call__(self, stop: threading.Event) -> Outcome:
        began = time.monotonic()
        asks = question(self.book, self.name)
        scenario, _ = make_scenario(self.book, () if self.name == BASE else (self.name,))
        solution = prepare(scenario).ask(time_limit=self.time_limit, gap=self.gap, stop=stop)
        if not solution.status.has_plan:
            return Outcome(self.name, asks, solution.status, _words(solution), time.monotonic() - began)
        ledger, _ = audited(solution)
        return _outcome(self.name, asks, solution, ledger, time.monotonic() - began)


def _words(solution: Solution) -> str:
    return solution.message or ("Stopped by hand." if solution.limit is Limit.INTERRUPT else "")


def _outcome(name: str, asks: str, solution: Solution, ledger: Ledger, seconds: float) -> Outcome:
    scenario = ledger.scenario
    short: Counter[str] = Counter()
    for unit, tier, month in scenario.commitments:
        short[unit] += ledger.shortfall(unit, tier, month)
    paid: dict[str, float] = defaultdict(float)
    for posting in ledger.postings:
        paid[posting.fund] += posting.euro
    missions = presences_of(ledger)
    person_months = sum(p.persons * p.months for presences in missions.values() for p in presences)
    return Outcome(
        scenario=name,
        question=asks,
        status=solution.status,
        message=_words(solution),
        seconds=seconds,
        gap=max((goal.gap for goal in solution.goals), default=0.0),
        value=ledger.goals[GoalName.VALUE],
        shortfall=round(ledger.goals[GoalName.READINESS]),
        short={unit: number for unit, number in sorted(short.items()) if number},
        cost=float(sum(paid.values())),
        paid=dict(sorted(paid.items())),
        persons=person_months / len(scenario.horizon),
        considered=len(scenario.missions),
        missions=missions,
    )


def presences_of(ledger: Ledger) -> dict[str, Presences]:
    """The contributions of every mission in a plan, by mission, the earliest first."""
    missions: dict[str, Presences] = {}
    for stay in sorted((c.stay for c in ledger.contributions), key=lambda stay: (stay.mission, stay.first)):
        missions[stay.mission] = (*missions.get(stay.mission, ()), _presence(ledger, stay))
    return missions


def _presence(ledger: Ledger, stay: Stay) -> Presence:
    mission = ledger.scenario.missions[stay.mission]
    finishing = stay.running and stay.last <= tour_end(ledger.scenario, mission)
    return Presence(stay.option, str(stay.first), str(stay.last), stay.months, ledger.persons(stay), finishing)
