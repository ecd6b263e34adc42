"""The rules of the Rules and Pairs sheets, counted in a finished plan as a planner would count them by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from inzet.calendar import Month
from inzet.outcome import Contribution
from inzet.scenario.scenario import Scenario, Stay
from inzet.schema.rows import Force, Limit, Measure, Pair, Rule, Tie

MILLION = 1e6
HAIR = 1e-6
"""Breaches smaller than this are arithmetic."""


class Due(Protocol):
    """Money that a contribution takes in a month."""

    @property
    def stay(self) -> Stay:
        """The contribution."""

    @property
    def month(self) -> Month:
        """The month in which it is due."""

    @property
    def euro(self) -> float:
        """How much."""


class Reckoning(Protocol):
    """What the counts need to know of a plan; the ledger is one."""

    @property
    def scenario(self) -> Scenario:
        """What was planned."""

    @property
    def contributions(self) -> tuple[Contribution, ...]:
        """What was chosen."""

    @property
    def postings(self) -> Sequence[Due]:
        """Every euro."""

    def persons(self, stay: Stay, /) -> int:
        """Persons abroad for a contribution."""
        ...


@dataclass(frozen=True, slots=True)
class RuleCount:
    """A rule of the Rules or Pairs sheet in one period, held against the plan.

    Attributes:
        rule: its id.
        sentence: what it says.
        hard: whether it must be kept.
        first: first month of the period.
        last: last month of the period.
        limit: at least, at most, exactly; or how one mission hangs on another.
        required: the amount asked for.
        counted: what the plan has; money in EUR million.
        breach: by how much the rule is broken; 0 when it is kept.
        points: points that the plan gets for it, below 0 for a breach.
    """

    rule: str
    sentence: str
    hard: bool
    first: Month
    last: Month
    limit: str
    required: float
    counted: float
    breach: float
    points: float


def count_rules(plan: Reckoning) -> Iterator[RuleCount]:
    """Every rule over groups that is switched on, in each of its periods."""

    @cache
    def members(group: str) -> list[Stay]:
        return [c.stay for c in plan.contributions if plan.scenario.in_group(group, c.stay)]

    for rule in plan.scenario.rules.values():
        for first, last in plan.scenario.periods(rule):
            counted = _counted(plan, rule.measure, members(rule.group), first, last)
            required = rule.amount
            if rule.share_of is not None:
                required *= _counted(plan, rule.measure, members(rule.share_of), first, last)
            elif rule.measure is Measure.MONEY:
                required /= MILLION
            under = required - counted if rule.limit is not Limit.AT_MOST else 0.0
            over = counted - required if rule.limit is not Limit.AT_LEAST else 0.0
            breach = max(under, over, 0.0)
            yield _rule_count(rule, first, last, required, counted, breach if breach > HAIR else 0.0)


def _rule_count(rule: Rule, first: Month, last: Month, required: float, counted: float, breach: float) -> RuleCount:
    hard = rule.force is Force.HARD
    points = 0.0 if hard else -rule.price * breach
    return RuleCount(rule.rule, rule.sentence, hard, first, last, rule.limit, required, counted, breach, points + 0.0)


def _counted(plan: Reckoning, measure: Measure, members: Iterable[Stay], first: Month, last: Month) -> float:
    """What the plan has of a measure, for those of some contributions that are abroad in a period."""
    stays = [stay for stay in members if _overlap(stay, first, last) > 0]
    match measure:
        case Measure.MISSIONS:
            return float(len({stay.mission for stay in stays}))
        case Measure.STAYS:
            return float(len(stays))
        case Measure.MONTHS:
            return float(sum(_overlap(stay, first, last) for stay in stays))
        case Measure.PERSONS:
            person_months = sum(plan.persons(stay) * _overlap(stay, first, last) for stay in stays)
            return person_months / (last - first + 1)
        case Measure.MONEY:
            due = (p.euro for p in plan.postings if p.stay in stays and first <= p.month <= last)
            return sum(due) / MILLION


def _overlap(stay: Stay, first: Month, last: Month) -> int:
    return max(0, min(stay.last, last) - max(stay.first, first) + 1)


def count_pairs(plan: Reckoning) -> Iterator[RuleCount]:
    """Every rule over two missions that is switched on, month by month, where it has something to say."""
    for pair in plan.scenario.pairs.values():
        for month in plan.scenario.horizon:
            one = _is_abroad(plan, pair.mission, pair.option, month)
            other = _is_abroad(plan, pair.other, pair.other_option, month)
            match pair.tie:
                case Tie.REQUIRES if one:
                    yield _pair_count(pair, month, float(other), float(not other))
                case Tie.EXCLUDES if one or other:
                    yield _pair_count(pair, month, float(one + other), float(one and other))
                case Tie.SYNERGY if one and other:
                    yield _pair_count(pair, month, 2.0, 0.0)
                case Tie.FOLLOWS if _starts(plan, pair, month):
                    just_ended = any(
                        c.stay.mission == pair.other
                        and pair.other_option in (None, c.stay.option)
                        and 1 <= month - c.stay.last <= 1 + pair.within_months
                        for c in plan.contributions
                    )
                    yield _pair_count(pair, month, float(just_ended), float(not just_ended))


def _pair_count(pair: Pair, month: Month, counted: float, breach: float) -> RuleCount:
    hard = pair.force is Force.HARD
    points = pair.bonus if pair.tie is Tie.SYNERGY else (0.0 if hard else -pair.price * breach)
    required = {Tie.REQUIRES: 1.0, Tie.FOLLOWS: 1.0, Tie.EXCLUDES: 1.0, Tie.SYNERGY: 2.0}[pair.tie]
    return RuleCount(pair.pair, pair.sentence, hard, month, month, pair.tie, required, counted, breach, points + 0.0)


def _is_abroad(plan: Reckoning, mission: str, option: str | None, month: Month) -> bool:
    return any(
        c.stay.mission == mission and option in (None, c.stay.option) and c.stay.first <= month <= c.stay.last
        for c in plan.contributions
    )


def _starts(plan: Reckoning, pair: Pair, month: Month) -> bool:
    return any(
        c.stay.mission == pair.mission
        and pair.option in (None, c.stay.option)
        and c.stay.first == month
        and not c.stay.running
        for c in plan.contributions
    )
