"""The twelve documented trade-offs: what scenarios/letter-2025/trade-offs.md claims, held against fresh plans.

The claims about the base are fast; those about the other scenarios take the whole library and are slow.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from inzet.analyses.library import Library, Outcome
from inzet.scenario.checks import make_scenario
from inzet.scenario.scenario import Scenario
from inzet.schema.book import Book
from inzet.schema.rows import Rule
from inzet.solve import solve

REPO = Path(__file__).resolve().parents[2]
PAGE = (REPO / "scenarios" / "letter-2025" / "trade-offs.md").read_text(encoding="utf-8")
SOURCES = os.environ.get("INZET_SOURCES")


def stays(outcome: Outcome, mission: str) -> list[tuple[str, str, str]]:
    return [(p.option, p.first, p.last) for p in outcome.missions.get(mission, ())]


def options(outcome: Outcome, mission: str) -> list[str]:
    return [p.option for p in outcome.missions.get(mission, ())]


def last_size(outcome: Outcome, mission: str) -> int:
    return outcome.missions[mission][-1].persons


def value(scenario: Scenario, mission: str, option: str) -> float:
    return sum(scenario.value_per_month(scenario.options[mission, option]).values())


def test_base_1_the_tanker_goes_to_nsatu(base: Outcome, shipped_book: Book) -> None:
    assert base.proven
    assert stays(base, "NSATU_MRTT") == [("TANKER", "2025-01", "2025-12")]
    assert "RED_SEA_MRTT" not in base.missions
    scenario = Scenario(shipped_book)
    assert value(scenario, "NSATU_MRTT", "TANKER") == pytest.approx(4.2)
    assert value(scenario, "RED_SEA_MRTT", "TANKER") == pytest.approx(1.6)
    assert "TANKER_ONE_OFFER" not in scenario.pairs
    assert "RED_SEA_NO_TANKER" not in scenario.rules


def test_base_2_and_3_company_and_team_go_to_bosnia(base: Outcome) -> None:
    assert stays(base, "EUFOR_ALTHEA") == [
        ("HUMINT_AND_STAFF", "2025-01", "2025-06"),
        ("COMPANY", "2025-07", "2028-06"),
    ]
    assert base.shortfall == 0


def test_base_4_iraq_goes_on_with_advisers_by_a_hair(base: Outcome, shipped_book: Book) -> None:
    assert [p.persons for p in base.missions["NMI"]] == [145, 20]
    assert [p.persons for p in base.missions["OIR"]] == [120, 25]
    scenario = Scenario(shipped_book)
    bosnia = value(scenario, "EUFOR_ALTHEA", "COMPANY") - value(scenario, "EUFOR_ALTHEA", "HUMINT_AND_STAFF")
    iraq = value(scenario, "NMI", "RENEWED_LARGE") - value(scenario, "NMI", "ADVISERS")
    assert (f"{bosnia:.3f}", f"{iraq:.3f}") == ("1.848", "1.845")


def test_base_5_indo_pacific_in_2026_and_red_sea_later(base: Outcome) -> None:
    assert stays(base, "INDO_PACIFIC_SHIP") == [("SHIP", "2026-01", "2026-06")]
    assert stays(base, "RED_SEA_SHIP") == [("SHIP", "2027-01", "2027-06")]


def test_base_6_staff_officers(base: Outcome) -> None:
    assert [last_size(base, m) for m in ("CMF", "ASPIDES", "OPA", "ATALANTA")] == [5, 10, 1, 3]
    assert stays(base, "OPA") == [("STAFF", "2025-01", "2025-06")]


def test_base_7_nearly_everything_small_is_in(base: Outcome) -> None:
    assert (len(base.missions), base.considered) == (44, 46)


def test_base_11_and_12_where_civil_experts_go(base: Outcome, shipped_book: Book) -> None:
    assert [p.finishing for p in base.missions["UNMISS"]] == [True]
    sizes = {m: last_size(base, m) for m in ("EUCAP_SOMALIA", "ATALANTA", "EUPM_MOLDOVA", "EUMA_ARMENIA")}
    assert sizes == {"EUCAP_SOMALIA": 8, "ATALANTA": 3, "EUPM_MOLDOVA": 10, "EUMA_ARMENIA": 10}
    scenario = Scenario(shipped_book)
    steps = [
        ("ATALANTA", "STAFF", "FULL", 1),
        ("EUPM_MOLDOVA", "SMALL", "FULL", 5),
        ("EUCAP_SOMALIA", "SMALL", "FULL", 2),
        ("EUMA_ARMENIA", "SMALL", "FULL", 5),
    ]
    worth = [(value(scenario, m, large) - value(scenario, m, small)) / n for m, small, large, n in steps]
    assert [f"{w:.3f}" for w in worth] == ["0.138", "0.081", "0.076", "0.050"]


def test_base_11_the_sahel_is_limited(base: Outcome, shipped_book: Book) -> None:
    scenario = Scenario(shipped_book)
    sahel = [m for m, row in scenario.missions.items() if row.region == "Sahel and West Africa"]
    abroad = [
        sum(p.persons for m in sahel for p in base.missions.get(m, ()) if p.first <= str(month) <= p.last)
        for month in scenario.horizon
    ]
    assert max(abroad) == 47
    assert all(p.persons < scenario.settings.large_from_persons for m in sahel for p in base.missions.get(m, ()))


@pytest.mark.slow
def test_1_a_second_tanker_or_another_weight(library: Library) -> None:
    assert [str(d) for d in library.differences(library.of("SECOND_MRTT"))] == ["RED_SEA_MRTT in"]
    for name in ("ECONOMIC_SECURITY_FIRST", "RED_SEA_FIRST"):
        assert "NSATU_MRTT" not in library.of(name).missions
        assert stays(library.of(name), "RED_SEA_MRTT") == [("TANKER", "2025-04", "2025-12")]


@pytest.mark.slow
def test_2_and_8_the_company_gives_way_to_nato(library: Library) -> None:
    grows, called = library.of("NATO_CLAIM_GROWS"), library.of("NFM_CALL_UP_2026_01")
    assert options(grows, "EUFOR_ALTHEA") == ["HUMINT_AND_STAFF"]
    assert options(called, "EUFOR_ALTHEA") == ["HUMINT_AND_STAFF", "STAFF"]
    assert (grows.shortfall, called.shortfall) == (48, 18)


@pytest.mark.slow
def test_3_half_the_teams_end_the_team_in_bosnia(library: Library) -> None:
    half = library.of("HALF_HUMINT")
    assert options(half, "EUFOR_ALTHEA") == ["HUMINT_AND_STAFF", "STAFF"]
    assert half.missions["EUFOR_ALTHEA"][0].finishing


@pytest.mark.slow
def test_4_iraq_large_again_takes_the_company(library: Library) -> None:
    iraq = library.of("IRAQ_LARGE_AGAIN")
    assert options(iraq, "EUFOR_ALTHEA") == ["HUMINT_AND_STAFF"]
    assert iraq.missions["NMI"][-1].persons + iraq.missions["OIR"][-1].persons == 280
    assert iraq.short == {"CHINOOK_DET": 12}


@pytest.mark.slow
def test_5_both_ships_go_in_2026(library: Library) -> None:
    first = library.of("RED_SEA_FIRST")
    years = [p.last[:4] for m in ("INDO_PACIFIC_SHIP", "RED_SEA_SHIP") for p in first.missions[m]]
    assert years == ["2026", "2026"]


@pytest.mark.slow
def test_7_small_and_large_do_not_compete(library: Library) -> None:
    many, few = library.of("MANY_SMALL"), library.of("FEW_LARGE")
    assert set(many.missions) - set(library.base.missions) == {"LAF_SUPPORT"}
    came = set(few.missions) - set(library.base.missions)
    assert all(p.persons < 50 for mission in came for p in few.missions[mission])
    gone = [d.mission for d in library.differences(few) if d.kind == "out"]
    assert gone
    assert all(p.persons < 50 for mission in gone for p in library.base.missions[mission])


@pytest.mark.slow
def test_9_a_battalion_for_ukraine(library: Library, shipped_book: Book) -> None:
    ukraine = library.of("UKRAINE_BATTALION")
    assert options(ukraine, "EUFOR_ALTHEA") == ["HUMINT_AND_STAFF", "STAFF"]
    assert ukraine.short == {"INF_COY": 126}
    for mission, last in (("HQ_CENTCOM", "2025"), ("UNC_KOREA", "2025"), ("CMF", "2025")):
        assert ukraine.missions[mission][-1].last[:4] == last
    assert "INDO_PACIFIC_SHIP" not in ukraine.missions
    free = [rule.model_copy(update={"active": rule.active and not rule.share_of}) for rule in shipped_book.of(Rule)]
    without = solve(make_scenario(shipped_book.with_rows(Rule.sheet, free), ["UKRAINE_BATTALION"])[0])
    assert "INDO_PACIFIC_SHIP" in {c.stay.mission for c in without.contributions}


@pytest.mark.slow
def test_10_a_reserve_puts_off_the_company(library: Library) -> None:
    kingdom = library.of("KINGDOM_CONTINGENCY")
    assert stays(kingdom, "EUFOR_ALTHEA")[-1] == ("COMPANY", "2026-07", "2028-06")
    assert "SENEGAL_TRAINING" not in kingdom.missions
    assert kingdom.shortfall == 0
    assert f"{(library.base.value or 0) - (kingdom.value or 0):.1f}" == "119.5"


@pytest.mark.slow
def test_11_south_sudan_goes_on_when_staff_officers_come_free(library: Library) -> None:
    for name in ("HALF_HUMINT", "NATO_CLAIM_GROWS", "NFM_CALL_UP_2026_01"):
        assert library.of(name).missions["UNMISS"][-1].last == "2028-06"


@pytest.mark.slow
def test_12_armenia_grows_when_the_company_is_missing(library: Library) -> None:
    for name in ("HALF_HUMINT", "NATO_CLAIM_GROWS"):
        outcome = library.of(name)
        assert [last_size(outcome, m) for m in ("EUMA_ARMENIA", "EUCAP_SOMALIA", "ATALANTA")] == [15, 6, 2]


def test_the_page_has_all_twelve() -> None:
    numbers = [int(number) for number in re.findall(r"^## (\d+)\. ", PAGE, flags=re.MULTILINE)]
    assert numbers == list(range(1, 13))
    for section in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]:
        assert "**The documents.**" in section
        assert "**The model.**" in section
        assert re.search(r"\*\*(Agrees|The documents leave it open)", section)


@pytest.mark.skipif(SOURCES is None, reason="the documents are elsewhere")
def test_the_quotes_stand_in_the_documents() -> None:
    text = " ".join(" ".join(path.read_text(encoding="utf-8").split()) for path in Path(SOURCES or "").glob("*.txt"))
    quotes = [" ".join(quote.split()) for quote in re.findall(r'"([^"]+)"', PAGE)]
    assert len(quotes) >= 15
    assert [quote for quote in quotes if quote not in text] == []
