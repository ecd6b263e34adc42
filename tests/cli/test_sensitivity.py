"""``inzet sensitivity``: what it prints, what it writes, and how it exits."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from builders import changed, small_book, with_basis
from refusing import REFUSAL, HalfDone, Refusing
from typer.testing import CliRunner, Result

from inzet.analyses.sensitivity import curve
from inzet.analyses.sensitivity.asking import Asking
from inzet.analyses.sensitivity.curve import Curve
from inzet.analyses.sensitivity.units import Chain, unit_curve
from inzet.cli import app, place
from inzet.outcome import Limit
from inzet.workbook.writer import write_workbook


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "100"})


def words(result: Result) -> str:
    return " ".join(result.stdout.split())


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("turned") / "small.xlsx"
    write_workbook(with_basis(small_book()), path)
    return path


def document(*arguments: object) -> dict[str, Any]:
    result = run("sensitivity", *arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_a_supply_curve(workbook: Path) -> None:
    found = document(workbook, "supply", "expert")
    assert found["schema"] == "inzet.sensitivity/1"
    assert (found["kind"], found["what"], found["unit"], found["now"]) == ("supply", "EXPERT", "units", 10)
    assert [(step["at"], step["to"]) for step in found["steps"]] == [(0, 4), (5, 9), (10, None)]
    assert [step["gained"] for step in found["steps"]] == [[], ["EUPM"], []]
    assert [step["lost"] for step in found["steps"]] == [[], [], []]
    (altered,) = found["steps"][2]["altered"]
    assert (altered["mission"], altered["before"], altered["after"]) == ("EUPM", ["FIVE"], ["TEN"])
    values = [step["value"] for step in found["steps"]]
    assert values == sorted(values)
    assert all(step["proven"] and step["status"] == "proven" for step in found["steps"])
    assert (found["solves"], found["points"], found["outcomes"]) == (3, 11, 3)
    assert found["complete"]
    assert found["proven"]


def test_what_is_said_of_a_supply_curve(workbook: Path) -> None:
    result = run("sensitivity", workbook, "supply", "EXPERT")
    said = words(result)
    assert "10 or more (now)" in said
    assert "in: EUPM" in said
    assert "EUPM TEN instead of FIVE" in said
    assert "More than 10 units brings nothing." in said
    assert "3 solves, where a grid would take 11" in said
    assert "every step proven exact" in said


def test_a_window_and_a_number_that_differs(workbook: Path) -> None:
    part = document(workbook, "supply", "EXPERT", "--from", "2026-01", "--to", "2026-06")
    assert part["window"] == {"first": "2026-01", "last": "2026-06"}
    whole = document(workbook, "supply", "EXPERT")
    assert part["steps"][0]["value"] > whole["steps"][0]["value"]
    companies = document(workbook, "supply", "INF_COY")
    assert (companies["now"], companies["same_in_every_month"]) == (6, False)
    assert companies["steps"][0]["at"] == 0
    assert "reserve" in companies["steps"][0]["reason"]


def test_where_there_is_no_plan_the_reason_is_given(tmp_path: Path) -> None:
    write_workbook(with_basis(changed(small_book(), "Missions", "EUPM", mandated=True)), tmp_path / "must.xlsx")
    found = document(tmp_path / "must.xlsx", "supply", "EXPERT")
    first = found["steps"][0]
    assert (first["at"], first["to"], first["status"], first["value"]) == (0, 4, "proven: no plan", None)
    assert "EUPM" in first["reason"]
    assert "cannot be kept together" in first["reason"]
    assert "these cannot be kept together" in words(run("sensitivity", tmp_path / "must.xlsx", "supply", "EXPERT"))


def test_a_budget_a_weight_and_a_commitment(workbook: Path) -> None:
    budget = document(workbook, "budget", "BIV", "--solves", "0")
    assert budget["unit"] == "EUR million"
    assert budget["now"] == 80
    assert budget["complete"]
    assert [a["to"] for a in budget["steps"][:-1]] == [b["at"] for b in budget["steps"][1:]]
    assert "exact to EUR 100" in words(run("sensitivity", workbook, "budget", "BIV", "--solves", "0"))
    one = document(workbook, "budget", "BIV", "--year", "2026", "--solves", "0")
    assert one["now"] == 40
    near = document(workbook, "budget", "BIV", "--within", "50%")
    assert near["complete"]
    assert (near["within"], budget["within"]) == (0.5, 0.0)
    assert not document(workbook, "budget", "BIV", "--within", "1%", "--solves", "1")["complete"]
    few = document(workbook, "budget", "BIV", "--solves", "1")
    assert few["solves"] <= 3
    assert not few["complete"] or few["proven"]
    weight = document(workbook, "weight", "ALLY", "--most", "20")
    assert weight["steps"][-1]["to"] == 20
    assert all(step["confirmed"] for step in weight["steps"][1:])
    ready = document(workbook, "readiness", "INF_COY", "TIER_2")
    assert (ready["tier"], ready["now"]) == ("TIER_2", 2)
    assert ready["steps"][-1]["to"] == 4


def test_what_is_critical(workbook: Path) -> None:
    found = document(workbook, "criticality")
    assert {(row["sort"], row["what"]) for row in found["losses"]} == {
        ("unit", "INF_COY"),
        ("unit", "EXPERT"),
        ("fund", "BIV"),
    }
    worst = found["losses"][0]
    assert worst["what"] == "EXPERT"
    assert worst["by_goal"][1]["goal"] == "value"
    assert worst["by_goal"][1]["amount"] > 0
    assert found["solves"] == 1 + sum(row["asked"] for row in found["losses"])
    said = words(run("sensitivity", workbook, "criticality"))
    assert "one Civil expert fewer (EXPERT)" in said


def test_a_folder_is_written_whole(workbook: Path, tmp_path: Path) -> None:
    for kind, names, figures, sheets in (
        ("supply", ["EXPERT"], {"staircase", "missions_by_capacity"}, ["Steps", "Missions by step", "Plans"]),
        ("weight", ["ALLY"], {"envelope"}, ["Steps", "Missions by step", "Plans"]),
        ("criticality", [], {"tornado"}, ["Losses"]),
    ):
        out = tmp_path / kind
        result = run("sensitivity", workbook, kind, *names, "--out", out)
        assert result.exit_code == 0, result.output
        assert {path.name for path in out.iterdir()} == {
            *("sensitivity.xlsx", "sensitivity.json", "figures", ".written.json")
        }
        wanted = {f"{name}.{kind}" for name in figures for kind in ("png", "svg")}
        assert {path.name for path in (out / "figures").iterdir()} == wanted
        assert openpyxl.load_workbook(out / "sensitivity.xlsx").sheetnames == ["Summary", *sheets]
        assert json.loads((out / "sensitivity.json").read_text(encoding="utf-8"))["kind"] == kind
    again = run("sensitivity", workbook, "criticality", "--out", tmp_path / "criticality")
    assert again.exit_code == 0, "such a folder may be replaced"


def test_an_answer_of_which_nothing_is_known_is_none(
    workbook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The solver breaks down at every question: the earlier answer stays, and the reason is said."""
    ask = ("sensitivity", workbook, "supply", "EXPERT", "--out", tmp_path / "answer", "--kept")
    assert run(*ask, tmp_path / "kept").exit_code == 0
    earlier = {path: path.read_bytes() for path in (tmp_path / "answer").rglob("*") if path.is_file()}
    monkeypatch.setattr(place, "ChildProcesses", lambda: Refusing(lambda *_: True))
    result = run(*ask, tmp_path / "other")
    assert result.exit_code == 3
    assert f"Nothing was found out. {REFUSAL}" in " ".join(result.output.split())
    assert {path: path.read_bytes() for path in (tmp_path / "answer").rglob("*") if path.is_file()} == earlier


