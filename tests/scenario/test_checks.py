"""Every check of a scenario finds its own problem, with the cell, and nothing else finds fault with a good one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from builders import changed, rules_book, small_book, without
from call_sites import calls_in, listening

from inzet.errors import InputError, Issue, Severity
from inzet.scenario import checks
from inzet.scenario.checks import check_everything, make_scenario
from inzet.schema.book import Book
from inzet.schema.rows import SHEETS, Basis, Shortfall, Unit
from inzet.workbook.reader import read_workbook
from inzet.workbook.writer import write_workbook


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


@dataclass(frozen=True)
class Case:
    """A workbook with one problem, and what must be said about it.

    Attributes:
        check: the check that must find it.
        book: the workbook.
        place: sheet and cell.
        words: words of the message.
        fix: the fix, word for word.
        severity: error or warning.
    """

    check: str
    book: Book
    place: str
    words: str
    fix: str
    severity: Severity = Severity.ERROR

    @property
    def name(self) -> str:
        return f"{self.check}: {self.words}"


WARNING = Severity.WARNING
NO_BASIS = "Add a row to Basis: documented, derived or assumed."
ID_LIST = "Write ids of missions, unit types, funds, tiers, rules or pairs, or names of sheets, separated by ;."


def without_basis(about: str) -> Book:
    return small_book().with_rows("Basis", [row for row in small_book().of(Basis) if row.about != about])


def priced_supply(book: Book) -> Book:
    return book.with_settings(book.settings.model_copy(update={"supply_shortage": Shortfall.PRICED}))


def shared(**values: Any) -> Book:
    """The rule on the Balkans as a share of all."""
    return small("Rules", "BALKAN_PRESENCE", **{"share_of": "ALL", "amount": 0.5, **values})


def swapped() -> Book:
    """A share of a group that picks nothing."""
    rule = {"group": "ALL", "share_of": "BALKANS", "amount": 0.5}
    return changed(no_balkans(), "Rules", "BALKAN_PRESENCE", **rule)


def lonely() -> Book:
    """A mission that nobody has an option for."""
    return more("Missions", mission="DESK", name="Desk", region="Sea")


def no_balkans() -> Book:
    return small("Groups", "BALKANS / * / Western Balkans / * / * / * / * / *", distance="far")


def first_only(sheet: str) -> Book:
    return small_book().with_rows(sheet, small_book().rows[sheet][:1])


def no_stay() -> Book:
    return small("Missions", "EUPM", mandated=True, last_month="2025-04", framework_end="2025-03")


CASES = (
    Case(
        "horizon_is_a_period",
        settings(last_month="2024-12"),
        "Settings!B4",
        "would last 0 months",
        "Set first_month and last_month so that the plan ends after it starts, at most 240 months on.",
    ),
    Case(
        "horizon_is_a_period",
        settings(last_month="2045-01"),
        "Settings!B4",
        "would last 241 months",
        "Set first_month and last_month so that the plan ends after it starts, at most 240 months on.",
    ),
    Case(
        "references_exist",
        more("Supply", unit="TANK", first_month="2025-01", units=1),
        "Supply!A5",
        "'TANK' is not in Units.",
        "Correct it, or add TANK to Units.",
    ),
    Case(
        "references_exist",
        small("Payers", "* / civil / BIV", fund="BVI"),
        "Payers!C3",
        "'BVI' is not in Funds. Did you mean 'BIV'?",
        "Correct it, or add BVI to Funds.",
    ),
    Case(
        "options_belong_to_their_mission",
        small("Missions", "ALTHEA", running_option="COMPANIES"),
        "Missions!P2",
        "mission ALTHEA has no option 'COMPANIES'. Did you mean 'COMPANY'?",
        "Use one of its options (COMPANY), or add it to Options.",
    ),
    Case(
        "options_belong_to_their_mission",
        small("Requirements", "EUPM / TEN / EXPERTISE", option="COMPANY"),
        "Requirements!B4",
        "mission EUPM has no option 'COMPANY'.",
        "Use one of its options (FIVE, TEN), or add it to Options.",
    ),
    Case(
        "options_belong_to_their_mission",
        small("Costs", "EXPERT_MONTH", option="TEN"),
        "Costs!C4",
        "mission (empty) has no option 'TEN'.",
        "Fill in the mission whose option it is, or leave the option empty.",
    ),
    Case(
        "options_belong_to_their_mission",
        small("Pairs", "APART", option="TEN"),
        "Pairs!E2",
        "mission ALTHEA has no option 'TEN'.",
        "Use one of its options (COMPANY), or add it to Options.",
    ),
    Case(
        "options_belong_to_their_mission",
        small("Pairs", "APART", other_option="TENS"),
        "Pairs!H2",
        "mission EUPM has no option 'TENS'. Did you mean 'TEN'?",
        "Use one of its options (FIVE, TEN), or add it to Options.",
    ),
    Case(
        "periods_run_forward",
        small("Supply", "INF_COY / 2025-01", last_month="2024-12"),
        "Supply!C2",
        "it ends in 2024-12, before it starts in 2025-01",
        "Correct first_month or last_month.",
    ),
    Case(
        "periods_run_forward",
        small("Options", "EUPM / TEN", first_month="2026-02", last_month="2026-01"),
        "Options!E4",
        "it ends in 2026-01, before it starts in 2026-02",
        "Correct first_month or last_month.",
    ),
    Case(
        "periods_do_not_overlap",
        small("Supply", "INF_COY / 2025-01", last_month=None),
        "Supply!B3",
        "2026-01 is also in the row that starts in 2025-01",
        "End that row in 2025-12, or start this one later.",
    ),
    Case(
        "periods_do_not_overlap",
        more("Readiness", unit="INF_COY", tier="TIER_1", first_month="2025-06", units=1),
        "Readiness!C4",
        "2025-06 is also in the row that starts in 2025-01",
        "End that row in 2025-05, or start this one later.",
    ),
    Case(
        "supply_covers_the_plan",
        small("Supply", "INF_COY / 2025-01", last_month="2025-10"),
        "Units!A2",
        "no supply is given for 2 month(s), the first 2025-11",
        "Add a row to Supply; write 0 when there are none.",
    ),
    Case(
        "minimum_is_at_most_maximum",
        small("Options", "ALTHEA / COMPANY", min_months=30),
        "Options!G2",
        "the longest stay (24) is shorter than the shortest (30)",
        "Correct min_months or max_months.",
    ),
    Case(
        "running_contributions_are_whole",
        small("Missions", "ALTHEA", running_since=None),
        "Missions!Q2",
        "only one of running_option and running_since is filled",
        "Fill in both, or neither.",
    ),
    Case(
        "running_contributions_are_whole",
        small("Missions", "ALTHEA", running_since="2025-02"),
        "Missions!Q2",
        "2025-02 is not before the first month of the plan, 2025-01",
        "Give the month in which it really started, or leave both cells empty.",
    ),
    Case(
        "reserve_is_within_what_there_is",
        small("Funds", "BIV / 2025", reserve=41_000_000),
        "Funds!D2",
        "it is more than the 40,000,000 there are",
        "Lower it.",
    ),
    Case(
        "reserve_is_within_what_there_is",
        small("Supply", "INF_COY / 2026-01", reserve=7),
        "Supply!E3",
        "it is more than the 6 there are",
        "Lower it.",
    ),
    Case(
        "shares_of_payers_add_up",
        small("Payers", "* / civil / BIV", share=0.9),
        "Payers!D3",
        "the shares add up to 0.9",
        "Correct the shares.",
    ),
    Case(
        "costs_say_whose_they_are",
        more("Costs", cost="NOBODY", item="month", amount=1),
        "Costs!F5",
        "neither unit nor category is filled",
        "Fill in the unit type for a rate, or the category for an amount.",
    ),
    Case(
        "costs_say_whose_they_are",
        more("Costs", cost="TOURS", item="tour", category="civil", amount=1),
        "Costs!D5",
        "a contribution as a whole has no tours of its own",
        "Name the unit type whose tours cost this, or choose another item.",
    ),
    Case(
        "quotes_are_short",
        small("Basis", "Tiers / TIER_1 / notice_days", quote=" ".join(["woord"] * 13)),
        "Basis!G21",
        "it has 13 words",
        "Keep the words that carry the number.",
    ),
    Case(
        "quotes_are_short",
        small("Basis", "Tiers / TIER_1 / notice_days", source=""),
        "Basis!E21",
        "the source is empty",
        "Name the document.",
    ),
    Case(
        "a_shortfall_has_a_price",
        small_book().with_rows("Goals", small_book().rows["Goals"][1:]),
        "Settings!B8",
        "'readiness' is not among the goals",
        "Add the goal readiness to Goals, or set readiness_shortfall to forbidden.",
    ),
    Case(
        "every_option_can_be_chosen",
        small("Options", "EUPM / TEN", last_month="2025-03"),
        "Options!B4",
        "no stay fits its window (empty)",
        "Widen the window, shorten min_months, raise the mission's max_stays, or drop the option.",
        WARNING,
    ),
    Case(
        "every_option_can_be_chosen",
        small("Options", "EUPM / TEN", min_months=22),
        "Options!B4",
        "no stay fits its window (2025-04 to 2026-12)",
        "Widen the window, shorten min_months, raise the mission's max_stays, or drop the option.",
        WARNING,
    ),
    Case(
        "every_option_can_be_chosen",
        no_stay(),
        "Missions!A3",
        "none of its options fits its windows",
        "Correct its windows or its options.",
    ),
    Case("every_option_can_be_chosen", lonely(), "Missions!A4", "it has no row in Options", "Add one.", WARNING),
    Case(
        "running_contributions_can_go_on",
        small("Missions", "ALTHEA", framework_end="2024-12"),
        "Missions!P2",
        "its window, framework or mandate ends before the plan starts",
        "Correct the windows or durations, or empty running_option and running_since.",
    ),
    Case(
        "personnel_fit_the_units",
        small("Options", "EUPM / TEN", civil=20),
        "Options!K4",
        "personnel is 20, its units have 10 persons",
        "Correct the personnel, or the requirements.",
        WARNING,
    ),
    Case(
        "everything_has_a_payer",
        first_only("Payers"),
        "Options!A3",
        "no row of Payers covers its civil costs",
        "Add a row to Payers for civil.",
    ),
    Case(
        "funds_have_every_year",
        first_only("Funds"),
        "Payers!C2",
        "BIV has no row in Funds for 2026: nothing can be spent then",
        "Add the years to Funds.",
        WARNING,
    ),
    Case(
        "slower_tiers_include_faster_ones",
        small("Readiness", "INF_COY / TIER_1 / 2025-01", units=3),
        "Readiness!E3",
        "TIER_1 asks for 3 in 2025-01, TIER_2 for only 2",
        "Count the units of faster tiers as well.",
        WARNING,
    ),
    Case(
        "prices_fit_the_force",
        small("Rules", "BALKAN_PRESENCE", price=0),
        "Rules!M2",
        "breaking it costs nothing",
        "Give a price, or make it hard.",
    ),
    Case(
        "prices_fit_the_force",
        small("Pairs", "APART", force="priced"),
        "Pairs!L2",
        "breaking it costs nothing",
        "Give a price, or make it hard.",
    ),
    Case(
        "prices_fit_the_force",
        small("Pairs", "APART", tie="synergy"),
        "Pairs!J2",
        "it brings nothing",
        "Give a bonus, or drop it.",
    ),
    Case(
        "amounts_can_be_counted",
        small("Rules", "BALKAN_PRESENCE", amount=1e9),
        "Rules!F2",
        "it is 1,000,000,000",
        "Type a smaller number, or measure money.",
    ),
    Case("amounts_can_be_counted", shared(amount=1.5), "Rules!F2", "it is 1.5", "Use 0 to 1."),
    Case(
        "shortages_have_a_price",
        priced_supply(small("Units", "EXPERT", shortage_price=0)),
        "Units!J3",
        "units too few would cost nothing",
        "Give a price above 0, or set supply_shortage so that no unit may lack.",
    ),
    Case(
        "priorities_say_what_counts",
        more("Priorities", priority="X", weight=2),
        "Priorities!B5",
        "it names neither an interest nor a goal",
        "Fill in interest or goal, not both.",
    ),
    Case(
        "priorities_say_what_counts",
        small("Priorities", "ALLY_FIRST / ALLY / *", goal="value"),
        "Priorities!B2",
        "it names both an interest and a goal",
        "Fill in interest or goal, not both.",
    ),
    Case(
        "priorities_say_what_counts",
        small("Priorities", "ALLY_FIRST / ALLY / *", weight=None),
        "Priorities!D2",
        "ALLY has no weight",
        "Give the interest a weight.",
    ),
    Case(
        "priorities_say_what_counts",
        small("Priorities", "CHEAPEST / * / cost", rank=None),
        "Priorities!E3",
        "cost has no rank",
        "Give the goal a rank, 1 for the first.",
    ),
    Case(
        "priorities_say_what_counts",
        small("Priorities", "ALLY_FIRST / ALLY / *", rank=1),
        "Priorities!E2",
        "an interest has no rank",
        "Empty the rank, or name a goal.",
    ),
    Case(
        "priorities_say_what_counts",
        small("Priorities", "ALLY_FIRST / ALLY / *", weight=1001),
        "Priorities!D2",
        "a weight is at most 1000",
        "Give the interest a smaller weight.",
    ),
    Case(
        "rules_touch_something",
        no_balkans(),
        "Rules!D2",
        "group BALKANS picks no contribution that could be chosen",
        "Correct the rows of the group, or drop the rule.",
    ),
    Case(
        "rules_touch_something",
        swapped(),
        "Rules!H2",
        "group BALKANS picks no contribution that could be chosen",
        "Correct the rows of the group, or drop the rule.",
    ),
    Case(
        "rules_touch_something",
        small("Rules", "BALKAN_PRESENCE", every=36),
        "Rules!K2",
        "no period of it lies within the plan",
        "Correct its window or every.",
    ),
    Case(
        "tags_are_given",
        more("Groups", group="BALKANS", tag="naval"),
        "Groups!E4",
        "no mission has the tag 'naval'.",
        "Correct it, or add it to the tags of a mission.",
    ),
    Case(
        "what_is_not_to_be_touched_is_there",
        settings(not_to_be_touched="ALTEA; Units; biv"),
        "Settings!B13",
        "nothing has the id 'ALTEA'. Did you mean 'ALTHEA'?",
        ID_LIST,
    ),
    Case(
        "what_is_not_to_be_touched_is_there",
        settings(not_to_be_touched="Units; QQQQ"),
        "Settings!B13",
        "nothing has the id 'QQQQ'.",
        ID_LIST,
        WARNING,
    ),
    Case(
        "pairs_tie_two_missions",
        small("Pairs", "APART", other="ALTHEA", other_option=None),
        "Pairs!G2",
        "ALTHEA excludes itself",
        "Name another mission, or drop the rule.",
    ),
    Case(
        "nothing_follows_itself_in_a_circle",
        circle(),
        "Pairs!F3",
        "A follows B follows A: none of them can start",
        "Drop one of these rules, or give it a price.",
        WARNING,
    ),
    Case(
        "missions_are_worth_something",
        small("Scores", "EUPM / SECURITY", score=0),
        "Missions!A3",
        "all its scores are 0",
        "Add rows to Scores.",
        WARNING,
    ),
    Case(
        "every_number_has_a_basis",
        without_basis("Funds"),
        "Funds!C2",
        "no row of Basis says what this number rests on",
        NO_BASIS,
        WARNING,
    ),
    Case(
        "every_number_has_a_basis",
        without_basis("Settings"),
        "Settings!B10",
        "no row of Basis says what this number rests on",
        NO_BASIS,
        WARNING,
    ),
    Case(
        "every_number_has_a_basis",
        small("Basis", "Units / * / *", low=None),
        "Basis!H5",
        "low or high is empty",
        "Fill in both.",
        WARNING,
    ),
    Case(
        "every_number_has_a_basis",
        small("Basis", "Units / * / *", high=50),
        "Units!D2",
        "INF_COY: 120 is outside 0 to 50",
        "Correct the number, or low and high in Basis.",
        WARNING,
    ),
    Case(
        "every_basis_covers_something",
        small("Basis", "Costs / COY_MONTH / *", row="COY_MONTHS"),
        "Basis!B22",
        "nothing in Costs fits row 'COY_MONTHS', column '*'",
        "Correct about, row or column.",
        WARNING,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_check_says_where_what_and_what_to_do(case: Case, tmp_path: Path) -> None:
    write_workbook(case.book, tmp_path / "book.xlsx")
    issues = issues_of(read_workbook(tmp_path / "book.xlsx")[0])
    found = [issue for issue in issues if case.words in issue.message and issue.severity is case.severity]
    assert found, issues
    assert (f"{found[0].sheet}!{found[0].cell}", found[0].fix) == (case.place, case.fix)
    assert found[0].rule


def test_every_check_has_a_case() -> None:
    registered = {check.__name__ for check in (*checks._GROUND, *checks._SENSE)}
    assert registered == {case.check for case in CASES}


def without_a_case(cases: Iterable[Case]) -> list[str]:
    """The places in the code that say something of which no case holds words and fix."""
    cases = tuple(cases)
    with listening(checks, Book, "issue", "setting_issue") as said:
        for case in cases:
            issues_of(case.book)
    places = calls_in(checks, "issue", "setting_issue")
    return [
        place
        for place, lines in places.items()
        if not any(case.words in issue.message and issue.fix == case.fix for issue in said.at(lines) for case in cases)
    ]


def test_every_message_of_the_checks_has_a_case() -> None:
    assert without_a_case(CASES) == []


def test_a_message_without_a_case_is_found() -> None:
    (place,) = without_a_case(case for case in CASES if case.words != "it brings nothing")
    assert place.endswith("in prices_fit_the_force")


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
