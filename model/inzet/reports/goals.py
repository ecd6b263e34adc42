"""How good a plan is, goal by goal, in plain words: what it comes to, and what is proven about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from inzet.outcome import RankedGoal, Solution
from inzet.plan.ledger import Ledger
from inzet.reports.words import UNKNOWN, gap_words, rounded_away
from inzet.schema.rows import Goal, GoalName


@dataclass(frozen=True, slots=True)
class _Words:
    """How one goal is spoken of."""

    name: str
    unit: str
    best: str
    """What a proof says of the number."""
    bound: str
    """What a bound says; ``{}`` stands for the number with its unit."""
    decimals: int
    more_is_better: bool = False


_GOALS: dict[GoalName, _Words] = {
    GoalName.READINESS: _Words(
        "Readiness shortfall", "unit months", "the least possible", "every plan is short by at least {}", 0
    ),
    GoalName.VALUE: _Words("Value", "points", "the most possible", "no plan is worth more than {}", 1, True),
    GoalName.CHANGES: _Words("Changes to what runs", "changes", "the fewest possible", "every plan has at least {}", 0),
    GoalName.COST: _Words("Cost", "EUR million", "the least possible", "every plan costs at least {}", 1),
}


def goal_lines(solution: Solution, ledger: Ledger) -> Iterator[tuple[str, str]]:
    """Every ranked goal of a plan, as its name and a sentence about number and proof.

    The number is the ledger's, so that it is the one that the tables add up to. A goal that the search did not
    get to is named too.
    """
    for index, goals in enumerate(solution.scenario.goals):
        rank = solution.goals[index] if index < len(solution.goals) else None
        if len(goals) == 1:
            yield _single(goals[0], rank, ledger, first=index == 0)
        else:
            yield _several(goals, rank, ledger, first=index == 0)


def _single(goal: Goal, rank: RankedGoal | None, ledger: Ledger, *, first: bool) -> tuple[str, str]:
    words = _GOALS[goal.goal]
    amount = f"{ledger.goals[goal.goal]:,.{words.decimals}f} {words.unit}"
    if goal.weight == 0:
        return words.name, f"{amount}; its weight is 0, so it played no part."
    bound = None if rank is None or abs(rank.bound) > UNKNOWN else rank.bound / goal.weight
    said = None if bound is None else rounded_away(bound, words.decimals, upwards=words.more_is_better)
    sentence = None if said is None else words.bound.format(f"{said} {words.unit}")
    return words.name, f"{amount}; {_proof(rank, words.best, sentence, first=first)}"


def _several(goals: tuple[Goal, ...], rank: RankedGoal | None, ledger: Ledger, *, first: bool) -> tuple[str, str]:
    name = " and ".join(_GOALS[goal.goal].name.lower() for goal in goals)
    parts = [
        f"{ledger.goals[g.goal]:,.{_GOALS[g.goal].decimals}f} {_GOALS[g.goal].unit} (weight {g.weight:,g})"
        for g in goals
    ]
    known = rank is not None and abs(rank.bound) <= UNKNOWN
    sentence = f"no plan has a weighted sum below {rounded_away(rank.bound, 2, upwards=False)}" if rank and known else None
    amounts = f"{', '.join(parts)}, weighed together"
    return name.capitalize(), f"{amounts}; {_proof(rank, 'the best possible together', sentence, first=first)}"


def _proof(rank: RankedGoal | None, best: str, bound: str | None, *, first: bool) -> str:
    among = "" if first else " among plans as good in the goals above"
    if rank is None:
        return "the search was stopped before it came to this goal, so a plan that is better here may be easy to find."
    if rank.gap == 0:
        return f"proven to be {best}{among}."
    if bound is None:
        return "best found; how much better another plan could be is not known."
    gap = "" if rank.gap > 1 else f" (gap {gap_words(rank.gap)})"
    proven = "proven within the gap asked for" if rank.proven else "best found"
    return f"{proven}; {bound}{gap}{among and f', looking only{among}'}."
