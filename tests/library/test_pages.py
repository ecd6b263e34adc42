"""The pages of the library: one per scenario, and their figures those of a fresh solve."""

from __future__ import annotations

import importlib.util
import sys
from itertools import permutations
from pathlib import Path
from types import ModuleType

import pytest

from inzet.analyses.library import BASE, Library, Outcome
from inzet.errors import InputError
from inzet.scenario.checks import make_scenario
from inzet.scenario.overlay import apply_scenarios, scenario_names
from inzet.schema.book import Book
from inzet.schema.rows import Change

REPO = Path(__file__).resolve().parents[2]
FOLDER = REPO / "scenarios" / "letter-2025"
ASKED = {
    *("RED_SEA_FIRST", "SECOND_MRTT", "NFM_CALL_UP_2026_01", "UKRAINE_BATTALION", "EUFOR_ESCALATION"),
    *("BIV_CUT_QUARTER", "HALF_HUMINT", "KINGDOM_CONTINGENCY", "US_ENABLERS_WITHDRAWN", "IRAQ_LARGE_AGAIN"),
    *("MANY_SMALL", "FEW_LARGE"),
}
REFUSED = {frozenset({"NFM_CALL_UP_2026_01", "KINGDOM_CONTINGENCY"})}
"""Scenarios that add the same row, so that they cannot be combined."""


@pytest.fixture(scope="module")
def pages() -> ModuleType:
    """The script that writes the pages; it stands beside the other scripts of the README."""
    spec = importlib.util.spec_from_file_location("library_pages", REPO / "tests" / "readme" / "library_pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_every_scenario_has_words_and_a_page_that_names_it(shipped_book: Book, pages: ModuleType) -> None:
    names = [BASE, *scenario_names(shipped_book)]
    assert set(names) >= ASKED
    assert list(pages.read_texts()) == names
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    for name in names:
        page = (FOLDER / pages.page_name(name)).read_text(encoding="utf-8")
        assert f"`{name}`" in page
        assert f"[{name}]({pages.page_name(name)})" in index
        assert name == BASE or f"--scenario {name}" in page
    written = {path.name for path in FOLDER.glob("*.md")}
    assert written == {"README.md", "trade-offs.md", *(pages.page_name(name) for name in names)}


def test_every_scenario_is_clean(shipped_book: Book) -> None:
    """No error, no warning, and so a basis for every number that it adds."""
    for name in scenario_names(shipped_book):
        assert make_scenario(shipped_book, [name])[1] == (), name


def test_every_change_says_why_and_every_first_one_asks(shipped_book: Book) -> None:
    for name in scenario_names(shipped_book):
        changes = [change for change in shipped_book.of(Change) if change.scenario == name]
        assert all(change.why for change in changes), name
        assert "?" in changes[0].why, name


def test_scenarios_combine(shipped_book: Book) -> None:
    for pair in permutations(scenario_names(shipped_book), 2):
        if frozenset(pair) in REFUSED:
            with pytest.raises(InputError) as refused:
                apply_scenarios(shipped_book, pair)
            assert all("already" in issue.message for issue in refused.value.issues)
        else:
            apply_scenarios(shipped_book, pair)


def test_the_figures_of_the_base_are_those_of_a_fresh_solve(base: Outcome) -> None:
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    figures = f"proven optimal | {base.value:,.1f} | {base.shortfall} | {len(base.missions)} of {base.considered} |"
    assert base.proven
    assert f"[base](base.md) | The letter as it stands | {figures} {(base.cost or 0) / 1e6:,.1f} |" in index
    page = (FOLDER / "base.md").read_text(encoding="utf-8")
    for mission, presences in base.missions.items():
        assert f"| {mission} | {presences[0]} (" in page


@pytest.mark.slow
def test_every_page_is_that_of_a_fresh_solve(shipped_book: Book, library: Library, pages: ModuleType) -> None:
    assert all(outcome.proven for outcome in library.outcomes)
    fresh = pages.library_pages(shipped_book, library, pages.read_texts())
    stale = [name for name, text in fresh.items() if (FOLDER / name).read_text(encoding="utf-8") != text]
    assert stale == [], "run: python tests/readme/library_pages.py"
