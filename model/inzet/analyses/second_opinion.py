"""A finished result, checked again from its files alone: the workbook that was asked, and what came out.

Nothing is solved: rules, goals and every number of the tables are reckoned again from the rows of the workbook, and
held against what the files say. What cannot be reckoned again is the bound, which only the search knew; what is said of
the proof must go with it, and with the gap that was asked for. What was not looked at is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import isclose
from pathlib import Path
from typing import Any

import pandas as pd

from inzet.analyses.finished import INPUT, RUN, Finished
from inzet.analyses.kept import solution_from
from inzet.errors import AuditError, UsageError
from inzet.outcome import Limit, RankedGoal, Solution, Status
from inzet.plan.audit import TOLERANCE, Audit, audit, audited, claims, reckoned_goals
from inzet.plan.ledger import Ledger
from inzet.plan.renewed import CHANGES, changes_made
from inzet.plan.tables import Table, plan_tables
from inzet.solve import relative_gap

TABLES = "tables"
"""The folder of the CSV files within a result."""

_LOOKED_AT = frozenset(
    {
        *("scenario", "title", "outcome", "limit", "asked", "objective", "bound", "gap", "goals", "decisions"),
        *("contributions", "history", "content_hash", "audit"),
    }
)
"""The keys of run.json that are reckoned again, or held against each other."""

_SAYS_NOTHING = frozenset({"schema", "versions", "timings", "size"})
"""The keys of run.json that say nothing of the plan."""


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
        not_looked_at: files, folders and keys of run.json that were not checked.
    """

    checks: Mapping[str, int]
    violations: tuple[Violation, ...]
    not_looked_at: tuple[str, ...]

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
    tables, result = plan_tables(ledger), audit(ledger)
    parts: dict[str, Callable[[], Iterable[Violation | None]]] = {
        "the goals are what the plan comes to": lambda: _goals(finished, ledger),
        "the outcome is no better than the proof": lambda: doubts(finished),
        "what run.json says twice is the same": lambda: _twice(finished, result),
        "the decisions of run.json are those of the plan": lambda: _decisions(finished.document, tables["decisions"]),
        "the tables say what the plan says": lambda: _tables(finished.folder / TABLES, tables),
    }
    checks = dict(result.checks)
    violations = [Violation(finding.rule, finding.where, finding.sentence) for finding in result.findings]
    for name, part in parts.items():
        found = list(part())
        checks[name] = len(found)
        violations += [violation for violation in found if violation is not None]
    return Opinion(checks, tuple(violations), tuple(_not_looked_at(finished, tables)))


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
    wanted = reckoned_goals(ledger)
    for goal in solution.goals:
        sentence = f"nobody asked for a goal called {goal.name}"
        yield None if goal.name in wanted else Violation(check, goal.name, sentence)
    yield from (None for _ in range(len(solution.goals) - len(wrong)))
    most = finished.scenario.history.wish.most if finished.scenario.history is not None else None
    if most is not None:
        made = changes_made(ledger)
        sentence = f"the plan makes {made} changes, at most {most} were asked for"
        yield Violation(check, CHANGES, sentence) if made > most else None


def _twice(finished: Finished, result: Audit) -> Found:
    """What stands under the goals as well, or in the workbook, or was checked before as it is now."""
    check = "what run.json says twice is the same"
    document = finished.document
    try:
        goals = {row["goal"]: row for row in document["goals"]}
        objective = dict(document["objective"])
        value = goals.get("value", {"bound": None, "gap": None})
        pairs = [(f"objective of {name}", objective.get(name), row["value"]) for name, row in goals.items()]
        pairs += [(f"objective of {name}", objective[name], None) for name in objective if name not in goals]
        pairs += [(key, document[key], value[key]) for key in ("bound", "gap")]
        pairs.append(("title", document["title"], finished.scenario.settings.title))
        pairs.append(("audit ok", document["audit"]["ok"], result.ok))
        # Another version may have had other rules.
        told = dict(document["audit"]["checks"])
        pairs += [(f"audit of: {rule}", told[rule], times) for rule, times in result.checks.items() if rule in told]
    except (KeyError, TypeError, ValueError) as error:
        yield Violation(check, RUN, f"it cannot be read ({error})")
        return
    for name, said, wanted in pairs:
        sentence = f"{name} is {said}, elsewhere it is {wanted}"
        yield None if _same(said, wanted) else Violation(check, name, sentence)


