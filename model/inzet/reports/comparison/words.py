"""A comparison in words, for the front sheet of its workbook and for its page."""

from __future__ import annotations

from inzet.analyses.compare import Comparison, Course
from inzet.analyses.library import Kind
from inzet.reports.assumptions.standing import NOT_EXAMINED
from inzet.reports.comparison.tables import most_lost
from inzet.reports.summary import Line, Section
from inzet.reports.words import count, joined
from inzet.schema.rows import GoalName

_MOST = 6
"""So many missions are named in a sentence."""


def solved_words(found: Comparison) -> str:
    """How much had to be solved, and how much was known."""
    kept = sum(course.from_kept for course in found.courses)
    every = count(len(found.courses), "option")
    if kept == len(found.courses):
        return f"All {every} were solved before and are unchanged; nothing was solved again."
    return f"{kept} of {every} were solved before and are unchanged; {len(found.courses) - kept} solved now."


def comparison_summary(found: Comparison) -> list[Section]:
    """What was compared, what each option changes, and what it loses when another world comes."""
    proven = sum(course.proven for course in found.courses)
    compared = [
        ("Options", joined(course.name for course in found.courses)),
        ("Held against", found.first.name),
        ("Proof", f"{proven} of {count(len(found.courses), 'option')} proven optimal."),
        *(
            (course.name, f"No plan: {course.message or course.status}.")
            for course in found.courses
            if not course.has_plan
        ),
        ("Input", f"{count(len(found.input), 'value')} of the workbook differ between the options."),
        ("Ties", "Differences that are no larger than the gap of a plan are called ties."),
        ("Points", "They compare only where they are counted by the same weights, scores and rules."),
        ("Assumptions", NOT_EXAMINED),
    ]
    return [
        Section("What is compared", tuple(compared)),
        Section("What each option changes", tuple(_changes(found, course) for course in found.courses[1:])),
        Section("If another world comes", tuple(_world(found, course) for course in found.planned)),
    ]


def _changes(found: Comparison, course: Course) -> Line:
    return course.name, changes_words(found, course)


def changes_words(found: Comparison, course: Course, *, brief: bool = False) -> str:
    """What comes in, what goes out and what changes otherwise, against the first option.

    Args:
        found: the comparison.
        course: the option.
        brief: whether to give only the number of the other changes.
    """
    if not course.has_plan:
        return f"no plan: {course.message or course.status}"
    changes = found.changes(course).values()
    parts = []
    for kind, word in ((Kind.IN, "in"), (Kind.OUT, "out")):
        names = [change.mission for change in changes if change.kind is kind]
        parts += [f"{word}: {joined(names, most=_MOST)}"] if names else []
    other = [str(change) for change in changes if change.kind not in (Kind.IN, Kind.OUT)]
    if other:
        parts.append(f"{len(other)} changed otherwise" if brief else f"otherwise: {joined(other, most=_MOST)}")
    return "; ".join(parts) or ("the same plan" if found.first.has_plan else "nothing to hold it against")


def _world(found: Comparison, course: Course) -> Line:
    others = [found.regrets[course.name, world.name] for world in found.planned if world is not course]
    holding = [regret for regret in others if regret.holds]
    if not others:
        return course.name, "There is no other world."
    words = f"Its plan can be carried out in {len(holding)} of {count(len(others), 'other world')}"
    if not holding:
        return course.name, f"{words}."
    worse = sum(regret.goal not in ("", GoalName.VALUE) for regret in holding)
    ahead = f", and is worse in a goal that comes before value in {worse} of them" if worse else ""
    return course.name, f"{words}; there it loses {most_lost(holding) or 0:,.1f} points at most{ahead}."
