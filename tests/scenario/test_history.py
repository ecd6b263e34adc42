"""What has happened: what a running plan leaves to be chosen, and the world with its past."""

from __future__ import annotations

from typing import Any

import pytest
from builders import changed, small_book

from inzet.calendar import Month
from inzet.errors import UsageError
from inzet.outcome import Contribution
from inzet.plan.audit import audit
from inzet.plan.ledger import Ledger
from inzet.scenario.checks import make_scenario
from inzet.scenario.history import planned_anew
from inzet.scenario.scenario import Scenario, Stay
from inzet.scenario.stays import stays_of
from inzet.schema.book import Book
from inzet.schema.rows import Fund, Option, Rule, Supply

ALTHEA = Stay("ALTHEA", "COMPANY", Month.parse("2025-01"), Month.parse("2026-09"), running=True)
EUPM = Stay("EUPM", "TEN", Month.parse("2025-07"), Month.parse("2026-06"))


def month(text: str) -> Month:
    return Month.parse(text)


def book_with(mission: str = "EUPM", **values: Any) -> Book:
    return changed(small_book(), "Missions", mission, **values)


def anew(as_of: str, now: Book | None = None, *, before: Book | None = None, sent: Any = None) -> Scenario:
    old = make_scenario(before or small_book())[0]
    new = make_scenario(now)[0] if now is not None else old
    return planned_anew(old, new, month(as_of), {ALTHEA: {}, EUPM: {}} if sent is None else sent)


def ends(scenario: Scenario, mission: str, first: str) -> list[str]:
    stays = stays_of(scenario, scenario.missions[mission])
    return sorted({str(stay.last) for stay in stays if str(stay.first) == first})


def starts(scenario: Scenario, mission: str) -> list[str]:
    return sorted({str(stay.first) for stay in stays_of(scenario, scenario.missions[mission])})


def test_what_is_over_stays_as_it_was() -> None:
    scenario = anew("2026-10")
    assert stays_of(scenario, scenario.missions["ALTHEA"]) == (ALTHEA,)
    assert stays_of(scenario, scenario.missions["EUPM"]) == (EUPM,)


def test_what_is_abroad_is_recalled_after_its_notice_before_a_decision_month() -> None:
    scenario = anew("2025-10", book_with(recall_notice_days=61))
    # Sixty-one days are three months, so December is the soonest; a whole tour is a year or to the end of the plan.
    assert ends(scenario, "EUPM", "2025-07") == ["2025-12", "2026-03", "2026-06", "2026-12"]
    at_once = anew("2025-10", book_with(recall_notice_days=0))
    assert ends(at_once, "EUPM", "2025-07") == ["2025-09", "2025-12", "2026-03", "2026-06", "2026-12"]
    late = anew("2025-10", book_with(recall_notice_days=360))
    assert ends(late, "EUPM", "2025-07") == ["2026-06", "2026-12"]


def test_what_ends_before_a_recall_could_take_hold_may_still_be_prolonged() -> None:
    scenario = anew("2026-05", book_with(recall_notice_days=360))
    assert ends(scenario, "EUPM", "2025-07") == ["2026-06", "2026-12"]


def test_nothing_else_of_its_mission_starts_while_it_may_not_end() -> None:
    scenario = anew("2025-10", book_with(recall_notice_days=61, max_stays=2))
    assert starts(scenario, "EUPM") == ["2025-07", "2026-01", "2026-04", "2026-07", "2026-10"]
    assert starts(anew("2025-10"), "EUPM") == ["2025-07"]


def test_what_has_not_begun_is_free_but_never_in_the_past() -> None:
    scenario = anew("2025-05")
    assert starts(scenario, "EUPM") == ["2025-07", "2025-10", "2026-01", "2026-04", "2026-07", "2026-10"]
    assert EUPM in stays_of(scenario, scenario.missions["EUPM"])


def test_parliament_is_told_in_time_of_what_it_does_not_know_yet() -> None:
    lead = book_with(art100=True)
    lead = lead.with_settings(lead.settings.model_copy(update={"art100_lead_months": 4}))
    scenario = anew("2025-06", lead)
    # October is four months on. July is nearer, but that start was told, with that option and no other.
    assert starts(scenario, "EUPM") == ["2025-07", "2025-10", "2026-01", "2026-04", "2026-07", "2026-10"]
    assert {stay.option for stay in stays_of(scenario, scenario.missions["EUPM"]) if stay.first == EUPM.first} == {
        "TEN"
    }
    assert "2025-07" not in starts(anew("2025-06", lead, sent={ALTHEA: {}}), "EUPM")


def test_a_window_that_closed_is_left_as_soon_as_the_notice_allows() -> None:
    scenario = anew("2025-10", book_with(last_month="2025-09", recall_notice_days=61))
    assert ends(scenario, "EUPM", "2025-07") == ["2025-12"]
    sooner = anew("2025-10", book_with(last_month="2026-02", recall_notice_days=61))
    assert ends(sooner, "EUPM", "2025-07") == ["2025-12", "2026-02"]


