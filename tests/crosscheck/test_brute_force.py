"""The model against brute force: every plan of a small random scenario is tried, with the ledger as the judge."""

from __future__ import annotations

from itertools import product

import pytest
from every_plan import small_scenario

from inzet.outcome import Contribution, Status
from inzet.plan.audit import audit, audited
from inzet.plan.ledger import Ledger
from inzet.scenario.scenario import Scenario
from inzet.schema.rows import GoalName
from inzet.solve import solve

Ranked = tuple[float, ...]


def best_by_enumeration(scenario: Scenario, sets: list[list[tuple[Contribution, ...]]]) -> Ranked | None:
    best: Ranked | None = None
    for parts in product(*sets):
        ledger = Ledger(scenario, tuple(contribution for part in parts for contribution in part))
        if audit(ledger).ok:
            ranked = tuple(
                round(sum(_signed(goal.goal) * goal.weight * ledger.goals[goal.goal] for goal in goals), 6)
                for goals in scenario.goals
            )
            best = ranked if best is None else min(best, ranked)
    return best


def _signed(goal: GoalName) -> int:
    return -1 if goal is GoalName.VALUE else 1


def check_seed(seed: int) -> None:
    scenario, sets = small_scenario(seed)
    best = best_by_enumeration(scenario, sets)
    solution = solve(scenario, gap=0.0)
    if best is None:
        assert solution.status is Status.INFEASIBLE
        return
    assert solution.status is Status.OPTIMAL
    ledger, _ = audited(solution)
    reached = tuple(
        sum(_signed(goal.goal) * goal.weight * ledger.goals[goal.goal] for goal in goals) for goals in scenario.goals
    )
    assert reached == pytest.approx(best, abs=1e-4)


@pytest.mark.parametrize("seed", range(50))
def test_the_best_plan_is_found(seed: int) -> None:
    check_seed(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1000, 1400))
def test_the_best_plan_is_found_again_and_again(seed: int) -> None:
    check_seed(seed)
