"""How good a plan is, goal by goal, in plain words: what it comes to, and what is proven about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from inzet.outcome import RankedGoal, Solution
from inzet.plan.ledger import Ledger
from inzet.reports.words import UNKNOWN, gap_words, is_exact, rounded_away
from inzet.schema.rows import Goal, GoalName


@dataclass(frozen=True, slots=True)
class _Words:
    """How one goal is spoken of.

    Attributes:
        name: what it is.
        amount: a number with its unit.
        best: what a proof says of the number.
        bound: what a bound says.
        decimals: how many are shown.
        more_is_better: whether planners want more of it.
    """

    name: str
    amount: str
    best: str
    bound: str
    decimals: int
    more_is_better: bool = False

    def say(self, number: float) -> str:
        """A number with its unit."""
        text = f"{number:,.{self.decimals}f}"
        said = self.amount.format(text)
        return said.removesuffix("s") if text == "1" else said

    def say_bound(self, bound: float) -> str:
        """A bound, rounded so that it still is one."""
        return self.bound.format(self.amount.format(rounded_away(bound, self.decimals, upwards=self.more_is_better)))


GOAL_WORDS: dict[GoalName, _Words] = {
    GoalName.SHORTAGE: _Words(
        "Units too few", "{} unit months, as they are priced", "the fewest possible", "every plan lacks at least {}", 1
    ),
    GoalName.READINESS: _Words(
        "Readiness shortfall", "{} unit months", "the least possible", "every plan is short by at least {}", 0
    ),
    GoalName.VALUE: _Words("Value", "{} points", "the most possible", "no plan is worth more than {}", 1, True),
    GoalName.CHANGES: _Words(
        "Changes to what runs", "{} changes", "the fewest possible", "every plan has at least {}", 0
    ),
    GoalName.COST: _Words("Cost", "EUR {} million", "the least possible", "every plan costs at least {}", 1),
    GoalName.START: _Words(
        "Later starts", "{} months after the first, added up", "the earliest possible", "every plan has at least {}", 0
    ),
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
    words = GOAL_WORDS[goal.goal]
    amount = words.say(ledger.goals[goal.goal])
    if goal.weight == 0:
        return words.name, f"{amount}; its weight is 0, so it played no part."
    bound = words.say_bound(rank.bound / goal.weight) if rank is not None and abs(rank.bound) <= UNKNOWN else None
    return words.name, f"{amount}; {_proof(rank, words.best, bound, first=first)}"


def _several(goals: tuple[Goal, ...], rank: RankedGoal | None, ledger: Ledger, *, first: bool) -> tuple[str, str]:
    name = " and ".join(GOAL_WORDS[goal.goal].name.lower() for goal in goals)
    parts = [f"{GOAL_WORDS[goal.goal].say(ledger.goals[goal.goal])} (weight {goal.weight:,g})" for goal in goals]
    bound = None
    if rank is not None and abs(rank.bound) <= UNKNOWN:
        lowest = rounded_away(rank.bound, 2, upwards=False)
        bound = f"the weighted sum is {rank.claimed:,.2f}, and no plan has less than {lowest} (value counts as less)"
    amounts = f"{', '.join(parts)}, weighed together"
    return name.capitalize(), f"{amounts}; {_proof(rank, 'the best possible together', bound, first=first)}"


def _proof(rank: RankedGoal | None, best: str, bound: str | None, *, first: bool) -> str:
    among = "" if first else " among plans as good in the goals above"
    if rank is None:
        return "the search was stopped before it came to this goal, so a plan that is better here may be easy to find."
    if is_exact(rank):
        return f"proven to be {best}{among}."
    if bound is None:
        return "best found; how much better another plan could be is not known."
    gap = "" if rank.gap > 1 else f" (gap {gap_words(rank.gap)})"
    proven = "proven within the gap asked for" if rank.proven else "best found"
    return f"{proven}; {bound}{gap}{among and f', looking only{among}'}."
