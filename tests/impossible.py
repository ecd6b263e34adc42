"""Workbooks that are impossible on purpose, each in one way."""

from __future__ import annotations

from typing import Any

from inzet.schema.book import Book
from inzet.schema.rows import SHEETS, Settings


def book_of(first: str, last: str, **sheets: list[dict[str, Any]]) -> Book:
    """A book with one interest, infantry companies that need no rest, and the given rows."""
    settings = Settings.model_validate({"title": "Impossible", "first_month": first, "last_month": last})
    rows: dict[str, list[dict[str, Any]]] = {
        "Interests": [{"interest": "SECURITY", "name": "Security", "weight": 1}],
        "Units": [_unit("COY", "Infantry company"), _unit("SHIP", "Frigate")],
        "Supply": [
            {"unit": "COY", "first_month": first, "units": 9},
            {"unit": "SHIP", "first_month": first, "units": 9},
        ],
        "Capabilities": [{"capability": "INFANTRY", "unit": "COY"}, {"capability": "SHIP", "unit": "SHIP"}],
        "Tiers": [{"tier": "TIER_2", "notice_days": 30}],
        **sheets,
    }
    return Book(
        settings,
        {name: tuple(SHEETS[name].model_validate(row) for row in rows.get(name, ())) for name in SHEETS},
        name="impossible.xlsx",
    )


def mission(name: str, capability: str, months: int, **more: Any) -> dict[str, list[dict[str, Any]]]:
    """The rows of a mission with one option, which takes one unit for so many months."""
    capabilities = {"mission": name, "option": "FULL", "capability": capability, "quantity": 1}
    return {
        "Missions": [{"mission": name, "name": name.title(), "region": "Sea", "mandated": True, **more}],
        "Options": [{"mission": name, "option": "FULL", "min_months": months, "step_months": months, "military": 100}],
        "Requirements": [capabilities],
        "Scores": [{"mission": name, "interest": "SECURITY", "score": 1}],
    }


def joined(*parts: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """The rows of several missions together."""
    return {sheet: [row for part in parts for row in part[sheet]] for sheet in parts[0]}


def three_months_short() -> Book:
    """Two companies are needed all year; from May to July there is one."""
    return book_of(
        "2026-01",
        "2026-12",
        **joined(mission("ALTHEA", "INFANTRY", 12), mission("KFOR", "INFANTRY", 12), mission("GULF", "SHIP", 12)),
        Supply=[
            {"unit": "COY", "first_month": "2026-01", "last_month": "2026-04", "units": 2},
            {"unit": "COY", "first_month": "2026-05", "last_month": "2026-07", "units": 1},
            {"unit": "COY", "first_month": "2026-08", "units": 3},
            {"unit": "SHIP", "first_month": "2026-01", "units": 1},
        ],
    )


def one_ship_for_two() -> Book:
    """Two mandated missions of six months in the same half year want the one ship."""
    window = {"first_month": "2026-01", "last_month": "2026-06"}
    return book_of(
        "2026-01",
        "2026-12",
        **joined(mission("GULF", "SHIP", 6, **window), mission("PACIFIC", "SHIP", 6, **window)),
        Supply=[
            {"unit": "SHIP", "first_month": "2026-01", "units": 1},
            {"unit": "COY", "first_month": "2026-01", "units": 1},
        ],
    )


def ready_or_abroad() -> Book:
    """One company is abroad all year and two must stand ready from March to August; there are two."""
    book = book_of(
        "2026-01",
        "2026-12",
        **mission("ALTHEA", "INFANTRY", 12),
        Supply=[
            {"unit": "COY", "first_month": "2026-01", "units": 2},
            {"unit": "SHIP", "first_month": "2026-01", "units": 1},
        ],
        Readiness=[{"unit": "COY", "tier": "TIER_2", "first_month": "2026-03", "last_month": "2026-08", "units": 2}],
    )
    return book.with_settings(book.settings.model_copy(update={"readiness_shortfall": "forbidden"}))


def budget_short() -> Book:
    """A company costs EUR 1 million a month for two years; in 2027 there is EUR 11.75 million."""
    return book_of(
        "2026-01",
        "2027-12",
        **mission("ALTHEA", "INFANTRY", 24),
        Funds=[{"fund": "BIV", "year": 2026, "budget": 20e6}, {"fund": "BIV", "year": 2027, "budget": 11.75e6}],
        Payers=[{"category": "military", "fund": "BIV"}],
        Costs=[{"cost": "COY_MONTH", "unit": "COY", "item": "month", "amount": 1e6}],
    )


def only_whole_missions() -> Book:
    """Missions cost EUR 2 and 4 million; at least 5 must be spent and 5.5 is there. Half a mission would fit."""
    two, four = mission("SMALL", "INFANTRY", 2, mandated=False), mission("LARGE", "SHIP", 2, mandated=False)
    return book_of(
        "2026-01",
        "2026-02",
        **joined(two, four),
        Funds=[{"fund": "BIV", "year": 2026, "budget": 5.5e6}],
        Payers=[{"category": "military", "fund": "BIV"}],
        Costs=[
            {"cost": "COY_MONTH", "unit": "COY", "item": "month", "amount": 1e6},
            {"cost": "SHIP_MONTH", "unit": "SHIP", "item": "month", "amount": 2e6},
        ],
        Groups=[{"group": "ALL"}],
        Rules=[
            {
                "rule": "SPEND",
                "sentence": "At least EUR 5 million is spent.",
                "group": "ALL",
                "limit": "at least",
                "amount": 5e6,
                "measure": "money",
                "force": "hard",
            }
        ],
    )


def nothing_alone_is_enough() -> Book:
    """Two ships too few and too little money at once."""
    return book_of(
        "2026-01",
        "2026-12",
        **joined(mission("GULF", "SHIP", 12), mission("ALTHEA", "INFANTRY", 12)),
        Supply=[
            {"unit": "COY", "first_month": "2026-01", "units": 1},
            {"unit": "SHIP", "first_month": "2026-01", "units": 0},
        ],
        Funds=[{"fund": "BIV", "year": 2026, "budget": 1e6}],
        Payers=[{"category": "military", "fund": "BIV"}],
        Costs=[{"cost": "COY_MONTH", "unit": "COY", "item": "month", "amount": 1e6}],
    )


def _unit(name: str, title: str) -> dict[str, Any]:
    return {"unit": name, "name": title, "category": "military", "persons": 100, "tour_months": 6}
