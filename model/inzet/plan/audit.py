"""The independent check of a plan: every rule, held against the ledger. No Pyomo, no solver.

One small function per rule, registered where it stands; each says what is broken, where and by how much.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from inzet.calendar import Month, months
from inzet.errors import AuditError
from inzet.outcome import Solution
from inzet.plan.ledger import Ledger
from inzet.plan.renewed import CHANGES, changes_made
from inzet.scenario.scenario import Stay

TOLERANCE = 1e-6
"""Relative distance below which two sums of the same numbers count as equal."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that the plan breaks.

    Attributes:
        rule: the rule.
        where: the mission, unit type, fund or month.
        excess: by how much, in the rule's own unit.
        sentence: the same in words.
    """

    rule: str
    where: str
    excess: float
    sentence: str


@dataclass(frozen=True, slots=True)
class Audit:
    """What was checked, and what was found.

    Attributes:
        checks: how many times each rule was held against the plan.
        findings: every breach.
    """

    checks: dict[str, int]
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether the plan keeps every rule."""
        return not self.findings


Check = Callable[[Ledger], Iterable[tuple[str, float, str]]]
_CHECKS: dict[str, Check] = {}


def check(rule: str) -> Callable[[Check], Check]:
    """Register a check: it yields where, excess and sentence for every instance; an excess over 0 is a breach."""

    def register(function: Check) -> Check:
        _CHECKS[rule] = function
        return function

    return register


def audit(ledger: Ledger) -> Audit:
    """Hold every rule against a ledger."""
    checks: dict[str, int] = {}
    findings: list[Finding] = []
    for rule, function in _CHECKS.items():
        instances = list(function(ledger))
        checks[rule] = len(instances)
        findings += [Finding(rule, *instance) for instance in instances if instance[1] > 0]
    return Audit(checks, tuple(findings))


def audited(solution: Solution) -> tuple[Ledger, Audit]:
    """The ledger of a solution's plan, and its audit.

    Raises:
        AuditError: the plan breaks a rule, or is worth something else than the solver claims.
    """
    ledger = Ledger(solution.scenario, solution.contributions)
    result = audit(ledger)
    sentences = [finding.sentence for finding in result.findings] + list(claims(solution, ledger))
    if sentences:
        raise AuditError(sentences)
    return ledger, result


def reckoned_goals(ledger: Ledger) -> dict[str, float]:
    """What the ledger comes to in each ranked goal, by its name; less is better, so value counts below 0.

    A plan made anew has a goal more than its workbook: few changes to the running plan.
    """
    names = (" + ".join(goal.goal.value for goal in goals) for goals in ledger.scenario.goals)
    wanted = dict(zip(names, ledger.ranked, strict=True))
    return wanted if ledger.scenario.history is None else {**wanted, CHANGES: float(changes_made(ledger))}


def claims(solution: Solution, ledger: Ledger) -> Iterator[str]:
    """Every goal for which the solver claims something else than the ledger comes to."""
    wanted = reckoned_goals(ledger)
    for rank in solution.goals:
        # A question may have goals of its own, which the workbook knows nothing of.
        if rank.name not in wanted:
            continue
        reckoned = -wanted[rank.name] if rank.more_is_better else wanted[rank.name]
        # The solver holds a goal that is done but for a hair of this size, and a later goal may use all of it; a row
        # may be off by a tenth of that besides.
        if not abs(reckoned - rank.claimed) <= 1.2 * TOLERANCE * max(1.0, abs(reckoned)):
            yield f"the solver claims {rank.claimed:.6g} for {rank.name}, the plan comes to {reckoned:.6g}"


@check("a stay takes an option of its mission")
def options_exist(ledger: Ledger) -> Iterator[tuple[str, float, str]]:
    """The option is in the workbook."""
    for stay in _stays(ledger):
        known = (stay.mission, stay.option) in ledger.scenario.options
        yield str(stay), 0.0 if known else 1.0, f"{stay.mission} has no option {stay.option}"


@check("a stay lies inside its window")
def windows(ledger: Ledger) -> Iterator[tuple[str, float, str]]:
    """The plan, the mission, the option, the framework and the mandate all allow it."""
    for stay in _stays(ledger):
        mission, option = ledger.scenario.missions[stay.mission], ledger.option_of(stay)
        firsts = (ledger.scenario.settings.first_month, mission.first_month, option.first_month)
        opens = max(month for month in firsts if month is not None)
        closes = ledger.latest_end(stay) if stay.running else _window_end(ledger, stay)
        if stay.running:
            # What runs has its place already, whenever the window opens for something new.
            opens = stay.first
        if (planned := _planned(ledger, stay)) is not None:
            # It is abroad already; a window that was closed since is left as soon as the notice allows.
            opens, closes = stay.first, max(closes, min(planned.last, _home_from(ledger, stay)))
        excess = max(opens - stay.first, stay.last - closes, 0)
        yield str(stay), float(excess), f"{stay} is {excess} month(s) outside its window, {opens} to {closes}"


