"""The sheets of a scenario workbook: one class per sheet, one field per column.

A class's docstring says what the sheet holds; a field carries type, default, unit and meaning. Nothing about a
column is written down anywhere else.
"""

from __future__ import annotations

from enum import StrEnum
from types import UnionType
from typing import Annotated, Any, ClassVar, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from inzet.calendar import Month
from inzet.schema.kinds import (
    CHOICE,
    Euro,
    Id,
    Kind,
    MonthCell,
    Number,
    Scalar,
    Share,
    Text,
    Whole,
    YesNo,
    parse_choice,
)

REQUIRED: Any = PydanticUndefined
ANY = "*"
"""In the Basis sheet: every key, or every column."""

KEY_SEPARATOR = " / "
"""Between the parts of a row's key, where a key is written in one cell."""


class Category(StrEnum):
    """Who serves: the armed forces, civil experts or the police. It decides who pays."""

    MILITARY = "military"
    CIVIL = "civil"
    POLICE = "police"


class GoalName(StrEnum):
    """What a plan can be good at."""

    SHORTAGE = "shortage"
    READINESS = "readiness"
    VALUE = "value"
    CHANGES = "changes"
    COST = "cost"
    START = "start"


class Shortfall(StrEnum):
    """Whether a readiness commitment may be missed."""

    FORBIDDEN = "forbidden"
    PRICED = "priced"


class CostItem(StrEnum):
    """What a cost is paid for."""

    MONTH = "month"
    START = "start"
    END = "end"
    TOUR = "tour"


class BasisKind(StrEnum):
    """How much a number can be relied on."""

    DOCUMENTED = "documented"
    DERIVED = "derived"
    ASSUMED = "assumed"


class ChangeHow(StrEnum):
    """How a scenario changes a cell."""

    SET = "set"
    ADD = "add"
    SUBTRACT = "subtract"
    MULTIPLY = "multiply"
    ADD_ROW = "add row"
    DROP_ROW = "drop row"


class Distance(StrEnum):
    """Whether a mission is in the wider surroundings of the own territory."""

    NEAR = "near"
    FAR = "far"


class Size(StrEnum):
    """Whether a contribution is large, by the number of persons in Settings."""

    SMALL = "small"
    LARGE = "large"


class Length(StrEnum):
    """Whether a stay is long, by the number of months in Settings."""

    SHORT = "short"
    LONG = "long"


class Measure(StrEnum):
    """What a rule counts."""

    MISSIONS = "missions"
    STAYS = "stays"
    MONTHS = "months"
    PERSONS = "persons"
    MONEY = "money"


class Limit(StrEnum):
    """Which way a rule limits what it counts."""

    AT_LEAST = "at least"
    AT_MOST = "at most"
    EXACTLY = "exactly"


class Tie(StrEnum):
    """How one mission hangs on another."""

    REQUIRES = "requires"
    EXCLUDES = "excludes"
    FOLLOWS = "follows"
    SYNERGY = "synergy"


class Force(StrEnum):
    """Whether a rule must be kept, or may be broken at a price."""

    HARD = "hard"
    PRICED = "priced"


_Distance = Annotated[Distance, BeforeValidator(parse_choice), CHOICE]
_Size = Annotated[Size, BeforeValidator(parse_choice), CHOICE]
_Length = Annotated[Length, BeforeValidator(parse_choice), CHOICE]
_Measure = Annotated[Measure, BeforeValidator(parse_choice), CHOICE]
_Limit = Annotated[Limit, BeforeValidator(parse_choice), CHOICE]
_Tie = Annotated[Tie, BeforeValidator(parse_choice), CHOICE]
_Force = Annotated[Force, BeforeValidator(parse_choice), CHOICE]
_Category = Annotated[Category, BeforeValidator(parse_choice), CHOICE]
_Goal = Annotated[GoalName, BeforeValidator(parse_choice), CHOICE]
_Shortfall = Annotated[Shortfall, BeforeValidator(parse_choice), CHOICE]
_CostItem = Annotated[CostItem, BeforeValidator(parse_choice), CHOICE]
_Basis = Annotated[BasisKind, BeforeValidator(parse_choice), CHOICE]
_How = Annotated[ChangeHow, BeforeValidator(parse_choice), CHOICE]


