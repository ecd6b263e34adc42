"""A year in which every mission is decided on in another way."""

from __future__ import annotations

from functools import cache
from typing import Any

from inzet.outcome import Solution
from inzet.scenario.checks import make_scenario
from inzet.schema.book import Book
from inzet.schema.rows import SHEETS, Settings
from inzet.solve import Model, prepare

_MISSIONS: tuple[tuple[str, str, str, int, float, dict[str, Any]], ...] = (
    ("BIG", "Two companies", "INFANTRY", 2, 1.0, {}),
    ("DEAR", "Expert at a high price", "EXPERTISE", 1, 1.0, {}),
    ("MUST", "Mandated mission", "EXPERTISE", 1, 0.0, {"mandated": True}),
    ("NORTH", "Northern tanker", "TANKER", 1, 1.0, {}),
    ("ONE", "First twin", "FRIGATE", 1, 0.5, {}),
    ("OTHER", "Second twin", "FRIGATE", 1, 0.5, {}),
    ("PAST", "Mission of another year", "EXPERTISE", 1, 0.5, {"first_month": "2026-01", "last_month": "2026-12"}),
    ("SOUTH", "Southern tanker", "TANKER", 1, 0.25, {}),
)
"""Id, name, capability, quantity, score and anything else."""

_ROWS: dict[str, list[dict[str, Any]]] = {
    "Interests": [{"interest": "SECURITY", "name": "Security", "weight": 1}],
    "Units": [
        {"unit": unit, "name": name, "category": category, "persons": 10, "tour_months": 12}
        for unit, name, category in (
            ("COY", "Infantry company", "military"),
            ("EXPERT", "Civil expert", "civil"),
            ("SHIP", "Frigate", "military"),
            ("TANKER", "Tanker aircraft", "military"),
        )
    ],
    "Supply": [
        {"unit": unit, "first_month": "2025-01", "units": units}
        for unit, units in (("COY", 2), ("EXPERT", 9), ("SHIP", 1), ("TANKER", 1))
    ],
    "Capabilities": [
        {"capability": capability, "unit": unit}
        for capability, unit in (
            ("INFANTRY", "COY"),
            ("EXPERTISE", "EXPERT"),
            ("FRIGATE", "SHIP"),
            ("TANKER", "TANKER"),
        )
    ],
    "Tiers": [{"tier": "TIER_2", "notice_days": 30}],
    "Readiness": [{"unit": "COY", "tier": "TIER_2", "first_month": "2025-01", "last_month": "2025-03", "units": 1}],
    "Missions": [
        {"mission": mission, "name": name, "region": "Sea", **more} for mission, name, _, _, _, more in _MISSIONS
    ],
    "Options": [
        {"mission": mission, "option": "FULL", "name": "In full", "min_months": 12, "step_months": 12, "military": 10}
        for mission, *_ in _MISSIONS
    ],
    "Requirements": [
        {"mission": mission, "option": "FULL", "capability": capability, "quantity": quantity}
        for mission, _, capability, quantity, _, _ in _MISSIONS
    ],
    "Scores": [
        {"mission": mission, "interest": "SECURITY", "score": score} for mission, _, _, _, score, _ in _MISSIONS
    ],
    "Funds": [{"fund": "BIV", "year": 2025, "budget": 3_000_000}],
    "Payers": [{"category": "civil", "fund": "BIV"}, {"category": "military", "fund": "BIV"}],
    "Costs": [
        {"cost": "DEAR_MONTH", "unit": "EXPERT", "mission": "DEAR", "item": "month", "amount": 500_000},
        {"cost": "SHIP_MONTH", "unit": "SHIP", "item": "month", "amount": 100_000},
    ],
}


def turning_book() -> Book:
    """Decisions that are fixed, firm, firm for want of money or readiness, at a loss and ties."""
    settings = Settings.model_validate(
        {"title": "Every kind of decision", "first_month": "2025-01", "last_month": "2025-12", "decision_every": 12}
    )
    rows = {sheet: tuple(SHEETS[sheet].model_validate(row) for row in _ROWS.get(sheet, ())) for sheet in SHEETS}
    return Book(settings, rows, name="turning.xlsx")


@cache
def model() -> Model:
    """Its model."""
    return prepare(make_scenario(turning_book())[0])


@cache
def best() -> Solution:
    """Its best plan."""
    return model().ask(gap=0.0)
