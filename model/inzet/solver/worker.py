"""The process that runs HiGHS: a problem comes in, news and an answer go out, and a word from outside stops it."""

from __future__ import annotations

import os
import pickle
import signal
import struct
import sys
import threading
from typing import IO, cast

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


def main() -> None:
    """Solve the one problem that comes in; end at once when the parent is gone."""
    # Ctrl-C reaches the whole group of processes; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Whatever HiGHS prints must not come between the messages.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    problem, options = cast("tuple[Problem, Options]", receive(sys.stdin.buffer))
    stop, lock = threading.Event(), threading.Lock()
    threading.Thread(target=_listen, args=(stop,), daemon=True).start()

    def tell(message: object) -> None:
        with lock:
            send(out, message)

    def on_event(event: Event) -> None:
        tell(event)

    try:
        tell(solve(problem, options, on_event, stop.is_set))
    except SolverError as error:
        tell(error)


def _listen(stop: threading.Event) -> None:
    """A byte from the parent, or its end, means stop."""
    sys.stdin.buffer.read(1)
    stop.set()


if __name__ == "__main__":
    main()
