"""The one door to a plan: a scenario goes in, a solution with its proof comes out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

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
    timings = {"build": built, "solve": answer.seconds, "total": time.monotonic() - began}
    return _solution(data, problem, answer, timings)


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