@check("a stay lasts whole tours, within its shortest and longest duration")
def durations(ledger: Ledger) -> Iterator[tuple[str, float, str]]:
    """From its real start: a multiple of the step, or to the end of the window or the longest duration."""
    for stay in _stays(ledger):
        option, step = ledger.option_of(stay), ledger.step(ledger.option_of(stay))
        lasted = stay.last - _began(ledger, stay) + 1
        too_short = option.min_months - lasted
        too_long = lasted - option.max_months if option.max_months is not None else 0
        whole = lasted % step == 0 or lasted == option.max_months or stay.last == _window_end(ledger, stay)
        excess = max(too_short, too_long, 0 if whole else lasted % step)
        if _may_end_early(ledger, stay):
            excess = max(0, too_long)
        if (planned := _planned(ledger, stay)) is not None and stay.last <= planned.last:
            excess = 0
        since = f" since {_began(ledger, stay)}" if stay.running else ""
        most = f" to {option.max_months} months" if option.max_months is not None else " months or more"
        allowed = f"{option.min_months}{most} in steps of {step}, or to the end of its window"
        yield str(stay), float(excess), f"{stay} lasts {lasted} months{since}; its option allows {allowed}"


@check("new contributions start in decision months, after the article 100 lead time")
def starts(ledger: Ledger) -> Iterator[tuple[str, float, str]]:
    """Nothing is started faster than the cabinet and parliament decide."""
    settings = ledger.scenario.settings
    for stay in _stays(ledger):
        if stay.running or _planned(ledger, stay) is not None:
            continue
        off = (stay.first - settings.first_month) % settings.decision_every
        decided = settings.decided_in or settings.first_month
        if ledger.scenario.history is not None and not _was_told(ledger, stay):
            decided = max(decided, ledger.scenario.history.as_of)
        lead = settings.art100_lead_months if ledger.scenario.missions[stay.mission].art100 else None
        early = decided + lead - stay.first if lead is not None else 0
        excess = max(off, early, 0)
        off_by = (
            f"{early} month(s) before the lead time is over" if early > 0 else f"{off} month(s) after it could start"
        )
        yield str(stay), float(excess), f"{stay} starts {off_by}"


@check("a mission has one option at a time")
def overlaps(ledger: Ledger) -> Iterator[tuple[str, float, str]]:
    """No two stays of a mission share a month."""
    for one, other in combinations(_stays(ledger), 2):
        if one.mission == other.mission:
            shared = max(0, min(one.last, other.last) - max(one.first, other.first) + 1)
            yield one.mission, float(shared), f"{one} and {other} share {shared} month(s)"


@check("a mission has no more stays than allowed")
def stay_counts(ledger: Ledger) -> Iterator[tuple[str, float, str]]:
    """At most the number that the workbook gives."""
    for name, mission in ledger.scenario.missions.items():
        number = sum(stay.mission == name for stay in _stays(ledger))
        yield (
            name,
            float(number - mission.max_stays),
            f"{name} has {number} stays, {mission.max_stays} are allowed",
        )


@check("mandated missions have a contribution")
def mandates(ledger: Ledger) -> Iterator[tuple[str, float, str]]:
    """What must be in is in."""
    present = {stay.mission for stay in _stays(ledger)}
    for name, mission in ledger.scenario.missions.items():
        if mission.mandated:
            yield name, float(name not in present), f"{name} is mandated and has no contribution"


@check("running tours are finished")
def running(ledger: Ledger) -> Iterator[tuple[str, float, str]]:
    """What runs at the start goes on once, with its own option, from the first month of the plan."""
    for name, mission in ledger.scenario.missions.items():
        going_on = [stay for stay in _stays(ledger) if stay.mission == name and stay.running]
        if mission.running_option is None:
            yield name, float(len(going_on)), f"{name} has nothing running that could go on"
        else:
            right = [
                stay
                for stay in going_on
                if stay.option == mission.running_option and stay.first == ledger.scenario.settings.first_month
            ]
            yield name, float(len(right) != 1 or len(going_on) != 1), f"{name}: what runs is not carried on"


