"""The plan as tables: what the workbook of results, the CSV files and the figures are all made from.

Each table is made by one function from the ledger, with a meaning and a unit for every column. Nothing is
reckoned again further on.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from inzet.calendar import Month
from inzet.plan.ledger import Ledger
from inzet.scenario.scenario import Phase, Stay
from inzet.schema.basis import BasisIndex, figures_of
from inzet.schema.rows import BasisKind, Category, cell_value


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a result table.

    Attributes:
        name: its name in the CSV file and the workbook.
        meaning: what it holds.
        unit: unit of its numbers; empty for text.
    """

    name: str
    meaning: str
    unit: str = ""


@dataclass(frozen=True)
class Table:
    """A result table.

    Attributes:
        name: name of the CSV file, without its ending.
        title: title of the sheet.
        note: how to read it, in a sentence or two.
        columns: every column, in order.
        frame: the rows; months are text written YYYY-MM.
    """

    name: str
    title: str
    note: str
    columns: tuple[Column, ...]
    frame: pd.DataFrame


Record = dict[str, object]


@dataclass(frozen=True)
class TableSpec:
    """How a result table is made.

    Attributes:
        name: name of the CSV file, without its ending.
        title: title of the sheet.
        note: how to read it, in a sentence or two.
        columns: every column, in order.
        records: the rows, from the ledger.
        applies: whether a plan has such a table at all.
    """

    name: str
    title: str
    note: str
    columns: tuple[Column, ...]
    records: Callable[[Ledger], Iterator[Record]]
    applies: Callable[[Ledger], bool] = lambda _: True

    def make(self, ledger: Ledger) -> Table:
        """The table of a plan."""
        names = [column.name for column in self.columns]
        frame = pd.DataFrame(list(self.records(ledger)), columns=names)
        return Table(self.name, self.title, self.note, self.columns, frame)


TABLES: list[TableSpec] = []
"""Every result table, in the order of this file."""


def _table(
    name: str, title: str, note: str, *columns: Column, applies: Callable[[Ledger], bool] = lambda _: True
) -> Callable[[Callable[[Ledger], Iterator[Record]]], None]:
    """Register a function that yields the records of a table; tables come out in the order of this file."""

    def register(records: Callable[[Ledger], Iterator[Record]]) -> None:
        TABLES.append(TableSpec(name, title, note, columns, records, applies))

    return register


def plan_tables(ledger: Ledger) -> Mapping[str, Table]:
    """Every result table of a plan, by name."""
    return {spec.name: spec.make(ledger) for spec in TABLES if spec.applies(ledger)}


MISSION = Column("mission", "Mission.")
NAME = Column("name", "Its name.")
REGION = Column("region", "Its region.")
UNIT = Column("unit", "Unit type.")
MONTH = Column("month", "Month, YYYY-MM.")
FUND = Column("fund", "Fund.")
YEAR = Column("year", "Calendar year; only its months within the plan count.")


@_table(
    "decisions",
    "Decisions",
    "One row per contribution in the plan, and one for every mission that is left out.",
    MISSION,
    NAME,
    REGION,
    Column("organisation", "Organisation that leads it."),
    Column("decision", "in or out."),
    Column("option", "Option taken."),
    Column("what", "What is contributed."),
    Column("start", "First month abroad within the plan; a running contribution started earlier."),
    Column("end", "Last month abroad."),
    Column("months", "Months abroad within the plan.", "months"),
    Column("running", "yes: it ran when the plan started."),
    Column("military", "Military personnel abroad.", "persons"),
    Column("civil", "Civil experts abroad.", "persons"),
    Column("police", "Police officers abroad.", "persons"),
    Column("persons", "Everybody abroad.", "persons"),
    Column("units", "Units abroad at a time."),
    Column("value", "What it is worth, all interests and months together.", "points"),
    Column("cost", "What it costs, all funds and years together.", "EUR"),
)
def _decisions(ledger: Ledger) -> Iterator[Record]:
    for name, mission in ledger.scenario.missions.items():
        common: Record = {
            "mission": name,
            "name": mission.name,
            "region": mission.region,
            "organisation": mission.organisation,
        }
        stays = [c.stay for c in ledger.contributions if c.stay.mission == name]
        if not stays:
            yield {**common, **_LEFT_OUT}
        for stay in stays:
            yield {**common, **_contribution(ledger, stay)}


_LEFT_OUT: Record = {
    "decision": "out",
    **dict.fromkeys(("option", "what", "start", "end", "running", "units"), ""),
    **dict.fromkeys(("months", "military", "civil", "police", "persons"), 0),
    **dict.fromkeys(("value", "cost"), 0.0),
}


