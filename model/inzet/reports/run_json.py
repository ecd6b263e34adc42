"""``run.json``: a result for other programs. Its keys are a contract; ``RUN_KEYS`` documents them."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from importlib.metadata import version

from inzet.analyses.decisions import Decision, Firmness, by_firmness
from inzet.analyses.in_the_way import Obstacle
from inzet.outcome import RankedGoal, Solution
from inzet.plan.audit import Audit
from inzet.plan.record import asked_for, recorded
from inzet.plan.tables import Table

SCHEMA = "inzet.run/2"

RUN_KEYS: dict[str, str] = {
    "schema": "Name and version of this contract.",
    "scenario": "Named scenarios applied to the workbook, joined by +; base without any.",
    "title": "Title of the plan, from the workbook.",
    "outcome": "optimal, feasible, infeasible, no plan found, unbounded or failed.",
    "limit": "What stopped the search: none, time, interrupt, watchdog, crash or other.",
    "message": "One sentence about anything but a plain proof.",
    "asked": (
        "How far the search was to go, by option or else as the workbook says: gap (share of the best) and time_limit "
        "(seconds for each search). Of a plan made anew also max_changes (null for any number) and change_price "
        "(points of value that every change must bring)."
    ),
    "objective": "Value of each ranked goal: unit months short, points, changes, EUR million, months of delay.",
    "bound": "Most points that any plan could have that is as good in the goals ranked above value; null if not known.",
    "gap": "How far the points of this plan may be from that bound, as a share; null if not known.",
    "goals": "Each ranked goal in order: goal, value, bound, gap, proven.",
    "decisions": (
        "A row per contribution, and one per mission left out: mission, decision (in or out), option, start and end "
        "(YYYY-MM), persons, value (points), running, units."
    ),
    "contributions": (
        "The contributions as they can be read back: mission, option, start and end (YYYY-MM), running, and units "
        "(capability, unit, number) where the workbook leaves a choice."
    ),
    "margins": (
        "With --explain a row per mission, otherwise empty: mission, decision (in or out), firmness (fixed: nothing to "
        "decide, firm: cannot be turned around, costs, tie, open: not examined), tie, margin and the goal it is "
        "counted in (null for a tie, or when it cannot be told), displaced, admitted, shifted (missions), blocked_by: "
        "what stands in the way (kind: supply, readiness, money, rule, price or mandate; what, tier, spells with from "
        "and to as YYYY-MM, short, holders, cells)."
    ),
    "audit": "The independent check: ok, and how many times each rule was held against the plan.",
    "size": "Rows, columns and nonzeros of the problem.",
    "versions": "Versions of inzet, Python, the solver and the libraries that matter to the plan.",
    "content_hash": (
        "SHA-256 of what was asked: the workbook with its changes, and of a plan made anew what had happened, "
        "max_changes and change_price. Equal hashes mean the same question. Gap and time limit are no part of it: they "
        "say how far the search goes, and stand under asked."
    ),
    "timings": "Seconds by phase, and by goal; nothing else in this file differs from run to run.",
}


def run_document(
    solution: Solution, audit: Audit | None, tables: dict[str, Table] | None, found: Iterable[Decision] = ()
) -> dict[str, object]:
    """The contents of ``run.json``.

    Args:
        solution: how the solve ended.
        audit: the independent check; None without a plan.
        tables: the result tables; None without a plan.
        found: its decisions turned around; empty when nobody asked.
    """
    value = next((goal for goal in solution.goals if goal.name == "value"), None)
    return {
        "schema": SCHEMA,
        "scenario": solution.scenario.label,
        "title": solution.scenario.settings.title,
        "outcome": solution.status.value,
        "limit": solution.limit.value,
        "message": solution.message,
        "asked": asked_for(solution),
        "objective": {goal.name: _finite(goal.claimed) for goal in solution.goals} if solution.status.has_plan else {},
        "bound": _finite(value.bound) if value else None,
        "gap": _finite(value.gap) if value else None,
        "goals": [_goal(goal) for goal in solution.goals],
        "decisions": _decisions(tables["decisions"]) if tables else [],
        "contributions": recorded(solution.contributions),
        "margins": [margin_record(decision) for decision in by_firmness(found)],
        "audit": {"ok": audit.ok, "checks": audit.checks} if audit else None,
        "size": dict(solution.size),
        "versions": versions(solution),
        "content_hash": solution.scenario.content_hash,
    }


def timings(solution: Solution) -> dict[str, object]:
    """Seconds by phase and by goal; they differ from run to run, so they stand by themselves."""
    phases = {phase: round(seconds, 3) for phase, seconds in solution.timings.items()}
    return {**phases, "goals": {goal.name: round(goal.seconds, 3) for goal in solution.goals}}


def versions(solution: Solution) -> dict[str, str]:
    """What the plan was made with."""
    libraries = ("inzet", "pyomo", "highspy", "numpy", "scipy", "pandas", "pydantic", "openpyxl")
    return {
        **{name: version(name) for name in libraries},
        "python": platform.python_version(),
        "solver": solution.solver,
    }


def _goal(goal: RankedGoal) -> dict[str, object]:
    return {
        "goal": goal.name,
        "value": _finite(goal.claimed),
        "bound": _finite(goal.bound),
        "gap": _finite(goal.gap),
        "proven": goal.proven,
    }


def _finite(number: float) -> float | None:
    """JSON has no infinity."""
    return number if abs(number) < 1e20 else None


def _decisions(table: Table) -> list[dict[str, object]]:
    keys = ["mission", "decision", "option", "start", "end", "persons", "value", "running", "units"]
    rows = table.frame[keys].to_dict("records")
    return [{str(key): (None if value == "" else value) for key, value in row.items()} for row in rows]


def margin_record(decision: Decision) -> dict[str, object]:
    """A decision and what turning it around comes to."""
    return {
        "mission": decision.mission,
        "decision": decision.verdict.value,
        "firmness": decision.firmness.value,
        "tie": decision.firmness is Firmness.TIE,
        "margin": decision.margin,
        "goal": decision.deciding.goal if decision.deciding else None,
        "displaced": list(decision.displaced),
        "admitted": list(decision.admitted),
        "shifted": list(decision.shifted),
        "blocked_by": [_obstacle(obstacle) for obstacle in decision.obstacles],
    }


def _obstacle(obstacle: Obstacle) -> dict[str, object]:
    return {
        "kind": obstacle.kind.value,
        "what": obstacle.what,
        "tier": obstacle.tier,
        "spells": [{"from": str(first), "to": str(last)} for first, last in obstacle.spells],
        "short": obstacle.short,
        "holders": list(obstacle.holders),
        "cells": list(obstacle.cells),
    }
