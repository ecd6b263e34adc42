"""What has happened, when a running plan is made anew: it cannot be undone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyomo.environ as pyo

from inzet.calendar import Month
from inzet.formulation.data import Column, Data
from inzet.formulation.rule import constraint, count, variable
from inzet.scenario.scenario import Stay


def _carrying_on(data: Data, stay: Stay) -> list[Column]:
    """The stays that carry a stay of the running plan on, each with its own end."""
    same = (stay.option, stay.first, stay.running)
    return [Column(other) for other in data.stays[stay.mission] if (other.option, other.first, other.running) == same]


def _begun(data: Data) -> list[Stay]:
    history = data.scenario.history
    return [] if history is None else [stay for stay in history.stays if history.has_begun(stay)]


def _units_that_left(data: Data) -> Iterator[tuple[Column, int]]:
    """The units by choice of everything that has begun, however it goes on, and how many were sent."""
    for stay in _begun(data):
        assert data.scenario.history is not None
        sent = data.scenario.history.sent[stay]
        for carried in _carrying_on(data, stay):
            for requirement in data.scenario.requirements_of(stay.mission, stay.option):
                if (carried.stay, requirement.capability) in data.assignments:
                    for column, _ in data.assignments[carried.stay, requirement.capability].units:
                        yield column, sent.get((column.capability, column.unit), 0)


@constraint(for_all=lambda data: [(s.mission, s.option, s.first) for s in _begun(data) if not s.running])
def what_has_begun_goes_on(model: pyo.ConcreteModel, data: Data, mission: str, option: str, first: Month) -> Any:
    r"""What had begun when the plan is made anew is in the plan; what was over by then ends as it did.

    What is abroad may end as it was planned, sooner after the notice of a recall, or later. What runs since before the
    plan is held by its own rule.

    Formula: $\sum_{s \in S_m : s\ \mathit{carries\ on}\ b} \mathit{stay}_s = 1$
    For all: stays $b$ of the running plan that began in the plan, before it is made anew
    Unit: stays
    Source: README, the model in one page, point 1
    """
    return count(model, _carrying_on(data, Stay(mission, option, first, first))) == 1


@constraint(for_all=lambda data: list(_units_that_left(data)))
def what_left_is_as_it_was(model: pyo.ConcreteModel, _data: Data, column: Column, sent: int) -> Any:
    r"""What had begun when the plan is made anew is done by the units that were sent.

    Formula: $\mathit{assign}_{s,c,u} = \mathit{sent}_{b,c,u}\, \mathit{stay}_s$
    For all: stays $s$ that carry on a stay $b$ of the running plan, capabilities $c$ with a choice, unit types $u$
    Unit: units
    Source: README, the model in one page, point 2
    """
    return count(model, [column]) - sent * variable(model, Column(column.stay)) == 0
