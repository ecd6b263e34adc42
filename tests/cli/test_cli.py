"""The commands, run as a planner runs them: words, files, exit codes."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import impossible
import openpyxl
import pandas as pd
import pytest
from builders import changed, small_book, with_basis
from turning import turning_book

from inzet.schema.book import Book
from inzet.schema.rows import SHEETS
from inzet.workbook.writer import write_workbook

RUN_KEYS = {
    *("schema", "scenario", "title", "outcome", "limit", "message", "objective", "bound", "gap", "goals"),
    *("decisions", "contributions", "margins", "audit", "size", "timings", "versions", "content_hash", "asked"),
}


def inzet(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "inzet", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False, timeout=300)


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("input") / "small.xlsx"
    write_workbook(small_book(), path)
    return path


def saved(book: Book, folder: Path, name: str = "changed.xlsx") -> Path:
    path = folder / name
    write_workbook(book, path)
    return path


@pytest.fixture(scope="module")
def results(workbook: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("run")
    return folder / "results" / "small" / "base", inzet("solve", workbook, cwd=folder)


def test_solve_writes_everything(results: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, run = results
    assert run.returncode == 0, run.stderr
    assert {path.name for path in folder.iterdir()} == {
        *("plan.xlsx", "run.json", "solver.log", "input.xlsx", "tables", "figures", ".written.json")
    }
    figures = {path.name for path in (folder / "figures").iterdir()}
    assert {Path(name).suffix for name in figures} == {".png", ".svg"}
    assert "Proven optimal" in run.stdout
    assert "goal value" in run.stderr
    assert "goal value" not in run.stdout


def test_run_json_is_the_contract(results: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, _ = results
    run: dict[str, Any] = json.loads((folder / "run.json").read_text())
    assert set(run) == RUN_KEYS
    assert (run["schema"], run["scenario"], run["outcome"], run["limit"]) == ("inzet.run/2", "base", "optimal", "none")
    assert run["gap"] == 0
    assert run["objective"]["value"] == pytest.approx(run["bound"])
    assert {d["mission"]: d["decision"] for d in run["decisions"]} == {"ALTHEA": "in", "EUPM": "in"}
    althea = run["decisions"][0]
    assert {"mission", "decision", "option", "start", "end", "persons", "value"} <= set(althea)
    assert (althea["option"], althea["start"], althea["end"], althea["persons"]) == (
        "COMPANY",
        "2025-01",
        "2026-09",
        120,
    )
    assert sum(d["value"] for d in run["decisions"]) == pytest.approx(run["objective"]["value"])
    assert run["audit"]["ok"] is True
    assert len(run["content_hash"]) == 64


def test_the_log_has_every_goal(results: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, _ = results
    log = (folder / "solver.log").read_text()
    assert [line for line in log.splitlines() if line.startswith("===")] == [
        f"=== goal {goal}" for goal in ("readiness", "value", "changes", "cost")
    ]


def test_tables_and_workbook_say_the_same(results: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, _ = results
    decisions = pd.read_csv(folder / "tables" / "decisions.csv")
    run = json.loads((folder / "run.json").read_text())
    assert decisions["value"].sum() == pytest.approx(run["objective"]["value"])
    sheets = openpyxl.load_workbook(folder / "plan.xlsx", read_only=True).sheetnames
    assert sheets[:2] == ["Summary", "Decisions"]


def test_the_input_is_kept_as_it_was(workbook: Path, results: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, _ = results
    assert (folder / "input.xlsx").read_bytes() == workbook.read_bytes()


def test_json_is_one_document(workbook: Path, tmp_path: Path) -> None:
    run = inzet("solve", workbook, "--out", tmp_path / "r", "--json", "--scenario", "FEWER_COMPANIES,LATER")
    document = json.loads(run.stdout)
    assert run.returncode == 0
    assert document["scenario"] == "FEWER_COMPANIES+LATER"
    assert document["folder"] == str(tmp_path / "r")


def test_the_order_of_rows_does_not_matter(workbook: Path, tmp_path: Path) -> None:
    book = small_book()
    for sheet in book.rows:
        rows = list(book.rows[sheet])
        random.Random(1).shuffle(rows)
        if sheet != "Scenarios":
            book = book.with_rows(sheet, rows)
    shuffled = saved(book, tmp_path)
    documents = [
        json.loads(inzet("solve", path, "--out", tmp_path / path.stem, "--json").stdout)
        for path in (workbook, shuffled)
    ]
    assert documents[0]["content_hash"] == documents[1]["content_hash"]
    assert documents[0]["decisions"] == documents[1]["decisions"]


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small plan with six more missions of one expert each, enough to be interrupted among."""
    book = small_book()
    more: dict[str, list[dict[str, Any]]] = {
        "Missions": [{"mission": f"M{n}", "name": f"Mission {n}", "region": "Sea"} for n in range(6)],
        "Options": [{"mission": f"M{n}", "option": "ONE", "civil": 1} for n in range(6)],
        "Requirements": [
            {"mission": f"M{n}", "option": "ONE", "capability": "EXPERTISE", "quantity": 1} for n in range(6)
        ],
        "Scores": [{"mission": f"M{n}", "interest": "ALLY", "score": 0.5} for n in range(6)],
    }
    for sheet, rows in more.items():
        book = book.with_rows(sheet, [*book.rows[sheet], *(SHEETS[sheet].model_validate(row) for row in rows)])
    return saved(book, tmp_path_factory.mktemp("crowded"))


