"""Plans that a sceptic would make without a model: simple rules of thumb, held to the same rules as any plan.

Each starts from what must be: running tours are finished, mandated missions are in. It then goes through its
candidates in one order and takes each one that fits: no rule of the plan is broken (more than before) and no
readiness commitment is missed (more than before).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, product

from inzet.calendar import Month
from inzet.outcome import Contribution
from inzet.plan.audit import audit
from inzet.plan.ledger import Ledger
from inzet.scenario.scenario import Scenario, Stay
from inzet.scenario.stays import stays_of, tour_end
from inzet.schema.rows import GoalName, Option

MAX_MIXES = 6
"""Ways to fill an option with unit types that are tried at most, where the workbook leaves a choice."""

Rule = Callable[[Scenario], Iterable[tuple[Stay, ...]]]
"""A rule of thumb: for one candidate after the other, its stays in the order in which they are tried."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """A plan by a rule of thumb.

    Attributes:
        name: its name.
        ledger: its contributions.
        keeps_rules: whether it keeps every rule of the plan.
    """

    name: str
    ledger: Ledger
    keeps_rules: bool


def option_value(scenario: Scenario, option: Option) -> float:
    """Points per month of an option, all interests together."""
    return sum(scenario.value_per_month(option).values())


def keep_everything_running(scenario: Scenario) -> Iterator[tuple[Stay, ...]]:
    """What runs goes on as long as it can; nothing new is started."""
    for mission in scenario.missions.values():
        running = [stay for stay in stays_of(scenario, mission) if stay.running]
        yield _longest_first(running)


def by_score_until_nothing_fits(scenario: Scenario) -> Iterator[tuple[Stay, ...]]:
    """The option worth most a month first, as long as it can stay; then the next, until nothing fits."""
    ordered = sorted(scenario.options.values(), key=lambda o: (-option_value(scenario, o), o.row_key()))
    return _option_by_option(scenario, ordered)


def smallest_first(scenario: Scenario) -> Iterator[tuple[Stay, ...]]:
    """The option with the fewest persons first, as long as it can stay; then the next, until nothing fits."""
    ordered = sorted(scenario.options.values(), key=lambda o: (o.persons, -option_value(scenario, o), o.row_key()))
    return _option_by_option(scenario, ordered)


RULES: tuple[Rule, ...] = (keep_everything_running, by_score_until_nothing_fits, smallest_first)
"""Every rule of thumb, in the order in which they are shown; each is known by the name of its function."""


def _option_by_option(scenario: Scenario, options: Iterable[Option]) -> Iterator[tuple[Stay, ...]]:
    for option in options:
        stays = stays_of(scenario, scenario.missions[option.mission])
        yield _longest_first([stay for stay in stays if stay.option == option.option])


def _longest_first(stays: Iterable[Stay]) -> tuple[Stay, ...]:
    """Every stay of what runs, and of new stays the longest from each first month; the longest first."""
    kept: dict[tuple[Month, Month | None], Stay] = {}
    for stay in stays:
        key = (stay.first, stay.last if stay.running else None)
        if key not in kept or stay.last > kept[key].last:
            kept[key] = stay
    return tuple(sorted(kept.values(), key=lambda stay: (-stay.months, stay)))


def baseline(scenario: Scenario, rule: Rule) -> Baseline:
    """The plan that a rule of thumb makes."""
    plan = _Plan(scenario)
    for stays in rule(scenario):
        plan.take_first(stays)
    return Baseline(getattr(rule, "__name__", "baseline"), plan.ledger, audit(plan.ledger).ok)


class _Plan:
    """A plan in the making: contributions are added as long as nothing gets worse.

    Attributes:
        scenario: what is planned.
        ledger: the plan so far.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        finished = []
        for mission in scenario.missions.values():
            running = [stay for stay in stays_of(scenario, mission) if stay.running]
            if running:
                end = tour_end(scenario, mission)
                finished.append(next(_contributions(scenario, next(stay for stay in running if stay.last == end))))
        self.ledger = Ledger(scenario, tuple(finished))
        self.breaches = _breaches(self.ledger)
        for mission in scenario.missions.values():
            if mission.mandated:
                options = scenario.options_of(mission.mission)
                for option in sorted(options, key=lambda o: (-option_value(scenario, o), o.row_key())):
                    stays = [stay for stay in stays_of(scenario, mission) if stay.option == option.option]
                    if self.take_first(_longest_first(stays)):
                        break

    def take_first(self, stays: Iterable[Stay]) -> bool:
        """Take the first of these stays that fits, if any does."""
        return any(self._take(stay) for stay in stays)

    def _take(self, stay: Stay) -> bool:
        # A longer stay of what runs takes the place of the shorter one.
        others = [c for c in self.ledger.contributions if not (stay.running and c.stay.running and _same(c.stay, stay))]
        if self._clashes(stay, others):
            return False
        return any(self._fits(contribution, others) for contribution in _contributions(self.scenario, stay))

    def _clashes(self, stay: Stay, others: Iterable[Contribution]) -> bool:
        mine = [c.stay for c in others if _same(c.stay, stay)]
        full = len(mine) >= self.scenario.missions[stay.mission].max_stays
        return full or any(stay.first <= other.last and other.first <= stay.last for other in mine)

    def _fits(self, contribution: Contribution, others: list[Contribution]) -> bool:
        if not contribution.stay.running and not self._has_units(contribution):
            return False
        ledger = Ledger(self.scenario, (*others, contribution))
        breaches = _breaches(ledger)
        if any(excess > self.breaches.get(key, 0.0) + 1e-9 for key, excess in breaches.items()):
            return False
        self.ledger, self.breaches = ledger, breaches
        return True

    def _has_units(self, contribution: Contribution) -> bool:
        """Whether its units are free: what the whole check would say too, but sooner."""
        alone = Ledger(self.scenario, (contribution,))
        return all(
            phases.total() <= self.ledger.idle(unit, month) - self.scenario.reserve(unit, month)
            for (unit, month), phases in alone.use.items()
        )


def _same(one: Stay, other: Stay) -> bool:
    return one.mission == other.mission


def _breaches(ledger: Ledger) -> dict[tuple[str, str], float]:
    """Every rule that is broken, where and by how much; missed readiness is one of them, whatever its price."""
    found = {(finding.rule, finding.where): finding.excess for finding in audit(ledger).findings}
    found["readiness", ""] = ledger.goals[GoalName.READINESS]
    return found


def _contributions(scenario: Scenario, stay: Stay) -> Iterator[Contribution]:
    """The stay with units: each requirement is met by one unit type, in every combination up to a limit."""
    choices = [
        [
            ((requirement.capability, provider.unit), -(-requirement.quantity // provider.provides))
            for provider in scenario.providers(requirement.capability)
        ]
        for requirement in scenario.requirements_of(stay.mission, stay.option)
    ]
    for units in islice(product(*choices), MAX_MIXES):
        yield Contribution(stay, dict(units))
