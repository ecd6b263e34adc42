"""How the plan comes out in a world in which assumed numbers are others."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from inzet.analyses.decisions import contributing, down_to_value
from inzet.analyses.sensitivity.curve import NOT_REACHED, is_exact
from inzet.edits import Edit, aim, edited, first_goals
from inzet.errors import InputError, Severity
from inzet.outcome import Limit, Solution, Status
from inzet.plan.audit import audited
from inzet.plan.ledger import Ledger
from inzet.problem import Problem
from inzet.scenario.assumptions import Assumption, imagined
from inzet.scenario.checks import refuse_errors
from inzet.scenario.overlay import ChangeError
from inzet.scenario.scenario import Scenario
from inzet.schema.rows import GoalName
from inzet.solve import Model, prepare, stay_column

OUT = ""
"""The choice for a mission that is out."""

Choices = Mapping[str, str]
"""The options with which missions are in, joined by +; a mission that is out is not there."""

CONTRADICTORY = "The numbers contradict each other"
"""How the reason begins where a world cannot be, so that it has no plan either."""


@dataclass(frozen=True)
class World:
    """How the plan comes out in one world.

    Attributes:
        choices: what is decided; empty without a plan.
        short: unit months short of the readiness commitments.
        value: points that the plan is worth.
        proven: whether it could not come out otherwise: the plan is proven the best, or that there is none.
        reason: why there is no plan; empty when there is one.
        solved: whether it took a solve; the plan as it is may be proven the best there without.
        solution: how the search ended; None without a search.
    """

    choices: Choices
    short: float = 0.0
    value: float = 0.0
    proven: bool = False
    reason: str = ""
    solved: bool = False
    solution: Solution | None = field(default=None, repr=False)

    @property
    def has_plan(self) -> bool:
        """Whether there is a plan."""
        return not self.reason

    @property
    def was_stopped(self) -> bool:
        """Whether somebody stopped the search: then the plan says nothing about that world."""
        return self.reason == NOT_REACHED

    def choice(self, mission: str) -> str:
        """The options with which a mission is in; empty when it is out."""
        return self.choices.get(mission, OUT)

    def unchanged(self, scenario: Scenario) -> World:
        """The same plan in the world of another scenario, in which it is known to be the best as well."""
        assert self.solution is not None
        ledger = Ledger(scenario, self.solution.contributions)
        return replace(
            self,
            choices=choices_of(ledger),
            short=ledger.goals[GoalName.READINESS],
            value=ledger.goals[GoalName.VALUE],
            solved=False,
        )

    def slim(self) -> World:
        """The same without the search, to be kept by the hundred."""
        return World(self.choices, self.short, self.value, self.proven, self.reason, self.solved)


def choices_of(ledger: Ledger) -> Choices:
    """What a plan decides. A mission that only finishes its running tour is out."""
    stays = contributing(ledger.scenario, (contribution.stay for contribution in ledger.contributions))
    options: dict[str, list[str]] = {}
    for stay in sorted(stays):
        options.setdefault(stay.mission, []).append(stay.option)
    return {mission: "+".join(dict.fromkeys(taken)) for mission, taken in options.items()}


@dataclass(frozen=True)
class Base:
    """The plan as it is, to be held against other worlds.

    Attributes:
        model: the scenario's model.
        plan: its best plan.
        time_limit: seconds for each search; the workbook's setting when not given.
        gap: share of the best within which each search may stop; with more than 0 hardly anything is proven.
    """

    model: Model
    plan: Solution
    time_limit: float | None = None
    gap: float = 0.0

    @cached_property
    def world(self) -> World:
        """The world as it is."""
        ledger, _ = audited(self.plan)
        return _world(self.plan, ledger)

    def searched(self, model: Model, stop: threading.Event) -> World:
        """How the plan comes out in the world of a model.

        Among the best plans, the one that decides most as the plan does: what is otherwise there is no mere tie.
        """
        if stop.is_set():
            return World({}, reason=NOT_REACHED)
        edits = self._asked(model)
        return _found(model.ask(*edits, time_limit=self.time_limit, gap=self.gap, stop=stop))

    def compared(self, model: Model) -> Problem:
        """The problem that is searched in the world of a model: the goals down to value, then to decide as the plan."""
        return edited(model.problem, self._asked(model))

    def _asked(self, model: Model) -> tuple[Edit, ...]:
        near = aim("decides as the plan does", self._as_decided(model))
        return first_goals(down_to_value(model.scenario)), near

    def _as_decided(self, model: Model) -> dict[str, float]:
        """Less for stays of the plan, nearly as much less for other months of what it decides, more for all else."""
        taken = {contribution.stay for contribution in self.plan.contributions}
        decided = {(stay.mission, stay.option) for stay in taken}
        return {
            stay_column(stay): -1.0 if stay in taken else -0.9 if (stay.mission, stay.option) in decided else 1.0
            for stays in model.stays.values()
            for stay in stays
        }

    def draw(self, numbers: Mapping[Assumption, float], stop: threading.Event) -> World:
        """The same for numbers that are all others: there a plan hardly ever stays the best without a search."""
        if stop.is_set():
            return World({}, reason=NOT_REACHED)
        scenario = self.imagined(numbers)
        return scenario if isinstance(scenario, World) else self.searched(prepare(scenario), stop)

    def imagined(self, numbers: Mapping[Assumption, float]) -> Scenario | World:
        """The scenario with other numbers; a world without a plan when they contradict each other."""
        try:
            scenario = imagined(self.model.scenario, numbers)
            refuse_errors(scenario, slips=False)
        except ChangeError as error:
            return World({}, proven=True, reason=f"{CONTRADICTORY}: {error}.")
        except InputError as error:
            issue = next(issue for issue in error.issues if issue.severity is Severity.ERROR)
            place = " ".join(filter(None, (issue.sheet, issue.cell)))
            return World({}, proven=True, reason=f"{CONTRADICTORY}: {place}: {issue.message}.")
        return scenario


def _found(found: Solution) -> World:
    if found.limit is Limit.INTERRUPT:
        return World({}, reason=NOT_REACHED)
    if not found.status.has_plan:
        ruled_out = found.status is Status.INFEASIBLE
        return World({}, proven=ruled_out, reason=f"{found.status}: {found.message}", solved=True, solution=found)
    ledger, _ = audited(found)
    return _world(found, ledger)


def _world(found: Solution, ledger: Ledger) -> World:
    return World(
        choices_of(ledger),
        ledger.goals[GoalName.READINESS],
        ledger.goals[GoalName.VALUE],
        found.status is Status.OPTIMAL and all(map(is_exact, found.goals)),
        solved=True,
        solution=found,
    )
