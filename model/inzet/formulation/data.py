"""The scenario, indexed for the formulation: which variables there are and what each of them takes.

Everything a rule adds up is prepared here as terms: pairs of a variable and a coefficient.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

from inzet.calendar import Month, months
from inzet.formulation.rotation import footprint, tours
from inzet.scenario.scenario import Phase, Scenario, Stay
from inzet.scenario.stays import ends_early, latest_end, stays_of
from inzet.schema.rows import Capability, Category, Cost, CostItem, Requirement


@dataclass(frozen=True, order=True, slots=True)
class Column:
    """A decision variable.

    Attributes:
        stay: the stay that it is about.
        capability: for an assignment, the capability that is met; empty for the stay itself.
        unit: for an assignment, the unit type that meets it.
    """

    stay: Stay
    capability: str = ""
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.stay.name}.{self.capability}.{self.unit}" if self.unit else self.stay.name


@dataclass(frozen=True, slots=True)
class Choice:
    """A requirement that more than one unit type can meet.

    Attributes:
        requirement: what the option asks for.
        units: the variable of each unit type, and how much that type provides.
    """

    requirement: Requirement
    units: tuple[tuple[Column, Capability], ...]


MILLION = 1e6
"""Money is counted in millions of euro, so that its rows are of the same size as those of units."""

Terms = list[tuple[Column, float]]
MissionMonth = tuple[str, Month]


@dataclass(frozen=True)
class Data:
    """What the rules add up.

    Attributes:
        scenario: what all of it comes from.
        chosen_from: the stays to choose from, by mission; None for those that the workbook allows.
        load: units that a variable takes, by unit type, phase and month.
        costs: euro that a variable spends, by fund and calendar year.
        spending: euro by variable, fund and month.
        measures: what rules count, by rule, group and period, as far as it was asked for.
    """

    scenario: Scenario
    chosen_from: Mapping[str, tuple[Stay, ...]] | None = None
    load: Mapping[tuple[str, Phase, Month], Terms] = field(init=False)
    costs: Mapping[tuple[str, int], Terms] = field(init=False)
    spending: Mapping[Column, Mapping[tuple[str, Month], float]] = field(init=False)
    measures: dict[tuple[str, str, tuple[Month, Month]], list[tuple[Column | str, float]]] = field(
        init=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        load: dict[tuple[str, Phase, Month], Terms] = defaultdict(list)
        costs: dict[tuple[str, int], Terms] = defaultdict(list)
        for column, count, requirement, unit in self._uses:
            for (phase, month), units in footprint(self.scenario, column.stay, requirement, unit).items():
                load[unit, phase, month].append((column, count * units))
        spending = self._spending()
        for column, spent in spending.items():
            by_year: Counter[tuple[str, int]] = Counter()
            for (fund, month), euro in spent.items():
                by_year[fund, month.year] += euro  # type: ignore[assignment]
            for key in sorted(by_year):
                costs[key].append((column, float(by_year[key])))
        object.__setattr__(self, "load", load)
        object.__setattr__(self, "costs", costs)
        object.__setattr__(self, "spending", spending)

    @cached_property
    def stays(self) -> Mapping[str, tuple[Stay, ...]]:
        """Every stay that may be chosen, by mission."""
        if self.chosen_from is not None:
            return {name: self.chosen_from.get(name, ()) for name in self.scenario.missions}
        return {name: stays_of(self.scenario, mission) for name, mission in self.scenario.missions.items()}

    @cached_property
    def stay_columns(self) -> tuple[Column, ...]:
        """A variable per stay."""
        return tuple(Column(stay) for stays in self.stays.values() for stay in stays)

    @cached_property
    def assignments(self) -> Mapping[tuple[Stay, str], Choice]:
        """For each stay and capability with a choice of units: a variable per unit type.

        There is a choice when more than one unit type provides it, or when the option is modular.
        """
        return {
            (column.stay, requirement.capability): Choice(
                requirement,
                tuple(
                    (Column(column.stay, requirement.capability, provider.unit), provider)
                    for provider in self.scenario.providers(requirement.capability)
                ),
            )
            for column in self.stay_columns
            for requirement in self._requirements(column.stay)
            if len(self.scenario.providers(requirement.capability)) > 1 or self.is_modular(column.stay)
        }

    @cached_property
    def assignment_columns(self) -> Mapping[Column, int]:
        """Every assignment variable, with the most units that it can be worth sending."""
        return {
            column: units_needed(choice.requirement, provider)
            for choice in self.assignments.values()
            for column, provider in choice.units
        }

    @cached_property
    def taken(self) -> Mapping[tuple[str, Month], Terms]:
        """Units that every variable takes, whatever their phase, by unit type and month; each variable once."""
        taken: dict[tuple[str, Month], dict[Column, float]] = defaultdict(dict)
        for unit, month in product(self.scenario.units, self.scenario.horizon):
            for phase in Phase:
                for column, units in self.load.get((unit, phase, month), ()):
                    terms = taken[unit, month]
                    terms[column] = terms.get(column, 0) + units
        return {key: list(terms.items()) for key, terms in taken.items()}

    @cached_property
    def active(self) -> Mapping[MissionMonth, tuple[Column, ...]]:
        """The stays of a mission that are abroad in a month."""
        abroad: dict[MissionMonth, list[Column]] = defaultdict(list)
        for column in self.stay_columns:
            for month in months(column.stay.first, column.stay.last):
                abroad[column.stay.mission, month].append(column)
        return {key: tuple(columns) for key, columns in abroad.items()}

    def is_modular(self, stay: Stay) -> bool:
        """Whether a stay's option may be filled in part."""
        return self.scenario.options[stay.mission, stay.option].modular

    @cached_property
    def values(self) -> Terms:
        """Points that each variable is worth.

        A stay: value per month of its option, times its months, less the price of an early end. In a modular
        option each unit sent brings its part of the value instead.
        """
        per_month = {key: sum(self.scenario.value_per_month(o).values()) for key, o in self.scenario.options.items()}
        terms: Terms = []
        for column in self.stay_columns:
            stay = column.stay
            worth = per_month[stay.mission, stay.option] * stay.months
            price = self.scenario.missions[stay.mission].early_end_price
            early = price if price is not None and ends_early(self.scenario, stay) else 0.0
            terms.append((column, (0.0 if self.is_modular(stay) else worth) - early))
            if self.is_modular(stay):
                quantity = sum(requirement.quantity for requirement in self._requirements(stay))
                terms += [(choice, worth * provider.provides / quantity) for choice, provider in self._choices_of(stay)]
        return terms

    def _choices_of(self, stay: Stay) -> list[tuple[Column, Capability]]:
        """The assignment variables of a stay, with how much each unit provides."""
        return [
            unit
            for requirement in self._requirements(stay)
            if (stay, requirement.capability) in self.assignments
            for unit in self.assignments[stay, requirement.capability].units
        ]

    @cached_property
    def members(self) -> Mapping[str, Mapping[str, tuple[Stay, ...]]]:
        """The stays that each group picks, by group and mission; looked up often, so found once."""
        named = {group for rule in self.scenario.rules.values() for group in (rule.group, rule.share_of) if group}
        return {
            group: {
                mission: picked
                for mission, stays in self.stays.items()
                if (picked := tuple(stay for stay in stays if self.scenario.in_group(group, stay)))
            }
            for group in sorted(named)
        }

    def persons(self, stay: Stay) -> Terms:
        """Persons abroad for a stay: of its option, or of the units sent when it is modular."""
        if not self.is_modular(stay):
            return [(Column(stay), float(self.scenario.options[stay.mission, stay.option].persons))]
        return [(column, float(self.scenario.units[column.unit].persons)) for column, _ in self._choices_of(stay)]

    def money(self, stay: Stay, first: Month, last: Month) -> Terms:
        """EUR million that a stay spends from ``first`` to ``last``, all funds together."""
        columns = [Column(stay), *(column for column, _ in self._choices_of(stay))]
        return [
            (column, sum(e for (_, month), e in self.spending[column].items() if first <= month <= last) / MILLION)
            for column in columns
            if column in self.spending
        ]

    @cached_property
    def changes(self) -> Terms:
        """One for each contribution that starts, and for each running one that ends before it must."""
        latest = {name: latest_end(self.scenario, mission) for name, mission in self.scenario.missions.items()}
        return [
            (column, 1.0)
            for column in self.stay_columns
            if not column.stay.running or column.stay.last != latest[column.stay.mission]
        ]

    @cached_property
    def delays(self) -> Terms:
        """Months that each stay starts after the plan does."""
        begin = self.scenario.horizon[0]
        return [(column, float(column.stay.first - begin)) for column in self.stay_columns if column.stay.first > begin]

    @cached_property
    def _uses(self) -> list[tuple[Column, int, Requirement, str]]:
        """Every variable that sends units: how many, for which requirement, of which unit type."""
        uses = []
        for column in self.stay_columns:
            for requirement in self._requirements(column.stay):
                providers = self.scenario.providers(requirement.capability)
                if (column.stay, requirement.capability) not in self.assignments:
                    needed = units_needed(requirement, providers[0])
                    uses.append((column, needed, requirement, providers[0].unit))
                else:
                    units = self.assignments[column.stay, requirement.capability].units
                    uses += [(choice, 1, requirement, provider.unit) for choice, provider in units]
        return uses

    def _requirements(self, stay: Stay) -> tuple[Requirement, ...]:
        return self.scenario.requirements_of(stay.mission, stay.option)

    def _spending(self) -> dict[Column, dict[tuple[str, Month], float]]:
        """Euro by variable, fund and month."""
        spending: dict[Column, dict[tuple[str, Month], float]] = defaultdict(lambda: defaultdict(float))
        for column in self.stay_columns:
            for cost in self._costs(column.stay):
                if cost.unit is None:
                    assert cost.category is not None
                    due = _due(self.scenario, column.stay, cost.item, [(column.stay.first, column.stay.last)])
                    self._spend(spending[column], column.stay, cost, cost.category, due, 1)
        for column, count, requirement, unit in self._uses:
            for cost in self._costs(column.stay):
                if cost.unit == unit:
                    category = cost.category or self.scenario.units[unit].category
                    spans = list(tours(self.scenario, column.stay, requirement, unit))
                    due = _due(self.scenario, column.stay, cost.item, spans)
                    self._spend(spending[column], column.stay, cost, category, due, count)
        return spending

    def _costs(self, stay: Stay) -> tuple[Cost, ...]:
        return self._costs_by_option[stay.mission, stay.option]

    @cached_property
    def _costs_by_option(self) -> Mapping[tuple[str, str], tuple[Cost, ...]]:
        return {key: self.scenario.costs_of(option) for key, option in self.scenario.options.items()}

    def _spend(
        self,
        spent: dict[tuple[str, Month], float],
        stay: Stay,
        cost: Cost,
        category: Category,
        due: Iterable[Month],
        count: int,
    ) -> None:
        for fund, share in self.scenario.payers(stay.mission, category).items():
            for month in due:
                spent[fund, month] += cost.amount * share * count


def units_needed(requirement: Requirement, provider: Capability) -> int:
    """Units of one type that meet a requirement by themselves."""
    return -(-requirement.quantity // provider.provides)


def _due(scenario: Scenario, stay: Stay, item: CostItem, spans: list[tuple[Month, Month]]) -> list[Month]:
    """The months of the plan in which a cost falls due. What started before the plan has been paid."""
    match item:
        case CostItem.MONTH:
            return list(months(stay.first, stay.last))
        case CostItem.START:
            return [] if stay.running else [stay.first]
        case CostItem.END:
            return [stay.last]
        case CostItem.TOUR:
            return [start for start, _ in spans if start >= scenario.horizon[0]]