def col(
    meaning: str,
    *,
    default: Any = REQUIRED,
    unit: str = "",
    ref: str = "",
    ge: float | None = None,
    le: float | None = None,
) -> Any:
    """A column of a sheet.

    Args:
        meaning: what the column holds, in one sentence.
        default: what an empty cell means; without one the cell must be filled.
        unit: the unit of a number.
        ref: ``Sheet.column`` that the value must occur in.
        ge: smallest value allowed.
        le: largest value allowed.
    """
    return Field(default=default, description=meaning, ge=ge, le=le, json_schema_extra={"unit": unit, "ref": ref})


def whole_col(meaning: str, *, default: Any = REQUIRED, unit: str = "", ge: int = 0, le: int = 1_000_000) -> Any:
    """A column of whole numbers, bounded so that a slip of the keyboard cannot reach the solver."""
    return col(meaning, default=default, unit=unit, ge=ge, le=le)


def number_col(meaning: str, *, default: Any = REQUIRED, unit: str = "", le: float = 1e6) -> Any:
    """A column of numbers of 0 or more, bounded so that a slip of the keyboard cannot reach the solver."""
    return col(meaning, default=default, unit=unit, ge=0, le=le)


class Row(BaseModel):
    """One row of a sheet; immutable, and checked cell by cell when it is made."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, populate_by_name=True)

    sheet: ClassVar[str]
    key: ClassVar[tuple[str, ...]]
    needs_basis: ClassVar[bool] = True
    required_sheet: ClassVar[bool] = True

    def row_key(self) -> str:
        """The values of the key columns in one text, as the Basis and Scenarios sheets write them.

        An empty key cell stands for every one, and is written ``*``.
        """
        values = (getattr(self, name) for name in self.key)
        return KEY_SEPARATOR.join(ANY if value is None else str(value) for value in values)


class Settings(BaseModel):
    """The plan as a whole: one row per setting, with its value in the second column."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    sheet: ClassVar[str] = "Settings"

    title: Text = col("What this plan is about, for the heading of every result.")
    first_month: MonthCell = col("First month of the plan.")
    last_month: MonthCell = col("Last month of the plan.")
    decision_every: Whole = whole_col(
        "New contributions may start only in every n-th month, counted from the first; 1 is every month.",
        default=3,
        unit="months",
        ge=1,
        le=24,
    )
    decided_in: MonthCell | None = col(
        "Month in which the plan is decided; the article 100 lead time counts from here. Empty: the first month.",
        default=None,
    )
    art100_lead_months: Whole = whole_col(
        "Months between the decision and the earliest start of a contribution under article 100.",
        default=0,
        unit="months",
        le=36,
    )
    readiness_shortfall: _Shortfall = col(
        "Whether readiness commitments may be missed: forbidden, or priced by the goal 'readiness'.",
        default=Shortfall.PRICED,
    )
    time_limit: Number = number_col("Longest time to search for the best plan.", default=600, unit="seconds")
    gap: Share = col(
        "Search stops when the plan is proven to be within this share of the best; 0 is a full proof.",
        default=0.0,
        ge=0,
        le=1,
    )
    large_from_persons: Whole = whole_col(
        "A contribution of so many persons or more is large, for the Groups sheet.", default=50, unit="persons", ge=1
    )
    long_from_months: Whole = whole_col(
        "A stay of so many months or more within the plan is long, for the Groups sheet.",
        default=24,
        unit="months",
        ge=1,
        le=600,
    )
    not_to_be_touched: Text = col(
        "What no repair of an impossible plan may touch: ids of missions, unit types, funds, rules or pairs, or the "
        "name of a sheet for all of it, separated by ;.",
        default="",
    )
    supply_shortage: _Shortfall = col(
        "Whether more units may be planned than there are: forbidden, or priced by the goal 'shortage', which then "
        "comes before all others.",
        default=Shortfall.FORBIDDEN,
    )