def test_the_past_keeps_its_own_numbers() -> None:
    rows = [row.model_copy(update={"units": row.units - 2}) for row in small_book().of(Supply)]
    now = small_book().with_rows("Supply", rows)
    now = now.with_rows("Funds", [row.model_copy(update={"budget": 3e7}) for row in now.of(Fund)])
    now = now.with_rows("Rules", [row.model_copy(update={"price": 5.0}) for row in now.of(Rule)])
    scenario = anew("2026-02", now)
    assert [scenario.supply("INF_COY", month(m)) for m in ("2025-12", "2026-01", "2026-02")] == [5, 6, 4]
    assert [scenario.funds["BIV", year].budget for year in (2025, 2026)] == [40_000_000, 3e7]
    assert [str(rule.first_month) for rule in scenario.rules.values()] == ["2026-02"]


def test_a_world_in_which_nothing_changed_is_the_same() -> None:
    assert anew("2026-02").book.content_hash() == make_scenario(small_book())[0].book.content_hash()


@pytest.mark.parametrize(
    ("as_of", "now", "words"),
    [
        ("2025-01", None, "the plan runs from 2025-01 to 2026-12"),
        ("2027-01", None, "the plan runs from 2025-01 to 2026-12"),
        ("2025-10", small_book().with_rows("Options", small_book().of(Option)[:2]), "EUPM TEN"),
        ("2025-10", book_with("ALTHEA", running_option=None, running_since=None), "What runs of ALTHEA"),
    ],
    ids=["first month", "after the plan", "option gone", "nothing ran"],
)
def test_what_does_not_fit_is_refused(as_of: str, now: Book | None, words: str) -> None:
    old = make_scenario(small_book())[0]
    with pytest.raises(UsageError, match=words):
        planned_anew(old, Scenario(now) if now else old, month(as_of), {ALTHEA: {}, EUPM: {}})


def test_a_workbook_of_another_time_is_refused() -> None:
    old = make_scenario(small_book())[0]
    for update, words in (
        ({"first_month": month("2025-04")}, "they must be the same"),
        ({"last_month": month("2025-08")}, "The workbook of now ends in 2025-08, before 2025-10"),
    ):
        other = Scenario(small_book().with_settings(small_book().settings.model_copy(update=update)))
        with pytest.raises(UsageError, match=words):
            planned_anew(old, other, month("2025-10"), {})


def breaches(scenario: Scenario, *stays: Stay) -> set[str]:
    return {f.rule for f in audit(Ledger(scenario, tuple(map(Contribution, stays)))).findings}


def until(stay: Stay, last: str) -> Stay:
    return Stay(stay.mission, stay.option, stay.first, month(last), stay.running)


HAPPENED = "what has happened is as it was"
RECALLED = "what is recalled ends after its notice, before a decision month or with a tour"


@pytest.mark.parametrize(
    ("as_of", "stays", "broken"),
    [
        ("2025-10", (ALTHEA, EUPM), set()),
        ("2025-10", (ALTHEA, until(EUPM, "2025-12")), set()),
        ("2025-10", (ALTHEA, until(EUPM, "2025-09")), {RECALLED}),
        ("2025-10", (ALTHEA, until(EUPM, "2026-01")), {RECALLED}),
        ("2025-10", (until(ALTHEA, "2025-12"), EUPM), set()),
        ("2025-10", (ALTHEA,), {HAPPENED}),
        ("2026-10", (ALTHEA, until(EUPM, "2026-12")), {HAPPENED}),
        ("2025-10", (ALTHEA, Stay("EUPM", "FIVE", EUPM.first, EUPM.last)), {HAPPENED}),
    ],
    ids=["kept", "recalled", "too soon", "no decision month", "runs", "forgotten", "over", "another option"],
)
def test_the_independent_check_knows_what_has_happened(as_of: str, stays: tuple[Stay, ...], broken: set[str]) -> None:
    scenario = anew(as_of, changed(book_with(recall_notice_days=61), "Missions", "ALTHEA", recall_notice_days=61))
    assert breaches(scenario, *stays) == broken


def test_the_independent_check_knows_the_lead_time() -> None:
    lead = book_with(art100=True)
    lead = lead.with_settings(lead.settings.model_copy(update={"art100_lead_months": 4}))
    rule = "new contributions start in decision months, after the article 100 lead time"
    told, new = anew("2025-06", lead), anew("2025-06", lead, sent={ALTHEA: {}})
    assert breaches(told, ALTHEA, EUPM) == set()
    assert breaches(new, ALTHEA, EUPM) == {rule}
    assert breaches(new, ALTHEA, Stay("EUPM", "TEN", month("2025-10"), month("2026-09"))) == set()
