"""Broken workbooks, one small function each, with what must be said about it: sheet, cell, rule or message, fix.

``python tests/bad_books.py`` tries them all and says how many, with ``--json`` as one document; with a folder it writes
them there as well.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
from builders import small_book
from openpyxl.styles import Font
from typer.testing import CliRunner

from inzet.cli import app
from inzet.cli.terminal import Exit
from inzet.workbook.writer import write_workbook

FILE = "plan.xlsx"
FIRST_FREE_ROW = 1000
"""Below everything that the small plan has on any sheet."""
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_MONTHS = "Write the month as YYYY-MM"


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that must be said.

    Attributes:
        sheet: the sheet, or the name of the file.
        cell: the cell, the row, or nothing.
        words: words of the rule or the message.
        fix: words of the fix.
        severity: error or warning.
    """

    sheet: str
    cell: str
    words: str
    fix: str
    severity: str = "error"


@dataclass(frozen=True, slots=True)
class Bad:
    """A broken workbook.

    Attributes:
        name: what is wrong with it.
        make: writes it to a folder and returns its path.
        said: what must be said, all of it in one report; when all are warnings the workbook is read.
        heavy: whether it is made to take memory or time.
        slow: whether trying it takes more than two seconds.
        same_plan: whether, when it is read, it asks for the same plan as the sound one.
        scenario: the named scenario that is broken; nothing when the workbook as it stands is.
        typed: whether it differs from the sound one in a single value that somebody typed.
    """

    name: str
    make: Callable[[Path], Path]
    said: tuple[Said, ...]
    heavy: bool = False
    slow: bool = False
    same_plan: bool = True
    scenario: str = ""
    typed: bool = False

    @property
    def refused(self) -> bool:
        """Whether it must not be used."""
        return any(said.severity == "error" for said in self.said)


CORPUS: list[Bad] = []


def sound(folder: Path, name: str = FILE) -> Path:
    """The workbook that all others are made from; nothing is wrong with it."""
    path = folder / name
    path.write_bytes(_sound())
    return path


