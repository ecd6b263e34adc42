"""The formulation, broken on purpose: one rule, goal or kind of variable at a time, found from what is registered.

A mutant is made where the formulation is built, so a rule, goal or variable that is added is broken as well, without a
word here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import pyomo.environ as pyo
from pyomo.core.expr.visitor import identify_variables
from pyomo.repn import generate_standard_repn

from inzet.formulation.build import RULES, build
from inzet.formulation.data import Data
from inzet.formulation.goals import GOALS
from inzet.formulation.rule import Rule
from inzet.schema.rows import GoalName

CHOICES = frozenset({"stay", "assign"})
"""The variables that are decided; all others count what follows from them."""


@dataclass(frozen=True, order=True)
class Shape:
    """What rows of a rule have in common: a rule over groups may be at least or at most, hard or at a price.

    Attributes:
        sense: ``at most``, ``at least`` or ``equal``.
        kinds: the variables in it that are not choices.
    """

    sense: str
    kinds: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.sense}, with {' and '.join(self.kinds)}" if self.kinds else self.sense


@dataclass(frozen=True)
class Mutant:
    """One way to break the formulation.

    Attributes:
        part: ``rule``, ``goal`` or ``variable``.
        family: name of the rule, the goal or the variable.
        shape: which rows of the rule; empty for goals and variables.
        how: what is done to it.
        change: makes the change in a model and says whether there was anything to change.
    """

    part: str
    family: str
    shape: str
    how: str
    change: Callable[[pyo.ConcreteModel], bool]

    @property
    def name(self) -> str:
        """Its name, as it stands in the report."""
        return f"{self.family} ({self.shape}): {self.how}" if self.shape else f"{self.family}: {self.how}"

    def built(self, data: Data, rules: tuple[Rule, ...] = RULES) -> pyo.ConcreteModel | None:
        """The broken model of a scenario; None when there is nothing in it to break."""
        if self.part == "goal":
            with self._written() as changed:
                model = build(data, rules)
            return model if any(changed) else None
        model = build(data, rules)
        return model if self.change(model) else None

    @contextmanager
    def _written(self) -> Iterator[list[bool]]:
        """Have the goal written in the broken way, until the block ends."""
        name, changed = GoalName(self.family), list[bool]()
        write = GOALS[name]

        def broken(model: pyo.ConcreteModel, data: Data) -> Any:
            model.broken = pyo.Expression(expr=write(model, data))
            changed.append(self.change(model))
            return model.broken.expr

        GOALS[name] = broken
        try:
            yield changed
        finally:
            GOALS[name] = write


def shape_of(row: Any) -> Shape:
    """The shape of a row."""
    sense = "equal" if row.equality else "at most" if row.upper is not None else "at least"
    return Shape(sense, tuple(sorted(kinds_in(row.body) - CHOICES)))


def kinds_in(expression: Any) -> set[str]:
    """The names of the variables in an expression, without their indexes."""
    return {variable.parent_component().local_name for variable in identify_variables(expression)}


def rows_of(model: pyo.ConcreteModel, family: str, shape: Shape | None = None) -> list[Any]:
    """The rows of a rule, of one shape or all, without those that say nothing about any variable."""
    rows = [row for row in getattr(model, family).values() if kinds_in(row.body)]
    return [row for row in rows if shape in (None, shape_of(row))]


@dataclass(frozen=True)
class Found:
    """What there is to break in a model.

    Attributes:
        model: the model as it should be.
    """

    model: pyo.ConcreteModel

    @cached_property
    def mutants(self) -> dict[str, Mutant]:
        """Every mutant that this model has something to break for, by name."""
        every = (*self._rules(), *self._goals(), *self._variables())
        return {mutant.name: mutant for mutant in every}

    def _rules(self) -> Iterator[Mutant]:
        for rule in self.model.component_objects(pyo.Constraint):
            family = rule.local_name
            for shape in sorted({shape_of(row) for row in rows_of(self.model, family)}):
                kinds = {kind for row in rows_of(self.model, family, shape) for kind in kinds_in(row.body)}
                for how, change in (*_BOUNDS[shape.sense].items(), *_left_out(kinds)):
                    each = partial(_each_row, family=family, shape=shape, change=change)
                    yield Mutant("rule", family, str(shape), how, each)

    def _goals(self) -> Iterator[Mutant]:
        for name in GOALS:
            kinds = kinds_in(getattr(self.model, name.value).expr)
            if kinds:
                yield Mutant("goal", name.value, "", "dropped", partial(_aim, sign=0.0))
                yield Mutant("goal", name.value, "", "turned", partial(_aim, sign=-1.0))
            for kind in sorted(kinds) if len(kinds) > 1 else ():
                yield Mutant("goal", name.value, "", f"without {kind}", partial(_aim, without=kind))

    def _variables(self) -> Iterator[Mutant]:
        for variable in self.model.component_objects(pyo.Var):
            if len(variable):
                whole = next(iter(variable.values())).is_integer()
                hows = {**_LIMITS, "not whole": _not_whole} if whole else {**_LIMITS, "whole": _whole}
                for how, change in hows.items():
                    each = partial(_each_variable, family=variable.local_name, change=change)
                    yield Mutant("variable", variable.local_name, "", how, each)


def _each_row(model: pyo.ConcreteModel, family: str, shape: Shape, change: Callable[[Any], None]) -> bool:
    rows = rows_of(model, family, shape)
    for row in rows:
        change(row)
    return bool(rows)


def _drop(row: Any) -> None:
    row.deactivate()


def _bounded(row: Any, lower: float | None, upper: float | None) -> None:
    row.set_value((lower, row.body, upper))


def _limit(row: Any) -> float:
    return float(pyo.value(row.lower if row.upper is None else row.upper))


def _at_most(row: Any) -> None:
    _bounded(row, None, _limit(row))


def _at_least(row: Any) -> None:
    _bounded(row, _limit(row), None)


def _equal(row: Any) -> None:
    _bounded(row, _limit(row), _limit(row))


def _moved(row: Any, by: float) -> None:
    lower = None if row.lower is None else float(pyo.value(row.lower)) + by
    upper = None if row.upper is None else float(pyo.value(row.upper)) + by
    _bounded(row, lower, upper)


_ANY: dict[str, Callable[[Any], None]] = {
    "dropped": _drop,
    "bound 1 higher": partial(_moved, by=1.0),
    "bound 1 lower": partial(_moved, by=-1.0),
}
_BOUNDS: dict[str, dict[str, Callable[[Any], None]]] = {
    "at most": {**_ANY, "flipped": _at_least, "made equal": _equal},
    "at least": {**_ANY, "flipped": _at_most, "made equal": _equal},
    "equal": {**_ANY, "flipped to at most": _at_most, "flipped to at least": _at_least},
}


def _left_out(kinds: set[str]) -> Iterator[tuple[str, Callable[[Any], None]]]:
    """The row without one kind of variable, where that leaves anything of it."""
    for kind in sorted(kinds) if len(kinds) > 1 else ():
        yield f"without {kind}", partial(_without, kind=kind)


def _without(row: Any, kind: str) -> None:
    body = _but(row.body, kind)
    if kinds_in(body):
        row.set_value((row.lower, body, row.upper))
    else:
        row.deactivate()


def _but(expression: Any, kind: str) -> Any:
    """A linear expression without the terms of one kind of variable."""
    linear = generate_standard_repn(expression)
    assert linear.is_linear()
    terms = zip(linear.linear_coefs, linear.linear_vars, strict=True)
    return linear.constant + sum(c * v for c, v in terms if v.parent_component().local_name != kind)


def _aim(model: pyo.ConcreteModel, sign: float = 1.0, without: str = "") -> bool:
    expression = model.broken.expr
    changed = bool(kinds_in(expression) & {without} if without else kinds_in(expression))
    model.broken.set_value(sign * (_but(expression, without) if without else expression))
    return changed


def _each_variable(model: pyo.ConcreteModel, family: str, change: Callable[[Any], None]) -> bool:
    variables = list(getattr(model, family).values())
    for variable in variables:
        change(variable)
    return bool(variables)


def _span(variable: Any, lower: float, upper: float) -> None:
    """Move the bounds; a domain such as yes or no has bounds of its own, which then no longer hold."""
    low, high, whole = float(variable.lb) + lower, float(variable.ub) + upper, variable.is_integer()
    variable.domain = pyo.Integers if whole else pyo.Reals
    variable.setlb(low)
    variable.setub(high)


def _not_whole(variable: Any) -> None:
    low, high = variable.lb, variable.ub
    variable.domain = pyo.Reals
    variable.setlb(low)
    variable.setub(high)


def _whole(variable: Any) -> None:
    low, high = variable.lb, variable.ub
    variable.domain = pyo.Integers
    variable.setlb(low)
    variable.setub(high)


_LIMITS: dict[str, Callable[[Any], None]] = {
    "may be 1 more": partial(_span, lower=0.0, upper=1.0),
    "may be 1 less": partial(_span, lower=-1.0, upper=0.0),
    "at most 1 less": partial(_span, lower=0.0, upper=-1.0),
    "at least 1 more": partial(_span, lower=1.0, upper=0.0),
}