def test_explain_turns_every_decision_around(workbook: Path, tmp_path: Path) -> None:
    run = inzet("solve", workbook, "--explain", "--json", "--strict", "--out", tmp_path / "r")
    assert run.returncode == 0, run.stderr
    document = json.loads(run.stdout)
    assert set(document) == {*RUN_KEYS, "folder"}
    margins = {row["mission"]: row for row in document["margins"]}
    assert set(margins) == {"ALTHEA", "EUPM"}
    # Nothing else can take the experts, so all that EUPM is worth is lost without it.
    worth = sum(row["value"] for row in document["decisions"] if row["mission"] == "EUPM")
    assert margins["EUPM"]["margin"] == pytest.approx(worth)
    assert margins["ALTHEA"]["blocked_by"][0]["cells"] == ["Rules!F2"]
    assert "2 of 2 decisions turned around" in run.stderr
    assert json.loads((tmp_path / "r" / "run.json").read_text())["margins"] == document["margins"]
    assert "Margins" in openpyxl.load_workbook(tmp_path / "r" / "plan.xlsx", read_only=True).sheetnames
    frame = pd.read_csv(tmp_path / "r" / "tables" / "margins.csv", index_col="mission")
    assert frame.loc["EUPM", "margin"] == pytest.approx(worth)
    assert (tmp_path / "r" / "figures" / "margins.svg").exists()


def test_nobody_is_told_of_margins_without_asking(results: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, run = results
    assert json.loads((folder / "run.json").read_text())["margins"] == []
    assert not (folder / "tables" / "margins.csv").exists()
    assert not (folder / "figures" / "margins.png").exists()
    assert "Margins" not in openpyxl.load_workbook(folder / "plan.xlsx", read_only=True).sheetnames
    assert "--explain" in run.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="signals work otherwise there")
def test_ctrl_c_while_turning_around_keeps_what_is_known(crowded: Path, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "inzet",
        "solve",
        str(crowded),
        "--explain",
        "--strict",
        "--out",
        str(tmp_path / "r"),
    ]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    assert run.stderr is not None
    while not (line := run.stderr.readline()).startswith("1 of 8"):
        assert line, "the command ended before a decision was turned around"
    run.send_signal(signal.SIGINT)
    words, errors = run.communicate(timeout=120)
    assert run.returncode == 1, errors
    assert "Not examined" in words
    firmness = [row["firmness"] for row in json.loads((tmp_path / "r" / "run.json").read_text())["margins"]]
    assert "open" in firmness
    assert set(firmness) - {"open"}


def test_bad_input_is_reported_whole(tmp_path: Path) -> None:
    path = saved(small_book(), tmp_path)
    workbook = openpyxl.load_workbook(path)
    workbook["Units"]["E2"] = "six"
    workbook["Supply"]["A3"] = "INF_COI"
    workbook.save(path)
    run = inzet("solve", path, "--out", tmp_path / "r")
    assert run.returncode == 2
    assert "Units!E2" in run.stdout
    assert "fix:" in run.stdout
    assert "Traceback" not in run.stdout + run.stderr
    assert not (tmp_path / "r").exists()
    document = json.loads(inzet("check", path, "--json").stdout)
    assert document["errors"] >= 1
    assert {"severity", "sheet", "cell", "value", "rule", "message", "fix"} == set(document["problems"][0])


def test_no_plan_is_exit_3_and_leaves_an_earlier_result(tmp_path: Path) -> None:
    """A readiness commitment that nothing can meet, and no shortfall allowed."""
    good = saved(small_book(), tmp_path, "good.xlsx")
    assert inzet("solve", good, "--out", tmp_path / "r").returncode == 0
    before = (tmp_path / "r" / "run.json").read_bytes()
    book = small_book().with_settings(small_book().settings.model_copy(update={"readiness_shortfall": "forbidden"}))
    bad = saved(changed(book, "Readiness", "INF_COY / TIER_2 / 2025-01", units=6), tmp_path, "bad.xlsx")
    run = inzet("solve", bad, "--out", tmp_path / "r", "--json")
    assert run.returncode == 3
    document = json.loads(run.stdout)
    assert document["outcome"] == "infeasible"
    kinds = {(member["kind"], member["what"]) for member in document["conflict"]["members"]}
    assert ("readiness", "INF_COY") in kinds
    assert document["conflict"]["minimal"]
    assert all(repair["verified"] for repair in document["repairs"])
    assert "lower readiness" in {repair["kind"] for repair in document["repairs"]}
    assert (tmp_path / "r" / "run.json").read_bytes() == before


