"""Rules over two missions: requires, excludes, follows, and the bonus of running both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyomo.environ as pyo

from inzet.calendar import Month
from inzet.formulation.data import Column, Data
from inzet.formulation.rule import constraint, count, label
from inzet.schema.rows import Force, Tie


def _abroad(data: Data, mission: str, option: str | None, month: Month) -> list[Column]:
    return [c for c in data.active.get((mission, month), ()) if option in (None, c.stay.option)]


def _months(data: Data, tie: Tie) -> list[tuple[str, Month]]:
    """The pairs of a kind, in every month in which both sides could matter."""
    return [
        (name, month)
        for name, pair in data.scenario.pairs.items()
        if pair.tie is tie
        for month in data.scenario.horizon
        if _abroad(data, pair.mission, pair.option, month)
        and (tie is Tie.REQUIRES or _abroad(data, pair.other, pair.other_option, month))
    ]


def _starts(data: Data) -> list[tuple[str, Month]]:
    """The pairs that follow, in every month in which the follower could start."""
    return [
        (name, month)
        for name, pair in data.scenario.pairs.items()
        if pair.tie is Tie.FOLLOWS
        for month in data.scenario.decision_months
        if _starting(data, name, month)
    ]


def _starting(data: Data, name: str, month: Month) -> list[Column]:
    pair = data.scenario.pairs[name]
    return [
        column
        for column in _abroad(data, pair.mission, pair.option, month)
        if column.stay.first == month and not column.stay.running
    ]


def _ending(data: Data, name: str, month: Month) -> Iterator[Column]:
    """Stays of the other mission that end so shortly before a month that a start then follows them."""
    pair = data.scenario.pairs[name]
    for stay in data.stays[pair.other]:
        if 1 <= month - stay.last <= 1 + pair.within_months and pair.other_option in (None, stay.option):
            yield Column(stay)


def pair_breaches(data: Data) -> dict[str, int]:
    """The pairs that may be broken at a price, by month, each with its largest breach."""
    places = [(key, 1) for tie in (Tie.REQUIRES, Tie.EXCLUDES) for key in _months(data, tie)]
    places += [(key, 1) for key in _starts(data)]
    return {label(key): most for key, most in places if data.scenario.pairs[key[0]].force is Force.PRICED}


def together(data: Data) -> list[str]:
    """The synergies, by month."""
    return [label(key) for key in _months(data, Tie.SYNERGY)]


def synergy_points(model: pyo.ConcreteModel, data: Data) -> Any:
    """Points that missions bring by running together."""
    return pyo.quicksum(
        data.scenario.pairs[key.split(",", 1)[0]].bonus * variable for key, variable in model.together.items()
    )


def _breach(model: pyo.ConcreteModel, name: str, month: Month) -> Any:
    key = label((name, month))
    is_priced = key in model.pair_breach
    return model.pair_breach[key] if is_priced else 0


@constraint(for_all=lambda data: _months(data, Tie.REQUIRES))
def required_missions_are_abroad(model: pyo.ConcreteModel, data: Data, name: str, month: Month) -> Any:
    r"""A mission that requires another is abroad only while the other is, or pays the price.

    Formula: $\sum_{s \in S_m : t \in s} \mathit{stay}_s \le \sum_{s \in S_{m'} : t \in s} \mathit{stay}_s
        + \mathit{breach}_{p,t}$
    For all: pairs $p$ in which $m$ requires $m'$, months $t$
    Unit: stays
    Source: README, the model in one page, point 6
    """
    pair = data.scenario.pairs[name]
    left = count(model, _abroad(data, pair.mission, pair.option, month))
    right = count(model, _abroad(data, pair.other, pair.other_option, month))
    return left - right - _breach(model, name, month) <= 0


@constraint(for_all=lambda data: _months(data, Tie.EXCLUDES))
def excluded_missions_stay_apart(model: pyo.ConcreteModel, data: Data, name: str, month: Month) -> Any:
    r"""Missions that exclude each other are never abroad together, or pay the price.

    Formula: $\sum_{s \in S_m : t \in s} \mathit{stay}_s + \sum_{s \in S_{m'} : t \in s} \mathit{stay}_s
        \le 1 + \mathit{breach}_{p,t}$
    For all: pairs $p$ in which $m$ excludes $m'$, months $t$ in which both could be abroad
    Unit: stays
    Source: README, the model in one page, point 6
    """
    pair = data.scenario.pairs[name]
    left = count(model, _abroad(data, pair.mission, pair.option, month))
    right = count(model, _abroad(data, pair.other, pair.other_option, month))
    return left + right - _breach(model, name, month) <= 1


@constraint(for_all=_starts)
def followers_wait_for_the_end(model: pyo.ConcreteModel, data: Data, name: str, month: Month) -> Any:
    r"""A mission that follows another starts only when the other has just ended, or pays the price.

    Formula: $\sum_{s \in S_m : \mathit{first}_s = t} \mathit{stay}_s \le
        \sum_{s \in S_{m'} : 1 \le t - \mathit{last}_s \le 1 + \mathit{within}_p} \mathit{stay}_s
        + \mathit{breach}_{p,t}$
    For all: pairs $p$ in which $m$ follows $m'$, months $t$ in which $m$ could start
    Unit: stays
    Source: README, the model in one page, point 6
    """
    left = count(model, _starting(data, name, month))
    right = count(model, _ending(data, name, month))
    return left - right - _breach(model, name, month) <= 0


@constraint(for_all=lambda data: [(*key, side) for key in _months(data, Tie.SYNERGY) for side in ("one", "other")])
def synergy_needs_both(model: pyo.ConcreteModel, data: Data, name: str, month: Month, side: str) -> Any:
    r"""A synergy counts in a month only when both missions are abroad.

    Formula: $\mathit{together}_{p,t} \le \sum_{s \in S_m : t \in s} \mathit{stay}_s$, and the same for $m'$
    For all: pairs $p$ with a synergy of $m$ and $m'$, months $t$ in which both could be abroad
    Unit: stays
    Source: README, the model in one page, point 6
    """
    pair = data.scenario.pairs[name]
    mission, option = (pair.mission, pair.option) if side == "one" else (pair.other, pair.other_option)
    return count(model, _abroad(data, mission, option, month)) - model.together[label((name, month))] >= 0
