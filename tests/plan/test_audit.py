"""The independent check: it passes what is right, and every rule of it catches its own breach."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import changed, ruled_book, rules_book, small_book

from inzet.calendar import Month
from inzet.errors import AuditError
from inzet.outcome import Contribution, Solution, Status
from inzet.plan.audit import _CHECKS, audit, audited
from inzet.plan.ledger import Ledger
from inzet.scenario.checks import make_scenario
from inzet.scenario.scenario import Scenario, Stay
from inzet.scenario.stays import stays_of
from inzet.schema.book import Book
from inzet.schema.rows import GoalName, Mission
from inzet.solve import solve


def month(text: str) -> Month:
    return Month.parse(text)


def stay(mission: str, option: str, first: str, last: str, *, running: bool = False, **units: int) -> Contribution:
    return Contribution(
        Stay(mission, option, month(first), month(last), running), {("SHIP", unit): n for unit, n in units.items()}
    )


RUNNING = stay("KOSOVO", "TWO", "2025-11", "2026-01", running=True)
GULF = stay("GULF", "SHIPS", "2025-11", "2025-12", FRIGATE=1)


def scenario_of(book: Book) -> Scenario:
    return make_scenario(book)[0]


def breaches(scenario: Scenario, *contributions: Contribution) -> set[str]:
    return {finding.rule for finding in audit(Ledger(scenario, contributions)).findings}


def test_a_plan_that_keeps_the_rules_passes() -> None:
    result = audit(Ledger(scenario_of(rules_book()), (GULF, RUNNING)))
    assert result.ok
    assert set(result.checks) == set(_CHECKS)


CASES: dict[str, tuple[Book, tuple[Contribution, ...]]] = {
    "a stay lies inside its window": (
        changed(rules_book(), "Missions", "GULF", framework_end="2025-12"),
        (stay("GULF", "SHIPS", "2025-12", "2026-01", PATROL=2), RUNNING),
    ),
    "a stay lasts whole tours, within its shortest and longest duration": (
        rules_book(),
        (stay("GULF", "SHIPS", "2025-11", "2026-01", FRIGATE=1), RUNNING),
    ),
    "new contributions start in decision months, after the article 100 lead time": (
        rules_book().with_settings(rules_book().settings.model_copy(update={"decision_every": 2})),
        (stay("GULF", "SHIPS", "2025-12", "2026-01", FRIGATE=1), RUNNING),
    ),
    "a mission has one option at a time": (
        rules_book(),
        (RUNNING, stay("KOSOVO", "ONE", "2026-01", "2026-02")),
    ),
    "a mission has no more stays than allowed": (
        rules_book(),
        (GULF, stay("GULF", "SHIPS", "2026-01", "2026-02", FRIGATE=1), RUNNING),
    ),
    "mandated missions have a contribution": (
        changed(rules_book(), "Missions", "GULF", mandated=True),
        (RUNNING,),
    ),
    "running tours are finished": (rules_book(), (GULF,)),
    "requirements are met by units that provide them": (
        rules_book(),
        (stay("GULF", "SHIPS", "2025-11", "2025-12", PATROL=1), RUNNING),
    ),
    "modular options stay within their framework": (
        ruled_book(),
        (Contribution(Stay("DESK", "TEAM", month("2025-12"), month("2026-01")), {("EXPERTISE", "EXPERT"): 3}), RUNNING),
    ),
    "units sent are whole, not below 0, and no more than the need takes": (
        rules_book(),
        (stay("GULF", "SHIPS", "2025-11", "2025-12", FRIGATE=2, PATROL=-1), RUNNING),
    ),
    "an option that is switched off is not started": (
        changed(rules_book(), "Options", "GULF / SHIPS", active=False),
        (GULF, RUNNING),
    ),
    "hard rules over groups and pairs of missions are kept": (
        ruled_book(),
        (stay("GULF", "SHIPS", "2025-11", "2026-02", FRIGATE=1), RUNNING),
    ),
    "units in use and in reserve are within the supply": (
        changed(rules_book(), "Supply", "FRIGATE / 2025-11", reserve=3),
        (GULF, RUNNING),
    ),
    "readiness commitments are kept, where no shortfall is allowed": (
        changed(
            rules_book().with_settings(rules_book().settings.model_copy(update={"readiness_shortfall": "forbidden"})),
            "Readiness",
            "FRIGATE / TIER_1 / 2025-12",
            units=3,
        ),
        (GULF, RUNNING),
    ),
    "funds stay within budget less reserve": (
        changed(rules_book(), "Funds", "BIV / 2025", reserve=8_000_000),
        (GULF, RUNNING),
    ),
}


@pytest.mark.parametrize("rule", CASES)
def test_every_rule_catches_its_breach(rule: str) -> None:
    book, contributions = CASES[rule]
    assert rule in breaches(Scenario(book), *contributions)


OF_WHAT_HAPPENED = {
    "what has happened is as it was",
    "what is recalled ends after its notice, before a decision month or with a tour",
}
"""They say nothing of a plan that starts afresh; their cases are in tests/scenario/test_history.py."""


def test_every_rule_has_a_case() -> None:
    """An option that does not exist cannot be booked at all, so that rule has a test of its own."""
    assert set(CASES) | {"a stay takes an option of its mission"} | OF_WHAT_HAPPENED == set(_CHECKS)


UNITS = "units sent are whole, not below 0, and no more than the need takes"


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"FRIGATE": 1}, False),
        ({"PATROL": 2}, False),
        ({"FRIGATE": 1, "PATROL": 2}, False),
        ({"FRIGATE": 2}, True),
        ({"PATROL": 3}, True),
        ({"FRIGATE": 1, "PATROL": -1}, True),
        ({"FRIGATE": 1, "PATROL": 0.5}, True),
        ({"FRIGATE": 1, "COMPANY": 1}, True),
    ],
)
def test_units_sent_are_held_to_what_the_need_takes(sent: dict[str, int], wrong: bool) -> None:
    """The need is 2, a frigate provides 2 of it and a patrol ship 1; a company provides none."""
    contribution = stay("GULF", "SHIPS", "2025-11", "2025-12", **sent)
    assert (UNITS in breaches(scenario_of(rules_book()), contribution, RUNNING)) is wrong


def test_article_100_lead_time() -> None:
    book = changed(rules_book(), "Missions", "GULF", art100=True)
    book = book.with_settings(book.settings.model_copy(update={"art100_lead_months": 2}))
    rule = "new contributions start in decision months, after the article 100 lead time"
    assert rule in breaches(Scenario(book), GULF, RUNNING)
    assert rule not in breaches(Scenario(book), stay("GULF", "SHIPS", "2026-01", "2026-02", FRIGATE=1), RUNNING)


def test_what_runs_may_end_early_only_in_its_running_tour() -> None:
    """A tour since July ends in December; to end before that has a price, and after it the window's end is next."""
    rule = "a stay lasts whole tours, within its shortest and longest duration"
    book = changed(rules_book(), "Missions", "KOSOVO", early_end_price=1, running_since="2025-07")
    book = changed(book, "Options", "KOSOVO / TWO", step_months=6)
    going_on = [s for s in stays_of(Scenario(book), book.of(Mission)[1]) if s.running]
    assert [str(s.last) for s in going_on] == ["2025-11", "2025-12", "2026-02"]
    for last, allowed in (("2025-11", True), ("2025-12", True), ("2026-01", False), ("2026-02", True)):
        found = breaches(Scenario(book), stay("KOSOVO", "TWO", "2025-11", last, running=True))
        assert (rule not in found) is allowed, last


