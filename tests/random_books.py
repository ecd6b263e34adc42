"""Small random plans, seeded, that use every feature: for holding the model against brute force."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from inzet.calendar import Month, months
from inzet.schema.book import Book
from inzet.schema.rows import SHEETS, Settings

UNITS = ("SHIP", "PATROL", "EXPERT")


def random_book(seed: int) -> Book:
    """Two or three missions over four to six months, with everything that can make a plan go wrong."""
    rng = random.Random(seed)
    span = rng.randint(4, 6)
    last = f"2026-{span - 2:02d}"
    settings = Settings.model_validate(
        {
            "title": f"Random plan {seed}",
            "first_month": "2025-11",
            "last_month": last,
            "decision_every": rng.choice([1, 2, 3]),
            "art100_lead_months": rng.choice([0, 2]),
            "readiness_shortfall": rng.choice(["priced", "priced", "forbidden"]),
            "supply_shortage": "priced" if seed % 5 == 2 else "forbidden",
        }
    )
    missions = [_mission(rng, f"M{index}") for index in range(rng.choice([2, 2, 3]))]
    options = [option for mission in missions for option in _options(rng, mission)]
    names = [mission["mission"] for mission in missions]
    rows: dict[str, list[dict[str, Any]]] = {
        "Interests": [{"interest": name, "name": name, "weight": rng.choice([1, 2, 3.5])} for name in ("A", "B")],
        "Goals": _goals(rng),
        "Units": [_unit(rng, unit) for unit in UNITS],
        "Supply": [
            {
                "unit": unit,
                "first_month": "2025-11",
                "units": (n := rng.randint(1, 5)),
                "reserve": rng.choice([0, 0, min(1, n)]),
            }
            for unit in UNITS
        ],
        "Capabilities": [
            {"capability": "SEA", "unit": "SHIP", "provides": rng.choice([1, 2])},
            {"capability": "SEA", "unit": "PATROL"},
            {"capability": "ADVICE", "unit": "EXPERT"},
        ],
        "Tiers": [{"tier": "T1", "notice_days": 10}, {"tier": "T2", "notice_days": 30}],
        "Readiness": [
            {"unit": "SHIP", "tier": "T1", "first_month": "2025-12", "units": rng.randint(0, 2)},
            {"unit": "EXPERT", "tier": "T2", "first_month": "2025-11", "last_month": "2025-12", "units": 1},
        ],
        "Missions": missions,
        "Options": options,
        "Requirements": [row for option in options for row in _requirements(rng, option)],
        "Scores": [
            {"mission": m["mission"], "interest": i, "score": rng.choice([0, 0.3, 0.6, 1])}
            for m in missions
            for i in "AB"
        ],
        "Funds": [
            {
                "fund": fund,
                "year": year,
                "budget": rng.choice([3e6, 8e6, 2e7]),
                "reserve": rng.choice([0, 5e5]),
            }
            for fund in ("BIV", "DEFENCE")
            for year in (2025, 2026)
        ],
        "Payers": [
            {"category": "civil", "fund": "BIV"},
            {"category": "military", "fund": "BIV", "share": 0.6},
            {"category": "military", "fund": "DEFENCE", "share": 0.4},
            {"mission": "M0", "category": "military", "fund": "DEFENCE"},
        ],
        "Costs": [
            {"cost": "SHIP_MONTH", "unit": "SHIP", "item": "month", "amount": 8e5},
            {"cost": "PATROL_TOUR", "unit": "PATROL", "item": "tour", "amount": 6e5},
            {"cost": "EXPERT_MONTH", "unit": "EXPERT", "item": "month", "amount": 1e5},
            {"cost": "M0_START", "mission": "M0", "item": "start", "category": "military", "amount": 3e5},
            {"cost": "ALL_END", "item": "end", "category": "civil", "amount": 2e5},
        ],
    }
    if rng.random() < 0.7:
        rows |= {"Groups": _GROUPS, "Rules": _rules(rng), "Pairs": _pairs(rng, names)}
    _add_corners(random.Random(f"corners {seed}"), rows, Month.of(2025, 11), Month.parse(last))
    return Book(
        settings,
        {sheet: tuple(SHEETS[sheet].model_validate(row) for row in found) for sheet, found in rows.items()},
        name=f"random-{seed}.xlsx",
    )


_GROUPS: list[dict[str, Any]] = [
    {"group": "ALL"},
    {"group": "SOME", "mission": "M0"},
    {"group": "SOME", "mission": "M1", "length": "short"},
]


def _rules(rng: random.Random) -> list[dict[str, Any]]:
    amounts = {"missions": (0, 1, 2), "stays": (1, 2), "months": (1, 3, 5), "persons": (4, 10, 25), "money": (1e6, 4e6)}
    rules = []
    for index in range(rng.choice([1, 2, 3])):
        measure = rng.choice(sorted(amounts))
        share = rng.random() < 0.3
        rules.append(
            {
                "rule": f"R{index}",
                "sentence": "A rule.",
                "active": rng.random() < 0.9,
                "group": "SOME" if share else rng.choice(["ALL", "SOME"]),
                "share_of": "ALL" if share else None,
                "limit": rng.choice(["at least", "at most", "exactly"]),
                "amount": rng.choice([0.2, 0.5]) if share else rng.choice(amounts[measure]),
                "measure": measure,
                "first_month": rng.choice([None, "2025-12"]),
                "every": rng.choice([None, 1, 2, 3]),
                "force": rng.choice(["priced", "priced", "hard"]),
                "price": rng.choice([0.25, 1.5]),
            }
        )
    return rules


def _pairs(rng: random.Random, missions: list[str]) -> list[dict[str, Any]]:
    pairs = []
    for index in range(rng.choice([0, 1, 2])):
        one, other = rng.sample(missions, 2)
        pairs.append(
            {
                "pair": f"P{index}",
                "sentence": "A pair.",
                "mission": one,
                "option": rng.choice([None, "O0"]),
                "tie": rng.choice(["requires", "excludes", "follows", "synergy"]),
                "other": other,
                "within_months": rng.choice([0, 1]),
                "bonus": rng.choice([0.3, 2]),
                "force": rng.choice(["priced", "priced", "hard"]),
                "price": rng.choice([0.2, 2]),
            }
        )
    return pairs


def _unit(rng: random.Random, unit: str) -> dict[str, Any]:
    return {
        "unit": unit,
        "name": unit,
        "category": "civil" if unit == "EXPERT" else "military",
        "persons": 10,
        "tour_months": rng.choice([1, 2, 3]),
        "preparation_months": rng.choice([0, 1]),
        "recovery_months": rng.choice([0, 1, 2]),
        "notice_preparing": rng.choice([5, 20, 60]),
        "notice_recovering": rng.choice([5, 20, 60]),
        "shortage_price": {"SHIP": 3, "PATROL": 1, "EXPERT": 0.5}[unit],
    }


def _goals(rng: random.Random) -> list[dict[str, Any]]:
    if rng.random() < 0.7:
        return []
    ranks = rng.sample([1, 2, 3, 3], 4)
    return [
        {"goal": goal, "rank": rank, "weight": rng.choice([1, 2])}
        for goal, rank in zip(("readiness", "value", "changes", "cost"), ranks, strict=True)
    ]


def _mission(rng: random.Random, name: str) -> dict[str, Any]:
    mission: dict[str, Any] = {
        "mission": name,
        "name": name,
        "region": "Sea",
        "mandated": rng.random() < 0.2,
        "art100": rng.random() < 0.3,
        "recall_notice_days": rng.choice([5, 25, 90]),
        "effectiveness": rng.choice([0.5, 1]),
        "max_stays": rng.choice([1, 1, 2]),
    }
    if rng.random() < 0.4:
        mission |= {"running_option": "O0", "running_since": rng.choice(["2025-08", "2025-10"])}
        mission |= {"early_end_price": rng.choice([None, None, 0.5])}
    if rng.random() < 0.3:
        mission |= {"mandate_end": "2026-02", "renewal_assumed": rng.random() < 0.5}
    if rng.random() < 0.3:
        mission |= {"framework_end": "2026-01"}
    return mission


def _options(rng: random.Random, mission: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "mission": mission["mission"],
            "option": f"O{index}",
            "min_months": rng.choice([1, 2]),
            "max_months": rng.choice([None, None, 8]),
            "step_months": rng.choice([None, 2]),
            "share": rng.choice([0.5, 1]),
            "first_month": rng.choice([None, None, "2025-12"]) if index else None,
            "military": 10,
            "modular": rng.random() < 0.2,
            "active": not index or rng.random() < 0.8,
        }
        for index in range(rng.choice([1, 2]))
    ]


def _requirements(rng: random.Random, option: dict[str, Any]) -> list[dict[str, Any]]:
    key = {"mission": option["mission"], "option": option["option"]}
    wanted = rng.choice([("SEA",), ("ADVICE",), ("SEA", "ADVICE")])
    return [
        {
            **key,
            "capability": capability,
            "quantity": rng.choice([1, 1, 2]),
            "tour_months": rng.choice([None, None, 2]),
        }
        for capability in wanted
    ]


def _add_corners(rng: random.Random, rows: dict[str, list[dict[str, Any]]], first: Month, last: Month) -> None:
    """What few workbooks have: windows on what runs and on its option, police officers, and zeros.

    Drawn apart from the rest, so that most seeds make what they made without it.
    """
    for row in rows["Missions"]:
        if rng.random() < (0.3 if "running_option" in row else 0.1):
            row |= _window(rng, first, last)
    for row in rows["Options"]:
        if row["option"] == "O0" and rng.random() < 0.12:
            row |= _window(rng, first, last)
        if rng.random() < 0.1:
            row |= {"police": rng.choice([1, 4, 15])}
    zeros = (("Missions", "effectiveness"), ("Options", "share"), ("Interests", "weight"), ("Goals", "weight"))
    amounts = (("Supply", "units"), ("Supply", "reserve"), ("Funds", "budget"), ("Costs", "amount"))
    for sheet, column in (*zeros, *amounts):
        for row in rows[sheet]:
            if rng.random() < 0.02:
                row[column] = 0
    for row in (*rows["Supply"], *rows["Funds"]):
        row["reserve"] = min(row["reserve"], row.get("units", row.get("budget")))


def _window(rng: random.Random, first: Month, last: Month) -> dict[str, Month]:
    """A window that opens later, closes earlier, or both."""
    opens, closes = first + rng.choice([1, 2]), last + -rng.choice([0, 1, 2])
    return rng.choice([{"first_month": opens}, {"last_month": closes}, {"first_month": opens, "last_month": closes}])


@dataclass(frozen=True)
class Size:
    """How large a random plan is; each pair is the least and the most."""

    missions: tuple[int, int]
    months: tuple[int, int]
    options: int
    rules: tuple[int, int]
    pairs: tuple[int, int]
    supply: tuple[int, int]


MIDDLING = Size(missions=(3, 5), months=(7, 11), options=2, rules=(2, 4), pairs=(1, 3), supply=(1, 6))
"""Too many plans to try them all, and still solved at once."""
LARGE = Size(missions=(20, 30), months=(24, 36), options=3, rules=(5, 10), pairs=(4, 10), supply=(6, 20))
"""For benchmarks."""

BEGIN = Month.of(2025, 10)
"""First month of every plan of a given size; it reaches into the next year."""
CLASSES = {"FRIGATE": "military", "TANKER": "military", "COMPANY": "military", "ADVISER": "civil", "OFFICER": "police"}
PROVIDERS = (
    ("ESCORT", "FRIGATE", 2),
    ("ESCORT", "TANKER", 1),
    ("REFUEL", "TANKER", 1),
    ("GUARD", "COMPANY", 3),
    ("GUARD", "FRIGATE", 1),
    ("ADVICE", "ADVISER", 1),
    ("ADVICE", "OFFICER", 1),
    ("TRAINING", "ADVISER", 2),
)
REGIONS = ("Gulf", "Sahel", "Balkans")
ORGANISATIONS = ("NATO", "EU", "UN")


def sized_book(seed: int, size: Size = MIDDLING) -> Book:
    """A random plan of a given size, over more than one year, with every feature that a workbook has."""
    rng = random.Random(f"sized {seed}")
    last = BEGIN + (rng.randint(*size.months) - 1)
    missions = [_sized_mission(rng, f"M{index}", last) for index in range(rng.randint(*size.missions))]
    options = [option for mission in missions for option in _sized_options(rng, mission, size, last)]
    names = [mission["mission"] for mission in missions]
    rows: dict[str, list[dict[str, Any]]] = {
        "Interests": [{"interest": name, "name": name, "weight": rng.choice([0.5, 1, 2, 3.25])} for name in "ABC"],
        "Goals": _sized_goals(rng),
        "Units": [_sized_unit(rng, unit) for unit in CLASSES],
        "Supply": [row for unit in CLASSES for row in _sized_supply(rng, unit, size, last)],
        "Capabilities": [{"capability": c, "unit": unit, "provides": number} for c, unit, number in PROVIDERS],
        "Tiers": [{"tier": f"T{n}", "notice_days": days} for n, days in ((1, 10), (2, 30), (3, 180))],
        "Readiness": _sized_readiness(rng, last),
        "Missions": missions,
        "Options": options,
        "Requirements": [row for option in options for row in _sized_requirements(rng, option)],
        "Scores": [
            {"mission": name, "interest": i, "score": rng.choice([0.1, 0.4, 0.75, 1])}
            for name in names
            for i in "ABC"
            if rng.random() < 0.7
        ],
        "Funds": _sized_funds(rng, last, size),
        "Payers": [
            *({"category": category, "fund": "BIV"} for category in ("civil", "police")),
            {"category": "military", "fund": "BIV", "share": 0.65},
            {"category": "military", "fund": "DEFENCE", "share": 0.35},
            {"mission": "M1", "category": "military", "fund": "DEFENCE"},
            {"mission": "M2", "category": "civil", "fund": "STABILITY", "share": 0.9},
            {"mission": "M2", "category": "civil", "fund": "BIV", "share": 0.1},
        ],
        "Costs": _sized_costs(rng),
        "Groups": _SIZED_GROUPS,
        "Rules": [_sized_rule(rng, f"R{index}", last, size) for index in range(rng.randint(*size.rules))],
        "Pairs": [_sized_pair(rng, f"P{index}", names) for index in range(rng.randint(*size.pairs))],
    }
    _add_corners(random.Random(f"sized corners {seed}"), rows, BEGIN, last)
    return Book(
        _sized_settings(rng, seed, last),
        {sheet: tuple(SHEETS[sheet].model_validate(row) for row in found) for sheet, found in rows.items()},
        name=f"sized-{seed}.xlsx",
    )


def _sized_settings(rng: random.Random, seed: int, last: Month) -> Settings:
    return Settings.model_validate(
        {
            "title": f"Random plan {seed}",
            "first_month": BEGIN,
            "last_month": last,
            "decision_every": rng.choice([1, 2, 3]),
            "decided_in": rng.choice([None, BEGIN + -2, BEGIN + 1]),
            "art100_lead_months": rng.choice([0, 1, 3]),
            "readiness_shortfall": rng.choice(["priced", "priced", "forbidden"]),
            "supply_shortage": rng.choice(["priced", *["forbidden"] * 4]),
            "large_from_persons": rng.choice([8, 15]),
            "long_from_months": rng.choice([4, 6]),
        }
    )


_SIZED_GROUPS: list[dict[str, Any]] = [
    {"group": "ALL"},
    {"group": "GULF", "region": "Gulf"},
    {"group": "GULF", "mission": "M0"},
    {"group": "ALLIES", "organisation": "NATO"},
    {"group": "ALLIES", "organisation": "EU", "distance": "near"},
    {"group": "AT_SEA", "tag": "sea"},
    {"group": "SMALL", "size": "small"},
    {"group": "LARGE", "size": "large"},
    {"group": "LONG", "length": "long"},
    {"group": "SHORT_FAR", "length": "short", "distance": "far"},
]


def _sized_mission(rng: random.Random, name: str, last: Month) -> dict[str, Any]:
    mission: dict[str, Any] = {
        "mission": name,
        "name": name,
        "region": rng.choice(REGIONS),
        "organisation": rng.choice(ORGANISATIONS),
        "tags": rng.choice(["sea", "sea; air", "land", ""]),
        "distance": rng.choice(["near", "far", None]),
        "mandated": rng.random() < 0.1,
        "art100": rng.random() < 0.3,
        "recall_notice_days": rng.choice([5, 25, 90, 200]),
        "effectiveness": rng.choice([0.6, 0.85, 1]),
        "max_stays": rng.choice([1, 1, 2, 3]),
    }
    if rng.random() < 0.35:
        mission |= {"running_option": "O0", "running_since": BEGIN + -rng.choice([1, 2, 3, 5])}
        mission |= {"early_end_price": rng.choice([None, 0.1, 2])}
    elif rng.random() < 0.3:
        mission |= {"first_month": BEGIN + rng.choice([1, 2]), "last_month": last + -1}
    if rng.random() < 0.3:
        mission |= {"mandate_end": last + -rng.choice([1, 2, 4]), "renewal_assumed": rng.random() < 0.4}
    if rng.random() < 0.25:
        mission |= {"framework_end": last + -rng.choice([1, 3])}
    return mission


def _sized_options(rng: random.Random, mission: dict[str, Any], size: Size, last: Month) -> list[dict[str, Any]]:
    return [
        {
            "mission": mission["mission"],
            "option": f"O{index}",
            "first_month": rng.choice([None, None, BEGIN + 2]) if index else None,
            "last_month": rng.choice([None, None, last + -2]) if index else None,
            "min_months": rng.choice([1, 2, 3]),
            "max_months": rng.choice([None, None, 6, 12]),
            "step_months": rng.choice([None, None, 2, 3]),
            "share": rng.choice([0.4, 0.7, 1]),
            "military": rng.choice([5, 10, 20]),
            "civil": rng.choice([0, 2]),
            "modular": rng.random() < 0.25,
            "active": rng.random() < 0.85,
        }
        for index in range(rng.randint(1, size.options))
    ]


def _sized_requirements(rng: random.Random, option: dict[str, Any]) -> list[dict[str, Any]]:
    capabilities = sorted({capability for capability, _, _ in PROVIDERS})
    return [
        {
            "mission": option["mission"],
            "option": option["option"],
            "capability": capability,
            "quantity": rng.choice([1, 2, 3, 4]),
            "tour_months": rng.choice([None, None, None, 2, 4]),
        }
        for capability in rng.sample(capabilities, rng.choice([0, 1, 1, 2]))
    ]


def _sized_unit(rng: random.Random, unit: str) -> dict[str, Any]:
    is_post = CLASSES[unit] != "military"
    return {
        "unit": unit,
        "name": unit,
        "category": CLASSES[unit],
        "persons": rng.choice([1, 2]) if is_post else rng.choice([5, 8, 12]),
        "tour_months": rng.choice([2, 3, 4]),
        "preparation_months": 0 if is_post else rng.choice([0, 1, 2]),
        "recovery_months": 0 if is_post else rng.choice([0, 1, 2, 3]),
        "notice_preparing": rng.choice([5, 20, 60]),
        "notice_recovering": rng.choice([5, 20, 60, 200]),
        "shortage_price": rng.choice([0.5, 1, 2.5]),
    }


def _sized_supply(rng: random.Random, unit: str, size: Size, last: Month) -> list[dict[str, Any]]:
    turn = BEGIN + rng.randint(2, last - BEGIN - 1)
    periods = [(BEGIN, turn + -1), (turn, None)] if rng.random() < 0.5 else [(BEGIN + -3, None)]
    return [
        {
            "unit": unit,
            "first_month": first,
            "last_month": until,
            "units": (units := rng.randint(*size.supply)),
            "reserve": rng.choice([0, 0, 1]) if units else 0,
        }
        for first, until in periods
    ]


def _sized_readiness(rng: random.Random, last: Month) -> list[dict[str, Any]]:
    found = []
    for unit in ("FRIGATE", "COMPANY", "ADVISER"):
        units = 0
        for tier in ("T1", "T2", "T3"):
            units += rng.choice([0, 0, 1])
            until = rng.choice([None, last + -2])
            found.append({"unit": unit, "tier": tier, "first_month": BEGIN, "last_month": until, "units": units})
    return found


def _sized_goals(rng: random.Random) -> list[dict[str, Any]]:
    if rng.random() < 0.5:
        return []
    names = ["readiness", "value", "changes", "cost", "start"]
    ranks = rng.sample([1, 2, 3, 3, 4], 5)
    return [
        {"goal": goal, "rank": rank, "weight": rng.choice([1, 0.25, 2])}
        for goal, rank in zip(names, ranks, strict=True)
    ]


def _sized_funds(rng: random.Random, last: Month, size: Size) -> list[dict[str, Any]]:
    years = sorted({month.year for month in months(BEGIN, last)})
    money = size.missions[1] * 1e6
    return [
        {"fund": fund, "year": year, "budget": rng.choice([0.5, 1, 4]) * money, "reserve": rng.choice([0, 250_000])}
        for fund in ("BIV", "DEFENCE", "STABILITY")
        for year in years
        if fund != "STABILITY" or rng.random() < 0.8
    ]


def _sized_costs(rng: random.Random) -> list[dict[str, Any]]:
    rates = {"FRIGATE": 7e5, "TANKER": 4e5, "COMPANY": 3e5, "ADVISER": 5e4, "OFFICER": 62_500}
    return [
        *(
            {
                "cost": f"{unit}_{item.upper()}",
                "unit": unit,
                "item": item,
                "amount": amount * rng.choice([0.5, 1]),
                "category": rng.choice([None, None, "civil"]),
            }
            for unit, amount in rates.items()
            for item in ("month", rng.choice(["tour", "start", "end"]))
        ),
        {"cost": "M0_START", "mission": "M0", "item": "start", "category": "military", "amount": 3e5},
        {"cost": "M1_EXTRA", "mission": "M1", "option": "O0", "unit": "FRIGATE", "item": "tour", "amount": 125_000},
        {"cost": "ALL_MONTH", "item": "month", "category": "civil", "amount": 2e4},
        {"cost": "ALL_END", "item": "end", "category": "civil", "amount": 1e5},
    ]


def _sized_rule(rng: random.Random, name: str, last: Month, size: Size) -> dict[str, Any]:
    many = size.missions[1] // 3
    amounts = {
        "missions": (1, many, 2 * many),
        "stays": (1, many, 2 * many),
        "months": (3, 4 * many, 10 * many),
        "persons": (5, 12 * many, 20 * many),
        "money": (1e6, 2.5e6 * many, 6e6 * many),
    }
    measure = rng.choice(sorted(amounts))
    is_share = rng.random() < 0.25
    groups = sorted({row["group"] for row in _SIZED_GROUPS} - {"ALL"})
    return {
        "rule": name,
        "sentence": "A rule.",
        "active": rng.random() < 0.9,
        "group": rng.choice(groups if is_share else ["ALL", *groups]),
        "share_of": "ALL" if is_share else None,
        "limit": rng.choice(["at least", "at most", "at most", "exactly"]),
        "amount": rng.choice([0.25, 0.5]) if is_share else rng.choice(amounts[measure]),
        "measure": measure,
        "first_month": rng.choice([None, BEGIN + 1]),
        "last_month": rng.choice([None, None, last + -2]),
        "every": rng.choice([None, 1, 3, 5]),
        "force": "priced" if rng.random() < 0.8 else "hard",
        "price": rng.choice([0.25, 1.5]),
    }


def _sized_pair(rng: random.Random, name: str, missions: list[str]) -> dict[str, Any]:
    one, other = rng.sample(missions, 2)
    tie = rng.choice(["requires", "excludes", "follows", "synergy"])
    return {
        "pair": name,
        "sentence": "A pair.",
        "active": rng.random() < 0.9,
        "mission": one,
        "option": rng.choice([None, None, "O0"]),
        "tie": tie,
        "other": other,
        "other_option": rng.choice([None, None, "O0"]),
        "within_months": rng.choice([0, 1, 3]),
        "bonus": rng.choice([0.3, 2]),
        "force": rng.choice(["priced", "priced", "hard"]),
        "price": rng.choice([0.2, 2]),
    }
