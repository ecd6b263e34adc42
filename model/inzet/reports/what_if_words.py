"""Conflicts, repairs and what would turn a decision, in sentences that can be read aloud."""

from __future__ import annotations

from collections.abc import Iterable

from inzet.analyses.conditions import Condition, Kind, Piece, months_of
from inzet.analyses.conflict import Conflict, Member
from inzet.analyses.decisions import Verdict
from inzet.analyses.in_the_way import cell_of, spells_of
from inzet.analyses.replan_cases import Answer
from inzet.analyses.what_if import WhatIf, WhatIfKind
from inzet.analyses.why import Ready, Why
from inzet.calendar import Month
from inzet.reports.decision_words import called, few, obstacle_sentence, turning_sentence, verdict_sentence
from inzet.reports.words import count, joined, listed, span_words
from inzet.scenario.scenario import Scenario
from inzet.schema.rows import ChangeHow, Fund, Measure, Row, Supply
from inzet.schema.rows import Readiness as ReadinessRow

NOTHING = "Nothing that was tried would turn the decision by itself."
MOST = 3
"""So many spells of months or cells are named; of the others only their number is given."""


def condition_words(condition: Condition, scenario: Scenario) -> str:
    """A condition as a planner names it."""
    what = condition.what
    match condition.kind:
        case Kind.SUPPLY:
            return f"the supply of {scenario.units[what].name} ({what})"
        case Kind.READINESS:
            return f"readiness tier {condition.tier} of {scenario.units[what].name} ({what})"
        case Kind.MONEY:
            return f"the money of {what}"
        case Kind.RULE:
            return f"rule {what}, which says: “{scenario.rules[what].sentence.rstrip('.')}”"
        case Kind.PAIR:
            return f"rule {what}, which says: “{scenario.pairs[what].sentence.rstrip('.')}”"
        case Kind.MANDATE:
            return f"the mandate of {called(what, scenario)}"
        case Kind.RUNNING:
            if scenario.history is not None:
                return f"what had begun of {called(what, scenario)}"
            return f"the tour of {called(what, scenario)} that runs when the plan starts"


def member_words(member: Member, scenario: Scenario) -> str:
    """A member of a conflict: what it is, when it bites, where it stands, and whether a repair may touch it."""
    spells = spells_of(months_of(member.pieces))
    when = f", which shows in {joined((span_words(*spell) for spell in spells), most=MOST)}" if spells else ""
    cells = member_cells(member, scenario)
    at = f" ({joined(cells, most=MOST)})" if cells else ""
    held = "" if member.touchable else "; not to be touched"
    return f"{condition_words(member.condition, scenario)}{when}{at}{held}"


def member_cells(member: Member, scenario: Scenario) -> tuple[str, ...]:
    """The cells of the workbook that set a condition in the months in which it bites."""
    rows = _rows(member, scenario)
    return tuple(dict.fromkeys(cell for row, column in rows for cell in cell_of(scenario.book, row, column)))


def _rows(member: Member, scenario: Scenario) -> list[tuple[Row, str]]:
    condition, book = member.condition, scenario.book
    match condition.kind:
        case Kind.SUPPLY:
            return [(row, "units") for row in book.of(Supply) if _covers(row, condition, member.pieces)]
        case Kind.READINESS:
            return [(row, "units") for row in book.of(ReadinessRow) if _covers(row, condition, member.pieces)]
        case Kind.MONEY:
            years = {month.year for month in months_of(member.pieces)}
            return [(row, "budget") for row in book.of(Fund) if row.fund == condition.what and row.year in years]
        case Kind.RULE:
            return [(scenario.rules[condition.what], "amount")]
        case Kind.PAIR:
            return [(scenario.pairs[condition.what], "pair")]
        case Kind.MANDATE:
            return [(scenario.missions[condition.what], "mandated")]
        case Kind.RUNNING:
            mission = scenario.missions[condition.what]
            return [(mission, "running_option")] if mission.running_option is not None else []


def _covers(row: Supply | ReadinessRow, condition: Condition, pieces: Iterable[Piece]) -> bool:
    same = row.unit == condition.what and getattr(row, "tier", "") == condition.tier
    return same and any(
        row.first_month <= month and (row.last_month is None or month <= row.last_month) for month in months_of(pieces)
    )


def conflict_sentence(conflict: Conflict) -> str:
    """What a conflict is, before its members are listed."""
    if not conflict.members:
        return "No part of it could be found that is impossible by itself: the search was stopped."
    number = len(conflict.members)
    if number == 1:
        return "One condition can be kept by no plan at all:"
    if not conflict.minimal:
        return f"These {number} conditions cannot be kept together (a search was stopped; fewer of them may be enough):"
    return f"These {number} conditions cannot be kept together; leave out any one of them, and the others can:"


def no_plan_words(answer: Answer) -> str:
    """Why a case has no plan: how the search ended, and the conditions that cannot be kept together."""
    members = answer.conflict.members if answer.conflict is not None else ()
    conditions = "; ".join(member_words(member, answer.case.anew) for member in members)
    return f"{answer.problem} {conflict_sentence(answer.conflict)} {conditions}" if answer.conflict else answer.problem


