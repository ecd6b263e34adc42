"""Killed at any moment: earlier results are intact, no half result is taken for a whole one, and a new run goes on."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from inzet.reports.folder import MARK, whole_folder
from inzet.solver.keeping import held, write_whole

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks and kills")


def tried(*arguments: str, program: str = "kill_points.py") -> dict[str, Any]:
    command = [sys.executable, str(Path(__file__).with_name(program)), "--json", *arguments]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.stdout, run.stderr
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def test_some_kills_of_a_sensitivity_run() -> None:
    found = tried("--command", "sensitivity", "--points", "10", "--lanes", "1")
    assert found["findings"] == []
    assert (found["points"], found["lost"], found["faults"]) == (10, 0, 0)
    assert found["resumed"] > 0
    assert {"earlier result", "new result"} <= set(found["states"])


@pytest.mark.slow
def test_every_kill() -> None:
    found = tried()
    assert found["findings"] == []
    assert (found["lost"], found["faults"]) == (0, 0)
    assert found["points"] > 250
    assert found["resumed"] > 50
    assert {"earlier result", "new result", "earlier result aside", "no result yet"} == set(found["states"])


def written(target: Path, text: str) -> None:
    with whole_folder(target) as folder:
        (folder / "plan.txt").write_text(text)
        (folder / MARK).write_text("{}")


def test_what_killed_runs_left_behind_is_cleared_away(tmp_path: Path) -> None:
    target = tmp_path / "plan"
    for name in (".plan.abcd1234.partial", ".plan.0_a1b2c3.partial", ".plan.12345678.old"):
        (tmp_path / name / "figures").mkdir(parents=True)
    written(target, "new")
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


def test_what_a_living_run_writes_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "plan"
    with whole_folder(target) as folder:
        written(target, "of another run")
        assert folder.is_dir()
        (folder / "plan.txt").write_text("of this run")
        (folder / MARK).write_text("{}")
    assert (target / "plan.txt").read_text() == "of this run"
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


def test_what_belongs_to_another_folder_or_to_nobody_is_left_alone(tmp_path: Path) -> None:
    names = {".plan.v2.abcd1234.partial", ".plan-b.abcd1234.partial", ".plan.notes.partial", "plan.abcd1234.partial"}
    for name in names:
        (tmp_path / name).mkdir()
    written(tmp_path / "plan", "new")
    assert {path.name for path in tmp_path.iterdir()} == {"plan", *names}


def test_half_answers_of_killed_runs_are_cleared_away(tmp_path: Path) -> None:
    dead, alive = (tmp_path / f".{'ab' * 32}.json.{end}.tmp" for end in ("0123abcd", "89abcdef"))
    dead.write_text("{")
    alive.write_text("{")
    (tmp_path / "mine.tmp").write_text("")
    with held(alive) as is_held:
        assert is_held
        write_whole(tmp_path / "answer.json", "{}")
    assert {path.name for path in tmp_path.iterdir()} == {"answer.json", alive.name, "mine.tmp"}
