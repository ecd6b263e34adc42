"""A workbook, read into typed rows; everything that is wrong with it is said at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from openpyxl.utils import get_column_letter
from pydantic import BaseModel, ValidationError

from inzet.errors import InputError, Issue, Severity, did_you_mean
from inzet.schema.book import Book, Places
from inzet.schema.explain import explain
from inzet.schema.kinds import fold, parse_text
from inzet.schema.reference import meaning_of
from inzet.schema.rows import SHEETS, Row, Settings
from inzet.workbook.findings import Findings
from inzet.workbook.grid import Cell, Grid, open_grids
from inzet.workbook.layout import EXPLANATORY_SHEETS, SETTING, SETTINGS_COLUMNS, VALUE
from inzet.workbook.names import Labelled, match
from inzet.workbook.table import Table, read_table

M = TypeVar("M", bound=BaseModel)
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class _Part(Generic[T_co]):
    """One sheet that has been read.

    Attributes:
        content: what it holds.
        issues: what is wrong with it.
        rows: row number by key, or by name of the setting.
        columns: column letter by column name.
    """

    content: T_co
    issues: Sequence[Issue]
    rows: Mapping[str, int] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)


def read_workbook(path: Path) -> tuple[Book, tuple[Issue, ...]]:
    """Read a scenario workbook.

    Args:
        path: the ``.xlsx`` file.

    Returns:
        The book, and the warnings about it.

    Raises:
        InputError: at least one thing is wrong; with every error and warning found.
    """
    grids, file_issues = open_grids(path)
    sheets = _find_sheets(path, grids)
    settings = _read_settings(sheets.content.get(Settings.sheet))
    parts = {name: _read_rows(row_class, sheets.content.get(name)) for name, row_class in SHEETS.items()}
    everything: dict[str, _Part[object]] = {Settings.sheet: settings, **parts}
    issues = [*file_issues, *sheets.issues]
    issues += [issue for part in everything.values() for issue in part.issues]
    if settings.content is None or any(issue.severity is Severity.ERROR for issue in issues):
        raise InputError(issues)
    places = Places(
        rows={(sheet, key): row for sheet, part in everything.items() for key, row in part.rows.items()},
        columns={(sheet, name): letter for sheet, part in everything.items() for name, letter in part.columns.items()},
    )
    rows = {name: part.content for name, part in parts.items()}
    return Book(settings.content, rows, places, path.name), tuple(issues)


def _find_sheets(path: Path, grids: Iterable[Grid]) -> _Part[dict[str, Grid]]:
    """The sheets by the name that the schema has for them."""
    explanatory = {fold(name) for name in EXPLANATORY_SHEETS}
    required = {Settings.sheet, *(name for name, row_class in SHEETS.items() if row_class.required_sheet)}
    known = (Settings.sheet, *SHEETS)
    labelled = [Labelled(grid.name, grid) for grid in grids if fold(grid.name) not in explanatory]
    matches = match(labelled, known, required)
    findings = Findings(path.name)
    for name, first, other in matches.doubled:
        findings.error(
            "every sheet occurs once",
            f"both {first.label!r} and {other.label!r} are sheet {name}",
            "Remove or rename one of them.",
        )
    for name, near in matches.missing.items():
        hint = f"; is {near.label!r} meant to be it?" if near else ""
        fix = f"Rename it to {name}." if near else f"Add a sheet {name}; the template has one."
        findings.error(f"the workbook has a sheet {name}", f"sheet {name} is missing{hint}", fix)
    for item in matches.unknown:
        hint = did_you_mean(item.label, [name for name in known if name not in matches.found])
        findings.unknown(
            "sheets are known",
            f"sheet {item.label!r} is unknown and is not read.",
            "Correct its name, or give it another one when it is your own.",
            hint,
        )
    return _Part({name: item.thing for name, item in matches.found.items()}, findings.issues)


def _read_settings(grid: Grid | None) -> _Part[Settings | None]:
    """The Settings sheet, which has a row for every setting where the others have a column."""
    if grid is None:
        return _Part(None, ())
    findings = Findings(grid.name)
    if not grid.rows:
        fix = f"Write {SETTING} and {VALUE} in row 1, and a row for every setting below; the template has them."
        findings.error(f"sheet {Settings.sheet} has rows", "the sheet is empty", fix)
    table = read_table(grid, SETTINGS_COLUMNS, (SETTING, VALUE), findings)
    if not {SETTING, VALUE} <= table.columns.keys():
        return _Part(None, findings.issues)
    labelled = [
        Labelled(parse_text(cells[SETTING].value), number)
        for number, cells in table.rows.items()
        if SETTING in cells and findings.usable(cells[SETTING])
    ]
    _note_nameless(table, findings)
    numbers, misnamed = _match_settings(labelled, table, findings)
    cells = {name: table.rows[number][VALUE] for name, number in numbers.items() if VALUE in table.rows[number]}
    addresses = {name: table.address(VALUE, number) for name, number in numbers.items()}
    settings = validated(Settings, cells, addresses, misnamed, findings)
    columns = {VALUE: get_column_letter(table.columns[VALUE])}
    return _Part(settings, findings.issues, numbers, columns)


def _note_nameless(table: Table, findings: Findings) -> None:
    for number, cells in table.rows.items():
        if VALUE in cells and SETTING not in cells:
            findings.warn(
                "values have the name of a setting beside them",
                f"row {number} has a value but no setting, and is not read",
                "Write the setting beside it, or remove the value.",
                cell=table.address(VALUE, number),
                value=cells[VALUE].value,
            )


def _match_settings(
    labelled: Iterable[Labelled[int]], table: Table, findings: Findings
) -> tuple[dict[str, int], set[str]]:
    """The row number of every setting that is there, and the required ones that are not."""
    required = {name for name, info in Settings.model_fields.items() if info.is_required()}
    matches = match(labelled, Settings.model_fields, required)
    for name, first, other in matches.doubled:
        findings.error(
            "every setting occurs once",
            f"setting {name!r} stands in row {first.thing} and again in row {other.thing}",
            "Remove one of them.",
            cell=table.address(SETTING, other.thing),
            value=other.label,
        )
    for name, near in matches.missing.items():
        meaning = Settings.model_fields[name].description
        findings.error(
            f"the setting {name!r} is there",
            f"setting {name!r} is missing" + (f"; is {near.label!r} meant to be it?" if near else ""),
            f"Write {name} there." if near else f"Add a row with setting {name}: {meaning}",
            cell=table.address(SETTING, near.thing) if near else "",
            value=near.label if near else None,
        )
    unused = [name for name in Settings.model_fields if name not in matches.found]
    for item in matches.unknown:
        findings.unknown(
            "settings are known",
            f"setting {item.label!r} is unknown and is not read.",
            "Correct the name, or remove the row.",
            did_you_mean(item.label, unused),
            cell=table.address(SETTING, item.thing),
            value=item.label,
        )
    return {name: item.thing for name, item in matches.found.items()}, set(matches.missing)


def _read_rows(row_class: type[Row], grid: Grid | None) -> _Part[tuple[Row, ...]]:
    if grid is None:
        return _Part((), ())
    findings = Findings(grid.name)
    required = {name for name, info in row_class.model_fields.items() if info.is_required()}
    table = read_table(grid, tuple(row_class.model_fields), required, findings)
    absent = required - table.columns.keys()
    rows: dict[int, Row] = {}
    for number, cells in table.rows.items():
        addresses = {name: table.address(name, number) for name in row_class.model_fields}
        row = validated(row_class, cells, addresses, absent, findings)
        if row is not None:
            rows[number] = row
    if row_class.required_sheet and not table.rows and not findings.errors:
        fix = f"Fill it in: {meaning_of(row_class)}"
        findings.error(f"sheet {row_class.sheet} has rows", "the sheet has no rows", fix)
    keys = unique_keys(row_class, rows, table, findings)
    columns = {name: get_column_letter(column) for name, column in table.columns.items()}
    return _Part(tuple(rows.values()), findings.issues, keys, columns)


def validated(
    model: type[M],
    cells: Mapping[str, Cell],
    addresses: Mapping[str, str],
    absent: Iterable[str],
    findings: Findings,
) -> M | None:
    """The cells as a row or as the settings; nothing when they are wrong.

    Args:
        model: the row class or the settings.
        cells: the filled cells, by column or setting.
        addresses: where the value of each column or setting stands, or should.
        absent: columns or settings whose absence has been reported already.
        findings: takes the problems.
    """
    values = {name: cell.value for name, cell in cells.items() if findings.usable(cell)}
    reported = {*absent, *(cells.keys() - values.keys())}
    try:
        return model.model_validate(values)
    except ValidationError as error:
        for problem in error.errors(include_url=False):
            said = explain(problem, model)
            if said.column not in reported:
                address = addresses.get(said.column, "")
                findings.error(said.rule, said.message, said.fix, cell=address, value=values.get(said.column))
        return None


def unique_keys(row_class: type[Row], rows: Mapping[int, Row], table: Table, findings: Findings) -> dict[str, int]:
    """The row number of every key.

    Keys that differ only in case or white space count as the same: they would be taken for one another. A row
    with another fault has no key yet, and is compared once that is mended.
    """
    numbers: dict[str, int] = {}
    first: dict[str, tuple[int, str]] = {}
    for number, row in rows.items():
        key = row.row_key()
        numbers.setdefault(key, number)
        earlier, earlier_key = first.setdefault("".join(key.split()).casefold(), (number, key))
        if earlier != number:
            alike = "" if earlier_key == key else f", which differs from {earlier_key!r} only in case or spaces"
            findings.error(
                f"{' and '.join(row_class.key)} together occur once",
                f"row {number} has the same key as row {earlier}: {key!r}{alike}",
                "Remove one of the rows, or change its key.",
                cell=table.address(row_class.key[0], number),
                value=key,
            )
    return numbers
