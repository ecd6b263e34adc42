"""Whatever stands in a cell, whatever became of the file: it is read as it stands, or refused in words.

Each property is tried on the same few examples every time, and on many more under the mark ``slow``.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

import openpyxl
import pytest
from bad_books import parts_of, sound, write_parts
from builders import small_book
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from inzet.calendar import Month
from inzet.errors import InputError, Severity, UsageError
from inzet.plan.audit import audited
from inzet.plan.tables import plan_tables
from inzet.reports.csv_files import write_csv
from inzet.reports.workbook import write_plan_workbook
from inzet.scenario.checks import check_everything, make_scenario
from inzet.schema import kinds
from inzet.schema.book import Book
from inzet.schema.rows import SHEETS, Basis, Change, Row, Settings, choices_of, kind_of
from inzet.solve import solve
from inzet.workbook import reader
from inzet.workbook.grid import Cell, Grid, open_grids
from inzet.workbook.reader import read_workbook
from inzet.workbook.writer import write_workbook

Property = Callable[..., None]
ALWAYS = settings(derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def often(property_: Property, examples: int) -> Property:
    return settings(ALWAYS, max_examples=examples)(property_)


def thoroughly(property_: Property, examples: int) -> Property:
    return pytest.mark.slow(settings(ALWAYS, max_examples=examples)(property_))


# Any value in any cell.

NEAR_NUMBERS = st.from_regex(r"[0-9.,% €+\-eE\n]{1,8}", fullmatch=True)
NEAR_MONTHS = st.from_regex(
    r"(20[0-9]{2}|[0-9]{1,2})[-/. ]([0-9]{1,2}|mei|jan)([-/. ](20[0-9]{2}|tot|12))?", fullmatch=True
)
NEAR_IDS = st.sampled_from(
    ["ALTHEA", "althea", "ALTHEA ", "INF_COY", "BIV", "A", "*", "#REF!", "=1+1", "yes", "x", "COMPANY"]
)
VALUES = st.one_of(
    st.none(),
    st.text(max_size=12),
    NEAR_NUMBERS,
    NEAR_MONTHS,
    NEAR_IDS,
    st.integers(-5, 50),
    st.integers(-(10**18), 10**18),
    st.sampled_from([10**400, float("inf"), float("nan"), 1e15, -0.0, 0.5, 1.5, 2025.1, 45658]),
    st.floats(),
    st.booleans(),
    st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2300, 1, 1)),
    st.times(),
    st.timedeltas(),
)


@st.composite
def places(draw: st.DrawFn) -> tuple[str, str, int, int]:
    """A sheet, a column by name, its number, and a row that is filled or the one below the table."""
    sheet = draw(st.sampled_from([Settings.sheet, *SHEETS]))
    if sheet == Settings.sheet:
        number = draw(st.integers(2, len(Settings.model_fields) + 1))
        return sheet, list(Settings.model_fields)[number - 2], 2, number
    names = list(SHEETS[sheet].model_fields)
    column = draw(st.integers(1, len(names)))
    return sheet, names[column - 1], column, draw(st.integers(2, len(small_book().rows[sheet]) + 2))


@cache
def grids() -> tuple[Grid, ...]:
    with TemporaryDirectory() as folder:
        return open_grids(sound(Path(folder)))[0]


def with_value(sheet: str, row: int, column: int, value: Any) -> tuple[Grid, ...]:
    """The sheets with another value in one cell, as reading the file would give them."""
    value = value.strip() if isinstance(value, str) else value
    cells = {number: dict(line) for number, line in next(grid for grid in grids() if grid.name == sheet).rows.items()}
    if value is None or value == "":
        cells.get(row, {}).pop(column, None)
    else:
        cells.setdefault(row, {})[column] = Cell(row, column, value)
    filled = {number: cells[number] for number in sorted(cells) if cells[number]}
    return tuple(Grid(grid.name, grid.hidden, filled, 0) if grid.name == sheet else grid for grid in grids())


def any_value_in_any_cell(place: tuple[str, str, int, int], value: Any) -> None:
    sheet, _, column, row = place
    address = f"{get_column_letter(column)}{row}"
    changed = with_value(sheet, row, column, value)
    with mock.patch.object(reader, "open_grids", return_value=(changed, ())):
        try:
            book, warnings = read_workbook(Path("plan.xlsx"))
        except InputError as error:
            errors = [issue for issue in error.issues if issue.severity is Severity.ERROR]
            assert {issue.sheet for issue in errors} == {sheet}
            assert all(issue.cell.endswith(str(row)) for issue in errors), (address, errors)
            assert all(issue.rule and issue.message and issue.fix for issue in errors)
            return
    assert not [issue for issue in warnings if issue.cell == address]
    for issue in check_everything(book):
        assert issue.sheet in {Settings.sheet, *SHEETS}
        assert issue.cell
        assert issue.fix
    read_as_it_stands(book, place, value)


def read_as_it_stands(book: Book, place: tuple[str, str, int, int], value: Any) -> None:
    """One value is what was put in, and every other is what it was."""
    sheet, name, _, row = place
    before = small_book()
    for other in SHEETS:
        if other != sheet:
            assert book.rows[other] == before.rows[other]
    if sheet == Settings.sheet:
        one: Any = book.settings
        others = {key: found for key, found in book.settings if key != name}
        assert others == {key: found for key, found in before.settings if key != name}
    else:
        rows, old = book.rows[sheet], before.rows[sheet]
        assert len(rows) in (len(old), len(old) + 1)
        if row - 2 >= len(rows):
            assert value is None or str(value).strip() == ""
            return
        one = rows[row - 2]
        assert [r for r in rows if r is not one] == [r for n, r in enumerate(old) if n != row - 2]
    field = type(one).model_fields[name]
    found = getattr(one, name)
    if value is None or (isinstance(value, str) and not value.strip()):
        assert name not in one.model_fields_set
        assert found == field.default
    elif choices_of(field) and not isinstance(found, bool):
        assert str(found) == " ".join(str(value).split()).casefold()
    else:
        ORACLES[kind_of(field).name](found, value)


def same_text(found: str, value: Any) -> None:
    if isinstance(value, str):
        assert found.split() == value.split()
    elif isinstance(value, bool):
        assert found == ("yes" if value else "no")
    elif isinstance(value, int | float):
        assert found == str(value) or float(found) == value
    elif isinstance(value, dt.date):
        assert value.isoformat().startswith(found)
    else:
        assert found == " ".join(str(value).split())


def same_id(found: str, value: Any) -> None:
    assert isinstance(value, str)
    assert found == value.strip()


def same_number(found: float, value: Any) -> None:
    """A number that was typed as text is one of its readings; that there is one only is for the reader to say."""
    if isinstance(value, int | float):
        assert not isinstance(value, bool)
        assert found == value
        return
    assert isinstance(value, str)
    assert "\n" not in value.strip()
    text = re.sub(r"^(€|EUR)|(€|EUR)$", "", "".join(value.split()))
    scale = 100 if text.endswith("%") else 1
    text = text.removesuffix("%")
    readings = set()
    for group, decimal in ((",", "."), (".", ",")):
        try:
            readings.add(float(text.replace(group, "").replace(decimal, ".")) / scale)
        except ValueError:
            continue
    assert found in readings


def same_month(found: Month, value: Any) -> None:
    if isinstance(value, dt.date):
        assert (found.year, found.number) == (value.year, value.month)
        return
    assert isinstance(value, str), "a number is no month"
    words = re.findall(r"\w+", value)
    assert str(found.year) in words
    assert len(words) <= 3, "nothing of what was typed is left out"
    assert any(word.isdecimal() and int(word) == found.number for word in words) or re.search(r"jan|mei", value)


def same_truth(found: bool, value: Any) -> None:
    yes, no = {"yes", "y", "ja", "j", "true", "waar", "1", "x"}, {"no", "n", "nee", "false", "onwaar", "0", "-"}
    text = str(int(value) if isinstance(value, float) and value.is_integer() else value).strip().casefold()
    assert text in (yes if found else no)


def same_value(found: str, value: Any) -> None:
    if isinstance(value, dt.date):
        assert found == f"{value:%Y-%m}"
    else:
        same_text(found, value)


ORACLES: dict[str, Callable[[Any, Any], None]] = {
    kinds.ID.name: same_id,
    kinds.TEXT.name: same_text,
    kinds.WHOLE.name: same_number,
    kinds.NUMBER.name: same_number,
    kinds.EURO.name: same_number,
    kinds.SHARE.name: same_number,
    kinds.MONTH.name: same_month,
    kinds.YES_NO.name: same_truth,
    kinds.SCALAR.name: same_value,
}

test_any_value_in_any_cell = often(given(place=places(), value=VALUES)(any_value_in_any_cell), 250)
test_any_value_in_any_cell_at_length = thoroughly(given(place=places(), value=VALUES)(any_value_in_any_cell), 10_000)


def any_name_of_a_column(sheet: str, column: int, row: int, value: Any) -> None:
    """Where names are expected: said, or of no consequence."""
    changed = with_value(sheet, row, column, value)
    with mock.patch.object(reader, "open_grids", return_value=(changed, ())):
        try:
            book, warnings = read_workbook(Path("plan.xlsx"))
        except InputError as error:
            issues = error.issues
            assert {issue.sheet for issue in issues} == {sheet}
            assert all(issue.fix for issue in issues)
            return
    check_everything(book)
    if not warnings and row == 1 and not str(value).strip().startswith("#"):
        before = small_book()
        names = (*SHEETS[sheet].model_fields, *[""] * 25)
        # A column without a name and without values is not missed.
        filled = {name for line in before.rows[sheet] for name in line.model_fields_set}
        assert book.rows == before.rows or names[column - 1] not in filled


NAMES = {
    "sheet": st.sampled_from(sorted(SHEETS)),
    "column": st.integers(1, 25),
    "row": st.integers(1, 2),
    "value": st.text(max_size=8)
    | st.sampled_from(["weight", "Weight ", "units", "#mine", "first month", "name", 5, True]),
}
test_any_name_of_a_column = often(given(**NAMES)(any_name_of_a_column), 100)
test_any_name_of_a_column_at_length = thoroughly(given(**NAMES)(any_name_of_a_column), 3000)


# Any value, by way of a file.

IN_FILE = st.one_of(
    st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=12),
    st.sampled_from(["=1+1", "#REF!", "1e400", "€ 5", "_x000D_", "2025-01", "yes"]),
    st.integers(-(10**15), 10**15),
    st.floats(-1e300, 1e300).map(lambda number: float(f"{number:.15g}")),
    st.booleans(),
    st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2200, 1, 1)),
)


def any_value_by_way_of_a_file(tmp_path: Path, place: tuple[str, str, int, int], value: Any) -> None:
    sheet, _, column, row = place
    path = sound(tmp_path)
    workbook = openpyxl.load_workbook(path)
    cell = workbook[sheet].cell(row, column)
    cell.number_format = "General"
    cell.value = value
    workbook.save(path)
    try:
        book, _ = read_workbook(path)
    except InputError as error:
        issues = error.issues
        assert all(issue.fix for issue in issues)
        assert any(issue.sheet == sheet and issue.cell.endswith(str(row)) for issue in issues)
        return
    check_everything(book)
    if not isinstance(value, str) or value[:1] != "=":
        read_as_it_stands(book, place, value)


test_any_value_by_way_of_a_file = often(given(place=places(), value=IN_FILE)(any_value_by_way_of_a_file), 10)
test_any_value_by_way_of_a_file_at_length = thoroughly(
    given(place=places(), value=IN_FILE)(any_value_by_way_of_a_file), 200
)


# Any damage to the file.


def read_or_refused(path: Path) -> None:
    try:
        check_everything(read_workbook(path)[0])
    except UsageError:
        return
    except InputError as error:
        issues = error.issues
        assert all(issue.sheet and issue.fix for issue in issues)


def any_bytes_changed(tmp_path: Path, changes: list[tuple[float, int]], keep: float) -> None:
    path = sound(tmp_path)
    content = bytearray(path.read_bytes())
    for share, byte in changes:
        content[int(share * (len(content) - 1))] = byte
    path.write_bytes(content[: int(keep * len(content))])
    read_or_refused(path)


SHARES = st.floats(0, 1) | st.floats(0.97, 1)
"""Of the way through the file; its end, where a zip file lists its parts, is tried more often."""
CHANGES = {
    "changes": st.lists(st.tuples(SHARES, st.integers(0, 255)), min_size=1, max_size=4),
    "keep": st.just(1.0) | st.floats(0, 1),
}
test_any_bytes_changed = often(given(**CHANGES)(any_bytes_changed), 60)
test_any_bytes_changed_at_length = thoroughly(given(**CHANGES)(any_bytes_changed), 2000)


def any_text_in_a_part(tmp_path: Path, part: int, changes: list[tuple[float, bytes, int]]) -> None:
    """Damage inside a part, where no checksum shows it."""
    path = sound(tmp_path)
    parts = parts_of(path)
    name = sorted(parts)[part % len(parts)]
    content = parts[name]
    for share, new, gone in changes:
        at = int(share * len(content))
        content = content[:at] + new + content[at + gone :]
    parts[name] = content
    write_parts(path, parts)
    read_or_refused(path)


PIECES = st.binary(max_size=3) | st.sampled_from(
    [
        b"9" * 400,
        b'"',
        b"<",
        b"/>",
        b"&lt;",
        b"-1",
        b' t="s"',
        b' t="d"',
        b' t="b"',
        b"XFD1048577",
        b"rId1",
        b"e999",
        b"A1:B2",
    ]
)
IN_PART = {
    "part": st.integers(0, 60),
    "changes": st.lists(st.tuples(st.floats(0, 1), PIECES, st.integers(0, 4)), min_size=1, max_size=3),
}
test_any_text_in_a_part = often(given(**IN_PART)(any_text_in_a_part), 40)
test_any_text_in_a_part_at_length = thoroughly(given(**IN_PART)(any_text_in_a_part), 1500)


# Nothing that is written becomes a formula.

PAYLOADS = st.builds(
    str.__add__,
    st.sampled_from(["=", "+", "-", "@", "\t=", "\r=", "=cmd|' /C calc'!A0", "{=", "#N/A", "'=", "="]),
    st.text(max_size=10),
)
KEPT = {Basis.sheet: {"about", "row", "column"}, Change.sheet: {"about", "row", "column"}, "Groups": {"tag"}}
"""Columns of text whose words name something else."""


def named(text: str) -> Book:
    """The small plan with one text wherever text may stand."""
    book = small_book()
    for sheet, rows in book.rows.items():
        fields = {
            name
            for name, field in SHEETS[sheet].model_fields.items()
            if kind_of(field) == kinds.TEXT and name not in KEPT.get(sheet, ()) and name != "quote"
        }
        new: list[Row] = []
        for row in rows:
            filled = {name: getattr(row, name) for name in row.model_fields_set}
            texts = {name: text for name in fields & (row.model_fields_set | {"name", "why", "sentence"})}
            new.append(type(row).model_validate({**filled, **texts}))
        book = book.with_rows(sheet, new)
    return book.with_settings(book.settings.model_copy(update={"title": text}))


def formulas_in(path: Path) -> Iterator[str]:
    for sheet in openpyxl.load_workbook(path).worksheets:
        for row in sheet.iter_rows():
            yield from (f"{sheet.title}!{cell.coordinate}" for cell in row if cell.data_type == "f")


def cleaned(text: str) -> str:
    """What a workbook can hold of a text: no control characters, no halves of letters; white space counts as one."""
    return " ".join(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", text).split())


def no_text_becomes_a_formula(tmp_path: Path, text: str) -> None:
    path = tmp_path / "plan.xlsx"
    book = named(cleaned(text) or "x")
    write_workbook(book, path)
    assert list(formulas_in(path)) == []
    read_back, _ = read_workbook(path)
    assert read_back.rows == book.rows
    assert read_back.settings == book.settings


test_no_text_becomes_a_formula = often(given(text=PAYLOADS)(no_text_becomes_a_formula), 10)
test_no_text_becomes_a_formula_at_length = thoroughly(given(text=PAYLOADS)(no_text_becomes_a_formula), 200)


@given(PAYLOADS)
def test_no_id_can_begin_like_a_formula(text: str) -> None:
    for value in (text, text.strip()):
        with pytest.raises(ValueError, match="is not an id"):
            kinds.parse_id(value)


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1+1", "@SUM(1)", '-2+3"x'])
def test_results_hold_text_as_it_was_typed(text: str, tmp_path: Path) -> None:
    """In workbooks it is no formula. CSV files are for programs: a mark before it would be one more character."""
    solution = solve(make_scenario(named(text))[0])
    ledger, audit = audited(solution)
    tables = dict(plan_tables(ledger))
    write_plan_workbook(tmp_path / "plan.xlsx", solution, ledger, audit, tables)
    assert list(formulas_in(tmp_path / "plan.xlsx")) == []
    values = {cell.value for sheet in openpyxl.load_workbook(tmp_path / "plan.xlsx") for row in sheet for cell in row}
    assert text in values
    write_csv(tmp_path / "tables", tables)
    with (tmp_path / "tables" / "decisions.csv").open(encoding="utf-8", newline="") as file:
        assert {row["name"] for row in csv.DictReader(file)} == {text}
