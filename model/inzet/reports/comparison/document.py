"""``compare.json``: a comparison for other programs. Its keys are a contract; ``COMPARE_KEYS`` documents them."""

from __future__ import annotations

from dataclasses import asdict
from math import inf
from typing import Any

from inzet.analyses.compare import Comparison, Course
from inzet.analyses.library import Presences
from inzet.schema.rows import GoalName

SCHEMA = "inzet.compare/2"

COMPARE_KEYS: dict[str, str] = {
    "schema": "Name and version of this contract.",
    "first": "Name of the option that the others are held against.",
    "options": (
        "Each option: name, asks, outcome, proven, message, gap, value, shortfall (unit-months), cost (EUR), "
        "content_hash, decisions (by mission) and changes against the first (mission, kind, before, after)."
    ),
    "input": "What differs in the input: sheet, row, column (* for a row as a whole), values by option.",
    "bridges": "From one value to another: from, to, start, end, steps (what, points, is_mission).",
    "regret": (
        "Every plan in every world: plan, world, value, best, loss (points), tie, holds, goal and amount (the first "
        "goal in which it differs), broken (rule, times, example), unknown (contributions left out)."
    ),
    "moved": "Units that are elsewhere than in the first option: option, unit, from, to, unit_months, first, last.",
    "timings": "Seconds by option, and whether its plan was kept; nothing else here differs from run to run.",
}


def comparison_document(found: Comparison) -> dict[str, object]:
    """The contents of ``compare.json``."""
    names = [course.name for course in found.courses]
    return {
        "schema": SCHEMA,
        "first": found.first.name,
        "options": [_option(found, course) for course in found.courses],
        "input": [
            {"sheet": d.sheet, "row": d.row, "column": d.column, "values": dict(zip(names, d.values, strict=True))}
            for d in found.input
        ],
        "bridges": [
            {
                "from": bridge.before,
                "to": bridge.after,
                "start": bridge.start,
                "end": bridge.end,
                "steps": [asdict(step) for step in bridge.steps],
            }
            for bridge in found.bridges
        ],
        "regret": [
            {"plan": plan, "world": world, **asdict(regret), "tie": regret.tie, "holds": regret.holds}
            for (plan, world), regret in found.regrets.items()
        ],
        "moved": [
            {
                "option": course.name,
                "unit": move.unit,
                "from": move.source,
                "to": move.target,
                "unit_months": move.unit_months,
                "first": str(move.first),
                "last": str(move.last),
            }
            for course in found.courses
            for move in found.moves(course)
        ],
    }


def comparison_timings(found: Comparison) -> dict[str, object]:
    """Seconds by option, and whether its plan was kept from before; they differ from run to run."""
    return {course.name: {"seconds": round(course.seconds, 3), "kept": course.from_kept} for course in found.courses}


def _option(found: Comparison, course: Course) -> dict[str, Any]:
    record: dict[str, Any] = {
        "name": course.name,
        "asks": course.why,
        "outcome": course.status,
        "proven": course.proven,
        "message": course.message,
        # A search that was stopped early may know no bound; JSON has no infinity.
        "gap": None if course.gap == inf else course.gap,
        "content_hash": course.scenario.content_hash if course.scenario is not None else None,
    }
    if not course.has_plan:
        return record | {"value": None, "shortfall": None, "cost": None, "decisions": {}, "changes": []}
    return record | {
        "value": course.value,
        "shortfall": round(course.ledger.goals[GoalName.READINESS]),
        "cost": sum(posting.euro for posting in course.ledger.postings),
        "decisions": {mission: _words(presences) for mission, presences in course.presences.items()},
        "changes": [
            {
                "mission": change.mission,
                "kind": str(change.kind),
                "before": _words(change.before),
                "after": _words(change.after),
            }
            for change in found.changes(course).values()
        ],
    }


def _words(presences: Presences) -> list[str]:
    return [str(presence) for presence in presences]
