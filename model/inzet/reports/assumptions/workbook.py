"""The workbook of what decisions hang on, ``assumptions.xlsx``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from inzet.analyses.assumptions.examine import Examined, Ground, Standing
from inzet.analyses.assumptions.worlds import World
from inzet.reports.assumptions.words import choice_words, examined_sections, numbers_words, part_words, where
from inzet.reports.front import write_front
from inzet.reports.grids import BAD, BAD_INK, EVEN, GOOD, SHARE, WHOLE, Grid, Head, write_grid
from inzet.workbook import style

_DECISIONS, _TURNS, _NUMBERS, _DRAWS = "Decisions", "Turning points", "Numbers", "Draws"
_CONTENTS = {
    _DECISIONS: "What every decision rests on, and how often it stood in the draws; those that stood least first.",
    _TURNS: "Every assumed number that turns a decision by itself, within its range, and where.",
    _NUMBERS: "Every assumed number, its range, and what was looked at.",
    _DRAWS: "Every draw of all assumed numbers at a time, and what was decided otherwise in it.",
}
_FILLS = {
    Ground.DOCUMENTS: (GOOD, "000000"),
    Ground.WHATEVER: (GOOD, "000000"),
    Ground.HANGS: (EVEN, "000000"),
    Ground.UNKNOWN: (BAD, BAD_INK),
}


def write_examined_workbook(path: Path, found: Examined) -> None:
    """Write what the decisions of a plan hang on as a workbook for planners.

    Args:
        path: the file to write.
        found: what was examined.

    Raises:
        OutputError: it cannot be written; what was there before is untouched.
    """
    workbook = style.new_workbook()
    title = f"{found.scenario.settings.title}: what hangs on assumptions"
    write_front(workbook.create_sheet("Summary"), title, examined_sections(found), _CONTENTS)
    _decisions(workbook.create_sheet(_DECISIONS), found)
    _turns(workbook.create_sheet(_TURNS), found)
    _numbers(workbook.create_sheet(_NUMBERS), found)
    _draws(workbook.create_sheet(_DRAWS), found)
    style.save(workbook, path)


def _decisions(worksheet: Any, found: Examined) -> None:
    heads = (
        Head("mission", meaning="Id of the mission."),
        Head("name", meaning="Its name.", widest=40),
        Head("choice", meaning="What the plan decides: its option, or out."),
        Head("rests on", meaning="What the decision rests on.", widest=24),
        Head(
            "stood", meaning="Share of the draws with a plan in which the decision was the same.", number_format=SHARE
        ),
        Head("in", meaning="Share of the draws with a plan in which the mission was in.", number_format=SHARE),
        Head("options", meaning="Draws by option.", widest=36),
        Head("hangs on", meaning="The numbers that turn it alone, then those that drive it in the draws.", widest=80),
    )
    standings = sorted(found.standings, key=lambda s: (s.stood, s.ground is not Ground.HANGS, s.mission))
    missions, planned = found.scenario.missions, len(found.draws.planned)
    rows = [
        [
            standing.mission,
            missions[standing.mission].name,
            choice_words(standing.choice),
            standing.ground.value,
            standing.stood / planned if planned else None,
            standing.present / planned if planned else None,
            ", ".join(f"{choice_words(option)} {times}" for option, times in standing.options.items()),
            _hangs(standing),
        ]
        for standing in standings
    ]
    fills = [_FILLS[standing.ground] for standing in standings]
    write_grid(worksheet, _DECISIONS, _CONTENTS[_DECISIONS], Grid(heads, rows, colour=lambda number: fills[number]))


def _hangs(standing: Standing) -> str:
    return numbers_words(standing) if standing.ground is Ground.HANGS else ""


def _turns(worksheet: Any, found: Examined) -> None:
    heads = (
        Head("mission", meaning="Id of the mission."),
        Head("number", meaning="The assumed number: sheet, row, column.", widest=56),
        Head("now", meaning="The number as it stands."),
        Head("lowest", meaning="Lowest that Basis gives."),
        Head("highest", meaning="Highest that Basis gives."),
        Head("unit", meaning="Unit of the number."),
        Head("is", meaning="What the plan decides."),
        Head("becomes", meaning="What is decided beyond the turning point."),
        Head("where", meaning="Where it turns.", widest=50),
    )
    rows = [
        [
            standing.mission,
            assumption.name,
            assumption.now,
            assumption.low,
            assumption.high,
            assumption.unit,
            choice_words(flip.was),
            choice_words(flip.becomes),
            where(assumption, flip),
        ]
        for standing in found.standings
        for assumption, flip in standing.flips
    ]
    write_grid(worksheet, _TURNS, _CONTENTS[_TURNS], Grid(heads, rows))


def _numbers(worksheet: Any, found: Examined) -> None:
    heads = (
        Head("number", meaning="Sheet, row, column.", widest=56),
        Head("now", meaning="The number as it stands."),
        Head("lowest", meaning="Lowest that Basis gives."),
        Head("highest", meaning="Highest that Basis gives."),
        Head("unit", meaning="Unit of the number."),
        Head("turns", "decisions", "Decisions that it turns by itself.", WHOLE),
        Head("missions", meaning="The missions of which it turns the decision.", widest=60),
        Head("exact", meaning="Whether every turn within the range is found, and every plan proven the best."),
        Head("parts", meaning="The parts of its range, each with one plan.", widest=40),
        Head("solves", "solves", "Searches that it took.", WHOLE),
        Head("why", meaning="Why it is this number, as Basis says.", widest=60),
    )
    rows = []
    for number in found.numbers:
        assumption = number.assumption
        missions = sorted({flip.mission for flip in number.flips})
        parts = "; ".join(part_words(assumption, span) for span in number.spans)
        ends = (assumption.now, assumption.low, assumption.high)
        rows.append(
            [
                assumption.name,
                *ends,
                assumption.unit,
                len(missions),
                ", ".join(missions),
                "yes" if number.is_exact else "no",
                parts,
                number.solves,
                assumption.why,
            ]
        )
    write_grid(worksheet, _NUMBERS, _CONTENTS[_NUMBERS], Grid(heads, rows))


def _draws(worksheet: Any, found: Examined) -> None:
    heads = (
        Head("draw", meaning="Number of the draw.", number_format=WHOLE),
        Head("readiness", "unit months short", "Short of the readiness commitments.", WHOLE),
        Head("value", "points", "What the plan is worth under the numbers of the draw."),
        Head("proven", meaning="Whether the plan is proven the best there."),
        Head("otherwise", meaning="Missions that are decided otherwise than in the plan.", widest=100),
        Head("problem", meaning="Why there is no plan.", widest=60),
    )
    rows = [[row + 1, *_cells(found, world)] for row, world in sorted(found.draws.worlds.items())]
    write_grid(worksheet, _DRAWS, _CONTENTS[_DRAWS], Grid(heads, rows))


def _cells(found: Examined, world: World) -> list[Any]:
    if not world.has_plan:
        return [None, None, "", "", world.reason]
    names = sorted({*found.world.choices, *world.choices})
    other = [f"{m}: {choice_words(world.choice(m))}" for m in names if world.choice(m) != found.world.choice(m)]
    return [world.short, world.value, "yes" if world.proven else "no", "; ".join(other), ""]
