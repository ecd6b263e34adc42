"""From the raw cells of a sheet to cells by column name: the header, and what is wrong with the layout."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from openpyxl.utils import get_column_letter

from inzet.errors import did_you_mean
from inzet.schema.kinds import fold, parse_text
from inzet.workbook.findings import Findings
from inzet.workbook.grid import MAX_ROWS, Cell, Grid
from inzet.workbook.layout import COMMENT_MARK
from inzet.workbook.names import Labelled, Matches, match

_HEADER_WITHIN = 10
"""How many filled rows are searched for column names when the first one has none."""


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of a sheet by column name.

    Attributes:
        columns: column number by column name, for the columns that the sheet has.
        rows: the filled cells by column name, by row number; rows without any are left out.
    """

    columns: Mapping[str, int]
    rows: Mapping[int, Mapping[str, Cell]]

    def address(self, column: str, row: int) -> str:
        """The cell in a row of a column, such as ``C12``; the row alone for a column that is not there."""
        return f"{get_column_letter(self.columns[column]) if column in self.columns else ''}{row}"


def read_table(
    grid: Grid, known: Sequence[str], required: Collection[str], findings: Findings, *, others: bool = False
) -> Table:
    """Find the columns of a sheet and the rows below them.

    Args:
        grid: the sheet.
        known: the names of its columns.
        required: those of them that it must have.
        findings: takes the problems.
        others: whether it may have columns of its own, of which nothing needs to be said.
    """
    if not grid.rows:
        return Table({}, {})
    _note_hidden_sheet(grid, findings)
    header_row = next(iter(grid.rows))
    header = _header(grid, header_row, findings)
    matches = match(header, known, required)
    if not matches.found:
        _no_header(grid, header_row, known, findings)
        return Table({}, {})
    _note_columns(matches, findings)
    columns = {name: item.thing.column for name, item in matches.found.items()}
    if not others:
        _note_unknown(matches, known, findings)
        _note_nameless(grid, header_row, findings)
    merged = _merged_rows(grid, header_row, columns, findings)
    rows = {number: cells for number, cells in _rows(grid, header_row, columns) if number not in merged}
    _note_hidden(grid, columns, rows, findings)
    if grid.overflow:
        findings.error(
            f"a sheet has at most {MAX_ROWS:,} filled rows",
            f"the rows from row {grid.overflow} on are not read",
            "Remove what does not belong to the table.",
            cell=str(grid.overflow),
        )
    return Table(columns, rows)


def below_title(grid: Grid, known: Sequence[str]) -> Grid:
    """The sheet from its column names on, without the title above them; the whole sheet when they are not found."""
    header_row = _find_header(grid, known)
    if header_row is None:
        return grid
    return replace(grid, rows={number: cells for number, cells in grid.rows.items() if number >= header_row})


def _find_header(grid: Grid, known: Sequence[str]) -> int | None:
    names = {fold(name) for name in known}
    for number, cells in islice(grid.rows.items(), _HEADER_WITHIN):
        if sum(fold(parse_text(cell.value)) in names for cell in cells.values()) > 1:
            return number
    return None


def _header(grid: Grid, header_row: int, findings: Findings) -> Iterator[Labelled[Cell]]:
    for cell in grid.rows.get(header_row, {}).values():
        label = parse_text(cell.value)
        if findings.usable(cell) and not label.startswith(COMMENT_MARK):
            yield Labelled(label, cell)


def _rows(grid: Grid, header_row: int, columns: Mapping[str, int]) -> Iterator[tuple[int, dict[str, Cell]]]:
    for number, cells in grid.rows.items():
        named = {name: cells[column] for name, column in columns.items() if column in cells}
        if number != header_row and named:
            yield number, named


def _no_header(grid: Grid, header_row: int, known: Sequence[str], findings: Findings) -> None:
    message = f"row {header_row} holds none of the column names"
    fix = f"Write them in row {header_row}: {', '.join(known)}."
    if (number := _find_header(grid, known)) is not None:
        message += f"; row {number} does"
        fix = f"Remove the rows above row {number}."
    findings.error("the first filled row holds the column names", message, fix, cell=str(header_row))


