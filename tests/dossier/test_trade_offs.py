"""The documented trade-offs come out of the shipped scenario, with a proof."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from inzet.outcome import Solution, Status
from inzet.plan.audit import audited
from inzet.plan.tables import plan_tables
from inzet.scenario.checks import make_scenario
from inzet.schema.book import Book
from inzet.schema.rows import Interest
from inzet.solve import solve

REPO = Path(__file__).resolve().parents[2]
NAMES = ["", "SECOND_MRTT", "ECONOMIC_SECURITY_FIRST"]
Stays = Mapping[str, list[tuple[str, str, str]]]


@pytest.fixture(scope="module")
def solution(book: Book) -> Callable[[str], Solution]:
    solved: dict[str, Solution] = {}

    def get(name: str) -> Solution:
        if name not in solved:
            solved[name] = solve(make_scenario(book, [name] if name else [])[0])
        return solved[name]

    return get


def stays(solution: Solution) -> Stays:
    found: dict[str, list[tuple[str, str, str]]] = {}
    for contribution in solution.contributions:
        stay = contribution.stay
        found.setdefault(stay.mission, []).append((stay.option, str(stay.first), str(stay.last)))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_optimum_is_proven_and_the_plan_keeps_every_rule(name: str, solution: Callable[[str], Solution]) -> None:
    answer = solution(name)
    assert answer.status is Status.OPTIMAL
    assert all(goal.proven and goal.gap == 0 for goal in answer.goals)
    assert audited(answer)[1].ok


def test_the_tanker_goes_to_nsatu_in_all_of_2025(solution: Callable[[str], Solution]) -> None:
    plan = stays(solution(""))
    assert plan["NSATU_MRTT"] == [("TANKER", "2025-01", "2025-12")]
    assert "RED_SEA_MRTT" not in plan


def test_a_second_tanker_serves_both(solution: Callable[[str], Solution]) -> None:
    plan = stays(solution("SECOND_MRTT"))
    assert plan["NSATU_MRTT"] == [("TANKER", "2025-01", "2025-12")]
    assert plan["RED_SEA_MRTT"] == [("TANKER", "2025-04", "2025-12")]


def test_the_tanker_goes_to_the_red_sea_when_free_passage_comes_first(solution: Callable[[str], Solution]) -> None:
    plan = stays(solution("ECONOMIC_SECURITY_FIRST"))
    assert "NSATU_MRTT" not in plan
    assert plan["RED_SEA_MRTT"] == [("TANKER", "2025-04", "2025-12")]


def test_iraq_is_scaled_down_and_bosnia_gets_its_company_and_team(solution: Callable[[str], Solution]) -> None:
    plan = stays(solution(""))
    assert ("COMPANY", "2025-07", "2028-06") in plan["EUFOR_ALTHEA"]
    assert {option for option, _, _ in plan["NMI"]} == {"FORCE_PROTECTION", "ADVISERS"}
    assert {option for option, _, _ in plan["OIR"]} == {"CHINOOKS", "ADVISERS"}
    assert solution("").goals[0].claimed == 0  # no readiness commitment is missed for it


def test_the_ship_goes_to_the_indo_pacific_in_2026_and_to_the_red_sea_later(
    solution: Callable[[str], Solution],
) -> None:
    plan = stays(solution(""))
    (_, first, last), (_, later, _) = plan["INDO_PACIFIC_SHIP"][0], plan["RED_SEA_SHIP"][0]
    assert first[:4] == last[:4] == "2026"
    assert later > last


@pytest.mark.parametrize(("weight", "holder"), [(4.9, "NSATU_MRTT"), (5.1, "RED_SEA_MRTT")])
def test_the_weight_at_which_the_tanker_goes_elsewhere(book: Book, weight: float, holder: str) -> None:
    rows = [
        row.model_copy(update={"weight": weight}) if row.interest == "ECONOMIC" else row for row in book.of(Interest)
    ]
    plan = stays(solve(make_scenario(book.with_rows(Interest.sheet, rows))[0]))
    assert [mission for mission in plan if mission.endswith("MRTT")] == [holder]


def test_tours_explain_the_persons_deployed(solution: Callable[[str], Solution]) -> None:
    """Within a tenth of what was reported; the README shows the same table."""
    frame = plan_tables(audited(solution(""))[0])["deployed_check"].frame.set_index("mission")
    readme = (REPO / "README.md").read_text(encoding="utf-8")
    for mission in ("UNTSO", "CMF", "EUFOR_ALTHEA", "EASTERN_FLANK"):
        row = frame.loc[mission]
        assert row["expected"] == pytest.approx(row["reported"], rel=0.1)
        assert (
            f"| {mission} | {row['framework']} | {row['reported']} | {row['explaining_tour']:.1f} | {row['tour']:.1f} "
            f"| {row['expected']:.0f} | {row['planned']} |"
        ) in readme
