"""Looks after whoever runs HiGHS: a crash, a hang or a Ctrl-C never loses the best plan so far."""

from __future__ import annotations

import atexit
import contextlib
import math
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Protocol

from inzet.errors import SolverError
from inzet.outcome import Limit, Status
from inzet.problem import Floats, Problem
from inzet.solver.messages import Answer, Event, OnEvent, Options, Rank, restated
from inzet.solver.worker import Broken, Stop, Task, receive, send

GRACE = 10.0
"""Seconds that the solver gets to stop by itself: over its time limit, and again after being told to."""

_POLL = 0.1


@dataclass(frozen=True)
class Begun:
    """The sign that a search has begun, where it may have to wait for its turn; also that it has begun anew."""


@dataclass(frozen=True)
class Gone:
    """The sign that whoever searched is gone, and that there will be no answer.

    Attributes:
        reason: one sentence about it, where more is known than that.
    """

    reason: str = ""


class Helper(Protocol):
    """Whoever searches: news, the answer and the signs come into its inbox.

    Attributes:
        inbox: what it said and nobody has heard yet.
    """

    inbox: queue.SimpleQueue[object]

    def stop(self) -> None:
        """Ask for the best plan so far."""


@dataclass
class Watch:
    """What is known of a search, from its news alone.

    Attributes:
        waiting: whether the search has yet to begin.
        began: when it began.
        told_at: when it was told to stop.
        why: what ended it, when it ends without an answer.
        ranks: the ranks that are done.
        last: the last piece of news.
        solution: the best plan so far.
        answered: whether it ended with an answer.
        anew: whether it was begun, and has not told of a plan since.
    """

    waiting: bool = False
    began: float = field(default_factory=time.monotonic)
    told_at: float | None = None
    why: Limit = Limit.CRASH
    ranks: list[Rank] = field(default_factory=list)
    last: Event | None = None
    solution: Floats | None = None
    answered: bool = False
    anew: bool = False

    def begin(self) -> None:
        """Note that the search has begun. What an earlier one found is the best there is until this one has a plan."""
        self.waiting, self.anew, self.began = False, True, time.monotonic()

    def note(self, event: Event) -> None:
        """Keep what matters of one piece of news."""
        if self.anew and event.solution is not None:
            self.ranks.clear()
            self.anew = False
        elif self.anew and self.solution is not None:
            return
        self.last = event
        if event.solution is not None:
            self.solution = event.solution
        if event.finished is not None:
            self.ranks.append(event.finished)

    def salvage(self, problem: Problem, reason: str = "") -> Answer:
        """The best that can be said when the search ended without an answer."""
        seconds = 0.0 if self.waiting else time.monotonic() - self.began
        if self.solution is None:
            status = Status.FAILED if self.why is Limit.CRASH else Status.NO_PLAN_FOUND
            message = f"The solver ended without a plan ({self.why}). {reason}".rstrip()
            return Answer(status, self.why, (), None, message, seconds, "HiGHS")
        ranks = list(self.ranks)
        if self.last is not None and len(ranks) <= self.last.rank:
            bound = self.last.bound if math.isfinite(self.last.bound) else -math.inf
            ranks.append(Rank(math.inf, bound, Status.FEASIBLE, seconds))
        stated = restated(ranks, problem, self.solution)
        message = f"The solver ended early ({self.why}); this is the best plan it had found. {reason}".rstrip()
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
        SolverError: the solver refused the problem, or no process could be started for it.
    """
    child = _hired()
    watch = Watch()
    is_tired = child.tasks > 0
    try:
        child.begin(problem, options)
        answer = attend(child, watch, problem, options, on_event, stop)
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
    """A process that runs HiGHS, with the news that it sends.

    Raises:
        SolverError: it cannot be started.
    """

    def __init__(self) -> None:
        try:
            with _deaf():
                self.process = subprocess.Popen(
                    [sys.executable, "-m", "inzet.solver.worker"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                )
        except OSError as error:
            raise SolverError(f"The process of the solver could not be started: {error.strerror}.") from error
        self.inbox: queue.SimpleQueue[object] = queue.SimpleQueue()
        # A process that hangs does not read what it is sent; whoever waits for it must be free to lose patience.
        self._outbox: queue.SimpleQueue[object | None] = queue.SimpleQueue()
        self.tasks = 0
        self._complaint = ""
        self._overhearing = threading.Thread(target=self._overhear, daemon=True)
        self._overhearing.start()
        for errand in (self._read, self._write):
            threading.Thread(target=errand, daemon=True).start()

    def begin(self, problem: Problem, options: Options) -> None:
        """Hand over a problem. When the process is gone, the inbox says so."""
        self.tasks += 1
        self._outbox.put(Task(self.tasks, problem, options))

    def stop(self) -> None:
        """Ask for the best plan so far. When the process is gone already, its last news is in the inbox."""
        self._outbox.put(Stop(self.tasks))

    def _write(self) -> None:
        assert self.process.stdin is not None
        with contextlib.suppress(OSError, ValueError):
            while (message := self._outbox.get()) is not None:
                try:
                    send(self.process.stdin, message)
                except MemoryError:
                    self.inbox.put(Gone("There is too little memory to hand the problem over."))

    def _read(self) -> None:
        assert self.process.stdout is not None
        try:
            while True:
                self.inbox.put(receive(self.process.stdout))
        except (EOFError, OSError, ValueError):
            self.inbox.put(Gone(self._last_words()))

    def _overhear(self) -> None:
        """Keep the last line that the process complains in; a planner is not helped by where in the code that was."""
        assert self.process.stderr is not None
        with contextlib.suppress(OSError, ValueError):
            for line in self.process.stderr:
                self._complaint = line.decode(errors="replace").strip() or self._complaint

    def _last_words(self) -> str:
        """How the process ended, in a sentence; empty when that says nothing."""
        try:
            code = self.process.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            return ""
        self._overhearing.join(timeout=1.0)
        words = f"ended with exit code {code}" if code >= 0 else f"was ended by {_signal_words(-code)}"
        return f"Its process {words}{f' ({self._complaint})' if self._complaint else ''}."

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._outbox.put(None)
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None:
                # What was left in it cannot be delivered any more.
                with contextlib.suppress(OSError):
                    pipe.close()


def _signal_words(number: int) -> str:
    name = signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"
    # The usual reason by far, and one that a planner can do something about.
    return f"{name}, as a system does when memory runs out" if name == "SIGKILL" else name


@contextmanager
def _deaf() -> Iterator[None]:
    """What is started in the block never hears Ctrl-C, not even before it can say that it does not want to."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


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


