"""The clock of the computer is put forward or back: neither the time limit nor the answer hangs on it.

A small library is put between the programs and the clock. It leaves alone the clock that only runs on.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from builders import small_book, with_basis
from faults.kill_points import told
from problems import hard_problem

from inzet.outcome import Limit, Status
from inzet.problem import Problem
from inzet.solver import process
from inzet.solver.kept_answers import Kept
from inzet.solver.messages import Answer, Event, Options
from inzet.solver.place import ChildProcesses
from inzet.workbook.writer import write_workbook

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs the loader of Linux")

YEARS = 300_000_000
"""Seconds by which the clock is put forward or back."""

JUMPER = r"""
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* What is added to the clock: nothing until the file JUMP_SIGN is there; by turns when JUMP_ALWAYS is set. */
static long shift(void)
{
    static const long turns[] = {0, 300000000, -300000000, 1000000000};
    static long seconds;
    static unsigned looks;
    const char *sign = getenv("JUMP_SIGN");
    if (getenv("JUMP_ALWAYS"))
        return turns[looks++ % 4];
    if (!seconds && sign && access(sign, F_OK) == 0) {
        seconds = atol(getenv("JUMP_SECONDS"));
        close(creat(getenv("JUMP_SEEN"), 0600));
    }
    return seconds;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int failed = syscall(SYS_clock_gettime, clock, now);
    if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += shift();
    return failed;
}

