"""Why there is no plan: a smallest set of conditions that cannot be kept together.

A deletion filter: conditions are left out a few at a time, and stay out as long as there is still no plan. What is
left is a conflict of which no member can be missed. Every step is a solve of the integer model, so it is true for
whole units, which a relaxation would not be.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from inzet.analyses.conditions import Condition, Piece, by_condition, pieces_of
from inzet.edits import any_plan, leave_out
from inzet.outcome import Limit, Status
from inzet.solve import Model

T = TypeVar("T")

OnStep = Callable[[int, int], None]
"""Told after every solve: how many there were, and how many rows are still suspected."""


@dataclass(frozen=True, slots=True)
class Member:
    """A condition of a conflict.

    Attributes:
        condition: the condition.
        pieces: the rows of it that are needed for the conflict.
        touchable: whether a repair may change it.
    """

    condition: Condition
    pieces: tuple[Piece, ...]
    touchable: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """Conditions that cannot be kept together.

    Attributes:
        members: the conditions; leave out any one of them and the others can be kept together.
        minimal: whether that was proven for every member; a limit may have stopped a solve.
        solves: how many solves it took.
    """

    members: tuple[Member, ...]
    minimal: bool
    solves: int


def find_conflict(model: Model, *, on_step: OnStep = lambda *_: None, stop: threading.Event | None = None) -> Conflict:
    """A smallest conflict of a model that has no plan.

    What is not to be touched is left out first, so that where there is a choice the conflict is one that can be
    repaired. First whole conditions are left out, then single months, years and periods of those that remain.

    Args:
        model: the model; without its conditions it must have a plan.
        on_step: told after every solve.
        stop: stops the search; what is found then need not be minimal.
    """
    pieces = pieces_of(model.problem.rows, model.scenario)
    oracle = _Oracle(model, frozenset(piece.row for piece in pieces), on_step, stop or threading.Event())
    conditions = by_condition(pieces)
    first_out = sorted(conditions, key=lambda c: (c.is_touchable(model.scenario), c))
    kept = deletion_filter(
        first_out, lambda rest: oracle.has_none([piece for condition in rest for piece in conditions[condition]])
    )
    # The last months are left out first, so that the conflict shows where it begins.
    rows = [piece for condition in sorted(kept) for piece in conditions[condition]][::-1]
    left = by_condition(deletion_filter(rows, oracle.has_none))
    members = tuple(
        Member(condition, own[::-1], condition.is_touchable(model.scenario)) for condition, own in sorted(left.items())
    )
    return Conflict(members, oracle.certain, oracle.solves)


def deletion_filter(members: Sequence[T], is_conflict: Callable[[Sequence[T]], bool]) -> list[T]:
    """A smallest part of a conflict that still is one: leave out half, a quarter, ... and in the end each by itself.

    Args:
        members: a conflict; the ones that come first are left out first.
        is_conflict: whether some of them are still a conflict; more of them never are less of one.
    """
    kept = list(members)
    size = max(1, len(kept) // 2)
    while True:
        start = 0
        while start < len(kept):
            rest = kept[:start] + kept[start + size :]
            if is_conflict(rest):
                kept = rest
            else:
                start += size
        if size == 1:
            return kept
        size = max(1, size // 2)


class _Oracle:
    """Says whether some rows can be kept together, by solving."""

    def __init__(self, model: Model, every: frozenset[str], on_step: OnStep, stop: threading.Event) -> None:
        self.model, self.every, self.on_step, self.stop = model, every, on_step, stop
        self.solves, self.certain = 0, True

    def has_none(self, kept: Sequence[Piece]) -> bool:
        """Whether there is no plan that keeps these rows; what is not found out counts as a plan."""
        if self.stop.is_set():
            self.certain = False
            return False
        out = self.every - {piece.row for piece in kept}
        found = self.model.ask(leave_out(lambda row: row in out), any_plan(), gap=1.0, stop=self.stop)
        self.solves += 1
        self.on_step(self.solves, len(kept))
        if found.limit is Limit.INTERRUPT:
            self.stop.set()
        if found.status is not Status.INFEASIBLE and not found.status.has_plan:
            self.certain = False
        return found.status is Status.INFEASIBLE
