"""What the solver's process is told, and what it tells."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from inzet.outcome import Limit, Status
from inzet.problem import Floats, Problem

FIXED_OPTIONS: dict[str, bool | int | float | str] = {
    "random_seed": 0,
    "threads": 1,
    "parallel": "off",
    "mip_allow_restart": False,
    "mip_feasibility_tolerance": 1e-7,
    "primal_feasibility_tolerance": 1e-7,
    "output_flag": True,
    "log_to_console": False,
}
"""One set of options for every solve: other ones have been seen to change the answer."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to search. Everything else that the solver can be told is fixed, for the same answer every time.

    Attributes:
        time_limit: seconds for all ranks together.
        gap: share of the best value within which the search may stop; 0 is a full proof.
        log_file: where the solver writes its log; None for nowhere.
        start: a plan to begin from, shape (n,); one that does not keep every row is left aside. None for none.
    """

    time_limit: float
    gap: float
    log_file: Path | None = None
    start: Floats | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Rank:
    """How one ranked goal came out, in the sense of minimising.

    Attributes:
        objective: its value in the plan.
        bound: no plan that is as good in the earlier ranks has less.
        status: what is proven about it.
        seconds: time it took.
        nodes: nodes of the search tree.
    """

    objective: float
    bound: float
    status: Status
    seconds: float = 0.0
    nodes: int = 0


def restated(ranks: Iterable[Rank], problem: Problem, solution: Floats) -> tuple[Rank, ...]:
    """The ranks with their value in the final plan.

    A rank that stopped within its gap is held from one side only: later ranks may have improved it.
    """
    return tuple(
        replace(
            rank,
            objective=float(problem.goals[index] @ solution + problem.offsets[index]),
            status=rank.status if rank.status.has_plan else Status.FEASIBLE,
        )
        for index, rank in enumerate(ranks)
    )


@dataclass(frozen=True)
class Event:
    """News from a running search.

    Attributes:
        rank: index of the goal that is being minimised.
        incumbent: value of the best plan so far; infinity when there is none.
        bound: no plan has less.
        seconds: since the search began, all ranks together.
        solution: the best plan so far, when it is new.
        finished: the rank's result, when it is done.
    """

    rank: int
    incumbent: float
    bound: float
    seconds: float
    solution: Floats | None = None
    finished: Rank | None = None


OnEvent = Callable[[Event], None]


@dataclass(frozen=True)
class Answer:
    """The end of a solve.

    Attributes:
        status: what can be said of the plan.
        limit: what stopped the search.
        ranks: how each ranked goal came out, as far as the search got.
        solution: value of each column, integers rounded; None without a plan.
        message: one sentence about anything but a plain proof.
        seconds: time taken.
        solver: name and version of the solver.
    """

    status: Status
    limit: Limit
    ranks: tuple[Rank, ...]
    solution: Floats | None
    message: str
    seconds: float
    solver: str
