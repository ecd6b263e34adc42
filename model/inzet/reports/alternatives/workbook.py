"""The workbook of near-optimal plans, ``alternatives.xlsx``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from inzet.analyses.alternatives import Alternatives, Pair, Plan, Standing
from inzet.analyses.library import Difference, Kind, Presences
from inzet.reports.alternatives.words import (
    KIND_WORDS,
    alternatives_sections,
    pair_lines,
    pair_sentence,
    presences_words,
    unlike_words,
)
from inzet.reports.front import write_front
from inzet.reports.grids import EVEN, FIRST_ROW, GONE, GONE_INK, GOOD, ONE, TWO, WHOLE, Grid, Head, write_grid
from inzet.reports.words import MILLION, share_words
from inzet.workbook import style

_MISSIONS, _PLANS, _SWAPS, _PAIRS = "Missions", "Plans", "Swaps", "Pairs"
_CONTENTS = {
    _MISSIONS: "Every mission: core, contested or out, with which options, and what it does in each plan. Coloured: "
    "other than in the best plan.",
    _PLANS: "The best plan and plans that good which are unlike it and each other.",
    _SWAPS: "What each plan has otherwise than the best one, mission by mission.",
    _PAIRS: "Contested missions that exclude each other, or go only with one another.",
}
_FILLS = {
    Standing.CORE: (GOOD, "000000"),
    Standing.CONTESTED: (EVEN, "000000"),
    Standing.OUT: (GONE, GONE_INK),
    Standing.OPEN: ("F8CBAD", "9C0006"),
}
KIND_FILLS = {
    Kind.IN: "C6E7D6",
    Kind.OUT: "F8CBAD",
    Kind.OPTION: "FCE4B0",
    Kind.LONGER: "BDD7EE",
    Kind.SHORTER: "DDEBF7",
    Kind.MOVED: "EAD1E0",
    Kind.SIZE: "D9D2E9",
}
"""Fill of a decision that differs from the best plan, by how it does."""
_NARROW, _ROOMY, _WIDE = 32, 40, 80
"""Most characters in a line."""


def write_alternatives_workbook(path: Path, found: Alternatives) -> None:
    """Write near-optimal plans as a workbook for planners.

    Args:
        path: the file to write.
        found: the plans.

    Raises:
        OutputError: it cannot be written; what was there before is untouched.
    """
    workbook = style.new_workbook()
    title = f"{found.scenario.settings.title}: plans within {share_words(found.within)} of the best"
    write_front(workbook.create_sheet("Summary"), title, alternatives_sections(found), _CONTENTS)
    _missions(workbook.create_sheet(_MISSIONS), found)
    _plans(workbook.create_sheet(_PLANS), found)
    _swaps(workbook.create_sheet(_SWAPS), found)
    _pairs(workbook.create_sheet(_PAIRS), found)
    style.save(workbook, path)


def plan_names(found: Alternatives) -> list[str]:
    """The names of the plans, the best one first."""
    return ["best", *(f"plan {number}" for number in range(1, len(found.plans)))]


def _missions(worksheet: Any, found: Alternatives) -> None:
    scenario = found.scenario
    heads = [
        Head("mission", meaning="Id of the mission."),
        Head("name", meaning="Its name.", widest=_ROOMY),
        Head("standing", meaning="Core: in every plan that good. Contested: in some. Out: in none."),
        Head("options", meaning="The options that it has in some plan that good.", widest=_NARROW),
        *(
            Head(name, meaning="What it contributes in this plan; (finishes): only the tour that runs.", widest=_NARROW)
            for name in plan_names(found)
        ),
    ]
    swaps = [{swap.mission: swap for swap in plan.swaps(found.best)} for plan in found.plans]
    places = [place for standing in Standing for place in found.of(standing)]
    rows = [
        [
            place.mission,
            scenario.missions[place.mission].name,
            place.standing.value,
            ", ".join([*place.options, *(f"{option}?" for option in place.options_open)]),
            *(_brief(plan.presences.get(place.mission, ())) for plan in found.plans),
        ]
        for place in places
    ]
    fills = [_FILLS[place.standing] for place in places]
    write_grid(worksheet, _MISSIONS, _CONTENTS[_MISSIONS], Grid(heads, rows, colour=lambda n: fills[n], frozen=3))
    for row, place in enumerate(places, start=FIRST_ROW + 1):
        for column, own in enumerate(swaps, start=5):
            cell = worksheet.cell(row, column)
            swap = own.get(place.mission)
            cell.fill = style.fill(KIND_FILLS[swap.kind] if swap else "FFFFFF")
            if swap is not None and swap.kind is Kind.OUT and not cell.value:
                cell.value = "out"


def _brief(presences: Presences) -> str:
    """Contributions so short that a row per mission stays a line or two."""
    return "; ".join(f"{presence}{' (finishes)' if presence.finishing else ''}" for presence in presences)


def _plans(worksheet: Any, found: Alternatives) -> None:
    heads = [
        Head("plan", meaning="Its name in this workbook."),
        Head("value", "points", "What it is worth."),
        Head("less", "points", "How much less than the best plan.", ONE),
        Head("share less", "%", "The same as a share of the best plan.", "0.00%"),
        Head("readiness", "unit months short", "Short of the readiness commitments.", WHOLE),
        Head("cost", "EUR million", "Over the whole plan.", TWO),
        Head("missions in", "missions", "Missions that are in.", WHOLE),
        Head("unlike", meaning="How far it is from the nearest of the plans before it.", widest=_ROOMY),
        *(Head(KIND_WORDS[kind], meaning=_MEANINGS[kind], widest=_NARROW) for kind in Kind),
    ]
    rows = [_plan(name, plan, found) for name, plan in zip(plan_names(found), found.plans, strict=True)]
    write_grid(worksheet, _PLANS, _CONTENTS[_PLANS], Grid(heads, rows))


_MEANINGS = {
    Kind.IN: "Missions that are in, and not in the best plan.",
    Kind.OUT: "Missions that are not in, and are in the best plan.",
    Kind.OPTION: "Missions that are in with other options.",
    Kind.SHORTER: "Missions that are abroad for fewer months.",
    Kind.LONGER: "Missions that are abroad for more months.",
    Kind.MOVED: "Missions that are abroad for as many months at another time.",
    Kind.SIZE: "Missions with more or fewer persons.",
}


def _plan(name: str, plan: Plan, found: Alternatives) -> Sequence[Any]:
    less = found.best.value - plan.value
    swaps = plan.swaps(found.best)
    return [
        name,
        plan.value,
        less,
        abs(less / found.best.value) if found.best.value else None,
        plan.short,
        plan.cost / MILLION,
        len(plan.missions),
        unlike_words(plan) if plan is not found.best else "",
        *(", ".join(swap.mission for swap in swaps if swap.kind is kind) for kind in Kind),
    ]


def _swaps(worksheet: Any, found: Alternatives) -> None:
    heads = [
        Head("plan", meaning="Its name in this workbook."),
        Head("mission", meaning="Id of the mission."),
        Head("name", meaning="Its name.", widest=_ROOMY),
        Head("what", meaning="How it differs from the best plan."),
        Head("in the best plan", meaning="What it contributes there.", widest=_ROOMY),
        Head("in this plan", meaning="What it contributes here.", widest=_ROOMY),
        Head("months", "months", "More months abroad than in the best plan; fewer when below 0."),
        Head("person months", meaning="More of them than in the best plan; fewer when below 0.", number_format=WHOLE),
    ]
    swaps = [
        (name, swap)
        for name, plan in zip(plan_names(found), found.plans, strict=True)
        for swap in plan.swaps(found.best)
    ]
    rows = [_swap(name, swap, found) for name, swap in swaps]
    fills = [(KIND_FILLS[swap.kind], "000000") for _, swap in swaps]
    write_grid(worksheet, _SWAPS, _CONTENTS[_SWAPS], Grid(heads, rows, colour=lambda number: fills[number], frozen=2))


def _swap(name: str, swap: Difference, found: Alternatives) -> Sequence[Any]:
    scenario = found.scenario
    return [
        name,
        swap.mission,
        scenario.missions[swap.mission].name,
        KIND_WORDS[swap.kind],
        presences_words(swap.mission, swap.before, scenario),
        presences_words(swap.mission, swap.after, scenario),
        sum(p.months for p in swap.after) - sum(p.months for p in swap.before),
        sum(p.months * p.persons for p in swap.after) - sum(p.months * p.persons for p in swap.before),
    ]


def _pairs(worksheet: Any, found: Alternatives) -> None:
    heads = [
        Head("what", meaning="How the two hang together."),
        Head("mission", meaning="Id of the one."),
        Head("other", meaning="Id of the other one."),
        Head("at any value", meaning="Whether no plan at all that keeps the rules has it otherwise."),
        Head("sentence", meaning="The same in words.", widest=_WIDE),
    ]
    rows: list[Sequence[Any]] = [_pair(pair, found) for pair in found.pairs]
    rows += [["not settled", one, other, "not known", ""] for one, other in found.pairs_open]
    rows = rows or [["", "", "", "", words] for _, words in pair_lines(found)]
    write_grid(worksheet, _PAIRS, _CONTENTS[_PAIRS], Grid(heads, rows))


def _pair(pair: Pair, found: Alternatives) -> Sequence[Any]:
    anyway = {True: "yes", False: "no", None: "not known"}[pair.anyway]
    return [pair.tie.value, pair.mission, pair.other, anyway, pair_sentence(pair, found)]
