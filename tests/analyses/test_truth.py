"""The truth table: the shipped one is coded from the documents, and any other is read or refused with a reason."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pandas as pd
import pytest
from data.test_facts import DATA, DOCUMENTS, REPO, read

from inzet.analyses.truth import Decision, Truth, read_truth
from inzet.calendar import Month
from inzet.errors import InputError, UsageError

COLUMNS = "mission,decided,persons,first_month,last_month,counts,source,place,quote,why"
UNDECIDED = {
    *("INDO_PACIFIC_SHIP", "INDO_PACIFIC_PRESENCE", "RED_SEA_SHIP", "OSCE_FIELD", "LAF_SUPPORT", "SENEGAL_TRAINING"),
    "HQ_CENTCOM",
}
STATUS = {
    "running": {"participate"},
    "new": {"participate"},
    "expanded": {"participate"},
    "scaled_down": {"reduced"},
    "ended": {"not"},
    "not_feasible": {"not"},
    "outside": {"participate"},
}


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return read("truth")


@pytest.fixture(scope="module")
def contributions() -> pd.DataFrame:
    return read("contributions").set_index("mission")


def test_the_file_has_its_form(table: pd.DataFrame) -> None:
    raw = (DATA / "truth.csv").read_bytes()
    assert ",".join(table.columns) == COLUMNS
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    for column in table:
        assert (table[column] == table[column].str.strip()).all(), column
    for column in ("decided", "counts", "source", "place", "quote", "why"):
        assert (table[column] != "").all(), column
    assert set(table["source"]) <= DOCUMENTS
    assert set(table["counts"]) <= {"yes", "no"}


def test_every_mission_is_in_the_table_or_undecided(table: pd.DataFrame) -> None:
    planned = set(read("missions")["mission"])
    assert set(table["mission"]) | UNDECIDED == planned
    assert not set(table["mission"]) & UNDECIDED
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    assert all(f"`{mission}`" in readme for mission in UNDECIDED)


def test_decisions_follow_the_documented_status(table: pd.DataFrame, contributions: pd.DataFrame) -> None:
    wrong = [
        row.mission
        for row in table.itertuples()
        if row.decided not in STATUS[contributions.loc[row.mission, "status"]]
        or (row.counts == "no") != (contributions.loc[row.mission, "status"] == "outside")
    ]
    assert wrong == []


def test_sizes_are_the_documented_ones(table: pd.DataFrame) -> None:
    facts = read("facts")
    sizes = {
        (row.mission, row.value)
        for row in facts[facts["used"] == "yes"].itertuples()
        if row.attribute in ("persons_after", "posts_actual", "framework_military")
    }
    given = table[table["persons"] != ""]
    assert set(zip(given["mission"], given["persons"], strict=True)) <= sizes
    after = facts[(facts["attribute"] == "persons_after") & (facts["used"] == "yes") & (facts["value"] != "0")]
    assert set(after["mission"]) & set(table["mission"]) <= set(given["mission"])


def test_last_months_are_the_ends_of_frameworks(table: pd.DataFrame) -> None:
    facts = read("facts")
    ends = facts[(facts["attribute"] == "framework_until") & (facts["used"] == "yes")].set_index("mission")["value"]
    for row in table.itertuples():
        end = ends.get(row.mission, "")
        if re.fullmatch(r"\d{4}-\d\d-(30|31)", end):
            assert row.last_month == end[:7], row.mission


def test_quotes_stand_in_their_documents(table: pd.DataFrame) -> None:
    assert (table["quote"].str.split().str.len() <= 12).all()
    folder = Path(os.environ.get("INZET_SOURCES") or REPO.parent / "shared" / "sources")
    if not folder.is_dir():
        pytest.skip("the folder with the four documents is not here; set INZET_SOURCES")
    text = {
        row.source: " ".join((folder / row.file).read_text(encoding="utf-8").split())
        for row in read("sources").itertuples()
    }
    assert [row.mission for row in table.itertuples() if row.quote not in text[row.source]] == []


def written(folder: Path, text: str) -> Path:
    file = folder / "truth.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_only_mission_and_decided_are_needed(tmp_path: Path) -> None:
    file = written(tmp_path, "mission,decided\nA,Participate\n\nB,not\n")
    assert read_truth(file, ["A", "B"]) == (Truth("A", Decision.PARTICIPATE), Truth("B", Decision.NOT))


def test_two_columns_have_a_second_name(tmp_path: Path) -> None:
    file = written(tmp_path, "mission,decision,size\nA,participate,5\n")
    assert read_truth(file, ["A"]) == (Truth("A", Decision.PARTICIPATE, 5),)


def test_semicolons_and_other_spellings_are_read(tmp_path: Path) -> None:
    header = "\ufeffMission;Decided;First month;Last month;Persons;Counts;note"
    text = f"{header}\nA;reduced;jan 2025;2025-12-31;1.200;nee;x, y\n"
    (truth,) = read_truth(written(tmp_path, text), ["A"])
    assert truth == Truth("A", Decision.REDUCED, 1200, Month.of(2025, 1), Month.of(2025, 12), counts=False)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("mission,decid\nA,not\n", 1, "no column decided. Did you mean 'decid'?"),
        ("mission,decided,decision\nA,not,not\n", 1, "decided occurs twice"),
        ("mission,decided\n", 1, "no decision in it"),
        ("", 1, "no column mission"),
        ("mission,decided\nALTEA,not\n", 2, "Did you mean 'ALTHEA'?"),
        ("mission,decided\nA,not\nALTHEA,partcipate\n", 3, "Did you mean 'participate'?"),
        ("mission,decided\nA\n", 2, "'' is none of them"),
        ("mission,decided\nA,not\nA,not\n", 3, "A is also in line 2"),
        ("mission,decided,persons\nA,participate,circa 5\n", 2, "persons: 'circa 5' is not a number"),
        ("mission,decided,persons\nA,participate,-5\n", 2, "-5 persons"),
        ("mission,decided,first_month\nA,participate,13-2025\n", 2, "first_month: '13-2025' is not a month"),
        ("mission,decided,first_month,last_month\nA,participate,2025-05,2025-04\n", 2, "ends in 2025-04"),
        ("mission,decided,counts\nA,participate,perhaps\n", 2, "neither yes nor no"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    with pytest.raises(InputError) as caught:
        read_truth(written(tmp_path, text), ["A", "ALTHEA"])
    issue = next(issue for issue in caught.value.issues if says in issue.message)
    assert issue.cell == f"line {line}"
    assert issue.sheet == "truth.csv"
    assert issue.fix


def test_everything_wrong_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_truth(written(tmp_path, "mission,decided\nX,not\nA,perhaps\nY,never\n"), ["A"])
    assert [issue.cell for issue in caught.value.issues] == ["line 2", "line 3", "line 4", "line 4"]


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_truth(tmp_path / "none.csv", ["A"])
    (tmp_path / "book.csv").write_bytes(b"PK\x03\x04\xff\xfe")
    with pytest.raises(UsageError, match="no CSV file in UTF-8"):
        read_truth(tmp_path / "book.csv", ["A"])
