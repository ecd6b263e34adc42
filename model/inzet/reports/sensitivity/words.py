"""Curves and losses in words, for the terminal, the figures and the front sheet of the workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inzet.analyses.sensitivity.criticality import FUND, SHARE, Criticality, Outcome, Taken
from inzet.analyses.sensitivity.curve import Alteration, Curve, Kind, Shift, Sort, Step, abridged
from inzet.analyses.sensitivity.units import RESERVE
from inzet.reports.assumptions.standing import NOT_EXAMINED
from inzet.reports.decision_words import amount_words
from inzet.reports.summary import Line, Section
from inzet.reports.what_if_words import member_words
from inzet.reports.words import HASH_LETTERS, count, gap_words, joined, listed, million, share_words, span_words
from inzet.scenario.scenario import Scenario

MILLION = 1e6
_NEVER = "no mission changes"
_SAME = "no mission differs"
_OTHER_PLAN = "another plan of the same missions"
_FEW = 6
"""So many changes are named in a sentence; of the others only their number is given."""
_FEW_OTHERWISE = 3
"""So many missions are named that stay in with other options or months."""
_TOLD = 8
"""So many of the worst losses are told in words."""


def title_of(curve: Curve) -> str:
    """What is turned, in a few words."""
    scenario = curve.scenario
    match curve.kind:
        case Kind.SUPPLY:
            return f"{scenario.units[curve.what].name} ({curve.what}): number of units"
        case Kind.READINESS:
            return f"{scenario.units[curve.what].name} ({curve.what}): units that must be ready for {curve.tier}"
        case Kind.BUDGET:
            years = sorted({month.year for month in (curve.window[0], curve.window[1])})
            return f"{curve.what}: money for {f'{years[0]} to {years[-1]}' if len(years) > 1 else years[0]}"
        case _:
            return f"{scenario.interests[curve.what].name} ({curve.what}): weight"


def unit_of(curve: Curve) -> str:
    """The unit of the settings of a curve."""
    return {Kind.BUDGET: "EUR million", Kind.WEIGHT: "weight"}.get(curve.kind, "units")


def shown(curve: Curve, setting: float) -> float:
    """A setting in the unit in which it is shown: money in EUR million."""
    return setting / MILLION if curve.kind is Kind.BUDGET else setting


def setting_words(curve: Curve, setting: float) -> str:
    """One setting, in figures; money to the euro."""
    if curve.kind is Kind.BUDGET:
        return f"{setting / MILLION:,.6f}".rstrip("0").rstrip(".")
    return f"{setting:,.9g}"


def range_words(curve: Curve, step: Step) -> str:
    """The settings of a step: 2; 5 to 9; 4 or more."""
    first = setting_words(curve, step.first)
    if step.last is None:
        return f"{first} or more"
    return first if step.last == step.first else f"{first} to {setting_words(curve, step.last)}"


def changes_of(shift: Shift, *, brief: bool = False) -> list[str]:
    """Every change of a decision, in a few words each: comes in, goes out, and what is otherwise.

    Args:
        shift: the difference.
        brief: whether to give only the number of those that are otherwise.
    """
    otherwise = [f"{len(shift.altered)} otherwise"] if brief and shift.altered else map(alteration_words, shift.altered)
    return [*(f"+ {mission}" for mission in shift.gained), *(f"- {mission}" for mission in shift.lost), *otherwise]


def abridged_words(curve: Curve) -> str:
    """That only the main steps of a long curve are told; empty for a short one."""
    told = len(abridged(curve).planned)
    if told == len(curve.planned):
        return ""
    return f"Of {len(curve.planned):,} plans {told} are told: the widest in equal parts, each beside the one before it."


def alteration_words(altered: Alteration) -> str:
    """How a mission that stays in is otherwise: another option, months more or fewer, or only other months."""
    parts = []
    if altered.before != altered.after:
        parts.append(f"{' then '.join(altered.after)} instead of {' then '.join(altered.before)}")
    if altered.months:
        parts.append(f"{count(abs(altered.months), 'month')} {'more' if altered.months > 0 else 'fewer'}")
    return f"{altered.mission} {', '.join(parts) or 'in other months or another size'}"


def shift_words(shift: Shift, *, brief: bool = False) -> str:
    """How the decisions differ from those of the step before.

    Args:
        shift: the difference.
        brief: whether to name only a few of those that are otherwise.
    """
    parts = []
    if shift.gained:
        parts.append(f"in: {joined(shift.gained)}")
    if shift.lost:
        parts.append(f"out: {joined(shift.lost)}")
    others = [alteration_words(altered) for altered in shift.altered]
    if others:
        parts.append(joined(others, most=_FEW_OTHERWISE if brief else 0))
    return "; ".join(parts)


@dataclass(frozen=True, slots=True)
class Below:
    """The step beside which the changes of another one are told: the nearest below it that has a plan.

    Attributes:
        step: the step.
        across: whether settings lie between that were not looked into, so that the changes may be those of several
            steps, and the settings at which each of them comes are not known.
    """

    step: Step
    across: bool


def beside_steps(curve: Curve) -> list[tuple[Step, Below | None]]:
    """Every step of a curve, in order, with the one beside which its changes are told; None without one."""
    found: list[tuple[Step, Below | None]] = []
    below, across = None, False
    for step in curve.steps:
        found.append((step, None if below is None or step.ledger is None else Below(below, across)))
        if step.ledger is not None:
            below, across = step, False
        else:
            across = across or step.sort is Sort.OPEN
    return found


def below_words(curve: Curve, below: Below) -> str:
    """The step beside which changes are told: 2 to 4; 2 to 4, not looked into between."""
    return f"{range_words(curve, below.step)}{', not looked into between' if below.across else ''}"


def beside_words(curve: Curve, below: Below | None, changes: str) -> str:
    """Changes in words; where not every setting between was looked into, beside what they are."""
    if below is None or not below.across or not changes:
        return changes
    return f"beside {below_words(curve, below)}: {changes}"


def status_words(step: Step) -> str:
    """What is known of a step."""
    if step.sort is Sort.NONE:
        return "proven: no plan"
    if step.sort is Sort.OPEN:
        return "not looked into" if step.solution is None else str(step.solution.status)
    if step.proven:
        return "proven"
    return f"best found, within {gap_words(step.gap)}" if step.gap else "best found, not proven"


def reason_words(step: Step, scenario: Scenario) -> str:
    """Why there is no plan, or why it is not known."""
    if step.conflict is None or not step.conflict.members:
        return step.reason
    members = [member_words(member, scenario) for member in step.conflict.members]
    rest = len(members) - _FEW
    named = [*members[:_FEW], *([f"{rest} more"] if rest > 0 else [])]
    return f"There is no plan: these cannot be kept together: {listed(named)}."


def proof_line(curve: Curve) -> str:
    """What is proven of a curve, for under its title."""
    open_steps = sum(not step.proven for step in curve.steps)
    if not open_steps:
        return "every step proven exact"
    return f"{count(len(curve.steps) - open_steps, 'step')} proven exact, {open_steps} not proven or not looked into"


def effort_words(curve: Curve) -> str:
    """How many questions it took, and how many a grid would have taken.

    A fund may have more steps than a grid has points; then the grid could not have shown them.
    """
    if curve.kind is Kind.BUDGET and curve.solves > curve.points:
        return (
            f"{count(curve.solves, 'solve')} for {count(curve.distinct, 'different outcome')}; a grid of one for every "
            f"EUR million has {curve.points:,}, and would miss the others."
        )
    every = {
        Kind.BUDGET: "one for every EUR million",
        Kind.WEIGHT: "one for every tenth",
    }.get(curve.kind, "one for every number")
    return (
        f"{count(curve.solves, 'solve')}, where a grid would take {curve.points:,} ({every}); "
        f"{count(curve.distinct, 'different outcome')}."
    )


def exact_words(curve: Curve) -> str:
    """How exact the settings are."""
    match curve.kind:
        case Kind.BUDGET if curve.grain:
            return f"Steps are exact to EUR {curve.grain:,.0f}; costs have no larger common measure."
        case Kind.BUDGET:
            return "Steps are exact to the euro. The money of a fund is turned in all its years by the same share."
        case Kind.WEIGHT:
            done = [step.confirmed for step in curve.steps if step.confirmed is not None]
            sure = f"{sum(done)} of {count(len(done), 'change')} confirmed by solving on either side."
            if not curve.proven:
                return f"Not every weight is proven; {sure}" if done else "It is not proven that no weight changes it."
            return f"Weights are exact, from the slopes of the best plans; {sure}" if done else "No weight changes it."
        case _ if not curve.uniform:
            return (
                "The number is that of the month that has most; months with fewer go up and down along with it, "
                "never below 0."
            )
        case _:
            return "The same number in every month of the window."


def curve_sections(curve: Curve) -> list[Section]:
    """A curve in words: where the workbook stands, what changes on either side, and how it was found."""
    sections = [
        Section("What is turned", tuple(_about(curve))),
        Section("What it shows", tuple(("", sentence) for sentence in finding_sentences(curve))),
        Section("How it was found", tuple(_method(curve))),
    ]
    return [section for section in sections if section.lines]


def _about(curve: Curve) -> Iterator[Line]:
    scenario = curve.scenario
    yield "Title", scenario.settings.title
    yield "Scenario", scenario.label
    yield "Turned", title_of(curve)
    yield "Months", span_words(*curve.window)
    yield "Now", _of(curve, curve.now)
    yield "Assumptions", NOT_EXAMINED
    yield "Content hash", scenario.content_hash[:HASH_LETTERS]


def finding_sentences(curve: Curve) -> list[str]:
    """The curve in a few sentences."""
    sentences = []
    here = curve.here
    if here is not None:
        sentences.append(
            f"As the workbook stands ({_of(curve, curve.now)}) the best plan is worth {_worth(here, curve.now)}."
        )
        sentences += _neighbours(curve, here)
    if curve.ceiling is not None:
        sentences.append(f"It ends at {_of(curve, curve.ceiling)}: the workbook holds no more.")
    sentences += [
        f"{_range(curve, step)}: {reason_words(step, curve.scenario)}"
        for step in curve.steps
        if step.sort is Sort.NONE or step.reason == RESERVE
    ]
    left = [step for step in curve.steps if step.sort is Sort.OPEN and step.reason != RESERVE]
    if left:
        between = "; the best plan there lies between those beside it" if curve.encloses(left) else ""
        whole = "" if curve.complete else "It was not drawn to the end (stopped, the limit of solves, or a failure). "
        sentences.append(
            f"{whole}Not looked into: {joined((range_words(curve, step) for step in left), most=_FEW)} "
            f"({unit_of(curve)}){between}."
        )
    return sentences


def _neighbours(curve: Curve, here: Step) -> Iterator[str]:
    """What the steps beside the workbook's own bring and cost; what was not looked into is never taken for them."""
    beside = [(step, below) for step, below in beside_steps(curve) if step.ledger is not None]
    place = curve.planned.index(here)
    if curve.kind is Kind.WEIGHT:
        yield from _turns(curve, beside, place)
        return
    first = _of(curve, here.first)
    if place + 1 < len(beside):
        above, mine = beside[place + 1]
        change = shift_words(above.shift, brief=True)
        if mine is not None and mine.across:
            assert here.last is not None
            yield (
                f"At {_of(curve, above.first)} it is {_worth(above)} ({change or _SAME}); between "
                f"{_of(curve, here.last)} and that, not looked into."
            )
        else:
            yield f"From {_of(curve, above.first)} on it is {_worth(above)} ({change or _NEVER})."
    elif here.last is None and here.proven:
        yield f"More than {first} brings nothing."
    below = beside[place][1]
    if below is None:
        return
    change = shift_words(here.shift, brief=True)
    if below.across:
        assert below.step.last is not None
        yield (
            f"At {_of(curve, below.step.last)} it is {_worth(below.step)}; between that and {first}, not looked into; "
            f"what differs: {change or _SAME}."
        )
    else:
        yield f"Below {first} it is {_worth(below.step)}; what comes with {first}: {change or _NEVER}."


