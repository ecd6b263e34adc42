"""Workbooks that are written: whole, the same every time, pleasant, and harmless."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from builders import small_book, small_rows

import inzet.workbook.writer as writer
from inzet.calendar import Month
from inzet.errors import OutputError
from inzet.schema.book import Book
from inzet.schema.rows import SHEETS, Interest, Row
from inzet.workbook import style
from inzet.workbook.reader import read_workbook
from inzet.workbook.writer import write_workbook


def fill_of(cell: Any) -> str:
    return str(cell.fill.start_color.rgb)[2:] if cell.fill.fill_type else ""


@pytest.fixture
def workbook(path: Path) -> Any:
    return openpyxl.load_workbook(path)


def test_reading_gives_back_what_was_written(path: Path) -> None:
    book = small_book()
    again, issues = read_workbook(path)
    assert issues == ()
    assert again.settings == book.settings
    assert again.rows == book.rows
    assert again.content_hash() == book.content_hash()


def test_what_is_left_to_its_default_stays_empty(path: Path) -> None:
    book = small_book()
    again, _ = read_workbook(path)
    for sheet, rows in book.rows.items():
        for row, other in zip(rows, again.rows[sheet], strict=True):
            assert row.model_fields_set == other.model_fields_set


def test_equal_books_give_equal_bytes(tmp_path: Path, path: Path) -> None:
    time.sleep(2.1)  # zip times have a resolution of two seconds
    again = tmp_path / "again.xlsx"
    write_workbook(small_book(), again)
    assert again.read_bytes() == path.read_bytes()


def test_bytes_do_not_depend_on_the_order_of_sets(tmp_path: Path, path: Path) -> None:
    other = tmp_path / "other.xlsx"
    program = f"from pathlib import Path; from builders import small_book; import {writer.__name__} as w; "
    program += f"w.write_workbook(small_book(), Path({str(other)!r}))"
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", program], check=True, env=environment)
    assert other.read_bytes() == path.read_bytes()


def test_a_file_that_cannot_be_written_leaves_no_trace(tmp_path: Path) -> None:
    (tmp_path / "plan.xlsx").mkdir()
    with pytest.raises(OutputError, match="Close it in Excel"):
        write_workbook(small_book(), tmp_path / "plan.xlsx")
    with pytest.raises(OutputError, match="check the folder"):
        write_workbook(small_book(), tmp_path / "nowhere" / "plan.xlsx")
    assert [entry.name for entry in tmp_path.iterdir()] == ["plan.xlsx"]


def test_what_was_there_before_survives_a_failure(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    before = path.read_bytes()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        write_workbook(small_book(), path)
    assert path.read_bytes() == before
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(1)", "#N/A", "'=1", "a\x07b"])
def test_text_never_becomes_a_formula(tmp_path: Path, text: str) -> None:
    path = tmp_path / "plan.xlsx"
    interests: tuple[Row, ...] = (Interest(interest="A", name=text, weight=1),)
    write_workbook(small_book().with_rows("Interests", interests), path)
    cell = openpyxl.load_workbook(path)["Interests"]["B2"]
    assert cell.data_type == "s"
    assert bool(cell.quotePrefix) is (text[0] in "=+-@")
    rows = read_workbook(path)[0].of(Interest)
    assert rows[0].name == text.replace("\x07", "")


def test_every_sheet_in_the_order_of_the_schema_with_every_column(workbook: Any) -> None:
    assert workbook.sheetnames == ["Read me", "Settings", *SHEETS]
    for sheet, row_class in SHEETS.items():
        assert [cell.value for cell in workbook[sheet][1]] == list(row_class.model_fields)


def test_headers_explain_themselves_and_stay_in_sight(workbook: Any) -> None:
    sheet = workbook["Units"]
    assert sheet["D1"].comment.text.splitlines() == [
        "Persons in one unit.",
        "Unit: persons.",
        "Allowed: whole number, 1 to 10,000.",
        "When empty: must be filled.",
    ]
    assert sheet["A1"].comment.text.endswith("Part of the key.")
    assert sheet["A1"].font.bold
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", "A1:J3")
    assert workbook["Requirements"].freeze_panes == "D2"


def test_kinds_of_values(workbook: Any) -> None:
    month = workbook["Supply"]["B2"]
    assert (month.value, month.number_format) == (dt.datetime(2025, 1, 1), "yyyy-mm")
    assert workbook["Missions"]["L2"].value == "yes"
    assert workbook["Funds"]["C2"].number_format == "#,##0"
    assert [workbook["Scenarios"][cell].value for cell in ("F2", "F3")] == [1, "2025-07"]
    # Below the table too: Excel would make dates and numbers of what is typed there.
    assert workbook["Units"].column_dimensions["A"].number_format == "@"


def lists(sheet: Any) -> Iterator[tuple[str, str, str]]:
    for rule in sheet.data_validations.dataValidation:
        yield str(rule.sqref), rule.formula1, rule.errorStyle or "stop"


def test_drop_downs(workbook: Any) -> None:
    assert list(lists(workbook["Units"])) == [("C2:C500", '"military,civil,police"', "stop")]
    assert ("K2:K500", '"yes,no"', "warning") in lists(workbook["Missions"])
    cells = "'Missions'!$A$2:$A$2000"
    reference = f"'Missions'!$A$2:INDEX({cells},MAX(1,COUNTA({cells})))"
    assert ("A2:A500", reference, "warning") in lists(workbook["Options"])
    assert ("B8", '"forbidden,priced"', "stop") in lists(workbook["Settings"])


def test_drop_downs_grow_with_the_table(tmp_path: Path) -> None:
    interests = tuple(Interest(interest=f"I{n}", name="x", weight=1) for n in range(400))
    scores = tuple(small_rows("Scores")[0].model_copy(update={"interest": i.interest}) for i in interests)
    write_workbook(small_book().with_rows("Scores", scores), tmp_path / "plan.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx")["Scores"]
    assert {cells for cells, _, _ in lists(sheet)} == {"A2:A600", "B2:B600"}


def test_numbers_are_coloured_by_their_basis(workbook: Any) -> None:
    assert fill_of(workbook["Tiers"]["B2"]) == ""
    assert fill_of(workbook["Tiers"]["B3"]) == style.ASSUMED_COLOUR
    assert fill_of(workbook["Costs"]["G2"]) == style.DERIVED_COLOUR
    assert fill_of(workbook["Costs"]["G3"]) == style.ASSUMED_COLOUR
    assert fill_of(workbook["Settings"]["B10"]) == style.ASSUMED_COLOUR
    # Keys, text and empty cells are not numbers that rest on something.
    for sheet, cell in (("Funds", "B2"), ("Units", "B2"), ("Units", "F3"), ("Settings", "B5")):
        assert fill_of(workbook[sheet][cell]) == ""


def test_long_text_is_wrapped_and_its_row_is_high_enough(tmp_path: Path) -> None:
    interests: tuple[Row, ...] = (Interest(interest="A", name="word " * 60, weight=1),)
    write_workbook(small_book().with_rows("Interests", interests), tmp_path / "plan.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx")["Interests"]
    assert sheet.column_dimensions["B"].width == style.MAX_WIDTH
    assert sheet["B2"].alignment.wrap_text
    assert sheet.row_dimensions[2].height >= 6 * 15


def test_wide_sheets_are_printed_on_more_than_one_page_with_their_keys(workbook: Any) -> None:
    assert workbook["Missions"].page_setup.fitToWidth == 2
    assert workbook["Missions"].print_title_cols == "$A:$A"
    assert workbook["Units"].page_setup.orientation == "landscape"


def test_the_read_me_names_every_sheet(workbook: Any) -> None:
    sheet = workbook["Read me"]
    first = [cell.value for cell in sheet["A"]]
    assert set(SHEETS) < set(first)
    link = next(cell for cell in sheet["A"] if cell.value == "Missions").hyperlink
    assert link.location == "'Missions'!A1"


def test_an_empty_book_can_be_written(tmp_path: Path) -> None:
    write_workbook(Book(small_book().settings, {}), tmp_path / "plan.xlsx")
    assert openpyxl.load_workbook(tmp_path / "plan.xlsx")["Units"].max_row == 1


def test_a_result_table(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "mission": ["ALTHEA", "=EUPM", None],
            "month": [Month.of(2025, 1), Month.of(2025, 2), None],
            "chosen": np.array([True, False, True]),
            "cost": [1234567.891, np.nan, np.inf],
            "units": np.array([1, 2, 3]),
        }
    )
    workbook = style.new_workbook()
    sheet = workbook.create_sheet("Plan")
    meanings = {"cost": "EUR in all."}
    style.write_table(sheet, "The plan", "What goes where.", frame, {"cost": "#,##0"}, meanings=meanings)
    style.save(workbook, tmp_path / "result.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "result.xlsx")["Plan"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    assert rows == [
        ["mission", "month", "chosen", "cost", "units"],
        ["ALTHEA", dt.datetime(2025, 1, 1), "yes", 1234567.891, 1],
        ["=EUPM", dt.datetime(2025, 2, 1), "no", None, 2],
        [None, None, "yes", "inf", 3],
    ]
    assert [sheet["A1"].value, sheet["A2"].value] == ["The plan", "What goes where."]
    assert (sheet["A6"].data_type, sheet["B5"].number_format, sheet["D5"].number_format) == (
        "s",
        "yyyy-mm",
        "#,##0",
    )
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A5", "A4:E7")
    assert sheet["D4"].comment.text == "EUR in all."


@pytest.mark.parametrize("columns", [[], ["a"]])
def test_an_empty_result_table(columns: list[str]) -> None:
    sheet = style.new_workbook().create_sheet("Plan")
    style.write_table(sheet, "Nothing", "", pd.DataFrame(columns=columns), {})
    assert sheet["A1"].value == "Nothing"