def doubts(finished: Finished) -> Iterator[Violation | None]:
    """Everything in which a result calls itself better than the bounds of its own goals allow.

    Args:
        finished: the result.

    Yields:
        An item for every time that something was checked; None where it holds.
    """
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
        # Written so that what is no number fails as well.
        yield None if better <= hair else Violation(check, goal.name, sentence)
        gap = relative_gap(goal.claimed, goal.bound)
        sentence = f"the gap of {goal.name} is given as {goal.gap:.2%}; its value and bound are {gap:.2%} apart"
        yield Violation(check, goal.name, sentence) if gap > goal.gap + TOLERANCE else None
        yield _unproven(check, goal, solution)
    optimal = solution.status is Status.OPTIMAL
    wanted = set(reckoned_goals(Ledger(finished.scenario, finished.contributions)))
    proven = wanted == {goal.name for goal in solution.goals} and all(goal.proven for goal in solution.goals)
    sentence = "the plan is called optimal, but not every goal is proven"
    yield Violation(check, RUN, sentence) if optimal and not proven else None
    sentence = f"the plan is called optimal, but the search was stopped ({solution.limit})"
    yield Violation(check, RUN, sentence) if optimal and solution.limit is not Limit.NONE else None
    if not solution.status.has_plan:
        yield Violation(check, RUN, f"the outcome is {solution.status}, so there is no plan to show")


def vouched_for(done: Finished) -> Solution:
    """The solution of a finished result, checked again: a file may have been changed since it was written.

    Args:
        done: the result.

    Raises:
        AuditError: its plan breaks a rule, is worth something else than its file says, or calls itself better than its
            own bounds allow.
        UsageError: its file cannot be read.
    """
    try:
        solution = solution_from(done.scenario, done.document)
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"The goals in {done.folder / RUN} cannot be read ({error}).") from None
    audited(solution)
    sentences = [doubt.sentence for doubt in doubts(done) if doubt is not None]
    if sentences:
        raise AuditError(sentences)
    return solution


def _unproven(check: str, goal: RankedGoal, solution: Solution) -> Violation | None:
    """A goal that is called proven and is further from its bound than the gap that was asked for."""
    asked = solution.searched.gap if solution.searched is not None else 0.0
    # The solver takes a hair for arithmetic, and a later goal may use another one.
    hair = 3 * TOLERANCE * max(1.0, abs(goal.claimed))
    if not goal.proven or abs(goal.claimed - goal.bound) <= asked * abs(goal.claimed) + hair:
        return None
    gap = relative_gap(goal.claimed, goal.bound)
    sentence = f"{goal.name} is called proven, but is {gap:.2%} from its bound; asked for was {asked:.2%}"
    return Violation(check, goal.name, sentence)


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


def _not_looked_at(finished: Finished, tables: Mapping[str, Table]) -> Iterator[str]:
    """The files of a result that were not read, folders in one, and the keys of run.json that were not."""
    read = {INPUT, RUN, *(f"{TABLES}/{name}.csv" for name in tables)}
    for path in sorted(finished.folder.iterdir()):
        # What begins with a dot is kept by the program itself, or by the system.
        if path.name.startswith("."):
            continue
        if path.name == TABLES and path.is_dir():
            inside = (f"{TABLES}/{file.name}" for file in sorted(path.iterdir()))
            yield from (name for name in inside if name not in read)
        elif path.name not in read:
            yield f"{path.name}/" if path.is_dir() else path.name
    for key, value in finished.document.items():
        if value not in ("", [], {}, None) and key not in _LOOKED_AT | _SAYS_NOTHING:
            yield f"{key} in {RUN}"


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
