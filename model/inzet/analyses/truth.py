"""The truth table: what was really decided about each contribution, read from a CSV file.

Only ``mission`` and ``decided`` must be there and filled; the other columns may be empty or left out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from pydantic_core import PydanticCustomError

from inzet.calendar import Month
from inzet.errors import InputError, Issue, Severity, UsageError, did_you_mean
from inzet.schema.kinds import fold, parse_month, parse_text, parse_whole, parse_yes_no

REQUIRED = ("mission", "decided")
OPTIONAL = ("persons", "first_month", "last_month", "counts")
ALSO_CALLED = {"decision": "decided", "size": "persons"}

T = TypeVar("T")


class Decision(StrEnum):
    """What is decided about a contribution."""

    PARTICIPATE = "participate"
    """Take part, with at least as many persons as before."""
    REDUCED = "reduced"
    """Go on with fewer persons than before."""
    NOT = "not"
    """End what runs, or do not take part."""


@dataclass(frozen=True, slots=True)
class Truth:
    """One decision that was taken.

    Attributes:
        mission: the mission.
        decided: what was decided.
        persons: the size decided; None when not given.
        first_month: first month of the contribution decided; None when not given.
        last_month: its last month; None when not given.
        counts: no for a fixed claim from outside, which no plan can get wrong.
    """

    mission: str
    decided: Decision
    persons: int | None = None
    first_month: Month | None = None
    last_month: Month | None = None
    counts: bool = True


class _Reader:
    """Reads the lines of a truth table and keeps what is wrong with them."""

    def __init__(self, file: Path, missions: Collection[str]) -> None:
        self.file = file
        self.missions = missions
        self.issues: list[Issue] = []
        self.seen: dict[str, int] = {}

    def say(self, line: int, value: str, rule: str, message: str, fix: str) -> None:
        """Keep an error."""
        self.issues.append(Issue(Severity.ERROR, self.file.name, f"line {line}", value, rule, message, fix))

    def read(self) -> Iterator[Truth]:
        """Every line that could be read."""
        lines = list(self._lines())
        if not lines and not self.issues:
            self.say(1, "", "a truth table has rows", "there is no decision in it", "Add a line per decision.")
        for line, cells in lines:
            if (truth := self._truth(line, cells)) is not None:
                yield truth

    def _lines(self) -> Iterator[tuple[int, Mapping[str, str]]]:
        text = self._text()
        first = text.partition("\n")[0]
        reader = csv.reader(
            io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ","
        )
        given = next(reader, [])
        header = [self._column(name) for name in given]
        for name in {name for name in header if header.count(name) > 1 and name in (*REQUIRED, *OPTIONAL)}:
            self.say(1, ", ".join(given), "a column occurs once", f"{name} occurs twice", "Leave one of them out.")
        for name in REQUIRED:
            if name not in header:
                hint = did_you_mean(name, given)
                self.say(
                    1,
                    ", ".join(given),
                    "a truth table names its columns",
                    f"there is no column {name}.{hint}",
                    f"Name the columns in line 1: {', '.join(REQUIRED)}, and if known {', '.join(OPTIONAL)}.",
                )
        if self.issues:
            return
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, dict(zip(header, (parse_text(cell) for cell in row), strict=False))

    def _text(self) -> str:
        try:
            return self.file.read_text(encoding="utf-8-sig")
        except OSError as error:
            raise UsageError(f"{self.file} cannot be read: {error.strerror}.") from None
        except UnicodeDecodeError:
            raise UsageError(f"{self.file} is no CSV file in UTF-8. Save it as 'CSV UTF-8'.") from None

    @staticmethod
    def _column(name: str) -> str:
        called = ALSO_CALLED.get(fold(name), name)
        return next((known for known in (*REQUIRED, *OPTIONAL) if fold(known) == fold(called)), name)

    def _truth(self, line: int, cells: Mapping[str, str]) -> Truth | None:
        before = len(self.issues)
        mission = self._mission(line, cells["mission"])
        decided = self._decided(line, cells.get("decided", ""))
        first = self._cell(line, cells, "first_month", parse_month)
        last = self._cell(line, cells, "last_month", parse_month)
        persons = self._cell(line, cells, "persons", parse_whole)
        counts = self._cell(line, cells, "counts", parse_yes_no)
        if persons is not None and persons < 0:
            self.say(line, str(persons), "a size is not below 0", f"{persons} persons", "Give the persons decided.")
        if first is not None and last is not None and last < first:
            self.say(
                line,
                str(last),
                "a period ends after it starts",
                f"it ends in {last}, before it starts in {first}",
                "Correct first_month or last_month.",
            )
        if len(self.issues) > before or decided is None:
            return None
        return Truth(mission, decided, persons, first, last, counts is not False)

    def _mission(self, line: int, mission: str) -> str:
        if mission not in self.missions:
            self.say(
                line,
                mission,
                "a decision is about a mission of the workbook",
                f"{mission!r} is not in Missions.{did_you_mean(mission, self.missions)}",
                "Correct it, add the mission to the workbook, or leave the line out.",
            )
        elif mission in self.seen:
            self.say(
                line,
                mission,
                "a mission has one line",
                f"{mission} is also in line {self.seen[mission]}",
                "Keep the newest decision.",
            )
        self.seen.setdefault(mission, line)
        return mission

    def _decided(self, line: int, word: str) -> Decision | None:
        if word.casefold() in set(Decision):
            return Decision(word.casefold())
        self.say(
            line,
            word,
            "a decision is participate, reduced or not",
            f"{word!r} is none of them.{did_you_mean(word, [decision.value for decision in Decision])}",
            "Write participate, reduced or not.",
        )
        return None

    def _cell(self, line: int, cells: Mapping[str, str], column: str, parse: Callable[[str], T]) -> T | None:
        value = cells.get(column, "")
        if not value:
            return None
        try:
            return parse(value)
        except PydanticCustomError as refusal:
            said = refusal.context or {}
            self.say(line, value, f"{column} can be read", f"{column}: {said['message']}", str(said["fix"]))
            return None


def read_truth(file: Path, missions: Collection[str]) -> tuple[Truth, ...]:
    """The decisions in a truth table, in its order.

    Args:
        file: the CSV file, with commas or semicolons.
        missions: the missions of the workbook.

    Raises:
        InputError: at least one line cannot be used; with everything that is wrong, by line.
        UsageError: the file cannot be read at all.
    """
    reader = _Reader(file, missions)
    decisions = tuple(reader.read())
    if reader.issues:
        raise InputError(reader.issues)
    return decisions
