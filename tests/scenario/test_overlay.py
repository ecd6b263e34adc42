"""Named scenarios: changes that apply, and changes that are refused in words."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from builders import small_book
from call_sites import calls_in, listening

from inzet.errors import InputError, Severity, UsageError
from inzet.scenario import overlay
from inzet.scenario.overlay import ChangeError, apply_scenarios, key_matches, scenario_names, with_values
from inzet.schema.book import Book
from inzet.schema.rows import SHEETS, Change, Fund, Interest, Mission, Settings, Supply
from inzet.workbook.reader import read_workbook
from inzet.workbook.writer import write_workbook


def with_change(**values: Any) -> Book:
    row = Change.model_validate({"scenario": "X", "column": "*", "value": "", **values})
    return small_book().with_rows("Scenarios", [row])


def applied(**values: Any) -> Book:
    return apply_scenarios(with_change(**values), ["X"])


def refused(**values: Any) -> str:
    with pytest.raises(InputError) as caught:
        applied(**values)
    (issue,) = caught.value.issues
    assert issue.sheet == "Scenarios"
    return issue.message


def test_names_in_their_order() -> None:
    assert scenario_names(small_book()) == ("FEWER_COMPANIES", "LATER")


def test_several_combine() -> None:
    book = apply_scenarios(small_book(), ["FEWER_COMPANIES", "LATER"])
    assert [row.units for row in book.of(Supply) if row.unit == "INF_COY"] == [5, 5]
    assert str(next(m for m in book.of(Mission) if m.mission == "EUPM").first_month) == "2025-07"
    assert book.content_hash() != small_book().content_hash()


def test_the_base_is_untouched() -> None:
    book = small_book()
    before = book.content_hash()
    apply_scenarios(book, ["FEWER_COMPANIES"])
    assert book.content_hash() == before


@pytest.mark.parametrize(
    ("how", "value", "expected"), [("set", "5", 5), ("add", "0,5", 3), ("subtract", "1", 1.5), ("multiply", "2", 5)]
)
def test_ways_to_change(how: str, value: str, expected: float) -> None:
    book = applied(about="interests", row="ally", column="Weight", how=how, value=value)
    assert next(i.weight for i in book.of(Interest) if i.interest == "ALLY") == expected


def test_a_part_of_a_key_may_be_any() -> None:
    book = applied(about="Funds", row="BIV / *", column="budget", how="multiply", value="0.75")
    assert [fund.budget for fund in book.of(Fund)] == [30_000_000, 30_000_000]


def test_settings_can_change() -> None:
    book = applied(about="Settings", row="decision_every", column="value", how="set", value="6")
    assert book.settings.decision_every == 6


def test_rows_come_and_go() -> None:
    book = applied(about="Interests", row="", how="add row", value="interest=CRIME; name=Crime; weight=1")
    assert len(book.of(Interest)) == 3
    book = applied(about="Missions", row="EUPM", how="drop row")
    assert [m.mission for m in book.of(Mission)] == ["ALTHEA"]


@dataclass(frozen=True)
class Refused:
    """A change that cannot be applied, and what must be said about it.

    Attributes:
        change: its row of Scenarios.
        cell: the cell of that row.
        words: words of the message.
        fix: the fix, word for word.
    """

    change: dict[str, Any]
    cell: str
    words: str
    fix: str


def one_of(*names: str) -> str:
    return f"Write one of: {', '.join(names)}."


REFUSED = (
    Refused(
        dict(about="Suply", row="*", column="units", how="set", value="1"),
        "B2",
        "'Suply' is unknown. Did you mean 'Supply'?",
        one_of(Settings.sheet, *SHEETS),
    ),
    Refused(
        dict(about="Missions", row="EUMP", column="name", how="set", value="x"),
        "C2",
        "Missions has no row 'EUMP'. Did you mean 'EUPM'?",
        "Write the key of a row that exists.",
    ),
    Refused(
        dict(about="Missions", row="QQQQ", how="drop row"),
        "C2",
        "Missions has no row 'QQQQ'.",
        "Write the key of a row that exists.",
    ),
    Refused(
        dict(about="Missions", row="EUPM", column="nam", how="set", value="x"),
        "D2",
        "'nam' is unknown. Did you mean 'name'?",
        one_of(*Mission.model_fields),
    ),
    Refused(
        dict(about="Settings", row="decision_evry", column="value", how="set", value="1"),
        "C2",
        "'decision_evry' is unknown. Did you mean 'decision_every'?",
        one_of(*Settings.model_fields),
    ),
    Refused(
        dict(about="Missions", row="EUPM", column="mission", how="set", value="x"),
        "D2",
        "mission is part of the key",
        "Drop the row and add another.",
    ),
    Refused(
        dict(about="Missions", row="EUPM", column="name", how="add", value="1"),
        "E2",
        "EUPM holds 'EU Partnership Mission Moldova', which is not a number",
        "Use 'set'.",
    ),
    Refused(
        dict(about="Settings", row="title", column="value", how="multiply", value="2"),
        "E2",
        "title holds 'A small plan', which is not a number",
        "Use 'set'.",
    ),
    Refused(
        dict(about="Interests", row="ALLY", column="weight", how="add", value="two"),
        "F2",
        "'two' is not a number",
        "Type a number.",
    ),
    Refused(
        dict(about="Supply", row="INF_COY / *", column="units", how="multiply", value="0.5"),
        "F2",
        "'2.5' is not a whole number",
        "Type a whole number, for example 3.",
    ),
    Refused(
        dict(about="Interests", row="ALLY", column="weight", how="subtract", value="9"),
        "F2",
        "-6.5 is too small",
        "Use 0 or more.",
    ),
    Refused(
        dict(about="Settings", row="gap", column="value", how="set", value="2"),
        "F2",
        "2 is too large",
        "Use 1 or less.",
    ),
    Refused(
        dict(about="Missions", row="EUPM", column="first_month", how="set", value="soon"),
        "F2",
        "'soon' is not a month",
        "Write the month as YYYY-MM, for example 2025-01.",
    ),
    Refused(
        dict(about="Missions", row="EUPM", column="name", how="set", value=""),
        "F2",
        "name is empty",
        "Fill in: Name of the mission.",
    ),
    Refused(
        dict(about="Interests", row="CRIME", how="add row", value="interest=CRIME; Crime"),
        "F2",
        "'Crime' is not column=value",
        "Write column=value; column=value; ...",
    ),
    Refused(
        dict(about="Interests", row="CRIME", how="add row", value="interest=CRIME; nam=Crime"),
        "F2",
        "'nam' is unknown. Did you mean 'name'?",
        one_of(*Interest.model_fields),
    ),
    Refused(
        dict(about="Interests", row="CRIME", how="add row", value="interest=CRIME; weight=1"),
        "F2",
        "name is empty",
        "Fill in: Name of the interest.",
    ),
    Refused(
        dict(about="Interests", row="ALLY", how="add row", value="interest=ALLY; name=x; weight=1"),
        "F2",
        "Interests has a row 'ALLY' already",
        "Change that row instead.",
    ),
)


@pytest.mark.parametrize("case", REFUSED, ids=[case.words for case in REFUSED])
def test_what_cannot_be_changed_says_where_why_and_what_to_do(case: Refused, tmp_path: Path) -> None:
    write_workbook(with_change(**case.change), tmp_path / "book.xlsx")
    with pytest.raises(InputError) as caught:
        apply_scenarios(read_workbook(tmp_path / "book.xlsx")[0], ["X"])
    (issue,) = caught.value.issues
    assert (issue.severity, issue.sheet, issue.cell) == (Severity.ERROR, "Scenarios", case.cell)
    assert issue.rule == "a scenario changes what is there"
    assert (case.words in issue.message, issue.fix) == (True, case.fix), issue.message


def a_number_that_its_cell_cannot_hold() -> None:
    with_values(small_book(), {("Supply", "INF_COY / 2026-01", "units"): -1.0})


def test_a_number_that_a_cell_cannot_hold_says_which_cell() -> None:
    with pytest.raises(ChangeError) as caught:
        a_number_that_its_cell_cannot_hold()
    error = caught.value
    assert error.message == "Supply INF_COY / 2026-01 units: -1 is too small"
    assert (error.column, error.fix) == ("value", "Use 0 units or more.")


def without_a_case(cases: Iterable[Refused]) -> list[str]:
    """The places in the code that refuse a change of which no case holds words and fix."""
    cases = tuple(cases)
    with listening(overlay, ChangeError, "__init__") as said:
        for case in cases:
            refused(**case.change)
        with suppress(ChangeError):
            a_number_that_its_cell_cannot_hold()
    held = [(case.words, case.fix) for case in cases] + [("units: -1 is too small", "Use 0 units or more.")]
    return [
        place
        for place, lines in calls_in(overlay, "ChangeError").items()
        if not any(words in error.message and error.fix == fix for error in said.at(lines) for words, fix in held)
    ]


def test_every_message_about_a_change_has_a_case() -> None:
    assert without_a_case(REFUSED) == []


def test_a_message_without_a_case_is_found() -> None:
    (place,) = without_a_case(case for case in REFUSED if "already" not in case.words)
    assert place.endswith("in _new_row")


def test_a_book_with_several_faults_says_all_of_them() -> None:
    rows = [
        Change.model_validate({"scenario": "X", **case.change, "column": case.change.get("column", "*")})
        for case in REFUSED[:3]
    ]
    with pytest.raises(InputError) as caught:
        apply_scenarios(small_book().with_rows("Scenarios", rows), ["X"])
    assert len(caught.value.issues) == 3


def test_an_unknown_name() -> None:
    with pytest.raises(UsageError, match=r"Did you mean 'LATER'\?"):
        apply_scenarios(small_book(), ["LATR"])


def test_keys() -> None:
    assert key_matches("a/ b", "A / B")
    assert key_matches("*", "A / B")
    assert not key_matches("A", "A / B")