class Interest(Row):
    """The interests that missions serve, with the weight of each."""

    sheet = "Interests"
    key = ("interest",)

    interest: Id = col("Id of the interest.")
    name: Text = col("Name of the interest.")
    weight: Number = number_col("How much the interest counts beside the others.", le=1000)


class Goal(Row):
    """What makes a plan better, in order of rank. Goals of equal rank are added up with their weights."""

    sheet = "Goals"
    key = ("goal",)
    required_sheet = False

    goal: _Goal = col(
        "readiness: least shortfall; value: most value; changes: fewest against what runs; cost: least money; "
        "start: earliest starts; shortage: where it is allowed it comes first, whatever stands here."
    )
    rank: Whole = whole_col("1 comes first; a lower rank never costs a higher one anything.", ge=1, le=9)
    weight: Number = number_col("Weight beside goals of the same rank.", default=1.0, le=1e9)


class Unit(Row):
    """The unit types: what is scarce. Posts (staff officers, experts) are unit types too."""

    sheet = "Units"
    key = ("unit",)

    unit: Id = col("Id of the unit type.")
    name: Text = col("Name of the unit type.")
    category: _Category = col("Who serves in it; decides who pays.")
    persons: Whole = whole_col("Persons in one unit.", unit="persons", ge=1, le=10_000)
    tour_months: Whole = whole_col(
        "Months that one unit is deployed before another relieves it.", unit="months", ge=1, le=60
    )
    preparation_months: Whole = whole_col("Months of preparation before a tour.", default=0, unit="months", le=36)
    recovery_months: Whole = whole_col("Months of recovery after a tour.", default=0, unit="months", le=36)
    notice_preparing: Whole = whole_col(
        "Days within which a unit in preparation is ready for another task.", default=0, unit="days", le=3650
    )
    notice_recovering: Whole = whole_col(
        "Days within which a recovering unit is ready for another task.", default=0, unit="days", le=3650
    )
    shortage_price: Number = number_col(
        "How bad it is to be one unit short for one month, beside other unit types, in a plan that may fall short.",
        default=1.0,
        le=1000,
    )


class Supply(Row):
    """How many units of a type there are, by period."""

    sheet = "Supply"
    key = ("unit", "first_month")

    unit: Id = col("Unit type.", ref="Units.unit")
    first_month: MonthCell = col("First month of the period.")
    last_month: MonthCell | None = col("Last month of the period; empty: the end of the plan.", default=None)
    units: Whole = whole_col("Units that exist.", unit="units", le=100_000)
    reserve: Whole = whole_col("Units deliberately kept free.", default=0, unit="units", le=100_000)


class Capability(Row):
    """Which unit types provide what a contribution asks for; two rows for one capability mean substitution."""

    sheet = "Capabilities"
    key = ("capability", "unit")

    capability: Id = col("What is asked for.")
    unit: Id = col("Unit type that provides it.", ref="Units.unit")
    provides: Whole = whole_col("How much of the capability one unit provides.", default=1, ge=1, le=10_000)


class Tier(Row):
    """The readiness tiers: within how many days a unit must be able to move."""

    sheet = "Tiers"
    key = ("tier",)
    required_sheet = False

    tier: Id = col("Id of the tier.")
    notice_days: Whole = whole_col("Days within which a unit of the tier is ready.", unit="days", le=3650)


class Readiness(Row):
    """The readiness commitments: how many units stand ready, by tier and period."""

    sheet = "Readiness"
    key = ("unit", "tier", "first_month")
    required_sheet = False

    unit: Id = col("Unit type.", ref="Units.unit")
    tier: Id = col("Tier.", ref="Tiers.tier")
    first_month: MonthCell = col("First month of the period.")
    last_month: MonthCell | None = col("Last month of the period; empty: the end of the plan.", default=None)
    units: Whole = whole_col(
        "Units that must be ready within the tier's notice; those of faster tiers count, so include them.",
        unit="units",
        le=100_000,
    )


