"""The library on a small workbook: outcomes, differences, the command."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from builders import small_book
from typer.testing import CliRunner

from inzet.analyses.library import BASE, Kind, Library, Outcome, Presence, differences, outcome_of, solve_library
from inzet.cli.library import library as command
from inzet.errors import SolverError
from inzet.outcome import Limit, Status
from inzet.schema.book import Book
from inzet.schema.rows import Change
from inzet.solver.messages import Answer
from inzet.solver.place import ChildProcesses, solving_at
from inzet.workbook.writer import write_workbook

RUNNER = CliRunner()
HARD = {"about": "Settings", "row": "readiness_shortfall", "column": "value", "how": "set", "value": "forbidden"}
NO_COMPANIES = {"about": "Supply", "row": "INF_COY / *", "column": "units", "how": "set", "value": "1"}


def app() -> typer.Typer:
    made = typer.Typer()
    made.command()(command)
    return made


def with_changes(*changes: dict[str, str]) -> Book:
    book = small_book()
    return book.with_rows(Change.sheet, [*book.of(Change), *(Change.model_validate(change) for change in changes)])


def saved(book: Book, folder: Path) -> Path:
    path = folder / "book.xlsx"
    write_workbook(book, path)
    return path


@pytest.fixture(scope="module")
def small() -> Library:
    told: list[tuple[str, int, int]] = []
    found = solve_library(
        small_book(), on_done=lambda outcome, done, total: told.append((outcome.scenario, done, total))
    )
    assert sorted(name for name, _, _ in told) == sorted(outcome.scenario for outcome in found.outcomes)
    assert [done for _, done, _ in told] == list(range(1, len(told) + 1))
    return found


def test_the_base_comes_first_and_all_are_there(small: Library) -> None:
    assert [outcome.scenario for outcome in small.outcomes][:3] == [BASE, "FEWER_COMPANIES", "LATER"]
    assert all(outcome.proven and outcome.gap == 0 for outcome in small.outcomes)
    assert small.base.question == ""
    assert small.of("FEWER_COMPANIES").question == "A battalion is disbanded."


def test_an_outcome_says_what_the_plan_holds(small: Library) -> None:
    base = small.base
    assert (len(base.missions), base.considered) == (2, 2)
    assert base.cost == pytest.approx(sum(base.paid.values()))
    assert base.shortfall == sum(base.short.values())
    assert base.value is not None
    assert base.missions["ALTHEA"][0].option == "COMPANY"


def test_differences_are_against_the_base(small: Library) -> None:
    found = {d.mission: d for d in small.differences(small.of("LATER"))}
    assert found["EUPM"].kind is Kind.SHORTER
    assert small.differences(small.base) == ()


def presence(option: str, first: str, last: str, months: int, persons: int = 1, finishing: bool = False) -> Presence:
    return Presence(option, first, last, months, persons, finishing)


TEN = presence("A", "2025-01", "2025-10", 10)


@pytest.mark.parametrize(
    ("before", "after", "kind", "words"),
    [
        ((), (TEN,), Kind.IN, "M in"),
        ((TEN,), (), Kind.OUT, "M out"),
        ((TEN,), (presence("A", "2025-01", "2025-03", 3, finishing=True),), Kind.OUT, "M out"),
        ((TEN,), (presence("B", "2025-01", "2025-10", 10),), Kind.OPTION, "M A -> B"),
        ((TEN,), (presence("A", "2025-01", "2025-08", 8),), Kind.SHORTER, "M 2 months shorter"),
        ((TEN,), (presence("A", "2025-01", "2025-12", 12),), Kind.LONGER, "M 2 months longer"),
        ((TEN,), (presence("A", "2025-02", "2025-11", 10),), Kind.MOVED, "M at another time"),
        ((TEN,), (presence("A", "2025-01", "2025-10", 10, persons=3),), Kind.SIZE, "M +2 persons"),
    ],
)
def test_every_kind_of_difference(
    before: tuple[Presence, ...], after: tuple[Presence, ...], kind: Kind, words: str
) -> None:
    (found,) = differences({"M": before} if before else {}, {"M": after} if after else {})
    assert (found.kind, str(found)) == (kind, words)


def test_a_scenario_that_cannot_be_made_is_a_row_with_its_reason() -> None:
    change = {"about": "Supply", "row": "NOBODY / 2025-01", "column": "units", "how": "set", "value": "1"}
    outcome = outcome_of(with_changes({"scenario": "WRONG", "why": "A slip?", **change}), "WRONG")
    assert outcome.status is Status.FAILED
    assert "NOBODY / 2025-01" in outcome.message
    assert outcome.question == "A slip?"


def test_a_scenario_without_a_plan_says_so(small: Library) -> None:
    changes = [{"scenario": "NONE", "why": "", **NO_COMPANIES}, {"scenario": "NONE", "why": "", **HARD}]
    outcome = outcome_of(with_changes(*changes), "NONE")
    assert outcome.status is Status.INFEASIBLE
    assert outcome.message
    assert Library((small.base, outcome)).differences(outcome) == ()


class Refusing(ChildProcesses):
    """A place that refuses every problem but the first."""

    def __init__(self) -> None:
        self.solves = 0

    def solve(self, *arguments: Any) -> Answer:
        self.solves += 1
        if self.solves > 1:
            raise SolverError("no more today")
        return super().solve(*arguments)


def test_a_scenario_that_the_solver_refuses_is_a_row_and_the_others_go_on() -> None:
    with solving_at(Refusing()):
        found = solve_library(small_book(), gap=0.0)
    said = {(outcome.status, outcome.message) for outcome in found.outcomes}
    assert said == {(Status.OPTIMAL, ""), (Status.FAILED, "no more today")}
    assert len(found.outcomes) == 3


class Stopping(ChildProcesses):
    """One problem at a time; during the second one Ctrl-C is pressed."""

    at_a_time = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        self.solves = 0

    def solve(self, problem: Any, options: Any, on_event: Any, stop: Any = None) -> Answer:
        self.solves += 1
        if self.solves == 2:
            os.kill(os.getpid(), signal.SIGINT)
            assert stop.wait(20)
            return Answer(Status.NO_PLAN_FOUND, Limit.INTERRUPT, (), None, "The search was stopped.", 0.0, "")
        return super().solve(problem, options, on_event, stop)


@pytest.mark.skipif(sys.platform == "win32", reason="signals work otherwise there")
def test_ctrl_c_gives_the_table_of_what_is_done() -> None:
    told: list[str] = []
    with solving_at(Stopping()):
        found = solve_library(small_book(), gap=0.0, on_done=lambda outcome, *_: told.append(outcome.scenario))
    base, stopped, never = found.outcomes
    assert base.proven
    assert told[0] == BASE
    assert "LATER" not in told
    assert (stopped.status, stopped.message) == (Status.NO_PLAN_FOUND, "The search was stopped.")
    assert (never.scenario, never.status, never.message) == ("LATER", Status.NO_PLAN_FOUND, "Stopped before it began.")
    assert found.differences(never) == ()


def test_a_second_run_finds_what_the_first_was_answered(tmp_path: Path) -> None:
    arguments = [str(saved(small_book(), tmp_path)), "--kept", str(tmp_path / "kept"), "--gap", "0", "--json"]
    runs = [RUNNER.invoke(app(), [*arguments, *more]) for more in ((), (), ("--solve-again",))]
    documents = [json.loads(run.stdout) for run in runs]
    assert [run.stderr.splitlines()[-1] for run in runs] == [
        "3 solves, none done before",
        "3 solves, all done before and found again",
        "3 solves, none done before",
    ]
    for document in documents:
        for row in document["scenarios"]:
            del row["seconds"]
    assert documents[0] == documents[1] == documents[2]


def test_the_command_prints_a_row_for_each(tmp_path: Path) -> None:
    run = RUNNER.invoke(app(), [str(saved(small_book(), tmp_path)), "--strict"])
    assert run.exit_code == 0, run.output
    assert "3 of 3 done" in run.stderr
    for word in ("base", "FEWER_COMPANIES", "LATER", "optimal", "against the base", "proven optimal."):
        assert word in run.stdout


def test_json_is_one_document_and_a_failure_is_exit_3(tmp_path: Path) -> None:
    changes = [{"scenario": "NONE", "why": "", **NO_COMPANIES}, {"scenario": "NONE", "why": "", **HARD}]
    path = saved(with_changes(*changes), tmp_path)
    run = RUNNER.invoke(app(), [str(path), "--json", "--scenario", "NONE"])
    assert run.exit_code == 3
    document = json.loads(run.stdout)
    assert document["schema"] == "inzet.library/1"
    assert [(s["scenario"], s["status"]) for s in document["scenarios"]] == [
        ("base", "optimal"),
        ("NONE", "infeasible"),
    ]
    assert {"gap", "value", "shortfall", "missions_in", "cost", "differences", "seconds"} <= set(
        document["scenarios"][0]
    )


def test_an_unknown_scenario_is_bad_use(tmp_path: Path) -> None:
    run = RUNNER.invoke(app(), [str(saved(small_book(), tmp_path)), "--scenario", "LATR"])
    assert run.exit_code == 2
    assert "LATER" in run.stderr


def test_a_limit_without_proof_counts_when_strict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unproven = Outcome(BASE, "", Status.FEASIBLE, gap=0.1, value=1.0, shortfall=0, cost=0.0)
    monkeypatch.setattr(sys.modules[command.__module__], "solve_library", lambda *_, **__: Library((unproven,)))
    path = saved(small_book(), tmp_path)
    assert RUNNER.invoke(app(), [str(path)]).exit_code == 0
    assert RUNNER.invoke(app(), [str(path), "--strict"]).exit_code == 1
