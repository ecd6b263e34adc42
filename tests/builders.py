"""A small plan that every test can start from."""

from __future__ import annotations

from typing import Any

from inzet.schema.book import Book
from inzet.schema.rows import SHEETS, Row, Settings

_ROWS: dict[str, list[dict[str, Any]]] = {
    "Interests": [
        {"interest": "SECURITY", "name": "Security of the Netherlands", "weight": 3},
        {"interest": "ALLY", "name": "Reliable ally", "weight": 2.5},
    ],
    "Goals": [
        {"goal": "readiness", "rank": 1},
        {"goal": "value", "rank": 2},
        {"goal": "changes", "rank": 3},
        {"goal": "cost", "rank": 4},
    ],
    "Units": [
        {
            "unit": "INF_COY",
            "name": "Infantry company",
            "category": "military",
            "persons": 120,
            "tour_months": 6,
            "preparation_months": 6,
            "recovery_months": 6,
            "notice_preparing": 30,
            "notice_recovering": 180,
        },
        {"unit": "EXPERT", "name": "Civil expert", "category": "civil", "persons": 1, "tour_months": 12},
    ],
    "Supply": [
        {"unit": "INF_COY", "first_month": "2025-01", "last_month": "2025-12", "units": 5, "reserve": 1},
        {"unit": "INF_COY", "first_month": "2026-01", "units": 6, "reserve": 1},
        {"unit": "EXPERT", "first_month": "2025-01", "units": 10},
    ],
    "Capabilities": [
        {"capability": "INFANTRY", "unit": "INF_COY", "provides": 1},
        {"capability": "EXPERTISE", "unit": "EXPERT", "provides": 1},
    ],
    "Tiers": [{"tier": "TIER_1", "notice_days": 10}, {"tier": "TIER_2", "notice_days": 30}],
    "Readiness": [
        {"unit": "INF_COY", "tier": "TIER_1", "first_month": "2025-01", "units": 1},
        {"unit": "INF_COY", "tier": "TIER_2", "first_month": "2025-01", "units": 2},
    ],
    "Missions": [
        {
            "mission": "ALTHEA",
            "name": "EUFOR Althea",
            "region": "Western Balkans",
            "organisation": "EU",
            "country": "Bosnia and Herzegovina",
            "first_month": "2025-01",
            "last_month": "2026-12",
            "art100": True,
            "effectiveness": 0.9,
            "running_option": "COMPANY",
            "running_since": "2024-10",
        },
        {
            "mission": "EUPM",
            "name": "EU Partnership Mission Moldova",
            "region": "Eastern Europe",
            "organisation": "EU",
            "first_month": "2025-04",
            "effectiveness": 0.75,
        },
    ],
    "Options": [
        {
            "mission": "ALTHEA",
            "option": "COMPANY",
            "name": "Infantry company",
            "min_months": 6,
            "max_months": 24,
            "step_months": 6,
            "share": 1,
            "military": 120,
        },
        {"mission": "EUPM", "option": "FIVE", "name": "Five experts", "share": 0.6, "civil": 5},
        {"mission": "EUPM", "option": "TEN", "name": "Ten experts", "share": 1, "civil": 10},
    ],
    "Requirements": [
        {"mission": "ALTHEA", "option": "COMPANY", "capability": "INFANTRY", "quantity": 1},
        {"mission": "EUPM", "option": "FIVE", "capability": "EXPERTISE", "quantity": 5},
        {"mission": "EUPM", "option": "TEN", "capability": "EXPERTISE", "quantity": 10},
    ],
    "Scores": [
        {"mission": "ALTHEA", "interest": "SECURITY", "score": 0.5},
        {"mission": "ALTHEA", "interest": "ALLY", "score": 1},
        {"mission": "EUPM", "interest": "SECURITY", "score": 0.5},
    ],
    "Funds": [
        {"fund": "BIV", "year": 2025, "budget": 40_000_000, "reserve": 1_000_000},
        {"fund": "BIV", "year": 2026, "budget": 40_000_000, "reserve": 1_000_000},
    ],
    "Payers": [{"category": "military", "fund": "BIV"}, {"category": "civil", "fund": "BIV", "share": 1}],
    "Costs": [
        {"cost": "COY_MONTH", "unit": "INF_COY", "item": "month", "amount": 900_000},
        {"cost": "COY_TOUR", "unit": "INF_COY", "item": "tour", "amount": 250_000.5},
        {"cost": "EXPERT_MONTH", "unit": "EXPERT", "item": "month", "amount": 15_000},
    ],
    "Groups": [
        {"group": "BALKANS", "region": "Western Balkans"},
        {"group": "ALL"},
    ],
    "Rules": [
        {
            "rule": "BALKAN_PRESENCE",
            "sentence": "There is a mission in the Western Balkans every year.",
            "group": "BALKANS",
            "limit": "at least",
            "amount": 1,
            "measure": "missions",
            "every": 12,
            "force": "priced",
            "price": 2,
        }
    ],
    "Pairs": [
        {
            "pair": "APART",
            "sentence": "Althea and Moldova are not served together.",
            "active": False,
            "mission": "ALTHEA",
            "tie": "excludes",
            "other": "EUPM",
            "other_option": "TEN",
        }
    ],
    "Reported": [
        {
            "mission": "ALTHEA",
            "first_month": "2024-01",
            "last_month": "2024-12",
            "framework": 164,
            "deployed": 216,
        }
    ],
    "Basis": [
        *(
            {
                "about": sheet,
                "row": "*",
                "column": "*",
                "basis": "assumed",
                "low": 0,
                "high": 1e9,
                "why": "Made up for the tests.",
            }
            for sheet in ("Settings", *SHEETS)
            if sheet == "Settings" or SHEETS[sheet].needs_basis
        ),
        {
            "about": "Tiers",
            "row": "TIER_1",
            "column": "notice_days",
            "basis": "documented",
            "source": "NATO",
            "quote": "within 10 days",
        },
        {
            "about": "Costs",
            "row": "COY_MONTH",
            "column": "*",
            "basis": "derived",
            "why": "120 persons at 7,500 a month.",
        },
    ],
    "Scenarios": [
        {
            "scenario": "FEWER_COMPANIES",
            "about": "Supply",
            "row": "INF_COY / 2026-01",
            "column": "units",
            "how": "subtract",
            "value": "1",
            "why": "A battalion is disbanded.",
        },
        {
            "scenario": "LATER",
            "about": "Missions",
            "row": "EUPM",
            "column": "first_month",
            "how": "set",
            "value": "2025-07",
        },
    ],
    "Priorities": [
        {"priority": "ALLY_FIRST", "interest": "ALLY", "weight": 20, "why": "Made up for the tests."},
        {"priority": "CHEAPEST", "goal": "cost", "rank": 1},
        {"priority": "CHEAPEST", "goal": "value", "rank": 2, "weight": 1},
    ],
}


