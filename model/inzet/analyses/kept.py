"""Solved plans, kept in a folder: what was solved before and is unchanged is not solved again.

A plan is found again only by all that it was made from: the contents of the scenario, time limit and gap, the code that
makes plans, and the versions and options of the solver. It is checked again, as if it were new, when it is read.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from inzet.errors import AuditError
from inzet.outcome import Limit, RankedGoal, Solution, Status
from inzet.plan.audit import audited
from inzet.plan.record import asked_for, contributions_from, recorded, searched_from
from inzet.scenario.scenario import Scenario
from inzet.solve import prepare
from inzet.solver.keeping import code_hash, hash_of, rooms, write_whole
from inzet.solver.kept_answers import is_finished
from inzet.solver.messages import FIXED_OPTIONS

FOLDER = Path("results") / ".kept"
"""Where plans are kept when nothing else is said."""

ANSWERS = "answers"
"""The folder beside the plans in which the answers to single questions are kept."""

SCHEMA = "inzet.kept/1"

_NOT_MAKING = frozenset({"cli", "dossier", "reports", "analyses", "plan", "workbook"})
"""Rooms that ask for plans, check them, tell of them or read what is asked: a change there makes no other plan."""


def made_of(scenario: Scenario, time_limit: float | None = None, gap: float | None = None) -> dict[str, Any]:
    """All that a plan is made from, as plain values; equal values mean the same plan may be used.

    Args:
        scenario: what to plan.
        time_limit: seconds for the search; the workbook's setting when not given.
        gap: share of the best within which the search may stop; the workbook's setting when not given.
    """
    settings = scenario.settings
    return {
        "content_hash": scenario.content_hash,
        "time_limit": float(settings.time_limit if time_limit is None else time_limit),
        "gap": float(settings.gap if gap is None else gap),
        "versions": {name: version(name) for name in ("inzet", "pyomo", "highspy")},
        "code": _code_hash(),
        "solver_options": FIXED_OPTIONS,
    }


def _code_hash() -> str:
    """SHA-256 of the code that makes plans."""
    return code_hash(rooms() - _NOT_MAKING)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder of kept plans, one file each.

    Attributes:
        folder: where they are; None to keep nothing and find nothing.
        anew: whether to find nothing, and keep what is solved anew.
    """

    folder: Path | None
    anew: bool = False

    def find(self, scenario: Scenario, time_limit: float | None = None, gap: float | None = None) -> Solution | None:
        """The plan that was kept for a scenario; None when there is none, or what is there does not hold."""
        asked = made_of(scenario, time_limit, gap)
        if self.folder is None or self.anew:
            return None
        try:
            document = json.loads(self._file(asked).read_text(encoding="utf-8"))
            if document["schema"] != SCHEMA or document["made_of"] != asked:
                return None
            solution = solution_from(scenario, document)
            if solution.status.has_plan:
                audited(solution)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, AuditError):
            # A file that was cut off, changed or no longer holds is no plan: it is solved again and written over.
            return None
        return solution

    def keep(self, solution: Solution, time_limit: float | None = None, gap: float | None = None) -> None:
        """Keep a solution, unless it failed or was interrupted; a folder that cannot be written keeps nothing."""
        if self.folder is not None and is_finished(solution.status, solution.limit):
            asked = made_of(solution.scenario, time_limit, gap)
            write_whole(self._file(asked), json.dumps(_document(solution, asked), ensure_ascii=False, indent=1))

    def _file(self, asked: Mapping[str, Any]) -> Path:
        assert self.folder is not None
        return self.folder / f"{hash_of(asked)}.json"


def solved(
    scenario: Scenario,
    shelf: Shelf,
    *,
    time_limit: float | None = None,
    gap: float | None = None,
    stop: threading.Event | None = None,
) -> tuple[Solution, bool]:
    """The best plan of a scenario, and whether it was kept from an earlier solve.

    Args:
        scenario: what to plan.
        shelf: where plans are kept.
        time_limit: seconds for the search; the workbook's setting when not given.
        gap: share of the best within which the search may stop; the workbook's setting when not given.
        stop: stops the search with the best plan so far when set.

    Raises:
        AuditError: the plan breaks a rule, or is worth something else than claimed.
        SolverError: the solver refused the problem.
    """
    known = shelf.find(scenario, time_limit, gap)
    if known is not None:
        return known, True
    solution = prepare(scenario).ask(time_limit=time_limit, gap=gap, stop=stop)
    if solution.status.has_plan:
        audited(solution)
    shelf.keep(solution, time_limit, gap)
    return solution, False


def _document(solution: Solution, asked: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "made_of": dict(asked),
        "outcome": solution.status.value,
        "limit": solution.limit.value,
        "message": solution.message,
        "asked": asked_for(solution),
        "goals": [
            {
                "goal": goal.name,
                "value": goal.claimed,
                "bound": goal.bound,
                "gap": goal.gap,
                "proven": goal.proven,
                "seconds": goal.seconds,
                "more_is_better": goal.more_is_better,
            }
            for goal in solution.goals
        ],
        "contributions": recorded(solution.contributions),
        "timings": dict(solution.timings),
        "size": dict(solution.size),
        "versions": {"solver": solution.solver},
    }


def solution_from(scenario: Scenario, document: Mapping[str, Any]) -> Solution:
    """A solution out of plain values, as a kept plan or a ``run.json`` has them.

    Args:
        scenario: what was planned.
        document: outcome, limit, message, asked, goals, contributions, size and versions, and seconds where they are
            kept.

    Raises:
        KeyError, TypeError, ValueError: values that inzet did not write.
    """
    return Solution(
        scenario=scenario,
        status=Status(document["outcome"]),
        limit=Limit(document["limit"]),
        message=document["message"],
        goals=tuple(_goal(row) for row in document["goals"]),
        contributions=contributions_from(document["contributions"]),
        timings=document.get("timings", {}),
        size=document["size"],
        solver=document["versions"]["solver"],
        searched=searched_from(document["asked"]),
    )


def _goal(row: Mapping[str, Any]) -> RankedGoal:
    known = {name: float("inf") if row[name] is None else float(row[name]) for name in ("value", "bound", "gap")}
    return RankedGoal(
        name=row["goal"],
        claimed=known["value"],
        bound=known["bound"],
        gap=known["gap"],
        proven=row["proven"],
        seconds=row.get("seconds", 0.0),
        # A goal that is value alone is told in points, the more the better.
        more_is_better=row.get("more_is_better", row["goal"] == "value"),
    )
