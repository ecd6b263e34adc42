"""Run a command of inzet, and do something to every process that its solver runs in.

``python struck.py WHEN WHAT COMMAND...``: WHEN is ``start``, as the process is started, or ``plan``, as it tells of its
first plan, or ``once``, as the first of them does; what it says after that is lost, as if the blow had fallen at that
very moment. WHAT is the name of a signal, or ``memory`` for no more memory than it has.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

from inzet.cli import main
from inzet.solver import process, worker
from inzet.solver.messages import Event

LITTLE = 20 << 20
"""Bytes that no Python can start with."""


def strike(pid: int, what: str) -> None:
    """Send a signal to a process, or take away its memory."""
    if what == "memory":
        most = max(LITTLE, int(Path(f"/proc/{pid}/statm").read_text().split()[0]) * resource.getpagesize())
        resource.prlimit(pid, resource.RLIMIT_AS, (most, most))
    else:
        os.kill(pid, signal.Signals[what])


def at_start(what: str) -> None:
    """Strike every process of the solver as it is started."""
    real = subprocess.Popen

    def popen(*arguments: Any, **options: Any) -> subprocess.Popen[bytes]:
        child = real(*arguments, **options)
        strike(child.pid, what)
        return child

    process.subprocess.Popen = popen  # type: ignore[misc, assignment]


def at_plan(what: str, most: int | None = None) -> None:
    """Strike the processes of the solver as each tells of its first plan; all, or the first few."""
    pids: dict[int, int] = {}
    struck: list[Any] = []
    real = subprocess.Popen

    def popen(*arguments: Any, **options: Any) -> subprocess.Popen[bytes]:
        child = real(*arguments, **options)
        assert child.stdout is not None
        pids[id(child.stdout)] = child.pid
        return child

    def receive(stream: Any) -> object:
        message = worker.receive(stream)
        while any(stream is gone for gone in struck):
            # Whatever it said later was never heard; that it is gone is.
            worker.receive(stream)
        if isinstance(message, Event) and message.solution is not None and (most is None or len(struck) < most):
            struck.append(stream)
            strike(pids[id(stream)], what)
        return message

    process.subprocess.Popen = popen  # type: ignore[misc, assignment]
    process.receive = receive


if __name__ == "__main__":
    when, what, *command = sys.argv[1:]
    process.GRACE = 0.5
    {"start": at_start, "plan": at_plan, "once": partial(at_plan, most=1)}[when](what)
    sys.argv = ["inzet", *command]
    main()
