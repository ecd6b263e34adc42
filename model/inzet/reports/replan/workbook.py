"""The workbook of a plan made anew, ``replan.xlsx``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from inzet.analyses.replan import Renewed, Replanned, Turn, What
from inzet.reports.front import write_front
from inzet.reports.grids import EVEN, GONE, GONE_INK, GOOD, ONE, WHOLE, Grid, Head, write_grid
from inzet.reports.replan.words import replan_sections
from inzet.reports.words import month_words
from inzet.scenario.history import History
from inzet.scenario.scenario import Stay
from inzet.workbook import style

_CHANGES, _FEWEST, _CURVE, _BOTH = "Changes", "Fewest changes", "Curve", "Before and after"
_CONTENTS = {
    _CHANGES: "What changes in the plan to take, contribution by contribution.",
    _FEWEST: "What changes in the plan that keeps the rules with the fewest changes.",
    _CURVE: "How good a plan can be with so many changes at most.",
    _BOTH: "Every contribution as it was planned and as it is now.",
}
_FILLS = {
    What.KEPT: ("", "000000"),
    What.RECALLED: (GONE, GONE_INK),
    What.DROPPED: (GONE, GONE_INK),
    What.STARTED: (GOOD, "000000"),
}
TURN_HEADS = (
    Head("mission", meaning="Id of the mission."),
    Head("name", meaning="Its name.", widest=40),
    Head("what", meaning="What becomes of the contribution."),
    Head("was", meaning="Its option in the running plan; empty for a new one."),
    Head("was from", meaning="Its first month there."),
    Head("was until", meaning="Its last month there."),
    Head("now", meaning="Its option now; empty when it is given up."),
    Head("from", meaning="Its first month now."),
    Head("until", meaning="Its last month now."),
    Head("notice", "days", "Days of notice of a mission that is recalled."),
    Head("told by", meaning="Month in which parliament must have been told of a new start, under article 100."),
)
CURVE_HEADS = (
    Head("at most", "changes", "Changes allowed.", WHOLE),
    Head("made", "changes", "Changes made in the best plan with so many at most.", WHOLE),
    Head("readiness", "unit months short", "Short of the readiness commitments.", WHOLE),
    Head("value", "points", "What the plan is worth."),
    Head("more than before", "points", "Value that the last change brings.", ONE),
    Head("proven", meaning="Whether no plan with so many changes is better."),
    Head("changed", meaning="The missions that change.", widest=90),
)


def write_replan_workbook(path: Path, found: Replanned, history: History) -> None:
    """Write a plan made anew as a workbook for planners.

    Args:
        path: the file to write.
        found: the plan made anew; it must have a plan.
        history: what had happened.

    Raises:
        OutputError: it cannot be written; what was there before is untouched.
    """
    chosen = found.chosen
    assert chosen is not None
    workbook = style.new_workbook()
    title = f"{found.running.scenario.settings.title}: made anew as of {month_words(history.as_of)}"
    write_front(workbook.create_sheet("Summary"), title, replan_sections(found, history), _CONTENTS)
    _turns(workbook.create_sheet(_CHANGES), _CHANGES, chosen.plan, kept=False)
    _turns(workbook.create_sheet(_FEWEST), _FEWEST, found.least.plan, kept=False)
    _curve(workbook.create_sheet(_CURVE), found)
    _turns(workbook.create_sheet(_BOTH), _BOTH, chosen.plan, kept=True)
    style.save(workbook, path)


def _turns(worksheet: Any, title: str, plan: Renewed, *, kept: bool) -> None:
    missions = plan.ledger.scenario.missions
    turns = [turn for turn in plan.turns if kept or turn.what is not What.KEPT]
    rows = [turn_cells(turn, missions[turn.mission].name) for turn in turns]
    fills = [turn_fill(turn.what) for turn in turns]
    write_grid(worksheet, title, _CONTENTS[title], Grid(TURN_HEADS, rows, colour=lambda number: fills[number]))


def turn_cells(turn: Turn, name: str) -> list[Any]:
    """What becomes of a contribution, in the columns of ``TURN_HEADS``."""
    told = str(turn.told_by) if turn.told_by else ""
    return [turn.mission, name, turn.what.value, *_cells(turn.before), *_cells(turn.after), turn.notice_days, told]


def turn_fill(what: What) -> tuple[str, str]:
    """Fill and ink of a contribution, by what becomes of it."""
    return _FILLS.get(what, (EVEN, "000000"))


def _cells(stay: Stay | None) -> Sequence[str]:
    return (stay.option, str(stay.first), str(stay.last)) if stay else ("", "", "")


def _curve(worksheet: Any, found: Replanned) -> None:
    write_grid(worksheet, _CURVE, _CONTENTS[_CURVE], Grid(CURVE_HEADS, curve_rows(found)))


def curve_rows(found: Replanned) -> list[list[Any]]:
    """The points of a curve, in the columns of ``CURVE_HEADS``."""
    rows: list[list[Any]] = []
    for before, point in zip((None, *found.curve), found.curve, strict=False):
        changed = sorted({turn.mission for turn in point.plan.turns if turn.what is not What.KEPT})
        more = None if before is None else point.value - before.value
        proven = "yes" if point.proven else "no"
        rows.append([point.most, point.plan.changes, point.short, point.value, more, proven, ", ".join(changed)])
    return rows
