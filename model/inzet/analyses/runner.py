"""Many solves side by side: the one runner of all analyses, with news of how far it is.

Problems are solved elsewhere, in processes of their own or at a cluster, so threads are enough to keep every core at
work. Where that is, is chosen once for the whole process (``inzet.solver.place``); no analysis knows.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TypeVar

from inzet.errors import InputError, InzetError
from inzet.solver.place import current_place

K = TypeVar("K")
T = TypeVar("T")

Task = Callable[[threading.Event], T]
"""Something to do; it is given the sign to stop, which it passes on to every solve."""

OnDone = Callable[[str, int, int], None]
"""Told of every task as it ends: its name, how many are done, how many there are."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A task that failed, as a result.

    Attributes:
        reason: why, in a sentence.
        seconds: time until then.
    """

    reason: str
    seconds: float


def side_by_side(
    tasks: Mapping[K, Task[T]], *, at_a_time: int | None = None, on_done: OnDone = lambda *_: None
) -> dict[K, T]:
    """Do tasks side by side; the results are in the order of the tasks, whichever ends first.

    Ctrl-C stops what runs and leaves out what has not begun: what is done by then is returned. A task that was stopped
    says so in its result, as every solve does.

    Args:
        tasks: what to do, by key.
        at_a_time: tasks side by side; as many as can be solved at a time when not given.
        on_done: told of every task as it ends.

    Raises:
        Exception: whatever a task raises, the first in the order of the tasks; the others are stopped.
    """
    stop = threading.Event()
    futures: dict[Future[T], K] = {}
    with ThreadPoolExecutor(max(1, at_a_time or current_place().at_a_time)) as pool:
        try:
            futures |= {pool.submit(task, stop): key for key, task in tasks.items()}
            _attend(futures, on_done)
        except KeyboardInterrupt:
            pass
        finally:
            stop.set()
            for future in futures:
                future.cancel()
    return {key: future.result() for future, key in futures.items() if not future.cancelled()}


def failures_kept(tasks: Mapping[K, Task[T]]) -> dict[K, Task[T | Failed]]:
    """The same tasks, of which one that fails gives its reason as its result and leaves the others alone.

    Only what inzet raises on purpose is kept so; anything else is a fault of its own, and ends the run.
    """
    return {key: _kept(task) for key, task in tasks.items()}


def _kept(task: Task[T]) -> Task[T | Failed]:
    def run(stop: threading.Event) -> T | Failed:
        began = time.monotonic()
        try:
            return task(stop)
        except InputError as error:
            reason = f"{error.issues[0].message} ({len(error.issues)} problem(s): inzet check names them all)"
        except InzetError as error:
            reason = str(error)
        return Failed(reason, time.monotonic() - began)

    return run


def _attend(futures: Mapping[Future[T], K], on_done: OnDone) -> None:
    pending, done = set(futures), 0
    while pending:
        # A wait without an end would not hear Ctrl-C on every system.
        ended, pending = wait(pending, timeout=0.2, return_when=FIRST_COMPLETED)
        for future in ended:
            done += 1
            on_done(str(futures[future]), done, len(futures))
            if future.exception() is not None:
                return