def test_what_is_said_when_nothing_fits(tmp_path: Path) -> None:
    book = saved(with_basis(impossible.three_months_short()), tmp_path)
    run = inzet("solve", book, "--out", tmp_path / "r")
    assert run.returncode == 3
    said = " ".join(run.stdout.split())
    assert "These 3 conditions cannot be kept together" in said
    assert "the supply of Infantry company (COY), which shows in May 2026 (Supply!D3)" in said
    assert "1 more Infantry company (COY) from May to July 2026." in said
    assert not (tmp_path / "r").exists()


def test_a_plan_that_may_fall_short(tmp_path: Path) -> None:
    book = saved(with_basis(impossible.three_months_short()), tmp_path)
    run = inzet("solve", book, "--allow-shortage", "--out", tmp_path / "r", "--json")
    assert run.returncode == 0
    assert json.loads(run.stdout)["objective"]["shortage"] == 3
    table = pd.read_csv(tmp_path / "r" / "tables" / "shortages.csv")
    assert list(zip(table["unit"], table["month"], table["short"], strict=True)) == [
        ("COY", month, 1) for month in ("2026-05", "2026-06", "2026-07")
    ]
    assert "Shortages" in openpyxl.load_workbook(tmp_path / "r" / "plan.xlsx").sheetnames


def test_why_a_mission_is_out(tmp_path: Path) -> None:
    book = saved(with_basis(turning_book()), tmp_path)
    run = inzet("why", book, "south")
    assert run.returncode == 0
    said = " ".join(run.stdout.split())
    assert said.startswith("Southern tanker (SOUTH) is out. Taking it in would cost 9.0 points of value and displace")
    assert "The one Tanker aircraft is with NORTH from January to December 2025 (Supply!D5): 1 more" in said
    document = json.loads(inzet("why", book, "SOUTH", "--option", "full", "--json").stdout)
    assert (document["option"], document["decision"], document["margin"]) == ("FULL", "out", 9.0)
    assert "more units" in {answer["kind"] for answer in document["enters_if"]}


def test_why_a_mission_that_is_not_there(tmp_path: Path) -> None:
    book = saved(with_basis(turning_book()), tmp_path)
    run = inzet("why", book, "SUOTH")
    assert (run.returncode, "Did you mean 'SOUTH'?" in run.stderr) == (2, True)
    run = inzet("why", book, "SOUTH", "--option", "FUL")
    assert (run.returncode, "Did you mean 'FULL'? It has: FULL." in run.stderr) == (2, True)


def test_why_there_is_no_plan_to_ask_about(tmp_path: Path) -> None:
    run = inzet("why", saved(with_basis(impossible.budget_short()), tmp_path), "ALTHEA", "--json")
    assert run.returncode == 3
    assert json.loads(run.stdout)["repairs"][0]["change"] == "EUR 250,000 more in BIV for 2027"


def test_exit_codes_of_check(workbook: Path, tmp_path: Path) -> None:
    assert inzet("check", workbook, "--strict").returncode == 0
    book = small_book().with_rows("Basis", small_book().rows["Basis"][:3])
    warned = saved(book, tmp_path)
    assert inzet("check", warned).returncode == 0
    assert inzet("check", warned, "--strict").returncode == 1
    assert inzet("check", tmp_path / "nothing.xlsx").returncode == 2


def test_a_scenario_that_is_not_there(workbook: Path, tmp_path: Path) -> None:
    run = inzet("solve", workbook, "--scenario", "LATR", "--out", tmp_path / "r")
    assert run.returncode == 2
    assert "Did you mean 'LATER'?" in run.stderr
    assert inzet("solve", workbook, "--no-such-option").returncode == 2


def test_a_folder_that_is_not_ours(workbook: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.docx").write_text("precious")
    run = inzet("solve", workbook, "--out", tmp_path)
    assert run.returncode == 2
    assert "is not a result of inzet" in run.stderr
    assert (tmp_path / "letter.docx").read_text() == "precious"


def test_template_reference_and_formulation(tmp_path: Path) -> None:
    for command, name in (("template", "t.xlsx"), ("reference", "r.md"), ("formulation", "f.md")):
        file = tmp_path / name
        assert inzet(command, file).returncode == 0
        assert file.stat().st_size > 1000
        assert inzet(command, file).returncode == 2
        assert inzet(command, file, "--force").returncode == 0
    assert inzet("check", tmp_path / "t.xlsx").returncode == 2


def test_help_and_version() -> None:
    assert inzet("--version").stdout.startswith("inzet 0.")
    assert "solve" in inzet().stdout


@pytest.mark.skipif(sys.platform == "win32", reason="signals work otherwise there")
def test_ctrl_c_while_building_leaves_nothing(workbook: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "inzet", "solve", str(workbook), "--out", str(tmp_path / "r")]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    assert run.stderr is not None
    run.stderr.readline()
    run.send_signal(signal.SIGINT)
    _, errors = run.communicate(timeout=60)
    time.sleep(0.1)
    assert "Traceback" not in errors
    folder = tmp_path / "r"
    assert run.returncode in (0, 3)
    assert (folder / "run.json").exists() == (run.returncode == 0)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
