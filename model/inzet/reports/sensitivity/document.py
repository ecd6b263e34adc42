"""Curves and losses for other programs. Their keys are a contract."""

from __future__ import annotations

from math import inf
from typing import Any

from inzet.analyses.sensitivity.criticality import Criticality, Taken
from inzet.analyses.sensitivity.curve import Curve, Shift, Step
from inzet.plan.record import recorded
from inzet.reports.sensitivity.words import reason_words, shown, status_words, unit_of

SCHEMA = "inzet.sensitivity/1"

Record = dict[str, Any]


def curve_document(curve: Curve) -> Record:
    """A curve as one JSON document.

    ``steps`` has a row per step, from the lowest setting to the highest: at and to (null: and more), in ``unit``;
    status, proven, value (points), readiness_short (unit months), gap; gained, lost and altered beside the nearest step
    below with a plan; confirmed (weights only); reason where there is no plan; contributions. ``solves`` counts the
    questions that it took, ``points`` those of a grid with ``grid`` between two points, ``outcomes`` the different
    outcomes; ``grain`` is the exactness of the settings, 0 for exact.
    """
    return {
        "schema": SCHEMA,
        "kind": curve.kind.value,
        "what": curve.what,
        "tier": curve.tier or None,
        "scenario": curve.scenario.label,
        "title": curve.scenario.settings.title,
        "unit": unit_of(curve),
        "now": shown(curve, curve.now),
        "window": {"first": str(curve.window[0]), "last": str(curve.window[1])},
        "same_in_every_month": curve.uniform,
        "steps": [_step(curve, step) for step in curve.steps],
        "solves": curve.solves,
        "points": curve.points,
        "grid": shown(curve, curve.grid),
        "grain": shown(curve, curve.grain),
        "outcomes": curve.distinct,
        "complete": curve.complete,
        "proven": curve.proven,
        "content_hash": curve.scenario.content_hash,
    }


def _step(curve: Curve, step: Step) -> Record:
    return {
        "at": shown(curve, step.first),
        "to": None if step.last is None else shown(curve, step.last),
        "status": status_words(step),
        "proven": step.proven,
        "value": step.value,
        "readiness_short": step.short,
        # A search that was stopped early may know no bound; JSON has no infinity.
        "gap": None if step.gap == inf else step.gap,
        **_shift(step.shift),
        "confirmed": step.confirmed,
        "reason": reason_words(step, curve.scenario) or None,
        "contributions": [] if step.ledger is None else recorded(step.ledger.contributions),
    }


def _shift(shift: Shift) -> Record:
    return {
        "gained": list(shift.gained),
        "lost": list(shift.lost),
        "altered": [
            {"mission": a.mission, "months": a.months, "before": list(a.before), "after": list(a.after)}
            for a in shift.altered
        ],
    }


def criticality_document(found: Criticality) -> Record:
    """Losses as one JSON document.

    ``losses`` has a row per unit type and fund, the worst first: sort (unit, fund), what, amount (units, or EUR million
    in all years), status, proven, asked (whether it took a solve), by_goal (goal and amount, in order of rank), value
    and readiness_short of the plan that is left, gained, lost and altered beside the plan as it stands.
    """
    return {
        "schema": SCHEMA,
        "kind": "criticality",
        "scenario": found.scenario.label,
        "title": found.scenario.settings.title,
        "window": {"first": str(found.window[0]), "last": str(found.window[1])},
        "losses": [_taken(taken) for taken in found.taken],
        "none_to_take": list(found.spare),
        "solves": found.solves,
        "points": found.points,
        "complete": found.complete,
        "proven": found.proven,
        "content_hash": found.scenario.content_hash,
    }


def _taken(taken: Taken) -> Record:
    step = Step(0.0, 0.0, taken.solution, taken.ledger)
    return {
        "sort": taken.sort,
        "what": taken.what,
        "amount": taken.amount if taken.sort == "unit" else taken.amount / 1e6,
        "status": status_words(step),
        "proven": taken.proven,
        "asked": taken.asked,
        "by_goal": [{"goal": part.goal, "amount": part.amount} for part in taken.losses],
        "value": step.value,
        "readiness_short": step.short,
        **_shift(taken.shift),
    }
