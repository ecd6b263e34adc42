"""Small random plans, seeded, that use every feature: for holding the model against brute force."""

from __future__ import annotations

import random
from typing import Any

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
