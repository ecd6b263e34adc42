"""A finished result, checked again from its files alone: the workbook that was asked, and what came out.

Nothing is solved and nothing is believed: rules, goals and every number of the tables are reckoned again from the rows
of the workbook, and held against what the files say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import isclose
from pathlib import Path
from typing import Any

import pandas as pd

from inzet.analyses.finished import Finished
from inzet.analyses.kept import solution_from
from inzet.outcome import Status
from inzet.plan.audit import TOLERANCE, audit, claims
from inzet.plan.ledger import Ledger
from inzet.plan.tables import Table, plan_tables
from inzet.solve import relative_gap

TABLES = "tables"
"""The folder of the CSV files within a result."""


@dataclass(frozen=True, slots=True)
class Violation:
    """Something in a result that does not hold.

    Attributes:
        check: what was checked.
        where: the mission, unit type, fund, month, goal or file.
        sentence: what is wrong.
    """

    check: str
    where: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """What was checked again, and what was found.

    Attributes:
        checks: how many times each thing was held against the files.
        violations: everything that does not hold.
    """

    checks: Mapping[str, int]
    violations: tuple[Violation, ...]

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return not self.violations


Found = Iterator[Violation | None]
"""An item for every time that something was checked; None where it holds."""


def second_opinion(finished: Finished) -> Opinion:
    """Check a finished result again.

    Args:
        finished: the result; its workbook is the one that was asked, for the content hash is the same.
    """
    ledger = Ledger(finished.scenario, finished.contributions)
    tables = plan_tables(ledger)
    parts: dict[str, Callable[[], Iterable[Violation | None]]] = {
        "the goals are what the plan comes to": lambda: _goals(finished, ledger),
        "the outcome is no better than the proof": lambda: _outcome(finished),
        "the decisions of run.json are those of the plan": lambda: _decisions(finished.document, tables["decisions"]),
        "the tables say what the plan says": lambda: _tables(finished.folder / TABLES, tables),
    }
    result = audit(ledger)
    checks = dict(result.checks)
    violations = [Violation(finding.rule, finding.where, finding.sentence) for finding in result.findings]
    for name, part in parts.items():
        found = list(part())
        checks[name] = len(found)
        violations += [violation for violation in found if violation is not None]
    return Opinion(checks, tuple(violations))


def _goals(finished: Finished, ledger: Ledger) -> Found:
    check = "the goals are what the plan comes to"
    document = finished.document
    try:
        solution = solution_from(finished.scenario, document)
    except (KeyError, TypeError, ValueError) as error:
        yield Violation(check, "run.json", f"the goals of run.json cannot be read ({error})")
        return
    wrong = list(claims(solution, ledger))
    yield from (Violation(check, "run.json", sentence) for sentence in wrong)
    for goal in solution.goals:
        said = document.get("objective", {}).get(goal.name)
        agrees = said is not None and _same(said, goal.claimed)
        sentence = f"objective says {said} for {goal.name}, goals says {goal.claimed}"
        yield None if agrees else Violation(check, goal.name, sentence)
    yield from (None for _ in range(len(solution.goals) - len(wrong)))


def _outcome(finished: Finished) -> Found:
    check = "the outcome is no better than the proof"
    document = finished.document
    try:
        solution = solution_from(finished.scenario, document)
    except (KeyError, TypeError, ValueError):
        return
    for goal in solution.goals:
        hair = TOLERANCE * max(1.0, abs(goal.claimed))
        better = goal.claimed - goal.bound if goal.more_is_better else goal.bound - goal.claimed
        sentence = f"{goal.name} is {goal.claimed:,.6g}, better than its bound of {goal.bound:,.6g} allows"
        yield Violation(check, goal.name, sentence) if better > hair else None
        gap = relative_gap(goal.claimed, goal.bound)
        sentence = f"the gap of {goal.name} is given as {goal.gap:.2%}; its value and bound are {gap:.2%} apart"
        yield Violation(check, goal.name, sentence) if gap > goal.gap + TOLERANCE else None
    optimal = solution.status is Status.OPTIMAL
    # A plan made anew has a goal more: as few changes as can be.
    proven = len(solution.goals) >= len(finished.scenario.goals) and all(goal.proven for goal in solution.goals)
    sentence = "the plan is called optimal, but not every goal is proven"
    yield Violation(check, "run.json", sentence) if optimal and not proven else None
    if not solution.status.has_plan:
        yield Violation(check, "run.json", f"the outcome is {solution.status}, so there is no plan to show")


def _decisions(document: Mapping[str, Any], table: Table) -> Found:
    check = "the decisions of run.json are those of the plan"
    rows = document.get("decisions")
    if not isinstance(rows, list) or len(rows) != len(table.frame):
        yield Violation(check, "run.json", f"run.json has not the {len(table.frame)} decisions of the plan")
        return
    for said, row in zip(rows, table.frame.to_dict("records"), strict=True):
        wrong = [key for key, value in said.items() if key in row and not _same(value, row[key])]
        sentence = f"{', '.join(wrong)} of {row['mission']} is not what the plan says"
        yield Violation(check, str(row["mission"]), sentence) if wrong else None


def _tables(folder: Path, tables: Mapping[str, Table]) -> Found:
    for name, table in tables.items():
        yield from _table(folder / f"{name}.csv", table)


def _table(path: Path, table: Table) -> Found:
    check = "the tables say what the plan says"
    try:
        said = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except (OSError, ValueError) as error:
        yield Violation(check, path.name, f"it cannot be read ({error})")
        return
    wanted = table.frame
    if list(said.columns) != list(wanted.columns) or len(said) != len(wanted):
        sentence = f"it has {len(said)} rows and {len(said.columns)} columns that are not those of the plan"
        yield Violation(check, path.name, sentence)
        return
    for column in wanted.columns:
        for number, (text, value) in enumerate(zip(said[column], wanted[column], strict=True), start=2):
            sentence = f"row {number}, {column}: it says {text!r}, the plan comes to {value!r}"
            yield None if _same(text, value) else Violation(check, path.name, sentence)


def _same(said: object, value: object) -> bool:
    """Whether two values are the same; numbers within the tolerance of sums, and no value is an empty text."""
    if _is_nothing(value) or _is_nothing(said):
        return _is_nothing(said) and _is_nothing(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return isclose(float(str(said)), value, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
        except ValueError:
            return False
    return str(said) == str(value)


def _is_nothing(value: object) -> bool:
    return value is None or value == "" or (isinstance(value, float) and value != value)
