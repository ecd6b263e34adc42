"""Is every broken formulation caught? Each rule, goal and kind of variable is broken in every way there is, and tried.

    python tests/mutation/mutants.py [--quick] [--json]

A mutant is caught by its meaning when, on some small book, its plan breaks a rule or is worth something else than
claimed (the independent check), or its value is not that of the best of all plans (every one of them tried). A mutant
that makes no other plan can only be caught by the golden texts; each of those is named, with the reason, in
``NO_OTHER_PLAN``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

# Run as a command, it does not find the other tests by itself.
sys.path.insert(0, str(Path(__file__).parents[1]))

from mutation.books import cases
from mutation.breaking import Mutant
from mutation.catching import MEANING, Case, Check, same
from mutation.golden import changes_text

_WHOLE = "everything else in its rows is whole and less of it is better, so it comes out whole by itself"
_TOGETHER = "its rows let it be at most the stays of a mission in a month, which are none or one, and more is better"
_BEGUN = "two stays of a mission that begin in the same month break one_option_at_a_time"
NO_OTHER_PLAN: dict[str, str] = {
    "running_tours_are_finished (equal): flipped to at least": _BEGUN,
    "what_has_begun_goes_on (equal): flipped to at least": _BEGUN,
    "assign: may be 1 more": "only_stays_take_units holds it below the same number",
    "present: may be 1 less": "every_presence_counts holds it above 0, for there are no fewer than no stays",
    "together: may be 1 more": _TOGETHER,
    "together: may be 1 less": _TOGETHER,
    "together: whole": _TOGETHER,
    "breach: may be 1 more": "no plan breaks a rule by more than all that the rule counts and its amount together",
    "pair_breach: may be 1 more": "one mission cannot be abroad more than once in a month, so no breach is above 1",
    "pair_breach: not whole": _WHOLE,
    "lack: may be 1 more": "no more units can lack than all stays together take, with the reserve and what is wanted",
    "lack: not whole": _WHOLE,
    "shortfall: may be 1 more": "no fewer than no units are ready, so no shortfall is above the commitment",
    "shortfall: not whole": _WHOLE,
}
"""Mutants that make no other plan, and why: what they break is said by another rule as well, or is never reached."""

QUICK = ("dropped", "flipped", "flipped to at most", "turned")
"""What is done to every rule and goal in the fast suite."""


@dataclass(frozen=True)
class Judged:
    """What became of a mutant.

    Attributes:
        mutant: what was broken.
        checks: the checks that caught it.
        book: the first book on which its meaning was caught; empty when none did.
        tried: books that have what it breaks.
    """

    mutant: Mutant
    checks: frozenset[Check]
    book: str
    tried: int

    @property
    def by_meaning(self) -> bool:
        """Whether a plan gave it away."""
        return bool(self.checks & MEANING)

    @property
    def missed(self) -> bool:
        """Whether nothing caught it, or only the text although it makes another plan."""
        return not self.by_meaning and not (self.mutant.name in NO_OTHER_PLAN and Check.TEXT in self.checks)


def every_mutant(books: Iterable[Case]) -> dict[str, Mutant]:
    """Every mutant that any of the books has something to break for, by name."""
    found: dict[str, Mutant] = {}
    for book in books:
        found |= {name: mutant for name, mutant in book.mutants.items() if name not in found}
    return found


def judged(mutant: Mutant, books: Sequence[Case]) -> Judged:
    """Hold a mutant against the golden texts, and against book after book until one catches it."""
    by_text = {Check.TEXT} if changes_text(mutant) else set()
    able = [book for book in books if mutant.name in book.mutants]
    for number, book in enumerate(able, start=1):
        if checks := book.catches(mutant):
            return Judged(mutant, frozenset(checks | by_text), book.name, number)
    return Judged(mutant, frozenset(by_text), "", len(able))


def false_reasons(found: Iterable[Judged]) -> list[str]:
    """Mutants that are said to make no other plan and do, and names that are of no mutant."""
    known = {one.mutant.name: one for one in found}
    return [name for name in NO_OTHER_PLAN if name not in known or known[name].by_meaning]


def confirmed(books: Iterable[Case]) -> tuple[int, list[str]]:
    """Books of which CP-SAT comes to the same value as all plans tried; how many, and those on which it does not."""
    # Only here: OR-Tools need not be installed for the rest.
    from crosscheck.two_solvers import Independent, save

    known, apart = 0, []
    with Independent() as independent, TemporaryDirectory() as folder:
        for book in books:
            if book.scenario.history is None:
                save(book.scenario.book, path := Path(folder) / "book.xlsx")
                answer = independent.answer(path)
                status, best = ("infeasible", ()) if book.best is None else ("optimal", book.best)
                known += 1
                if answer.status != status or not same(tuple(map(float, answer.goals)), best):
                    apart.append(book.name)
    return known, apart


def document(found: Sequence[Judged], books: Sequence[Case]) -> dict[str, Any]:
    """Everything that is to be said of a run, for programs."""
    families = {(one.mutant.part, one.mutant.family) for one in found}
    return {
        "books": len(books),
        "rules": sum(part == "rule" for part, _ in families),
        "goals": sum(part == "goal" for part, _ in families),
        "variables": sum(part == "variable" for part, _ in families),
        "mutants": len(found),
        "by_text": sum(Check.TEXT in one.checks for one in found),
        "by_meaning": sum(one.by_meaning for one in found),
        "by_plan": sum(Check.PLAN in one.checks for one in found),
        "by_value": sum(Check.VALUE in one.checks for one in found),
        "no_other_plan": sum(not one.by_meaning and not one.missed for one in found),
        "missed": [one.mutant.name for one in found if one.missed],
        "false_reasons": false_reasons(found),
    }


def main() -> int:
    """Break everything in every way, and say what caught it."""
    parser = argparse.ArgumentParser(description="Break the formulation in every way, and see what catches it.")
    parser.add_argument("--quick", action="store_true", help="one drop and one flip of every rule and goal only")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--all", action="store_true", help="name every mutant with what caught it")
    asked = parser.parse_args()
    books = cases()
    mutants = [m for m in every_mutant(books).values() if not asked.quick or m.how in QUICK]
    found = [judged(mutant, books) for mutant in mutants]
    told = document(found, books)
    told["confirmed"], told["not_confirmed"] = confirmed(books)
    if asked.quick:
        # A part of the mutants cannot say that a reason is of none.
        told["false_reasons"] = []
    if asked.json:
        print(json.dumps(told, indent=2))
    else:
        _say(found, told, every=asked.all)
    return 1 if told["missed"] or told["false_reasons"] or told["not_confirmed"] else 0


def _say(found: Sequence[Judged], told: Mapping[str, Any], *, every: bool) -> None:
    print(
        f"{told['mutants']} mutants of {told['rules']} rules, {told['goals']} goals and {told['variables']} kinds of "
        f"variables, on {told['books']} books: {told['by_meaning']} caught by what is planned ({told['by_plan']} by "
        f"the check of the plan, {told['by_value']} by the value of every plan), {told['by_text']} by the golden "
        f"texts; {told['no_other_plan']} make no other plan and are caught by their text; {len(told['missed'])} missed"
    )
    same_value = told["confirmed"] - len(told["not_confirmed"])
    print(f"CP-SAT comes to the same value on {same_value} of {told['confirmed']} books")
    for one in found if every else ():
        where = f", on {one.book}" if one.book else ""
        print(f"  {one.mutant.name}: {' and '.join(sorted(one.checks)) or 'nothing'}{where}")
    print(*(f"  missed: {name}" for name in told["missed"]), sep="\n", end="\n" if told["missed"] else "")
    for name in told["false_reasons"]:
        print(f"  is said to make no other plan, which is not so: {name}")


if __name__ == "__main__":
    sys.exit(main())
