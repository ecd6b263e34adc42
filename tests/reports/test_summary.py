import io
import math
from dataclasses import replace

import pytest
from rich.console import Console

from inzet.outcome import Limit, Status
from inzet.plan.audit import Audit, Finding
from inzet.reports.goals import GOAL_WORDS
from inzet.reports.summary import NOT_EXAMINED, basis_counts, print_summary, summary
from inzet.reports.words import proof_words
from inzet.schema.rows import SHEETS, BasisKind, GoalName

from .conftest import FORMULA, Told, by_hand, goal, rows_with, tell


def words_of(told: Told) -> str:
    sections = summary(told.solution, told.ledger, told.audit)
    return "\n".join(f"{label}: {sentence}" for section in sections for label, sentence in section.lines)


def with_goals(told: Told, *goals, status: Status = Status.FEASIBLE, limit: Limit = Limit.TIME) -> Told:
    return replace(told, solution=replace(told.solution, status=status, limit=limit, goals=goals))


READY = goal("readiness", 0.0, 0.0, 0.0, proven=True)


def test_a_proof_is_called_a_proof(told: Told):
    words = words_of(told)
    assert "Proven optimal" in words
    assert "proven to be the most possible" in words
    assert "tie" not in words
    assert proof_words(told.solution) == "proven optimal"


def test_a_plan_within_the_gap_asked_for_is_not_called_optimal(told: Told):
    value = goal("value", 99.225, 99.5, 0.0028, proven=True)
    near = with_goals(told, READY, value, status=Status.OPTIMAL, limit=Limit.NONE)
    words = words_of(near)
    assert "optimal" not in words
    assert "no plan is worth more than 99.5 points (gap 0.28%)" in words
    assert "is a tie" in words
    assert proof_words(near.solution) == "readiness proven optimal, value within 0.28% of the best"


def test_the_best_found_says_how_much_better_another_plan_could_be(told: Told):
    found = with_goals(told, READY, goal("value", 99.225, 120.0, 0.2094))
    words = words_of(found)
    assert "not proven to be the best: the search ended at the time limit" in words
    assert "best found; no plan is worth more than 120.0 points (gap 21.0%)" in words
    assert "Cost: EUR" in words
    assert words.count("the search was stopped before it came to this goal") == 2
    assert "optimal" not in words
    assert "best found, within 21.0% of the best" in proof_words(found.solution)


def test_a_bound_that_is_not_known_is_not_made_up(told: Told):
    found = with_goals(told, READY, goal("value", 99.225, math.inf, math.inf))
    assert "how much better another plan could be is not known" in words_of(found)
    assert "inf" not in words_of(found)
    assert proof_words(found.solution).endswith("value best found, with no useful bound")


def test_a_gap_of_zero_without_a_bound_proves_nothing(told: Told):
    found = with_goals(told, goal("readiness", 0.0, -math.inf, 0.0))
    assert "proven to be the least" not in words_of(found)
    assert "proven optimal" not in proof_words(found.solution)


def test_value_proven_and_the_rest_not_searched(told: Told):
    found = with_goals(told, READY, goal("value", 99.225, 99.225, 0.0, proven=True))
    assert proof_words(found.solution) == "readiness and value proven optimal, lower goals not searched"
    assert "The best plan found" in words_of(found)


@pytest.mark.parametrize("limit", list(Limit))
def test_every_limit_has_its_words(told: Told, limit: Limit):
    assert "the search ended" in words_of(with_goals(told, READY, limit=limit))


def test_the_numbers_are_those_of_the_ledger(told: Told):
    words = words_of(told)
    assert "2 in, 2 left out, 4 in all" in words
    assert f"{sum(p.euro for p in told.ledger.postings) / 1e6:,.1f} million over the plan" in words
    assert "BIV 2025: EUR 12.7 of 39.0 million (32%); 1.0 more is kept in reserve" in words
    assert "114 on average, 130 at most (April 2025)" in words


def test_what_it_rests_on(told: Told):
    words = words_of(told)
    rules = len(told.audit.checks)
    assert f"Passed: {rules} rules held against the plan {sum(told.audit.checks.values())} times" in words
    assert NOT_EXAMINED in words
    counts = basis_counts(told.ledger.scenario.book)
    assert counts[BasisKind.ASSUMED] == len(told.tables["assumptions"].frame)
    assert f"{counts[BasisKind.DOCUMENTED]} documented" in words


def test_a_failed_check_is_said_aloud(told: Told):
    broken = replace(told, audit=Audit({"supply": 3}, (Finding("supply", "X", 1.0, "1 X too many in use"),)))
    assert "FAILED: 1 rule held against the plan 3 times, 1 breach: 1 X too many in use" in words_of(broken)


def test_a_shortfall_is_named_with_its_months(short: Told):
    words = words_of(short)
    assert "Infantry company, TIER_2: Short by at most 1 unit in 9 months: Jan 2025 to Sep 2025" in words
    assert "unit months in all" in words


def test_a_plan_of_nothing_has_words_too(nothing: Told):
    words = words_of(nothing)
    assert "0 in, 4 left out" in words
    assert "Nobody" in words
    assert "no funds" in words
    assert "no readiness commitments" in words


def test_goals_that_are_weighed_together(told: Told):
    book = told.ledger.scenario.book.with_rows("Goals", ())
    rows = (
        {"goal": "value", "rank": 1, "weight": 10},
        {"goal": "cost", "rank": 1},
        {"goal": "changes", "rank": 2, "weight": 0},
    )
    book = book.with_rows("Goals", [SHEETS["Goals"].model_validate(row) for row in rows])
    scenario = replace(told.ledger.scenario, book=book)
    goals = (goal("cost + value", -969.5, -1000.0, 0.0315),)
    solution = by_hand(scenario, goals=goals, contributions=told.solution.contributions, status=Status.FEASIBLE)
    words = words_of(tell(solution))
    assert "99.2 points (weight 10)" in words
    assert "no plan has less than -1,000.00" in words
    assert "its weight is 0" in words


def test_a_weighted_goal_is_told_in_its_own_unit(told: Told):
    row = SHEETS["Goals"].model_validate({"goal": "value", "rank": 1, "weight": 4})
    scenario = replace(told.ledger.scenario, book=told.ledger.scenario.book.with_rows("Goals", [row]))
    goals = (goal("value", 4 * 99.225, 4 * 120.0, 0.2094),)
    solution = by_hand(scenario, goals=goals, contributions=told.solution.contributions, status=Status.FEASIBLE)
    assert "99.2 points; best found; no plan is worth more than 120.0 points" in words_of(tell(solution))


def test_the_terminal_shows_all_of_it_as_plain_text(told: Told):
    book = told.ledger.scenario.book
    settings = book.settings.model_copy(update={"title": FORMULA})
    solution = replace(told.solution, scenario=replace(told.solution.scenario, book=book.with_settings(settings)))
    screen = io.StringIO()
    print_summary(Console(file=screen, width=200), summary(solution, told.ledger, told.audit))
    text = screen.getvalue()
    assert FORMULA in text
    for section in summary(solution, told.ledger, told.audit):
        assert section.heading in text
        for _, sentence in section.lines:
            assert sentence[:60] in text


def test_rows_added_have_no_basis_of_their_own(told: Told):
    book = rows_with(
        told.ledger.scenario.book.with_rows("Basis", ()), "Interests", {"interest": "X", "name": "X", "weight": 1}
    )
    assert set(basis_counts(book)) == {None}


def test_every_goal_has_its_words():
    assert set(GOAL_WORDS) == set(GoalName)