def _contribution(ledger: Ledger, stay: Stay) -> Record:
    option = ledger.option_of(stay)
    abroad: Counter[str] = Counter()
    for tour in ledger.tours:
        if tour.stay == stay and tour.phase_in(stay.last) is Phase.DEPLOYED:
            abroad[tour.unit] += tour.units
    return {
        "decision": "in",
        "option": stay.option,
        "what": option.name,
        "start": str(stay.first),
        "end": str(stay.last),
        "months": stay.months,
        "running": cell_value(stay.running),
        **_personnel(ledger, stay),
        "persons": ledger.persons(stay),
        "units": ", ".join(f"{number} {unit}" for unit, number in sorted(abroad.items())),
        "value": sum(ledger.value(stay, interest) for interest in ledger.scenario.interests),
        "cost": sum(posting.euro for posting in ledger.postings if posting.stay == stay),
    }


def _personnel(ledger: Ledger, stay: Stay) -> Record:
    """Who is abroad: as the option says, or by the units sent when it is modular."""
    option = ledger.option_of(stay)
    if not option.modular:
        return {"military": option.military, "civil": option.civil, "police": option.police}
    persons: Counter[str] = Counter({category.value: 0 for category in Category})
    for tour in ledger.tours:
        if tour.stay == stay and tour.phase_in(stay.last) is Phase.DEPLOYED:
            unit = ledger.scenario.units[tour.unit]
            persons[unit.category.value] += tour.units * unit.persons
    return dict(persons)


@_table(
    "value",
    "Value by interest",
    "Points = weight x score x effectiveness x share of the option x months, added up over the stays of a mission.",
    MISSION,
    REGION,
    Column("interest", "Interest."),
    Column("weight", "Its weight."),
    Column("score", "How much the mission serves it, 0 to 1."),
    Column("value", "Points that the plan gets for it.", "points"),
)
def _value(ledger: Ledger) -> Iterator[Record]:
    for mission in sorted({c.stay.mission for c in ledger.contributions}):
        for interest, row in ledger.scenario.interests.items():
            stays = [c.stay for c in ledger.contributions if c.stay.mission == mission]
            yield {
                "mission": mission,
                "region": ledger.scenario.missions[mission].region,
                "interest": interest,
                "weight": row.weight,
                "score": ledger.scenario.score(mission, interest),
                "value": sum(ledger.value(stay, interest) for stay in stays),
            }


@_table(
    "cost",
    "Cost per fund",
    "What each contribution takes from each fund in each year.",
    MISSION,
    Column("option", "Option."),
    FUND,
    YEAR,
    Column("cost", "Money.", "EUR"),
)
def _cost(ledger: Ledger) -> Iterator[Record]:
    money: dict[tuple[Stay, str, int], float] = defaultdict(float)
    for posting in ledger.postings:
        money[posting.stay, posting.fund, posting.year] += posting.euro
    for (stay, fund, year), euro in money.items():
        yield {"mission": stay.mission, "option": stay.option, "fund": fund, "year": year, "cost": euro}


@_table(
    "unit_use",
    "Unit use",
    "Where every unit is, month by month. Idle units include the reserve.",
    UNIT,
    MONTH,
    Column("supply", "Units that exist.", "units"),
    Column("reserve", "Units deliberately kept free.", "units"),
    Column("preparing", "Units preparing for a tour.", "units"),
    Column("deployed", "Units abroad.", "units"),
    Column("recovering", "Units recovering from a tour.", "units"),
    Column("idle", "Units that are free.", "units"),
)
def _unit_use(ledger: Ledger) -> Iterator[Record]:
    for unit in ledger.scenario.units:
        for month in ledger.scenario.horizon:
            phases = ledger.use.get((unit, month), Counter())
            yield {
                "unit": unit,
                "month": str(month),
                "supply": ledger.scenario.supply(unit, month),
                "reserve": ledger.scenario.reserve(unit, month),
                **{phase.value: phases.get(phase, 0) for phase in Phase},
                "idle": ledger.idle(unit, month),
            }


@_table(
    "rotation",
    "Rotation",
    "Every tour: who prepares when, goes when, comes back when and has recovered when.",
    MISSION,
    Column("option", "Option."),
    Column("capability", "What the units provide."),
    UNIT,
    Column("units", "Units on this tour.", "units"),
    Column("persons", "Persons on this tour.", "persons"),
    Column("prepares_from", "First month of preparation."),
    Column("start", "First month abroad; before the plan for a tour that ran when it started."),
    Column("end", "Last month abroad."),
    Column("recovered_after", "Last month of recovery."),
)
def _rotation(ledger: Ledger) -> Iterator[Record]:
    for tour in ledger.tours:
        yield {
            "mission": tour.stay.mission,
            "option": tour.stay.option,
            "capability": tour.capability,
            "unit": tour.unit,
            "units": tour.units,
            "persons": tour.units * ledger.scenario.units[tour.unit].persons,
            "prepares_from": str(tour.prepares_from),
            "start": str(tour.first),
            "end": str(tour.last),
            "recovered_after": str(tour.recovers_until),
        }


