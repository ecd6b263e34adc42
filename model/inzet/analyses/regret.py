"""Regret: what is lost when a plan was made for one world and another one comes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import islice

from inzet.analyses.decisions import HAIR, down_to_value, weight_of
from inzet.outcome import Solution
from inzet.plan.audit import Finding, audit
from inzet.plan.ledger import Ledger
from inzet.scenario.scenario import Scenario, Stay
from inzet.schema.rows import GoalName


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule of a world that a plan breaks there.

    Attributes:
        rule: the rule.
        times: how many times it is broken.
        example: the worst breach, in a sentence.
    """

    rule: str
    times: int
    example: str


@dataclass(frozen=True, slots=True)
class Regret:
    """A plan in another world than the one it was made for.

    Attributes:
        value: points of the plan under the weights, scores and rules of that world.
        best: points of the best plan of that world.
        loss: what the plan loses in points against that; below 0 when it has more, as a plan may that does not hold.
        goal: the first goal in that world's order, down to value, in which the two differ by more than the gap of the
            best plan; empty for a tie.
        amount: how much worse the plan is in that goal, in its unit; below 0 when it is better.
        broken: the rules of that world that the plan breaks; then it cannot be carried out as it is.
        unknown: contributions that cannot be made there at all, for the option is not there or does not run; the plan
            is valued without them.
    """

    value: float
    best: float
    loss: float
    goal: str
    amount: float
    broken: tuple[Broken, ...]
    unknown: tuple[str, ...]

    @property
    def tie(self) -> bool:
        """Whether the plan is as good as the best of that world, as far as can be told."""
        return not self.goal

    @property
    def holds(self) -> bool:
        """Whether the plan can be carried out in that world as it is."""
        return not self.broken and not self.unknown


def regret(plan: Ledger, best: Ledger, proof: Solution) -> Regret:
    """What a plan loses in a world against that world's best plan.

    Args:
        plan: the plan, made for a world of its own.
        best: the best plan of the world that comes.
        proof: how well that one is known to be the best.
    """
    world, points = best.scenario, best.goals[GoalName.VALUE]
    there = Ledger(world, tuple(c for c in plan.contributions if is_known(world, c.stay)))
    goal, amount = _deciding(there, best, proof)
    return Regret(
        value=there.goals[GoalName.VALUE],
        best=points,
        loss=_clean(points - there.goals[GoalName.VALUE], points),
        goal=goal,
        amount=amount,
        broken=_broken(audit(there).findings),
        unknown=tuple(str(c.stay) for c in plan.contributions if not is_known(world, c.stay)),
    )


def is_known(world: Scenario, stay: Stay) -> bool:
    """Whether a contribution can be valued in a world: the option is there, and runs there when it goes on."""
    if (stay.mission, stay.option) not in world.options:
        return False
    return not stay.running or world.missions[stay.mission].running_since is not None


def _deciding(there: Ledger, best: Ledger, proof: Solution) -> tuple[str, float]:
    """The first goal, down to value, in which two plans differ by more than the gap, and by how much; or a tie."""
    gaps = {goal.name: goal.gap for goal in proof.goals}
    ranks = zip(best.scenario.goals, there.ranked, best.ranked, strict=True)
    for goals, mine, theirs in islice(ranks, down_to_value(best.scenario)):
        name = " + ".join(goal.goal.value for goal in goals)
        more = mine - theirs
        if abs(more) > max(HAIR * max(1.0, abs(theirs)), gaps.get(name, 0.0) * abs(theirs)):
            return name, more / weight_of(goals)
    return "", 0.0


def _clean(loss: float, points: float) -> float:
    return 0.0 if abs(loss) <= HAIR * max(1.0, abs(points)) else loss


def _broken(findings: tuple[Finding, ...]) -> tuple[Broken, ...]:
    times = Counter(finding.rule for finding in findings)
    worst: dict[str, Finding] = {}
    for finding in findings:
        if finding.rule not in worst or finding.excess > worst[finding.rule].excess:
            worst[finding.rule] = finding
    return tuple(Broken(rule, number, worst[rule].sentence) for rule, number in times.items())
