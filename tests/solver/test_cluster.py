"""A real Dask cluster of two workers: the same answers as here, to the last bit, also when a worker is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import small_book, with_basis
from problems import hard_problem, knapsack
from typer.testing import CliRunner

from inzet.analyses.runner import side_by_side
from inzet.cli import app
from inzet.edits import choose_none_of, edited
from inzet.errors import SolverError, UsageError
from inzet.outcome import Limit, Status
from inzet.problem import Problem
from inzet.scenario.checks import make_scenario
from inzet.solve import prepare
from inzet.solver import cluster as module
from inzet.solver.cluster import Cluster
from inzet.solver.keeping import solved_by
from inzet.solver.messages import Answer, Event, Options
from inzet.solver.place import ChildProcesses, Place, current_place, solving_at
from inzet.workbook.writer import write_workbook

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="workers cannot be killed there")

FULL = Options(60, 0.0)
SLOW = 20, 4
"""Size and rows of a problem that takes a second or two to be proven."""


def quiet(_: Event) -> None:
    """Nobody listens."""


@pytest.fixture(autouse=True)
def _quick_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ROUND", 0.1)


class Running:
    """A scheduler and its workers, as processes of their own."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.file = folder / "scheduler.json"
        self.folder = folder
        self.environment = {**os.environ, **settings}
        self.scheduler = self._start("dask_scheduler", "--port", "0", "--host", "127.0.0.1")
        for _ in range(300):
            if self.file.exists() and self.file.read_text():
                break
            time.sleep(0.1)
        self.address: str = json.loads(self.file.read_text())["address"]
        self.workers: list[subprocess.Popen[bytes]] = []

    def _start(self, what: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{what}", "--scheduler-file", str(self.file), *arguments]
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [*command, "--no-dashboard"], stdout=log, stderr=log, env=self.environment, cwd=self.folder
            )

    def hire(self, number: int) -> None:
        """Start workers of one thread each, that nobody starts again."""
        options = ("--no-nanny", "--nthreads", "1", "--memory-limit", "0", "--host", "127.0.0.1")
        self.workers += [self._start("dask_worker", *options) for _ in range(number)]

    def stop(self) -> None:
        """End everything; what was stopped in its tracks as well."""
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


@contextmanager
def cluster_of(folder: Path, workers: int, **settings: str) -> Iterator[tuple[Running, Cluster]]:
    running = Running(folder, **settings)
    try:
        running.hire(workers)
        with Cluster(running.address, patience=60) as cluster:
            cluster._client.wait_for_workers(workers, timeout=60)
            yield running, cluster
    finally:
        running.stop()


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Cluster]]:
    with cluster_of(tmp_path_factory.mktemp("cluster"), 2) as made:
        yield made


@pytest.fixture
def cluster(both: tuple[Running, Cluster]) -> Cluster:
    return both[1]


def assert_same(one: Answer, other: Answer) -> None:
    """Everything but the time taken is the same, to the last bit."""
    assert (one.solution is None) == (other.solution is None)
    if one.solution is not None and other.solution is not None:
        assert np.array_equal(one.solution, other.solution)
        assert one.solution.tobytes() == other.solution.tobytes()
    plain = [
        replace(answer, solution=None, seconds=0.0, ranks=tuple(replace(r, seconds=0.0) for r in answer.ranks))
        for answer in (one, other)
    ]
    assert plain[0] == plain[1]


def problems() -> dict[str, Problem]:
    model = prepare(make_scenario(small_book())[0])
    first = next(name for name in model.problem.columns if name.startswith("stay["))
    return {
        "knapsack": knapsack(),
        "thirds": knapsack(goals=[[-1 / 3, -0.1, -2 / 7, -1e-3], [0.1, 0.2, 0.3, 0.7]]),
        "impossible": replace(knapsack(), row_lower=np.array([50.0]), row_upper=np.array([60.0])),
        "workbook": model.problem,
        "otherwise": edited(model.problem, [choose_none_of([first])]),
        "tree": hard_problem(15, 3),
    }


def answers_at(place: Place, asked: Mapping[str, Problem]) -> dict[str, Answer]:
    with solving_at(place):
        return side_by_side(
            {
                name: lambda stop, problem=problem: current_place().solve(problem, FULL, quiet, stop)  # type: ignore[misc]
                for name, problem in asked.items()
            }
        )


