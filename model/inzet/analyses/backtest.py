"""The back-test: a plan held against the decisions that were really taken, and against rules of thumb.

One written rule says what a plan decides about a mission; it is the same for every mission, plan and cycle:

- *What ran* is the size of the option that runs when the plan starts; 0 when nothing runs. Its running tour is
  finished in any case, so it decides nothing. What decides are the months after it in which the mission could have
  anybody: until its last framework, mandate, window or longest stay ends.
- Where something ran, the plan decides what it has in most of those months, and what it has last when equal.
  **participate**: at least as many persons as ran; **reduced**: fewer; **not**: nobody.
- Where the running tour ends with the last month that the mission could have anybody, there is no month left to
  decide on: going on to that month is **participate**.
- Where nothing ran, any stay is **participate**, however long, for what is new lasts as long as it is asked for; no
  stay is **not**.

The plan agrees with a decision when both say the same of the three. Two finer comparisons are made for what is
decided on *and* planned, where the truth table gives the numbers: sizes agree within a quarter; months overlap by the
share that the months of both have in the months of either, where what ran before the first month decided does
not count. Neither changes the agreement. Mandated missions never count: no plan can get them wrong.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from inzet.analyses.baselines import RULES, Baseline, baseline, option_value
from inzet.analyses.truth import Decision, Truth
from inzet.calendar import Month, months
from inzet.plan.ledger import Ledger
from inzet.scenario.scenario import Scenario, Stay
from inzet.scenario.stays import stays_of, tour_end
from inzet.schema.rows import Mission, Option, Requirement

SIZE_TOLERANCE = 0.25
"""How far a planned size may be from the size decided, as a share of it."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What a plan decides about a mission.

    Attributes:
        decision: the same words as for a decision taken.
        stay: the stay that it rests on; None when nobody is abroad, or only to finish a tour.
        persons: its size.
    """

    decision: Decision
    stay: Stay | None
    persons: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """One decision taken, beside what a plan has.

    Attributes:
        truth: what was decided.
        planned: what the plan decides.
        size_agrees: whether the sizes are near each other; None when that cannot be said.
        overlap: share of months in common; None when that cannot be said.
    """

    truth: Truth
    planned: Planned
    size_agrees: bool | None
    overlap: float | None

    @property
    def agrees(self) -> bool:
        """Whether plan and decision say the same."""
        return self.truth.decided is self.planned.decision


@dataclass(frozen=True)
class Score:
    """How a plan compares, over the decisions that count.

    Attributes:
        comparisons: one per decision that counts, in the order of the truth table.
    """

    comparisons: tuple[Comparison, ...]

    @property
    def n(self) -> int:
        """Decisions that count."""
        return len(self.comparisons)

    @property
    def agree(self) -> int:
        """Decisions on which the plan agrees."""
        return sum(comparison.agrees for comparison in self.comparisons)

    @property
    def agreement(self) -> float:
        """The share of decisions on which the plan agrees; 0 when none counts."""
        return self.agree / self.n if self.n else 0.0

    @property
    def sizes(self) -> tuple[bool, ...]:
        """For every size that can be compared, whether it agrees."""
        return tuple(c.size_agrees for c in self.comparisons if c.size_agrees is not None)

    @property
    def overlaps(self) -> tuple[float, ...]:
        """Every overlap of months that can be reckoned."""
        return tuple(c.overlap for c in self.comparisons if c.overlap is not None)

    @property
    def confusion(self) -> Mapping[Decision, Mapping[Decision, int]]:
        """How often each decision taken (first key) comes out as each decision of the plan (second key)."""
        counted = Counter((c.truth.decided, c.planned.decision) for c in self.comparisons)
        return {decided: {planned: counted[decided, planned] for planned in Decision} for decided in Decision}


@dataclass(frozen=True)
class Backtest:
    """A plan and rules of thumb against the decisions taken.

    Attributes:
        ledger: the plan.
        score: how the plan compares.
        baselines: how each rule of thumb compares, with its plan.
        not_counted: missions in the truth table that do not count, because they are fixed claims from outside.
        no_choice: missions that count although the workbook leaves only one thing to plan.
    """

    ledger: Ledger
    score: Score
    baselines: tuple[tuple[Baseline, Score], ...]
    not_counted: tuple[str, ...]
    no_choice: tuple[str, ...]

    @property
    def disagreements(self) -> tuple[tuple[Comparison, str], ...]:
        """Every decision on which the plan differs, and why."""
        return tuple((c, why(self.ledger, c)) for c in self.score.comparisons if not c.agrees)

    @property
    def commonest(self) -> tuple[Decision, float]:
        """The decision taken most often, and the agreement of saying nothing else."""
        decided = Counter(c.truth.decided for c in self.score.comparisons)
        most = max(Decision, key=lambda decision: decided[decision])
        return most, decided[most] / self.score.n if self.score.n else 0.0


def backtest(ledger: Ledger, truths: Iterable[Truth]) -> Backtest:
    """Hold a plan, and the rules of thumb for the same workbook, against the decisions taken."""
    scenario = ledger.scenario
    truths = tuple(truths)
    counted = [truth for truth in truths if truth.counts and not scenario.missions[truth.mission].mandated]
    made = [baseline(scenario, rule) for rule in RULES]
    return Backtest(
        ledger=ledger,
        score=compare(ledger, counted),
        baselines=tuple((plan, compare(plan.ledger, counted)) for plan in made),
        not_counted=tuple(truth.mission for truth in truths if truth not in counted),
        no_choice=tuple(truth.mission for truth in counted if not _has_choice(scenario, truth.mission)),
    )


def compare(ledger: Ledger, truths: Iterable[Truth]) -> Score:
    """Hold a plan against decisions, one by one."""
    return Score(tuple(_compare(ledger, truth) for truth in truths))


def planned(ledger: Ledger, name: str) -> Planned:
    """What a plan decides about a mission, by the rule at the top of this file."""
    scenario = ledger.scenario
    mission = scenario.missions[name]
    stays = _stays(ledger, name)
    if not stays:
        return Planned(Decision.NOT, None, 0)
    if mission.running_option is None:
        lead = max(stays, key=lambda stay: (stay.months, stay.last))
        return Planned(Decision.PARTICIPATE, lead, _persons(ledger, lead))
    ran = _ran(scenario, mission)
    deciding = list(months(tour_end(scenario, mission) + 1, last_possible(scenario, mission)))
    if not deciding:
        return Planned(Decision.PARTICIPATE, stays[-1], ran)
    lasting: dict[Stay | None, list[Month]] = defaultdict(list)
    for month in deciding:
        lasting[next((stay for stay in stays if stay.first <= month <= stay.last), None)].append(month)
    decisions: dict[Decision, list[Month]] = defaultdict(list)
    for stay, its_months in lasting.items():
        decisions[_decision(ledger, stay, ran)] += its_months
    decision = max(decisions, key=lambda key: (len(decisions[key]), max(decisions[key])))
    having = [stay for stay in lasting if _decision(ledger, stay, ran) is decision]
    longest = max(having, key=lambda stay: (len(lasting[stay]), max(lasting[stay])))
    return Planned(decision, longest, 0 if longest is None else _persons(ledger, longest))


def _decision(ledger: Ledger, stay: Stay | None, ran: int) -> Decision:
    if stay is None:
        return Decision.NOT
    return Decision.PARTICIPATE if _persons(ledger, stay) >= ran else Decision.REDUCED


def last_possible(scenario: Scenario, mission: Mission) -> Month:
    """The last month in which a mission can have anybody; the month before the plan when it never can."""
    return max((stay.last for stay in stays_of(scenario, mission)), default=scenario.horizon[0] + -1)


def _compare(ledger: Ledger, truth: Truth) -> Comparison:
    found = planned(ledger, truth.mission)
    both = Decision.NOT not in (truth.decided, found.decision)
    sized = both and truth.persons is not None
    size_agrees = abs(found.persons - (truth.persons or 0)) <= SIZE_TOLERANCE * (truth.persons or 0) if sized else None
    return Comparison(truth, found, size_agrees, _overlap(ledger, truth) if both else None)


def _overlap(ledger: Ledger, truth: Truth) -> float | None:
    if truth.first_month is None or truth.last_month is None:
        return None
    horizon = set(ledger.scenario.horizon)
    decided = set(months(truth.first_month, truth.last_month)) & horizon
    abroad = {
        month
        for stay in _stays(ledger, truth.mission)
        for month in months(stay.first, stay.last)
        if not stay.running or month >= truth.first_month
    }
    either = decided | abroad
    return len(decided & abroad) / len(either) if either else None


def _stays(ledger: Ledger, mission: str) -> list[Stay]:
    return sorted((c.stay for c in ledger.contributions if c.stay.mission == mission), key=lambda stay: stay.first)


def _ran(scenario: Scenario, mission: Mission) -> int:
    if mission.running_option is None:
        return 0
    return _full_size(scenario, scenario.options[mission.mission, mission.running_option])


def _full_size(scenario: Scenario, option: Option) -> int:
    """The persons of an option; where the workbook leaves them out, those of the units it asks for."""
    return option.persons or sum(
        -(-requirement.quantity // provider.provides) * scenario.units[provider.unit].persons
        for requirement in scenario.requirements_of(option.mission, option.option)
        for provider in scenario.providers(requirement.capability)[:1]
    )


def _persons(ledger: Ledger, stay: Stay) -> int:
    option = ledger.option_of(stay)
    return ledger.persons(stay) if option.modular else _full_size(ledger.scenario, option)


def _has_choice(scenario: Scenario, mission: str) -> bool:
    """Whether a plan can decide at all: not when nothing can be chosen, or only to finish what runs."""
    stays = stays_of(scenario, scenario.missions[mission])
    return len(stays) > 1 or any(not stay.running for stay in stays)


def why(ledger: Ledger, comparison: Comparison) -> str:
    """What the plan has where it differs from a decision, what the decision would be worth, and what is used up."""
    truth, found = comparison.truth, comparison.planned
    has = _has(ledger, truth.mission)
    if truth.decided is Decision.NOT:
        stay = found.stay or _stays(ledger, truth.mission)[-1]
        option = ledger.option_of(stay)
        span = list(months(stay.first, stay.last))
        left = _short(ledger, option, span, taken=True)
        worth = f"It is worth {option_value(ledger.scenario, option):.2f} points a month"
        return f"{has} {worth}; {left or 'its unit types are never used up in those months'}."
    option_decided = _option_for(ledger.scenario, truth)
    if option_decided is None:
        return f"{has} The workbook has no option for it that would be {truth.decided.value}."
    return f"{has} {_against(ledger, comparison, option_decided)}."


def _has(ledger: Ledger, mission: str) -> str:
    stays = _stays(ledger, mission)
    if not stays:
        return "The plan has nothing."
    parts = [f"{stay.option} ({_people(_persons(ledger, stay))}) from {stay.first} to {stay.last}" for stay in stays]
    end = tour_end(ledger.scenario, ledger.scenario.missions[mission])
    rest = ", the running tour, and nothing after it" if stays[-1].last <= end else ""
    return f"The plan has {', then '.join(parts)}{rest}."


def _people(number: int) -> str:
    return f"{number} person" if number == 1 else f"{number} persons"


def _option_for(scenario: Scenario, truth: Truth) -> Option | None:
    """The option that comes nearest to what was decided: of that class, nearest in size, worth most."""
    mission = scenario.missions[truth.mission]
    ran, end = _ran(scenario, mission), tour_end(scenario, mission)
    possible = {stay.option for stay in stays_of(scenario, mission) if stay.last > end}
    options = [
        option
        for option in scenario.options_of(truth.mission)
        if option.option in possible and (_full_size(scenario, option) < ran) == (truth.decided is Decision.REDUCED)
    ]
    wanted = truth.persons
    distance = {o.option: 0 if wanted is None else abs(_full_size(scenario, o) - wanted) for o in options}
    return min(options, key=lambda o: (distance[o.option], -option_value(scenario, o), o.option), default=None)


def _against(ledger: Ledger, comparison: Comparison, option: Option) -> str:
    """What the option decided would be worth, against what the plan has, and what it lacks."""
    worth = option_value(ledger.scenario, option)
    size = _full_size(ledger.scenario, option)
    stay = comparison.planned.stay
    said = f"{option.option} ({_people(size)}) would be worth {worth:.2f} points a month"
    if stay is not None:
        chosen = ledger.option_of(stay)
        have = option_value(ledger.scenario, chosen)
        said += f", {chosen.option} is worth {have:.2f}"
        if have >= worth and _persons(ledger, stay) >= size:
            return f"{said}: the larger size counts for more, and there are units for it"
    _, window_end = ledger.scenario.window(option)
    end = tour_end(ledger.scenario, ledger.scenario.missions[option.mission])
    first = max(ledger.scenario.earliest_start(option), end + 1)
    left = _short(ledger, option, list(months(first, window_end)), taken=False)
    return f"{said}; {left or 'its unit types are free, so it is not for want of units'}"


def _short(ledger: Ledger, option: Option, span: list[Month], *, taken: bool) -> str:
    """Unit types of which too few are left for an option (or none, when it is taken), and who uses most of them."""
    said = []
    for requirement in ledger.scenario.requirements_of(option.mission, option.option):
        quantity = 1 if taken else requirement.quantity
        scarce = [month for month in span if _free(ledger, option.mission, requirement, month, taken) < quantity]
        if scarce:
            units = [provider.unit for provider in ledger.scenario.providers(requirement.capability)]
            users = _users(ledger, units, scarce, option.mission)
            by = f", most of them with {users}" if users else ""
            few = "used up" if taken else "too few left"
            said.append(f"{' and '.join(units)}: {few} in {len(scarce)} of {len(span)} months{by}")
    return "; ".join(said)


def _free(ledger: Ledger, mission: str, requirement: Requirement, month: Month, taken: bool) -> int:
    """What could still be provided in a month; what the mission itself uses counts as free unless it is taken."""
    free = 0
    for provider in ledger.scenario.providers(requirement.capability):
        idle = ledger.idle(provider.unit, month) - ledger.scenario.reserve(provider.unit, month)
        own = sum(
            tour.units
            for tour in ledger.tours
            if not taken and tour.stay.mission == mission and tour.unit == provider.unit and tour.phase_in(month)
        )
        free += max(0, idle + own) * provider.provides
    return free


def _users(ledger: Ledger, units: list[str], span: list[Month], mission: str) -> str:
    used: Counter[str] = Counter()
    for tour in ledger.tours:
        if tour.unit in units and tour.stay.mission != mission:
            used[tour.stay.mission] += tour.units * sum(tour.phase_in(month) is not None for month in span)
    return ", ".join(name for name, number in used.most_common(3) if number)
