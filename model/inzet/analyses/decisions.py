"""The decisions of a plan, each turned around: what it would cost, what would make way, and what stands in the way.

A mission is in when it has a contribution that is more than the rest of a tour that runs when the plan starts. To
turn a decision around is to ask the same model once more, with the mission forced in or kept out. The goals down to
value count; among equals the plan nearest to the best one is taken, so that nothing moves without need.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from inzet.analyses.in_the_way import Obstacle, obstacles
from inzet.analyses.runner import OnDone, side_by_side
from inzet.edits import Edit, choose_none_of, choose_one_of, first_goals, stay_near
from inzet.outcome import Contribution, Limit, RankedGoal, Solution, Status
from inzet.plan.audit import audited
from inzet.plan.ledger import Ledger
from inzet.scenario.scenario import Scenario, Stay
from inzet.scenario.stays import tour_end
from inzet.schema.rows import Goal, GoalName
from inzet.solve import Model, stay_column

HAIR = 1e-6
"""Relative difference between two values that is arithmetic, not a difference."""


class Verdict(StrEnum):
    """Whether a mission is in."""

    IN = "in"
    OUT = "out"


class Firmness(StrEnum):
    """What turning a decision around comes to."""

    COSTS = "costs"
    """It can be turned around, at a loss."""
    TIE = "tie"
    """It can be turned around without a loss, or within the gap."""
    FIRM = "firm"
    """It cannot be turned around: no plan that keeps the rules has it so."""
    OPEN = "open"
    """It was not found out: the search was stopped."""
    FIXED = "fixed"
    """There is nothing to decide: the mission has no stay to choose, or none but the rest of its running tour."""


@dataclass(frozen=True, slots=True)
class Loss:
    """What one goal loses when a decision is turned around.

    Attributes:
        goal: the ranked goal.
        amount: how much worse it becomes, in its own unit; below 0 when it becomes better.
        at_least: what it loses at least, whatever better plans the gaps leave room for.
    """

    goal: str
    amount: float
    at_least: float


@dataclass(frozen=True)
class Decision:
    """One decision, and what turning it around comes to.

    Attributes:
        mission: the mission.
        option: the option that was asked about; empty for the mission as a whole.
        verdict: whether it is in.
        stays: its contributions in the plan.
        firmness: what turning it around comes to.
        losses: what each goal down to value loses, in order of rank; empty when it cannot be turned around.
        flipped: the contributions of the best plan with the decision turned around; empty without one.
        displaced: missions that are in and then are not.
        admitted: missions that are not in and then are.
        shifted: other missions that change option, months or size.
        obstacles: what stands in the way, in the plan as it is.
    """

    mission: str
    option: str
    verdict: Verdict
    stays: tuple[Stay, ...]
    firmness: Firmness
    losses: tuple[Loss, ...] = ()
    flipped: tuple[Contribution, ...] = ()
    displaced: tuple[str, ...] = ()
    admitted: tuple[str, ...] = ()
    shifted: tuple[str, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()

    @property
    def deciding(self) -> Loss | None:
        """The loss that decides: the first in order of rank that is more than a tie."""
        return next((loss for loss in self.losses if loss.at_least > 0), None)

    @property
    def margin(self) -> float | None:
        """What turning it around loses in the goal that decides; 0 for a tie, None when it cannot be told."""
        if self.firmness not in (Firmness.COSTS, Firmness.TIE):
            return None
        return self.deciding.amount if self.deciding else 0.0


def contributing(scenario: Scenario, stays: Iterable[Stay]) -> tuple[Stay, ...]:
    """The stays that are more than the rest of a running tour."""
    return tuple(
        stay
        for stay in stays
        if not (stay.running and stay.last <= tour_end(scenario, scenario.missions[stay.mission]))
    )


def missions_in(ledger: Ledger) -> tuple[str, ...]:
    """The missions that are in, in the order of their ids."""
    stays = contributing(ledger.scenario, (c.stay for c in ledger.contributions))
    return tuple(sorted({stay.mission for stay in stays}))


def decisions(
    model: Model,
    plan: Solution,
    *,
    time_limit: float | None = None,
    gap: float | None = None,
    on_done: OnDone = lambda *_: None,
) -> tuple[Decision, ...]:
    """Every decision of a plan, turned around: one solve per mission, side by side.

    A mission that Ctrl-C kept from being examined is ``open``.

    Args:
        model: the scenario's model.
        plan: its best plan.
        time_limit: seconds for each search; the workbook's setting when not given.
        gap: share of the best within which each search may stop; the workbook's setting when not given.
        on_done: told of every mission as it is done.

    Raises:
        AuditError: a turned plan breaks a rule, or is worth something else than claimed.
        SolverError: the solver refused the problem.
    """
    book = Turning(model, plan, time_limit=time_limit, gap=gap)
    found = side_by_side({mission: book.task(mission) for mission in model.scenario.missions}, on_done=on_done)
    return tuple(found.get(mission) or book.unexamined(mission) for mission in model.scenario.missions)


class Turning:
    """A plan whose decisions are turned around one by one.

    Attributes:
        model: the scenario's model.
        plan: its best plan.
        ledger: the reckoning of that plan.
        missions: the missions that are in.
    """

    def __init__(
        self, model: Model, plan: Solution, *, time_limit: float | None = None, gap: float | None = None
    ) -> None:
        self.model, self.plan = model, plan
        self._time_limit, self._gap = time_limit, gap
        self.ledger = Ledger(model.scenario, plan.contributions)
        self.missions = missions_in(self.ledger)
        self._chosen = tuple(stay_column(c.stay) for c in plan.contributions)
        self._every = tuple(stay_column(stay) for stays in model.stays.values() for stay in stays)

    def task(self, mission: str, option: str = "") -> _Task:
        """The examination of one decision, for the runner."""
        return _Task(self, mission, option)

    def stays_of(self, mission: str, option: str = "") -> tuple[Stay, ...]:
        """The stays that would make a mission be in, or be in with one option."""
        stays = contributing(self.model.scenario, self.model.stays[mission])
        return tuple(stay for stay in stays if option in ("", stay.option))

    def chosen(self, mission: str, option: str = "") -> tuple[Stay, ...]:
        """The stays of a mission in the plan, the rest of a running tour among them."""
        stays = (c.stay for c in self.plan.contributions)
        return tuple(stay for stay in stays if stay.mission == mission and option in ("", stay.option))

    def verdict(self, mission: str, option: str = "") -> Verdict:
        """Whether a mission is in, or is in with one option; what cannot be otherwise is in when it is there at all."""
        chosen = self.chosen(mission, option)
        if not self.stays_of(mission, option):
            return Verdict.IN if chosen else Verdict.OUT
        return Verdict.IN if contributing(self.model.scenario, chosen) else Verdict.OUT

    def turned(self, mission: str, option: str = "") -> Edit:
        """The edit that turns a decision around."""
        columns = [stay_column(stay) for stay in self.stays_of(mission, option)]
        return choose_none_of(columns) if self.verdict(mission, option) is Verdict.IN else choose_one_of(columns)

    def nearest(self) -> Edit:
        """The edit that keeps a plan near the best one, once the goals are as good as they can be."""
        return stay_near(self._chosen, self._every)

    @property
    def ranks(self) -> int:
        """How many ranked goals count: down to value, or all when value is not a goal."""
        return down_to_value(self.model.scenario)

    def unexamined(self, mission: str, option: str = "") -> Decision:
        """A decision of which nothing is known but what it is."""
        return Decision(mission, option, self.verdict(mission, option), self.chosen(mission, option), Firmness.OPEN)

    def examine(self, mission: str, option: str, stop: threading.Event) -> Decision:
        """A decision, turned around."""
        verdict, stays = self.verdict(mission, option), self.chosen(mission, option)
        if not self.stays_of(mission, option):
            return Decision(mission, option, verdict, stays, Firmness.FIXED)
        found = self.model.ask(
            self.turned(mission, option),
            first_goals(self.ranks),
            self.nearest(),
            time_limit=self._time_limit,
            gap=self._gap,
            stop=stop,
        )
        if found.status is Status.INFEASIBLE:
            wished = self._wished(mission, option) if verdict is Verdict.OUT else ()
            blocked = obstacles(self.ledger, self._swapped(mission, stays, wished))
            return Decision(mission, option, verdict, stays, Firmness.FIRM, obstacles=blocked)
        if not found.status.has_plan or found.limit is Limit.INTERRUPT:
            return self.unexamined(mission, option)
        return self._turned_around(Decision(mission, option, verdict, stays, Firmness.COSTS), found)

    def _turned_around(self, decision: Decision, found: Solution) -> Decision:
        turned, _ = audited(found)
        was, now = set(self.missions), set(missions_in(turned))
        losses = tuple(
            loss(plan, other, weight_of(goals))
            for plan, other, goals in zip(
                self.plan.goals[: self.ranks], found.goals, self.model.scenario.goals, strict=False
            )
        )
        mine = [c for c in found.contributions if c.stay.mission == decision.mission]
        others = {mission for mission in moved(self.ledger, turned) if mission != decision.mission}
        examined = len(losses) == self.ranks
        tie = not any(part.at_least > 0 for part in losses)
        return Decision(
            mission=decision.mission,
            option=decision.option,
            verdict=decision.verdict,
            stays=decision.stays,
            firmness=(Firmness.TIE if examined else Firmness.OPEN) if tie else Firmness.COSTS,
            losses=losses,
            flipped=found.contributions,
            displaced=tuple(sorted(was - now - {decision.mission})),
            admitted=tuple(sorted(now - was - {decision.mission})),
            shifted=tuple(sorted(others - (was ^ now))),
            obstacles=obstacles(self.ledger, self._swapped(decision.mission, decision.stays, mine)),
        )

    def _wished(self, mission: str, option: str) -> tuple[Contribution, ...]:
        """The contribution worth most of a mission that cannot be in, each need met by the first unit type there is."""
        scenario = self.model.scenario
        stay = max(
            self.stays_of(mission, option),
            key=lambda s: (
                sum(scenario.value_per_month(scenario.options[s.mission, s.option]).values()) * s.months,
                s,
            ),
        )
        units = {}
        for requirement in scenario.requirements_of(stay.mission, stay.option):
            provider = scenario.providers(requirement.capability)[0]
            units[requirement.capability, provider.unit] = -(-requirement.quantity // provider.provides)
        return (Contribution(stay, units),)

    def _swapped(self, mission: str, stays: Iterable[Stay], mine: Iterable[Contribution]) -> Ledger:
        """The plan as it is, with the contributions of one mission replaced, whether or not that keeps the rules."""
        gone = {stay for stay in stays if stay.mission == mission}
        mine = tuple(mine)
        rest = [c for c in self.plan.contributions if c.stay not in gone and not (mine and c.stay.mission == mission)]
        return Ledger(self.model.scenario, tuple(sorted((*rest, *mine), key=lambda c: c.stay)))


@dataclass(frozen=True)
class _Task:
    turning: Turning
    mission: str
    option: str

    def __call__(self, stop: threading.Event) -> Decision:
        return self.turning.examine(self.mission, self.option, stop)


def down_to_value(scenario: Scenario) -> int:
    """How many ranked goals there are down to value; all of them when value is not a goal."""
    for index, goals in enumerate(scenario.goals, start=1):
        if any(goal.goal is GoalName.VALUE for goal in goals):
            return index
    return len(scenario.goals)


def moved(one: Ledger, other: Ledger) -> set[str]:
    """The missions whose contributions differ between two plans, in option, months or size.

    Which of several unit types is sent does not count: it is often one of many equal ways.
    """
    mine, theirs = ({(c.stay, ledger.filled(c.stay)) for c in ledger.contributions} for ledger in (one, other))
    return {stay.mission for stay, _ in mine ^ theirs}


def weight_of(goals: tuple[Goal, ...]) -> float:
    """The weight of a goal that has a rank of its own, to be taken out; goals added up stay as they are weighed."""
    return goals[0].weight if len(goals) == 1 and goals[0].weight > 0 else 1.0


def loss(plan: RankedGoal, turned: RankedGoal, weight: float = 1.0) -> Loss:
    """What a goal loses; at least as much as is left when the plan is at its worst and the other at its bound."""
    sign = (1.0 if plan.more_is_better else -1.0) / weight
    hair = HAIR * max(1.0, abs(plan.claimed / weight))
    amount = sign * (plan.claimed - turned.claimed)
    at_least = sign * (plan.claimed - turned.bound)
    return Loss(plan.name, 0.0 if abs(amount) <= hair else amount, 0.0 if at_least <= hair else at_least)


def by_firmness(found: Iterable[Decision]) -> list[Decision]:
    """Decisions from firm to fragile: what cannot be turned, then by the goal that decides and its loss, then ties."""
    order = {Firmness.FIXED: 0, Firmness.FIRM: 1, Firmness.COSTS: 2, Firmness.TIE: 3, Firmness.OPEN: 4}

    def rank(decision: Decision) -> tuple[int, int, float, str]:
        goals = [part.goal for part in decision.losses]
        deciding = decision.deciding
        place = goals.index(deciding.goal) if deciding else len(goals)
        return order[decision.firmness], place, -(decision.margin or 0.0), decision.mission

    return sorted(found, key=rank)
