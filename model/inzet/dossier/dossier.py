"""The tables, indexed the way the sheets need them: facts, assumptions, and months out of dates."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from inzet.calendar import Month, months
from inzet.dossier.tables import Record, Tables, table_error
from inzet.errors import InputError, Issue, Severity
from inzet.schema.rows import ANY, Basis, Row

RULE = "Rule"
"""The sheet name that assumptions carry which do not stand in the workbook themselves."""

PLANNED = "missions"


@dataclass(frozen=True)
class Part:
    """One sheet of the book, and what its numbers rest on."""

    rows: tuple[Row, ...]
    basis: tuple[Basis, ...]


@dataclass(frozen=True, slots=True)
class Assumed:
    """An assumed number with its range."""

    value: float
    low: float
    high: float
    why: str


@dataclass(frozen=True)
class Dossier:
    """The tables, with look-ups.

    Attributes:
        tables: the tables as they were read.
    """

    tables: Tables

    @cached_property
    def _facts(self) -> Mapping[tuple[str, str], Record]:
        used: dict[tuple[str, str], Record] = {}
        for record in self.tables.all("facts", used="yes"):
            used.setdefault((record["mission"], record["attribute"]), record)
        return used

    def fact(self, mission: str, attribute: str) -> Record | None:
        """The used statement of a mission's attribute; None when no document makes one."""
        return self._facts.get((mission, attribute))

    def number_of(self, table: str, record: Record, column: str, mission: str) -> Record:
        """The fact that a cell names by its attribute; it must be there and hold a whole number."""
        fact = self.fact(mission, record[column])
        if fact is None or not fact["value"].isdigit():
            raise table_error(
                table,
                record,
                column,
                "a fact that is named holds a number",
                f"facts.csv has no used number {record[column]!r} of {mission}",
                "Name an attribute of facts.csv, or leave the cell empty.",
            )
        return fact

    @cached_property
    def _assumptions(self) -> Mapping[tuple[str, str, str], Record]:
        return {(r["sheet"], r["row"], r["column"]): r for r in self.tables["assumptions"]}

    def assumption(self, sheet: str, row: str, column: str) -> str | None:
        """The assumed value of a cell, or of its column for every row; None when nothing is assumed."""
        for key in (row, ANY):
            if record := self._assumptions.get((sheet, key, column)):
                return record["value"]
        return None

    def needed(self, sheet: str, row: str, column: str) -> str:
        """The assumed value of a cell that no document fills.

        Raises:
            InputError: nothing is assumed for it.
        """
        value = self.assumption(sheet, row, column)
        if value is None:
            raise InputError(
                [
                    Issue(
                        Severity.ERROR,
                        "assumptions.csv",
                        "",
                        f"{sheet} / {row} / {column}",
                        "what no document says is assumed",
                        f"no document gives {column} of {row} in {sheet}, and nothing is assumed",
                        "Add a line with sheet, row, column, value, low, high and why.",
                    )
                ]
            )
        return value

    def assumed(self, row: str, column: str) -> Assumed:
        """The number of a rule, with its range; raises InputError when there is none."""
        self.needed(RULE, row, column)
        record = self._assumptions[RULE, row, column]
        return Assumed(float(record["value"]), float(record["low"]), float(record["high"]), record["why"])

    def assumed_rows(self, sheet: str) -> tuple[str, ...]:
        """The keys of a sheet's rows for which something is assumed, each once, in the order of the table."""
        return tuple(dict.fromkeys(r["row"] for r in self.tables.all("assumptions", sheet=sheet)))

    def running_since(self, mission: Record) -> tuple[Month, Record | None]:
        """The month since which a contribution runs, and the statement of it; without one it is assumed.

        A month that the table of missions gives goes first; a statement that names only a year does not count.
        """
        if mission["running_since"]:
            return Month.parse(mission["running_since"]), None
        fact = self.fact(mission["mission"], "running_since")
        since = month_of(fact["value"]) if fact else None
        if since and since < self.horizon[0]:
            return since, fact
        return Month.parse(self.needed("Missions", mission["mission"], "running_since")), None

    @cached_property
    def contributions(self) -> Mapping[str, Record]:
        """The coded contributions by mission."""
        return {record["mission"]: record for record in self.tables["contributions"]}

    @cached_property
    def missions(self) -> tuple[str, ...]:
        """The missions that are planned, in the order of the table."""
        return tuple(record["mission"] for record in self.tables[PLANNED])

    @cached_property
    def horizon(self) -> tuple[Month, ...]:
        """Every month of the plan."""
        values = {record["setting"]: record["value"] for record in self.tables["settings"]}
        return tuple(months(Month.parse(values["first_month"]), Month.parse(values["last_month"])))


def documented(about: str, row: str, column: str, record: Record, why: str = "") -> Basis:
    """The basis of a number that a document states, with the document, place and quote of a table's line."""
    return _basis("documented", about, row, column, record, why=why)


def derived(
    about: str, row: str, column: str, why: str, record: Record | None = None, span: tuple[float, float] | None = None
) -> Basis:
    """The basis of a number that follows from others; with a range when those others are assumed."""
    return _basis("derived", about, row, column, record or {}, why=why, span=span)


def assumed(about: str, row: str, column: str, why: str, span: tuple[float, float] | None = None) -> Basis:
    """The basis of a number, or a month, that nothing documents."""
    return _basis("assumed", about, row, column, {}, why=why, span=span)


def stated(about: str, row: str, column: str, record: Record) -> Basis:
    """The basis of a value typed in a table: documented by its quote, derived from it, or assumed without one."""
    if not record["quote"]:
        return assumed(about, row, column, record["why"])
    if record["why"]:
        return derived(about, row, column, record["why"], record)
    return documented(about, row, column, record)


def _basis(
    kind: str,
    about: str,
    row: str,
    column: str,
    record: Record,
    *,
    why: str = "",
    span: tuple[float, float] | None = None,
) -> Basis:
    cells: dict[str, object] = {"about": about, "row": row, "column": column, "basis": kind}
    cells |= {name: record[name] for name in ("source", "place", "quote") if record.get(name)}
    if span is not None:
        cells |= {"low": span[0], "high": span[1]}
    if why:
        cells["why"] = why
    return Basis.model_validate(cells)


def filled(cells: Mapping[str, object]) -> dict[str, object]:
    """The cells that hold something; the others are left to the defaults of the schema."""
    return {name: value for name, value in cells.items() if value not in (None, "")}


def last_full_month(date: str) -> Month | None:
    """The last month that lies wholly before the end of a date; None for what is no date.

    ``2025-07-09`` gives June 2025, ``2026-02-28`` February 2026, ``2025-06`` June 2025.
    """
    if re.fullmatch(r"\d{4}-\d{2}", date):
        return Month.parse(date)
    try:
        day = dt.date.fromisoformat(date)
    except ValueError:
        return None
    month = Month.of(day.year, day.month)
    return month if day.day == calendar.monthrange(day.year, day.month)[1] else month + -1


def month_of(date: str) -> Month | None:
    """The month of a date or month; None for a bare year and for what is no date."""
    return Month.parse(date[:7]) if re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", date) else None


def spread(low: float, high: float) -> str:
    """The words for the range of an assumed number; none when it cannot be otherwise."""
    return f", assumed {low:g} to {high:g}" if low < high else ""


def joined(parts: Iterable[str]) -> str:
    """Sentences after each other, the empty ones left out."""
    return "; ".join(part.rstrip(".") for part in parts if part)
