"""``inzet assumptions``: what it prints, what it writes, and how it exits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import impossible
import openpyxl
import pytest
from builders import small_book, with_basis
from typer.testing import CliRunner, Result

from inzet.analyses.assumptions.examine import Ground
from inzet.analyses.finished import read_result
from inzet.cli import app
from inzet.reports.assumptions.document import ASSUMPTIONS_KEYS
from inzet.reports.assumptions.standing import NOT_EXAMINED
from inzet.schema.rows import Basis
from inzet.workbook.writer import write_workbook

RANGES = [("Interests", "ALLY", "weight", 0.0, 30.0), ("Supply", "EXPERT / 2025-01", "units", 4, 12)]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "120"})


def words(result: Result) -> str:
    return " ".join(result.stdout.split())


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small plan, with two numbers that are assumed; the others are said to be derived."""
    path = tmp_path_factory.mktemp("assumptions") / "small.xlsx"
    book = with_basis(small_book())
    derived = [row.model_copy(update={"basis": "derived", "low": None, "high": None}) for row in book.of(Basis)]
    ranged = [
        Basis.model_validate(
            {"about": about, "row": row, "column": column, "basis": "assumed", "low": low, "high": high, "why": "?"}
        )
        for about, row, column, low, high in RANGES
    ]
    write_workbook(book.with_rows(Basis.sheet, [*derived, *ranged]), path)
    return path


@pytest.fixture(scope="module")
def examined(workbook: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run."""
    out = tmp_path_factory.mktemp("out") / "examined"
    result = run("assumptions", workbook, "--draws", 8, "--seed", 2, "--out", out)
    assert result.exit_code == 0, result.output
    return out


def record(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "assumptions.json").read_text(encoding="utf-8"))
    return found


def front(path: Path) -> str:
    sheet = openpyxl.load_workbook(path)["Summary"]
    return " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)


def test_the_document_has_its_keys(examined: Path) -> None:
    found = record(examined)
    assert set(found) == set(ASSUMPTIONS_KEYS)
    assert (found["seed"], found["asked"], found["drawn"], found["looked_at"]) == (2, 8, 8, 2)
    assert found["whole"]
    assert {row["mission"] for row in found["decisions"]} == {"ALTHEA", "EUPM"}
    assert {row["ground"] for row in found["decisions"]} <= {ground.value for ground in Ground}
    assert [row["number"] for row in found["numbers"]] == ["Interests ALLY weight", "Supply EXPERT / 2025-01 units"]
    assert len(found["draws"]) == 8
    hanging = [row for row in found["decisions"] if row["ground"] == Ground.HANGS.value]
    assert hanging, "with four experts not everything can go on"


def test_the_folder_is_a_plan_with_the_answer_on_its_front_sheet(examined: Path) -> None:
    assert read_result(examined).scenario.label == "base"
    summary = front(examined / "plan.xlsx")
    assert NOT_EXAMINED not in summary
    assert "What hangs on assumptions" in summary
    assert "stands whatever we assume" in summary
    names = {path.name for path in (examined / "figures").iterdir()}
    assert {"assumption_shares.png", "assumption_shares.svg", "assumption_turns.png"} <= names
    sheets = openpyxl.load_workbook(examined / "assumptions.xlsx")
    assert sheets.sheetnames == ["Summary", "Decisions", "Turning points", "Numbers", "Draws"]
    assert sheets["Numbers"].max_row == 4 + 2
    assert sheets["Draws"].max_row == 4 + 8
    turns = sum(len(row["alone"]) for row in record(examined)["decisions"])
    assert sheets["Turning points"].max_row == 4 + turns


def test_a_later_plan_of_the_same_question_takes_the_answer(workbook: Path, examined: Path, tmp_path: Path) -> None:
    out = tmp_path / "plan"
    assert run("solve", workbook, "--out", out, "--assumptions", examined).exit_code == 0
    assert "What hangs on assumptions" in front(out / "plan.xlsx")
    assert run("solve", workbook, "--out", out).exit_code == 0
    assert NOT_EXAMINED in front(out / "plan.xlsx")


def test_an_answer_to_another_question_is_refused(examined: Path, tmp_path: Path) -> None:
    write_workbook(with_basis(small_book()), tmp_path / "other.xlsx")
    result = run("solve", tmp_path / "other.xlsx", "--out", tmp_path / "plan", "--assumptions", examined)
    assert result.exit_code == 2
    assert "is about another question" in " ".join(result.output.split())
    assert not (tmp_path / "plan").exists()
    nothing = run("solve", tmp_path / "other.xlsx", "--out", tmp_path / "plan", "--assumptions", tmp_path)
    assert nothing.exit_code == 2
    assert "is no result of inzet assumptions" in " ".join(nothing.output.split())


def test_the_same_seed_gives_the_same_document(workbook: Path, examined: Path, tmp_path: Path) -> None:
    result = run("assumptions", workbook, "--draws", 8, "--seed", 2, "--out", tmp_path / "again", "--json")
    assert result.exit_code == 0
    said = json.loads(result.stdout)
    assert said.pop("folder") == str(tmp_path / "again")
    assert said == record(examined)
    assert (tmp_path / "again" / "assumptions.xlsx").read_bytes() == (examined / "assumptions.xlsx").read_bytes()
    other = run("assumptions", workbook, "--draws", 8, "--seed", 3, "--out", tmp_path / "other", "--json")
    assert json.loads(other.stdout)["draws"] != said["draws"]


def test_the_words_name_what_a_decision_hangs_on(workbook: Path, examined: Path, tmp_path: Path) -> None:
    result = run("assumptions", workbook, "--draws", 0, "--out", tmp_path / "alone")
    assert result.exit_code == 0
    said = words(result)
    assert "2 assumed numbers from the lowest to the highest" in said
    assert "Supply EXPERT / 2025-01 units" in said
    assert "hangs on" in said
    assert "0 draws of all assumed numbers, then 2 assumed numbers one by one" in " ".join(result.stderr.split())


def test_a_workbook_without_a_plan_says_why(tmp_path: Path) -> None:
    write_workbook(with_basis(impossible.three_months_short()), tmp_path / "none.xlsx")
    result = run("assumptions", tmp_path / "none.xlsx", "--out", tmp_path / "out")
    assert result.exit_code == 3
    assert "cannot be kept together" in words(result)
    assert not (tmp_path / "out").exists()
