"""The coded tables in data/ are complete, consistent and quote their documents exactly."""

import os
import re
from pathlib import Path

import pandas as pd
import pytest

REPO = Path(__file__).resolve().parents[2]
DATA = REPO / "data"

COLUMNS = {
    "sources": "source,file,title,date,reference",
    "contributions": "mission,name,organisation,country,region,section,status,circa,modular,art100,description,"
    "source,place,quote",
    "facts": "mission,attribute,value,used,source,place,quote,note",
    "conflicts": "conflict,mission,attribute,value_a,source_a,quote_a,value_b,source_b,quote_b,chosen,why",
    "links": "mission,interest,link,source,place,quote",
    "region_links": "region,interest,source,place,quote",
    "money": "item,amount_eur,year,meaning,source,place,quote",
    "readiness_facts": "item,value,unit,source,place,quote",
}
KEYS = {
    "sources": ["source"],
    "contributions": ["mission"],
    "facts": ["mission", "attribute", "value", "source", "place", "quote"],
    "conflicts": ["conflict"],
    "links": ["mission", "interest"],
    "region_links": ["region", "interest", "source", "place", "quote"],
    "money": ["item", "source", "place", "quote"],
    "readiness_facts": ["item", "source"],
}
FILLED = {
    "sources": ["file", "title", "date"],
    "contributions": [
        "name",
        "organisation",
        "region",
        "section",
        "status",
        "circa",
        "modular",
        "description",
        "source",
        "place",
        "quote",
    ],
    "facts": ["used"],
    "conflicts": ["attribute", "value_a", "source_a", "quote_a", "value_b", "source_b", "quote_b", "chosen", "why"],
    "links": ["link", "source", "place", "quote"],
    "region_links": ["quote"],
    "money": ["meaning"],
    "readiness_facts": ["unit", "place"],
}
DOCUMENTS = {"MEMO", "LETTER", "ANSWERS", "REPORT"}
INTERESTS = {"security", "ally", "economic", "migration", "crime", "readiness"}
REGIONS = {
    "Western Balkans",
    "Moldova and South Caucasus",
    "Middle East",
    "Red Sea",
    "Indo-Pacific",
    "Sahel and West Africa",
    "Horn of Africa",
    "Libya",
    "Caribbean and Latin America",
    "NATO eastern flank",
    "Ukraine",
    "worldwide",
}
ALLOWED = {
    ("contributions", "organisation"): {"NATO", "EU", "UN", "OSCE", "coalition", "bilateral", "national"},
    ("contributions", "region"): REGIONS,
    ("contributions", "section"): {
        "1 Europe",
        "2 Middle East",
        "3 Red Sea",
        "4 Indo-Pacific",
        "5 Sahel and West Africa",
        "6 small contributions",
        "not in letter",
    },
    ("contributions", "status"): {
        "running",
        "new",
        "expanded",
        "scaled_down",
        "ended",
        "explored",
        "not_feasible",
        "not_considered",
        "outside",
    },
    ("contributions", "circa"): {"yes", "no"},
    ("contributions", "modular"): {"yes", "no"},
    ("contributions", "art100"): {"yes", "no", ""},
    ("contributions", "source"): DOCUMENTS,
    ("facts", "used"): {"yes", "no"},
    ("facts", "source"): DOCUMENTS,
    ("conflicts", "source_a"): DOCUMENTS,
    ("conflicts", "source_b"): DOCUMENTS,
    ("links", "interest"): INTERESTS,
    ("links", "link"): {"main", "named"},
    ("links", "source"): DOCUMENTS,
    ("region_links", "region"): REGIONS,
    ("region_links", "interest"): INTERESTS,
    ("region_links", "source"): DOCUMENTS,
    ("money", "source"): DOCUMENTS,
    ("readiness_facts", "source"): DOCUMENTS | {"NATO"},
}
NUMBERS = {
    "persons_before",
    "persons_after",
    "persons_military",
    "persons_civil",
    "persons_police",
    "posts_actual",
    "posts_actual_end",
    "fhq_posts",
    "framework_military",
    "framework_civil_police",
    "framework_total_max",
    "deployed_military",
    "deployed_civil_police",
    "deployed_total",
    "unit_count",
    "unit_size",
    "tour_months",
    "duration_months",
    "mission_total_persons",
    "mission_total_military",
}
DATES = {
    "framework_until",
    "mandate_since",
    "mandate_until",
    "mission_start",
    "start",
    "end",
    "running_since",
    "flagship_start",
    "flagship_end",
    "training_month",
    "presence_year",
}
TEXTS = {
    "mandate_basis",
    "extension",
    "unit",
    "cadence",
    "condition",
    "location",
    "lead_nation",
    "art100",
    "development",
}
MULTI_VALUED = {
    "unit",
    "condition",
    "location",
    "art100",
    "presence_year",
    "development",
}  # several values may hold at once
OPEN = {"indefinite", "not stated", "for years; no year given"}
FIXED_IDS = {
    "NSATU_MRTT",
    "NSATU_AIR_DEFENCE",
    "RED_SEA_MRTT",
    "RED_SEA_SHIP",
    "EUFOR_ALTHEA",
    "UNTSO",
    "CMF",
    "EASTERN_FLANK",
    "ASPIDES",
    "ATALANTA",
    "OPA",
    "OPG",
    "NMI",
    "OIR",
    "UNMISS",
    "EUPM_MOLDOVA",
    "EUMA_ARMENIA",
    "EUCAP_SOMALIA",
    "INDO_PACIFIC_SHIP",
    "INDO_PACIFIC_PRESENCE",
    "UKRAINE_GUARANTEES",
    "KFOR",
    "EULEX_KOSOVO",
    "EMASOH",
    "UNC_KOREA",
    "PSMX_ECC",
    "SDI_GOG",
}


