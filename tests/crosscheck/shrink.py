"""A workbook that fails, made as small as it can be while it still fails: the smallest is kept as a regression.

python tests/crosscheck/shrink.py SEED            the workbook of a seed of test_cp_sat.py
python tests/crosscheck/shrink.py BOOK.xlsx       any workbook on which inzet and CP-SAT differ
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

# Run as a command, it does not find the other tests by itself.
sys.path.insert(0, str(Path(__file__).parents[1]))

from crosscheck.two_solvers import Independent, differences, save, seeded_book

from inzet.errors import InputError
from inzet.scenario.checks import make_scenario
from inzet.schema.book import Book
from inzet.schema.rows import SHEETS, Basis, Mission, Option, Row, Settings, extra_of
from inzet.workbook.reader import read_workbook

REGRESSIONS = Path(__file__).with_name("regressions")
Fails = Callable[[Book], bool]
"""Whether a workbook that inzet would solve shows the fault."""


def shrink(book: Book, fails: Fails) -> Book:
    """The smallest workbook that still checks and still fails, found by leaving out and emptying one thing at a time.

    Left out are missions and every other row, with the rows that refer to them, first many at a time and then one by
    one; months at the end and at the start of the plan; values that may be left to their default.

    Raises:
        ValueError: the workbook does not fail as it is.
    """
    # A workbook gets its basis when it is written.
    book = book.with_rows(Basis.sheet, ())
    if not _still_fails(book, fails):
        raise ValueError(f"{book.name} does not fail")
    while True:
        smaller = _shorter(_emptier(_fewer(book, fails), fails), fails)
        if smaller.content_hash() == book.content_hash():
            return book
        book = smaller


def _still_fails(book: Book, fails: Fails) -> bool:
    needed = (sheet for sheet, row_class in SHEETS.items() if row_class.required_sheet and sheet != Basis.sheet)
    if not all(book.rows.get(sheet) for sheet in needed):
        return False
    try:
        make_scenario(book)
        return fails(book)
    except InputError:
        return False


def _fewer(book: Book, fails: Fails) -> Book:
    """Without the rows that do not matter; missions go first, for most hangs on them."""
    for sheet in (Mission.sheet, *(sheet for sheet in SHEETS if sheet not in (Mission.sheet, Basis.sheet))):
        size = len(book.rows.get(sheet, ()))
        while size:
            at = 0
            while at < len(book.rows.get(sheet, ())):
                rows = book.rows[sheet]
                smaller = _whole(book.with_rows(sheet, (*rows[:at], *rows[at + size :])))
                if _still_fails(smaller, fails):
                    book = smaller
                else:
                    at += size
            size //= 2
    return book


def _whole(book: Book) -> Book:
    """Without the rows that refer to a row that is gone, and then those that refer to them."""
    while True:
        kept = {sheet: tuple(row for row in rows if _refers_to_what_is(book, row)) for sheet, rows in book.rows.items()}
        if sum(map(len, kept.values())) == sum(map(len, book.rows.values())):
            return book
        for sheet, rows in kept.items():
            book = book.with_rows(sheet, rows)


def _refers_to_what_is(book: Book, row: Row) -> bool:
    for name, column in type(row).model_fields.items():
        value, ref = getattr(row, name), extra_of(column, "ref")
        if ref and value is not None:
            sheet, other = ref.split(".")
            if all(getattr(there, other) != value for there in book.rows.get(sheet, ())):
                return False
    options = {(option.mission, option.option) for option in book.of(Option)}
    named = [
        (getattr(row, mission), getattr(row, option))
        for mission, option in (("mission", "option"), ("other", "other_option"), ("mission", "running_option"))
        if getattr(row, mission, None) is not None and getattr(row, option, None) is not None
    ]
    return options.issuperset(named)


def _emptier(book: Book, fails: Fails) -> Book:
    """With every value left to its default that may be."""
    for sheet in book.rows:
        for at in range(len(book.rows[sheet])):
            for names in _may_be_empty(book.rows[sheet][at]):
                rows = book.rows[sheet]
                emptied = book.with_rows(sheet, (*rows[:at], _without(rows[at], names), *rows[at + 1 :]))
                if emptied.content_hash() == book.content_hash() or _still_fails(emptied, fails):
                    book = emptied
    return _plainer(book, fails)


def _may_be_empty(row: Row) -> list[set[str]]:
    """The filled cells that may be empty, one by one; those that only make sense together, together."""
    filled = {name for name in row.model_fields_set if not type(row).model_fields[name].is_required()}
    runs = {"running_option", "running_since"}
    return [{name} for name in sorted(filled - runs)] + ([runs] if filled & runs else [])


def _without(row: Row, names: set[str]) -> Row:
    return type(row).model_validate({name: getattr(row, name) for name in row.model_fields_set - names})


def _plainer(book: Book, fails: Fails) -> Book:
    """With every setting left to its default that may be."""
    for name, field in Settings.model_fields.items():
        if not field.is_required():
            values = {other: getattr(book.settings, other) for other in book.settings.model_fields_set - {name}}
            plainer = book.with_settings(Settings.model_validate(values))
            if plainer.content() == book.content() or _still_fails(plainer, fails):
                book = plainer
    return book


def _shorter(book: Book, fails: Fails) -> Book:
    """Without the months at the end, and then at the start, that do not matter."""
    for name, step in (("last_month", -1), ("first_month", 1)):
        while True:
            values = {other: getattr(book.settings, other) for other in book.settings.model_fields_set}
            values[name] = values[name] + step
            shorter = book.with_settings(Settings.model_validate(values))
            if not _still_fails(shorter, fails):
                break
            book = shorter
    return book


def differ(independent: Independent, folder: Path) -> Fails:
    """Whether inzet and CP-SAT differ on a workbook; it is written to the folder, for they read it from a file."""

    def fails(book: Book) -> bool:
        path = folder / "smaller.xlsx"
        save(book, path)
        return bool(differences(path, independent))

    return fails


def keep_smallest(book: Book, name: str, independent: Independent, regressions: Path = REGRESSIONS) -> Path | None:
    """Shrink a workbook on which the two differ, and keep it as a regression; None when they agree on it."""
    with tempfile.TemporaryDirectory() as folder:
        fails = differ(independent, Path(folder))
        if not fails(book):
            return None
        smallest = shrink(book, fails)
    regressions.mkdir(exist_ok=True)
    save(smallest, regressions / f"{name}.xlsx")
    return regressions / f"{name}.xlsx"


def main() -> int:
    parser = argparse.ArgumentParser(description="Keep the smallest workbook on which inzet and CP-SAT differ.")
    parser.add_argument("book", help="seed of the cross-check, or a workbook")
    parser.add_argument("--folder", type=Path, default=REGRESSIONS, help="where the smallest is kept")
    asked = parser.parse_args()
    is_seed = asked.book.isdigit()
    book = seeded_book(int(asked.book)) if is_seed else read_workbook(Path(asked.book))[0]
    with Independent() as independent:
        kept = keep_smallest(book, asked.book if is_seed else Path(asked.book).stem, independent, asked.folder)
        if kept is None:
            print("They agree: nothing to keep.")
            return 0
        print(kept)
        print(*differences(kept, independent), sep="\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
