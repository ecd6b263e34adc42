"""Supply: the units that exist, in whatever phase they are."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyomo.environ as pyo

from inzet.calendar import Month
from inzet.formulation.data import Data
from inzet.formulation.rule import constraint, label, total


def shortages(data: Data) -> dict[str, int]:
    """The shortages that the workbook allows, by unit type and month, each with its largest value."""
    if not data.scenario.shortage_allowed:
        return {}
    wanted: Counter[tuple[str, Month]] = Counter()
    for (unit, _, month), units in data.scenario.commitments.items():
        wanted[unit, month] += units
    found = {}
    for unit in data.scenario.units:
        for month in data.scenario.horizon:
            terms = data.taken.get((unit, month), ())
            taken = sum(each * data.assignment_columns.get(column, 1) for column, each in terms)
            most = int(taken) + wanted[unit, month] + data.scenario.reserve(unit, month)
            if most:
                found[label((unit, month))] = most
    return found


def lacking(model: pyo.ConcreteModel, unit: str, month: Month) -> Any:
    """Units of a type too few in a month; 0 when that is not allowed."""
    key = label((unit, month))
    is_allowed = key in model.lack
    return model.lack[key] if is_allowed else 0


@constraint(for_all=lambda data: data.taken)
def supply_is_enough(model: pyo.ConcreteModel, data: Data, unit: str, month: Month) -> Any:
    r"""The units preparing, deployed and recovering, with the reserve, are at most the supply, or there is a shortage.

    A shortage is there only when the workbook allows it; it is 0 otherwise.

    Formula: $\sum_{s} \sum_{p} \mathit{load}_{s,u,p,t}\, \mathit{stay}_s - \mathit{lack}_{u,t}
        \le \mathit{supply}_{u,t} - \mathit{reserve}_{u,t}$
    For all: unit types $u$ and months $t$ in which some stay takes units; $p$ runs over the phases, and an
        assignment takes the place of its stay where there is a choice of unit types
    Unit: units
    Source: README, the model in one page, point 3
    """
    free = data.scenario.supply(unit, month) - data.scenario.reserve(unit, month)
    return total(model, data.taken[unit, month]) - lacking(model, unit, month) <= free
