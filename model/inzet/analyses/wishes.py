"""Wishes about plans: which of them some good plan grants, and which none does; exactly, with few solves.

A wish asks that some choices are made and others are not. Not every wish gets a solve of its own: one plan is asked for
that grants as many of the open wishes as it can, and every plan that is found is held against all of them. When the
plan that grants most grants none, every wish of that question is refused at once, and that is proven.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from inzet.analyses.runner import OnDone, side_by_side
from inzet.edits import Edit, aim, indicate, wish
from inzet.errors import AuditError, SolverError
from inzet.outcome import Limit, Solution, Status
from inzet.plan.audit import audited
from inzet.plan.ledger import Ledger
from inzet.solve import Model, stay_column

AT_A_TIME = 2
"""Questions side by side. Not one per core: the same questions are asked in the same order on every machine."""

_LESS_THAN_ONE = 1e-6 - 1.0
"""A bound above this leaves no room for a plan that grants a wish, as every wish granted counts 1 below 0."""


class Fate(StrEnum):
    """What becomes of a wish."""

    GRANTED = "granted"
    """Some good plan grants it; one was found."""
    REFUSED = "refused"
    """No good plan grants it; proven."""
    OPEN = "open"
    """Not settled: the search was stopped."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that a plan does or does not do: one of some columns is chosen.

    Attributes:
        columns: the columns.
        most: how many of them can be chosen together at most.
    """

    columns: tuple[str, ...]
    most: int


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of a plan.

    Attributes:
        has: names of choices that it makes.
        lacks: names of choices that it does not make.
    """

    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()

    def granted(self, made: frozenset[str]) -> bool:
        """Whether a plan that makes some choices, and no others, grants it."""
        return made.issuperset(self.has) and made.isdisjoint(self.lacks)


def granted_by(wishes: Iterable[Wish], seen: Collection[frozenset[str]]) -> set[Wish]:
    """The wishes that one of some plans grants."""
    return {one for one in wishes if any(one.granted(made) for made in seen)}