def attend(
    helper: Helper,
    watch: Watch,
    problem: Problem,
    options: Options,
    on_event: OnEvent,
    stop: threading.Event | None,
    *,
    patience: float = 1.0,
) -> Answer:
    """Wait for an answer, whoever searches; the best plan that was told of stands when there will be none.

    Args:
        helper: whoever searches.
        watch: what is known of the search.
        problem: the arrays.
        options: time limit and gap.
        on_event: told about progress.
        stop: set by another thread, it means the same as Ctrl-C.
        patience: how many times the grace the time limit may be overrun before the search is told to stop.

    Raises:
        SolverError: the solver refused the problem.
    """
    stop = stop or threading.Event()
    while True:
        try:
            message = _next(helper.inbox)
            if isinstance(message, Answer):
                watch.answered = True
                return _by_whom(message, watch, stop)
            if isinstance(message, SolverError):
                raise message
            if isinstance(message, Gone | Broken):
                return watch.salvage(problem, message.reason)
            _hear(message, watch, on_event)
            if watch.told_at is None and (why := _why_stop(watch, options, stop, patience)):
                _tell_to_stop(helper, watch, why)
        except KeyboardInterrupt:
            if watch.told_at is not None:
                watch.why = Limit.INTERRUPT
                return watch.salvage(problem)
            _tell_to_stop(helper, watch, Limit.INTERRUPT)
        if watch.told_at is not None and time.monotonic() - watch.told_at > GRACE:
            return watch.salvage(problem)


def _hear(message: object | None, watch: Watch, on_event: OnEvent) -> None:
    if isinstance(message, Begun):
        watch.begin()
    elif isinstance(message, Event):
        watch.note(message)
        on_event(message)


def _why_stop(watch: Watch, options: Options, stop: threading.Event, patience: float) -> Limit | None:
    if stop.is_set():
        return Limit.INTERRUPT
    overdue = not watch.waiting and time.monotonic() - watch.began > options.time_limit + patience * GRACE
    return Limit.WATCHDOG if overdue else None


def _by_whom(answer: Answer, watch: Watch, stop: threading.Event) -> Answer:
    """The answer; where the watchdog and no person gave the word to stop, it says so."""
    if answer.limit is not Limit.INTERRUPT or watch.why is not Limit.WATCHDOG or stop.is_set():
        return answer
    found = "this is the best plan it had found" if answer.status.has_plan else "it had no plan yet"
    message = f"The solver did not keep to its time limit and was told to stop ({watch.why}); {found}."
    return replace(answer, limit=watch.why, message=message)


def _next(inbox: queue.SimpleQueue[object]) -> object | None:
    try:
        return inbox.get(timeout=_POLL)
    except queue.Empty:
        return None


def _tell_to_stop(helper: Helper, watch: Watch, why: Limit) -> None:
    watch.told_at, watch.why = time.monotonic(), why
    helper.stop()
