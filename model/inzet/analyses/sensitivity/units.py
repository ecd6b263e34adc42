"""Units and commitments: the best plan for every number of them.

Fewer units, or a higher commitment, only take plans away. So the problems form a chain, each with fewer plans than the
one before, and a plan that is the best at the loose end stays the best for as long as it can be carried out: how long
that is, is found without solving. Where it ends, one solve gives the next plan. Every plan is asked of a workbook
changed for its number of units; nothing is left to an approximation.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from inzet.analyses.runner import side_by_side
from inzet.analyses.sensitivity.asking import Asking, reckoned
from inzet.analyses.sensitivity.curve import (
    NOT_REACHED,
    Curve,
    Kind,
    Sort,
    Step,
    equal,
    labelled,
    largest_in,
    most_of_rows,
    reserve_is_kept,
)
from inzet.analyses.stays_best import stays_best
from inzet.calendar import Month, months
from inzet.errors import UsageError
from inzet.outcome import Limit, Solution, Status
from inzet.plan.audit import audit
from inzet.plan.ledger import Ledger
from inzet.scenario import changes as make
from inzet.scenario.changes import what_if
from inzet.scenario.overlay import ChangeError
from inzet.scenario.scenario import Scenario
from inzet.schema.rows import Readiness, Supply
from inzet.solve import Model, prepare

LEAST_MORE = 2
"""A curve goes to twice the number as it stands, and to so many more at least."""
RESERVE = "The reserve in the workbook is larger than that: fewer units than are to be kept free."
NOT_ASKED = "Not looked into: the curve was asked for up to a smaller number."


@dataclass(frozen=True)
class Chain:
    """A number of units, month by month moved up or down together.

    Attributes:
        kind: supply or readiness.
        what: the unit type.
        tier: the readiness tier; empty for a supply.
        base: the scenario as it stands.
        window: first and last month in which the number is turned.
        now: the number as it stands, in the month of the window that has most.
        uniform: whether the number is the same in every month of the window.
    """

    kind: Kind
    what: str
    tier: str
    base: Scenario
    window: tuple[Month, Month]
    now: int
    uniform: bool

    def at(self, number: int) -> Scenario:
        """The scenario with another number; in months that have fewer now, as many more or fewer, but never below 0."""
        by = number - self.now
        if by == 0:
            return self.base
        if self.kind is Kind.SUPPLY:
            return what_if(self.base, make.more_units(self.base.book, self.what, *self.window, by))
        return what_if(self.base, make.more_ready(self.base.book, self.what, self.tier, *self.window, by))

    @property
    def least(self) -> int:
        """The lowest number with which the reserve can be kept; a commitment may be 0."""
        if self.kind is Kind.READINESS:
            return 0
        numbers = range(self.now + 1)
        return next((n for n in numbers if reserve_is_kept(self.at(n), self.what, self.window)), self.now)

    @property
    def most(self) -> int:
        """The highest number that the cells of the workbook hold."""
        return largest_in(Supply if self.kind is Kind.SUPPLY else Readiness, "units")

    def enough(self, model: Model) -> float:
        """So many units that there is no month in which a plan could use more, or need more to be ready.

        Each column of the problem counts with as much as it can be: a stay is chosen once, but units assigned to it
        by choice are several.
        """
        supply = f"supply_is_enough[{self.what},"
        rows = [index for index, row in enumerate(model.problem.rows) if row.startswith(supply)]
        taken = float(most_of_rows(model.problem, rows).max()) if rows else 0.0
        inside = list(months(*self.window))
        kept = max(self.base.reserve(self.what, month) for month in inside)
        fewest = min(self.base.supply(self.what, month) for month in inside)
        wanted = sum(
            max((n for (u, t, _), n in self.base.commitments.items() if (u, t) == (self.what, tier)), default=0)
            for tier in self.base.tiers
        )
        # Sums of whole numbers; infinity stays what it is.
        return self.now - fewest + taken + kept + wanted


def supply_chain(scenario: Scenario, unit: str, window: tuple[Month, Month]) -> Chain:
    """The number of units of a type."""
    numbers = _numbers(scenario, unit, "", window)
    return Chain(Kind.SUPPLY, unit, "", scenario, window, max(numbers), len(set(numbers)) == 1)


def readiness_chain(scenario: Scenario, unit: str, tier: str, window: tuple[Month, Month]) -> Chain:
    """The number of units of a type that must be ready within the notice of a tier.

    Raises:
        UsageError: the window has no such commitment.
    """
    numbers = _numbers(scenario, unit, tier, window)
    if not numbers:
        raise UsageError(f"There is no commitment of {unit} for {tier} from {window[0]} to {window[1]}.")
    return Chain(Kind.READINESS, unit, tier, scenario, window, max(numbers), len(set(numbers)) == 1)


def _numbers(scenario: Scenario, unit: str, tier: str, window: tuple[Month, Month]) -> tuple[int, ...]:
    inside = list(months(*window))
    if not tier:
        return tuple(scenario.supply(unit, month) for month in inside)
    return tuple(scenario.commitments[unit, tier, m] for m in inside if (unit, tier, m) in scenario.commitments)


def unit_curve(chain: Chain, asking: Asking, *, most: int | None = None) -> Curve:
    """The best plan for every number of units, or for every commitment.

    Args:
        chain: what is turned.
        asking: asks and counts.
        most: the highest number; as many again as it stands, and two more at least, when not given; never more than
            the workbook holds.
    """
    wanted = max(2 * chain.now, chain.now + LEAST_MORE) if most is None else most
    top = min(wanted, chain.most)
    walk = _Walk(chain, asking)
    found = side_by_side({"curve": partial(walk.drawn, top)}).get("curve", [])
    if walk.least:
        # The check of a workbook refuses it, shortage or not; where units may be lacking there still might be a plan.
        found.append(Step(0, walk.least - 1, reason=RESERVE, ruled_out=not chain.base.shortage_allowed))
    is_commitment = chain.kind is Kind.READINESS
    steps = tuple(_filled(found, top if is_commitment else walk.ceiling, top))
    highest = top if is_commitment else steps[-1].first
    gaps = any(step.reason == NOT_REACHED or (step.sort is Sort.OPEN and step.solution is not None) for step in steps)
    return Curve(
        chain.kind,
        chain.what,
        chain.base,
        chain.now,
        labelled(steps),
        asking.solves,
        int(highest) + 1,
        1.0,
        not (gaps or asking.stopped.is_set()),
        chain.window,
        tier=chain.tier,
        uniform=chain.uniform,
        ceiling=chain.most if is_commitment and wanted > top else walk.ceiling,
    )


class _Walk:
    """Goes down a chain, from the setting that allows most plans to the one that allows fewest.

    Attributes:
        least: the lowest setting that is looked into.
        ceiling: the largest supply that the workbook holds, where more might bring more; None otherwise.
    """

    def __init__(self, chain: Chain, asking: Asking) -> None:
        self.chain, self.asking = chain, asking
        self.least = chain.least
        self.ceiling: int | None = None

    def drawn(self, top: int, stop: threading.Event) -> list[Step]:
        """The steps that were found, in no order."""
        if self.chain.kind is Kind.READINESS:
            return self._both_ways(range(top + 1), stop)
        base = prepare(self.chain.base)
        enough = max(top, self.chain.enough(base))
        if enough > self.chain.most:
            self.ceiling = self.chain.most
        highest = math.ceil(min(enough, self.chain.most))
        plenty = self._step(range(highest, self.least - 1, -1), 0, stop)
        if plenty is None:
            return []
        step, reached = replace(plenty[0], last=self.ceiling), plenty[1]
        if stop.is_set() or step.sort is Sort.NONE:
            return [step]
        below = range(min(top, highest - reached - 1), self.least - 1, -1)
        return joined([step, *self._both_ways(below, stop)], loosest_first=True)

    def _both_ways(self, line: Sequence[int], stop: threading.Event) -> list[Step]:
        """Down the settings in two parts, side by side: those before the workbook's own, and those from it on."""
        cut = line.index(self.chain.now) if self.chain.now in line else 0
        parts = [part for part in (line[:cut], line[cut:]) if part]
        tasks = {part[0]: partial(self._down, part, stop) for part in parts}
        found = side_by_side(tasks)
        steps = [step for part in found.values() for step in part]
        return joined(steps, loosest_first=self.chain.kind is Kind.SUPPLY)

    def _down(self, line: Sequence[int], stop: threading.Event, own: threading.Event) -> list[Step]:
        either = _Either(stop, own)
        steps: list[Step] = []
        place = 0
        while place < len(line) and not either.is_set() and not self.asking.stopped.is_set():
            found = self._step(line, place, either)
            if found is None:
                break
            step, place = found[0], found[1] + 1
            steps.append(step)
        return steps

    def _step(self, line: Sequence[int], place: int, stop: threading.Event) -> tuple[Step, int] | None:
        """The best plan at a place of the chain, and the last place at which it certainly stays so."""
        try:
            model = prepare(self.chain.at(line[place]))
        except ChangeError as error:
            solution = Solution.failed(self.chain.base, f"{error.message}. {error.fix}")
            return _over(line, place, place, solution, None, reason=solution.message), place
        solution, ledger = reckoned(self.asking.ask(model, f"{line[place]}", stop=stop))
        if ledger is None:
            if solution.limit is Limit.INTERRUPT:
                return None
            # Further down there are fewer plans still, so that there is none either.
            end = len(line) - 1 if solution.status is Status.INFEASIBLE else place
            return _over(line, place, end, solution, None, reason=solution.message), end
        end = self._reach(model, solution, ledger, line, place)
        return _over(line, place, end, solution, ledger), end

    def _reach(self, model: Model, solution: Solution, ledger: Ledger, line: Sequence[int], place: int) -> int:
        """How far down the chain a plan stays the best: as far as it can be carried out, confirmed on the arrays."""

        def can_be_done(other: int) -> bool:
            there = Ledger(self.chain.at(line[other]), solution.contributions)
            return equal(there.ranked, ledger.ranked) and audit(there).ok

        def is_certain(other: int) -> bool:
            return stays_best(model.problem, prepare(self.chain.at(line[other])).problem, solution.columns)

        end = last_true(can_be_done, place, len(line) - 1)
        if end == place or is_certain(end):
            return end
        return last_true(is_certain, place, end)


