"""Plans to report on: one that is solved, and the same plan told otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import pytest
from builders import changed, small_book, without
from matplotlib.figure import Figure
from matplotlib.text import Text

from inzet.outcome import Limit, RankedGoal, Solution, Status
from inzet.plan.audit import Audit, audit, audited
from inzet.plan.ledger import Ledger
from inzet.plan.tables import Table, plan_tables
from inzet.reports.figures.canvas import settings
from inzet.scenario.checks import make_scenario
from inzet.scenario.scenario import Scenario
from inzet.schema.book import Book
from inzet.schema.rows import SHEETS
from inzet.solve import solve

FORMULA = "=HYPERLINK(A1) costs $5 & $6 [bold]"
"""A name that Excel could take for a formula, matplotlib for mathematics and the terminal for mark-up."""
CROWDED = "A mission with a name so long that no margin of any page could ever hold all of it, not even in part"


HAIR = 1.0
"""Pixels."""


def texts(figure: Figure) -> list[Text]:
    """Every text that can be seen in a figure."""
    with settings():
        figure.canvas.draw()
    return [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]


def check_readable(figure: Figure) -> None:
    """No words are cut off or stand on others."""
    page = figure.bbox
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts(figure)]
    for words, box in boxes:
        assert box.x0 >= page.x0 - HAIR, words
        assert box.y0 >= page.y0 - HAIR, words
        assert box.x1 <= page.x1 + HAIR, words
        assert box.y1 <= page.y1 + HAIR, words
    for (words, box), (others, other) in combinations(boxes, 2):
        across = min(box.x1, other.x1) - max(box.x0, other.x0)
        upwards = min(box.y1, other.y1) - max(box.y0, other.y0)
        assert across <= HAIR or upwards <= 2 * HAIR, f"{words!r} stands on {others!r}"


@dataclass(frozen=True)
class Told:
    """Everything that a report is made from."""

    solution: Solution
    ledger: Ledger
    audit: Audit
    tables: Mapping[str, Table]

    @property
    def all(self) -> tuple[Solution, Ledger, Audit, Mapping[str, Table]]:
        return self.solution, self.ledger, self.audit, self.tables


def rows_with(book: Book, sheet: str, *rows: dict[str, Any]) -> Book:
    """The book with rows added to a sheet."""
    return book.with_rows(sheet, [*book.rows[sheet], *(SHEETS[sheet].model_validate(row) for row in rows)])


def book_with_idle_missions() -> Book:
    """The small plan, with two missions that serve nothing and so are left out."""
    book = small_book()
    for mission, name in (("IDLE", FORMULA), ("CROWD", CROWDED)):
        book = rows_with(
            book, "Missions", {"mission": mission, "name": name, "region": "Far away", "organisation": "UN"}
        )
        book = rows_with(book, "Options", {"mission": mission, "option": "ONE", "name": "-1 expert", "civil": 1})
        need = {"mission": mission, "option": "ONE", "capability": "EXPERTISE", "quantity": 1}
        book = rows_with(book, "Requirements", need)
    return book


def tell(solution: Solution) -> Told:
    """What is reported on a solution, whether or not its plan is a good one."""
    ledger = Ledger(solution.scenario, solution.contributions)
    return Told(solution, ledger, audit(ledger), plan_tables(ledger))


def solved(book: Book) -> Told:
    """What is reported on the best plan of a book."""
    scenario, _ = make_scenario(book)
    solution = solve(scenario, time_limit=60, gap=0)
    ledger, result = audited(solution)
    return Told(solution, ledger, result, plan_tables(ledger))


def by_hand(scenario: Scenario, **values: Any) -> Solution:
    """A solution that nobody solved, without contributions unless they are given."""
    plain = Solution(scenario, Status.OPTIMAL, Limit.NONE, "", (), (), {}, {}, "by hand")
    return replace(plain, **values)


def goal(name: str, claimed: float, bound: float, gap: float, *, proven: bool = False) -> RankedGoal:
    """A ranked goal as a solver would report it."""
    return RankedGoal(name, claimed, bound, gap, proven, 1.0)


@pytest.fixture(scope="session")
def told() -> Told:
    """The best plan of the small book, with two missions left out."""
    return solved(book_with_idle_missions())


@pytest.fixture(scope="session")
def short() -> Told:
    """A plan that leaves a readiness commitment short."""
    book = changed(small_book(), "Readiness", "INF_COY / TIER_2 / 2025-01", units=5)
    return solved(book)


@pytest.fixture(scope="session")
def nothing() -> Told:
    """A plan in which nothing is chosen, of a book without funds, readiness and reported numbers."""
    book = book_with_idle_missions()
    for sheet in ("Readiness", "Tiers", "Funds", "Payers", "Costs", "Reported", "Basis"):
        book = without(book, sheet)
    scenario = Scenario(book)
    goals = (goal("value", 0.0, 0.0, 0.0, proven=True),)
    return tell(by_hand(scenario, goals=goals))
