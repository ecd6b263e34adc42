"""Stays: which option of a mission is abroad, and when."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from inzet.formulation.data import Column, Data
from inzet.formulation.rule import constraint, count


def _chosen(data: Data, mission: str) -> list[Column]:
    return [Column(stay) for stay in data.stays[mission]]


@constraint(for_all=lambda data: [key for key, columns in data.active.items() if len(columns) > 1])
def one_option_at_a_time(model: pyo.ConcreteModel, data: Data, mission: str, month: Any) -> Any:
    r"""A mission has at most one contribution abroad in a month.

    Formula: $\sum_{s \in S_m : t \in s} \mathit{stay}_s \le 1$
    For all: missions $m$ and months $t$ in which more than one of its stays is abroad
    Unit: stays
    Source: README, the model in one page, point 1
    """
    return count(model, data.active[mission, month]) <= 1


@constraint(
    for_all=lambda data: [(m,) for m, stays in data.stays.items() if len(stays) > data.scenario.missions[m].max_stays]
)
def stays_per_mission(model: pyo.ConcreteModel, data: Data, mission: str) -> Any:
    r"""A mission has no more separate stays than the workbook allows.

    Formula: $\sum_{s \in S_m} \mathit{stay}_s \le \mathit{max\_stays}_m$
    For all: missions $m$ with more possible stays than that
    Unit: stays
    Source: README, the model in one page, point 1
    """
    return count(model, _chosen(data, mission)) <= data.scenario.missions[mission].max_stays


@constraint(for_all=lambda data: [(m,) for m, row in data.scenario.missions.items() if row.mandated])
def mandated_missions_are_in(model: pyo.ConcreteModel, data: Data, mission: str) -> Any:
    r"""A mandated mission has a contribution.

    Formula: $\sum_{s \in S_m} \mathit{stay}_s \ge 1$
    For all: mandated missions $m$
    Unit: stays
    Source: README, the model in one page, point 1
    """
    return count(model, _chosen(data, mission)) >= 1


@constraint(for_all=lambda data: [(m,) for m, row in data.scenario.missions.items() if row.running_option])
def running_tours_are_finished(model: pyo.ConcreteModel, data: Data, mission: str) -> Any:
    r"""What runs when the plan starts goes on at least until its running tour ends.

    Only stays that end with a tour, no earlier than the running one, can be chosen for it.

    Formula: $\sum_{s \in S_m : s\ \mathit{running}} \mathit{stay}_s = 1$
    For all: missions $m$ with a running contribution
    Unit: stays
    Source: README, the model in one page, point 2
    """
    return count(model, [c for c in _chosen(data, mission) if c.stay.running]) == 1
