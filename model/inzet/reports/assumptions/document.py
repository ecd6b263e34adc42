"""``assumptions.json``: what the decisions of a plan hang on, for other programs. Its keys are a contract."""

from __future__ import annotations

from typing import Any

from inzet.analyses.assumptions.alone import Alone
from inzet.analyses.assumptions.draws import Driver
from inzet.analyses.assumptions.examine import Examined, Standing
from inzet.analyses.assumptions.worlds import World
from inzet.reports.assumptions.standing import SCHEMA
from inzet.reports.assumptions.words import is_exact, numbers_words

Record = dict[str, Any]

ASSUMPTIONS_KEYS: dict[str, str] = {
    "schema": "Name and version of this contract.",
    "scenario": "Named scenarios applied to the workbook, joined by +; base without any.",
    "title": "Title of the plan, from the workbook.",
    "content_hash": "SHA-256 of everything that was asked; it belongs to the plans with the same hash.",
    "seed": "Seed of the draws: the same seed gives the same draws.",
    "asked": "Draws asked for.",
    "drawn": "Draws that were looked at.",
    "planned": "Draws with a plan.",
    "plan_drivers": "Numbers that go together with there being a plan at all (number, correlation), strongest first.",
    "looked_at": "Assumed numbers that were looked at one at a time.",
    "whole": "Whether every number and every draw was looked at.",
    "decisions": (
        "Each mission: mission, choice (option, empty when out), ground (stands on documents, stands whatever we "
        "assume, hangs on, not examined), stood and present (draws in which the decision was the same, and in which "
        "the mission was in), options (draws by option), alone (number, was, becomes, still, turned, until, exact), "
        "drivers (number, correlation) and words."
    ),
    "numbers": (
        "Each assumed number: number, sheet, row, column, now, low, high, unit, exact (whether all of the range is "
        "known, every outcome proven), solves, parts (from, to, at, choices that differ from the plan, value, "
        "readiness_short, proven, reason)."
    ),
    "draws": (
        "Each draw: draw, choices that differ from the plan, value, readiness_short, proven (also that there is no "
        "plan), reason."
    ),
    "failed": "What went wrong, by name.",
}


def examined_document(found: Examined) -> Record:
    """The contents of ``assumptions.json``, with the keys of ``ASSUMPTIONS_KEYS``."""
    draws = found.draws
    return {
        "schema": SCHEMA,
        "scenario": found.scenario.label,
        "title": found.scenario.settings.title,
        "content_hash": found.scenario.content_hash,
        "seed": draws.seed,
        "asked": found.asked[1],
        "drawn": sum(not world.was_stopped for world in draws.worlds.values()),
        "planned": len(draws.planned),
        "plan_drivers": [_driver(driver) for driver in draws.plan_drivers],
        "looked_at": len(found.numbers),
        "whole": found.is_whole,
        "decisions": [_decision(standing) for standing in found.standings],
        "numbers": [_number(number, found) for number in found.numbers],
        "draws": [{"draw": row + 1, **_world(found, world)} for row, world in sorted(draws.worlds.items())],
        "failed": dict(found.failed),
    }


def _decision(standing: Standing) -> Record:
    return {
        "mission": standing.mission,
        "choice": standing.choice,
        "ground": standing.ground.value,
        "stood": standing.stood,
        "present": standing.present,
        "options": dict(standing.options),
        "alone": [
            {
                "number": assumption.name,
                "was": flip.was,
                "becomes": flip.becomes,
                "still": flip.still,
                "turned": flip.turned,
                "until": flip.until,
                "exact": is_exact(assumption, flip),
            }
            for assumption, flip in standing.flips
        ],
        "drivers": [_driver(driver) for driver in standing.drivers],
        "words": numbers_words(standing),
    }


def _driver(driver: Driver) -> Record:
    return {"number": driver.assumption.name, "correlation": round(driver.correlation, 6)}


def _number(number: Alone, found: Examined) -> Record:
    assumption = number.assumption
    return {
        "number": assumption.name,
        "sheet": assumption.sheet,
        "row": assumption.row,
        "column": assumption.column,
        "now": assumption.now,
        "low": assumption.low,
        "high": assumption.high,
        "unit": assumption.unit,
        "exact": number.is_exact,
        "solves": number.solves,
        "parts": [
            {"from": span.first, "to": span.last, "at": span.at, **_world(found, span.world)} for span in number.spans
        ],
    }


def _world(found: Examined, world: World) -> Record:
    if not world.has_plan:
        return {"choices": None, "value": None, "readiness_short": None, "proven": world.proven, "reason": world.reason}
    names = sorted({*found.world.choices, *world.choices})
    other = {name: world.choice(name) for name in names if world.choice(name) != found.world.choice(name)}
    return {
        "choices": other,
        "value": world.value,
        "readiness_short": world.short,
        "proven": world.proven,
        "reason": "",
    }
