"""Decisions and what stands in their way, in sentences that can be read aloud."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import assert_never

from inzet.analyses.decisions import Decision, Firmness, Loss, Verdict
from inzet.analyses.in_the_way import Kind, Obstacle, Spell
from inzet.calendar import Month, months
from inzet.reports.goals import GOAL_WORDS
from inzet.reports.words import count, joined, listed, million, rounded_away, span_words
from inzet.scenario.scenario import Scenario, Stay
from inzet.schema.rows import GoalName, Measure

MOST = 3
"""So many missions are named; of the others only their number is given."""

FIRMNESS_WORDS: dict[Firmness, str] = {
    Firmness.FIXED: "nothing to decide",
    Firmness.FIRM: "cannot be turned around",
    Firmness.COSTS: "at a loss",
    Firmness.TIE: "tie",
    Firmness.OPEN: "not examined",
}
"""What turning a decision around comes to, in a planner's words."""

_OF: dict[GoalName, str] = {
    GoalName.READINESS: " of readiness",
    GoalName.VALUE: " of value",
    GoalName.SHORTAGE: "",
    GoalName.CHANGES: " to what runs",
    GoalName.COST: "",
    GoalName.START: "",
}
_UNITS: dict[GoalName, str] = {
    GoalName.READINESS: "unit months short",
    GoalName.VALUE: "points",
    GoalName.SHORTAGE: "unit months too few, as they are priced",
    GoalName.CHANGES: "changes",
    GoalName.COST: "EUR million",
    GoalName.START: "months of delay",
}
_MEASURED: dict[Measure, tuple[str, str]] = {
    Measure.MISSIONS: ("mission", "missions"),
    Measure.STAYS: ("contribution", "contributions"),
    Measure.MONTHS: ("month", "months"),
    Measure.PERSONS: ("person", "persons"),
    Measure.MONEY: ("million euro", "million euro"),
}


def called(mission: str, scenario: Scenario) -> str:
    """A mission's name with its id, unless the name ends with it."""
    name = scenario.missions[mission].name
    return name if name.endswith(f"({mission})") else f"{name} ({mission})"


def stay_words(stay: Stay, scenario: Scenario) -> str:
    """A contribution: what it is, and its months."""
    return f"{scenario.options[stay.mission, stay.option].name}, {span_words(stay.first, stay.last)}"


def verdict_sentence(decision: Decision, scenario: Scenario) -> str:
    """Whether a mission, or one option of it, is in, and with what."""
    subject = called(decision.mission, scenario)
    if decision.option:
        subject = f"{scenario.options[decision.mission, decision.option].name} ({decision.option}) for {subject}"
    stays = sorted(decision.stays, key=lambda stay: (stay.first, stay))
    if decision.verdict is Verdict.IN:
        return f"{subject} is in: {'; '.join(stay_words(stay, scenario) for stay in stays)}."
    if stays:
        return f"{subject} is out: it only finishes what runs, {span_words(stays[0].first, stays[-1].last)}."
    return f"{subject} is out."


def turning_sentence(decision: Decision, scenario: Scenario) -> str:
    """What turning a decision around comes to: what it would cost, and what would make way, come in or move."""
    match decision.firmness:
        case Firmness.FIXED:
            return _fixed(decision)
        case Firmness.FIRM:
            otherwise = "does without it" if decision.verdict is Verdict.IN else "has it in"
            return f"It cannot be turned around: no plan that keeps the rules {otherwise}."
        case Firmness.OPEN:
            return "What it would cost to turn it around is not known: it was not examined to the end."
        case Firmness.TIE:
            return _tie(decision, scenario)
        case Firmness.COSTS:
            return _costs(decision, scenario)
        case _:
            assert_never(decision.firmness)


def _fixed(decision: Decision) -> str:
    if decision.verdict is Verdict.IN:
        return "There is nothing to decide: it finishes what runs, and no other stay can be chosen."
    return "There is nothing to decide: no stay can be chosen."


def _act(decision: Decision) -> str:
    return "Leaving it out" if decision.verdict is Verdict.IN else "Taking it in"


