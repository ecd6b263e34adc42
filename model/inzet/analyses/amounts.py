"""How much of something is needed, and when: fewest units first, then in the fewest months."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from inzet.analyses.conditions import Condition, Piece
from inzet.analyses.what_if import Amounts, spells_with
from inzet.calendar import Month
from inzet.edits import Edit, relax
from inzet.scenario.changes import Changes
from inzet.scenario.overlay import apply_changes
from inzet.schema.book import Book
from inzet.schema.rows import Change

MOST_UNITS = 1000.0
MOST_MILLIONS = 1e5


@dataclass(frozen=True, slots=True)
class Slack:
    """Limits that may give way together.

    Attributes:
        rows: the rows of the model, and how much each is eased by one unit of slack.
        most: the largest slack.
        whole: whether it comes in whole units.
    """

    rows: Mapping[str, float]
    most: float
    whole: bool

    def edit(self, name: str) -> Edit:
        """The edit that adds it to a model."""
        return relax(name, self.rows, self.most, whole=self.whole)


Least = Callable[[Mapping[str, Slack]], Mapping[str, float] | None]
"""The smallest amounts of slack, added up, that are enough; None when no amount is."""


def rows_by_month(
    conditions: Iterable[Condition], pieces: Mapping[Condition, Iterable[Piece]]
) -> dict[Month, list[str]]:
    """The rows of conditions that hold month by month, by month."""
    rows: dict[Month, list[str]] = {}
    for condition in conditions:
        for piece in pieces[condition]:
            assert piece.spell is not None
            rows.setdefault(piece.spell[0], []).append(piece.row)
    return rows


def fewest_units(rows: Mapping[Month, Iterable[str]], least: Least) -> Amounts | None:
    """The smallest number of units that is enough, in the fewest months; None when none is, or none is needed."""
    every = {row: 1.0 for names in rows.values() for row in names}
    peak = least({"units": Slack(every, MOST_UNITS, whole=True)})
    if peak is None or not (most := round(peak["units"])):
        return None
    by_month = {str(month): Slack(dict.fromkeys(names, 1.0), float(most), whole=True) for month, names in rows.items()}
    found = least(by_month)
    if found is None:
        return None
    return spells_with({Month.parse(name): round(units) for name, units in found.items() if round(units)})


def in_turn(book: Book, amounts: Amounts, change: Callable[[Book, Month, Month, int], Changes]) -> Changes:
    """The changes for each spell of months, each made to the rows as the one before leaves them."""
    changes: list[Change] = []
    for first, last, units in amounts:
        part = change(book, first, last, units)
        changes += part
        book = apply_changes(book, part)
    return tuple(changes)
