"""A running plan made anew against brute force: every way to go on is tried, the independent check is the judge."""

from __future__ import annotations

from functools import cache

import pytest
from every_replan import Running, running_plan

from inzet.analyses.replan import Replanned, What, replan
from inzet.outcome import Status
from inzet.plan.ledger import Ledger
from inzet.plan.renewed import changes_made
from inzet.solve import prepare

SEEDS = (100, 102, 109, 111, 118, 122, 141, 144, 150, 154, 169, 184, 197, 209, 210, 217, 220, 225, 235)
"""Between them they have everything that can become of a contribution, and curves of up to four points."""


@cache
def made_anew(seed: int) -> tuple[Running, Replanned]:
    running = running_plan(seed)
    return running, replan(prepare(running.scenario), running.plan, gap=0.0)


def upto_value(found: Replanned) -> int:
    names = [{goal.goal.value for goal in goals} for goals in found.running.scenario.goals]
    return max((index for index, own in enumerate(names) if "value" in own), default=len(names) - 1) + 1


def check_seed(seed: int) -> None:
    running, found = made_anew(seed)
    kept = running.kept()
    if not kept:
        assert found.search.status is Status.INFEASIBLE
        assert found.curve == ()
        return
    ranks = upto_value(found)
    fewest = min(changes for changes, _ in kept)
    assert found.least.plan.changes == fewest
    assert found.least.plan.ledger.ranked == pytest.approx(min(r for c, r in kept if c == fewest), abs=1e-4)
    values = [(changes, tuple(round(rank, 5) for rank in ranked[:ranks])) for changes, ranked in kept]
    best = min(ranked for _, ranked in values)
    enough = min(changes for changes, ranked in values if ranked == best)
    assert [point.most for point in found.curve] == list(range(fewest, enough + 1))
    for point in found.curve:
        wanted = min(ranked for changes, ranked in values if changes <= point.most)
        assert point.plan.ledger.ranked[:ranks] == pytest.approx(wanted, abs=1e-4)
        assert changes_made(point.plan.ledger) == point.plan.changes <= point.most
        assert point.proven
    assert found.chosen is found.best


@pytest.mark.parametrize("seed", SEEDS)
def test_every_point_of_the_curve_is_the_best_there_is(seed: int) -> None:
    check_seed(seed)


@pytest.mark.parametrize("seed", SEEDS[:4])
def test_the_check_counts_changes_as_they_are_counted_by_hand(seed: int) -> None:
    running, _ = made_anew(seed)
    counts = [(changes_made(Ledger(running.scenario, plan)), changes) for plan, changes in running.every]
    assert len({changes for _, changes in counts}) > 1
    assert all(counted == by_hand for counted, by_hand in counts)


def test_everything_that_can_happen_is_tried() -> None:
    found = [made_anew(seed)[1] for seed in SEEDS]
    assert {turn.what for one in found for point in one.curve for turn in point.plan.turns} == set(What)
    assert {len(one.curve) for one in found} >= {1, 2, 3, 4}
    assert {one.held.ok for one in found} == {True, False}


@pytest.mark.parametrize("seed", [1, 9, 14])
def test_what_no_plan_can_repair_is_proven_to_be_so(seed: int) -> None:
    check_seed(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 400))
def test_every_point_of_the_curve_is_the_best_there_is_again_and_again(seed: int) -> None:
    check_seed(seed)
