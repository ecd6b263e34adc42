"""What hangs on assumed numbers: seeded draws, drivers, turning points, and what a decision rests on."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from builders import changed, small_book

from inzet.analyses.assumptions.alone import Alone, Span, _Range, alone
from inzet.analyses.assumptions.draws import Draws, numbers_of, spread_out
from inzet.analyses.assumptions.examine import Examined, Ground, examine, leaves_no_choice
from inzet.analyses.assumptions.worlds import CONTRADICTORY, Base, World
from inzet.analyses.sensitivity.curve import NOT_REACHED
from inzet.reports.assumptions.words import where
from inzet.scenario.assumptions import Assumption, assumptions_of
from inzet.scenario.checks import make_scenario
from inzet.schema.book import Book
from inzet.schema.rows import Basis, Force, Group, Measure, Rule
from inzet.solve import Model, prepare
from inzet.solver.kept_answers import Kept
from inzet.solver.place import ChildProcesses, solving_at


def assumed(row: str, *, low: float = 0.0, high: float = 1.0, is_whole: bool = False) -> Assumption:
    return Assumption("Sheet", row, "column", (low + high) / 2, low, high, is_whole, "", (row,), "")


NUMBERS = tuple(assumed(f"N{index}") for index in range(6))


def doubtful_book() -> Book:
    """The small plan, with ranges for a weight, a supply and a budget."""
    ranges = [
        ("Interests", "ALLY", "weight", 0.0, 30.0),
        ("Supply", "EXPERT / 2025-01", "units", 4, 12),
        ("Readiness", "*", "units", 0, 3),
        ("Funds", "*", "budget", 1e6, 9e7),
    ]
    rows = [
        Basis.model_validate(
            {"about": about, "row": row, "column": column, "basis": "assumed", "low": low, "high": high, "why": "?"}
        )
        for about, row, column, low, high in ranges
    ]
    return small_book().with_rows(Basis.sheet, rows)


@cache
def model() -> Model:
    return prepare(make_scenario(doubtful_book())[0])


@cache
def base() -> Base:
    return Base(model(), model().ask(gap=0.0), gap=0.0)


@cache
def examined() -> Examined:
    return examine(model(), base().plan, draws=12, seed=3, gap=0.0)


def test_draws_are_seeded_and_spread_over_every_range() -> None:
    shares = spread_out(NUMBERS, 40, seed=7)
    assert shares.shape == (40, 6)
    assert np.array_equal(shares, spread_out(NUMBERS, 40, seed=7))
    assert not np.array_equal(shares, spread_out(NUMBERS, 40, seed=8))
    for column in shares.T:
        assert sorted((column * 40).astype(int)) == list(range(40))
    assert spread_out((), 5, seed=1).shape == (5, 0)


def drawn(shares: np.ndarray, stands: np.ndarray) -> Draws:
    worlds = {row: World({"GULF": "SHIP"} if stood else {}) for row, stood in enumerate(stands)}
    return Draws(NUMBERS, 1, shares, worlds)


def test_the_number_that_decides_is_the_driver() -> None:
    shares = spread_out(NUMBERS, 200, seed=5)
    draws = drawn(shares, shares[:, 2] > 0.4)
    (driver, *others) = draws.drivers("GULF", "SHIP")
    assert (driver.assumption, driver.correlation > 0.7, others) == (NUMBERS[2], True, [])
    falling = drawn(shares, shares[:, 4] < 0.5).drivers("GULF", "SHIP")
    assert [one.assumption for one in falling] == [NUMBERS[4]]
    assert falling[0].correlation < -0.7


def test_what_decides_whether_there_is_a_plan_at_all() -> None:
    shares = spread_out(NUMBERS, 200, seed=5)
    refused = World({}, reason="infeasible: none")
    worlds = {row: World({}) if share < 0.7 else refused for row, share in enumerate(shares[:, 1])}
    draws = Draws(NUMBERS, 1, shares, worlds | {7: World({}, reason=NOT_REACHED)})
    (driver, *others) = draws.plan_drivers
    assert (driver.assumption, driver.correlation < -0.6, others) == (NUMBERS[1], True, [])
    assert drawn(shares, shares[:, 1] < 0.7).plan_drivers == (), "where there always is one nothing decides it"


def test_chance_is_no_driver() -> None:
    shares = spread_out(NUMBERS, 200, seed=5)
    stands = np.random.default_rng(9).random(200) < 0.5
    assert drawn(shares, stands).drivers("GULF", "SHIP") == ()
    assert drawn(shares, np.ones(200, dtype=bool)).drivers("GULF", "SHIP") == ()


def test_draws_without_a_plan_count_by_their_reason() -> None:
    worlds = {0: World({"GULF": "SHIP"}), 1: World({}, reason="infeasible: none"), 2: World({}, reason=NOT_REACHED)}
    draws = Draws(NUMBERS, 1, np.zeros((3, 6)), worlds)
    assert draws.refused == {"infeasible: none": 1}
    assert list(draws.planned) == [0]
    assert draws.options("GULF") == {"SHIP": 1}


def test_draws_that_contradict_themselves_count_as_one_kind_with_an_example() -> None:
    reasons = ("infeasible: none", *(f"{CONTRADICTORY}: Supply C{row}: {row} is too large." for row in (4, 9)))
    draws = Draws(NUMBERS, 1, np.zeros((3, 6)), {row: World({}, reason=reason) for row, reason in enumerate(reasons)})
    example = f"{CONTRADICTORY}, for example: Supply C4: 4 is too large."
    assert draws.refused == {"infeasible: none": 1, example: 2}
    alone_in_it = Draws(NUMBERS, 1, np.zeros((3, 6)), {1: World({}, reason=reasons[1])})
    assert alone_in_it.refused == {reasons[1]: 1}


def test_a_weight_is_a_line_from_end_to_end() -> None:
    weight = next(a for a in assumptions_of(doubtful_book()) if a.sheet == "Interests")
    found = alone(base(), weight, threading.Event())
    assert found.is_exact
    assert found.solves <= 2, "value is a line: two plans that meet leave nothing between them"
    # No mission gives way to another here, whatever the weight; turning points are in the checks by brute force.
    assert found.flips == ()


def test_a_whole_number_is_followed_to_the_step_at_which_it_turns() -> None:
    supply = next(a for a in assumptions_of(doubtful_book()) if a.sheet == "Supply")
    found = alone(base(), supply, threading.Event())
    assert found.is_exact
    assert all(abs(flip.still - flip.turned) == 1 for flip in found.flips)
    assert {flip.mission for flip in found.flips}, "four experts are too few for the plan as it is"


def part(first: float, last: float, **choices: str) -> Span:
    return Span(first, last, first, World(choices, proven=True))


def test_a_decision_that_turns_back_is_two_parts_of_it() -> None:
    number = Assumption("Sheet", "N", "column", 4, 0, 10, is_whole=True, unit="", cells=("N",), why="")
    spans = (part(0, 2, GULF="SHIP"), part(3, 5), part(6, 7, GULF="SHIP"), part(8, 8), part(9, 10, GULF="PLANE"))
    found = Alone(number, spans[1].world, spans, 4, True)
    assert [(f.was, f.becomes, f.still, f.turned, f.until) for f in found.flips] == [
        ("", "SHIP", 3, 2, 0),
        ("", "SHIP", 5, 6, 7),
        ("", "PLANE", 8, 9, 10),
    ]
    assert found.is_exact
    assert [where(number, flip) for flip in found.flips] == ["from 2 down", "from 6 to 7", "from 9 up"]


def test_what_lies_open_is_said() -> None:
    number = Assumption("Sheet", "N", "column", 1.0, 0.0, 10.0, is_whole=False, unit="EUR", cells=("N",), why="")
    found = Alone(number, World({}, proven=True), (part(0.0, 4.0), part(6.0, 10.0, GULF="SHIP")), 3, True)
    assert found.open_parts == ((4.0, 6.0),)
    assert not found.is_exact
    assert [where(number, flip) for flip in found.flips] == ["from somewhere between 4 and 6 EUR up"]
    met = Alone(number, World({}, proven=True), (part(0.0, 5.0), part(5.0, 10.0, GULF="SHIP")), 3, True)
    assert (met.is_exact, met.open_parts) == (True, ())
    assert [where(number, flip) for flip in met.flips] == ["above 5 EUR"]
    unproven = Alone(number, World({}), (Span(0.0, 10.0, 1.0, World({})),), 1, True)
    assert not unproven.is_exact


def test_a_part_without_a_plan_is_known_like_any_other() -> None:
    book = small_book()
    row = next(row for row in book.of(Rule) if row.measure is Measure.MISSIONS)
    hard = row.model_copy(update={"force": Force.HARD, "price": 0.0})
    basis = {"about": "Rules", "row": row.rule, "column": "amount", "basis": "assumed", "low": 0, "high": 9, "why": "?"}
    book = book.with_rows("Rules", [hard]).with_rows("Basis", [Basis.model_validate(basis)])
    (number,) = assumptions_of(book)
    model = prepare(make_scenario(book)[0])
    found = alone(Base(model, model.ask()), number, threading.Event())
    assert found.is_exact
    (none,) = found.without_plan
    assert (none.first, none.last, none.world.proven) == (number.now + 1, 9.0, True)


def test_parts_without_a_plan_that_meet_are_one() -> None:
    number = Assumption("Sheet", "N", "column", 10.0, 0.0, 10.0, is_whole=False, unit="EUR", cells=("N",), why="")
    none, other = (World({}, proven=True, reason=reason) for reason in ("infeasible: none", "infeasible: other"))
    spans = (Span(0, 0, 0, none), Span(0, 3, 1, none), Span(3, 4, 3, other), Span(4, 8, 4, part(4, 8).world))
    found = Alone(number, World({}, proven=True), (*spans, Span(8.5, 9, 9, other), part(9, 10)), 5, True)
    assert [(s.first, s.last, s.world.reason) for s in found.without_plan] == [
        (0, 3, "infeasible: none"),
        (3, 4, "infeasible: other"),
        (8.5, 9, "infeasible: other"),
    ]


def quantity_book(low: float, high: float) -> Book:
    """The small plan, in which an expert is worth five and twenty are asked for; money is for five and a half."""
    book = changed(small_book(), "Capabilities", "EXPERTISE / EXPERT", provides=5)
    book = changed(book, "Requirements", "EUPM / TEN / EXPERTISE", quantity=20)
    book = changed(book, "Options", "EUPM / TEN", min_months=21)
    book = changed(changed(book, "Costs", "COY_MONTH", amount=0), "Costs", "COY_TOUR", amount=0)
    book = changed(book, "Funds", "BIV / 2026", budget=1_990_000)
    basis = {"about": "Requirements", "row": "EUPM / TEN / EXPERTISE", "column": "quantity", "basis": "assumed"}
    return book.with_rows("Basis", [Basis.model_validate(basis | {"low": low, "high": high, "why": "?"})])


@pytest.mark.parametrize(("low", "high"), [(10, 40), (1, 39), (18, 27)])
def test_what_goes_in_steps_is_not_taken_for_a_line(low: int, high: int) -> None:
    """Units are needed whole: from 10 to 25 to 40 they move as evenly as on a line, and between they do not."""
    model = prepare(make_scenario(quantity_book(low, high))[0])
    (quantity,) = assumptions_of(model.scenario.book)
    base = Base(model, model.ask(gap=0.0))
    found = alone(base, quantity, threading.Event())
    assert found.is_exact
    for number in range(low, high + 1):
        (span,) = (span for span in found.spans if span.first <= number <= span.last)
        scenario = base.imagined({quantity: float(number)})
        assert not isinstance(scenario, World)
        there = base.searched(prepare(scenario), threading.Event())
        assert (span.world.has_plan, span.world.choices) == (there.has_plan, there.choices), number
    assert {(flip.mission, flip.still, flip.turned) for flip in found.flips} == {("EUPM", 25.0, 26.0)}


def test_a_line_that_a_later_look_denies_is_forgotten() -> None:
    (quantity,) = assumptions_of(quantity_book(10, 40))
    model = prepare(make_scenario(quantity_book(10, 40))[0])
    followed = _Range(Base(model, model.ask(gap=0.0)), quantity, threading.Event())
    for number in (10.0, 25.0, 40.0):
        followed._built(number)
    followed.straight.append((10.0, 40.0))
    assert followed._moves_evenly(12.0, 30.0)
    followed.spans = [replace(followed.spans[0], first=12.0, last=27.0)]
    followed._built(24.0)
    assert (followed.straight, [(span.first, span.last) for span in followed.spans]) == ([], [(20.0, 20.0)])
    assert not followed._moves_evenly(12.0, 30.0)


def test_a_tie_in_a_draw_is_decided_as_in_the_plan() -> None:
    """Two options are worth the same; the plan takes the cheaper one, and no weight can make it the other one."""
    book = changed(small_book(), "Options", "EUPM / FIVE", share=1.0)
    basis = {"about": "Interests", "row": "SECURITY", "column": "weight", "basis": "assumed"}
    book = book.with_rows("Basis", [Basis.model_validate(basis | {"low": 2.0, "high": 6.0, "why": "?"})])
    model = prepare(make_scenario(book)[0])
    plan = model.ask(gap=0.0)
    assert Base(model, plan).world.choice("EUPM") == "FIVE", "five experts cost less than ten"
    found = examine(model, plan, draws=8, seed=1)
    assert [(standing.mission, standing.stood) for standing in found.standings] == [("ALTHEA", 8), ("EUPM", 8)]
    assert not found.of(Ground.HANGS)


def test_a_plan_within_a_gap_is_not_called_proven() -> None:
    plan = base().plan
    loose = tuple(replace(goal, bound=goal.bound + 5.0) if goal.name == "value" else goal for goal in plan.goals)
    within = Base(model(), replace(plan, goals=loose))
    assert (base().world.proven, within.world.proven) == (True, False)
    weight = next(a for a in assumptions_of(doubtful_book()) if a.sheet == "Interests")
    assert not alone(within, weight, threading.Event()).is_exact


def test_without_draws_nothing_is_said_to_stand_whatever_is_assumed() -> None:
    found = examine(model(), base().plan, draws=0, seed=1)
    assert not found.of(Ground.WHATEVER)


def test_half_a_mission_is_no_number() -> None:
    book = small_book()
    rule = {"rule": "R", "sentence": "?", "group": "G", "limit": "at least", "measure": "missions", "force": "hard"}
    group = Group.model_validate({"group": "G"})
    basis = {"about": "Rules", "row": "R", "column": "amount", "basis": "assumed", "low": 0, "high": 3, "why": "?"}
    for more, amount, whole in (({}, 2.0, True), ({"measure": "persons"}, 2.0, False), ({"share_of": "G"}, 0.5, False)):
        row = Rule.model_validate(rule | {"amount": amount} | more)
        book = book.with_rows(Group.sheet, [group]).with_rows(Rule.sheet, [row])
        (found,) = assumptions_of(book.with_rows(Basis.sheet, [Basis.model_validate(basis)]))
        assert found.is_whole == whole


def test_what_was_stopped_says_nothing() -> None:
    stop = threading.Event()
    stop.set()
    supply = next(a for a in assumptions_of(doubtful_book()) if a.sheet == "Supply")
    found = alone(base(), supply, stop)
    assert not found.is_whole
    assert found.flips == ()
    assert found.without_plan == ()
    assert base().draw(numbers_of((), np.zeros(0)), stop).was_stopped


def test_every_decision_rests_on_something() -> None:
    found = examined()
    assert found.is_whole
    assert {standing.mission for standing in found.standings} == set(model().scenario.missions)
    for standing in found.standings:
        turned = bool(standing.flips) or standing.stood < len(found.draws.planned)
        assert (standing.ground is Ground.HANGS) == turned
        if standing.ground is Ground.DOCUMENTS:
            assert leaves_no_choice(model().scenario, standing.mission)
        assert sum(standing.options.values()) == len(found.draws.planned)
    assert found.of(Ground.HANGS)


def test_a_mandate_with_one_option_leaves_no_choice() -> None:
    book = small_book()
    mission = next(key[0] for key in make_scenario(book)[0].options)
    scenario, _ = make_scenario(changed(book, "Missions", mission, mandated=True))
    options = {key for key in scenario.options if key[0] == mission}
    assert leaves_no_choice(scenario, mission) == (len(options) == 1)


def test_the_same_seed_gives_the_same_answer_and_kept_draws_are_found_again(tmp_path: Path) -> None:
    once, again = Kept(ChildProcesses(), tmp_path), Kept(ChildProcesses(), tmp_path)
    with solving_at(once):
        first = examine(model(), base().plan, draws=6, seed=4)
    with solving_at(again):
        second = examine(model(), base().plan, draws=6, seed=4)
    assert (again.asked, again.found) == (once.asked, once.asked)
    assert second.standings == first.standings
    assert second.draws.worlds == first.draws.worlds


def test_ctrl_c_keeps_what_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped_after_two(name: str, done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    found = examine(model(), base().plan, draws=10, seed=4, gap=0.0, on_draw=stopped_after_two)
    assert not found.is_whole
    assert 2 <= len(found.draws.planned) < 10
    unknown = found.of(Ground.WHATEVER)
    assert not unknown, "what was not looked at whole is not said to stand"
