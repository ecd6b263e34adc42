"""Kept plans: found again only when nothing changed, and never trusted unchecked."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from builders import changed, small_book

from inzet.analyses import kept
from inzet.analyses.kept import Shelf, made_of, solved
from inzet.outcome import Limit, Solution, Status
from inzet.scenario.checks import make_scenario
from inzet.scenario.scenario import Scenario
from inzet.schema.book import Book


def scenario_of(book: Book) -> Scenario:
    return make_scenario(book)[0]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "deep" / "kept")


@pytest.fixture(scope="module")
def solution(tmp_path_factory: pytest.TempPathFactory) -> Solution:
    return solved(scenario_of(small_book()), Shelf(None))[0]


def only_file(shelf: Shelf) -> Path:
    assert shelf.folder is not None
    (path,) = shelf.folder.iterdir()
    return path


def test_a_kept_plan_is_the_same_plan(shelf: Shelf, solution: Solution) -> None:
    shelf.keep(solution)
    found = shelf.find(solution.scenario)
    assert found is not None
    assert found.contributions == solution.contributions
    assert found.goals == solution.goals
    assert (found.status, found.solver) == (Status.OPTIMAL, solution.solver)


@pytest.mark.parametrize(
    "other",
    [
        changed(small_book(), "Supply", "INF_COY / 2026-01", units=5),
        changed(small_book(), "Interests", "ALLY", weight=2.4),
    ],
)
def test_another_cell_is_another_question(shelf: Shelf, solution: Solution, other: Book) -> None:
    shelf.keep(solution)
    assert shelf.find(scenario_of(other)) is None


def test_other_limits_code_or_versions_are_other_questions(
    shelf: Shelf, solution: Solution, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.keep(solution)
    asked = solution.scenario
    assert shelf.find(asked, time_limit=5.0) is None
    assert shelf.find(asked, gap=0.5) is None
    assert shelf.find(asked, time_limit=asked.settings.time_limit, gap=asked.settings.gap) is not None
    monkeypatch.setattr(kept, "version", lambda _: "0.0")
    assert shelf.find(asked) is None
    monkeypatch.undo()
    monkeypatch.setattr(kept, "_code_hash", lambda: "other code")
    assert shelf.find(asked) is None


def test_what_failed_or_was_interrupted_is_not_kept(shelf: Shelf, solution: Solution) -> None:
    for status, limit in (
        (Status.FAILED, Limit.CRASH),
        (Status.NO_PLAN_FOUND, Limit.TIME),
        (Status.FEASIBLE, Limit.INTERRUPT),
    ):
        shelf.keep(replace(solution, status=status, limit=limit))
    assert shelf.folder is not None
    assert not shelf.folder.exists()
    shelf.keep(replace(solution, status=Status.FEASIBLE, limit=Limit.TIME))
    found = shelf.find(solution.scenario)
    assert found is not None
    assert (found.status, found.limit) == (Status.FEASIBLE, Limit.TIME)


def test_a_file_that_was_cut_off_or_changed_is_solved_again(shelf: Shelf, solution: Solution) -> None:
    shelf.keep(solution)
    path = only_file(shelf)
    whole = path.read_text()
    path.write_text(whole[:-40])
    assert shelf.find(solution.scenario) is None
    document = json.loads(whole)
    document["goals"][1]["value"] += 1
    path.write_text(json.dumps(document))
    assert shelf.find(solution.scenario) is None, "a plan that is worth something else than it says"
    again, from_kept = solved(solution.scenario, shelf)
    assert not from_kept
    assert again.contributions == solution.contributions
    assert solved(solution.scenario, shelf)[1]


def test_a_folder_that_cannot_be_written_keeps_nothing(tmp_path: Path, solution: Solution) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    Shelf(blocked).keep(solution)
    assert Shelf(blocked).find(solution.scenario) is None
    assert blocked.read_text() == "in the way"


def test_what_a_plan_is_made_of_names_the_solver() -> None:
    asked = made_of(scenario_of(small_book()))
    assert set(asked["versions"]) == {"inzet", "pyomo", "highspy"}
    assert asked["solver_options"]["random_seed"] == 0