@_table(
    "shortages",
    "Shortages",
    "Units too few, by unit type and month, in a plan that may fall short: as few as can be, as they are priced.",
    UNIT,
    NAME,
    MONTH,
    Column("short", "Units too few: for what is planned, and for readiness where no shortfall is allowed.", "units"),
    Column("price", "Price of one unit short for one month, beside other unit types."),
    applies=lambda ledger: ledger.scenario.shortage_allowed,
)
def _shortages(ledger: Ledger) -> Iterator[Record]:
    for unit, kind in ledger.scenario.units.items():
        for month in ledger.scenario.horizon:
            if short := ledger.shortage(unit, month):
                yield {
                    "unit": unit,
                    "name": kind.name,
                    "month": str(month),
                    "short": short,
                    "price": kind.shortage_price,
                }


@_table(
    "readiness",
    "Readiness",
    "Units that could be ready within the notice of a tier, against the commitment.",
    UNIT,
    Column("tier", "Readiness tier."),
    Column("notice_days", "Notice of the tier.", "days"),
    MONTH,
    Column("commitment", "Units that must be ready, those of faster tiers included.", "units"),
    Column("ready", "Units that could be.", "units"),
    Column("margin", "Ready less commitment; below 0 is a shortfall.", "units"),
    Column("shortfall", "Units short.", "units"),
)
def _readiness(ledger: Ledger) -> Iterator[Record]:
    for (unit, tier, month), commitment in ledger.scenario.commitments.items():
        ready = ledger.ready(unit, tier, month)
        yield {
            "unit": unit,
            "tier": tier,
            "notice_days": ledger.scenario.tiers[tier].notice_days,
            "month": str(month),
            "commitment": commitment,
            "ready": ready,
            "margin": ready - commitment,
            "shortfall": max(0, commitment - ready),
        }


@_table(
    "rules",
    "Rules",
    "Every rule of the Rules and Pairs sheets that is switched on, in each period. A priced rule that is broken costs "
    "points; a synergy brings them. Both are part of the plan's value.",
    Column("rule", "Rule."),
    Column("sentence", "What it says."),
    Column("force", "hard or priced."),
    Column("first_month", "First month of the period."),
    Column("last_month", "Last month of the period."),
    Column("limit", "at least, at most, exactly; or how one mission hangs on another."),
    Column("required", "Amount asked for; money in EUR million."),
    Column("counted", "What the plan has; money in EUR million."),
    Column("breach", "By how much it is broken; 0 when it is kept."),
    Column("points", "Points that the plan gets for it; below 0 for a breach.", "points"),
)
def _rules(ledger: Ledger) -> Iterator[Record]:
    for count in ledger.rule_counts:
        yield {
            "rule": count.rule,
            "sentence": count.sentence,
            "force": "hard" if count.hard else "priced",
            "first_month": str(count.first),
            "last_month": str(count.last),
            "limit": str(count.limit),
            "required": count.required,
            "counted": count.counted,
            "breach": count.breach,
            "points": count.points,
        }


@_table(
    "money",
    "Money",
    "What each fund pays in each year, against its budget.",
    FUND,
    YEAR,
    Column("budget", "Budget for the months within the plan.", "EUR"),
    Column("reserve", "Deliberately kept free.", "EUR"),
    Column("spent", "Spent by the plan.", "EUR"),
    Column("left", "Budget less reserve less spent.", "EUR"),
)
def _money(ledger: Ledger) -> Iterator[Record]:
    for fund in ledger.scenario.fund_names:
        for year in ledger.scenario.years:
            row = ledger.scenario.funds.get((fund, year))
            budget, reserve = (row.budget, row.reserve) if row else (0.0, 0.0)
            spent = ledger.spent(fund, year)
            yield {
                "fund": fund,
                "year": year,
                "budget": budget,
                "reserve": reserve,
                "spent": spent,
                "left": budget - reserve - spent,
            }


@_table(
    "persons",
    "Persons deployed",
    "Persons abroad per calendar year. Deployed counts every relief, so it is more than the posts.",
    MISSION,
    REGION,
    YEAR,
    Column("posts", "Most persons abroad at a time.", "persons"),
    Column("average", "Persons abroad on average over the year's months within the plan.", "persons"),
    Column("deployed", "Persons abroad at any time in the year, every relief counted.", "persons"),
)
def _persons(ledger: Ledger) -> Iterator[Record]:
    for mission in sorted({c.stay.mission for c in ledger.contributions}):
        for year in ledger.scenario.years:
            planned = [month for month in ledger.scenario.horizon if month.year == year]
            abroad = [_abroad(ledger, mission, month) for month in planned]
            yield {
                "mission": mission,
                "region": ledger.scenario.missions[mission].region,
                "year": year,
                "posts": max(abroad),
                "average": sum(abroad) / len(abroad),
                "deployed": ledger.persons_deployed(mission, planned[0], planned[-1]),
            }


