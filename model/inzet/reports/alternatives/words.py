"""Near-optimal plans in words, for the terminal and the front sheet of their workbook."""

from __future__ import annotations

from collections.abc import Iterator

from inzet.analyses.alternatives import Alternatives, Ending, Pair, Place, Plan, Standing, Tie
from inzet.analyses.library import Difference, Kind, Presence, Presences
from inzet.calendar import Month
from inzet.reports.assumptions.standing import NOT_EXAMINED
from inzet.reports.decision_words import called
from inzet.reports.summary import Line, Section
from inzet.reports.words import UNKNOWN, count, gap_words, listed, million, rounded_away, share_words, span_words
from inzet.scenario.scenario import Scenario
from inzet.schema.rows import GoalName

STANDING_WORDS: dict[Standing, str] = {
    Standing.CORE: "in every plan that good",
    Standing.CONTESTED: "in some of them and not in others",
    Standing.OUT: "in no plan that good",
    Standing.OPEN: "the search was stopped before this was known",
}
"""Where a mission stands, in a planner's words."""

KIND_WORDS: dict[Kind, str] = {
    Kind.IN: "comes in",
    Kind.OUT: "goes out",
    Kind.OPTION: "another option",
    Kind.SHORTER: "shorter",
    Kind.LONGER: "longer",
    Kind.MOVED: "at another time",
    Kind.SIZE: "another size",
}
"""How a mission differs from the best plan."""


def alternatives_sections(found: Alternatives) -> list[Section]:
    """The answer, part by part: what that good means, core, contested, out, pairs, and the plans as swaps."""
    scenario = found.scenario
    sections = [Section("What is asked", tuple(_asked(found)))]
    for standing in Standing:
        places = found.of(standing)
        if places or standing is not Standing.OPEN:
            heading = f"{standing.value.capitalize()}: {STANDING_WORDS[standing]} ({count(len(places), 'mission')})"
            lines = tuple(_place(place, found) for place in places) or (("", "No mission."),)
            sections.append(Section(heading, lines))
    sections.append(Section("Missions that hang together", tuple(pair_lines(found))))
    for number, plan in enumerate(found.plans[1:], start=1):
        sections.append(Section(f"Plan {number}: {worth_words(plan, found)}", tuple(_plan(plan, found, scenario))))
    sections.append(Section("No more plans", (("", ending_words(found)),)))
    return sections


def _asked(found: Alternatives) -> Iterator[Line]:
    scenario = found.scenario
    yield "Title", scenario.settings.title
    yield "Scenario", scenario.label
    yield "The best plan", f"{found.best.value:,.1f} points of value, {_ready(found.best)}; {best_words(found)}"
    yield "That good", good_words(found)
    for sentence in ties_words(found):
        yield "Ties", sentence
    yield "Assumptions", NOT_EXAMINED
    yield "In", "A mission is in when it does more than finish the tour that runs when the plan starts."
    yield "Found out with", solves_words(found)
    if found.stopped:
        yield "Stopped", "The search was stopped; what it had not found out by then is not settled."
    for reason in found.failed:
        yield "Went wrong", f"{reason} What was asked then is not settled."


def good_words(found: Alternatives) -> str:
    """What a plan must come to, to be that good."""
    rank = found.proven
    names = [" + ".join(goal.goal.value for goal in goals) for goals in found.scenario.goals[: found.ranks - 1]]
    kept = f", with {listed(names)} as good as in the best plan" if names else ""
    share = share_words(found.within)
    if rank is None:
        return f"Within {share} of the best plan found{kept}."
    if rank.name == GoalName.VALUE:
        return f"Worth {rounded_away(found.worst, 2, upwards=True)} points or more: within {share} of the best{kept}."
    side = "at least" if rank.more_is_better else "at most"
    return f"{rank.name}, added up as weighed, {side} {found.worst:,.6g}: within {share} of the best{kept}."


def best_words(found: Alternatives) -> str:
    """What is proven of the plan that the others are measured against."""
    rank = found.proven
    if rank is None or abs(rank.bound) > UNKNOWN:
        return "the best found, with no useful bound; all that follows is measured from it"
    if rank.gap == 0:
        return "proven the best"
    return f"within {gap_words(rank.gap)} of the best there can be; all that follows is measured from it"


def ties_words(found: Alternatives) -> Iterator[str]:
    """What must be said where plans are as good as the proof can tell."""
    rank = found.proven
    if rank is not None and found.within < rank.gap:
        yield (
            f"{share_words(found.within)} is less than the gap of the best plan ({gap_words(rank.gap)}): plans closer "
            f"to each other than the gap are ties, and one of them may be better than the best plan found."
        )
    elif found.within == 0:
        yield "Within 0%: all these plans are ties in the goals that count."


def solves_words(found: Alternatives) -> str:
    """How many solves it took, against two for every mission."""
    parts = [f"{name} {number}" for name, number in found.solves.items() if number]
    every = count(sum(found.solves.values()), "solve")
    twice = 2 * len(found.places)
    return (
        f"{every} beside that of the best plan ({', '.join(parts) or 'none'}); two for every mission would be {twice}"
    )


