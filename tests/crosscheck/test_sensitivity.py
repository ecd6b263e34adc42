"""Every exact curve against brute force: every plan of a small random scenario is tried at every setting."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from itertools import product

import pytest
from every_plan import per_mission, small_scenario
from few_stays import few_and_large

from inzet.analyses.decisions import down_to_value
from inzet.analyses.sensitivity.asking import Asking
from inzet.analyses.sensitivity.criticality import FUND, REFUSED, SHARE, UNIT, Outcome, Taken, criticality
from inzet.analyses.sensitivity.curve import Curve, Sort, Step, reserve_is_kept
from inzet.analyses.sensitivity.money import COARSE, budget_curve, purse_of
from inzet.analyses.sensitivity.units import NOT_ASKED, RESERVE, Chain, readiness_chain, supply_chain, unit_curve
from inzet.analyses.sensitivity.weights import scale_of, weight_curve
from inzet.errors import UsageError
from inzet.outcome import Contribution
from inzet.plan.audit import audit
from inzet.plan.ledger import Ledger
from inzet.scenario import changes as make
from inzet.scenario.changes import what_if
from inzet.scenario.checks import make_scenario
from inzet.scenario.scenario import Scenario
from inzet.solve import prepare

FEW = 120
"""Books with no more plans than this are tried at every setting."""
Plan = tuple[Contribution, ...]
Ranked = tuple[float, ...]


@cache
def book(seed: int) -> tuple[Scenario, tuple[Plan, ...]]:
    """The first small enough book from a seed on, with all its plans, whether or not they keep the rules."""
    for attempt in range(400):
        scenario, sets = small_scenario(seed + 10_000 * attempt)
        if math.prod(map(len, sets)) <= FEW:
            return scenario, tuple(tuple(c for part in parts for c in part) for parts in product(*sets))
    raise AssertionError("the generator makes no small plans any more")


@cache
def large(seed: int) -> tuple[Scenario, tuple[Plan, ...]]:
    """A book of few stays, to each of which many units can be assigned, with all its plans."""
    scenario, _ = make_scenario(few_and_large(seed))
    sets = [per_mission(scenario, name) for name in scenario.missions]
    return scenario, tuple(tuple(c for part in parts for c in part) for parts in product(*sets))


Drawn = tuple[Scenario, tuple[Plan, ...]]
"""A scenario with all its plans."""


def kept(scenario: Scenario, plans: tuple[Plan, ...]) -> Iterator[Ledger]:
    """The reckonings of the plans that keep every rule."""
    for plan in plans:
        ledger = Ledger(scenario, plan)
        if audit(ledger).ok:
            yield ledger


def upto_value(scenario: Scenario, ledger: Ledger) -> Ranked:
    return tuple(round(rank, 5) for rank in ledger.ranked[: down_to_value(scenario)])


def best(scenario: Scenario, plans: tuple[Plan, ...]) -> Ranked | None:
    return min((upto_value(scenario, ledger) for ledger in kept(scenario, plans)), default=None)


def step_at(curve: Curve, setting: float) -> Step:
    return next(step for step in reversed(curve.steps) if step.holds(setting))


def check_plan(step: Step, wanted: Ranked | None, scenario: Scenario) -> None:
    assert step.proven
    if wanted is None:
        assert step.sort is Sort.NONE
        return
    assert step.ledger is not None
    # The plan of the step can be carried out at this very setting, and is as good as any there.
    there = Ledger(scenario, step.ledger.contributions)
    assert audit(there).ok
    assert there.ranked[: down_to_value(scenario)] == pytest.approx(wanted, abs=1e-4)


def check_between(curve: Curve, number: int, wanted: Ranked | None) -> None:
    """A number beyond what was asked for is as good as what lies below it at least, and at most as what lies above."""
    assert number > max(2 * curve.now, curve.now + 2)
    ranks = down_to_value(curve.scenario)
    below, above = (
        [s.ledger.ranked[:ranks] for s in curve.planned if s.ledger and (s.first > number) is higher]
        for higher in (False, True)
    )
    if wanted is None:
        assert not below, "where there is a plan with fewer there is one with more"
        return
    assert tuple(round(rank, 5) for rank in above[0]) <= wanted
    assert not below or wanted <= tuple(round(rank, 5) for rank in below[-1])


def more_than_any_plan_uses(chain: Chain, plans: tuple[Plan, ...]) -> int:
    """A number of units above which no plan is any better: as many as the largest takes, reserve and tasks besides."""
    base = chain.base
    taken = max(
        base.supply(chain.what, month) - Ledger(base, plan).idle(chain.what, month)
        for plan in plans
        for month in base.horizon
    )
    wanted = sum(n for (unit, _, _), n in base.commitments.items() if unit == chain.what)
    return chain.now + taken + max(base.reserve(chain.what, month) for month in base.horizon) + wanted


def check_chain(chain: Chain, plans: tuple[Plan, ...]) -> Curve:
    curve = unit_curve(chain, Asking())
    assert curve.complete
    assert curve.steps[0].first == 0
    highest = max(max(s.first, s.last or 0) for s in curve.steps)
    beyond = 2 if curve.steps[-1].last is None else 0
    numbers = {*range(round(highest) + beyond + 1)}
    if beyond:
        numbers.add(more_than_any_plan_uses(chain, plans))
    for number in sorted(numbers):
        at = chain.at(number)
        step = step_at(curve, number)
        if step.reason == RESERVE and chain.base.shortage_allowed:
            assert step.sort is Sort.OPEN
            continue
        wanted = best(at, plans)
        if step.reason == NOT_ASKED:
            check_between(curve, number, wanted)
            continue
        check_plan(step, wanted, at)
    for below, above in zip(curve.steps, curve.steps[1:], strict=False):
        assert below.last is not None
        assert above.first == below.last + 1
    return curve


def check_supply(drawn: Drawn) -> list[Curve]:
    scenario, plans = drawn
    window = (scenario.horizon[0], scenario.horizon[-1])
    part = (scenario.horizon[1], scenario.horizon[min(2, len(scenario.horizon) - 1)])
    chains = [supply_chain(scenario, unit, part if unit == "PATROL" else window) for unit in scenario.units]
    return [check_chain(chain, plans) for chain in chains]


def check_readiness(drawn: Drawn) -> list[Curve]:
    scenario, plans = drawn
    window = (scenario.horizon[0], scenario.horizon[-1])
    found = []
    for unit, tier in sorted({(unit, tier) for unit, tier, _ in scenario.commitments}):
        found.append(check_chain(readiness_chain(scenario, unit, tier, window), plans))
    return found


def staircase(scenario: Scenario, plans: tuple[Plan, ...], fund: str) -> list[tuple[float, Ranked]]:
    """Least money and what it brings, from the lowest on, with the ledger as the judge."""
    years = {year: row for (name, year), row in scenario.funds.items() if name == fund}
    total = sum(row.budget for row in years.values())
    rich = what_if(scenario, [c for year in years for c in make.more_money(scenario.book, fund, year, 1e9)])
    found = []
    for ledger in kept(rich, plans):
        shares = [
            Fraction(round(ledger.spent(fund, year) + row.reserve), round(row.budget)) for year, row in years.items()
        ]
        found.append((float(max(shares, default=Fraction(0)) * round(total)), upto_value(scenario, ledger)))
    steps: list[tuple[float, Ranked]] = []
    for money, ranked in sorted(found):
        if not steps or ranked < steps[-1][1]:
            if steps and steps[-1][0] == money:
                steps.pop()
            steps.append((money, ranked))
    return steps


def check_money(drawn: Drawn) -> Curve:
    scenario, plans = drawn
    model = prepare(scenario)
    purse = purse_of(model, "BIV")
    curve = budget_curve(purse, Asking())
    wanted = staircase(scenario, plans, "BIV")
    assert curve.complete
    assert all(step.proven for step in curve.steps)
    if not wanted:
        assert [step.sort for step in curve.steps] == [Sort.NONE]
        return curve
    planned = curve.planned
    assert purse.lattice >= COARSE
    assert [step.first for step in planned] == pytest.approx([money for money, _ in wanted], abs=1.0)
    for step, (_, ranked) in zip(planned, wanted, strict=True):
        assert step.ledger is not None
        assert step.ledger.ranked[: down_to_value(scenario)] == pytest.approx(ranked, abs=1e-4)
    assert planned[-1].last is None
    return curve


def check_weight(drawn: Drawn) -> Curve | None:
    scenario, plans = drawn
    model = prepare(scenario)
    try:
        scale = scale_of(model, "A")
    except UsageError:
        return None
    curve = weight_curve(scale, Asking())
    assert curve.complete
    if best(scenario, plans) is None:
        assert [step.sort for step in curve.steps] == [Sort.NONE]
        return curve
    bends = [step.first for step in curve.steps[1:]]
    grid = [scale.most * n / 12 for n in range(13)]
    for weight in sorted({*grid, *bends}):
        at = scale.at(weight)
        wanted = best(at, plans)
        check_plan(step_at(curve, weight), wanted, at)
        for step in curve.steps:
            if wanted is not None and weight in (step.first, step.last):
                check_plan(step, wanted, at)
    for below, above in zip(curve.steps, curve.steps[1:], strict=False):
        assert above.confirmed
        # On either side of a bend the plan of the other side is worse.
        assert below.ledger is not None
        assert above.ledger is not None
        middle = scale.at((above.first + (above.last or scale.most)) / 2)
        ranks = [Ledger(middle, step.ledger.contributions).ranked for step in (below, above) if step.ledger]
        assert ranks[1][: scale.rank + 1] < ranks[0][: scale.rank + 1]
    return curve


def check_outcome(taken: Taken, now: Ranked, wanted: Ranked | None) -> None:
    assert taken.proven
    if wanted is None:
        assert taken.outcome is Outcome.NO_PLAN
        return
    free = wanted == pytest.approx(now, abs=1e-4)
    assert taken.outcome is (Outcome.FREE if free else Outcome.COSTS)


def check_losses(seed: int) -> None:
    scenario, plans = book(seed)
    window = (scenario.horizon[0], scenario.horizon[-1])
    model = prepare(scenario)
    plan = model.ask(gap=0.0)
    if not plan.status.has_plan:
        return
    found = criticality(model, plan, window, asking := Asking())
    assert found.solves == asking.solves == sum(taken.asked for taken in found.taken)
    now = best(scenario, plans)
    assert now is not None
    orders, refused = [], []
    for taken in found.taken:
        if taken.sort == UNIT:
            changes = make.more_units(scenario.book, taken.what, *window, -1)
        else:
            assert taken.sort == FUND
            years = [(year, row.budget) for (name, year), row in scenario.funds.items() if name == taken.what]
            parts = [make.more_money(scenario.book, taken.what, year, -SHARE * euro) for year, euro in years]
            changes = tuple(change for part in parts for change in part)
        there = what_if(scenario, changes)
        wanted = best(there, plans)
        if taken.reason == REFUSED:
            assert there.shortage_allowed
            assert taken.outcome is Outcome.OPEN
            refused.append(taken)
            continue
        check_outcome(taken, now, wanted)
        check_plan(Step(0.0, 0.0, taken.solution, taken.ledger, ruled_out=taken.ruled_out), wanted, there)
        orders.append((wanted is not None, tuple(a - b for a, b in zip(now, wanted, strict=True)) if wanted else ()))
    rounded = [(known, tuple(round(part, 3) for part in lost)) for known, lost in orders]
    assert rounded == sorted(rounded), "the worst first"
    assert refused == list(found.taken[len(rounded) :]), "what is not known comes last"


SEEDS = range(8)
LARGE = (*range(8), 9, 11)
"""Among them are books in which units, or money, go further than there are columns."""
LACKING = 7


def test_supply_and_readiness_curves_are_the_best_there_is() -> None:
    curves = [curve for seed in SEEDS for curve in (*check_supply(book(seed)), *check_readiness(book(seed)))]
    assert any(step.sort is Sort.NONE for curve in curves for step in curve.steps)
    assert max(len(curve.steps) for curve in curves) >= 3
    assert sum(curve.solves for curve in curves) < 0.8 * sum(curve.points for curve in curves)


def test_staircases_over_money_are_exact() -> None:
    curves = [check_money(book(seed)) for seed in SEEDS]
    assert max(len(curve.planned) for curve in curves) >= 3


def test_weights_are_exact() -> None:
    curves = [curve for seed in SEEDS if (curve := check_weight(book(seed))) is not None]
    assert max(len(curve.steps) for curve in curves) >= 2


def test_curves_where_stays_are_few_and_large() -> None:
    """One column may be many units: the upper end must be above them all."""
    supplies = [curve for seed in LARGE for curve in (*check_supply(large(seed)), *check_readiness(large(seed)))]
    money = [check_money(large(seed)) for seed in LARGE]
    assert any(len(curve.planned) >= 3 for curve in supplies)
    assert any(len(curve.planned) >= 3 for curve in money)


@pytest.mark.parametrize("seed", SEEDS)
def test_losses_are_the_best_there_is(seed: int) -> None:
    check_losses(seed)


def test_a_reserve_that_is_lacked_is_counted_where_a_shortage_is_allowed() -> None:
    """The book of this seed has a unit type of which everything is reserve, so that one fewer is one too few."""
    scenario, _ = book(LACKING)
    window = (scenario.horizon[0], scenario.horizon[-1])
    assert scenario.shortage_allowed
    assert not reserve_is_kept(
        what_if(scenario, make.more_units(scenario.book, "EXPERT", *window, -1)), "EXPERT", window
    )
    check_losses(LACKING)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 220))
def test_every_curve_again_and_again(seed: int) -> None:
    check_supply(book(seed))
    check_readiness(book(seed))
    check_money(book(seed))
    check_weight(book(seed))
    check_losses(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 160))
def test_curves_where_stays_are_few_and_large_again_and_again(seed: int) -> None:
    check_supply(large(seed))
    check_readiness(large(seed))
    check_money(large(seed))
