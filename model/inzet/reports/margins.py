"""The decisions of a plan as a result table, from firm to fragile."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from inzet.analyses.decisions import Decision, by_firmness
from inzet.plan.tables import MISSION, NAME, Column, Table
from inzet.reports.decision_words import FIRMNESS_WORDS, obstacle_sentence, stay_words, unit_words
from inzet.scenario.scenario import Scenario, Stay

MARGINS = "margins"
"""Name of the table, and of its figure."""
TITLE = "Margins"
NOTE = (
    "Every decision turned around, from firm to fragile: a mission that is in left out, one that is out taken in over "
    "its best option and months. The margin is what the best plan then loses."
)
COLUMNS = (
    MISSION,
    NAME,
    Column("decision", "in or out; a mission that only finishes what runs, and could do more, is out."),
    Column("contribution", "What it contributes in the plan."),
    Column(
        "firmness",
        "How firm the decision is. At a loss: it can be turned around, for the margin. Tie: at no loss, or none that "
        "the gap lets be told. Cannot be turned around: no plan that keeps the rules has it so. Nothing to decide: "
        "there is no other stay to choose. Not examined: the search was stopped.",
    ),
    Column(
        "margin", "What the plan loses when the decision is turned around; empty when it cannot be, or is not known."
    ),
    Column("counted_in", "What the margin is counted in: the first goal, in order of rank, that loses."),
    Column(
        "turned_around",
        "What the mission contributes in the best plan with the decision turned around; one that is left out may still "
        "finish what runs.",
    ),
    Column("displaced", "Missions that are in, and then are not."),
    Column("admitted", "Missions that are not in, and then are."),
    Column("shifted", "Other missions that then change option, months or size."),
    Column(
        "stands_in_the_way",
        "What the turned decision would run into in this plan, if nothing else moved; empty when nothing does.",
    ),
    Column("cells", "Cells of the workbook that set what stands in the way."),
)


def margins_table(found: Iterable[Decision], scenario: Scenario) -> Table:
    """Decisions as a table, from firm to fragile.

    Args:
        found: the decisions, turned around.
        scenario: what was planned.
    """
    rows = [_row(decision, scenario) for decision in by_firmness(found)]
    return Table(MARGINS, TITLE, NOTE, COLUMNS, pd.DataFrame(rows, columns=[column.name for column in COLUMNS]))


def _row(decision: Decision, scenario: Scenario) -> dict[str, object]:
    flipped = (contribution.stay for contribution in decision.flipped)
    return {
        "mission": decision.mission,
        "name": scenario.missions[decision.mission].name,
        "decision": decision.verdict.value,
        "contribution": _stays(decision.stays, scenario),
        "firmness": FIRMNESS_WORDS[decision.firmness],
        "margin": decision.margin,
        "counted_in": _unit(decision, scenario),
        "turned_around": _stays((stay for stay in flipped if stay.mission == decision.mission), scenario)
        or ("out" if decision.margin is not None else ""),
        "displaced": ", ".join(decision.displaced),
        "admitted": ", ".join(decision.admitted),
        "shifted": ", ".join(decision.shifted),
        "stands_in_the_way": " ".join(obstacle_sentence(obstacle, scenario) for obstacle in decision.obstacles),
        "cells": ", ".join(dict.fromkeys(cell for obstacle in decision.obstacles for cell in obstacle.cells)),
    }


def _unit(decision: Decision, scenario: Scenario) -> str:
    """The unit of the margin; a tie is counted in the last of the goals that it was held against."""
    if decision.margin is None:
        return ""
    return unit_words((decision.deciding or decision.losses[-1]).goal, scenario)


def _stays(stays: Iterable[Stay], scenario: Scenario) -> str:
    ordered = sorted(stays, key=lambda stay: (stay.first, stay))
    return "; ".join(stay_words(stay, scenario) for stay in ordered)
