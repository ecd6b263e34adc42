"""Which row of the Basis sheet says what a number rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from inzet.schema.book import Book
from inzet.schema.kinds import parse_text
from inzet.schema.rows import ANY, SHEETS, Basis, Row, Settings, extra_of, numeric_columns

_Place = tuple[str, str, str]


class BasisIndex:
    """The rows of the Basis sheet, by the sheet, row key and column that they are about.

    Of the rows that cover a number the most specific one counts: its own row and column; then its row, any
    column; then any row, its column; then the whole sheet. White space in keys does not matter.
    """

    def __init__(self, book: Book) -> None:
        self._rows: dict[_Place, Basis] = {}
        for basis in book.of(Basis):
            self._rows.setdefault(_place(basis.about, basis.row, basis.column), basis)

    def of(self, sheet: str, key: str, column: str) -> Basis | None:
        """What a number rests on; nothing when no row of the Basis sheet covers it.

        Args:
            sheet: the sheet of the number.
            key: the key of its row, parts joined by ``KEY_SEPARATOR``; for Settings the name of the setting.
            column: its column; for Settings ``value``.
        """
        for candidate in ((key, column), (key, ANY), (ANY, column), (ANY, ANY)):
            if basis := self._rows.get(_place(sheet, *candidate)):
                return basis
        return None

    def unused(self, book: Book) -> Iterator[Basis]:
        """The rows of the Basis sheet that fit no row or no column of the book."""
        present = {_place(*place) for place in _places(book)}
        for place, basis in self._rows.items():
            if place not in present:
                yield basis


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that somebody filled in, and what it rests on.

    Attributes:
        sheet: its sheet.
        key: the key of its row; for Settings the name of the setting.
        column: its column; for Settings ``value``.
        value: the number.
        unit: its unit.
        basis: the row of the Basis sheet that covers it; None when there is none.
        row: the row that it stands in; None for Settings.
    """

    sheet: str
    key: str
    column: str
    value: float
    unit: str
    basis: Basis | None
    row: Row | None


def figures_of(book: Book) -> Iterator[Figure]:
    """Every number that somebody filled in; cells left empty take the default of the schema and need no basis."""
    index = BasisIndex(book)
    for name in numeric_columns(Settings):
        if name in book.settings.model_fields_set:
            unit = extra_of(Settings.model_fields[name], "unit")
            basis = index.of(Settings.sheet, name, "value")
            yield Figure(Settings.sheet, name, "value", getattr(book.settings, name), unit, basis, None)
    for sheet, row_class in SHEETS.items():
        for row in sorted(book.of(row_class), key=Row.row_key) if row_class.needs_basis else ():
            for column in numeric_columns(row_class):
                value = getattr(row, column)
                if column in row.model_fields_set and value is not None:
                    unit = extra_of(row_class.model_fields[column], "unit")
                    key = row.row_key()
                    yield Figure(sheet, key, column, value, unit, index.of(sheet, key, column), row)


def _place(sheet: str, key: str, column: str) -> _Place:
    parts = (parse_text(part) for part in key.split("/"))
    return parse_text(sheet), "/".join(parts), parse_text(column)


def _places(book: Book) -> Iterator[_Place]:
    """Everything in a book that a row of the Basis sheet can be about, with ``*`` in every position."""
    keys: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
        Settings.sheet: (tuple(Settings.model_fields), ("value",))
    }
    for sheet, row_class in SHEETS.items():
        keys[sheet] = tuple(row.row_key() for row in book.rows.get(sheet, ())), tuple(row_class.model_fields)
    for sheet, (rows, columns) in keys.items():
        if rows:
            for key in (ANY, *rows):
                for column in (ANY, *columns):
                    yield sheet, key, column
