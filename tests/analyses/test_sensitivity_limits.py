"""Curves where they end and where they are cut: many units to choose from, full cells, a gap, and other machines."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from builders import small_book
from every_plan import small_scenario
from few_stays import ferry_book
from refusing import Dearest
from scipy import sparse

from inzet.analyses.sensitivity import units
from inzet.analyses.sensitivity.asking import Asking
from inzet.analyses.sensitivity.curve import NOT_REACHED, Curve, Kind, Sort, largest_in, most_of_rows
from inzet.analyses.sensitivity.money import MONEY, Purse, budget_curve, most_money, purse_of
from inzet.analyses.sensitivity.units import RESERVE, Chain, readiness_chain, supply_chain, unit_curve
from inzet.analyses.sensitivity.weights import AT_ODDS, Line, _Envelope, scale_of, weight_curve
from inzet.edits import edited
from inzet.outcome import Limit, Solution, Status
from inzet.problem import Problem
from inzet.reports.sensitivity.words import curve_sections, exact_words, finding_sentences
from inzet.scenario.checks import make_scenario
from inzet.scenario.overlay import ChangeError
from inzet.scenario.scenario import Scenario
from inzet.schema.book import Book
from inzet.schema.rows import Fund, Supply
from inzet.solve import prepare
from inzet.solver.highs import LARGEST
from inzet.solver.messages import Answer, OnEvent, Options
from inzet.solver.place import ChildProcesses, solving_at


def of(book: Book) -> Scenario:
    return make_scenario(book)[0]


LATE = "The search was stopped (time) before there was a plan."


class Late(ChildProcesses):
    """A place that finds no plan in time."""

    def solve(
        self, problem: Problem, options: Options, on_event: OnEvent, stop: threading.Event | None = None
    ) -> Answer:
        return Answer(Status.NO_PLAN_FOUND, Limit.TIME, (), None, LATE, 0.0, "")


def chain(book: Book, unit: str = "BOAT") -> Chain:
    scenario = of(book)
    return supply_chain(scenario, unit, (scenario.horizon[0], scenario.horizon[-1]))


def purse(book: Book) -> Purse:
    return purse_of(prepare(of(book)), "BIV")


def told(curve: Curve) -> list[tuple[float, float | None, Sort, float | None]]:
    return [(step.first, step.last, step.sort, step.value) for step in curve.steps]


# Many units to choose from.


def test_a_supply_counts_every_unit_that_a_stay_can_be_assigned() -> None:
    """The mission asks for eight of one boat or ship: one column, that is up to 8."""
    found = unit_curve(chain(ferry_book(budgets=(3e6, 3e6))), Asking())
    assert told(found) == [(0, 3, Sort.PLAN, 0.0), (4, 7, Sort.OPEN, None), (8, None, Sort.PLAN, 2.0)]
    assert found.ceiling is None
    assert "brings nothing" not in " ".join(finding_sentences(found))
    further = unit_curve(chain(ferry_book(budgets=(3e6, 3e6))), Asking(), most=8)
    assert told(further) == [(0, 7, Sort.PLAN, 0.0), (8, None, Sort.PLAN, 2.0)]
    assert further.proven


def test_money_counts_every_unit_that_a_stay_can_be_assigned() -> None:
    """Eight boats for two months cost EUR 1.6 million, and the fund has EUR 200,000."""
    found = budget_curve(purse(ferry_book(units=8, budgets=(1e5, 1e5))), Asking())
    assert told(found) == [(0, 1_600_000, Sort.PLAN, 0.0), (1_600_000, None, Sort.PLAN, 2.0)]
    assert found.proven


def test_the_most_that_rows_add_up_to() -> None:
    problem = prepare(of(ferry_book())).problem
    names = ("choice", "less", "open")
    rows = sparse.csc_array(np.array([[3.0, -2.0, 0.0], [1.0, 0.0, 2.0]]))
    three = Problem(
        names,
        np.array([0.0, -5.0, 0.0]),
        np.array([4.0, 5.0, np.inf]),
        np.array([True, False, False]),
        ("bounded", "open"),
        rows,
        np.full(2, -np.inf),
        np.zeros(2),
        problem.goals[:0, :3],
        problem.offsets[:0],
        (),
        (),
    )
    assert most_of_rows(three, [0, 1]).tolist() == [3 * 4 + 2 * 5, np.inf]
    assert most_of_rows(three, [0]).tolist() == [22.0]
    assert most_of_rows(three, []).shape == (0,)


# What the cells of the workbook hold.


def test_a_cell_says_itself_what_it_holds() -> None:
    assert largest_in(Supply, "units") == 100_000
    assert largest_in(Fund, "budget") == 10**12


def full(more: int = 0) -> Chain:
    """As many boats as a cell holds, and none in the second month: no number brings the ferry."""
    book = ferry_book()
    rows = [
        Supply.model_validate({"unit": "BOAT", "first_month": "2025-12", "last_month": "2025-12", "units": 100_000}),
        Supply.model_validate({"unit": "BOAT", "first_month": "2026-01", "units": more}),
        Supply.model_validate({"unit": "SHIP", "first_month": "2025-12", "units": 0}),
    ]
    return chain(book.with_rows("Supply", rows))


def test_a_supply_is_cut_at_what_a_cell_holds_and_says_so() -> None:
    found = unit_curve(full(), Asking())
    assert told(found) == [(0, 100_000, Sort.PLAN, 0.0)]
    assert (found.ceiling, found.complete, found.proven) == (100_000, True, True)
    said = " ".join(finding_sentences(found))
    assert "It ends at 100,000 units: the workbook holds no more." in said
    assert "brings nothing" not in said
    beyond = unit_curve(full(), Asking(), most=200_000)
    assert told(beyond) == told(found), "more than a cell holds is never asked"


def test_a_commitment_is_cut_at_what_a_cell_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = of(small_book())
    tier = readiness_chain(scenario, "INF_COY", "TIER_2", (scenario.horizon[0], scenario.horizon[-1]))
    assert tier.most == 100_000
    monkeypatch.setattr(units, "largest_in", lambda *_: 3)
    found = unit_curve(tier, Asking())
    assert (found.steps[-1].last, found.ceiling) == (3, 3)
    assert "It ends at 3 units: the workbook holds no more." in finding_sentences(found)


class Narrow(Chain):
    """A chain of which one number cannot be written."""

    def at(self, number: int) -> Scenario:
        if number == 8:
            raise ChangeError("value", "8 is too many", "Type less.")
        return super().at(number)


def test_a_number_that_a_cell_refuses_is_a_row_with_its_reason() -> None:
    whole = chain(ferry_book(budgets=(3e6, 3e6)))
    narrow = Narrow(Kind.SUPPLY, whole.what, "", whole.base, whole.window, whole.now, whole.uniform)
    found = unit_curve(narrow, Asking())
    assert found.steps[-1].first == 8
    assert (found.steps[-1].sort, found.steps[-1].reason) == (Sort.OPEN, "8 is too many. Type less.")
    assert not found.complete
    assert [step.value for step in found.planned] == [0.0]


def test_money_is_cut_at_what_a_cell_holds_and_says_so() -> None:
    """Of EUR 1,000,000,001 the second year has one: for its month of boats it would take more than the cells hold."""
    lopsided = purse(ferry_book(units=8, budgets=(1e9, 1.0)))
    assert lopsided.plenty > lopsided.most == 1_000_000_001_000
    for cap in (lopsided.most, lopsided.total):
        problem = edited(lopsided.model.problem, lopsided.within(cap))
        assert problem.upper.max() <= LARGEST
        shares = problem.matrix[:, [problem.columns.index(MONEY)]].data
        assert abs(shares).min() > 1e-9, "the solver takes less for 0"
    found = budget_curve(lopsided, Asking())
    assert told(found) == [(0, lopsided.most, Sort.PLAN, 0.0)]
    assert (found.ceiling, found.complete, found.proven) == (lopsided.most, True, True)
    assert "It ends at EUR 1,000,000.001 million: the workbook holds no more." in finding_sentences(found)
    assert lopsided.at(lopsided.most).funds["BIV", 2025].budget == 10**12
    with pytest.raises(ChangeError):
        lopsided.at(lopsided.most + 10)


def test_money_of_which_the_first_question_took_too_long_is_open_with_the_reason() -> None:
    with solving_at(Late()):
        found = budget_curve(purse(ferry_book()), Asking())
    assert [(s.first, s.last, s.sort, s.reason) for s in found.steps] == [(0, None, Sort.OPEN, LATE)]
    assert not found.complete


def test_money_that_a_cell_refuses_is_open_with_the_reason() -> None:
    scenario = of(ferry_book(units=8, budgets=(2e6, 2e6)))

    class Full(Purse):
        def at(self, euro: float) -> Scenario:
            raise ChangeError("value", "it is too much", "Type less.")

    found = budget_curve(Full(prepare(scenario), "BIV", (2025, 2026)), Asking())
    assert [(s.sort, s.reason) for s in found.steps] == [(Sort.OPEN, "it is too much. Type less.")]
    assert not found.complete


def test_the_most_money_is_shared_as_it_is_now() -> None:
    scenario = of(ferry_book(budgets=(3e6, 1e6)))
    assert most_money(scenario, "BIV", (2025, 2026)) == 1_333_333_333_333
    assert most_money(scenario, "BIV", (2026,)) == 10**12
    assert most_money(of(ferry_book(budgets=(0.0, 0.0))), "BIV", (2025, 2026)) == 0


# The reserve, where units may be lacking.


def test_fewer_than_the_reserve_is_told_with_its_reason_where_a_shortage_is_allowed() -> None:
    found = unit_curve(chain(ferry_book(units=3, reserve=2, supply_shortage="priced")), Asking())
    first = found.steps[0]
    assert (first.first, first.last, first.sort, first.reason) == (0, 1, Sort.OPEN, RESERVE)
    said = finding_sentences(found)
    assert f"0 to 1 units: {RESERVE}" in said
    assert not any("lies between" in sentence and "0 to 1" in sentence for sentence in said)


def test_nothing_lies_between_where_one_side_is_not_known() -> None:
    """Stopped after the upper end: below it there is no plan that could bound anything."""
    asking = Asking()
    whole = asking.ask

    def first_only(*arguments: object, **options: object) -> object:
        found = whole(*arguments, **options)  # type: ignore[arg-type]
        asking.stopped.set()
        return found

    asking.ask = first_only  # type: ignore[method-assign, assignment]
    found = unit_curve(chain(ferry_book(budgets=(3e6, 3e6))), asking)
    assert [(s.sort, s.reason) for s in found.steps if s.sort is Sort.OPEN] == [(Sort.OPEN, NOT_REACHED)]
    said = " ".join(finding_sentences(found))
    assert "Not looked into" in said
    assert "lies between" not in said


# A gap.


@pytest.mark.parametrize("seed", [2, 13, 17])
def test_a_weight_is_exact_whatever_the_gap(seed: int) -> None:
    """Within a gap these books could have another curve, or one with a step too few."""
    model = prepare(small_scenario(seed)[0])
    loose = weight_curve(scale_of(model, "A"), Asking(gap=0.3))
    exact = weight_curve(scale_of(model, "A"), Asking())
    assert told(loose) == told(exact)
    assert loose.proven
    assert all(step.confirmed for step in loose.steps[1:])
    assert exact_words(loose) == exact_words(exact)


def test_nothing_exact_is_said_of_weights_that_are_not_proven() -> None:
    model = prepare(of(small_book()))
    with solving_at(Late()):
        late = weight_curve(scale_of(model, "ALLY"), Asking())
    assert [(step.sort, step.reason) for step in late.steps] == [(Sort.OPEN, LATE)]
    assert exact_words(late) == "It is not proven that no weight changes it."


@pytest.mark.parametrize(("slope", "worth"), [(1.0, 12.0), (0.5, 19.0)])
def test_two_best_plans_that_contradict_each_other_leave_the_weight_open(slope: float, worth: float) -> None:
    """Equal slopes with another worth have no crossing; a best plan further on never grows more slowly."""
    scale = scale_of(prepare(of(small_book())), "ALLY", 9.0)
    envelope = _Envelope(scale, Asking())
    envelope.lines = {0.0: Line(0.0, 10.0, 1.0), 9.0: Line(9.0, worth, slope)}
    envelope._solve = lambda _: None  # type: ignore[method-assign]
    envelope.draw()
    assert [(step.sort, step.reason) for step in envelope.steps()] == [(Sort.OPEN, AT_ODDS)]


# The whole staircase, without asking for the least money at every question.

LONG = 2
"""Seed of a small book with a long staircase."""


@pytest.mark.parametrize("seed", [2, 5, 8, 13])
def test_a_staircase_is_the_same_when_the_dearest_plans_are_found_first(seed: int) -> None:
    money = purse_of(prepare(small_scenario(seed)[0]), "BIV")
    plain = budget_curve(money, Asking())
    with solving_at(Dearest(MONEY)) as place:
        dear = budget_curve(money, Asking())
    assert told(dear) == told(plain)
    assert dear.complete
    assert dear.proven
    # The first plan that is found for a step may cost too much; then it is found again, and then for the least money.
    assert place.asked == dear.solves <= 3 * len(dear.steps) + 1


@pytest.mark.parametrize("seed", [5, 13])
def test_a_long_staircase_is_halved_and_stays_the_same(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    money = purse_of(prepare(small_scenario(seed)[0]), "BIV")
    plain = budget_curve(money, Asking())
    monkeypatch.setattr("inzet.analyses.sensitivity.money.MANY", 0)
    halved = budget_curve(money, Asking())
    assert told(halved) == told(plain)
    assert halved.solves > plain.solves, "what is found in the middle of a step is found again at its top"


def test_a_question_begins_from_the_best_plan_that_its_money_pays_for() -> None:
    asking, begun = Asking(), []
    whole = asking.ask

    def ask(*question: Any, **how: Any) -> Solution:
        begun.append(how["start"])
        return whole(*question, **how)

    asking.ask = ask  # type: ignore[method-assign]
    money = purse_of(prepare(small_scenario(LONG)[0]), "BIV")
    found = budget_curve(money, asking)
    assert found.proven
    plans = [step.solution.columns for step in found.planned if step.solution is not None]
    assert begun[0] is None, "nothing is known yet"
    assert [start for start in begun if start is not None]
    stays = [{name for name in plan if name.startswith("stay[")} for plan in plans]
    assert all({name for name in start if name.startswith("stay[")} in stays for start in begun if start)


@pytest.mark.parametrize("seed", [2, 5, 8, 13])
def test_near_values_are_told_apart_no_further(seed: int) -> None:
    money = purse_of(prepare(small_scenario(seed)[0]), "BIV")
    whole, part = budget_curve(money, Asking()), budget_curve(money, Asking(), within=0.2)
    assert part.complete
    assert part.within == 0.2
    near = 0.2 * abs(whole.planned[-1].value or 0.0)
    assert {step.value for step in part.planned} <= {step.value for step in whole.planned}
    for below, step, above in zip(part.steps, part.steps[1:], part.steps[2:], strict=False):
        if step.sort is Sort.OPEN:
            assert below.value is not None
            assert above.value is not None
            assert above.value - below.value <= near
            between = [s.value for s in whole.planned if s.first < above.first and (s.last or np.inf) > step.first]
            assert all(below.value <= (value or 0.0) <= above.value for value in between)
    left = [step for step in part.steps if step.sort is Sort.OPEN]
    assert bool(left) == (len(part.planned) < len(whole.planned))
    assert "points) or less nothing was asked" in " ".join(line for s in curve_sections(part) for _, line in s.lines)


def test_parts_beside_which_more_than_value_differs_are_always_looked_into() -> None:
    """However near the values are: whether there is a plan, and how far it is short of readiness, comes first."""
    scenario = small_scenario(LONG)[0]
    whole, part = (budget_curve(purse_of(prepare(scenario), "BIV"), Asking(), within=share) for share in (0.0, 1.0))
    for below, step, above in zip(part.steps, part.steps[1:], part.steps[2:], strict=False):
        if step.sort is Sort.OPEN:
            assert below.ledger is not None
            assert above.ledger is not None
            assert below.short == above.short
    assert {step.short for step in part.planned} == {step.short for step in whole.planned}
    assert [s.last for s in part.steps if s.sort is Sort.NONE] == [s.last for s in whole.steps if s.sort is Sort.NONE]


# Other machines.


@dataclass
class Lanes:
    """A place with so many lanes."""

    at_a_time: int

    def solve(
        self, problem: Problem, options: Options, on_event: OnEvent, stop: threading.Event | None = None
    ) -> Answer:
        return ChildProcesses().solve(problem, options, on_event, stop)


@pytest.mark.parametrize("solves", [7, 8])
def test_a_staircase_is_the_same_on_every_machine(solves: int) -> None:
    money = purse(small_book())
    found = []
    for lanes in (1, 2, 8):
        with solving_at(Lanes(lanes)):
            curve = budget_curve(money, Asking(), solves=solves)
        found.append((told(curve), curve.solves, curve.complete))
    assert found[0] == found[1] == found[2]
    assert not found[0][2], "there is more to ask"