@check("what has happened is as it was")
def happened(ledger: Ledger) -> Iterator[tuple[str, float, str]]:
    """What began before a plan is made anew goes on with its own units, what was over is over, and nothing is added."""
    history = ledger.scenario.history
    if history is None:
        return
    for was, sent in history.sent.items():
        if was.first < history.as_of:
            same = [c for c in ledger.contributions if _planned(ledger, c.stay) == was and dict(c.units) == dict(sent)]
            kept = [c for c in same if was.last >= history.as_of or c.stay.last == was.last]
            yield str(was), float(len(kept) != 1), f"{was} had begun before {history.as_of} and is not as it was"
    for stay in _stays(ledger):
        new = stay.first < history.as_of and _planned(ledger, stay) is None
        yield str(stay), float(new), f"{stay} starts before {history.as_of}, in months that are past"


@check("what is recalled ends after its notice, before a decision month or with a tour")
def recalls(ledger: Ledger) -> Iterator[tuple[str, float, str]]:
    """What is abroad when a plan is made anew comes home early no sooner than its mission's notice allows."""
    settings = ledger.scenario.settings
    for stay in _stays(ledger):
        planned = _planned(ledger, stay)
        if planned is None or stay.last >= planned.last:
            continue
        option, lasted = ledger.option_of(stay), stay.last - _began(ledger, stay) + 1
        closes = ledger.latest_end(stay) if stay.running else _window_end(ledger, stay)
        regular = (stay.last + 1 - settings.first_month) % settings.decision_every == 0 or stay.last >= closes
        whole = lasted >= option.min_months and (lasted % ledger.step(option) == 0 or lasted == option.max_months)
        early = max(0, _home_from(ledger, stay) - stay.last)
        yield (
            str(stay),
            float(early or not (regular or whole)),
            f"{stay} is recalled {early} month(s) before its notice is over, or in the middle of a tour",
        )


@check("requirements are met by units that provide them")
def requirements(ledger: Ledger) -> Iterator[tuple[str, float, str]]:
    """Every month of a stay is covered; the units sent provide at least what the option asks for."""
    for contribution in ledger.contributions:
        stay = contribution.stay
        for requirement in ledger.scenario.requirements_of(stay.mission, stay.option):
            provides = {p.unit: p.provides for p in ledger.scenario.providers(requirement.capability)}
            sent = ledger.units_sent(contribution, requirement)
            have = sum(provides.get(unit, 0) * number for unit, number in sent.items())
            short = 0 if ledger.option_of(stay).modular else requirement.quantity - have
            yield (
                f"{stay} {requirement.capability}",
                float(short),
                f"{stay} is {short} short of {requirement.capability}",
            )


@check("modular options stay within their framework")
def modules(ledger: Ledger) -> Iterator[tuple[str, float, str]]:
    """What is sent provides no more than the option asks for, capability by capability."""
    for contribution in ledger.contributions:
        stay = contribution.stay
        if ledger.option_of(stay).modular:
            for requirement in ledger.scenario.requirements_of(stay.mission, stay.option):
                provides = {p.unit: p.provides for p in ledger.scenario.providers(requirement.capability)}
                sent = ledger.units_sent(contribution, requirement)
                over = sum(provides[unit] * number for unit, number in sent.items()) - requirement.quantity
                yield (
                    f"{stay} {requirement.capability}",
                    float(over),
                    f"{stay} has {over} {requirement.capability} too many",
                )