def solved(book: Book) -> Solution:
    solution = solve(scenario_of(book))
    assert solution.status is Status.OPTIMAL
    return solution


@pytest.mark.parametrize("book", [rules_book(), ruled_book(), small_book()], ids=["rules", "ruled", "small"])
def test_the_ledger_comes_to_what_the_solver_claims(book: Book) -> None:
    solution = solved(book)
    ledger, _ = audited(solution)
    claimed = {goal.name: goal.claimed for goal in solution.goals}
    assert len(claimed) == sum(map(len, solution.scenario.goals))
    assert claimed == pytest.approx({name: ledger.goals[GoalName(name)] for name in claimed}, abs=1e-6)


def test_a_false_claim_is_caught() -> None:
    solution = solved(rules_book())
    goals = tuple(replace(goal, claimed=goal.claimed + 1) if goal.name == "value" else goal for goal in solution.goals)
    with pytest.raises(AuditError, match="claims"):
        audited(replace(solution, goals=goals))


def test_a_contribution_left_out_is_caught() -> None:
    solution = solved(rules_book())
    with pytest.raises(AuditError, match="what runs is not carried on"):
        audited(replace(solution, contributions=solution.contributions[:1]))


def test_parts_of_the_ledger_add_up() -> None:
    ledger, _ = audited(solved(small_book()))
    value = sum(ledger.value(c.stay, interest) for c in ledger.contributions for interest in ledger.scenario.interests)
    assert value == pytest.approx(ledger.goals[GoalName.VALUE])
    spent = sum(ledger.spent(fund, year) for fund in ledger.scenario.fund_names for year in ledger.scenario.years)
    assert spent == pytest.approx(ledger.goals[GoalName.COST] * 1e6)
