"""Random workbooks, planned by inzet, by an independent model for CP-SAT and by trying every plan: mismatches, counted.

    python tests/crosscheck/agreement.py [--books NUMBER] [--first SEED] [--json]

Two in three workbooks are small enough to try every plan; the third is larger. A mismatch is a difference in the
outcome, in the value of any ranked goal, or a plan of either that the independent check does not let pass.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

# Run as a command, it does not find the other tests by itself.
sys.path.insert(0, str(Path(__file__).parents[1]))

from crosscheck.two_solvers import HAIR, Independent, best_of_all, differences, is_middling, save, seeded_book
from every_plan import MOST_PLANS, per_mission

from inzet.scenario.checks import make_scenario
from inzet.workbook.reader import read_workbook

BOOKS = 1000
"""Workbooks when nothing else is said; a quarter of an hour."""


@dataclass(frozen=True)
class Held:
    """A workbook on which the answers were held side by side.

    Attributes:
        seed: what it was made from.
        outcome: ``optimal`` or ``infeasible``, as CP-SAT has it.
        plans: plans tried one by one; 0 where there are too many.
        mismatches: what differs, in words.
    """

    seed: int
    outcome: str
    plans: int
    mismatches: tuple[str, ...]


def held(seed: int, path: Path, independent: Independent) -> Held:
    """Plan the workbook of a seed in every way that there is."""
    save(seeded_book(seed), path)
    mismatches = differences(path, independent)
    found = independent.answer(path)
    plans, best = (0, None) if is_middling(seed) else _every_plan(path)
    if plans:
        status, goals = ("infeasible", ()) if best is None else ("optimal", best)
        if found.status != status or not _same(tuple(map(float, found.goals)), goals):
            mismatches.append(f"CP-SAT has {found.status} {found.goals}, the best of {plans} plans is {best}")
    return Held(seed, found.status, plans, tuple(mismatches))


def _every_plan(path: Path) -> tuple[int, tuple[float, ...] | None]:
    """How many plans there are, and the best of them; no plans where they are too many to try."""
    scenario, _ = make_scenario(read_workbook(path)[0])
    sets = [per_mission(scenario, name) for name in scenario.missions]
    number = math.prod(map(len, sets))
    return (number, best_of_all(scenario, sets)) if number <= MOST_PLANS else (0, None)


def _same(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return len(one) == len(other) and all(
        abs(a - b) <= HAIR * max(1.0, abs(b)) for a, b in zip(one, other, strict=True)
    )


def main() -> int:
    """Plan so many workbooks, and say how many there were and how many mismatches."""
    parser = argparse.ArgumentParser(description="Count how often inzet, CP-SAT and the best of all plans agree.")
    parser.add_argument("--books", type=int, default=BOOKS, help="workbooks to plan")
    parser.add_argument("--first", type=int, default=5000, help="seed of the first; the tests have those below 2000")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    asked = parser.parse_args()
    with TemporaryDirectory() as folder, Independent() as independent:
        path = Path(folder) / "book.xlsx"
        found = [held(seed, path, independent) for seed in range(asked.first, asked.first + asked.books)]
    outcomes = Counter(one.outcome for one in found)
    told = {
        "books": len(found),
        "with_a_plan": outcomes["optimal"],
        "without": outcomes["infeasible"],
        "every_plan_tried": sum(bool(one.plans) for one in found),
        "plans": sum(one.plans for one in found),
        "mismatches": [f"seed {one.seed}: {words}" for one in found for words in one.mismatches],
    }
    if asked.json:
        print(json.dumps(told, indent=2))
    else:
        print(
            f"{told['books']} workbooks planned by inzet and by CP-SAT, {told['with_a_plan']} of them with a plan; on "
            f"{told['every_plan_tried']} every plan tried, {told['plans']} in all; {len(told['mismatches'])} mismatches"
        )
        print(*(f"  {words}" for words in told["mismatches"]), sep="\n")
    return 1 if told["mismatches"] else 0


if __name__ == "__main__":
    sys.exit(main())