class Mission(Row):
    """The missions and operations that ask for a contribution."""

    sheet = "Missions"
    key = ("mission",)

    mission: Id = col("Id of the mission.")
    name: Text = col("Name of the mission.")
    region: Text = col("Region, as the plan groups missions.")
    organisation: Text = col("Organisation that leads it: NATO, EU, UN, coalition, ...", default="")
    country: Text = col("Country or countries.", default="")
    first_month: MonthCell | None = col("First month with a place for a contribution; empty: any.", default=None)
    last_month: MonthCell | None = col("Last month with a place for a contribution; empty: any.", default=None)
    mandate_end: MonthCell | None = col("Last month of the international mandate; empty: open.", default=None)
    renewal_assumed: YesNo = col("yes: the mandate is taken to be renewed.", default=False)
    framework_end: MonthCell | None = col("Last month of the national framework; empty: open.", default=None)
    mandated: YesNo = col("yes: there must be a contribution.", default=False)
    art100: YesNo = col("yes: parliament is informed under article 100; the lead time applies.", default=False)
    recall_notice_days: Whole = whole_col(
        "Days within which units deployed there can be ready for another task.",
        default=180,
        unit="days",
        le=3650,
    )
    effectiveness: Share = col("What a full contribution achieves there, 0 to 1.", default=1.0, ge=0, le=1)
    max_stays: Whole = whole_col("Most separate stays in the plan.", default=1, unit="stays", ge=1, le=12)
    running_option: Id | None = col("Option that runs when the plan starts; empty: none.", default=None)
    running_since: MonthCell | None = col(
        "Month in which what runs started; its tours are counted from here.", default=None
    )
    tags: Text = col("Words by which the Groups sheet can pick the mission, separated by ;.", default="")
    distance: _Distance | None = col("Near or far, for the Groups sheet; empty: not said.", default=None)
    early_end_price: Number | None = number_col(
        "Points that it costs to end what runs before its running tour ends; empty: that cannot be done.",
        default=None,
        unit="points",
    )


class Option(Row):
    """The ways to take part in a mission; at most one at a time. A condition is a switch: see active."""

    sheet = "Options"
    key = ("mission", "option")

    mission: Id = col("Mission.", ref="Missions.mission")
    option: Id = col("Id of the option, unique within the mission.")
    name: Text = col("What is contributed.", default="")
    first_month: MonthCell | None = col("First month allowed; empty: as the mission.", default=None)
    last_month: MonthCell | None = col("Last month allowed; empty: as the mission.", default=None)
    min_months: Whole = whole_col("Shortest stay.", default=1, unit="months", ge=1, le=600)
    max_months: Whole | None = whole_col("Longest stay; empty: no limit.", default=None, unit="months", ge=1, le=600)
    step_months: Whole | None = whole_col(
        "Stays last a multiple of this or to the end of the window; empty: the longest tour of the option.",
        default=None,
        unit="months",
        ge=1,
        le=600,
    )
    share: Share = col("Share of the mission's value that this option brings.", default=1.0, ge=0, le=1)
    military: Whole = whole_col("Military personnel abroad.", default=0, unit="persons", le=100_000)
    civil: Whole = whole_col("Civil experts abroad.", default=0, unit="persons", le=100_000)
    police: Whole = whole_col("Police officers abroad.", default=0, unit="persons", le=100_000)
    active: YesNo = col("no: the option cannot be chosen, for example until the context demands it.", default=True)
    modular: YesNo = col(
        "yes: filled with any number of units from none to what it requires; its value is in proportion.",
        default=False,
    )

    @property
    def persons(self) -> int:
        """Everybody abroad."""
        return self.military + self.civil + self.police


