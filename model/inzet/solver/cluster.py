"""A Dask cluster as the place where problems are solved. The only module that knows Dask, and only when it is asked to.

A worker of the cluster solves a problem as this computer would: in a process of its own, with the same code. Once a
second word goes round all workers: what to stop goes out, the news of every search comes in. A search whose worker dies
begins anew at another one. A search of which nobody has asked for news for a while is stopped: whoever asked for it is
gone.
"""

from __future__ import annotations

import itertools
import logging
import pickle
import queue
import tempfile
import threading
import time
import uuid
import zlib
from collections.abc import Iterable, Mapping
from concurrent.futures import CancelledError
from dataclasses import replace
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

from inzet.errors import SolverError, UsageError
from inzet.problem import Problem
from inzet.solver.keeping import solved_by
from inzet.solver.messages import Answer, Event, OnEvent, Options
from inzet.solver.process import GRACE, Begun, Gone, Watch, attend, solve_in_process

PATIENCE = 10.0
"""Seconds to wait for a scheduler and a first worker."""

ROUND = 1.0
"""Seconds between two rounds of news."""

ALONE = 60.0
"""Seconds without a word from any worker after which the cluster is given up, and the other way round."""


class Cluster:
    """A Dask cluster: its scheduler shares problems out among its workers.

    Attributes:
        address: where the scheduler listens.
    """

    def __init__(self, address: str, *, patience: float = PATIENCE) -> None:
        """Connect.

        Args:
            address: where the scheduler listens, such as ``tcp://host:8786``.
            patience: seconds to wait for the scheduler and a first worker.

        Raises:
            UsageError: Dask is not installed, nobody answers, there is no worker, or a worker would give other answers.
        """
        self.address = address
        self._dask = _installed()
        self._session = uuid.uuid4().hex
        self._numbers = itertools.count(1)
        self._errands: dict[int, _Errand] = {}
        self._desk = threading.Lock()
        self._call = threading.Event()
        self._closed = False
        self._client = self._connected(patience)
        try:
            self._refuse_others(patience)
        except BaseException:
            self._client.close()
            raise
        self._rounds = threading.Thread(target=self._go_round, daemon=True)
        self._rounds.start()

    def _connected(self, patience: float) -> Any:
        try:
            return self._dask.Client(self.address, timeout=patience, set_as_default=False, name="inzet")
        except (OSError, ValueError, TimeoutError) as error:
            raise UsageError(f"No Dask scheduler answers at {self.address}: {_first_line(error)}") from None

    def _refuse_others(self, patience: float) -> None:
        """Make sure that every worker there is gives the same answers as this computer, to the last bit."""
        try:
            self._client.wait_for_workers(1, timeout=patience)
        except (OSError, TimeoutError):
            raise UsageError(f"The Dask cluster at {self.address} has no workers.") from None
        try:
            theirs = {"the scheduler": self._client.run_on_scheduler(solved_by)}
        except Exception as error:
            theirs = {"the scheduler": error}
        theirs |= self._client.run(solved_by, on_error="return")
        words = [f"{who}: {words}" for who, their in theirs.items() if (words := _difference(their))]
        if words:
            raise UsageError(
                f"The cluster at {self.address} would not give the same answers as this computer. "
                f"Install the same versions there. {'; '.join(words)}."
            )

    def __enter__(self) -> Cluster:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Part with the cluster; what it still works on for this computer is stopped."""
        self._closed = True
        self._call.set()
        self._rounds.join(GRACE)
        self._client.close()

    @property
    def workers(self) -> int:
        """Workers of the cluster."""
        return len(self._client.nthreads())

    @property
    def at_a_time(self) -> int:
        """One problem for every thread of every worker.

        Raises:
            SolverError: the cluster does not answer any more.
        """
        try:
            return max(1, int(sum(self._client.nthreads().values())))
        except OSError as error:
            raise SolverError(f"The cluster at {self.address} does not answer: {_first_line(error)}") from None

    def solve(
        self, problem: Problem, options: Options, on_event: OnEvent, stop: threading.Event | None = None
    ) -> Answer:
        """Solve a problem at the cluster.

        Ctrl-C asks the worker to stop with its best plan; a second Ctrl-C does not wait, and the best plan that was
        told of stands. When workers die of it again and again the answer says that it failed.

        Raises:
            SolverError: the solver refused the problem, or a worker could not take it.
        """
        number = next(self._numbers)
        errand = _Errand(self._call)
        with self._desk:
            self._errands[number] = errand
        try:
            task = (self._session, number, dict(solved_by()), _packed(problem, options), options.log_file is not None)
            errand.send(self._client, f"inzet-{self._session}-{number}", task)
            # The worker has its own watch on the time, which comes first.
            answer = attend(errand, Watch(waiting=True), problem, options, on_event, stop, patience=3.0)
        finally:
            with self._desk:
                del self._errands[number]
            errand.give_up()
        if options.log_file is not None:
            options.log_file.write_text(errand.log, encoding="utf-8")
        return answer

    def _go_round(self) -> None:
        """Take the words to stop to the workers and bring their news, as long as there is anything to bring."""
        heard_at = time.monotonic()
        while not self._closed:
            called = self._call.wait(ROUND)
            self._call.clear()
            with self._desk:
                errands = dict(self._errands)
            told = {number for number, errand in errands.items() if errand.told}
            if not (called or errands) or self._bring_news(errands, told):
                heard_at = time.monotonic()
            for number in told:
                errands[number].cancel_unless_begun()
            if time.monotonic() - heard_at > ALONE:
                for errand in errands.values():
                    errand.inbox.put(Gone(f"No worker of the cluster at {self.address} answers any more."))
        self._bring_news({}, ())

    def _bring_news(self, errands: Mapping[int, _Errand], told: Iterable[int]) -> bool:
        """One round; whether any worker answered."""
        try:
            heard = self._client.run(exchange, self._session, frozenset(errands), frozenset(told), on_error="ignore")
        except Exception:  # the scheduler is gone, or busy; the next round will tell
            return False
        for news in heard.values():
            for number, (search, events) in news.items():
                if number in errands:
                    errands[number].hear(search, events)
        return bool(heard)


class _Errand:
    """A problem that was sent to a cluster.

    Attributes:
        inbox: what came back.
        told: whether it was told to stop.
        log: the solver's log, when it was asked for and the search is done.
    """

    def __init__(self, call: threading.Event) -> None:
        self.inbox: queue.SimpleQueue[object] = queue.SimpleQueue()
        self.told, self.log = False, ""
        self._call = call
        self._search = ""
        self._future: Any = None

    def send(self, client: Any, key: str, task: tuple[object, ...]) -> None:
        """Hand the problem over, as the arguments of ``work``."""
        self._future = client.submit(work, *task, key=key, pure=False)
        threading.Thread(target=self._fetch, daemon=True).start()

    def _fetch(self) -> None:
        message: object
        try:
            message, self.log = self._future.result()
        except (_installed().KilledWorker, CancelledError, OSError, TimeoutError) as error:
            killed = isinstance(error, _installed().KilledWorker)
            message = Gone("Every worker that was given the problem died." if killed else "")
        except Exception as error:
            message = SolverError(
                f"A worker of the cluster could not take the problem: {type(error).__name__}: {_first_line(error)}"
            )
        self.inbox.put(message)

    def stop(self) -> None:
        """Ask for the best plan so far; the word goes out with the next round, which begins at once."""
        self.told = True
        self._call.set()

    def hear(self, search: str, events: Iterable[Event]) -> None:
        """Take in the news of a search."""
        if search != self._search:
            self._search = search
            self.inbox.put(Begun())
        for event in events:
            self.inbox.put(event)

    def cancel_unless_begun(self) -> None:
        """Take it back when no worker has begun with it."""
        if not self._search:
            self.give_up()

    def give_up(self) -> None:
        """Wait for it no longer."""
        if self._future is not None and not self._future.done():
            self._future.cancel()
            self._call.set()


def _installed() -> ModuleType:
    try:
        import distributed
    except ImportError:
        raise UsageError('Solving at a Dask cluster takes another package: pip install "inzet[dask]".') from None
    module: ModuleType = distributed
    return module


def _difference(their: object) -> str:
    """What of the versions and code of another computer is not as it is here; empty when all is."""
    if not isinstance(their, Mapping):
        return f"inzet does not run there ({type(their).__name__}: {_first_line(their)})"
    unlike = {name: mine for name, mine in solved_by().items() if their.get(name) != mine}
    return ", ".join(f"{name} {str(their.get(name))[:12]} instead of {mine[:12]}" for name, mine in unlike.items())


def _first_line(error: object) -> str:
    return next(iter(str(error).splitlines()), "")


def _packed(problem: Problem, options: Options) -> bytes:
    """A problem as few bytes: the scheduler passes them on without looking inside, and warns of many."""
    return zlib.compress(pickle.dumps((problem, replace(options, log_file=None)), protocol=pickle.HIGHEST_PROTOCOL))


# From here on: what runs on a worker.


class _Search(threading.Event):
    """A search on a worker; set when it is to stop.

    Attributes:
        name: unique, for a search that is begun anew elsewhere is another one.
        asked_at: when somebody last asked for its news.
    """

    def __init__(self) -> None:
        super().__init__()
        self.name = uuid.uuid4().hex
        self.asked_at = time.monotonic()
        self._news: list[Event] = []
        self._lock = threading.Lock()

    def is_set(self) -> bool:
        """Whether it is to stop: it was told to, or nobody asks for it any more."""
        return super().is_set() or time.monotonic() - self.asked_at > ALONE

    def note(self, event: Event) -> None:
        """Keep a piece of news until it is asked for; of those in between only the last, with the last plan."""
        with self._lock:
            last = self._news[-1] if self._news else None
            if last is not None and last.finished is None and last.rank == event.rank:
                self._news.pop()
                event = replace(event, solution=last.solution if event.solution is None else event.solution)
            self._news.append(event)

    def news(self) -> list[Event]:
        """What there is to tell since it was last asked for."""
        with self._lock:
            told, self._news = self._news, []
        self.asked_at = time.monotonic()
        return told


_searches: dict[tuple[str, int], _Search] = {}
_counter = threading.Lock()


def work(
    session: str, number: int, there: dict[str, str], packed: bytes, wants_log: bool
) -> tuple[Answer | SolverError, str]:
    """Solve a problem on a worker, in a process of its own.

    Args:
        session: who asks.
        number: which of the problems of the session it is.
        there: versions and code of the computer that asks.
        packed: the problem and how to search.
        wants_log: whether the log of the solver is wanted.

    Returns:
        The answer, or what the solver refused it for; and the log, empty unless it is wanted.
    """
    _be_quiet()
    # A worker that came after the others was not looked at before.
    if words := _difference(there):
        return SolverError(f"A worker of the cluster would not give the same answer as this computer: {words}."), ""
    problem, options = pickle.loads(zlib.decompress(packed))
    search = _Search()
    with _counter:
        _searches[session, number] = search
    try:
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "solver.log" if wants_log else None
            answer = solve_in_process(problem, replace(options, log_file=log), search.note, search)
            return answer, log.read_text(encoding="utf-8") if log is not None and log.exists() else ""
    except SolverError as error:
        return error, ""
    finally:
        with _counter:
            del _searches[session, number]


def exchange(session: str, wanted: frozenset[int], told: frozenset[int]) -> dict[int, tuple[str, list[Event]]]:
    """A round of news on a worker: stop what is to stop, and say how the searches of a session stand.

    Args:
        session: who asks.
        wanted: the problems of which the answer is waited for; any other search of the session is stopped.
        told: those that are to stop with the best plan so far.

    Returns:
        By number of the problem: the name of the search, and its news.
    """
    with _counter:
        mine = {number: search for (whose, number), search in _searches.items() if whose == session}
    for number, search in mine.items():
        if number in told or number not in wanted:
            search.set()
    return {number: (search.name, search.news()) for number, search in mine.items()}


class _Rounds(logging.Filter):
    """Leaves the rounds of news out of a worker's log, which would have a line for each."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not (isinstance(record.args, tuple) and exchange.__name__ in record.args)


_rounds = _Rounds()


def _be_quiet() -> None:
    """Adding a filter again changes nothing."""
    logging.getLogger("distributed.worker").addFilter(_rounds)
