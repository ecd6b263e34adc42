"""Curves: what is asked, what follows without asking, and what is said when the search ends early."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from builders import changed, small_book
from refusing import REFUSAL, Refusing
from turning import turning_book

from inzet.analyses.sensitivity import units
from inzet.analyses.sensitivity.asking import Asking
from inzet.analyses.sensitivity.criticality import criticality
from inzet.analyses.sensitivity.curve import (
    NOT_REACHED,
    Curve,
    Kind,
    Sort,
    Step,
    explained,
    labelled,
    shift_between,
)
from inzet.analyses.sensitivity.money import budget_curve, purse_of
from inzet.analyses.sensitivity.units import last_true, readiness_chain, supply_chain, unit_curve
from inzet.analyses.sensitivity.weights import Line, scale_of, weight_curve
from inzet.calendar import Month
from inzet.edits import pay_from
from inzet.errors import UsageError
from inzet.outcome import Limit, Solution, Status
from inzet.reports.sensitivity.words import status_words
from inzet.scenario.checks import make_scenario
from inzet.scenario.scenario import Scenario
from inzet.solve import prepare
from inzet.solver.place import solving_at


@cache
def scenario() -> Scenario:
    return make_scenario(turning_book())[0]


def window(of: Scenario) -> tuple[Month, Month]:
    return of.horizon[0], of.horizon[-1]


def supply(unit: str, of: Scenario | None = None, *, most: int | None = None, asking: Asking | None = None) -> Curve:
    chosen = of or scenario()
    return unit_curve(supply_chain(chosen, unit, window(chosen)), asking or Asking(), most=most)


@cache
def tankers() -> Curve:
    return supply("TANKER")


def test_every_number_of_units_with_what_comes_in() -> None:
    assert [(step.first, step.last) for step in tankers().steps] == [(0, 0), (1, 1), (2, None)]
    assert [step.shift.gained for step in tankers().steps] == [(), ("NORTH",), ("SOUTH",)]
    assert tankers().here is tankers().steps[1]
    assert (tankers().solves, tankers().points, tankers().distinct) == (3, 3, 3)
    assert tankers().complete
    assert tankers().proven
    assert tankers().presence("SOUTH") == (0, 0, 12)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_number_that_went_wrong_is_a_row_with_its_reason(number: int) -> None:
    with solving_at(Refusing(lambda asked, _: asked == number)):
        found = supply("TANKER")
    wrong = [step for step in found.steps if step.reason == REFUSAL]
    assert wrong
    assert all(step.sort is Sort.OPEN and not step.proven for step in wrong)
    assert {status_words(step) for step in wrong} == {"failed"}
    assert not found.complete
    assert found.planned, "the others are known all the same"
    assert [step.first for step in found.steps][1:] == [step.last + 1 for step in found.steps if step.last is not None]


def test_money_and_weights_that_went_wrong_are_open_with_the_reason() -> None:
    purse, scale = purse_of(prepare(scenario()), "BIV"), scale_of(prepare(scenario()), "SECURITY")
    with solving_at(Refusing(lambda asked, _: asked == 3)):
        money = budget_curve(purse, Asking())
    assert REFUSAL in {step.reason for step in money.steps}
    assert not money.complete
    assert money.planned
    with solving_at(Refusing(lambda asked, _: asked == 3)):
        weight = weight_curve(scale, Asking())
    assert REFUSAL in {step.reason for step in weight.steps}
    assert not weight.complete


def test_a_loss_that_went_wrong_is_a_row_with_its_reason() -> None:
    model = prepare(scenario())
    plan = model.ask(gap=0.0)
    with solving_at(Refusing(lambda asked, _: asked == 1)):
        found = criticality(model, plan, window(scenario()), Asking())
    (wrong,) = [one for one in found.taken if one.solution is not None and one.solution.status is Status.FAILED]
    assert wrong.solution is not None
    assert wrong.solution.message == REFUSAL
    assert not wrong.proven
    assert found.taken[-1] is wrong, "what is not known comes last"
    assert all(one.proven for one in found.taken[:-1])


def test_what_is_beyond_what_was_asked_for_is_open() -> None:
    found = supply("TANKER", most=1)
    assert [(s.first, s.last, s.sort) for s in found.steps] == [
        (0, 0, Sort.PLAN),
        (1, 1, Sort.PLAN),
        (2, None, Sort.PLAN),
    ]
    missions = supply("EXPERT", most=1)
    beyond = [step for step in missions.steps if step.sort is Sort.OPEN]
    assert all(step.reason == units.NOT_ASKED and not step.proven for step in beyond)


def test_no_plan_is_a_row_with_its_reason() -> None:
    chain = supply_chain(scenario(), "EXPERT", window(scenario()))
    plain = unit_curve(chain, Asking())
    found = explained(plain, lambda at: chain.at(round(at)), lambda step: step.last or 0.0)
    none = found.steps[0]
    assert (none.first, none.sort, none.proven, none.value) == (0, Sort.NONE, True, None)
    assert none.conflict is not None
    assert {member.condition.what for member in none.conflict.members} >= {"MUST"}
    assert none.conflict.solves > 0
    assert found.solves == plain.solves


def test_a_supply_that_differs_by_month_keeps_its_differences() -> None:
    book = small_book()
    chain = supply_chain(make_scenario(book)[0], "INF_COY", (Month.parse("2025-01"), Month.parse("2026-12")))
    assert (chain.now, chain.uniform) == (6, False)
    two = chain.at(2)
    assert two.supply("INF_COY", Month.parse("2025-06")) == 1
    assert two.supply("INF_COY", Month.parse("2026-06")) == 2
    none = chain.at(0)
    assert none.supply("INF_COY", Month.parse("2025-06")) == 0
    assert chain.at(6) is chain.base


def test_fewer_than_the_reserve_is_ruled_out_without_asking() -> None:
    found = supply("INF_COY", make_scenario(small_book())[0])
    first = found.steps[0]
    assert first.first == 0
    assert first.sort is Sort.NONE
    assert first.ruled_out
    assert first.reason == units.RESERVE


def test_a_higher_commitment_never_brings_anything() -> None:
    chain = readiness_chain(scenario(), "COY", "TIER_2", window(scenario()))
    found = unit_curve(chain, Asking())
    assert (found.kind, found.tier, found.now) == (Kind.READINESS, "TIER_2", 1)
    assert (found.steps[0].first, found.steps[-1].last) == (0, 3)
    ranked = [step.ledger.ranked for step in found.steps if step.ledger]
    assert ranked == sorted(ranked)
    with pytest.raises(UsageError, match="no commitment of SHIP"):
        readiness_chain(scenario(), "SHIP", "TIER_2", window(scenario()))


@pytest.mark.parametrize("length", range(1, 20))
def test_the_last_of_a_row_that_holds(length: int) -> None:
    for last in range(length):
        tried: list[int] = []

        def holds(place: int, last: int = last, tried: list[int] = tried) -> bool:
            tried.append(place)
            return place <= last

        assert last_true(holds, 0, length - 1) == last
        assert len(tried) <= 2 * int(np.log2(length + 1)) + 1
        assert len(set(tried)) == len(tried)


def test_a_staircase_over_money() -> None:
    model = prepare(scenario())
    purse = purse_of(model, "BIV")
    assert (purse.total, purse.floor) == (3_000_000, 0)
    found = budget_curve(purse, Asking())
    assert found.complete
    assert [step.first for step in found.planned] == [0.0, 1_200_000.0, 6_000_000.0, 7_200_000.0]
    assert found.planned[2].shift.gained == ("DEAR",)
    assert found.here is found.planned[1]
    assert found.solves <= 6
    # Every stay lasts the year and costs EUR 1.2 or 6 million.
    assert purse.lattice == 1_200_000.0


def test_a_limit_of_solves_leaves_the_rest_open() -> None:
    found = budget_curve(purse_of(prepare(scenario()), "BIV"), Asking(), solves=1)
    assert not found.complete
    assert [step.sort for step in found.steps].count(Sort.OPEN) >= 1
    assert not found.proven
    for below, above in zip(found.steps, found.steps[1:], strict=False):
        assert below.last == above.first


def test_a_fund_without_money_is_refused() -> None:
    with pytest.raises(UsageError, match="has no money in 2031"):
        purse_of(prepare(scenario()), "BIV", 2031)


def test_rows_paid_from_a_column() -> None:
    problem = prepare(scenario()).problem
    row = next(row for row in problem.rows if row.startswith("funds_are_kept[BIV"))
    paid = pay_from("money", {row: (-0.5, 0.25)}, 9.0)(problem)
    place = problem.rows.index(row)
    assert (paid.columns[-1], paid.upper[-1], paid.integer[-1]) == ("money", 9.0, False)
    assert (paid.row_upper[place], paid.matrix[place, -1]) == (-0.5, -0.25)
    assert problem.row_upper[place] == 3.0, "the problem that came in stays as it was"


def test_two_lines_meet() -> None:
    low, high = Line(0.0, 10.0, 1.0), Line(9.0, 28.0, 3.0)
    assert low.crosses(high) == 4.5
    assert low.over(4.5) == high.over(4.5) == 14.5
    assert low.is_same(Line(5.0, 15.0, 1.0))
    assert not low.is_same(high)


def test_weights_at_which_the_plan_changes() -> None:
    model = prepare(make_scenario(changed(small_book(), "Supply", "EXPERT / 2025-01", units=5))[0])
    found = weight_curve(scale_of(model, "ALLY"), Asking())
    assert found.steps[0].first == 0
    assert found.steps[-1].last == 9.0
    assert found.complete
    assert all(step.confirmed for step in found.steps[1:])
    for below, above in zip(found.steps, found.steps[1:], strict=False):
        assert below.ends is not None
        assert above.ends is not None
        assert below.ends[1] == pytest.approx(above.ends[0])
    with pytest.raises(UsageError, match="between 0 and 1000"):
        scale_of(model, "ALLY", 1001)


def test_a_weight_without_value_among_the_goals_is_refused() -> None:
    book = small_book()
    kept = [row for row in book.rows["Goals"] if row.row_key() != "value"]
    with pytest.raises(UsageError, match="Value is not among the goals"):
        scale_of(prepare(make_scenario(book.with_rows("Goals", kept))[0]), "SECURITY")


def test_what_is_critical_takes_no_solve_where_there_is_enough() -> None:
    model = prepare(scenario())
    asking = Asking()
    found = criticality(model, asking.ask(model, "plan"), window(scenario()), asking)
    by_name = {taken.what: taken for taken in found.taken}
    assert not by_name["EXPERT"].asked
    assert by_name["EXPERT"].deciding is None
    assert by_name["TANKER"].shift.lost == ("NORTH",)
    assert by_name["TANKER"].deciding is not None
    assert by_name["TANKER"].deciding.amount == pytest.approx(12.0)
    assert found.solves == 1 + sum(taken.asked for taken in found.taken)
    assert found.points == len(found.taken) + 1
    assert found.complete
    assert found.proven
    assert [taken.deciding is not None for taken in found.taken] == sorted(
        (taken.deciding is not None for taken in found.taken), reverse=True
    )


def test_differences_between_two_plans() -> None:
    one, two = tankers().steps[1].ledger, tankers().steps[2].ledger
    assert one is not None
    assert two is not None
    assert shift_between(one, two).gained == ("SOUTH",)
    assert shift_between(two, one).lost == ("SOUTH",)
    assert shift_between(one, one) == shift_between(two, two)
    again = labelled([tankers().steps[2], Step(1, 1, reason="open"), tankers().steps[0]])
    assert again[2].shift.gained == ("NORTH", "SOUTH"), "beside the nearest step with a plan"


def interrupted(after: int) -> Asking:
    """An asking that is stopped by hand while its search of a number is running."""
    asking = Asking()
    whole = asking.ask

    def ask(*question: Any, **how: Any) -> Solution:
        found = whole(*question, **how)
        if asking.solves < after:
            return found
        asking.stopped.set()
        return replace(
            found, status=Status.NO_PLAN_FOUND, limit=Limit.INTERRUPT, contributions=(), columns={}, goals=()
        )

    asking.ask = ask  # type: ignore[method-assign]
    return asking


def test_what_was_found_before_ctrl_c_is_kept() -> None:
    found = supply("TANKER", asking=interrupted(2))
    assert not found.complete
    assert [step.sort for step in found.steps if step.last is None] == [Sort.PLAN]
    assert Sort.OPEN in {step.sort for step in found.steps}
    assert any(step.reason == NOT_REACHED for step in found.steps)
    nothing = supply("TANKER", asking=interrupted(1))
    assert [(s.first, s.last, s.sort) for s in nothing.steps] == [(0, None, Sort.OPEN)]
    weight = weight_curve(scale_of(prepare(scenario()), "SECURITY"), interrupted(1))
    assert not weight.complete
    assert [step.reason for step in weight.steps] == [NOT_REACHED]
    money = budget_curve(purse_of(prepare(scenario()), "BIV"), interrupted(2))
    assert not money.complete
    assert money.planned[-1].last is None
    nothing = budget_curve(purse_of(prepare(scenario()), "BIV"), interrupted(1))
    assert [(s.first, s.last, s.sort, s.reason) for s in nothing.steps] == [(0, None, Sort.OPEN, NOT_REACHED)]
    assert not nothing.complete


def test_money_of_which_the_first_question_went_wrong_is_open_with_the_reason() -> None:
    purse = purse_of(prepare(scenario()), "BIV")
    with solving_at(Refusing(lambda asked, _: asked == 1)):
        found = budget_curve(purse, Asking())
    assert [(s.first, s.last, s.sort, s.reason) for s in found.steps] == [(0, None, Sort.OPEN, REFUSAL)]
    assert not found.complete
