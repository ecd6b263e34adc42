"""Weights and scores: the exact setting at which a decision turns, confirmed by solving on either side of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from inzet.analyses.decisions import Firmness, Verdict
from inzet.analyses.proving import Answers, Prover
from inzet.analyses.threshold import Point, UnprovenError, first_turn
from inzet.analyses.what_if import WhatIf, WhatIfKind
from inzet.edits import Edit, bend, choose_none_of, choose_one_of, first_goals
from inzet.outcome import Status
from inzet.problem import Floats
from inzet.scenario import changes as make
from inzet.scenario.changes import Changes, what_if
from inzet.solve import prepare, stay_column

HEAVIEST = 1000.0
"""The largest weight that the workbook takes."""
BESIDE = 1e-3
"""A threshold is confirmed by solving at this share of it on either side."""


@dataclass(frozen=True, slots=True)
class Dial:
    """A weight or a score.

    Attributes:
        kind: weight or score.
        what: the interest.
        now: what stands in the workbook.
        most: the largest value that the workbook takes.
        turn_to: the change to the workbook that sets another value.
    """

    kind: WhatIfKind
    what: str
    now: float
    most: float
    turn_to: Callable[[float], Changes]


def weight_dial(prover: Prover, interest: str) -> Dial:
    """The weight of an interest."""
    now = prover.scenario.interests[interest].weight
    return Dial(WhatIfKind.WEIGHT, interest, now, HEAVIEST, partial(make.weight, prover.book, interest))


def score_dial(prover: Prover, interest: str) -> Dial:
    """The score of the decision's mission for an interest."""
    mission = prover.decision.mission
    now = prover.scenario.score(mission, interest)
    return Dial(WhatIfKind.SCORE, interest, now, 1.0, partial(make.score, prover.book, mission, interest))


def threshold(prover: Prover, dial: Dial, stop: threading.Event) -> Answers:
    """The nearest setting of a dial at which the decision turns: upwards for what is out, else downwards.

    None when a goal above value is lost, for no weight makes up for that, or when no setting turns it.
    """
    decision = prover.decision
    value = prover.turning.plan.goals[prover.ranks - 1].name
    if decision.firmness is not Firmness.COSTS or decision.deciding is None or decision.deciding.goal != value:
        return ()
    sign = 1.0 if decision.verdict is Verdict.OUT else -1.0
    end = dial.most - dial.now if sign > 0 else dial.now
    if end <= 0:
        return ()
    direction = _direction(prover, dial, sign)
    try:
        start = _compare(prover, direction, 0.0, stop)
        found = first_turn(lambda by: _compare(prover, direction, by, stop), start, end)
    except UnprovenError:
        return ()
    return () if found is None else _confirmed(prover, dial, dial.now + sign * found.at, sign, stop)


def _direction(prover: Prover, dial: Dial, sign: float) -> Floats:
    """What one unit of the dial adds to the goal that value is part of; the worth of a plan is linear in it."""
    step = min(1.0, dial.most - dial.now if sign > 0 else dial.now)
    other = prepare(what_if(prover.scenario, dial.turn_to(dial.now + sign * step)))
    rank = prover.ranks - 1
    difference: Floats = (other.problem.goals[rank] - prover.model.problem.goals[rank]) / step
    return difference


def _compare(prover: Prover, direction: Floats, by: float, stop: threading.Event) -> Point:
    """Both questions solved at a distance, with their slopes."""
    bent = (bend(prover.ranks - 1, direction, by), first_goals(prover.ranks))
    worth = []
    for edit in (_kept(prover), prover.turn):
        found = prover.model.ask(*bent, edit, gap=0.0, stop=stop)
        if found.status is not Status.OPTIMAL:
            raise UnprovenError
        goal = found.goals[prover.ranks - 1]
        slope = sum(
            direction[index] * found.columns.get(name, 0.0)
            for index, name in enumerate(prover.model.problem.columns)
            if direction[index]
        )
        # In the sense of "more is better", whatever the goal.
        worth += [goal.claimed if goal.more_is_better else -goal.claimed, -float(slope)]
    return Point(by, *worth)


def _kept(prover: Prover) -> Edit:
    """The edit that keeps the decision as it is."""
    decision = prover.decision
    columns = [stay_column(stay) for stay in prover.turning.stays_of(decision.mission, decision.option)]
    return choose_none_of(columns) if decision.verdict is Verdict.OUT else choose_one_of(columns)


def _confirmed(prover: Prover, dial: Dial, at: float, sign: float, stop: threading.Event) -> Answers:
    """The threshold, when solving on either side of it shows that the decision turns there."""
    at = float(np.round(at, 9))
    hair = max(abs(at), 1.0) * BESIDE
    before, after = at - sign * hair, min(max(at + sign * hair, 0.0), dial.most)
    if sign * (before - dial.now) > 0:
        still = prover.after(dial.turn_to(before), stop)
        if still is None or still[0] is not prover.decision.verdict:
            return ()
    answer = WhatIf(dial.kind, dial.what, number=at, was=dial.now, changes=dial.turn_to(after))
    return prover.proven(answer, stop)
