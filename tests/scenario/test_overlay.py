"""Named scenarios: changes that apply, and changes that are refused in words."""

from __future__ import annotations

from typing import Any

import pytest
from builders import small_book

from inzet.errors import InputError, UsageError
from inzet.scenario.overlay import apply_scenarios, key_matches, scenario_names
from inzet.schema.book import Book
from inzet.schema.rows import Change, Fund, Interest, Mission, Supply


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


def test_what_is_refused() -> None:
    assert "Did you mean 'Supply'?" in refused(about="Suply", row="*", column="units", how="set", value="1")
    assert "Did you mean 'EUPM'?" in refused(about="Missions", row="EUMP", column="name", how="set", value="x")
    assert "Did you mean 'name'?" in refused(about="Missions", row="EUPM", column="nam", how="set", value="x")
    assert "part of the key" in refused(about="Missions", row="EUPM", column="mission", how="set", value="x")
    assert "not a number" in refused(about="Missions", row="EUPM", column="name", how="add", value="1")
    assert "not a whole number" in refused(
        about="Supply", row="INF_COY / *", column="units", how="multiply", value="0.5"
    )
    assert "too small" in refused(about="Interests", row="ALLY", column="weight", how="subtract", value="9")
    assert "already" in refused(about="Interests", row="", how="add row", value="interest=ALLY; name=x; weight=1")


def test_an_unknown_name() -> None:
    with pytest.raises(UsageError, match=r"Did you mean 'LATER'\?"):
        apply_scenarios(small_book(), ["LATR"])


def test_keys() -> None:
    assert key_matches("a/ b", "A / B")
    assert key_matches("*", "A / B")
    assert not key_matches("A", "A / B")