def small_rows(sheet: str) -> tuple[Row, ...]:
    """The rows of one sheet of the small plan."""
    return tuple(SHEETS[sheet].model_validate(row) for row in _ROWS[sheet])


def small_book() -> Book:
    """Two interests, two unit types, two missions and two years; every sheet has rows."""
    settings = Settings.model_validate(
        {"title": "A small plan", "first_month": "2025-01", "last_month": "2026-12", "gap": 0.001}
    )
    return Book(settings, {sheet: small_rows(sheet) for sheet in SHEETS}, name="small.xlsx")


_RULES_ROWS: dict[str, list[dict[str, Any]]] = {
    "Interests": [{"interest": "SECURITY", "name": "Security", "weight": 2}],
    "Units": [
        {
            "unit": "FRIGATE",
            "name": "Frigate",
            "category": "military",
            "persons": 170,
            "tour_months": 2,
            "preparation_months": 1,
            "recovery_months": 1,
            "notice_preparing": 20,
            "notice_recovering": 40,
        },
        {"unit": "PATROL", "name": "Patrol ship", "category": "military", "persons": 50, "tour_months": 4},
        {"unit": "EXPERT", "name": "Civil expert", "category": "civil", "persons": 1, "tour_months": 2},
    ],
    "Supply": [
        {"unit": "FRIGATE", "first_month": "2025-11", "units": 3, "reserve": 1},
        {"unit": "PATROL", "first_month": "2025-11", "units": 1},
        {"unit": "EXPERT", "first_month": "2025-11", "units": 3},
    ],
    "Capabilities": [
        {"capability": "SHIP", "unit": "FRIGATE", "provides": 2},
        {"capability": "SHIP", "unit": "PATROL", "provides": 1},
        {"capability": "EXPERTISE", "unit": "EXPERT"},
    ],
    "Tiers": [{"tier": "TIER_1", "notice_days": 10}, {"tier": "TIER_2", "notice_days": 30}],
    "Readiness": [
        {"unit": "FRIGATE", "tier": "TIER_1", "first_month": "2025-12", "last_month": "2025-12", "units": 1},
        {"unit": "FRIGATE", "tier": "TIER_2", "first_month": "2025-12", "last_month": "2025-12", "units": 2},
    ],
    "Missions": [
        {"mission": "GULF", "name": "Gulf", "region": "Sea", "recall_notice_days": 25, "max_stays": 1},
        {
            "mission": "KOSOVO",
            "name": "Kosovo",
            "region": "Balkans",
            "mandated": True,
            "max_stays": 2,
            "running_option": "TWO",
            "running_since": "2025-10",
        },
    ],
    "Options": [
        {"mission": "GULF", "option": "SHIPS", "min_months": 2, "step_months": 2, "military": 170},
        {"mission": "KOSOVO", "option": "ONE", "share": 0.5, "civil": 1, "first_month": "2026-01"},
        {"mission": "KOSOVO", "option": "TWO", "civil": 2},
    ],
    "Requirements": [
        {"mission": "GULF", "option": "SHIPS", "capability": "SHIP", "quantity": 2},
        {"mission": "KOSOVO", "option": "ONE", "capability": "EXPERTISE", "quantity": 1},
        {"mission": "KOSOVO", "option": "TWO", "capability": "EXPERTISE", "quantity": 2},
    ],
    "Scores": [
        {"mission": "GULF", "interest": "SECURITY", "score": 1},
        {"mission": "KOSOVO", "interest": "SECURITY", "score": 0.5},
    ],
    "Funds": [
        {"fund": "BIV", "year": 2025, "budget": 9_000_000, "reserve": 1_000_000},
        {"fund": "BIV", "year": 2026, "budget": 8_000_000},
        {"fund": "DEFENCE", "year": 2025, "budget": 5_000_000},
    ],
    "Payers": [
        {"category": "civil", "fund": "BIV"},
        {"category": "military", "fund": "BIV", "share": 0.75},
        {"category": "military", "fund": "DEFENCE", "share": 0.25},
    ],
    "Costs": [
        {"cost": "SHIP_MONTH", "unit": "FRIGATE", "item": "month", "amount": 2_000_000},
        {"cost": "SHIP_TOUR", "unit": "FRIGATE", "item": "tour", "amount": 400_000},
        {"cost": "GULF_START", "mission": "GULF", "item": "start", "category": "military", "amount": 800_000},
        {"cost": "GULF_END", "mission": "GULF", "item": "end", "category": "civil", "amount": 100_000},
        {"cost": "EXPERT_MONTH", "unit": "EXPERT", "item": "month", "amount": 10_000},
    ],
}


