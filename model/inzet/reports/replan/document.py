"""A plan made anew for other programs. Its keys are a contract."""

from __future__ import annotations

from typing import Any

from inzet.analyses.replan import Point, Renewed, Replanned, Turn, What
from inzet.plan.record import asked_for, recorded
from inzet.scenario.history import History
from inzet.scenario.scenario import Stay

SCHEMA = "inzet.replan/1"

Record = dict[str, Any]


REPLAN_KEYS: dict[str, str] = {
    "schema": "Name and version of this contract.",
    "scenario": "Named scenarios of the world as it is now, joined by +; base without any.",
    "title": "Title of the plan, from the workbook.",
    "as_of": "First month that is planned anew (YYYY-MM).",
    "asked": "gap, time_limit (seconds for each search), max_changes and change_price, as in run.json.",
    "running_plan": "The running plan in the world as it is now: ok, broken (rule, where, sentence).",
    "changes": "Contributions changed in the plan to take.",
    "readiness_short": "Unit months that it is short of the readiness commitments.",
    "value": "Points that it is worth.",
    "proven": "Whether no plan with so many changes is better.",
    **{
        what.name.lower(): f"Contributions {what.value}: mission, option, start, end, was, notice_days, told_by."
        for what in What
    },
    "displaced": "Months less abroad than in the running plan, by mission.",
    "units": "Where units go instead: unit, from and to (unit months by mission).",
    "curve": "A row per number of changes allowed: changes, made, readiness_short, value, proven.",
    "least": "The plan that keeps the rules with the fewest changes, with the same keys as the plan to take.",
    "contributions": "The contributions of the plan to take, as in run.json.",
    "content_hash": "SHA-256 of what was asked: the past, max_changes and change_price included, as in run.json.",
}


def replan_document(found: Replanned, history: History) -> Record:
    """A plan made anew as one JSON document, with the keys of ``REPLAN_KEYS``.

    Args:
        found: the plan made anew; it must have a plan.
        history: what had happened.
    """
    chosen = found.chosen
    assert chosen is not None
    scenario = found.running.scenario
    return {
        "schema": SCHEMA,
        "scenario": scenario.label,
        "title": scenario.settings.title,
        "as_of": str(history.as_of),
        "asked": asked_for(chosen.plan.solution),
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
