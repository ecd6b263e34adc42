"""``inzet check-plan``: what it prints, what it writes as JSON, and how it exits."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from builders import changed, ruled_book, small_book
from typer.testing import CliRunner, Result

from inzet.cli import app
from inzet.outcome import Status
from inzet.schema.book import Book
from inzet.schema.rows import Supply
from inzet.solve import Model
from inzet.workbook.writer import write_workbook

HEADER = "mission,option,start,end"
ALTHEA, EUPM = "ALTHEA,COMPANY,2025-01,2026-09", "EUPM,TEN,2025-04,2026-12"
FIVE, LATE = "EUPM,FIVE,2025-04,2026-12", "EUPM,TEN,2026-04,2026-12"


def fewer_experts() -> Book:
    """Eight experts where there were ten, from October 2025 to February 2026."""
    rows = [row for row in small_book().of(Supply) if row.unit != "EXPERT"]
    dip = [("2025-01", "2025-09", 10), ("2025-10", "2026-02", 8), ("2026-03", None, 10)]
    rows += [Supply(unit="EXPERT", first_month=first, last_month=last, units=units) for first, last, units in dip]
    return small_book().with_rows("Supply", rows)


@pytest.fixture
def run(tmp_path: Path) -> Any:
    """Run the command on a book and the lines of a plan."""

    def go(book: Book, *lines: str, options: tuple[str, ...] = ()) -> Result:
        write_workbook(book, tmp_path / "book.xlsx")
        (tmp_path / "plan.csv").write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
        files = [str(tmp_path / "book.xlsx"), str(tmp_path / "plan.csv")]
        return CliRunner().invoke(app, ["check-plan", *files, *options], env={"COLUMNS": "100"})

    return go


def words(result: Result) -> str:
    return " ".join(result.stdout.split())


def test_a_plan_that_keeps_the_rules(run: Any) -> None:
    result = run(small_book(), ALTHEA, EUPM)
    assert result.exit_code == 0, result.output
    said = words(result)
    assert "plan.csv: 2 contributions; held against book.xlsx, base." in said
    assert "The plan keeps every rule." in said
    assert "The plan comes to the same as the best plan in every goal." in said
    assert "repair" not in said
    assert "Where there is a choice" not in said
    assert "finding the best plan" in result.stderr
    assert "finding the best plan" not in result.stdout


def test_a_plan_that_breaks_a_rule_is_worth_more_and_repaired(run: Any) -> None:
    result = run(fewer_experts(), ALTHEA, EUPM, options=("--gap", "0"))
    assert result.exit_code == 1, result.output
    said = words(result)
    assert "The plan does not keep the rules: 1 breach." in said
    assert "2 EXPERT too many in use, October 2025 to February 2026. In use by EUPM." in said
    assert "Value (points) 99.2 89.8 +9.5 85.7" in said
    assert "The plan is better in value, but only by breaking rules: no plan that keeps them comes to as much." in said
    assert "1 contribution, 12 mission-months." in said
    assert "Proven: no plan that keeps the rules changes fewer contributions, or as few in fewer months." in said
    assert "shorten EUPM TEN 2025-04 to 2026-12 (row 3) TEN 2026-04 to 2026-12" in said
    assert max(map(len, result.stdout.splitlines())) <= 100


def test_a_plan_that_is_only_worse(run: Any) -> None:
    result = run(small_book(), ALTHEA, FIVE)
    assert result.exit_code == 0
    assert "The plan is not as good as the best plan: it is worse in value." in words(result)
    broken = run(small_book(), FIVE)
    assert broken.exit_code == 1
    assert "not as good as the best plan, although it breaks rules: it is worse in value." in words(broken)


def test_a_breach_of_one_contribution_names_its_row(run: Any) -> None:
    result = run(changed(small_book(), "Missions", "EUPM", framework_end="2026-06"), ALTHEA, EUPM)
    assert (
        "EUPM TEN, April 2025 to December 2026 (row 3) is 6 month(s) outside its window, 2025-04 to 2026-06."
        in words(result)
    )


def test_a_rule_of_the_workbook_is_quoted_and_units_are_said(run: Any) -> None:
    book = changed(ruled_book(), "Pairs", "APART", sentence="Desk and Gulf stay apart.")
    book = book.with_rows("Basis", small_book().rows["Basis"])
    lines = ("GULF,SHIPS,2025-11,2025-12", "KOSOVO,TWO,2025-11,2026-02", "DESK,TEAM,2025-12,2026-01")
    result = run(book, *lines)
    said = words(result)
    assert result.exit_code == 1
    assert "APART is broken by 1, December 2025. It says: Desk and Gulf stay apart." in said
    assert "Where there is a choice the plan does not say which. Taken is what breaks least:" in said
    assert "GULF: 1 FRIGATE" in said


def test_json(run: Any) -> None:
    result = run(fewer_experts(), ALTHEA, EUPM, options=("--json",))
    assert result.exit_code == 1
    document = json.loads(result.stdout)
    assert set(document) == {
        *("schema", "workbook", "scenario", "plan", "sheet", "ok", "broken", "breaches", "units", "units_proven"),
        *("best", "goals", "repair", "warnings", "content_hash"),
    }
    assert (document["schema"], document["ok"], document["scenario"]) == ("inzet.check-plan/1", False, "base")
    assert document["sheet"] == "plan.csv"
    assert document["broken"][0] == {
        "rule": "units in use and in reserve are within the supply",
        "where": "EXPERT 2025-10",
        "excess": 2.0,
        "sentence": "2 EXPERT too many in use in 2025-10",
    }
    assert [finding["where"][-7:] for finding in document["broken"]] == [
        *("2025-10", "2025-11", "2025-12", "2026-01", "2026-02")
    ]
    assert document["breaches"] == [
        {
            "rule": "units in use and in reserve are within the supply",
            "where": "EXPERT",
            "excess": 2.0,
            "first": "2025-10",
            "last": "2026-02",
            "sentence": "2 EXPERT too many in use, October 2025 to February 2026. In use by EUPM.",
            "row": None,
            "used_by": ["EUPM"],
        }
    ]
    value = next(goal for goal in document["goals"] if goal["goal"] == "value")
    assert {"goal", "plan", "best", "difference", "repaired", "unit"} == set(value)
    assert value["difference"] == pytest.approx(value["plan"] - value["best"]) == pytest.approx(9.45)
    assert value["unit"] == "points"
    assert document["best"]["status"] == "optimal"
    assert document["repair"] == {
        "status": "optimal",
        "proven": True,
        "gap": 0.0,
        "message": "",
        "changes": [
            {
                "mission": "EUPM",
                "kind": "shorten",
                "before": {"option": "TEN", "start": "2025-04", "end": "2026-12", "running": False},
                "after": {"option": "TEN", "start": "2026-04", "end": "2026-12", "running": False},
            }
        ],
    }
    assert len(document["content_hash"]) == 64


def test_json_of_a_plan_in_order(run: Any) -> None:
    document = json.loads(run(small_book(), ALTHEA, EUPM, options=("--json",)).stdout)
    assert (document["ok"], document["broken"], document["breaches"]) == (True, [], [])
    assert {goal["difference"] for goal in document["goals"]} == {0.0}
    assert {goal["repaired"] for goal in document["goals"]} == {None}
    assert document["repair"] == {"status": "not needed", "proven": True, "gap": None, "message": "", "changes": []}


def test_a_named_scenario(run: Any) -> None:
    """Under LATER the mission in Moldova opens in July."""
    result = run(small_book(), ALTHEA, EUPM, options=("--scenario", "LATER", "--json"))
    document = json.loads(result.stdout)
    assert result.exit_code == 1
    assert document["scenario"] == "LATER"
    assert document["breaches"][0]["sentence"].endswith("is 3 month(s) outside its window, 2025-07 to 2026-12.")
    assert document["breaches"][0]["row"] == 3


def test_bad_input_is_exit_2_and_everything_is_said(run: Any) -> None:
    result = run(small_book(), "ALTEA,COMPANY,2025-01,2026-09", "EUPM,TEM,2025-04,soon", "EUPM,TEM,2025-04,2026-12")
    assert result.exit_code == 2
    assert "Did you mean 'ALTHEA'?" in result.stdout
    assert "error plan.csv!A2" in result.stdout
    assert "error plan.csv!D3" in result.stdout
    assert "error plan.csv!B4" in result.stdout
    assert "Use one of its options: FIVE, TEN." in result.stdout
    document = json.loads(run(small_book(), "ALTEA,COMPANY,2025-01,2026-09", options=("--json",)).stdout)
    assert (document["schema"], document["errors"]) == ("inzet.problems/1", 1)


def test_no_best_plan_is_exit_3_and_the_breaches_are_said_all_the_same(run: Any) -> None:
    book = small_book().with_settings(small_book().settings.model_copy(update={"readiness_shortfall": "forbidden"}))
    book = changed(book, "Readiness", "INF_COY / TIER_2 / 2025-01", units=6)
    result = run(book, ALTHEA)
    assert result.exit_code == 3
    said = words(result)
    assert "INF_COY is 2 short of TIER_2, January to March 2025. In use by ALTHEA." in said
    assert "There is no best plan to hold it against: infeasible." in said
    assert "There is none: no plan at all keeps the rules." in said
    document = json.loads(run(book, ALTHEA, options=("--json",)).stdout)
    assert document["best"]["status"] == document["repair"]["status"] == "infeasible"
    assert {goal["best"] for goal in document["goals"]} == {goal["difference"] for goal in document["goals"]} == {None}


@pytest.mark.parametrize(
    ("bound", "gap", "sentence"),
    [
        (0.5, 0.5, "No plan that keeps the rules changes fewer contributions; as few in fewer months may be possible."),
        (-math.inf, math.inf, "Best found, not proven: at least 1 must change (gap more than 100%)."),
    ],
)
def test_what_is_not_proven_is_said_to_be_so(
    bound: float, gap: float, sentence: str, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The searches are stopped after the first goal, whatever it is."""
    ask = Model.ask

    def stopped(self: Model, *edits: Any, **options: Any) -> Any:
        found = ask(self, *edits, **options)
        short = replace(found.goals[0], bound=bound, gap=gap)
        return replace(found, status=Status.FEASIBLE, message="Stopped.", goals=(short,))

    monkeypatch.setattr(Model, "ask", stopped)
    result = run(fewer_experts(), ALTHEA, EUPM)
    said = words(result)
    assert "better in value than the best plan that was found, which unlike it keeps the rules." in said
    assert sentence in said
    assert "1 contribution." in said
    repair = json.loads(run(fewer_experts(), ALTHEA, EUPM, options=("--json",)).stdout)["repair"]
    assert (repair["proven"], repair["gap"]) == (False, gap if math.isfinite(gap) else None)


def test_warnings_about_workbook_and_plan_are_shown(run: Any) -> None:
    book = small_book().with_rows("Basis", small_book().rows["Basis"][:3])
    result = run(book, ALTHEA, EUPM)
    assert result.exit_code == 0
    assert "warning(s)" in result.stdout
    document = json.loads(run(book, ALTHEA, EUPM, options=("--json",)).stdout)
    assert {warning["severity"] for warning in document["warnings"]} == {"warning"}