def _turns(curve: Curve, beside: Sequence[tuple[Step, Below | None]], place: int) -> Iterator[str]:
    """What changes at the weights on either side of the workbook's own."""
    here, below = beside[place]
    for number, (step, lower) in enumerate(beside[place + 1 :]):
        change = shift_words(step.shift, brief=bool(number)) or _OTHER_PLAN
        again = " also" if number else ""
        yield f"From {_of(curve, step.first)} upwards{again}: {beside_words(curve, lower, change)}."
    if below is not None:
        change = shift_words(here.shift) or _OTHER_PLAN
        if below.across:
            yield (
                f"Between {_of(curve, below.step.last or 0.0)} and {_of(curve, here.first)}, not looked into; "
                f"what differs on either side: {change}."
            )
        else:
            yield f"Below {_of(curve, here.first)} it is otherwise; what comes with it: {change}."


def _of(curve: Curve, setting: float) -> str:
    figures = setting_words(curve, setting)
    match curve.kind:
        case Kind.BUDGET:
            return f"EUR {figures} million"
        case Kind.WEIGHT:
            return f"a weight of {figures}"
        case _:
            return count(int(setting), "unit")


def _range(curve: Curve, step: Step) -> str:
    return f"{range_words(curve, step)} {unit_of(curve)}" if curve.kind is not Kind.WEIGHT else range_words(curve, step)


