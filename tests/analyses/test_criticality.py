"""What the loss of something costs: nothing is told as known that is not, and Ctrl-C keeps what is."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace
from functools import cache

import pytest
from builders import changed
from refusing import REFUSAL, HalfDone, Refusing
from turning import best, model, turning_book

from inzet.analyses.sensitivity.asking import Asking
from inzet.analyses.sensitivity.criticality import REFUSED, Criticality, Outcome, Taken, criticality
from inzet.analyses.sensitivity.curve import UNEXPLAINED, Curve, Sort, explained, unexplained
from inzet.analyses.sensitivity.units import Chain, supply_chain, unit_curve
from inzet.edits import choose_none_of
from inzet.outcome import Limit, Solution, Status
from inzet.reports.sensitivity.document import criticality_document
from inzet.reports.sensitivity.words import criticality_sections
from inzet.scenario.checks import make_scenario
from inzet.scenario.scenario import Scenario
from inzet.schema.rows import SHEETS, Row, Shortfall
from inzet.solve import Model, prepare, stay_column
from inzet.solver.place import solving_at


def losses(plan: Solution, of: Model | None = None) -> Criticality:
    horizon = (of or model()).scenario.horizon
    return criticality(of or model(), plan, (horizon[0], horizon[-1]), Asking())


def by_name(found: Criticality) -> dict[str, Taken]:
    return {taken.what: taken for taken in found.taken}


def told(found: Criticality) -> dict[str, str]:
    """The lines of the losses that have a heading."""
    return {heading: line for section in criticality_sections(found) for heading, line in section.lines if heading}


def unproven(solution: Solution) -> Solution:
    goals = tuple(replace(goal, proven=False, bound=goal.claimed + 9, gap=0.5) for goal in solution.goals)
    return replace(solution, status=Status.FEASIBLE, limit=Limit.TIME, goals=goals)


def test_a_search_that_died_between_two_goals_leaves_its_loss_unknown() -> None:
    plan = best()
    with solving_at(HalfDone(Limit.CRASH, lambda number: number == 1)):
        found = losses(plan)
    (open_,) = found.of(Outcome.OPEN)
    assert open_.ledger is not None
    assert len(open_.losses) == 1
    assert not open_.proven
    assert not found.proven
    assert open_.what not in told(found)["Costs nothing"]
    assert told(found)["Not known"] == f"{open_.what} (no loss was found, but that is not proven)"
    assert found.taken[-1] is open_, "what is not known comes last"
    row = criticality_document(found)["losses"][-1]
    assert (row["what"], row["proven"], row["outcome"]) == (open_.what, False, "not known")
    assert row["status"] == "best found, not proven"


def test_beside_a_plan_that_is_not_proven_nothing_is() -> None:
    found = losses(unproven(best()))
    assert not found.plan_proven
    assert not found.proven
    assert not any(taken.proven for taken in found.taken)
    assert not found.of(Outcome.FREE)
    assert "Costs nothing" not in told(found)
    assert told(found)["Not known"].endswith("(the plan as it stands is not proven to be the best)")
    assert told(found)["Proof"] == "the plan as it stands is not proven to be the best."
    document = criticality_document(found)
    assert (document["plan_proven"], document["proven"]) == (False, False)
    by_what = {row["what"]: row for row in document["losses"]}
    assert by_what["TANKER"]["outcome"] == "costs"
    assert by_what["TANKER"]["status"] == "proven, but the plan as it stands is not"
    lines = [line for section in criticality_sections(found) for _, line in section.lines]
    assert "one Tanker aircraft fewer (TANKER): 12.0 points of value (best found, not proven)" in lines


def test_a_gain_shows_only_that_the_plan_was_not_the_best() -> None:
    without = model().ask(choose_none_of([stay_column(stay) for stay in model().stays["NORTH"]]), gap=0.0)
    ship = by_name(losses(unproven(without)))["SHIP"]
    assert ship.deciding is not None
    assert ship.deciding.amount < 0
    assert ship.outcome is Outcome.OPEN


def with_rows(scenario: Scenario, sheet: str, **values: object) -> tuple[Row, ...]:
    return (*scenario.book.rows[sheet], SHEETS[sheet].model_validate(values))


@cache
def lacking() -> Model:
    """Units may be lacking; all tankers are kept in reserve, and so are all units of a type that no stay takes."""
    book = changed(turning_book(), "Supply", "TANKER / 2025-01", reserve=1)
    book = book.with_settings(book.settings.model_copy(update={"supply_shortage": Shortfall.PRICED}))
    idle = {"unit": "IDLE", "name": "Idle unit", "category": "military", "persons": 1, "tour_months": 12}
    scenario = make_scenario(book)[0]
    book = book.with_rows("Units", with_rows(scenario, "Units", **idle))
    book = book.with_rows(
        "Supply", with_rows(scenario, "Supply", unit="IDLE", first_month="2025-01", units=2, reserve=2)
    )
    return prepare(make_scenario(book)[0])


def test_a_reserve_that_may_be_lacked_is_a_shortage_and_no_end_of_every_plan() -> None:
    found = losses(lacking().ask(gap=0.0), lacking())
    tanker = by_name(found)["TANKER"]
    assert (tanker.outcome, tanker.asked, tanker.ruled_out, tanker.proven) == (Outcome.COSTS, True, False, True)
    assert tanker.deciding is not None
    assert (tanker.deciding.goal, tanker.deciding.amount) == ("shortage", pytest.approx(12.0))
    assert tanker.ledger is not None
    assert {tanker.ledger.shortage("TANKER", month) for month in lacking().scenario.horizon} == {1}


def test_a_lack_that_is_counted_in_no_month_is_refused_by_name() -> None:
    found = losses(lacking().ask(gap=0.0), lacking())
    idle = found.taken[-1]
    assert (idle.what, idle.outcome, idle.asked, idle.solution) == ("IDLE", Outcome.OPEN, False, None)
    assert told(found)["Not known"] == f"IDLE ({REFUSED})"
    assert criticality_document(found)["losses"][-1]["status"] == REFUSED
    assert found.complete
    assert not found.proven


def test_a_reserve_that_must_be_kept_rules_out_every_plan() -> None:
    scenario = make_scenario(changed(turning_book(), "Supply", "TANKER / 2025-01", reserve=1))[0]
    strict = prepare(scenario)
    tanker = by_name(losses(strict.ask(gap=0.0), strict))["TANKER"]
    assert (tanker.outcome, tanker.proven, tanker.asked) == (Outcome.NO_PLAN, True, False)
    document = criticality_document(losses(strict.ask(gap=0.0), strict))
    assert [row["status"] for row in document["losses"] if row["what"] == "TANKER"] == ["proven: no plan"]


@cache
def chain() -> Chain:
    return supply_chain(model().scenario, "EXPERT", (model().scenario.horizon[0], model().scenario.horizon[-1]))


@cache
def experts() -> Curve:
    """With no expert at all there is no plan."""
    return unit_curve(chain(), Asking())


def test_ctrl_c_while_a_reason_is_looked_for_keeps_the_curve() -> None:
    begun = []

    def at(number: float) -> Scenario:
        begun.append(number)
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.6)
        return chain().at(round(number))

    found = explained(experts(), at, lambda step: step.last or 0.0)
    assert begun == [0.0]
    assert [step.first for step in found.steps] == [step.first for step in experts().steps]
    assert [step.sort for step in found.steps] == [step.sort for step in experts().steps]
    assert found.steps[0].sort is Sort.NONE
    assert (found.steps[0].conflict, found.steps[0].reason) == (None, UNEXPLAINED)
    assert [step.reason for step in found.steps[1:]] == [step.reason for step in experts().steps[1:]]


def test_a_reason_that_the_solver_refuses_to_find_costs_nothing_but_the_reason() -> None:
    plain = experts()
    with solving_at(Refusing(lambda *_: True)):
        found = explained(plain, lambda number: chain().at(round(number)), lambda step: step.last or 0.0)
    assert [step.reason for step in found.steps if step.sort is Sort.NONE] == [UNEXPLAINED]
    assert REFUSAL not in {step.reason for step in found.steps}


def test_a_curve_without_reasons_says_so_where_there_is_no_plan() -> None:
    found = unexplained(experts())
    assert [step.reason for step in found.steps if step.sort is Sort.NONE] == [UNEXPLAINED]
    assert all(step.conflict is None for step in found.steps)
