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
    assert "Everything else holds." in said


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
    assert "objective of value is 1.0, elsewhere it is" in sentences(found)


def test_a_goal_proven_further_from_its_bound_than_the_gap_asked_for_is_found(copied: Path) -> None:
    """Bound and gap go together, only the word does not."""

    def looser(document: dict[str, Any]) -> None:
        goal = next(goal for goal in document["goals"] if goal["goal"] == "value")
        goal["bound"] *= 1.5
        goal["gap"] = 0.5
        document["bound"], document["gap"] = goal["bound"], goal["gap"]

    found = tampered(copied, looser)
    assert "value is called proven, but is 50.00% from its bound; asked for was 0.00%" in sentences(found)
    assert len(found["violations"]) == 1


def test_a_gap_that_was_asked_for_is_allowed(copied: Path) -> None:
    """With half of the best asked for, a bound that is half as much again proves what was asked."""

    def looser(document: dict[str, Any]) -> None:
        goal = next(goal for goal in document["goals"] if goal["goal"] == "value")
        goal["bound"] *= 1.5
        goal["gap"] = document["asked"]["gap"] = 0.5
        document["bound"], document["gap"] = goal["bound"], goal["gap"]

    assert tampered(copied, looser)["ok"]


def test_an_optimum_of_a_search_that_was_stopped_is_found(copied: Path) -> None:
    found = tampered(copied, lambda document: document.update(limit="time"))
    assert "called optimal, but the search was stopped (time)" in sentences(found)


def test_a_goal_that_nobody_asked_for_is_found(copied: Path) -> None:
    def renamed(document: dict[str, Any]) -> None:
        document["goals"][-1]["goal"] = "glory"
        document["objective"]["glory"] = document["goals"][-1]["value"]

    assert "nobody asked for a goal called glory" in sentences(tampered(copied, renamed))


@pytest.mark.parametrize("key", ["bound", "gap", "title"])
def test_what_stands_at_the_top_is_held_against_the_rest(copied: Path, key: str) -> None:
    found = tampered(copied, lambda document: document.update({key: 7}))
    assert f"{key} is 7, elsewhere it is" in sentences(found)


def test_a_bound_that_is_no_number_is_found(copied: Path) -> None:
    def no_number(document: dict[str, Any]) -> None:
        for goal in document["goals"]:
            goal["bound"] = float("nan")

    said = sentences(tampered(copied, no_number))
    assert "better than its bound" in said
    assert "called proven" in said


def test_units_that_are_no_whole_number_are_refused(copied: Path) -> None:
    document = json.loads((copied / "run.json").read_text(encoding="utf-8"))
    document["contributions"][0]["units"] = [{"capability": "TROOPS", "unit": "COMPANY", "number": 1.5}]
    (copied / "run.json").write_text(json.dumps(document), encoding="utf-8")
    result = run("audit", copied)
    assert result.exit_code == 2
    assert "1.5 is not a whole number" in " ".join(result.output.split())


def test_an_option_that_the_workbook_does_not_know_is_refused(copied: Path) -> None:
    document = json.loads((copied / "run.json").read_text(encoding="utf-8"))
    document["contributions"][0]["option"] = "NONE"
    (copied / "run.json").write_text(json.dumps(document), encoding="utf-8")
    result = run("audit", copied)
    assert result.exit_code == 2
    assert "which input.xlsx does not know" in " ".join(result.output.split())


def test_what_was_not_looked_at_is_named(solved: Path, tmp_path: Path) -> None:
    found = audited(solved)["not_looked_at"]
    assert {"plan.xlsx", "figures/", "solver.log", "tables/columns.csv"} == set(found)
    assert "Not looked at: figures/, plan.xlsx, solver.log, tables/columns.csv" in run("audit", solved).stdout
    arguments = ("--out", tmp_path / "explained", "--kept", tmp_path / "kept", "--explain")
    assert run("solve", solved / "input.xlsx", *arguments).exit_code == 0
    assert {"tables/margins.csv", "margins in run.json"} <= set(audited(tmp_path / "explained")["not_looked_at"])


def test_how_far_was_searched_is_recorded_and_no_other_question(solved: Path, tmp_path: Path) -> None:
    def asked(*arguments: object) -> tuple[dict[str, Any], str]:
        assert run("solve", *arguments, "--out", tmp_path / "plan").exit_code == 0
        document = json.loads((tmp_path / "plan" / "run.json").read_text(encoding="utf-8"))
        return document["asked"], document["content_hash"]

    settings = small_book().settings
    by_option, hashed = asked(solved / "input.xlsx", "--gap", "0.25", "--time-limit", "50")
    assert by_option == {"gap": 0.25, "time_limit": 50.0}
    as_it_stands, same = asked(solved / "input.xlsx")
    assert as_it_stands == {"gap": settings.gap, "time_limit": settings.time_limit}
    other = small_book().with_settings(settings.model_copy(update={"gap": 0.25, "time_limit": 50}))
    write_workbook(with_basis(other), tmp_path / "other.xlsx")
    by_workbook, again = asked(tmp_path / "other.xlsx")
    assert by_workbook == by_option
    assert hashed == same == again


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
