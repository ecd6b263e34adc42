"""What hangs on assumed numbers against brute force: every plan of a small random scenario is tried in every world."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from functools import cache
from itertools import product

import numpy as np
import pytest
from every_plan import small_scenario

from inzet.analyses.assumptions.alone import Alone, Flip, alone
from inzet.analyses.assumptions.draws import numbers_of, spread_out
from inzet.analyses.assumptions.worlds import Base, Choices, World, choices_of
from inzet.analyses.decisions import down_to_value
from inzet.errors import InputError
from inzet.outcome import Contribution
from inzet.plan.audit import audit
from inzet.plan.ledger import Ledger
from inzet.scenario.assumptions import Assumption, assumptions_of, imagined
from inzet.scenario.checks import refuse_errors
from inzet.scenario.overlay import ChangeError
from inzet.scenario.scenario import Scenario
from inzet.schema.basis import figures_of
from inzet.schema.rows import Basis, BasisKind
from inzet.solve import prepare

FEW = 150
ABOUT = (("Interests", "weight"), ("Supply", "units"), ("Readiness", "units"), ("Funds", "budget"), ("Rules", "price"))
Plan = tuple[Contribution, ...]


def with_ranges(scenario: Scenario) -> Scenario:
    """The scenario with a range for some of its numbers, from nothing to twice as much."""
    rows = [
        Basis(
            about=figure.sheet,
            row=figure.key,
            column=figure.column,
            basis=BasisKind.ASSUMED,
            low=0.0,
            high=max(2.0 * figure.value, 2.0),
            why="For the tests.",
        )
        for figure in figures_of(scenario.book)
        if (figure.sheet, figure.column) in ABOUT
    ]
    return Scenario(scenario.book.with_rows(Basis.sheet, rows), scenario.names, scenario.history)


@cache
def case(seed: int) -> tuple[Base, tuple[Plan, ...]]:
    """The first small enough book from a seed on that has a plan, with all its plans, rules kept or not."""
    for attempt in range(400):
        scenario, sets = small_scenario(seed + 10_000 * attempt)
        if not 4 <= math.prod(map(len, sets)) <= FEW:
            continue
        model = prepare(with_ranges(scenario))
        found = model.ask(gap=0.0)
        if found.status.has_plan:
            plans = tuple(tuple(c for part in parts for c in part) for parts in product(*sets))
            return Base(model, found, gap=0.0), plans
    raise AssertionError("the generator makes no small plans any more")


def ranks(ledger: Ledger, most: int) -> tuple[float, ...]:
    return tuple(round(rank, 5) for rank in ledger.ranked[:most])


def best_choices(scenario: Scenario, plans: tuple[Plan, ...], most: int) -> tuple[tuple[float, ...], list[Choices]]:
    """The ranked goals of the best plans of a world, and what each of them decides; nothing without a plan."""
    kept = [ledger for plan in plans if audit(ledger := Ledger(scenario, plan)).ok]
    if not kept:
        return (), []
    best = min(ranks(ledger, most) for ledger in kept)
    return best, [choices_of(ledger) for ledger in kept if ranks(ledger, most) == best]


def world_of(base: Base, assumption: Assumption, number: float) -> Scenario | None:
    try:
        scenario = imagined(base.model.scenario, {assumption: number})
        refuse_errors(scenario, slips=False)
    except (ChangeError, InputError):
        return None
    return scenario


def check_world(base: Base, plans: tuple[Plan, ...], scenario: Scenario | None, world: World) -> None:
    if scenario is None:
        assert "contradict" in world.reason
        return
    goals = down_to_value(base.model.scenario)
    best, choices = best_choices(scenario, plans, goals)
    assert world.has_plan == bool(best), world.reason
    if best:
        assert world.proven
        assert world.choices in choices


def between(assumption: Assumption, still: float) -> Iterator[float]:
    """Numbers from now to one at which a decision is said to be as it was."""
    low, high = sorted((assumption.now, still))
    if assumption.is_whole:
        yield from map(float, range(int(low), int(high) + 1))
    else:
        yield from np.linspace(low, high, 6)


def still_right(base: Base, plans: tuple[Plan, ...], assumption: Assumption, mission: str, number: float) -> bool:
    """Whether a best plan of a world decides about a mission as the plan does; in value, for ties are ties."""
    scenario = world_of(base, assumption, number)
    assert scenario is not None
    _, choices = best_choices(scenario, plans, down_to_value(base.model.scenario))
    return any(choice.get(mission, "") == base.world.choice(mission) for choice in choices)


def check_alone(base: Base, plans: tuple[Plan, ...], found: Alone) -> None:
    assumption = found.assumption
    for number, world in found.looks:
        if number not in {flip.still for flip in found.flips if flip.still == flip.turned}:
            check_world(base, plans, world_of(base, assumption, number), world)
    for flip in found.flips:
        check_flip(base, plans, found, flip)
    missions = base.model.scenario.missions
    ends = {assumption.low, assumption.high}
    if found.is_line and all(world.has_plan for _, world in found.looks):
        turned = {flip.mission for flip in found.flips}
        for mission in set(missions) - turned:
            for end in ends:
                assert all(still_right(base, plans, assumption, mission, n) for n in between(assumption, end))


def check_flip(base: Base, plans: tuple[Plan, ...], found: Alone, flip: Flip) -> None:
    assumption = found.assumption
    if found.is_line or assumption.is_whole:
        assert still_right(base, plans, assumption, flip.mission, flip.still)
    if found.is_line:
        assert all(still_right(base, plans, assumption, flip.mission, n) for n in between(assumption, flip.still))
    if flip.still == flip.turned:
        scenario = world_of(base, assumption, flip.turned)
        assert scenario is not None
        _, choices = best_choices(scenario, plans, down_to_value(base.model.scenario))
        assert len({choice.get(flip.mission, "") for choice in choices}) > 1, "two decisions are as good at a turn"
    elif assumption.is_whole:
        assert abs(flip.still - flip.turned) == 1


@pytest.mark.parametrize("seed", range(6))
def test_each_number_alone(seed: int) -> None:
    base, plans = case(seed)
    for assumption in assumptions_of(base.model.scenario.book):
        check_alone(base, plans, alone(base, assumption, threading.Event()))


def test_the_books_have_turns_of_every_kind() -> None:
    """Otherwise the checks above would hold of nothing."""
    found = [
        (number, flip)
        for seed in range(6)
        for number in (
            alone(case(seed)[0], a, threading.Event()) for a in assumptions_of(case(seed)[0].model.scenario.book)
        )
        for flip in number.flips
    ]
    assert any(number.is_line and flip.still == flip.turned for number, flip in found)
    assert any(number.assumption.is_whole for number, _ in found)
    assert any(not number.is_line and not number.assumption.is_whole for number, _ in found)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 200))
def test_each_number_alone_in_many_books(seed: int) -> None:
    base, plans = case(seed)
    for assumption in assumptions_of(base.model.scenario.book):
        check_alone(base, plans, alone(base, assumption, threading.Event()))


@pytest.mark.parametrize("seed", range(6))
def test_draws_of_all_of_them(seed: int) -> None:
    base, plans = case(seed)
    assumptions = assumptions_of(base.model.scenario.book)
    for shares in spread_out(assumptions, 5, seed):
        numbers = numbers_of(assumptions, shares)
        world = base.draw(numbers, threading.Event())
        try:
            scenario: Scenario | None = imagined(base.model.scenario, numbers)
            assert scenario is not None
            refuse_errors(scenario, slips=False)
        except (ChangeError, InputError):
            scenario = None
        check_world(base, plans, scenario, world)
