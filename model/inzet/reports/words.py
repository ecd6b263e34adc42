"""Numbers, months and proofs in the words of the reports; nothing is rounded to look better than it is."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import takewhile

from inzet.calendar import Month
from inzet.outcome import Limit, RankedGoal, Solution, Status

MILLION = 1e6
UNKNOWN = 1e19
"""A bound beyond this is no bound."""
HASH_LETTERS = 12
"""As many letters of the content hash are shown as tell plans apart."""

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

_STOPPED_BY: dict[Limit, str] = {
    Limit.NONE: "before everything was proven",
    Limit.TIME: "at the time limit",
    Limit.INTERRUPT: "when it was interrupted",
    Limit.WATCHDOG: "because the solver did not keep to its time limit",
    Limit.CRASH: "because the solver broke down",
    Limit.OTHER: "at a limit of the solver",
}


def month_words(month: Month) -> str:
    """A month in words, such as January 2025."""
    return f"{_MONTHS[month.number - 1]} {month.year}"


def month_letters(month: Month) -> str:
    """A month in short, such as Jan 2025."""
    return f"{_MONTHS[month.number - 1][:3]} {month.year}"


def span_words(first: Month, last: Month) -> str:
    """Months from the first to the last one, such as April to December 2025."""
    if first == last:
        return month_words(first)
    start = _MONTHS[first.number - 1] if first.year == last.year else month_words(first)
    return f"{start} to {month_words(last)}"


def count(number: float, one: str, many: str = "") -> str:
    """A number with its noun: 1 mission, 2 missions."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def million(euro: float) -> str:
    """Euro in millions with one decimal; small amounts keep two."""
    decimals = 1 if euro == 0 or abs(euro) >= MILLION else 2
    return f"{euro / MILLION:,.{decimals}f}"


def joined(words: Iterable[str], *, most: int = 0) -> str:
    """Words in a row, with commas; beyond ``most`` of them only their number is given."""
    every = list(words)
    rest = len(every) - most
    if most and rest > 0:
        return f"{', '.join(every[:most])} and {rest} more"
    return ", ".join(every)


def listed(words: Iterable[str]) -> str:
    """Words in a sentence: one, two and three."""
    *rest, last = words
    return f"{', '.join(rest)} and {last}" if rest else last


def rounded_away(number: float, decimals: int, *, upwards: bool) -> str:
    """A bound with so many decimals, rounded so that it still is one."""
    scale = 10**decimals
    # A hair is forgiven, so that 12.3 stored as 12.300000001 does not become 12.4.
    scaled = number * scale
    hair = 1e-6 * max(1.0, abs(scaled))
    whole = math.ceil(scaled - hair) if upwards else math.floor(scaled + hair)
    return f"{whole / scale + 0.0:,.{decimals}f}"


def gap_words(gap: float) -> str:
    """A gap above 0 as a percentage, rounded up; in words where a percentage would say nothing."""
    if gap > 1:
        return "more than 100%"
    return f"{rounded_away(max(100 * gap, 0.01), 2 if gap < 0.01 else 1, upwards=True)}%"


def is_exact(goal: RankedGoal) -> bool:
    """Whether no plan does better in a goal, not even by a hair; a gap of 0 without a bound proves nothing."""
    return goal.gap == 0 and abs(goal.bound) <= UNKNOWN


def is_proven_best(solution: Solution) -> bool:
    """Whether every goal, down to the last one, is proven to be at its best."""
    every = len(solution.goals) == len(solution.scenario.goals)
    return solution.status is Status.OPTIMAL and every and all(is_exact(goal) for goal in solution.goals)


def proof_words(solution: Solution) -> str:
    """What can be said of a plan as a whole, in a few words for under a title."""
    if not solution.status.has_plan:
        return f"no plan: {solution.status}"
    if is_proven_best(solution):
        return "proven optimal"
    proven = list(takewhile(is_exact, solution.goals))
    lead = f"{listed(rank.name for rank in proven)} proven optimal, " if proven else ""
    return lead + _open_words(solution, len(proven))


def _open_words(solution: Solution, index: int) -> str:
    """What can be said of the first ranked goal that is not fully proven."""
    if index >= len(solution.goals):
        return "lower goals not searched" if index else "best found, not proven optimal"
    rank = solution.goals[index]
    if abs(rank.bound) > UNKNOWN or rank.gap > 1:
        return f"{rank.name} best found, with no useful bound"
    if not rank.proven:
        return f"{rank.name} best found, within {gap_words(rank.gap)} of the best"
    return f"{rank.name} within {gap_words(rank.gap)} of the best"


def stopped_words(solution: Solution) -> str:
    """What ended the search."""
    return _STOPPED_BY[solution.limit]


def share_words(share: float) -> str:
    """A share as a percentage, as it was asked for."""
    return f"{100 * share:.6g}%"