def rules_book() -> Book:
    """Four months in which every rule of the model has something to say, small enough to read its LP."""
    settings = Settings.model_validate(
        {"title": "Every rule", "first_month": "2025-11", "last_month": "2026-02", "decision_every": 1}
    )
    rows = {sheet: tuple(SHEETS[sheet].model_validate(row) for row in rows) for sheet, rows in _RULES_ROWS.items()}
    return Book(settings, rows, name="rules.xlsx")


_MORE_ROWS: dict[str, list[dict[str, Any]]] = {
    "Missions": [{"mission": "DESK", "name": "Desk", "region": "Sea", "early_end_price": 1}],
    "Options": [{"mission": "DESK", "option": "TEAM", "civil": 2, "modular": True, "first_month": "2025-12"}],
    "Requirements": [{"mission": "DESK", "option": "TEAM", "capability": "EXPERTISE", "quantity": 2}],
    "Scores": [{"mission": "DESK", "interest": "SECURITY", "score": 0.25}],
    "Groups": [
        {"group": "ALL"},
        {"group": "AT_SEA", "region": "Sea", "size": "large"},
        {"group": "CIVIL", "mission": "KOSOVO"},
        {"group": "CIVIL", "mission": "DESK"},
    ],
    "Rules": [
        {
            "rule": "PRESENCE",
            "sentence": "Two missions in every two months.",
            "group": "ALL",
            "limit": "at least",
            "amount": 2,
            "measure": "missions",
            "every": 2,
            "force": "priced",
            "price": 0.5,
        },
        {
            "rule": "SEA_CAP",
            "sentence": "Large contributions at sea last at most three months in all.",
            "group": "AT_SEA",
            "limit": "at most",
            "amount": 3,
            "measure": "months",
            "force": "hard",
        },
        {
            "rule": "CIVIL_SHARE",
            "sentence": "One in a hundred persons is a civil expert.",
            "group": "CIVIL",
            "share_of": "ALL",
            "limit": "exactly",
            "amount": 0.01,
            "measure": "persons",
            "force": "priced",
            "price": 0.1,
        },
        {
            "rule": "CIVIL_MONEY",
            "sentence": "Civil experts cost at most EUR 100,000 before the turn of the year.",
            "group": "CIVIL",
            "limit": "at most",
            "amount": 100_000,
            "measure": "money",
            "last_month": "2025-12",
            "force": "hard",
        },
    ],
    "Pairs": [
        {
            "pair": "NEEDS",
            "sentence": "x",
            "mission": "DESK",
            "tie": "requires",
            "other": "KOSOVO",
            "force": "priced",
            "price": 1,
        },
        {"pair": "APART", "sentence": "x", "mission": "DESK", "tie": "excludes", "other": "GULF"},
        {
            "pair": "AFTER",
            "sentence": "x",
            "mission": "DESK",
            "tie": "follows",
            "other": "GULF",
            "within_months": 1,
            "force": "priced",
            "price": 1,
        },
        {
            "pair": "WITH",
            "sentence": "x",
            "mission": "GULF",
            "tie": "synergy",
            "other": "KOSOVO",
            "other_option": "TWO",
            "bonus": 0.5,
        },
    ],
}


