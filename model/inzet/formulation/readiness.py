"""Readiness: the units that the NATO Force Model wants at a notice."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from inzet.calendar import Month
from inzet.formulation.data import Column, Data, Terms
from inzet.formulation.rule import constraint, label, total
from inzet.formulation.supply import lacking
from inzet.scenario.scenario import Phase


def _notice(data: Data, unit: str, phase: Phase, column: Column) -> int:
    """Days within which a unit in a phase is ready for another task."""
    match phase:
        case Phase.PREPARING:
            return data.scenario.units[unit].notice_preparing
        case Phase.DEPLOYED:
            return data.scenario.missions[column.stay.mission].recall_notice_days
        case Phase.RECOVERING:
            return data.scenario.units[unit].notice_recovering


def _too_slow(data: Data, unit: str, tier: str, month: Month) -> Terms:
    """The variables that keep units from being ready within the tier's notice, and how many."""
    days = data.scenario.tiers[tier].notice_days
    slow: dict[Column, float] = {}
    for phase in Phase:
        for column, units in data.load.get((unit, phase, month), ()):
            if _notice(data, unit, phase, column) > days:
                slow[column] = slow.get(column, 0) + units
    return list(slow.items())


@constraint(for_all=lambda data: [(u, tier, t) for u, tier, t in data.scenario.commitments])
def readiness_is_kept(model: pyo.ConcreteModel, data: Data, unit: str, tier: str, month: Month) -> Any:
    r"""The units that can be ready within a tier's notice are at least the commitment, less the shortfall.

    Idle units count at once; a unit in preparation, deployed or recovering counts when the notice of that phase
    is short enough. The shortfall is there only when the workbook prices it; it is 0 otherwise. Units that are
    lacking and would have to be found count as if they were there.

    Formula: $\mathit{supply}_{u,t} + \mathit{lack}_{u,t}
        - \sum_{s} \sum_{p : \mathit{notice}_{u,p,s} > d_k} \mathit{load}_{s,u,p,t}\,
        \mathit{stay}_s + \mathit{shortfall}_{u,k,t} \ge \mathit{commitment}_{u,k,t}$
    For all: unit types $u$, tiers $k$ with notice $d_k$, months $t$ with a commitment
    Unit: units
    Source: README, the model in one page, point 4
    """
    index = (unit, tier, month)
    supply, commitment = data.scenario.supply(unit, month), data.scenario.commitments[index]
    slow = total(model, _too_slow(data, *index)) - lacking(model, unit, month)
    if not data.scenario.shortfall_allowed:
        return slow <= supply - commitment
    return slow - model.shortfall[label(index)] <= supply - commitment
