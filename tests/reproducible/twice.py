"""Every command that writes a folder, run twice as differently as can be: the same question must give the same files.

The two runs are processes of their own with another seed for hashing, another time zone, another working folder,
another name for the folder of results, nothing kept from each other, and in the second only one core. Every file must
be the same byte for byte, but for how long things took: ``timings``, the last key of ``run.json`` or ``compare.json``,
and the log of the solver; and the hashes of these three, under ``timings`` as well in the list of what was written.

The rows of workbooks are shuffled as well: the plan, its tables and the content hash must stay the same.

    python tests/reproducible/twice.py [--quick] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Run as a command, it does not find the other tests by itself.
sys.path.insert(0, str(Path(__file__).parents[1]))

from builders import small_book
from crosscheck.two_solvers import seeded_book
from mutation.catching import ThisProcess

from inzet.outcome import Solution
from inzet.plan.audit import audited
from inzet.plan.tables import plan_tables
from inzet.reports.folder import COMPARISON_MARK, MARK, SOLVER_LOG, TIMINGS, WRITTEN
from inzet.scenario.checks import make_scenario
from inzet.schema.book import Book
from inzet.schema.rows import SHEETS, Change, Mission, Option, Requirement, Score
from inzet.solve import solve
from inzet.solver.place import solving_at
from inzet.workbook.writer import write_workbook

BOOK = "tied.xlsx"
SECONDS = 600
"""For one command."""
COMMANDS: dict[str, tuple[str, ...]] = {
    "solve": ("solve", BOOK, "--out", "{out}/solve"),
    "solve --explain": ("solve", BOOK, "--explain", "--out", "{out}/explain"),
    "compare": ("compare", BOOK, "--out", "{out}/compare"),
    "sensitivity": ("sensitivity", BOOK, "supply", "EXPERT", "--out", "{out}/sensitivity"),
    "sensitivity criticality": ("sensitivity", BOOK, "criticality", "--out", "{out}/criticality"),
    "alternatives": ("alternatives", BOOK, "--within", "20%", "--out", "{out}/alternatives"),
    "assumptions": ("assumptions", BOOK, "--draws", "3", "--out", "{out}/assumptions"),
    "replan": (
        *("replan", "{out}/solve", "--as-of", "2026-01", "--scenario", "FEWER_COMPANIES"),
        *("--out", "{out}/replan"),
    ),
    "replan --cases": (
        *("replan", "{out}/solve", "--as-of", "2026-01", "--cases", "FEWER_COMPANIES,LATER@2025-03"),
        *("--out", "{out}/cases"),
    ),
}
"""Every command that writes a folder; a plan made anew needs the plan of ``solve``."""
QUICK = ("solve", "alternatives", "replan")


def tied_book() -> Book:
    """The small plan with two missions more that exclude each other, and are the same but for their names."""
    book, twins = small_book(), ("TWIN_A", "TWIN_B")
    apart = {"pair": "TWINS", "sentence": "One of the two.", "mission": twins[0], "tie": "excludes", "other": twins[1]}
    more: dict[str, list[dict[str, Any]]] = {
        "Missions": [{"mission": name, "name": "A twin", "region": "Sea"} for name in twins],
        "Options": [{"mission": name, "option": "ONE", "civil": 1} for name in twins],
        "Requirements": [
            {"mission": name, "option": "ONE", "capability": "EXPERTISE", "quantity": 1} for name in twins
        ],
        "Scores": [{"mission": name, "interest": "ALLY", "score": 0.5} for name in twins],
        "Pairs": [apart],
    }
    for sheet, rows in more.items():
        book = book.with_rows(sheet, [*book.rows[sheet], *(SHEETS[sheet].model_validate(row) for row in rows)])
    return book


@dataclass(frozen=True)
class Side:
    """One of the two runs.

    Attributes:
        home: its working folder.
        out: name of the folder of its results, inside of it.
        settings: what is set in its environment.
        one_core: whether it may use one core only.
    """

    home: Path
    out: str
    settings: dict[str, str]
    one_core: bool

    @property
    def results(self) -> Path:
        """The folder of its results."""
        return self.home / self.out

    def run(self, command: tuple[str, ...]) -> str:
        """Run a command; what it said when it failed, otherwise nothing."""
        words = [word.format(out=self.out) for word in command]
        kept = {"INZET_KEPT": str(self.home / "kept")}
        done = subprocess.run(
            [sys.executable, "-m", "inzet", *words],
            cwd=self.home,
            env={**os.environ, **self.settings, **kept},
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
            preexec_fn=_one_core if self.one_core and hasattr(os, "sched_setaffinity") else None,
        )
        return "" if done.returncode == 0 else f"{' '.join(words)}: {done.stdout[-500:]}{done.stderr[-500:]}"


def _one_core() -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def two_sides(folder: Path) -> tuple[Side, Side]:
    """Two places to run in, with the same workbook, as different as can be otherwise."""
    one = Side(folder / "here", "results", {"PYTHONHASHSEED": "1", "TZ": "UTC"}, one_core=False)
    other_home = folder / "some" / "where else"
    other = Side(other_home, "other-results", {"PYTHONHASHSEED": "77", "TZ": "Asia/Tokyo"}, one_core=True)
    for side in (one, other):
        side.home.mkdir(parents=True)
        write_workbook(tied_book(), side.home / BOOK)
    return one, other


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, by its path inside of it."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def lasting(path: str, content: bytes) -> bytes:
    """What must be the same of a file: all of it, but what is said of how long things took."""
    name = Path(path).name
    if name == SOLVER_LOG:
        return b""
    start = content.rfind(f'\n  "{TIMINGS}": '.encode()) if name in (MARK, COMPARISON_MARK, WRITTEN) else -1
    return content if start < 0 else content[:start]


def differing(one: Path, other: Path) -> list[str]:
    """The files that two folders do not both have, the same byte for byte but for how long things took."""
    left, right = files_of(one), files_of(other)
    return [
        path
        for path in sorted(left.keys() | right.keys())
        if not (path in left and path in right and lasting(path, left[path]) == lasting(path, right[path]))
    ]


def shuffled(book: Book, seed: int) -> Book:
    """The book with the rows of every sheet in another order, but for changes: those are made one after the other."""
    rng = random.Random(seed)
    for sheet, rows in book.rows.items():
        if sheet != Change.sheet:
            book = book.with_rows(sheet, rng.sample(rows, len(rows)))
    return book


def with_twins(book: Book) -> Book:
    """The book with a twin of every mission that need not be in: the same but for its name, so either may be taken."""
    free = {row.mission for row in book.of(Mission) if not row.mandated and row.running_option is None}
    for kind in (Mission, Option, Requirement, Score):
        rows: tuple[Any, ...] = book.of(kind)
        twins = [row.model_copy(update={"mission": f"{row.mission}_TWIN"}) for row in rows if row.mission in free]
        book = book.with_rows(kind.sheet, [*rows, *twins])
    return book


def told(book: Book) -> tuple[str, object, dict[str, str]]:
    """Content hash, outcome with its contributions, and the tables of the best plan of a book, as text."""
    scenario, _ = make_scenario(book)
    with solving_at(ThisProcess()):
        solution = solve(scenario, gap=0.0)
    tables = plan_tables(audited(solution)[0]) if solution.status.has_plan else {}
    return scenario.content_hash, _outcome(solution), {name: table.frame.to_csv() for name, table in tables.items()}


def _outcome(solution: Solution) -> object:
    goals = [(goal.name, goal.claimed) for goal in solution.goals]
    return solution.status, goals, [(c.stay, sorted(c.units.items())) for c in solution.contributions]


def tied_books(number: int) -> Iterator[Book]:
    """Random workbooks, small and middling, each with a twin of every mission."""
    yield tied_book()
    for seed in range(number):
        yield with_twins(seeded_book(seed))


def main() -> int:
    """Run every command twice and shuffle workbooks; say how many files and books there were, and how many differed."""
    parser = argparse.ArgumentParser(description="Run every command twice, and shuffle the rows of workbooks.")
    parser.add_argument("--quick", action="store_true", help="a few commands and workbooks only")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    asked = parser.parse_args()
    books, shuffles = (5, 2) if asked.quick else (60, 5)
    found = {**_commands(QUICK if asked.quick else tuple(COMMANDS)), **_shuffles(books, shuffles)}
    if asked.json:
        print(json.dumps(found, indent=2))
    else:
        print(
            f"{found['commands']} commands run twice, {found['files']} files compared, "
            f"{len(found['differences'])} differ; {found['books']} workbooks shuffled {found['shuffles']} times, "
            f"{len(found['moved'])} plans moved"
        )
        print(*(f"  {name}" for name in (*found["differences"], *found["moved"])), sep="\n")
    return 1 if found["differences"] or found["moved"] else 0


def _commands(names: tuple[str, ...]) -> dict[str, Any]:
    """The commands run twice: how many, the files compared, and those that differ."""
    with tempfile.TemporaryDirectory() as folder:
        sides = two_sides(Path(folder))
        failures = [failure for name in names for side in sides if (failure := side.run(COMMANDS[name]))]
        files = files_of(sides[0].results)
        differences = [*failures, *differing(sides[0].results, sides[1].results)]
    return {"commands": len(names), "files": len(files), "differences": differences}


def _shuffles(books: int, shuffles: int) -> dict[str, Any]:
    """Workbooks with ties, shuffled: how many, how often, and those of which the plan or the hash moved."""
    every = list(tied_books(books))
    moved = []
    for book in every:
        first = told(book)
        moved += [f"{book.name}, shuffle {seed}" for seed in range(shuffles) if told(shuffled(book, seed)) != first]
    return {"books": len(every), "shuffles": len(every) * shuffles, "moved": moved}


if __name__ == "__main__":
    sys.exit(main())
