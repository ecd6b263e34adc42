"""An empty workbook to begin a plan with."""

from __future__ import annotations

from pathlib import Path

from inzet.schema.book import Book
from inzet.schema.reference import bounds_of
from inzet.schema.rows import (
    ANY,
    Basis,
    BasisKind,
    Goal,
    GoalName,
    Row,
    Settings,
    Tier,
    numeric_columns,
)
from inzet.workbook.layout import VALUE
from inzet.workbook.writer import write_workbook

_TIERS = {"TIER_1": 10, "TIER_2": 30, "TIER_3": 180}
"""Days of notice in the NATO Force Model, as NATO has published them."""

_RANKING = tuple(name for name in GoalName if name is not GoalName.SHORTAGE)


def write_template(path: Path) -> None:
    """Write an empty workbook: default settings, the usual ranking of goals, NATO's readiness tiers.

    Raises:
        OutputError: it cannot be written; what was there before is untouched.
    """
    rows: dict[str, tuple[Row, ...]] = {
        Goal.sheet: tuple(Goal(goal=goal, rank=rank) for rank, goal in enumerate(_RANKING, start=1)),
        Tier.sheet: tuple(Tier(tier=tier, notice_days=days) for tier, days in _TIERS.items()),
        Basis.sheet: (*_settings_basis(), _goals_basis(), _tiers_basis()),
    }
    defaults = {
        name: field.default
        for name, field in Settings.model_fields.items()
        if not field.is_required() and field.default is not None
    }
    # Not validated: the title and the months are what the planner has to fill in.
    write_workbook(Book(Settings.model_construct(**defaults), rows), path)


def _settings_basis() -> tuple[Basis, ...]:
    def basis(name: str) -> Basis:
        low, high = bounds_of(Settings.model_fields[name])
        return Basis(
            about=Settings.sheet,
            row=name,
            column=VALUE,
            basis=BasisKind.ASSUMED,
            low=low,
            high=high,
            why="The default; a choice of the planner, not a fact.",
        )

    return tuple(basis(name) for name in numeric_columns(Settings))


def _goals_basis() -> Basis:
    return Basis(
        about=Goal.sheet,
        row=ANY,
        column="rank",
        basis=BasisKind.ASSUMED,
        low=1,
        high=len(_RANKING),
        why="The usual order of the goals; a choice of the planner, not a fact.",
    )


def _tiers_basis() -> Basis:
    return Basis(
        about=Tier.sheet,
        row=ANY,
        column=ANY,
        basis=BasisKind.DOCUMENTED,
        source="NATO",
        place="NATO Force Model, public figures",
    )
