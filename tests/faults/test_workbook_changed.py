"""The workbook is changed, moved or taken away while it is worked on: what is kept is what was asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from builders import changed, small_book, with_basis
from refusing import Refusing
from typer.testing import CliRunner, Result

from inzet.analyses.finished import INPUT, read_result
from inzet.cli import app, place, reading
from inzet.problem import Problem
from inzet.schema.rows import Basis
from inzet.workbook.writer import write_workbook

Meddle = Callable[[Path], None]


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """The small plan; one number of it is assumed, so that little is to be examined."""
    book = with_basis(small_book())
    derived = [row.model_copy(update={"basis": "derived", "low": None, "high": None}) for row in book.of(Basis)]
    one = {
        "about": "Interests",
        "row": "ALLY",
        "column": "weight",
        "basis": "assumed",
        "low": 9,
        "high": 11,
        "why": "?",
    }
    path = tmp_path / "asked.xlsx"
    write_workbook(book.with_rows(Basis.sheet, [*derived, Basis.model_validate(one)]), path)
    return path


def edit(path: Path) -> None:
    """Somebody saves another question under the same name."""
    write_workbook(with_basis(changed(small_book(), "Supply", "EXPERT / 2025-01", units=6)), path)


def spoil(path: Path) -> None:
    path.write_text("half a workbook")


def take_away(path: Path) -> None:
    path.unlink()


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "120"})


@pytest.mark.parametrize(
    ("command", "meddle"),
    [
        ("solve", edit),
        ("solve", take_away),
        ("assumptions", edit),
        pytest.param("solve", spoil, marks=pytest.mark.slow),
        pytest.param("assumptions", spoil, marks=pytest.mark.slow),
        pytest.param("assumptions", take_away, marks=pytest.mark.slow),
    ],
)
def test_during_the_search(
    workbook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, meddle: Meddle
) -> None:
    asked, met = workbook.read_bytes(), []

    def at_first(number: int, _: Problem) -> bool:
        if number == 1:
            meddle(workbook)
            met.append(number)
        return False

    monkeypatch.setattr(place, "ChildProcesses", lambda: Refusing(at_first))
    draws = ("--draws", "0") if command == "assumptions" else ()
    result = run(command, workbook, *draws, "--out", tmp_path / "r", "--kept", tmp_path / "kept")
    assert result.exit_code == 0, result.output
    assert met == [1]
    assert not workbook.exists() or workbook.read_bytes() != asked
    assert (tmp_path / "r" / INPUT).read_bytes() == asked
    finished = read_result(tmp_path / "r")
    assert finished.scenario.content_hash == json.loads((tmp_path / "r" / "run.json").read_text())["content_hash"]
    assert run("audit", tmp_path / "r").exit_code == 0


@pytest.mark.parametrize("meddle", [edit, take_away])
@pytest.mark.parametrize("command", ["solve", "assumptions"])
def test_while_it_is_read(
    workbook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, meddle: Meddle
) -> None:
    real = reading.read_workbook

    def read(path: Path) -> object:
        found = real(path)
        meddle(path)
        return found

    monkeypatch.setattr(reading, "read_workbook", read)
    monkeypatch.setattr(place, "ChildProcesses", lambda: pytest.fail("nothing is to be solved"))
    result = run(command, workbook, "--out", tmp_path / "r", "--kept", tmp_path / "kept")
    assert result.exit_code == 2
    assert f"{workbook} was changed while it was read. Nothing was solved" in " ".join(result.stderr.split())
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize("command", ["solve", "assumptions"])
def test_before_it_is_read(workbook: Path, tmp_path: Path, command: str) -> None:
    workbook.unlink()
    result = run(command, workbook, "--out", tmp_path / "r")
    assert result.exit_code == 2
    assert f"there is no file {workbook}" in " ".join(result.output.split())
