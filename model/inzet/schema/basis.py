"""Which row of the Basis sheet says what a number rests on."""

from __future__ import annotations

from collections.abc import Iterator

from inzet.schema.book import Book
from inzet.schema.kinds import parse_text
from inzet.schema.rows import ANY, SHEETS, Basis, Settings

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
