"""What if something were otherwise: one change to a workbook, as planners say it and as rows of the Scenarios sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from inzet.calendar import Month
from inzet.scenario.changes import Changes

Amounts = tuple[tuple[Month, Month, int], ...]
"""First month, last month and units."""


class WhatIfKind(StrEnum):
    """What is changed."""

    MORE_UNITS = "more units"
    FEWER_UNITS = "fewer units"
    LOWER_READINESS = "lower readiness"
    HIGHER_READINESS = "higher readiness"
    MORE_MONEY = "more money"
    MOVE = "move"
    WEIGHT = "weight"
    SCORE = "score"
    EASE_RULE = "ease rule"
    DROP_RULE = "drop rule"
    DROP_MANDATE = "drop mandate"
    SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A change to a workbook that has been found to make a difference.

    Attributes:
        kind: what is changed.
        what: the unit type, fund, rule, mission or interest; empty for several changes.
        tier: the readiness tier; empty for other kinds.
        amounts: units by spell of months.
        number: euro, months, or the new amount, weight or score; 0 where it does not apply.
        was: what stands in the workbook now: amount, weight or score.
        year: the year of the money; 0 for other kinds.
        changes: the same as rows of the Scenarios sheet.
        parts: the changes that several consists of.
        verified: whether the changed workbook was solved and does what is said.
        tie: whether it then is only as good as the plan was, not better.
        displaced: missions that are in as the workbook stands, and then are not.
        admitted: missions that are not in as the workbook stands, and then are.
    """

    kind: WhatIfKind
    what: str
    tier: str = ""
    amounts: Amounts = ()
    number: float = 0.0
    was: float = 0.0
    year: int = 0
    changes: Changes = ()
    parts: tuple[WhatIf, ...] = ()
    verified: bool = False
    tie: bool = False
    displaced: tuple[str, ...] = ()
    admitted: tuple[str, ...] = ()


def spells_with(units: Mapping[Month, int]) -> Amounts:
    """Units by month as unbroken spells of months with the same number."""
    runs = groupby(enumerate(sorted(units)), key=lambda place: (units[place[1]], place[1].index - place[0]))
    spells = []
    for (number, _), members in runs:
        inside = [month for _, month in members]
        spells.append((inside[0], inside[-1], number))
    return tuple(spells)
