"""The result tables as CSV files, with a file that documents their columns."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from inzet.errors import OutputError
from inzet.plan.tables import Table

COLUMNS_FILE = "columns.csv"
"""What every column of every file means, and its unit."""


def write_csv(directory: Path, tables: Mapping[str, Table]) -> list[Path]:
    """Write every table as ``<name>.csv``, and ``columns.csv`` that documents their columns.

    The files are UTF-8 with a comma between values, a point in numbers and an empty cell for what is not known;
    equal tables give equal bytes. Money is in euro.

    Args:
        directory: where to write; made when it is not there.
        tables: the result tables, by name.

    Returns:
        The files written.

    Raises:
        OutputError: they cannot be written.
    """
    frames = {f"{name}.csv": table.frame for name, table in tables.items()}
    frames[COLUMNS_FILE] = column_frame(tables)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, frame in frames.items():
            frame.to_csv(directory / name, index=False, encoding="utf-8", lineterminator="\n")
    except OSError as error:
        raise OutputError(f"{directory} cannot be written: {error.strerror}.") from error
    return [directory / name for name in frames]


def column_frame(tables: Mapping[str, Table]) -> pd.DataFrame:
    """What every column means: table, title, column, meaning, unit."""
    rows = [
        (f"{name}.csv", table.title, column.name, column.meaning, column.unit)
        for name, table in tables.items()
        for column in table.columns
    ]
    return pd.DataFrame(rows, columns=["file", "title", "column", "meaning", "unit"])
