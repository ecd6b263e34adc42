"""Many solves side by side: the same model asked many questions, on all cores, with news of how far it is.

The solver runs in processes of its own, so threads are enough to keep every core at work.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

K = TypeVar("K")
T = TypeVar("T")

Task = Callable[[threading.Event], T]
"""Something to do; it is given the sign to stop, which it passes on to every solve."""

OnDone = Callable[[str, int, int], None]
"""Told of every task as it ends: its name, how many are done, how many there are."""


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def side_by_side(
    tasks: Mapping[K, Task[T]], *, at_a_time: int | None = None, on_done: OnDone = lambda *_: None
) -> dict[K, T]:
    """Do tasks side by side; the results are in the order of the tasks, whichever ends first.

    Ctrl-C stops what runs and leaves out what has not begun: what is done by then is returned. A task that was stopped
    says so in its result, as every solve does.

    Args:
        tasks: what to do, by key.
        at_a_time: tasks side by side; one per core when not given.
        on_done: told of every task as it ends.

    Raises:
        Exception: whatever a task raises, the first in the order of the tasks; the others are stopped.
    """
    stop = threading.Event()
    futures: dict[Future[T], K] = {}
    with ThreadPoolExecutor(max(1, at_a_time or cores())) as pool:
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