def read(name):
    return pd.read_csv(DATA / f"{name}.csv", dtype=str, keep_default_na=False, encoding="utf-8")


@pytest.fixture(scope="module")
def tables():
    return {name: read(name) for name in COLUMNS}


def quotes(tables):
    """(table, row number, source, quote) of every quote in the tables."""
    for name, table in tables.items():
        for ending in ("", "_a", "_b"):
            if "quote" + ending in table:
                for row, (source, quote) in enumerate(
                    zip(table["source" + ending], table["quote" + ending], strict=True), start=2
                ):
                    yield name, row, source, quote


@pytest.mark.parametrize("name", COLUMNS)
def test_columns_and_file_form(name, tables):
    assert ",".join(tables[name].columns) == COLUMNS[name]
    assert len(tables[name]) > 0
    raw = (DATA / f"{name}.csv").read_bytes()
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    assert not raw.startswith(b"\xef\xbb\xbf")
    for column in tables[name]:
        stray = tables[name][tables[name][column] != tables[name][column].str.strip()]
        assert stray.empty, (column, stray)


@pytest.mark.parametrize("name", COLUMNS)
def test_keys_filled_and_unique(name, tables):
    table = tables[name]
    for column in KEYS[name] + FILLED[name]:
        assert (table[column] != "").all(), (name, column, list(table.index[table[column] == ""] + 2))
    assert not table.duplicated(KEYS[name]).any(), table[table.duplicated(KEYS[name], keep=False)]


@pytest.mark.parametrize(("name", "column"), ALLOWED)
def test_allowed_values(name, column, tables):
    assert set(tables[name][column]) <= ALLOWED[name, column]


