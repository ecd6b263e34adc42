"""Commands of inzet, run for real in forked processes that are struck at a chosen moment.

A parent that has everything imported is forked once per run, so that hundreds of runs take minutes. In the child every
event that changes the disk, starts the solver's process or passes something to or from it is counted by an audit hook
before it happens; the blow falls at the event that was asked for. Nothing in the product knows of it. POSIX only.
"""

from __future__ import annotations

import importlib
import io
import itertools
import os
import re
import select
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import inzet.cli
import inzet.solver.process
from inzet.solver import worker
from inzet.solver.keeping import solved_by

PATIENCE = 120.0
"""Seconds after which a run counts as hanging."""

_CHANGING = {
    "os.rename": "rename",
    "os.mkdir": "make folder",
    "os.rmdir": "remove folder",
    "os.remove": "remove",
    "os.truncate": "truncate",
    "os.chmod": "chmod",
    "shutil.rmtree": "remove tree",
}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_RANDOM = re.compile(r"\.[a-z0-9_]{8}\.(partial|tmp)\b|[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Blow:
    """What strikes a run, and when: at an event, or after a time.

    Attributes:
        signal: SIGKILL, SIGINT or another one.
        event: the number of the event before which the process strikes itself; None to go by time.
        seconds: when the whole group of processes is struck.
    """

    signal: signal.Signals
    event: int | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended.

    Attributes:
        code: its exit code; minus the signal that ended it.
        out: what it wrote to stdout.
        err: what it wrote to stderr.
        events: what it was about to do, in order; the last one was not done when it was struck dead.
        seconds: how long it took.
        left: processes that it had started and that were still alive ten seconds after its end.
    """

    code: int
    out: str
    err: str
    events: tuple[str, ...]
    seconds: float
    left: tuple[int, ...]


Prepare = Callable[[], None]
"""Done in the child before the command, for example to make a solver that is slow to give up."""


def nothing() -> None:
    """Prepare nothing."""


def run(arguments: Sequence[object], folder: Path, blow: Blow | None = None, prepare: Prepare = nothing) -> Ended:
    """Run a command of inzet in a process of its own, which leads a session of its own.

    Args:
        arguments: what would be typed after ``inzet``.
        folder: where it is run.
        blow: what strikes it; nothing when not given.
        prepare: done in the child before.

    Raises:
        TimeoutError: the run hangs.
    """
    began = time.monotonic()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        hear, tell = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(hear)
            _in_child(
                [str(argument) for argument in arguments], folder, (out.fileno(), err.fileno()), tell, blow, prepare
            )
        os.close(tell)
        events = _heard(child, hear, blow, began)
        _, status = os.waitpid(child, 0)
        seconds = time.monotonic() - began
        left = tuple(_left(child))
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode("utf-8", errors="replace"))
    return Ended(os.waitstatus_to_exitcode(status), texts[0], texts[1], events, seconds, left)


def warm_up(*commands: Sequence[object], folder: Path) -> None:
    """Import here whatever these commands import late, so that no fork has to."""
    # Reckoned once for all forks: a file of the product that is changed meanwhile makes no other question.
    solved_by()
    for arguments in commands:
        with tempfile.NamedTemporaryFile("r") as names:
            run(arguments, folder, prepare=lambda file=names.name: _at_end(file))  # type: ignore[misc]
            for name in names.read().split():
                # A module that is another's private matter comes in with that one.
                if name not in sys.modules and name.split(".")[0] != "__main__":
                    try:
                        importlib.import_module(name)
                    except ImportError:
                        continue


_endings: list[Callable[[], None]] = []


def _at_end(file: str) -> None:
    _endings.append(lambda: Path(file).write_text("\n".join(sys.modules), encoding="utf-8") and None)


def _in_child(
    arguments: list[str], folder: Path, streams: tuple[int, int], tell: int, blow: Blow | None, prepare: Prepare
) -> None:
    """Run the command; never returns."""
    code: object = 99
    try:
        os.setsid()
        os.chdir(folder)
        for number, stream in enumerate(streams, start=1):
            os.dup2(stream, number)
        sys.stdout = io.TextIOWrapper(os.fdopen(1, "wb", closefd=False), encoding="utf-8")
        sys.stderr = io.TextIOWrapper(os.fdopen(2, "wb", closefd=False), encoding="utf-8", line_buffering=True)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        prepare()
        sys.argv = ["inzet", *arguments]
        _count_events(str(folder), tell, blow)
        code = _code_of(inzet.cli.main)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for ending in _endings:
            ending()
        inzet.solver.process.close_idle()
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:
        os.write(2, traceback.format_exc().encode())
    os._exit(code if isinstance(code, int) else 98)


def _code_of(main: Callable[[], None]) -> object:
    try:
        main()
    except SystemExit as error:
        return error.code or 0
    except BaseException:
        os.write(2, traceback.format_exc().encode())
        return 97
    return 0


def _count_events(folder: str, tell: int, blow: Blow | None) -> None:
    numbers = itertools.count()

    def note(what: str) -> None:
        os.write(tell, what.replace("\n", " ").encode() + b"\n")
        if blow is not None and blow.event == next(numbers):
            os.kill(os.getpid(), blow.signal)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if what := _change(event, arguments, folder):
            note(what)

    def noted(what: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any) -> Any:
            note(what)
            return act(*arguments)

        return wrapped

    last: list[type] = []

    def heard(stream: Any) -> object:
        message = worker.receive(stream)
        # Of a row of news only the first is a moment of its own.
        if last != [type(message)]:
            note(f"hear from the solver: {type(message).__name__}")
        last[:] = [type(message)]
        return message

    inzet.solver.process.send = noted("hand over to the solver", worker.send)
    inzet.solver.process.receive = heard
    sys.addaudithook(hook)


def _change(event: str, arguments: tuple[Any, ...], folder: str) -> str:
    """An audit event in words, when it starts a process or changes the disk within a folder; else empty."""
    if event == "subprocess.Popen":
        return "start the solver's process"
    verb = "write" if event == "open" and _is_written(arguments) else _CHANGING.get(event)
    where = _within(folder, arguments[0]) if verb else ""
    return f"{verb} {where}" if where else ""


def _is_written(arguments: tuple[Any, ...]) -> bool:
    return isinstance(arguments[2], int) and bool(arguments[2] & _WRITING)


def _within(folder: str, path: object) -> str:
    """A path as it is told: within the folder and without what is random; empty when it lies elsewhere."""
    if not isinstance(path, str | bytes | os.PathLike):
        return ""
    full = str(Path(folder) / os.fsdecode(path))
    if not full.startswith(folder + os.sep):
        return ""
    return _RANDOM.sub(lambda match: f".*.{match[1]}" if match[1] else "*", full[len(folder) + 1 :])


def _heard(child: int, hear: int, blow: Blow | None, began: float) -> tuple[str, ...]:
    """What the child was about to do; it is struck when its time has come."""
    data = b""
    due = blow.seconds if blow is not None and blow.event is None else None
    with os.fdopen(hear, "rb", buffering=0) as pipe:
        while True:
            passed = time.monotonic() - began
            if due is not None and passed >= due:
                assert blow is not None
                _strike(child, blow.signal)
                due = None
            if passed > PATIENCE:
                _strike(child, signal.SIGKILL)
                os.waitpid(child, 0)
                raise TimeoutError(f"The run hangs; the last it did: {data[-300:].decode()}")
            wait = min(1.0, PATIENCE if due is None else max(0.0, due - passed))
            if select.select([pipe], [], [], wait)[0]:
                more = pipe.read(65536)
                if not more:
                    return tuple(data.decode().splitlines())
                data += more


def _strike(child: int, number: signal.Signals) -> None:
    """The whole group, as Ctrl-C of a terminal and a kill of a job do; the child alone when it has no group yet."""
    try:
        os.killpg(child, number)
    except ProcessLookupError:
        os.kill(child, number)


def _left(session: int) -> Iterator[int]:
    """Processes of a session that do not end by themselves within ten seconds; they are ended here."""
    until = time.monotonic() + 10.0
    while (alive := members(session)) and time.monotonic() < until:
        time.sleep(0.01)
    for pid in alive:
        os.kill(pid, signal.SIGKILL)
        yield pid


def members(session: int) -> list[int]:
    """The living processes of a session."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, _, _, its_session = (entry / "stat").read_text().rpartition(")")[2].split()[:4]
            except OSError:
                continue
            if int(its_session) == session and state != "Z":
                found.append(int(entry.name))
    return found


@contextmanager
def emptied(folder: Path) -> Iterator[Path]:
    """A folder of its own for one run, taken away after."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        yield Path(name).resolve()
