"""The page about a folder of results, generated from what writes it."""

from __future__ import annotations

from collections.abc import Mapping

from inzet.plan.tables import TABLES, Column
from inzet.reports import margins
from inzet.reports.alternatives.document import SCHEMA as ALTERNATIVES_SCHEMA
from inzet.reports.assumptions.document import ASSUMPTIONS_KEYS
from inzet.reports.assumptions.standing import SCHEMA as ASSUMPTIONS_SCHEMA
from inzet.reports.comparison.document import COMPARE_KEYS
from inzet.reports.comparison.document import SCHEMA as COMPARE_SCHEMA
from inzet.reports.replan.cases import CASES_KEYS
from inzet.reports.replan.cases import SCHEMA as CASES_SCHEMA
from inzet.reports.replan.document import REPLAN_KEYS
from inzet.reports.replan.document import SCHEMA as REPLAN_SCHEMA
from inzet.reports.run_json import RUN_KEYS, SCHEMA
from inzet.reports.sensitivity.document import SCHEMA as SENSITIVITY_SCHEMA

_HEAD = f"""# A folder of results

Generated (`inzet results-reference FILE`). `inzet solve` writes a folder whole or not at all; an earlier result stays
until the new one is complete. If you added a file to it, or changed one, it is kept as `NAME-earlier`. When a file of
it is open in Excel on a system that does not let go of it, the new result is left beside it as `NAME-new`. A folder
`.NAME.*.partial` belongs to a run at work; what a killed run left is cleared by the next one.

| file | what it is |
|---|---|
| `plan.xlsx` | the plan for people: decisions, value, money, unit use, readiness, rotation, persons, what is assumed |
| `tables/*.csv` | the same tables for programs, UTF-8, with `columns.csv` about their columns |
| `figures/*.png`, `*.svg` | the figures |
| `run.json` | the plan for other programs; its keys are a contract |
| `input.xlsx` | the workbook that was solved, byte for byte as it was read; its content hash stands in `run.json` |
| `solver.log` | what the solver said, goal by goal |
| `.written.json` | every file that was written, with size and SHA-256; by it your own work is told apart |

The same workbook, options and versions give the same files, byte for byte, but for how long things took: that stands
under `timings`, the last key of `run.json` and of `.written.json`, and in the solver's own log. Two results may be
compared number by number when their `content_hash` is the same.

`inzet solve --explain` adds how firm every decision is: a sheet, a table and a figure called *margins*.

## run.json

The contract is called `{SCHEMA}`; a change that breaks a reader gets a new number.

| key | meaning |
|---|---|
"""

_COMPARE = f"""
# A folder of a comparison

`inzet compare` writes a folder of its own, whole or not at all as well.

| file | what it is |
|---|---|
| `compare.html` | the comparison on one page, to look at and to print; it loads nothing from elsewhere |
| `compare.xlsx` | summary, courses of action, decisions, input differences, value, bridge, regret and the rest |
| `figures/*.png`, `*.svg` | overview (all missions and options on one page), regret, bars, bridges |
| `tables/*.csv` | the same tables for programs, with `columns.csv` about their columns |
| `compare.json` | the comparison for other programs; the contract is called `{COMPARE_SCHEMA}` |

Solved plans are kept in `results/.kept`, and in `answers/` beside them the answers to single questions of every
analysis. They are found again only when contents, time limit, gap, code, versions and solver options are the same, and
are checked again when they are read; one that was changed or cut off is solved again. The folder may be deleted at any
time.

| key of compare.json | meaning |
|---|---|
"""

_REPLAN = f"""
# A folder of a plan made anew

`inzet replan --out` writes everything that a plan has, and beside it `replan.xlsx`, `curve.png` and `.svg`, and
`replan.json`; the contract is called `{REPLAN_SCHEMA}`. Its `run.json` says what had happened, so that the plan can
be made anew again.

| key of replan.json | meaning |
|---|---|
"""

_CASES = f"""
With `--cases` the folder has one such folder per case, and `cases.xlsx`, `curves.png` and `.svg`, and `cases.json`; the
contract is called `{CASES_SCHEMA}`.

| key of cases.json | meaning |
|---|---|
"""

_SENSITIVITY = f"""
# A folder of an exact curve

`inzet sensitivity --out` writes `sensitivity.xlsx`, figures (a staircase and a map of missions by capacity, an
envelope, or a tornado) and `sensitivity.json`; the contract is called `{SENSITIVITY_SCHEMA}`. Its main
keys: `steps` (at, value, gained, lost and more), `solves` and `points`.
"""

_ALTERNATIVES = f"""
# A folder of near-optimal plans

`inzet alternatives --out` writes `alternatives.xlsx`, `alternatives.png` and `.svg`, and `alternatives.json`; the
contract is called `{ALTERNATIVES_SCHEMA}`. Its main keys: `core`, `contested` and `out` (ids of missions),
`not_settled`, `pairs`, `best`, and `plans` (the others, each with its swaps against the best).
"""

_ASSUMPTIONS = f"""
# A folder of what hangs on assumptions

`inzet assumptions` writes everything that a plan has, with the answer on its front sheet, and beside it
`assumptions.xlsx`, two figures and `assumptions.json`; the contract is called `{ASSUMPTIONS_SCHEMA}`.

| key of assumptions.json | meaning |
|---|---|
"""


def results_page() -> str:
    """The page in Markdown: files, keys of ``run.json``, columns of every table."""
    tables = "".join(_table(spec.name, spec.title, spec.note, spec.columns) for spec in TABLES)
    tables += _table(margins.MARGINS, margins.TITLE, margins.NOTE, margins.COLUMNS)
    made_anew = f"{_REPLAN}{_keys(REPLAN_KEYS)}{_CASES}{_keys(CASES_KEYS)}"
    examined = f"{_SENSITIVITY}{_ALTERNATIVES}{_ASSUMPTIONS}{_keys(ASSUMPTIONS_KEYS)}"
    return f"{_HEAD}{_keys(RUN_KEYS)}\n## Tables\n{tables}{_COMPARE}{_keys(COMPARE_KEYS)}{made_anew}{examined}"


def _keys(keys: Mapping[str, str]) -> str:
    return "".join(f"| `{key}` | {meaning} |\n" for key, meaning in keys.items())


def _table(name: str, title: str, note: str, columns: tuple[Column, ...]) -> str:
    rows = "".join(f"| `{column.name}` | {column.unit} | {column.meaning} |\n" for column in columns)
    return f"\n### {title} (`{name}.csv`)\n\n{note}\n\n| column | unit | meaning |\n|---|---|---|\n{rows}"