def _abroad(ledger: Ledger, mission: str, month: Month) -> int:
    return sum(
        ledger.persons(c.stay)
        for c in ledger.contributions
        if c.stay.mission == mission and c.stay.first <= month <= c.stay.last
    )


@_table(
    "deployed_check",
    "Deployed against reported",
    "Posts and persons deployed in twelve months as reported, the tour length that would explain the two, and the "
    "tour lengths of this plan with what they come to. Posts that no longer ran when the plan starts had gone home "
    "and count once; the others are relieved at the end of every tour. Reported months lie before the plan: the "
    "plan's own count is for the same months one year later.",
    MISSION,
    Column("reported_from", "First month reported on."),
    Column("reported_until", "Last month reported on."),
    Column("framework", "Posts of the national framework.", "persons"),
    Column("relieved", "Posts among them that are relieved: those that still ran when the plan starts.", "persons"),
    Column("reported", "Persons deployed, as reported.", "persons"),
    Column(
        "explaining_tour", "Tour length at which framework + relieved x months / tour is what was reported.", "months"
    ),
    Column("tour", "Tour length of the relieved posts in this workbook, weighted by persons.", "months"),
    Column(
        "expected",
        "Framework + relieved x months / tour, unit type by unit type, with this workbook's tours.",
        "persons",
    ),
    Column("planned", "Persons deployed by the plan in the same months one year later.", "persons"),
    Column("explanation", "What explains the difference, from the Basis sheet."),
)
def _deployed_check(ledger: Ledger) -> Iterator[Record]:
    index = BasisIndex(ledger.scenario.book)
    for mission, row in ledger.scenario.reported.items():
        window = row.last_month - row.first_month + 1
        posts = _posts_by_tour(ledger, mission)
        persons = sum(posts.values())
        relieved = min(row.framework, persons)
        scale = relieved / persons if persons else 0.0
        extra = row.deployed - row.framework
        basis = index.of(row.sheet, row.row_key(), "deployed")
        yield {
            "mission": mission,
            "reported_from": str(row.first_month),
            "reported_until": str(row.last_month),
            "framework": row.framework,
            "relieved": relieved,
            "reported": row.deployed,
            "explaining_tour": window * relieved / extra if extra > 0 else None,
            "tour": sum(tour * number for tour, number in posts.items()) / persons if persons else None,
            "expected": row.framework + scale * sum(number * window / tour for tour, number in posts.items()),
            "planned": ledger.persons_deployed(mission, row.first_month + 12, row.last_month + 12),
            "explanation": basis.why if basis else "",
        }


def _posts_by_tour(ledger: Ledger, mission: str) -> Counter[int]:
    """Persons by tour length: of the option that runs when the plan starts, or else of the largest."""
    running = ledger.scenario.missions[mission].running_option
    options = [o for o in ledger.scenario.options_of(mission) if running in (None, o.option)]
    posts: Counter[int] = Counter()
    if options:
        option = max(options, key=lambda option: option.persons)
        for requirement in ledger.scenario.requirements_of(mission, option.option):
            provider = ledger.scenario.providers(requirement.capability)[0]
            number = -(-requirement.quantity // provider.provides)
            tour = ledger.scenario.tour_months(requirement, provider.unit)
            posts[tour] += ledger.scenario.units[provider.unit].persons * number
    return posts


@_table(
    "assumptions",
    "What is assumed",
    "Every number that no document gives, with the range in which it may lie. No conclusion is firmer than these.",
    Column("sheet", "Sheet of the workbook."),
    Column("row", "Key of the row."),
    Column("column", "Column."),
    Column("value", "Value taken."),
    Column("unit", "Its unit."),
    Column("low", "Lowest plausible value."),
    Column("high", "Highest plausible value."),
    Column("why", "Why this value."),
)
def _assumptions(ledger: Ledger) -> Iterator[Record]:
    for figure in figures_of(ledger.scenario.book):
        if figure.basis is not None and figure.basis.basis is BasisKind.ASSUMED:
            yield {
                "sheet": figure.sheet,
                "row": figure.key,
                "column": figure.column,
                "value": figure.value,
                "unit": figure.unit,
                "low": figure.basis.low,
                "high": figure.basis.high,
                "why": figure.basis.why,
            }
