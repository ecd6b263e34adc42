"""Looks after the process that runs HiGHS: a crash, a hang or a Ctrl-C never loses the best plan so far."""

from __future__ import annotations

import contextlib
import math
import queue
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import IO

from inzet.errors import SolverError
from inzet.outcome import Limit, Status
from inzet.problem import Floats, Problem
from inzet.solver.messages import Answer, Event, OnEvent, Options, Rank, restated
from inzet.solver.worker import receive, send

GRACE = 10.0
"""Seconds that the solver gets to stop by itself: over its time limit, and again after being told to."""

_POLL = 0.1
_GONE = object()


@dataclass
class _Watch:
    """What is known of a running search, from its news alone."""

    began: float = field(default_factory=time.monotonic)
    told_at: float | None = None
    why: Limit = Limit.CRASH
    ranks: list[Rank] = field(default_factory=list)
    last: Event | None = None
    solution: Floats | None = None

    def note(self, event: Event) -> None:
        """Keep what matters of one piece of news."""
        self.last = event
        if event.solution is not None:
            self.solution = event.solution
        if event.finished is not None:
            self.ranks.append(event.finished)

    def salvage(self, problem: Problem) -> Answer:
        """The best that can be said when the process ended without an answer."""
        seconds = time.monotonic() - self.began
        if self.solution is None:
            status = Status.FAILED if self.why is Limit.CRASH else Status.NO_PLAN_FOUND
            message = f"The solver ended without a plan ({self.why})."
            return Answer(status, self.why, (), None, message, seconds, "HiGHS")
        ranks = list(self.ranks)
        if self.last is not None and len(ranks) <= self.last.rank:
            bound = self.last.bound if math.isfinite(self.last.bound) else -math.inf
            ranks.append(Rank(math.inf, bound, Status.FEASIBLE, seconds))
        stated = restated(ranks, problem, self.solution)
        message = f"The solver ended early ({self.why}); this is the best plan it had found."
        return Answer(Status.FEASIBLE, self.why, stated, self.solution, message, seconds, "HiGHS")


def solve_in_process(
    problem: Problem, options: Options, on_event: OnEvent, stop: threading.Event | None = None
) -> Answer:
    """Solve in a process of its own.

    Ctrl-C asks the solver to stop with its best plan; a second Ctrl-C ends it, and the best plan that it had
    reported stands. A solver that ignores its time limit is treated the same way.

    Args:
        problem: the arrays.
        options: time limit and gap.
        on_event: told about progress.
        stop: set by another thread, it means the same as Ctrl-C, which only the main thread hears of.

    Raises:
        SolverError: the solver refused the problem.
    """
    child = subprocess.Popen(
        [sys.executable, "-m", "inzet.solver.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdin is not None
    inbox: queue.SimpleQueue[object] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(child, inbox), daemon=True).start()
    watch = _Watch()
    try:
        send(child.stdin, (problem, options))
        return _attend(child, inbox, watch, problem, options, on_event, stop or threading.Event())
    except BrokenPipeError:
        return watch.salvage(problem)
    finally:
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                _close(pipe)


def _attend(
    child: subprocess.Popen[bytes],
    inbox: queue.SimpleQueue[object],
    watch: _Watch,
    problem: Problem,
    options: Options,
    on_event: OnEvent,
    stop: threading.Event,
) -> Answer:
    while True:
        try:
            message = _next(inbox)
            if isinstance(message, Answer):
                return message
            if isinstance(message, SolverError):
                raise message
            if message is _GONE:
                return watch.salvage(problem)
            if isinstance(message, Event):
                watch.note(message)
                on_event(message)
            if watch.told_at is None and (why := _why_stop(watch, options, stop)):
                _tell_to_stop(child, watch, why)
        except KeyboardInterrupt:
            if watch.told_at is not None:
                return watch.salvage(problem)
            _tell_to_stop(child, watch, Limit.INTERRUPT)
        if watch.told_at is not None and time.monotonic() - watch.told_at > GRACE:
            return watch.salvage(problem)


def _why_stop(watch: _Watch, options: Options, stop: threading.Event) -> Limit | None:
    if stop.is_set():
        return Limit.INTERRUPT
    overdue = time.monotonic() - watch.began > options.time_limit + GRACE
    return Limit.WATCHDOG if overdue else None


def _next(inbox: queue.SimpleQueue[object]) -> object | None:
    try:
        return inbox.get(timeout=_POLL)
    except queue.Empty:
        return None


def _tell_to_stop(child: subprocess.Popen[bytes], watch: _Watch, why: Limit) -> None:
    watch.told_at, watch.why = time.monotonic(), why
    assert child.stdin is not None
    # When it is gone already, its last news is in the inbox.
    with contextlib.suppress(OSError):
        child.stdin.write(b"s")
        child.stdin.flush()


def _read(child: subprocess.Popen[bytes], inbox: queue.SimpleQueue[object]) -> None:
    assert child.stdout is not None
    try:
        while True:
            inbox.put(receive(child.stdout))
    except (EOFError, OSError, ValueError):
        inbox.put(_GONE)


def _close(pipe: IO[bytes]) -> None:
    # What was left in it cannot be delivered any more.
    with contextlib.suppress(OSError):
        pipe.close()