class Requirement(Row):
    """What an option asks for in every month of its stay."""

    sheet = "Requirements"
    key = ("mission", "option", "capability")

    mission: Id = col("Mission.", ref="Missions.mission")
    option: Id = col("Option of that mission.", ref="Options.option")
    capability: Id = col("Capability asked for.", ref="Capabilities.capability")
    quantity: Whole = whole_col("How much of it.", ge=1, le=10_000)
    tour_months: Whole | None = whole_col(
        "Months of one tour here, when it differs from the unit type's.",
        default=None,
        unit="months",
        ge=1,
        le=60,
    )


class Score(Row):
    """How much a mission serves an interest; no row is 0."""

    sheet = "Scores"
    key = ("mission", "interest")

    mission: Id = col("Mission.", ref="Missions.mission")
    interest: Id = col("Interest.", ref="Interests.interest")
    score: Share = col("From 0, not at all, to 1, it is the mission's main aim.", ge=0, le=1)


class Fund(Row):
    """The money, by fund and calendar year; a fund without a row in a year has nothing to spend."""

    sheet = "Funds"
    key = ("fund", "year")
    required_sheet = False

    fund: Id = col("Id of the fund.")
    year: Whole = whole_col("Calendar year.", ge=1990, le=2200)
    budget: Euro = number_col("Money for the months of that year that lie in the plan.", unit="EUR", le=1e12)
    reserve: Euro = number_col("Money deliberately kept free.", default=0.0, unit="EUR", le=1e12)


class Payer(Row):
    """Who pays for whom: eligibility. A row for one mission goes before the row for all."""

    sheet = "Payers"
    key = ("mission", "category", "fund")
    required_sheet = False

    mission: Id | None = col(
        "Mission; empty: every mission without a row of its own.", default=None, ref="Missions.mission"
    )
    category: _Category = col("Whose costs.")
    fund: Id = col("Fund that pays.", ref="Funds.fund")
    share: Share = col("Share that it pays; the shares of a mission and category add up to 1.", default=1.0, ge=0, le=1)


class Cost(Row):
    """Costs: rates per unit, or amounts per contribution. All rows that fit a contribution are added up."""

    sheet = "Costs"
    key = ("cost",)
    required_sheet = False

    cost: Id = col("Id of the cost.")
    mission: Id | None = col("Mission; empty: every mission.", default=None, ref="Missions.mission")
    option: Id | None = col("Option of that mission; empty: every option.", default=None, ref="Options.option")
    unit: Id | None = col(
        "Unit type, for a rate per unit; empty: an amount for the whole contribution.",
        default=None,
        ref="Units.unit",
    )
    item: _CostItem = col("month: every month abroad; start, end: once per stay; tour: at the start of every tour.")
    category: _Category | None = col("Whose cost it is, for the fund that pays; empty: as the unit type.", default=None)
    amount: Euro = number_col("Amount, per unit or per contribution.", unit="EUR", le=1e11)


class Group(Row):
    """Groups of contributions that rules are about. A row picks what fits all its filled cells; rows add up."""

    sheet = "Groups"
    key = ("group", "mission", "region", "organisation", "tag", "distance", "size", "length")
    required_sheet = False

    group: Id = col("Id of the group.")
    mission: Id | None = col("Mission; empty: any.", default=None, ref="Missions.mission")
    region: Text | None = col("Region; empty: any.", default=None, ref="Missions.region")
    organisation: Text | None = col("Organisation; empty: any.", default=None, ref="Missions.organisation")
    tag: Text | None = col("A word of the mission's tags; empty: any.", default=None)
    distance: _Distance | None = col("Near or far; empty: any.", default=None)
    size: _Size | None = col("Large or small contributions, by persons; empty: any.", default=None)
    length: _Length | None = col("Long or short stays; empty: any.", default=None)


