"""The sheets of the workbook of results, apart from those with the months across.

Each function fills an empty sheet from a table and returns the columns that it wrote.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import pandas as pd

from inzet.plan.ledger import Ledger
from inzet.plan.tables import Column, Table
from inzet.reports.grids import BAD, BAD_INK, EVEN, GONE, GONE_INK, GOOD, ONE, SHARE, TWO, Grid, Head, write_grid
from inzet.reports.words import MILLION

_EUR, _EUR_MILLION = "EUR", "EUR million"
_NARROW = 34
"""Most characters in a line of text on a sheet with many columns."""
_WIDE, _SLIM = 60, 22
"""The same for the words on what is in the way, and for lists of missions beside them."""
_TOTAL = "Total"


def head_of(column: Column, number_format: str = "", **options: int) -> Head:
    """The header of a column of a result table; euro are shown in millions."""
    unit = _EUR_MILLION if column.unit == _EUR else column.unit
    return Head(column.name.replace("_", " "), unit, column.meaning, number_format, **options)


def in_millions(table: Table) -> pd.DataFrame:
    """The rows of a table, with the columns in euro in millions."""
    euro = {column.name: table.frame[column.name] / MILLION for column in table.columns if column.unit == _EUR}
    return table.frame.assign(**euro)


def rows_of(frame: pd.DataFrame) -> list[list[Any]]:
    """The rows of a data frame as plain values; a number that is not known is None."""
    return [[_known(value) for value in row] for row in frame.itertuples(index=False, name=None)]


def _known(value: Any) -> Any:
    return None if isinstance(value, float) and value != value else value


def plain(worksheet: Any, table: Table, _ledger: Ledger) -> Sequence[Head]:
    """A table as it is."""
    mixed = table.name == "assumptions"
    fractions = {c.name for c in table.columns if table.frame[c.name].dtype.kind == "f" and not mixed}
    heads = [head_of(column, ONE if column.name in fractions else "") for column in table.columns]
    write_grid(worksheet, table.title, table.note, Grid(heads, rows_of(in_millions(table))))
    return heads


def decisions(worksheet: Any, table: Table, _ledger: Ledger) -> Sequence[Head]:
    """What is in, then what is out; by region, the earliest first."""
    frame = in_millions(table).sort_values(["decision", "region", "start", "mission"], kind="stable")
    heads = [head_of(column, TWO if column.unit == _EUR else "", widest=_NARROW) for column in table.columns]
    taken = list(frame["decision"] == "in")
    numbers = {index for index, column in enumerate(table.columns) if column.unit}
    rows = rows_of(frame)
    for row, inside in zip(rows, taken, strict=True):
        if not inside:
            row[:] = [None if index in numbers else value for index, value in enumerate(row)]
    total: list[Any] = [frame[c.name].sum() if c.name in ("value", "cost") else None for c in table.columns]
    total[0] = _TOTAL

    def colour(number: int) -> tuple[str, str]:
        return (GOOD, "000000") if taken[number] else (GONE, GONE_INK)

    write_grid(worksheet, table.title, table.note, Grid(heads, rows, total, colour, frozen=2))
    return heads


def margins(worksheet: Any, table: Table, _ledger: Ledger) -> Sequence[Head]:
    """Every decision, from firm to fragile; the cells stand in the words on what is in the way."""
    columns = [column for column in table.columns if column.name != "cells"]
    widest = {"stands_in_the_way": _WIDE, "displaced": _SLIM, "admitted": _SLIM, "shifted": _SLIM}
    heads = [
        head_of(column, ONE if column.name == "margin" else "", widest=widest.get(column.name, _NARROW))
        for column in columns
    ]
    tie, taken = table.frame["firmness"] == "tie", table.frame["decision"] == "in"

    def colour(number: int) -> tuple[str, str]:
        return (EVEN if tie[number] else GOOD if taken[number] else GONE), "000000"

    rows = rows_of(table.frame[[column.name for column in columns]])
    write_grid(worksheet, table.title, table.note, Grid(heads, rows, (), colour))
    return heads


def value(worksheet: Any, table: Table, ledger: Ledger) -> Sequence[Head]:
    """A row per mission, a column per interest, with totals; the most valuable mission first."""
    interests = ledger.scenario.interests
    matrix = table.frame.pivot_table(index="mission", columns="interest", values="value", aggfunc="sum")
    matrix = matrix.reindex(columns=list(interests), fill_value=0.0)
    sums = matrix.sum(axis=1)
    missions = {name: ledger.scenario.missions[name] for name in sorted(matrix.index, key=lambda m: (-sums[m], m))}
    heads = [
        Head("mission", meaning="Mission."),
        Head("name", meaning="Its name."),
        Head("region", meaning="Its region."),
        *(Head(name, "points", f"{row.name}; weight {row.weight:g}.") for name, row in interests.items()),
        Head("total", "points", "All interests together."),
    ]
    rows = [[name, m.name, m.region, *matrix.loc[name].tolist(), sums[name]] for name, m in missions.items()]
    total = [_TOTAL, None, None, *matrix.sum().tolist(), sums.sum()]
    write_grid(worksheet, table.title, table.note, Grid(heads, rows, total, frozen=2))
    return heads


def money(worksheet: Any, table: Table, _ledger: Ledger) -> Sequence[Head]:
    """A row per fund and year; red where more is spent than the fund has."""
    frame = in_millions(table)
    share = Head("used", "%", "Spent as a share of budget less reserve.", SHARE)
    heads = [*(head_of(column) for column in table.columns), share]
    sums = {name: float(frame[name].sum()) for name in ("budget", "reserve", "spent", "left")}
    rows = [[*row, _used(*row[2:5])] for row in rows_of(frame)]
    total = [_TOTAL, None, *sums.values(), _used(sums["budget"], sums["reserve"], sums["spent"])]
    over = [left < -1e-6 for left in frame["left"]]

    def colour(number: int) -> tuple[str, str] | None:
        return (BAD, BAD_INK) if over[number] else None

    write_grid(worksheet, table.title, table.note, Grid(heads, rows, total, colour, frozen=2))
    return heads


def _used(budget: float, reserve: float, spent: float) -> float | None:
    return spent / (budget - reserve) if budget > reserve else None


def cost(worksheet: Any, table: Table, ledger: Ledger) -> Sequence[Head]:
    """A row per mission and option, a column per fund and year, with totals; the dearest first."""
    frame = in_millions(table)
    keys = [(fund, year) for fund in ledger.scenario.fund_names for year in ledger.scenario.years]
    cells: dict[tuple[str, str, str, int], float] = defaultdict(float)
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for mission, option, fund, year, paid in frame.itertuples(index=False, name=None):
        cells[mission, option, fund, year] += paid
        sums[mission, option] += paid
    heads = [
        Head("mission", meaning="Mission."),
        Head("option", meaning="Option."),
        *(Head(f"{fund} {year}", _EUR_MILLION, f"Paid by {fund} in {year}.", TWO) for fund, year in keys),
        Head("total", _EUR_MILLION, "All funds and years together.", TWO),
    ]
    rows: list[list[Any]] = []
    for mission, option in sorted(sums, key=lambda key: (-sums[key], key)):
        amounts = [cells.get((mission, option, fund, year)) for fund, year in keys]
        rows.append([mission, option, *amounts, sums[mission, option]])
    columns = [sum(row[index] or 0.0 for row in rows) for index in range(2, len(heads))]
    write_grid(worksheet, table.title, table.note, Grid(heads, rows, [_TOTAL, None, *columns], frozen=2))
    return heads


def persons(worksheet: Any, table: Table, ledger: Ledger) -> Sequence[Head]:
    """A row per mission; most, average and all persons abroad for every year."""
    measures = {column.name: column for column in table.columns if column.unit}
    keys = [(name, year) for name in measures for year in ledger.scenario.years]
    heads = [head_of(column) for column in table.columns[:2]]
    heads += [
        Head(f"{name} {year}", measures[name].unit, measures[name].meaning, ONE if name == "average" else "")
        for name, year in keys
    ]
    cells = table.frame.set_index(["mission", "year"])
    regions = dict(zip(table.frame["mission"], table.frame["region"], strict=True))
    rows = [
        [mission, region, *(cells.at[(mission, year), name] for name, year in keys)]
        for mission, region in regions.items()
    ]
    sums = [sum(row[index] for row in rows) for index in range(2, len(heads))]
    # Missions are at their largest in different months, so their posts do not add up.
    shown = [None if name == "posts" else number for (name, _), number in zip(keys, sums, strict=True)]
    write_grid(worksheet, table.title, table.note, Grid(heads, rows, [_TOTAL, None, *shown], frozen=2))
    return heads
