"""Why there is no plan, and what would make one: conflicts and repairs, each held against solves of their own."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import impossible
import numpy as np
import pytest
from builders import changed

from inzet.analyses.conditions import Kind, pieces_of
from inzet.analyses.conflict import Conflict, deletion_filter, find_conflict
from inzet.analyses.repairs import find_repairs
from inzet.analyses.what_if import WhatIf, WhatIfKind, spells_with
from inzet.calendar import Month
from inzet.edits import any_plan, leave_out
from inzet.outcome import Status
from inzet.plan.audit import audited
from inzet.scenario import changes
from inzet.scenario.changes import what_if
from inzet.scenario.checks import make_scenario
from inzet.schema.book import Book
from inzet.schema.rows import Capability, Row, Settings, Shortfall
from inzet.solve import Model, prepare, solve

CASES = {
    "three_months_short": {(Kind.MANDATE, "ALTHEA"), (Kind.MANDATE, "KFOR"), (Kind.SUPPLY, "COY")},
    "one_ship_for_two": {(Kind.MANDATE, "GULF"), (Kind.MANDATE, "PACIFIC"), (Kind.SUPPLY, "SHIP")},
    "ready_or_abroad": {(Kind.MANDATE, "ALTHEA"), (Kind.READINESS, "COY")},
    "budget_short": {(Kind.MANDATE, "ALTHEA"), (Kind.MONEY, "BIV")},
    "only_whole_missions": {(Kind.MONEY, "BIV"), (Kind.RULE, "SPEND")},
}


@cache
def model(case: str) -> Model:
    return prepare(make_scenario(getattr(impossible, case)())[0])


@cache
def conflict(case: str) -> Conflict:
    return find_conflict(model(case))


@cache
def repairs(case: str) -> dict[tuple[WhatIfKind, str], WhatIf]:
    return {(repair.kind, repair.what): repair for repair in find_repairs(model(case), conflict(case))}


def has_plan(book: Book) -> bool:
    return solve(make_scenario(book)[0]).status.has_plan


def possible(case: str, *, kept: set[str]) -> bool:
    every = {piece.row for piece in pieces_of(model(case).problem.rows, model(case).scenario)}
    return model(case).ask(leave_out((every - kept).__contains__), any_plan()).status.has_plan


@pytest.mark.parametrize("case", CASES)
def test_the_conflict_names_what_cannot_go_together(case: str) -> None:
    assert model(case).ask().status is Status.INFEASIBLE
    found = conflict(case)
    assert {(member.condition.kind, member.condition.what) for member in found.members} == CASES[case]
    assert found.minimal


@pytest.mark.parametrize("case", CASES)
def test_the_conflict_is_one_and_no_member_can_be_missed(case: str) -> None:
    rows = [piece.row for member in conflict(case).members for piece in member.pieces]
    assert not possible(case, kept=set(rows))
    for row in rows:
        assert possible(case, kept=set(rows) - {row}), f"{row} is not needed"


def test_the_conflict_shows_the_first_month_in_which_it_is() -> None:
    (supply,) = [m for m in conflict("three_months_short").members if m.condition.kind is Kind.SUPPLY]
    assert [piece.spell for piece in supply.pieces] == [(Month.parse("2026-05"), Month.parse("2026-05"))]


def test_half_a_mission_would_have_fitted() -> None:
    whole = model("only_whole_missions")
    halves = replace(whole, problem=replace(whole.problem, integer=np.zeros_like(whole.problem.integer)))
    assert halves.ask(any_plan()).status.has_plan
    assert not whole.ask(any_plan()).status.has_plan


@pytest.mark.parametrize("case", [*CASES, "nothing_alone_is_enough"])
def test_every_repair_makes_a_plan_possible(case: str) -> None:
    found = repairs(case)
    assert found
    for repair in found.values():
        assert repair.verified
        audited(solve(what_if(model(case).scenario, repair.changes)))


def spell(first: str, last: str, units: int) -> tuple[tuple[Month, Month, int], ...]:
    return ((Month.parse(first), Month.parse(last), units),)


def test_repairs_are_the_least_of_their_kind() -> None:
    assert repairs("three_months_short")[WhatIfKind.MORE_UNITS, "COY"].amounts == spell("2026-05", "2026-07", 1)
    assert repairs("ready_or_abroad")[WhatIfKind.LOWER_READINESS, "COY"].amounts == spell("2026-03", "2026-08", 1)
    assert repairs("one_ship_for_two")[WhatIfKind.MORE_UNITS, "SHIP"].amounts == spell("2026-01", "2026-06", 1)
    assert repairs("one_ship_for_two")[WhatIfKind.MOVE, "GULF"].number == 6
    assert repairs("budget_short")[WhatIfKind.MORE_MONEY, "BIV"].number == 250_000
    assert repairs("only_whole_missions")[WhatIfKind.MORE_MONEY, "BIV"].number == 500_000
    assert repairs("only_whole_missions")[WhatIfKind.EASE_RULE, "SPEND"].number == 4_000_000


def test_a_little_less_is_not_enough() -> None:
    book = impossible.three_months_short()
    for month in ("2026-05", "2026-07"):
        left_short = Month.parse(month)
        by = changes.more_units(book, "COY", Month.parse("2026-05"), Month.parse("2026-07"), 1)
        scenario = what_if(make_scenario(book)[0], by)
        undone = what_if(scenario, changes.more_units(scenario.book, "COY", left_short, left_short, -1))
        assert not prepare(undone).ask(any_plan()).status.has_plan
    assert not has_plan(changed(impossible.budget_short(), "Funds", "BIV / 2027", budget=11.75e6 + 249_990))
    ships = impossible.one_ship_for_two()
    for months in (5, -5, 3):
        moved = what_if(make_scenario(ships)[0], changes.moved(ships, "GULF", months))
        assert not prepare(moved).ask(any_plan()).status.has_plan


def test_several_parts_when_none_is_enough_alone() -> None:
    (repair,) = repairs("nothing_alone_is_enough").values()
    assert repair.kind is WhatIfKind.SEVERAL
    assert len(repair.parts) == 2
    scenario = model("nothing_alone_is_enough").scenario
    for part in repair.parts:
        assert not prepare(what_if(scenario, part.changes)).ask(any_plan()).status.has_plan


def test_what_is_not_to_be_touched_is_in_the_conflict_and_in_no_repair() -> None:
    book = impossible.ready_or_abroad()
    held = make_scenario(book.with_settings(book.settings.model_copy(update={"not_to_be_touched": "readiness; X"})))[0]
    asked = prepare(held)
    found = find_conflict(asked)
    assert {(m.condition.kind, m.touchable) for m in found.members} == {(Kind.MANDATE, True), (Kind.READINESS, False)}
    assert {repair.kind for repair in find_repairs(asked, found)} == {WhatIfKind.DROP_MANDATE}


def test_a_tour_that_runs_is_part_of_a_conflict_but_not_to_be_touched() -> None:
    book = changed(impossible.three_months_short(), "Missions", "KFOR", mandated=False)
    book = changed(book, "Missions", "KFOR", running_option="FULL", running_since="2025-07")
    found = find_conflict(prepare(make_scenario(book)[0]))
    assert {(m.condition.kind, m.condition.what, m.touchable) for m in found.members} == {
        (Kind.MANDATE, "ALTHEA", True),
        (Kind.RUNNING, "KFOR", False),
        (Kind.SUPPLY, "COY", True),
    }


def test_deletion_filter_finds_a_smallest_part() -> None:
    asked: list[int] = []

    def is_conflict(rest: list[int]) -> bool:
        asked.append(len(rest))
        return {3, 17}.issubset(rest)

    assert deletion_filter(list(range(40)), is_conflict) == [3, 17]  # type: ignore[arg-type]
    assert len(asked) < 40


def test_more_units_cut_a_row_at_the_edges_of_the_months() -> None:
    book = impossible.three_months_short()
    first, last = Month.parse("2026-03"), Month.parse("2026-09")
    scenario = what_if(make_scenario(book)[0], changes.more_units(book, "COY", first, last, 2))
    units = [scenario.supply("COY", month) for month in scenario.horizon]
    assert units == [2, 2, 4, 4, 3, 3, 3, 5, 5, 3, 3, 3]


def test_spells_hold_months_with_the_same_number() -> None:
    months = {Month.parse(f"2026-{number:02d}"): units for number, units in ((1, 1), (2, 1), (3, 2), (5, 2))}
    assert [(str(a), str(b), n) for a, b, n in spells_with(months)] == [
        ("2026-01", "2026-02", 1),
        ("2026-03", "2026-03", 2),
        ("2026-05", "2026-05", 2),
    ]


def may_fall_short(book: Book) -> Book:
    values = {name: value for name, value in book.settings if value is not None}
    return book.with_settings(Settings.model_validate({**values, "supply_shortage": Shortfall.PRICED}))


def test_a_plan_that_falls_short_falls_short_as_little_as_can_be() -> None:
    solution = solve(make_scenario(may_fall_short(impossible.three_months_short()))[0])
    ledger, _ = audited(solution)
    short = {str(m): n for m in ledger.scenario.horizon if (n := ledger.shortage("COY", m))}
    assert short == {"2026-05": 1, "2026-06": 1, "2026-07": 1}
    assert solution.goals[0].claimed == 3


def test_units_fall_short_in_the_order_of_their_prices() -> None:
    book = impossible.one_ship_for_two()
    book = book.with_rows("Capabilities", [*book.rows["Capabilities"], _provides("SHIP", "COY")])
    dear = changed(may_fall_short(book), "Units", "SHIP", shortage_price=5)
    for priced, unit in ((dear, "COY"), (changed(dear, "Units", "COY", shortage_price=9), "SHIP")):
        book = changed(priced, "Supply", "COY / 2026-01", units=0)
        ledger, _ = audited(solve(make_scenario(book)[0]))
        assert {u for u in ("COY", "SHIP") for m in ledger.scenario.horizon if ledger.shortage(u, m)} == {unit}


def _provides(capability: str, unit: str) -> Row:
    return Capability.model_validate({"capability": capability, "unit": unit})


def test_a_unit_that_must_stand_ready_can_fall_short_too() -> None:
    ledger, _ = audited(solve(make_scenario(may_fall_short(impossible.ready_or_abroad()))[0]))
    assert sum(ledger.shortage("COY", month) for month in ledger.scenario.horizon) == 6


def test_a_rule_that_says_exactly_is_eased_upwards() -> None:
    book = changed(impossible.only_whole_missions(), "Rules", "SPEND", limit="exactly", amount=3e6)
    asked = prepare(make_scenario(book)[0])
    found = {repair.kind: repair for repair in find_repairs(asked, find_conflict(asked))}
    assert found[WhatIfKind.EASE_RULE].number == 4_000_000
    assert found[WhatIfKind.EASE_RULE].verified
