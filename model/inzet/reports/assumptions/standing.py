"""What hangs on assumptions, for the front sheet of a plan, out of an ``assumptions.json``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from inzet.analyses.assumptions.examine import Ground
from inzet.errors import UsageError
from inzet.reports.folder import ASSUMPTIONS
from inzet.reports.words import count, listed
from inzet.scenario.scenario import Scenario

SCHEMA = "inzet.assumptions/1"

NOT_EXAMINED = (
    "Which of these decisions hang on assumed numbers has not been examined here; `inzet assumptions` does that."
)
"""Said with every plan of which nobody asked."""

Standing = Mapping[str, Any]
"""The contents of an ``assumptions.json``."""


def read_standing(path: Path, scenario: Scenario) -> Standing:
    """What was examined earlier, when it is of the same question.

    Args:
        path: the folder that ``inzet assumptions`` wrote, or the file in it.
        scenario: what is planned now.

    Raises:
        UsageError: it cannot be read, or is of another question.
    """
    file = path / ASSUMPTIONS if path.is_dir() else path
    try:
        record: Standing = json.loads(file.read_text(encoding="utf-8"))
        is_known = record["schema"] == SCHEMA
        hashed = record["content_hash"]
        list(standing_lines(record))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path} is no result of inzet assumptions: {ASSUMPTIONS} cannot be read ({error}).") from None
    if not is_known:
        raise UsageError(f"{path} was written by another version of inzet: {record['schema']}, not {SCHEMA}.")
    if hashed != scenario.content_hash:
        raise UsageError(
            f"{path} is about another question: its content hash is not that of the workbook and scenario."
        )
    return record


def standing_lines(record: Standing) -> Iterator[tuple[str, str]]:
    """What hangs on assumptions: what it is about, and what is said of it."""
    decisions = record["decisions"]
    for ground in (Ground.DOCUMENTS, Ground.WHATEVER):
        yield ground.value, _all(row["mission"] for row in decisions if row["ground"] == ground.value)
    for row in decisions:
        if row["ground"] == Ground.HANGS.value:
            stood = f"so in {row['stood']} of {record['planned']} draws; " if record["planned"] else ""
            yield f"hangs on: {row['mission']}", f"{row['choice'] or 'out'}; {stood}{row['words']}"
    unknown = [row["mission"] for row in decisions if row["ground"] == Ground.UNKNOWN.value]
    if unknown:
        yield Ground.UNKNOWN.value, _all(unknown)
    numbers, draws = record["looked_at"], record["drawn"]
    cut = "" if record["whole"] else " It was stopped before all was looked at."
    yield "", f"Examined with {numbers} assumed numbers one at a time and {draws} draws of all of them.{cut}"
    if doubts := tuple(_doubts(record)):
        yield "", " ".join(doubts)


def _doubts(record: Standing) -> Iterator[str]:
    """What was looked at and is not known for certain, in sentences."""
    if inexact := sum(not number["exact"] for number in record["numbers"]):
        yield f"Of {count(inexact, 'number')} not all of the range is certain: a turn and a turn back could be missed."
    if unproven := sum(not draw["proven"] and not draw["reason"] for draw in record["draws"]):
        yield f"In {count(unproven, 'draw')} the plan is the best found, not proven the best."
    if failed := len(record["failed"]):
        yield f"{count(failed, 'question')} could not be answered."


def _all(missions: Iterator[str] | Sequence[str]) -> str:
    names = list(missions)
    return f"{count(len(names), 'decision')}: {listed(names)}" if names else "no decision"
