"""``inzet alternatives``: what it prints, what it writes, and how it exits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from builders import changed, with_basis
from turning import turning_book
from typer.testing import CliRunner, Result

from inzet.cli import app
from inzet.cli.options import share_of
from inzet.errors import UsageError
from inzet.reports.alternatives.document import ALTERNATIVES_KEYS
from inzet.workbook.writer import write_workbook


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "100"})


def words(result: Result) -> str:
    return " ".join(result.stdout.split())


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("turning") / "turning.xlsx"
    write_workbook(with_basis(turning_book()), path)
    return path


@pytest.fixture(autouse=True)
def kept_apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("INZET_KEPT", str(tmp_path / "kept"))


def document(*arguments: object) -> dict[str, Any]:
    result = run("alternatives", *arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_the_words_planners_use(book: Path) -> None:
    result = run("alternatives", book, "--within", "0%")
    assert result.exit_code == 0, result.output
    said = words(result)
    assert "Core: in every plan that good" in said
    assert "Contested: in some of them and not in others (2 missions)" in said
    assert "Out: in no plan that good" in said
    assert "exclude each other ONE and OTHER: no plan that good has both in; no plan at all can" in said
    assert "all these plans are ties" in said
    assert "Plan 1:" in said
    assert "comes in" in said
    assert "goes out" in said
    assert "the rest differs only in months" in said
    assert "questions answered: missions" in result.stderr


def test_the_document_has_core_contested_out_and_plans(book: Path) -> None:
    found = document(book, "--within", "60 %", "--plans", "2")
    assert found["schema"] == "inzet.alternatives/1"
    assert set(found) == {*ALTERNATIVES_KEYS, "folder"}
    assert found["within"] == 0.6
    assert found["contested"] == ["NORTH", "ONE", "OTHER", "SOUTH"]
    every = {*found["core"], *found["contested"], *found["out"]}
    assert every == {row["mission"] for row in found["missions"]}
    assert len(found["core"]) + len(found["contested"]) + len(found["out"]) == len(every) == 8
    assert found["not_settled"] == {"missions": [], "options": [], "pairs": []}
    assert len(found["plans"]) == 2
    for plan in found["plans"]:
        assert plan["swaps"]
        assert plan["proven"]
        assert plan["value"] >= found["limit"] - 1e-6
        assert plan["less"] == pytest.approx(found["best_value"] - plan["value"])
    assert found["best"]["swaps"] == []
    solves = found["solves"]
    parts = [number for key, number in solves.items() if key not in ("total", "two_for_every_mission", "sentence")]
    assert (solves["total"], solves["two_for_every_mission"]) == (sum(parts), 16)
    assert [(pair["kind"], pair["mission"], pair["other"], pair["anyway"]) for pair in found["pairs"]] == [
        ("exclude each other", "NORTH", "SOUTH", True),
        ("exclude each other", "ONE", "OTHER", True),
    ]


@pytest.mark.parametrize(
    ("text", "share"), [("1%", 0.01), ("1 %", 0.01), (" 0.01 ", 0.01), ("0,5%", 0.005), ("0", 0.0), ("100%", 1.0)]
)
def test_a_share_as_planners_write_it(text: str, share: float) -> None:
    assert share_of(text) == pytest.approx(share)


@pytest.mark.parametrize("text", ["", "%", "one", "1", "5", "-1%", "-0.1", "101%", "nan", "inf", "1%%", "1 percent"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"write 1% or 0\.01"):
        share_of(text)


def test_a_bad_share_ends_with_words_and_writes_nothing(book: Path, tmp_path: Path) -> None:
    result = run("alternatives", book, "--within", "much", "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "“much” is no share; write 1% or 0.01." in result.stderr
    assert "Traceback" not in result.output
    assert not (tmp_path / "out").exists()


def test_a_folder_is_written_whole_and_replaced_only_by_its_like(book: Path, tmp_path: Path) -> None:
    out = tmp_path / "near"
    result = run("alternatives", book, "--within", "0%", "--out", out)
    assert result.exit_code == 0, result.output
    assert {path.name for path in out.iterdir()} == {
        "alternatives.xlsx",
        "alternatives.png",
        "alternatives.svg",
        "alternatives.json",
        ".written.json",
    }
    sheets = openpyxl.load_workbook(out / "alternatives.xlsx")
    assert sheets.sheetnames == ["Summary", "Missions", "Plans", "Swaps", "Pairs"]
    assert json.loads((out / "alternatives.json").read_text(encoding="utf-8"))["contested"] == ["ONE", "OTHER"]
    assert run("alternatives", book, "--within", "0%", "--out", out).exit_code == 0
    other = tmp_path / "other"
    other.mkdir()
    (other / "notes.txt").write_text("mine", encoding="utf-8")
    refused = run("alternatives", book, "--within", "0%", "--out", other)
    assert refused.exit_code == 2
    assert (other / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_no_plan_at_all_is_said_with_why(tmp_path: Path) -> None:
    short = changed(turning_book(), "Supply", "COY / 2025-01", units=1)
    write_workbook(with_basis(changed(short, "Missions", "BIG", mandated=True)), tmp_path / "none.xlsx")
    result = run("alternatives", tmp_path / "none.xlsx", "--out", tmp_path / "out")
    assert result.exit_code == 3
    assert "No plan" in words(result)
    assert not (tmp_path / "out").exists()


def test_priorities_and_scenarios_are_planned_under(book: Path) -> None:
    refused = run("alternatives", book, "--scenario", "NO_SUCH")
    assert refused.exit_code == 2
    refused = run("alternatives", book, "--priorities", "NO_SUCH")
    assert refused.exit_code == 2
