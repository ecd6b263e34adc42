"""What the decisions of a plan hang on, in words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from inzet.analyses.assumptions.alone import Flip, Span, nothing_between
from inzet.analyses.assumptions.draws import Driver
from inzet.analyses.assumptions.examine import Examined, Ground, Standing
from inzet.analyses.assumptions.worlds import OUT
from inzet.reports.summary import Line, Section
from inzet.reports.words import count, joined
from inzet.scenario.assumptions import Assumption

MOST_NUMBERS = 4
"""So many numbers on which a decision hangs are named in a line."""


def examined_sections(found: Examined) -> list[Section]:
    """The answer, part by part."""
    hanging = sorted(found.of(Ground.HANGS), key=lambda standing: (standing.stood, standing.mission))
    sections = [
        Section("What was examined", tuple(_examined(found))),
        Section(
            f"Stands on documents: {count(len(found.of(Ground.DOCUMENTS)), 'decision')}",
            _named(found, Ground.DOCUMENTS),
        ),
        Section(
            f"Stands whatever we assume: {count(len(found.of(Ground.WHATEVER)), 'decision')}",
            _named(found, Ground.WHATEVER),
        ),
        Section(
            f"Hangs on assumed numbers: {count(len(hanging), 'decision')}",
            tuple((standing.mission, hanging_words(standing, found)) for standing in hanging),
        ),
    ]
    if unknown := found.of(Ground.UNKNOWN):
        sections.append(
            Section(f"Not examined: {count(len(unknown), 'decision')}", _named(found, Ground.UNKNOWN)),
        )
    if trouble := tuple(_trouble(found)):
        sections.append(Section("Numbers that leave no plan", trouble))
    return sections


def _examined(found: Examined) -> Iterator[Line]:
    turning = sum(bool(number.flips) for number in found.numbers)
    solves = sum(number.solves for number in found.numbers)
    yield "Title", found.scenario.settings.title
    yield "Scenario", found.scenario.label
    yield (
        "One at a time",
        f"{count(len(found.numbers), 'assumed number')} from the lowest to the highest that Basis gives, "
        f"the others as they are: {turning} of them turn a decision ({count(solves, 'solve')})",
    )
    draws = found.draws
    yield (
        "All at a time",
        f"{count(len(draws.worlds), 'draw')} of all of them (Latin hypercube, seed {draws.seed}, every number of a "
        f"range as likely as any other): {len(draws.planned)} with a plan",
    )
    inexact = [number.assumption.name for number in found.numbers if number.is_whole and not number.is_exact]
    exact = sum(number.is_exact for number in found.numbers)
    yield "Known", f"for {exact} of them all the way: every turn within the range is found, and every plan proven"
    if inexact:
        doubt = "a turn and a turn back between two parts could be missed, or a plan is not proven"
        yield "Not all the way", f"{joined(inexact)}: {doubt}"
    if not found.is_whole:
        yield "Stopped", "Not every number and draw was looked at; what follows is what is known so far."
    unproven = sum(not world.proven for world in draws.planned.values())
    if unproven:
        yield "Not proven", f"In {count(unproven, 'draw')} the plan is the best found, not proven the best."


def _named(found: Examined, ground: Ground) -> tuple[Line, ...]:
    standings = found.of(ground)
    inside = [f"{s.mission} ({s.choice})" for s in standings if s.choice != OUT]
    outside = [s.mission for s in standings if s.choice == OUT]
    lines = (("in", joined(inside)), ("out", joined(outside)))
    return tuple(line for line in lines if line[1])


def _trouble(found: Examined) -> Iterator[Line]:
    for number in found.numbers:
        for span in number.without_plan:
            yield number.assumption.name, f"{part_words(number.assumption, span)}: {span.world.reason}"
    for reason, times in found.draws.refused.items():
        yield count(times, "draw"), reason
    if drivers := found.draws.plan_drivers:
        yield "A plan at all", f"hangs in the draws on {joined([driver_words(driver) for driver in drivers])}"
    for name, reason in found.failed.items():
        yield name, f"failed: {reason}"


def choice_words(choice: str) -> str:
    """A choice as a planner says it."""
    return choice if choice != OUT else "out"


def hanging_words(standing: Standing, found: Examined) -> str:
    """What is decided, how often that stood, and on which numbers it hangs."""
    draws = len(found.draws.planned)
    stood = f", so in {standing.stood} of {draws} draws" if draws else ""
    return f"{choice_words(standing.choice)}{stood}; hangs on {numbers_words(standing)}"


def numbers_words(standing: Standing) -> str:
    """The numbers on which a decision hangs, those that turn it by themselves first."""
    alone = [
        f"{assumption.name} ({turn_words(assumption, *(flip for _, flip in flips))})"
        for assumption, flips in groupby(standing.flips, key=itemgetter(0))
    ]
    together = [
        f"in the draws {driver_words(driver)}"
        for driver in standing.drivers
        if driver.assumption not in {assumption for assumption, _ in standing.flips}
    ]
    named = (*alone, *together)
    if not named:
        return "several numbers together: none alone turns it, and none stands out in the draws"
    more = len(named) - MOST_NUMBERS
    return "; ".join((*named[:MOST_NUMBERS], *([f"and {count(more, 'more number')}"] if more > 0 else [])))


def driver_words(driver: Driver) -> str:
    """A number that goes together with something, and how."""
    often = "more" if driver.correlation > 0 else "less"
    return f"{driver.assumption.name} ({often} often so when larger)"


def turn_words(assumption: Assumption, *flips: Flip) -> str:
    """Where a decision turns, and into what, each time that it does."""
    turns = ", ".join(f"{choice_words(flip.becomes)} {where(assumption, flip)}" for flip in flips)
    return f"{turns}, now {amount(assumption, assumption.now)}"


def where(assumption: Assumption, flip: Flip) -> str:
    """From where on a decision is another one, and up to where."""
    is_up = flip.until > assumption.now
    lasts = flip.until in (assumption.low, assumption.high)
    near = flip.turned if assumption.is_whole else flip.still
    begins = amount(assumption, near)
    if not is_exact(assumption, flip):
        ends = sorted((flip.still, flip.turned))
        begins = f"somewhere between {plain(ends[0])} and {amount(assumption, ends[1])}"
    elif not assumption.is_whole and lasts:
        return f"{'above' if is_up else 'below'} {begins}"
    if lasts:
        return f"from {begins} {'up' if is_up else 'down'}"
    return f"at {begins}" if near == flip.until else f"from {begins} to {amount(assumption, flip.until)}"


def is_exact(assumption: Assumption, flip: Flip) -> bool:
    """Whether nothing is left to know between the last number before a turn and the first after it."""
    return nothing_between(assumption, *sorted((flip.still, flip.turned)))


def part_words(assumption: Assumption, span: Span) -> str:
    """A part of a number's range."""
    ends = dict.fromkeys((plain(span.first), plain(span.last)))
    return f"{' to '.join(ends)} {assumption.unit}".strip()


def amount(assumption: Assumption, number: float) -> str:
    """A number with its unit."""
    return f"{plain(number)} {assumption.unit}".strip()


def plain(number: float) -> str:
    """A number in at most six figures."""
    return f"{number:,.0f}" if abs(number) >= 1e5 else f"{number:,.6g}"
