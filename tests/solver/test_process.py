"""The process around HiGHS: a crash, a hang or a Ctrl-C never loses the best plan so far."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from problems import hard_problem, knapsack

from inzet.errors import SolverError
from inzet.outcome import Limit, Status
from inzet.problem import Problem
from inzet.solver import process
from inzet.solver.messages import Answer, Event, Options


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
    # Time enough for a first plan on a busy computer as well.
    monkeypatch.setattr(process, "GRACE", 0.5)
    act = spy.on_first_plan(lambda: os.kill(spy.child.pid, signal.SIGSTOP))  # type: ignore[union-attr]
    answer = process.solve_in_process(hard_problem(), Options(6.0, 0.0), act)  # type: ignore[arg-type]
    assert (answer.status, answer.limit) == (Status.FEASIBLE, Limit.WATCHDOG)
    assert answer.solution is not None


@pytest.fixture
def overruns(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver that knows of no time limit, but stops when it is told to."""
    begin = process._Child.begin

    def begin_without_limit(child: process._Child, problem: Problem, options: Options) -> None:
        begin(child, problem, replace(options, time_limit=60.0))

    monkeypatch.setattr(process._Child, "begin", begin_without_limit)
    monkeypatch.setattr(process, "GRACE", 6.0)


@pytest.mark.usefixtures("overruns")
def test_a_solver_that_overruns_and_then_obeys_was_not_stopped_by_a_person() -> None:
    answer = process.solve_in_process(hard_problem(), Options(0.1, 0.0), lambda _: None)
    assert (answer.status, answer.limit) == (Status.FEASIBLE, Limit.WATCHDOG)
    assert answer.solution is not None
    assert answer.message == (
        "The solver did not keep to its time limit and was told to stop (watchdog); this is the best plan it had found."
    )


def overdue(answer: Answer, *, stop: bool = False) -> Answer:
    """What becomes of an answer that comes after the watchdog has given the word to stop."""
    said = threading.Event()

    class Obeys:
        inbox: queue.SimpleQueue[object] = queue.SimpleQueue()

        def stop(self) -> None:
            if stop:
                said.set()
            self.inbox.put(answer)

    watch = process.Watch(began=time.monotonic() - 100.0)
    return process.attend(Obeys(), watch, knapsack(), Options(1.0, 0.0), lambda _: None, said)


def test_the_watchdog_takes_only_its_own_word_for_its_own() -> None:
    stopped = Answer(Status.NO_PLAN_FOUND, Limit.INTERRUPT, (), None, "The search was stopped (interrupt).", 9.0, "")
    found = overdue(stopped)
    assert (found.status, found.limit) == (Status.NO_PLAN_FOUND, Limit.WATCHDOG)
    assert found.message.endswith("was told to stop (watchdog); it had no plan yet.")
    assert overdue(stopped, stop=True) == stopped, "a person gave the word as well"
    proven = replace(stopped, status=Status.OPTIMAL, limit=Limit.NONE, message="")
    assert overdue(proven) == proven, "it ended by itself in the meantime"


def test_ctrl_c_after_the_watchdog_is_a_persons_word() -> None:
    """A run of many solves must end then, and not go on with the next one."""

    class Hangs:
        inbox: queue.SimpleQueue[object] = queue.SimpleQueue()

        def stop(self) -> None:
            threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()

    watch = process.Watch(began=time.monotonic() - 100.0)
    answer = process.attend(Hangs(), watch, knapsack(), Options(1.0, 0.0), lambda _: None, None)
    assert (answer.status, answer.limit) == (Status.NO_PLAN_FOUND, Limit.INTERRUPT)


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
