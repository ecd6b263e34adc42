"""From the Pyomo model to arrays, with Pyomo's own standard-form compiler."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.common.errors import InfeasibleConstraintException
from pyomo.common.gc_manager import PauseGC
from pyomo.core.expr.visitor import identify_variables
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from scipy import sparse

from inzet.formulation.build import build
from inzet.formulation.data import Data
from inzet.formulation.goals import BETTER_WHEN_MORE
from inzet.problem import Problem
from inzet.scenario.scenario import Scenario, Stay

_REMAINS = 1e-13
"""Share of the largest coefficient of a row, or of a goal, below which another one is what arithmetic left."""
_EQUAL, _AT_MOST, _AT_LEAST = 0, 1, -1


def formulated(scenario: Scenario, stays: Mapping[str, tuple[Stay, ...]] | None = None) -> tuple[Data, Problem]:
    """A scenario, indexed for the formulation, and the arrays of its model.

    Args:
        scenario: what to plan.
        stays: the stays to choose from, by mission; those that the workbook allows when not given.
    """
    # Of all the small things that are made hardly any is garbage; looking for it takes a quarter of the time.
    with PauseGC():
        data = Data(scenario, stays)
        return data, compile_problem(build(data), scenario)


def compile_problem(model: pyo.ConcreteModel, scenario: Scenario) -> Problem:
    """The arrays of a model; a rule that no choice can keep is a row like any other, which no plan keeps."""
    try:
        form = LinearStandardFormCompiler().write(model, mixed_form=True, set_sense=pyo.minimize)
    except InfeasibleConstraintException:
        _keep_impossible_rows(model)
        form = LinearStandardFormCompiler().write(model, mixed_form=True, set_sense=pyo.minimize)
    kinds = np.array([row.bound_type for row in form.rows], dtype=int)
    return Problem(
        columns=tuple(_name(column) for column in form.columns),
        lower=np.array([column.lb for column in form.columns], dtype=float),
        upper=np.array([column.ub for column in form.columns], dtype=float),
        integer=np.array([column.is_integer() or column.is_binary() for column in form.columns], dtype=bool),
        rows=tuple(_name(row.constraint) for row in form.rows),
        matrix=_without_remains(sparse.csc_array(form.A)),
        row_lower=np.where(kinds == _AT_MOST, -np.inf, form.rhs),
        row_upper=np.where(kinds == _AT_LEAST, np.inf, form.rhs),
        goals=_without_remains(sparse.csc_array(form.c)).toarray(),
        offsets=np.array(form.c_offset, dtype=float),
        goal_names=tuple(" + ".join(goal.goal.value for goal in goals) for goals in scenario.goals),
        more_is_better=tuple({goal.goal for goal in goals} <= BETTER_WHEN_MORE for goals in scenario.goals),
    )


def _without_remains(matrix: sparse.csc_array) -> sparse.csc_array:
    """A matrix without what is left where coefficients cancel but for arithmetic; the solver takes none so small."""
    largest = abs(matrix).max(axis=1).toarray().ravel() if matrix.shape[0] and matrix.shape[1] else np.zeros(0)
    kept = matrix.tocoo()
    remains = np.abs(kept.data) <= _REMAINS * largest[kept.row]
    kept.data[remains] = 0.0
    clean = sparse.csc_array(kept)
    clean.eliminate_zeros()
    return clean


def _keep_impossible_rows(model: pyo.ConcreteModel) -> None:
    """Give every rule without variables one that is always 0, for the compiler refuses rows that are only false."""
    model.nothing = pyo.Var([0], bounds=(0, 0))
    for row in list(model.component_data_objects(pyo.Constraint)):
        if next(identify_variables(row.body), None) is None:
            row.set_value((row.lower, row.body + model.nothing[0], row.upper))


def _name(part: Any) -> str:
    """``component[index]``, without the quotes that Pyomo's own names put around some indexes."""
    return f"{part.parent_component().local_name}[{part.index()}]"
