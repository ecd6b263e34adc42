"""Runs the checks that count, each by its one command, and writes what came out as ``TESTING.md``.

python tests/testing_page.py              everything, at full size: an hour or two on two cores
python tests/testing_page.py --middling   a part of everything: a quarter of an hour
python tests/testing_page.py --quick      a few of everything: some minutes
python tests/testing_page.py --only WORDS [...]   only the checks with these words in their titles

The counts of the last run of every check are kept in ``tests/testing.json``; the page is made of them.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import platform
import shlex
import subprocess
import sys
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "TESTING.md"
COUNTS = ROOT / "tests" / "testing.json"
PYTHON = ".venv/bin/python"
"""The Python that ``make`` sets up, as the page names it."""
SIZES = ("quick", "middling", "full")
MUST = "0"
"""What stands in the last column of a count that must be nothing."""

Document = Mapping[str, Any]
Count = tuple[str, Callable[[Document], int]]


Kept = Mapping[str, Any]
"""The last run of a check: size, date, versions, counts and wrong."""


def number_of(key: str) -> Callable[[Document], int]:
    """A number of a document, or how many things a list of it has."""

    def number(document: Document) -> int:
        found = document[key]
        return len(found) if isinstance(found, list) else int(found)

    return number


@dataclass(frozen=True)
class Check:
    """A check that prints counts.

    Attributes:
        title: its heading on the page.
        what: what is checked, and how, for planners.
        script: the program that does it.
        sizes: what it is told for each size.
        counts: what it counts, as it is said on the page, what was tried first.
        wrong: what it counts that must be 0.
        found: what it has found so far, as far as the changelog tells; empty for nothing.
        limits: what it does not cover.
    """

    title: str
    what: str
    script: str
    sizes: Mapping[str, str]
    counts: tuple[Count, ...]
    wrong: tuple[Count, ...]
    found: str
    limits: str

    def command(self, size: str) -> str:
        """The one command."""
        return " ".join(filter(None, [PYTHON, self.script, self.sizes[size]]))

    def run(self, size: str) -> Document:
        """The counts of a run.

        Raises:
            RuntimeError: the program broke down.
        """
        command = [sys.executable, self.script, "--json", *shlex.split(self.sizes[size])]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        try:
            found: Document = json.loads(done.stdout)
        except ValueError:
            raise RuntimeError(f"{self.script} broke down:\n{done.stderr[-2000:]}") from None
        return found

    def kept(self, document: Document, size: str, date: dt.date) -> Kept:
        """What is kept of a run."""
        return {
            "size": size,
            "date": date.isoformat(),
            "versions": versions(),
            "counts": {label: number(document) for label, number in self.counts},
            "wrong": {label: number(document) for label, number in self.wrong},
        }


CHECKS: tuple[Check, ...] = (
    Check(
        title="Two ways to the same plan",
        what=(
            "Random workbooks, with every feature that a workbook can have (windows on what runs, police officers and "
            "zeros as well), are planned twice: by inzet, and by a "
            "model that was written separately for another solver (OR-Tools CP-SAT, with exact arithmetic). It knows "
            "the workbook and nothing of inzet's model. Where a workbook is small enough, every plan that there is is"
            " tried as well, and the best of them must be worth the same. Each plan is also held against the "
            "independent check, rule by rule."
        ),
        script="tests/crosscheck/agreement.py",
        sizes={"quick": "--books 12", "middling": "--books 60", "full": "--books 1000"},
        counts=(
            ("workbooks planned by both", number_of("books")),
            ("of them with a plan", number_of("with_a_plan")),
            ("of them proven to have none", number_of("without")),
            ("workbooks of which every plan was tried", number_of("every_plan_tried")),
            ("plans tried there", number_of("plans")),
        ),
        wrong=(("mismatches", number_of("mismatches")),),
        found=(
            "A running contribution whose window opens later: the plan was right, and the check of the plan refused "
            "it: mended. The workbook is kept (`tests/crosscheck/regressions`)."
        ),
        limits=(
            "The workbooks have up to five missions and eleven months; a fault that shows only in larger ones is not "
            "seen here. Both models are written from the same README: where that is wrong, both are. Plans made anew "
            "are held against every plan only (`tests/crosscheck/test_replan.py`), not against CP-SAT."
        ),
    ),
    Check(
        title="Bad workbooks",
        what=(
            "Workbooks that are broken, each in another way: no Excel file, words where a number belongs, amounts "
            "such as 12€50, months that can be read in two ways, references to nothing, missions that follow one "
            "another in a circle, a million empty rows. Of each it is laid down which cell must be named, what must "
            "be said and what must be proposed. Some only look broken, such as a hidden column: those must be read."
        ),
        script="tests/bad_books.py",
        sizes={"quick": "", "middling": "", "full": ""},
        counts=(
            ("bad workbooks tried", number_of("tried")),
            ("of them refused", number_of("refused")),
            ("of them read, with a warning", number_of("warned")),
            ("of them read as they are", number_of("sound")),
        ),
        wrong=(("tracebacks", number_of("tracebacks")), ("answered otherwise than laid down", number_of("wrong"))),
        found=(
            'Amounts such as 12€50, two lines in a cell, "2025-01 tot 2026-03" and the number 2025.1 were read as '
            "something else; they are refused. Workbooks that would fill the memory are refused before they are read. "
            "Letters that a terminal lacks stopped a command."
        ),
        limits=(
            "Numbers that are wrong but possible: a supply of 40 where 4 was meant is read as 40. The broken "
            "workbooks are made by a program, not saved by every version of Excel."
        ),
    ),
    Check(
        title="Killed at any moment",
        what=(
            "A solve, a comparison and an exact curve are killed, at one moment after another: while they read, "
            "solve, write, and put the new result in the place of the old one. After each, the earlier result or the "
            "new one must be there, whole; and the same command, run again, must put everything right without solving"
            " anew what was finished."
        ),
        script="tests/faults/kill_points.py",
        sizes={"quick": "--points 24", "middling": "--points 60", "full": ""},
        counts=(
            ("kill points tried", number_of("points")),
            ("runs that went on where the killed one was", number_of("resumed")),
        ),
        wrong=(("results lost", number_of("lost")), ("other faults", number_of("faults"))),
        found=(
            "No result was lost. What killed runs left behind stayed for ever; the next run clears it now. Read in the "
            "code and mended with a test each: files that somebody put into the folder during a long search were taken "
            "away with the earlier result, and a new result was lost when Excel had the earlier one open."
        ),
        limits=(
            "The process is killed, not the computer: what a disk loses when the power goes is not tried. Network "
            "drives and Windows are not tried."
        ),
    ),
    Check(
        title="Stopped by hand at any moment",
        what=(
            "The same with Ctrl-C, once and twice. The best plan so far must be written whole and be called that, or "
            "the earlier result must still be there; and there must be a word about it, never a traceback."
        ),
        script="tests/faults/interrupts.py",
        sizes={"quick": "--points 24", "middling": "--points 60", "full": "--points 400"},
        counts=(("moments tried", number_of("points")),),
        wrong=(("faults", number_of("faults")),),
        found=(
            "A comparison ended in a traceback in 14 of 70 moments: a plan without a bound has a gap without end, "
            "which cannot be written as it is. Ctrl-C between the two renames at the end could leave the earlier "
            "result aside."
        ),
        limits="Ctrl-C while a cluster solves (`--dask`) is not tried. On Windows nothing of this was tried.",
    ),
    Check(
        title="The model broken on purpose",
        what=(
            "Would a mistake in the model be noticed? Each rule, each goal and each kind of variable is broken, in "
            "one way after another: left out, turned around, moved by one unit, one kind of term forgotten. The "
            "broken model then plans small workbooks. It is caught when its plan breaks a rule or is worth something "
            "else than it claims, or when another plan is better. Which rules there are is read from the model "
            "itself, so a new rule is broken as well. Breaks that make no other plan (a bound that is never reached, "
            "a rule that another one says as well) are listed with the reason in `tests/mutation/mutants.py`; those "
            "must change the written-out model that is kept beside the tests."
        ),
        script="tests/mutation/mutants.py",
        sizes={"quick": "--quick", "middling": "", "full": ""},
        counts=(
            ("broken models (mutants) tried", number_of("mutants")),
            ("rules, goals and kinds of variables broken", lambda d: d["rules"] + d["goals"] + d["variables"]),
            ("caught by what they plan", number_of("by_meaning")),
            ("of these, refused by the independent check of the plan", number_of("by_plan")),
            ("of these, another value than the best of all plans", number_of("by_value")),
            ("that make no other plan, caught by the written-out model", number_of("no_other_plan")),
            ("small workbooks to catch them with", number_of("books")),
            ("of these, planned by CP-SAT as well", number_of("confirmed")),
        ),
        wrong=(
            ("missed", number_of("missed")),
            ("said to make no other plan, and do", number_of("false_reasons")),
            ("workbooks to which CP-SAT gives another value", number_of("not_confirmed")),
        ),
        found="",
        limits=(
            "All rows of a rule with the same form are broken together, one break at a time. Single coefficients (a "
            "month of recovery, a share of a fund) are not moved: those are what *Two ways to the same plan* is for."
        ),
    ),
    Check(
        title="The same again",
        what=(
            "Commands that write a folder (at full size all of them) are run twice, as differently as can be: another "
            "folder, another time zone, one core and all cores, another seed for hashing, nothing kept from before. "
            "All files must be the same, byte for byte, but for how long things took (`timings` in `run.json`, and "
            "the solver's log). The rows of workbooks in which twins compete for the same place are shuffled: plan, "
            "tables and content hash must stay."
        ),
        script="tests/reproducible/twice.py",
        sizes={"quick": "--quick", "middling": "--quick", "full": ""},
        counts=(
            ("commands run twice", number_of("commands")),
            ("files compared", number_of("files")),
            ("workbooks with ties", number_of("books")),
            ("times shuffled", number_of("shuffles")),
        ),
        wrong=(("files that differ", number_of("differences")), ("plans or hashes that moved", number_of("moved"))),
        found="",
        limits=(
            "Both runs are on one computer, with one set of versions. Another version of HiGHS may break a tie in "
            "another way; so may another processor. A search that a time limit or a person stops depends on the "
            "clock."
        ),
    ),
    Check(
        title="Other versions of the libraries",
        what=(
            "The fast tests (all of them at full size, those named in the command at others) are run twice more: with "
            "the oldest version of every library that inzet allows, and with the newest that is published, each in an "
            "environment of its own. Versions that are known to be broken "
            "are refused when inzet starts, with the reason; so are versions older than those that were tried."
        ),
        script="tests/versions.py",
        sizes={"quick": "-- tests/formulation", "middling": "-- tests/formulation tests/solver tests/plan", "full": ""},
        counts=(
            ("tests passed, both together", lambda document: sum(one["passed"] for one in document["tried"])),
            ("sets of versions", number_of("tried")),
        ),
        wrong=(("tests failed", number_of("failed")),),
        found="",
        limits="One version of Python on one system. Not every mixture of old and new is tried.",
    ),
)

_HEAD = """# What is tested, and what came out

