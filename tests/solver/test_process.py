"""The process around HiGHS: a crash, a hang or a Ctrl-C never loses the best plan so far."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from problems import hard_problem, knapsack

from inzet.errors import SolverError
from inzet.outcome import Limit, Status
from inzet.solver import process
from inzet.solver.messages import Event, Options


class Spy:
    """Does something to the solver's process as soon as it has a plan."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.child: subprocess.Popen[bytes] | None = None
        self.done = False
        real = subprocess.Popen

        def popen(*args: object, **kwargs: object) -> subprocess.Popen[bytes]:
            self.child = real(*args, **kwargs)  # type: ignore[call-overload]
            return self.child

        monkeypatch.setattr(process.subprocess, "Popen", popen)

    def on_first_plan(self, act: object) -> object:
        def on_event(event: Event) -> None:
            if not self.done and event.solution is not None:
                self.done = True
                act()  # type: ignore[operator]

        return on_event


@pytest.fixture(autouse=True)
def _nobody_waits() -> Iterator[None]:
    """Every test starts its own process, and leaves none that was spied on."""
    process.close_idle()
    yield
    process.close_idle()


@pytest.fixture
def spy(monkeypatch: pytest.MonkeyPatch) -> Spy:
    return Spy(monkeypatch)


def test_answer_comes_back(tmp_path: Path) -> None:
    log = tmp_path / "solver.log"
    answer = process.solve_in_process(knapsack(), Options(30, 0.0, log), lambda _: None)
    assert answer.status is Status.OPTIMAL
    assert answer.solution is not None
    assert answer.solution.tolist() == [0, 1, 1, 0]
    assert log.read_text().count("=== goal") == 2
    assert [file.name for file in tmp_path.iterdir()] == ["solver.log"]


def test_a_refusal_comes_back() -> None:
    problem = knapsack()
    problem.matrix.data[0] = 1e15
    with pytest.raises(SolverError, match="takes at most"):
        process.solve_in_process(problem, Options(30, 0.0), lambda _: None)


def test_a_killed_solver_leaves_its_best_plan(spy: Spy) -> None:
    act = spy.on_first_plan(lambda: spy.child.kill())  # type: ignore[union-attr]
    answer = process.solve_in_process(hard_problem(), Options(60, 0.0), act)  # type: ignore[arg-type]
    assert (answer.status, answer.limit) == (Status.FEASIBLE, Limit.CRASH)
    assert answer.solution is not None
    assert answer.ranks[-1].bound <= answer.ranks[-1].objective


def test_a_solver_that_dies_at_once_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process.sys, "executable", "/bin/false")
    answer = process.solve_in_process(knapsack(), Options(60, 0.0), lambda _: None)
    assert (answer.status, answer.limit) == (Status.FAILED, Limit.CRASH)


def test_ctrl_c_keeps_the_best_plan(spy: Spy) -> None:
    act = spy.on_first_plan(lambda: os.kill(os.getpid(), signal.SIGINT))
    answer = process.solve_in_process(hard_problem(), Options(60, 0.0), act)  # type: ignore[arg-type]
    assert (answer.status, answer.limit) == (Status.FEASIBLE, Limit.INTERRUPT)
    assert answer.solution is not None


def test_a_second_ctrl_c_does_not_wait(spy: Spy) -> None:
    """The solver is stopped in its tracks, so that it cannot answer the first."""

    def twice() -> None:
        os.kill(spy.child.pid, signal.SIGSTOP)  # type: ignore[union-attr]
        for delay in (0.2, 0.6):
            threading.Timer(delay, os.kill, (os.getpid(), signal.SIGINT)).start()

    began = time.monotonic()
    answer = process.solve_in_process(hard_problem(), Options(60, 0.0), spy.on_first_plan(twice))  # type: ignore[arg-type]
    assert (answer.status, answer.limit) == (Status.FEASIBLE, Limit.INTERRUPT)
    assert time.monotonic() - began < process.GRACE


def test_a_solver_that_ignores_its_time_limit_is_stopped(spy: Spy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "GRACE", 0.5)
    act = spy.on_first_plan(lambda: os.kill(spy.child.pid, signal.SIGSTOP))  # type: ignore[union-attr]
    answer = process.solve_in_process(hard_problem(), Options(2.0, 0.0), act)  # type: ignore[arg-type]
    assert (answer.status, answer.limit) == (Status.FEASIBLE, Limit.WATCHDOG)
    assert answer.solution is not None


def pid_of_the_one_that_waits() -> int:
    (child,) = process._idle
    return child.process.pid


def solved() -> Status:
    return process.solve_in_process(knapsack(), Options(30, 0.0), lambda _: None).status


def test_a_process_serves_one_problem_after_the_other() -> None:
    assert solved() is Status.OPTIMAL
    first = pid_of_the_one_that_waits()
    assert solved() is Status.OPTIMAL
    assert pid_of_the_one_that_waits() == first


def test_a_word_to_stop_that_comes_too_late_does_not_reach_the_next_problem() -> None:
    assert solved() is Status.OPTIMAL
    process._idle[0].stop()
    assert solved() is Status.OPTIMAL


def test_a_process_that_died_while_it_waited_is_replaced() -> None:
    assert solved() is Status.OPTIMAL
    first = pid_of_the_one_that_waits()
    os.kill(first, signal.SIGKILL)
    assert solved() is Status.OPTIMAL
    assert pid_of_the_one_that_waits() != first


def test_one_that_was_stopped_is_not_trusted_with_another_problem(spy: Spy) -> None:
    act = spy.on_first_plan(lambda: os.kill(os.getpid(), signal.SIGINT))
    process.solve_in_process(hard_problem(), Options(60, 0.0), act)  # type: ignore[arg-type]
    assert process._idle == []


def test_another_thread_can_stop_a_search() -> None:
    stop = threading.Event()

    def on_event(event: Event) -> None:
        if event.solution is not None:
            stop.set()

    answer = process.solve_in_process(hard_problem(), Options(60, 0.0), on_event, stop)
    assert (answer.status, answer.limit) == (Status.FEASIBLE, Limit.INTERRUPT)
