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

from inzet.analyses.assumptions.alone import FINE, Alone, Span, alone
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

FEW = 60
SEEDS = (0, 4, 6, 7, 11, 50)
"""Between them they have turns of every kind."""
ABOUT = (
    ("Interests", "weight"),
    ("Supply", "units"),
    ("Readiness", "units"),
    ("Funds", "budget"),
    ("Costs", "amount"),
    ("Rules", "price"),
    ("Rules", "amount"),
)
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


def check_world(
    base: Base, plans: tuple[Plan, ...], scenario: Scenario | None, world: World, *, near: bool = True
) -> None:
    if scenario is None:
        assert "contradict" in world.reason
        return
    goals = down_to_value(base.model.scenario)
    best, choices = best_choices(scenario, plans, goals)
    assert world.has_plan == bool(best), world.reason
    if best:
        assert world.proven
        assert world.choices in choices
        if near and base.world.choices in choices:
            assert world.choices == base.world.choices, "what is as good as the plan is decided as the plan does"


def numbers(assumption: Assumption, found: Alone) -> Iterator[float]:
    """Numbers to try: every whole one; else some all over the range, and the ends of all parts."""
    if assumption.is_whole:
        yield from map(float, range(int(assumption.low), int(assumption.high) + 1))
    else:
        yield from np.linspace(assumption.low, assumption.high, 4)
        yield from {end for span in found.spans for end in (span.first, (span.first + span.last) / 2, span.last)}


def parts_at(found: Alone, number: float) -> list[Span]:
    return [span for span in found.spans if span.first <= number <= span.last]


def check_alone(base: Base, plans: tuple[Plan, ...], found: Alone) -> None:
    """Every part holds at every number of it, and what is called exact leaves none out."""
    assumption = found.assumption
    for number in numbers(assumption, found):
        scenario = world_of(base, assumption, number)
        parts = parts_at(found, number)
        for part in parts:
            # Where two parts meet both are as good, the one that decides otherwise as well.
            check_world(base, plans, scenario, part.world, near=len(parts) == 1)
        if found.is_exact and not parts:
            assert not assumption.is_whole
            near = min(min(abs(number - span.first), abs(number - span.last)) for span in found.spans)
            assert near <= 3 * (assumption.high - assumption.low) / FINE
    for mission in base.model.scenario.missions:
        check_flips(base, found, mission)


def check_flips(base: Base, found: Alone, mission: str) -> None:
    """The turns of a decision are where its parts say so, all of them."""
    turned = [flip for flip in found.flips if flip.mission == mission]
    now, was = found.assumption.now, base.world.choice(mission)
    for span in found.spans:
        # Where two parts meet in one number, both decisions are as good there.
        is_meeting = span.first == span.last and not found.assumption.is_whole
        if span.world.has_plan and not span.first <= now <= span.last and not is_meeting:
            inside = [f for f in turned if min(f.turned, f.until) <= span.first and span.last <= max(f.turned, f.until)]
            assert {flip.becomes for flip in inside} == ({span.world.choice(mission)} - {was})


def some_numbers(base: Base) -> list[Assumption]:
    """The first number of every kind."""
    every = assumptions_of(base.model.scenario.book)
    return [
        next(a for a in every if (a.sheet, a.column) == kind) for kind in {(a.sheet, a.column): None for a in every}
    ]


@cache
def alone_in(seed: int) -> list[Alone]:
    base, _ = case(seed)
    return [alone(base, assumption, threading.Event()) for assumption in some_numbers(base)]


@pytest.mark.parametrize("seed", SEEDS)
def test_each_number_alone(seed: int) -> None:
    for found in alone_in(seed):
        check_alone(*case(seed), found)


def test_the_books_have_turns_of_every_kind() -> None:
    """Otherwise the checks above would hold of nothing."""
    found = [(number, flip) for seed in SEEDS for number in alone_in(seed) for flip in number.flips]
    assert any(flip.still == flip.turned for _, flip in found), "two plans are as good at a turn"
    assert any(number.assumption.is_whole for number, _ in found)
    assert any(flip.still != flip.turned and not number.assumption.is_whole for number, flip in found)
    ends = [(flip.until, {number.assumption.low, number.assumption.high}) for number, flip in found]
    assert any(until not in both for until, both in ends), "some turn back"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 200))
def test_each_number_alone_in_many_books(seed: int) -> None:
    base, plans = case(seed)
    for assumption in assumptions_of(base.model.scenario.book):
        check_alone(base, plans, alone(base, assumption, threading.Event()))


def test_costs_and_points_that_cancel_leave_nothing_behind() -> None:
    """Counted as one goal they may differ by a last bit, which the solver would refuse."""
    base, plans = case(140)
    weight = next(a for a in assumptions_of(base.model.scenario.book) if a.name == "Interests B weight")
    scenario = world_of(base, weight, 0.0)
    assert scenario is not None
    check_world(base, plans, scenario, base.searched(prepare(scenario), threading.Event()))


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
