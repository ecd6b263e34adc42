"""Every rule and every goal of the model, as a small LP that a person can read.

A change to the maths shows as a change to these files. ``make golden`` writes them anew; read the difference.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

import pyomo.environ as pyo
import pytest
from builders import ruled_book
from pyomo.repn.plugins.lp_writer import LPWriter

from inzet.calendar import Month
from inzet.formulation.build import RULES, build
from inzet.formulation.data import Data
from inzet.formulation.goals import GOALS
from inzet.formulation.page import formulation_page
from inzet.scenario.checks import make_scenario
from inzet.scenario.history import planned_anew
from inzet.scenario.scenario import Scenario, Stay
from inzet.schema.rows import Shortfall

GOLDEN = Path(__file__).parent / "golden"
PAGE = Path(__file__).parents[2] / "model" / "FORMULATION.md"
WITH_SHORTAGE = ("supply_is_enough", "readiness_is_kept")
"""The rules that a shortage of units has a part in."""
WITH_HISTORY = ("what_has_begun_goes_on", "what_left_is_as_it_was")
"""The rules that there are only when a running plan is made anew."""
WRITE = os.environ.get("INZET_WRITE_GOLDEN") == "1"


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return make_scenario(ruled_book())[0]


def short_of_units() -> Scenario:
    """The same with more units planned than there are."""
    book = ruled_book()
    return make_scenario(book.with_settings(book.settings.model_copy(update={"supply_shortage": Shortfall.PRICED})))[0]


def made_anew(scenario: Scenario) -> Scenario:
    """The same, made anew in January: one contribution is over, two are abroad, one is ahead."""
    nov, dec, jan, feb = (Month.parse(text) for text in ("2025-11", "2025-12", "2026-01", "2026-02"))
    sent = {
        Stay("GULF", "SHIPS", nov, dec): {("SHIP", "FRIGATE"): 1},
        Stay("DESK", "TEAM", dec, feb): {("EXPERTISE", "EXPERT"): 1},
        Stay("KOSOVO", "TWO", nov, nov, running=True): {},
        Stay("KOSOVO", "ONE", jan, feb): {},
    }
    return planned_anew(scenario, scenario, jan, sent)


@pytest.fixture(scope="module")
def short_scenario() -> Scenario:
    return short_of_units()


@pytest.fixture(scope="module")
def later_scenario(scenario: Scenario) -> Scenario:
    return made_anew(scenario)


def lp_text(model: pyo.ConcreteModel) -> str:
    text = io.StringIO()
    LPWriter().write(model, text, symbolic_solver_labels=True)
    return text.getvalue()


def compare(file: Path, text: str) -> None:
    if WRITE:
        file.write_text(text, encoding="utf-8")
    assert file.exists(), f"{file.name} is missing; `make golden` writes it"
    assert text == file.read_text(encoding="utf-8"), (
        f"the maths changed: `make golden`, and read the diff of {file.name}"
    )


def alone(scenario: Scenario, name: str) -> pyo.ConcreteModel:
    """The model with one rule and no goal."""
    model = build(Data(scenario), tuple(rule for rule in RULES if rule.name == name))
    for objective in list(model.component_objects(pyo.Objective)):
        model.del_component(objective)
    model.nothing = pyo.Objective(expr=0)
    return model


@pytest.mark.parametrize("name", [rule.name for rule in RULES])
def test_rule_has_its_golden_lp(scenario: Scenario, later_scenario: Scenario, name: str) -> None:
    model = alone(later_scenario if name in WITH_HISTORY else scenario, name)
    assert len(getattr(model, name)) > 0, "the golden scenario must have rows of every rule"
    compare(GOLDEN / f"{name}.lp", lp_text(model))


@pytest.mark.parametrize("name", WITH_SHORTAGE)
def test_rule_has_its_golden_lp_with_a_shortage(short_scenario: Scenario, name: str) -> None:
    compare(GOLDEN / f"{name}_with_shortage.lp", lp_text(alone(short_scenario, name)))


@pytest.mark.parametrize("name", [name.value for name in GOALS])
def test_goal_has_its_golden_lp(scenario: Scenario, short_scenario: Scenario, name: str) -> None:
    model = build(Data(short_scenario if name == "shortage" else scenario), ())
    for objective in list(model.component_objects(pyo.Objective)):
        model.del_component(objective)
    model.goal = pyo.Objective(expr=getattr(model, name))
    compare(GOLDEN / f"goal_{name}.lp", lp_text(model))


def test_no_golden_lp_without_a_rule() -> None:
    known = {rule.name for rule in RULES} | {f"goal_{name.value}" for name in GOALS}
    known |= {f"{name}_with_shortage" for name in WITH_SHORTAGE}
    assert {file.stem for file in GOLDEN.glob("*.lp")} == known


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_rule_says_what_it_is(rule: object) -> None:
    parts = rule.documentation()  # type: ignore[attr-defined]
    assert parts["Sentence"].endswith(".")
    assert set(parts) == {"Sentence", "Formula", "For all", "Unit", "Source"}
    assert all(parts.values())


def test_every_rule_in_the_rooms_is_in_the_table_of_contents() -> None:
    import importlib
    import pkgutil

    import inzet.formulation
    from inzet.formulation.rule import Rule

    found = {
        value.name
        for info in pkgutil.iter_modules(inzet.formulation.__path__, "inzet.formulation.")
        for value in vars(importlib.import_module(info.name)).values()
        if isinstance(value, Rule)
    }
    assert found == {rule.name for rule in RULES}


def test_the_formulation_page_is_what_the_rules_say() -> None:
    if WRITE:
        PAGE.write_text(formulation_page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == formulation_page(), "`make golden` writes the page anew"
