"""Money: the best plan for every budget of a fund, as a staircase.

One question gives a whole step: what is the best value within so much money, and what is the least money that keeps it?
The step lies between the two. The next question asks for just less than that. Because every cost is a whole multiple of
some amount, so is the money of every step, up to the shares of the years, and "just less" skips none. A large fund has
thousands of steps; with a limit on the number of questions the largest unknown parts are halved first, and what is left
between two known steps is said to be open.

On the way to the whole staircase the least money mostly need not be asked for: the plan that is found can be paid from
some amount, and the question for just less shows whether less would do. Only where it did is it asked for. Every
question begins from a plan that less money pays for, which is there already.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, partial
from itertools import pairwise

from inzet.analyses.decisions import down_to_value
from inzet.analyses.runner import side_by_side
from inzet.analyses.sensitivity.asking import Asking, reckoned
from inzet.analyses.sensitivity.curve import (
    NOT_REACHED,
    Curve,
    Kind,
    Step,
    equal,
    labelled,
    largest_in,
    most_of_rows,
)
from inzet.edits import Edit, aim, first_goals, pay_from
from inzet.errors import UsageError
from inzet.outcome import Limit, Status
from inzet.plan.ledger import Ledger
from inzet.scenario import changes as make
from inzet.scenario.changes import what_if
from inzet.scenario.overlay import ChangeError
from inzet.scenario.scenario import Scenario
from inzet.schema.rows import Fund
from inzet.solve import Model

MONEY = "money of the fund"
"""The column, and the goal, that is made as small as it can be."""
MILLION = 1e6
COARSE = 100
"""Least distance in euro between two steps that the solver tells apart with certainty."""
AT_A_TIME = 2
"""Questions side by side. Not one per core: the same questions are asked in the same order on every machine."""
MANY = 24
"""Steps that are gone down one by one. A part with more of them is halved first: there are several parts to work on
then, and each has a plan at its lower end to begin from that is not far off."""
SMALLEST = 2e-9
"""A coefficient of 1e-9 or less is 0 for the solver."""
RESERVE = "The reserve in the workbook is larger than that: less money than is to be kept free."
TOO_LITTLE = "No plan that keeps every rule can be paid from so little money."
_DUST = Fraction(1, 10**6)
"""Part of a euro that is arithmetic, not money."""
BETWEEN = "Not looked into: the value lies between those of the steps beside it."


@dataclass(frozen=True)
class Purse:
    """The money of a fund, of which a plan may have a larger or smaller share, equal for all its years.

    Attributes:
        model: of the scenario as it stands.
        fund: the fund.
        years: the years of which the money is turned.
    """

    model: Model
    fund: str
    years: tuple[int, ...]

    @property
    def scenario(self) -> Scenario:
        """The scenario as it stands."""
        return self.model.scenario

    @cached_property
    def budgets(self) -> dict[int, float]:
        """Euro by year."""
        return {year: self.scenario.funds[self.fund, year].budget for year in self.years}

    @cached_property
    def total(self) -> float:
        """Euro as it stands, all those years together."""
        return sum(self.budgets.values())

    @cached_property
    def floor(self) -> int:
        """Euro with which the reserve of every year can just be kept."""
        shares = [
            Fraction(round(100 * self.reserve(year)), round(100 * budget))
            for year, budget in self.budgets.items()
            if budget > 0
        ]
        return math.ceil(max(shares) * round(100 * self.total) / 100)

    @cached_property
    def most(self) -> float:
        """The most euro, all those years together, with which no cell of the workbook holds more than it can."""
        return most_money(self.scenario, self.fund, self.years)

    @cached_property
    def plenty(self) -> float:
        """So much euro, all years together, that there is no year in which a plan could use more.

        Each column of the problem counts with as much as it can be: a stay is chosen once, but units assigned to it by
        choice are several. Infinity when there is no such amount.
        """
        problem = self.model.problem
        place = {row: index for index, row in enumerate(problem.rows)}
        spent = most_of_rows(problem, [place[row] for row in self.rows])
        shares = [
            (MILLION * float(million) + self.reserve(year)) / self.budgets[year]
            for million, year in zip(spent, self.rows.values(), strict=True)
            if self.budgets[year]
        ]
        # A euro more, so that no rounding makes it too little.
        return max(self.total, self.floor, self.total * max(shares, default=0.0) + 1.0)

    @cached_property
    def rows(self) -> dict[str, int]:
        """The rows of the model that the money limits, with their years."""
        named = {f"funds_are_kept[{self.fund},{year}]": year for year in self.years}
        return {row: named[row] for row in self.model.problem.rows if row in named}

    def reserve(self, year: int) -> float:
        """Euro kept free in a year."""
        return self.scenario.funds[self.fund, year].reserve

    def within(self, most: float, *, least: bool = True) -> tuple[Edit, ...]:
        """The best plan with so much money at most; and, unless told otherwise, the least money that keeps it."""
        rows = {
            row: (-self.reserve(year) / MILLION, self.budgets[year] * self._unit / MILLION / self.total)
            for row, year in self.rows.items()
        }
        best = pay_from(MONEY, rows, most / self._unit), first_goals(down_to_value(self.scenario))
        return (*best, aim(MONEY, {MONEY: 1.0})) if least else best

    @cached_property
    def _unit(self) -> float:
        """Euro that the solver counts as one: a million, or some more where a year has next to nothing of it."""
        least = min(budget for budget in self.budgets.values() if budget) / self.total
        return next((times * MILLION for times in (1.0, 10.0) if times * least >= SMALLEST), 100.0 * MILLION)

    def needed(self, ledger: Ledger) -> int:
        """Euro, all years together, with which a plan can be paid: the year that needs the largest share decides."""
        shares = [
            Fraction(round(100 * (ledger.spent(self.fund, year) + self.reserve(year))), round(100 * budget))
            for year, budget in self.budgets.items()
            if budget > 0
        ]
        return math.ceil(max(shares, default=Fraction(0)) * round(100 * self.total) / 100)

    def at(self, euro: float) -> Scenario:
        """The scenario with so much money, shared over the years as it is now.

        Raises:
            ChangeError: it is more than the cells of the workbook hold.
        """
        times = Fraction(euro) / Fraction(self.total)
        changes = [
            change
            for year, budget in self.budgets.items()
            for change in make.more_money(
                self.scenario.book, self.fund, year, math.ceil(Fraction(budget) * times - _DUST) - budget
            )
        ]
        return what_if(self.scenario, changes)

    @property
    def below(self) -> float:
        """So much less money, in euro, is less than a step and more than what the solver forgives."""
        return max(self.lattice, float(COARSE)) / 2

    @cached_property
    def lattice(self) -> float:
        """The money of every step is a whole multiple of this, in euro; 0 when there is no such amount."""
        problem = self.model.problem
        matrix, place = problem.matrix.tocsr(), {row: index for index, row in enumerate(problem.rows)}
        amounts: list[Fraction] = []
        for row, year in self.rows.items():
            if not (budget := round(100 * self.budgets[year])):
                continue
            cents = [100 * MILLION * abs(cost) for cost in matrix[[place[row]]].data] + [100 * self.reserve(year)]
            if any(abs(cent - round(cent)) > 1e-3 for cent in cents):
                return 0.0
            scale = Fraction(round(100 * self.total), budget)
            amounts += [round(cent) * scale for cent in cents if round(cent)]
        return float(_common(amounts)) / 100


def _common(amounts: Iterable[Fraction]) -> Fraction:
    """The largest amount of which all others are whole multiples; 0 for none."""
    found = Fraction(0)
    for amount in amounts:
        found = Fraction(
            math.gcd(found.numerator * amount.denominator, amount.numerator * found.denominator),
            found.denominator * amount.denominator,
        )
    return found


def most_money(scenario: Scenario, fund: str, years: Sequence[int]) -> float:
    """The most euro, some years together, with which no year of a fund has more than its cell of the workbook holds.

    The money is shared over the years as it is now; 0 when there is none in any of them.
    """
    budgets = [scenario.funds[fund, year].budget for year in years]
    if not any(budgets):
        return 0.0
    return float(math.floor(largest_in(Fund, "budget") * Fraction(sum(budgets)) / Fraction(max(budgets))))


def years_of(scenario: Scenario, fund: str, year: int | None = None) -> tuple[int, ...]:
    """The years in which a fund is on the Funds sheet, or one of them."""
    return tuple(y for name, y in scenario.funds if name == fund and year in (None, y))


def purse_of(model: Model, fund: str, year: int | None = None) -> Purse:
    """The money of a fund, over all its years or in one.

    Raises:
        UsageError: it has no money then.
    """
    purse = Purse(model, fund, years_of(model.scenario, fund, year))
    if not purse.total:
        when = "in any year" if year is None else f"in {year}"
        raise UsageError(f"{fund} has no money {when} of the plan, so there is nothing to turn.")
    return purse


def budget_curve(
    purse: Purse,
    asking: Asking,
    *,
    least: float = 0.0,
    most: float | None = None,
    solves: int | None = None,
    within: float = 0.0,
) -> Curve:
    """The best plan for every budget of a fund.

    Args:
        purse: the money that is turned.
        asking: asks and counts.
        least: the lowest budget in euro that is looked into.
        most: the highest budget in euro; when not given, as much as any plan can use and the workbook holds.
        solves: questions at most; as many as it takes when not given.
        within: share of the value of the highest step: what lies between two known steps that differ by no more is left
            open, and the curve is complete all the same. 0 for every step there is.
    """
    staircase = _Staircase(purse, asking, solves, within)
    staircase.draw(least, most)
    steps = tuple(staircase.steps())
    complete = not (asking.stopped.is_set() or staircase.wanted or staircase.failed)
    horizon = purse.scenario.horizon
    inside = [month for month in horizon if month.year in purse.years]
    return Curve(
        Kind.BUDGET,
        purse.fund,
        purse.scenario,
        purse.total,
        labelled(steps),
        asking.solves,
        int(max([purse.total, *(step.first for step in steps)]) / MILLION) + 1,
        MILLION,
        complete,
        (inside[0], inside[-1]),
        grain=0.0 if purse.lattice >= COARSE else float(COARSE),
        ceiling=purse.most if most is None and purse.plenty > purse.most else None,
        within=within,
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """Budgets of which nothing is known but what lies beside them.

    Attributes:
        low: the highest budget below them that is known.
        high: the lowest budget above them that is known.
        rise: by how much the value differs between the two.
        is_edge: whether more than value differs: there is no plan below them, or a goal before value is another.
    """

    low: float
    high: float
    rise: float
    is_edge: bool

    @property
    def size(self) -> float:
        """How much is unknown: points times euro."""
        return (self.high - self.low) * max(self.rise, 1e-9)


class _Staircase:
    """Steps of one fund, found in any order."""

    def __init__(self, purse: Purse, asking: Asking, solves: int | None, within: float = 0.0) -> None:
        self.purse, self.asking, self.most_solves, self.within = purse, asking, solves, within
        self.known: list[Step] = []
        self.parts: list[_Part] = []
        self.failed: dict[float, str] = {}
        self.below = purse.below
        # Lower ends of steps: those for which the least money was asked, and those below which less money did too.
        self.least_of: set[float] = set()
        self.wasteful: set[float] = set()

    def draw(self, least: float, most: float | None) -> None:
        """Find the highest step, that of the workbook as it stands, and then those between, the widest parts first."""
        highest = self.purse.most if most is None and self.purse.plenty > self.purse.most else most
        self._ask({self.purse.plenty if highest is None else highest: True}, highest)
        if not self.known:
            return
        top = self.known[0]
        if top.ledger is not None:
            lowest = max(least, float(self.purse.floor))
            wanted = {cap for cap in (self.purse.total, lowest) if lowest <= cap < top.first}
            self._ask(dict.fromkeys(sorted(wanted), True), None)
        while self.wanted and not self.asking.stopped.is_set() and self._left > 0:
            self._ask(dict(self._next()), None)

    @property
    def wanted(self) -> list[_Part]:
        """The unknown parts that are to be looked into: not those between values that are near enough."""
        near = self.within * abs((self.known[-1].value if self.known else None) or 0.0)
        return [part for part in self.parts if not self.within or part.is_edge or part.rise > near]

    @property
    def _left(self) -> int:
        return 10**9 if self.most_solves is None else self.most_solves - self.asking.solves

    def _next(self) -> list[tuple[float, bool]]:
        """Where to ask next, each with whether to ask for the least money too.

        In the middle of the widest parts where not every step is to be found, otherwise in every part.
        """
        parts = sorted(self.wanted, key=lambda part: -part.size)
        if self.most_solves is not None or self.within:
            widest = parts if self.most_solves is None else parts[: min(AT_A_TIME, self._left)]
            return [(self._middle(part) or part.high - self.below, True) for part in widest]
        lows, above = {part.low for part in parts}, {step.first: step for step in self.known}
        return [self._in(part, above[part.high], lows) for part in parts]

    def _in(self, part: _Part, above: Step, lows: Container[float]) -> tuple[float, bool]:
        """Where to ask next in a part, on the way to the whole staircase, by the step above it."""
        # Of a step below another part it is not known how far up it goes.
        width = above.last - above.first if above.last is not None and above.last not in lows else math.inf
        middle = self._middle(part) if part.high - part.low > MANY * width else None
        least = above.first in self.wasteful or not above.proven
        return part.high - self.below if middle is None else middle, least

    def _middle(self, part: _Part) -> float | None:
        """The middle of a part; None where it is too narrow for one."""
        return (part.low + part.high) / 2 if part.high - part.low > 4 * self.below else None

    def _ask(self, caps: Mapping[float, bool], highest: float | None) -> None:
        """Ask for some budgets side by side, each with or without the least money that keeps the value."""
        tasks = {cap: partial(self._step, cap, highest, self._payable(cap), least) for cap, least in caps.items()}
        found = side_by_side(tasks)
        self.least_of |= {step.first for cap, step in found.items() if caps[cap] and step is not None}
        if len(found) < len(caps):
            self.asking.stopped.set()
        self.known += [step for step in found.values() if step is not None]
        self._tidy()

    @property
    def _share(self) -> float:
        """Share of the money below the highest step of which the best value is known."""
        whole = self.known[-1].first if self.known else 0.0
        return 1 - sum(part.high - part.low for part in self.parts) / whole if whole else 0.0

    def _payable(self, cap: float) -> Mapping[str, float] | None:
        """The columns of the best plan known that can be paid from so much money; None without one."""
        below = [step for step in self.known if step.ledger is not None and step.first <= cap]
        nearest = max(below, key=lambda step: step.first, default=None)
        return None if nearest is None or nearest.solution is None else nearest.solution.columns

    def _step(
        self, cap: float, highest: float | None, start: Mapping[str, float] | None, least: bool, stop: threading.Event
    ) -> Step | None:
        """The best plan within so much money, and from which money on it can be paid."""
        name = f"EUR {cap / MILLION:,.3f} m, {self._share:.1%} of the money known"
        question = self.purse.within(cap, least=least)
        answer = self.asking.ask(self.purse.model, name, *question, stop=stop, start=start)
        if not answer.status.has_plan:
            if answer.status is Status.INFEASIBLE:
                return Step(0.0, cap, answer, None, TOO_LITTLE)
            if answer.limit is not Limit.INTERRUPT:
                self.failed[cap] = answer.message
            return None
        if answer.limit is Limit.INTERRUPT and len(answer.goals) < down_to_value(self.purse.scenario):
            return None
        needed = self.purse.needed(Ledger(self.purse.scenario, answer.contributions))
        try:
            solution, ledger = reckoned(answer, self.purse.at(needed))
        except ChangeError as error:
            self.failed[cap] = f"{error.message}. {error.fix}"
            return None
        if ledger is None:
            self.failed[cap] = solution.message
            return None
        top = None if highest is None and not self.known else cap
        # What a plan comes to does not hang on the money there is, so that one scenario will do for all steps.
        here = self.purse.scenario
        return Step(float(needed), top, replace(solution, scenario=here), ledger.light(here))

    def _tidy(self) -> None:
        """Join what is one step, and see what is still unknown."""
        found: list[Step] = []
        for step in sorted(self.known, key=lambda step: (step.first, step.ledger is not None, step.last or math.inf)):
            if found and self._same(found[-1], step):
                low = found.pop()
                if low.first < step.first and low.first not in self.least_of:
                    self.wasteful.add(low.first)
                step = Step(low.first, _higher(low.last, step.last), low.solution, low.ledger, low.reason)
            found.append(step)
        self.known = found
        self.parts = []
        for low, high in pairwise(found):
            assert low.last is not None
            # Where a question failed it would fail again.
            is_given_up = any(low.last < cap < high.first for cap in self.failed)
            if high.first - low.last > self.below + 1 and not is_given_up:
                rise = abs((high.value or 0.0) - (low.value or 0.0))
                self.parts.append(_Part(low.last, high.first, rise, self._is_edge(low, high)))

    def _same(self, low: Step, high: Step) -> bool:
        """Whether two steps come to the same down to value, so that the plan of the lower one will do for both."""
        if low.ledger is None or high.ledger is None:
            return low.ledger is high.ledger
        ranks = down_to_value(self.purse.scenario)
        return low.proven and high.proven and equal(low.ledger.ranked[:ranks], high.ledger.ranked[:ranks])

    def _is_edge(self, low: Step, high: Step) -> bool:
        """Whether more differs between two steps than value."""
        if low.ledger is None or high.ledger is None:
            return True
        before = down_to_value(self.purse.scenario) - 1
        return not equal(low.ledger.ranked[:before], high.ledger.ranked[:before])

    def steps(self) -> Iterable[Step]:
        """The steps from 0 on, each up to where the next begins, with open ones between them where it is not known."""
        if not self.known:
            yield Step(0.0, None, reason=next(iter(self.failed.values()), NOT_REACHED))
            return
        if self.known[0].first > 0:
            kept = self.known[0].first <= self.purse.floor + 1
            yield Step(0.0, self.known[0].first, reason=RESERVE if kept else BETWEEN, ruled_out=kept)
        for step, above in zip(self.known, [*self.known[1:], None], strict=True):
            if above is None:
                yield step
                continue
            assert step.last is not None
            touches = above.first - step.last <= self.below + 1
            yield Step(step.first, above.first if touches else step.last, step.solution, step.ledger, step.reason)
            if not touches:
                went_wrong = next((why for cap, why in self.failed.items() if step.last < cap < above.first), "")
                yield Step(step.last, above.first, reason=went_wrong or BETWEEN)


def _higher(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else max(one, other)