@check("units sent are whole, not below 0, and no more than the need takes")
def units_sent(ledger: Ledger) -> Iterator[tuple[str, float, str]]:
    """No unit type sends more than it would take of it alone; what serves no need of the option is not sent."""
    for contribution in ledger.contributions:
        stay = contribution.stay
        most = {
            (requirement.capability, provider.unit): -(-requirement.quantity // provider.provides)
            for requirement in ledger.scenario.requirements_of(stay.mission, stay.option)
            for provider in ledger.scenario.providers(requirement.capability)
        }
        for (capability, unit), number in contribution.units.items():
            takes = most.get((capability, unit), 0)
            excess = max(-number, number - takes, 0) or number % 1
            sentence = f"{stay} sends {number} {unit} as {capability}; its need takes 0 to {takes}"
            yield f"{stay} {capability}", float(excess), sentence


@check("an option that is switched off is not started")
def switches(ledger: Ledger) -> Iterator[tuple[str, float, str]]:
    """Conditions are switches in the workbook; what runs may finish."""
    for stay in _stays(ledger):
        begun = stay.running or _planned(ledger, stay) is not None
        off = not ledger.option_of(stay).active and not begun
        yield str(stay), float(off), f"{stay} takes an option that is switched off"


@check("hard rules over groups and pairs of missions are kept")
def hard_rules(ledger: Ledger) -> Iterator[tuple[str, float, str]]:
    """Priced rules may be broken; their price is part of the plan's value."""
    for count in ledger.rule_counts:
        excess = count.breach if count.hard else 0.0
        yield (
            f"{count.rule} {count.first}",
            excess,
            f"{count.rule} is broken by {excess:g} from {count.first} to {count.last}",
        )


@check("units in use and in reserve are within the supply")
def supply(ledger: Ledger) -> Iterator[tuple[str, float, str]]:
    """Month by month, for every unit type."""
    for unit in ledger.scenario.units:
        for month in ledger.scenario.horizon:
            short = ledger.scenario.reserve(unit, month) - ledger.idle(unit, month) - ledger.shortage(unit, month)
            yield f"{unit} {month}", float(short), f"{short} {unit} too many in use in {month}"


@check("readiness commitments are kept, where no shortfall is allowed")
def readiness(ledger: Ledger) -> Iterator[tuple[str, float, str]]:
    """A shortfall that the workbook prices is no breach; it is counted in the goal."""
    for unit, tier, month in ledger.scenario.commitments:
        short = 0 if ledger.scenario.shortfall_allowed else ledger.shortfall(unit, tier, month)
        yield f"{unit} {tier} {month}", float(short), f"{unit} is {short} short of {tier} in {month}"


@check("funds stay within budget less reserve")
def funds(ledger: Ledger) -> Iterator[tuple[str, float, str]]:
    """Year by year, for every fund."""
    for fund in ledger.scenario.fund_names:
        for year in ledger.scenario.years:
            row = ledger.scenario.funds.get((fund, year))
            free = row.budget - row.reserve if row is not None else 0.0
            over = ledger.spent(fund, year) - free
            excess = over if over > max(1.0, TOLERANCE * free) else 0.0
            yield f"{fund} {year}", excess, f"{fund} is EUR {over:,.0f} over what it may spend in {year}"


def _stays(ledger: Ledger) -> list[Stay]:
    return [contribution.stay for contribution in ledger.contributions]


def _planned(ledger: Ledger, stay: Stay) -> Stay | None:
    """The contribution of the running plan that a stay carries on, when it had begun; None for any other."""
    history = ledger.scenario.history
    if history is None or stay.first >= history.as_of:
        return None
    own = (stay.mission, stay.option, stay.first, stay.running)
    return next((was for was in history.sent if (was.mission, was.option, was.first, was.running) == own), None)


def _was_told(ledger: Ledger, stay: Stay) -> bool:
    """Whether parliament knew of a start from the running plan."""
    history = ledger.scenario.history
    return history is not None and any(
        was.mission == stay.mission and was.option == stay.option and was.first == stay.first for was in history.sent
    )


def _home_from(ledger: Ledger, stay: Stay) -> Month:
    """The last month abroad of a contribution that is recalled at once, a month counting 30 days."""
    history = ledger.scenario.history
    assert history is not None
    days = ledger.scenario.missions[stay.mission].recall_notice_days
    return history.as_of + (-1 + days // 30 + (1 if days % 30 else 0))


def _may_end_early(ledger: Ledger, stay: Stay) -> bool:
    """What runs may end before a decision month when the workbook gives that a price, but not in a later tour."""
    settings = ledger.scenario.settings
    priced = ledger.scenario.missions[stay.mission].early_end_price is not None
    if not (stay.running and priced and (stay.last + 1 - settings.first_month) % settings.decision_every == 0):
        return False
    option, began = ledger.option_of(stay), _began(ledger, stay)
    lasted = (month - began + 1 for month in months(settings.first_month, stay.last + -1))
    return not any(number >= option.min_months and number % ledger.step(option) == 0 for number in lasted)


def _began(ledger: Ledger, stay: Stay) -> Month:
    since = ledger.scenario.missions[stay.mission].running_since
    return since if stay.running and since is not None else stay.first


def _window_end(ledger: Ledger, stay: Stay) -> Month:
    mission, option = ledger.scenario.missions[stay.mission], ledger.option_of(stay)
    ends = [ledger.scenario.settings.last_month, mission.last_month, option.last_month, mission.framework_end]
    if not mission.renewal_assumed:
        ends.append(mission.mandate_end)
    return min(end for end in ends if end is not None)
