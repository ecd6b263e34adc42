"""The scenario: what a plan is made from, indexed the way a planner asks for it. No Excel, no Pyomo."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeVar

from inzet.calendar import Month, months
from inzet.schema.book import Book
from inzet.schema.rows import (
    Capability,
    Category,
    Cost,
    Fund,
    Goal,
    GoalName,
    Group,
    Interest,
    Length,
    Limit,
    Mission,
    Option,
    Pair,
    Payer,
    Readiness,
    Reported,
    Requirement,
    Rule,
    Score,
    Settings,
    Shortfall,
    Size,
    Supply,
    Tier,
    Unit,
)

if TYPE_CHECKING:
    from inzet.scenario.history import History

DEFAULT_GOALS = tuple(
    Goal(goal=name, rank=rank)
    for rank, name in enumerate((name for name in GoalName if name is not GoalName.SHORTAGE), start=1)
)
"""Least readiness shortfall, most value, fewest changes, least cost, earliest starts: unless the workbook differs."""


class _Period(Protocol):
    @property
    def first_month(self) -> Month: ...
    @property
    def last_month(self) -> Month | None: ...


K = TypeVar("K")
T = TypeVar("T")
P = TypeVar("P", bound=_Period)


class Phase(StrEnum):
    """What a unit that is not idle is doing."""

    PREPARING = "preparing"
    DEPLOYED = "deployed"
    RECOVERING = "recovering"


@dataclass(frozen=True, order=True)
class Stay:
    """One contribution: an option of a mission, from its first to its last month abroad.

    A running contribution that goes on is a stay that starts in the first month of the plan, with
    ``running`` set: its tours are counted from the month in which it really started.
    """

    mission: str
    option: str
    first: Month
    last: Month
    running: bool = False

    @property
    def months(self) -> int:
        """Months abroad within the plan."""
        return self.last - self.first + 1

    @cached_property
    def name(self) -> str:
        """What it is called among columns and rows: a model says it a hundred thousand times."""
        mark = "~" if self.running else ""
        return f"{self.mission}.{self.option}.{mark}{self.first}.{self.last}"

    def __str__(self) -> str:
        return self.name

    def __hash__(self) -> int:
        # Looked up as often as it is named; the fields that nearly always tell stays apart are enough.
        return hash((self.mission, self.option, self.first.index, self.last.index))


@dataclass(frozen=True)
class Scenario:
    """The checked contents of a workbook, immutable; every collection is in the order of its ids.

    Because the order of rows in the workbook does not matter here, it does not matter to the plan.

    Attributes:
        book: the rows it was made from, with their cells.
        names: the named scenarios of the workbook that were applied, in order.
        history: what has happened when a running plan is made anew; None for a plan that starts afresh.
    """

    book: Book
    names: tuple[str, ...] = ()
    history: History | None = None

    @property
    def settings(self) -> Settings:
        """The Settings sheet."""
        return self.book.settings

    @property
    def label(self) -> str:
        """The scenario's name for headings and results; ``base`` without named changes."""
        return "+".join(self.names) or "base"

    @cached_property
    def horizon(self) -> tuple[Month, ...]:
        """Every month of the plan."""
        return tuple(months(self.settings.first_month, self.settings.last_month))

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Every calendar year with a month in the plan."""
        return tuple(sorted({month.year for month in self.horizon}))

    @cached_property
    def decision_months(self) -> tuple[Month, ...]:
        """The months in which a new contribution may start."""
        return self.horizon[:: self.settings.decision_every]

    @cached_property
    def interests(self) -> Mapping[str, Interest]:
        """Interests by id."""
        return _by_id(self.book.of(Interest), "interest")

    @cached_property
    def units(self) -> Mapping[str, Unit]:
        """Unit types by id."""
        return _by_id(self.book.of(Unit), "unit")

    @cached_property
    def tiers(self) -> Mapping[str, Tier]:
        """Readiness tiers by id."""
        return _by_id(self.book.of(Tier), "tier")

    @cached_property
    def missions(self) -> Mapping[str, Mission]:
        """Missions by id."""
        return _by_id(self.book.of(Mission), "mission")

    @cached_property
    def options(self) -> Mapping[tuple[str, str], Option]:
        """Options by mission and option id."""
        return {(o.mission, o.option): o for o in sorted(self.book.of(Option), key=Option.row_key)}

    @cached_property
    def funds(self) -> Mapping[tuple[str, int], Fund]:
        """Funds by id and year, for the years of the plan."""
        rows = sorted(self.book.of(Fund), key=Fund.row_key)
        return {(f.fund, f.year): f for f in rows if f.year in self.years}

    @cached_property
    def fund_names(self) -> tuple[str, ...]:
        """Every fund named in the workbook."""
        named = {f.fund for f in self.book.of(Fund)} | {p.fund for p in self.book.of(Payer)}
        return tuple(sorted(named))

    @cached_property
    def reported(self) -> Mapping[str, Reported]:
        """What was reported about earlier months, by mission."""
        return _by_id(self.book.of(Reported), "mission")

    @cached_property
    def goals(self) -> tuple[tuple[Goal, ...], ...]:
        """The goals by rank, first rank first; goals of one rank are added up with their weights.

        A shortfall of readiness or a shortage of units that is forbidden has nothing left to minimise, so its goal is
        left out. A shortage that is allowed comes first, whatever the workbook says: nothing is worth a unit that is
        not there.
        """
        ranks: dict[int, list[Goal]] = defaultdict(list)
        if self.shortage_allowed:
            ranks[0].append(Goal(goal=GoalName.SHORTAGE, rank=1))
        for goal in sorted(self.book.of(Goal) or DEFAULT_GOALS, key=Goal.row_key):
            if goal.goal is GoalName.SHORTAGE or (goal.goal is GoalName.READINESS and not self.shortfall_allowed):
                continue
            ranks[goal.rank].append(goal)
        return tuple(tuple(ranks[rank]) for rank in sorted(ranks))

    @property
    def shortfall_allowed(self) -> bool:
        """Whether a readiness commitment may be missed at a price."""
        return self.settings.readiness_shortfall is Shortfall.PRICED

    @property
    def shortage_allowed(self) -> bool:
        """Whether more units may be planned than there are, at a price."""
        return self.settings.supply_shortage is Shortfall.PRICED

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """The rules over groups that are switched on, by id."""
        return _by_id((rule for rule in self.book.of(Rule) if rule.active), "rule")

    @cached_property
    def pairs(self) -> Mapping[str, Pair]:
        """The rules over two missions that are switched on, by id."""
        return _by_id((pair for pair in self.book.of(Pair) if pair.active), "pair")

    @cached_property
    def _groups(self) -> Mapping[str, tuple[Group, ...]]:
        grouped: dict[str, list[Group]] = defaultdict(list)
        for row in sorted(self.book.of(Group), key=Group.row_key):
            grouped[row.group].append(row)
        return {key: tuple(rows) for key, rows in grouped.items()}

    @cached_property
    def _memberships(self) -> dict[tuple[str, str, str, Length], bool]:
        """What is known of memberships so far; rules ask for the same ones over and over."""
        return {}

    @cached_property
    def tour_ends(self) -> dict[str, Month]:
        """What is known of the last months of running tours so far, by mission; filled by ``stays.tour_end``."""
        return {}

    def in_group(self, group: str, stay: Stay) -> bool:
        """Whether a group picks a stay: one of its rows fits in all its filled cells."""
        length = Length.LONG if stay.months >= self.settings.long_from_months else Length.SHORT
        key = (group, stay.mission, stay.option, length)
        if key not in self._memberships:
            self._memberships[key] = self._picks(*key)
        return self._memberships[key]

    def _picks(self, group: str, mission_id: str, option_id: str, length: Length) -> bool:
        mission, option = self.missions[mission_id], self.options[mission_id, option_id]
        facts = {
            "mission": (mission_id,),
            "region": (mission.region,),
            "organisation": (mission.organisation,),
            "tag": tuple(tag.strip() for tag in mission.tags.split(";")),
            "distance": (mission.distance,),
            "size": (Size.LARGE if option.persons >= self.settings.large_from_persons else Size.SMALL,),
            "length": (length,),
        }
        return any(
            all(getattr(row, name) is None or getattr(row, name) in values for name, values in facts.items())
            for row in self._groups.get(group, ())
        )

    def periods(self, rule: Rule) -> tuple[tuple[Month, Month], ...]:
        """First and last month of each period in which a rule holds, within the plan.

        Periods follow each other from the first month of the rule's window. A last period that is not whole
        counts only for ``at most``: it may be too short for what is asked at least.
        """
        first = max(self.horizon[0], rule.first_month or self.horizon[0])
        last = min(self.horizon[-1], rule.last_month or self.horizon[-1])
        if last < first:
            return ()
        length = rule.every or last - first + 1
        starts = [first + offset for offset in range(0, last - first + 1, length)]
        whole = [(start, start + (length - 1)) for start in starts if start + (length - 1) <= last]
        if rule.limit is not Limit.AT_MOST:
            return tuple(whole)
        return (*whole, *((start, last) for start in starts if start + (length - 1) > last))

    @cached_property
    def _requirements(self) -> Mapping[tuple[str, str], tuple[Requirement, ...]]:
        grouped: dict[tuple[str, str], list[Requirement]] = defaultdict(list)
        for row in sorted(self.book.of(Requirement), key=Requirement.row_key):
            grouped[row.mission, row.option].append(row)
        return {key: tuple(rows) for key, rows in grouped.items()}

    @cached_property
    def _providers(self) -> Mapping[str, tuple[Capability, ...]]:
        grouped: dict[str, list[Capability]] = defaultdict(list)
        for row in sorted(self.book.of(Capability), key=Capability.row_key):
            grouped[row.capability].append(row)
        return {key: tuple(rows) for key, rows in grouped.items()}

    @cached_property
    def _scores(self) -> Mapping[tuple[str, str], float]:
        return {(row.mission, row.interest): row.score for row in self.book.of(Score)}

    @cached_property
    def _supply(self) -> Mapping[tuple[str, Month], Supply]:
        return self._by_month({unit: [s for s in self.book.of(Supply) if s.unit == unit] for unit in self.units})

    @cached_property
    def commitments(self) -> Mapping[tuple[str, str, Month], int]:
        """Units that must be ready, by unit type, tier and month; only where there is a commitment."""
        groups: dict[tuple[str, str], list[Readiness]] = defaultdict(list)
        for row in sorted(self.book.of(Readiness), key=Readiness.row_key):
            groups[row.unit, row.tier].append(row)
        by_month = self._by_month(groups)
        return {(*key, month): row.units for (key, month), row in by_month.items() if row.units > 0}

    def _by_month(self, groups: Mapping[K, Iterable[P]]) -> dict[tuple[K, Month], P]:
        first, last = self.horizon[0], self.horizon[-1]
        return {
            (key, month): row
            for key, rows in groups.items()
            for row in rows
            for month in months(max(first, row.first_month), min(last, row.last_month or last))
        }

    def supply(self, unit: str, month: Month) -> int:
        """Units of a type that exist in a month."""
        return self._supply[unit, month].units

    def reserve(self, unit: str, month: Month) -> int:
        """Units of a type deliberately kept free in a month."""
        return self._supply[unit, month].reserve

    def options_of(self, mission: str) -> tuple[Option, ...]:
        """The options of a mission."""
        return tuple(option for (owner, _), option in self.options.items() if owner == mission)

    def requirements_of(self, mission: str, option: str) -> tuple[Requirement, ...]:
        """What an option asks for."""
        return self._requirements.get((mission, option), ())

    def providers(self, capability: str) -> tuple[Capability, ...]:
        """The unit types that provide a capability, and how much of it."""
        return self._providers[capability]

    def tour_months(self, requirement: Requirement, unit: str) -> int:
        """Months of one tour of a unit that meets a requirement."""
        return requirement.tour_months or self.units[unit].tour_months

    def window(self, option: Option) -> tuple[Month, Month]:
        """First and last month of the plan in which an option can be abroad; empty when last is before first.

        The last month is the earliest of the plan's, the mission's, the option's, the national framework's and,
        unless its renewal is assumed, the international mandate's.
        """
        mission = self.missions[option.mission]
        mandate_end = None if mission.renewal_assumed else mission.mandate_end
        lasts = (self.horizon[-1], mission.last_month, option.last_month, mission.framework_end, mandate_end)
        firsts = (self.horizon[0], mission.first_month, option.first_month)
        return max(m for m in firsts if m), min(m for m in lasts if m)

    def earliest_start(self, option: Option) -> Month:
        """First month in which a new contribution may start: its window, and the article 100 lead time."""
        first, _ = self.window(option)
        if not self.missions[option.mission].art100:
            return first
        decided = self.settings.decided_in or self.horizon[0]
        return max(first, decided + self.settings.art100_lead_months)

    def value_per_month(self, option: Option) -> Mapping[str, float]:
        """Points per month by interest: weight x score x effectiveness of the mission x share of the option."""
        mission = self.missions[option.mission]
        return {
            name: interest.weight
            * self._scores.get((mission.mission, name), 0.0)
            * mission.effectiveness
            * option.share
            for name, interest in self.interests.items()
        }

    def score(self, mission: str, interest: str) -> float:
        """How much a mission serves an interest, 0 to 1."""
        return self._scores.get((mission, interest), 0.0)

    def payers(self, mission: str, category: Category) -> Mapping[str, float]:
        """The funds that pay for a category in a mission, with their shares; the mission's own rows go first."""
        rows = [row for row in self.book.of(Payer) if row.category is category]
        own = [row for row in rows if row.mission == mission]
        return {row.fund: row.share for row in sorted(own or [r for r in rows if r.mission is None], key=Payer.row_key)}

    def costs_of(self, option: Option) -> tuple[Cost, ...]:
        """The cost rows that fit an option: rates per unit and amounts for the whole contribution."""
        return tuple(
            row
            for row in sorted(self.book.of(Cost), key=Cost.row_key)
            if row.mission in (None, option.mission) and row.option in (None, option.option)
        )

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of what is asked: the workbook with its changes, and what had happened and is wished, if any.

        How far to search is no part of it: plans with the same hash answer the same question, each within its own gap.
        """
        if self.history is None:
            return self.book.content_hash()
        text = json.dumps([self.book.content_hash(), self.history.content()], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def _by_id(rows: Iterable[T], name: str) -> dict[str, T]:
    return {getattr(row, name): row for row in sorted(rows, key=lambda row: str(getattr(row, name)))}
