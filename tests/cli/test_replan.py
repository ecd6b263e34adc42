"""``inzet replan``: what it prints, what it writes, and how it exits."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from builders import changed, small_book, with_basis
from refusing import Refusing
from typer.testing import CliRunner, Result

from inzet.analyses.finished import read_result
from inzet.analyses.second_opinion import second_opinion
from inzet.cli import app, place
from inzet.plan.audit import audit
from inzet.plan.ledger import Ledger
from inzet.plan.renewed import CHANGES
from inzet.reports.replan.cases import CASES_KEYS
from inzet.reports.replan.document import REPLAN_KEYS
from inzet.scenario.history import Wish
from inzet.scenario.scenario import Scenario
from inzet.schema.book import Book
from inzet.schema.rows import Change, Supply
from inzet.solve import Model, prepare
from inzet.workbook.writer import write_workbook

TURNS = ("kept", "recalled", "prolonged", "moved", "other_units", "dropped", "started")


def eventful_book() -> Book:
    """The small plan, with experts that may be lost and a fund that may be cut."""
    rows = [row for row in small_book().of(Supply) if row.unit != "EXPERT"]
    rows += [Supply(unit="EXPERT", first_month="2025-01", last_month="2025-12", units=10)]
    rows += [Supply(unit="EXPERT", first_month="2026-01", units=10)]
    lost = {"scenario": "LOST", "about": "Supply", "row": "EXPERT / 2026-01", "column": "units"}
    sooner = {"scenario": "AT_ONCE", "about": "Supply", "row": "EXPERT / 2025-01", "column": "units"}
    changes = [
        Change.model_validate({**row, "how": "set", "value": "8", "why": "Eight experts are left."})
        for row in (lost, sooner)
    ]
    book = small_book().with_rows("Supply", rows).with_rows("Scenarios", changes)
    return with_basis(changed(book, "Missions", "EUPM", recall_notice_days=61, max_stays=2))


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "100"})


def words(result: Result) -> str:
    return " ".join(result.stdout.split())


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The result of the plan that runs."""
    folder = tmp_path_factory.mktemp("running")
    write_workbook(eventful_book(), folder / "book.xlsx")
    assert run("solve", folder / "book.xlsx", "--out", folder / "base", "--gap", "0").exit_code == 0
    return folder / "base"


