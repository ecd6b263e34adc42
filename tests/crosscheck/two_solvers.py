"""One random workbook, planned by inzet and by the independent model in a process of its own, and held side by side."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import product
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from every_plan import small_scenario
from random_books import sized_book

from inzet.calendar import Month
from inzet.errors import AuditError, InputError
from inzet.outcome import Contribution, Status
from inzet.plan.audit import audit, audited
from inzet.plan.ledger import Ledger
from inzet.scenario.checks import make_scenario
from inzet.scenario.scenario import Scenario, Stay
from inzet.schema.book import Book
from inzet.schema.rows import Basis, Requirement
from inzet.solve import solve
from inzet.workbook.reader import read_workbook
from inzet.workbook.writer import write_workbook

INDEPENDENT = Path(__file__).with_name("cp_sat_model.py")
HAIR = 2e-6
"""What inzet's sums of floats may be off, as a share; a goal that is done may give a millionth to the next one."""
SECONDS = 120.0
"""For inzet; the books are solved long before."""
Ranked = tuple[float, ...]


@dataclass(frozen=True)
class Found:
    """The answer of the independent model.

    Attributes:
        status: ``optimal``, ``infeasible``, or why there is no answer.
        goals: best value by rank, exact; less is better.
        plan: a plan that reaches them.
        loaded: the rooms of inzet, and HiGHS if it were there, that its process had loaded.
        error: what went wrong in its process; empty when nothing did.
    """

    status: str
    goals: tuple[Fraction, ...]
    plan: tuple[Contribution, ...]
    loaded: tuple[str, ...]
    error: str


class Independent:
    """The process of the independent model: it starts once, and answers one workbook after the other."""

    def __enter__(self) -> Self:
        pipes = partial(subprocess.Popen, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        self.process = pipes([sys.executable, str(INDEPENDENT)])
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.process.__exit__(kind, error, at)

    def answer(self, path: Path) -> Found:
        """What it makes of a workbook."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{path}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the independent model broke down on {path}")
        return _found(json.loads(line))


def _found(said: dict[str, Any]) -> Found:
    return Found(
        said["status"],
        tuple(map(Fraction, said["goals"])),
        tuple(map(_contribution, said.get("plan", ()))),
        tuple(said["loaded"]),
        said.get("error", ""),
    )


def _contribution(said: dict[str, Any]) -> Contribution:
    first, last = Month.parse(said["first"]), Month.parse(said["last"])
    units = {(capability, unit): number for capability, unit, number in said["units"]}
    return Contribution(Stay(said["mission"], said["option"], first, last, said["running"]), units)


def is_middling(seed: int) -> bool:
    """Every third seed is too large for brute force."""
    return seed % 3 == 2


def seeded_book(seed: int) -> Book:
    """The workbook of a seed: the first valid one that it makes."""
    if not is_middling(seed):
        return small_scenario(seed)[0].book
    for attempt in range(100):
        book = sized_book(seed + 100_000 * attempt)
        with suppress(InputError):
            make_scenario(book)
            # A workbook in which nothing asks for units is no workbook: the sheet would be empty.
            if book.of(Requirement):
                return book
    raise AssertionError("the generator makes no valid plans any more")


def save(book: Book, path: Path) -> None:
    """Write a book as a workbook that can be read again: its numbers rest on the seed."""
    basis = [{"about": sheet, "row": "*", "column": "*", "basis": "derived", "why": "random"} for sheet in book.rows]
    write_workbook(book.with_rows(Basis.sheet, [Basis.model_validate(row) for row in basis]), path)


def differences(path: Path, independent: Independent) -> list[str]:
    """Everything in which the two differ on a workbook, in words; nothing when they agree.

    Raises:
        InputError: it is no workbook that inzet would solve.
    """
    scenario, _ = make_scenario(read_workbook(path)[0])
    solution = solve(scenario, gap=0.0, time_limit=SECONDS)
    found = independent.answer(path)
    if (solution.status, found.status) == (Status.INFEASIBLE, "infeasible"):
        return []
    if (solution.status, found.status) != (Status.OPTIMAL, "optimal"):
        return [f"inzet says {solution.status}, CP-SAT says {found.status} {found.error}".strip()]
    try:
        ledger, _ = audited(solution)
    except AuditError as error:
        return [f"inzet's plan does not hold: {error}"]
    return [*_apart("inzet comes to", ledger.ranked, found.goals), *_wrong(scenario, found)]


def _wrong(scenario: Scenario, found: Found) -> list[str]:
    """What inzet's own independent check has against the plan of the other model."""
    ledger = Ledger(scenario, found.plan)
    breaches = [f"CP-SAT's plan breaks a rule: {finding.sentence}" for finding in audit(ledger).findings]
    return breaches + _apart("CP-SAT's plan is worth", ledger.ranked, found.goals)


def _apart(who: str, reached: Ranked, goals: tuple[Fraction, ...]) -> list[str]:
    if len(reached) != len(goals):
        return [f"{who} {len(reached)} goals, CP-SAT has {len(goals)}"]
    return [
        f"{who} {one:.9g} in rank {rank}, CP-SAT to {float(other):.9g}"
        for rank, (one, other) in enumerate(zip(reached, goals, strict=True), start=1)
        if abs(one - other) > HAIR * max(1.0, abs(other))
    ]


def best_of_all(scenario: Scenario, sets: list[list[tuple[Contribution, ...]]]) -> Ranked | None:
    """The best that any plan reaches; None when no plan keeps every rule."""
    plans = (Ledger(scenario, tuple(c for part in parts for c in part)) for parts in product(*sets))
    ranked = [tuple(round(goal, 6) for goal in ledger.ranked) for ledger in plans if audit(ledger).ok]
    return min(ranked, default=None)
