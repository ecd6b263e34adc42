"""The report on a plan made anew: its words, and the figure of its curve."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from builders import small_book
from every_replan import running_plan

from inzet.analyses.replan import Replanned, Turn, What, replan
from inzet.calendar import Month
from inzet.reports.figures import write_curve
from inzet.reports.figures.canvas import Caption
from inzet.reports.figures.curve import curve
from inzet.reports.replan.words import replan_sections, turn_sentence
from inzet.scenario.checks import make_scenario
from inzet.scenario.scenario import Stay
from inzet.solve import prepare

from .conftest import check_readable, texts

CAPTION = Caption("A plan · scenario base", "No number is assumed.")


@cache
def made_anew() -> Replanned:
    """A curve of three points."""
    running = running_plan(220)
    return replan(prepare(running.scenario), running.plan, gap=0.0)


def with_points(number: int) -> Replanned:
    """The same with another number of points."""
    points = made_anew().curve
    many = tuple(replace(points[min(most, len(points) - 1)], most=most) for most in range(number))
    return replace(made_anew(), curve=many, chosen=many[-1])


@pytest.mark.parametrize("number", [1, 3, 14, 40])
def test_no_words_of_the_curve_are_cut_off_or_stand_on_others(number: int) -> None:
    figure = curve(with_points(number), CAPTION)
    check_readable(figure)
    said = [text.get_text() for text in texts(figure)]
    assert f"What changes bring: 0 changes at least, {min(number - 1, 2)} for the best plan" in said


def test_the_numbers_of_the_curve_stand_in_it() -> None:
    said = [text.get_text() for text in texts(curve(made_anew(), CAPTION))]
    for point in made_anew().curve:
        assert f"{point.value:,.1f}" in said


def test_the_same_plan_gives_the_same_figure(tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    first, second = write_curve(tmp_path, made_anew()), write_curve(tmp_path / "again", made_anew())
    assert [path.name for path in first] == ["curve.png", "curve.svg"]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_what_is_not_proven_is_said() -> None:
    history = made_anew().running.scenario.history
    assert history is not None
    open_points = tuple(replace(point, proven=False) for point in made_anew().curve)
    found = replace(made_anew(), curve=open_points, chosen=open_points[-1])
    lines = [line for section in replan_sections(found, history) for _, line in section.lines]
    assert sum("best found, not proven" in line for line in lines) >= len(open_points)
    plain = [line for section in replan_sections(made_anew(), history) for _, line in section.lines]
    assert not any("best found, not proven" in line for line in plain)


LATER = Month.parse("2025-10")
LONG = Stay("EUPM", "TEN", Month.parse("2025-04"), Month.parse("2026-12"))
SHORT = Stay("EUPM", "TEN", Month.parse("2025-04"), Month.parse("2026-03"))
FIVE = Stay("EUPM", "FIVE", Month.parse("2026-01"), Month.parse("2026-12"))
NAME = "EU Partnership Mission Moldova (EUPM)"


@pytest.mark.parametrize(
    ("turn", "sentence"),
    [
        (
            Turn("EUPM", What.RECALLED, LONG, SHORT, notice_days=60),
            f"{NAME}: home after March 2026 instead of December 2026, at 60 days' notice.",
        ),
        (
            Turn("EUPM", What.RECALLED, LONG, SHORT, notice_days=0),
            f"{NAME}: home after March 2026 instead of December 2026.",
        ),
        (Turn("EUPM", What.PROLONGED, SHORT, LONG), f"{NAME}: stays until December 2026, not until March 2026."),
        (
            Turn("EUPM", What.MOVED, LONG, FIVE, told_by=LATER),
            f"{NAME}: Five experts, January to December 2026; planned was Ten experts, April 2025 to December 2026; "
            "parliament must be told by October 2025.",
        ),
        (Turn("EUPM", What.STARTED, None, FIVE), f"{NAME}: Five experts, January to December 2026."),
        (Turn("EUPM", What.DROPPED, FIVE, None), f"{NAME}: Five experts, January to December 2026."),
        (
            Turn("EUPM", What.OTHER_UNITS, FIVE, FIVE),
            f"{NAME}: Five experts, January to December 2026, by other units.",
        ),
    ],
    ids=["recalled", "at once", "prolonged", "moved", "started", "dropped", "other units"],
)
def test_what_becomes_of_a_contribution_in_words(turn: Turn, sentence: str) -> None:
    assert turn_sentence(turn, make_scenario(small_book())[0]) == sentence


def test_a_plan_that_still_holds_is_said_to() -> None:
    history = made_anew().running.scenario.history
    assert history is not None
    lines = [line for section in replan_sections(made_anew(), history) for _, line in section.lines]
    assert "The running plan keeps every rule as the world is now." in lines
