"""Several cases of one running plan, in words, as JSON and as a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from inzet.analyses.check_plan import breaches_of
from inzet.analyses.replan import Replanned, What
from inzet.analyses.replan_cases import Answer, Cases
from inzet.reports.assumptions.standing import NOT_EXAMINED
from inzet.reports.decision_words import few
from inzet.reports.front import write_front
from inzet.reports.grids import BAD, BAD_INK, EVEN, FIRST_ROW, WHOLE, Grid, Head, write_grid
from inzet.reports.replan.document import replan_document
from inzet.reports.replan.words import point_words
from inzet.reports.replan.workbook import CURVE_HEADS, TURN_HEADS, curve_rows, turn_cells, turn_fill
from inzet.reports.summary import Line, Section
from inzet.reports.what_if_words import conflict_sentence, member_words, no_plan_words
from inzet.reports.words import count, listed, month_words
from inzet.scenario.scenario import Stay
from inzet.schema.rows import GoalName
from inzet.workbook import style

SCHEMA = "inzet.cases/1"

_CASES, _MATRIX, _CURVES, _ALL = "Cases", "Mission by case", "Curves", "Contributions"
_CONTENTS = {
    _CASES: "A row per case: whether the running plan still holds, what must change, what the new plan is worth.",
    _MATRIX: "What becomes of each mission in the plan to take, case by case; empty where nothing changes.",
    _CURVES: "How good a plan can be with so many changes at most, case by case.",
    _ALL: "What changes in the plan to take, contribution by contribution.",
}
_CASE = Head("case", meaning="Scenario and month from which the plan is made anew.", widest=34)


def cases_sections(cases: Cases) -> list[Section]:
    """The answers, case by case."""
    sections = [
        Section("The plan that runs", tuple(_running(cases))),
        *(Section(answer.case.name, tuple(_answer(answer))) for answer in cases.answers),
    ]
    if cases.left:
        sections.append(Section("Not begun", (("", f"Stopped before: {listed(cases.left)}."),)))
    return sections


def _running(cases: Cases) -> Iterator[Line]:
    ledger = cases.running
    short, value = ledger.goals[GoalName.READINESS], ledger.goals[GoalName.VALUE]
    yield "Title", ledger.scenario.settings.title
    yield "Comes to", f"{short:,.0f} unit months short of readiness, {value:,.1f} points of value, if nothing happens"
    yield "Assumptions", NOT_EXAMINED


def _answer(answer: Answer) -> Iterator[Line]:
    if answer.case.asks:
        yield "What happens", answer.case.asks
    yield "As of", f"{month_words(answer.case.as_of)}; what came before is as it was"
    found = answer.found
    if found is None or found.chosen is None:
        yield from _without(answer)
        return
    yield "Running plan", _held(found)
    yield "Fewest", f"{count(found.least.plan.changes, 'change')}: {point_words(found.least)}"
    yield "Plan to take", f"{count(found.chosen.plan.changes, 'change')}: {point_words(found.chosen)}"
    for what in What:
        turned = [turn.mission for turn in found.chosen.plan.of(what)]
        if turned and what is not What.KEPT:
            yield what.value, f"{few(sorted(set(turned)))}"
    displaced = [f"{mission} ({count(less, 'month')} less)" for mission, less in found.chosen.plan.displaced.items()]
    yield "Displaced", listed(displaced) if displaced else "no mission is abroad for fewer months than planned"
    if told := sorted({turn.told_by for turn in found.chosen.plan.turns if turn.told_by}):
        yield "Parliament", f"to be told by {listed(month_words(month) for month in told)}, under article 100"
    if not found.is_whole:
        yield "Stopped", "Points of the curve are missing or may be better than found."


def _without(answer: Answer) -> Iterator[Line]:
    yield "No plan", answer.problem
    if answer.conflict is not None:
        yield "Because", conflict_sentence(answer.conflict)
        for member in answer.conflict.members:
            yield "", member_words(member, answer.case.anew)


def _held(found: Replanned) -> str:
    if found.held.ok:
        return "still keeps every rule"
    number = len(list(breaches_of(found.running, found.held.findings)))
    return f"no longer keeps the rules: {count(number, 'breach', 'breaches')}"


CASES_KEYS: dict[str, str] = {
    "schema": "Name and version of this contract.",
    "running": "The plan that runs, in its own world: title, scenario, content_hash, readiness_short, value.",
    "cases": (
        "Each case: case, as_of, scenarios, asks, outcome (plan or none); with a plan all keys of replan.json; without "
        "one problem and conflict (conditions that cannot be kept together, in words)."
    ),
    "not_begun": "Names of the cases that were not looked at, because somebody stopped the work.",
}


def cases_document(cases: Cases) -> dict[str, object]:
    """The answers as one JSON document, with the keys of ``CASES_KEYS``."""
    scenario = cases.running.scenario
    return {
        "schema": SCHEMA,
        "running": {
            "title": scenario.settings.title,
            "scenario": scenario.label,
            "content_hash": scenario.content_hash,
            "readiness_short": cases.running.goals[GoalName.READINESS],
            "value": cases.running.goals[GoalName.VALUE],
        },
        "cases": [
            {
                "case": answer.case.name,
                "as_of": str(answer.case.as_of),
                "scenarios": list(answer.case.anew.names),
                "asks": answer.case.asks,
                "outcome": "plan" if answer.has_plan else "none",
                **_details(answer),
            }
            for answer in cases.answers
        ],
        "not_begun": list(cases.left),
    }


def _details(answer: Answer) -> dict[str, Any]:
    if answer.found is not None:
        return replan_document(answer.found, answer.case.history)
    members = answer.conflict.members if answer.conflict is not None else ()
    return {"problem": answer.problem, "conflict": [member_words(member, answer.case.anew) for member in members]}


def write_cases_workbook(path: Path, cases: Cases) -> None:
    """Write the answers as a workbook for planners, ``cases.xlsx``.

    Args:
        path: the file to write.
        cases: the answers.

    Raises:
        OutputError: it cannot be written; what was there before is untouched.
    """
    workbook = style.new_workbook()
    title = f"{cases.running.scenario.settings.title}: what if one of {len(cases.answers)} things happens"
    write_front(workbook.create_sheet("Summary"), title, cases_sections(cases), _CONTENTS)
    _table(workbook.create_sheet(_CASES), cases)
    _matrix(workbook.create_sheet(_MATRIX), cases)
    rows = [[a.case.name, *row] for a in cases.planned if a.found is not None for row in curve_rows(a.found)]
    write_grid(workbook.create_sheet(_CURVES), _CURVES, _CONTENTS[_CURVES], Grid((_CASE, *CURVE_HEADS), rows))
    _contributions(workbook.create_sheet(_ALL), cases)
    style.save(workbook, path)


def _table(worksheet: Any, cases: Cases) -> None:
    heads = (
        _CASE,
        Head("what happens", meaning="Why the scenario was made, as its workbook says.", widest=40),
        Head("running plan", meaning="Whether the running plan keeps the rules as the world is now.", widest=26),
        Head("fewest", "changes", "Fewest changes that keep the rules.", WHOLE),
        Head("short then", "unit months", "Short of the readiness commitments with the fewest changes.", WHOLE),
        Head("value then", "points", "What the plan with the fewest changes is worth."),
        Head("to take", "changes", "Changes in the plan to take.", WHOLE),
        Head("short", "unit months", "Short of the readiness commitments in the plan to take.", WHOLE),
        Head("value", "points", "What the plan to take is worth."),
        Head("proven", meaning="Whether every point of the curve is proven best."),
        Head(
            "displaced", meaning="Missions that are abroad less than in the running plan, with the months.", widest=48
        ),
        Head("problem", meaning="Why there is no plan.", widest=48),
    )
    rows = [_row(answer) for answer in cases.answers]
    colours = [None if answer.has_plan else (BAD, BAD_INK) for answer in cases.answers]
    write_grid(worksheet, _CASES, _CONTENTS[_CASES], Grid(heads, rows, colour=lambda number: colours[number]))


def _row(answer: Answer) -> list[Any]:
    found = answer.found
    if found is None or found.chosen is None:
        return [answer.case.name, answer.case.asks, *[None] * 9, no_plan_words(answer)]
    least, chosen = found.least, found.chosen
    proven = "yes" if found.is_whole and all(point.proven for point in found.curve) else "no"
    displaced = ", ".join(f"{mission} {less}" for mission, less in chosen.plan.displaced.items())
    return [
        answer.case.name,
        answer.case.asks,
        _held(found),
        *(least.plan.changes, least.short, least.value),
        *(chosen.plan.changes, chosen.short, chosen.value),
        proven,
        displaced,
        "",
    ]


def _matrix(worksheet: Any, cases: Cases) -> None:
    heads = [
        Head("mission", meaning="Id of the mission."),
        *(Head(a.case.name, meaning="What becomes of the mission there.", widest=26) for a in cases.answers),
    ]
    rows = [
        [mission, *(turn_words(answer, mission) if answer.has_plan else "no plan" for answer in cases.answers)]
        for mission in cases.missions
    ]
    write_grid(worksheet, _MATRIX, _CONTENTS[_MATRIX], Grid(heads, rows))
    for column, answer in enumerate(cases.answers, start=2):
        for row, mission in enumerate(cases.missions, start=FIRST_ROW + 1):
            turns = answer.turns.get(mission, ())
            if turns:
                fill, ink = turn_fill(turns[0].what) if len({turn.what for turn in turns}) == 1 else (EVEN, "000000")
                cell = worksheet.cell(row, column)
                cell.fill, cell.font = style.fill(fill), style.font(colour=ink)


def turn_words(answer: Answer, mission: str) -> str:
    """What becomes of a mission in a case, in a few words; empty when nothing changes."""
    words = []
    for turn in answer.turns.get(mission, ()):
        stay = turn.after or turn.before
        assert stay is not None
        words.append(f"{turn.what.value} {_when(turn.what, stay)}")
    return "; ".join(words)


def _when(what: What, stay: Stay) -> str:
    return f"to {stay.last}" if what in (What.RECALLED, What.PROLONGED) else f"{stay.first} to {stay.last}"


def _contributions(worksheet: Any, cases: Cases) -> None:
    turns = [(answer, turn) for answer in cases.planned for own in answer.turns.values() for turn in own]
    names = {name: mission.name for a in cases.planned for name, mission in a.case.anew.missions.items()}
    rows = [[answer.case.name, *turn_cells(turn, names[turn.mission])] for answer, turn in turns]
    fills = [turn_fill(turn.what) for _, turn in turns]
    grid = Grid((_CASE, *TURN_HEADS), rows, colour=lambda number: fills[number])
    write_grid(worksheet, _ALL, _CONTENTS[_ALL], grid)
