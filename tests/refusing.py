"""Places that refuse some problems, leave some half done, or find the dearest of the best plans, as a solver might."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from inzet.edits import aim, edited
from inzet.errors import SolverError
from inzet.outcome import Limit, Status
from inzet.problem import Problem
from inzet.solver.messages import Answer, OnEvent, Options
from inzet.solver.place import ChildProcesses

REFUSAL = "HiGHS refused the problem: a number is not finite."


@dataclass
class Counting:
    """Solves as always, one problem at a time, and counts.

    Attributes:
        asked: problems that it was given so far.
    """

    asked: int = field(default=0, init=False)
    lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    @property
    def at_a_time(self) -> int:
        return 1

    def solve(
        self, problem: Problem, options: Options, on_event: OnEvent, stop: threading.Event | None = None
    ) -> Answer:
        with self.lock:
            self.asked += 1
            number = self.asked
        return self.answer(number, problem, lambda: ChildProcesses().solve(problem, options, on_event, stop))

    def answer(self, number: int, problem: Problem, solved: Callable[[], Answer]) -> Answer:
        """The answer to a problem, given how it is solved as always."""
        return solved()


@dataclass
class Refusing(Counting):
    """Refuses a problem when it is told so.

    Attributes:
        refuses: told the number of every problem, from 1 on, and the problem.
    """

    refuses: Callable[[int, Problem], bool]

    def answer(self, number: int, problem: Problem, solved: Callable[[], Answer]) -> Answer:
        if self.refuses(number, problem):
            raise SolverError(REFUSAL)
        return solved()


@dataclass
class HalfDone(Counting):
    """Ends some searches after their first goal.

    Attributes:
        limit: what ended them, as it says.
        which: told the number of every problem, from 1 on.
    """

    limit: Limit
    which: Callable[[int], bool]

    def answer(self, number: int, problem: Problem, solved: Callable[[], Answer]) -> Answer:
        answer = solved()
        if not self.which(number):
            return answer
        return replace(answer, status=Status.FEASIBLE, limit=self.limit, ranks=answer.ranks[:1])


@dataclass
class Dearest(Counting):
    """Of the plans that are equally good finds one that spends most, where no goal asks for the least money.

    Attributes:
        money: name of the goal that asks for it.
    """

    money: str

    def answer(self, number: int, problem: Problem, solved: Callable[[], Answer]) -> Answer:
        if self.money in problem.goal_names:
            return solved()
        named = [index for index, row in enumerate(problem.rows) if row.startswith("funds_are_kept")]
        spent = np.asarray(problem.matrix.tocsr()[named].sum(axis=0)).ravel()
        weights = {
            name: -float(cost) for name, cost in zip(problem.columns, spent, strict=True) if name.startswith("stay[")
        }
        dearest = edited(problem, [aim("dearest", weights)])
        found = ChildProcesses().solve(dearest, Options(60.0, 0.0), lambda _: None)
        return replace(found, ranks=found.ranks[: len(problem.goals)])
