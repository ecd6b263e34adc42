"""The planning rules say what the documents say: each names its coded rules, picks something and is based."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

from inzet.scenario.scenario import Scenario
from inzet.scenario.stays import stays_of
from inzet.schema.basis import BasisIndex
from inzet.schema.book import Book
from inzet.schema.rows import (
    BasisKind,
    Force,
    Group,
    Mission,
    Option,
    Pair,
    Rule,
    Tie,
    numeric_columns,
)

RULES = ["planning_rules", "pairs"]
REFERENCES = {"planning_rules": ("rule", "Rules"), "pairs": ("pair", "Pairs")}


def read(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False, encoding="utf-8")


def referred(row: pd.Series[str]) -> list[str]:
    return row["documented_rule"].split("; ")


@pytest.mark.parametrize("name", RULES)
def test_every_rule_names_its_coded_rules_and_they_name_it(name: str, data_dir: Path) -> None:
    key, sheet = REFERENCES[name]
    coded = read(data_dir, "rules")
    here = {(rule, f"{sheet}:{row[key]}") for _, row in read(data_dir, name).iterrows() for rule in referred(row)}
    there = {
        (str(row.rule), reference)
        for row in coded.itertuples()
        for reference in str(row.expressed_by).split("; ")
        if reference.startswith(f"{sheet}:") and row.status == "expressed"
    }
    assert {rule for rule, _ in here} <= set(coded["rule"])
    assert here == there


@pytest.mark.parametrize("name", RULES)
def test_the_quote_is_that_of_a_coded_rule(name: str, data_dir: Path) -> None:
    columns = ["source", "place", "quote"]
    coded = read(data_dir, "rules").set_index("rule")[columns]
    for _, row in read(data_dir, name).iterrows():
        assert any((coded.loc[rule] == row[columns]).all() for rule in referred(row)), row


@pytest.mark.parametrize("name", [*RULES, "region_distance"])
def test_quotes_are_short_and_stand_in_their_documents(name: str, data_dir: Path) -> None:
    folder = Path(os.environ.get("INZET_SOURCES") or data_dir.parents[1] / "shared" / "sources")
    files = dict(read(data_dir, "sources")[["source", "file"]].itertuples(index=False))
    for row in read(data_dir, name).itertuples():
        quote = " ".join(str(row.quote).split())
        assert 0 < len(quote.split()) <= 12, row
        if folder.is_dir():
            text = (folder / files[str(row.source)]).read_text(encoding="utf-8")
            assert quote in " ".join(text.split()), row


def test_what_the_documents_only_tell_is_switched_off(data_dir: Path) -> None:
    """A rule rests on a wish or a duty; one that rests on information alone is off."""
    force = dict(read(data_dir, "rules")[["rule", "force"]].itertuples(index=False))
    for name in RULES:
        key, sheet = REFERENCES[name]
        for _, row in read(data_dir, name).iterrows():
            if all(force[rule] == "information" for rule in referred(row)):
                assert row["active"] == "no", (sheet, row[key])


def test_what_must_be_kept_is_a_duty_in_the_documents(data_dir: Path) -> None:
    force = dict(read(data_dir, "rules")[["rule", "force"]].itertuples(index=False))
    for name in RULES:
        table = read(data_dir, name)
        for _, row in table[(table["force"] == "hard") & (table.get("tie", "") != Tie.SYNERGY.value)].iterrows():
            assert any(force[rule] == "hard" for rule in referred(row)), row


def test_every_group_picks_something_that_can_be_chosen(book: Book) -> None:
    scenario = Scenario(book)
    stays = [stay for mission in scenario.missions.values() for stay in stays_of(scenario, mission)]
    for group in {row.group for row in book.of(Group)}:
        assert any(scenario.in_group(group, stay) for stay in stays), group


def test_every_group_is_used(book: Book) -> None:
    used = {name for rule in book.of(Rule) for name in (rule.group, rule.share_of) if name}
    assert {row.group for row in book.of(Group)} == used


def test_every_row_of_a_group_picks_a_mission(book: Book) -> None:
    for row in book.of(Group):
        assert any(
            row.mission in (None, mission.mission)
            and row.region in (None, mission.region)
            and row.organisation in (None, mission.organisation)
            and row.distance in (None, mission.distance)
            and (row.tag is None or row.tag in mission.tags.split("; "))
            for mission in book.of(Mission)
        ), row


def test_every_number_has_a_basis_of_its_own(book: Book) -> None:
    index = BasisIndex(book)
    for row in (*book.of(Rule), *book.of(Pair)):
        for column in numeric_columns(type(row)):
            if column in row.model_fields_set and getattr(row, column) is not None:
                basis = index.of(row.sheet, row.row_key(), column)
                assert basis is not None, (row, column)
                assert basis.row == row.row_key(), (row, column)
                if basis.basis is BasisKind.ASSUMED:
                    assert basis.low is not None
                    assert basis.high is not None
                    assert basis.low <= getattr(row, column) <= basis.high, (row, column)


def test_prices_and_bonuses_stand_where_they_count(book: Book) -> None:
    for rule in book.of(Rule):
        assert (rule.price > 0) == (rule.force is Force.PRICED), rule
    for pair in book.of(Pair):
        assert (pair.price > 0) == (pair.force is Force.PRICED), pair
        assert (pair.bonus > 0) == (pair.tie is Tie.SYNERGY), pair


def test_the_distance_rule_covers_every_region(data_dir: Path, book: Book) -> None:
    table = read(data_dir, "region_distance")
    assert set(table["region"]) == set(read(data_dir, "contributions")["region"])
    distance = dict(table[["region", "distance"]].itertuples(index=False))
    for mission in book.of(Mission):
        assert str(mission.distance) == distance[mission.region], mission


@pytest.mark.parametrize(
    ("mission", "tags"),
    [
        ("OSC", {"small_contribution", "running", "us_led", "military", "civil", "police", "migration"}),
        ("NSATU_MRTT", {"outside", "tanker", "military"}),
        ("INDO_PACIFIC_SHIP", {"explored", "naval", "military", "economic"}),
        ("OPA", {"running", "us_led", "staff", "military", "economic"}),
        ("EULEX_KOSOVO", {"running", "civil"}),
    ],
)
def test_tags_follow_their_rule(mission: str, tags: set[str], book: Book) -> None:
    assert set(Scenario(book).missions[mission].tags.split("; ")) == tags


def test_modular_is_what_the_documents_call_modular(book: Book, data_dir: Path) -> None:
    coded = set(read(data_dir, "contributions").query("modular == 'yes'")["mission"])
    options = {(row.mission, row.option) for row in book.of(Option) if row.modular}
    assert {mission for mission, _ in options} == coded
    assert ("SDI_GOG", "ADVISER") not in options
