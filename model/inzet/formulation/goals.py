"""The goals: each a named expression of the model, minimised rank by rank."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyomo.environ as pyo

from inzet.formulation.data import MILLION, Data, Terms
from inzet.formulation.pairs import synergy_points
from inzet.formulation.rule import total
from inzet.formulation.rules import breach_points
from inzet.schema.rows import Goal, GoalName

BETTER_WHEN_MORE = frozenset({GoalName.VALUE})


def shortage(model: pyo.ConcreteModel, data: Data) -> Any:
    r"""Units too few, each with the price of its type, added up over unit types and months.

    Formula: $\sum_{u,t} \mathit{price}_u\, \mathit{lack}_{u,t}$
    Unit: unit months, weighted
    Source: README, the model in one page, point 7
    """
    return pyo.quicksum(
        data.scenario.units[key.split(",", 1)[0]].shortage_price * variable for key, variable in model.lack.items()
    )


def readiness(model: pyo.ConcreteModel, _data: Data) -> Any:
    r"""Units short of the readiness commitments, added up over unit types, tiers and months.

    Formula: $\sum_{u,k,t} \mathit{shortfall}_{u,k,t}$
    Unit: unit months
    Source: README, the model in one page, point 7
    """
    return pyo.quicksum(model.shortfall.values())


def value(model: pyo.ConcreteModel, data: Data) -> Any:
    r"""What the contributions are worth over their months, with synergies, less the price of broken rules.

    Formula: $\sum_{s} \mathit{months}_s \cdot \mathit{effectiveness}_m \cdot \mathit{share}_o
        \sum_i \mathit{weight}_i\, \mathit{score}_{m,i}\, \mathit{stay}_s
        + \sum_{p,t} \mathit{bonus}_p\, \mathit{together}_{p,t} - \sum_{r,k} \mathit{price}_r\, \mathit{breach}_{r,k}$
    Unit: points
    Source: README, the model in one page, point 7
    """
    return total(model, data.values) + synergy_points(model, data) - breach_points(model, data)


def changes(model: pyo.ConcreteModel, data: Data) -> Any:
    r"""Contributions that start, and running ones that end before they must.

    Formula: $\sum_{s\ \mathit{new}} \mathit{stay}_s + \sum_{s\ \mathit{running,\ ended\ early}} \mathit{stay}_s$
    Unit: changes
    Source: README, the model in one page, point 7
    """
    return total(model, data.changes)


def cost(model: pyo.ConcreteModel, data: Data) -> Any:
    r"""Money spent, over all funds and years.

    Formula: $\sum_{s,f,y} \mathit{cost}_{s,f,y}\, \mathit{stay}_s$
    Unit: EUR million
    Source: README, the model in one page, point 7
    """
    spent: Terms = [(column, euro / MILLION) for terms in data.costs.values() for column, euro in terms]
    return total(model, spent)


def start(model: pyo.ConcreteModel, data: Data) -> Any:
    r"""Months that contributions start after the plan does, added up: among equals, earlier is better.

    Formula: $\sum_{s} (\mathit{first}_s - \mathit{first\ month\ of\ the\ plan})\, \mathit{stay}_s$
    Unit: months
    Source: README, the model in one page, point 7
    """
    return total(model, data.delays)


GOALS: dict[GoalName, Callable[[pyo.ConcreteModel, Data], Any]] = {
    GoalName.SHORTAGE: shortage,
    GoalName.READINESS: readiness,
    GoalName.VALUE: value,
    GoalName.CHANGES: changes,
    GoalName.COST: cost,
    GoalName.START: start,
}


def add_goals(model: pyo.ConcreteModel, data: Data) -> None:
    """Add every goal as a named expression, and one objective per rank."""
    for name, write in GOALS.items():
        setattr(model, name.value, pyo.Expression(expr=write(model, data)))
    for rank, goals in enumerate(data.scenario.goals, start=1):
        setattr(model, f"rank{rank}", pyo.Objective(expr=_blend(model, goals), sense=pyo.minimize))


def _blend(model: pyo.ConcreteModel, goals: tuple[Goal, ...]) -> Any:
    return sum(
        (-goal.weight if goal.goal in BETTER_WHEN_MORE else goal.weight) * getattr(model, goal.goal.value).expr
        for goal in goals
    )
