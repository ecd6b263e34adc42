"""Sheets, columns and rows that are not where, or not called, as they should be."""

from __future__ import annotations

from typing import Any

import pytest

Missions = "Missions"


def test_names_are_found_whatever_their_case_spaces_and_marks(accepted: Any) -> None:
    def how(workbook: Any) -> None:
        workbook[Missions].title = " MISSIONS"
        sheet = workbook["Supply"]
        sheet["B1"], sheet["C1"], sheet["D1"] = "First Month", "LAST-MONTH", " units "
        settings = workbook["Settings"]
        settings["A3"], settings.title = "First month", "set_tings"

    book, issues = accepted(how)
    assert issues == ()
    assert len(book.rows[Missions]) == 2
    assert str(book.settings.first_month) == "2025-01"


def test_columns_and_rows_may_stand_in_any_order_with_gaps(accepted: Any) -> None:
    def how(workbook: Any) -> None:
        sheet = workbook["Interests"]
        sheet.delete_rows(1, 5)
        sheet["C4"], sheet["E4"], sheet["G4"] = "weight", "interest", "name"
        sheet["C6"], sheet["E6"], sheet["G6"] = 3, "SECURITY", "Security"
        sheet["B8"] = "   "
        sheet["C9"], sheet["E9"], sheet["G9"] = 1, " ALLY ", "  Reliable   ally\u00a0"

    book, issues = accepted(how)
    assert issues == ()
    assert [(i.interest, i.name, i.weight) for i in book.rows["Interests"]] == [
        ("SECURITY", "Security", 3),
        ("ALLY", "Reliable ally", 1),
    ]
    assert book.places.cell("Interests", "ALLY", "weight") == "C9"


def test_places_of_rows_and_settings(accepted: Any) -> None:
    book, _ = accepted(lambda workbook: None)
    assert book.places.cell("Supply", "INF_COY / 2026-01", "units") == "D3"
    assert book.places.cell("Settings", "last_month", "value") == "B4"
    assert book.name == "plan.xlsx"


def test_a_missing_sheet(refused: Any) -> None:
    (issue,) = refused(lambda workbook: workbook.remove(workbook["Scores"]))
    assert (issue.sheet, issue.cell) == ("plan.xlsx", "")
    assert issue.message == "sheet Scores is missing"
    assert issue.fix == "Add a sheet Scores; the template has one."


def test_a_missing_sheet_that_is_probably_misspelt(refused: Any) -> None:
    def how(workbook: Any) -> None:
        workbook["Requirements"].title = "Requirments"
        workbook["Settings"].title = "Setings"

    settings, requirements = refused(how)
    assert settings.fix == "Rename it to Settings."
    assert requirements.message == "sheet Requirements is missing; is 'Requirments' meant to be it?"


def test_an_optional_sheet_may_be_missing(accepted: Any) -> None:
    book, issues = accepted(lambda workbook: workbook.remove(workbook["Costs"]))
    assert issues == ()
    assert book.rows["Costs"] == ()


def test_an_unknown_sheet(accepted: Any) -> None:
    def how(workbook: Any) -> None:
        workbook.create_sheet("Scratch")
        workbook.create_sheet("Explanation")

    _, (issue,) = accepted(how)
    assert issue.severity == "warning"
    assert issue.message == "sheet 'Scratch' is unknown and is not read."


def test_a_slip_in_the_name_of_an_optional_sheet_does_not_drop_it(refused: Any) -> None:
    def how(workbook: Any) -> None:
        workbook["Costs"].title = "Kosts"

    (issue,) = refused(how)
    assert issue.message == "sheet 'Kosts' is unknown and is not read. Did you mean 'Costs'?"


def test_a_doubled_sheet(refused: Any) -> None:
    (issue,) = refused(lambda workbook: workbook.create_sheet("Supply "))
    assert issue.message == "both 'Supply' and 'Supply ' are sheet Supply"


@pytest.mark.parametrize("keep_header", [True, False])
def test_a_required_sheet_without_rows(refused: Any, keep_header: bool) -> None:
    (issue,) = refused(lambda workbook: workbook["Scores"].delete_rows(1 + keep_header, 50))
    assert (issue.sheet, issue.message) == ("Scores", "the sheet has no rows")
    assert issue.fix.startswith("Fill it in: How much a mission serves an interest")


def test_an_empty_settings_sheet(refused: Any) -> None:
    (issue,) = refused(lambda workbook: workbook["Settings"].delete_rows(1, 50))
    assert (issue.sheet, issue.message) == ("Settings", "the sheet is empty")


def test_an_unknown_column(accepted: Any) -> None:
    def how(workbook: Any) -> None:
        workbook[Missions]["S1"] = "Remarks"
        workbook[Missions]["T1"] = "#checked by"
        workbook[Missions]["T2"] = "somebody"

    _, issues = accepted(how)
    assert [(i.severity, i.sheet, i.cell, i.value) for i in issues] == [("warning", Missions, "S1", "Remarks")]
    assert issues[0].message == "column 'Remarks' is unknown and is not read."