def _note_columns(matches: Matches[Cell], findings: Findings) -> None:
    for name, first, other in matches.doubled:
        findings.error(
            "every column occurs once",
            f"column {name!r} stands in {first.thing.address} and again in {other.thing.address}",
            f"Remove one of them, or begin its name with {COMMENT_MARK}.",
            cell=other.thing.address,
            value=other.label,
        )
    for name, near in matches.missing.items():
        rule = f"the sheet has a column {name!r}"
        if near is None:
            findings.error(rule, f"column {name!r} is missing", f"Add a column with the name {name}.")
        else:
            message = f"column {name!r} is missing; is {near.label!r} meant to be it?"
            fix = f"Write {name} in {near.thing.address}."
            findings.error(rule, message, fix, cell=near.thing.address, value=near.label)


def _note_unknown(matches: Matches[Cell], known: Sequence[str], findings: Findings) -> None:
    unused = [name for name in known if name not in matches.found]
    for item in matches.unknown:
        findings.unknown(
            "columns are known",
            f"column {item.label!r} is unknown and is not read.",
            f"Correct the name, or begin it with {COMMENT_MARK} when it is a note of your own.",
            did_you_mean(item.label, unused),
            cell=item.thing.address,
            value=item.label,
        )


def _note_nameless(grid: Grid, header_row: int, findings: Findings) -> None:
    named = grid.rows.get(header_row, {})
    nameless: dict[int, Cell] = {}
    for cells in grid.rows.values():
        for column, cell in cells.items():
            if column not in named:
                nameless.setdefault(column, cell)
    for column, cell in sorted(nameless.items()):
        findings.warn(
            "columns have a name",
            f"column {get_column_letter(column)} has values but no name, and is not read",
            f"Give it the name of a column, or begin it with {COMMENT_MARK} when it is a note of your own.",
            cell=cell.address,
            value=cell.value,
        )


def _merged_rows(grid: Grid, header_row: int, columns: Mapping[str, int], findings: Findings) -> set[int]:
    """The rows below the header that merged cells touch: what belongs in them cannot be told."""
    last_row = max(grid.rows)
    touched: set[int] = set()
    for block in grid.merged:
        rows = range(max(block.rows.start, header_row), min(block.rows.stop, last_row + 1))
        if rows and any(column in block.columns for column in columns.values()):
            touched.update(rows)
            findings.error(
                "every value has a cell of its own",
                f"the cells {block.address} are merged; their rows are not read",
                "Select them, unmerge (Home, Merge & Center), and fill in every cell.",
                cell=block.address.partition(":")[0],
            )
    return touched


def _note_hidden_sheet(grid: Grid, findings: Findings) -> None:
    if grid.hidden:
        findings.warn(
            "nothing that counts is hidden",
            "the sheet is hidden; it is read all the same",
            "Unhide it, or remove it when it should not count.",
        )


def _note_hidden(grid: Grid, columns: Mapping[str, int], rows: Mapping[int, object], findings: Findings) -> None:
    hidden = [number for number in rows if number in grid.hidden_rows]
    if hidden:
        listed = ", ".join(map(str, hidden[:5])) + (f", ... ({len(hidden)} in total)" if len(hidden) > 5 else "")
        findings.warn(
            "nothing that counts is hidden",
            f"hidden rows are read all the same: {listed}",
            "Clear the filter or unhide them, or remove them when they should not count.",
            cell=str(hidden[0]),
        )
    for name, column in columns.items():
        if column in grid.hidden_columns:
            findings.warn(
                "nothing that counts is hidden",
                f"column {name!r} is hidden; it is read all the same",
                "Unhide it, or remove it when it should not count.",
                cell=f"{get_column_letter(column)}{next(iter(grid.rows))}",
            )
