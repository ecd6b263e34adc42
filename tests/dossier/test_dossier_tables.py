"""The tables behind the scenario: their form, their quotes, and what is said about a mistake in them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from inzet.dossier.compile import compile_book
from inzet.dossier.dossier import last_full_month
from inzet.dossier.tables import SPECS
from inzet.errors import InputError

CODED = {"contributions", "facts", "links", "region_links", "money", "readiness_facts"}
"""Tables that the tests of the coded facts hold to their form."""
OWN = sorted(set(SPECS) - CODED)
BY_MISSION = ["missions", "not_planned", "options", "requirements", "reported"]
Spoil = Callable[[pd.DataFrame], pd.DataFrame]


def read(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False, encoding="utf-8")


@pytest.mark.parametrize("name", OWN)
def test_form_of_the_file(name: str, data_dir: Path) -> None:
    raw = (data_dir / f"{name}.csv").read_bytes()
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    assert not raw.startswith(b"\xef\xbb\xbf")
    table = read(data_dir, name)
    assert (table == table.apply(lambda column: column.str.strip())).all(axis=None)


@pytest.mark.parametrize("name", BY_MISSION)
def test_missions_stand_in_the_order_of_the_contributions(name: str, data_dir: Path) -> None:
    order = list(read(data_dir, "contributions")["mission"])
    places = [order.index(mission) for mission in read(data_dir, name)["mission"]]
    assert places == sorted(places)


def test_assumptions_are_sorted_and_lie_in_their_range(data_dir: Path) -> None:
    table = read(data_dir, "assumptions")
    keys = list(zip(table["sheet"], table["row"], table["column"], strict=True))
    assert keys == sorted(keys)
    numbers = table[~table["column"].isin(["running_since"])]
    assert not numbers.empty
    for row in numbers.itertuples():
        assert float(str(row.low)) <= float(str(row.value)) <= float(str(row.high)), row


def test_every_rule_lies_in_its_range(data_dir: Path) -> None:
    for name, column in (("score_rule", "score"), ("size_classes", "effectiveness")):
        table = read(data_dir, name)[[column, "low", "high"]].astype(float)
        assert (table["low"] <= table[column]).all()
        assert (table[column] <= table["high"]).all()


@pytest.mark.parametrize("name", [name for name in OWN if "quote" in SPECS[name].columns])
def test_quotes_are_short_and_stand_in_their_documents(name: str, data_dir: Path) -> None:
    folder = Path(os.environ.get("INZET_SOURCES") or data_dir.parents[1] / "shared" / "sources")
    files = dict(read(data_dir, "sources")[["source", "file"]].itertuples(index=False))
    for row in read(data_dir, name).itertuples():
        quote = " ".join(str(row.quote).split())
        assert len(quote.split()) <= 12, row
        assert not quote or row.source in files, row
        if quote and folder.is_dir():
            text = (folder / files[str(row.source)]).read_text(encoding="utf-8")
            assert quote in " ".join(text.split()), row


@pytest.mark.parametrize(
    ("date", "month"),
    [
        ("2025-07-09", "2025-06"),
        ("2028-06-30", "2028-06"),
        ("2026-02-28", "2026-02"),
        ("2024-02-28", "2024-01"),
        ("2025-06", "2025-06"),
    ],
)
def test_the_last_full_month_of_a_date(date: str, month: str) -> None:
    assert str(last_full_month(date)) == month


@pytest.mark.parametrize("text", ["indefinite", "not stated", "2008", ""])
def test_what_is_no_date_has_no_last_month(text: str) -> None:
    assert last_full_month(text) is None


def set_cell(line: int, column: str, value: str) -> Spoil:
    def change(table: pd.DataFrame) -> pd.DataFrame:
        table.loc[line - 2, column] = value
        return table

    return change


@pytest.mark.parametrize(
    ("name", "change", "cell", "words"),
    [
        ("options", lambda t: t.drop(columns="name"), "line 1", "its columns should be"),
        ("options", set_cell(3, "mission", "EUFOR_ALTEA"), "line 3", "Did you mean 'EUFOR_ALTHEA'"),
        ("options", set_cell(4, "persons_fact", "persons_dreamt"), "line 4", "no used number 'persons_dreamt'"),
        ("requirements", set_cell(5, "quantity", "1"), "line 2", "its units leave 9 persons"),
        ("units", set_cell(2, "category", "naval"), "line 2", "category is 'naval'"),
        ("missions", set_cell(2, "running_option", "STAFFF"), "line 2", "Did you mean 'STAFF'"),
        ("missions", set_cell(3, "max_stays", "two"), "line 3", "'two' is no number"),
        ("size_classes", set_cell(2, "meaning", ""), "line 2", "meaning is empty"),
        ("funds", set_cell(3, "fund", "BIV"), "line 3", "BIV is also in line 2"),
        ("not_planned", set_cell(2, "mission", "KFOR"), "line 3", "EUFOR_RESERVES is in neither"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_line(
    name: str, change: Spoil, cell: str, words: str, data_dir: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(data_dir, tmp_path / "data"))
    change(read(folder, name)).to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    with pytest.raises(InputError) as caught:
        compile_book(folder)
    assert any(issue.cell == cell and words in issue.message for issue in caught.value.issues), caught.value.issues


def test_a_missing_table_is_named(data_dir: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(data_dir, tmp_path / "data"))
    (folder / "units.csv").unlink()
    with pytest.raises(InputError) as caught:
        compile_book(folder)
    assert [issue.sheet for issue in caught.value.issues] == ["units.csv"]


def test_an_assumption_that_is_missing_is_asked_for(data_dir: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(data_dir, tmp_path / "data"))
    table = read(folder, "assumptions")
    gone = (table["sheet"] == "Interests") & (table["row"] == "ALLY")
    table[~gone].to_csv(folder / "assumptions.csv", index=False, lineterminator="\n")
    with pytest.raises(InputError) as caught:
        compile_book(folder)
    assert "no document gives weight of ALLY" in caught.value.issues[0].message


def test_an_assumption_about_nothing_is_refused(data_dir: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(data_dir, tmp_path / "data"))
    table = read(folder, "assumptions")
    table.loc[len(table)] = ["Units", "INF_COY", "persons", "120", "100", "150", "A document gives it already."]
    table.to_csv(folder / "assumptions.csv", index=False, lineterminator="\n")
    with pytest.raises(InputError) as caught:
        compile_book(folder)
    assert "Units / INF_COY / persons holds 145" in caught.value.issues[0].message