def _costs(decision: Decision, scenario: Scenario) -> str:
    deciding = decision.deciding
    assert deciding is not None
    amount = amount_words(deciding.goal, deciding.amount, scenario)
    floor = _floor(deciding, scenario)
    sentence = f"{_act(decision)} would {listed([f'cost {amount}{floor}', *_effects(decision)])}."
    after = decision.losses[decision.losses.index(deciding) + 1 :]
    more = [
        f"{'also cost' if loss.amount > 0 else 'bring'} {amount_words(loss.goal, abs(loss.amount), scenario)}"
        for loss in after
        if loss.amount
    ]
    return f"{sentence} It would {listed(more)}." if more else sentence


def _floor(loss: Loss, scenario: Scenario) -> str:
    """What is lost at least, where the search left a difference that shows."""
    decimals = _decimals(loss.goal, scenario)
    if loss.amount - loss.at_least < 0.5 / 10**decimals:
        return ""
    return f" (at least {rounded_away(loss.at_least, decimals, upwards=False)}: the search left a gap)"


def _tie(decision: Decision, scenario: Scenario) -> str:
    effects = _effects(decision)
    moves = f" {_act(decision)} would {listed(effects)}." if effects else ""
    differing = [loss for loss in decision.losses if loss.amount]
    if not differing:
        return f"It is a tie: it could go either way at no loss of value.{moves}"
    found = listed(
        f"{amount_words(loss.goal, abs(loss.amount), scenario)} {'worse' if loss.amount > 0 else 'better'}"
        for loss in differing
    )
    return (
        f"It is a tie within the gap: the plan found the other way is {found}, "
        f"too little for the search to tell the two apart.{moves}"
    )


def _effects(decision: Decision) -> list[str]:
    """What happens to other missions, as the rest of a sentence with ``would``."""
    effects = {
        "displace {}": decision.displaced,
        "let in {}": decision.admitted,
        "change the option, months or size of {}": decision.shifted,
    }
    return [words.format(few(missions)) for words, missions in effects.items() if missions]


def few(missions: Sequence[str]) -> str:
    """The first few missions by id, and the number of the others."""
    rest = len(missions) - MOST
    return listed([*missions[:MOST], *([f"{rest} more"] if rest > 0 else [])])


def amount_words(goal: str, amount: float, scenario: Scenario) -> str:
    """An amount of a ranked goal with its unit: 36.0 points of value; goals of one rank are weighed together."""
    names = _names(goal, scenario)
    if len(names) == 1:
        return f"{GOAL_WORDS[names[0]].say(amount)}{_OF[names[0]]}"
    return f"{amount:,.1f} of {listed(name.value for name in names)}, weighed together"


def unit_words(goal: str, scenario: Scenario) -> str:
    """The unit in which a ranked goal is counted."""
    names = _names(goal, scenario)
    return _UNITS[names[0]] if len(names) == 1 else f"{listed(name.value for name in names)}, weighed together"


def _decimals(goal: str, scenario: Scenario) -> int:
    names = _names(goal, scenario)
    return GOAL_WORDS[names[0]].decimals if len(names) == 1 else 1


def _names(goal: str, scenario: Scenario) -> tuple[GoalName, ...]:
    """The goals that a rank is made of; ranks are named after them."""
    every = (tuple(row.goal for row in goals) for goals in scenario.goals)
    return next(names for names in every if " + ".join(name.value for name in names) == goal)


def obstacle_sentence(obstacle: Obstacle, scenario: Scenario) -> str:
    """What stands in the way: what is short, when, who has it, and which cell of the workbook says so."""
    return _OBSTACLES[obstacle.kind](obstacle, scenario)


