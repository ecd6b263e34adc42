"""The process of the solver is killed, crashes, hangs or runs out of memory, for real: a clear outcome each."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import small_book, with_basis
from problems import hard_problem, knapsack
from scipy import sparse

from inzet.errors import SolverError
from inzet.outcome import Limit, Status
from inzet.problem import Problem
from inzet.solver import process
from inzet.solver.messages import Event, Options
from inzet.workbook.writer import write_workbook

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs prlimit, /proc and the signals of Linux")

STRUCK = Path(__file__).with_name("struck.py")


@pytest.fixture(scope="module")
def where(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("struck")
    write_workbook(with_basis(small_book()), folder / "small.xlsx")
    return folder


def struck(when: str, what: str, *command: object, where: Path) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, str(STRUCK), when, what, *map(str, command)]
    run = subprocess.run(words, capture_output=True, text=True, cwd=where, check=False, timeout=120)
    assert "Traceback" not in run.stdout + run.stderr
    return run


@pytest.mark.parametrize(
    ("what", "limit", "words"),
    [
        ("SIGKILL", "crash", "ended by SIGKILL, as a system does when memory runs out"),
        pytest.param("SIGSEGV", "crash", "ended by SIGSEGV", marks=pytest.mark.slow),
        pytest.param("SIGSTOP", "watchdog", "this is the best plan it had found", marks=pytest.mark.slow),
    ],
)
def test_the_best_plan_so_far_is_written(what: str, limit: str, words: str, where: Path, tmp_path: Path) -> None:
    out = tmp_path / "r"
    # Only where nobody else ends the search must the time limit do so soon.
    seconds = 5 if what == "SIGSTOP" else 60
    run = struck("once", what, "solve", "small.xlsx", "--out", out, "--time-limit", seconds, where=where)
    assert run.returncode == 0, run.stderr
    document = json.loads((out / "run.json").read_text())
    assert (document["outcome"], document["limit"]) == ("feasible", limit)
    assert words in document["message"]
    assert "not proven to be the best" in " ".join(run.stdout.split())
    audit = subprocess.run([sys.executable, "-m", "inzet", "audit", str(out)], capture_output=True, check=False)
    assert audit.returncode == 0


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("SIGKILL", "ended by SIGKILL, as a system does when memory runs out"),
        ("SIGSTOP", "ended without a plan (watchdog)"),
        ("memory", "Memory"),
    ],
)
def test_without_a_plan_nothing_is_written(what: str, words: str, where: Path, tmp_path: Path) -> None:
    out = tmp_path / "r"
    out.mkdir()
    (out / "run.json").write_text("an earlier result")
    seconds = 1 if what == "SIGSTOP" else 60
    run = struck("start", what, "solve", "small.xlsx", "--out", out, "--time-limit", seconds, where=where)
    assert run.returncode == 3
    assert words in " ".join(run.stdout.split())
    assert "Nothing was written" in run.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["r"]
    assert (out / "run.json").read_text() == "an earlier result"


def test_a_comparison_says_which_option_broke_down(where: Path, tmp_path: Path) -> None:
    options = ("--kept", tmp_path / "kept", "--out", tmp_path / "r")
    run = struck("start", "SIGKILL", "compare", "small.xlsx", "small.xlsx", *options, where=where)
    assert run.returncode == 3
    document = json.loads((tmp_path / "r" / "compare.json").read_text())
    assert {option["outcome"] for option in document["options"]} == {"failed"}
    assert all("SIGKILL" in option["message"] for option in document["options"])
    assert list((tmp_path / "kept").rglob("*.json")) == []


@pytest.fixture(autouse=True)
def _nobody_waits() -> Iterator[None]:
    process.close_idle()
    yield
    process.close_idle()


class Spied:
    """The process that the solver runs in, and something that is done to it as soon as it is started."""

    def __init__(self, patch: pytest.MonkeyPatch, act: Any = lambda pid: None) -> None:
        self.pid = self.most = 0
        real = subprocess.Popen

        def popen(*arguments: Any, **options: Any) -> subprocess.Popen[bytes]:
            child = real(*arguments, **options)
            self.pid = child.pid
            act(child.pid)
            if self.most:
                resource.prlimit(child.pid, resource.RLIMIT_AS, (self.most, self.most))
            return child

        patch.setattr(process.subprocess, "Popen", popen)

    def allow_no_more(self) -> None:
        """It may have the memory that it has now, and not a page beyond; nor may one that is started after it."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[0])
        self.most = pages * resource.getpagesize()
        resource.prlimit(self.pid, resource.RLIMIT_AS, (self.most, self.most))