def _worth(step: Step, setting: float | None = None) -> str:
    short = f", {step.short:,.0f} unit months short of readiness" if step.short else ""
    proof = "" if step.proven else " (best found, not proven)"
    value = step.value if setting is None else step.value_at(setting)
    return f"{value:,.1f} points{short}{proof}"


def _method(curve: Curve) -> Iterator[Line]:
    yield "Effort", effort_words(curve)
    yield "Exactness", exact_words(curve)
    if curve.within:
        near = curve.within * abs(curve.planned[-1].value or 0.0) if curve.planned else 0.0
        yield (
            "Left open",
            f"Between steps that differ by {share_words(curve.within)} of the value of the highest "
            f"({near:,.1f} points) or less nothing was asked.",
        )
    yield "Proof", f"{proof_line(curve)}."
    if curve.kind is Kind.WEIGHT:
        yield "Rests on", "Weights and scores are assumed; see What is assumed in the workbook of the plan."


def taken_words(taken: Taken, scenario: Scenario) -> str:
    """What is taken away: one unit, or a tenth of a fund."""
    if taken.sort == FUND:
        return f"{taken.what} less {SHARE:.0%} (EUR {million(taken.amount)} million)"
    return f"one {scenario.units[taken.what].name} fewer ({taken.what})"


