"""The rules of the README written a second time, for OR-Tools CP-SAT: the same workbook must come to the same values.

It knows the workbook's rows and the calendar, and nothing of inzet's scenario, model or solvers. All its numbers are
whole: what the workbook writes with decimals is multiplied up exactly, so its answers are exact.

It runs in a process of its own, since OR-Tools and HiGHS do not belong in one:

    python cp_sat_model.py book.xlsx ...    one line of JSON per workbook
    python cp_sat_model.py                  the same, with the names of the workbooks read from stdin, line by line
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from ortools.sat.python import cp_model

from inzet.calendar import Month
from inzet.schema import rows
from inzet.schema.book import Book
from inzet.workbook.reader import read_workbook

SECONDS = 60.0
"""For one goal of one workbook; what takes longer is no answer."""
LARGEST = 2**53
"""Sums stay far below what the solver can count."""
MILLION = 1_000_000


def exact(number: float) -> Fraction:
    """A number as the workbook writes it: 0.1 is a tenth, not the float beside it."""
    return Fraction(str(number))


@dataclass(frozen=True)
class Sum:
    """A constant plus coefficients times variables; a variable goes by its number in the model."""

    of: dict[int, Fraction] = field(default_factory=dict)
    constant: Fraction = Fraction(0)

    def __add__(self, other: Sum) -> Sum:
        both = dict(self.of)
        for variable, coefficient in other.of.items():
            both[variable] = both.get(variable, Fraction(0)) + coefficient
        return Sum(both, self.constant + other.constant)

    def __mul__(self, factor: Fraction | int) -> Sum:
        return Sum({key: value * factor for key, value in self.of.items()}, self.constant * factor)

    def __sub__(self, other: Sum) -> Sum:
        return self + other * -1


def total(parts: Iterable[Sum]) -> Sum:
    added: dict[int, Fraction] = defaultdict(Fraction)
    constant = Fraction(0)
    for part in parts:
        constant += part.constant
        for variable, coefficient in part.of.items():
            added[variable] += coefficient
    return Sum(dict(added), constant)


def number(value: Fraction | int) -> Sum:
    return Sum(constant=Fraction(value))


class Whole:
    """A CP-SAT model that is fed with exact sums."""

    def __init__(self) -> None:
        self.model = cp_model.CpModel()
        self.variables: list[cp_model.IntVar] = []
        self.most: list[int] = []

    def variable(self, most: int, name: str) -> Sum:
        """A new whole number from 0 to ``most``."""
        self.variables.append(self.model.new_int_var(0, most, name))
        self.most.append(most)
        return Sum({len(self.variables) - 1: Fraction(1)})

    def literal(self, what: Sum) -> cp_model.IntVar:
        ((index, coefficient),) = what.of.items()
        assert (coefficient, what.constant) == (1, 0)
        return self.variables[index]

    def at_most(self, left: Sum, right: Sum) -> None:
        expression, _ = self.scaled(left - right)
        self.model.add(expression <= 0)

    def equal(self, left: Sum, right: Sum) -> None:
        expression, _ = self.scaled(left - right)
        self.model.add(expression == 0)

    def scaled(self, what: Sum) -> tuple[Any, Fraction]:
        """The sum times the smallest factor that makes it whole, and that factor."""
        numbers = [*what.of.values(), what.constant]
        up = math.lcm(*(n.denominator for n in numbers))
        down = math.gcd(*(int(n * up) for n in numbers)) or 1
        factor = Fraction(up, down)
        whole = {index: coefficient * factor for index, coefficient in what.of.items()}
        constant = what.constant * factor
        assert all(n.denominator == 1 for n in (*whole.values(), constant))
        assert abs(constant) + sum(abs(n) * self.most[index] for index, n in whole.items()) < LARGEST
        terms = [(self.variables[index], int(n)) for index, n in sorted(whole.items()) if n]
        return sum((variable * n for variable, n in terms), start=int(constant)), factor

    def above(self, what: Sum, name: str) -> Sum:
        """How far a sum is above 0, when less of it is better; counted in the smallest steps that the sum can take."""
        steps = math.lcm(*(n.denominator for n in (*what.of.values(), what.constant)))
        most = what.constant + sum(n * self.most[index] for index, n in what.of.items() if n > 0)
        excess = self.variable(max(0, int(most * steps)), name) * Fraction(1, steps)
        self.at_most(what, excess)
        return excess


@dataclass(frozen=True, eq=False)
class Stay:
    """An option abroad from month to month; ``began`` lies before the plan for what runs when it starts."""

    mission: rows.Mission
    option: rows.Option
    first: Month
    last: Month
    began: Month
    chosen: Sum
    early: bool = False

    @property
    def runs(self) -> bool:
        return self.began < self.first

    @property
    def length(self) -> int:
        return self.last - self.first + 1

    def overlap(self, first: Month, last: Month) -> int:
        return max(0, min(last, self.last) - max(first, self.first) + 1)


@dataclass(frozen=True, eq=False)
class Sent:
    """So many units of one type for one requirement of a stay."""

    stay: Stay
    requirement: rows.Requirement
    unit: rows.Unit
    units: Sum
    provides: int

    def reliefs(self) -> list[Month]:
        """The first month of each tour of the stay, those before the plan among them."""
        length = self.requirement.tour_months or self.unit.tour_months
        return [self.stay.began + n for n in range(0, self.stay.last - self.stay.began + 1, length)]

    def busy(self, plan: Plan) -> Iterator[tuple[Month, int]]:
        """Each month of the plan in which a team of these units is not idle, and the days until it would be ready."""
        reliefs = self.reliefs()
        for relief, after in zip(reliefs, [*reliefs[1:], self.stay.last + 1], strict=True):
            if after <= plan.first:
                continue
            home = after + self.unit.recovery_months
            for month in plan.months:
                if relief + -self.unit.preparation_months <= month < relief:
                    yield month, self.unit.notice_preparing
                elif relief <= month < after:
                    yield month, self.stay.mission.recall_notice_days
                elif after <= month < home:
                    yield month, self.unit.notice_recovering


@dataclass(frozen=True, eq=False)
class Spent:
    """Euro that a fund pays for a stay in a month."""

    stay: Stay
    fund: str
    month: Month
    euro: Sum


class Plan:
    """The whole model of one workbook."""

    def __init__(self, book: Book) -> None:
        self.book, self.settings, self.whole = book, book.settings, Whole()
        self.first, self.last = self.settings.first_month, self.settings.last_month
        self.months = [self.first + n for n in range(self.last - self.first + 1)]
        self.unit = {row.unit: row for row in book.of(rows.Unit)}
        self.stays = [s for mission in book.of(rows.Mission) for s in self.stays_of(mission)]
        self.sent = [sent for stay in self.stays for sent in self.sending(stay)]
        self.spent = list(self.spending())
        self.points: list[Sum] = []
        self.missions()
        self.supply_and_readiness()
        self.funds()
        for rule in book.of(rows.Rule):
            if rule.active:
                self.rule(rule)
        for pair in book.of(rows.Pair):
            if pair.active:
                self.pair(pair)

    def window(self, mission: rows.Mission, option: rows.Option) -> tuple[Month, Month]:
        """README, point 1: the windows of plan, mission and option, the framework, the mandate unless renewed."""
        opens = [self.first, mission.first_month, option.first_month]
        closes = [self.last, mission.last_month, option.last_month, mission.framework_end]
        if not mission.renewal_assumed:
            closes.append(mission.mandate_end)
        return max(m for m in opens if m is not None), min(m for m in closes if m is not None)

    def lengths(self, option: rows.Option, longest: int) -> list[int]:
        """Months that a stay may last: whole tours, or to the end of what is allowed."""
        tours = [
            row.tour_months or self.unit[provider.unit].tour_months
            for row in self.asked(option)
            for provider in self.providers(row)
        ]
        step = option.step_months or max(tours, default=1)
        most = min(longest, option.max_months or longest)
        return [n for n in range(option.min_months, most + 1) if n % step == 0 or n == most]

    def asked(self, option: rows.Option) -> list[rows.Requirement]:
        key = (option.mission, option.option)
        return [row for row in self.book.of(rows.Requirement) if (row.mission, row.option) == key]

    def providers(self, requirement: rows.Requirement) -> list[rows.Capability]:
        return [row for row in self.book.of(rows.Capability) if row.capability == requirement.capability]

    def decides(self, month: Month) -> bool:
        return (month - self.first) % self.settings.decision_every == 0

    def stays_of(self, mission: rows.Mission) -> Iterator[Stay]:
        for option in self.book.of(rows.Option):
            if option.mission != mission.mission:
                continue
            spans = [(first, last, first, False) for first, last in self.new_spans(mission, option)]
            if option.option == mission.running_option and mission.running_since is not None:
                since = mission.running_since
                spans += [(self.first, last, since, early) for last, early in self.ends_of_what_runs(mission, option)]
            for first, last, began, early in spans:
                name = f"{mission.mission} {option.option} {first} {last} {began}"
                yield Stay(mission, option, first, last, began, self.whole.variable(1, name), early)

    def new_spans(self, mission: rows.Mission, option: rows.Option) -> Iterator[tuple[Month, Month]]:
        opens, closes = self.window(mission, option)
        if mission.art100:
            opens = max(opens, (self.settings.decided_in or self.first) + self.settings.art100_lead_months)
        for first in self.months:
            if option.active and first >= opens and self.decides(first):
                yield from ((first, first + (n - 1)) for n in self.lengths(option, closes - first + 1))

    def ends_of_what_runs(self, mission: rows.Mission, option: rows.Option) -> list[tuple[Month, bool]]:
        """Each last month, and whether that is before the running tour ends: at a price, before a decision month."""
        _, closes = self.window(mission, option)
        since = mission.running_since
        assert since is not None
        lasts = [since + (n - 1) for n in self.lengths(option, closes - since + 1)]
        whole = [last for last in lasts if last >= self.first]
        if not whole or mission.early_end_price is None:
            return [(last, False) for last in whole]
        early = [month for month in self.months if month < min(whole) and self.decides(month + 1)]
        return [(last, True) for last in early] + [(last, False) for last in whole]

    def sending(self, stay: Stay) -> Iterator[Sent]:
        """README, point 2: units that meet each requirement; a modular contribution is filled as far as wanted."""
        for row in self.asked(stay.option):
            providers = self.providers(row)
            found = []
            for provider in providers:
                alone = math.ceil(Fraction(row.quantity, provider.provides))
                if len(providers) == 1 and not stay.option.modular:
                    units = stay.chosen * alone
                else:
                    units = self.whole.variable(alone, f"{row.capability} {provider.unit}")
                    self.whole.at_most(units, stay.chosen * alone)
                found.append(Sent(stay, row, self.unit[provider.unit], units, provider.provides))
            provided = total(sent.units * sent.provides for sent in found)
            if stay.option.modular:
                self.whole.at_most(provided, stay.chosen * row.quantity)
            else:
                self.whole.at_most(stay.chosen * row.quantity, provided)
            yield from found

    def missions(self) -> None:
        """README, point 1: one option at a time, so many stays, mandated missions in, what runs goes on."""
        whole = self.whole
        for mission in self.book.of(rows.Mission):
            stays = [stay for stay in self.stays if stay.mission is mission]
            chosen = total(stay.chosen for stay in stays)
            whole.model.add_no_overlap(
                whole.model.new_optional_fixed_size_interval_var(
                    stay.first.index, stay.length, whole.literal(stay.chosen), "stay"
                )
                for stay in stays
            )
            whole.at_most(chosen, number(mission.max_stays))
            if mission.mandated:
                whole.at_most(number(1), chosen)
            if mission.running_option is not None:
                whole.equal(total(stay.chosen for stay in stays if stay.runs), number(1))

    def supply_and_readiness(self) -> None:
        """README, points 3 and 4: units in any phase with the reserve; units that can be ready in time."""
        self.shortages: list[Sum] = []
        self.shortfalls: list[Sum] = []
        busy: dict[tuple[str, Month], list[tuple[int, Sum]]] = defaultdict(list)
        for sent in self.sent:
            for month, notice in sent.busy(self):
                busy[sent.unit.unit, month].append((notice, sent.units))
        for unit in self.unit.values():
            for month in self.months:
                self.month_of(unit, month, busy[unit.unit, month])

    def month_of(self, unit: rows.Unit, month: Month, busy: list[tuple[int, Sum]]) -> None:
        there = next(row for row in self.book.of(rows.Supply) if row.unit == unit.unit and self.holds(row, month))
        wanted = [r for r in self.book.of(rows.Readiness) if r.unit == unit.unit and self.holds(r, month) and r.units]
        notices = {tier.tier: tier.notice_days for tier in self.book.of(rows.Tier)}
        in_use = total(units for _, units in busy)
        lacks = number(0)
        if self.settings.supply_shortage is rows.Shortfall.PRICED:
            most = sum(self.whole.most[index] * int(n) for index, n in in_use.of.items())
            lacks = self.whole.variable(most + there.reserve + sum(row.units for row in wanted), "lacks")
            self.shortages.append(lacks * exact(unit.shortage_price))
        self.whole.at_most(in_use + number(there.reserve), number(there.units) + lacks)
        for row in wanted:
            slow = total(units for notice, units in busy if notice > notices[row.tier])
            ready = number(there.units) + lacks - slow
            short = number(0)
            if self.settings.readiness_shortfall is rows.Shortfall.PRICED:
                short = self.whole.variable(row.units, "short")
                self.shortfalls.append(short)
            self.whole.at_most(number(row.units), ready + short)

    def holds(self, row: rows.Supply | rows.Readiness, month: Month) -> bool:
        return row.first_month <= month <= (row.last_month or self.last)

    def spending(self) -> Iterator[Spent]:
        """README, point 5: costs by month, at start and end, and per tour; who is sent decides which fund pays."""
        for row in self.book.of(rows.Cost):
            if row.unit is None and row.item is rows.CostItem.TOUR:
                raise NotImplementedError(f"{row.cost}: no document says when a whole contribution pays by the tour")
            payers = [sent for sent in self.sent if sent.unit.unit == row.unit]
            stays = [(s, s.chosen, [], row.category) for s in self.stays if row.unit is None]
            units = [(s.stay, s.units, s.reliefs(), row.category or s.unit.category) for s in payers]
            for stay, times, reliefs, category in (*stays, *units):
                fits = row.mission in (None, stay.mission.mission) and row.option in (None, stay.option.option)
                for month in self.due(row.item, stay, reliefs) if fits else ():
                    for fund, share in self.payers(stay.mission.mission, category):
                        yield Spent(stay, fund, month, times * exact(row.amount) * share)

    def due(self, item: rows.CostItem, stay: Stay, reliefs: list[Month]) -> list[Month]:
        """The months in which a cost is due; what began before the plan was paid before it."""
        by_item = {
            rows.CostItem.MONTH: [m for m in self.months if stay.first <= m <= stay.last],
            rows.CostItem.START: [stay.began],
            rows.CostItem.END: [stay.last],
            rows.CostItem.TOUR: reliefs,
        }
        return [month for month in by_item[item] if month >= self.first]

    def payers(self, mission: str, category: rows.Category | None) -> list[tuple[str, Fraction]]:
        paying = [row for row in self.book.of(rows.Payer) if row.category is category]
        own = [row for row in paying if row.mission == mission]
        return [(row.fund, exact(row.share)) for row in own or [row for row in paying if row.mission is None]]

    def funds(self) -> None:
        free = {(r.fund, r.year): exact(r.budget) - exact(r.reserve) for r in self.book.of(rows.Fund)}
        bills: dict[tuple[str, int], list[Sum]] = defaultdict(list)
        for spent in self.spent:
            bills[spent.fund, spent.month.year].append(spent.euro)
        for key, bill in bills.items():
            self.whole.at_most(total(bill), number(free.get(key, Fraction(0))))

    def picks(self, group: str, stay: Stay) -> bool:
        """Whether a row of the group fits a stay in all its filled cells."""
        large = stay.option.persons >= self.settings.large_from_persons
        long = stay.length >= self.settings.long_from_months
        for row in self.book.of(rows.Group):
            asked = [
                (row.mission, [stay.mission.mission]),
                (row.region, [stay.mission.region]),
                (row.organisation, [stay.mission.organisation]),
                (row.tag, [tag.strip() for tag in stay.mission.tags.split(";")]),
                (row.distance, [stay.mission.distance]),
                (row.size, [rows.Size.LARGE if large else rows.Size.SMALL]),
                (row.length, [rows.Length.LONG if long else rows.Length.SHORT]),
            ]
            if row.group == group and all(wish is None or wish in have for wish, have in asked):
                return True
        return False

    def rule(self, rule: rows.Rule) -> None:
        """README, point 6: so much over a window, or in every so many months; the last may be cut only for at most."""
        first, last = max(self.first, rule.first_month or self.first), min(self.last, rule.last_month or self.last)
        every = rule.every or last - first + 1
        begin = first
        while begin <= last:
            end = begin + (every - 1)
            if end <= last or rule.limit is rows.Limit.AT_MOST:
                self.rule_in(rule, begin, min(end, last))
            begin = end + 1

    def rule_in(self, rule: rows.Rule, first: Month, last: Month) -> None:
        have, wanted = self.measure(rule.measure, rule.group, first, last), number(exact(rule.amount))
        if rule.share_of is not None:
            wanted = self.measure(rule.measure, rule.share_of, first, last) * exact(rule.amount)
        elif rule.measure is rows.Measure.MONEY:
            wanted *= Fraction(1, MILLION)
        sides = {
            rows.Limit.AT_LEAST: [wanted - have],
            rows.Limit.AT_MOST: [have - wanted],
            rows.Limit.EXACTLY: [wanted - have, have - wanted],
        }[rule.limit]
        for breach in sides:
            if rule.force is rows.Force.HARD:
                self.whole.at_most(breach, number(0))
            else:
                self.points.append(self.whole.above(breach, rule.rule) * -exact(rule.price))

    def measure(self, measure: rows.Measure, group: str, first: Month, last: Month) -> Sum:
        stays = [stay for stay in self.stays if stay.overlap(first, last) and self.picks(group, stay)]
        match measure:
            case rows.Measure.MISSIONS:
                by_mission: dict[str, list[Sum]] = defaultdict(list)
                for stay in stays:
                    by_mission[stay.mission.mission].append(stay.chosen)
                return total(self.one_of(chosen) for chosen in by_mission.values())
            case rows.Measure.STAYS:
                return total(stay.chosen for stay in stays)
            case rows.Measure.MONTHS:
                return total(stay.chosen * stay.overlap(first, last) for stay in stays)
            case rows.Measure.PERSONS:
                there = ((stay, Fraction(stay.overlap(first, last), last - first + 1)) for stay in stays)
                return total(self.persons(stay) * part for stay, part in there)
            case rows.Measure.MONEY:
                mine = [s for s in self.spent if s.stay in stays and first <= s.month <= last]
                return total(s.euro for s in mine) * Fraction(1, MILLION)

    def persons(self, stay: Stay) -> Sum:
        if not stay.option.modular:
            return stay.chosen * stay.option.persons
        return total(sent.units * sent.unit.persons for sent in self.sent if sent.stay is stay)

    def one_of(self, sums: list[Sum]) -> Sum:
        """1 when at least one of these yes-or-no variables is."""
        any_of = self.whole.variable(1, "any")
        self.whole.model.add_max_equality(self.whole.literal(any_of), [self.whole.literal(one) for one in sums])
        return any_of

    def pair(self, pair: rows.Pair) -> None:
        """README, point 6: requires, excludes and synergy month by month; follows by start."""
        one = [s for s in self.stays if s.mission.mission == pair.mission and pair.option in (None, s.option.option)]
        other = [
            s for s in self.stays if s.mission.mission == pair.other and pair.other_option in (None, s.option.option)
        ]
        for month in self.months:
            here = [s.chosen for s in one if s.first <= month <= s.last]
            there = [s.chosen for s in other if s.first <= month <= s.last]
            match pair.tie:
                case rows.Tie.REQUIRES:
                    self.tied(pair, here, self.none_of(there))
                case rows.Tie.EXCLUDES:
                    self.tied(pair, here, there)
                case rows.Tie.FOLLOWS:
                    starts = [s.chosen for s in one if s.first == month and not s.runs]
                    before = [s.chosen for s in other if 1 <= month - s.last <= pair.within_months + 1]
                    self.tied(pair, starts, self.none_of(before))
                case rows.Tie.SYNERGY if here and there:
                    self.points.append(self.both(here, there) * exact(pair.bonus))

    def none_of(self, sums: list[Sum]) -> list[Sum]:
        return [number(1) - self.one_of(sums)] if sums else [number(1)]

    def tied(self, pair: rows.Pair, one: list[Sum], other: list[Sum]) -> None:
        """A breach when one of the first and one of the second are so together."""
        if not one or not other:
            return
        first = self.one_of(one)
        second = other[0] if len(other) == 1 else self.one_of(other)
        if pair.force is rows.Force.HARD:
            self.whole.at_most(first + second, number(1))
        else:
            breach = self.whole.above(first + second - number(1), pair.pair)
            self.points.append(breach * -exact(pair.price))

    def both(self, one: list[Sum], other: list[Sum]) -> Sum:
        both = self.whole.variable(1, "both")
        self.whole.at_most(both, self.one_of(one))
        self.whole.at_most(both, self.one_of(other))
        return both

    def goal(self, name: rows.GoalName) -> Sum:
        """README, point 7; less is better, so value is counted below 0."""
        match name:
            case rows.GoalName.SHORTAGE:
                return total(self.shortages)
            case rows.GoalName.READINESS:
                return total(self.shortfalls)
            case rows.GoalName.VALUE:
                return (total(self.worth(stay) for stay in self.stays) + total(self.points)) * -1
            case rows.GoalName.CHANGES:
                return total(stay.chosen for stay in self.stays if self.is_change(stay))
            case rows.GoalName.COST:
                return total(spent.euro for spent in self.spent) * Fraction(1, MILLION)
            case rows.GoalName.START:
                return total(stay.chosen * (stay.first - self.first) for stay in self.stays)

    def worth(self, stay: Stay) -> Sum:
        weights = {row.interest: exact(row.weight) for row in self.book.of(rows.Interest)}
        scores = [row for row in self.book.of(rows.Score) if row.mission == stay.mission.mission]
        score = sum((weights[row.interest] * exact(row.score) for row in scores), start=Fraction(0))
        full = score * exact(stay.mission.effectiveness) * exact(stay.option.share) * stay.length
        filled = stay.chosen
        if stay.option.modular:
            asked = sum(row.quantity for row in self.asked(stay.option))
            mine = [sent for sent in self.sent if sent.stay is stay]
            filled = total(sent.units * Fraction(sent.provides, asked) for sent in mine)
        return filled * full - stay.chosen * (exact(stay.mission.early_end_price or 0) if stay.early else 0)

    def is_change(self, stay: Stay) -> bool:
        """A start, or the end of what runs before it must."""
        _, closes = self.window(stay.mission, stay.option)
        longest = stay.option.max_months
        must = closes if longest is None else min(closes, stay.began + (longest - 1))
        return not stay.runs or stay.last < must

    def ranks(self) -> list[list[tuple[rows.GoalName, Fraction]]]:
        """The goals in order of rank, with their weights; an allowed shortage comes before all."""
        usual = [rows.GoalName.READINESS, rows.GoalName.VALUE, rows.GoalName.CHANGES, rows.GoalName.COST]
        usual.append(rows.GoalName.START)
        by_rank: dict[int, list[tuple[rows.GoalName, Fraction]]] = defaultdict(list)
        written = [(row.goal, row.rank, exact(row.weight)) for row in self.book.of(rows.Goal)]
        for name, rank, weight in written or [(name, rank, Fraction(1)) for rank, name in enumerate(usual)]:
            priced = self.settings.readiness_shortfall is rows.Shortfall.PRICED
            if name is not rows.GoalName.SHORTAGE and (priced or name is not rows.GoalName.READINESS):
                by_rank[rank].append((name, weight))
        ranks = [by_rank[rank] for rank in sorted(by_rank)]
        if self.settings.supply_shortage is rows.Shortfall.PRICED:
            ranks.insert(0, [(rows.GoalName.SHORTAGE, Fraction(1))])
        return ranks

    def solve(self) -> dict[str, Any]:
        """Best value of each rank, the earlier ones held exactly; status, and the plan that reaches them."""
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = SECONDS
        solver.parameters.num_workers = 1
        solver.parameters.linearization_level = 2
        reached: list[Fraction] = []
        sums = [total(self.goal(name) * weight for name, weight in goals) for goals in self.ranks()]
        for goal in sums or [number(0)]:
            expression, factor = self.whole.scaled(goal)
            self.whole.model.minimize(expression)
            status = solver.solve(self.whole.model)
            if status == cp_model.INFEASIBLE and not reached:
                return {"status": "infeasible", "goals": []}
            if status != cp_model.OPTIMAL:
                return {"status": str(solver.status_name(status)).lower(), "goals": [str(n) for n in reached]}
            best = round(solver.objective_value)
            reached.append(Fraction(best) / factor)
            self.whole.model.add(expression == best)
            self.whole.model.clear_hints()
            for variable in self.whole.variables:
                self.whole.model.add_hint(variable, solver.value(variable))
        return {"status": "optimal", "goals": [str(n) for n in reached[: len(sums)]], "plan": list(self.plan(solver))}

    def plan(self, solver: cp_model.CpSolver) -> Iterator[dict[str, Any]]:
        for stay in self.stays:
            if solver.value(self.whole.literal(stay.chosen)):
                yield {
                    "mission": stay.mission.mission,
                    "option": stay.option.option,
                    "first": str(stay.first),
                    "last": str(stay.last),
                    "running": stay.runs,
                    "units": [
                        [sent.requirement.capability, sent.unit.unit, self.value(solver, sent.units)]
                        for sent in self.sent
                        if sent.stay is stay
                    ],
                }

    def value(self, solver: cp_model.CpSolver, units: Sum) -> int:
        return sum(int(n) * solver.value(self.whole.variables[index]) for index, n in units.of.items())


def answer(path: Path) -> dict[str, Any]:
    """What CP-SAT makes of a workbook, as JSON can carry it; goals are fractions, less is better."""
    began = time.monotonic()
    book, _ = read_workbook(path)
    return {"book": path.name, **Plan(book).solve(), "seconds": round(time.monotonic() - began, 3)}


def main() -> None:
    names = sys.argv[1:] or (line.rstrip("\n") for line in sys.stdin)
    for name in names:
        try:
            found = answer(Path(name))
        except Exception as error:
            found = {"book": Path(name).name, "status": "failed", "goals": [], "error": repr(error)}
        found["loaded"] = sorted(
            {".".join(m.split(".")[:2]) for m in sys.modules if m.startswith(("inzet.", "highspy"))}
        )
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
