"""Every check of a scenario finds its own problem, with the cell, and nothing else finds fault with a good one."""

from __future__ import annotations

from typing import Any

import pytest
from builders import changed, rules_book, small_book, without

from inzet.errors import InputError, Issue, Severity
from inzet.scenario import checks
from inzet.scenario.checks import check_everything, make_scenario
from inzet.schema.book import Book
from inzet.schema.rows import SHEETS, Cost, CostItem, Shortfall, Unit


def issues_of(book: Book) -> tuple[Issue, ...]:
    try:
        return make_scenario(book)[1]
    except InputError as error:
        return error.issues


def settings(**values: Any) -> Book:
    book = small_book()
    return book.with_settings(type(book.settings).model_validate({**dict(book.settings), **values}))


def more(sheet: str, book: Book | None = None, **values: Any) -> Book:
    book = book or small_book()
    return book.with_rows(sheet, [*book.rows[sheet], SHEETS[sheet].model_validate(values)])


def small(sheet: str, key: str, **values: Any) -> Book:
    return changed(small_book(), sheet, key, **values)


def circle(**values: Any) -> Book:
    """Two missions more, each of which may start only when the other ends."""
    book = small_book()
    for mission, other in (("A", "B"), ("B", "A")):
        book = more("Missions", book, mission=mission, name=mission, region="Sea")
        book = more("Options", book, mission=mission, option="ONE", civil=1)
        book = more("Scores", book, mission=mission, interest="ALLY", score=1)
        book = more("Requirements", book, mission=mission, option="ONE", capability="EXPERTISE", quantity=1)
        row = {"pair": f"{mission}_AFTER", "sentence": "x", "mission": mission, "tie": "follows", "other": other}
        book = more("Pairs", book, **{**row, **values})
    return book


