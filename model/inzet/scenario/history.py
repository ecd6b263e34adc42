"""What has happened when a plan is made anew: the plan that runs, and the month from which all is open again.

What is counted month by month before that month is as the running plan had it: units, readiness commitments, the
funds of earlier years, and rules that were changed since. Everything else (tours, costs, what an option asks for, what
a mission is worth) is as it is now, for the whole plan.

Units that leave soon after that month have prepared before it: whoever had another task then cannot be sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from inzet.calendar import Month
from inzet.errors import UsageError
from inzet.scenario.scenario import Scenario, Stay
from inzet.schema.book import Book
from inzet.schema.rows import Fund, Mission, Readiness, Row, Rule, Supply

P = TypeVar("P", Supply, Readiness)

DAYS_IN_A_MONTH = 30
"""Notices are given in days; a month that has begun counts as a whole one."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How the plan to take is picked among those with more changes and with fewer.

    Attributes:
        price: points of value that every change must bring.
        most: changes allowed; None for any number.
    """

    price: float = 0.0
    most: int | None = None


@dataclass(frozen=True)
class History:
    """The plan that runs, and from when on it may be changed.

    Attributes:
        as_of: first month that is planned anew.
        sent: the stays of the running plan, with the units sent by capability and unit type where there was a choice.
        wish: how the new plan is to be picked.
    """

    as_of: Month
    sent: Mapping[Stay, Mapping[tuple[str, str], int]]
    wish: Wish = Wish()

    @property
    def stays(self) -> tuple[Stay, ...]:
        """Every stay of the running plan, in order."""
        return tuple(sorted(self.sent))

    def content(self) -> list[object]:
        """Everything that happened and what is wished, as plain values in an order of their own.

        Equal values mean the same past and the same wish.
        """
        sent = [[str(stay), sorted([*key, number] for key, number in self.sent[stay].items())] for stay in self.stays]
        return [str(self.as_of), sent, float(self.wish.price), self.wish.most]

    def has_begun(self, stay: Stay) -> bool:
        """Whether a stay began before the month from which all is open again."""
        return stay.first < self.as_of

    def begun(self, mission: str) -> tuple[Stay, ...]:
        """The stays of a mission that have begun, over or not."""
        return tuple(stay for stay in self.stays if stay.mission == mission and self.has_begun(stay))

    def soonest_end(self, mission: Mission) -> Month:
        """The last month abroad of what is recalled at once: the notice of its mission, in whole months, from now."""
        return self.as_of + (notice_months(mission) - 1)

    def was_told(self, mission: str, option: str, first: Month) -> bool:
        """Whether parliament knew that an option of a mission would start in a month."""
        return any((s.mission, s.option, s.first) == (mission, option, first) for s in self.stays)


def notice_months(mission: Mission) -> int:
    """Months between a recall and the return of the units."""
    return -(-mission.recall_notice_days // DAYS_IN_A_MONTH)


def planned_anew(
    running: Scenario, now: Scenario, as_of: Month, sent: Mapping[Stay, Mapping[tuple[str, str], int]]
) -> Scenario:
    """The scenario in which a running plan is made anew: as the world is now, with the past as it was.

    Args:
        running: what the running plan was made from.
        now: what holds now; the same as ``running`` when nothing changed.
        as_of: first month that is planned anew.
        sent: the stays of the running plan, with the units sent where there was a choice.

    Raises:
        UsageError: the month is not one of the plan after its first, or the two do not fit together.
    """
    first, last = running.horizon[0], running.horizon[-1]
    if not first < as_of <= last:
        raise UsageError(f"{as_of} is not a month that can be planned anew: the plan runs from {first} to {last}.")
    if now.horizon[0] != first:
        raise UsageError(f"The plan starts in {first}, the workbook of now in {now.horizon[0]}: they must be the same.")
    if as_of > now.horizon[-1]:
        raise UsageError(f"The workbook of now ends in {now.horizon[-1]}, before {as_of}.")
    for stay in sorted(sent):
        if (stay.mission, stay.option) not in now.options:
            raise UsageError(
                f"The running plan has {stay.mission} {stay.option}, which the workbook of now does not have. "
                "Keep the row, and switch the option off."
            )
        if stay.running != (stay.first == first and stay.option == now.missions[stay.mission].running_option):
            raise UsageError(f"What runs of {stay.mission} when the plan starts is another than in the running plan.")
    return Scenario(_with_the_past_of(running.book, now.book, as_of), now.names, History(as_of, sent))


def _with_the_past_of(old: Book, new: Book, as_of: Month) -> Book:
    """The new workbook, with what is counted month by month before a month taken from the old one."""
    book = new.with_rows(Supply.sheet, _cut(old.of(Supply), new.of(Supply), as_of))
    book = book.with_rows(Readiness.sheet, _cut(old.of(Readiness), new.of(Readiness), as_of))
    book = book.with_rows(
        Fund.sheet,
        [
            *(row for row in old.of(Fund) if row.year < as_of.year),
            *(row for row in new.of(Fund) if row.year >= as_of.year),
        ],
    )
    return book.with_rows(Rule.sheet, _rules(old.of(Rule), new.of(Rule), as_of))


def _cut(old: Iterable[P], new: Iterable[P], as_of: Month) -> Iterator[P]:
    """The rows of two worlds, the one until a month and the other from then on.

    Rows that both have stay whole, and so do those of unit types that only the new one knows.
    """
    old, new = tuple(old), tuple(new)
    known = {row.unit for row in old}
    for row in old:
        if row in new:
            yield row
        elif row.first_month < as_of:
            ends = as_of + -1
            yield row.model_copy(update={"last_month": min(row.last_month or ends, ends)})
    for row in new:
        if row.unit not in known:
            yield row
        elif row not in old and (row.last_month is None or row.last_month >= as_of):
            yield row.model_copy(update={"first_month": max(row.first_month, as_of)})


def _rules(old: Iterable[Rule], new: Iterable[Rule], as_of: Month) -> Iterator[Row]:
    """The rules of now; those that are new or were changed hold from a month on."""
    known = tuple(old)
    for rule in new:
        if rule in known:
            yield rule
        elif rule.last_month is None or rule.last_month >= as_of:
            yield rule.model_copy(update={"first_month": max(rule.first_month or as_of, as_of)})
