"""Why a mission is in or out, and what would turn it: every answer held against solves of its own."""

from __future__ import annotations

from functools import cache

import pytest
from builders import changed
from turning import turning_book

from inzet.analyses.decisions import Firmness, Verdict, missions_in
from inzet.analyses.what_if import WhatIf, WhatIfKind
from inzet.analyses.why import Why
from inzet.analyses.why import why as ask_why
from inzet.calendar import Month
from inzet.plan.audit import audited
from inzet.reports.answers_json import why_document
from inzet.reports.what_if_words import why_sentences
from inzet.scenario.changes import what_if
from inzet.scenario.checks import make_scenario
from inzet.scenario.scenario import Scenario
from inzet.schema.book import Book
from inzet.schema.rows import SHEETS
from inzet.solve import prepare, solve

YEAR = (Month.of(2025, 1), Month.of(2025, 12))


def with_rule(book: Book) -> Book:
    """The same year with a rule that keeps the southern tanker out, whatever it is worth."""
    rows = {
        "Groups": {"group": "SOUTH", "mission": "SOUTH"},
        "Rules": {
            "rule": "NO_SOUTH",
            "sentence": "No tanker goes south.",
            "group": "SOUTH",
            "limit": "at most",
            "amount": 0,
            "measure": "missions",
            "force": "hard",
        },
    }
    for sheet, row in rows.items():
        book = book.with_rows(sheet, [SHEETS[sheet].model_validate(row)])
    return changed(book, "Scores", "SOUTH / SECURITY", score=1)


BOOKS = {
    "plain": turning_book,
    "rule": lambda: changed(with_rule(turning_book()), "Scores", "NORTH / SECURITY", score=0.5),
    "window": lambda: changed(turning_book(), "Missions", "PAST", last_month="2026-12", first_month="2026-01"),
}


@cache
def asked(book: str, mission: str) -> Why:
    scenario, _ = make_scenario(BOOKS[book]())
    model = prepare(scenario)
    return ask_why(model, model.ask(gap=0.0), mission)


def scenario_of(book: str) -> Scenario:
    return make_scenario(BOOKS[book]())[0]


def answers(book: str, mission: str) -> dict[tuple[WhatIfKind, str], WhatIf]:
    return {(answer.kind, answer.what): answer for answer in asked(book, mission).answers}


@pytest.mark.parametrize(
    ("book", "mission"),
    [("plain", "SOUTH"), ("plain", "BIG"), ("plain", "DEAR"), ("plain", "NORTH"), ("plain", "MUST"), ("rule", "SOUTH")],
)
def test_every_answer_turns_the_decision_in_a_workbook_solved_from_scratch(book: str, mission: str) -> None:
    found = asked(book, mission)
    assert found.answers
    was_in = found.decision.verdict is Verdict.IN
    for answer in found.answers:
        assert answer.verified
        ledger, _ = audited(solve(what_if(scenario_of(book), answer.changes), gap=0.0))
        assert answer.tie or (mission in missions_in(ledger)) is not was_in, answer


def test_one_more_tanker_lets_both_in() -> None:
    more = answers("plain", "SOUTH")[WhatIfKind.MORE_UNITS, "TANKER"]
    assert (more.amounts, more.displaced, more.tie) == (((*YEAR, 1),), (), False)


def test_a_company_less_to_stand_ready_is_enough_in_the_months_that_it_must() -> None:
    found = answers("plain", "BIG")
    first_quarter = (Month.of(2025, 1), Month.of(2025, 3))
    assert found[WhatIfKind.MORE_UNITS, "COY"].amounts == ((*first_quarter, 1),)
    assert found[WhatIfKind.LOWER_READINESS, "COY"].amounts == ((*first_quarter, 1),)
    assert (WhatIfKind.WEIGHT, "SECURITY") not in found, "readiness comes before value, so no weight can turn it"


def test_the_least_money_is_what_the_mission_costs_less_what_it_displaces() -> None:
    more = answers("plain", "DEAR")[WhatIfKind.MORE_MONEY, "BIV"]
    assert more.number == 3_000_000
    assert set(more.displaced) <= {"ONE", "OTHER"}
    assert len(more.displaced) == 1


def test_the_score_at_which_it_ties_is_exact() -> None:
    score = answers("plain", "SOUTH")[WhatIfKind.SCORE, "SECURITY"]
    assert (score.was, score.number, score.tie) == (0.25, 1.0, True)
    score = answers("plain", "NORTH")[WhatIfKind.SCORE, "SECURITY"]
    assert (score.was, score.number, score.tie) == (1.0, 0.25, False)


def test_the_one_rule_that_keeps_it_out_is_named() -> None:
    found = asked("rule", "SOUTH")
    assert found.decision.firmness is Firmness.FIRM
    (rule,) = (answer for answer in found.answers if answer.kind is WhatIfKind.DROP_RULE)
    assert (rule.what, rule.displaced) == ("NO_SOUTH", ("NORTH",))


def test_a_mandate_that_keeps_it_in_is_named() -> None:
    assert (WhatIfKind.DROP_MANDATE, "MUST") in answers("plain", "MUST")


def test_what_cannot_be_otherwise_is_asked_nothing() -> None:
    found = asked("plain", "PAST")
    assert (found.decision.firmness, found.answers, found.tried) == (Firmness.FIXED, (), ())


def test_a_tie_is_a_tie_and_is_asked_nothing() -> None:
    ties = {asked("plain", mission).decision.firmness for mission in ("ONE", "OTHER")}
    assert ties == {Firmness.TIE}
    assert asked("plain", "ONE").tried == ()


def test_the_months_add_up_to_the_margin() -> None:
    found = asked("plain", "SOUTH")
    assert len(found.months) == 12
    assert sum(month.points for month in found.months) == pytest.approx(-(found.decision.margin or 0))
    assert {month.gone for month in found.months} == {(("NORTH", "FULL"),)}
    assert {month.come for month in found.months} == {(("SOUTH", "FULL"),)}


def test_the_document_has_what_was_promised() -> None:
    document = why_document(asked("plain", "SOUTH"), scenario_of("plain"))
    assert {"mission", "decision", "margin", "tie", "displaced", "admitted", "blocked_by", "enters_if"} <= set(document)
    assert (document["mission"], document["decision"], document["tie"]) == ("SOUTH", "out", False)
    assert document["displaced"] == ["NORTH"]
    assert {"kind", "change", "verified"} <= set(document["enters_if"][0])
    assert all(entry["verified"] for entry in document["enters_if"])
    assert document["leaves_if"] == []
    assert why_document(asked("plain", "NORTH"), scenario_of("plain"))["enters_if"] == []


def test_the_sentences_can_be_read_aloud() -> None:
    sentences = why_sentences(asked("plain", "SOUTH"), scenario_of("plain"))
    assert sentences[0] == "Southern tanker (SOUTH) is out."
    assert "With 1 more Tanker aircraft (TANKER) from January to December 2025 it would be part of the best plan; " in (
        " ".join(sentences)
    )
    assert all(sentence.endswith(".") and sentence[0].isupper() for sentence in sentences)


def test_readiness_is_told_for_the_units_in_question() -> None:
    (ready,) = asked("plain", "BIG").readiness
    assert (ready.unit, ready.tier, ready.ready, ready.wanted) == ("COY", "TIER_2", 2, 1)
    assert "1 to spare" in " ".join(why_sentences(asked("plain", "BIG"), scenario_of("plain")))