def test_the_answers_are_those_of_this_computer_to_the_last_bit(cluster: Cluster) -> None:
    asked = problems()
    here, there = answers_at(ChildProcesses(), asked), answers_at(cluster, asked)
    assert {answer.status for answer in here.values()} == {Status.OPTIMAL, Status.INFEASIBLE}
    for name in asked:
        assert_same(here[name], there[name])


def test_it_works_on_as_many_as_its_workers_have_threads(cluster: Cluster) -> None:
    assert (cluster.workers, cluster.at_a_time) == (2, 2)


def test_a_refusal_comes_back(cluster: Cluster) -> None:
    problem = knapsack()
    problem.matrix.data[0] = 1e15
    with pytest.raises(SolverError, match="takes at most"):
        cluster.solve(problem, FULL, quiet)


def test_the_log_is_brought_here(cluster: Cluster, tmp_path: Path) -> None:
    cluster.solve(knapsack(), replace(FULL, log_file=tmp_path / "solver.log"), quiet)
    assert (tmp_path / "solver.log").read_text().count("=== goal") == 2


def test_another_thread_can_stop_a_search(cluster: Cluster) -> None:
    stop, told = threading.Event(), list[Event]()

    def on_event(event: Event) -> None:
        told.append(event)
        if event.solution is not None:
            stop.set()

    began = time.monotonic()
    answer = cluster.solve(hard_problem(), FULL, on_event, stop)
    assert (answer.status, answer.limit) == (Status.FEASIBLE, Limit.INTERRUPT)
    assert "(interrupt)" in answer.message
    assert "early" not in answer.message, "the worker answered itself"
    assert told[-1].incumbent >= answer.ranks[-1].objective >= answer.ranks[-1].bound
    assert time.monotonic() - began < 30


def test_ctrl_c_keeps_the_best_plan_and_a_second_one_does_not_wait(both: tuple[Running, Cluster]) -> None:
    """The workers are stopped in their tracks, so that none can answer the first."""
    running, cluster = both
    done = False

    def on_event(event: Event) -> None:
        nonlocal done
        if event.solution is not None and not done:
            done = True
            for worker in running.workers:
                os.kill(worker.pid, signal.SIGSTOP)
            for delay in (0.2, 0.8):
                threading.Timer(delay, os.kill, (os.getpid(), signal.SIGINT)).start()

    try:
        began = time.monotonic()
        answer = cluster.solve(hard_problem(), FULL, on_event)
        assert time.monotonic() - began < 25
    finally:
        for worker in running.workers:
            os.kill(worker.pid, signal.SIGCONT)
    assert (answer.status, answer.limit) == (Status.FEASIBLE, Limit.INTERRUPT)
    assert answer.solution is not None
    # The cluster is free again: what nobody waits for any more was stopped.
    assert cluster.solve(knapsack(), FULL, quiet).status is Status.OPTIMAL


def test_what_waits_for_its_turn_is_taken_back(cluster: Cluster) -> None:
    begun, stop = [threading.Event(), threading.Event()], threading.Event()

    def busy(number: int) -> Any:
        return lambda _stop: cluster.solve(hard_problem(), FULL, lambda _: begun[number].set(), stop)

    def late(_stop: threading.Event) -> Answer:
        assert all(event.wait(30) for event in begun)
        threading.Timer(0.5, stop.set).start()
        return cluster.solve(knapsack(), FULL, quiet, stop)

    found = side_by_side({0: busy(0), 1: busy(1), "late": late}, at_a_time=3)
    assert (found["late"].status, found["late"].limit) == (Status.NO_PLAN_FOUND, Limit.INTERRUPT)
    assert [found[n].status for n in (0, 1)] == [Status.FEASIBLE] * 2


def test_a_command_gives_the_same_at_a_cluster(both: tuple[Running, Cluster], tmp_path: Path) -> None:
    write_workbook(with_basis(small_book()), tmp_path / "small.xlsx")
    documents = []
    for where in ((), ("--dask", both[0].address)):
        arguments = [str(tmp_path / "small.xlsx"), "--json", "--solve-again", *where]
        run = CliRunner().invoke(app, ["library", *arguments])
        assert run.exit_code == 0, run.stderr
        documents.append(json.loads(run.stdout))
        for row in documents[-1]["scenarios"]:
            del row["seconds"]
    assert "2 workers, 2 problems at a time" in run.stderr
    assert documents[0] == documents[1]


