"""Workbooks with few stays and large assignments: one contribution may take many units of either of two types."""

from __future__ import annotations

import random
from typing import Any

from inzet.schema.book import Book
from inzet.schema.rows import SHEETS, Settings

FIRST, LAST = "2025-12", "2026-01"


def ferry_book(
    *, units: int = 1, reserve: int = 0, quantity: int = 8, budgets: tuple[float, float] = (1.5e6, 1.5e6), **more: Any
) -> Book:
    """One mission over two months that asks for many of what a BOAT or a SHIP provides.

    A boat costs EUR 100,000 a month and a ship EUR 150,000; there is no ship, and the mission is worth 2 points.

    Args:
        units: boats that there are.
        reserve: boats that are kept free.
        quantity: how much the mission asks for.
        budgets: euro of the fund in 2025 and in 2026.
        more: other columns of the mission, or settings of the same name as a setting.
    """
    settings = {key: more.pop(key) for key in list(more) if key in Settings.model_fields}
    rows = _rows([{"mission": "FERRY", "name": "Ferry", "region": "Sea", **more}], [quantity])
    rows["Supply"] = [
        {"unit": "BOAT", "first_month": FIRST, "units": units, "reserve": reserve},
        {"unit": "SHIP", "first_month": FIRST, "units": 0},
    ]
    rows["Funds"] = [
        {"fund": "BIV", "year": year, "budget": budget} for year, budget in zip((2025, 2026), budgets, strict=True)
    ]
    return _book("A ferry", settings, rows)


def few_and_large(seed: int) -> Book:
    """One or two missions of one stay each at random, with many units to choose from."""
    rng = random.Random(f"few and large {seed}")
    quantities = rng.choice([[rng.randint(6, 9)], [rng.randint(2, 3), rng.randint(2, 3)]])
    missions = [
        {"mission": f"M{n}", "name": f"Mission {n}", "region": "Sea", "effectiveness": rng.choice([0.5, 1])}
        for n in range(len(quantities))
    ]
    rows = _rows(missions, quantities)
    for option in rows["Options"]:
        option["modular"] = rng.random() < 0.4
    for capability in rows["Capabilities"]:
        capability["provides"] = rng.choice([1, 1, 1, 2, 3])
    rows["Supply"] = [
        {
            "unit": unit,
            "first_month": FIRST,
            "units": (n := rng.choice([0, 2, 9])),
            "reserve": rng.choice([0, min(1, n)]),
        }
        for unit in ("BOAT", "SHIP")
    ]
    rows["Funds"] = [
        {"fund": "BIV", "year": year, "budget": rng.choice([1e5, 1e5, 2e6]), "reserve": rng.choice([0, 5e4])}
        for year in (2025, 2026)
    ]
    if rng.random() < 0.5:
        rows["Readiness"] = [{"unit": "BOAT", "tier": "T1", "first_month": FIRST, "units": rng.randint(0, 2)}]
    return _book(f"Few stays {seed}", {"supply_shortage": rng.choice(["forbidden", "forbidden", "priced"])}, rows)


def _rows(missions: list[dict[str, Any]], quantities: list[int]) -> dict[str, list[dict[str, Any]]]:
    names = [mission["mission"] for mission in missions]
    return {
        "Interests": [{"interest": "A", "name": "A", "weight": 1}],
        "Units": [
            {"unit": unit, "name": unit.title(), "category": "military", "persons": 4, "tour_months": 12}
            for unit in ("BOAT", "SHIP")
        ],
        "Capabilities": [{"capability": "TRANSPORT", "unit": "BOAT"}, {"capability": "TRANSPORT", "unit": "SHIP"}],
        "Tiers": [{"tier": "T1", "notice_days": 10}],
        "Missions": missions,
        "Options": [
            {"mission": name, "option": "FULL", "name": "In full", "min_months": 2, "step_months": 2, "military": 8}
            for name in names
        ],
        "Requirements": [
            {"mission": name, "option": "FULL", "capability": "TRANSPORT", "quantity": quantity}
            for name, quantity in zip(names, quantities, strict=True)
        ],
        "Scores": [{"mission": name, "interest": "A", "score": 1} for name in names],
        "Payers": [{"category": "military", "fund": "BIV"}],
        "Costs": [
            {"cost": "BOAT_MONTH", "unit": "BOAT", "item": "month", "amount": 1e5},
            {"cost": "SHIP_MONTH", "unit": "SHIP", "item": "month", "amount": 1.5e5},
        ],
    }


def _book(title: str, settings: dict[str, Any], rows: dict[str, list[dict[str, Any]]]) -> Book:
    return Book(
        Settings.model_validate(
            {"title": title, "first_month": FIRST, "last_month": LAST, "decision_every": 2} | settings
        ),
        {sheet: tuple(SHEETS[sheet].model_validate(row) for row in rows.get(sheet, ())) for sheet in SHEETS},
        name="few-stays.xlsx",
    )
