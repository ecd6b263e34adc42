"""``inzet compare``, run as a planner runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from builders import changed, with_basis
from comparisons import compared_book

from inzet.workbook.writer import write_workbook

GOOD = "FEW_EXPERTS,DEARER_ALLY"


def inzet(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "inzet", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False, timeout=300)


@pytest.fixture(scope="module")
def where(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compare")
    write_workbook(with_basis(compared_book()), folder / "small.xlsx")
    return folder


@pytest.fixture(scope="module")
def first(where: Path) -> subprocess.CompletedProcess[str]:
    return inzet("compare", "small.xlsx", "--scenarios", GOOD, cwd=where)


def test_one_command_writes_the_comparison(where: Path, first: subprocess.CompletedProcess[str]) -> None:
    assert first.returncode == 0, first.stderr
    written = where / "results" / "small" / "compare"
    assert {path.name for path in written.iterdir()} == {
        *("figures", "tables", "compare.xlsx", "compare.html", "compare.json", ".written.json")
    }
    assert "3 of 3 options proven optimal" in first.stdout
    assert "0 of 3 options were solved before" in first.stdout
    assert "3 of 3 options planned" in first.stderr
    assert max(len(line) for line in first.stdout.splitlines() if line.startswith("│")) <= 130


def test_the_second_run_says_that_nothing_was_solved(where: Path, first: subprocess.CompletedProcess[str]) -> None:
    again = inzet("compare", "small.xlsx", "--scenarios", GOOD, cwd=where)
    assert again.returncode == 0, again.stderr
    assert "All 3 options were solved before and are unchanged; nothing was solved again." in again.stdout
    anew = inzet("compare", "small.xlsx", "--scenarios", GOOD, "--solve-again", "--out", "anew", cwd=where)
    assert "0 of 3 options were solved before" in anew.stdout


def test_a_changed_cell_solves_what_it_changes(where: Path, first: subprocess.CompletedProcess[str]) -> None:
    book = changed(compared_book(), "Supply", "EXPERT / 2025-01", units=9)
    write_workbook(with_basis(book), where / "changed.xlsx")
    run = inzet("compare", "changed.xlsx", "--scenarios", GOOD, "--json", cwd=where)
    document = json.loads(run.stdout)
    # FEW_EXPERTS sets the same cell itself, so it is the same question as before.
    assert {name: told["kept"] for name, told in document["timings"].items()} == {
        "base": False,
        "FEW_EXPERTS": True,
        "DEARER_ALLY": False,
    }


def test_without_names_everything_is_compared_and_what_fails_is_a_row(where: Path) -> None:
    run = inzet("compare", "small.xlsx", "--out", "all", "--json", cwd=where)
    assert run.returncode == 3
    document: dict[str, Any] = json.loads(run.stdout)
    outcomes = {option["name"]: option["outcome"] for option in document["options"]}
    assert outcomes == {
        "base": "optimal",
        "NO_COMPANY": "optimal",
        "FEW_EXPERTS": "optimal",
        "DEARER_ALLY": "optimal",
        "IMPOSSIBLE": "infeasible",
        "WRONG": "failed",
        "priorities-ALLY_FIRST": "optimal",
        "priorities-CHEAPEST": "optimal",
    }
    assert json.loads((where / "all" / "compare.json").read_text())["options"] == document["options"]


def test_finished_results_and_priorities_are_taken_as_well(where: Path) -> None:
    solved = inzet("solve", "small.xlsx", "--priorities", "CHEAPEST", cwd=where)
    assert solved.returncode == 0, solved.stderr
    result = where / "results" / "small" / "priorities-CHEAPEST"
    run = inzet("compare", result, "small.xlsx", "--scenarios", "FEW_EXPERTS", "--out", "mixed", "--json", cwd=where)
    assert run.returncode == 0, run.stderr
    document = json.loads(run.stdout)
    assert [o["name"] for o in document["options"]] == ["priorities-CHEAPEST", "base", "FEW_EXPERTS"]
    assert document["timings"]["priorities-CHEAPEST"]["kept"] is True
    (row,) = (r for r in document["regret"] if (r["plan"], r["world"]) == ("base", "priorities-CHEAPEST"))
    assert row["goal"] == "cost"
    assert row["amount"] > 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda run: run["contributions"].pop(0), "the independent check rejects the plan"),
        (lambda run: [goal.update(bound=1e6, gap=1e5) for goal in run["goals"]], "is called proven, but is"),
        (lambda run: run.update(goals=[{"goal": "value"}]), "cannot be read"),
    ],
)
def test_a_finished_result_that_no_longer_holds_is_a_failed_column(
    where: Path, tmp_path: Path, change: Callable[[dict[str, Any]], object], reason: str
) -> None:
    assert inzet("solve", "small.xlsx", "--out", tmp_path / "plan", cwd=where).returncode == 0
    run = json.loads((tmp_path / "plan" / "run.json").read_text(encoding="utf-8"))
    change(run)
    (tmp_path / "plan" / "run.json").write_text(json.dumps(run), encoding="utf-8")
    again = inzet("compare", tmp_path / "plan", tmp_path / "plan", "--out", tmp_path / "all", "--json", cwd=where)
    assert again.returncode == 3, again.stderr
    for option in json.loads(again.stdout)["options"]:
        assert (option["outcome"], option["value"], option["decisions"]) == ("failed", None, {})
        assert reason in option["message"]


def test_the_same_name_from_two_workbooks_is_told_apart(where: Path, first: subprocess.CompletedProcess[str]) -> None:
    write_workbook(with_basis(compared_book()), where / "other.xlsx")
    run = inzet("compare", "small.xlsx", "other.xlsx", "--scenarios", GOOD, "--out", "two", "--json", cwd=where)
    names = [option["name"] for option in json.loads(run.stdout)["options"]]
    assert names[0] == "small base"
    assert names[3] == "other base"
    assert len(set(names)) == 6


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["small.xlsx", "--scenarios", "FEW_EXPRTS"], "Did you mean"),
        (["small.xlsx", "--priorities", "ALY_FIRST"], "Did you mean"),
        (["missing.xlsx"], "missing.xlsx"),
    ],
)
def test_bad_use_writes_nothing(where: Path, arguments: list[str], words: str) -> None:
    run = inzet("compare", *arguments, "--out", "nothing", cwd=where)
    assert run.returncode == 2
    assert words in run.stdout + run.stderr
    assert not (where / "nothing").exists()


def test_a_plan_is_not_written_over(where: Path, first: subprocess.CompletedProcess[str]) -> None:
    assert inzet("solve", "small.xlsx", "--out", "plan", cwd=where).returncode == 0
    run = inzet("compare", "small.xlsx", "--scenarios", GOOD, "--out", "plan", cwd=where)
    assert run.returncode == 2
    assert "compare.json" in run.stderr
    assert (where / "plan" / "run.json").exists()
