"""The ledger, against numbers reckoned by hand."""

from __future__ import annotations

import pytest
from builders import ruled_book, rules_book, small_book

from inzet.calendar import Month
from inzet.outcome import Contribution
from inzet.plan.ledger import Ledger
from inzet.plan.tables import plan_tables
from inzet.scenario.checks import make_scenario
from inzet.scenario.scenario import Phase, Scenario, Stay
from inzet.schema.rows import Goal, GoalName, Requirement


def month(text: str) -> Month:
    return Month.parse(text)


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    """One frigate for four months, in two tours; two experts who have been away since October."""
    gulf = Contribution(Stay("GULF", "SHIPS", month("2025-11"), month("2026-02")), {("SHIP", "FRIGATE"): 1})
    kosovo = Contribution(Stay("KOSOVO", "TWO", month("2025-11"), month("2026-01"), running=True))
    return Ledger(make_scenario(rules_book())[0], (gulf, kosovo))


def test_tours_follow_each_other(ledger: Ledger) -> None:
    frigates = [(str(t.prepares_from), str(t.first), str(t.last), str(t.recovers_until)) for t in ledger.tours[:2]]
    assert frigates == [
        ("2025-10", "2025-11", "2025-12", "2026-01"),
        ("2025-12", "2026-01", "2026-02", "2026-03"),
    ]
    experts = [(str(t.first), str(t.last), t.units) for t in ledger.tours[2:]]
    assert experts == [("2025-10", "2025-11", 2), ("2025-12", "2026-01", 2)]


def test_units_by_phase(ledger: Ledger) -> None:
    december = ledger.use["FRIGATE", month("2025-12")]
    assert december == {Phase.DEPLOYED: 1, Phase.PREPARING: 1}
    january = ledger.use["FRIGATE", month("2026-01")]
    assert january == {Phase.DEPLOYED: 1, Phase.RECOVERING: 1}
    assert ledger.idle("FRIGATE", month("2025-12")) == 1


def test_readiness_by_notice(ledger: Ledger) -> None:
    """In December one frigate is deployed (25 days), one prepares (20 days), one is idle."""
    assert ledger.ready("FRIGATE", "TIER_1", month("2025-12")) == 1
    assert ledger.ready("FRIGATE", "TIER_2", month("2025-12")) == 3


def test_money_by_fund_and_year(ledger: Ledger) -> None:
    """2025: two months and a tour of a frigate (4.4), the start (0.8), shared 3 to 1; experts 2 x 2 x 0.01."""
    assert ledger.spent("BIV", 2025) == pytest.approx(0.75 * 5_200_000 + 40_000)
    assert ledger.spent("DEFENCE", 2025) == pytest.approx(0.25 * 5_200_000)
    assert ledger.spent("BIV", 2026) == pytest.approx(0.75 * 4_400_000 + 100_000 + 20_000)


def test_value_and_changes(ledger: Ledger) -> None:
    """Gulf: weight 2 x score 1 x 4 months; Kosovo: 2 x 0.5 x 3 months. Kosovo could have stayed to February."""
    assert ledger.goals[GoalName.VALUE] == pytest.approx(8 + 3)
    assert ledger.goals[GoalName.CHANGES] == 2


def test_persons_deployed_count_every_relief(ledger: Ledger) -> None:
    assert ledger.persons_deployed("GULF", month("2025-11"), month("2026-02")) == 340
    assert ledger.persons_deployed("GULF", month("2025-11"), month("2025-12")) == 170
    assert ledger.persons_deployed("KOSOVO", month("2025-11"), month("2025-12")) == 4


def test_every_table_has_the_columns_it_says(ledger: Ledger) -> None:
    for table in plan_tables(ledger).values():
        assert list(table.frame.columns) == [column.name for column in table.columns]
        assert all(column.meaning.endswith((".", "?")) for column in table.columns)


def test_tables_add_up(ledger: Ledger) -> None:
    tables = plan_tables(ledger)
    assert tables["decisions"].frame["value"].sum() == pytest.approx(ledger.goals[GoalName.VALUE])
    assert tables["value"].frame["value"].sum() == pytest.approx(ledger.goals[GoalName.VALUE])
    cost = ledger.goals[GoalName.COST] * 1e6
    assert tables["decisions"].frame["cost"].sum() == pytest.approx(cost)
    assert tables["cost"].frame["cost"].sum() == pytest.approx(cost)
    assert tables["money"].frame["spent"].sum() == pytest.approx(cost)
    use = tables["unit_use"].frame
    assert (use.preparing + use.deployed + use.recovering + use.idle == use.supply).all()


def test_reported_persons_are_explained_by_tours() -> None:
    """164 posts, 120 of them a company that still runs and is relieved every six months: 164 + 120 x 12 / 6."""
    scenario = make_scenario(small_book())[0]
    frame = plan_tables(Ledger(scenario, ()))["deployed_check"].frame
    (row,) = frame.to_dict("records")
    assert (row["framework"], row["relieved"], row["reported"]) == (164, 120, 216)
    assert row["tour"] == 6
    assert row["expected"] == pytest.approx(164 + 120 * 12 / 6)
    assert row["explaining_tour"] == pytest.approx(12 * 120 / (216 - 164))


def test_goals_by_rank_are_weighed_and_value_counts_below_nothing(ledger: Ledger) -> None:
    """Without goals of its own a workbook has every goal in a rank of its own, with weight 1."""
    assert ledger.ranked == tuple(
        -ledger.goals[goal.goal] if goal.goal is GoalName.VALUE else ledger.goals[goal.goal]
        for (goal,) in ledger.scenario.goals
    )
    rows = [Goal(goal=GoalName.COST, rank=1, weight=2), Goal(goal=GoalName.VALUE, rank=1, weight=3)]
    weighed = Ledger(Scenario(ledger.scenario.book.with_rows("Goals", rows)), ledger.contributions)
    assert weighed.ranked == (pytest.approx(2 * ledger.goals[GoalName.COST] - 3 * ledger.goals[GoalName.VALUE]),)


def test_a_modular_option_that_asks_for_nothing_is_worth_nothing() -> None:
    book = ruled_book()
    book = book.with_rows("Requirements", [row for row in book.of(Requirement) if row.mission != "DESK"])
    desk = Contribution(Stay("DESK", "TEAM", month("2025-12"), month("2026-01")))
    plan = Ledger(Scenario(book), (desk,))
    assert plan.filled(desk.stay) == 0
    assert plan.value(desk.stay, "SECURITY") == 0
