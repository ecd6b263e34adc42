"""The conditions of a plan as planners name them: mission floors, unit supply, readiness, money, rules, running tours.

Each condition is a set of rows of the model. What a row only says about how the model is put together (one option at
a time, an option's needs are met) is no condition: it is never given up.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from inzet.calendar import Month, months
from inzet.scenario.scenario import Scenario
from inzet.schema.kinds import fold
from inzet.schema.rows import Fund, Mission, Pair, Readiness, Rule, Supply


class Kind(StrEnum):
    """What a condition is about, in the order in which planners would rather give something up."""

    SUPPLY = "supply"
    READINESS = "readiness"
    MONEY = "money"
    RULE = "rule"
    PAIR = "pair"
    MANDATE = "mandate"
    RUNNING = "running"


SHEET = {
    Kind.SUPPLY: Supply.sheet,
    Kind.READINESS: Readiness.sheet,
    Kind.MONEY: Fund.sheet,
    Kind.RULE: Rule.sheet,
    Kind.PAIR: Pair.sheet,
    Kind.MANDATE: Mission.sheet,
    Kind.RUNNING: Mission.sheet,
}
"""The sheet of the workbook that sets a condition."""

_ROWS = {
    "supply_is_enough": Kind.SUPPLY,
    "readiness_is_kept": Kind.READINESS,
    "funds_are_kept": Kind.MONEY,
    "rules_over_groups": Kind.RULE,
    "required_missions_are_abroad": Kind.PAIR,
    "excluded_missions_stay_apart": Kind.PAIR,
    "followers_wait_for_the_end": Kind.PAIR,
    "mandated_missions_are_in": Kind.MANDATE,
    "running_tours_are_finished": Kind.RUNNING,
    "what_has_begun_goes_on": Kind.RUNNING,
}
"""What a row of the model is a condition about, by the name of its rule."""

_ROW = re.compile(r"(\w+)\[(.*)\]")


@dataclass(frozen=True, order=True, slots=True)
class Condition:
    """Something that a plan must keep to.

    Attributes:
        kind: what it is about.
        what: the unit type, fund, rule or mission.
        tier: the readiness tier; empty for other kinds.
    """

    kind: Kind
    what: str
    tier: str = ""

    def is_touchable(self, scenario: Scenario) -> bool:
        """Whether a repair may change it: what already runs cannot be undone, and the workbook names the rest."""
        if self.kind is Kind.RUNNING:
            return False
        held = {fold(word) for word in scenario.settings.not_to_be_touched.split(";") if word.strip()}
        return not held & {fold(word) for word in (SHEET[self.kind], self.what, self.tier)}


@dataclass(frozen=True, slots=True)
class Piece:
    """One row of a condition: the condition in a month, a year or a period.

    Attributes:
        condition: the condition.
        row: the row of the model.
        spell: first and last month that it is about; None for the plan as a whole.
    """

    condition: Condition
    row: str
    spell: tuple[Month, Month] | None


def pieces_of(rows: Iterable[str], scenario: Scenario) -> tuple[Piece, ...]:
    """The conditions that some rows of a model stand for, row by row; rows that are no condition are left out."""
    found = []
    for row in rows:
        match = _ROW.fullmatch(row)
        if match and (kind := _ROWS.get(match[1])) is not None:
            found.append(_piece(kind, row, match[2].split(","), scenario))
    return tuple(found)


def _piece(kind: Kind, row: str, index: list[str], scenario: Scenario) -> Piece:
    match kind:
        case Kind.SUPPLY | Kind.PAIR:
            month = Month.parse(index[1])
            return Piece(Condition(kind, index[0]), row, (month, month))
        case Kind.READINESS:
            month = Month.parse(index[2])
            return Piece(Condition(kind, index[0], index[1]), row, (month, month))
        case Kind.MONEY:
            inside = [month for month in scenario.horizon if month.year == int(index[1])]
            return Piece(Condition(kind, index[0]), row, (inside[0], inside[-1]))
        case Kind.RULE:
            return Piece(Condition(kind, index[0]), row, (Month.parse(index[1]), Month.parse(index[2])))
        case Kind.MANDATE | Kind.RUNNING:
            return Piece(Condition(kind, index[0]), row, None)


def by_condition(pieces: Iterable[Piece]) -> Mapping[Condition, tuple[Piece, ...]]:
    """The rows of each condition."""
    grouped: dict[Condition, list[Piece]] = defaultdict(list)
    for piece in pieces:
        grouped[piece.condition].append(piece)
    return {condition: tuple(rows) for condition, rows in grouped.items()}


def months_of(pieces: Iterable[Piece]) -> tuple[Month, ...]:
    """Every month that some rows are about."""
    return tuple(sorted({month for piece in pieces if piece.spell for month in months(*piece.spell)}))
