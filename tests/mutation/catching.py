"""By which checks a broken formulation is caught: golden text, check of the plan, every plan of a small book."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import pyomo.environ as pyo
from crosscheck.two_solvers import HAIR, Ranked
from mutation.breaking import Found, Mutant

from inzet.errors import AuditError, SolverError
from inzet.formulation.build import build
from inzet.formulation.compile import compile_problem
from inzet.formulation.data import Data
from inzet.outcome import Solution, Status
from inzet.plan.audit import audited
from inzet.plan.ledger import Ledger
from inzet.problem import Problem
from inzet.scenario.scenario import Scenario
from inzet.solve import Model
from inzet.solver import highs
from inzet.solver.messages import Answer, OnEvent, Options
from inzet.solver.place import solving_at

SECONDS = 20.0
"""For one solve; the books are solved in a hundredth of it."""


class Check(StrEnum):
    """What can catch a mutant."""

    TEXT = "golden text"
    PLAN = "check of the plan"
    VALUE = "value of every plan"


MEANING = frozenset({Check.PLAN, Check.VALUE})
"""The checks that look at what is planned, not at how the formulation is written."""


class ThisProcess:
    """Problems are solved where they are made: these are many and small."""

    at_a_time = 1

    def solve(
        self, problem: Problem, options: Options, on_event: OnEvent, stop: threading.Event | None = None
    ) -> Answer:
        """Solve a problem at once."""
        return highs.solve(problem, options, on_event, lambda: False)


@dataclass(frozen=True)
class Case:
    """A small scenario of which every plan was tried.

    Attributes:
        name: what it is called.
        scenario: what is planned.
        best: the best that any of its plans reaches by rank, less being better; None when none keeps all rules.
    """

    name: str
    scenario: Scenario
    best: Ranked | None

    @cached_property
    def data(self) -> Data:
        """The scenario, indexed for the formulation."""
        return Data(self.scenario)

    @cached_property
    def mutants(self) -> dict[str, Mutant]:
        """What there is to break in it, by name."""
        return Found(build(self.data)).mutants

    def catches(self, mutant: Mutant | None) -> frozenset[Check]:
        """The checks of meaning that catch a mutant here; None for the formulation as it is."""
        model = build(self.data) if mutant is None else mutant.built(self.data)
        return frozenset() if model is None else self._caught(model)

    def _caught(self, model: pyo.ConcreteModel) -> frozenset[Check]:
        try:
            problem = compile_problem(model, self.scenario)
            with solving_at(ThisProcess()):
                solution = Model(self.data, problem, 0.0).ask(gap=0.0, time_limit=SECONDS)
        except SolverError:
            return frozenset({Check.VALUE})
        return frozenset(self._faults(solution))

    def _faults(self, solution: Solution) -> Iterator[Check]:
        if solution.status is not Status.OPTIMAL:
            if (solution.status, self.best) != (Status.INFEASIBLE, None):
                yield Check.VALUE
            return
        try:
            audited(solution)
        except AuditError:
            yield Check.PLAN
        if self.best is None or not same(Ledger(self.scenario, solution.contributions).ranked, self.best):
            yield Check.VALUE


def same(reached: Ranked, best: Ranked) -> bool:
    """Whether ranked goals are the same but for the arithmetic."""
    return len(reached) == len(best) and all(
        abs(a - b) <= HAIR * max(1.0, abs(b)) for a, b in zip(reached, best, strict=True)
    )
