"""The workbook of a curve or of losses, ``sensitivity.xlsx``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from inzet.analyses.sensitivity.criticality import Criticality, Outcome
from inzet.analyses.sensitivity.curve import Curve, Kind, Sort
from inzet.reports.front import write_front
from inzet.reports.grids import BAD, BAD_INK, EVEN, GONE, GONE_INK, GOOD, ONE, WHOLE, Grid, Head, write_grid
from inzet.reports.sensitivity.words import (
    alteration_words,
    below_words,
    beside_steps,
    criticality_sections,
    curve_sections,
    range_words,
    reason_words,
    shown,
    status_words,
    taken_status,
    taken_words,
    title_of,
    unit_of,
)
from inzet.workbook import style

_STEPS, _MONTHS, _PLANS, _LOSSES = "Steps", "Missions by step", "Plans", "Losses"
_CONTENTS = {
    _STEPS: "Every step: from where on, what the best plan is worth, and which missions come in or go out.",
    _MONTHS: "Months that every mission is abroad in the plan of each step.",
    _PLANS: "Every contribution of the plan of each step.",
    _LOSSES: "What the plan loses without one unit of each type, or a tenth of each fund; the worst first.",
}
_MOST_ACROSS = 100
"""With more plans than this every one has a row instead of a column."""
_FORMATS = {Kind.BUDGET: "#,##0.000000", Kind.WEIGHT: "0.#########"}


def write_curve_workbook(path: Path, curve: Curve) -> None:
    """Write a curve as a workbook for planners.

    Args:
        path: the file to write.
        curve: the curve.

    Raises:
        OutputError: it cannot be written; what was there before is untouched.
    """
    workbook = style.new_workbook()
    contents = {name: _CONTENTS[name] for name in (_STEPS, _MONTHS, _PLANS)}
    title = f"{curve.scenario.settings.title}: {title_of(curve)}"
    write_front(workbook.create_sheet("Summary"), title, curve_sections(curve), contents)
    _steps(workbook.create_sheet(_STEPS), curve)
    _months(workbook.create_sheet(_MONTHS), curve)
    _plans(workbook.create_sheet(_PLANS), curve)
    style.save(workbook, path)


def _steps(worksheet: Any, curve: Curve) -> None:
    unit, number = unit_of(curve), _FORMATS.get(curve.kind, WHOLE)
    heads = [
        Head("from", unit, "The lowest setting of the step.", number),
        Head("to", unit, "Its highest setting; empty for whatever is above.", number),
        Head("now", meaning="Where the workbook stands."),
        Head("value", "points", "What the best plan is worth; at the lowest setting for a weight.", ONE),
        Head("readiness", "unit months short", "Short of the readiness commitments.", WHOLE),
        Head("status", meaning="What is proven of it."),
        Head(
            "beside",
            unit,
            "The settings with whose plan this one is compared: the nearest below that have one. Where some between "
            "were not looked into, the changes may be those of several steps.",
            widest=40,
        ),
        Head("comes in", meaning="Missions that are in, and are not in the plan that it is compared with.", widest=40),
        Head("goes out", meaning="Missions that are not in, and are in the plan that it is compared with.", widest=40),
        Head("otherwise", meaning="Missions that are in on both sides, with other options or months.", widest=60),
        Head("confirmed", meaning="For a weight: whether solving on either side showed the change."),
        Head("reason", meaning="Why there is no plan, or why it is not known.", widest=60),
    ]
    rows: list[list[Any]] = [
        [
            shown(curve, step.first),
            None if step.last is None else shown(curve, step.last),
            "now" if step is curve.here else "",
            step.value,
            step.short,
            status_words(step),
            "" if below is None else below_words(curve, below),
            ", ".join(step.shift.gained),
            ", ".join(step.shift.lost),
            "; ".join(alteration_words(altered) for altered in step.shift.altered),
            "" if step.confirmed is None else "yes" if step.confirmed else "no",
            reason_words(step, curve.scenario),
        ]
        for step, below in beside_steps(curve)
    ]

    def colour(number: int) -> tuple[str, str] | None:
        step = curve.steps[number]
        if step.sort is Sort.NONE:
            return BAD, BAD_INK
        if step.sort is Sort.OPEN or not step.proven:
            return GONE, GONE_INK
        return (GOOD, "000000") if step is curve.here else None

    write_grid(worksheet, _STEPS, _CONTENTS[_STEPS], Grid(heads, rows, colour=colour, frozen=2))


def _months(worksheet: Any, curve: Curve) -> None:
    presence = {name: curve.presence(name) for name in curve.scenario.missions}
    present = {name: months for name, months in presence.items() if any(months)}
    if len(curve.planned) > _MOST_ACROSS:
        _months_by_step(worksheet, curve, present)
        return
    heads = [
        Head("mission", meaning="Id of the mission."),
        *(
            Head(range_words(curve, step), "months", "Months abroad in the plan of this step.")
            for step in curve.planned
        ),
    ]
    rows = [[name, *months] for name, months in present.items()]
    moving = [len(set(row[1:])) > 1 for row in rows]

    def colour(number: int) -> tuple[str, str] | None:
        return (EVEN, "000000") if moving[number] else None

    write_grid(worksheet, _MONTHS, _CONTENTS[_MONTHS], Grid(heads, rows, colour=colour))


def _months_by_step(worksheet: Any, curve: Curve, present: Mapping[str, Sequence[int]]) -> None:
    """A long curve with its steps downwards: a sheet has more rows than columns."""
    heads = [
        Head("from", unit_of(curve), "The lowest setting of the step.", _FORMATS.get(curve.kind, WHOLE)),
        *(Head(name, "months", "Months abroad in the plan of the step.") for name in present),
    ]
    settings = [shown(curve, step.first) for step in curve.planned]
    rows = list(zip(settings, *present.values(), strict=True))
    write_grid(worksheet, _MONTHS, _CONTENTS[_MONTHS], Grid(heads, rows))


def _plans(worksheet: Any, curve: Curve) -> None:
    heads = [
        Head("from", unit_of(curve), "The lowest setting of the step.", _FORMATS.get(curve.kind, WHOLE)),
        Head("mission", meaning="Id of the mission."),
        Head("option", meaning="Its option."),
        Head("start", meaning="Its first month."),
        Head("end", meaning="Its last month."),
    ]
    rows: list[list[Any]] = [
        [shown(curve, step.first), c.stay.mission, c.stay.option, str(c.stay.first), str(c.stay.last)]
        for step in curve.planned
        if step.ledger is not None
        for c in step.ledger.contributions
    ]
    write_grid(worksheet, _PLANS, _CONTENTS[_PLANS], Grid(heads, rows, frozen=2))


def write_criticality_workbook(path: Path, found: Criticality) -> None:
    """Write losses as a workbook for planners.

    Args:
        path: the file to write.
        found: the losses.

    Raises:
        OutputError: it cannot be written; what was there before is untouched.
    """
    workbook = style.new_workbook()
    title = f"{found.scenario.settings.title}: what each loss would cost"
    contents = {_LOSSES: _CONTENTS[_LOSSES]}
    write_front(workbook.create_sheet("Summary"), title, criticality_sections(found), contents)
    goals = found.plan.goals[: max((len(taken.losses) for taken in found.taken), default=0)]
    heads = [
        Head("what", meaning="The unit type or fund."),
        Head("taken away", meaning="One unit in every month, or a tenth of the money.", widest=50),
        *(Head(f"loses {goal.name}", meaning="In the unit of the goal; below 0 for a gain.") for goal in goals),
        Head("outcome", meaning="No plan, costs, costs nothing, or not known."),
        Head("status", meaning="What is proven of the plan that is left.", widest=50),
        Head(
            "solved",
            meaning="Whether it took a solve; otherwise the plan certainly stays the best, or the reserve decides.",
        ),
        Head("comes in", meaning="Missions that then come in.", widest=40),
        Head("goes out", meaning="Missions that then go out.", widest=40),
        Head("otherwise", meaning="Missions that stay in, with other options or months.", widest=60),
    ]
    rows: list[Sequence[Any]] = [
        [
            taken.what,
            taken_words(taken, found.scenario),
            *(taken.losses[n].amount if n < len(taken.losses) else None for n in range(len(goals))),
            taken.outcome.value,
            taken_status(taken),
            "yes" if taken.asked else "no",
            ", ".join(taken.shift.gained),
            ", ".join(taken.shift.lost),
            "; ".join(alteration_words(altered) for altered in taken.shift.altered),
        ]
        for taken in found.taken
    ]

    def colour(number: int) -> tuple[str, str] | None:
        taken = found.taken[number]
        if taken.outcome is Outcome.NO_PLAN:
            return BAD, BAD_INK
        return (GONE, GONE_INK) if not taken.proven else (EVEN, "000000") if taken.outcome is Outcome.COSTS else None

    write_grid(workbook.create_sheet(_LOSSES), _LOSSES, _CONTENTS[_LOSSES], Grid(heads, rows, colour=colour))
    style.save(workbook, path)