def test_ids(tables):
    missions = tables["contributions"]["mission"]
    assert missions.str.fullmatch(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*").all()
    assert set(missions) >= FIXED_IDS
    assert list(tables["conflicts"]["conflict"]) == [f"C{n:02d}" for n in range(1, len(tables["conflicts"]) + 1)]
    assert set(tables["sources"]["source"]) == DOCUMENTS


@pytest.mark.parametrize("name", ["facts", "links", "conflicts"])
def test_missions_exist(name, tables):
    known = set(tables["contributions"]["mission"]) | ({""} if name == "conflicts" else set())
    assert set(tables[name]["mission"]) <= known


def test_values_have_their_form(tables):
    for row in tables["facts"].itertuples():
        assert row.attribute in NUMBERS | DATES | TEXTS, row
        if row.attribute in NUMBERS:
            assert re.fullmatch(r"\d+|not stated", row.value), row
        if row.attribute in DATES:
            assert row.value in OPEN or re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", row.value), row
            if len(row.value) == 10 and row.value[0].isdigit():
                pd.Timestamp(row.value)
    assert tables["money"]["amount_eur"].str.fullmatch(r"\d*").all()


def test_one_used_value(tables):
    facts = tables["facts"]
    single = facts[~facts["attribute"].isin(MULTI_VALUED)]
    used = single.groupby(["mission", "attribute"])["used"].apply(lambda u: (u == "yes").sum())
    assert (used == 1).all(), used[used != 1]


def test_used_value_is_the_newest_statement_of_it(tables):
    order = ["MEMO", "LETTER", "ANSWERS", "REPORT"]
    facts = tables["facts"]
    for key, group in facts[~facts["attribute"].isin(MULTI_VALUED)].groupby(["mission", "attribute"]):
        chosen = group[group["used"] == "yes"].iloc[0]
        same = group[group["value"] == chosen["value"]]
        assert order.index(chosen["source"]) == max(order.index(s) for s in same["source"]), key


def test_every_difference_is_a_recorded_conflict(tables):
    facts, conflicts = tables["facts"], tables["conflicts"]
    for (mission, attribute), group in facts[~facts["attribute"].isin(MULTI_VALUED)].groupby(["mission", "attribute"]):
        values = set(group["value"])
        if len(values) == 1:
            continue
        rows = conflicts[(conflicts["mission"] == mission) & (conflicts["attribute"] == attribute)]
        assert not rows.empty, (mission, attribute, values)
        recorded = set(rows["value_a"]) | set(rows["value_b"])
        assert values <= recorded, (mission, attribute, values - recorded)


def test_conflicts_choose_what_the_tables_use(tables):
    facts, missions = tables["facts"], tables["contributions"].set_index("mission")
    used = facts[(facts["used"] == "yes") & ~facts["attribute"].isin(MULTI_VALUED)].set_index(["mission", "attribute"])[
        "value"
    ]
    for row in tables["conflicts"].itertuples():
        assert row.value_a != row.value_b, row
        if row.attribute == "status":
            assert row.chosen == missions.loc[row.mission, "status"], row
        elif (row.mission, row.attribute) in used.index:
            assert row.chosen == used[row.mission, row.attribute], row


def test_at_most_one_main_interest(tables):
    links = tables["links"]
    assert (links[links["link"] == "main"].groupby("mission").size() == 1).all()


def test_annex_2_adds_up(tables):
    """The rows of annex 2 of the progress report give its printed totals."""
    facts = tables["facts"]
    used = facts[(facts["used"] == "yes") & (facts["place"] == "Bijlage 2") & facts["value"].str.fullmatch(r"\d+")]
    total = used["value"].astype(int).groupby(used["attribute"]).sum()
    printed = {
        "framework_military": 1320,
        "framework_civil_police": 22,
        "deployed_military": 3375,
        "deployed_civil_police": 18,
        "deployed_total": 3393,
    }
    assert {a: int(total[a]) for a in printed} == printed


def test_quotes_are_short(tables):
    for name, row, source, quote in quotes(tables):
        assert len(quote.split()) <= 12, (name, row, quote)
        assert "footnoteRef" not in quote, (name, row, quote)
        assert quote or source not in DOCUMENTS, (name, row)


def test_quotes_stand_in_their_documents(tables):
    folder = Path(os.environ.get("INZET_SOURCES") or REPO.parent / "shared" / "sources")
    if not folder.is_dir():
        pytest.skip("the folder with the four documents is not here; set INZET_SOURCES")
    text = {
        row.source: " ".join((folder / row.file).read_text(encoding="utf-8").split())
        for row in tables["sources"].itertuples()
    }
    wrong = [(n, r, s, q) for n, r, s, q in quotes(tables) if s in text and " ".join(q.split()) not in text[s]]
    assert not wrong, wrong
