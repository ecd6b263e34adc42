"""The empty workbook: what it holds, and that it asks for nothing but being filled in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from inzet.errors import InputError
from inzet.workbook.reader import read_workbook
from inzet.workbook.template import write_template


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "template.xlsx"
    write_template(path)
    return path


def column(sheet: Any, letter: str) -> list[object]:
    return [cell.value for cell in sheet[letter][1:]]


def test_what_is_filled_in(template: Path) -> None:
    workbook = openpyxl.load_workbook(template)
    settings = dict(zip(column(workbook["Settings"], "A"), column(workbook["Settings"], "B"), strict=True))
    assert settings["title"] is None
    assert (settings["decision_every"], settings["readiness_shortfall"]) == (3, "priced")
    assert column(workbook["Goals"], "A") == ["readiness", "value", "changes", "cost", "start"]
    assert column(workbook["Goals"], "B") == [1, 2, 3, 4, 5]
    assert column(workbook["Tiers"], "B") == [10, 30, 180]
    assert column(workbook["Missions"], "A") == []


def test_it_only_asks_to_be_filled_in(template: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_workbook(template)
    assert [(i.severity, i.sheet, i.cell, i.message) for i in caught.value.issues] == [
        ("error", "Settings", "B2", "title is empty"),
        ("error", "Settings", "B3", "first_month is empty"),
        ("error", "Settings", "B4", "last_month is empty"),
        *(
            ("error", sheet, "", "the sheet has no rows")
            for sheet in (
                "Interests",
                "Units",
                "Supply",
                "Capabilities",
                "Missions",
                "Options",
                "Requirements",
                "Scores",
            )
        ),
    ]
    assert all(issue.fix.startswith("Fill it in: ") for issue in caught.value.issues[3:])
