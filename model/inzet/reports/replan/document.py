"""A plan made anew for other programs. Its keys are a contract."""

from __future__ import annotations

from typing import Any

from inzet.analyses.replan import Point, Renewed, Replanned, Turn, What
from inzet.plan.record import recorded
from inzet.scenario.history import History
from inzet.scenario.scenario import Stay

SCHEMA = "inzet.replan/1"

Record = dict[str, Any]


def replan_document(found: Replanned, history: History) -> Record:
    """A plan made anew as one JSON document.

    ``changes`` is the number of contributions changed in the plan to take; ``curve`` has a row per number of changes
    allowed: changes (allowed), made, readiness_short (unit months), value (points), proven; ``recalled``,
    ``prolonged``, ``moved``, ``other_units``, ``dropped``, ``started`` and ``kept`` say what becomes of each
    contribution: mission, option, start and end (YYYY-MM), was (the same as planned), notice_days, told_by;
    ``displaced`` months less abroad by mission; ``units`` where units go instead; ``least`` the same for the fewest
    changes that keep the rules.
    """
    chosen = found.chosen
    assert chosen is not None
    scenario = found.running.scenario
    return {
        "schema": SCHEMA,
        "scenario": scenario.label,
        "title": scenario.settings.title,
        "as_of": str(history.as_of),
        "running_plan": {
            "ok": found.held.ok,
            "broken": [{"rule": f.rule, "where": f.where, "sentence": f.sentence} for f in found.held.findings],
        },
        **_plan(chosen),
        "curve": [
            {
                "changes": point.most,
                "made": point.plan.changes,
                "readiness_short": point.short,
                "value": point.value,
                "proven": point.proven,
            }
            for point in found.curve
        ],
        "least": _plan(found.least),
        "contributions": recorded(chosen.plan.ledger.contributions),
        "content_hash": scenario.content_hash,
    }


def _plan(point: Point) -> Record:
    plan = point.plan
    return {
        "changes": plan.changes,
        "readiness_short": point.short,
        "value": point.value,
        "proven": point.proven,
        **{what.name.lower(): _turns(plan, what) for what in What},
        "displaced": dict(plan.displaced),
        "units": [
            {"unit": transfer.unit, "from": dict(transfer.gives), "to": dict(transfer.takes)}
            for transfer in plan.transfers
        ],
    }


def _turns(plan: Renewed, what: What) -> list[Record]:
    return [_turn(turn) for turn in plan.of(what)]


def _turn(turn: Turn) -> Record:
    return {
        "mission": turn.mission,
        **(_stay(turn.after) or {"option": None, "start": None, "end": None}),
        "was": _stay(turn.before),
        "notice_days": turn.notice_days,
        "told_by": str(turn.told_by) if turn.told_by else None,
    }


def _stay(stay: Stay | None) -> Record | None:
    return {"option": stay.option, "start": str(stay.first), "end": str(stay.last)} if stay else None