class _Either(threading.Event):
    """Set when one of two others is."""

    def __init__(self, one: threading.Event, other: threading.Event) -> None:
        super().__init__()
        self._one, self._other = one, other

    def is_set(self) -> bool:
        """Whether one of the two is set."""
        return self._one.is_set() or self._other.is_set()


def last_true(holds: Callable[[int], bool], first: int, last: int) -> int:
    """The last place up to which something holds that holds at the first and, once it does not, never again.

    The places nearest to the first are tried first, for steps are mostly short.
    """
    low, high, stride = first, last + 1, 1
    while low + 1 < high:
        middle = min(low + stride, high - 1) if high == last + 1 else (low + high) // 2
        if holds(middle):
            low, stride = middle, 2 * stride
        else:
            high = middle
    return low


def _over(
    line: Sequence[int], place: int, end: int, solution: Solution, ledger: Ledger | None, reason: str = ""
) -> Step:
    low, high = sorted((line[place], line[end]))
    return Step(low, high, solution, ledger, reason)


def joined(steps: Sequence[Step], *, loosest_first: bool) -> list[Step]:
    """Steps with those that tie in every goal made one: the plan that asks least is as good for both.

    Args:
        steps: steps of one chain.
        loosest_first: whether higher settings allow more plans, as with a supply.
    """
    found: list[Step] = []
    for step in sorted(steps, key=lambda step: step.first, reverse=loosest_first):
        if found and _tie(found[-1], step):
            looser = found.pop()
            low, high = (step, looser) if loosest_first else (looser, step)
            step = replace(step, first=low.first, last=high.last)
        found.append(step)
    return found


def _tie(one: Step, other: Step) -> bool:
    if one.ledger is None or other.ledger is None:
        return one.ledger is other.ledger and one.proven and other.proven and _touch(one, other)
    done = all(s.solution is not None and s.solution.status is Status.OPTIMAL for s in (one, other))
    return done and equal(one.ledger.ranked, other.ledger.ranked) and _touch(one, other)


def _touch(one: Step, other: Step) -> bool:
    low, high = sorted((one, other), key=lambda step: step.first)
    return low.last is not None and low.last + 1 >= high.first


def _filled(steps: Sequence[Step], highest: int | None, top: int) -> list[Step]:
    """Steps from 0 to the highest setting, with an open one wherever nothing is known."""
    found: list[Step] = []
    at = 0.0
    for step in sorted(steps, key=lambda step: step.first):
        if step.first > at:
            found.append(Step(at, step.first - 1, reason=NOT_ASKED if at > top else NOT_REACHED))
        found.append(step)
        if step.last is None:
            return found
        at = step.last + 1
    if highest is None or at <= highest:
        found.append(Step(at, highest, reason=NOT_REACHED))
    return found
