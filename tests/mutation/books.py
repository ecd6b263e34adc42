"""Small books in which each rule, goal and variable of the formulation matters to the best plan.

Most are random; where none of those needs a rule, there is one written by hand, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from crosscheck.two_solvers import best_of_all
from every_plan import per_mission, small_scenario
from every_replan import allowed_stays, running_plan
from mutation.catching import Case

from inzet.calendar import Month
from inzet.scenario.checks import make_scenario
from inzet.scenario.history import planned_anew
from inzet.scenario.scenario import Stay
from inzet.schema.book import Book
from inzet.schema.rows import SHEETS, Settings

RANDOM = (47, 4, 27, 15, 54, 110, 17, 77, 82, 11, 55, 115, 72, 92, 101, 7, 8, 36, 51, 57, 127, 221, 3, 69)
"""Seeds of random books, those that catch most first; together they catch what any of some two hundred does."""
RUNNING = (0, 1, 14, 21)
"""Seeds of running plans that something happens to."""

Rows = dict[str, list[dict[str, Any]]]


def mission(name: str, score: float = 1.0, asks: str = "SEA", quantity: int = 1, **more: Any) -> Rows:
    """A mission with one option of a month or more, that asks for units of one capability."""
    option = {key: more.pop(key) for key in ("modular", "min_months", "military") if key in more}
    key = {"mission": name, "option": "O"}
    return {
        "Missions": [{"mission": name, "name": name, "region": "Sea", **more}],
        "Options": [{**key, "military": 10, **option}],
        "Requirements": [{**key, "capability": asks, "quantity": quantity}],
        "Scores": [{"mission": name, "interest": "A", "score": score}],
    }


def rule(limit: str, amount: float, measure: str = "missions", force: str = "hard", **more: Any) -> Rows:
    """A rule over all missions."""
    asked = {"limit": limit, "amount": amount, "measure": measure, "force": force}
    return {
        "Groups": [{"group": "ALL"}],
        "Rules": [{"rule": "R", "sentence": "A rule.", "group": "ALL", **asked, **more}],
    }


def pair(tie: str, force: str = "hard", **more: Any) -> Rows:
    """A rule over the missions M and N."""
    asked = {"tie": tie, "force": force, **more}
    return {"Pairs": [{"pair": "P", "sentence": "A pair.", "mission": "M", "other": "N", **asked}]}


def supply(ship: int = 1, patrol: int = 0, jet: int = 2) -> Rows:
    """Units, the same in every month: SEA asks for a ship or a patrol boat, AIR for a jet."""
    units = {"SHIP": ship, "PATROL": patrol, "JET": jet}
    return {"Supply": [{"unit": unit, "first_month": "2025-11", "units": number} for unit, number in units.items()]}


def wanted(unit: str, units: int) -> Rows:
    """A readiness commitment within ten days, which what is deployed cannot keep."""
    tier = {"unit": unit, "tier": "T1", "first_month": "2025-11", "units": units}
    return {"Tiers": [{"tier": "T1", "notice_days": 10}], "Readiness": [tier]}


def price(per_month: float, budget: float = 1e9, **of: str) -> Rows:
    """What one mission, or every unit of a type, costs by the month, and the money that there is for it."""
    named = {"category": "military"} if "mission" in of else {}
    return {
        "Costs": [{"cost": "C", "item": "month", "amount": per_month, **named, **of}],
        "Payers": [{"category": "military", "fund": "BIV"}],
        "Funds": [{"fund": "BIV", "year": year, "budget": budget} for year in (2025, 2026)],
    }


def book(name: str, *parts: Rows, last_month: str = "2025-12", **settings: Any) -> Book:
    """A book of a few months, made of parts; supply is there for all when no part says it."""
    rows: Rows = {
        "Interests": [{"interest": "A", "name": "A", "weight": 1}],
        "Units": [
            {"unit": unit, "name": unit, "category": "military", "persons": 10, "tour_months": 1}
            for unit in ("SHIP", "PATROL", "JET")
        ],
        "Capabilities": [
            {"capability": "SEA", "unit": "SHIP"},
            {"capability": "SEA", "unit": "PATROL"},
            {"capability": "AIR", "unit": "JET"},
        ],
    }
    parts = parts if any("Supply" in part for part in parts) else (*parts, supply(ship=3))
    for part in parts:
        for sheet, found in part.items():
            rows[sheet] = [*rows.get(sheet, []), *found]
    when = {"title": name, "first_month": "2025-11", "last_month": last_month, "decision_every": 1}
    made = {sheet: tuple(SHEETS[sheet].model_validate(row) for row in found) for sheet, found in rows.items()}
    return Book(Settings.model_validate({**when, **settings}), made, name=f"{name}.xlsx")


LACK = {"supply_shortage": "priced"}
HARD_READINESS = {"readiness_shortfall": "forbidden"}
IDLE = {"recall_notice_days": 90}
"""A mission that does not let its units go in time."""

AWAY: Rows = {
    "Supply": [
        *(
            {"unit": "JET", "first_month": month, "last_month": month, "units": number}
            for month, number in (("2025-11", 1), ("2025-12", 0), ("2026-01", 1))
        ),
        *({"unit": unit, "first_month": "2025-11", "units": 1} for unit in ("SHIP", "PATROL")),
    ]
}
"""No jet in December."""

BY_HAND: dict[str, Callable[[], Book]] = {
    # The rule is all that makes a mission worth its money: a presence that needs no stay would be for nothing.
    "presence for nothing": lambda: book(
        "presence for nothing",
        mission("M", 0.0, "AIR", max_stays=2),
        mission("N", 0.0, "AIR"),
        rule("at least", 2),
        price(1e6, unit="JET"),
        last_month="2026-01",
    ),
    # The same at a price that is worth paying for one of the two, and not for the other.
    "presence at a price": lambda: book(
        "presence at a price",
        mission("M", 0.0, "AIR", max_stays=2),
        mission("N", 0.0, "AIR"),
        mission("FAR", 0.0, "SEA"),
        rule("at least", 3, force="priced", price=5.0),
        supply(ship=0),
        last_month="2026-01",
    ),
    # Two stays count once: a mission that comes twice is one mission.
    "twice is once": lambda: book(
        "twice is once",
        mission("M", 1.0, "AIR", max_stays=2),
        mission("N", 0.0, "SEA"),
        rule("at least", 2),
        price(1e6, unit="SHIP"),
        last_month="2026-01",
    ),
    "fewer than allowed": lambda: book(
        "fewer than allowed",
        mission("M", 1.0, "AIR", max_stays=2),
        mission("N", 1.0, "AIR"),
        rule("at most", 5, force="priced", price=1.0),
    ),
    "no more than one": lambda: book(
        "no more than one",
        mission("M", 1.0, "AIR", max_stays=2),
        mission("N", 1.0, "AIR"),
        rule("at most", 1),
    ),
    "no more than five": lambda: book(
        "no more than five",
        mission("M", 1.0, "AIR", max_stays=2),
        mission("N", 1.0, "AIR"),
        rule("at most", 5),
    ),
    "exactly one": lambda: book(
        "exactly one",
        mission("M", 1.0, "AIR", max_stays=2),
        mission("N", 1.0, "AIR"),
        rule("exactly", 1),
    ),
    "exactly two that nobody wants": lambda: book(
        "exactly two that nobody wants",
        mission("M", 0.0, "AIR", max_stays=2),
        mission("N", 0.0, "AIR"),
        rule("exactly", 2),
        price(1e6, unit="JET"),
    ),
    "exactly, at a price": lambda: book(
        "exactly, at a price",
        mission("M", 0.0, "AIR", max_stays=2),
        mission("N", 0.0, "AIR"),
        rule("exactly", 2, force="priced", price=2.0),
        price(1e6, unit="JET"),
    ),
    # Persons of a fixed contribution and of a modular one, both needed.
    "persons of both kinds": lambda: book(
        "persons of both kinds",
        mission("M", 0.0, "AIR"),
        mission("N", 0.0, "SEA", modular=True),
        rule("at least", 20, "persons"),
    ),
    "no more persons of both kinds": lambda: book(
        "no more persons of both kinds",
        mission("M", 1.0, "AIR"),
        mission("N", 1.0, "SEA", modular=True),
        rule("at most", 5, "persons"),
    ),
    "exactly the persons of both kinds": lambda: book(
        "exactly the persons of both kinds",
        mission("M", 0.0, "AIR"),
        mission("N", 0.0, "SEA", modular=True),
        rule("exactly", 20, "persons"),
    ),
    "persons of both kinds at a price": lambda: book(
        "persons of both kinds at a price",
        mission("M", 0.0, "AIR"),
        mission("N", 0.0, "SEA", modular=True),
        rule("at least", 20, "persons", "priced", price=1.0),
    ),
    # Readiness stands in the way of a mission with a choice of units, and of one without.
    "readiness is hard": lambda: book(
        "readiness is hard",
        mission("M", 1.0, "SEA", **IDLE),
        mission("N", 1.0, "AIR", **IDLE),
        supply(ship=1, jet=1),
        wanted("SHIP", 1),
        {"Readiness": [{"unit": "JET", "tier": "T1", "first_month": "2025-11", "units": 1}]},
        **HARD_READINESS,
    ),
    "readiness is missed": lambda: book(
        "readiness is missed",
        mission("M", 1.0, "SEA", mandated=True, **IDLE),
        mission("N", 1.0, "AIR", **IDLE),
        supply(ship=1, jet=1),
        wanted("SHIP", 1),
        {"Readiness": [{"unit": "JET", "tier": "T1", "first_month": "2025-11", "units": 1}]},
    ),
    "units lack for readiness": lambda: book(
        "units lack for readiness",
        mission("M", 1.0, "SEA", mandated=True, **IDLE),
        mission("N", 1.0, "AIR", mandated=True, **IDLE),
        supply(ship=1, jet=1),
        wanted("SHIP", 1),
        {"Readiness": [{"unit": "JET", "tier": "T1", "first_month": "2025-11", "units": 1}]},
        **HARD_READINESS,
        **LACK,
    ),
    "units lack and readiness is missed": lambda: book(
        "units lack and readiness is missed",
        mission("M", 1.0, "SEA", 2, mandated=True, **IDLE),
        mission("N", 1.0, "AIR", 2, mandated=True, **IDLE),
        supply(ship=1, jet=1),
        wanted("SHIP", 1),
        {"Readiness": [{"unit": "JET", "tier": "T1", "first_month": "2025-11", "units": 1}]},
        **LACK,
    ),
    # One stay that must be, and no unit at all: as many lack as ever can.
    "everything lacks": lambda: book(
        "everything lacks",
        mission("M", 1.0, "AIR", mandated=True),
        supply(jet=0),
        last_month="2025-11",
        **LACK,
    ),
    "a fund is short": lambda: book(
        "a fund is short",
        mission("M", 1.0, "AIR"),
        mission("N", 1.0, "SEA"),
        price(1e6, 1e6, unit="JET"),
        {"Costs": [{"cost": "S", "item": "month", "amount": 1e5, "unit": "SHIP"}]},
    ),
    "follows": lambda: book(
        "follows", mission("M", 1.0, "AIR"), mission("N", 0.0, "AIR"), pair("follows"), last_month="2026-01"
    ),
    "the other ends and nothing follows": lambda: book(
        "the other ends and nothing follows",
        mission("M", 0.0, "AIR"),
        mission("N", 1.0, "AIR", last_month="2025-11"),
        pair("follows", "priced", price=1.0),
    ),
    "the other ends, and what could follow is worth nothing": lambda: book(
        "the other ends, and what could follow is worth nothing",
        mission("M", 0.0, "AIR"),
        mission("N", 1.0, "AIR", last_month="2025-11"),
        pair("follows"),
    ),
    "requires": lambda: book(
        "requires", mission("M", 1.0, "AIR"), mission("N", 0.0, "AIR"), pair("requires"), price(1e6, mission="N")
    ),
    "what is required needs nothing itself": lambda: book(
        "what is required needs nothing itself", mission("M", 0.0, "AIR"), mission("N", 1.0, "AIR"), pair("requires")
    ),
    "requires what cannot be": lambda: book(
        "requires what cannot be", mission("M", 1.0, "AIR"), mission("N", 1.0, "SEA"), pair("requires"), supply(ship=0)
    ),
    "excludes what nobody wants": lambda: book(
        "excludes what nobody wants",
        mission("M", 0.0, "AIR"),
        mission("N", 0.0, "AIR"),
        pair("excludes", "priced", price=1.0),
        price(1e6, unit="JET"),
    ),
    # Two stays are better than the one that is asked for: no jet is there in between.
    "mandated and more": lambda: book(
        "mandated and more", mission("M", 1.0, "AIR", mandated=True, max_stays=2), AWAY, last_month="2026-01"
    ),
    "comes twice and more": lambda: book(
        "comes twice and more",
        mission("M", 1.0, "AIR", max_stays=2),
        mission("N", 1.0, "SEA"),
        rule("at least", 1),
        AWAY,
        last_month="2026-01",
    ),
}


BEGUN: dict[str, tuple[Callable[[], Book], dict[tuple[str, str], int]]] = {
    # It serves nothing and keeps units from being ready, and yet it has begun.
    "what has begun is a burden": (
        lambda: book(
            "what has begun is a burden",
            mission("M", 0.0, "AIR", **IDLE),
            supply(jet=1),
            wanted("JET", 1),
            last_month="2026-01",
        ),
        {},
    ),
    # More units would be worth more, but one was sent.
    "one of two modules was sent": (
        lambda: book("one of two modules was sent", mission("M", 1.0, "SEA", 2, modular=True), last_month="2026-01"),
        {("SEA", "SHIP"): 1},
    ),
}
"""Books with the units that were sent for mission M, in November and December, when all is planned anew in December."""


@cache
def cases() -> tuple[Case, ...]:
    """Every book, with the best of all its plans."""
    return (*map(_random, RANDOM), *(_by_hand(name) for name in BY_HAND), *map(_running, RUNNING), *map(_begun, BEGUN))


def _random(seed: int) -> Case:
    scenario, sets = small_scenario(seed)
    return Case(f"random book {seed}", scenario, best_of_all(scenario, sets))


def _by_hand(name: str) -> Case:
    scenario, _ = make_scenario(BY_HAND[name]())
    return Case(name, scenario, best_of_all(scenario, [per_mission(scenario, each) for each in scenario.missions]))


def _running(seed: int) -> Case:
    running = running_plan(seed)
    return Case(
        f"running plan {seed}", running.scenario, min((rounded(goals) for _, goals in running.kept()), default=None)
    )


def _begun(name: str) -> Case:
    make, sent = BEGUN[name]
    base, _ = make_scenario(make())
    nov, dec = Month.parse("2025-11"), Month.parse("2025-12")
    scenario = planned_anew(base, base, dec, {Stay("M", "O", nov, dec): sent})
    sets = [per_mission(scenario, each, allowed_stays(scenario, each)) for each in scenario.missions]
    return Case(name, scenario, best_of_all(scenario, sets))


def rounded(goals: Iterable[float]) -> tuple[float, ...]:
    """Ranked goals that compare as they should: sums of the same numbers differ in their last digits."""
    return tuple(round(goal, 6) for goal in goals)
