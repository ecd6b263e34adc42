"""What stands in the way of a set of contributions: the units, the readiness, the money or the rules they lack.

Two ledgers are held against each other: the plan as it is, and the same plan with one mission changed and nothing
else moved. What the second lacks and the first does not is in the way. No solver has a part in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from inzet.calendar import Month
from inzet.plan.ledger import Ledger
from inzet.plan.rule_counts import RuleCount
from inzet.schema.book import Book
from inzet.schema.rows import Fund, Readiness, Row, Rule, Supply

Spell = tuple[Month, Month]
"""First and last month of an unbroken row of months."""

HAIR = 1e-6


class Kind(StrEnum):
    """What it is that stands in the way."""

    SUPPLY = "supply"
    READINESS = "readiness"
    MONEY = "money"
    RULE = "rule"
    PRICE = "price"
    """A rule that may be broken, at a price in points."""
    MANDATE = "mandate"
    """The mission is mandated: it must be in."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that stands in the way.

    Attributes:
        kind: what kind of thing.
        what: the unit type, fund, rule or mission.
        tier: the readiness tier; empty for other kinds.
        spells: the months in which it is short.
        short: by how much at most: units, euro, the rule's own unit, or for a price the points it costs in all.
        holders: the missions that use what is short in those months, most months first.
        cells: the cells of the workbook that set it, such as ``Supply!D5``.
    """

    kind: Kind
    what: str
    tier: str
    spells: tuple[Spell, ...]
    short: float
    holders: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()


def obstacles(plan: Ledger, wished: Ledger) -> tuple[Obstacle, ...]:
    """What the wished contributions lack and the plan does not.

    Args:
        plan: the plan as it is.
        wished: the same with one mission changed, whether or not it keeps the rules.
    """
    return (
        *_mandates(wished),
        *_supply(plan, wished),
        *_readiness(plan, wished),
        *_money(plan, wished),
        *_rules(plan, wished),
    )


def spells_of(months: Iterable[Month]) -> tuple[Spell, ...]:
    """Months as unbroken spells, in order."""
    spells: list[Spell] = []
    for month in sorted(set(months)):
        if spells and month - spells[-1][1] == 1:
            spells[-1] = (spells[-1][0], month)
        else:
            spells.append((month, month))
    return tuple(spells)


def _mandates(wished: Ledger) -> Iterator[Obstacle]:
    scenario = wished.scenario
    present = {c.stay.mission for c in wished.contributions}
    for name, mission in scenario.missions.items():
        if mission.mandated and name not in present:
            cell = cell_of(scenario.book, mission, "mandated")
            yield Obstacle(Kind.MANDATE, name, "", (), 1.0, (), cell)


def _supply(plan: Ledger, wished: Ledger) -> Iterator[Obstacle]:
    scenario = plan.scenario
    for unit in scenario.units:
        short = {
            month: scenario.reserve(unit, month) - wished.idle(unit, month)
            for month in scenario.horizon
            if (unit, month) in wished.use
        }
        short = {month: number for month, number in short.items() if number > 0}
        if short:
            holders = holders_of(plan, unit, short)
            cells = cells_by_month(scenario.book, Supply, unit, "", short)
            yield Obstacle(Kind.SUPPLY, unit, "", spells_of(short), max(short.values()), holders, cells)


def _readiness(plan: Ledger, wished: Ledger) -> Iterator[Obstacle]:
    scenario = plan.scenario
    more: dict[tuple[str, str], dict[Month, int]] = defaultdict(dict)
    for unit, tier, month in scenario.commitments:
        short = wished.shortfall(unit, tier, month) - plan.shortfall(unit, tier, month)
        if short > 0:
            more[unit, tier][month] = short
    for (unit, tier), short_by_month in more.items():
        holders = holders_of(plan, unit, short_by_month)
        cells = cells_by_month(scenario.book, Readiness, unit, tier, short_by_month)
        yield Obstacle(
            Kind.READINESS, unit, tier, spells_of(short_by_month), max(short_by_month.values()), holders, cells
        )


def _money(plan: Ledger, wished: Ledger) -> Iterator[Obstacle]:
    scenario = plan.scenario
    for fund in scenario.fund_names:
        for year in scenario.years:
            row = scenario.funds.get((fund, year))
            free = row.budget - row.reserve if row else 0.0
            over = wished.spent(fund, year) - free
            if over > max(1.0, HAIR * free):
                spent: dict[str, float] = defaultdict(float)
                for posting in plan.postings:
                    if (posting.fund, posting.year) == (fund, year):
                        spent[posting.stay.mission] += posting.euro
                months = [month for month in scenario.horizon if month.year == year]
                holders = tuple(sorted(spent, key=lambda mission: (-spent[mission], mission)))
                cells = cell_of(scenario.book, row, "budget") if isinstance(row, Fund) else ()
                yield Obstacle(Kind.MONEY, fund, "", spells_of(months), over, holders, cells)


def _rules(plan: Ledger, wished: Ledger) -> Iterator[Obstacle]:
    """Hard rules that break, and priced ones that cost more, rule by rule."""
    before = {(count.rule, count.first, count.last): count for count in plan.rule_counts}
    worse: dict[str, list[tuple[RuleCount, float]]] = defaultdict(list)
    for count in wished.rule_counts:
        old = before.get((count.rule, count.first, count.last))
        extra = count.breach - (old.breach if old else 0.0)
        if extra > HAIR:
            worse[count.rule].append((count, extra))
    for rule, counts in worse.items():
        hard = counts[0][0].hard
        points = sum(
            count.points - (old.points if (old := before.get((rule, count.first, count.last))) else 0.0)
            for count, _ in counts
        )
        months = [month for count, _ in counts for month in (count.first, count.last)]
        row = plan.scenario.rules.get(rule) or plan.scenario.pairs[rule]
        cells = cell_of(plan.scenario.book, row, "amount" if isinstance(row, Rule) else "pair")
        spell = ((min(months), max(months)),)
        short = max(extra for _, extra in counts) if hard else -points
        yield Obstacle(Kind.RULE if hard else Kind.PRICE, rule, "", spell, short, (), cells)


def holders_of(plan: Ledger, unit: str, months: Collection[Month]) -> tuple[str, ...]:
    """The missions that use units of a type in some months, whatever their phase; most unit months first."""
    held: dict[str, int] = defaultdict(int)
    for tour in plan.tours:
        if tour.unit == unit:
            held[tour.stay.mission] += tour.units * sum(tour.phase_in(month) is not None for month in months)
    return tuple(mission for mission in sorted(held, key=lambda name: (-held[name], name)) if held[mission])


def cells_by_month(
    book: Book, sheet: type[Supply] | type[Readiness], unit: str, tier: str, months: Iterable[Month]
) -> tuple[str, ...]:
    """The cells that set the supply of a unit type, or a readiness commitment of it, in some months."""
    months = list(months)
    return tuple(
        cell
        for row in book.of(sheet)
        if row.unit == unit
        and getattr(row, "tier", "") == tier
        and any(row.first_month <= month and (row.last_month is None or month <= row.last_month) for month in months)
        for cell in cell_of(book, row, "units")
    )


def cell_of(book: Book, row: Row, column: str) -> tuple[str, ...]:
    """The cell of a value with its sheet, such as ``Supply!D5``; nothing for a book without places."""
    cell = book.places.cell(row.sheet, row.row_key(), column)
    return (f"{row.sheet}!{cell}",) if cell else ()
