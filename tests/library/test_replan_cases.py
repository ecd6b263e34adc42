"""The reprioritisation cases of the library, with the plan of the shipped workbook as the plan that runs."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from inzet.analyses.replan import Replanned, replan
from inzet.calendar import Month
from inzet.outcome import Solution, Status
from inzet.scenario.checks import make_scenario
from inzet.scenario.history import planned_anew
from inzet.schema.book import Book
from inzet.solve import prepare, solve
from inzet.workbook.reader import read_workbook

pytestmark = pytest.mark.slow

WORKBOOK = Path(__file__).parents[2] / "scenarios" / "letter-2025.xlsx"


@pytest.fixture(scope="module")
def book() -> Book:
    return read_workbook(WORKBOOK)[0]


@pytest.fixture(scope="module")
def running(book: Book) -> Solution:
    return solve(make_scenario(book)[0])


def made_anew(book: Book, running: Solution, as_of: str, *names: str) -> Replanned:
    now, _ = make_scenario(book, names)
    sent = {contribution.stay: contribution.units for contribution in running.contributions}
    scenario = planned_anew(running.scenario, now, Month.parse(as_of), sent)
    return replan(prepare(scenario), running.contributions)


def test_nothing_happened(book: Book, running: Solution) -> None:
    found = made_anew(book, running, "2026-01")
    assert found.chosen is not None
    assert found.chosen.plan.changes == 0
    assert found.chosen.plan.ledger.contributions == running.contributions


@pytest.mark.parametrize(
    ("name", "as_of", "fewest", "best", "displaced"),
    [
        ("NFM_CALL_UP_2026_01", "2026-01", 1, 12, {"EASTERN_FLANK", "EUFOR_ALTHEA"}),
        ("UKRAINE_BATTALION", "2025-07", 3, 12, {"EASTERN_FLANK", "EUFOR_ALTHEA"}),
        ("EUFOR_ESCALATION", "2025-07", 1, 16, {"EASTERN_FLANK"}),
        ("BIV_CUT_QUARTER", "2026-01", 1, 2, {"INDO_PACIFIC_SHIP"}),
    ],
)
def test_a_case_has_its_curve(
    book: Book, running: Solution, name: str, as_of: str, fewest: int, best: int, displaced: set[str]
) -> None:
    found = made_anew(book, running, as_of, name)
    assert found.chosen is not None
    assert not found.held.ok
    assert [point.most for point in found.curve] == list(range(fewest, best + 1))
    assert all(point.proven for point in found.curve)
    ranks = [(point.short, -point.value) for point in found.curve]
    assert all(after <= before for before, after in pairwise(ranks))
    assert displaced <= set(found.chosen.plan.displaced)


@pytest.mark.parametrize(
    ("name", "as_of"),
    [("UKRAINE_BATTALION", "2026-01"), ("EUFOR_ESCALATION", "2026-01"), ("EUFOR_ESCALATION", "2025-10")],
)
def test_what_is_asked_too_late_has_no_plan(book: Book, running: Solution, name: str, as_of: str) -> None:
    """Parliament must be told, and nobody is home before the notice is over."""
    assert made_anew(book, running, as_of, name).search.status is Status.INFEASIBLE
