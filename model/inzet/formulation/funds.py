"""Funds: the money of the Budget Internationale Veiligheid and the others, by year."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from inzet.formulation.data import MILLION, Data
from inzet.formulation.rule import constraint, total


@constraint(for_all=lambda data: sorted(data.costs))
def funds_are_kept(model: pyo.ConcreteModel, data: Data, fund: str, year: int) -> Any:
    r"""What a fund pays in a year stays within its budget less its reserve.

    Costs fall due by the month, at the start and the end of a stay, and at the start of each tour; the Payers
    sheet says which share each fund carries.

    Formula: $\sum_{s} \mathit{cost}_{s,f,y}\, \mathit{stay}_s \le \mathit{budget}_{f,y} - \mathit{reserve}_{f,y}$
    For all: funds $f$ and calendar years $y$ in which some stay costs money
    Unit: EUR million
    Source: README, the model in one page, point 5
    """
    row = data.scenario.funds.get((fund, year))
    free = row.budget - row.reserve if row else 0.0
    spent = [(column, euro / MILLION) for column, euro in data.costs[fund, year]]
    return total(model, spent) <= free / MILLION
