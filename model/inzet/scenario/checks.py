"""What makes a workbook a plan that can be solved: one small function per check, registered where it stands.

A check looks at rows that were each read without fault and yields an issue per problem. Checks run in two
rounds: the later ones rely on references that exist and periods that are whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from inzet.calendar import Month, months
from inzet.errors import InputError, Issue, Severity, did_you_mean
from inzet.scenario.overlay import apply_scenarios, scenario_names
from inzet.scenario.scenario import Scenario
from inzet.scenario.stays import stays_of
from inzet.schema.basis import BasisIndex, figures_of
from inzet.schema.book import Book
from inzet.schema.kinds import fold, parse_text
from inzet.schema.rows import (
    KEY_SEPARATOR,
    SHEETS,
    Basis,
    BasisKind,
    Category,
    Cost,
    CostItem,
    Force,
    Fund,
    Goal,
    GoalName,
    Group,
    Measure,
    Mission,
    Option,
    Pair,
    Payer,
    Priority,
    Readiness,
    Requirement,
    Row,
    Rule,
    Shortfall,
    Supply,
    Tie,
    Tier,
    Unit,
    extra_of,
)

MOST_COUNTED = 1_000_000
"""Nobody plans so many missions, stays, months or persons; money is bounded by its column."""
MAX_MONTHS = 240
MAX_QUOTE_WORDS = 12
MAX_HINTS = 100
"""So many wrong references of one column are compared with every key there is; for more it would take hours."""
MAX_NAMES = 12
"""Names that a message lists."""
MAX_WEIGHT = 1000.0
"""Most that an interest may weigh, as on the Interests sheet."""
PERSONNEL_TOLERANCE = 0.25
"""How far the personnel of an option may be from the persons in its units before it is worth a warning."""

BookCheck = Callable[[Book], Iterable[Issue]]
ScenarioCheck = Callable[[Scenario], Iterable[Issue]]
_GROUND: list[BookCheck] = []
_SENSE: list[ScenarioCheck] = []


def ground(check: BookCheck) -> BookCheck:
    """Register a check of the first round: on it rests that a scenario can be made of the book at all."""
    _GROUND.append(check)
    return check


def sense(check: ScenarioCheck) -> ScenarioCheck:
    """Register a check of the second round: whether the scenario makes sense."""
    _SENSE.append(check)
    return check


def make_scenario(book: Book, names: Iterable[str] = ()) -> tuple[Scenario, tuple[Issue, ...]]:
    """The scenario of a workbook with named changes applied, and the warnings about it.

    Raises:
        InputError: with every error and warning, when there is at least one error.
        UsageError: a name that the workbook does not have.
    """
    names = tuple(names)
    scenario = Scenario(apply_scenarios(book, names), names)
    return scenario, refuse_errors(scenario)


def refuse_errors(scenario: Scenario, *, slips: bool = True) -> tuple[Issue, ...]:
    """Check a scenario; returns the warnings about it.

    Args:
        scenario: the scenario.
        slips: whether to look for slips of the pen as well, such as a rule that touches nothing. With numbers that
            nobody typed that is no slip.

    Raises:
        InputError: with every error and warning, when there is at least one error.
    """
    issues = [issue for check in _GROUND for issue in check(scenario.book)]
    if not _has_errors(issues):
        checks = (check for check in _SENSE if slips or check not in _SLIPS)
        issues += [issue for check in checks for issue in check(scenario)]
    if _has_errors(issues):
        raise InputError(issues)
    return tuple(issues)


def check_everything(book: Book) -> tuple[Issue, ...]:
    """Every problem in a workbook: as it stands, and under each of its named scenarios."""
    issues: list[Issue] = []
    for names in ((), *((name,) for name in scenario_names(book))):
        try:
            issues += make_scenario(book, names)[1]
        except InputError as error:
            issues += error.issues
    return tuple(dict.fromkeys(issues))


def _has_errors(issues: Iterable[Issue]) -> bool:
    return any(issue.severity is Severity.ERROR for issue in issues)


@ground
def horizon_is_a_period(book: Book) -> Iterator[Issue]:
    """The plan ends after it starts, and is not absurdly long."""
    span = book.settings.last_month - book.settings.first_month + 1
    if not 1 <= span <= MAX_MONTHS:
        yield book.setting_issue(
            "last_month",
            f"a plan lasts 1 to {MAX_MONTHS} months",
            f"the plan would last {span} months",
            f"Set first_month and last_month so that the plan ends after it starts, at most {MAX_MONTHS} months on.",
        )


@ground
def references_exist(book: Book) -> Iterator[Issue]:
    """What a row refers to is there."""
    for sheet, row_class in SHEETS.items():
        for name, field in row_class.model_fields.items():
            if ref := extra_of(field, "ref"):
                other_sheet, other_column = ref.split(".")
                known = {getattr(row, other_column) for row in book.rows.get(other_sheet, ())}
                filled = (row for row in book.rows.get(sheet, ()) if getattr(row, name) is not None)
                wrong = (row for row in filled if getattr(row, name) not in known)
                for number, row in enumerate(wrong):
                    value = getattr(row, name)
                    hint = did_you_mean(value, known) if number < MAX_HINTS else ""
                    yield book.issue(
                        row,
                        name,
                        f"{name} occurs in {ref}",
                        f"{value!r} is not in {other_sheet}.{hint}",
                        f"Correct it, or add {value} to {other_sheet}.",
                    )


@ground
def options_belong_to_their_mission(book: Book) -> Iterator[Issue]:
    """A row about an option names an option of that very mission."""
    known = {(o.mission, o.option) for o in book.of(Option)}
    of_mission: dict[str, list[str]] = defaultdict(list)
    for offered in book.of(Option):
        of_mission[offered.mission].append(offered.option)
    rows: list[tuple[Row, str, str, str]] = [(r, r.mission, r.option, "option") for r in book.of(Requirement)]
    rows += [(m, m.mission, m.running_option, "running_option") for m in book.of(Mission) if m.running_option]
    rows += [(c, c.mission or "", c.option, "option") for c in book.of(Cost) if c.option]
    rows += [(p, p.mission, p.option, "option") for p in book.of(Pair) if p.option]
    rows += [(p, p.other, p.other_option, "other_option") for p in book.of(Pair) if p.other_option]
    for row, mission, option, column in rows:
        if (mission, option) not in known:
            names = of_mission.get(mission, [])
            use = f"Use one of its options ({_listed(names)}), or add it to Options."
            yield book.issue(
                row,
                column,
                "an option belongs to its mission",
                f"mission {mission or '(empty)'} has no option {option!r}.{did_you_mean(option, names)}",
                use if mission else "Fill in the mission whose option it is, or leave the option empty.",
            )


def _listed(names: Iterable[str]) -> str:
    """Names in a message: the first few, for a screen holds no hundreds."""
    found = sorted(names)
    more = f", ... ({len(found)} in total)" if len(found) > MAX_NAMES else ""
    return (", ".join(found[:MAX_NAMES]) or "none yet") + more


@ground
def periods_run_forward(book: Book) -> Iterator[Issue]:
    """No period ends before it starts."""
    for rows in book.rows.values():
        for row in rows:
            first, last = getattr(row, "first_month", None), getattr(row, "last_month", None)
            if first is not None and last is not None and last < first:
                yield book.issue(
                    row,
                    "last_month",
                    "a period ends after it starts",
                    f"it ends in {last}, before it starts in {first}",
                    "Correct first_month or last_month.",
                )


@ground
def periods_do_not_overlap(book: Book) -> Iterator[Issue]:
    """For one unit (and tier) every month has at most one row."""
    end = book.settings.last_month
    for row_class in (Supply, Readiness):
        groups: dict[str, list[Any]] = defaultdict(list)
        for row in book.of(row_class):
            groups[row.row_key().rpartition(KEY_SEPARATOR)[0]].append(row)
        for rows in groups.values():
            for earlier, later in pairwise(sorted(rows, key=lambda row: row.first_month)):
                if later.first_month <= (earlier.last_month or end):
                    yield book.issue(
                        later,
                        "first_month",
                        "periods do not overlap",
                        f"{later.first_month} is also in the row that starts in {earlier.first_month}",
                        f"End that row in {later.first_month + -1}, or start this one later.",
                    )


@ground
def supply_covers_the_plan(book: Book) -> Iterator[Issue]:
    """Every unit type has a supply in every month: an empty month is not the same as none."""
    first, last = book.settings.first_month, book.settings.last_month
    covered: dict[str, set[Month]] = defaultdict(set)
    for row in book.of(Supply):
        covered[row.unit] |= set(months(max(first, row.first_month), min(last, row.last_month or last)))
    for unit in book.rows.get("Units", ()):
        missing = [month for month in months(first, last) if month not in covered[unit.row_key()]]
        if missing:
            yield book.issue(
                unit,
                "unit",
                "every unit type has a supply in every month",
                f"no supply is given for {len(missing)} month(s), the first {missing[0]}",
                "Add a row to Supply; write 0 when there are none.",
            )


@ground
def minimum_is_at_most_maximum(book: Book) -> Iterator[Issue]:
    """The shortest stay is not longer than the longest."""
    for option in book.of(Option):
        if option.max_months is not None and option.max_months < option.min_months:
            yield book.issue(
                option,
                "max_months",
                "min_months is at most max_months",
                f"the longest stay ({option.max_months}) is shorter than the shortest ({option.min_months})",
                "Correct min_months or max_months.",
            )


@ground
def running_contributions_are_whole(book: Book) -> Iterator[Issue]:
    """What runs has both an option and a start before the plan."""
    first = book.settings.first_month
    for mission in book.of(Mission):
        if (mission.running_option is None) != (mission.running_since is None):
            yield book.issue(
                mission,
                "running_since",
                "what runs has an option and a start",
                "only one of running_option and running_since is filled",
                "Fill in both, or neither.",
            )
        elif mission.running_since is not None and mission.running_since >= first:
            yield book.issue(
                mission,
                "running_since",
                "what runs started before the plan",
                f"{mission.running_since} is not before the first month of the plan, {first}",
                "Give the month in which it really started, or leave both cells empty.",
            )


@ground
def reserve_is_within_what_there_is(book: Book) -> Iterator[Issue]:
    """A reserve of units or money is not larger than the units or the money."""
    rows: list[Supply | Fund] = [*book.of(Supply), *book.of(Fund)]
    for row in rows:
        have = row.units if isinstance(row, Supply) else row.budget
        if row.reserve > have:
            yield book.issue(
                row,
                "reserve",
                "a reserve is within what there is",
                f"it is more than the {have:,.10g} there are",
                "Lower it.",
            )


@ground
def shares_of_payers_add_up(book: Book) -> Iterator[Issue]:
    """The shares of the funds that pay for a category in a mission add up to 1."""
    groups: dict[tuple[str | None, Category], list[Payer]] = defaultdict(list)
    for row in book.of(Payer):
        groups[row.mission, row.category].append(row)
    for rows in groups.values():
        total = sum(row.share for row in rows)
        if abs(total - 1) > 1e-9:
            yield book.issue(
                rows[-1],
                "share",
                "shares add up to 1",
                f"the shares add up to {total:g}",
                "Correct the shares.",
            )


@ground
def costs_say_whose_they_are(book: Book) -> Iterator[Issue]:
    """An amount for a whole contribution says whose cost it is; a rate per unit follows the unit type."""
    for row in book.of(Cost):
        if row.unit is None and row.category is None:
            yield book.issue(
                row,
                "category",
                "a cost belongs to a category",
                "neither unit nor category is filled",
                "Fill in the unit type for a rate, or the category for an amount.",
            )
        if row.unit is None and row.item is CostItem.TOUR:
            yield book.issue(
                row,
                "unit",
                "a cost per tour names a unit type",
                "a contribution as a whole has no tours of its own",
                "Name the unit type whose tours cost this, or choose another item.",
            )


@ground
def quotes_are_short(book: Book) -> Iterator[Issue]:
    """A quote has at most 12 words, and what is documented has a source and a quote."""
    for row in book.of(Basis):
        words = len(row.quote.split())
        if words > MAX_QUOTE_WORDS:
            yield book.issue(
                row,
                "quote",
                f"a quote has at most {MAX_QUOTE_WORDS} words",
                f"it has {words} words",
                "Keep the words that carry the number.",
            )
        if row.basis is BasisKind.DOCUMENTED and not row.source:
            yield book.issue(
                row, "source", "what is documented has a source", "the source is empty", "Name the document."
            )


@ground
def a_shortfall_has_a_price(book: Book) -> Iterator[Issue]:
    """Readiness that may be missed is one of the goals, or missing it would cost nothing."""
    goals = {goal.goal for goal in book.of(Goal)}
    priced = book.settings.readiness_shortfall is Shortfall.PRICED
    if goals and priced and book.of(Readiness) and GoalName.READINESS not in goals:
        yield book.setting_issue(
            "readiness_shortfall",
            "a shortfall that is allowed has a price",
            "commitments may be missed, but 'readiness' is not among the goals",
            "Add the goal readiness to Goals, or set readiness_shortfall to forbidden.",
        )


@sense
def every_option_can_be_chosen(scenario: Scenario) -> Iterator[Issue]:
    """An option that no stay fits is worth a warning; a mandated mission without any stay is an error."""
    for mission in scenario.missions.values():
        fits = {stay.option for stay in stays_of(scenario, mission)}
        for option in scenario.options_of(mission.mission):
            if option.option not in fits:
                first, last = scenario.window(option)
                window = f"{first} to {last}" if first <= last else "empty"
                yield scenario.book.issue(
                    option,
                    "option",
                    "an option has a stay that fits",
                    f"no stay fits its window ({window}), its durations, the decision months and what runs before it",
                    "Widen the window, shorten min_months, raise the mission's max_stays, or drop the option.",
                    Severity.WARNING,
                )
        if not fits and (mission.mandated or mission.running_option):
            yield scenario.book.issue(
                mission,
                "mission",
                "a mandated or running mission can have a contribution",
                "none of its options fits its windows",
                "Correct its windows or its options.",
            )
        elif not scenario.options_of(mission.mission):
            yield scenario.book.issue(
                mission,
                "mission",
                "a mission has an option",
                "it has no row in Options",
                "Add one.",
                Severity.WARNING,
            )


@sense
def running_contributions_can_go_on(scenario: Scenario) -> Iterator[Issue]:
    """What runs can stay at least until its running tour ends."""
    for mission in scenario.missions.values():
        if mission.running_option and not any(stay.running for stay in stays_of(scenario, mission)):
            yield scenario.book.issue(
                mission,
                "running_option",
                "what runs can finish its running tour",
                "its window, framework or mandate ends before the plan starts, or its longest stay is over",
                "Correct the windows or durations, or empty running_option and running_since.",
            )


@sense
def personnel_fit_the_units(scenario: Scenario) -> Iterator[Issue]:
    """The personnel of an option are about the persons in the units it asks for."""
    for option in scenario.options.values():
        persons = [0, 0]
        for requirement in scenario.requirements_of(option.mission, option.option):
            sizes = [
                scenario.units[provider.unit].persons * -(-requirement.quantity // provider.provides)
                for provider in scenario.providers(requirement.capability)
            ]
            persons = [persons[0] + min(sizes), persons[1] + max(sizes)]
        low, high = persons[0] * (1 - PERSONNEL_TOLERANCE), persons[1] * (1 + PERSONNEL_TOLERANCE)
        if not low <= option.persons <= high:
            span = f"{persons[0]}" if persons[0] == persons[1] else f"{persons[0]} to {persons[1]}"
            yield scenario.book.issue(
                option,
                next((part for part in ("military", "civil", "police") if getattr(option, part)), "military"),
                "the personnel of an option fit its units",
                f"personnel is {option.persons}, its units have {span} persons",
                "Correct the personnel, or the requirements.",
                Severity.WARNING,
            )


@sense
def everything_has_a_payer(scenario: Scenario) -> Iterator[Issue]:
    """Costs that nobody pays would be forgotten."""
    for option in scenario.options.values():
        categories = {
            cost.category or (scenario.units[cost.unit].category if cost.unit else None)
            for cost in scenario.costs_of(option)
            if cost.unit is None or cost.unit in _units_of(scenario, option)
        }
        for category in sorted(c for c in categories if c is not None):
            if not scenario.payers(option.mission, category):
                yield scenario.book.issue(
                    option,
                    "mission",
                    "every cost has a fund that pays",
                    f"no row of Payers covers its {category} costs",
                    f"Add a row to Payers for {category}.",
                )


def _units_of(scenario: Scenario, option: Option) -> set[str]:
    return {
        provider.unit
        for requirement in scenario.requirements_of(option.mission, option.option)
        for provider in scenario.providers(requirement.capability)
    }


@sense
def funds_have_every_year(scenario: Scenario) -> Iterator[Issue]:
    """A fund without a row in a year of the plan has nothing to spend in it."""
    for payer in scenario.book.of(Payer):
        missing = [year for year in scenario.years if (payer.fund, year) not in scenario.funds]
        if missing:
            yield scenario.book.issue(
                payer,
                "fund",
                "a fund has a budget in every year",
                f"{payer.fund} has no row in Funds for {', '.join(map(str, missing))}: nothing can be spent then",
                "Add the years to Funds.",
                Severity.WARNING,
            )


@sense
def slower_tiers_include_faster_ones(scenario: Scenario) -> Iterator[Issue]:
    """A commitment counts the units of faster tiers, so that of a slower tier cannot be smaller."""
    said: set[tuple[str, str]] = set()
    by_tier = sorted(scenario.tiers.values(), key=lambda tier: tier.notice_days)
    for (unit, tier, month), units in scenario.commitments.items():
        notice = scenario.tiers[tier].notice_days
        slower = [t.tier for t in by_tier if t.notice_days > notice]
        for other in slower:
            less = scenario.commitments.get((unit, other, month))
            if less is not None and less < units and (unit, other) not in said:
                said.add((unit, other))
                row = next(r for r in scenario.book.of(Readiness) if r.unit == unit and r.tier == other)
                yield scenario.book.issue(
                    row,
                    "units",
                    "a slower tier includes the faster ones",
                    f"{tier} asks for {units} in {month}, {other} for only {less}",
                    "Count the units of faster tiers as well.",
                    Severity.WARNING,
                )


@ground
def prices_fit_the_force(book: Book) -> Iterator[Issue]:
    """A rule that may be broken has a price, and a synergy a bonus."""
    rows: list[Rule | Pair] = [*book.of(Rule), *book.of(Pair)]
    for row in rows:
        if row.force is Force.PRICED and row.price == 0:
            yield book.issue(
                row, "price", "a priced rule has a price", "breaking it costs nothing", "Give a price, or make it hard."
            )
    for pair in book.of(Pair):
        if pair.tie is Tie.SYNERGY and pair.bonus == 0:
            yield book.issue(pair, "bonus", "a synergy has a bonus", "it brings nothing", "Give a bonus, or drop it.")


@ground
def amounts_can_be_counted(book: Book) -> Iterator[Issue]:
    """An amount that is a share is at most 1, and one that is counted no slip of the keyboard."""
    for rule in book.of(Rule):
        said = f"it is {rule.amount:,.10g}"
        if rule.share_of is not None:
            if rule.amount > 1:
                yield book.issue(rule, "amount", "a share is at most 1", said, "Use 0 to 1.")
        elif rule.measure is not Measure.MONEY and rule.amount > MOST_COUNTED:
            what = f"an amount of {rule.measure.value} is at most {MOST_COUNTED:,}"
            yield book.issue(rule, "amount", what, said, "Type a smaller number, or measure money.")


@ground
def shortages_have_a_price(book: Book) -> Iterator[Issue]:
    """Where more units may be planned than there are, every unit that lacks has a price: free ones would be made up."""
    if book.settings.supply_shortage is not Shortfall.PRICED:
        return
    for unit in book.of(Unit):
        if unit.shortage_price == 0:
            yield book.issue(
                unit,
                "shortage_price",
                "a unit that may lack has a price",
                "units too few would cost nothing",
                "Give a price above 0, or set supply_shortage so that no unit may lack.",
            )


@ground
def priorities_say_what_counts(book: Book) -> Iterator[Issue]:
    """A row of Priorities is about one interest with its weight, or about one goal with its rank."""
    rule = "a row of Priorities is about one interest or one goal"
    for row in book.of(Priority):
        if (row.interest is None) == (row.goal is None):
            said = "neither an interest nor a goal" if row.goal is None else "both an interest and a goal"
            yield book.issue(row, "interest", rule, f"it names {said}", "Fill in interest or goal, not both.")
        elif row.interest is not None and row.weight is None:
            yield book.issue(row, "weight", rule, f"{row.interest} has no weight", "Give the interest a weight.")
        elif row.goal is not None and row.rank is None:
            yield book.issue(row, "rank", rule, f"{row.goal} has no rank", "Give the goal a rank, 1 for the first.")
        elif row.interest is not None and row.rank is not None:
            yield book.issue(row, "rank", rule, "an interest has no rank", "Empty the rank, or name a goal.")
        elif row.interest is not None and row.weight is not None and row.weight > MAX_WEIGHT:
            yield book.issue(
                row, "weight", rule, f"a weight is at most {MAX_WEIGHT:g}", "Give the interest a smaller weight."
            )


@sense
def rules_touch_something(scenario: Scenario) -> Iterator[Issue]:
    """A rule whose group picks nothing, or whose window lies outside the plan, is a slip."""
    stays = [stay for mission in scenario.missions.values() for stay in stays_of(scenario, mission)]
    touched: dict[str, bool] = {}
    for rule in scenario.rules.values():
        for column, group in (("group", rule.group), ("share_of", rule.share_of)):
            if group is not None and not touched.setdefault(group, any(scenario.in_group(group, s) for s in stays)):
                yield scenario.book.issue(
                    rule,
                    column,
                    "a rule touches something",
                    f"group {group} picks no contribution that could be chosen",
                    "Correct the rows of the group, or drop the rule.",
                )
        if not scenario.periods(rule):
            yield scenario.book.issue(
                rule,
                "every",
                "a rule touches something",
                "no period of it lies within the plan",
                "Correct its window or every.",
            )


@sense
def tags_are_given(scenario: Scenario) -> Iterator[Issue]:
    """A tag by which a group picks missions is a tag of one; else a misspelt one would drop them without a word."""
    if scenario.names:
        return
    known = {tag.strip() for mission in scenario.missions.values() for tag in mission.tags.split(";")}
    for group in scenario.book.of(Group):
        if group.tag is not None and group.tag not in known:
            yield scenario.book.issue(
                group,
                "tag",
                "tag occurs in Missions.tags",
                f"no mission has the tag {group.tag!r}.{did_you_mean(group.tag, known)}",
                "Correct it, or add it to the tags of a mission.",
            )


@sense
def what_is_not_to_be_touched_is_there(scenario: Scenario) -> Iterator[Issue]:
    """A word of not_to_be_touched names something; else a misspelt one would protect nothing.

    An error when it is near something that is there, like a misspelt sheet or column, else a warning.
    """
    book = scenario.book
    if scenario.names:
        return
    keyed = (row.row_key() for kind in (Mission, Unit, Fund, Tier, Rule, Pair) for row in book.of(kind))
    known = {*SHEETS, *(key.partition(KEY_SEPARATOR)[0] for key in keyed)}
    folded = {fold(name) for name in known}
    for word in filter(None, map(str.strip, book.settings.not_to_be_touched.split(";"))):
        if fold(word) not in folded:
            hint = did_you_mean(word, known)
            yield book.setting_issue(
                "not_to_be_touched",
                "what is not to be touched is there",
                f"nothing has the id {word!r}.{hint}",
                "Write ids of missions, unit types, funds, tiers, rules or pairs, or names of sheets, separated by ;.",
                Severity.ERROR if hint else Severity.WARNING,
            )


@sense
def pairs_tie_two_missions(scenario: Scenario) -> Iterator[Issue]:
    """Only 'follows' has a meaning within one mission: a stay under one option after a stay under another."""
    for pair in scenario.book.of(Pair):
        if pair.mission == pair.other and pair.tie is not Tie.FOLLOWS:
            yield scenario.book.issue(
                pair,
                "other",
                "a pair ties two missions",
                f"{pair.mission} {pair.tie} itself",
                "Name another mission, or drop the rule.",
            )


@sense
def nothing_follows_itself_in_a_circle(scenario: Scenario) -> Iterator[Issue]:
    """Missions that each start only when the next ends can none of them start, unless one of them runs already."""
    after: dict[str, dict[str, Pair]] = defaultdict(dict)
    for pair in scenario.book.of(Pair):
        binds = pair.active and pair.tie is Tie.FOLLOWS and pair.force is Force.HARD and pair.option is None
        if binds and not scenario.missions[pair.mission].running_option:
            after[pair.mission].setdefault(pair.other, pair)
    for mission in after:
        if circle := _circle(after, mission):
            yield scenario.book.issue(
                after[mission][circle[1]],
                "tie",
                "what follows something can start",
                f"{' follows '.join(circle)}: none of them can start",
                "Drop one of these rules, or give it a price.",
                Severity.WARNING,
            )


def _circle(after: Mapping[str, Mapping[str, object]], start: str) -> list[str]:
    """A shortest way from a mission over what it follows back to itself; empty when there is none."""
    ways, seen = [[start]], {start}
    while ways:
        longer = [[*way, other] for way in ways for other in after.get(way[-1], ())]
        if found := next((way for way in longer if way[-1] == start), None):
            return found
        ways = [way for way in longer if way[-1] not in seen]
        seen |= {way[-1] for way in ways}
    return []


_SLIPS: tuple[ScenarioCheck, ...] = (
    rules_touch_something,
    tags_are_given,
    what_is_not_to_be_touched_is_there,
    pairs_tie_two_missions,
    nothing_follows_itself_in_a_circle,
)
"""Checks for slips of the pen; with numbers that nobody typed these are none."""


@sense
def missions_are_worth_something(scenario: Scenario) -> Iterator[Issue]:
    """A mission without any score is never chosen for its value."""
    for mission in scenario.missions.values():
        if not any(scenario.score(mission.mission, interest) for interest in scenario.interests):
            yield scenario.book.issue(
                mission,
                "mission",
                "a mission has a score",
                "all its scores are 0",
                "Add rows to Scores.",
                Severity.WARNING,
            )


@sense
def every_number_has_a_basis(scenario: Scenario) -> Iterator[Issue]:
    """Every number says what it rests on, and an assumed one lies within its own range."""
    book = scenario.book
    for figure in figures_of(book):
        if figure.basis is None and figure.row is None:
            yield book.setting_issue(figure.key, *_NO_BASIS, severity=Severity.WARNING)
        elif figure.basis is None and figure.row is not None:
            yield book.issue(figure.row, figure.column, *_NO_BASIS, severity=Severity.WARNING)
        elif figure.basis is not None and figure.basis.basis is BasisKind.ASSUMED and figure.row is not None:
            yield from _range_holds(scenario, figure.row, figure.column, figure.value, figure.basis)


_NO_BASIS = (
    "every number has a basis",
    "no row of Basis says what this number rests on",
    "Add a row to Basis: documented, derived or assumed.",
)


def _range_holds(scenario: Scenario, row: Row, column: str, value: float, basis: Basis) -> Iterator[Issue]:
    if basis.low is None or basis.high is None:
        yield scenario.book.issue(
            basis,
            "low",
            "an assumed number has low and high",
            "low or high is empty",
            "Fill in both.",
            Severity.WARNING,
        )
    elif not basis.low <= value <= basis.high and not scenario.names:
        # Under a named scenario a number may leave its range: that is what the scenario asks.
        yield scenario.book.issue(
            row,
            column,
            "an assumed number lies within its range",
            f"{parse_text(value)} is outside {basis.low:g} to {basis.high:g}",
            "Correct the number, or low and high in Basis.",
            Severity.WARNING,
        )


@sense
def every_basis_covers_something(scenario: Scenario) -> Iterator[Issue]:
    """A row of Basis that covers nothing is a slip."""
    book, index = scenario.book, BasisIndex(scenario.book)
    if scenario.names:
        return
    for row in index.unused(book):
        yield book.issue(
            row,
            "row",
            "a row of Basis covers something",
            f"nothing in {row.about} fits row {row.row!r}, column {row.column!r}",
            "Correct about, row or column.",
            Severity.WARNING,
        )
