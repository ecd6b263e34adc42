"""A plan made anew, in words, for the terminal and the front sheet of its workbook."""

from __future__ import annotations

from collections.abc import Iterator

from inzet.analyses.check_plan import breaches_of
from inzet.analyses.replan import Point, Renewed, Replanned, Turn, What
from inzet.reports.assumptions.standing import NOT_EXAMINED
from inzet.reports.decision_words import called, stay_words
from inzet.reports.summary import Line, Section
from inzet.reports.words import count, joined, listed, month_words, span_words
from inzet.scenario.history import History
from inzet.scenario.scenario import Scenario

_MOST = 5
"""So many breaches of the running plan are told in words."""


def replan_sections(found: Replanned, history: History) -> list[Section]:
    """The answer, part by part.

    Args:
        found: the plan made anew; it must have a plan.
        history: what had happened.
    """
    chosen = found.chosen
    assert chosen is not None
    scenario = found.running.scenario
    sections = [
        Section("The plan that runs", tuple(_running(found, history))),
        Section("The plan made anew", tuple(_chosen(found, chosen))),
        Section("What becomes of the contributions", tuple(turn_lines(chosen.plan, scenario))),
    ]
    if found.least is not chosen and found.least.plan.turns != chosen.plan.turns:
        heading = f"The fewest changes that keep the rules: {count(found.least.plan.changes, 'change')}"
        sections.append(Section(heading, (("", point_words(found.least)), *turn_lines(found.least.plan, scenario))))
    sections.append(Section("What more changes bring", tuple(_curve(found))))
    elsewhere = tuple(_elsewhere(chosen.plan, scenario))
    if elsewhere:
        sections.append(Section("Who makes way, and where units go", elsewhere))
    return sections


def _running(found: Replanned, history: History) -> Iterator[Line]:
    scenario = found.running.scenario
    yield "Title", scenario.settings.title
    yield "As of", f"{month_words(history.as_of)}; what came before is as it was"
    named = joined(scenario.names)
    yield "The world now", f"{named}, with its changes to the workbook" if named else "the workbook as it is"
    if found.held.ok:
        yield "Still possible", "The running plan keeps every rule as the world is now."
        return
    broken = list(breaches_of(found.running, found.held.findings))
    yield "Not possible", f"The running plan no longer keeps the rules: {count(len(broken), 'breach', 'breaches')}."
    for breach in broken[:_MOST]:
        yield "", f"{breach.sentence}{f', {span_words(*breach.spell)}' if breach.spell else ''}."
    if len(broken) > _MOST:
        yield "", f"And {len(broken) - _MOST} more."


def _chosen(found: Replanned, chosen: Point) -> Iterator[Line]:
    if chosen.plan.changes == 0:
        yield "Plan", "Nothing has to change: the running plan is as good as any."
    elif chosen is found.best:
        yield "Plan", "The best plan, with the fewest changes among plans that are as good in readiness and value."
    else:
        yield "Plan", "The best plan for what a change may cost, or with no more changes than asked for."
    yield "Assumptions", NOT_EXAMINED
    yield "Changes", count(chosen.plan.changes, "change")
    yield "Comes to", point_words(chosen)
    if chosen.plan.changes:
        least = found.least
        yield "Fewest", f"{count(least.plan.changes, 'change')} would do to keep the rules: {point_words(least)}"


def point_words(point: Point) -> str:
    """What a plan comes to in readiness and value, and whether that is proven."""
    proof = "" if point.proven else "; best found, not proven"
    return f"{point.short:,.0f} unit months short of readiness, {point.value:,.1f} points of value{proof}"


def turn_lines(plan: Renewed, scenario: Scenario) -> Iterator[Line]:
    """What becomes of every contribution that is not kept, and how many are."""
    for what in (What.RECALLED, What.PROLONGED, What.MOVED, What.OTHER_UNITS, What.DROPPED, What.STARTED):
        for turn in plan.of(what):
            yield what.value, turn_sentence(turn, scenario)
    kept = len(plan.of(What.KEPT))
    yield What.KEPT.value, f"{count(kept, 'contribution')} exactly as planned"


def turn_sentence(turn: Turn, scenario: Scenario) -> str:
    """What becomes of a contribution, in a sentence."""
    subject = called(turn.mission, scenario)
    told = f"; parliament must be told by {month_words(turn.told_by)}" if turn.told_by else ""
    before = stay_words(turn.before, scenario) if turn.before else ""
    match turn:
        case Turn(what=What.RECALLED, before=was, after=now) if was and now:
            notice = f", at {turn.notice_days} days' notice" if turn.notice_days else ""
            return f"{subject}: home after {month_words(now.last)} instead of {month_words(was.last)}{notice}."
        case Turn(what=What.PROLONGED, before=was, after=now) if was and now:
            return f"{subject}: stays until {month_words(now.last)}, not until {month_words(was.last)}."
        case Turn(what=What.OTHER_UNITS):
            return f"{subject}: {before}, by other units."
        case Turn(after=now) if now and turn.before:
            return f"{subject}: {stay_words(now, scenario)}; planned was {before}{told}."
        case Turn(after=now) if now:
            return f"{subject}: {stay_words(now, scenario)}{told}."
        case _:
            return f"{subject}: {before}."


def _curve(found: Replanned) -> Iterator[Line]:
    if len(found.curve) == 1:
        yield "", "No more changes make the plan better, as far as the search can tell: anything else is a tie."
    for point in found.curve:
        yield f"{point.most} at most", point_words(point)
    if not found.is_whole:
        yield "", "The search was stopped: points are missing or may be better than found."


def _elsewhere(plan: Renewed, scenario: Scenario) -> Iterator[Line]:
    for mission, less in plan.displaced.items():
        yield mission, f"{count(less, 'month')} less abroad than planned"
    for transfer in plan.transfers:
        parts = []
        if transfer.gives:
            parts.append(f"from {listed(f'{m} ({n})' for m, n in transfer.gives.items())}")
        if transfer.takes:
            parts.append(f"to {listed(f'{m} ({n})' for m, n in transfer.takes.items())}")
        yield transfer.unit, f"{scenario.units[transfer.unit].name}, unit months: {', '.join(parts)}"
