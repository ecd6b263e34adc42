"""Named sets of priorities: any scenario can be planned, and any plan valued, under any of them."""

from __future__ import annotations

from inzet.errors import UsageError, did_you_mean
from inzet.scenario.scenario import Scenario
from inzet.schema.book import Book
from inzet.schema.rows import Goal, Interest, Priority, Row

MARK = "priorities-"
"""Before the name of a set in the name of a scenario that is planned under it."""


def priority_names(book: Book) -> tuple[str, ...]:
    """The names of the sets of priorities in a workbook, in the order in which they first occur."""
    return tuple(dict.fromkeys(row.priority for row in book.of(Priority)))


def with_priorities(scenario: Scenario, name: str) -> Scenario:
    """The scenario with the weights and ranks of a named set of its workbook in place of its own.

    Weights that the set does not name stay as they are. Goals that it ranks replace all goals of the workbook.

    Raises:
        UsageError: the workbook has no such set.
    """
    book = scenario.book
    known = priority_names(book)
    if name not in known:
        listed = ", ".join(known) or "none"
        raise UsageError(
            f"There are no priorities {name!r} in {book.name}.{did_you_mean(name, known)} It has: {listed}."
        )
    rows = [row for row in book.of(Priority) if row.priority == name]
    weights = {row.interest: row.weight for row in rows if row.interest is not None}
    interests = [
        _like(row, weight=weights[row.interest]) if row.interest in weights else row for row in book.of(Interest)
    ]
    goals = [
        Goal.model_validate({"goal": row.goal, "rank": row.rank, "weight": 1.0 if row.weight is None else row.weight})
        for row in rows
        if row.goal is not None
    ]
    book = book.with_rows(Interest.sheet, interests)
    return Scenario(book.with_rows(Goal.sheet, goals) if goals else book, (*scenario.names, MARK + name))


def _like(row: Row, **other: object) -> Row:
    """A row with some values replaced; what was left to its default stays so."""
    values = {name: getattr(row, name) for name in row.model_fields_set}
    return type(row).model_validate({**values, **other})