class Wishes:
    """Wishes put to one model, with the plans found so far as witnesses.

    Attributes:
        model: the model.
        choices: the choices that wishes are about, by name.
        limits: the edits that only good plans keep.
        is_good: whether a plan is good, by its own reckoning; one that is not is no witness.
        facts: edits that every good plan keeps, as was found out; they make the next questions easier.
        seen: the choices that each plan found makes.
        solves: questions asked, by the name of their group.
        stopped: whether Ctrl-C was heard.
        failed: why questions went wrong; what they were about is open.
    """

    def __init__(
        self,
        model: Model,
        choices: Mapping[str, Choice],
        limits: Sequence[Edit],
        is_good: Callable[[Ledger], bool],
        *,
        time_limit: float | None = None,
    ) -> None:
        self.model, self.choices, self.limits, self.is_good = model, choices, tuple(limits), is_good
        self.facts: tuple[Edit, ...] = ()
        self.seen: list[frozenset[str]] = []
        self.solves: Counter[str] = Counter()
        self.stopped = False
        self.failed: list[str] = []
        self._time_limit = time_limit

    def made(self, ledger: Ledger) -> frozenset[str]:
        """The choices that a plan makes."""
        chosen = {stay_column(contribution.stay) for contribution in ledger.contributions}
        return frozenset(name for name, choice in self.choices.items() if not chosen.isdisjoint(choice.columns))

    def indicated(self, names: Iterable[str]) -> Edit:
        """The edit that gives every one of some choices a column of its name: 1 when it is made, 0 when it is not."""
        return indicate({name: (self.choices[name].columns, self.choices[name].most) for name in names})

    def settle(self, groups: Mapping[str, Sequence[Wish]], on_done: OnDone = lambda *_: None) -> dict[Wish, Fate]:
        """What becomes of wishes.

        Args:
            groups: the wishes, in groups that are asked about apart, by name.
            on_done: told of every question answered: its group, how many wishes are settled, how many there are.
        """
        every = [one for group in groups.values() for one in group]
        refused: set[Wish] = set()
        queue = [(name, tuple(group)) for name, group in groups.items()]
        while queue and not self.stopped:
            now, queue = queue[:AT_A_TIME], queue[AT_A_TIME:]
            queue = [*self._round(now, refused), *queue]
            for name, _ in now:
                on_done(name, len(refused | granted_by(every, self.seen)), len(every))
        granted = granted_by(every, self.seen)
        return {one: Fate.GRANTED if one in granted else Fate.REFUSED if one in refused else Fate.OPEN for one in every}

    def _round(
        self, groups: Sequence[tuple[str, tuple[Wish, ...]]], refused: set[Wish]
    ) -> list[tuple[str, tuple[Wish, ...]]]:
        """Ask about some groups side by side; returns what is left to ask, and adds what is refused."""
        known = refused | granted_by((one for _, group in groups for one in group), self.seen)
        open_groups = [(name, [one for one in group if one not in known]) for name, group in groups]
        open_groups = [(name, group) for name, group in open_groups if group]
        tasks = {number: partial(self._ask, group) for number, (_, group) in enumerate(open_groups)}
        found = side_by_side(tasks, at_a_time=AT_A_TIME)
        self.stopped |= len(found) < len(tasks)
        news = {number: self._heard(solution) for number, solution in found.items()}
        left: list[tuple[str, tuple[Wish, ...]]] = []
        for number, (name, group) in enumerate(open_groups):
            if number not in found:
                continue
            self.solves[name] += 1
            rest = tuple(one for one in group if one not in granted_by(group, self.seen))
            if _grants_none(found[number]):
                refused.update(rest)
            elif granted_by(group, news[number]):
                left.append((name, rest))
            elif len(group) > 1:
                # The search was stopped with nothing to show: half as much may be answered in the same time.
                half = len(rest) // 2
                left += [(name, part) for part in (rest[:half], rest[half:]) if part]
        return left

    def _ask(self, group: Sequence[Wish], stop: threading.Event) -> Solution:
        names = {f"wish {number}": one for number, one in enumerate(group)}
        edits = (
            *self.limits,
            *self.facts,
            self.indicated(dict.fromkeys(name for one in group for name in (*one.has, *one.lacks))),
            wish({name: (one.has, one.lacks) for name, one in names.items()}),
            aim("wishes granted", dict.fromkeys(names, -1.0), alone=True),
        )
        return self.asked(*edits, gap=0.0, stop=stop)

    def asked(self, *edits: Edit, gap: float | None, stop: threading.Event) -> Solution:
        """How a search ended; a problem that the solver refused comes out as failed."""
        try:
            return self.model.ask(*edits, time_limit=self._time_limit, gap=gap, stop=stop)
        except SolverError as error:
            return Solution.failed(self.model.scenario, str(error))

    def reckoned(self, solution: Solution) -> Ledger | None:
        """The reckoning of the plan of an answer; None when it has none that is good, or when it went wrong."""
        if solution.status is Status.FAILED:
            self.failed.append(solution.message)
        if not solution.status.has_plan:
            return None
        try:
            ledger, _ = audited(solution)
        except AuditError as error:
            self.failed.append(str(error))
            return None
        return ledger if self.is_good(ledger) else None

    def _heard(self, solution: Solution) -> list[frozenset[str]]:
        """The choices of the plan that an answer has, if it has one; it is a witness from now on."""
        self.stopped |= solution.limit is Limit.INTERRUPT
        ledger = self.reckoned(solution)
        if ledger is None:
            return []
        self.seen.append(self.made(ledger))
        return self.seen[-1:]


def _grants_none(solution: Solution) -> bool:
    """Whether it is proven that no plan grants any of the wishes that were asked about."""
    return solution.status.has_plan and bool(solution.goals) and solution.goals[0].bound > _LESS_THAN_ONE