def _supply(obstacle: Obstacle, scenario: Scenario) -> str:
    unit, when, short = obstacle.what, _when(obstacle.spells), f"{obstacle.short:,.0f} more would be needed"
    name, covered = scenario.units[unit].name, list(_months(obstacle.spells))
    numbers = {scenario.supply(unit, month) for month in covered}
    reserves = {scenario.reserve(unit, month) for month in covered}
    if numbers == {1} and reserves == {0} and obstacle.short == 1 and obstacle.holders:
        return f"The one {name} is with {few(obstacle.holders)} {when}{_at(obstacle)}: {short}."
    kept = f", {_range(reserves)} of them kept in reserve," if max(reserves) else ""
    used = f", in use by {few(obstacle.holders)}" if obstacle.holders else ""
    are = "is 1 unit" if numbers == {1} else f"are {_range(numbers)} units"
    return f"There {are} of the type {name}{kept} {when}{_at(obstacle)}{used}: {short}."


def _readiness(obstacle: Obstacle, scenario: Scenario) -> str:
    unit, tier = scenario.units[obstacle.what].name, scenario.tiers[obstacle.tier]
    used = f", in use by {few(obstacle.holders)}" if obstacle.holders else ""
    return (
        f"For readiness tier {obstacle.tier} (within {count(tier.notice_days, 'day')}) "
        f"{count(int(obstacle.short), 'more unit')} of the type {unit} would be short {_when(obstacle.spells)}"
        f"{_at(obstacle)}{used}."
    )


def _money(obstacle: Obstacle, _scenario: Scenario) -> str:
    years = listed(str(year) for year in sorted({month.year for month in _months(obstacle.spells)}))
    used = f"; most of it is spent on {few(obstacle.holders)}" if obstacle.holders else ""
    return (
        f"{obstacle.what} would be overspent by EUR {million(obstacle.short)} million in {years}{_at(obstacle)}{used}."
    )


def _rule(obstacle: Obstacle, scenario: Scenario) -> str:
    rule = scenario.rules.get(obstacle.what)
    by = f", by {obstacle.short:,.4g} {_MEASURED[rule.measure][obstacle.short != 1]}" if rule else ""
    return _broken(obstacle, by, scenario)


def _price(obstacle: Obstacle, scenario: Scenario) -> str:
    return _broken(obstacle, f", at a further price of {obstacle.short:,.1f} points", scenario)


def _mandate(obstacle: Obstacle, scenario: Scenario) -> str:
    return f"{called(obstacle.what, scenario)} is mandated, so it must be in{_at(obstacle)}."


_OBSTACLES: dict[Kind, Callable[[Obstacle, Scenario], str]] = {
    Kind.SUPPLY: _supply,
    Kind.READINESS: _readiness,
    Kind.MONEY: _money,
    Kind.RULE: _rule,
    Kind.PRICE: _price,
    Kind.MANDATE: _mandate,
}


def _broken(obstacle: Obstacle, how: str, scenario: Scenario) -> str:
    row = scenario.rules.get(obstacle.what) or scenario.pairs[obstacle.what]
    when = f"{_between(obstacle.spells)}{how}{_at(obstacle)}"
    return f"Rule {obstacle.what} would be broken {when}. It says: “{row.sentence.rstrip('.')}.”"


def _when(spells: Sequence[Spell]) -> str:
    """Spells as the rest of a sentence: from April to December 2025 and in March 2026."""
    named = [f"{'in' if first == last else 'from'} {span_words(first, last)}" for first, last in spells[:MOST]]
    rest = len(spells) - MOST
    return listed([*named, f"in {rest} more spells" if rest > 1 else "in one more spell"] if rest > 0 else named)


def _between(spells: Sequence[Spell]) -> str:
    """When a rule is broken: its periods lie between two months, but need not fill the time."""
    first, last = spells[0][0], spells[-1][1]
    return _when(((first, last),)) if first == last else f"between {span_words(first, last).replace(' to ', ' and ')}"


def _months(spells: Iterable[Spell]) -> Iterable[Month]:
    return (month for first, last in spells for month in months(first, last))


def _range(numbers: Iterable[int]) -> str:
    low, high = min(numbers), max(numbers)
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def _at(obstacle: Obstacle) -> str:
    return f" ({joined(obstacle.cells, most=MOST)})" if obstacle.cells else ""
