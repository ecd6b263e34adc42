"""From the tables to the book: every sheet, and a row of the Basis sheet for every number."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from inzet.dossier.dossier import RULE, Dossier, Part, assumed, derived, documented, filled
from inzet.dossier.forces import capabilities, readiness, supply, tiers, units
from inzet.dossier.missions import missions, reported
from inzet.dossier.money import costs, funds, payers
from inzet.dossier.options import Sizes, options, requirements
from inzet.dossier.rules import groups, pairs, rules
from inzet.dossier.scores import interests, scores
from inzet.dossier.tables import Tables, load_tables, table_issue
from inzet.errors import InputError, Issue
from inzet.schema.book import Book
from inzet.schema.rows import ANY, SHEETS, Basis, Change, Goal, Priority, Row, Settings, cell_value


def compile_book(data_dir: Path) -> Book:
    """The scenario book that the tables in a folder describe.

    Raises:
        InputError: with the problems found in the tables, each with its file and line.
    """
    tables = load_tables(data_dir)
    dossier = Dossier(tables)
    _check_every_contribution_is_placed(tables)
    settings, settings_basis = _settings(dossier)
    parts = tuple(_parts(dossier))
    rows: dict[str, tuple[Row, ...]] = {part.rows[0].sheet: part.rows for part in parts}
    basis: list[Basis] = [*settings_basis, *(row for part in parts for row in part.basis), *_assumptions(dossier)]
    basis.sort(key=_basis_order)
    rows[Basis.sheet] = tuple(basis)
    for table, row in (("scenarios", Change), ("priorities", Priority)):
        records = ({name: record[name] for name in row.model_fields} for record in tables[table])
        rows[row.sheet] = tuple(row.model_validate(filled(record)) for record in records)
    book = Book(settings, {sheet: rows[sheet] for sheet in SHEETS}, name=data_dir.name)
    _check_assumptions_hold(dossier, book)
    return book


def _parts(dossier: Dossier) -> Iterator[Part]:
    sizes = Sizes(dossier)
    yield interests(dossier)
    yield _goals(dossier)
    yield units(dossier)
    yield supply(dossier)
    yield capabilities(dossier)
    yield tiers(dossier)
    yield readiness(dossier)
    yield missions(dossier, sizes)
    yield options(dossier, sizes)
    yield requirements(dossier, sizes)
    yield scores(dossier)
    yield funds(dossier)
    yield payers(dossier)
    yield costs(dossier)
    yield groups(dossier)
    yield rules(dossier)
    yield pairs(dossier)
    yield reported(dossier)


def _settings(dossier: Dossier) -> tuple[Settings, list[Basis]]:
    cells: dict[str, object] = {}
    basis = []
    for record in dossier.tables["settings"]:
        name = record["setting"]
        cells[name] = record["value"] or dossier.needed(Settings.sheet, name, "value")
        if record["basis"] == "documented":
            basis.append(documented(Settings.sheet, name, "value", record, record["why"]))
        elif record["value"] and record["basis"] == "assumed":
            basis.append(assumed(Settings.sheet, name, "value", record["why"]))
    return Settings.model_validate(cells), basis


def _goals(dossier: Dossier) -> Part:
    rows, basis = [], []
    for record in dossier.tables["goals"]:
        goal = record["goal"]
        rows.append(
            Goal.model_validate({"goal": goal, "rank": record["rank"] or dossier.needed(Goal.sheet, goal, "rank")})
        )
        if record["rank"]:
            basis.append(derived(Goal.sheet, goal, "rank", record["why"], record))
    return Part(tuple(rows), tuple(basis))


def _assumptions(dossier: Dossier) -> Iterator[Basis]:
    """A row of the Basis sheet for every assumption about the workbook itself."""
    for record in dossier.tables["assumptions"]:
        if record["sheet"] != RULE:
            span = (float(record["low"]), float(record["high"])) if record["low"] and record["high"] else None
            yield assumed(record["sheet"], record["row"], record["column"], record["why"], span)


def _basis_order(basis: Basis) -> tuple[int, str, str]:
    order = [Settings.sheet, *SHEETS]
    return (order.index(basis.about) if basis.about in order else len(order), basis.row, basis.column)


def _check_every_contribution_is_placed(tables: Tables) -> None:
    """Every coded contribution is planned, or left out for a reason; none is both."""
    planned = {record["mission"] for record in tables["missions"]}
    left_out = {record["mission"] for record in tables["not_planned"]}
    issues = [
        table_issue(
            "contributions",
            record,
            "mission",
            "a contribution is either planned or left out for a reason",
            f"{record['mission']} is in {'both' if record['mission'] in planned else 'neither'}",
            "Put it in missions.csv or in not_planned.csv.",
        )
        for record in tables["contributions"]
        if (record["mission"] in planned) == (record["mission"] in left_out)
    ]
    if issues:
        raise InputError(issues)


def _check_assumptions_hold(dossier: Dossier, book: Book) -> None:
    """An assumption about a cell is what stands in that cell: none is overlooked, none is overruled."""
    issues: list[Issue] = []
    cells = dict(_cells(book))
    for record in dossier.tables["assumptions"]:
        if record["sheet"] == RULE or record["row"] == ANY:
            continue
        found = cells.get((record["sheet"], record["row"], record["column"]))
        if found is None or (str(found) != record["value"] and not _same_number(found, record["value"])):
            issues.append(
                table_issue(
                    "assumptions",
                    record,
                    "value",
                    "an assumption stands in the workbook",
                    f"{record['sheet']} / {record['row']} / {record['column']} holds {found}",
                    "Correct sheet, row or column, or drop the line.",
                )
            )
    if issues:
        raise InputError(issues)


def _cells(book: Book) -> Iterator[tuple[tuple[str, str, str], object]]:
    for name, value in book.settings:
        yield (Settings.sheet, name, "value"), cell_value(value)
    for sheet, rows in book.rows.items():
        for row in rows:
            for name, value in row:
                yield (sheet, row.row_key(), name), cell_value(value)


def _same_number(found: object, text: str) -> bool:
    return isinstance(found, int | float) and float(found) == float(text)
