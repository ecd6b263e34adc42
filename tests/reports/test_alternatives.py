"""The report on near-optimal plans: its words, its workbook, and the figure of missions by plans."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from turning import turning_book

from inzet.analyses.alternatives import (
    Alternatives,
    Ending,
    Pair,
    Place,
    Plan,
    Standing,
    Tie,
    alternatives,
)
from inzet.analyses.decisions import contributing
from inzet.outcome import Contribution
from inzet.plan.ledger import Ledger
from inzet.reports.alternatives.document import alternatives_document
from inzet.reports.alternatives.words import alternatives_sections, pair_sentence, worth_words
from inzet.reports.alternatives.workbook import write_alternatives_workbook
from inzet.reports.figures import write_alternatives_figure
from inzet.reports.figures.alternatives import HEIGHT, WIDTH
from inzet.reports.figures.alternatives import alternatives as draw
from inzet.reports.figures.canvas import Caption
from inzet.reports.words import share_words
from inzet.scenario.checks import make_scenario
from inzet.solve import prepare
from inzet.workbook.reader import read_workbook

from .conftest import by_hand, check_readable, goal, texts

CAPTION = Caption("A plan · scenario base", "No number is assumed.")
SHIPPED = Path(__file__).parents[2] / "scenarios" / "letter-2025.xlsx"


@cache
def found() -> Alternatives:
    model = prepare(make_scenario(turning_book())[0])
    return alternatives(model, model.ask(gap=0.0), 0.6, gap=0.0)


def said(answer: Alternatives) -> list[str]:
    return [f"{label}: {line}" for section in alternatives_sections(answer) for label, line in section.lines]


@cache
def crowd(plans: int) -> Alternatives:
    """46 missions and as many plans as wanted, which nobody solved: every plan leaves out other missions."""
    scenario, _ = make_scenario(read_workbook(SHIPPED)[0])
    model = prepare(scenario)
    one_each = [next(iter(contributing(scenario, stays)), None) for stays in model.stays.values()]
    stays = [stay for stay in one_each if stay is not None]
    made = []
    for number in range(plans):
        kept = [stay for place, stay in enumerate(stays) if number == 0 or place % (number + 3)]
        ledger = Ledger(scenario, tuple(Contribution(stay) for stay in kept))
        made.append(Plan(by_hand(scenario), ledger, frozenset(), apart=number, proven=number != 2))
    places = []
    for number, mission in enumerate(scenario.missions):
        standing = list(Standing)[min(number // 15, 3)]
        places.append(Place(mission, standing, in_best=True))
    return Alternatives(0.01, made[0], tuple(places), (), (), tuple(made), Ending.ENOUGH, Counter())


@pytest.mark.parametrize("plans", [1, 6])
def test_46_missions_stay_readable_on_one_screen(plans: int) -> None:
    figure = draw(crowd(plans), CAPTION)
    check_readable(figure)
    assert figure.get_figwidth() == WIDTH
    assert figure.get_figheight() <= HEIGHT + 0.01
    words = [text.get_text() for text in texts(figure)]
    assert "Plans within 1% of the best: of 46 missions 15 core, 15 contested, 15 out, 1 not settled" in words
    assert words.count("best plan") == 1
    assert ("plan 5" in words) is (plans > 5)
    assert any("best found" in word for word in words) is (plans > 2)


def test_the_figure_of_a_real_answer_says_what_every_plan_is_worth() -> None:
    figure = draw(found(), CAPTION)
    check_readable(figure)
    words = [text.get_text() for text in texts(figure)]
    for plan in found().plans:
        assert f"{plan.value:,.1f}" in words
    assert {"CORE", "CONTESTED", "OUT"} & set(words)


def test_missions_that_are_not_there_are_no_figure() -> None:
    figure = draw(replace(found(), places=()), CAPTION)
    assert "There is no mission to decide on." in [text.get_text() for text in texts(figure)]


def test_the_same_answer_gives_the_same_files(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        write_alternatives_figure(tmp_path / name, found())
        write_alternatives_workbook(tmp_path / name / "alternatives.xlsx", found())
    one, other = (sorted((tmp_path / name).iterdir()) for name in ("one", "other"))
    assert [path.name for path in one] == ["alternatives.png", "alternatives.svg", "alternatives.xlsx"]
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other]


def test_every_mission_every_plan_and_every_swap_is_in_the_workbook(tmp_path: Path) -> None:
    write_alternatives_workbook(tmp_path / "book.xlsx", found())
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    rows = {row[0].value: row for row in book["Missions"].iter_rows(min_row=5)}
    assert {mission: row[2].value for mission, row in rows.items()} == {
        place.mission: place.standing.value for place in found().places
    }
    plans = [row[0].value for row in book["Plans"].iter_rows(min_row=5)]
    assert plans == ["best", *(f"plan {number}" for number in range(1, len(found().plans)))]
    swaps = [(row[0].value, row[1].value) for row in book["Swaps"].iter_rows(min_row=5)]
    assert swaps == [
        (f"plan {number}", swap.mission)
        for number, plan in enumerate(found().plans[1:], start=1)
        for swap in plan.swaps(found().best)
    ]
    gone = [swap.mission for swap in found().plans[1].swaps(found().best) if swap.kind.value == "out"]
    assert all(rows[mission][5].value for mission in gone)
    assert book["Pairs"].cell(5, 5).value


def test_what_is_not_settled_is_said_and_never_counted_as_core_or_out(tmp_path: Path) -> None:
    first, second, *rest = found().places
    open_places = (
        replace(first, standing=Standing.OPEN),
        replace(second, standing=Standing.CONTESTED, options_open=("FULL",)),
        *rest,
    )
    answer = replace(
        found(), places=open_places, pairs_open=(("ONE", "OTHER"),), pairs=(), stopped=True, ending=Ending.STOPPED
    )
    lines = said(answer)
    headings = [section.heading for section in alternatives_sections(answer)]
    assert any(heading.startswith("Not settled: the search was stopped") for heading in headings)
    assert any("not settled: In full" in line for line in lines)
    assert any("1 pair of contested missions" in line for line in lines)
    assert any("there may be more" in line for line in lines)
    assert any("was stopped; what it had not found out" in line for line in lines)
    document = alternatives_document(answer)
    assert document["not_settled"] == {
        "missions": [first.mission],
        "options": [[second.mission, "FULL"]],
        "pairs": [["ONE", "OTHER"]],
    }
    assert first.mission not in (*document["core"], *document["contested"], *document["out"])
    write_alternatives_workbook(tmp_path / "open.xlsx", answer)
    book = openpyxl.load_workbook(tmp_path / "open.xlsx")
    assert "not settled" in [row[2].value for row in book["Missions"].iter_rows(min_row=5)]
    assert [book["Pairs"].cell(5, column).value for column in (1, 2, 3)] == ["not settled", "ONE", "OTHER"]


def test_a_best_plan_that_is_not_proven_is_said_with_its_gap() -> None:
    solution = replace(found().best.solution, goals=(*found().best.solution.goals[:1], goal("value", 10, 11, 0.1)))
    answer = replace(found(), within=0.01, best=replace(found().best, solution=solution))
    lines = said(answer)
    assert any("within 10.0% of the best there can be; all that follows is measured from it" in line for line in lines)
    assert any("1% is less than the gap of the best plan (10.0%)" in line for line in lines)
    assert not any("is less than the gap" in line for line in said(found()))
    unknown = replace(answer, best=replace(answer.best, solution=replace(solution, goals=())))
    assert any("no useful bound" in line for line in said(unknown))


def test_pairs_in_sentences() -> None:
    at_any = pair_sentence(Pair(Tie.APART, "ONE", "OTHER", anyway=True), found())
    assert at_any == "ONE and OTHER: no plan that good has both in; no plan at all can, whatever it is worth."
    dear = pair_sentence(Pair(Tie.APART, "ONE", "OTHER", anyway=False), found())
    assert dear == "ONE and OTHER: no plan that good has both in; together they cost more than 60%."
    unknown = pair_sentence(Pair(Tie.APART, "ONE", "OTHER", anyway=None), found())
    assert unknown.endswith("whether any plan at all can is not known.")
    only = pair_sentence(Pair(Tie.ONLY_WITH, "ONE", "OTHER", anyway=True), found())
    assert only == "ONE only with OTHER: no plan that keeps the rules has the first without the other."


def test_worth_and_shares_in_words() -> None:
    assert worth_words(found().best, found()).endswith("as many as the best plan")
    assert "less than the best plan (" in worth_words(min(found().plans, key=lambda plan: plan.value), found())
    assert [share_words(share) for share in (0.0, 0.005, 0.01, 0.3)] == ["0%", "0.5%", "1%", "30%"]