CASES: dict[str, tuple[Book, str, str, Severity]] = {
    "horizon_is_a_period": (settings(last_month="2024-12"), "Settings", "would last 0 months", Severity.ERROR),
    "references_exist": (
        more("Supply", unit="TANK", first_month="2025-01", units=1),
        "Supply",
        "'TANK' is not in Units.",
        Severity.ERROR,
    ),
    "options_belong_to_their_mission": (
        small("Missions", "ALTHEA", running_option="COMPANIES"),
        "Missions",
        "Did you mean 'COMPANY'?",
        Severity.ERROR,
    ),
    "periods_run_forward": (
        small("Supply", "INF_COY / 2025-01", last_month="2024-12"),
        "Supply",
        "before it starts",
        Severity.ERROR,
    ),
    "periods_do_not_overlap": (
        small("Supply", "INF_COY / 2025-01", last_month=None),
        "Supply",
        "2026-01 is also in the row that starts in 2025-01",
        Severity.ERROR,
    ),
    "supply_covers_the_plan": (
        small("Supply", "INF_COY / 2025-01", last_month="2025-10"),
        "Units",
        "no supply is given for 2 month(s), the first 2025-11",
        Severity.ERROR,
    ),
    "minimum_is_at_most_maximum": (
        small("Options", "ALTHEA / COMPANY", min_months=30),
        "Options",
        "the longest stay (24) is shorter",
        Severity.ERROR,
    ),
    "running_contributions_are_whole": (
        small("Missions", "ALTHEA", running_since="2025-02"),
        "Missions",
        "is not before the first month of the plan",
        Severity.ERROR,
    ),
    "reserve_is_within_what_there_is": (
        small("Funds", "BIV / 2025", reserve=41_000_000),
        "Funds",
        "more than the 4e+07",
        Severity.ERROR,
    ),
    "shares_of_payers_add_up": (
        small("Payers", "* / civil / BIV", share=0.9),
        "Payers",
        "add up to 0.9",
        Severity.ERROR,
    ),
    "costs_say_whose_they_are": (
        more("Costs", cost="NOBODY", item="month", amount=1),
        "Costs",
        "neither unit nor category",
        Severity.ERROR,
    ),
    "quotes_are_short": (
        small("Basis", "Tiers / TIER_1 / notice_days", quote=" ".join(["woord"] * 13)),
        "Basis",
        "it has 13 words",
        Severity.ERROR,
    ),
    "a_shortfall_has_a_price": (
        small_book().with_rows("Goals", [row for row in small_book().rows["Goals"] if row.row_key() != "readiness"]),
        "Settings",
        "is not among the goals",
        Severity.ERROR,
    ),
    "every_option_can_be_chosen": (
        small("Options", "EUPM / TEN", last_month="2025-03"),
        "Options",
        "no stay fits its window",
        Severity.WARNING,
    ),
    "running_contributions_can_go_on": (
        small("Missions", "ALTHEA", framework_end="2024-12"),
        "Missions",
        "none of its options fits",
        Severity.ERROR,
    ),
    "personnel_fit_the_units": (
        small("Options", "EUPM / TEN", civil=20),
        "Options",
        "personnel is 20, its units have 10 persons",
        Severity.WARNING,
    ),
    "everything_has_a_payer": (
        small_book().with_rows("Payers", small_book().rows["Payers"][:1]),
        "Options",
        "covers its civil costs",
        Severity.ERROR,
    ),
    "funds_have_every_year": (
        small_book().with_rows("Funds", small_book().rows["Funds"][:1]),
        "Payers",
        "no row in Funds for 2026",
        Severity.WARNING,
    ),
    "slower_tiers_include_faster_ones": (
        small("Readiness", "INF_COY / TIER_1 / 2025-01", units=3),
        "Readiness",
        "TIER_1 asks for 3 in 2025-01, TIER_2 for only 2",
        Severity.WARNING,
    ),
    "prices_fit_the_force": (
        small("Rules", "BALKAN_PRESENCE", price=0),
        "Rules",
        "breaking it costs nothing",
        Severity.ERROR,
    ),
    "shortages_have_a_price": (
        small("Units", "EXPERT", shortage_price=0).with_settings(
            small_book().settings.model_copy(update={"supply_shortage": Shortfall.PRICED})
        ),
        "Units",
        "units too few would cost nothing",
        Severity.ERROR,
    ),
    "priorities_say_what_counts": (
        small("Priorities", "ALLY_FIRST / ALLY / *", weight=None),
        "Priorities",
        "ALLY has no weight",
        Severity.ERROR,
    ),
    "amounts_can_be_counted": (
        small("Rules", "BALKAN_PRESENCE", amount=1e9),
        "Rules",
        "it is 1,000,000,000",
        Severity.ERROR,
    ),
    "rules_touch_something": (
        small("Groups", "BALKANS / * / Western Balkans / * / * / * / * / *", distance="far"),
        "Rules",
        "group BALKANS picks no contribution",
        Severity.ERROR,
    ),
    "tags_are_given": (
        more("Groups", group="BALKANS", tag="naval"),
        "Groups",
        "no mission has the tag 'naval'.",
        Severity.ERROR,
    ),
    "what_is_not_to_be_touched_is_there": (
        settings(not_to_be_touched="ALTEA; Units; biv"),
        "Settings",
        "nothing has the id 'ALTEA'. Did you mean 'ALTHEA'?",
        Severity.ERROR,
    ),
    "pairs_tie_two_missions": (
        small("Pairs", "APART", other="ALTHEA", other_option=None),
        "Pairs",
        "ALTHEA excludes itself",
        Severity.ERROR,
    ),
    "nothing_follows_itself_in_a_circle": (circle(), "Pairs", "A follows B follows A: none", Severity.WARNING),
    "missions_are_worth_something": (
        small("Scores", "EUPM / SECURITY", score=0),
        "Missions",
        "all its scores are 0",
        Severity.WARNING,
    ),
    "every_number_has_a_basis": (
        small_book().with_rows("Basis", [row for row in small_book().rows["Basis"] if row.about != "Funds"]),  # type: ignore[attr-defined]
        "Funds",
        "no row of Basis says",
        Severity.WARNING,
    ),
    "every_basis_covers_something": (
        small("Basis", "Costs / COY_MONTH / *", row="COY_MONTHS"),
        "Basis",
        "nothing in Costs fits",
        Severity.WARNING,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_check_finds_its_problem(name: str) -> None:
    book, sheet, words, severity = CASES[name]
    found = [issue for issue in issues_of(book) if words in issue.message]
    assert found, [issue.message for issue in issues_of(book)]
    assert (found[0].sheet, found[0].severity) == (sheet, severity)
    assert found[0].fix.endswith(".")
    assert found[0].rule


def test_every_check_has_a_case() -> None:
    registered = {check.__name__ for check in (*checks._GROUND, *checks._SENSE)}
    assert registered == set(CASES)


@pytest.mark.parametrize("book", [small_book(), rules_book().with_rows("Basis", small_book().rows["Basis"][:18])])
def test_a_good_book_has_no_errors(book: Book) -> None:
    assert not [issue for issue in check_everything(book) if issue.severity is Severity.ERROR]


def test_assumed_numbers_stay_in_their_range() -> None:
    book = small("Basis", "Units / * / *", high=50)
    found = [issue for issue in issues_of(book) if "outside" in issue.message]
    assert {(issue.sheet, issue.severity) for issue in found} == {("Units", Severity.WARNING)}
    assert [issue.message for issue in found] == [
        "INF_COY: 120 is outside 0 to 50",
        "INF_COY: 180 is outside 0 to 50",
    ]


def test_problems_of_named_scenarios_are_found() -> None:
    book = small("Scenarios", "FEWER_COMPANIES / Supply / INF_COY / 2026-01 / units", value="7")
    (issue,) = check_everything(book)
    assert issue.sheet == "Scenarios"
    assert "add another" in issue.fix or "too small" in issue.message


@pytest.mark.parametrize("values", [{"active": False}, {"force": "priced", "price": 1}, {"option": "ONE"}])
def test_a_circle_that_can_be_left_is_none(values: dict[str, Any]) -> None:
    assert not [issue for issue in issues_of(circle(**values)) if "follows" in issue.message]


def test_missions_may_require_one_another() -> None:
    book = circle(tie="requires")
    assert not [issue for issue in issues_of(book) if issue.sheet == "Pairs"]


def test_a_mission_may_follow_itself() -> None:
    assert not [issue for issue in issues_of(small("Pairs", "APART", tie="follows", other="ALTHEA", other_option=None))]


def test_an_empty_sheet_is_no_plan() -> None:
    assert any("not in Units" in issue.message for issue in issues_of(without(small_book(), "Units")))


def test_a_cost_per_tour_names_its_unit_type() -> None:
    book = small_book()
    (cost, *others) = book.of(Cost)
    loose = cost.model_copy(update={"item": CostItem.TOUR, "unit": None, "category": "military"})
    with pytest.raises(InputError) as raised:
        make_scenario(book.with_rows(Cost.sheet, [loose, *others]))
    (issue,) = [issue for issue in raised.value.issues if issue.rule == "a cost per tour names a unit type"]
    assert (issue.sheet, issue.message.endswith("a contribution as a whole has no tours of its own")) == ("Costs", True)


def test_units_that_may_lack_have_a_price() -> None:
    book = small_book()
    free = [unit.model_copy(update={"shortage_price": 0}) for unit in book.of(Unit)]
    make_scenario(book.with_rows(Unit.sheet, free))
    priced = book.with_rows(Unit.sheet, free)
    priced = priced.with_settings(book.settings.model_copy(update={"supply_shortage": Shortfall.PRICED}))
    with pytest.raises(InputError) as raised:
        make_scenario(priced)
    rules = [issue.rule for issue in raised.value.issues]
    assert rules == ["a unit that may lack has a price"] * len(free)
