"""The assumed numbers of a workbook, each with its range, and the worlds in which they are others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from inzet.scenario.overlay import with_values
from inzet.scenario.scenario import Scenario
from inzet.schema.basis import Figure, figures_of
from inzet.schema.book import SEARCH, Book
from inzet.schema.rows import BasisKind, Rule, Settings

ASSUMED = "OTHER_ASSUMPTIONS"
"""The name of a world in which assumed numbers are others."""


@dataclass(frozen=True, slots=True, order=True)
class Assumption:
    """A number that is assumed, with the range in which it may lie.

    A row of the Basis sheet that covers several cells with the same number is one assumption: they are all that number.

    Attributes:
        sheet: its sheet.
        row: the key of its row, or ``*`` when it stands in several; for Settings the name of the setting.
        column: its column.
        now: the number as it stands.
        low: the lowest that is plausible, at most what it is now.
        high: the highest that is plausible, at least what it is now.
        is_whole: whether only whole numbers make sense.
        unit: its unit; may be empty.
        cells: the keys of the rows in which it stands.
        why: why this number.
    """

    sheet: str
    row: str
    column: str
    now: float
    low: float
    high: float
    is_whole: bool
    unit: str
    cells: tuple[str, ...]
    why: str

    @property
    def name(self) -> str:
        """Sheet, row and column in one text."""
        return " ".join(part for part in (self.sheet, self.row, self.column) if part != "value")

    def at(self, share: float) -> float:
        """The number at a share of its range, from 0 to 1; every whole number has the same part of the range."""
        if not self.is_whole:
            return self.low + share * (self.high - self.low)
        number = int(self.high) - int(self.low) + 1
        return float(int(self.low) + min(int(share * number), number - 1))


def assumptions_of(book: Book) -> tuple[Assumption, ...]:
    """Every assumed number that may be another one, in the order of sheets and rows."""
    together: dict[tuple[str, str, str, float], list[Figure]] = defaultdict(list)
    for figure in figures_of(book):
        basis = figure.basis
        if basis is None or basis.basis is not BasisKind.ASSUMED or basis.low is None or basis.high is None:
            continue
        # How far to search says nothing of what the world is like.
        if figure.sheet != Settings.sheet or figure.key not in SEARCH:
            together[figure.sheet, basis.row, figure.column, figure.value].append(figure)
    found = (_assumption(figures) for figures in together.values())
    return tuple(assumption for assumption in found if assumption.low < assumption.high)


def _assumption(figures: list[Figure]) -> Assumption:
    figure = figures[0]
    basis = figure.basis
    assert basis is not None
    assert basis.low is not None
    assert basis.high is not None
    return Assumption(
        sheet=figure.sheet,
        row=figure.key if len(figures) == 1 else basis.row,
        column=figure.column,
        now=float(figure.value),
        # A scenario may have moved the number out of its range: that is what it asks.
        low=min(float(basis.low), float(figure.value)),
        high=max(float(basis.high), float(figure.value)),
        is_whole=isinstance(figure.value, int) or _counts_whole(figure),
        unit=figure.unit,
        cells=tuple(figure.key for figure in figures),
        why=basis.why,
    )


def _counts_whole(figure: Figure) -> bool:
    """Whether the number is the amount of a rule that counts missions, stays or months: there are no halves of them."""
    row = figure.row
    is_amount = isinstance(row, Rule) and figure.column == "amount" and row.counts_whole
    return is_amount and float(figure.value).is_integer()


def imagined(scenario: Scenario, numbers: Mapping[Assumption, float]) -> Scenario:
    """The scenario in a world in which some assumed numbers are others; the rest stays as it is.

    Raises:
        ChangeError: a number that its cell cannot hold.
    """
    values = {
        (assumption.sheet, key, assumption.column): int(number) if assumption.is_whole else number
        for assumption, number in numbers.items()
        if number != assumption.now
        for key in assumption.cells
    }
    return Scenario(with_values(scenario.book, values), (*scenario.names, ASSUMED), scenario.history)
