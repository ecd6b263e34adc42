"""Capabilities: which unit types meet what an option asks for, where there is a choice."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from inzet.formulation.data import Column, Data
from inzet.formulation.rule import constraint, count, total, variable
from inzet.scenario.scenario import Stay


@constraint(for_all=lambda data: [(s, c) for s, c in data.assignments if not data.is_modular(s)])
def requirements_are_met(model: pyo.ConcreteModel, data: Data, stay: Stay, capability: str) -> Any:
    r"""The units assigned to a stay meet what its option asks for.

    A capability that a single unit type provides needs no such row: the stay itself carries its units. Modular
    options may be filled in part.

    Formula: $\sum_u \mathit{provides}_{u,c}\, \mathit{assign}_{s,c,u} \ge \mathit{quantity}_{s,c}\, \mathit{stay}_s$
    For all: stays $s$ and capabilities $c$ that more than one unit type provides
    Unit: capability
    Source: README, the model in one page, point 2
    """
    choice = data.assignments[stay, capability]
    provided = total(model, [(column, float(provider.provides)) for column, provider in choice.units])
    return provided - choice.requirement.quantity * variable(model, Column(stay)) >= 0


@constraint(for_all=lambda data: [(column,) for column in data.assignment_columns])
def only_stays_take_units(model: pyo.ConcreteModel, data: Data, column: Column) -> Any:
    r"""Units are assigned only to a stay that is chosen, and no more than would meet its need alone.

    Formula: $\mathit{assign}_{s,c,u} \le
        \lceil \mathit{quantity}_{s,c} / \mathit{provides}_{u,c} \rceil\, \mathit{stay}_s$
    For all: stays $s$, capabilities $c$ that more than one unit type provides, those unit types $u$
    Unit: units
    Source: README, the model in one page, point 2
    """
    most = data.assignment_columns[column]
    return count(model, [column]) - most * variable(model, Column(column.stay)) <= 0


@constraint(for_all=lambda data: [(s, c) for s, c in data.assignments if data.is_modular(s)])
def modules_stay_within_the_framework(model: pyo.ConcreteModel, data: Data, stay: Stay, capability: str) -> Any:
    r"""A modular option is filled with any number of units, up to what it asks for.

    Formula: $\sum_u \mathit{provides}_{u,c}\, \mathit{assign}_{s,c,u} \le \mathit{quantity}_{s,c}\, \mathit{stay}_s$
    For all: stays $s$ of modular options and their capabilities $c$
    Unit: capability
    Source: README, the model in one page, point 2
    """
    choice = data.assignments[stay, capability]
    provided = total(model, [(column, float(provider.provides)) for column, provider in choice.units])
    return provided - choice.requirement.quantity * variable(model, Column(stay)) <= 0
