"""A workbook that has been read: typed rows, and the cell that each came from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar, cast

from inzet.errors import Issue, Severity
from inzet.schema.rows import SHEETS, Change, Priority, Row, Settings, cell_value

R = TypeVar("R", bound=Row)

SEARCH = frozenset({"time_limit", "gap"})
"""Settings that say how far to search, not what is asked."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where the rows of a book stand in its workbook; empty for a book that was not read from one.

    Attributes:
        rows: row number by sheet and row key (for Settings: the name of the setting).
        columns: column letter by sheet and column name.
    """

    rows: Mapping[tuple[str, str], int] = field(default_factory=dict)
    columns: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def cell(self, sheet: str, key: str, column: str = "") -> str:
        """The cell of a value, such as ``C12``; the row alone when the column has no place; or nothing."""
        row = self.rows.get((sheet, key))
        if row is None:
            return ""
        return f"{self.columns.get((sheet, column), '')}{row}"


@dataclass(frozen=True)
class Book:
    """The settings and rows of one scenario workbook, immutable.

    Attributes:
        settings: the Settings sheet.
        rows: the rows of every other sheet, by sheet name, in the order of the workbook.
        places: the cells they came from.
        name: the file's name, for messages.
    """

    settings: Settings
    rows: Mapping[str, tuple[Row, ...]]
    places: Places = field(default_factory=Places)
    name: str = ""

    def of(self, row_class: type[R]) -> tuple[R, ...]:
        """The rows of one sheet; empty when the workbook does not have it."""
        return cast("tuple[R, ...]", self.rows.get(row_class.sheet, ()))

    def with_rows(self, sheet: str, rows: Iterable[Row]) -> Book:
        """A copy with other rows in one sheet."""
        return replace(self, rows={**self.rows, sheet: tuple(rows)})

    def with_settings(self, settings: Settings) -> Book:
        """A copy with other settings."""
        return replace(self, settings=settings)

    def issue(
        self,
        row: Row,
        column: str,
        rule: str,
        message: str,
        fix: str,
        severity: Severity = Severity.ERROR,
    ) -> Issue:
        """A problem with one value of a row, with its cell."""
        value = cell_value(getattr(row, column)) if column in type(row).model_fields else ""
        cell = self.places.cell(row.sheet, row.row_key(), column)
        text = "" if value is None else str(value)
        return Issue(severity, row.sheet, cell, text, rule, f"{row.row_key()}: {message}", fix)

    def setting_issue(
        self, setting: str, rule: str, message: str, fix: str, severity: Severity = Severity.ERROR
    ) -> Issue:
        """A problem with one setting, with its cell."""
        value = str(cell_value(getattr(self.settings, setting)))
        cell = self.places.cell(Settings.sheet, setting, "value")
        return Issue(severity, Settings.sheet, cell, value, rule, f"{setting}: {message}", fix)

    def content(self) -> dict[str, object]:
        """Everything that a plan is made from, in an order of its own: the order of rows does not matter.

        The sheets Scenarios and Priorities are left out: what they ask for stands in the rows that it changed.
        """
        sheets: dict[str, object] = {Settings.sheet: {name: cell_value(value) for name, value in self.settings}}
        for sheet in SHEETS:
            if sheet not in (Change.sheet, Priority.sheet):
                rows = sorted(self.rows.get(sheet, ()), key=Row.row_key)
                sheets[sheet] = [{name: cell_value(value) for name, value in row} for row in rows]
        return sheets

    def content_hash(self) -> str:
        """SHA-256 of the content: equal hashes mean the same question was asked.

        The settings that say how far to search are left out, for an option of the command may say otherwise. A result
        says of itself how far it was searched.
        """
        settings = {name: cell_value(value) for name, value in self.settings if name not in SEARCH}
        content = {**self.content(), Settings.sheet: settings}
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()
