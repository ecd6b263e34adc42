"""A plan that a person wrote, tested: what it breaks, what it is worth beside the best plan, and what repairs it.

The independent check says what is broken; no solver has a part in that. The best plan and the repair are two
questions to the same model. Where the workbook leaves a choice of unit types, the plan does not say which are sent:
a model of exactly its contributions finds the units that break least.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from itertools import product

from inzet.analyses.conditions import Kind, pieces_of
from inzet.analyses.in_the_way import Spell, holders_of, spells_of
from inzet.calendar import Month, months
from inzet.edits import Edit, aim, aim_first, break_least, choose_all_of, count_beyond, only_rows_with
from inzet.errors import SolverError
from inzet.outcome import Contribution, RankedGoal, Solution, Status
from inzet.plan.audit import Audit, Finding, audit, audited
from inzet.plan.ledger import Ledger
from inzet.scenario.scenario import Scenario, Stay
from inzet.schema.planned import Planned
from inzet.schema.rows import GoalName
from inzet.solve import Model, OnProgress, Progress, is_assignment, prepare, stay_column

CONTRIBUTIONS = "contributions changed"
MISSION_MONTHS = "mission-months changed"
"""The first two goals of a repair."""

MOST = 1e6
"""By so much at most a limit may be broken when units are sought: units, EUR million, or what a rule counts."""

HAIR = 1e-6
"""Relative difference between two amounts that is arithmetic, not a difference."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that a plan breaks, by the same amount in an unbroken row of months.

    Attributes:
        rule: the rule.
        where: the unit type (with its tier), fund and year, rule, mission or contribution.
        excess: by how much, in the rule's own unit.
        spell: first and last month; None where the rule is not held month by month.
        sentence: the same in words, without those months.
        says: what the workbook says of a rule over groups or pairs; empty for others.
        stay: the contribution that it is about; None when it is about more.
        holders: the missions that use a unit type of which there are too few, most unit months first.
    """

    rule: str
    where: str
    excess: float
    spell: Spell | None
    sentence: str
    says: str = ""
    stay: Stay | None = None
    holders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Worth:
    """What a plan comes to in one goal, beside the best plan.

    Attributes:
        goal: the goal.
        plan: what the plan comes to, in the goal's unit.
        best: the best plan; None without one.
        repaired: the repaired plan; None without one.
    """

    goal: GoalName
    plan: float
    best: float | None
    repaired: float | None

    @property
    def difference(self) -> float | None:
        """What the plan has more than the best plan."""
        if self.best is None:
            return None
        difference = self.plan - self.best
        return 0.0 if abs(difference) <= HAIR * max(1.0, abs(self.best)) else difference


class ChangeKind(StrEnum):
    """What is done with a contribution."""

    DROP = "drop"
    MOVE = "move"
    """The same option in other months."""
    SHORTEN = "shorten"
    """The same option in some of the same months."""
    LENGTHEN = "lengthen"
    """The same option in the same months and more."""
    OTHER_OPTION = "other option"
    ADD = "add"


@dataclass(frozen=True, slots=True)
class Change:
    """One contribution that a repair changes.

    Attributes:
        mission: the mission.
        kind: what is done with it.
        before: as it was planned; None for one that is added.
        after: as the repair has it; None for one that is dropped.
    """

    mission: str
    kind: ChangeKind
    before: Stay | None
    after: Stay | None


@dataclass(frozen=True)
class Repaired:
    """The plan nearest to another one that keeps every rule.

    Attributes:
        solution: how the search for it ended.
        ledger: its reckoning; None without one.
        changes: what it has otherwise.
    """

    solution: Solution
    ledger: Ledger | None
    changes: tuple[Change, ...]

    @property
    def proven(self) -> bool:
        """Whether no plan that keeps the rules changes less."""
        counts = self.solution.goals[:2]
        return len(counts) == 2 and all(goal.claimed <= at_least(goal) + HAIR for goal in counts)

    @property
    def gap(self) -> float | None:
        """How far the number of contributions changed may be from the fewest, as a share; None when not known."""
        gap = self.solution.goals[0].gap if self.ledger is not None else math.inf
        return gap if math.isfinite(gap) else None


@dataclass(frozen=True)
class Checked:
    """A plan, tested.

    Attributes:
        ledger: the reckoning of the plan, with the units that it would send.
        audit: the independent check of it.
        units_proven: whether no other choice of unit types is proven to break less.
        best: how the search for the best plan ended.
        repaired: the smallest change that repairs it; None when there is nothing to repair.
    """

    ledger: Ledger
    audit: Audit
    units_proven: bool
    best: Solution
    repaired: Repaired | None

    @property
    def ok(self) -> bool:
        """Whether the plan keeps every rule."""
        return self.audit.ok

    @cached_property
    def breaches(self) -> tuple[Breach, ...]:
        """What it breaks, consecutive months together."""
        return tuple(breaches_of(self.ledger, self.audit.findings))

    @cached_property
    def best_ledger(self) -> Ledger | None:
        """The reckoning of the best plan; None without one."""
        return Ledger(self.best.scenario, self.best.contributions) if self.best.status.has_plan else None

    @cached_property
    def worth(self) -> tuple[Worth, ...]:
        """What it comes to in every goal of the workbook, in order of rank."""
        fixed = self.repaired.ledger if self.repaired is not None else None
        return tuple(
            Worth(
                goal.goal,
                self.ledger.goals[goal.goal],
                None if self.best_ledger is None else self.best_ledger.goals[goal.goal],
                None if fixed is None else fixed.goals[goal.goal],
            )
            for goals in self.ledger.scenario.goals
            for goal in goals
        )

    @property
    def deciding(self) -> tuple[int, float] | None:
        """The first rank in which the plan is worse (above 0) or better than the best plan; None when there is none."""
        assert self.best_ledger is not None
        for rank, (mine, best) in enumerate(zip(self.ledger.ranked, self.best_ledger.ranked, strict=True)):
            if abs(mine - best) > HAIR * max(1.0, abs(best)):
                return rank, mine - best
        return None


def at_least(goal: RankedGoal) -> float:
    """The least that a whole number, to be made small, can be proven to be."""
    return math.ceil(goal.bound - HAIR) if math.isfinite(goal.bound) else goal.bound


def stay_of(scenario: Scenario, row: Planned) -> Stay:
    """The stay that a row of a plan means.

    What starts in the first month of the plan with the option that runs then is that running contribution, going on:
    nothing else of its mission can start so early.
    """
    running = row.start == scenario.settings.first_month and row.option == scenario.missions[row.mission].running_option
    return Stay(row.mission, row.option, row.start, row.end, running)


def check_plan(
    scenario: Scenario,
    stays: Collection[Stay],
    *,
    time_limit: float | None = None,
    gap: float | None = None,
    progress: OnProgress = lambda _: None,
) -> Checked:
    """Test a plan: hold every rule against it, and find the best plan and the smallest repair.

    Args:
        scenario: what it is a plan for.
        stays: its contributions, each within the months of the plan and of an option of the workbook.
        time_limit: seconds for each search; the workbook's setting when not given.
        gap: share of the best within which each search may stop; the workbook's setting when not given.
        progress: told what is going on.

    Raises:
        AuditError: the best or the repaired plan breaks a rule, or is worth something else than claimed.
        SolverError: the solver refused a problem, or found no units for the plan.
    """
    ask = _Asking(time_limit, gap, progress)
    contributions, proven = with_units(scenario, stays, ask)
    ledger = Ledger(scenario, contributions)
    held = audit(ledger)
    progress(Progress("building the model"))
    model = prepare(scenario)
    best = ask(model, "finding the best plan")
    if best.status.has_plan:
        audited(best)
    repaired = None if held.ok else repair(model, stays, best, ask)
    return Checked(ledger, held, proven, best, repaired)


@dataclass(frozen=True, slots=True)
class _Asking:
    """How the model is asked."""

    time_limit: float | None
    gap: float | None
    progress: OnProgress

    def __call__(self, model: Model, phase: str, *edits: Edit) -> Solution:
        def on_progress(news: Progress) -> None:
            self.progress(replace(news, phase=phase))

        return model.ask(*edits, time_limit=self.time_limit, gap=self.gap, progress=on_progress)


def with_units(scenario: Scenario, stays: Collection[Stay], ask: _Asking) -> tuple[tuple[Contribution, ...], bool]:
    """The contributions of stays with the units that break least, and whether that is proven.

    Least are first the units too few, added up over the months; then the money; then hard rules. Among equals the
    workbook's goals choose, and then the fewest units. Nothing is solved where the workbook leaves no choice.
    """
    if not any(_has_choice(scenario, stay) for stay in stays):
        return tuple(Contribution(stay) for stay in sorted(stays)), True
    by_mission: dict[str, list[Stay]] = defaultdict(list)
    for stay in sorted(stays):
        by_mission[stay.mission].append(stay)
    model = prepare(scenario, {mission: tuple(own) for mission, own in by_mission.items()})
    found = ask(
        model,
        "finding units for the plan",
        # Which stays are chosen is given, so rows about nothing else are kept or broken whatever units are sent.
        only_rows_with(is_assignment),
        choose_all_of([stay_column(stay) for stay in stays]),
        *(break_least(name, rows, MOST) for name, rows in _breakable(model)),
        # Nobody sends more than is needed, even where it costs nothing.
        aim("units sent", dict.fromkeys(filter(is_assignment, model.problem.columns), 1.0)),
    )
    if not found.status.has_plan:
        raise SolverError(f"Which units the plan would send could not be found. {found.message}")
    return found.contributions, found.status is Status.OPTIMAL


def _breakable(model: Model) -> Iterator[tuple[str, list[str]]]:
    """The limits that a plan may turn out to break, those that count most at the end."""
    rows: dict[Kind, list[str]] = defaultdict(list)
    for piece in pieces_of(model.problem.rows, model.scenario):
        rows[piece.condition.kind].append(piece.row)
    units = rows[Kind.SUPPLY]
    if model.scenario.shortfall_allowed:
        # It is no breach, but in the model it is at most the commitment, which too many units in use can exceed.
        yield "readiness out of reach", rows[Kind.READINESS]
    else:
        units += rows[Kind.READINESS]
    yield "rules broken", rows[Kind.RULE]
    yield "money too little", rows[Kind.MONEY]
    yield "units too few", units


def _has_choice(scenario: Scenario, stay: Stay) -> bool:
    requirements = scenario.requirements_of(stay.mission, stay.option)
    modular = scenario.options[stay.mission, stay.option].modular
    return any(modular or len(scenario.providers(requirement.capability)) > 1 for requirement in requirements)


def breaches_of(ledger: Ledger, findings: Iterable[Finding]) -> Iterator[Breach]:
    """What a plan breaks, consecutive months together."""
    scenario = ledger.scenario
    stays = {str(contribution.stay): contribution.stay for contribution in ledger.contributions}
    found: dict[tuple[str, str, float, str], list[Month]] = defaultdict(list)
    for finding in findings:
        where, month, sentence = _monthly(finding)
        found[finding.rule, where, finding.excess, sentence] += [month] if month is not None else []
    for (rule, where, excess, sentence), when in found.items():
        subject = where.partition(" ")[0]
        row = scenario.rules.get(subject) or scenario.pairs.get(subject)
        for spell in spells_of(when) or (None,):
            is_unit = row is None and subject in scenario.units and spell is not None
            holders = holders_of(ledger, subject, tuple(months(*spell))) if is_unit and spell else ()
            says = row.sentence if row is not None else ""
            yield Breach(rule, where, excess, spell, sentence, says, stays.get(subject), holders)


def _monthly(finding: Finding) -> tuple[str, Month | None, str]:
    """Where a rule is broken, in which month, and the sentence without it; no month where it spans several."""
    where, _, last = finding.where.rpartition(" ")
    for tail in (f" in {last}", f" from {last} to {last}"):
        if finding.sentence.endswith(tail) and (month := _month(last)) is not None:
            return where, month, finding.sentence.removesuffix(tail)
    return finding.where, None, finding.sentence


def _month(text: str) -> Month | None:
    try:
        return Month.parse(text)
    except ValueError:
        return None


def repair(model: Model, stays: Collection[Stay], best: Solution, ask: _Asking) -> Repaired:
    """The plan nearest to some stays that keeps every rule.

    Nearest is first the plan that changes fewest contributions: of each mission the planned ones that are not kept, or
    the new ones when these are more, so that another stay in place of a planned one counts once. Then the one in
    which a mission has another option, or one where it had none, in fewest months. Then the workbook's goals choose.

    Args:
        model: the scenario's model.
        stays: the contributions planned.
        best: its best plan; when that proves that no plan keeps the rules, there is nothing to search for.
        ask: how the model is asked.
    """
    if best.status is Status.INFEASIBLE:
        return Repaired(best, None, ())
    found = ask(model, "finding the smallest repair", *_nearness(model, stays))
    if not found.status.has_plan:
        return Repaired(found, None, ())
    ledger, _ = audited(found)
    return Repaired(found, ledger, changes(stays, (c.stay for c in found.contributions)))


def _nearness(model: Model, stays: Collection[Stay]) -> tuple[Edit, ...]:
    """The edits that put nearness to some stays before the workbook's goals.

    Of a mission with n stays planned, max(not kept, new) = n - kept + (chosen beyond n).
    """
    planned, abroad = frozenset(stays), defaultdict[tuple[str, Month], set[str]](set)
    for stay in planned:
        for month in months(stay.first, stay.last):
            abroad[stay.mission, month].add(stay.option)
    counts: dict[str, float] = {}
    spans: dict[str, float] = {}
    beyond = []
    for mission, choices in model.stays.items():
        number = sum(stay.mission == mission for stay in planned)
        for stay in choices:
            counts[stay_column(stay)] = -1.0 if stay in planned else float(number == 0)
            spans[stay_column(stay)] = float(
                sum(
                    1 if (mission, month) not in abroad else -(stay.option in abroad[mission, month])
                    for month in months(stay.first, stay.last)
                )
            )
        if 0 < number < model.scenario.missions[mission].max_stays:
            beyond.append(count_beyond(f"beyond[{mission}]", [stay_column(stay) for stay in choices], number))
            counts[f"beyond[{mission}]"] = 1.0
    return (
        *beyond,
        aim_first(MISSION_MONTHS, spans, offset=float(len(abroad))),
        aim_first(CONTRIBUTIONS, counts, offset=float(len(planned))),
    )


def changes(before: Iterable[Stay], after: Iterable[Stay]) -> tuple[Change, ...]:
    """What one plan has otherwise than another, by mission; stays that share most months are taken for each other."""
    old, new = frozenset(before), frozenset(after)
    found: list[Change] = []
    for mission in sorted({stay.mission for stay in old ^ new}):
        gone = sorted(stay for stay in old - new if stay.mission == mission)
        come = sorted(stay for stay in new - old if stay.mission == mission)
        while gone and come:
            pair = max(product(gone, come), key=_likeness)
            gone.remove(pair[0])
            come.remove(pair[1])
            found.append(Change(mission, _kind(*pair), *pair))
        found += [Change(mission, ChangeKind.DROP, stay, None) for stay in gone]
        found += [Change(mission, ChangeKind.ADD, None, stay) for stay in come]
    return tuple(found)


def _likeness(pair: tuple[Stay, Stay]) -> tuple[int, bool, int]:
    """Months that two stays share, then whether they take the same option, then how near they start."""
    one, other = pair
    shared = max(0, min(one.last, other.last) - max(one.first, other.first) + 1)
    return shared, one.option == other.option, -abs(one.first - other.first)


def _kind(before: Stay, after: Stay) -> ChangeKind:
    if before.option != after.option:
        return ChangeKind.OTHER_OPTION
    if before.first <= after.first and after.last <= before.last:
        return ChangeKind.SHORTEN
    if after.first <= before.first and before.last <= after.last:
        return ChangeKind.LENGTHEN
    return ChangeKind.MOVE
