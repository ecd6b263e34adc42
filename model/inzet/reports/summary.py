"""The plan in words, for the front sheet of the workbook and for the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rich.console import Console
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from inzet.analyses.decisions import Decision, Firmness, by_firmness
from inzet.calendar import Month
from inzet.outcome import Limit, Solution, Status
from inzet.plan.audit import Audit
from inzet.plan.ledger import Ledger
from inzet.reports.assumptions.standing import NOT_EXAMINED, Standing, standing_lines
from inzet.reports.decision_words import turning_sentence, verdict_sentence
from inzet.reports.goals import goal_lines
from inzet.reports.words import (
    HASH_LETTERS,
    count,
    gap_words,
    is_exact,
    is_proven_best,
    joined,
    million,
    month_letters,
    month_words,
    stopped_words,
)
from inzet.scenario.scenario import Scenario
from inzet.schema.basis import figures_of
from inzet.schema.book import Book
from inzet.schema.rows import BasisKind, Settings

NOT_TURNED = "Not examined; `inzet solve WORKBOOK --explain` turns every decision around and says what that would cost."
"""Said of the margins when nobody asked for them."""

_FRAGILE = 5
"""So many of the most fragile decisions are told in words."""

Line = tuple[str, str]
"""What it is about (may be empty), and what is said of it."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the summary.

    Attributes:
        heading: what the part is about.
        lines: what is said, line by line.
    """

    heading: str
    lines: tuple[Line, ...]


def summary(
    solution: Solution,
    ledger: Ledger,
    audit: Audit,
    found: Sequence[Decision] | None = None,
    standing: Standing | None = None,
) -> list[Section]:
    """What was planned, how good the plan is, what is in it, what it takes, and what it rests on.

    Args:
        solution: how the solve ended; it must have a plan.
        ledger: the reckoning of that plan.
        audit: the independent check of it.
        found: its decisions turned around; None when nobody asked.
        standing: what its decisions hang on; None when nobody asked.
    """
    parts: dict[str, Callable[[], Iterable[Line]]] = {
        "The plan": lambda: _plan(solution),
        "How good it is": lambda: _quality(solution, ledger),
        "What is in it": lambda: _contents(ledger),
        "Decisions": lambda: _decisions(found, ledger.scenario),
        **({"What hangs on assumptions": lambda: standing_lines(standing)} if standing is not None else {}),
        **({"Units too few": lambda: _shortages(ledger)} if ledger.scenario.shortage_allowed else {}),
        "Money": lambda: _money(ledger),
        "Readiness": lambda: _readiness(ledger),
        "What it rests on": lambda: _trust(ledger, audit, solution, is_examined=standing is not None),
    }
    return [Section(heading, tuple(lines())) for heading, lines in parts.items()]


def print_summary(console: Console, sections: Iterable[Section]) -> None:
    """Print a summary on a terminal."""
    for section in sections:
        console.print(Text(section.heading, style="bold"))
        grid = Grid.grid(padding=(0, 2))
        for label, sentence in section.lines:
            grid.add_row(Text(label, style="dim"), Text(sentence))
        console.print(Padding(grid, (0, 0, 1, 2)), soft_wrap=False)


def _plan(solution: Solution) -> Iterator[Line]:
    scenario, settings = solution.scenario, solution.scenario.settings
    yield "Title", settings.title
    named = joined(scenario.names)
    yield "Scenario", f"{named}, with its changes to the workbook" if named else "base, the workbook as it is"
    months = count(len(scenario.horizon), "month")
    yield "Period", f"{month_words(scenario.horizon[0])} to {month_words(scenario.horizon[-1])}, {months}"
    yield "New starts", _decision_words(settings)
    yield "Content hash", f"{scenario.content_hash[:HASH_LETTERS]} (the same hash means the same question)"


def _decision_words(settings: Settings) -> str:
    every = settings.decision_every
    return "Possible in every month" if every == 1 else f"Possible every {every} months"


def _quality(solution: Solution, ledger: Ledger) -> Iterator[Line]:
    yield "Verdict", _verdict(solution)
    if solution.message:
        yield "The search", solution.message
    for number, (name, sentence) in enumerate(goal_lines(solution, ledger), start=1):
        yield f"{number}. {name}", sentence
    if gaps := [goal.gap for goal in solution.goals if not is_exact(goal)]:
        size = "" if max(gaps) > 1 else f" (at most {gap_words(max(gaps))})"
        yield (
            "",
            (
                f"A difference between two plans that is smaller than the gap{size} is a tie: "
                "another plan may be as good as this one, or a little better."
            ),
        )


def _verdict(solution: Solution) -> str:
    if is_proven_best(solution):
        return "Proven optimal: no plan that keeps the rules is better, taking the goals in this order."
    if solution.status is Status.OPTIMAL:
        return "Proven to be within the gap that was asked for; a slightly better plan may exist."
    if solution.status is Status.FEASIBLE:
        return f"The best plan found, not proven to be the best: the search ended {stopped_words(solution)}."
    return f"There is no plan: {solution.status}."


def _contents(ledger: Ledger) -> Iterator[Line]:
    scenario = ledger.scenario
    stays = [contribution.stay for contribution in ledger.contributions]
    inside = {stay.mission for stay in stays}
    outside = len(scenario.missions) - len(inside)
    yield "Missions", f"{len(inside)} in, {outside} left out, {len(scenario.missions)} in all"
    if outside:
        yield "Left out", joined((name for name in scenario.missions if name not in inside), most=12)
    going_on = sum(stay.running for stay in stays)
    yield "Contributions", f"{len(stays)}: {going_on} running when the plan starts, {len(stays) - going_on} new"
    yield "Persons abroad", _persons(ledger)
    yield "Units", _tight_units(ledger)
    if ledger.rule_counts:
        yield "Rules", _rules(ledger)


def _rules(ledger: Ledger) -> str:
    """What the rules over groups and pairs of missions come to."""
    broken = {tally.rule for tally in ledger.rule_counts if tally.breach}
    lost = -sum(tally.points for tally in ledger.rule_counts if tally.points < 0)
    won = sum(tally.points for tally in ledger.rule_counts if tally.points > 0)
    number = len(ledger.scenario.rules) + len(ledger.scenario.pairs)
    kept = f"{number - len(broken)} of {count(number, 'rule')} kept"
    named = f"; not kept: {joined(sorted(broken), most=8)}, at a price of {lost:,.1f} points" if broken else ""
    return f"{kept}{named}" + (f"; {won:,.1f} points for missions that run together" if won else "")


def _persons(ledger: Ledger) -> str:
    abroad = {month: 0 for month in ledger.scenario.horizon}
    for contribution in ledger.contributions:
        persons = ledger.persons(contribution.stay)
        for month in abroad:
            if contribution.stay.first <= month <= contribution.stay.last:
                abroad[month] += persons
    peak = max(abroad, key=lambda month: (abroad[month], -month.index))
    average = sum(abroad.values()) / len(abroad)
    if not abroad[peak]:
        return "Nobody"
    return f"{average:,.0f} on average, {abroad[peak]:,} at most ({month_words(peak)})"


def _tight_units(ledger: Ledger) -> str:
    """The unit types of which a plan leaves nothing to spare."""
    scenario = ledger.scenario
    full = {
        unit: sum(
            (unit, month) in ledger.use and ledger.idle(unit, month) <= scenario.reserve(unit, month)
            for month in scenario.horizon
        )
        for unit in scenario.units
    }
    tight = sorted((unit for unit, number in full.items() if number), key=lambda unit: (-full[unit], unit))
    if not tight:
        return "Every unit type has something to spare in every month"
    named = [f"{scenario.units[unit].name} ({count(full[unit], 'month')})" for unit in tight]
    return f"Nothing to spare beyond the reserve: {joined(named, most=8)}"


def _decisions(found: Sequence[Decision] | None, scenario: Scenario) -> Iterator[Line]:
    """How firm the decisions are, and the most fragile of them in words."""
    if found is None:
        yield "Margins", NOT_TURNED
        return
    named = {firmness: [d.mission for d in found if d.firmness is firmness] for firmness in Firmness}
    firm = [*named[Firmness.FIXED], *named[Firmness.FIRM]]
    every = len(found)
    yield "Firm", f"{len(firm)} of {every} cannot be otherwise{_named(firm)}"
    yield "At a loss", f"{len(named[Firmness.COSTS])} of {every} could be turned around"
    yield "Ties", f"{len(named[Firmness.TIE])} of {every} could go either way{_named(named[Firmness.TIE])}"
    if open_ := named[Firmness.OPEN]:
        yield "Not examined", f"{len(open_)} of {every}, for the examination was stopped{_named(open_)}"
    fragile = [d for d in reversed(by_firmness(found)) if d.margin is not None][:_FRAGILE]
    for number, decision in enumerate(fragile):
        words = f"{verdict_sentence(decision, scenario)} {turning_sentence(decision, scenario)}"
        yield "" if number else "The most fragile", words


def _named(missions: list[str]) -> str:
    return f": {joined(missions, most=12)}" if missions else ""


def _money(ledger: Ledger) -> Iterator[Line]:
    scenario = ledger.scenario
    if not scenario.fund_names:
        yield "", "The workbook has no funds; money is not counted."
        return
    for fund in scenario.fund_names:
        for year in scenario.years:
            row = scenario.funds.get((fund, year))
            free = row.budget - row.reserve if row else 0.0
            spent = ledger.spent(fund, year)
            if row is not None or spent:
                share = f" ({spent / free:.0%})" if free > 0 else ""
                kept = f"; {million(row.reserve)} more is kept in reserve" if row and row.reserve else ""
                yield f"{fund} {year}", f"EUR {million(spent)} of {million(free)} million{share}{kept}"
    yield "All funds", f"EUR {million(sum(posting.euro for posting in ledger.postings))} million over the plan"


def _shortages(ledger: Ledger) -> Iterator[Line]:
    scenario = ledger.scenario
    short = {(u, t): n for u in scenario.units for t in scenario.horizon if (n := ledger.shortage(u, t))}
    if not short:
        yield "", "None: there are units enough for the plan."
        return
    yield "Units too few", f"{sum(short.values()):,} unit months in all; one unit too few for one month is one"
    for unit, keys in groupby(sorted(short), key=lambda key: key[0]):
        months = {key[1]: short[key] for key in keys}
        yield (
            scenario.units[unit].name,
            f"At most {count(max(months.values()), 'unit')} too few in {_spells(list(months))}",
        )


def _readiness(ledger: Ledger) -> Iterator[Line]:
    commitments = ledger.scenario.commitments
    if not commitments:
        yield "", "The workbook has no readiness commitments; readiness is not counted."
        return
    short = {key: ledger.shortfall(*key) for key in commitments}
    short = {key: number for key, number in short.items() if number}
    pairs = len({(unit, tier) for unit, tier, _ in commitments})
    if not short:
        yield "Shortfall", f"None: {count(pairs, 'commitment')}, kept in every month"
        return
    yield "Shortfall", f"{sum(short.values()):,} unit months in all; one unit short for one month is one"
    for (unit, tier), keys in groupby(sorted(short), key=lambda key: (key[0], key[1])):
        months = {key[2]: short[key] for key in keys}
        yield (
            f"{ledger.scenario.units[unit].name}, {tier}",
            f"Short by at most {count(max(months.values()), 'unit')} in {_spells(list(months))}",
        )


def _spells(months: list[Month]) -> str:
    """Months as unbroken spells: 5 months: Jan 2025 to Apr 2025, Sep 2025."""
    spells: list[list[Month]] = []
    for month in months:
        if spells and month - spells[-1][-1] == 1:
            spells[-1].append(month)
        else:
            spells.append([month])
    named = [month_letters(s[0]) if len(s) == 1 else f"{month_letters(s[0])} to {month_letters(s[-1])}" for s in spells]
    return f"{count(len(months), 'month')}: {joined(named, most=4)}"


def _trust(ledger: Ledger, audit: Audit, solution: Solution, *, is_examined: bool) -> Iterator[Line]:
    yield "Independent check", _audit_words(audit)
    kinds = basis_counts(ledger.scenario.book)
    named = [f"{kinds[kind]:,} {kind}" for kind in BasisKind]
    bare = f", {kinds[None]:,} without a word on what they rest on" if kinds[None] else ""
    yield "Numbers", f"{', '.join(named)}{bare}; cells left empty take the default of the schema"
    if not is_examined:
        yield "", NOT_EXAMINED
    if solution.limit is not Limit.NONE and solution.status is Status.FEASIBLE:
        yield "", "This plan is not the last word: a longer search may find a better one."


def _audit_words(audit: Audit) -> str:
    held = f"{count(len(audit.checks), 'rule')} held against the plan {sum(audit.checks.values()):,} times"
    if audit.ok:
        return f"Passed: {held}, no breach; value, money and readiness were reckoned a second time and agree"
    broken = joined((finding.sentence for finding in audit.findings), most=5)
    return f"FAILED: {held}, {count(len(audit.findings), 'breach', 'breaches')}: {broken}"


def basis_counts(book: Book) -> Counter[BasisKind | None]:
    """How many of the numbers filled in are documented, derived or assumed; None counts those without a basis."""
    return Counter(figure.basis.basis if figure.basis else None for figure in figures_of(book))
