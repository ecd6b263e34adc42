"""Where problems are solved: one door for every analysis, whatever stands behind it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from inzet.problem import Problem
from inzet.solver.messages import Answer, OnEvent, Options
from inzet.solver.process import solve_in_process


class Place(Protocol):
    """Somewhere that problems are solved. Whatever place it is, the same problem has the same answer."""

    @property
    def at_a_time(self) -> int:
        """Problems that it can work on side by side."""

    def solve(
        self, problem: Problem, options: Options, on_event: OnEvent, stop: threading.Event | None = None
    ) -> Answer:
        """Solve a problem; safe to call from several threads at a time.

        Args:
            problem: the arrays.
            options: time limit, gap and log.
            on_event: told about progress.
            stop: set by another thread, it means the same as Ctrl-C, which only the main thread hears of.

        Raises:
            SolverError: the solver refused the problem.
        """


class ChildProcesses:
    """This computer: every problem in a process of its own, one for every core."""

    @property
    def at_a_time(self) -> int:
        """One problem for every core that this process may use."""
        return cores()

    def solve(
        self, problem: Problem, options: Options, on_event: OnEvent, stop: threading.Event | None = None
    ) -> Answer:
        """Solve a problem in a process of its own."""
        return solve_in_process(problem, options, on_event, stop)


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


# Not a context variable: the threads of a runner must see the place that was chosen before they began.
_chosen: list[Place] = [ChildProcesses()]
_choosing = threading.Lock()


def current_place() -> Place:
    """Where problems are solved now, by every thread of this process."""
    with _choosing:
        return _chosen[-1]


@contextmanager
def solving_at(place: Place) -> Iterator[Place]:
    """Have every problem of this process solved at a place, until the block ends.

    Args:
        place: where.
    """
    with _choosing:
        _chosen.append(place)
    try:
        yield place
    finally:
        with _choosing:
            _chosen.remove(place)
