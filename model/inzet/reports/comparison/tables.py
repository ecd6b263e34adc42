"""A comparison as tables: what its workbook, its page, its figures and its CSV files are all made from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import pandas as pd

from inzet.analyses.compare import Comparison, Course, persons_abroad, shortfalls
from inzet.analyses.library import Kind
from inzet.analyses.regret import Regret
from inzet.plan.tables import Column, Table
from inzet.reports.words import MILLION
from inzet.schema.rows import GoalName

EUR, POINTS, PERSONS, UNIT_MONTHS = "EUR", "points", "persons", "unit-months"

NO_PLAN = "no plan"

Records = Iterator[Sequence[object]]


def comparison_tables(found: Comparison) -> Mapping[str, Table]:
    """Every table of a comparison, by name, in the order of the sheets."""
    makers = (courses, decisions, input_table, value, bridges, regrets, worlds, readiness, money, persons, moved)
    return {table.name: table for table in (make(found) for make in makers)}


def _table(name: str, title: str, note: str, columns: Sequence[Column], records: Records) -> Table:
    frame = pd.DataFrame([list(record) for record in records], columns=[column.name for column in columns])
    return Table(name, title, note, tuple(columns), frame)


def _of_courses(found: Comparison, unit: str = "") -> list[Column]:
    """A column per course."""
    return [Column(course.name, course.why or "The workbook as it stands.", unit) for course in found.courses]


def _across(found: Comparison, get: Callable[[Course], object]) -> list[object]:
    """One value per course; None for a course without a plan."""
    return [get(course) if course.has_plan else None for course in found.courses]


def courses(found: Comparison) -> Table:
    """Courses of action: options as columns, criteria as rows."""
    return _table(
        "courses",
        "Courses of action",
        "A column per option, a row per criterion. Points of different options compare only in the row that values "
        "every plan under the priorities of the first.",
        [
            Column("criterion", "What is looked at."),
            Column("in", "Unit of the numbers; empty for words."),
            *_of_courses(found),
        ],
        _criteria(found),
    )


def _criteria(found: Comparison) -> Records:
    first = found.first
    yield "outcome", "", *(course.status for course in found.courses)
    yield "why no plan, or no proof", "", *(course.message for course in found.courses)
    yield "gap: how far from the best at most", "share", *_across(found, lambda c: c.gap)
    yield "value, under its own priorities", POINTS, *_across(found, lambda c: c.value)
    if first.has_plan:
        yield (
            f"value, under the priorities of {first.name}",
            POINTS,
            *_across(found, lambda c: found.regrets[c.name, first.name].value),
        )
        yield f"the same against {first.name}", POINTS, *_across(found, lambda c: _against_first(found, c))
        yield (
            f"holds in the world of {first.name}",
            "",
            *_across(found, lambda c: "yes" if found.regrets[c.name, first.name].holds else "no"),
        )
    yield "short of readiness", UNIT_MONTHS, *_across(found, lambda c: round(c.ledger.goals[GoalName.READINESS]))
    yield "missions in", "missions", *_across(found, lambda c: len(c.presences))
    for kind, words in _CHANGE_ROWS.items():
        yield words, "missions", *_across(found, lambda c, k=kind: _count(found, c, k))  # type: ignore[misc]
    yield "persons abroad, on average", PERSONS, *_across(found, lambda c: _mean(persons_abroad(c.ledger).values()))
    yield "persons abroad, at most", PERSONS, *_across(found, lambda c: max(persons_abroad(c.ledger).values()))
    yield "cost", "EUR million", *_across(found, lambda c: sum(p.euro for p in c.ledger.postings) / MILLION)
    yield (
        "units elsewhere than in the first",
        UNIT_MONTHS,
        *_across(found, lambda c: sum(move.unit_months for move in found.moves(c))),
    )
    yield "other worlds in which its plan holds", "options", *_across(found, lambda c: len(_holding(found, c)))
    yield "most points it loses there", POINTS, *_across(found, lambda c: most_lost(_holding(found, c)))
    yield (
        "of these, worse in a goal before value",
        "options",
        *_across(found, lambda c: sum(regret.goal not in ("", GoalName.VALUE) for regret in _holding(found, c))),
    )


_CHANGE_ROWS = {
    Kind.IN: "come in",
    Kind.OUT: "go out",
    Kind.OPTION: "take another option",
    Kind.LONGER: "last longer",
    Kind.SHORTER: "last shorter",
    Kind.MOVED: "are at another time",
    Kind.SIZE: "have another size",
}


def _against_first(found: Comparison, course: Course) -> object:
    """Points more or fewer than the first; in words where another goal comes before them, or there is nothing in it."""
    regret = found.regrets[course.name, found.first.name]
    if regret.goal in ("", GoalName.VALUE):
        return "tie" if regret.tie else -regret.loss
    return f"{-regret.loss:+,.1f}, but {regret.goal} {regret.amount:+,.0f}"


def _count(found: Comparison, course: Course, kind: Kind) -> object:
    return sum(change.kind is kind for change in found.changes(course).values()) if found.first.has_plan else None


def _mean(numbers: Iterable[int]) -> float:
    values = list(numbers)
    return sum(values) / len(values)


def _holding(found: Comparison, course: Course) -> list[Regret]:
    """What the plan of a course loses in each other world in which it holds."""
    others = (found.regrets[course.name, world.name] for world in found.planned if world is not course)
    return [regret for regret in others if regret.holds]


def most_lost(regrets: Sequence[Regret]) -> float | None:
    """The most points lost; 0 when none are, None when there is no world to lose them in."""
    return max((max(regret.loss, 0.0) for regret in regrets), default=None)


def decisions(found: Comparison) -> Table:
    """What every mission does in every option; what changes against the first is marked."""
    names = {m: course.scenario.missions[m].name for course in found.courses if course.scenario
             for m in course.scenario.missions}  # fmt: skip
    order = sorted(found.missions, key=lambda mission: (_change_count(found, mission) == 0, mission))
    return _table(
        "decisions",
        "Decisions",
        "A row per mission: option, first and last month. In brackets what changes against the first option. Missions "
        "that change somewhere come first.",
        [Column("mission", "Mission."), Column("name", "Its name."), *_of_courses(found)],
        ((mission, names[mission], *(decision_words(found, c, mission) for c in found.courses)) for mission in order),
    )


def _change_count(found: Comparison, mission: str) -> int:
    return sum(mission in found.changes(course) for course in found.planned)


def decision_words(found: Comparison, course: Course, mission: str) -> str:
    """The contributions of a mission in a course, with the mark of what changes."""
    if not course.has_plan:
        return NO_PLAN
    words = " + ".join(str(presence) for presence in course.presences.get(mission, ()))
    change = found.changes(course).get(mission)
    if course.scenario is not None and mission not in course.scenario.missions:
        words = "not in this option"
    return f"{words or '-'} [{change.kind}]" if change else words or "-"


def input_table(found: Comparison) -> Table:
    """What differs in the input."""
    first = found.first.name
    return _table(
        "input",
        "Input differences",
        f"Only the values of the workbook that are other than in {first}, option by option; * is a row as a whole.",
        [
            Column("option", "Option."),
            Column("sheet", "Sheet of the workbook."),
            Column("row", "Key of the row."),
            Column("column", "Its column; * for the row as a whole."),
            Column("first", f"Value in {first}; empty for an empty cell."),
            Column("here", "Value in this option; empty for an empty cell."),
        ],
        (
            (course.name, d.sheet, d.row, d.column, d.values[0], d.values[place])
            for place, course in enumerate(found.courses)
            for d in found.input
            if d.values[place] != d.values[0] and course.scenario is not None
        ),
    )


def value(found: Comparison) -> Table:
    """Points per interest, and what is added or taken beside them."""
    return _table(
        "value",
        "Value",
        "Points per interest under the option's own weights and scores; early ends and rules take from them or add to "
        "them.",
        [Column("interest", "Interest."), Column("name", "Its name."), *_of_courses(found, POINTS)],
        _values(found),
    )


def _values(found: Comparison) -> Records:
    names = {i: row.name for c in found.courses if c.scenario for i, row in c.scenario.interests.items()}
    for interest, name in sorted(names.items()):
        yield interest, name, *_across(found, lambda c, i=interest: _interest(c, i))  # type: ignore[misc]
    yield (
        "early ends",
        "",
        *_across(found, lambda c: 0.0 - sum(c.ledger.early_end(x.stay) for x in c.ledger.contributions)),
    )
    yield "rules", "over groups and pairs", *_across(found, lambda c: sum(r.points for r in c.ledger.rule_counts))
    yield "total", "", *_across(found, lambda c: c.value)


def _interest(course: Course, interest: str) -> float:
    ledger = course.ledger
    if interest not in ledger.scenario.interests:
        return 0.0
    return float(sum(ledger.value(c.stay, interest) for c in ledger.contributions))


def bridges(found: Comparison) -> Table:
    """How the value of one plan becomes that of another, step by step."""
    return _table(
        "bridge",
        "Bridge",
        "From each option to the next, then from the first to the others. The old plan is first valued under the new "
        "weights, scores and shares; then missions add and take. The steps add up to the difference.",
        [
            Column("from", "Option that the bridge starts from."),
            Column("to", "Option that it leads to."),
            Column("step", "A mission, or what else adds or takes points; start and end are the values of the plans."),
            Column("value", "What it adds; below 0 when it takes.", POINTS),
        ],
        _steps(found),
    )


def _steps(found: Comparison) -> Records:
    for bridge in found.bridges:
        yield bridge.before, bridge.after, "start", bridge.start
        for step in bridge.steps:
            yield bridge.before, bridge.after, step.what, step.points
        yield bridge.before, bridge.after, "end", bridge.end


def regrets(found: Comparison) -> Table:
    """What each plan loses when another world comes."""
    return _table(
        "regret",
        "Regret",
        "A row per plan, a column per world that may come: points that the plan loses against the best plan of that "
        "world. ! the plan breaks a rule there or falls short, so it cannot be carried out as it is; x some of its "
        "contributions do not exist there and are left out. The sheet Other worlds says what.",
        [Column("plan", "Option whose plan it is."), *_of_courses(found)],
        ((plan.name, *(_cell(found, plan, world) for world in found.courses)) for plan in found.planned),
    )


def _cell(found: Comparison, plan: Course, world: Course) -> str:
    return regret_words(found.regrets[plan.name, world.name]) if world.has_plan else NO_PLAN


def regret_words(regret: Regret) -> str:
    """A loss in a few characters: points, a tie, the goal that decides when it is not value, and the marks."""
    points = "tie" if regret.tie else f"{regret.loss:,.1f}"
    goal = "" if regret.goal in ("", GoalName.VALUE) else f" {regret.goal} {regret.amount:+,.0f}"
    return f"{points}{goal}{regret_marks(regret)}"


def regret_marks(regret: Regret) -> str:
    """The marks of a plan that cannot be carried out as it is."""
    return (" !" if regret.broken else "") + (" x" if regret.unknown else "")


def worlds(found: Comparison) -> Table:
    """The same, pair by pair, with the rules that are broken."""
    return _table(
        "worlds",
        "Other worlds",
        "Every plan in every other world. The loss is the best plan of that world less this plan, both valued there; "
        "below 0 only when this plan breaks a rule there or is worse in a goal that comes first.",
        [
            Column("plan", "Option whose plan it is."),
            Column("world", "Option whose data, rules and priorities count."),
            Column("value", "Points of the plan there.", POINTS),
            Column("best", "Points of the best plan there.", POINTS),
            Column("loss", "The second less the first.", POINTS),
            Column("tie", "yes: as good as the best, as far as its gap can tell."),
            Column("goal", "First goal in order of rank, down to value, in which the two differ."),
            Column("worse_by", "How much worse the plan is in that goal, in its own unit; below 0 when better."),
            Column("holds", "yes: it keeps every rule there."),
            Column("breaks", "Rules that it breaks there, how often, and the worst case."),
            Column("left_out", "Contributions that do not exist there; the plan is valued without them."),
        ],
        _world_rows(found),
    )


def _world_rows(found: Comparison) -> Records:
    for plan in found.planned:
        for world in found.planned:
            if plan is world:
                continue
            regret = found.regrets[plan.name, world.name]
            broken = "; ".join(f"{b.rule} ({b.times}x): {b.example}" for b in regret.broken)
            yield (
                *(plan.name, world.name, regret.value, regret.best, regret.loss, "yes" if regret.tie else "no"),
                *(regret.goal, regret.amount if regret.goal else None, "yes" if regret.holds else "no"),
                *(broken, "; ".join(regret.unknown)),
            )


def readiness(found: Comparison) -> Table:
    """Unit-months short of the readiness commitments."""
    short = {course.name: shortfalls(course.ledger) for course in found.planned}
    keys = sorted({key for counted in short.values() for key, number in counted.items() if number})
    return _table(
        "readiness",
        "Readiness",
        "Unit-months short of the readiness commitments, by unit type and tier; only where an option falls short.",
        [Column("unit", "Unit type."), Column("tier", "Tier."), *_of_courses(found, UNIT_MONTHS)],
        ((*key, *_across(found, lambda c, k=key: short[c.name][k])) for key in keys),  # type: ignore[misc]
    )


def money(found: Comparison) -> Table:
    """Money spent and left, per fund and year."""
    scenarios = [course.ledger.scenario for course in found.planned]
    keys = sorted({(fund, year) for s in scenarios for fund in s.fund_names for year in s.years})
    return _table(
        "money",
        "Money",
        "Per fund and year: what is spent, and what is left of budget less reserve.",
        [
            Column("fund", "Fund."),
            Column("year", "Calendar year; only its months within the plan count."),
            Column("what", "spent or left."),
            *_of_courses(found, EUR),
        ],
        (
            (fund, year, what, *_across(found, lambda c, f=fund, y=year, w=what: _euro(c, f, y, w)))  # type: ignore[misc]
            for fund, year in keys
            for what in ("spent", "left")
        ),
    )


def _euro(course: Course, fund: str, year: int, what: str) -> float:
    spent = course.ledger.spent(fund, year)
    row = course.ledger.scenario.funds.get((fund, year))
    return spent if what == "spent" else (row.budget - row.reserve if row else 0.0) - spent


def persons(found: Comparison) -> Table:
    """Persons abroad, by year."""
    abroad = {course.name: persons_abroad(course.ledger) for course in found.planned}
    years = sorted({month.year for by_month in abroad.values() for month in by_month})

    def of(course: Course, year: int) -> list[int]:
        return [number for month, number in abroad[course.name].items() if month.year == year]

    return _table(
        "persons",
        "Persons",
        "Persons abroad, all missions together, in the months of the year that lie in the plan.",
        [Column("year", "Calendar year."), Column("what", "on average, or at most."), *_of_courses(found, PERSONS)],
        (
            (year, what, *_across(found, lambda c, y=year, s=show: s(of(c, y) or [0])))  # type: ignore[misc]
            for year in years
            for what, show in (("on average", _mean), ("at most", max))
        ),
    )


def moved(found: Comparison) -> Table:
    """Units that are elsewhere than in the first option."""
    return _table(
        "moved",
        "Moved units",
        "Units that are elsewhere than in the first option, month by month, added up. Where a mission has fewer units "
        "of a type and another more in the same month, the one is taken to give to the other, the largest first; units "
        "have no names, so this is a way to read the plans.",
        [
            Column("option", "Option."),
            Column("unit", "Unit type."),
            Column("from", "Mission that has them in the first option."),
            Column("to", "Mission that has them in this option."),
            Column("unit_months", "Units times months.", UNIT_MONTHS),
            Column("first", "First month in which it is so, YYYY-MM."),
            Column("last", "Last month in which it is so, YYYY-MM."),
        ],
        (
            (course.name, m.unit, m.source, m.target, m.unit_months, str(m.first), str(m.last))
            for course in found.courses
            for m in found.moves(course)
        ),
    )