def test_a_slip_in_the_name_of_an_optional_column_does_not_drop_it(refused: Any) -> None:
    def how(workbook: Any) -> None:
        workbook[Missions]["O1"] = "max_stay"

    (issue,) = refused(how)
    assert (issue.sheet, issue.cell, issue.value) == (Missions, "O1", "max_stay")
    assert "Did you mean 'max_stays'?" in issue.message


def test_a_missing_column(refused: Any) -> None:
    def how(workbook: Any) -> None:
        workbook["Units"].delete_cols(4)
        workbook["Scores"]["C1"] = "scroe"

    units, scores = refused(how)
    assert (units.sheet, units.cell) == ("Units", "")
    assert units.message == "column 'persons' is missing"
    assert units.fix == "Add a column with the name persons."
    assert (scores.sheet, scores.cell, scores.value) == ("Scores", "C1", "scroe")
    assert scores.message == "column 'score' is missing; is 'scroe' meant to be it?"
    assert scores.fix == "Write score in C1."


def test_an_optional_column_may_be_missing(accepted: Any) -> None:
    book, issues = accepted(lambda workbook: workbook["Units"].delete_cols(9))
    assert issues == ()
    assert [unit.notice_recovering for unit in book.rows["Units"]] == [0, 0]


def test_a_doubled_column(refused: Any) -> None:
    def how(workbook: Any) -> None:
        workbook["Interests"]["D1"] = "Weight"

    (issue,) = refused(how)
    assert (issue.cell, issue.value) == ("D1", "Weight")
    assert issue.message == "column 'weight' stands in C1 and again in D1"


def test_values_below_no_name(accepted: Any) -> None:
    def how(workbook: Any) -> None:
        workbook["Interests"]["E3"] = "a thought"

    _, (issue,) = accepted(how)
    assert (issue.cell, issue.value) == ("E3", "a thought")
    assert issue.message == "column E has values but no name, and is not read"


def test_a_title_above_the_header(refused: Any) -> None:
    def how(workbook: Any) -> None:
        workbook["Units"].insert_rows(1, 2)
        workbook["Units"]["A1"] = "What we have"

    (issue,) = refused(how)
    assert (issue.sheet, issue.cell) == ("Units", "1")
    assert issue.message == "row 1 holds none of the column names; row 3 does"
    assert issue.fix == "Remove the rows above row 3."


def test_no_header_at_all(refused: Any) -> None:
    (issue,) = refused(lambda workbook: workbook["Interests"].delete_rows(1))
    assert issue.message == "row 1 holds none of the column names"
    assert issue.fix == "Write them in row 1: interest, name, weight."


def test_merged_cells(refused: Any) -> None:
    (issue,) = refused(lambda workbook: workbook["Scores"].merge_cells("A2:A3"))
    assert (issue.sheet, issue.cell) == ("Scores", "A2")
    assert "A2:A3 are merged" in issue.message
    assert "unmerge" in issue.fix


def test_merged_cells_beside_the_table_do_not_matter(accepted: Any) -> None:
    def how(workbook: Any) -> None:
        workbook["Scores"]["F1"] = "# my notes"
        workbook["Scores"].merge_cells("F1:H3")

    assert accepted(how)[1] == ()


def test_what_is_hidden_is_read_with_a_warning(accepted: Any) -> None:
    def how(workbook: Any) -> None:
        workbook["Tiers"].sheet_state = "hidden"
        workbook["Supply"].row_dimensions[3].hidden = True
        workbook["Supply"].row_dimensions[300].hidden = True
        workbook["Units"].column_dimensions["D"].hidden = True

    book, issues = accepted(how)
    assert len(book.rows["Supply"]) == 3
    assert [(i.severity, i.sheet, i.cell) for i in issues] == [
        ("warning", "Units", "D1"),
        ("warning", "Supply", "3"),
        ("warning", "Tiers", ""),
    ]
    assert issues[0].message == "column 'persons' is hidden; it is read all the same"


def test_settings_that_are_missing_doubled_or_unknown(refused: Any, accepted: Any) -> None:
    def how(workbook: Any) -> None:
        sheet = workbook["Settings"]
        sheet["A2"], sheet["A4"] = "titel", "nonsense"
        sheet["A20"], sheet["B20"] = "First Month", "2025-01"

    doubled, title, last_month = refused(how)
    assert doubled.message == "setting 'first_month' stands in row 3 and again in row 20"
    assert doubled.cell == "A20"
    assert (title.cell, title.value, title.fix) == ("A2", "titel", "Write title there.")
    assert last_month.fix == "Add a row with setting last_month: Last month of the plan."


def test_an_unknown_setting(refused: Any) -> None:
    def how(workbook: Any) -> None:
        workbook["Settings"]["A5"] = "decision evry"

    (issue,) = refused(how)
    assert (issue.severity, issue.sheet, issue.cell) == ("error", "Settings", "A5")
    assert "Did you mean 'decision_every'?" in issue.message
