"""A plan that a person wrote, read from a workbook or a CSV file; everything that is wrong with it is said at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from inzet.errors import InputError, Issue, Severity, did_you_mean
from inzet.schema.book import Book
from inzet.schema.kinds import fold, parse_choice, parse_text
from inzet.schema.planned import Decided, Planned
from inzet.schema.rows import Mission, Option
from inzet.workbook.csv_grid import open_csv
from inzet.workbook.findings import Findings
from inzet.workbook.grid import Cell, Grid, open_grids
from inzet.workbook.reader import unique_keys, validated
from inzet.workbook.table import below_title, read_table

SHEETS = (Planned.sheet, "Decisions")
"""The sheet that is read: the first of these that the workbook has, else its first sheet."""

_COLUMNS = tuple(Planned.model_fields)
_REQUIRED = tuple(name for name, field in Planned.model_fields.items() if field.is_required())
_TOTAL = "total"
"""The last row of inzet's own sheet is called so."""


@dataclass(frozen=True, slots=True)
class PlanSheet:
    """The contributions of a plan, and where they stand.

    Attributes:
        name: the sheet, or the CSV file.
        rows: the contributions, in the order of the sheet.
        numbers: the number of each row, by its key.
    """

    name: str
    rows: tuple[Planned, ...]
    numbers: Mapping[str, int]


def read_plan(path: Path, book: Book) -> tuple[PlanSheet, tuple[Issue, ...]]:
    """Read a plan: a sheet with the columns mission, option, start and end, and others that are not looked at.

    Rows whose decision is out are skipped, and so is a title above the columns: the Decisions sheet and the
    decisions.csv of a result can be read as they are.

    Args:
        path: the ``.xlsx`` or ``.csv`` file.
        book: the workbook that it is a plan for.

    Returns:
        The plan, and the warnings about it.

    Raises:
        InputError: at least one thing is wrong; with every error and warning found.
    """
    grid, file_issues = _open(path)
    findings = Findings(grid.name)
    table = read_table(below_title(grid, _COLUMNS), _COLUMNS, _REQUIRED, findings, others=True)
    if not table.rows and not findings.errors:
        fix = f"Write a row for every contribution: {', '.join(_REQUIRED)}."
        findings.error("a plan has rows", "there is no row in it", fix)
    absent = [name for name in _REQUIRED if name not in table.columns]
    rows: dict[int, Planned] = {}
    for number, cells in table.rows.items():
        if not _is_skipped(cells, book):
            addresses = {name: table.address(name, number) for name in _COLUMNS}
            row = validated(Planned, cells, addresses, absent, findings)
            if row is not None:
                rows[number] = row
                _check(row, book, addresses, findings)
    numbers = unique_keys(Planned, rows, table, findings)
    issues = (*file_issues, *findings.issues)
    if any(issue.severity is Severity.ERROR for issue in issues):
        raise InputError(issues)
    return PlanSheet(grid.name, tuple(rows.values()), numbers), issues


def _open(path: Path) -> tuple[Grid, tuple[Issue, ...]]:
    """The sheet that holds the plan, and warnings about the file."""
    if path.suffix.casefold() == ".csv":
        return open_csv(path), ()
    grids, issues = open_grids(path)
    by_name = {fold(grid.name): grid for grid in reversed(grids)}
    return next((by_name[fold(name)] for name in SHEETS if fold(name) in by_name), grids[0]), issues


def _is_skipped(cells: Mapping[str, Cell], book: Book) -> bool:
    """Whether a row is no contribution: one that is out, or the row of totals under the table."""
    decision, mission = cells.get("decision"), cells.get("mission")
    if decision is not None and decision.trouble is None and parse_choice(decision.value) == Decided.OUT:
        return True
    return (
        mission is not None
        and len(cells) == 1
        and fold(parse_text(mission.value)) == _TOTAL
        and parse_text(mission.value) not in _missions(book)
    )


def _missions(book: Book) -> Mapping[str, Mission]:
    return {mission.mission: mission for mission in book.of(Mission)}


def _check(row: Planned, book: Book, addresses: Mapping[str, str], findings: Findings) -> None:
    """What a row says is in the workbook, and its months are in the plan."""
    missions = _missions(book)
    if row.mission not in missions:
        called = next((id_ for id_, mission in missions.items() if fold(mission.name) == fold(row.mission)), "")
        hint = f" Did you mean {called!r}?" if called else did_you_mean(row.mission, missions)
        findings.error(
            "mission occurs in Missions.mission",
            f"{row.mission!r} is not in Missions.{hint}",
            f"Write the id of a mission of {book.name}, or remove the row.",
            cell=addresses["mission"],
            value=row.mission,
        )
    else:
        _check_option(row, book, addresses["option"], findings)
    _check_months(row, book, addresses, findings)


def _check_option(row: Planned, book: Book, cell: str, findings: Findings) -> None:
    options = sorted(option.option for option in book.of(Option) if option.mission == row.mission)
    if row.option not in options:
        findings.error(
            "an option belongs to its mission",
            f"mission {row.mission} has no option {row.option!r}.{did_you_mean(row.option, options)}",
            f"Use one of its options: {', '.join(options) or 'it has none yet'}.",
            cell=cell,
            value=row.option,
        )


def _check_months(row: Planned, book: Book, addresses: Mapping[str, str], findings: Findings) -> None:
    first, last = book.settings.first_month, book.settings.last_month
    rule = f"a contribution lies within the months of the plan, {first} to {last}"
    if row.end < row.start:
        findings.error(
            "a contribution ends after it starts",
            f"it ends in {row.end}, before it starts in {row.start}",
            "Correct start or end.",
            cell=addresses["end"],
            value=str(row.end),
        )
    if row.start < first:
        message = f"it starts in {row.start}, before the plan does"
        fix = f"Write {first}: what runs already is planned from there."
        findings.error(rule, message, fix, cell=addresses["start"], value=str(row.start))
    elif row.start > last:
        message = f"it starts in {row.start}, after the plan ends"
        findings.error(rule, message, "Correct it, or remove the row.", cell=addresses["start"], value=str(row.start))
    elif row.end > last:
        message = f"it ends in {row.end}, after the plan does"
        fix = f"Write {last}: what comes after it is not planned."
        findings.error(rule, message, fix, cell=addresses["end"], value=str(row.end))
