"""Near-optimal plans: core, contested and out, pairs, plans that are unlike, and what is not settled."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pytest
from builders import changed
from refusing import REFUSAL, Refusing
from turning import best, model, turning_book

from inzet.analyses import alternatives as near
from inzet.analyses.alternatives import Alternatives, Ending, Pair, Standing, Tie, alternatives
from inzet.analyses.library import Kind
from inzet.analyses.wishes import Fate, Wish, Wishes
from inzet.outcome import Limit, Solution, Status
from inzet.reports.alternatives.document import alternatives_document
from inzet.scenario.checks import make_scenario
from inzet.solve import Model, prepare
from inzet.solver.place import solving_at


@cache
def found(within: float) -> Alternatives:
    return alternatives(model(), best(), within, gap=0.0)


def named(result: Alternatives, standing: Standing) -> set[str]:
    return {place.mission for place in result.of(standing)}


def test_of_ties_the_twins_are_contested_and_exclude_each_other() -> None:
    """ONE and OTHER are worth the same and want the one frigate; MUST is mandated and worth nothing."""
    result = found(0.0)
    assert named(result, Standing.CONTESTED) == {"ONE", "OTHER"}
    assert {"MUST", "NORTH"} <= named(result, Standing.CORE)
    assert {"BIG", "PAST", "SOUTH"} <= named(result, Standing.OUT)
    assert result.pairs == (Pair(Tie.APART, "ONE", "OTHER", anyway=True),)
    assert result.settled
    assert result.ending is Ending.EXHAUSTED
    (other,) = result.plans[1:]
    assert {(swap.mission, swap.kind) for swap in other.swaps(result.best)} in (
        {("ONE", Kind.IN), ("OTHER", Kind.OUT)},
        {("ONE", Kind.OUT), ("OTHER", Kind.IN)},
    )
    assert (other.apart, other.proven) == (2, True)
    assert other.value == pytest.approx(result.best.value)


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_question_that_went_wrong_leaves_the_others_alone(number: int) -> None:
    model(), best()
    with solving_at(Refusing(lambda asked, _: asked == number)):
        result = alternatives(model(), best(), 0.0, gap=0.0)
    assert result.failed == (REFUSAL,)
    whole = found(0.0)
    for standing in (Standing.CORE, Standing.CONTESTED, Standing.OUT):
        assert named(result, standing) <= named(whole, standing), "what is said holds"
    assert any(named(result, standing) for standing in (Standing.CORE, Standing.CONTESTED, Standing.OUT))
    assert alternatives_document(result)["failed"] == [REFUSAL]


def test_more_room_makes_more_contested_and_never_less() -> None:
    earlier: set[str] = set()
    for within in (0.0, 0.1, 0.3, 0.6, 1.0):
        contested = named(found(within), Standing.CONTESTED)
        assert earlier <= contested
        earlier = contested
        assert all(plan.value >= found(within).worst - 1e-6 for plan in found(within).plans)
    assert {"NORTH", "SOUTH"} <= earlier
    assert Pair(Tie.APART, "NORTH", "SOUTH", anyway=True) in found(1.0).pairs


def test_what_can_not_be_chosen_at_all_costs_no_solve() -> None:
    """PAST has no month in the plan."""
    (place,) = [place for place in found(1.0).places if place.mission == "PAST"]
    assert (place.standing, place.options, place.in_best) == (Standing.OUT, (), False)


def test_fewer_solves_than_two_for_every_mission() -> None:
    for within in (0.0, 0.1, 0.3, 1.0):
        assert found(within).solves["missions"] <= len(found(within).places)
        assert sum(found(within).solves.values()) < 2 * len(found(within).places)


def test_readiness_is_kept_at_its_best_whatever_value_it_costs() -> None:
    """BIG would take two companies, of which one must stand ready."""
    result = found(1.0)
    assert "BIG" in named(result, Standing.OUT)
    assert {plan.short for plan in result.plans} == {result.best.short}
    freed = changed(turning_book(), "Readiness", "COY / TIER_2 / 2025-01", units=0)
    other = prepare(make_scenario(freed)[0])
    ready = alternatives(other, other.ask(gap=0.0), 1.0, most=0, gap=0.0)
    assert "BIG" in named(ready, Standing.CONTESTED)


def test_as_many_plans_as_are_asked_for() -> None:
    result = alternatives(model(), best(), 1.0, most=2, gap=0.0)
    assert (len(result.plans), result.ending) == (3, Ending.ENOUGH)
    first, second = result.plans[1:]
    assert first.apart >= second.apart > 0


def test_what_a_limit_stopped_is_not_settled_and_not_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = best()
    nothing = replace(plan, status=Status.NO_PLAN_FOUND, limit=Limit.TIME, goals=(), contributions=())
    monkeypatch.setattr(Model, "ask", lambda *_, **__: nothing)
    result = alternatives(model(), plan, 0.3)
    choosable = {place.mission for place in result.places} - {"PAST"}
    assert named(result, Standing.OPEN) == choosable
    assert not result.settled
    assert result.ending is Ending.STOPPED
    assert result.plans == (result.best,)
    assert not result.stopped


def test_a_best_plan_that_was_interrupted_is_all_there_is() -> None:
    result = alternatives(model(), replace(best(), limit=Limit.INTERRUPT), 0.3)
    assert result.stopped
    assert not result.solves
    assert len(named(result, Standing.OPEN)) == len(result.places) - 1


def test_ctrl_c_keeps_what_is_settled() -> None:
    def interrupt(name: str, _done: int, _total: int) -> None:
        if name == near.PLANS:
            raise KeyboardInterrupt

    result = alternatives(model(), best(), 0.3, gap=0.0, on_done=interrupt)
    assert result.stopped
    assert named(result, Standing.CONTESTED) == named(found(0.3), Standing.CONTESTED)
    assert named(result, Standing.OPEN) == set()
    assert result.pairs == ()
    assert result.pairs_open
    assert result.ending is Ending.STOPPED


def test_every_question_is_told_of() -> None:
    told: list[tuple[str, int, int]] = []
    result = alternatives(model(), best(), 0.3, gap=0.0, on_done=lambda *news: told.append(news))
    assert {name for name, _, _ in told} >= {near.MISSIONS, near.PLANS, near.PAIRS}
    assert all(0 <= done <= max(total, done) for _, done, total in told)
    questions = [total for name, _, total in told if name == near.MISSIONS]
    assert questions == [questions[0]] * len(questions)
    assert result.settled


def test_a_question_that_is_too_hard_is_asked_in_halves(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    ask = Wishes._ask

    def harder(self: Wishes, group: Sequence[Wish], stop: threading.Event) -> Solution:
        asked.append(len(group))
        solution = ask(self, group, stop)
        if len(group) == 1:
            return solution
        return replace(solution, status=Status.NO_PLAN_FOUND, limit=Limit.TIME, goals=(), contributions=())

    monkeypatch.setattr(Wishes, "_ask", harder)
    result = alternatives(model(), best(), 0.3, gap=0.0)
    assert max(asked) > 1 in asked
    for standing in Standing:
        assert named(result, standing) == named(found(0.3), standing)


def test_a_plan_that_is_not_good_is_no_witness() -> None:
    """With no limits the solver may return any plan; the reckoning of the plan itself decides."""
    choices = near._choices(model())
    free = Wishes(model(), choices, (), lambda _: False)
    name = near._in("NORTH")
    assert free.settle({"one": [Wish(has=(name,))]}) == {Wish(has=(name,)): Fate.OPEN}
    assert free.seen == []
    open_ = Wishes(model(), choices, (), lambda _: True)
    assert open_.settle({"one": [Wish(has=(name,))]}) == {Wish(has=(name,)): Fate.GRANTED}
