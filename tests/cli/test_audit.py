"""``inzet audit``: whatever is changed in a finished result is found, and what was not changed holds."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from builders import small_book, with_basis
from typer.testing import CliRunner, Result

from inzet.cli import app
from inzet.workbook.writer import write_workbook

RULES = "the tables say what the plan says"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "120"})


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("audit")
    write_workbook(with_basis(small_book()), folder / "small.xlsx")
    assert run("solve", folder / "small.xlsx", "--out", folder / "plan", "--gap", "0").exit_code == 0
    return folder / "plan"


@pytest.fixture
def copied(solved: Path, tmp_path: Path) -> Path:
    """A copy of the result, to be tampered with."""
    return Path(shutil.copytree(solved, tmp_path / "plan"))


def audited(folder: Path) -> dict[str, Any]:
    result = run("audit", folder, "--json")
    found: dict[str, Any] = json.loads(result.stdout)
    assert result.exit_code == (0 if found["ok"] else 1), result.output
    return found


def tampered(folder: Path, change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """What is said of a result of which run.json was changed."""
    document = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    change(document)
    (folder / "run.json").write_text(json.dumps(document), encoding="utf-8")
    return audited(folder)


def sentences(found: dict[str, Any]) -> str:
    return " ".join(f"{violation['where']}: {violation['sentence']}." for violation in found["violations"])


def test_a_result_that_was_left_alone_holds(solved: Path) -> None:
    found = audited(solved)
    assert (found["ok"], found["violations"]) == (True, [])
    assert found["checks"][RULES] > 500
    assert found["checks"]["units in use and in reserve are within the supply"] > 0
    said = " ".join(run("audit", solved).stdout.split())
    assert "Everything holds." in said


def test_a_stay_that_goes_on_too_long_breaks_rules_and_goals(copied: Path) -> None:
    def longer(document: dict[str, Any]) -> None:
        stay = next(stay for stay in document["contributions"] if stay["end"] != "2026-12")
        stay["end"] = "2026-12"

    document = json.loads((copied / "run.json").read_text(encoding="utf-8"))
    if all(stay["end"] == "2026-12" for stay in document["contributions"]):
        found = tampered(copied, lambda changed: changed["contributions"].pop())
    else:
        found = tampered(copied, longer)
    assert not found["ok"]
    assert "the solver claims" in sentences(found)


def test_a_value_that_is_made_up_is_found(copied: Path) -> None:
    def better(document: dict[str, Any]) -> None:
        goal = next(goal for goal in document["goals"] if goal["goal"] == "value")
        goal["value"] += 10
        document["objective"]["value"] += 10

    found = tampered(copied, better)
    assert "the solver claims" in sentences(found)
    assert "better than its bound" in sentences(found)


def test_a_gap_that_is_hidden_is_found(copied: Path) -> None:
    def hidden(document: dict[str, Any]) -> None:
        goal = next(goal for goal in document["goals"] if goal["goal"] == "value")
        goal["bound"] *= 1.5

    assert "the gap of value is given as" in sentences(tampered(copied, hidden))


def test_an_optimum_that_is_not_proven_is_found(copied: Path) -> None:
    found = tampered(copied, lambda document: document["goals"][-1].update(proven=False))
    assert "called optimal, but not every goal is proven" in sentences(found)


def test_a_decision_that_is_turned_in_the_record_is_found(copied: Path) -> None:
    def turned(document: dict[str, Any]) -> None:
        document["decisions"][0]["decision"] = "out" if document["decisions"][0]["decision"] == "in" else "in"

    assert "decision of" in sentences(tampered(copied, turned))
    assert "has not the" in sentences(tampered(copied, lambda document: document["decisions"].pop()))


def test_objective_and_goals_must_agree(copied: Path) -> None:
    found = tampered(copied, lambda document: document["objective"].update(value=1.0))
    assert "objective says 1.0 for value" in sentences(found)


@pytest.mark.parametrize("name", ["decisions", "money", "unit_use", "readiness", "value"])
def test_a_number_changed_in_a_table_is_found(copied: Path, name: str) -> None:
    path = copied / "tables" / f"{name}.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines[1:], start=1):
        cells = line.split(",")
        place = next((i for i, cell in enumerate(cells) if cell.replace(".", "", 1).isdigit()), None)
        if place is not None:
            cells[place] = str(float(cells[place]) + 1)
            lines[number] = ",".join(cells)
            break
    else:
        raise AssertionError(f"{name} has no number")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (violation,) = audited(copied)["violations"]
    assert (violation["check"], violation["where"]) == (RULES, f"{name}.csv")
    assert f"row {number + 1}" in violation["sentence"]


def test_a_table_that_is_gone_or_cut_off_is_found(copied: Path) -> None:
    (copied / "tables" / "money.csv").unlink()
    path = copied / "tables" / "decisions.csv"
    path.write_text("\n".join(path.read_text(encoding="utf-8").splitlines()[:-1]) + "\n", encoding="utf-8")
    said = sentences(audited(copied))
    assert "money.csv: it cannot be read" in said
    assert "decisions.csv: it has" in said


def test_a_workbook_that_was_changed_is_refused(copied: Path) -> None:
    workbook = openpyxl.load_workbook(copied / "input.xlsx")
    sheet = workbook["Interests"]
    weight = [cell.value for cell in sheet[1]].index("weight") + 1
    sheet.cell(2, weight).value = 9
    workbook.save(copied / "input.xlsx")
    result = run("audit", copied)
    assert result.exit_code == 2
    assert "is not what the result was made from" in " ".join(result.output.split())


def test_what_is_no_result_is_refused(tmp_path: Path) -> None:
    assert run("audit", tmp_path).exit_code == 2
