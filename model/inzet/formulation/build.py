"""The model's table of contents: its variables, its rules, its goals."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import pyomo.environ as pyo

from inzet.formulation.capabilities import only_stays_take_units, requirements_are_met
from inzet.formulation.data import Data
from inzet.formulation.funds import funds_are_kept
from inzet.formulation.goals import add_goals
from inzet.formulation.readiness import readiness_is_kept
from inzet.formulation.rule import Rule, label
from inzet.formulation.stays import (
    mandated_missions_are_in,
    one_option_at_a_time,
    running_tours_are_finished,
    stays_per_mission,
)
from inzet.formulation.supply import supply_is_enough

RULES: tuple[Rule, ...] = (
    one_option_at_a_time,
    stays_per_mission,
    mandated_missions_are_in,
    running_tours_are_finished,
    requirements_are_met,
    only_stays_take_units,
    supply_is_enough,
    readiness_is_kept,
    funds_are_kept,
)


def build(data: Data, rules: tuple[Rule, ...] = RULES) -> pyo.ConcreteModel:
    """The model of a scenario: variables, rules, goals.

    Args:
        data: the scenario, indexed for the formulation.
        rules: the rules to write; fewer than all only to look at one of them alone.
    """
    with _no_garbage_collection():
        model = pyo.ConcreteModel(name=f"inzet {data.scenario.label}")
        add_variables(model, data)
        for rule in rules:
            rule.add_to(model, data)
        add_goals(model, data)
    return model


def add_variables(model: pyo.ConcreteModel, data: Data) -> None:
    """Add the variables.

    - ``stay``: 1 when the stay is chosen; one for every option, start and end that may be planned.
    - ``assign``: units of a type assigned to a stay for a capability that more than one type provides.
    - ``shortfall``: units short of a readiness commitment, when the workbook allows a shortfall.
    """
    model.stay = pyo.Var([str(column) for column in data.stay_columns], domain=pyo.Binary)
    most = {str(column): units for column, units in data.assignment_columns.items()}
    model.assign = pyo.Var(list(most), domain=pyo.NonNegativeIntegers, bounds=lambda _m, key: (0, most[key]))
    commitments = data.scenario.commitments if data.scenario.shortfall_allowed else {}
    short = {label(index): units for index, units in commitments.items()}
    model.shortfall = pyo.Var(list(short), domain=pyo.NonNegativeIntegers, bounds=lambda _m, key: (0, short[key]))


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Pause the garbage collector: building makes millions of objects and no garbage."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