def document(*arguments: object) -> dict[str, Any]:
    result = run("replan", *arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_nothing_changed(base: Path) -> None:
    result = run("replan", base, "--as-of", "2025-10")
    assert result.exit_code == 0, result.output
    said = words(result)
    assert "The running plan keeps every rule as the world is now." in said
    assert "Nothing has to change: the running plan is as good as any." in said
    assert "0 changes" in said
    assert "finding the best plan" in result.stderr
    found = document(base, "--as-of", "2025-10")
    running = json.loads((base / "run.json").read_text(encoding="utf-8"))
    assert found["contributions"] == running["contributions"]
    assert (found["changes"], found["running_plan"]) == (0, {"ok": True, "broken": []})
    assert [row["changes"] for row in found["curve"]] == [0]
    assert len(found["kept"]) == len(running["contributions"]) == 2


def test_units_that_are_lost_are_said_with_everything_that_follows(base: Path) -> None:
    found = document(base, "--as-of", "2025-10", "--scenario", "LOST")
    assert found["schema"] == "inzet.replan/1"
    assert found["scenario"] == "LOST"
    assert not found["running_plan"]["ok"]
    assert set(found) == {*REPLAN_KEYS, "folder"} >= {*TURNS, "changes", "curve"}
    (recalled,), (started,), (kept,) = found["recalled"], found["started"], found["kept"]
    assert (recalled["mission"], recalled["end"], recalled["notice_days"]) == ("EUPM", "2025-12", 61)
    assert recalled["was"]["end"] == "2026-12"
    assert (started["mission"], started["option"], started["start"]) == ("EUPM", "FIVE", "2026-01")
    assert started["was"] is None
    assert kept["mission"] == "ALTHEA"
    assert (found["changes"], found["least"]["changes"]) == (2, 1)
    first, second = found["curve"]
    assert (first["changes"], second["changes"]) == (1, 2)
    assert first["value"] == found["least"]["value"] < second["value"] == found["value"]
    said = words(run("replan", base, "--as-of", "2025-10", "--scenario", "LOST"))
    assert (
        "The running plan no longer keeps the rules: 1 breach. 2 EXPERT too many in use, January to December 2026."
        in said
    )
    assert "home after December 2025 instead of December 2026, at 61 days' notice." in said
    assert "The fewest changes that keep the rules: 1 change" in said
    assert "1 at most" in said


def test_a_cap_or_a_price_takes_fewer_changes(base: Path) -> None:
    lost = (base, "--as-of", "2025-10", "--scenario", "LOST")
    assert document(*lost, "--max-changes", "1")["changes"] == 1
    assert document(*lost, "--change-price", "1000")["changes"] == 1
    assert document(*lost, "--change-price", "0.1")["changes"] == 2
    refused = run("replan", *lost, "--max-changes", "0")
    assert refused.exit_code == 2
    assert "at least 1 are needed" in refused.output


def test_what_is_wished_is_a_part_of_the_question(base: Path, tmp_path: Path) -> None:
    lost = (base, "--as-of", "2025-10", "--scenario", "LOST", "--gap", "0.001", "--time-limit", "60")
    wishes = {"any": (), "capped": ("--max-changes", "1"), "priced": ("--change-price", "1000")}
    asked, hashes = {}, {}
    for name, wish in wishes.items():
        told = document(*lost, *wish, "--out", tmp_path / name)
        written = json.loads((tmp_path / name / "run.json").read_text(encoding="utf-8"))
        assert (told["asked"], told["content_hash"]) == (written["asked"], written["content_hash"])
        asked[name], hashes[name] = written["asked"], written["content_hash"]
        assert read_result(tmp_path / name).scenario.content_hash == hashes[name]
    assert asked["any"] == {"gap": 0.001, "time_limit": 60.0, "max_changes": None, "change_price": 0.0}
    assert asked["capped"] == asked["any"] | {"max_changes": 1}
    assert asked["priced"] == asked["any"] | {"change_price": 1000.0}
    assert len(set(hashes.values())) == len(wishes)


def told_otherwise(folder: Path, change: Callable[[dict[str, Any]], object]) -> Result:
    """What the audit says of a plan made anew of which run.json was changed."""
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    change(record)
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    return run("audit", folder, "--json")


def test_the_audit_counts_the_changes_itself(base: Path, tmp_path: Path) -> None:
    def fewer(record: dict[str, Any]) -> None:
        goal = next(goal for goal in record["goals"] if goal["goal"] == CHANGES)
        goal["value"] = goal["bound"] = record["objective"][CHANGES] = goal["value"] - 1

    out = tmp_path / "anew"
    document(base, "--as-of", "2025-10", "--scenario", "LOST", "--out", out)
    held = run("audit", out, "--json")
    assert held.exit_code == 0, held.output
    assert {"replan.json", "replan.xlsx", "curve.png"} <= set(json.loads(held.stdout)["not_looked_at"])
    found = told_otherwise(out, fewer)
    assert found.exit_code == 1
    (violation,) = json.loads(found.stdout)["violations"]
    assert violation["sentence"] == f"the solver claims 1 for {CHANGES}, the plan comes to 2"


def test_another_wish_than_the_plan_was_made_with_is_refused(base: Path, tmp_path: Path) -> None:
    out = tmp_path / "anew"
    document(base, "--as-of", "2025-10", "--scenario", "LOST", "--max-changes", "1", "--out", out)
    assert run("audit", out).exit_code == 0
    refused = told_otherwise(out, lambda record: record["asked"].update(max_changes=0))
    assert refused.exit_code == 2
    assert "is not what the result was made from" in " ".join(refused.output.split())


def test_more_changes_than_asked_for_are_found(base: Path, tmp_path: Path) -> None:
    out = tmp_path / "anew"
    document(base, "--as-of", "2025-10", "--scenario", "LOST", "--out", out)
    finished = read_result(out)
    history = finished.scenario.history
    assert history is not None
    scenario = replace(finished.scenario, history=replace(history, wish=Wish(most=1)))
    said = [violation.sentence for violation in second_opinion(replace(finished, scenario=scenario)).violations]
    assert said == ["the plan makes 2 changes, at most 1 were asked for"]


def test_a_folder_is_written_that_can_be_made_anew_again(base: Path, tmp_path: Path) -> None:
    out = tmp_path / "anew"
    result = run("replan", base, "--as-of", "2025-10", "--scenario", "LOST", "--out", out)
    assert result.exit_code == 0, result.output
    names = {"replan.xlsx", "replan.json", "curve.png", "curve.svg", "run.json", "input.xlsx", "plan.xlsx"}
    names |= {"tables", "figures", ".written.json"}
    assert {path.name for path in out.iterdir()} == names
    assert json.loads((out / "replan.json").read_text(encoding="utf-8"))["changes"] == 2
    sheets = openpyxl.load_workbook(out / "replan.xlsx")
    assert sheets.sheetnames == ["Summary", "Changes", "Fewest changes", "Curve", "Before and after"]
    assert [sheets["Changes"].cell(row, 3).value for row in (5, 6)] == ["recalled", "started"]
    assert [sheets["Curve"].cell(row, 1).value for row in (5, 6)] == [1, 2]
    assert sheets["Before and after"].max_row == 7
    finished = read_result(out)
    assert finished.scenario.history is not None
    assert audit(Ledger(finished.scenario, finished.contributions)).ok
    again = document(out, "--as-of", "2026-02")
    assert (again["changes"], len(again["kept"])) == (0, 3)
    assert again["scenario"] == "LOST"


def test_the_workbook_of_now_may_be_another(base: Path, tmp_path: Path) -> None:
    write_workbook(changed(eventful_book(), "Supply", "EXPERT / 2026-01", units=8), tmp_path / "now.xlsx")
    found = document(base, "--as-of", "2025-10", "--workbook", tmp_path / "now.xlsx")
    assert (found["changes"], found["scenario"]) == (2, "base")


def test_what_cannot_be_repaired_is_said_with_its_conflict(base: Path) -> None:
    result = run("replan", base, "--as-of", "2025-10", "--scenario", "AT_ONCE", "--json")
    assert result.exit_code == 3
    said = json.loads(result.stdout)
    assert said["outcome"] == "infeasible"
    assert any(member["what"] == "EXPERT" for member in said["conflict"]["members"])
    told = run("replan", base, "--as-of", "2025-10", "--scenario", "AT_ONCE")
    assert told.exit_code == 3
    assert "what had begun of EU Partnership Mission Moldova (EUPM)" in words(told)
    short = document(base, "--as-of", "2025-10", "--scenario", "AT_ONCE", "--allow-shortage")
    assert (short["changes"], short["running_plan"]["ok"]) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--as-of", "2025-01"), "2025-01 is not a month that can be planned anew"),
        (("--as-of", "2030-01"), "the plan runs from 2025-01 to 2026-12"),
        (("--as-of", "soon"), "--as-of"),
        (("--as-of", "2025-10", "--scenario", "NOBODY"), "There is no scenario 'NOBODY'"),
    ],
)
def test_what_makes_no_sense_is_refused(base: Path, arguments: tuple[str, ...], said: str) -> None:
    result = run("replan", base, *arguments)
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())


