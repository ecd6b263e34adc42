"""Supply: the units that exist, in whatever phase they are."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from inzet.calendar import Month
from inzet.formulation.data import Data, Terms
from inzet.formulation.rule import constraint, total
from inzet.scenario.scenario import Phase


def _taken(data: Data, unit: str, month: Month) -> Terms:
    """Every variable that takes units of a type in a month, whatever their phase, each once."""
    taken: dict[Any, float] = {}
    for phase in Phase:
        for column, units in data.load.get((unit, phase, month), ()):
            taken[column] = taken.get(column, 0) + units
    return list(taken.items())


@constraint(
    for_all=lambda data: [(u, t) for u in data.scenario.units for t in data.scenario.horizon if _taken(data, u, t)]
)
def supply_is_enough(model: pyo.ConcreteModel, data: Data, unit: str, month: Month) -> Any:
    r"""The units preparing, deployed and recovering, with the reserve, are at most the supply.

    Formula: $\sum_{s} \sum_{p} \mathit{load}_{s,u,p,t}\, \mathit{stay}_s
        \le \mathit{supply}_{u,t} - \mathit{reserve}_{u,t}$
    For all: unit types $u$ and months $t$ in which some stay takes units; $p$ runs over the phases, and an
        assignment takes the place of its stay where there is a choice of unit types
    Unit: units
    Source: README, the model in one page, point 3
    """
    free = data.scenario.supply(unit, month) - data.scenario.reserve(unit, month)
    return total(model, _taken(data, unit, month)) <= free
