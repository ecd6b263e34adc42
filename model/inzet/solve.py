"""The one door to a plan: a scenario goes in, a solution with its proof comes out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from inzet.edits import Edit, edited, hold_at
from inzet.formulation.compile import formulated
from inzet.formulation.data import Column, Data
from inzet.outcome import Contribution, RankedGoal, Searched, Solution, Status
from inzet.problem import Floats, Problem
from inzet.scenario.scenario import Scenario, Stay
from inzet.solver.messages import Answer, Event, Options, Rank, restated
from inzet.solver.place import current_place


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
    progress(Progress("building the model"))
    model = prepare(scenario)
    return model.ask(time_limit=time_limit, gap=gap, progress=progress, log_file=log_file)


SETTLING = 30.0
"""Seconds for tidying up a plan of which every stay and unit is known."""

_BUILDING = threading.Lock()
"""Pyomo keeps things in one place for the whole process, so models are built one at a time."""


def prepare(scenario: Scenario, stays: Mapping[str, tuple[Stay, ...]] | None = None) -> Model:
    """The model of a scenario, built once, to be asked as often as wanted.

    Args:
        scenario: what to plan.
        stays: the stays to choose from, by mission; those that the workbook allows when not given.
    """
    began = time.monotonic()
    with _BUILDING:
        data, problem = formulated(scenario, stays)
    return Model(data, problem, time.monotonic() - began)


@dataclass(frozen=True)
class Model:
    """A scenario's model as arrays, with what its columns stand for.

    Attributes:
        data: the scenario, indexed for the formulation.
        problem: the arrays.
        seconds: time it took to build.
    """

    data: Data
    problem: Problem
    seconds: float

    @property
    def scenario(self) -> Scenario:
        """What it plans."""
        return self.data.scenario

    @property
    def stays(self) -> Mapping[str, tuple[Stay, ...]]:
        """Every stay that may be chosen, by mission."""
        return self.data.stays

    def ask(
        self,
        *edits: Edit,
        time_limit: float | None = None,
        gap: float | None = None,
        progress: OnProgress = lambda _: None,
        log_file: Path | None = None,
        stop: threading.Event | None = None,
        start: Mapping[str, float] | None = None,
    ) -> Solution:
        """The best plan when the question is edited; safe to call from several threads at a time.

        Args:
            edits: what is asked otherwise than in the workbook, in order.
            time_limit: seconds for the search; the workbook's setting when not given.
            gap: share of the best value within which the search may stop; the workbook's setting when not given.
            progress: told how good the best plan so far is.
            log_file: where the solver writes its log.
            stop: stops the search with the best plan so far when set.
            start: the columns of a plan to begin from, as a solution has them; it changes the time taken, never what
                is proven, and one that does not keep the rules is left aside.

        Raises:
            SolverError: the solver refused the problem.
        """
        settings = self.scenario.settings
        problem = edited(self.problem, edits)
        options = Options(
            time_limit=settings.time_limit if time_limit is None else time_limit,
            gap=settings.gap if gap is None else gap,
            log_file=log_file,
            start=None if start is None else np.array([start.get(name, 0.0) for name in problem.columns]),
        )

        def on_event(event: Event) -> None:
            progress(_progress(problem, event, self.seconds + event.seconds))

        answer = self._settled(problem, current_place().solve(problem, options, on_event, stop), options)
        return self._solution(problem, answer, Searched(options.gap, options.time_limit))

    def _settled(self, problem: Problem, answer: Answer, options: Options) -> Answer:
        """The answer with nothing left that its own choices could do without.

        A search that was stopped may leave a shortfall or a breach larger than its stays and units ask for. With
        those held, the rest is made as small as it can be, in no time.
        """
        if answer.solution is None or (answer.status is Status.OPTIMAL and options.gap == 0):
            return answer
        held = hold_at(dict(zip(problem.columns, answer.solution, strict=True)), ("stay[", "assign["))(problem)
        settled = current_place().solve(held, Options(SETTLING, 0.0), lambda _: None)
        if settled.status is not Status.OPTIMAL or settled.solution is None:
            return answer
        return replace(answer, ranks=restated(answer.ranks, problem, settled.solution), solution=settled.solution)

    def _solution(self, problem: Problem, answer: Answer, searched: Searched) -> Solution:
        found = answer.solution
        return Solution(
            scenario=self.scenario,
            status=answer.status,
            limit=answer.limit,
            message=answer.message,
            goals=tuple(_goal(problem, i, rank) for i, rank in enumerate(answer.ranks)),
            contributions=() if found is None else contributions(self.data, problem, found),
            timings={"build": self.seconds, "solve": answer.seconds, "total": self.seconds + answer.seconds},
            size={
                "rows": problem.matrix.shape[0],
                "columns": problem.matrix.shape[1],
                "nonzeros": problem.matrix.nnz,
            },
            solver=answer.solver,
            columns={}
            if found is None
            else {name: float(value) for name, value in zip(problem.columns, found, strict=True) if value},
            searched=searched,
        )


def stay_column(stay: Stay) -> str:
    """The name of the column that says whether a stay is chosen."""
    return f"stay[{Column(stay)}]"


def is_assignment(column: str) -> bool:
    """Whether a column says how many units of a type a stay sends, where there is a choice of types."""
    return column.startswith("assign[")


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


def _goal(problem: Problem, index: int, rank: Rank) -> RankedGoal:
    sign = _sign(problem, index)
    return RankedGoal(
        name=problem.goal_names[index],
        claimed=sign * rank.objective + 0.0,
        bound=sign * rank.bound + 0.0,
        gap=relative_gap(rank.objective, rank.bound),
        proven=rank.status is Status.OPTIMAL,
        seconds=rank.seconds,
        more_is_better=problem.more_is_better[index],
    )


def _sign(problem: Problem, index: int) -> int:
    """Goals are minimised; a rank that is value alone is shown as planners say it, more being better."""
    return -1 if problem.more_is_better[index] else 1


def relative_gap(objective: float, bound: float) -> float:
    """The distance between a value and its bound, as a share of the value; distances of a hair count as none."""
    distance = abs(objective - bound)
    return 0.0 if distance <= 1e-6 * max(1.0, abs(objective)) else distance / max(abs(objective), 1e-9)


def _progress(problem: Problem, event: Event, seconds: float) -> Progress:
    sign = _sign(problem, event.rank)
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