int gettimeofday(struct timeval *now, void *zone)
{
    struct timespec exact;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *where)
{
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (where)
        *where = exact.tv_sec;
    return exact.tv_sec;
}
"""


@pytest.fixture(scope="module")
def jumper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that makes the clock jump."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("needs a C compiler")
    folder = tmp_path_factory.mktemp("jumper")
    (folder / "jumper.c").write_text(JUMPER)
    subprocess.run([compiler, "-shared", "-fPIC", "-o", "jumper.so", "jumper.c"], cwd=folder, check=True)
    return folder / "jumper.so"


@dataclass
class Clock:
    """The clock of the solver's process, and the means to put it forward or back.

    Attributes:
        sign: the file that makes it jump.
        seen: the file that is there when somebody looked at it after the jump.
        seconds: by how much it jumps.
        rank: the goal at whose first plan it does.
    """

    sign: Path
    seen: Path
    seconds: int = 0
    rank: int = 0

    def solve(self, problem: Problem, time_limit: float) -> Answer:
        """Solve in a process whose clock jumps at a first plan."""
        return process.solve_in_process(problem, Options(time_limit, 0.0), self.on_event)

    def on_event(self, event: Event) -> None:
        if event.solution is not None and event.rank == self.rank:
            self.sign.touch()


@pytest.fixture
def clock(jumper: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    clock = Clock(tmp_path / "sign", tmp_path / "seen")
    real = subprocess.Popen

    def popen(*arguments: object, **options: object) -> subprocess.Popen[bytes]:
        jumping = {"LD_PRELOAD": str(jumper), "JUMP_SIGN": str(clock.sign), "JUMP_SEEN": str(clock.seen)}
        environment = {**os.environ, **jumping, "JUMP_SECONDS": str(clock.seconds)}
        return real(*arguments, **options, env=environment)  # type: ignore[call-overload]

    process.close_idle()
    monkeypatch.setattr(process.subprocess, "Popen", popen)
    yield clock
    process.close_idle()


def ranked(problem: Problem, *goals: object) -> Problem:
    """A problem with more goals."""
    every = np.array(goals)
    names = tuple(f"goal{number}" for number in range(len(every)))
    return replace(
        problem,
        goals=every,
        offsets=np.zeros(len(every)),
        goal_names=names,
        more_is_better=(False,) * len(every),
    )


def two_goals() -> Problem:
    """Some work for the first goal; then, of the pieces that are left to choose, the fewest."""
    problem = hard_problem(22, 11)
    return ranked(problem, problem.goals[0], [1.0] * 22 + [0.0] * 22)


@pytest.fixture(scope="module")
def undisturbed() -> Answer:
    """What two goals come to when no clock jumps."""
    return process.solve_in_process(two_goals(), Options(60.0, 0.0), lambda _: None)


@pytest.mark.parametrize("rank", [0, 1])
def test_a_clock_put_forward_does_not_end_a_search(clock: Clock, undisturbed: Answer, rank: int) -> None:
    clock.seconds, clock.rank = YEARS, rank
    answer = clock.solve(two_goals(), 60.0)
    assert clock.seen.exists(), "nobody looked at the clock"
    assert (answer.status, answer.limit) == (Status.OPTIMAL, Limit.NONE)
    assert [rank.objective for rank in answer.ranks] == pytest.approx([rank.objective for rank in undisturbed.ranks])
    assert all(rank.bound == pytest.approx(rank.objective) for rank in answer.ranks)


def test_a_clock_put_forward_takes_no_time_away(clock: Clock, tmp_path: Path) -> None:
    """What is kept as the best that the time allowed had all of that time."""
    clock.seconds = YEARS
    asked = Kept(ChildProcesses(), tmp_path / "kept")
    events: list[Event] = []

    def on_event(event: Event) -> None:
        events.append(event)
        clock.on_event(event)

    answer = asked.solve(hard_problem(), Options(3.0, 0.0), on_event)
    assert clock.seen.exists(), "nobody looked at the clock"
    assert (answer.status, answer.limit) == (Status.FEASIBLE, Limit.TIME)
    assert 2.8 <= answer.seconds < 3.0 + process.GRACE
    assert answer.ranks[0].seconds >= 2.8
    worth = [event.incumbent for event in events if event.solution is not None]
    assert answer.ranks[0].objective == pytest.approx(min(worth)), "the plan from before the jump is not lost"
    assert len(list((tmp_path / "kept").glob("*.json"))) == 1


def test_a_clock_put_back_gives_no_more_time(clock: Clock) -> None:
    clock.seconds = -YEARS
    answer = clock.solve(hard_problem(), 1.5)
    assert clock.seen.exists(), "nobody looked at the clock"
    assert (answer.status, answer.limit) == (Status.FEASIBLE, Limit.TIME)
    assert answer.solution is not None
    assert 1.4 <= answer.seconds < 1.5 + process.GRACE / 2


def test_a_clock_put_back_between_goals_gives_no_more_time(clock: Clock) -> None:
    """The goals share one time limit; the first is done at once, and the clock jumps in the second."""
    clock.seconds, clock.rank = -YEARS, 1
    problem = hard_problem()
    answer = clock.solve(ranked(problem, np.zeros(len(problem.columns)), problem.goals[0]), 1.5)
    assert clock.seen.exists(), "nobody looked at the clock"
    assert (answer.status, answer.limit) == (Status.FEASIBLE, Limit.TIME)
    assert [rank.status for rank in answer.ranks] == [Status.OPTIMAL, Status.FEASIBLE]
    assert 1.4 <= answer.seconds < 1.5 + process.GRACE / 2


Inzet = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("books") / "small.xlsx"
    write_workbook(with_basis(small_book()), path)
    return path


@pytest.fixture
def inzet(jumper: Path, tmp_path: Path) -> Inzet:
    """Runs a command; with a clock that is years ahead or behind whenever anybody looks at it, if asked."""

    def run(*arguments: object, jumping: bool = False) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, **({"LD_PRELOAD": str(jumper), "JUMP_ALWAYS": "1"} if jumping else {})}
        command = [sys.executable, "-m", "inzet", *map(str, arguments)]
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, cwd=tmp_path, check=False, timeout=240
        )
        assert "Traceback" not in done.stdout + done.stderr
        return done

    return run


def test_the_clock_of_the_tests_jumps(jumper: Path) -> None:
    program = "import time; print(*(int(time.time()) for _ in range(8)))"
    environment = {**os.environ, "LD_PRELOAD": str(jumper), "JUMP_ALWAYS": "1"}
    run = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    looks = [int(word) - time.time() for word in run.stdout.split()]
    assert min(looks) < -YEARS / 2
    assert max(looks) > YEARS / 2


@pytest.mark.slow
def test_clock_jumps_change_nothing(book: Path, tmp_path: Path, inzet: Inzet) -> None:
    assert inzet("solve", book, "--out", tmp_path / "plain", "--time-limit", 60).returncode == 0
    run = inzet("solve", book, "--out", tmp_path / "jumped", "--time-limit", 60, jumping=True)
    assert run.returncode == 0, run.stderr
    assert told(tmp_path / "jumped") == told(tmp_path / "plain")


@pytest.mark.slow
def test_answers_of_the_future_and_of_long_ago_are_found(book: Path, tmp_path: Path, inzet: Inzet) -> None:
    options = ("supply", "EXPERT", "--kept", tmp_path / "kept")
    assert inzet("sensitivity", book, *options).returncode == 0
    for number, path in enumerate(sorted(tmp_path.rglob("*.json"))):
        os.utime(path, (4e9, 4e9) if number % 2 else (0, 0))
    again = inzet("sensitivity", book, *options, jumping=True)
    assert again.returncode == 0, again.stderr
    assert "3 solves, all done before and found again" in again.stderr
