"""The ledger of a plan: every tour, unit, person and euro of its contributions, month by month.

It is a second reckoning, made from the workbook's tables alone and in another way than the formulation's, so
that the two can be held against each other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from inzet.calendar import Month, months
from inzet.outcome import Contribution
from inzet.plan.rule_counts import RuleCount, count_pairs, count_rules
from inzet.scenario.scenario import Phase, Scenario, Stay
from inzet.schema.rows import Category, Cost, CostItem, GoalName, Option, Requirement

MILLION = 1e6


@dataclass(frozen=True, slots=True)
class Tour:
    """Units of one type abroad for one contribution, from relief to relief.

    Attributes:
        stay: the contribution.
        capability: what they provide.
        unit: their type.
        units: how many.
        first: first month abroad; before the plan for a tour that runs when it starts.
        last: last month abroad.
        prepares_from: first month of preparation; equals ``first`` when there is none.
        recovers_until: last month of recovery; equals ``last`` when there is none.
    """

    stay: Stay
    capability: str
    unit: str
    units: int
    first: Month
    last: Month
    prepares_from: Month
    recovers_until: Month

    def phase_in(self, month: Month) -> Phase | None:
        """What its units do in a month; None when they are free."""
        if self.first <= month <= self.last:
            return Phase.DEPLOYED
        if self.prepares_from <= month < self.first:
            return Phase.PREPARING
        if self.last < month <= self.recovers_until:
            return Phase.RECOVERING
        return None


@dataclass(frozen=True, slots=True)
class Posting:
    """Money that one contribution takes from one fund in one month, in euro."""

    stay: Stay
    fund: str
    month: Month
    euro: float

    @property
    def year(self) -> int:
        """The calendar year in which it is due."""
        return self.month.year


@dataclass(frozen=True)
class Ledger:
    """The reckoning of a set of contributions, whether or not they keep the rules.

    Attributes:
        scenario: what was planned.
        contributions: what was chosen.
    """

    scenario: Scenario
    contributions: tuple[Contribution, ...]

    def light(self, scenario: Scenario) -> Ledger:
        """The same plan with the goals that are reckoned, without the tours and postings behind them.

        Those are reckoned anew when asked for: in a row of thousands of plans each would keep a megabyte of them.

        Args:
            scenario: one in which a plan comes to the same, such as with more money.
        """
        other = Ledger(scenario, self.contributions)
        # A cached property keeps what it found under its own name.
        other.__dict__.update(goals=self.goals, ranked=self.ranked)
        return other

    def option_of(self, stay: Stay) -> Option:
        """The option that a stay takes."""
        return self.scenario.options[stay.mission, stay.option]

    @cached_property
    def tours(self) -> tuple[Tour, ...]:
        """Every tour that has a month in the plan."""
        return tuple(
            tour
            for contribution in self.contributions
            for requirement in self.scenario.requirements_of(contribution.stay.mission, contribution.stay.option)
            for unit, number in sorted(self.units_sent(contribution, requirement).items())
            for tour in self._tours(contribution.stay, requirement, unit, number)
        )

    @cached_property
    def _tours_by_unit(self) -> Mapping[tuple[Stay, str], list[Tour]]:
        grouped: dict[tuple[Stay, str], list[Tour]] = defaultdict(list)
        for tour in self.tours:
            grouped[tour.stay, tour.unit].append(tour)
        return grouped

    def units_sent(self, contribution: Contribution, requirement: Requirement) -> dict[str, int]:
        """Units that a contribution sends for a requirement, by unit type."""
        providers = self.scenario.providers(requirement.capability)
        if len(providers) > 1 or self.option_of(contribution.stay).modular:
            sent = {p.unit: contribution.units.get((requirement.capability, p.unit), 0) for p in providers}
            return {unit: number for unit, number in sent.items() if number}
        (only,) = providers
        number, rest = divmod(requirement.quantity, only.provides)
        return {only.unit: number + (1 if rest else 0)}

    def _tours(self, stay: Stay, requirement: Requirement, unit: str, number: int) -> Iterator[Tour]:
        kind = self.scenario.units[unit]
        length = requirement.tour_months or kind.tour_months
        began = self.scenario.missions[stay.mission].running_since if stay.running else stay.first
        assert began is not None
        reliefs = [month for month in months(began, stay.last) if (month - began) % length == 0]
        for relief, next_relief in zip(reliefs, [*reliefs[1:], stay.last + 1], strict=True):
            if next_relief > self.scenario.horizon[0]:
                yield Tour(
                    stay=stay,
                    capability=requirement.capability,
                    unit=unit,
                    units=number,
                    first=relief,
                    last=next_relief + -1,
                    prepares_from=relief + -kind.preparation_months,
                    recovers_until=next_relief + (kind.recovery_months - 1),
                )

    @cached_property
    def use(self) -> Mapping[tuple[str, Month], Counter[Phase]]:
        """Units that are not idle, by unit type, month and phase."""
        counted: dict[tuple[str, Month], Counter[Phase]] = defaultdict(Counter)
        for tour in self.tours:
            for month in self.scenario.horizon:
                if (phase := tour.phase_in(month)) is not None:
                    counted[tour.unit, month][phase] += tour.units
        return counted

    def idle(self, unit: str, month: Month) -> int:
        """Units of a type that are free in a month, the reserve among them; below 0 when there are too few."""
        return self.scenario.supply(unit, month) - self.use.get((unit, month), Counter()).total()

    def shortage(self, unit: str, month: Month) -> int:
        """Units of a type too few in a month: for what is planned, and for readiness where no shortfall is allowed.

        Always 0 when the workbook allows no shortage; more units than there are is a breach then.
        """
        if not self.scenario.shortage_allowed:
            return 0
        short = self.scenario.reserve(unit, month) - self.idle(unit, month)
        if not self.scenario.shortfall_allowed:
            wanted = {tier: n for (u, tier, t), n in self.scenario.commitments.items() if (u, t) == (unit, month)}
            short = max(short, *(n - self._ready_of_own(unit, tier, month) for tier, n in wanted.items()), 0)
        return max(0, short)

    def ready(self, unit: str, tier: str, month: Month) -> int:
        """Units of a type that could be ready within a tier's notice in a month; those still to be found count."""
        return self._ready_of_own(unit, tier, month) + self.shortage(unit, month)

    def _ready_of_own(self, unit: str, tier: str, month: Month) -> int:
        days = self.scenario.tiers[tier].notice_days
        kind = self.scenario.units[unit]
        ready = self.idle(unit, month)
        for tour in self.tours:
            if tour.unit == unit and (phase := tour.phase_in(month)) is not None:
                notice = {
                    Phase.PREPARING: kind.notice_preparing,
                    Phase.DEPLOYED: self.scenario.missions[tour.stay.mission].recall_notice_days,
                    Phase.RECOVERING: kind.notice_recovering,
                }[phase]
                ready += tour.units if notice <= days else 0
        return ready

    def shortfall(self, unit: str, tier: str, month: Month) -> int:
        """Units short of a readiness commitment."""
        commitment = self.scenario.commitments.get((unit, tier, month), 0)
        return max(0, commitment - self.ready(unit, tier, month))

    @cached_property
    def postings(self) -> tuple[Posting, ...]:
        """Every euro: by contribution, fund and month, in that order."""
        money: dict[tuple[Stay, str, Month], float] = defaultdict(float)
        for contribution in self.contributions:
            stay = contribution.stay
            for cost in self.scenario.costs_of(self.option_of(stay)):
                for month, number, category in self._due(stay, cost):
                    for fund, share in self.scenario.payers(stay.mission, category).items():
                        money[stay, fund, month] += cost.amount * number * share
        return tuple(Posting(*key, euro) for key, euro in sorted(money.items()))

    def _due(self, stay: Stay, cost: Cost) -> Iterator[tuple[Month, int, Category]]:
        """Month, number and category of each time that a cost falls due within the plan."""
        if cost.unit is None:
            assert cost.category is not None
            for month in self._due_months(stay, cost.item, [stay.first]):
                yield month, 1, cost.category
            return
        category = cost.category or self.scenario.units[cost.unit].category
        tours = self._tours_by_unit.get((stay, cost.unit), [])
        for capability in sorted({tour.capability for tour in tours}):
            mine = [tour for tour in tours if tour.capability == capability]
            for month in self._due_months(stay, cost.item, [tour.first for tour in mine]):
                yield month, mine[0].units, category

    def _due_months(self, stay: Stay, item: CostItem, reliefs: Iterable[Month]) -> list[Month]:
        first, last = self.scenario.horizon[0], self.scenario.horizon[-1]
        match item:
            case CostItem.MONTH:
                return list(months(max(stay.first, first), min(stay.last, last)))
            case CostItem.START:
                due: Iterable[Month] = () if stay.running else (stay.first,)
            case CostItem.END:
                due = (stay.last,)
            case CostItem.TOUR:
                due = reliefs
        return [month for month in due if first <= month <= last]

    def spent(self, fund: str, year: int) -> float:
        """Euro that a fund pays in a year."""
        return sum(posting.euro for posting in self.postings if (posting.fund, posting.year) == (fund, year))

    def value(self, stay: Stay, interest: str) -> float:
        """Points that a contribution brings for an interest."""
        mission, option = self.scenario.missions[stay.mission], self.option_of(stay)
        weight = self.scenario.interests[interest].weight
        points = weight * self.scenario.score(stay.mission, interest) * mission.effectiveness * option.share
        return points * stay.months * self.filled(stay)

    def filled(self, stay: Stay) -> float:
        """Share of what its option asks for that a contribution sends; 1 unless the option is modular."""
        if not self.option_of(stay).modular:
            return 1.0
        contribution = next(c for c in self.contributions if c.stay == stay)
        requirements = self.scenario.requirements_of(stay.mission, stay.option)
        sent = sum(
            number * next(p.provides for p in self.scenario.providers(requirement.capability) if p.unit == unit)
            for requirement in requirements
            for unit, number in self.units_sent(contribution, requirement).items()
        )
        asked = sum(requirement.quantity for requirement in requirements)
        return sent / asked if asked else 0.0

    def persons(self, stay: Stay) -> int:
        """Persons abroad for a contribution: of its option, or of the units sent when it is modular."""
        if not self.option_of(stay).modular:
            return self.option_of(stay).persons
        abroad = [tour for tour in self.tours if tour.stay == stay and tour.first <= stay.last <= tour.last]
        return sum(tour.units * self.scenario.units[tour.unit].persons for tour in abroad)

    def early_end(self, stay: Stay) -> float:
        """Points that the early end of a running contribution costs; 0 when it ends with a tour or later."""
        mission, option = self.scenario.missions[stay.mission], self.option_of(stay)
        if not stay.running or mission.early_end_price is None or mission.running_since is None:
            return 0.0
        lasted = stay.last - mission.running_since + 1
        step = self.step(option)
        regular = (
            option.min_months <= lasted
            and stay.last <= self.latest_end(stay)
            and (lasted % step == 0 or lasted == option.max_months or stay.last == self.latest_end(stay))
        )
        return 0.0 if regular else mission.early_end_price

    def step(self, option: Option) -> int:
        """Months of which an option's stays last a multiple: as the workbook says, or its longest tour."""
        tours = [
            requirement.tour_months or self.scenario.units[provider.unit].tour_months
            for requirement in self.scenario.requirements_of(option.mission, option.option)
            for provider in self.scenario.providers(requirement.capability)
        ]
        return option.step_months or max(tours, default=1)

    @cached_property
    def rule_counts(self) -> tuple[RuleCount, ...]:
        """Every rule that is switched on, in each of its periods, held against the plan."""
        return (*count_rules(self), *count_pairs(self))

    def is_change(self, stay: Stay) -> bool:
        """Whether a contribution starts, or is a running one that ends before it must."""
        return not stay.running or stay.last != self.latest_end(stay)

    def latest_end(self, stay: Stay) -> Month:
        """The last month in which a contribution that runs could still be abroad."""
        mission, option = self.scenario.missions[stay.mission], self.option_of(stay)
        ends = [self.scenario.horizon[-1], mission.last_month, option.last_month, mission.framework_end]
        if not mission.renewal_assumed:
            ends.append(mission.mandate_end)
        if option.max_months is not None:
            assert mission.running_since is not None
            ends.append(mission.running_since + (option.max_months - 1))
        return min(end for end in ends if end is not None)

    def persons_deployed(self, mission: str, first: Month, last: Month) -> int:
        """Persons abroad for a mission at any time from ``first`` to ``last``, every relief counted."""
        return sum(
            tour.units * self.scenario.units[tour.unit].persons
            for tour in self.tours
            if tour.stay.mission == mission and tour.first <= last and tour.last >= first
        )

    @cached_property
    def goals(self) -> Mapping[GoalName, float]:
        """What the plan comes to in each goal.

        Weighted unit months too few, unit months short, points, changes, EUR million, months of delay.
        """
        stays = [contribution.stay for contribution in self.contributions]
        return {
            GoalName.SHORTAGE: sum(
                kind.shortage_price * self.shortage(unit, month)
                for unit, kind in self.scenario.units.items()
                for month in self.scenario.horizon
            ),
            GoalName.READINESS: float(sum(self.shortfall(*key) for key in self.scenario.commitments)),
            GoalName.VALUE: sum(self.value(stay, interest) for stay in stays for interest in self.scenario.interests)
            - sum(self.early_end(stay) for stay in stays)
            + sum(count.points for count in self.rule_counts),
            GoalName.CHANGES: float(sum(self.is_change(stay) for stay in stays)),
            GoalName.COST: sum(posting.euro for posting in self.postings) / MILLION,
            GoalName.START: float(sum(stay.first - self.scenario.horizon[0] for stay in stays)),
        }

    @cached_property
    def ranked(self) -> tuple[float, ...]:
        """The goals rank by rank, added up with their weights; less is better, so value counts below 0."""
        return tuple(
            sum(
                (-goal.weight if goal.goal is GoalName.VALUE else goal.weight) * self.goals[goal.goal] for goal in goals
            )
            for goals in self.scenario.goals
        )
