"""How a rule of the model is written: one function, with its sentence, formula, for-all set and unit."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pyomo.environ as pyo
from pyomo.core.expr.numeric_expr import LinearExpression

from inzet.formulation.data import Column, Data, Terms

Index = tuple[Any, ...]
_SECTION = re.compile(r"^(Formula|For all|Unit|Source):\s*(.*?)(?=^(?:Formula|For all|Unit|Source):|\Z)", re.S | re.M)


@dataclass(frozen=True)
class Rule:
    """A constraint of the model.

    Attributes:
        name: its name in the model, in the LP file and on the formulation page.
        for_all: the indexes that it is written for, from the data.
        body: the function that writes it for one index.
    """

    name: str
    for_all: Callable[[Data], Iterable[Index]]
    body: Callable[..., Any]

    def add_to(self, model: pyo.ConcreteModel, data: Data) -> None:
        """Write the constraint into the model, once for every index."""
        indexes = list(self.for_all(data))
        labels = {label(index): index for index in indexes}
        setattr(
            model,
            self.name,
            pyo.Constraint(list(labels), rule=lambda m, *key: self.body(m, data, *labels[key[0]])),
        )

    def documentation(self) -> dict[str, str]:
        """The sentence, and the sections Formula, For all, Unit and Source of the docstring."""
        return sections(self.body.__doc__ or "")


def sections(docstring: str) -> dict[str, str]:
    """A rule's or goal's docstring, taken apart: Sentence, Formula, For all, Unit, Source."""
    text = inspect.cleandoc(docstring)
    found = {name: " ".join(body.split()) for name, body in _SECTION.findall(text)}
    return {"Sentence": " ".join(_SECTION.sub("", text).split()), **found}


def constraint(for_all: Callable[[Data], Iterable[Index]]) -> Callable[[Callable[..., Any]], Rule]:
    """Make a rule of a function that writes a constraint for one index."""
    return lambda body: Rule(body.__name__, for_all, body)


def label(index: Index) -> str:
    """An index as one readable text."""
    return ",".join(str(part) for part in index)


def variable(model: pyo.ConcreteModel, column: Column) -> Any:
    """The model's variable for a column."""
    return (model.assign if column.unit else model.stay)[str(column)]


def total(model: pyo.ConcreteModel, terms: Terms) -> Any:
    """The sum of coefficient times variable."""
    return LinearExpression(
        linear_coefs=[coefficient for _, coefficient in terms],
        linear_vars=[variable(model, column) for column, _ in terms],
    )


def count(model: pyo.ConcreteModel, columns: Iterable[Column]) -> Any:
    """The number of columns that are chosen."""
    return total(model, [(column, 1.0) for column in columns])