def test_a_folder_that_is_no_result_is_refused(tmp_path: Path) -> None:
    assert run("replan", tmp_path, "--as-of", "2025-10").exit_code == 2


def test_cases_are_made_anew_each_by_itself(base: Path, tmp_path: Path) -> None:
    result = run("replan", base, "--as-of", "2025-10", "--cases", "LOST, LOST@2025-07", "--out", tmp_path / "all")
    assert result.exit_code == 0, result.output
    said = words(result)
    assert "LOST@2025-10" in said
    assert "Eight experts are left." in said
    assert "Displaced no mission is abroad for fewer months than planned" in said
    found = json.loads((tmp_path / "all" / "cases.json").read_text(encoding="utf-8"))
    assert [case["case"] for case in found["cases"]] == ["LOST@2025-10", "LOST@2025-07"]
    for case, as_of in zip(found["cases"], ("2025-10", "2025-07"), strict=True):
        alone = document(base, "--as-of", as_of, "--scenario", "LOST")
        assert {key: case[key] for key in alone if key != "folder"} == {k: v for k, v in alone.items() if k != "folder"}
        assert case["outcome"] == "plan"
        assert read_result(tmp_path / "all" / case["case"]).scenario.names == ("LOST",)
    running = json.loads((base / "run.json").read_text(encoding="utf-8"))
    assert found["running"]["content_hash"] == running["content_hash"]
    assert found["not_begun"] == []
    assert set(found) == set(CASES_KEYS)
    sheets = openpyxl.load_workbook(tmp_path / "all" / "cases.xlsx")
    assert sheets.sheetnames == ["Summary", "Cases", "Mission by case", "Curves", "Contributions"]
    assert [sheets["Cases"].cell(row, 1).value for row in (5, 6)] == ["LOST@2025-10", "LOST@2025-07"]
    assert sheets["Mission by case"]["A5"].value == "EUPM"
    assert sheets["Mission by case"]["B5"].value == "recalled to 2025-12; started 2026-01 to 2026-12"
    assert {path.suffix for path in (tmp_path / "all").iterdir() if path.name.startswith("curves")} == {".png", ".svg"}


