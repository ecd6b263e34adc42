"""Small comparisons that several tests look at."""

from __future__ import annotations

from pathlib import Path

from builders import small_book

from inzet.analyses.compare import Comparison, Question, compare
from inzet.analyses.kept import Shelf
from inzet.scenario.checks import make_scenario
from inzet.scenario.priorities import with_priorities
from inzet.scenario.scenario import Scenario
from inzet.schema.book import Book
from inzet.schema.rows import Change


def compared_book() -> Book:
    """The small plan, with scenarios that take units, take money, change a weight, add a mission and cannot be met."""
    rows = [
        ("NO_COMPANY", "Missions", "ALTHEA", "*", "drop row", ""),
        ("NO_COMPANY", "Options", "ALTHEA / COMPANY", "*", "drop row", ""),
        ("NO_COMPANY", "Requirements", "ALTHEA / COMPANY / INFANTRY", "*", "drop row", ""),
        ("NO_COMPANY", "Scores", "ALTHEA / *", "*", "drop row", ""),
        ("NO_COMPANY", "Pairs", "*", "*", "drop row", ""),
        ("NO_COMPANY", "Reported", "*", "*", "drop row", ""),
        ("NO_COMPANY", "Groups", "*", "*", "drop row", ""),
        ("NO_COMPANY", "Rules", "*", "*", "drop row", ""),
        ("FEW_EXPERTS", "Supply", "EXPERT / 2025-01", "units", "set", "6"),
        ("DEARER_ALLY", "Interests", "ALLY", "weight", "set", "8"),
        ("IMPOSSIBLE", "Missions", "EUPM", "mandated", "set", "yes"),
        ("IMPOSSIBLE", "Supply", "EXPERT / 2025-01", "units", "set", "1"),
        ("WRONG", "Missions", "EUPM", "first_month", "set", "2031-01"),
        ("WRONG", "Missions", "EUPM", "last_month", "set", "2030-01"),
    ]
    names = ("scenario", "about", "row", "column", "how", "value")
    return small_book().with_rows(
        "Scenarios", [Change.model_validate(dict(zip(names, row, strict=True))) for row in rows]
    )


def made(book: Book, name: str) -> Scenario:
    """The scenario of a name; one of a set of priorities begins with a ``+``."""
    if name.startswith("+"):
        return with_priorities(make_scenario(book)[0], name[1:])
    return make_scenario(book, () if name == "base" else (name,))[0]


def comparison(*names: str, book: Book | None = None, kept: Path | None = None) -> Comparison:
    """A comparison of scenarios of a book, by name."""
    there = book or compared_book()
    return compare(
        [Question(name, f"What about {name}?", lambda n=name: made(there, n)) for name in names], Shelf(kept)
    )  # type: ignore[misc]