def large_problem() -> Problem:
    """A problem of 40 megabytes that is easy but for that."""
    small, columns, rows = knapsack(), 2500, 1300
    return replace(
        small,
        columns=tuple(f"x{number}" for number in range(columns)),
        lower=np.zeros(columns),
        upper=np.ones(columns),
        integer=np.ones(columns, dtype=bool),
        rows=tuple(f"r{number}" for number in range(rows)),
        matrix=sparse.csc_array(np.random.default_rng(1).uniform(1, 2, (rows, columns))),
        row_lower=np.full(rows, -np.inf),
        row_upper=np.full(rows, 100.0),
        goals=-np.ones((1, columns)),
        offsets=np.zeros(1),
        goal_names=("goal",),
        more_is_better=(False,),
    )


def test_out_of_memory_in_a_search_leaves_the_best_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    spied = Spied(monkeypatch)

    def on_event(event: Event) -> None:
        if event.solution is not None:
            spied.allow_no_more()

    answer = process.solve_in_process(hard_problem(), Options(30.0, 0.0), on_event)
    assert (answer.status, answer.limit) == (Status.FEASIBLE, Limit.CRASH)
    assert answer.solution is not None
    assert answer.ranks[-1].bound <= answer.ranks[-1].objective


def test_out_of_memory_before_a_search_is_said(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    spied = Spied(monkeypatch)
    assert process.solve_in_process(knapsack(), Options(30.0, 0.0), lambda _: None).status is Status.OPTIMAL
    spied.allow_no_more()
    began = time.monotonic()
    answer = process.solve_in_process(large_problem(), Options(20.0, 0.0), lambda _: None)
    assert (answer.status, answer.limit) == (Status.FAILED, Limit.CRASH)
    assert "memory" in answer.message.lower()
    assert time.monotonic() - began < 30, "it hung"
    assert "Traceback" not in capfd.readouterr().err
    assert process._idle == []


def test_a_process_that_does_not_even_read_its_problem_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than fits into a pipe, so that handing it over does not end."""
    monkeypatch.setattr(process, "GRACE", 0.3)
    Spied(monkeypatch, lambda pid: os.kill(pid, signal.SIGSTOP))
    began = time.monotonic()
    answer = process.solve_in_process(large_problem(), Options(0.2, 0.0), lambda _: None)
    assert (answer.status, answer.limit) == (Status.NO_PLAN_FOUND, Limit.WATCHDOG)
    assert time.monotonic() - began < 20


def test_a_process_that_cannot_be_started_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(process.sys, "executable", str(tmp_path / "nowhere"))
    with pytest.raises(SolverError, match="could not be started: No such file"):
        process.solve_in_process(knapsack(), Options(1.0, 0.0), lambda _: None)


def test_ctrl_c_does_not_reach_a_process_that_is_just_being_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal sends it to the whole group, also to one that cannot have said yet that it does not want to hear."""
    Spied(monkeypatch, lambda pid: os.kill(pid, signal.SIGINT))
    assert process.solve_in_process(knapsack(), Options(30.0, 0.0), lambda _: None).status is Status.OPTIMAL


@pytest.mark.parametrize("busy", [False, True])
def test_a_process_whose_parent_is_killed_ends_by_itself(busy: bool, tmp_path: Path) -> None:
    problem = "hard_problem()" if busy else "knapsack()"
    act = "print(process_of[0], flush=True)" if busy else "None"
    program = f"""
import subprocess, sys, time
sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from problems import hard_problem, knapsack
from inzet.solver import process
from inzet.solver.messages import Options
process_of, real = [], subprocess.Popen
def popen(*a, **k):
    child = real(*a, **k)
    process_of.append(child.pid)
    return child
process.subprocess.Popen = popen
process.solve_in_process({problem}, Options(60.0, 0.0), lambda event: {act})
print(process_of[0], flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        child = int(run.stdout.readline())
        assert Path(f"/proc/{child}").exists()
        run.kill()
    until = time.monotonic() + 5.0
    while is_alive(child) and time.monotonic() < until:
        time.sleep(0.02)
    assert not is_alive(child)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
