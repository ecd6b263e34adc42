"""Cells that hold what people really type."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from inzet.errors import InputError
from inzet.workbook.reader import read_workbook


@pytest.mark.parametrize(
    "typed",
    [
        dt.datetime(2025, 4, 17),
        "2025-04",
        "2025-04-30",
        "1-4-2025",
        "17/04/2025",
        "04/2025",
        "apr 2025",
        "1 april 2025",
        "APR. 2025",
        " 2025-04\u00a0",
    ],
)
def test_months_in_many_spellings(accepted: Any, typed: object) -> None:
    def how(workbook: Any) -> None:
        workbook["Missions"]["F2"] = typed

    book, issues = accepted(how)
    assert issues == ()
    assert str(book.rows["Missions"][0].first_month) == "2025-04"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1.234,56", 1234.56),
        ("1,234.56", 1234.56),
        ("€ 12,5", 12.5),
        ("12 345", 12345),
        ("1.234.567", 1234567),
    ],
)
def test_numbers_in_many_spellings(accepted: Any, typed: str, number: float) -> None:
    def how(workbook: Any) -> None:
        workbook["Costs"]["G2"] = typed

    assert accepted(how)[0].rows["Costs"][0].amount == number


@pytest.mark.parametrize(("typed", "share"), [("60%", 0.6), ("0,6", 0.6), (0.6, 0.6), ("0.125", 0.125)])
def test_shares(accepted: Any, typed: object, share: float) -> None:
    def how(workbook: Any) -> None:
        workbook["Options"]["I2"] = typed

    assert accepted(how)[0].rows["Options"][0].share == share


@pytest.mark.parametrize(("typed", "truth"), [("Ja", True), (True, True), ("x", True), ("NEE", False), (0, False)])
def test_yes_and_no(accepted: Any, typed: object, truth: bool) -> None:
    def how(workbook: Any) -> None:
        workbook["Missions"]["K2"] = typed

    assert accepted(how)[0].rows["Missions"][0].mandated is truth


@pytest.mark.parametrize(
    ("sheet", "cell", "typed", "message", "fix"),
    [
        (
            "Missions",
            "F2",
            "13-2025",
            "'13-2025' is not a month",
            "Write the month as YYYY-MM, for example 2025-01.",
        ),
        ("Missions", "F2", "2025-02-30", "'2025-02-30' is not a month", "Write the month as YYYY-MM"),
        ("Missions", "F2", 45658, "'45658' is not a month", "Write the month as YYYY-MM"),
        ("Missions", "F2", "3025-01", "the year 3025 is out of range", "Use a year from 1990 to 2200."),
        ("Missions", "A2", "EUFOR Althea", "'EUFOR Althea' is not an id", "Use letters, digits, _ and -"),
        ("Costs", "G2", "1.234", "'1.234' can be read in two ways", "Write 1234 or 1.2340."),
        ("Costs", "G2", "1 2", "'1 2' is not a number", "Type a number"),
        (
            "Costs",
            "G2",
            dt.datetime(2025, 1, 1),
            "'2025-01-01' is not a number",
            "format the cell as a number",
        ),
        ("Costs", "G2", -1, "is too small", "Use 0 EUR or more."),
        ("Units", "D2", 0, "0 is too small", "Use 1 persons or more."),
        ("Units", "D2", 120.5, "'120.5' is not a whole number", "Type a whole number"),
        ("Options", "I2", 60, "is too large", "Use 1 or less."),
        (
            "Units",
            "C2",
            "militry",
            "'militry' is not allowed. Did you mean",
            "military, civil, police",
        ),
        ("Missions", "K2", "perhaps", "'perhaps' is neither yes nor no", "Choose yes or no."),
        ("Missions", "B2", None, "name is empty", "Fill in: Name of the mission."),
        ("Missions", "B2", "  ", "name is empty", "Fill in: Name of the mission."),
        ("Settings", "B3", None, "first_month is empty", "Fill in: First month of the plan."),
        ("Settings", "B8", "allowed", "'allowed' is not allowed.", "Choose one of: forbidden, priced."),
    ],
)
def test_refused_values(refused: Any, sheet: str, cell: str, typed: object, message: str, fix: str) -> None:
    def how(workbook: Any) -> None:
        workbook[sheet][cell].number_format = "General"
        workbook[sheet][cell] = typed

    (issue,) = refused(how)
    assert (issue.sheet, issue.cell) == (sheet, cell)
    assert message in issue.message
    assert fix in issue.fix


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#DIV/0!"])
def test_excel_errors(refused: Any, error: str) -> None:
    def how(workbook: Any) -> None:
        workbook["Units"]["D2"] = error

    (issue,) = refused(how)
    assert (issue.sheet, issue.cell, issue.value) == ("Units", "D2", error)
    assert issue.message == f"the cell shows the error {error}"
    assert issue.fix == "Mend its formula, or type the value."


def test_an_error_in_the_header(refused: Any) -> None:
    def how(workbook: Any) -> None:
        workbook["Interests"]["C1"] = "#REF!"

    error, missing = refused(how)
    assert (error.cell, error.value) == ("C1", "#REF!")
    assert missing.message == "column 'weight' is missing"


def test_a_formula_that_was_never_computed(refused: Any) -> None:
    def how(workbook: Any) -> None:
        workbook["Units"]["D2"] = "=2*60"

    (issue,) = refused(how)
    assert (issue.sheet, issue.cell, issue.value) == ("Units", "D2", "=2*60")
    assert issue.fix == "Open the workbook in Excel and save it, or type the value."


def test_a_formula_counts_as_the_value_that_was_saved_with_it(path: Any, compute: Any) -> None:
    compute("Units", "D2", "60*2", "120")
    compute("Options", "G3", 'IF(1=1,"","x")', "", text=True)
    book, issues = read_workbook(path)
    assert issues == ()
    assert book.rows["Units"][0].persons == 120
    assert book.rows["Options"][1].max_months is None


def test_a_doubled_key(refused: Any) -> None:
    def how(workbook: Any) -> None:
        workbook["Supply"]["B3"] = "2025-01-15"

    (issue,) = refused(how)
    assert (issue.sheet, issue.cell, issue.value) == ("Supply", "A3", "INF_COY / 2025-01")
    assert issue.message == "row 3 has the same key as row 2: 'INF_COY / 2025-01'"
    assert issue.rule == "unit and first_month together occur once"


def test_keys_that_differ_only_in_case(refused: Any) -> None:
    def how(workbook: Any) -> None:
        workbook["Interests"]["A3"] = "security"

    (issue,) = refused(how)
    assert "differs from 'SECURITY' only in case or spaces" in issue.message


def test_keys_that_differ_only_in_spaces(refused: Any) -> None:
    def how(workbook: Any) -> None:
        sheet = workbook["Basis"]
        for row, key in ((30, "INF_COY / 2025-01"), (31, "INF_COY/2025-01")):
            for column, value in enumerate(("Supply", key, "*", "derived"), start=1):
                sheet.cell(row, column, value)

    (issue,) = refused(how)
    assert (issue.sheet, issue.cell) == ("Basis", "A31")


def test_every_problem_is_said_at_once_in_the_order_of_the_workbook(spoil: Any) -> None:
    def how(workbook: Any) -> None:
        workbook["Scores"]["C2"] = 7
        workbook["Settings"]["B2"] = None
        workbook["Units"]["C3"] = "navy"
        workbook["Units"]["D3"] = "many"
        workbook["Units"]["K1"] = "remarks"
        workbook.remove(workbook["Missions"])

    with pytest.raises(InputError, match="5 problem") as caught:
        read_workbook(spoil(how))
    assert [(i.severity, i.sheet, i.cell) for i in caught.value.issues] == [
        ("error", "plan.xlsx", ""),
        ("error", "Settings", "B2"),
        ("warning", "Units", "K1"),
        ("error", "Units", "C3"),
        ("error", "Units", "D3"),
        ("error", "Scores", "C2"),
    ]
