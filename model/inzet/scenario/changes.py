"""Changes to a workbook that a planner could make, written as rows of its Scenarios sheet.

Whatever an analysis says "what if" about is such a list: it can be applied here, solved like any other scenario, and
pasted into the workbook.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from inzet.calendar import Month
from inzet.scenario.overlay import apply_changes
from inzet.scenario.scenario import Scenario
from inzet.schema.book import Book
from inzet.schema.rows import (
    ANY,
    KEY_SEPARATOR,
    Change,
    ChangeHow,
    Fund,
    Interest,
    Mission,
    Option,
    Pair,
    Readiness,
    Row,
    Rule,
    Score,
    Settings,
    Shortfall,
    Supply,
    cell_value,
)

WHAT_IF = "WHAT_IF"
"""The name under which changes stand that no planner has named yet."""

ALLOW_SHORTAGE = "ALLOW_SHORTAGE"
"""The name of a plan that may fall short."""

Changes = tuple[Change, ...]

_DATES = ("first_month", "last_month", "mandate_end", "framework_end")


def what_if(scenario: Scenario, changes: Iterable[Change]) -> Scenario:
    """The scenario with changes applied.

    Raises:
        ChangeError: a change that cannot be applied.
    """
    return Scenario(apply_changes(scenario.book, changes), (*scenario.names, WHAT_IF), scenario.history)


def may_fall_short(scenario: Scenario) -> Scenario:
    """The scenario with more units planned than there are, where it must be."""
    allowed = Change(
        scenario=ALLOW_SHORTAGE,
        about=Settings.sheet,
        row="supply_shortage",
        column="value",
        how=ChangeHow.SET,
        value=Shortfall.PRICED,
    )
    return Scenario(apply_changes(scenario.book, [allowed]), (*scenario.names, ALLOW_SHORTAGE), scenario.history)


def more_units(book: Book, unit: str, first: Month, last: Month, by: int) -> Changes:
    """So many more units of a type from ``first`` to ``last``; fewer when ``by`` is below 0, but never below 0."""
    rows = [row for row in book.of(Supply) if row.unit == unit]
    return tuple(_by_period(book, rows, first, last, by))


def more_ready(book: Book, unit: str, tier: str, first: Month, last: Month, by: int) -> Changes:
    """A readiness commitment so many units higher from ``first`` to ``last``; lower when ``by`` is below 0."""
    rows = [row for row in book.of(Readiness) if (row.unit, row.tier) == (unit, tier)]
    return tuple(_by_period(book, rows, first, last, by))


def _by_period(book: Book, rows: Iterable[Supply | Readiness], first: Month, last: Month, by: int) -> Iterator[Change]:
    """Cut each row at the edges of a period and change the piece inside it."""
    for row in rows:
        ends = row.last_month or book.settings.last_month
        inside = (max(first, row.first_month), min(last, ends))
        if inside[1] < inside[0]:
            continue
        units = max(0, row.units + by)
        if inside[0] == row.first_month:
            yield _set(row, "units", units)
        if inside[0] > row.first_month or inside[1] < ends:
            yield _set(row, "last_month", inside[1] if inside[0] == row.first_month else inside[0] + -1)
        if inside[0] > row.first_month:
            yield _copy(row, first_month=inside[0], last_month=inside[1], units=units)
        if inside[1] < ends:
            yield _copy(row, first_month=inside[1] + 1, last_month=ends)


def more_money(book: Book, fund: str, year: int, by: float) -> Changes:
    """So many more euro in a fund's budget of a year."""
    for row in book.of(Fund):
        if (row.fund, row.year) == (fund, year):
            return (_set(row, "budget", row.budget + by),)
    return (_added(Fund.sheet, f"{fund}{KEY_SEPARATOR}{year}", {"fund": fund, "year": year, "budget": by}),)


def moved(book: Book, mission: str, months: int) -> Changes:
    """Every date between which a mission and its options can take place, so many months later; earlier below 0."""
    rows: list[Row] = [row for row in book.of(Mission) if row.mission == mission]
    rows += [row for row in book.of(Option) if row.mission == mission]
    return tuple(
        _set(row, name, date + months)
        for row in rows
        for name in _DATES
        if (date := getattr(row, name, None)) is not None
    )


def not_mandated(book: Book, mission: str) -> Changes:
    """A mission that no longer must be in."""
    return tuple(_set(row, "mandated", False) for row in book.of(Mission) if row.mission == mission)


def switched_off(book: Book, rule: str) -> Changes:
    """A rule over groups or over two missions that no longer counts."""
    rules: list[Rule | Pair] = [row for row in book.of(Rule) if row.rule == rule]
    rules += [row for row in book.of(Pair) if row.pair == rule]
    return tuple(_set(row, "active", False) for row in rules)


def amount(book: Book, rule: str, value: float) -> Changes:
    """Another amount for a rule over groups."""
    return tuple(_set(row, "amount", value) for row in book.of(Rule) if row.rule == rule)


def weight(book: Book, interest: str, value: float) -> Changes:
    """Another weight for an interest."""
    return tuple(_set(row, "weight", value) for row in book.of(Interest) if row.interest == interest)


def score(book: Book, mission: str, interest: str, value: float) -> Changes:
    """Another score of a mission for an interest."""
    for row in book.of(Score):
        if (row.mission, row.interest) == (mission, interest):
            return (_set(row, "score", value),)
    key = f"{mission}{KEY_SEPARATOR}{interest}"
    return (_added(Score.sheet, key, {"mission": mission, "interest": interest, "score": value}),)


def _set(row: Row, column: str, value: object) -> Change:
    return Change(
        scenario=WHAT_IF, about=row.sheet, row=row.row_key(), column=column, how=ChangeHow.SET, value=_text(value)
    )


def _copy(row: Row, **other: object) -> Change:
    """A row like another, with some values changed."""
    values = {name: getattr(row, name) for name in type(row).model_fields} | other
    new = type(row).model_validate(values)
    return _added(row.sheet, new.row_key(), values)


def _added(sheet: str, key: str, values: dict[str, object]) -> Change:
    text = "; ".join(f"{name}={_text(value)}" for name, value in values.items() if value is not None)
    return Change(scenario=WHAT_IF, about=sheet, row=key, column=ANY, how=ChangeHow.ADD_ROW, value=text)


def _text(value: object) -> str:
    plain = cell_value(value)
    if not isinstance(plain, float):
        return str(plain)
    # The shortest text that is read back as the same number; with three decimals it could be read as thousands.
    text = repr(plain)
    return f"{text}0" if len(text.partition(".")[2]) == 3 else text
