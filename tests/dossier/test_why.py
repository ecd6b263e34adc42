"""Why, on the shipped scenario: the Red Sea tanker, and EUFOR's company and HUMINT team against readiness."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from inzet.analyses.what_if import WhatIf, WhatIfKind
from inzet.analyses.why import Why
from inzet.analyses.why import why as ask_why
from inzet.reports.what_if_words import why_sentences
from inzet.scenario.checks import make_scenario
from inzet.solve import Model, prepare
from inzet.workbook.reader import read_workbook

pytestmark = pytest.mark.slow
SHIPPED = Path(__file__).parents[2] / "scenarios" / "letter-2025.xlsx"


@cache
def model() -> Model:
    return prepare(make_scenario(read_workbook(SHIPPED)[0])[0])


@cache
def asked(mission: str, option: str = "") -> Why:
    return ask_why(model(), model().ask(), mission, option)


def answers(found: Why) -> dict[tuple[WhatIfKind, str, str], WhatIf]:
    return {(answer.kind, answer.what, answer.tier): answer for answer in found.answers}


def said(found: Why) -> str:
    return " ".join(why_sentences(found, model().scenario))


def test_the_tanker_is_tied_to_nsatu_and_one_more_lets_both_in() -> None:
    found = asked("RED_SEA_MRTT")
    assert found.decision.displaced == ("NSATU_MRTT",)
    assert found.decision.margin == pytest.approx(36.0)
    text = said(found)
    assert "The one MRTT tanker aircraft is with NSATU_MRTT from April to December 2025 (Supply!D11)" in text
    assert "Taking it in would cost 36.0 points of value and displace NSATU_MRTT." in text
    assert (
        "With 1 more MRTT tanker aircraft (MRTT) from April to December 2025 (Supply!C11) it would be part of the best "
        "plan; nothing would have to make way."
    ) in text


def test_the_weight_at_which_the_tanker_flips_is_five_exactly() -> None:
    weight = answers(asked("RED_SEA_MRTT"))[WhatIfKind.WEIGHT, "ECONOMIC", ""]
    assert (weight.was, weight.verified) == (1.0, True)
    assert weight.number == pytest.approx(5.0, abs=1e-6)
    assert "NSATU_MRTT" in weight.displaced


TURNS = {
    "INF_COY": {"": 2, "TIER_1": 3, "TIER_2": 2},
    "FIELD_HUMINT_TEAM": {"": 1, "TIER_1": 1, "TIER_2": 2},
}
"""How many fewer units, or more of them ready in a tier, turn the decision; the page of trade-offs says so too."""


@pytest.mark.parametrize("unit", TURNS)
def test_eufor_keeps_its_company_and_team_until_readiness_asks_for_more(unit: str) -> None:
    found = asked("EUFOR_ALTHEA", "COMPANY")
    turned = {
        answer.tier: answer.amounts[0][2]
        for answer in found.answers
        if answer.what == unit and answer.kind in (WhatIfKind.FEWER_UNITS, WhatIfKind.HIGHER_READINESS)
    }
    assert turned == TURNS[unit]
    assert all(answer.verified for answer in found.answers)
    name = model().scenario.units[unit].name
    assert f"of the type {name} can be ready within 10 days" in said(found)
    assert "Leaving it out would cost 163.6 points of value" in said(found)
