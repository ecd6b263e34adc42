"""The process that runs HiGHS: problems come in, news and answers go out, and a word from outside stops one."""

from __future__ import annotations

import os
import pickle
import queue
import signal
import struct
import sys
import threading
from dataclasses import dataclass
from functools import partial
from typing import IO

from inzet.errors import SolverError
from inzet.problem import Problem
from inzet.solver.highs import solve
from inzet.solver.messages import Event, Options

_HEADER = struct.Struct("<Q")


def send(stream: IO[bytes], message: object) -> None:
    """Write one message: its length, then the pickled object."""
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(_HEADER.pack(len(data)) + data)
    stream.flush()


def receive(stream: IO[bytes]) -> object:
    """Read one message; raises EOFError when the other side is gone."""
    header = stream.read(_HEADER.size)
    if len(header) < _HEADER.size:
        raise EOFError
    (length,) = _HEADER.unpack(header)
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return pickle.loads(data)


@dataclass(frozen=True)
class Task:
    """One problem to solve.

    Attributes:
        number: which task it is of this process, so that a word to stop cannot reach the next one.
        problem: the arrays.
        options: time limit and gap.
    """

    number: int
    problem: Problem
    options: Options


@dataclass(frozen=True)
class Stop:
    """The word to stop a task.

    Attributes:
        number: the task.
    """

    number: int


@dataclass(frozen=True)
class Broken:
    """The word that a task cannot be brought to its end, and that the process is of no further use.

    Attributes:
        reason: why, in a sentence.
    """

    reason: str


_NO_MEMORY = Broken("The solver ran out of memory.")


def main() -> None:
    """Solve the problems that come in, one after the other; end when the parent is gone."""
    # Ctrl-C reaches the whole group of processes; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Whatever HiGHS prints must not come between the messages.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    inbox: queue.SimpleQueue[Task | Broken] = queue.SimpleQueue()
    stopped = _Stopped()
    threading.Thread(target=_listen, args=(inbox, stopped), daemon=True).start()
    lock = threading.Lock()

    def tell(message: object) -> None:
        try:
            with lock:
                send(out, message)
        except OSError:
            _leave()

    def on_event(event: Event) -> None:
        tell(event)

    while True:
        task = inbox.get()
        try:
            if isinstance(task, Broken):
                tell(task)
                return
            tell(solve(task.problem, task.options, on_event, partial(stopped.is_set, task.number)))
        except SolverError as error:
            tell(error)
        except MemoryError:
            tell(_NO_MEMORY)
            return
        except OSError as error:
            tell(Broken(f"The log of the solver could not be written: {error.strerror}."))
            return


class _Stopped:
    """Which task was told to stop."""

    def __init__(self) -> None:
        self.number = 0

    def is_set(self, number: int) -> bool:
        return self.number == number


def _listen(inbox: queue.SimpleQueue[Task | Broken], stopped: _Stopped) -> None:
    """Tasks and words to stop, until the parent is gone."""
    try:
        while True:
            message = receive(sys.stdin.buffer)
            if isinstance(message, Task):
                inbox.put(message)
            elif isinstance(message, Stop):
                stopped.number = message.number
    except (EOFError, OSError):
        _leave()
    except MemoryError:
        inbox.put(_NO_MEMORY)


def _leave() -> None:
    """End at once, whatever the solver is doing: the parent is gone, so nobody waits for an answer."""
    os._exit(0)


if __name__ == "__main__":
    # As this file runs it is the module __main__, but tasks are pickled as those of inzet.solver.worker.
    from inzet.solver.worker import main as run

    run()
