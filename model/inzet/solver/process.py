"""Looks after the process that runs HiGHS: a crash, a hang or a Ctrl-C never loses the best plan so far."""

from __future__ import annotations

import atexit
import contextlib
import math
import queue
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field

from inzet.errors import SolverError
from inzet.outcome import Limit, Status
from inzet.problem import Floats, Problem
from inzet.solver.messages import Answer, Event, OnEvent, Options, Rank, restated
from inzet.solver.worker import Stop, Task, receive, send

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
    answered: bool = False

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
    child = _hired()
    watch = _Watch()
    is_tired = child.tasks > 0
    try:
        child.begin(problem, options)
        answer = _attend(child, watch, problem, options, on_event, stop or threading.Event())
    except BrokenPipeError:
        answer = watch.salvage(problem)
    except BaseException:
        child.close()
        raise
    # One that was told to stop, or that broke down, is not trusted with another problem.
    if watch.told_at is None and watch.answered:
        _dismiss(child)
    else:
        child.close()
    if is_tired and watch.last is None and answer.limit is Limit.CRASH:
        # It died while it waited, or of what it did before; this problem has not had its chance yet.
        return solve_in_process(problem, options, on_event, stop)
    return answer


class _Child:
    """A process that runs HiGHS, with the news that it sends."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "inzet.solver.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.inbox: queue.SimpleQueue[object] = queue.SimpleQueue()
        self.tasks = 0
        threading.Thread(target=self._read, daemon=True).start()

    def begin(self, problem: Problem, options: Options) -> None:
        """Hand over a problem; raises BrokenPipeError when the process is gone."""
        self.tasks += 1
        self._send(Task(self.tasks, problem, options))

    def stop(self) -> None:
        """Ask for the best plan so far. When the process is gone already, its last news is in the inbox."""
        with contextlib.suppress(OSError):
            self._send(Stop(self.tasks))

    def _send(self, message: object) -> None:
        assert self.process.stdin is not None
        send(self.process.stdin, message)

    def _read(self) -> None:
        assert self.process.stdout is not None
        try:
            while True:
                self.inbox.put(receive(self.process.stdout))
        except (EOFError, OSError, ValueError):
            self.inbox.put(_GONE)

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                # What was left in it cannot be delivered any more.
                with contextlib.suppress(OSError):
                    pipe.close()


_idle: list[_Child] = []
_desk = threading.Lock()


def _hired() -> _Child:
    """A process that waits for a problem; a new one when none does. Starting one takes longer than many a solve."""
    with _desk:
        while _idle:
            child = _idle.pop()
            if child.process.poll() is None:
                return child
            child.close()
    return _Child()


def _dismiss(child: _Child) -> None:
    with _desk:
        _idle.append(child)


@atexit.register
def close_idle() -> None:
    """End every process that waits for a problem."""
    with _desk:
        while _idle:
            _idle.pop().close()


def _attend(
    child: _Child,
    watch: _Watch,
    problem: Problem,
    options: Options,
    on_event: OnEvent,
    stop: threading.Event,
) -> Answer:
    while True:
        try:
            message = _next(child.inbox)
            if isinstance(message, Answer):
                watch.answered = True
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


def _tell_to_stop(child: _Child, watch: _Watch, why: Limit) -> None:
    watch.told_at, watch.why = time.monotonic(), why
    child.stop()