@cache
def _sound() -> bytes:
    with TemporaryDirectory() as folder:
        write_workbook(small_book(), Path(folder) / FILE)
        return (Path(folder) / FILE).read_bytes()


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_parts(path: Path, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def part_of(sheet: str) -> str:
    """The part that holds a sheet."""
    names = ["Read me", "Settings", *small_book().rows]
    return f"xl/worksheets/sheet{names.index(sheet) + 1}.xml"


def file(*said: Said, **traits: Any) -> Callable[[Callable[[Path], Path]], Callable[[Path], Path]]:
    """Register a function that writes a file of its own to a folder."""

    def register(make: Callable[[Path], Path]) -> Callable[[Path], Path]:
        CORPUS.append(Bad(make.__name__.replace("_", " "), make, said, **traits))
        return make

    return register


def excel(*said: Said, **traits: Any) -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    """Register a function that spoils the sound workbook as somebody would in Excel."""

    def register(how: Callable[[Any], None]) -> Callable[[Any], None]:
        def make(folder: Path) -> Path:
            path = sound(folder)
            workbook = openpyxl.load_workbook(path)
            how(workbook)
            workbook.save(path)
            return path

        CORPUS.append(Bad(how.__name__.replace("_", " "), make, said, **traits))
        return how

    return register


def xml(sheet: str, *said: Said, **traits: Any) -> Callable[[Callable[[str], str]], Callable[[str], str]]:
    """Register a function that changes the text of one sheet, as no program would write it."""

    def register(how: Callable[[str], str]) -> Callable[[str], str]:
        def make(folder: Path) -> Path:
            path = sound(folder)
            parts = parts_of(path)
            parts[part_of(sheet)] = how(parts[part_of(sheet)].decode()).encode()
            write_parts(path, parts)
            return path

        CORPUS.append(Bad(how.__name__.replace("_", " "), make, said, **traits))
        return how

    return register


def typed(
    name: str, sheet: str, cell: str, value: object, words: str, fix: str, number_format: str = "General"
) -> None:
    """Register a workbook with one value that somebody typed."""

    def how(workbook: Any) -> None:
        # Before the value, which brings a format of its own when it is a date.
        workbook[sheet][cell].number_format = number_format
        workbook[sheet][cell].value = value

    def how_in_xml(text: str) -> str:
        return with_cell(text, cell, _plain(cell, value))

    how.__name__ = how_in_xml.__name__ = f"{name} {value!r}"[:60]
    said = Said(sheet, cell, words, fix)
    if isinstance(value, bool | int | float | str) and number_format == "General" and str(value)[:1] not in ("=", "#"):
        xml(sheet, said, typed=True)(how_in_xml)  # takes a fraction of the time
    else:
        excel(said, typed=True)(how)


def _plain(cell: str, value: bool | float | str) -> str:
    """A cell without a format, as Excel writes it."""
    if isinstance(value, str):
        return f'<c r="{cell}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    kind = ' t="b"' if isinstance(value, bool) else ""
    return f'<c r="{cell}"{kind}><v>{value:d}</v></c>' if kind else f'<c r="{cell}"><v>{value!r}</v></c>'


def error(words: str, fix: str, sheet: str = FILE, cell: str = "") -> Said:
    """What is said of a file as a whole."""
    return Said(sheet, cell, words, fix)


def warning(sheet: str, cell: str, words: str, fix: str) -> Said:
    return Said(sheet, cell, words, fix, "warning")


def with_cell(text: str, cell: str, new: str) -> str:
    """A sheet with one cell replaced."""
    found, count = re.subn(rf'<c r="{cell}"[^>]*?(/>|>.*?</c>)', lambda _: new, text)
    assert count == 1, cell
    return found


def with_rows(text: str, rows: Iterator[str]) -> str:
    """A sheet with rows below its table."""
    return text.replace("</sheetData>", "".join(rows) + "</sheetData>")


# Sheets: missing, doubled, misspelt, empty.


@excel(error("sheet Scores is missing", "Add a sheet Scores"))
def a_missing_sheet(workbook: Any) -> None:
    workbook.remove(workbook["Scores"])


@excel(error("is 'Requirments' meant to be it?", "Rename it to Requirements."))
def a_misspelt_sheet(workbook: Any) -> None:
    workbook["Requirements"].title = "Requirments"


@excel(error("Did you mean 'Costs'?", "Correct its name"))
def a_misspelt_sheet_that_may_be_missing(workbook: Any) -> None:
    workbook["Costs"].title = "Cost"


@excel(error("both 'Supply' and 'Supply ' are sheet Supply", "Remove or rename one of them."))
def a_doubled_sheet(workbook: Any) -> None:
    workbook.copy_worksheet(workbook["Supply"]).title = "Supply "


@excel(warning(FILE, "", "sheet 'Scratch' is unknown and is not read.", "your own"))
def a_sheet_of_somebodys_own(workbook: Any) -> None:
    workbook.create_sheet("Scratch")["A1"] = "1 + 1"


@excel(
    error("the sheet has no rows", "Fill it in", "Missions"), error("the sheet is empty", "Write setting", "Settings")
)
def empty_sheets(workbook: Any) -> None:
    workbook["Missions"].delete_rows(2, 50)
    workbook["Settings"].delete_rows(1, 50)


@excel(warning("Tiers", "", "the sheet is hidden", "Unhide it"))
def a_hidden_sheet(workbook: Any) -> None:
    workbook["Tiers"].sheet_state = "veryHidden"


# Columns and settings: missing, doubled, misspelt, nameless.


@excel(error("column 'persons' is missing", "Add a column with the name persons.", "Units"))
def a_missing_column(workbook: Any) -> None:
    workbook["Units"].delete_cols(4)


@excel(Said("Scores", "C1", "is 'scroe' meant to be it?", "Write score in C1."))
def a_misspelt_column(workbook: Any) -> None:
    workbook["Scores"]["C1"] = "scroe"


@excel(Said("Missions", "O1", "Did you mean 'max_stays'?", "Correct the name"))
def a_misspelt_column_that_may_be_missing(workbook: Any) -> None:
    workbook["Missions"]["O1"] = "max_stay"


@excel(Said("Interests", "D1", "column 'weight' stands in C1 and again in D1", "Remove one of them"))
def a_doubled_column(workbook: Any) -> None:
    workbook["Interests"]["D1"], workbook["Interests"]["D2"] = " Weight", 99


@excel(warning("Interests", "E3", "column E has values but no name", "Give it the name of a column"))
def values_below_no_name(workbook: Any) -> None:
    workbook["Interests"]["E3"] = 7


@excel(Said("Units", "1", "row 1 holds none of the column names; row 3 does", "Remove the rows above row 3."))
def a_title_above_the_columns(workbook: Any) -> None:
    workbook["Units"].insert_rows(1, 2)
    workbook["Units"]["A1"] = "What we have"


@excel(
    Said("Settings", "A2", "is 'titel' meant to be it?", "Write title there."),
    Said("Settings", "", "setting 'last_month' is missing", "Add a row with setting last_month"),
    Said("Settings", "A20", "'first_month' stands in row 3 and again in row 20", "Remove one of them."),
)
def settings_missing_doubled_and_misspelt(workbook: Any) -> None:
    sheet = workbook["Settings"]
    sheet["A2"], sheet["A4"] = "titel", "nonsense"
    sheet["A20"], sheet["B20"] = "First Month", "2025-01"


@excel(Said("Settings", "A10", "the cell shows the error #REF!", "Mend its formula"))
def the_name_of_a_setting_that_is_an_error(workbook: Any) -> None:
    workbook["Settings"]["A10"] = "#REF!"


@excel(warning("Settings", "B7", "row 7 has a value but no setting", "Write the setting beside it"))
def a_value_without_its_setting(workbook: Any) -> None:
    workbook["Settings"]["A7"], workbook["Settings"]["B7"] = None, 6


@excel(
    error("column 'weight' is missing", "Add a column", "Interests"),
    Said("Interests", "C1", "#REF!", "Mend its formula"),
)
def the_name_of_a_column_that_is_an_error(workbook: Any) -> None:
    workbook["Interests"]["C1"] = "#REF!"


# Values of the wrong type.

for _value in ("twelve", "12 men", "120 and 1", "1 2", True, dt.datetime(2025, 1, 1), dt.time(12), 120.5, "120,5"):
    typed("persons", "Units", "D2", _value, "persons holds", "Type a")
for _value, _words, _fix in (
    ("1.234", "can be read in two ways", "Write 1234 or 1.2340."),
    ("1,234", "can be read in two ways", "Write 1234 or 1.2340."),
    ("1.234,5.6", "is not a number", "Type a number"),
    ("12€50", "is not a number", "Type a number"),
    ("1\n234", "stands on two lines", "Write one value in the cell"),
    ("0 123", "is not a number", "Type a number"),
    ("nan", "is not a number", "Type a number"),
    ("inf", "is not a number", "Type a number"),
    ("-inf", "is not a number", "Type a number"),
    ("1e400", "is not a finite number", "Type a finite number"),
    ("9" * 400, "is not a finite number", "Type a finite number"),
    (-1, "is too small", "Use 0 EUR or more."),
    ("-0,5", "is too small", "Use 0 EUR or more."),
    (1e15, "is too large", "Use 100,000,000,000 EUR or less."),
    ("1e15", "is too large", "Use 100,000,000,000 EUR or less."),
):
    typed("amount", "Costs", "G2", _value, _words, _fix)
for _value in ("300%", "€ 12", "1,5", "1.5", "1e-3"):
    typed("units", "Supply", "D2", _value, "whole number", "Type a whole number")
typed("units", "Supply", "D2", -3, "is too small", "Use 0 units or more.")
typed("units", "Supply", "D2", 1e15, "is too large", "Use 100,000 units or less.")
typed("a share", "Options", "I2", 60, "is too large", "Use 1 or less.")
typed("a share", "Options", "I2", "60", "is too large", "Use 1 or less.")
typed("weight", "Interests", "C2", "1,5,5", "is not a number", "Type a number")
typed("a word out of a list", "Units", "C2", "militry", "Did you mean 'military'?", "military, civil, police")
typed("yes or no", "Missions", "K2", "maybe", "is neither yes nor no", "Choose yes or no.")
typed("yes or no", "Missions", "K2", 2, "is neither yes nor no", "Choose yes or no.")
typed("nothing", "Missions", "B2", None, "name is empty", "Fill in: Name of the mission.")
typed("spaces", "Missions", "B2", " \u00a0 ", "name is empty", "Fill in: Name of the mission.")
typed("an id", "Interests", "A3", "RELIABLE ALLY", "is not an id", "Use letters, digits, _ and -")
typed("an id", "Interests", "A3", "=cmd|' /C calc'!A0", "has never been computed", "or type the value")
typed("an id", "Interests", "A3", True, "'TRUE' is not an id", "Use letters, digits, _ and -")
typed("an id", "Interests", "A3", dt.datetime(2025, 3, 1), "'2025-03-01' is not an id", "Use letters")
typed("an id", "Interests", "A3", "AL\u200bLY", "is not an id", "Use letters, digits, _ and -")

# Months.

for _value, _words, _fix in (
    ("01/02/2025", "can be read in two ways, day first or month first", "Write 2025-02 or 2025-01."),
    ("2025", "is not a month", _MONTHS),
    ("Jan-25", "is not a month", _MONTHS),
    ("1/1/25", "is not a month", _MONTHS),
    ("13-2025", "is not a month", _MONTHS),
    ("2025-02-30", "is not a month", _MONTHS),
    ("Q1 2025", "is not a month", _MONTHS),
    ("2025-01 tot 2026-03", "is not a month", _MONTHS),
    ("3025-01", "the year 3025 is out of range", "Use a year from 1990 to 2200."),
    (45658, "'45658' is not a month", "in Excel it would be 2025-01."),
    (45658.75, "is not a month", _MONTHS),
    (2025.1, "is not a month", _MONTHS),
    (202501, "is not a month", _MONTHS),
    (-5, "is not a month", _MONTHS),
    (1e15, "is not a month", _MONTHS),
    (True, "is not a month", _MONTHS),
    (dt.time(1), "is not a month", _MONTHS),
):
    typed("a month", "Missions", "F2", _value, _words, _fix)
typed("a month", "Missions", "F2", 2025, "the year 1905 is out of range", "Use a year from", "yyyy-mm")
typed("a month", "Missions", "F2", 1e12, "the cell shows the error #VALUE!", "Mend its formula", "yyyy-mm")

# Formulas and errors.

for _value in ("#REF!", "#N/A", "#DIV/0!", "#NAME?"):
    typed(
        "an error", "Units", "D2", _value, f"the cell shows the error {_value}", "Mend its formula, or type the value."
    )
typed("a formula", "Units", "D2", "=2*60", "the formula =2*60 has never been computed", "Open the workbook in Excel")


@xml("Units", Said("Units", "D2", "the cell shows the error #REF!", "Mend its formula"))
def a_formula_whose_result_is_an_error(text: str) -> str:
    return with_cell(text, "D2", '<c r="D2" t="e"><f>Gone!A1</f><v>#REF!</v></c>')


@xml("Units", warning(FILE, "", "formulas are to be computed again", "press Ctrl+Alt+F9"))
def a_formula_whose_result_may_be_old(text: str) -> str:
    return with_cell(text, "D2", '<c r="D2"><f>60+60</f><v>120</v></c>')


@xml("Units", Said("Units", "D2", "inf is not a finite number", "Type a finite number."))
def a_number_beyond_all_numbers(text: str) -> str:
    return with_cell(text, "D2", '<c r="D2"><v>1e400</v></c>')


@xml("Units", Said("Units", "D2", "is not a finite number", "Type a finite number."))
def a_number_of_hundreds_of_digits(text: str) -> str:
    return with_cell(text, "D2", f'<c r="D2"><v>{"9" * 400}</v></c>')


@xml("Units", error("cannot be understood as a workbook", "let Excel repair it"))
def a_number_that_is_none(text: str) -> str:
    return with_cell(text, "D2", '<c r="D2"><v>NaN</v></c>')


@xml("Units", error("cannot be understood as a workbook", "let Excel repair it"))
def a_text_that_is_not_there(text: str) -> str:
    return with_cell(text, "D2", '<c r="D2" t="s"><v>99999</v></c>')


# Merged, hidden, filtered.


@excel(Said("Scores", "A2", "the cells A2:A3 are merged", "unmerge"))
def merged_cells_over_data(workbook: Any) -> None:
    workbook["Scores"].merge_cells("A2:A3")


@excel(
    Said("Scores", "", "column 'interest' is missing", "Add a column"),
    Said("Scores", "A1", "the cells A1:C1 are merged", "unmerge"),
)
def merged_column_names(workbook: Any) -> None:
    workbook["Scores"].merge_cells("A1:C1")


@excel(warning("Supply", "3", "hidden rows are read all the same: 3", "Clear the filter"))
def a_hidden_row(workbook: Any) -> None:
    workbook["Supply"].row_dimensions[3].hidden = True


@excel(warning("Units", "D1", "column 'persons' is hidden", "Unhide it"))
def a_hidden_column(workbook: Any) -> None:
    workbook["Units"].column_dimensions["D"].hidden = True


@excel(warning("Missions", "3", "hidden rows are read all the same: 3", "Clear the filter"))
def a_filter_that_is_on(workbook: Any) -> None:
    sheet = workbook["Missions"]
    sheet.auto_filter.add_filter_column(0, ["ALTHEA"])
    sheet.row_dimensions[3].hidden = True


# Ids that are nearly the same; references to nothing.


@excel(Said("Interests", "A3", "differs from 'SECURITY' only in case or spaces", "Remove one of the rows"))
def ids_that_differ_in_case(workbook: Any) -> None:
    workbook["Interests"]["A3"] = "Security"


@excel(Said("Interests", "A3", "row 3 has the same key as row 2", "Remove one of the rows"))
def ids_that_differ_by_a_space_at_the_end(workbook: Any) -> None:
    workbook["Interests"]["A3"] = "SECURITY "


@excel(Said("Interests", "A3", "row 3 has the same key as row 2", "Remove one of the rows"))
def ids_that_differ_by_a_space_that_does_not_break(workbook: Any) -> None:
    workbook["Interests"]["A3"] = "SECURITY\u00a0"


@excel(Said("Scores", "A2", "'Althea' is not in Missions. Did you mean 'ALTHEA'?", "Correct it, or add Althea"))
def a_reference_in_another_case(workbook: Any) -> None:
    workbook["Scores"]["A2"] = "Althea"


@excel(
    Said("Supply", "A2", "'TANK' is not in Units.", "Correct it, or add TANK to Units."),
    Said("Scores", "B2", "'PEACE' is not in Interests.", "Correct it, or add PEACE to Interests."),
    Said("Payers", "C2", "'BIF' is not in Funds. Did you mean 'BIV'?", "Correct it, or add BIF to Funds."),
    Said("Groups", "C2", "'Western Balkan' is not in Missions.", "Correct it"),
    Said("Missions", "P2", "mission ALTHEA has no option 'COMPANIES'", "Use one of its options (COMPANY)"),
    Said("Pairs", "G2", "'EUPN' is not in Missions.", "Correct it"),
)
def references_to_nothing(workbook: Any) -> None:
    for sheet, cell, value in (
        ("Supply", "A2", "TANK"),
        ("Scores", "B2", "PEACE"),
        ("Payers", "C2", "BIF"),
        ("Groups", "C2", "Western Balkan"),
        ("Missions", "P2", "COMPANIES"),
        ("Pairs", "G2", "EUPN"),
    ):
        workbook[sheet][cell] = value


@excel(Said("Groups", "E2", "no mission has the tag 'naval'", "Correct it, or add it to the tags of a mission."))
def a_tag_that_no_mission_has(workbook: Any) -> None:
    workbook["Groups"]["E2"] = "naval"
    workbook["Groups"]["A4"] = "BALKANS"


@excel(warning("Settings", "B13", "nothing has the id 'XYZ'.", "Write ids of missions"), same_plan=False)
def nothing_that_is_not_to_be_touched(workbook: Any) -> None:
    workbook["Settings"]["B13"] = "XYZ"


@excel(Said("Settings", "B13", "nothing has the id 'ALTEA'. Did you mean 'ALTHEA'?", "Write ids of missions"))
def something_misspelt_that_is_not_to_be_touched(workbook: Any) -> None:
    workbook["Settings"]["B13"] = "ALTEA; Units"


@excel(
    Said("Scenarios", "C2", "Supply has no row 'INF_COY / 2027-01'", "Write the key of a row that exists."),
    scenario="FEWER_COMPANIES",
)
def a_scenario_that_changes_nothing(workbook: Any) -> None:
    workbook["Scenarios"]["C2"] = "INF_COY / 2027-01"


@excel(warning("Basis", "B100", "fits row 'title_of'", "Correct about, row or column."), same_plan=False)
def a_basis_of_nothing(workbook: Any) -> None:
    for column, value in enumerate(("Settings", "title_of", "*", "derived"), start=1):
        workbook["Basis"].cell(100, column, value)


# Circles and windows.


def _two_more_missions(workbook: Any) -> None:
    """Two missions of one expert each, rows 4 and 5 of Missions."""
    more: dict[str, dict[str, object]] = {
        "Missions": {"name": "x", "region": "Sea"},
        "Options": {"option": "ONE", "civil": 1},
        "Requirements": {"option": "ONE", "capability": "EXPERTISE", "quantity": 1},
        "Scores": {"interest": "ALLY", "score": 1},
    }
    for name, row in more.items():
        sheet = workbook[name]
        columns = {cell.value: cell.column for cell in sheet[1]}
        for mission in ("A", "B"):
            line = sheet.max_row + 1
            for column, value in {"mission": mission, **row}.items():
                sheet.cell(line, columns[column], value)


def _pairs(workbook: Any, tie: str, *pairs: tuple[str, str]) -> None:
    """Rows of Pairs from row 3 on."""
    for line, (mission, other) in enumerate(pairs, start=3):
        for column, value in zip("ABDFG", (f"P{line}", "x", mission, tie, other), strict=True):
            workbook["Pairs"][f"{column}{line}"] = value


@excel(warning("Pairs", "F3", "A follows B follows A: none of them can start", "Drop one"), same_plan=False)
def missions_that_follow_one_another(workbook: Any) -> None:
    _two_more_missions(workbook)
    _pairs(workbook, "follows", ("A", "B"), ("B", "A"))


@excel(Said("Pairs", "G3", "EUPM requires itself", "Name another mission"))
def a_mission_that_requires_itself(workbook: Any) -> None:
    _pairs(workbook, "requires", ("EUPM", "EUPM"))


@excel(Said("Settings", "B4", "the plan would last -11 months", "so that the plan ends after it starts"))
def a_plan_that_ends_before_it_starts(workbook: Any) -> None:
    workbook["Settings"]["B4"] = "2024-01"


@excel(Said("Settings", "B4", "a plan lasts 1 to 240 months", "Set first_month and last_month"))
def a_plan_of_a_hundred_years(workbook: Any) -> None:
    workbook["Settings"]["B4"] = "2125-01"


@excel(
    Said("Missions", "G2", "it ends in 2024-12, before it starts in 2025-01", "Correct first_month or last_month."),
    Said("Options", "E3", "it ends in 2025-01, before it starts in 2025-02", "Correct first_month or last_month."),
    Said("Supply", "C2", "it ends in 2024-06", "Correct first_month or last_month."),
    Said("Rules", "J2", "it ends in 2025-01", "Correct first_month or last_month."),
)
def windows_that_end_before_they_start(workbook: Any) -> None:
    workbook["Missions"]["G2"] = "2024-12"
    workbook["Options"]["D3"], workbook["Options"]["E3"] = "2025-02", "2025-01"
    workbook["Supply"]["C2"] = "2024-06"
    workbook["Rules"]["I2"], workbook["Rules"]["J2"] = "2025-02", "2025-01"


@excel(warning("Options", "B3", "no stay fits its window", "Widen the window"), same_plan=False)
def a_mandate_that_ends_before_the_mission_starts(workbook: Any) -> None:
    workbook["Missions"]["H3"] = "2025-03"


@excel(
    Said("Options", "G2", "the longest stay (3) is shorter than the shortest (6)", "Correct min_months or max_months.")
)
def a_longest_stay_shorter_than_the_shortest(workbook: Any) -> None:
    workbook["Options"]["G2"] = 3


@excel(Said("Supply", "B3", "2025-12 is also in the row that starts in 2025-01", "End that row in 2025-11"))
def periods_that_overlap(workbook: Any) -> None:
    workbook["Supply"]["B3"] = "2025-12"


# Everything at once.


@excel(
    error("sheet Scores is missing", "Add a sheet Scores"),
    Said("Settings", "B2", "title is empty", "Fill in"),
    Said("Units", "C3", "'navy' is not allowed", "Choose one of"),
    Said("Units", "D3", "'many' is not a number", "Type a number"),
    warning("Units", "L1", "column 'remarks' is unknown", "Correct the name"),
    Said("Missions", "F2", "can be read in two ways", "Write 2025-02 or 2025-01."),
    Said("Costs", "G3", "#N/A", "Mend its formula"),
    Said("Funds", "A3", "row 3 has the same key as row 2", "Remove one of the rows"),
)
def many_faults(workbook: Any) -> None:
    workbook.remove(workbook["Scores"])
    workbook["Settings"]["B2"] = None
    workbook["Units"]["C3"], workbook["Units"]["D3"], workbook["Units"]["L1"] = "navy", "many", "remarks"
    workbook["Missions"]["F2"], workbook["Costs"]["G3"], workbook["Funds"]["B3"] = "01/02/2025", "#N/A", 2025


# Files that are no workbook.


@file(error("there is no file", "Check the folder and the name."))
def no_file(folder: Path) -> Path:
    return folder / FILE


@file(error("is a folder", "Name the file in it."))
def a_folder(folder: Path) -> Path:
    (folder / FILE).mkdir()
    return folder / FILE


def _of(content: bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / FILE).write_bytes(content)
        return folder / FILE

    return make


_NO_WORKBOOK = error("not an Excel workbook", "save it as 'Excel Workbook (*.xlsx)'")
CORPUS += [
    Bad("an empty file", _of(b""), (_NO_WORKBOOK,)),
    Bad("a text file", _of(b"mission,name\nALTHEA,EUFOR Althea\n"), (_NO_WORKBOOK,)),
    Bad("zeros", _of(b"\0" * 5000), (_NO_WORKBOOK,)),
    Bad("two letters of a zip file", _of(b"PK"), (error("damaged or cut short", "Copy or download it again."),)),
    Bad("an old workbook", _of(_OLE + b"\0" * 2000), (error("Excel 97-2003", "save it as 'Excel Workbook"),)),
    Bad(
        "a password",
        _of(_OLE + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 500),
        (error("protected by a password", "empty the password and save"),),
    ),
]


def _cut(share: float) -> None:
    @file(error("damaged or cut short", "Copy or download it again."))
    def cut_short(folder: Path) -> Path:
        path = sound(folder)
        content = path.read_bytes()
        path.write_bytes(content[: int(share * len(content))])
        return path

    CORPUS[-1] = Bad(f"cut short at {share:.0%}", CORPUS[-1].make, CORPUS[-1].said)


for _share in (0.01, 0.5, 0.99):
    _cut(_share)


@file(error("a zip file, but not an Excel workbook", "save it as 'Excel Workbook"))
def a_zip_without_a_workbook(folder: Path) -> Path:
    write_parts(folder / FILE, {"letter.txt": b"hello"})
    return folder / FILE


@file(error("cannot be understood as a workbook", "let Excel repair it"))
def a_workbook_without_its_parts(folder: Path) -> Path:
    write_parts(folder / FILE, {"[Content_Types].xml": b"<Types/>"})
    return folder / FILE


@file(error("cannot be understood as a workbook", "let Excel repair it"))
def a_sheet_that_is_cut_short(folder: Path) -> Path:
    path = sound(folder)
    parts = parts_of(path)
    parts[part_of("Units")] = parts[part_of("Units")][:700]
    write_parts(path, parts)
    return path


@file(error("two parts of the same name", "save it as 'Excel Workbook"))
def a_part_that_is_there_twice(folder: Path) -> Path:
    path = sound(folder)
    content = parts_of(path)[part_of("Units")].replace(b"<v>120</v>", b"<v>999</v>")
    # A name of the same length, changed to that of another part where the zip file lists its parts.
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(part_of("Units").replace("/sheet", "/shoot"), content)
    path.write_bytes(path.read_bytes().replace(b"worksheets/shoot", b"worksheets/sheet"))
    return path


@file(error("packed in a way that Excel does not use", "save it as 'Excel Workbook"))
def parts_packed_otherwise(folder: Path) -> Path:
    path = sound(folder)
    parts = parts_of(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


# What is never used: macros, links.


@file(warning("plan.xlsm", "", "macros; they are not run", "remove them and save"))
def macros(folder: Path) -> Path:
    path = sound(folder, "plan.xlsm")
    parts = parts_of(path)
    types = parts["[Content_Types].xml"]
    parts["[Content_Types].xml"] = types.replace(
        b"openxmlformats-officedocument.spreadsheetml.sheet.main+xml", b"ms-excel.sheet.macroEnabled.main+xml"
    ).replace(b"</Types>", b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>')
    assert parts["[Content_Types].xml"] != types
    parts["xl/vbaProject.bin"] = _OLE + b"\0" * 500
    write_parts(path, parts)
    return path


@file(warning(FILE, "", "links to other workbooks; they are not followed", "remove them and save"))
def links_to_other_workbooks(folder: Path) -> Path:
    path = sound(folder)
    parts = parts_of(path)
    link = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    parts["xl/externalLinks/externalLink1.xml"] = link
    write_parts(path, parts)
    return path


# Bombs: small files that would take gigabytes or hours.

_FAR_MORE = error("far more rows and cells than a scenario", "Delete the rows below the tables, also empty ones.")
_ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
_TYPES = error("declares document types", "save it as 'Excel Workbook")


@xml("Units", _TYPES, heavy=True)
def entities_that_multiply(text: str) -> str:
    return with_cell(text.replace("<worksheet", _ENTITIES + "<worksheet", 1), "B2", '<c r="B2" t="str"><v>&i;</v></c>')


@file(_TYPES, heavy=True)
def entities_in_a_sheet_under_another_name(folder: Path) -> Path:
    path = sound(folder)
    parts = parts_of(path)
    name = part_of("Units")
    text = parts.pop(name).decode()
    parts[name.replace(".xml", ".bin")] = entities_that_multiply(text).encode()
    old, new = name.removeprefix("xl/").encode(), name.removeprefix("xl/").replace(".xml", ".bin").encode()
    parts = {
        part: content.replace(old, new) if part.endswith((".rels", "].xml")) else content
        for part, content in parts.items()
    }
    write_parts(path, parts)
    return path


@file(error("would unpack from", "Copy the tables to a new workbook"), heavy=True)
def a_zip_bomb(folder: Path) -> Path:
    path = sound(folder)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.bin", b"\0" * 30_000_000)
    return path


@file(error("damaged or cut short", "Copy or download it again."), heavy=True)
def a_zip_bomb_that_lies_about_its_size(folder: Path) -> Path:
    path = sound(folder)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.bin", b"\0" * 30_000_000)
    size = (30_000_000).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (1000).to_bytes(4, "little")))
    return path


@file(error("it has 6,0", "Copy the tables to a new workbook."), heavy=True)
def thousands_of_parts(folder: Path) -> Path:
    path = sound(folder)
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(6000):
            archive.writestr(f"xl/media/{number}", b"")
    return path


@xml("Goals", error("a tag or a comment of more than a megabyte", "save it as 'Excel Workbook"), heavy=True)
def a_tag_without_end(text: str) -> str:
    return text.replace("<sheetData>", f'<sheetData x="{"abcdefgh" * 500_000}">')


@xml("Goals", _FAR_MORE, heavy=True)
def merged_cells_over_the_whole_sheet(text: str) -> str:
    return text.replace(
        "</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    )


@xml("Goals", _FAR_MORE, heavy=True)
def a_link_over_the_whole_sheet(text: str) -> str:
    link = '<hyperlinks><hyperlink ref="A1:XFD1048576" location="A1"/></hyperlinks>'
    return text.replace("</sheetData>", f"</sheetData>{link}")


@xml("Goals", heavy=True)
def columns_hidden_to_the_end_of_the_world(text: str) -> str:
    return text.replace("<cols>", '<cols><col min="30" max="999999999" hidden="1" width="9"/>')


@xml("Goals", error("cells beyond the last row or column of Excel", "let Excel repair it"))
def a_cell_beyond_the_last_column(text: str) -> str:
    return with_rows(text, iter([f'<row r="{FIRST_FREE_ROW}"><c r="XFE{FIRST_FREE_ROW}"><v>1</v></c></row>']))


@xml("Goals", error("cells beyond the last row or column of Excel", "let Excel repair it"))
def a_cell_beyond_the_last_row(text: str) -> str:
    return with_rows(text, iter(['<row r="99999999"><c r="A99999999"><v>1</v></c></row>']))


@xml("Goals", _FAR_MORE, heavy=True, slow=True)
def a_million_empty_rows_with_a_format(text: str) -> str:
    return with_rows(text, (f'<row r="{n}" ht="15" customHeight="1"/>' for n in range(FIRST_FREE_ROW, 1_001_000)))


@xml("Goals", _FAR_MORE, heavy=True)
def half_a_million_empty_rows_with_a_format(text: str) -> str:
    return with_rows(text, (f'<row r="{n}" ht="15" customHeight="1"/>' for n in range(FIRST_FREE_ROW, 501_000)))


@excel()
def a_format_in_the_last_cell_of_the_sheet(workbook: Any) -> None:
    workbook["Missions"]["XFD1048576"].font = Font(bold=True)


@xml(
    "Goals",
    Said("Goals", "20995", "a sheet has at most 20,000 filled rows", "Remove what does not"),
    heavy=True,
    slow=True,
)
def a_hundred_thousand_rows(text: str) -> str:
    goals = (
        f'<row r="{n}"><c r="A{n}"><v>1</v></c><c r="B{n}"><v>1</v></c></row>' for n in range(FIRST_FREE_ROW, 101_000)
    )
    return with_rows(text, goals)


@xml("Goals", _FAR_MORE, heavy=True, slow=True)
def a_hundred_thousand_rows_of_twelve_columns(text: str) -> str:
    def row(number: int) -> str:
        cells = "".join(f'<c r="{letter}{number}"><v>1</v></c>' for letter in "ABCDEFGHIJKL")
        return f'<row r="{number}">{cells}</row>'

    return with_rows(text, map(row, range(FIRST_FREE_ROW, 101_000)))


@excel(warning("Interests", "XFD1", "column 'c16384' is unknown", "Correct the name"), heavy=True, slow=True)
def as_many_columns_as_excel_has(workbook: Any) -> None:
    for column in range(4, 16_385):
        workbook["Interests"].cell(1, column, f"c{column}")


@excel(Said("Scores", "A19990", "'M19990' is not in Missions.", "Correct it"), heavy=True, slow=True)
def twenty_thousand_references_to_nothing(workbook: Any) -> None:
    for row in range(5, 19_991):
        for column, value in enumerate((f"M{row}", "ALLY", 1), start=1):
            workbook["Scores"].cell(row, column, value)


def said_in(problems: list[dict[str, str]], said: Said) -> bool:
    """Whether something that must be said is among the problems of ``inzet check --json``."""
    return any(
        (problem["severity"], problem["sheet"], problem["cell"]) == (said.severity, said.sheet, said.cell)
        and (said.words in problem["rule"] or said.words in problem["message"])
        and said.fix in problem["fix"]
        for problem in problems
    )


def main() -> None:
    """Try every broken workbook, and say how many there are and how many are not answered as they must be."""
    parser = argparse.ArgumentParser(description="Try every broken workbook.")
    parser.add_argument("folder", type=Path, nargs="?", help="where they are written as well")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    asked = parser.parse_args()
    tracebacks, wrong = [], []
    ends: Counter[str] = Counter()
    with TemporaryDirectory() as temporary:
        target = asked.folder or Path(temporary)
        for number, bad in enumerate(CORPUS):
            folder = target / f"{number:03}"
            folder.mkdir(parents=True)
            result = CliRunner().invoke(app, ["check", str(bad.make(folder)), "--json"])
            if result.exception is not None and not isinstance(result.exception, SystemExit):
                tracebacks.append(bad.name)
                continue
            problems = json.loads(result.stdout)["problems"]
            if not all(said_in(problems, said) for said in bad.said):
                wrong.append(bad.name)
            ends["refused" if result.exit_code == Exit.BAD_INPUT else "warned" if problems else "sound"] += 1
    if asked.json:
        counts = {end: ends[end] for end in ("refused", "warned", "sound")}
        print(json.dumps({"tried": len(CORPUS), **counts, "tracebacks": tracebacks, "wrong": wrong}, indent=2))
    else:
        said = f"{len(tracebacks)} tracebacks, {len(wrong)} answered otherwise than due"
        print(f"{len(CORPUS)} bad workbooks tried, {said}")
        print(*(f"  {name}" for name in (*tracebacks, *wrong)), sep="\n")
    sys.exit(bool(tracebacks or wrong))


if __name__ == "__main__":
    main()
