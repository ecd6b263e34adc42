"""The page about a folder of results, generated from what writes it."""

from __future__ import annotations

from inzet.plan.tables import TABLES, Column
from inzet.reports import margins
from inzet.reports.run_json import RUN_KEYS, SCHEMA

_HEAD = f"""# A folder of results

Generated (`inzet results-reference FILE`). `inzet solve` writes a folder whole or not at all; an earlier result stays
until the new one is complete.

| file | what it is |
|---|---|
| `plan.xlsx` | the plan for people: decisions, value, money, unit use, readiness, rotation, persons, what is assumed |
| `tables/*.csv` | the same tables for programs, UTF-8, with `columns.csv` about their columns |
| `figures/*.png`, `*.svg` | the figures |
| `run.json` | the plan for other programs; its keys are a contract |
| `solver.log` | what the solver said, goal by goal |
| `input.xlsx` | the workbook that was solved; its content hash stands in `run.json` |

`inzet solve --explain` adds how firm every decision is: a sheet, a table and a figure called *margins*.

## run.json

The contract is called `{SCHEMA}`; a change that breaks a reader gets a new number.

| key | meaning |
|---|---|
"""


def results_page() -> str:
    """The page in Markdown: files, keys of ``run.json``, columns of every table."""
    keys = "".join(f"| `{key}` | {meaning} |\n" for key, meaning in RUN_KEYS.items())
    tables = "".join(_table(spec.name, spec.title, spec.note, spec.columns) for spec in TABLES)
    tables += _table(margins.MARGINS, margins.TITLE, margins.NOTE, margins.COLUMNS)
    return f"{_HEAD}{keys}\n## Tables\n{tables}"


def _table(name: str, title: str, note: str, columns: tuple[Column, ...]) -> str:
    rows = "".join(f"| `{column.name}` | {column.unit} | {column.meaning} |\n" for column in columns)
    return f"\n### {title} (`{name}.csv`)\n\n{note}\n\n| column | unit | meaning |\n|---|---|---|\n{rows}"
