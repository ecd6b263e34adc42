"""No plan is shown without a word on what hangs on assumed numbers."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from builders import small_book, with_basis
from typer.testing import CliRunner

from inzet.cli import app
from inzet.reports.assumptions.standing import NOT_EXAMINED
from inzet.workbook.writer import write_workbook


def run(*arguments: object) -> None:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook and the plan that runs."""
    path = tmp_path_factory.mktemp("fronts")
    write_workbook(with_basis(small_book()), path / "small.xlsx")
    run("solve", path / "small.xlsx", "--out", path / "solve", "--gap", "0")
    return path


@pytest.mark.parametrize(
    ("arguments", "workbook"),
    [
        (("replan", "solve", "--as-of", "2025-10"), "replan.xlsx"),
        (("alternatives", "small.xlsx", "--plans", "1"), "alternatives.xlsx"),
        (("sensitivity", "small.xlsx", "weight", "ALLY"), "sensitivity.xlsx"),
        (("sensitivity", "small.xlsx", "criticality"), "sensitivity.xlsx"),
        (("compare", "small.xlsx", "solve"), "compare.xlsx"),
    ],
)
def test_the_front_sheet_says_that_nobody_asked(folder: Path, arguments: tuple[str, ...], workbook: str) -> None:
    command, *rest = arguments
    places = [folder / part if (folder / part).exists() else part for part in rest]
    out = folder / f"{command}-{'-'.join(rest)}"
    run(command, *places, "--out", out)
    sheet = openpyxl.load_workbook(out / workbook)["Summary"]
    said = [cell.value for row in sheet.iter_rows() for cell in row]
    assert NOT_EXAMINED in said