Written by `make testing` (`tests/testing_page.py`), which runs every check below and fills in the counts. Every number
comes from the last run of its check, on two cores.

The numbers that matter are those that must be 0.

| check | tried | must be 0 |
|---|---|---|
{overview}
"""
_CHECK = """
## {title}

{what}

```
{command}
```

{ran}

| counted | number | must be |
|---|---|---|
{rows}

{found}{limits}
"""
_TAIL = """
## What else there is

`make test` runs the tests that take minutes, `make test-slow` the others. They also hold against brute force:
decisions turned around, plans made anew, nearly optimal plans, exact curves and what hangs on assumptions
(`tests/crosscheck`). Each rule and goal of the model is kept as a small written-out model that a person can read
(`tests/formulation/golden`); a change of the model shows there. Every finished plan is checked from the workbook's
own tables before it is written, and `inzet audit FOLDER` does so again, from the files alone.
"""


def versions() -> dict[str, str]:
    """What the checks ran with."""
    names = {"inzet": "inzet", "highs": "highspy", "pyomo": "pyomo", "ortools": "ortools"}
    return {key: version(name) for key, name in names.items()} | {"python": platform.python_version()}


def page(kept: Mapping[str, Kept]) -> str:
    """The page, from what was kept of the last run of every check."""
    checks = [check for check in CHECKS if check.title in kept]
    overview = "\n".join(_overview(check.title, kept[check.title]) for check in checks)
    return _HEAD.format(overview=overview) + "".join(_part(check, kept[check.title]) for check in checks) + _TAIL


def _overview(title: str, run: Kept) -> str:
    label, number = next(iter(run["counts"].items()))
    wrong = ", ".join(f"{name}: {number:,}" for name, number in run["wrong"].items())
    return f"| {title} | {number:,} {label} | {wrong} |"


def _part(check: Check, run: Kept) -> str:
    rows = [f"| {label} | {number:,} | |" for label, number in run["counts"].items()]
    rows += [f"| {label} | {number:,} | {MUST} |" for label, number in run["wrong"].items()]
    found = wrapped(f"*Found so far.* {check.found}") + "\n\n" if check.found else ""
    ran = (
        "Run on {date}, size *{size}*, with inzet {inzet}, HiGHS {highs}, Pyomo {pyomo}, OR-Tools {ortools}, "
        "Python {python}."
    )
    return _CHECK.format(
        title=check.title,
        what=wrapped(check.what),
        command=check.command(run["size"]),
        ran=wrapped(ran.format(date=run["date"], size=run["size"], **run["versions"])),
        rows="\n".join(rows),
        found=found,
        limits=wrapped(f"*Not covered.* {check.limits}"),
    )


def wrapped(text: str) -> str:
    """A paragraph in lines that can be read in an editor."""
    return textwrap.fill(text, 118, break_long_words=False, break_on_hyphens=False)


def main() -> int:
    """Run the checks and write the page; the exit code says whether all that must be 0 is 0."""
    parser = argparse.ArgumentParser(description="Run the checks that count, and write TESTING.md.")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--quick", action="store_const", dest="size", const="quick", help="a few of everything")
    how.add_argument("--middling", action="store_const", dest="size", const="middling", help="a part of everything")
    parser.add_argument("--only", default="", help="only the checks with these words in their titles")
    parser.add_argument("--page", action="store_true", help="run nothing; write the page from what was kept")
    parser.set_defaults(size="full")
    asked = parser.parse_args()
    kept: dict[str, Kept] = json.loads(COUNTS.read_text(encoding="utf-8")) if COUNTS.exists() else {}
    for check in CHECKS:
        if not asked.page and asked.only.casefold() in check.title.casefold():
            print(check.command(asked.size), file=sys.stderr)
            kept[check.title] = check.kept(check.run(asked.size), asked.size, dt.datetime.now(tz=dt.UTC).date())
    COUNTS.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    PAGE.write_text(page(kept), encoding="utf-8")
    wrong = [f"{title}: {n:,} {label}" for title, run in kept.items() for label, n in run["wrong"].items() if n]
    print("\n".join(wrong) or f"Nothing wrong; {PAGE.name} is written.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