class Rule(Row):
    """Rules over groups: at least, at most or exactly so much of something, in the plan or in every so many months."""

    sheet = "Rules"
    key = ("rule",)
    required_sheet = False

    rule: Id = col("Id of the rule.")
    sentence: Text = col("The rule in one sentence.")
    active: YesNo = col("no: the rule is switched off, for example until the context demands it.", default=True)
    group: Id = col("Group that it is about.", ref="Groups.group")
    limit: _Limit = col("at least, at most or exactly.")
    amount: Number = number_col("How much; with share_of a share, 0 to 1.", le=1e12)
    measure: _Measure = col(
        "missions, stays or months abroad; persons abroad on average over the period; money in EUR."
    )
    share_of: Id | None = col(
        "Group of whose measure the amount is a share; empty: none.", default=None, ref="Groups.group"
    )
    first_month: MonthCell | None = col("First month in which it counts; empty: of the plan.", default=None)
    last_month: MonthCell | None = col("Last month in which it counts; empty: of the plan.", default=None)
    every: Whole | None = whole_col(
        "It holds in each period of so many months: 1 every month, 12 every year; empty: once over the window. "
        "A last period that is not whole counts only for 'at most'.",
        default=None,
        unit="months",
        ge=1,
        le=240,
    )
    force: _Force = col("hard, or priced when it may be broken at a price.")
    price: Number = number_col(
        "Points that a breach of one (mission, stay, month, person, EUR million) costs.", default=0.0
    )
    source: Text = col("Where the rule comes from.", default="")

    @property
    def counts_whole(self) -> bool:
        """Whether the amount is a number of missions, stays or months, and not a share."""
        return self.share_of is None and self.measure in (Measure.MISSIONS, Measure.STAYS, Measure.MONTHS)


class Pair(Row):
    """Rules over two missions: requires, excludes, follows, and the bonus of running both."""

    sheet = "Pairs"
    key = ("pair",)
    required_sheet = False

    pair: Id = col("Id of the rule.")
    sentence: Text = col("The rule in one sentence.")
    active: YesNo = col("no: the rule is switched off.", default=True)
    mission: Id = col("Mission that the rule is about.", ref="Missions.mission")
    option: Id | None = col("Its option; empty: any.", default=None)
    tie: _Tie = col(
        "requires: abroad only while the other is; excludes: never together; follows: starts only when the other ends; "
        "synergy: points for every month together."
    )
    other: Id = col("The other mission.", ref="Missions.mission")
    other_option: Id | None = col("Its option; empty: any.", default=None)
    within_months: Whole = whole_col(
        "follows: most months between the end of the other and the start.", default=0, unit="months", le=240
    )
    bonus: Number = number_col("synergy: points for every month together.", default=0.0, unit="points")
    force: _Force = col("hard, or priced when it may be broken at a price.", default=Force.HARD)
    price: Number = number_col(
        "Points that a breach of one month (follows: one start) costs.", default=0.0, unit="points"
    )
    source: Text = col("Where the rule comes from.", default="")


class Reported(Row):
    """What was reported about earlier months, to hold the plan against; no rule of the plan uses it."""

    sheet = "Reported"
    key = ("mission",)
    required_sheet = False

    mission: Id = col("Mission.", ref="Missions.mission")
    first_month: MonthCell = col("First month reported on.")
    last_month: MonthCell = col("Last month reported on.")
    framework: Whole = whole_col("Posts of the national framework.", unit="persons")
    deployed: Whole = whole_col("Persons deployed in those months, reliefs counted.", unit="persons")


class Basis(Row):
    """What every number rests on. ``*`` as key or column covers all; the most specific row counts."""

    sheet = "Basis"
    key = ("about", "row", "column")
    needs_basis = False

    about: Text = col("Sheet of the number.")
    row: Text = col("Key of its row, parts joined by ' / '; * for every row.")
    column: Text = col("Its column; * for every column.")
    basis: _Basis = col("documented, derived or assumed.")
    source: Text = col("Document, or what it is derived from.", default="")
    place: Text = col("Where in the document.", default="")
    quote: Text = col("The words of the document, at most 12 words.", default="")
    low: Number | None = col("Assumed numbers: the lowest plausible value.", default=None)
    high: Number | None = col("Assumed numbers: the highest plausible value.", default=None)
    why: Text = col("The reckoning, or why this value is assumed.", default="")


