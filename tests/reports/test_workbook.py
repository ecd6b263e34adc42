from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from inzet.reports.workbook import write_plan_workbook

from .conftest import FORMULA, Told

SHEETS = [
    "Summary",
    "Decisions",
    "Value by interest",
    "Money",
    "Cost per fund",
    "Unit use",
    "Readiness",
    "Rules",
    "Rotation",
    "Persons deployed",
    "Deployed against reported",
    "What is assumed",
    "Columns",
]
HEADER = 3
"""Rows above the header, for pandas."""


def written(told: Told, folder: Path) -> Path:
    path = folder / "plan.xlsx"
    write_plan_workbook(path, *told.all)
    return path


@pytest.fixture
def path(told: Told, tmp_path: Path) -> Path:
    return written(told, tmp_path)


def read(path: Path, sheet: str) -> pd.DataFrame:
    return pd.read_excel(path, sheet_name=sheet, header=HEADER)


def test_every_table_has_its_sheet(path: Path, told: Told):
    workbook = openpyxl.load_workbook(path)
    assert workbook.sheetnames == SHEETS
    assert {table.title for table in told.tables.values()} <= set(workbook.sheetnames)
    for worksheet in workbook.worksheets[1:]:
        assert worksheet.freeze_panes, worksheet.title
        assert worksheet.page_setup.orientation == "landscape"
        assert worksheet.page_setup.fitToWidth == 1


def test_value_adds_up_to_the_goal(path: Path, told: Told):
    frame = read(path, "Value by interest")
    goal = next(goal for goal in told.solution.goals if goal.name == "value")
    total = frame.iloc[-1]
    assert total["mission"] == "Total"
    assert total["total (points)"] == pytest.approx(goal.claimed)
    assert frame["total (points)"][:-1].sum() == pytest.approx(goal.claimed)
    interests = [column for column in frame.columns if column.endswith("(points)") and not column.startswith("total")]
    assert total[interests].sum() == pytest.approx(goal.claimed)


def test_money_adds_up_to_the_postings(path: Path, told: Told):
    euro = sum(posting.euro for posting in told.ledger.postings)
    money, cost, decisions = (read(path, sheet) for sheet in ("Money", "Cost per fund", "Decisions"))
    assert money["spent (EUR million)"].iloc[-1] * 1e6 == pytest.approx(euro)
    assert money["spent (EUR million)"][:-1].sum() * 1e6 == pytest.approx(euro)
    assert cost["total (EUR million)"].iloc[-1] * 1e6 == pytest.approx(euro)
    assert cost["total (EUR million)"][:-1].sum() * 1e6 == pytest.approx(euro)
    assert decisions["cost (EUR million)"].iloc[-1] * 1e6 == pytest.approx(euro)


def test_what_is_in_comes_first(path: Path):
    frame = read(path, "Decisions")
    assert list(frame["decision"][:-1]) == ["in", "in", "out", "out"]
    assert frame.loc[frame["decision"] == "out", "persons"].isna().all()
    worksheet = openpyxl.load_workbook(path)["Decisions"]
    fills = [worksheet.cell(row, 1).fill.start_color.rgb[-6:] for row in (5, 6, 7, 8)]
    assert fills == ["E2EFDA", "E2EFDA", "EDEDED", "EDEDED"]


def test_units_stand_where_the_table_has_them(path: Path, told: Told):
    worksheet = openpyxl.load_workbook(path)["Unit use"]
    months = [worksheet.cell(4, column).value for column in range(3, worksheet.max_column + 1)]
    assert months == [str(month) for month in told.ledger.scenario.horizon]
    frame = told.tables["unit_use"].frame
    block = {worksheet.cell(row, 2).value: row for row in range(11, 17)}
    assert worksheet.cell(11, 1).value == "Infantry company (INF_COY)"
    for name, row in block.items():
        expected = list(frame.loc[frame["unit"] == "INF_COY", name])
        assert [worksheet.cell(row, column).value or 0 for column in range(3, 3 + len(months))] == expected
    assert worksheet.conditional_formatting


def test_a_shortfall_is_red(short: Told, tmp_path: Path):
    worksheet = openpyxl.load_workbook(written(short, tmp_path))["Readiness"]
    margins = [cell for row in worksheet.iter_rows(min_row=5, min_col=7) for cell in row]
    below = [cell for cell in margins if cell.value is not None and cell.value < 0]
    assert below
    assert all(cell.fill.start_color.rgb.endswith("F8CBAD") for cell in below)
    frame = short.tables["readiness"].frame
    assert sum(cell.value for cell in margins) == frame["margin"].sum()


def test_text_is_never_a_formula(path: Path):
    workbook = openpyxl.load_workbook(path)
    cells = [cell for worksheet in workbook for row in worksheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    named = [cell for cell in cells if cell.value == FORMULA]
    assert named
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in named)


def test_every_number_has_its_unit_in_the_header(path: Path):
    for sheet in ("Decisions", "Value by interest", "Money", "Cost per fund", "Persons deployed"):
        frame = read(path, sheet)
        bare = [
            name
            for name in frame.select_dtypes("number").columns
            if not name.endswith(")") and name not in ("months", "persons", "year")
        ]
        assert not bare, sheet


def test_every_column_is_documented(path: Path):
    columns = read(path, "Columns")
    assert columns["meaning"].notna().all()
    for sheet in SHEETS[1:-1]:
        labels = [str(label) for label in read(path, sheet).columns]
        documented = list(columns.loc[columns["sheet"] == sheet, "column"])
        assert all(any(label.startswith(name) for name in documented) or label[:4].isdigit() for label in labels), sheet


def test_the_front_sheet_leads_to_every_sheet(path: Path):
    worksheet = openpyxl.load_workbook(path)["Summary"]
    links = [cell.hyperlink.location for row in worksheet.iter_rows() for cell in row if cell.hyperlink]
    assert links == [f"'{sheet}'!A1" for sheet in SHEETS[1:]]


def test_the_same_plan_gives_the_same_bytes(told: Told, tmp_path: Path):
    first = written(told, tmp_path).read_bytes()
    assert written(told, tmp_path).read_bytes() == first


def test_a_plan_of_nothing_is_written_too(nothing: Told, tmp_path: Path):
    workbook = openpyxl.load_workbook(written(nothing, tmp_path))
    assert workbook.sheetnames == SHEETS
    assert "no readiness commitments" in workbook["Readiness"]["A5"].value
    assert "Not used in this plan" in workbook["Unit use"]["A5"].value