def what_if_words(answer: WhatIf, scenario: Scenario) -> str:
    """A change to the workbook as the rest of a sentence that begins with ``with``."""
    what = answer.what
    match answer.kind:
        case WhatIfKind.MORE_UNITS | WhatIfKind.FEWER_UNITS:
            more = "more" if answer.kind is WhatIfKind.MORE_UNITS else "fewer"
            return listed(
                f"{units} {more} {_unit(scenario, what)} {_when(first, last)}" for first, last, units in answer.amounts
            )
        case WhatIfKind.LOWER_READINESS | WhatIfKind.HIGHER_READINESS:
            lower = "lower" if answer.kind is WhatIfKind.LOWER_READINESS else "higher"
            return listed(
                f"readiness tier {answer.tier} of {_unit(scenario, what)} {units} {lower} {_when(first, last)}"
                for first, last, units in answer.amounts
            )
        case WhatIfKind.MORE_MONEY if answer.parts:
            return listed(what_if_words(part, scenario) for part in answer.parts)
        case WhatIfKind.MORE_MONEY:
            return f"EUR {answer.number:,.0f} more in {what} for {answer.year}"
        case WhatIfKind.SEVERAL:
            return listed(what_if_words(part, scenario) for part in answer.parts)
        case _:
            return _other_words(answer, scenario)


def _other_words(answer: WhatIf, scenario: Scenario) -> str:
    what = answer.what
    match answer.kind:
        case WhatIfKind.MOVE:
            way = "later" if answer.number > 0 else "earlier"
            return f"{called(what, scenario)} {count(abs(round(answer.number)), 'month')} {way}"
        case WhatIfKind.WEIGHT:
            return f"a weight of {answer.number:g} for {scenario.interests[what].name} ({what})"
        case WhatIfKind.SCORE:
            return f"a score of {answer.number:g} for {scenario.interests[what].name} ({what})"
        case WhatIfKind.EASE_RULE:
            money = scenario.rules[what].measure is Measure.MONEY
            amounts = (f"EUR {n:,.0f}" if money else f"{n:,g}" for n in (answer.number, answer.was))
            return "rule {} at {} instead of {}".format(what, *amounts)
        case WhatIfKind.DROP_MANDATE:
            return f"{called(what, scenario)} no longer mandated"
        case _:
            row = scenario.rules.get(what) or scenario.pairs[what]
            return f"rule {what} switched off (“{row.sentence.rstrip('.')}”)"


def repair_sentence(repair: WhatIf, scenario: Scenario) -> str:
    """A repair of an impossible plan."""
    words = what_if_words(repair, scenario)
    return f"{words[0].upper()}{words[1:]}."


def answer_sentence(answer: WhatIf, why: Why, scenario: Scenario) -> str:
    """What would turn a decision, and what then makes way or comes in."""
    comes = why.decision.verdict is Verdict.OUT
    words = what_if_words(answer, scenario)
    cells = what_if_cells(answer, scenario)
    with_it = f"With {words}{f' ({joined(cells, most=MOST)})' if cells else ''}"
    if answer.kind in (WhatIfKind.WEIGHT, WhatIfKind.SCORE):
        now = joined([f"now {answer.was:g}", *cells], most=MOST)
        with_it = f"From {words} ({now}) {'upwards' if comes else 'downwards'}"
    if answer.tie:
        return f"{with_it} it would be as good {'in' if comes else 'out'} as {'out' if comes else 'in'}: a tie."
    effects = [
        *([f"displace {few(answer.displaced)}"] if answer.displaced else []),
        *([f"let in {few(answer.admitted)}"] if answer.admitted else []),
    ]
    then = f"; that would {listed(effects)}" if effects else ("; nothing would have to make way" if comes else "")
    return f"{with_it} it would be {'part of' if comes else 'left out of'} the best plan{then}."


def what_if_cells(answer: WhatIf, scenario: Scenario) -> tuple[str, ...]:
    """The cells that a change sets; rows that it adds have none yet."""
    places = scenario.book.places
    cells = (
        f"{change.about}!{places.cell(change.about, change.row, change.column)}"
        for change in answer.changes
        if change.how is not ChangeHow.ADD_ROW and places.cell(change.about, change.row, change.column)
    )
    return tuple(dict.fromkeys(cells))


def readiness_sentence(ready: Ready, scenario: Scenario) -> str:
    """How the readiness commitments of a unit type stand with the plan as it is."""
    tier = scenario.tiers[ready.tier]
    spare = ready.ready - ready.wanted
    said = "none to spare" if spare == 0 else f"{spare} to spare" if spare > 0 else f"{-spare} too few"
    at = f" ({joined(ready.cells, most=MOST)})" if ready.cells else ""
    return (
        f"With the plan as it is, {count(ready.ready, 'unit')} of the type {scenario.units[ready.unit].name} can be "
        f"ready within {count(tier.notice_days, 'day')} in {span_words(ready.month, ready.month)}, the tightest month; "
        f"tier {ready.tier} asks for {ready.wanted}{at}: {said}."
    )


def why_sentences(why: Why, scenario: Scenario) -> list[str]:
    """The whole answer, sentence by sentence."""
    decision = why.decision
    sentences = [verdict_sentence(decision, scenario), turning_sentence(decision, scenario)]
    sentences += [obstacle_sentence(obstacle, scenario) for obstacle in decision.obstacles]
    sentences += [readiness_sentence(ready, scenario) for ready in why.readiness]
    sentences += [answer_sentence(answer, why, scenario) for answer in why.answers]
    if why.tried and not why.answers:
        sentences.append(NOTHING)
    return sentences


def _unit(scenario: Scenario, unit: str) -> str:
    return f"{scenario.units[unit].name} ({unit})"


def _when(first: Month, last: Month) -> str:
    return f"{'in' if first == last else 'from'} {span_words(first, last)}"
