"""Answers for other programs: why a decision is as it is, and why there is no plan. Their keys are a contract."""

from __future__ import annotations

from typing import Any

from inzet.analyses.conditions import months_of
from inzet.analyses.conflict import Conflict, Member
from inzet.analyses.decisions import Verdict
from inzet.analyses.in_the_way import spells_of
from inzet.analyses.what_if import WhatIf
from inzet.analyses.why import MonthByMonth, Ready, Why
from inzet.reports.run_json import margin_record
from inzet.reports.what_if_words import (
    answer_sentence,
    member_cells,
    member_words,
    repair_sentence,
    what_if_cells,
    what_if_words,
    why_sentences,
)
from inzet.scenario.scenario import Scenario

WHY = "inzet.why/1"

Record = dict[str, Any]


def why_document(why: Why, scenario: Scenario) -> Record:
    """The answer to why a mission, or an option of it, is in or out.

    ``enters_if`` lists what would bring it into the best plan when it is out, ``leaves_if`` what would take it out when
    it is in; each with kind, change (words), verified, and the rows of the Scenarios sheet that make the change.
    """
    decision = why.decision
    answers = [
        {**what_if_record(answer, scenario), "sentence": answer_sentence(answer, why, scenario)}
        for answer in why.answers
    ]
    is_out = decision.verdict is Verdict.OUT
    return {
        "schema": WHY,
        "scenario": scenario.label,
        "option": decision.option or None,
        "name": scenario.missions[decision.mission].name,
        **margin_record(decision),
        "losses": {loss.goal: loss.amount for loss in decision.losses},
        "months": [_month(month) for month in why.months],
        "readiness": [_ready(ready) for ready in why.readiness],
        "enters_if": answers if is_out else [],
        "leaves_if": [] if is_out else answers,
        "tried": list(why.tried),
        "missed": list(why.missed),
        "sentences": why_sentences(why, scenario),
        "content_hash": scenario.content_hash,
    }


def _month(month: MonthByMonth) -> Record:
    return {
        "month": str(month.month),
        "gone": [{"mission": mission, "option": option} for mission, option in month.gone],
        "come": [{"mission": mission, "option": option} for mission, option in month.come],
        "points": month.points,
    }


def _ready(ready: Ready) -> Record:
    return {
        "unit": ready.unit,
        "tier": ready.tier,
        "month": str(ready.month),
        "ready": ready.ready,
        "wanted": ready.wanted,
        "cells": list(ready.cells),
    }


def what_if_record(answer: WhatIf, scenario: Scenario) -> Record:
    """A change to the workbook that makes a difference."""
    return {
        "kind": answer.kind.value,
        "what": answer.what,
        "tier": answer.tier,
        "change": what_if_words(answer, scenario),
        "amounts": [{"from": str(first), "to": str(last), "units": units} for first, last, units in answer.amounts],
        "number": answer.number,
        "was": answer.was,
        "verified": answer.verified,
        "tie": answer.tie,
        "displaced": list(answer.displaced),
        "admitted": list(answer.admitted),
        "cells": list(what_if_cells(answer, scenario)),
        "rows": [
            {
                "about": change.about,
                "row": change.row,
                "column": change.column,
                "how": change.how.value,
                "value": change.value,
            }
            for change in answer.changes
        ],
    }


def impossible_document(conflict: Conflict, repairs: tuple[WhatIf, ...], scenario: Scenario) -> Record:
    """Why there is no plan, and what would make one: the keys ``conflict`` and ``repairs``."""
    return {
        "conflict": {
            "minimal": conflict.minimal,
            "solves": conflict.solves,
            "members": [_member(member, scenario) for member in conflict.members],
        },
        "repairs": [
            {**what_if_record(repair, scenario), "sentence": repair_sentence(repair, scenario)} for repair in repairs
        ],
    }


def _member(member: Member, scenario: Scenario) -> Record:
    return {
        "kind": member.condition.kind.value,
        "what": member.condition.what,
        "tier": member.condition.tier,
        "spells": [{"from": str(first), "to": str(last)} for first, last in spells_of(months_of(member.pieces))],
        "touchable": member.touchable,
        "cells": list(member_cells(member, scenario)),
        "sentence": member_words(member, scenario),
    }