def ruled_book() -> Book:
    """The same four months, with rules over groups and pairs, and a modular option."""
    book = rules_book()
    for sheet, rows in _MORE_ROWS.items():
        more = [SHEETS[sheet].model_validate(row) for row in rows]
        book = book.with_rows(sheet, [*book.rows.get(sheet, ()), *more])
    return book


def changed(book: Book, sheet: str, key: str, **values: Any) -> Book:
    """The book with some values of one row replaced."""
    rows = book.rows[sheet]
    assert any(row.row_key() == key for row in rows), f"{sheet} has no row {key}"
    return book.with_rows(
        sheet,
        [type(row).model_validate({**dict(row), **values}) if row.row_key() == key else row for row in rows],
    )


def without(book: Book, sheet: str) -> Book:
    """The book with a sheet emptied."""
    return book.with_rows(sheet, ())


def with_basis(book: Book) -> Book:
    """The book with a word on what its numbers rest on, so that it can be read back from Excel without a warning."""
    sheets = ["Settings", *(sheet for sheet, row in SHEETS.items() if row.needs_basis and book.rows.get(sheet))]
    rows = [
        {"about": sheet, "row": "*", "column": "*", "basis": "assumed", "low": 0, "high": 1e9, "why": "For the tests."}
        for sheet in sheets
    ]
    return book.with_rows("Basis", [SHEETS["Basis"].model_validate(row) for row in rows])
