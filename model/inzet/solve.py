"""The one door to a plan: a scenario goes in, a solution with its proof comes out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy import sparse

from inzet.formulation.build import build
from inzet.formulation.compile import ImpossibleRowError, compile_problem
from inzet.formulation.data import Data
from inzet.outcome import Contribution, Limit, RankedGoal, Solution, Status
from inzet.problem import Floats, Problem
from inzet.scenario.scenario import Scenario
from inzet.solver.messages import Answer, Event, Options, Rank
from inzet.solver.process import solve_in_process


@dataclass(frozen=True, slots=True)
class Progress:
    """News for whoever waits.

    Attributes:
        phase: what is being done.
        goal: the goal being improved; empty while building.
        incumbent: its value in the best plan so far; None when there is none.
        bound: no plan does better; None when not known.
        gap: share between the two; None when not known.
        seconds: since the solve began.
    """

    phase: str
    goal: str = ""
    incumbent: float | None = None
    bound: float | None = None
    gap: float | None = None
    seconds: float = 0.0


OnProgress = Callable[[Progress], None]


def solve(
    scenario: Scenario,
    *,
    time_limit: float | None = None,
    gap: float | None = None,
    progress: OnProgress = lambda _: None,
    log_file: Path | None = None,
) -> Solution:
    """The best package of contributions for a scenario, and how good it is proven to be.

    Args:
        scenario: what to plan.
        time_limit: seconds for the search; the workbook's setting when not given.
        gap: share of the best value within which the search may stop; the workbook's setting when not given.
        progress: told what is going on, and how good the best plan so far is.
        log_file: where the solver writes its log.

    Raises:
        SolverError: the solver refused the problem.
    """
    began = time.monotonic()
    settings = scenario.settings
    options = Options(
        time_limit=settings.time_limit if time_limit is None else time_limit,
        gap=settings.gap if gap is None else gap,
        log_file=log_file,
    )
    progress(Progress("building the model"))
    data = Data(scenario)
    try:
        problem = compile_problem(build(data), scenario)
    except ImpossibleRowError as error:
        message = f"No choice can keep {error}."
        return Solution(scenario, Status.INFEASIBLE, Limit.NONE, message, (), (), {}, {}, "")
    built = time.monotonic() - began

    def on_event(event: Event) -> None:
        progress(_progress(problem, scenario, event, time.monotonic() - began))

    answer = solve_in_process(problem, options, on_event)
    if answer.status is Status.INFEASIBLE:
        progress(Progress("looking for the reason", seconds=time.monotonic() - began))
        answer = replace(answer, message=f"{answer.message} {_reason(problem, options)}")
    timings = {"build": built, "solve": answer.seconds, "total": time.monotonic() - began}
    return _solution(data, problem, answer, timings)


_FAMILIES = {
    "the supply of units": ("supply_is_enough",),
    "the readiness commitments": ("readiness_is_kept",),
    "the budgets": ("funds_are_kept",),
    "the missions that must be in": ("mandated_missions_are_in",),
    "the tours that run": ("running_tours_are_finished",),
    "the Rules sheet": ("rules_over_groups",),
    "the Pairs sheet": (
        "required_missions_are_abroad",
        "excluded_missions_stay_apart",
        "followers_wait_for_the_end",
    ),
}
"""What a planner may have asked too much of, and the rules of the model that stand for it."""


def _reason(problem: Problem, options: Options) -> str:
    """What it is that cannot be kept together with the rest: found by leaving out one kind of rule at a time."""
    quick = replace(options, gap=1.0, log_file=None)
    enough = [
        name
        for name, rules in _FAMILIES.items()
        if any(row.partition("[")[0] in rules for row in problem.rows)
        and solve_in_process(_without(problem, rules), quick, lambda _: None).status.has_plan
    ]
    if not enough:
        return "Leaving out one kind of rule is not enough to get one."
    return f"There would be one without {' or without '.join(enough)}."


def _without(problem: Problem, rules: tuple[str, ...]) -> Problem:
    """The problem without the rows of some rules, and with nothing to minimise."""
    kept = np.array([row.partition("[")[0] not in rules for row in problem.rows])
    return replace(
        problem,
        rows=tuple(row for row, keep in zip(problem.rows, kept, strict=True) if keep),
        matrix=sparse.csc_array(problem.matrix.tocsr()[kept]),
        row_lower=problem.row_lower[kept],
        row_upper=problem.row_upper[kept],
        goals=np.zeros((1, len(problem.columns))),
        offsets=np.zeros(1),
        goal_names=("any plan",),
    )


def _solution(data: Data, problem: Problem, answer: Answer, timings: dict[str, float]) -> Solution:
    scenario = data.scenario
    return Solution(
        scenario=scenario,
        status=answer.status,
        limit=answer.limit,
        message=answer.message,
        goals=tuple(_goal(scenario, problem, i, rank) for i, rank in enumerate(answer.ranks)),
        contributions=() if answer.solution is None else contributions(data, problem, answer.solution),
        timings=timings,
        size={
            "rows": problem.matrix.shape[0],
            "columns": problem.matrix.shape[1],
            "nonzeros": problem.matrix.nnz,
        },
        solver=answer.solver,
    )


def contributions(data: Data, problem: Problem, solution: Floats) -> tuple[Contribution, ...]:
    """The contributions that a rounded solution stands for."""
    values = dict(zip(problem.columns, solution, strict=True))
    chosen = [column.stay for column in data.stay_columns if round(values.get(f"stay[{column}]", 0.0))]
    found = []
    for stay in chosen:
        capabilities = [
            requirement.capability for requirement in data.scenario.requirements_of(stay.mission, stay.option)
        ]
        units = {
            (capability, column.unit): round(values.get(f"assign[{column}]", 0.0))
            for capability in capabilities
            if (stay, capability) in data.assignments
            for column, _ in data.assignments[stay, capability].units
        }
        found.append(Contribution(stay, {key: number for key, number in units.items() if number}))
    return tuple(found)


def _goal(scenario: Scenario, problem: Problem, index: int, rank: Rank) -> RankedGoal:
    sign = _sign(scenario, index)
    return RankedGoal(
        name=problem.goal_names[index],
        claimed=sign * rank.objective + 0.0,
        bound=sign * rank.bound + 0.0,
        gap=relative_gap(rank.objective, rank.bound),
        proven=rank.status is Status.OPTIMAL,
        seconds=rank.seconds,
    )


def _sign(scenario: Scenario, index: int) -> int:
    """Goals are minimised; a rank that is value alone is shown as planners say it, more being better."""
    names = {goal.goal.value for goal in scenario.goals[index]}
    return -1 if names == {"value"} else 1


def relative_gap(objective: float, bound: float) -> float:
    """The distance between a value and its bound, as a share of the value; distances of a hair count as none."""
    distance = abs(objective - bound)
    return 0.0 if distance <= 1e-6 * max(1.0, abs(objective)) else distance / max(abs(objective), 1e-9)


def _progress(problem: Problem, scenario: Scenario, event: Event, seconds: float) -> Progress:
    sign = _sign(scenario, event.rank)
    known = abs(event.incumbent) < 1e20
    bounded = abs(event.bound) < 1e20
    return Progress(
        phase="searching",
        goal=problem.goal_names[event.rank],
        incumbent=sign * event.incumbent if known else None,
        bound=sign * event.bound if bounded else None,
        gap=relative_gap(event.incumbent, event.bound) if known and bounded else None,
        seconds=seconds,
    )
