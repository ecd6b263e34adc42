"""Named scenarios: lists of changes to a workbook, applied to its rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from inzet.errors import InputError, Issue, UsageError, did_you_mean
from inzet.schema.book import Book
from inzet.schema.explain import explain
from inzet.schema.kinds import fold, parse_number
from inzet.schema.rows import ANY, SHEETS, Change, ChangeHow, Row, Settings

M = TypeVar("M", bound=BaseModel)

_ARITHMETIC: dict[ChangeHow, Callable[[float, float], float]] = {
    ChangeHow.ADD: lambda old, by: old + by,
    ChangeHow.SUBTRACT: lambda old, by: old - by,
    ChangeHow.MULTIPLY: lambda old, by: old * by,
}


class ChangeError(Exception):
    """A change that cannot be applied: the column of the Scenarios sheet at fault, the problem and its fix."""

    def __init__(self, column: str, message: str, fix: str) -> None:
        super().__init__(message)
        self.column, self.message, self.fix = column, message, fix


def scenario_names(book: Book) -> tuple[str, ...]:
    """The names of the scenarios in a workbook, in the order in which they first occur."""
    return tuple(dict.fromkeys(change.scenario for change in book.of(Change)))


def apply_scenarios(book: Book, names: Iterable[str]) -> Book:
    """The workbook with the changes of the named scenarios applied, in order.

    Raises:
        UsageError: a name that the workbook does not have.
        InputError: changes that cannot be applied, all of them.
    """
    known = scenario_names(book)
    for name in names:
        if name not in known:
            listed = ", ".join(known) or "none"
            raise UsageError(
                f"There is no scenario {name!r} in {book.name}.{did_you_mean(name, known)} It has: {listed}."
            )
        issues: list[Issue] = []
        for change in book.of(Change):
            if change.scenario == name:
                try:
                    book = _apply(book, change)
                except ChangeError as error:
                    issues.append(
                        book.issue(change, error.column, "a scenario changes what is there", error.message, error.fix)
                    )
        if issues:
            raise InputError(issues)
    return book


def apply_changes(book: Book, changes: Iterable[Change]) -> Book:
    """The workbook with changes applied that stand in no workbook.

    Raises:
        ChangeError: a change that cannot be applied.
    """
    for change in changes:
        book = _apply(book, change)
    return book


def with_values(book: Book, values: Mapping[tuple[str, str, str], float]) -> Book:
    """The workbook with other numbers in some cells.

    Args:
        book: the workbook.
        values: the numbers, by sheet, key of the row and column; for Settings by setting and ``value``.

    Raises:
        ChangeError: a number that its cell cannot hold.
    """
    by_sheet: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    for (sheet, key, column), value in values.items():
        by_sheet[sheet][key][column] = value
    for sheet, by_row in by_sheet.items():
        if sheet == Settings.sheet:
            settings = {name: number for name, cell in by_row.items() for number in cell.values()}
            book = book.with_settings(_refilled(book.settings, settings, sheet))
            continue
        rows = book.rows.get(sheet, ())
        changed = (by_row.get(row.row_key()) for row in rows)
        book = book.with_rows(
            sheet,
            [
                _refilled(row, cells, f"{sheet} {row.row_key()}") if cells else row
                for row, cells in zip(rows, changed, strict=True)
            ],
        )
    return book


def _apply(book: Book, change: Change) -> Book:
    sheet = _named(change.about, [Settings.sheet, *SHEETS], "about")
    if sheet == Settings.sheet:
        return _change_setting(book, change)
    if change.how is ChangeHow.ADD_ROW:
        return book.with_rows(sheet, [*book.rows.get(sheet, ()), _new_row(book, sheet, change)])
    rows = book.rows.get(sheet, ())
    hits = [row for row in rows if key_matches(change.row, row.row_key())]
    if not hits:
        keys = [row.row_key() for row in rows]
        raise ChangeError(
            "row",
            f"{sheet} has no row {change.row!r}.{did_you_mean(change.row, keys)}",
            "Write the key of a row that exists.",
        )
    if change.how is ChangeHow.DROP_ROW:
        return book.with_rows(sheet, [row for row in rows if row not in hits])
    column = _named(change.column, SHEETS[sheet].model_fields, "column")
    return book.with_rows(sheet, [_changed(row, column, change) if row in hits else row for row in rows])


def _change_setting(book: Book, change: Change) -> Book:
    setting = _named(change.row, Settings.model_fields, "row")
    values = {**_filled(book.settings), setting: _new_value(getattr(book.settings, setting), change)}
    return book.with_settings(_validated(Settings, values))


def _changed(row: Row, column: str, change: Change) -> Row:
    if column in row.key:
        raise ChangeError("column", f"{column} is part of the key", "Drop the row and add another.")
    return _validated(type(row), {**_filled(row), column: _new_value(getattr(row, column), change)})


def _filled(model: BaseModel) -> dict[str, Any]:
    """The values that somebody filled in; the others keep their defaults, which need no basis."""
    return {name: getattr(model, name) for name in model.model_fields_set}


def _refilled(model: M, cells: Mapping[str, float], where: str) -> M:
    """The same with other numbers in some columns; what they cannot hold is said with the place."""
    try:
        return _validated(type(model), {**_filled(model), **cells})
    except ChangeError as error:
        place = f"{where} {', '.join(cells)}"
        raise ChangeError(error.column, f"{place}: {error.message}", error.fix) from None


def _new_value(old: Any, change: Change) -> Any:
    if change.how is ChangeHow.SET:
        return change.value or None
    if not isinstance(old, int | float) or isinstance(old, bool):
        raise ChangeError("how", f"{change.row} holds {old!r}, which is not a number", "Use 'set'.")
    try:
        by = parse_number(change.value)
    except ValueError as error:
        raise ChangeError("value", str(error), "Type a number.") from None
    return _ARITHMETIC[change.how](old, by)


def _new_row(book: Book, sheet: str, change: Change) -> Row:
    values: dict[str, Any] = {}
    for part in change.value.split(";"):
        name, separator, text = part.partition("=")
        if not separator:
            raise ChangeError("value", f"{part.strip()!r} is not column=value", "Write column=value; column=value; ...")
        values[_named(name.strip(), SHEETS[sheet].model_fields, "value")] = text.strip()
    row = _validated(SHEETS[sheet], values)
    if any(key_matches(row.row_key(), other.row_key()) for other in book.rows.get(sheet, ())):
        raise ChangeError("value", f"{sheet} has a row {row.row_key()!r} already", "Change that row instead.")
    return row


def _validated(model: type[M], values: dict[str, Any]) -> M:
    try:
        return model.model_validate({name: value for name, value in values.items() if value is not None})
    except ValidationError as error:
        explained = [explain(problem, model) for problem in error.errors()]
        raise ChangeError(
            "value",
            "; ".join(e.message for e in explained),
            " ".join(dict.fromkeys(e.fix for e in explained)),
        ) from None


def _named(text: str, names: Iterable[str], column: str) -> str:
    names = tuple(names)
    for name in names:
        if fold(name) == fold(text):
            return name
    raise ChangeError(column, f"{text!r} is unknown.{did_you_mean(text, names)}", f"Write one of: {', '.join(names)}.")


def key_matches(pattern: str, key: str) -> bool:
    """Whether a row key fits a pattern: parts joined by `` / ``, a ``*`` part fits any, ``*`` alone fits all."""
    wanted, parts = list(_parts(pattern)), list(_parts(key))
    if wanted == [ANY]:
        return True
    return len(wanted) == len(parts) and all(w in (ANY, p) for w, p in zip(wanted, parts, strict=True))


def _parts(key: str) -> Iterator[str]:
    return (part.strip().casefold() for part in key.split("/"))
