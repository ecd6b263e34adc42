"""How the plan comes out in a world in which assumed numbers are others."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from inzet.analyses.decisions import contributing, down_to_value
from inzet.analyses.kept import Shelf, solved
from inzet.analyses.stays_best import stays_best
from inzet.edits import aim, first_goals
from inzet.errors import InputError, Severity
from inzet.outcome import Limit, Solution, Status
from inzet.plan.audit import audited
from inzet.plan.ledger import Ledger
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

NOTHING_KEPT = Shelf(None)

STOPPED = "It was stopped before this was looked into."


@dataclass(frozen=True)
class World:
    """How the plan comes out in one world.

    Attributes:
        choices: what is decided; empty without a plan.
        short: unit months short of the readiness commitments.
        value: points that the plan is worth.
        proven: whether it is proven the best there.
        reason: why there is no plan; empty when there is one.
        solved: whether it took a solve; the plan as it is may be proven the best there without.
        model: the model of that world; None when its numbers contradict each other.
        solution: how the search ended; None without a search.
    """

    choices: Choices
    short: float = 0.0
    value: float = 0.0
    proven: bool = False
    reason: str = ""
    solved: bool = False
    model: Model | None = field(default=None, repr=False)
    solution: Solution | None = field(default=None, repr=False)

    @property
    def has_plan(self) -> bool:
        """Whether there is a plan."""
        return not self.reason

    @property
    def was_stopped(self) -> bool:
        """Whether somebody stopped the search: then the plan says nothing about that world."""
        return self.reason == STOPPED

    def choice(self, mission: str) -> str:
        """The options with which a mission is in; empty when it is out."""
        return self.choices.get(mission, OUT)

    def slim(self) -> World:
        """The same without model and search, to be kept by the hundred."""
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
        gap: share of the best within which each search may stop; the workbook's setting when not given.
        shelf: where the plans of draws are kept.
    """

    model: Model
    plan: Solution
    time_limit: float | None = None
    gap: float | None = None
    shelf: Shelf = NOTHING_KEPT

    @cached_property
    def world(self) -> World:
        """The world as it is."""
        ledger, _ = audited(self.plan)
        return _world(self.model, self.plan, ledger)

    def look(self, numbers: Mapping[Assumption, float], stop: threading.Event) -> World:
        """How the plan comes out when some assumed numbers are others; whatever goes wrong there is its reason.

        A plan that certainly stays the best is not searched for again.
        """
        if stop.is_set():
            return World({}, reason=STOPPED)
        scenario = self._scenario(numbers)
        if isinstance(scenario, World):
            return scenario
        model = prepare(scenario)
        if stays_best(self.model.problem, model.problem, self.plan.columns):
            now = self.world
            value = Ledger(scenario, self.plan.contributions).goals[GoalName.VALUE]
            return World(now.choices, now.short, value, now.proven, model=model, solution=self.plan)
        # Among the best plans, the one that decides most as the plan does: what is otherwise there is no mere tie.
        near = aim("decides as the plan does", self._as_decided(model))
        edits = (first_goals(down_to_value(scenario)), near)
        return _found(model.ask(*edits, time_limit=self.time_limit, gap=self.gap, stop=stop), model)

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
        """The same for numbers that are all others: there a plan hardly ever stays the best without a search.

        Goals are followed down to value; with numbers drawn at random two plans are hardly ever worth the same.
        """
        if stop.is_set():
            return World({}, reason=STOPPED)
        scenario = self._scenario(numbers)
        if isinstance(scenario, World):
            return scenario
        ranks = down_to_value(scenario)
        found, _ = solved(scenario, self.shelf, ranks=ranks, time_limit=self.time_limit, gap=self.gap, stop=stop)
        return _found(found, None)

    def _scenario(self, numbers: Mapping[Assumption, float]) -> Scenario | World:
        """The scenario with other numbers; a world without a plan when they contradict each other."""
        try:
            scenario = imagined(self.model.scenario, numbers)
            refuse_errors(scenario, slips=False)
        except ChangeError as error:
            return World({}, reason=f"The numbers contradict each other: {error}.")
        except InputError as error:
            message = next(issue.message for issue in error.issues if issue.severity is Severity.ERROR)
            return World({}, reason=f"The numbers contradict each other: {message}.")
        return scenario


def _found(found: Solution, model: Model | None) -> World:
    if found.limit is Limit.INTERRUPT:
        return World({}, reason=STOPPED)
    if not found.status.has_plan:
        return World({}, reason=f"{found.status}: {found.message}", solved=True, model=model)
    ledger, _ = audited(found)
    return _world(model, found, ledger)


def _world(model: Model | None, found: Solution, ledger: Ledger) -> World:
    return World(
        choices_of(ledger),
        ledger.goals[GoalName.READINESS],
        ledger.goals[GoalName.VALUE],
        found.status is Status.OPTIMAL,
        solved=True,
        model=model,
        solution=found,
    )
