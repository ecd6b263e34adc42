"""The report on what decisions hang on: its words and its figures."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from builders import small_book

from inzet.analyses.assumptions.alone import Alone, Flip, Span
from inzet.analyses.assumptions.draws import Draws
from inzet.analyses.assumptions.examine import Examined, Ground
from inzet.analyses.assumptions.worlds import World, choices_of
from inzet.analyses.sensitivity.curve import NOT_REACHED
from inzet.outcome import Solution
from inzet.plan.ledger import Ledger
from inzet.reports.assumptions.document import examined_document
from inzet.reports.assumptions.standing import standing_lines
from inzet.reports.assumptions.words import examined_sections, hanging_words, turn_words, where
from inzet.reports.figures import write_assumption_figures
from inzet.reports.figures.assumption_shares import assumption_shares
from inzet.reports.figures.assumption_turns import assumption_turns
from inzet.reports.figures.canvas import Caption
from inzet.scenario.assumptions import Assumption
from inzet.scenario.checks import make_scenario
from inzet.solve import solve

from .conftest import check_readable, texts

CAPTION = Caption("A plan · scenario base", "No number is assumed.")
UNITS = Assumption("Supply", "EXPERT / 2025-01", "units", 10, 4, 12, True, "units", ("EXPERT / 2025-01",), "?")
WEIGHT = Assumption("Interests", "ALLY", "weight", 2.0, 0.5, 6.0, False, "", ("ALLY",), "?")


@cache
def plan() -> Solution:
    return solve(make_scenario(small_book())[0], gap=0.0)


def examined(*, draws: int = 10, flips: int = 1, stood: int = 7, asked: tuple[int, int] | None = None) -> Examined:
    """A made-up answer: EUPM hangs on experts, and stood in some of the draws."""
    solution = plan()
    choices = choices_of(Ledger(solution.scenario, solution.contributions))
    other = {mission: choice for mission, choice in choices.items() if mission != "EUPM"}
    world = World(choices, value=50.0, proven=True)
    worlds = {row: world if row < stood else replace(world, choices=other) for row in range(draws)}
    parts = (Span(4.0, 7.0, 4.0, replace(world, choices=other)), Span(8.0, 12.0, 10.0, world))
    numbers = [Alone(turned(row), world, parts, 2, is_whole=True) for row in range(flips)]
    still = Alone(WEIGHT, world, (Span(0.5, 6.0, 2.0, world),), 0, is_whole=True)
    found = (*numbers, still)
    table = Draws((UNITS, WEIGHT), 1, np.random.default_rng(1).random((draws, 2)), worlds)
    return Examined(solution.scenario, solution, world, found, {}, table, asked or (len(found), draws))


def turned(row: int) -> Assumption:
    """One number of many; each turns EUPM at seven."""
    return replace(UNITS, row=f"EXPERT / 20{25 + row}-01") if row else UNITS


@pytest.mark.parametrize(("flips", "draws"), [(0, 0), (1, 10), (6, 40), (75, 500)])
def test_no_words_of_the_figures_are_cut_off_or_stand_on_others(flips: int, draws: int) -> None:
    found = examined(flips=flips, draws=draws, stood=draws // 2)
    for figure in (assumption_shares(found, CAPTION), assumption_turns(found, CAPTION)):
        check_readable(figure)


def test_a_figure_says_what_was_left_out() -> None:
    said = " ".join(text.get_text() for text in texts(assumption_turns(examined(flips=75), CAPTION)))
    assert "The first 60 of 75; the workbook has all." in said
    said = " ".join(text.get_text() for text in texts(assumption_turns(examined(flips=0), CAPTION)))
    assert "No assumed number turns a decision by itself." in said


def test_the_same_answer_gives_the_same_figures(tmp_path: Path) -> None:
    first = write_assumption_figures(tmp_path / "one", examined())
    second = write_assumption_figures(tmp_path / "two", examined())
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


@pytest.mark.parametrize(
    ("assumption", "flip", "sentence"),
    [
        (UNITS, Flip("M", "A", "", 8, 7, UNITS.low), "from 7 units down"),
        (UNITS, Flip("M", "A", "", 11, 12, UNITS.high), "from 12 units up"),
        (UNITS, Flip("M", "A", "", 11, 12, 13), "from 12 units to 13 units"),
        (UNITS, Flip("M", "A", "", 8, 7, 7), "at 7 units"),
        (WEIGHT, Flip("M", "A", "", 3.25, 3.25, WEIGHT.high), "above 3.25"),
        (WEIGHT, Flip("M", "A", "", 1.25, 1.25, WEIGHT.low), "below 1.25"),
        (WEIGHT, Flip("M", "A", "", 3.25, 3.25, 3.5), "from 3.25 to 3.5"),
        (WEIGHT, Flip("M", "A", "", 3.0, 3.5, WEIGHT.high), "from somewhere between 3 and 3.5 up"),
        (WEIGHT, Flip("M", "A", "", 1.5, 1.0, WEIGHT.low), "from somewhere between 1 and 1.5 down"),
    ],
)
def test_where_a_decision_turns_in_words(assumption: Assumption, flip: Flip, sentence: str) -> None:
    assert where(assumption, flip) == sentence


def test_a_turn_says_into_what_and_from_where() -> None:
    assert turn_words(UNITS, Flip("EUPM", "TEN", "", 8, 7, UNITS.low)) == "out from 7 units down, now 10 units"
    both = Flip("EUPM", "TEN", "", 8, 7, 6), Flip("EUPM", "TEN", "SIX", 6, 5, UNITS.low)
    assert turn_words(UNITS, *both) == "out from 7 units to 6 units, SIX from 5 units down, now 10 units"


def test_a_decision_that_hangs_says_on_what_and_how_often_it_stood() -> None:
    found = examined()
    (standing,) = found.of(Ground.HANGS)
    words = hanging_words(standing, found)
    assert "so in 7 of 10 draws" in words
    assert "Supply EXPERT / 2025-01 units (out from 7 units down, now 10 units)" in words
    together = examined(flips=0)
    (standing,) = together.of(Ground.HANGS)
    assert "several numbers together" in hanging_words(standing, together)


def test_what_was_stopped_is_not_said_to_stand() -> None:
    found = examined(flips=0, stood=10, asked=(2, 10))
    assert not found.of(Ground.WHATEVER)
    assert found.of(Ground.UNKNOWN)
    headings = [section.heading for section in examined_sections(found)]
    assert any(heading.startswith("Not examined") for heading in headings)
    lines = dict(examined_sections(found)[0].lines)
    assert "Stopped" in lines


def test_numbers_that_leave_no_plan_are_said() -> None:
    found = examined()
    refused = World({}, reason="infeasible: There is no plan.")
    parts = (Span(4.0, 5.0, 4.0, refused), *found.numbers[0].spans[1:])
    number = replace(found.numbers[0], spans=parts)
    worlds = {**found.draws.worlds, 8: refused, 9: World({}, reason=NOT_REACHED)}
    other = replace(found, numbers=(number, *found.numbers[1:]), draws=replace(found.draws, worlds=worlds))
    section = next(s for s in examined_sections(other) if s.heading == "Numbers that leave no plan")
    assert section.lines == (
        ("Supply EXPERT / 2025-01 units", "4 to 5 units: infeasible: There is no plan."),
        ("1 draw", "infeasible: There is no plan."),
    )


def test_what_a_plan_at_all_hangs_on_is_said() -> None:
    found = examined(draws=200, stood=200)
    refused = World({}, reason="infeasible: There is no plan.")
    shares = found.draws.shares
    worlds = {row: world if shares[row, 0] > 0.4 else refused for row, world in found.draws.worlds.items()}
    other = replace(found, draws=replace(found.draws, worlds=worlds))
    lines = dict(next(s for s in examined_sections(other) if s.heading == "Numbers that leave no plan").lines)
    sentence = "hangs in the draws on Supply EXPERT / 2025-01 units (more often so when larger)"
    assert lines["A plan at all"] == sentence
    assert [driver["number"] for driver in examined_document(other)["plan_drivers"]] == [UNITS.name]


def test_the_front_sheet_says_it_in_lines() -> None:
    lines = list(standing_lines(examined_document(examined())))
    assert [line for line in lines if line[0] == "hangs on: EUPM"]
    assert lines[-1] == ("", "Examined with 2 assumed numbers one at a time and 10 draws of all of them.")
    record = examined_document(examined())
    doubtful = {
        **record,
        "numbers": [{**record["numbers"][0], "exact": False}, *record["numbers"][1:]],
        "draws": [{**draw, "proven": False} for draw in record["draws"]],
        "failed": {"draw 11": "?"},
    }
    assert list(standing_lines(doubtful))[-1] == (
        "",
        "Of 1 number not all of the range is certain: a turn and a turn back could be missed. In 10 draws the plan is "
        "the best found, not proven the best. 1 question could not be answered.",
    )
