"""One unit that serves two operations: associated support asks for nothing and requires the mission it supports."""

from __future__ import annotations

from builders import rules_book

from inzet.outcome import Status
from inzet.plan.audit import audited
from inzet.scenario.checks import make_scenario
from inzet.schema.rows import SHEETS, Row
from inzet.solve import solve


def row(sheet: str, **values: object) -> Row:
    return SHEETS[sheet].model_validate(values)


def test_associated_support_rides_on_direct_support() -> None:
    book = rules_book()
    more = {
        "Missions": row("Missions", mission="GUARDIAN", name="Prosperity Guardian", region="Sea"),
        "Options": row("Options", mission="GUARDIAN", option="ASSOCIATED", share=0.5),
        "Scores": row("Scores", mission="GUARDIAN", interest="SECURITY", score=1),
        "Pairs": row("Pairs", pair="ONE_SHIP", sentence="x", mission="GUARDIAN", tie="requires", other="GULF"),
    }
    for sheet, added in more.items():
        book = book.with_rows(sheet, [*book.rows.get(sheet, ()), added])
    solution = solve(make_scenario(book)[0])
    assert solution.status is Status.OPTIMAL
    ledger, _ = audited(solution)
    stays = {c.stay.mission: c.stay for c in ledger.contributions}
    assert {"GULF", "GUARDIAN"} <= set(stays)
    assert stays["GULF"].first <= stays["GUARDIAN"].first
    assert stays["GUARDIAN"].last <= stays["GULF"].last
    assert not [tour for tour in ledger.tours if tour.stay.mission == "GUARDIAN"]
