"""A place that refuses some of the problems that it is given, as a solver might."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from inzet.errors import SolverError
from inzet.problem import Problem
from inzet.solver.messages import Answer, OnEvent, Options
from inzet.solver.place import ChildProcesses

REFUSAL = "HiGHS refused the problem: a number is not finite."


@dataclass
class Refusing:
    """Solves as always, but refuses a problem when it is told so.

    Attributes:
        refuses: told the number of every problem, from 1 on, and the problem.
        asked: problems that it was given so far.
    """

    refuses: Callable[[int, Problem], bool]
    asked: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def at_a_time(self) -> int:
        return 1

    def solve(
        self, problem: Problem, options: Options, on_event: OnEvent, stop: threading.Event | None = None
    ) -> Answer:
        with self.lock:
            self.asked += 1
            number = self.asked
        if self.refuses(number, problem):
            raise SolverError(REFUSAL)
        return ChildProcesses().solve(problem, options, on_event, stop)
