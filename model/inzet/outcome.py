"""How a solve ended: what is proven, what stopped it, which contributions it chose and how good they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from inzet.scenario.scenario import Scenario, Stay


class Status(StrEnum):
    """What can be said of the answer; no two of these can be taken for each other."""

    OPTIMAL = "optimal"
    """A plan, and a proof that none is better by more than the gap asked for."""
    FEASIBLE = "feasible"
    """A plan, and a bound on how much better another could be; a limit stopped the search."""
    INFEASIBLE = "infeasible"
    """A proof that there is no plan."""
    NO_PLAN_FOUND = "no plan found"
    """A limit stopped the search before there was a plan; there may be one."""
    UNBOUNDED = "unbounded"
    """The goals have no end: the model is wrong."""
    FAILED = "failed"
    """The solver broke down or gave an answer that does not hold."""

    @property
    def has_plan(self) -> bool:
        """Whether there is a plan to show."""
        return self in (Status.OPTIMAL, Status.FEASIBLE)


class Limit(StrEnum):
    """What stopped the search before it was done."""

    NONE = "none"
    TIME = "time"
    INTERRUPT = "interrupt"
    WATCHDOG = "watchdog"
    CRASH = "crash"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Contribution:
    """A contribution of the plan.

    Attributes:
        stay: option, first and last month.
        units: units sent, by capability and unit type, where the workbook leaves a choice of unit types.
    """

    stay: Stay
    units: Mapping[tuple[str, str], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RankedGoal:
    """How a ranked goal came out, in the sense that planners use (more value is better).

    Attributes:
        name: the goal, or the goals that are added up.
        claimed: value that the solver claims for it.
        bound: no plan that is as good in the earlier ranks does better.
        more_is_better: whether planners want more of it; less otherwise.
        gap: how far the plan may be from the best, as a share of it; 0 when proven.
        proven: whether it is proven within the gap asked for.
        seconds: time it took.
    """

    name: str
    claimed: float
    bound: float
    gap: float
    proven: bool
    seconds: float
    more_is_better: bool = False


@dataclass(frozen=True, slots=True)
class Searched:
    """How far a plan was searched for: by option, or else as the workbook says.

    Attributes:
        gap: share of the best value within which the search might stop.
        time_limit: seconds for the search.
    """

    gap: float
    time_limit: float


@dataclass(frozen=True)
class Solution:
    """How a solve ended, and the contributions chosen.

    Attributes:
        scenario: what was planned.
        status: what can be said of the plan.
        limit: what stopped the search.
        message: one sentence about anything but a plain proof.
        goals: the ranked goals, as far as the search got.
        contributions: the contributions, in the order of their missions; empty without a plan.
        timings: seconds by phase.
        size: rows, columns and nonzeros of the problem.
        solver: name and version of the solver.
        columns: the model's columns that are not 0, by name; what a question added to the model is among them.
        searched: how far it was searched for; None where nothing was.
    """

    scenario: Scenario
    status: Status
    limit: Limit
    message: str
    goals: tuple[RankedGoal, ...]
    contributions: tuple[Contribution, ...]
    timings: Mapping[str, float]
    size: Mapping[str, int]
    solver: str
    columns: Mapping[str, float] = field(default_factory=dict, repr=False)
    searched: Searched | None = None

    @classmethod
    def failed(cls, scenario: Scenario, reason: str) -> Solution:
        """How a search ended that went wrong: without a plan, and with the reason."""
        return cls(scenario, Status.FAILED, Limit.CRASH, reason, (), (), {}, {}, "")
