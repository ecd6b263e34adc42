"""The reviewable tables: read, and checked line by line before anything is made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from inzet.errors import InputError, Issue, Severity, did_you_mean

Record = dict[str, str]
"""A line of a table: its cells by column, and its line number in the file as ``line``."""

LINE = "line"


@dataclass(frozen=True)
class Spec:
    """What a table looks like.

    Attributes:
        columns: its columns, in order.
        key: the columns that together occur once; none where the workbook itself holds that against its own key.
        filled: the columns that may not be empty; those of the key may not either.
        refs: ``table.column`` that the values of a column must occur in; empty cells are let through.
        choices: the words that a column allows.
        numbers: the columns that hold numbers; empty cells are let through.
    """

    columns: tuple[str, ...]
    key: tuple[str, ...]
    filled: tuple[str, ...] = ()
    refs: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: tuple[str, ...] = ()


def _columns(text: str) -> tuple[str, ...]:
    return tuple(text.split(","))


_BASIS = ("", "documented", "derived", "assumed")
_LEVELS = "score_rule.level"
_MISSION = {"mission": "contributions.mission"}

SPECS: dict[str, Spec] = {
    "contributions": Spec(
        _columns(
            "mission,name,organisation,country,region,section,status,circa,modular,art100,description,source,place,quote"
        ),
        ("mission",),
    ),
    "facts": Spec(
        _columns("mission,attribute,value,used,source,place,quote,note"),
        ("mission", "attribute", "value", "source", "place", "quote"),
        refs=_MISSION,
    ),
    "links": Spec(
        _columns("mission,interest,link,source,place,quote"),
        ("mission", "interest"),
        refs={**_MISSION, "interest": "interests.link", "link": _LEVELS},
    ),
    "region_links": Spec(
        _columns("region,interest,source,place,quote"),
        ("region", "interest", "source", "place", "quote"),
        refs={"region": "contributions.region", "interest": "interests.link"},
    ),
    "money": Spec(_columns("item,amount_eur,year,meaning,source,place,quote"), ("item", "source", "place", "quote")),
    "readiness_facts": Spec(_columns("item,value,unit,source,place,quote"), ("item", "source")),
    "settings": Spec(_columns("setting,value,basis,source,place,quote,why"), ("setting",), choices={"basis": _BASIS}),
    "goals": Spec(_columns("goal,rank,source,place,quote,why"), ("goal",), numbers=("rank",)),
    "interests": Spec(_columns("interest,link,name,source,place,quote"), ("interest",), ("link", "name")),
    "organisation_links": Spec(
        _columns("organisation,interest,link,source,place,quote"),
        ("organisation", "interest"),
        ("quote",),
        {"organisation": "contributions.organisation", "interest": "interests.link", "link": _LEVELS},
    ),
    "task_links": Spec(
        _columns("organisation,region,interest,link,source,place,quote"),
        ("organisation", "region", "interest"),
        ("quote",),
        {
            "organisation": "contributions.organisation",
            "region": "contributions.region",
            "interest": "interests.link",
            "link": _LEVELS,
        },
    ),
    "score_rule": Spec(
        _columns("level,score,low,high,meaning"),
        ("level",),
        ("score", "low", "high", "meaning"),
        numbers=("score", "low", "high"),
    ),
    "size_classes": Spec(
        _columns("class,persons_from,effectiveness,low,high,meaning"),
        ("class",),
        ("persons_from", "effectiveness", "low", "high", "meaning"),
        numbers=("persons_from", "effectiveness", "low", "high"),
    ),
    "units": Spec(
        _columns("unit,name,category,post,persons_mission,persons_fact,why"),
        ("unit",),
        ("name", "category", "post"),
        {"persons_mission": "contributions.mission"},
        {"category": ("military", "civil", "police"), "post": ("yes", "no")},
    ),
    "capabilities": Spec(
        _columns("capability,unit,source,place,quote,why"), ("capability", "unit"), refs={"unit": "units.unit"}
    ),
    "missions": Spec(
        _columns(
            "mission,running_option,running_since,mandated,renewal_assumed,first_month,last_month,max_stays,"
            "source,place,quote,why"
        ),
        ("mission",),
        refs={**_MISSION, "running_option": "options.option"},
        choices={"mandated": ("", "yes"), "renewal_assumed": ("", "yes")},
        numbers=("max_stays",),
    ),
    "not_planned": Spec(_columns("mission,why"), ("mission",), ("why",), _MISSION),
    "options": Spec(
        _columns(
            "mission,option,name,persons_fact,first_month,last_month,min_months,max_months,source,place,quote,why"
        ),
        ("mission", "option"),
        ("name",),
        {"mission": "missions.mission"},
        numbers=("min_months", "max_months"),
    ),
    "requirements": Spec(
        _columns("mission,option,capability,quantity,tour_months,basis,source,place,quote,why"),
        ("mission", "option", "capability"),
        ("basis",),
        {"mission": "missions.mission", "option": "options.option", "capability": "capabilities.capability"},
        {"basis": _BASIS[1:]},
        ("tour_months",),
    ),
    "reported": Spec(_columns("mission,why"), ("mission",), ("why",), {"mission": "missions.mission"}),
    "funds": Spec(
        _columns("fund,name,money_item,source,place,quote,why"), ("fund",), refs={"money_item": "money.item"}
    ),
    "payers": Spec(
        _columns("status,category,fund,source,place,quote,why"),
        ("category", "fund"),
        refs={"fund": "funds.fund", "status": "contributions.status"},
    ),
    "scenarios": Spec(
        _columns("scenario,about,row,column,how,value,why"), ("scenario", "about", "row", "column"), ("how", "why")
    ),
    "priorities": Spec(
        _columns("priority,interest,goal,weight,rank,why"),
        (),
        ("priority", "why"),
        {"interest": "interests.interest", "goal": "goals.goal"},
        numbers=("weight", "rank"),
    ),
    "region_distance": Spec(
        _columns("region,distance,source,place,quote,why"),
        ("region",),
        ("distance", "quote", "why"),
        {"region": "contributions.region"},
        {"distance": ("near", "far")},
    ),
    "tags": Spec(
        _columns("tag,section,status,modular,lead_nation,category,capability,interest,why"),
        (),
        ("tag", "why"),
        {
            "section": "contributions.section",
            "status": "contributions.status",
            "category": "units.category",
            "capability": "capabilities.capability",
            "interest": "interests.interest",
        },
    ),
    "groups": Spec(
        _columns("group,mission,region,organisation,tag,distance,size,length,why"),
        (),
        ("group",),
        {
            "mission": "missions.mission",
            "region": "contributions.region",
            "organisation": "contributions.organisation",
            "tag": "tags.tag",
        },
    ),
    "planning_rules": Spec(
        _columns(
            "rule,sentence,kind,active,group,limit,amount,amount_basis,measure,share_of,first_month,last_month,"
            "every,every_basis,force,documented_rule,source,place,quote,why"
        ),
        ("rule",),
        ("sentence", "kind", "group", "limit", "measure", "force", "documented_rule", "quote"),
        {"group": "groups.group", "share_of": "groups.group"},
        {"amount_basis": _BASIS, "every_basis": _BASIS, "active": ("", "no")},
        ("amount",),
    ),
    "pairs": Spec(
        _columns(
            "pair,sentence,active,mission,option,tie,other,other_option,force,documented_rule,source,place,quote,why"
        ),
        ("pair",),
        ("sentence", "tie", "force", "documented_rule", "quote"),
        {
            "mission": "missions.mission",
            "other": "missions.mission",
            "option": "options.option",
            "other_option": "options.option",
        },
        {"active": ("", "no")},
    ),
    "assumptions": Spec(_columns("sheet,row,column,value,low,high,why"), ("sheet", "row", "column"), ("value", "why")),
}


@dataclass(frozen=True)
class Tables:
    """All tables, as they stand in the files.

    Attributes:
        records: the lines by table, in the order of the file.
    """

    records: Mapping[str, tuple[Record, ...]]

    def __getitem__(self, table: str) -> tuple[Record, ...]:
        return self.records[table]

    def find(self, table: str, **values: str) -> Record | None:
        """The first line with these values; None when there is none."""
        return next(self.all(table, **values), None)

    def all(self, table: str, **values: str) -> Iterator[Record]:
        """Every line with these values, in the order of the file."""
        wanted = values.items()
        return (record for record in self.records[table] if all(record[name] == value for name, value in wanted))


def load_tables(data_dir: Path) -> Tables:
    """Read and check every table.

    Raises:
        InputError: with every problem found, each with its file and line.
    """
    issues: list[Issue] = []
    tables: dict[str, tuple[Record, ...]] = {}
    for name, spec in SPECS.items():
        frame = _read(data_dir, name, spec, issues)
        tables[name] = tuple({str(k): str(v) for k, v in row.items()} for row in frame.to_dict("records"))
    if not issues:
        for name, spec in SPECS.items():
            issues += _check(name, spec, tables)
    if issues:
        raise InputError(issues)
    return Tables(tables)


def table_issue(table: str, record: Record, column: str, rule: str, message: str, fix: str) -> Issue:
    """A problem with one cell of a table, with its file and line."""
    value = record.get(column, "")
    return Issue(Severity.ERROR, f"{table}.csv", f"line {record.get(LINE, '?')}", value, rule, message, fix)


def table_error(table: str, record: Record, column: str, rule: str, message: str, fix: str) -> InputError:
    """The same as an exception."""
    return InputError([table_issue(table, record, column, rule, message, fix)])


def _read(data_dir: Path, name: str, spec: Spec, issues: list[Issue]) -> pd.DataFrame:
    path = data_dir / f"{name}.csv"
    empty = pd.DataFrame(columns=[*spec.columns, LINE])
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except (OSError, ValueError) as error:
        issues.append(
            Issue(
                Severity.ERROR, path.name, "", "", "a table can be read", str(error), f"Put {path.name} in {data_dir}."
            )
        )
        return empty
    if tuple(frame.columns) != spec.columns:
        found, expected = ", ".join(map(str, frame.columns)), ", ".join(spec.columns)
        issues.append(
            Issue(
                Severity.ERROR,
                path.name,
                "line 1",
                found,
                "a table has its columns",
                f"its columns should be {expected}",
                "Correct the first line.",
            )
        )
        return empty
    return frame.assign(**{LINE: [str(number) for number in range(2, len(frame) + 2)]})


def _check(name: str, spec: Spec, tables: Mapping[str, tuple[Record, ...]]) -> Iterator[Issue]:
    yield from _check_keys(name, spec, tables[name])
    for record in tables[name]:
        yield from _check_cells(name, spec, record)
        for column, ref in spec.refs.items():
            other, other_column = ref.split(".")
            known = {line[other_column] for line in tables[other]}
            if record[column] and record[column] not in known:
                yield table_issue(
                    name,
                    record,
                    column,
                    f"{column} occurs in {ref}",
                    f"{record[column]!r} is not in {other}.csv.{did_you_mean(record[column], known)}",
                    f"Correct it, or add it to {other}.csv.",
                )


def _check_keys(name: str, spec: Spec, records: tuple[Record, ...]) -> Iterator[Issue]:
    seen: dict[tuple[str, ...], str] = {}
    for record in records if spec.key else ():
        key = tuple(record[column] for column in spec.key)
        if key in seen:
            yield table_issue(
                name,
                record,
                spec.key[0],
                f"{', '.join(spec.key)} occurs once",
                f"{' / '.join(key)} is also in line {seen[key]}",
                "Drop one of the two.",
            )
        seen.setdefault(key, record[LINE])


def _check_cells(name: str, spec: Spec, record: Record) -> Iterator[Issue]:
    for column in (*spec.key, *spec.filled):
        if not record[column]:
            yield table_issue(name, record, column, "a cell is filled", f"{column} is empty", "Fill it in.")
    for column, words in spec.choices.items():
        if record[column] not in words:
            allowed = ", ".join(word or "(empty)" for word in words)
            yield table_issue(
                name,
                record,
                column,
                "a cell holds an allowed word",
                f"{column} is {record[column]!r}",
                f"Write {allowed}.",
            )
    for column in spec.numbers:
        if record[column] and not _is_number(record[column]):
            yield table_issue(
                name, record, column, "a cell holds a number", f"{record[column]!r} is no number", "Write a number."
            )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