class Change(Row):
    """Named scenarios: changes to this workbook. The changes of a scenario are applied from top to bottom."""

    sheet = "Scenarios"
    key = ("scenario", "about", "row", "column")
    needs_basis = False
    required_sheet = False

    scenario: Id = col("Name of the scenario.")
    about: Text = col("Sheet that is changed.")
    row: Text = col("Key of the row, parts joined by ' / '.")
    column: Text = col("Column that is changed; * to add or drop a row.")
    how: _How = col("set, add, subtract or multiply a value; add row (value: column=value; ...) or drop row.")
    value: Scalar = col("The value.", default="")
    why: Text = col("Why.", default="")


class Priority(Row):
    """Named sets of priorities: other weights for interests, other ranks for goals, or both.

    A set changes the weights that it names; ranks of goals replace the Goals sheet as a whole.
    """

    sheet = "Priorities"
    key = ("priority", "interest", "goal")
    needs_basis = False
    required_sheet = False

    priority: Id = col("Name of the set.")
    interest: Id | None = col(
        "Interest that gets another weight; empty: the row is about a goal.", default=None, ref="Interests.interest"
    )
    goal: _Goal | None = col("Goal that gets a rank; empty: the row is about an interest.", default=None)
    weight: Number | None = number_col(
        "Weight of the interest; for a goal its weight beside goals of the same rank, 1 when empty.",
        default=None,
        le=1e9,
    )
    rank: Whole | None = whole_col("Rank of the goal, 1 first.", default=None, ge=1, le=9)
    why: Text = col("What these priorities stand for, or why they are assumed.", default="")


SHEETS: dict[str, type[Row]] = {
    row.sheet: row
    for row in (
        Interest,
        Goal,
        Unit,
        Supply,
        Capability,
        Tier,
        Readiness,
        Mission,
        Option,
        Requirement,
        Score,
        Fund,
        Payer,
        Cost,
        Group,
        Rule,
        Pair,
        Reported,
        Basis,
        Change,
        Priority,
    )
}
"""Every sheet but Settings, in the order of the workbook."""


def kind_of(field: FieldInfo) -> Kind:
    """The kind of a column."""
    for item in field.metadata:
        if isinstance(item, Kind):
            return item
    return _kind_in(field.annotation)


def _kind_in(annotation: Any) -> Kind:
    if get_origin(annotation) is Annotated:
        return next(item for item in get_args(annotation) if isinstance(item, Kind))
    if isinstance(annotation, UnionType) or get_args(annotation):
        return _kind_in(next(arg for arg in get_args(annotation) if arg is not type(None)))
    raise TypeError(f"{annotation!r} is no kind of column")


def choices_of(field: FieldInfo) -> tuple[str, ...]:
    """The words that a choice column allows; empty for other kinds."""
    candidates = (field.annotation, *get_args(field.annotation))
    for candidate in candidates:
        inner = get_args(candidate)[0] if get_origin(candidate) is Annotated else candidate
        if isinstance(inner, type) and issubclass(inner, StrEnum):
            return tuple(str(choice) for choice in inner)
    return ("yes", "no") if kind_of(field).name == "yes or no" else ()


def extra_of(field: FieldInfo, name: str) -> str:
    """What a column declares beside its type: ``unit`` or ``ref``; empty when it declares none."""
    extra = field.json_schema_extra
    return str(extra.get(name, "")) if isinstance(extra, dict) else ""


def numeric_columns(row: type[Row] | type[Settings]) -> tuple[str, ...]:
    """The columns whose values need a basis: numbers that are not part of the key."""
    key = getattr(row, "key", ())
    return tuple(name for name, field in row.model_fields.items() if name not in key and kind_of(field).numeric)


def cell_value(value: object) -> object:
    """A value as it is written to a cell: months as text, yes and no as words, everything else as it is."""
    if isinstance(value, Month | StrEnum):
        return str(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value
