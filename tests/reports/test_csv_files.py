from pathlib import Path

import pandas as pd
import pytest

from inzet.errors import OutputError
from inzet.reports.csv_files import write_csv

from .conftest import FORMULA, Told


def test_every_table_can_be_read_back(told: Told, tmp_path: Path):
    files = write_csv(tmp_path / "tables", told.tables)
    assert [file.name for file in files] == [*(f"{name}.csv" for name in told.tables), "columns.csv"]
    for name, table in told.tables.items():
        frame = pd.read_csv(tmp_path / "tables" / f"{name}.csv", keep_default_na=False)
        assert list(frame.columns) == [column.name for column in table.columns]
        assert len(frame) == len(table.frame)
    decisions = pd.read_csv(tmp_path / "tables" / "decisions.csv")
    assert FORMULA in set(decisions["name"])
    assert decisions["cost"].sum() == pytest.approx(sum(posting.euro for posting in told.ledger.postings))


def test_every_column_is_documented(told: Told, tmp_path: Path):
    write_csv(tmp_path, told.tables)
    columns = pd.read_csv(tmp_path / "columns.csv")
    assert len(columns) == sum(len(table.columns) for table in told.tables.values())
    assert columns["meaning"].notna().all()


def test_the_same_tables_give_the_same_bytes(told: Told, nothing: Told, tmp_path: Path):
    for number, source in enumerate((told, nothing)):
        first = write_csv(tmp_path / f"{number}a", source.tables)
        second = write_csv(tmp_path / f"{number}b", source.tables)
        for one, other in zip(first, second, strict=True):
            assert one.read_bytes() == other.read_bytes()
            assert b"\r" not in one.read_bytes()


def test_a_folder_that_cannot_be_written_is_said_in_words(told: Told, tmp_path: Path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(OutputError, match="cannot be written"):
        write_csv(tmp_path / "taken", told.tables)
