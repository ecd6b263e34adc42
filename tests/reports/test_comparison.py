"""The comparison as figures, workbook, page, tables and document: readable, and all saying the same."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from builders import small_book
from comparisons import comparison

from inzet.analyses.compare import Comparison
from inzet.analyses.library import Kind
from inzet.plan.tables import Table
from inzet.reports.comparison.document import COMPARE_KEYS
from inzet.reports.comparison.files import write_comparison
from inzet.reports.comparison.tables import comparison_tables
from inzet.reports.comparison.words import changes_words, comparison_summary, solved_words
from inzet.reports.comparison.workbook import kind_in
from inzet.reports.figures.canvas import Caption
from inzet.reports.figures.compare_bars import compare_bars
from inzet.reports.figures.compare_bridge import compare_bridge
from inzet.reports.figures.compare_matrix import HEIGHT, WIDTH, compare_matrix
from inzet.reports.figures.compare_regret import compare_regret
from inzet.schema.rows import Change

from .conftest import check_readable

NAMES = ("base", "FEW_EXPERTS", "DEARER_ALLY", "NO_COMPANY", "+CHEAPEST", "IMPOSSIBLE", "WRONG")
CAPTION = Caption("A small plan", "Made up for the tests.")
SHEETS = [
    *("Summary", "Courses of action", "Decisions", "Input differences", "Value", "Bridge", "Regret", "Other worlds"),
    *("Readiness", "Money", "Persons", "Moved units"),
]


@pytest.fixture(scope="module")
def found() -> Comparison:
    return comparison(*NAMES)


@pytest.fixture(scope="module")
def tables(found: Comparison) -> Mapping[str, Table]:
    return comparison_tables(found)


@pytest.fixture(scope="module")
def folder(found: Comparison, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("comparison")
    write_comparison(folder, found)
    return folder


@pytest.fixture(scope="module")
def fourteen() -> Comparison:
    """Fourteen options with names as long as those of the shipped workbook."""
    rows = [
        Change.model_validate(
            {
                "scenario": f"RATHER_LONG_SCENARIO_{number}",
                "about": "Supply",
                "row": "EXPERT / 2025-01",
                "column": "units",
                "how": "set",
                "value": str(number % 11),
            }
        )
        for number in range(13)
    ]
    book = small_book().with_rows("Scenarios", rows)
    return comparison("base", *dict.fromkeys(row.scenario for row in rows), book=book)


def test_everything_is_written(folder: Path) -> None:
    names = ("overview", "regret", "bridge", "bridge_from_first", "bars")
    assert {path.name for path in (folder / "figures").iterdir()} == {
        f"{name}.{kind}" for name in names for kind in ("png", "svg")
    }
    assert {path.name for path in folder.iterdir()} == {
        *("figures", "tables", "compare.xlsx", "compare.html", "compare.json")
    }


def test_the_workbook_has_every_sheet_and_no_formula(folder: Path) -> None:
    workbook = openpyxl.load_workbook(folder / "compare.xlsx")
    assert workbook.sheetnames == SHEETS
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row]
    assert not any(cell.data_type == "f" for cell in cells)


def test_courses_of_action_have_options_across(folder: Path, found: Comparison) -> None:
    sheet = openpyxl.load_workbook(folder / "compare.xlsx")["Courses of action"]
    heads = [cell.value for cell in sheet[4]]
    assert heads[2:] == [name.replace("_", " ") for name in NAMES]
    rows = {row[0].value: [cell.value for cell in row[2:]] for row in sheet.iter_rows(min_row=5)}
    assert rows["outcome"] == [*["optimal"] * 5, "infeasible", "failed"]
    assert rows["the same against base"][0] == "tie"
    assert rows["value, under its own priorities"][:2] == [
        pytest.approx(course.value, rel=1e-6) for course in found.courses[:2]
    ]
    assert rows["value, under the priorities of base"][2] == pytest.approx(found.courses[0].value)
    assert rows["take another option"][1] == 1


def test_the_page_loads_nothing(folder: Path) -> None:
    text = (folder / "compare.html").read_text(encoding="utf-8")
    sources = re.findall(r"(?:src|href)=\"([^\"]{1,30})", text)
    assert sources
    assert all(source.startswith(("data:image/svg+xml;base64,", "#")) for source in sources)
    parts = re.sub(r"base64,[^\"]*", "", text)
    assert "http" not in parts
    anchors = set(re.findall(r'href="#([^"]+)"', parts))
    assert anchors <= set(re.findall(r'id="([^"]+)"', parts))


def test_the_page_has_every_option_and_closes_what_it_opens(folder: Path) -> None:
    class Balance(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.opened: list[str] = []
            self.words = ""

        def handle_starttag(self, tag: str, attrs: object) -> None:
            if tag not in ("meta", "img"):
                self.opened.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert self.opened.pop() == tag

        def handle_data(self, data: str) -> None:
            self.words += data

    page = Balance()
    page.feed((folder / "compare.html").read_text(encoding="utf-8"))
    assert page.opened == []
    assert all(name.replace("_", " ") in page.words for name in NAMES)


def test_the_document_keeps_its_contract(folder: Path, found: Comparison) -> None:
    document = json.loads((folder / "compare.json").read_text(encoding="utf-8"))
    assert set(document) == set(COMPARE_KEYS)
    assert document["schema"] == "inzet.compare/2"
    assert [option["name"] for option in document["options"]] == list(NAMES)
    for bridge in document["bridges"]:
        total = bridge["start"] + sum(step["points"] for step in bridge["steps"])
        assert total == pytest.approx(bridge["end"], abs=1e-9)
    own = [row for row in document["regret"] if row["plan"] == row["world"]]
    assert [row["loss"] for row in own] == [0] * len(found.planned)
    assert document["options"][-1]["value"] is None


def test_tables_say_the_same_as_the_ledgers(folder: Path, found: Comparison) -> None:
    value = pd.read_csv(folder / "tables" / "value.csv").set_index("interest")
    for course in found.planned:
        assert value.at["total", course.name] == pytest.approx(course.value)
        assert value[course.name].drop("total").sum() == pytest.approx(course.value)
    bridge = pd.read_csv(folder / "tables" / "bridge.csv")
    for _, rows in bridge.groupby(["from", "to"]):
        points = rows.set_index("step")["value"]
        assert points.drop("end").sum() == pytest.approx(points["end"])


def test_a_plan_that_does_not_hold_is_marked(tables: Mapping[str, Table]) -> None:
    regret = tables["regret"].frame.set_index("plan")
    assert regret.at["base", "base"] == "tie"
    assert str(regret.at["base", "FEW_EXPERTS"]).endswith(" !")
    assert str(regret.at["base", "NO_COMPANY"]).endswith(" x")
    assert "cost +" in str(regret.at["base", "+CHEAPEST"])
    assert regret.at["base", "IMPOSSIBLE"] == "no plan"
    worlds = tables["worlds"].frame.set_index(["plan", "world"])
    assert "EXPERT too many" in str(worlds.at[("base", "FEW_EXPERTS"), "breaks"])
    assert "ALTHEA" in str(worlds.at[("base", "NO_COMPANY"), "left_out"])


def test_decisions_carry_the_mark_of_what_changes(tables: Mapping[str, Table]) -> None:
    decisions = tables["decisions"].frame.set_index("mission")
    assert decisions.at["EUPM", "base"] == "TEN 2025-04 to 2026-12"
    assert decisions.at["EUPM", "FEW_EXPERTS"] == "FIVE 2025-04 to 2026-12 [option]"
    assert kind_in(str(decisions.at["EUPM", "FEW_EXPERTS"])) is Kind.OPTION
    assert kind_in(str(decisions.at["EUPM", "base"])) is None
    assert decisions.at["ALTHEA", "NO_COMPANY"] == "not in this option [out]"
    assert decisions.at["EUPM", "IMPOSSIBLE"] == "no plan"


def test_words_say_what_failed_and_what_was_known(found: Comparison) -> None:
    lines = dict(line for section in comparison_summary(found)[:2] for line in section.lines)
    assert lines["Proof"] == "5 of 7 options proven optimal."
    assert lines["IMPOSSIBLE"].startswith("no plan")
    assert solved_words(found) == "0 of 7 options were solved before and are unchanged; 7 solved now."
    assert changes_words(found, found.courses[2]) == "the same plan"
    assert changes_words(found, found.courses[1], brief=True) == "1 changed otherwise"


def test_one_page_stays_readable(fourteen: Comparison, found: Comparison) -> None:
    for compared in (fourteen, found):
        figure = compare_matrix(compared, CAPTION)
        check_readable(figure)
        assert tuple(figure.get_size_inches()) == pytest.approx((WIDTH, HEIGHT))


def test_the_other_figures_stay_readable(fourteen: Comparison, found: Comparison) -> None:
    for compared in (fourteen, found):
        names = [course.name for course in compared.courses]
        check_readable(compare_regret(compared, CAPTION))
        check_readable(compare_bridge(compared.bridges, "Bridges", CAPTION))
        check_readable(compare_bars(comparison_tables(compared), names, CAPTION))


def test_nothing_planned_is_told_as_well(tmp_path: Path) -> None:
    document = write_comparison(tmp_path, comparison("IMPOSSIBLE", "WRONG"))
    assert document["bridges"] == []
    assert openpyxl.load_workbook(tmp_path / "compare.xlsx").sheetnames == SHEETS