def test_a_case_without_a_plan_is_a_row_with_its_reason(base: Path, tmp_path: Path) -> None:
    result = run("replan", base, "--as-of", "2025-10", "--cases", "AT_ONCE,LOST", "--out", tmp_path / "all", "--json")
    assert result.exit_code == 3
    refused, planned = json.loads(result.stdout)["cases"]
    assert (refused["outcome"], planned["outcome"]) == ("none", "plan")
    assert "There is no plan that keeps every rule." in refused["problem"]
    assert any("what had begun of EU Partnership Mission Moldova (EUPM)" in words for words in refused["conflict"])
    sheets = openpyxl.load_workbook(tmp_path / "all" / "cases.xlsx")
    assert "infeasible" in sheets["Cases"]["L5"].value
    assert sheets["Cases"]["L6"].value is None
    assert sheets["Mission by case"]["B5"].value == "no plan"
    folders = [path.name for path in (tmp_path / "all").iterdir() if path.is_dir()]
    assert folders == ["LOST@2025-10"]
    said = words(run("replan", base, "--as-of", "2025-10", "--cases", "AT_ONCE,LOST"))
    assert "No plan infeasible" in said


def test_a_cap_that_one_case_cannot_keep_is_its_reason(base: Path) -> None:
    result = run("replan", base, "--as-of", "2025-10", "--cases", "LOST", "--max-changes", "0", "--json")
    assert result.exit_code == 3
    (case,) = json.loads(result.stdout)["cases"]
    assert "at least 1 are needed" in case["problem"]


def test_ctrl_c_keeps_the_cases_that_are_done(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop_at_the_second(scenario: Scenario) -> Model:
        if scenario.history is not None and str(scenario.history.as_of) == "2025-07":
            raise KeyboardInterrupt
        return prepare(scenario)

    monkeypatch.setattr("inzet.analyses.replan_cases.prepare", stop_at_the_second)
    arguments = ("--as-of", "2025-10", "--cases", "LOST,LOST@2025-07,LOST@2025-08", "--out", tmp_path / "all")
    result = run("replan", base, *arguments)
    assert result.exit_code == 3
    assert "Stopped before: LOST@2025-07 and LOST@2025-08." in words(result)
    found = json.loads((tmp_path / "all" / "cases.json").read_text(encoding="utf-8"))
    assert [case["case"] for case in found["cases"]] == ["LOST@2025-10"]
    assert found["not_begun"] == ["LOST@2025-07", "LOST@2025-08"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--cases", "LOST,LOST"), "--cases names LOST@2025-10 more than once"),
        (("--cases", "LOST", "--scenario", "LOST"), "either with --scenario, for one case, or with --cases"),
        (("--cases", "LOST@soon"), "--as-of"),
        (("--cases", "NOBODY"), "There is no scenario 'NOBODY'"),
    ],
)
def test_cases_that_make_no_sense_are_refused(
    base: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    result = run("replan", base, "--as-of", "2025-10", *arguments, "--out", tmp_path / "all")
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())
    assert not (tmp_path / "all").exists()


@pytest.mark.parametrize("asked", [("--scenario", "LOST"), ("--cases", "LOST")])
def test_a_folder_that_is_not_to_be_written_is_refused_before_the_search(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: tuple[str, str]
) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    solver = Refusing(lambda *_: True)
    monkeypatch.setattr(place, "ChildProcesses", lambda: solver)
    result = run(
        "replan", base, "--as-of", "2025-10", *asked, "--out", tmp_path, "--kept", tmp_path.with_name("kept_anew")
    )
    assert result.exit_code == 2, result.output
    assert "Choose another folder" in words(result) + " ".join(result.stderr.split())
    assert solver.asked == 0
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_running_plan_that_no_longer_holds_is_refused(base: Path, tmp_path: Path) -> None:
    shutil.copytree(base, tmp_path / "base")
    record = json.loads((tmp_path / "base" / "run.json").read_text(encoding="utf-8"))
    record["contributions"] = record["contributions"][1:]
    (tmp_path / "base" / "run.json").write_text(json.dumps(record), encoding="utf-8")
    result = run("replan", tmp_path / "base", "--as-of", "2025-10", "--out", tmp_path / "anew")
    assert result.exit_code == 2
    assert "rejects the plan" in result.stderr
    assert f"inzet audit {tmp_path / 'base'}" in result.stderr.replace("\n", "")
    assert "Traceback" not in result.output
    assert not (tmp_path / "anew").exists()
