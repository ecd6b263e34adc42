"""Options side by side: bridges that add up, regret that can be reckoned by hand, nothing solved twice."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from builders import changed, small_book
from comparisons import compared_book, comparison, made

from inzet.analyses import kept
from inzet.analyses.compare import HOME, NO_ROW, RULES, WEIGHING, Comparison, Question, compare
from inzet.analyses.kept import Shelf
from inzet.analyses.library import Kind
from inzet.plan.audit import audit
from inzet.plan.ledger import Ledger
from inzet.schema.rows import GoalName

NAMES = ("base", "FEW_EXPERTS", "DEARER_ALLY", "NO_COMPANY", "+ALLY_FIRST", "+CHEAPEST", "IMPOSSIBLE", "WRONG")


@pytest.fixture(scope="module")
def found() -> Comparison:
    return comparison(*NAMES)


def test_every_option_is_there_with_its_outcome(found: Comparison) -> None:
    assert [course.name for course in found.courses] == list(NAMES)
    assert [course.status for course in found.courses] == [*["optimal"] * 6, "infeasible", "failed"]
    assert all(course.message for course in found.courses if not course.has_plan)
    assert "inzet check" in found.courses[-1].message
    assert [course.name for course in found.planned] == list(NAMES[:6])


def test_only_what_differs_in_the_input_is_told(found: Comparison) -> None:
    told = {(d.sheet, d.row, d.column): dict(zip(NAMES, d.values, strict=True)) for d in found.input}
    assert told["Supply", "EXPERT / 2025-01", "units"] | {"WRONG": None} == {
        **dict.fromkeys(NAMES, 10),
        "FEW_EXPERTS": 6,
        "IMPOSSIBLE": 1,
        "WRONG": None,
    }
    assert told["Interests", "ALLY", "weight"]["+ALLY_FIRST"] == 20
    assert told["Missions", "ALTHEA", "*"]["NO_COMPANY"] == NO_ROW
    assert "name=EUFOR Althea" in str(told["Missions", "ALTHEA", "*"]["base"])
    assert ("Goals", "cost", "rank") in told
    assert not any(sheet in ("Scenarios", "Priorities", "Units", "Funds") for sheet, _, _ in told)


def test_what_changes_is_held_against_the_first(found: Comparison) -> None:
    base, few, _, gone, *_ = found.courses
    assert found.changes(base) == {}
    assert found.changes(few)["EUPM"].kind is Kind.OPTION
    assert found.changes(gone)["ALTHEA"].kind is Kind.OUT
    assert found.changes(found.courses[-1]) == {}


def test_every_bridge_adds_up(found: Comparison) -> None:
    pairs = [(bridge.before, bridge.after) for bridge in found.bridges]
    planned = [course.name for course in found.planned]
    assert pairs == [*pairwise(planned), *(("base", name) for name in planned[2:])]
    for bridge in found.bridges:
        assert bridge.start + sum(step.points for step in bridge.steps) == pytest.approx(bridge.end, abs=1e-9)
    values = {course.name: course.value for course in found.planned}
    assert all((b.start, b.end) == (values[b.before], values[b.after]) for b in found.bridges)


def test_other_weights_are_a_step_of_their_own(found: Comparison) -> None:
    bridge = next(b for b in found.bridges if (b.before, b.after) == ("base", "DEARER_ALLY"))
    ledger = found.first.ledger
    by_hand = sum(ledger.value(c.stay, "ALLY") for c in ledger.contributions) * (8 / 2.5 - 1)
    steps = {step.what: step for step in bridge.steps}
    assert steps[WEIGHING].points == pytest.approx(by_hand)
    assert not steps[WEIGHING].is_mission


def test_a_mission_that_is_gone_takes_all_its_points(found: Comparison) -> None:
    bridge = next(b for b in found.bridges if (b.before, b.after) == ("base", "NO_COMPANY"))
    ledger = found.first.ledger
    althea = [c.stay for c in ledger.contributions if c.stay.mission == "ALTHEA"]
    steps = {step.what: step.points for step in bridge.steps}
    assert steps["ALTHEA"] == pytest.approx(-sum(ledger.value(s, i) for s in althea for i in ledger.scenario.interests))
    assert WEIGHING not in steps
    assert set(steps) <= {"ALTHEA", "EUPM", RULES}


def test_nobody_regrets_the_plan_for_the_world_that_comes(found: Comparison) -> None:
    for course in found.planned:
        own = found.regrets[course.name, course.name]
        assert (own.loss, own.tie, own.holds, own.amount) == (0, True, True, 0)
    assert len(found.regrets) == len(found.planned) ** 2


def test_regret_is_the_best_less_the_plan_valued_there(found: Comparison) -> None:
    book = compared_book()
    for plan, world in (("FEW_EXPERTS", "base"), ("base", "+ALLY_FIRST"), ("FEW_EXPERTS", "DEARER_ALLY")):
        contributions = next(c for c in found.courses if c.name == plan).ledger.contributions
        best = next(c for c in found.courses if c.name == world).value
        by_hand = best - Ledger(made(book, world), contributions).goals[GoalName.VALUE]
        regret = found.regrets[plan, world]
        assert regret.loss == pytest.approx(by_hand, abs=1e-9)
        assert regret.holds
    assert found.regrets["FEW_EXPERTS", "base"].goal == "value"
    assert found.regrets["FEW_EXPERTS", "base"].amount == pytest.approx(found.regrets["FEW_EXPERTS", "base"].loss)
    assert found.regrets["FEW_EXPERTS", "base"].loss > 0


def test_a_plan_that_breaks_a_rule_there_says_which(found: Comparison) -> None:
    regret = found.regrets["base", "FEW_EXPERTS"]
    findings = audit(Ledger(made(compared_book(), "FEW_EXPERTS"), found.first.ledger.contributions)).findings
    assert not regret.holds
    (broken,) = regret.broken
    assert broken.rule == "units in use and in reserve are within the supply"
    assert broken.times == len(findings)
    assert "EXPERT too many" in broken.example
    assert regret.loss < 0


def test_what_does_not_exist_there_is_left_out_and_said(found: Comparison) -> None:
    regret = found.regrets["base", "NO_COMPANY"]
    assert not regret.holds
    assert [stay.split(".")[0] for stay in regret.unknown] == ["ALTHEA"]
    rest = tuple(c for c in found.first.ledger.contributions if c.stay.mission != "ALTHEA")
    assert regret.value == pytest.approx(Ledger(made(compared_book(), "NO_COMPANY"), rest).goals[GoalName.VALUE])


def test_the_first_ranked_goal_decides(found: Comparison) -> None:
    regret = found.regrets["base", "+CHEAPEST"]
    assert regret.goal == "cost"
    cheapest = next(c for c in found.courses if c.name == "+CHEAPEST")
    dearer = found.first.ledger.goals[GoalName.COST] - cheapest.ledger.goals[GoalName.COST]
    assert regret.amount == pytest.approx(dearer)
    assert dearer > 0
    assert regret.loss < 0, "it has more points, and costs more"


def test_a_difference_inside_the_gap_is_a_tie() -> None:
    book = small_book()
    wide = changed(changed(book, "Interests", "ALLY", weight=2.5001), "Interests", "SECURITY", weight=3.0001)
    same = comparison("base", book=wide)
    both = Comparison((same.first, comparison("base", book=book).first))
    assert all(regret.tie for regret in both.regrets.values())


def test_moved_units_add_up(found: Comparison) -> None:
    few = found.courses[1]
    moves = found.moves(few)
    assert {(move.unit, move.source, move.target) for move in moves} == {("EXPERT", "EUPM", HOME)}
    months = {t.stay: t.stay.months for t in found.first.ledger.tours if t.unit == "EXPERT"}
    assert sum(move.unit_months for move in moves) == 5 * sum(months.values())
    assert found.moves(found.first) == ()


def test_the_second_time_nothing_is_solved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("base", "FEW_EXPERTS", "IMPOSSIBLE")
    first = comparison(*names, kept=tmp_path)
    assert [course.from_kept for course in first.courses] == [False, False, False]

    def refuse(*_: object) -> None:
        raise AssertionError("solved again")

    with monkeypatch.context() as patched:
        patched.setattr(kept, "prepare", refuse)
        second = comparison(*names, kept=tmp_path)
    assert [course.from_kept for course in second.courses] == [True, True, True]
    assert [c.status for c in second.courses] == [c.status for c in first.courses]
    assert second.bridges == first.bridges
    book = changed(compared_book(), "Supply", "EXPERT / 2025-01", units=7)
    third = comparison(*names, book=book, kept=tmp_path)
    assert [course.from_kept for course in third.courses] == [False, True, True], "the others set that cell themselves"


def test_ctrl_c_keeps_what_is_planned_by_then() -> None:
    told: list[str] = []

    def stop(name: str, *_: int) -> None:
        told.append(name)
        raise KeyboardInterrupt

    names = ["base", "FEW_EXPERTS", "DEARER_ALLY", "NO_COMPANY", "+ALLY_FIRST", "+CHEAPEST"] * 4
    book = compared_book()
    questions = [Question(f"{n} {i}", "", lambda n=n: made(book, n)) for i, n in enumerate(names)]  # type: ignore[misc]
    found = compare(questions, Shelf(None), on_done=stop)
    assert [course.name for course in found.courses] == [question.name for question in questions]
    assert told[0] in {course.name for course in found.planned}
    unplanned = [course for course in found.courses if not course.has_plan]
    assert unplanned
    assert all(course.message for course in unplanned)
