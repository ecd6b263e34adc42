"""The sheets of the workbook of results, apart from those with the months across."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from inzet.plan.ledger import Ledger
from inzet.plan.tables import Column, Table
from inzet.reports.grids import BAD, BAD_INK, GONE, GONE_INK, GOOD, ONE, SHARE, TWO, Grid, Head, write_grid
from inzet.reports.words import MILLION

COLUMNS_NOTE = "What every column of every sheet holds. The CSV files have the same columns, with money in EUR."
_EUR, _EUR_MILLION = "EUR", "EUR million"


def head_of(column: Column, number_format: str = "") -> Head:
    """The header of a column of a result table; euro are shown in millions."""
    unit = _EUR_MILLION if column.unit == _EUR else column.unit
    return Head(column.name.replace("_", " "), unit, column.meaning, number_format)


def in_millions(table: Table) -> pd.DataFrame:
    """The rows of a table, with the columns in euro in millions."""
    euro = [column.name for column in table.columns if column.unit == _EUR]
    return table.frame.assign(**{name: table.frame[name] / MILLION for name in euro}) if euro else table.frame


def rows_of(frame: pd.DataFrame) -> list[list[Any]]:
    """The rows of a data frame as plain values; what is not a number is nothing."""
    return [[None if value is None or value != value else value for value in row] for row in frame.itertuples(index=False, name=None)]


def plain(worksheet: Any, table: Table, _ledger: Ledger) -> None:
    """A table as it is."""
    formats = {column.name: ONE for column in table.columns if table.frame[column.name].dtype.kind == "f"}
    if table.name == "assumptions":
        formats = {}
    heads = [head_of(column, formats.get(column.name, "")) for column in table.columns]
    write_grid(worksheet, table.title, table.note, Grid(heads, rows_of(in_millions(table))))


def decisions(worksheet: Any, table: Table, _ledger: Ledger) -> None:
    """What is in, then what is out; by region, the earliest first."""
    frame = in_millions(table).sort_values(
        ["decision", "region", "start", "mission"], key=lambda column: column.astype(str), kind="stable"
    )
    heads = [head_of(column, TWO if column.unit == _EUR else "") for column in table.columns]
    taken = list(frame["decision"] == "in")
    rows = rows_of(frame)
    empty = {index for index, column in enumerate(table.columns) if column.unit}
    rows = [row if inside else [None if i in empty else v for i, v in enumerate(row)] for row, inside in zip(rows, taken, strict=True)]
    sums = {"persons", "military", "civil", "police", "value", "cost"}
    total = [None if c.name not in {"value", "cost"} else frame[c.name].sum() for c in table.columns]
    total[0] = "Total"
    del sums
    grid = Grid(heads, rows, total, lambda number: (GOOD, "000000") if taken[number] else (GONE, GONE_INK), frozen=2)
    write_grid(worksheet, table.title, table.note, grid)


def value(worksheet: Any, table: Table, ledger: Ledger) -> None:
    """A row per mission, a column per interest, with totals; the most valuable mission first."""
    interests = ledger.scenario.interests
    matrix = table.frame.pivot_table(index=["mission", "region"], columns="interest", values="value", aggfunc="sum")
    matrix = matrix.reindex(columns=list(interests), fill_value=0.0)
    matrix = matrix.assign(total=matrix.sum(axis=1)).sort_values(
        ["total", "mission"], ascending=[False, True], kind="stable"
    )
    names = {name: mission.name for name, mission in ledger.scenario.missions.items()}
    heads = [
        Head("mission", meaning="Mission."),
        Head("name", meaning="Its name."),
        Head("region", meaning="Its region."),
        *(Head(name, "points", f"{row.name}; weight {row.weight:g}.") for name, row in interests.items()),
        Head("total", "points", "All interests together."),
    ]
    rows = [[mission, names[mission], region, *numbers] for (mission, region), numbers in zip(matrix.index, matrix.to_numpy().tolist(), strict=True)]
    total = ["Total", None, None, *matrix.sum().tolist()]
    write_grid(worksheet, table.title, table.note, Grid(heads, rows, total, frozen=2))


def money(worksheet: Any, table: Table, _ledger: Ledger) -> None:
    """A row per fund and year; red where more is spent than the fund has."""
    frame = in_millions(table)
    free = frame["budget"] - frame["reserve"]
    used = [spent / room if room > 0 else None for spent, room in zip(frame["spent"], free, strict=True)]
    heads = [*(head_of(column) for column in table.columns), Head("used", "", "Spent as a share of budget less reserve.", SHARE)]
    rows = [[*row, share] for row, share in zip(rows_of(frame), used, strict=True)]
    over = [left < -1e-6 for left in frame["left"]]
    sums = [frame[name].sum() for name in ("budget", "reserve", "spent", "left")]
    room = sums[0] - sums[1]
    total = ["Total", None, *sums, sums[2] / room if room > 0 else None]
    grid = Grid(heads, rows, total, lambda number: (BAD, BAD_INK) if over[number] else None)
    write_grid(worksheet, table.title, table.note, grid)


def cost(worksheet: Any, table: Table, ledger: Ledger) -> None:
    """A row per contribution, a column per fund and year, with totals; the dearest first."""
    frame = in_millions(table)
    keys = [(fund, year) for fund in ledger.scenario.fund_names for year in ledger.scenario.years]
    matrix = frame.pivot_table(index=["mission", "option"], columns=["fund", "year"], values="cost", aggfunc="sum")
    matrix = matrix.reindex(columns=pd.MultiIndex.from_tuples(keys, names=["fund", "year"]))
    sums = matrix.sum(axis=1)
    order = sorted(matrix.index, key=lambda key: (-sums[key], key))
    heads = [
        Head("mission", meaning="Mission."),
        Head("option", meaning="Option."),
        *(Head(f"{fund} {year}", _EUR_MILLION, f"From {fund} in {year}.", TWO) for fund, year in keys),
        Head("total", _EUR_MILLION, "All funds and years together.", TWO),
    ]
    rows = [[*key, *(_known(v) for v in matrix.loc[key].tolist()), sums[key]] for key in order]
    total = ["Total", None, *matrix.sum().tolist(), sums.sum()]
    write_grid(worksheet, table.title, table.note, Grid(heads, rows, total, frozen=2))


def _known(number: float) -> float | None:
    return number if number == number else None


def persons(worksheet: Any, table: Table, ledger: Ledger) -> None:
    """A row per mission; posts, average and persons deployed for every year."""
    measures = table.columns[-3:]
    years = ledger.scenario.years
    heads = [head_of(table.columns[0]), head_of(table.columns[1])]
    heads += [
        Head(f"{column.name} {year}", column.unit, column.meaning, ONE if column.name == "average" else "")
        for column in measures
        for year in years
    ]
    cells = {(row.mission, row.year): row for row in table.frame.itertuples(index=False)}
    regions = dict(zip(table.frame["mission"], table.frame["region"], strict=True))
    rows = [
        [mission, region, *(getattr(cells[mission, year], c.name) for c in measures for year in years)]
        for mission, region in regions.items()
    ]
    # Missions peak in different months, so their posts do not add up.
    total = ["Total", None] + [
        None if column.name == "posts" else sum(getattr(cells[mission, year], column.name) for mission in regions)
        for column in measures
        for year in years
    ]
    write_grid(worksheet, table.title, table.note, Grid(heads, rows, total, frozen=2))


def columns(worksheet: Any, tables: Mapping[str, Table]) -> None:
    """What every column of the workbook means."""
    heads = [Head("sheet"), Head("column"), Head("unit"), Head("meaning")]
    rows = [
        [table.title, column.name.replace("_", " "), _EUR_MILLION if column.unit == _EUR else column.unit, column.meaning]
        for table in tables.values()
        for column in table.columns
    ]
    write_grid(worksheet, "Columns", COLUMNS_NOTE, Grid(heads, rows, frozen=2))
