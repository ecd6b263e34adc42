"""The golden texts of the formulation, as they would read if it were broken."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pyomo.environ as pyo
from builders import ruled_book
from formulation.test_golden import GOLDEN, WITH_HISTORY, WITH_SHORTAGE, lp_text, made_anew, short_of_units
from mutation.breaking import Mutant

from inzet.formulation.build import RULES, build
from inzet.formulation.data import Data
from inzet.formulation.goals import GOALS
from inzet.formulation.rule import Rule
from inzet.scenario.checks import make_scenario
from inzet.schema.rows import GoalName


@cache
def ruled() -> Data:
    """A scenario in which every rule has something to say."""
    return Data(make_scenario(ruled_book())[0])


@cache
def short() -> Data:
    """The same with more units planned than there are."""
    return Data(short_of_units())


@cache
def later() -> Data:
    """The same, made anew in January: one contribution is over, two are abroad, one is ahead."""
    return Data(made_anew(ruled().scenario))


@dataclass(frozen=True)
class Golden:
    """A golden text.

    Attributes:
        file: the name of its file.
        data: the scenario that it is written from.
        rules: the rule in it; none for a goal.
        goal: the goal in it; None for a rule.
    """

    file: str
    data: Data
    rules: tuple[Rule, ...] = ()
    goal: GoalName | None = None

    @property
    def kept(self) -> str:
        """The text as it is kept."""
        return (GOLDEN / self.file).read_text(encoding="utf-8")

    def written(self, mutant: Mutant | None = None) -> str | None:
        """The text as the formulation writes it, as it is or broken; None when there is nothing in it to break."""
        model = build(self.data, self.rules) if mutant is None else mutant.built(self.data, self.rules)
        if model is None:
            return None
        for objective in list(model.component_objects(pyo.Objective)):
            model.del_component(objective)
        if self.goal is None:
            model.nothing = pyo.Objective(expr=0)
        else:
            model.goal = pyo.Objective(expr=getattr(model, self.goal.value))
        return lp_text(model)

    def could_change(self, mutant: Mutant) -> bool:
        """Whether what a mutant breaks can stand in this text."""
        own = {rule.name for rule in self.rules} | ({self.goal.value} if self.goal else set())
        return mutant.part == "variable" or mutant.family in own


@cache
def goldens() -> tuple[Golden, ...]:
    """Every golden text."""
    return (
        *(Golden(f"{rule.name}.lp", later() if rule.name in WITH_HISTORY else ruled(), (rule,)) for rule in RULES),
        *(Golden(f"{rule.name}_with_shortage.lp", short(), (rule,)) for rule in RULES if rule.name in WITH_SHORTAGE),
        *(
            Golden(f"goal_{goal.value}.lp", short() if goal is GoalName.SHORTAGE else ruled(), goal=goal)
            for goal in GOALS
        ),
    )


def changes_text(mutant: Mutant) -> bool:
    """Whether a golden text is another one when the formulation is broken so."""
    texts = ((golden, golden.written(mutant)) for golden in goldens() if golden.could_change(mutant))
    return any(text is not None and text != golden.kept for golden, text in texts)