def _place(place: Place, found: Alternatives) -> Line:
    scenario = found.scenario
    sentence = _name(place.mission, scenario)
    options = _options(place, scenario)
    if options:
        sentence = f"{sentence}: {options}"
    if place.standing is Standing.CONTESTED:
        held = sum(place.mission in plan.missions for plan in found.plans)
        best = "in the best plan" if place.in_best else "not in the best plan"
        sentence += f"; {best}, in {held} of {len(found.plans)} shown"
    elif place.standing is Standing.OUT and found.best.presences.get(place.mission):
        spans = presences_words(place.mission, found.best.presences[place.mission], scenario)
        sentence += f": {spans}, in every plan"
    elif place.standing is Standing.OPEN:
        sentence += "; in the best plan" if place.in_best else "; not in the best plan"
    return place.mission, sentence


def _name(mission: str, scenario: Scenario) -> str:
    """A mission's name, without its id, which stands beside it."""
    return called(mission, scenario).removesuffix(f" ({mission})")


def _options(place: Place, scenario: Scenario) -> str:
    """The options that a mission has in some plans that good; nothing where it has but one and that is known."""
    names = [scenario.options[place.mission, option].name for option in place.options]
    words = " or ".join(names) if len(names) > 1 or place.options_open else ""
    if place.options_open:
        unknown = listed(scenario.options[place.mission, option].name for option in place.options_open)
        words = f"{words or 'no option seen'} (not settled: {unknown})"
    return words


def pair_lines(found: Alternatives) -> Iterator[Line]:
    """The contested missions that hang together, a line for each pair."""
    for tie in Tie:
        for pair in (pair for pair in found.pairs if pair.tie is tie):
            yield tie.value, pair_sentence(pair, found)
    if found.pairs_open:
        number = count(len(found.pairs_open), "pair")
        yield Standing.OPEN.value, f"{number} of contested missions: whether they exclude each other is not known."
    elif not any(pair.tie is Tie.APART for pair in found.pairs):
        yield "", "No two contested missions exclude each other: any two of them are together in some plan that good."


def pair_sentence(pair: Pair, found: Alternatives) -> str:
    """How two missions hang together, in a sentence."""
    if pair.tie is Tie.ONLY_WITH:
        return f"{pair.mission} only with {pair.other}: no plan that keeps the rules has the first without the other."
    both = f"{pair.mission} and {pair.other}: no plan that good has both in"
    match pair.anyway:
        case True:
            return f"{both}; no plan at all can, whatever it is worth."
        case False:
            return f"{both}; together they cost more than {share_words(found.within)}."
        case None:
            return f"{both}; whether any plan at all can is not known."


def worth_words(plan: Plan, found: Alternatives) -> str:
    """What a plan is worth, and how much less than the best one."""
    less = found.best.value - plan.value
    if abs(less) < 0.05:
        return f"{plan.value:,.1f} points, as many as the best plan"
    share = f" ({100 * abs(less / found.best.value):.2f}%)" if found.best.value else ""
    side = "less" if less > 0 else "more"
    return f"{plan.value:,.1f} points, {abs(less):,.1f} {side} than the best plan{share}"


def _plan(plan: Plan, found: Alternatives, scenario: Scenario) -> Iterator[Line]:
    yield "Unlike", unlike_words(plan)
    for swap in plan.swaps(found.best):
        yield KIND_WORDS[swap.kind], swap_sentence(swap, scenario)
    more = plan.cost - found.best.cost
    yield "Readiness", _ready(plan)
    yield (
        "Money",
        f"EUR {million(plan.cost)} million, {million(abs(more))} {'more' if more > 0 else 'less'} than the best",
    )


def unlike_words(plan: Plan) -> str:
    """How far a plan is from the ones before it, and what is proven of that."""
    if plan.apart:
        distance = f"{count(plan.apart, 'mission')} in or out otherwise than in the nearest of the plans before it"
    else:
        distance = f"no other missions, but {count(plan.options_apart, 'option')} otherwise"
    proof = "none that good is further away, and none as far is worth more" if plan.proven else "best found, not proven"
    return f"{distance}; {proof}"


def swap_sentence(swap: Difference, scenario: Scenario) -> str:
    """What a plan has otherwise than the best one for a mission."""
    before, after = (presences_words(swap.mission, side, scenario) for side in (swap.before, swap.after))
    name = called(swap.mission, scenario)
    match swap.kind:
        case Kind.IN:
            return f"{name}: {after}"
        case Kind.OUT:
            return f"{name}: {before} in the best plan{f'; {after}' if after else ''}"
        case Kind.SIZE:
            persons = sum(p.persons for p in swap.after) - sum(p.persons for p in swap.before)
            return f"{name}: {after}, {persons:+d} persons"
        case _:
            return f"{name}: {after}; in the best plan {before}"


def presences_words(mission: str, presences: Presences, scenario: Scenario) -> str:
    """The contributions of a mission, in words."""
    return "; ".join(_presence(mission, presence, scenario) for presence in presences)


def _presence(mission: str, presence: Presence, scenario: Scenario) -> str:
    span = span_words(Month.parse(presence.first), Month.parse(presence.last))
    words = f"{scenario.options[mission, presence.option].name}, {span}"
    return f"{words} (only finishes what runs)" if presence.finishing else words


def _ready(plan: Plan) -> str:
    return f"{plan.short:,.0f} unit months short of readiness"


def ending_words(found: Alternatives) -> str:
    """Why there are no more plans."""
    number = len(found.plans) - 1
    match found.ending:
        case Ending.ENOUGH:
            return f"{count(number, 'plan')} beside the best, as many as were asked for; there may be more."
        case Ending.EXHAUSTED:
            return "No plan that good has other missions or options than one of these; the rest differs only in months."
        case Ending.STOPPED:
            return f"The search for more plans was stopped after {number or 'none'}; there may be more."
