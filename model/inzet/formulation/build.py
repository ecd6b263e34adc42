"""The model's table of contents: its variables, its rules, its goals."""

from __future__ import annotations

import pyomo.environ as pyo

from inzet.formulation.capabilities import (
    modules_stay_within_the_framework,
    only_stays_take_units,
    requirements_are_met,
)
from inzet.formulation.data import Data
from inzet.formulation.funds import funds_are_kept
from inzet.formulation.goals import add_goals
from inzet.formulation.history import what_has_begun_goes_on, what_left_is_as_it_was
from inzet.formulation.pairs import (
    excluded_missions_stay_apart,
    followers_wait_for_the_end,
    pair_breaches,
    required_missions_are_abroad,
    synergy_needs_both,
    together,
)
from inzet.formulation.readiness import readiness_is_kept
from inzet.formulation.rule import Rule, label
from inzet.formulation.rules import (
    breaches,
    every_presence_counts,
    presence_needs_a_stay,
    presences,
    rules_over_groups,
)
from inzet.formulation.stays import (
    mandated_missions_are_in,
    one_option_at_a_time,
    running_tours_are_finished,
    stays_per_mission,
)
from inzet.formulation.supply import shortages, supply_is_enough

RULES: tuple[Rule, ...] = (
    one_option_at_a_time,
    stays_per_mission,
    mandated_missions_are_in,
    running_tours_are_finished,
    what_has_begun_goes_on,
    what_left_is_as_it_was,
    requirements_are_met,
    only_stays_take_units,
    modules_stay_within_the_framework,
    supply_is_enough,
    readiness_is_kept,
    funds_are_kept,
    rules_over_groups,
    presence_needs_a_stay,
    every_presence_counts,
    required_missions_are_abroad,
    excluded_missions_stay_apart,
    followers_wait_for_the_end,
    synergy_needs_both,
)


def build(data: Data, rules: tuple[Rule, ...] = RULES) -> pyo.ConcreteModel:
    """The model of a scenario: variables, rules, goals.

    Args:
        data: the scenario, indexed for the formulation.
        rules: the rules to write; fewer than all only to look at one of them alone.
    """
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
    - ``lack``: units of a type too few in a month, when the workbook allows a shortage.
    - ``shortfall``: units short of a readiness commitment, when the workbook allows a shortfall.
    - ``present``: 1 when a mission that may have several stays is abroad in a period of a rule that counts missions.
    - ``breach``, ``pair_breach``: how far a priced rule over groups, or over two missions, is broken.
    - ``together``: 1 when both missions of a synergy are abroad in a month.
    """
    model.stay = pyo.Var([str(column) for column in data.stay_columns], domain=pyo.Binary)
    most = {str(column): units for column, units in data.assignment_columns.items()}
    model.assign = pyo.Var(list(most), domain=pyo.NonNegativeIntegers, bounds=lambda _m, key: (0, most[key]))
    commitments = data.scenario.commitments if data.scenario.shortfall_allowed else {}
    short = {label(index): units for index, units in commitments.items()}
    _add_rule_variables(model, data)
    lacking = shortages(data)
    model.lack = pyo.Var(list(lacking), domain=pyo.NonNegativeIntegers, bounds=lambda _m, key: (0, lacking[key]))
    model.shortfall = pyo.Var(list(short), domain=pyo.NonNegativeIntegers, bounds=lambda _m, key: (0, short[key]))


def _add_rule_variables(model: pyo.ConcreteModel, data: Data) -> None:
    model.present = pyo.Var([label(index) for index in presences(data)], domain=pyo.Binary)
    broken = breaches(data)
    model.breach = pyo.Var(list(broken), domain=pyo.NonNegativeReals, bounds=lambda _m, key: (0, broken[key]))
    pairs = pair_breaches(data)
    model.pair_breach = pyo.Var(list(pairs), domain=pyo.NonNegativeIntegers, bounds=lambda _m, key: (0, pairs[key]))
    model.together = pyo.Var(together(data), domain=pyo.NonNegativeReals, bounds=(0, 1))