def test_ctrl_c_in_the_search_for_the_plan_itself_ends_what_is_critical(
    workbook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    solver = HalfDone(Limit.INTERRUPT, lambda number: number >= 1)
    monkeypatch.setattr(place, "ChildProcesses", lambda: solver)
    result = run("sensitivity", workbook, "criticality", "--out", tmp_path / "out", "--kept", tmp_path / "kept")
    assert result.exit_code == 3
    assert "Stopped before the plan as it stands was found" in " ".join(result.output.split())
    assert solver.asked <= 2, "the plan itself, and its tidying up; no loss was begun"
    assert not (tmp_path / "out").exists()


def test_ctrl_c_in_a_loss_keeps_the_others(workbook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "ChildProcesses", lambda: HalfDone(Limit.INTERRUPT, lambda number: number >= 2))
    found = document(workbook, "criticality", "--kept", tmp_path / "kept")
    assert (found["plan_proven"], found["complete"], found["proven"]) == (True, False, False)
    assert {row["outcome"] for row in found["losses"] if row["proven"]} <= {"costs", "costs nothing"}
    open_ = [row for row in found["losses"] if not row["proven"]]
    assert open_
    assert all(row["outcome"] != "costs nothing" for row in open_)


def test_after_ctrl_c_no_reason_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With few experts there is no plan; that is known, and why is left open."""
    write_workbook(with_basis(changed(small_book(), "Missions", "EUPM", mandated=True)), tmp_path / "must.xlsx")
    whole = document(tmp_path / "must.xlsx", "supply", "EXPERT", "--kept", tmp_path / "kept")
    assert "cannot be kept together" in whole["steps"][0]["reason"]
    looked: list[object] = []
    monkeypatch.setattr(curve, "find_conflict", looked.append)

    def stopped(chain: Chain, asking: Asking, *, most: int | None = None) -> Curve:
        found = unit_curve(chain, asking, most=most)
        asking.stopped.set()
        return found

    monkeypatch.setattr(sys.modules["inzet.cli.sensitivity"], "unit_curve", stopped)
    part = document(tmp_path / "must.xlsx", "supply", "EXPERT", "--kept", tmp_path / "kept")
    assert not looked
    assert part["steps"][0]["reason"] == curve.UNEXPLAINED
    assert part["steps"][1:] == whole["steps"][1:]


def test_changes_over_a_part_that_was_not_looked_into_are_told_so(workbook: Path) -> None:
    few = ("budget", "BIV", "--solves", "3")
    said = words(run("sensitivity", workbook, *few))
    assert "what changes, beside the nearest plan above it" in said
    assert "beside 10.1 to 14.650001, not looked into between: in: ALTHEA" in said
    assert "Below EUR 27.3" not in said
    beside = [step["compared_with"] for step in document(workbook, *few)["steps"]]
    assert beside[-1] == {"at": 10.1, "to": 14.650001, "not_looked_into_between": True}


def test_a_folder_that_is_not_to_be_written_is_refused_before_the_search(
    workbook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    solver = Refusing(lambda *_: True)
    monkeypatch.setattr(place, "ChildProcesses", lambda: solver)
    result = run("sensitivity", workbook, "supply", "EXPERT", "--out", tmp_path, "--kept", tmp_path.with_name("kept"))
    assert result.exit_code == 2
    assert "Choose another folder" in " ".join(result.output.split())
    assert solver.asked == 0
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("supply", "EXPRT"), "There is no unit type 'EXPRT' in small.xlsx. Did you mean 'EXPERT'?"),
        (("supply",), "takes a unit type, and 0 were given. The workbook has unit type: EXPERT, INF_COY."),
        (("budget", "BIG"), "There is no fund 'BIG'"),
        (("weight", "ALLIES"), "Did you mean 'ALLY'?"),
        (("readiness", "INF_COY"), "takes a unit type and a tier, and 1 were given"),
        (("readiness", "INF_COY", "TIER_3"), "There is no tier 'TIER_3'"),
        (("readiness", "EXPERT", "TIER_1"), "There is no commitment of EXPERT for TIER_1"),
        (("criticality", "EXPERT"), "takes no name"),
        (("supply", "EXPERT", "--from", "2027-01"), "choose months in this order from 2025-01 to 2026-12"),
        (("supply", "EXPERT", "--from", "2026-05", "--to", "2026-01"), "choose months in this order"),
        (("supply", "EXPERT", "--from", "soon"), "--from"),
        (("supply", "EXPERT", "--most", "2.5"), "give a whole number above 0"),
        (("supply", "EXPERT", "--year", "2026"), "--year is for a budget only"),
        (("budget", "BIV", "--from", "2026-01"), "--from and --to are for units only"),
        (("budget", "BIV", "--year", "2030"), "BIV has no money in 2030"),
        (("weight", "ALLY", "--most", "2000"), "A weight lies between 0 and 1000"),
        (("supply", "EXPERT", "--within", "1%"), "--within is for a budget only"),
        (("budget", "BIV", "--within", "much"), "--within: “much” is no share"),
        (("supply", "EXPERT", "--least", "3"), "--least is for a budget only"),
        (("budget", "BIV", "--least", "3", "--most", "2"), "--least is for a budget only, and lies below --most"),
        (("supply", "EXPERT", "--most", "200000"), "--most 200,000: the workbook holds at most 100,000 units here."),
        (("readiness", "INF_COY", "TIER_2", "--most", "100001"), "the workbook holds at most 100,000 units here."),
        (("budget", "BIV", "--most", "2000001"), "--most 2,000,001: the workbook holds at most 2,000,000 EUR million"),
        (("budget", "BIV", "--year", "2026", "--least", "1e7"), "--least 10,000,000: the workbook holds at most 1,000"),
        (("criticality", "--most", "3"), "--most does not go with criticality"),
        (("supply", "EXPERT", "--scenario", "NOBODY"), "There is no scenario 'NOBODY'"),
    ],
)
def test_what_makes_no_sense_is_refused(workbook: Path, tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    result = run("sensitivity", workbook, *arguments, "--out", tmp_path / "out")
    assert result.exit_code == 2, result.output
    assert said in " ".join(result.output.split())
    assert not (tmp_path / "out").exists()
