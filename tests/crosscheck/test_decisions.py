"""Decisions turned around, and the weights at which they turn, against brute force over every plan."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import product

import pytest
from every_plan import small_scenario

from inzet.analyses.decisions import Decision, Firmness, Turning, Verdict, decisions, missions_in
from inzet.analyses.dials import HEAVIEST, threshold, weight_dial
from inzet.analyses.proving import Prover
from inzet.analyses.threshold import Point, first_turn
from inzet.outcome import Solution
from inzet.plan.audit import audit
from inzet.plan.ledger import Ledger
from inzet.scenario import changes
from inzet.scenario.changes import what_if
from inzet.scenario.scenario import Scenario
from inzet.schema.rows import GoalName
from inzet.solve import Model, prepare

SEEDS = [seed for seed in range(60) if seed % 5 != 2][:24]


@dataclass(frozen=True)
class Plan:
    """A plan that keeps every rule: its goals down to value, smallest best, and the missions that are in."""

    goals: tuple[float, ...]
    missions: frozenset[str]
    ledger: Ledger


@dataclass(frozen=True)
class Case:
    scenario: Scenario
    plans: tuple[Plan, ...]
    model: Model
    best: Solution
    found: dict[str, Decision]


def signed(ledger: Ledger, ranks: int) -> tuple[float, ...]:
    return tuple(
        round(sum((-1 if g.goal is GoalName.VALUE else 1) * g.weight * ledger.goals[g.goal] for g in goals), 6)
        for goals in ledger.scenario.goals[:ranks]
    )


@cache
def case(seed: int) -> Case | None:
    scenario, sets = small_scenario(seed)
    model = prepare(scenario)
    best = model.ask(gap=0.0)
    if not best.status.has_plan:
        return None
    ranks = Turning(model, best).ranks
    plans = []
    for parts in product(*sets):
        ledger = Ledger(scenario, tuple(contribution for part in parts for contribution in part))
        if audit(ledger).ok:
            plans.append(Plan(signed(ledger, ranks), frozenset(missions_in(ledger)), ledger))
    found = {decision.mission: decision for decision in decisions(model, best, gap=0.0)}
    return Case(scenario, tuple(plans), model, best, found)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_margin_is_what_the_best_plan_the_other_way_loses(seed: int) -> None:
    known = case(seed)
    if known is None:
        pytest.skip("no plan to turn around")
    best = min(plan.goals for plan in known.plans)
    for mission, decision in known.found.items():
        if decision.firmness is Firmness.FIXED:
            continue
        other = [p for p in known.plans if (mission in p.missions) is (decision.verdict is Verdict.OUT)]
        if not other:
            assert decision.firmness is Firmness.FIRM
            continue
        lost = [turned - now for turned, now in zip(min(p.goals for p in other), best, strict=True)]
        weights = [goals[0].weight if len(goals) == 1 else 1.0 for goals in known.scenario.goals]
        expected = next((part / w for part, w in zip(lost, weights, strict=False) if abs(part) > 1e-5), 0.0)
        assert decision.margin == pytest.approx(expected, abs=1e-4), mission
        assert (decision.firmness is Firmness.TIE) is (expected == 0.0)


def first_turn_by_enumeration(known: Case, decision: Decision, interest: str) -> float | None:
    """The nearest weight at which a plan with the decision turned is worth as much as any other."""
    now = known.scenario.interests[interest].weight
    heavier = what_if(known.scenario, changes.weight(known.scenario.book, interest, now + 1))
    least = min(plan.goals[:-1] for plan in known.plans)
    lines: dict[bool, set[tuple[float, float]]] = {True: set(), False: set()}
    for plan in known.plans:
        if plan.goals[:-1] == least:
            after = signed(Ledger(heavier, plan.ledger.contributions), len(plan.goals))[-1]
            turned = (decision.mission in plan.missions) is (decision.verdict is Verdict.OUT)
            lines[turned].add((-plan.goals[-1], round(plan.goals[-1] - after, 6)))
    up = decision.verdict is Verdict.OUT
    candidates = sorted(
        abs(by)
        for a, s in lines[True]
        for b, r in lines[False]
        if s != r and (by := (b - a) / (s - r)) * (1 if up else -1) >= 0 and abs(by) <= (HEAVIEST - now if up else now)
    )
    for distance in candidates:
        by = distance if up else -distance
        if highest(lines[True], by) >= highest(lines[False], by) - 1e-6:
            return now + by
    return None


def highest(lines: Iterable[tuple[float, float]], by: float) -> float:
    return max(at + slope * by for at, slope in lines)


@pytest.mark.parametrize("seed", [0, 1, 3, 5, 8, 10, 11, 13])
def test_the_weight_at_which_a_decision_turns_is_exact(seed: int) -> None:
    known = case(seed)
    if known is None:
        pytest.skip("no plan to turn around")
    turning = Turning(known.model, known.best)
    for decision in known.found.values():
        if decision.firmness is not Firmness.COSTS or decision.deciding is None:
            continue
        prover = Prover(turning, decision)
        if decision.deciding.goal != known.best.goals[turning.ranks - 1].name:
            continue
        expected = first_turn_by_enumeration(known, decision, "A")
        answers = threshold(prover, weight_dial(prover, "A"), threading.Event())
        assert [a.number for a in answers] == ([] if expected is None else [pytest.approx(expected, abs=1e-4)])


def lines_at(kept: list[tuple[float, float]], turned: list[tuple[float, float]], by: float) -> Point:
    values = []
    for lines in (kept, turned):
        at, slope = max(lines, key=lambda line: (line[0] + line[1] * by, line[1]))
        values += [at + slope * by, slope]
    return Point(by, *values)


@pytest.mark.parametrize("seed", range(40))
def test_first_turn_finds_the_first_meeting_of_two_bent_lines(seed: int) -> None:

    rng = random.Random(seed)
    kept = [(float(rng.randint(5, 30)), float(rng.randint(0, 5))) for _ in range(rng.randint(1, 6))]
    turned = [(float(rng.randint(-30, 4)), float(rng.randint(0, 9))) for _ in range(rng.randint(1, 6))]
    end, asked = 20.0, []

    def compare(by: float) -> Point:
        asked.append(by)
        return lines_at(kept, turned, by)

    found = first_turn(compare, compare(0.0), end)
    meetings = sorted((b - a) / (s - r) for a, s in turned for b, r in kept if s != r and 0 <= (b - a) / (s - r) <= end)
    gaps = (by for by in meetings if highest(turned, by) >= highest(kept, by) - 1e-9)
    expected = next(gaps, None)
    assert (found and found.at) == (None if expected is None else pytest.approx(expected))
    assert len(asked) < 20
