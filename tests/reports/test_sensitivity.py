"""The reports on curves and losses: words, figures, workbook and document."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from matplotlib.figure import Figure
from turning import model

from inzet.analyses.sensitivity.asking import Asking
from inzet.analyses.sensitivity.criticality import Criticality, criticality
from inzet.analyses.sensitivity.curve import (
    MOST_TOLD,
    NOT_REACHED,
    Alteration,
    Curve,
    Kind,
    Shift,
    Sort,
    Step,
    abridged,
    explained,
    labelled,
    shift_between,
)
from inzet.analyses.sensitivity.money import BETWEEN, RESERVE, budget_curve, purse_of
from inzet.analyses.sensitivity.units import supply_chain, unit_curve
from inzet.analyses.sensitivity.weights import scale_of, weight_curve
from inzet.outcome import Solution, Status
from inzet.reports.figures.canvas import Caption
from inzet.reports.figures.capacity_map import capacity_map
from inzet.reports.figures.envelope import envelope
from inzet.reports.figures.sensitivity import write_criticality_figures, write_curve_figures
from inzet.reports.figures.staircase import staircase
from inzet.reports.figures.tornado import tornado
from inzet.reports.sensitivity.document import criticality_document, curve_document
from inzet.reports.sensitivity.words import (
    beside_steps,
    beside_words,
    criticality_sections,
    curve_sections,
    shift_words,
    status_words,
)
from inzet.reports.sensitivity.workbook import write_criticality_workbook, write_curve_workbook
from inzet.scenario.scenario import Scenario

from .conftest import check_readable, texts

CAPTION = Caption("A plan · scenario base", "No number is assumed.")


def scenario() -> Scenario:
    return model().scenario


@cache
def tankers() -> Curve:
    return unit_curve(supply_chain(scenario(), "TANKER", (scenario().horizon[0], scenario().horizon[-1])), Asking())


@cache
def experts() -> Curve:
    """A curve with settings at which there is no plan."""
    chain = supply_chain(scenario(), "EXPERT", (scenario().horizon[0], scenario().horizon[-1]))
    return explained(unit_curve(chain, Asking()), lambda at: chain.at(round(at)), lambda step: step.last or 0.0)


@cache
def money() -> Curve:
    return budget_curve(purse_of(model(), "BIV"), Asking())


@cache
def weight() -> Curve:
    return weight_curve(scale_of(model(), "SECURITY"), Asking())


@cache
def losses() -> Criticality:
    asking = Asking()
    return criticality(model(), asking.ask(model(), "plan"), (scenario().horizon[0], scenario().horizon[-1]), asking)


def unproven(curve: Curve) -> Curve:
    """The same, of which nothing was proven."""
    steps = [step if step.solution is None else replace(step, solution=opened(step.solution)) for step in curve.steps]
    return replace(curve, steps=tuple(steps))


def opened(solution: Solution) -> Solution:
    goals = tuple(replace(goal, proven=False, gap=0.02, bound=goal.claimed * 1.02 + 1) for goal in solution.goals)
    return replace(solution, status=Status.FEASIBLE, goals=goals)


def crowded(curve: Curve, number: int) -> Curve:
    """The same plans over and over, with something at every step."""
    last = curve.planned[-1]
    shift = Shift(
        ("A_MISSION_WITH_A_LONG_NAME", "ANOTHER"), ("GONE",), (Alteration("MOVED", -3, ("FULL",), ("SMALL", "FULL")),)
    )
    each = 1e6 if curve.kind is Kind.BUDGET else 1
    plans = curve.planned
    steps = [replace(plans[-1 - at % len(plans)], first=at * each, last=at * each, shift=shift) for at in range(number)]
    gap = Step(number * each, (number + 1) * each, reason=NOT_REACHED)
    end = replace(last, first=(number + 2) * each, last=None, shift=shift)
    return replace(curve, steps=(*steps, gap, end), now=each)


def holed(curve: Curve) -> Curve:
    """The same, of which the upper half of every step but the highest was not looked into."""
    steps: list[Step] = []
    for step in curve.steps:
        if step.last is None or step.ledger is None:
            steps.append(step)
            continue
        middle = (step.first + step.last) / 2
        steps += [replace(step, last=middle), Step(middle, step.last, reason=BETWEEN)]
    return replace(curve, steps=tuple(steps), complete=False)


def said(figure: Figure) -> list[str]:
    return [text.get_text() for text in texts(figure)]


def lines(curve: Curve) -> str:
    return " ".join(line for section in curve_sections(curve) for _, line in section.lines)


def test_the_staircase_names_what_comes_in_at_its_steps() -> None:
    figure = staircase(tankers(), CAPTION)
    check_readable(figure)
    assert "Tanker aircraft (TANKER): number of units; 3 plans, every step proven exact" in said(figure)
    assert {"+ NORTH", "+ SOUTH", "the workbook: 1"} <= set(said(figure))


@pytest.mark.parametrize("number", [3, 30, 90])
def test_no_words_of_a_crowded_staircase_stand_on_others(number: int) -> None:
    figure = staircase(crowded(tankers(), number), CAPTION)
    check_readable(figure)
    words = " ".join(said(figure))
    assert ("A_MISSION_WITH_A_LONG_NAME" in words) == (number < MOST_TOLD)
    assert ("Of 91 plans" in words) == (number > MOST_TOLD)


def long_curve(number: int) -> Curve:
    """Three plans in turn on many steps of EUR 1 million; two are wide, and there is no plan at first."""
    plans, steps, at = money().planned, [Step(0.0, 10e6, reason=RESERVE, ruled_out=True)], 10e6
    for place in range(number):
        width = {100: 40e6, 101: 30e6}.get(place, 1e6)
        steps.append(replace(plans[place % 3], first=at, last=at + width))
        at += width
    return replace(money(), steps=(*labelled(steps), replace(plans[3], first=at, last=None)), now=95e6)


def test_a_long_curve_is_told_by_its_main_steps() -> None:
    curve = long_curve(300)
    main = abridged(curve)
    firsts = [step.first for step in main.planned]
    assert len(firsts) <= MOST_TOLD
    assert {10e6, 110e6, 150e6, curve.steps[-1].first} <= set(firsts), "the lowest, the wide ones and the highest"
    assert main.here is not None
    assert main.here.first == 95e6, "and the one on which the workbook stands"
    assert main.steps[0].sort is Sort.NONE
    parts = np.histogram(firsts, bins=10, range=(10e6, curve.steps[-1].first))[0]
    assert all(parts), "all along the curve"
    for below, above in pairwise(main.planned):
        assert below.ledger is not None
        assert above.ledger is not None
        assert above.shift == shift_between(below.ledger, above.ledger)
    assert abridged(money()) is money()
    for figure in (staircase(curve, CAPTION), capacity_map(curve, CAPTION)):
        check_readable(figure)
        assert any(f"Of 301 plans {len(firsts)} are told" in words for words in said(figure))


def test_a_long_curve_has_its_steps_downwards_in_the_workbook(tmp_path: Path) -> None:
    curve = long_curve(300)
    write_curve_workbook(tmp_path / "long.xlsx", curve)
    sheet = openpyxl.load_workbook(tmp_path / "long.xlsx")["Missions by step"]
    heads = [cell.value for cell in sheet[4]]
    assert heads[0] == "from (EUR million)"
    rows = list(sheet.iter_rows(min_row=5, values_only=True))
    assert [row[0] for row in rows] == [step.first / 1e6 for step in curve.planned]
    name = str(heads[1]).split(" ")[0]
    assert tuple(row[1] for row in rows) == curve.presence(name)


@pytest.mark.parametrize("curve", [tankers, experts, money])
def test_every_figure_of_a_curve_can_be_read(curve: Any) -> None:
    for made in (curve(), unproven(curve()), crowded(curve(), 20)):
        check_readable(staircase(made, CAPTION))
        check_readable(capacity_map(made, CAPTION))


def test_what_is_not_proven_is_drawn_and_said_otherwise() -> None:
    plain, other = staircase(tankers(), CAPTION), staircase(unproven(tankers()), CAPTION)
    assert "best found, not proven" not in said(plain)
    assert "best found, not proven" in said(other)
    assert any("not proven or not looked into" in words for words in said(other))
    styles = {line.get_linestyle() for line in other.axes[0].lines if line.get_linewidth() == 2}
    assert styles == {"--"}
    assert "every step proven exact" in lines(tankers())
    assert "(best found, not proven)" in lines(unproven(tankers()))
    assert status_words(unproven(tankers()).steps[0]) == "best found, within 2.0%"


def test_what_was_not_looked_into_is_never_told_as_known() -> None:
    """The workbook stands at EUR 3 million, from 1.2 million on, and the next step that is known is at 6 million."""
    whole, part = lines(money()), lines(replace(holed(money()), now=1_200_000.0))
    assert "From EUR 6 million on it is" in whole
    assert "Below EUR 1.2 million it is" in whole
    assert "From EUR 6 million on" not in part
    assert "Below EUR" not in part
    assert "At EUR 6 million it is" in part
    assert "between EUR 3.6 million and that, not looked into." in part
    assert "At EUR 0.6 million it is" in part
    assert "between that and EUR 1.2 million, not looked into; what differs: " in part


def test_changes_over_a_part_that_was_not_looked_into_say_beside_what_they_are() -> None:
    curve = holed(money())
    told = {step.first: below for step, below in beside_steps(curve) if below is not None}
    assert {first: (below.step.first, below.across) for first, below in told.items()} == {
        1_200_000.0: (0.0, True),
        6_000_000.0: (1_200_000.0, True),
        7_200_000.0: (6_000_000.0, True),
    }
    assert beside_words(curve, told[6_000_000.0], "in: A") == "beside 1.2 to 3.6, not looked into between: in: A"
    assert beside_words(curve, told[6_000_000.0], "") == ""
    plain = [below for _, below in beside_steps(money()) if below is not None]
    assert len(plain) == len(money().planned) - 1
    assert not any(below.across for below in plain)
    assert beside_words(money(), plain[0], "in: A") == "in: A"


def test_a_long_beginning_without_a_plan_is_cut_short() -> None:
    none, *rest = experts().steps
    assert none.sort is Sort.NONE
    far = [replace(step, first=step.first + 90, last=None if step.last is None else step.last + 90) for step in rest]
    none = replace(none, last=(none.last or 0.0) + 90)
    figure = staircase(replace(experts(), steps=(none, *far), now=experts().now + 90), CAPTION)
    left, right = next(axes.get_xlim() for axes in figure.axes if axes.get_ylabel().startswith("points"))
    assert 0 < far[0].first - left < 0.3 * (right - far[0].first)
    cut = "Further to the left there is no plan either."
    assert any(cut in text.get_text() for text in texts(figure))
    assert not any(cut in text.get_text() for text in texts(staircase(experts(), CAPTION)))


def test_a_figure_lists_changes_over_a_part_that_was_not_looked_into() -> None:
    plain, other = staircase(money(), CAPTION), staircase(holed(money()), CAPTION)
    assert "+ DEAR\n- ONE" in said(plain)
    assert "+ DEAR\n- ONE" not in said(other)
    assert any("beside 1.2 to 3.6, not looked into between: + DEAR; - ONE" in words for words in said(other))
    assert any(words.endswith("the list says beside which.") for words in said(other))
    check_readable(other)


def test_a_weight_beside_a_part_that_was_not_looked_into() -> None:
    first = replace(weight().steps[0], first=0.0, last=0.4)
    top = replace(first, first=0.9, last=2.0, shift=Shift(("NORTH",)), confirmed=False)
    curve = replace(weight(), steps=(first, Step(0.4, 0.9, reason=NOT_REACHED), top), complete=False)
    assert "Below a weight of" not in lines(replace(curve, now=1.0))
    wanted = "Between a weight of 0.4 and a weight of 0.9, not looked into; what differs on either side: in: NORTH."
    assert wanted in lines(replace(curve, now=1.0))
    beside = "From a weight of 0.9 upwards: beside 0 to 0.4, not looked into between: in: NORTH."
    assert beside in lines(replace(curve, now=0.2))
    drawn = said(envelope(curve, CAPTION))
    assert any("beside 0 to 0.4, not looked into between: + NORTH" in words for words in drawn)


def test_where_there_is_no_plan_it_is_hatched_and_explained() -> None:
    assert "proven: no plan" in said(staircase(experts(), CAPTION))
    assert "these cannot be kept together" in lines(experts())
    assert "Mandated mission (MUST)" in lines(experts())


def test_the_map_marks_the_workbook_and_every_month() -> None:
    figure = capacity_map(tankers(), CAPTION)
    assert {"NORTH", "SOUTH", "0", "1", "2+", "12"} <= set(said(figure))
    assert any(words.endswith("2 missions differ, 2 are the same throughout") for words in said(figure))
    same = replace(tankers(), steps=tankers().steps[:1])
    assert "No mission differs." in said(capacity_map(same, CAPTION))


def test_the_envelope_can_be_read() -> None:
    for curve in (weight(), unproven(weight())):
        figure = envelope(curve, CAPTION)
        check_readable(figure)
        assert any(words.startswith("Security (SECURITY): weight") for words in said(figure))
    bends = 60
    top = weight().steps[-1]
    many = tuple(
        replace(top, first=at / 20, last=(at + 1) / 20, confirmed=at != 3 if at else None, shift=Shift(("NORTH",)))
        for at in range(bends)
    )
    crowd = envelope(replace(weight(), steps=many), CAPTION)
    check_readable(crowd)
    assert any("at 0.15 (not confirmed): + NORTH" in words for words in said(crowd))


def test_the_tornado_can_be_read() -> None:
    figure = tornado(losses(), CAPTION)
    check_readable(figure)
    assert any(words.startswith("What is critical:") for words in said(figure))
    assert "one Tanker aircraft fewer (TANKER)" in said(figure)
    gone = tuple(replace(taken, ruled_out=True, solution=None, ledger=None, losses=()) for taken in losses().taken[:1])
    open_ = tuple(replace(taken, solution=None, ledger=None, losses=()) for taken in losses().taken[1:2])
    other = tuple(
        replace(taken, solution=opened(taken.solution)) if taken.solution else taken for taken in losses().taken[2:]
    )
    mixed = replace(losses(), taken=(*gone, *other, *open_), complete=False)
    figure = tornado(mixed, CAPTION)
    check_readable(figure)
    assert {"No plan is left that keeps every rule", "Not known", "not looked into"} <= set(said(figure))
    check_readable(tornado(replace(losses(), taken=()), CAPTION))


def test_the_points_of_a_weight_are_those_at_the_workbooks_own() -> None:
    step = weight().here
    assert step is not None
    assert step.ledger is not None
    plan = model().ask(gap=0.0)
    assert step.value_at(weight().now) == pytest.approx(plan.goals[1].claimed)
    assert f"the best plan is worth {plan.goals[1].claimed:,.1f} points" in lines(weight())


def test_shifts_in_words() -> None:
    shift = Shift(("A",), ("B", "C"), (Alteration("D", -3, ("FULL",), ("FULL",)), Alteration("E", 0, ("X",), ("Y",))))
    assert shift_words(shift) == "in: A; out: B, C; D 3 months fewer, E Y instead of X"
    many = Shift(("A",), (), tuple(Alteration(name, 1, ("X",), ("X",)) for name in "CDEFG"))
    assert shift_words(many, brief=True) == "in: A; C 1 month more, D 1 month more, E 1 month more and 2 more"
    assert shift_words(Shift()) == ""
    assert shift_words(Shift((), (), shift.altered), brief=True) == "D 3 months fewer, E Y instead of X"


def test_the_same_curve_gives_the_same_figures(tmp_path: Path) -> None:
    first = write_curve_figures(tmp_path / "one", tankers()) + write_criticality_figures(tmp_path / "one", losses())
    again = write_curve_figures(tmp_path / "two", tankers()) + write_criticality_figures(tmp_path / "two", losses())
    assert [path.name for path in first][::2] == ["staircase.png", "missions_by_capacity.png", "tornado.png"]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in again]


def test_documents_are_plain_and_whole() -> None:
    for curve in (tankers(), experts(), money(), weight(), unproven(tankers()), crowded(tankers(), 3)):
        found = json.loads(json.dumps(curve_document(curve), allow_nan=False))
        assert {"steps", "solves", "points", "now", "complete", "proven"} <= set(found)
        assert len(found["steps"]) == len(curve.steps)
        for step in found["steps"]:
            assert {"at", "value", "gained", "lost"} <= set(step)
            assert (step["value"] is None) == (step["status"] in ("proven: no plan", "not looked into"))
    plain, part = (curve_document(curve)["steps"] for curve in (money(), holed(money())))
    assert [step["compared_with"] for step in plain[:2]] == [None, _beside(0.0, 1.2, across=False)]
    assert [step["compared_with"] for step in part[1:3]] == [None, _beside(0.0, 0.6, across=True)]
    found = json.loads(json.dumps(criticality_document(losses()), allow_nan=False))
    assert len(found["losses"]) == len(losses().taken)


def _beside(at: float, to: float, *, across: bool) -> dict[str, object]:
    return {"at": at, "to": to, "not_looked_into_between": across}


def test_workbooks_have_a_row_for_everything(tmp_path: Path) -> None:
    write_curve_workbook(tmp_path / "curve.xlsx", experts())
    sheets = openpyxl.load_workbook(tmp_path / "curve.xlsx")
    steps = sheets["Steps"]
    assert steps.max_row == 4 + len(experts().steps)
    assert "cannot be kept together" in steps.cell(5, 12).value
    write_curve_workbook(tmp_path / "money.xlsx", holed(money()))
    beside = [cell.value for cell in openpyxl.load_workbook(tmp_path / "money.xlsx")["Steps"]["G"][4:]]
    assert "1.2 to 3.6, not looked into between" in beside
    write_criticality_workbook(tmp_path / "losses.xlsx", losses())
    rows = openpyxl.load_workbook(tmp_path / "losses.xlsx")["Losses"]
    assert rows.max_row == 4 + len(losses().taken)
    told = " ".join(line for section in criticality_sections(losses()) for _, line in section.lines)
    assert "one Tanker aircraft fewer (TANKER): 12.0 points of value" in told
