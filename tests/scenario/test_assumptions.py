"""Assumed numbers, their ranges, and the worlds in which they are others."""

from __future__ import annotations

from typing import Any

import pytest
from builders import changed, small_book

from inzet.errors import InputError, Severity
from inzet.scenario.assumptions import Assumption, assumptions_of, imagined
from inzet.scenario.checks import make_scenario, refuse_errors
from inzet.scenario.overlay import ChangeError
from inzet.scenario.scenario import Scenario
from inzet.schema.book import SEARCH, Book
from inzet.schema.rows import Basis, Rule


def with_ranges(*rows: tuple[str, str, str, float, float], book: Book | None = None, basis: str = "assumed") -> Book:
    """A small book with ranges: sheet, row, column, low, high."""
    records: list[dict[str, Any]] = [
        {"about": about, "row": row, "column": column, "basis": basis, "low": low, "high": high, "why": "A guess."}
        for about, row, column, low, high in rows
    ]
    return (book or small_book()).with_rows(Basis.sheet, [Basis.model_validate(record) for record in records])


LEAD = {
    "about": "Settings",
    "row": "art100_lead_months",
    "column": "value",
    "basis": "assumed",
    "low": 1,
    "high": 4,
    "why": "A guess.",
}


def test_an_assumption_has_its_number_range_and_cells() -> None:
    (found,) = assumptions_of(with_ranges(("Interests", "SECURITY", "weight", 0.5, 6)))
    assert (found.low, found.high, found.is_whole, found.cells) == (0.5, 6.0, False, ("SECURITY",))
    assert found.now == small_book_weight()
    assert found.name == "Interests SECURITY weight"
    assert found.why == "A guess."


def small_book_weight() -> float:
    return Scenario(small_book()).interests["SECURITY"].weight


def test_equal_numbers_of_one_row_of_basis_move_together() -> None:
    book = changed(
        changed(small_book(), "Missions", "EUPM", recall_notice_days=60), "Missions", "ALTHEA", recall_notice_days=60
    )
    found = assumptions_of(with_ranges(("Missions", "*", "recall_notice_days", 30, 365), book=book))
    together = {assumption.now: assumption for assumption in found}
    assert len(together) == len(found)
    for assumption in found:
        if len(assumption.cells) > 1:
            assert assumption.row == "*"
    assert together[60].cells == ("ALTHEA", "EUPM")


def test_what_is_documented_or_has_no_room_is_no_assumption() -> None:
    row = ("Interests", "SECURITY", "weight", 0.5, 6)
    assert assumptions_of(with_ranges(row, basis="documented")) == ()
    now = small_book_weight()
    assert assumptions_of(with_ranges(("Interests", "SECURITY", "weight", now, now))) == ()


def test_settings_of_the_search_are_no_assumptions() -> None:
    rows = [("Settings", name, "value", 0, 10) for name in sorted(SEARCH)]
    assert assumptions_of(with_ranges(*rows)) == ()


def test_every_whole_number_has_the_same_part_of_the_range() -> None:
    number = Assumption("Supply", "X", "units", 2, 1, 4, True, "units", ("X",), "")
    assert [number.at(share) for share in (0, 0.24, 0.26, 0.51, 0.76, 0.999, 1)] == [1, 1, 2, 3, 4, 4, 4]
    part = Assumption("Interests", "X", "weight", 2, 1, 4, False, "", ("X",), "")
    assert [part.at(share) for share in (0, 0.5, 1)] == [1, 2.5, 4]


def test_a_number_out_of_its_range_stretches_it() -> None:
    (found,) = assumptions_of(with_ranges(("Interests", "SECURITY", "weight", 50, 60)))
    assert (found.low, found.high) == (small_book_weight(), 60)


def test_a_world_has_other_numbers_and_nothing_else() -> None:
    book = with_ranges(("Interests", "SECURITY", "weight", 0.5, 6), ("Settings", "gap", "value", 0, 1))
    book = book.with_settings(book.settings.model_copy(update={"art100_lead_months": 2}))
    book = book.with_settings(type(book.settings).model_validate(dict(book.settings)))
    ranged = [*book.of(Basis), Basis.model_validate(LEAD)]
    scenario, _ = make_scenario(book.with_rows(Basis.sheet, ranged))
    weight, lead = sorted(assumptions_of(scenario.book), key=lambda assumption: assumption.sheet)
    world = imagined(scenario, {weight: 4.5, lead: 4.0})
    assert world.interests["SECURITY"].weight == 4.5
    assert world.settings.art100_lead_months == 4
    same = imagined(scenario, {weight: weight.now, lead: lead.now})
    assert same.content_hash == scenario.content_hash
    changed = {key for key, row in world.interests.items() if row != scenario.interests[key]}
    assert changed == {"SECURITY"}


def test_numbers_that_a_cell_cannot_hold_are_refused() -> None:
    book = with_ranges(("Interests", "SECURITY", "weight", -5, 6))
    (weight,) = assumptions_of(book)
    with pytest.raises(ChangeError, match=r"^Interests SECURITY weight: "):
        imagined(Scenario(book), {weight: -1.0})


def test_slips_are_no_slips_in_a_world_that_nobody_typed() -> None:
    """A rule of which no period lies within the plan is a slip of a pen; without a pen that is how the world is."""
    book = small_book()
    rules = [row.model_copy(update={"first_month": None, "last_month": None, "every": 99}) for row in book.of(Rule)]
    idle = Scenario(book.with_rows("Rules", [rules[0], *book.of(Rule)[1:]]))
    with pytest.raises(InputError):
        refuse_errors(idle)
    assert all(issue.severity is Severity.WARNING for issue in refuse_errors(idle, slips=False))


def test_a_contradiction_is_refused_in_every_world() -> None:
    book = small_book()
    wrong = [row.model_copy(update={"min_months": 9, "max_months": 3}) for row in book.rows["Options"]]
    with pytest.raises(InputError):
        refuse_errors(Scenario(book.with_rows("Options", wrong)), slips=False)
