"""``alternatives.json``: near-optimal plans for other programs. Its keys are a contract."""

from __future__ import annotations

from typing import Any

from inzet.analyses.alternatives import Alternatives, Plan, Standing
from inzet.analyses.library import Difference, Presences
from inzet.outcome import RankedGoal
from inzet.plan.record import recorded
from inzet.reports.alternatives.words import solves_words
from inzet.reports.words import UNKNOWN

SCHEMA = "inzet.alternatives/1"

Record = dict[str, Any]

ALTERNATIVES_KEYS: dict[str, str] = {
    "schema": "Name and version of this contract.",
    "scenario": "The scenario that was planned.",
    "title": "Title of the workbook.",
    "within": "How much worse a plan may be, as a share of the best.",
    "limit": "What a plan may come to in the rank that the share is of.",
    "rank": "That rank in the best plan: name, value, bound, gap, proven; null when the search did not get there.",
    "best_value": "Points that the best plan is worth.",
    "core": "Ids of the missions that every plan that good has in.",
    "contested": "Ids of the missions that some of them have in and others have not.",
    "out": "Ids of the missions that none of them has in.",
    "not_settled": "What was not found out: missions, options (mission, option), pairs (mission, other).",
    "missions": (
        "Each mission: mission, standing, in_best, options (those it has in some plan that good), finishing (whether "
        "one of its contributions in the best plan only finishes a tour that runs at the start)."
    ),
    "pairs": (
        "Contested missions that hang together: kind, mission, other, anyway (whether that holds for every plan that "
        "keeps the rules, whatever it is worth; null when not known)."
    ),
    "best": "The best plan, as a row of plans.",
    "plans": (
        "Plans that are unlike the best one and each other: value, less (points less than the best plan), "
        "readiness_short (unit months), cost (EUR), proven, missions_apart and options_apart (from the nearest of the "
        "plans before it), swaps against the best plan (mission, kind, before, after), missions (those that are in), "
        "contributions."
    ),
    "no_more": "Why there are no more plans.",
    "settled": "Whether everything was found out.",
    "stopped": "Whether Ctrl-C ended the search.",
    "failed": "Why questions went wrong; what they were about is not settled.",
    "solves": "Solves beside that of the best plan, by what they were about; total; two_for_every_mission; sentence.",
    "content_hash": "Hash of the contents that were planned.",
}


def alternatives_document(found: Alternatives) -> Record:
    """Near-optimal plans as one JSON document; ``ALTERNATIVES_KEYS`` says what is in it."""
    rank = found.proven
    return {
        "schema": SCHEMA,
        "scenario": found.scenario.label,
        "title": found.scenario.settings.title,
        "within": found.within,
        "limit": found.worst,
        "rank": None if rank is None else _rank(rank),
        "best_value": found.best.value,
        **{
            standing.value: [place.mission for place in found.of(standing)]
            for standing in (Standing.CORE, Standing.CONTESTED, Standing.OUT)
        },
        "not_settled": {
            "missions": [place.mission for place in found.of(Standing.OPEN)],
            "options": [[place.mission, option] for place in found.places for option in place.options_open],
            "pairs": [list(pair) for pair in found.pairs_open],
        },
        "missions": [
            {
                "mission": place.mission,
                "standing": place.standing.value,
                "in_best": place.in_best,
                "options": list(place.options),
                "finishing": any(p.finishing for p in found.best.presences.get(place.mission, ())),
            }
            for place in found.places
        ],
        "pairs": [
            {"kind": pair.tie.value, "mission": pair.mission, "other": pair.other, "anyway": pair.anyway}
            for pair in found.pairs
        ],
        "best": _plan(found.best, found),
        "plans": [_plan(plan, found) for plan in found.plans[1:]],
        "no_more": found.ending.value,
        "settled": found.settled,
        "stopped": found.stopped,
        "failed": list(found.failed),
        "solves": {
            **found.solves,
            "total": sum(found.solves.values()),
            "two_for_every_mission": 2 * len(found.places),
            "sentence": solves_words(found),
        },
        "content_hash": found.scenario.content_hash,
    }


def _rank(rank: RankedGoal) -> Record:
    known = abs(rank.bound) <= UNKNOWN
    return {
        "name": rank.name,
        "value": rank.claimed,
        "bound": rank.bound if known else None,
        "gap": rank.gap if known else None,
        "proven": rank.proven,
    }


def _plan(plan: Plan, found: Alternatives) -> Record:
    return {
        "value": plan.value,
        "less": found.best.value - plan.value,
        "readiness_short": plan.short,
        "cost": plan.cost,
        "proven": plan.proven,
        "missions_apart": plan.apart,
        "options_apart": plan.options_apart,
        "swaps": [_swap(swap) for swap in plan.swaps(found.best)],
        "missions": list(plan.missions),
        "contributions": recorded(plan.ledger.contributions),
    }


def _swap(swap: Difference) -> Record:
    return {
        "mission": swap.mission,
        "kind": swap.kind.value,
        "before": _words(swap.before),
        "after": _words(swap.after),
    }


def _words(presences: Presences) -> list[str]:
    return [str(presence) for presence in presences]