def taken_status(taken: Taken) -> str:
    """What is known of the plan that is left, and so of what is lost."""
    if taken.reason:
        return taken.reason
    if taken.step.proven and not taken.proven:
        return "proven, but the plan as it stands is not"
    return status_words(taken.step)


def loss_words(taken: Taken, scenario: Scenario) -> str:
    """What is lost without it, or why that is not known."""
    match taken.outcome:
        case Outcome.NO_PLAN:
            return "no plan is left that keeps every rule"
        case Outcome.FREE:
            return "nothing"
        case Outcome.OPEN:
            return _unknown_words(taken)
    parts = [amount_words(part.goal, part.amount, scenario) for part in taken.losses if part.amount > 0]
    gains = [amount_words(part.goal, -part.amount, scenario) for part in taken.losses if part.amount < 0]
    proof = "" if taken.proven else " (best found, not proven)"
    return f"{listed(parts)}{f' (and a gain of {listed(gains)})' if gains else ''}{proof}"


def _unknown_words(taken: Taken) -> str:
    if taken.solution is None:
        return taken.reason or "not looked into"
    if taken.ledger is None:
        return f"no plan found: {taken.solution.message}"
    if not taken.beside_proven:
        return "the plan as it stands is not proven to be the best"
    return "no loss was found, but that is not proven"


def criticality_sections(found: Criticality) -> list[Section]:
    """Losses in words, the worst first."""
    scenario = found.scenario
    hurting = [*found.of(Outcome.NO_PLAN), *found.of(Outcome.COSTS)]
    lines: list[Line] = [("", f"{taken_words(o, scenario)}: {loss_words(o, scenario)}") for o in hurting[:_TOLD]]
    if len(hurting) > _TOLD:
        lines.append(("", f"And {len(hurting) - _TOLD} more that cost something."))
    if spared := found.of(Outcome.FREE):
        lines.append(("Costs nothing", joined(one.what for one in spared)))
    if found.spare:
        lines.append(("None to take", joined(found.spare)))
    lines += _unknown(found)
    about: Sequence[Line] = (
        ("Title", scenario.settings.title),
        ("Scenario", scenario.label),
        ("Taken away", "one unit of each type in every month, and a tenth of each fund; one at a time"),
        ("Months", span_words(*found.window)),
        ("Assumptions", NOT_EXAMINED),
        ("Content hash", scenario.content_hash[:HASH_LETTERS]),
    )
    effort = f"{count(found.solves, 'solve')} for {count(found.points, 'question')}; the others follow without solving."
    return [
        Section("What is taken away", tuple(about)),
        Section("What it costs, the worst first", tuple(lines)),
        Section("How it was found", (("Effort", effort), ("Proof", f"{criticality_proof(found)}."))),
    ]


def _unknown(found: Criticality) -> Iterator[Line]:
    """What is not known, by the reason for that."""
    reasons: dict[str, list[str]] = {}
    for one in found.of(Outcome.OPEN):
        reasons.setdefault(_unknown_words(one), []).append(one.what)
    for reason, names in reasons.items():
        yield "Not known", f"{joined(names)} ({reason.rstrip('.')})"


def criticality_proof(found: Criticality) -> str:
    """What is proven of the losses, for under a title."""
    if found.proven:
        return "every outcome proven"
    return "not every outcome is proven" if found.plan_proven else "the plan as it stands is not proven to be the best"
