"""Rules over groups: at least, at most or exactly so much of something, hard or priced."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyomo.environ as pyo

from inzet.calendar import Month
from inzet.formulation.data import MILLION, Column, Data, Terms
from inzet.formulation.rule import constraint, label, total
from inzet.scenario.scenario import Stay
from inzet.schema.rows import Force, Limit, Measure, Rule

Period = tuple[Month, Month]
UNDER, OVER = "under", "over"
_SIDES = {Limit.AT_LEAST: (UNDER,), Limit.AT_MOST: (OVER,), Limit.EXACTLY: (UNDER, OVER)}


def rule_periods(data: Data) -> list[tuple[str, Month, Month]]:
    """Every rule that is switched on, in each of its periods."""
    return [(name, *period) for name, rule in data.scenario.rules.items() for period in data.scenario.periods(rule)]


def breaches(data: Data) -> dict[str, float]:
    """The breaches that have a price, each with its largest value, by label."""
    found = {}
    for name, first, last in rule_periods(data):
        rule = data.scenario.rules[name]
        if rule.force is Force.PRICED:
            groups = [group for group in (rule.group, rule.share_of) if group]
            most = sum(abs(weight) for g in groups for _, weight in measured(data, rule, g, (first, last)))
            for side in _SIDES[rule.limit]:
                found[label((name, first, last, side))] = most + required(rule)
    return found


def presences(data: Data) -> list[tuple[str, str, Month, Month, str]]:
    """Rule, group, period and mission, where a rule counts missions and the mission may have several stays."""
    return [
        (name, group, first, last, mission)
        for name, first, last in rule_periods(data)
        if data.scenario.rules[name].measure is Measure.MISSIONS
        for group in dict.fromkeys(
            g for g in (data.scenario.rules[name].group, data.scenario.rules[name].share_of) if g
        )
        for mission in data.members[group]
        if _may_come_twice(data, mission, (first, last)) and _touching(data, group, (first, last), mission)
    ]


def _may_come_twice(data: Data, mission: str, period: Period) -> bool:
    """Whether a mission could have two stays in a period: in a single month it never has."""
    return data.scenario.missions[mission].max_stays > 1 and period[0] != period[1]


def required(rule: Rule) -> float:
    """The amount of a rule, in the unit of its measure; money in EUR million."""
    is_money = rule.measure is Measure.MONEY and rule.share_of is None
    return rule.amount / MILLION if is_money else rule.amount


def measured(data: Data, rule: Rule, group: str, period: Period) -> list[tuple[Column | str, float]]:
    """What a rule counts of a group in a period: variables (a presence by its label) and coefficients."""
    # Asked for twice: for the largest breach, and for the row.
    key = (rule.rule, group, period)
    if key not in data.measures:
        data.measures[key] = _measured(data, rule, group, period)
    return data.measures[key]


def _measured(data: Data, rule: Rule, group: str, period: Period) -> list[tuple[Column | str, float]]:
    if rule.measure is Measure.MISSIONS:
        return list(_missions(data, rule, group, period))
    return [term for stay in _touching(data, group, period) for term in _stay_terms(data, rule.measure, stay, period)]


def _missions(data: Data, rule: Rule, group: str, period: Period) -> Iterator[tuple[Column | str, float]]:
    for mission in data.members[group]:
        stays = _touching(data, group, period, mission)
        if stays and _may_come_twice(data, mission, period):
            yield label((rule.rule, group, *period, mission)), 1.0
        else:
            yield from ((Column(stay), 1.0) for stay in stays)


def _stay_terms(data: Data, measure: Measure, stay: Stay, period: Period) -> Terms:
    first, last = period
    overlap = min(stay.last, last) - max(stay.first, first) + 1
    match measure:
        case Measure.MONTHS:
            return [(Column(stay), float(overlap))]
        case Measure.PERSONS:
            share = overlap / (last - first + 1)
            return [(column, persons * share) for column, persons in data.persons(stay)]
        case Measure.MONEY:
            return data.money(stay, first, last)
        case _:
            return [(Column(stay), 1.0)]


def _touching(data: Data, group: str, period: Period, mission: str = "") -> list[Stay]:
    """The stays of a group that are abroad in a period."""
    members = data.members[group]
    return [
        stay
        for name in ([mission] if mission else members)
        for stay in members.get(name, ())
        if stay.first <= period[1] and stay.last >= period[0]
    ]


def _sum(model: pyo.ConcreteModel, terms: list[tuple[Column | str, float]]) -> Any:
    stays = total(model, [(column, weight) for column, weight in terms if isinstance(column, Column)])
    return stays + pyo.quicksum(weight * model.present[key] for key, weight in terms if isinstance(key, str))


def breach_points(model: pyo.ConcreteModel, data: Data) -> Any:
    """Points that broken rules over groups and pairs cost."""
    over_groups = pyo.quicksum(
        data.scenario.rules[key.split(",", 1)[0]].price * variable for key, variable in model.breach.items()
    )
    return over_groups + pyo.quicksum(
        data.scenario.pairs[key.split(",", 1)[0]].price * variable for key, variable in model.pair_breach.items()
    )


@constraint(for_all=rule_periods)
def rules_over_groups(model: pyo.ConcreteModel, data: Data, name: str, first: Month, last: Month) -> Any:
    r"""A group has at least, at most or exactly so much of what the rule counts, or pays the price.

    Counted are missions present, stays or months abroad, persons abroad on average, or EUR million; the amount may
    be a share of what another group has. Hard rules have no breach.

    Formula: $\sum_{s \in G_r} \mathit{measure}_{r,s,k}\, \mathit{stay}_s + \mathit{under}_{r,k} - \mathit{over}_{r,k}
        \;\{\ge, \le, =\}\; \mathit{amount}_r\, [\sum_{s \in H_r} \mathit{measure}_{r,s,k}\, \mathit{stay}_s]$
    For all: rules $r$ that are switched on and their periods $k$; $G_r$ is the rule's group, $H_r$ the group of which
        the amount is a share
    Unit: missions, stays, months, persons or EUR million
    Source: README, the model in one page, point 6
    """
    rule = data.scenario.rules[name]
    left = _sum(model, measured(data, rule, rule.group, (first, last)))
    right: Any = required(rule)
    if rule.share_of is not None:
        right = right * _sum(model, measured(data, rule, rule.share_of, (first, last)))
    if rule.force is Force.PRICED:
        for side in _SIDES[rule.limit]:
            breach = model.breach[label((name, first, last, side))]
            left = left + breach if side == UNDER else left - breach
    match rule.limit:
        case Limit.AT_LEAST:
            return left - right >= 0
        case Limit.AT_MOST:
            return left - right <= 0
        case Limit.EXACTLY:
            return left - right == 0


@constraint(for_all=presences)
def presence_needs_a_stay(
    model: pyo.ConcreteModel, data: Data, name: str, group: str, first: Month, last: Month, mission: str
) -> Any:
    r"""A mission counts as present in a period only when a stay of it is abroad then.

    Formula: $\mathit{present}_{r,G,k,m} \le \sum_{s \in S_m \cap G : s\ \mathit{abroad\ in}\ k} \mathit{stay}_s$
    For all: rules $r$ that count missions, their groups $G$ and periods $k$, missions $m$ that may have several stays
    Unit: missions
    Source: README, the model in one page, point 6
    """
    stays = total(model, [(Column(stay), 1.0) for stay in _touching(data, group, (first, last), mission)])
    return stays - model.present[label((name, group, first, last, mission))] >= 0


@constraint(for_all=presences)
def every_presence_counts(
    model: pyo.ConcreteModel, data: Data, name: str, group: str, first: Month, last: Month, mission: str
) -> Any:
    r"""A mission with a stay abroad in a period counts as present.

    Formula: $\sum_{s \in S_m \cap G : s\ \mathit{abroad\ in}\ k} \mathit{stay}_s
        \le \mathit{max\_stays}_m\, \mathit{present}_{r,G,k,m}$
    For all: rules $r$ that count missions, their groups $G$ and periods $k$, missions $m$ that may have several stays
    Unit: missions
    Source: README, the model in one page, point 6
    """
    stays = total(model, [(Column(stay), 1.0) for stay in _touching(data, group, (first, last), mission)])
    most = data.scenario.missions[mission].max_stays
    return stays - most * model.present[label((name, group, first, last, mission))] <= 0
