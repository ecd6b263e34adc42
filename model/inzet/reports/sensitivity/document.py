"""Curves and losses for other programs. Their keys are a contract."""

from __future__ import annotations

from math import inf
from typing import Any

from inzet.analyses.sensitivity.criticality import Criticality, Taken
from inzet.analyses.sensitivity.curve import Curve, Shift, Step
from inzet.plan.record import recorded
from inzet.reports.sensitivity.words import (
    Below,
    beside_steps,
    reason_words,
    shown,
    status_words,
    taken_status,
    unit_of,
)

SCHEMA = "inzet.sensitivity/1"

Record = dict[str, Any]


def curve_document(curve: Curve) -> Record:
    """A curve as one JSON document.

    ``steps`` has a row per step, from the lowest setting to the highest: at and to (null: and more), in ``unit``;
    status, proven, value (points), readiness_short (unit months), gap; gained, lost and altered beside the nearest step
    below with a plan, which is ``compared_with``: its at and to, and whether settings between the two were not looked
    into, so that the changes may be those of several steps; null without one; confirmed (weights only); reason where
    there is no plan; contributions. ``solves`` counts the questions that it took, ``points`` those of a grid with
    ``grid`` between two points, ``outcomes`` the different outcomes; ``grain`` is the exactness of the settings, 0 for
    exact. ``within`` is the share of the value of the highest step that two steps may differ by with nothing asked
    between them (money only, else 0). ``ceiling`` is where the curve ends because a cell of the workbook holds no more;
    null where it does not.
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
        "steps": [_step(curve, step, below) for step, below in beside_steps(curve)],
        "solves": curve.solves,
        "points": curve.points,
        "grid": shown(curve, curve.grid),
        "grain": shown(curve, curve.grain),
        "outcomes": curve.distinct,
        "within": curve.within,
        "complete": curve.complete,
        "ceiling": None if curve.ceiling is None else shown(curve, curve.ceiling),
        "proven": curve.proven,
        "content_hash": curve.scenario.content_hash,
    }


def _step(curve: Curve, step: Step, below: Below | None) -> Record:
    return {
        **_settings(curve, step),
        "status": status_words(step),
        "proven": step.proven,
        "value": step.value,
        "readiness_short": step.short,
        # A search that was stopped early may know no bound; JSON has no infinity.
        "gap": None if step.gap == inf else step.gap,
        **_shift(step.shift),
        "compared_with": None
        if below is None
        else _settings(curve, below.step) | {"not_looked_into_between": below.across},
        "confirmed": step.confirmed,
        "reason": reason_words(step, curve.scenario) or None,
        "contributions": [] if step.ledger is None else recorded(step.ledger.contributions),
    }


def _settings(curve: Curve, step: Step) -> Record:
    return {
        "at": shown(curve, step.first),
        "to": None if step.last is None else shown(curve, step.last),
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
    in all years), outcome (no plan, costs, costs nothing, not known), status, proven (the plan that is left and the
    plan as it stands), asked (whether it took a solve), by_goal (goal and amount, in order of rank), value
    and readiness_short of the plan that is left, gained, lost and altered beside the plan as it stands. ``plan_proven``
    says whether that one is proven; beside a plan that is not, no loss is.
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
        "plan_proven": found.plan_proven,
        "proven": found.proven,
        "content_hash": found.scenario.content_hash,
    }


def _taken(taken: Taken) -> Record:
    return {
        "sort": taken.sort,
        "what": taken.what,
        "amount": taken.amount if taken.sort == "unit" else taken.amount / 1e6,
        "outcome": taken.outcome.value,
        "status": taken_status(taken),
        "proven": taken.proven,
        "asked": taken.asked,
        "by_goal": [{"goal": part.goal, "amount": part.amount} for part in taken.losses],
        "value": taken.step.value,
        "readiness_short": taken.step.short,
        **_shift(taken.shift),
    }