def test_a_killed_worker_changes_nothing(tmp_path: Path) -> None:
    """Both workers have been at work when one is killed; what it worked on begins anew at the other one."""
    asked = {f"slow {n}": hard_problem(*SLOW, seed=n) for n in (1, 2)} | {"knapsack": knapsack()}
    with cluster_of(tmp_path, 2) as (running, cluster):
        client, begun, both = cluster._client, threading.Semaphore(0), threading.Event()
        pids = client.run(os.getpid)

        def ask(name: str) -> Any:
            def on_event(_: Event) -> None:
                if name not in told:
                    told.add(name)
                    begun.release()

            def solve(stop: threading.Event) -> Any:
                # A third problem too early might have the two slow ones wait for the same worker.
                assert name.startswith("slow") or both.wait(timeout=60)
                return cluster.solve(asked[name], FULL, on_event, stop)

            return solve

        def kill(_stop: threading.Event) -> int:
            assert begun.acquire(timeout=30)
            assert begun.acquire(timeout=30)
            both.set()
            # On a busy computer the one that began first may be done by now.
            busy = next(address for address, tasks in client.processing().items() if tasks)
            (worker,) = (worker for worker in running.workers if worker.pid == pids[busy])
            worker.kill()
            return worker.wait()

        told: set[str] = set()
        found: dict[str, Any] = side_by_side({"kill": kill, **{name: ask(name) for name in asked}}, at_a_time=4)
        assert found.pop("kill") == -signal.SIGKILL
        assert cluster.workers == 1
    here = answers_at(ChildProcesses(), asked)
    for name in asked:
        assert_same(here[name], found[name])
    assert here["slow 1"].status is Status.OPTIMAL


def test_a_problem_that_kills_every_worker_has_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with cluster_of(tmp_path, 1, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0") as (running, cluster):
        answer = cluster.solve(hard_problem(), FULL, lambda _: running.workers[0].kill())
        assert answer.limit is Limit.CRASH
        assert answer.status in (Status.FAILED, Status.FEASIBLE)
        assert answer.message.endswith("Every worker that was given the problem died.")
        # Nobody is left to take the next one.
        monkeypatch.setattr(module, "ALONE", 1.0)
        answer = cluster.solve(knapsack(), FULL, quiet)
        assert (answer.status, answer.limit) == (Status.FAILED, Limit.CRASH)
        assert answer.message.endswith(f"No worker of the cluster at {running.address} answers any more.")
        with pytest.raises(UsageError, match="has no workers"):
            Cluster(running.address, patience=0.5)


def test_a_worker_with_other_versions_is_refused(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "solved_by", lambda: {**solved_by(), "highspy": "9.9.9"})
    # The scheduler and the workers compare what they are sent; here they are asked what they have.
    with pytest.raises(SolverError, match=r"highspy 9\.9\.9 instead of 1\."):
        cluster.solve(knapsack(), FULL, quiet)
    monkeypatch.setattr(module, "_difference", lambda their: "highspy 1 instead of 2" if their else "")
    with pytest.raises(UsageError, match="would not give the same answers"):
        cluster._refuse_others(5)


def test_nobody_at_the_address_is_said_once() -> None:
    began = time.monotonic()
    with pytest.raises(UsageError, match=r"No Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        Cluster("tcp://127.0.0.1:9", patience=1)
    with pytest.raises(UsageError, match="No Dask scheduler answers at nothing://here"):
        Cluster("nothing://here", patience=1)
    assert time.monotonic() - began < 15


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"inzet\[dask\]"):
        Cluster("tcp://127.0.0.1:9")


def test_a_search_of_which_nobody_asks_for_news_is_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    search = module._Search()
    assert not search.is_set()
    search.asked_at -= module.ALONE + 1
    assert search.is_set()
    search.news()
    assert not search.is_set()


def test_of_the_news_in_between_the_last_is_told_with_the_last_plan() -> None:
    search, plan = module._Search(), np.ones(2)
    for event in (Event(0, 9.0, 1.0, 0.1, plan), Event(0, 9.0, 2.0, 0.2), Event(0, 9.0, 3.0, 0.3), Event(1, 8, 4, 0.4)):
        search.note(event)
    first, second = search.news()
    assert (first.bound, first.solution is plan, second.rank) == (3.0, True, 1)
    assert search.news() == []
