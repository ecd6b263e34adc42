"""A plan that a person wrote: what is read of it, and what is said of everything that is wrong."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest
from builders import changed, small_book

from inzet.errors import InputError, Issue, Severity
from inzet.plan.audit import audited
from inzet.plan.tables import plan_tables
from inzet.reports.csv_files import write_csv
from inzet.reports.workbook import write_plan_workbook
from inzet.scenario.checks import make_scenario
from inzet.schema.planned import Planned
from inzet.solve import solve
from inzet.workbook import archive, grid
from inzet.workbook.plan_sheet import PlanSheet, read_plan

HEADER = ("mission", "option", "start", "end")
ALTHEA = ("ALTHEA", "COMPANY", "2025-01", "2025-09")
EUPM = ("EUPM", "TEN", "2025-04", "2026-12")
Rows = Sequence[Sequence[object]]


def as_xlsx(folder: Path, *rows: Sequence[object], sheet: str = "Plan") -> Path:
    workbook = openpyxl.Workbook()
    workbook.active.title = sheet
    for row in rows:
        workbook.active.append(list(row))
    path = folder / "plan.xlsx"
    workbook.save(path)
    return path


def as_csv(folder: Path, *rows: Sequence[object], mark: str = ",") -> Path:
    path = folder / "plan.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=mark).writerows(rows)
    return path


Writer = Callable[..., Path]
BOTH = pytest.mark.parametrize(("write", "name"), [(as_xlsx, "Plan"), (as_csv, "plan.csv")], ids=["xlsx", "csv"])


def read(path: Path) -> PlanSheet:
    sheet, issues = read_plan(path, small_book())
    assert issues == ()
    return sheet


def refused(path: Path) -> tuple[Issue, ...]:
    with pytest.raises(InputError) as caught:
        read_plan(path, small_book())
    return caught.value.issues


def said(sheet: PlanSheet) -> list[tuple[str, str, str, str]]:
    return [(row.mission, row.option, str(row.start), str(row.end)) for row in sheet.rows]


@BOTH
def test_rows_and_where_they_stand(write: Writer, name: str, tmp_path: Path) -> None:
    sheet = read(write(tmp_path, HEADER, ALTHEA, (), EUPM))
    assert said(sheet) == [ALTHEA, EUPM]
    assert sheet.name == name
    assert sheet.numbers == {"ALTHEA / COMPANY / 2025-01": 2, "EUPM / TEN / 2025-04": 4}


@pytest.mark.parametrize("typed", ["2025-04", "1-4-2025", "april 2025", "17/04/2025", dt.datetime(2025, 4, 17)])
def test_months_are_typed_as_in_a_scenario(typed: object, tmp_path: Path) -> None:
    for write in (as_xlsx, as_csv):
        sheet = read(write(tmp_path, HEADER, ("EUPM", "TEN", typed, "2026-12")))
        assert said(sheet) == [EUPM]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_marks_between_the_cells_of_a_csv_file(mark: str, tmp_path: Path) -> None:
    path = as_csv(tmp_path, HEADER, ALTHEA, mark=mark)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert said(read(path)) == [ALTHEA]


@BOTH
def test_other_columns_titles_and_totals_are_not_looked_at(write: Writer, name: str, tmp_path: Path) -> None:
    header = ("Mission", "name", "START", "end ", "option", "decison", "", "mission 2")
    rows = (
        ("What goes where",),
        ("A note, by the way",),
        header,
        ("ALTHEA", "EUFOR", "2025-01", "2025-09", "COMPANY", "yes", "x", 3),
        ("Total", "", "", "", "", "", "", 3),
    )
    assert said(read(write(tmp_path, *rows))) == [ALTHEA]


def test_a_mission_that_is_called_total_is_one(tmp_path: Path) -> None:
    path = as_csv(tmp_path, HEADER, ("EUPM",))
    book = small_book()
    total = changed(book, "Missions", "EUPM", mission="TOTAL")
    assert {issue.message for issue in refused(path)} == {"option is empty", "start is empty", "end is empty"}
    with pytest.raises(InputError) as caught:
        read_plan(as_csv(tmp_path, HEADER, ("TOTAL",)), total)
    assert len(caught.value.issues) == 3


@BOTH
def test_rows_that_are_out_are_skipped(write: Writer, name: str, tmp_path: Path) -> None:
    header = (*HEADER, "decision")
    assert said(read(write(tmp_path, header, ("EUPM", "", "", "", "Out"), (*ALTHEA, "in")))) == [ALTHEA]
    assert read(write(tmp_path, header, ("EUPM", "", "", "", "out"))).rows == ()


WRONG: dict[str, tuple[tuple[object, ...], str, str, str, str]] = {
    "unknown mission": (
        ("ALTEA", *ALTHEA[1:]),
        "A2",
        "ALTEA",
        "'ALTEA' is not in Missions. Did you mean 'ALTHEA'?",
        "Write the id of a mission of small.xlsx, or remove the row.",
    ),
    "name for an id": (
        ("EUFOR Althea", *ALTHEA[1:]),
        "A2",
        "EUFOR Althea",
        "'EUFOR Althea' is not in Missions. Did you mean 'ALTHEA'?",
        "Write the id of a mission of small.xlsx, or remove the row.",
    ),
    "unknown option": (
        ("EUPM", "TEM", *EUPM[2:]),
        "B2",
        "TEM",
        "mission EUPM has no option 'TEM'. Did you mean 'TEN'?",
        "Use one of its options: FIVE, TEN.",
    ),
    "option of another mission": (
        ("EUPM", "COMPANY", *EUPM[2:]),
        "B2",
        "COMPANY",
        "mission EUPM has no option 'COMPANY'.",
        "Use one of its options: FIVE, TEN.",
    ),
    "no month": (
        ("EUPM", "TEN", "soon", "2026-12"),
        "C2",
        "soon",
        "'soon' is not a month",
        "Write the month as YYYY-MM, for example 2025-01.",
    ),
    "two ways": (
        ("EUPM", "TEN", "2025-04", "05/06/2026"),
        "D2",
        "05/06/2026",
        "'05/06/2026' can be read in two ways, day first or month first",
        "Write 2026-06 or 2026-05.",
    ),
    "end before start": (
        ("EUPM", "TEN", "2025-04", "2025-03"),
        "D2",
        "2025-03",
        "it ends in 2025-03, before it starts in 2025-04",
        "Correct start or end.",
    ),
    "before the plan": (
        ("ALTHEA", "COMPANY", "2024-10", "2025-09"),
        "C2",
        "2024-10",
        "it starts in 2024-10, before the plan does",
        "Write 2025-01: what runs already is planned from there.",
    ),
    "after the plan": (
        ("EUPM", "TEN", "2027-04", "2027-05"),
        "C2",
        "2027-04",
        "it starts in 2027-04, after the plan ends",
        "Correct it, or remove the row.",
    ),
    "beyond the plan": (
        ("EUPM", "TEN", "2025-04", "2027-01"),
        "D2",
        "2027-01",
        "it ends in 2027-01, after the plan does",
        "Write 2026-12: what comes after it is not planned.",
    ),
    "nothing filled in": (
        ("EUPM", "", "2025-04", "2026-12"),
        "B2",
        "",
        "option is empty",
        "Fill in: Option of that mission.",
    ),
    "another decision": (
        (*EUPM, "perhaps"),
        "E2",
        "perhaps",
        "'perhaps' is not allowed.",
        "Choose one of: in, out.",
    ),
}


@BOTH
@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_with_its_cell_and_what_to_do(
    case: str, write: Writer, name: str, tmp_path: Path
) -> None:
    row, cell, value, message, fix = WRONG[case]
    (issue,) = refused(write(tmp_path, (*HEADER, "decision"), row))
    assert issue.severity is Severity.ERROR
    assert (issue.sheet, issue.cell, issue.value, issue.message, issue.fix) == (name, cell, value, message, fix)
    assert issue.rule


@BOTH
def test_everything_is_said_at_once(write: Writer, name: str, tmp_path: Path) -> None:
    rows = (HEADER, ("ALTEA", "COMPANY", "x", "2025-09"), ("ALTEA", "TEN", "2025-04", "2025-03"), ("EUPM", "TEN"))
    assert [(issue.sheet, issue.cell) for issue in refused(write(tmp_path, *rows))] == [
        (name, cell) for cell in ("C2", "A3", "D3", "C4", "D4")
    ]


@BOTH
def test_a_row_that_stands_there_twice(write: Writer, name: str, tmp_path: Path) -> None:
    (issue,) = refused(write(tmp_path, HEADER, EUPM, ("EUPM", "TEN", "april 2025", "2026-03")))
    assert (issue.sheet, issue.cell) == (name, "A3")
    assert issue.message == "row 3 has the same key as row 2: 'EUPM / TEN / 2025-04'"


@BOTH
@pytest.mark.parametrize(
    ("header", "cell", "message"),
    [
        (("mission", "option", "start"), "", "column 'end' is missing"),
        (("mission", "opton", "start", "end"), "B1", "column 'option' is missing; is 'opton' meant to be it?"),
        (("mission", "option", "start", "end", "End"), "E1", "column 'end' stands in D1 and again in E1"),
        (("who", "what", "from", "until"), "1", "row 1 holds none of the column names"),
    ],
)
def test_columns(header: tuple[str, ...], cell: str, message: str, write: Writer, name: str, tmp_path: Path) -> None:
    (issue,) = refused(write(tmp_path, header, ALTHEA))
    assert (issue.sheet, issue.cell, issue.message) == (name, cell, message)
    assert issue.fix


@BOTH
@pytest.mark.parametrize("rows", [(), (HEADER,)], ids=["nothing", "a header"])
def test_an_empty_plan(rows: Rows, write: Writer, name: str, tmp_path: Path) -> None:
    (issue,) = refused(write(tmp_path, *rows))
    assert (issue.sheet, issue.message) == (name, "there is no row in it")
    assert issue.fix == "Write a row for every contribution: mission, option, start, end."


def test_a_cell_with_an_excel_error(tmp_path: Path) -> None:
    path = as_xlsx(tmp_path, HEADER, ("ALTHEA", "COMPANY", "#REF!", "2025-09"))
    workbook = openpyxl.load_workbook(path)
    workbook["Plan"]["C2"].data_type = "e"
    workbook.save(path)
    (issue,) = refused(path)
    assert (issue.cell, issue.message) == ("C2", "the cell shows the error #REF!")


def test_the_sheet_that_is_read(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    workbook = openpyxl.Workbook()
    names = ("Notes", "decisions", "PLAN")
    for number, name in enumerate(names):
        sheet = workbook.create_sheet(name) if number else workbook.active
        sheet.title = name
        sheet.append(HEADER)
        sheet.append(("EUPM", "TEN", f"2025-0{number + 4}", "2026-12"))
    for name in reversed(names):
        workbook.save(path)
        assert read(path).name == name
        workbook.remove(workbook[name])
        workbook.create_sheet(f"Other {name}")


def test_a_hidden_row_is_read_and_said(tmp_path: Path) -> None:
    path = as_xlsx(tmp_path, HEADER, ALTHEA, EUPM)
    workbook = openpyxl.load_workbook(path)
    workbook["Plan"].row_dimensions[3].hidden = True
    workbook.save(path)
    sheet, (issue,) = read_plan(path, small_book())
    assert len(sheet.rows) == 2
    assert (issue.severity, issue.cell) == (Severity.WARNING, "3")


def test_inzets_own_plan_can_be_given_back(tmp_path: Path) -> None:
    book = changed(small_book(), "Scores", "EUPM / SECURITY", score=0)
    solution = solve(make_scenario(book)[0])
    ledger, audit = audited(solution)
    tables = dict(plan_tables(ledger))
    write_plan_workbook(tmp_path / "plan.xlsx", solution, ledger, audit, tables)
    write_csv(tmp_path / "tables", tables)
    stays = [contribution.stay for contribution in solution.contributions]
    expected = [(stay.mission, stay.option, str(stay.first), str(stay.last)) for stay in stays]
    assert [mission for mission, *_ in expected] == ["ALTHEA"], "one is in and one is out"
    for path, name in ((tmp_path / "plan.xlsx", "Decisions"), (tmp_path / "tables" / "decisions.csv", "decisions.csv")):
        sheet = read(path)
        assert sheet.name == name
        assert said(sheet) == expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("mission,option\nCuraçao,x".encode("latin-1"), "byte 20 is no letter of it"),
        (b"mission,option,start,end\n" + b"x" * 200_000, "it is damaged (field larger than field limit (131072))"),
    ],
)
def test_a_file_that_is_no_csv(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_bytes(content)
    (issue,) = refused(path)
    assert (issue.sheet, issue.message) == ("plan.csv", message)
    assert "CSV UTF-8" in issue.fix


def test_a_csv_file_that_is_not_there_or_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "there is no file" in refused(tmp_path / "plan.csv")[0].message
    folder = tmp_path / "folder.csv"
    folder.mkdir()
    assert "is a folder" in refused(folder)[0].message
    path = as_csv(tmp_path, HEADER, ALTHEA)
    monkeypatch.setattr(archive, "MAX_FILE_BYTES", 10)
    assert "at most" in refused(path)[0].message


def test_a_csv_file_with_too_many_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "MAX_ROWS", 2)
    (issue,) = refused(as_csv(tmp_path, HEADER, ALTHEA, (), EUPM))
    assert (issue.cell, issue.message) == ("4", "the rows from row 4 on are not read")


def test_something_that_is_neither(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text("mission,option,start,end\n")
    assert "not an Excel workbook" in refused(path)[0].message


def test_the_columns_are_those_that_the_words_name() -> None:
    assert tuple(Planned.model_fields) == (*HEADER, "decision")
