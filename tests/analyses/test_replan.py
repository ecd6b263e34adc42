"""A running plan made anew: what is kept, what is recalled, and what more changes bring."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import pytest
from builders import changed, small_book
from every_replan import running_plan

from inzet.analyses.replan import Replanned, What, replan
from inzet.calendar import Month
from inzet.errors import UsageError
from inzet.outcome import Contribution, Status
from inzet.scenario.checks import make_scenario
from inzet.scenario.history import Wish, planned_anew
from inzet.scenario.scenario import Scenario, Stay
from inzet.schema.book import Book
from inzet.schema.rows import Supply
from inzet.solve import prepare, solve


def month(text: str) -> Month:
    return Month.parse(text)


def fewer(unit: str, first: str, units: int) -> Book:
    """The small book with fewer units of a type from a month on."""
    rows = []
    for row in small_book().of(Supply):
        if row.unit != unit or (row.last_month is not None and row.last_month < month(first)):
            rows.append(row)
            continue
        if row.first_month < month(first):
            rows.append(row.model_copy(update={"last_month": month(first) + -1}))
        start = max(row.first_month, month(first))
        rows.append(row.model_copy(update={"first_month": start, "units": units, "reserve": 0}))
    return small_book().with_rows("Supply", rows)


@cache
def base() -> tuple[Scenario, tuple[Contribution, ...]]:
    scenario, _ = make_scenario(changed(small_book(), "Missions", "EUPM", recall_notice_days=61))
    return scenario, solve(scenario, gap=0.0).contributions


def anew(as_of: str, now: Book | None = None, wish: Wish | None = None) -> Replanned:
    scenario, running = base()
    sent = {c.stay: c.units for c in running}
    if now is not None:
        now = changed(now, "Missions", "EUPM", recall_notice_days=61)
    after = make_scenario(now)[0] if now is not None else scenario
    return replan(prepare(planned_anew(scenario, after, month(as_of), sent)), running, wish, gap=0.0)


def test_nothing_changes_when_nothing_happened() -> None:
    found = anew("2025-10")
    assert found.chosen is not None
    assert found.held.ok
    assert [(point.most, point.proven) for point in found.curve] == [(0, True)]
    assert found.chosen.plan.ledger.contributions == base()[1]
    assert found.chosen.plan.changes == 0
    assert {turn.what for turn in found.chosen.plan.turns} == {What.KEPT}
    assert dict(found.chosen.plan.displaced) == {}
    assert found.chosen.plan.transfers == ()


def test_a_unit_lost_is_repaired_by_one_recall_after_its_notice() -> None:
    running = {str(c.stay) for c in base()[1]}
    assert running == {"ALTHEA.COMPANY.~2025-01.2026-09", "EUPM.TEN.2025-04.2026-12"}
    found = anew("2025-10", fewer("EXPERT", "2026-01", 8))
    assert found.chosen is not None
    assert not found.held.ok
    assert [(point.most, point.value > 0) for point in found.curve] == [(1, True)]
    (turn,) = found.least.plan.of(What.RECALLED)
    assert (turn.mission, turn.notice_days, str(turn.after)) == ("EUPM", 61, "EUPM.TEN.2025-04.2025-12")
    assert dict(found.chosen.plan.displaced) == {"EUPM": 12}
    (transfer,) = found.chosen.plan.transfers
    assert (transfer.unit, dict(transfer.gives), dict(transfer.takes)) == ("EXPERT", {"EUPM": 120}, {})


def test_one_more_change_brings_the_smaller_contribution_in() -> None:
    book = changed(fewer("EXPERT", "2026-01", 8), "Missions", "EUPM", max_stays=2, art100=True)
    book = book.with_settings(book.settings.model_copy(update={"art100_lead_months": 3}))
    found = anew("2025-10", book)
    assert [point.most for point in found.curve] == [1, 2]
    assert found.curve[1].value > found.curve[0].value
    assert found.chosen is found.best
    (turn,) = found.best.plan.of(What.STARTED)
    assert (str(turn.after), str(turn.told_by)) == ("EUPM.FIVE.2026-01.2026-12", "2025-10")
    assert found.least.plan.of(What.STARTED) == ()


def test_a_unit_lost_before_the_notice_is_over_cannot_be_repaired() -> None:
    found = anew("2025-10", fewer("EXPERT", "2025-12", 8))
    assert found.search.status is Status.INFEASIBLE
    assert (found.curve, found.chosen) == ((), None)


def test_a_contribution_ahead_that_starts_elsewhere_is_one_change() -> None:
    late = changed(small_book(), "Missions", "EUPM", first_month="2025-07")
    found = anew("2025-02", late)
    assert found.chosen is not None
    (turn,) = found.chosen.plan.of(What.MOVED)
    assert (str(turn.before), str(turn.after)) == ("EUPM.TEN.2025-04.2026-12", "EUPM.TEN.2025-07.2026-12")
    assert found.chosen.plan.changes == found.least.most == 1
    assert turn.told_by is None


def test_a_mission_that_may_stay_longer_is_prolonged() -> None:
    scenario, _ = make_scenario(small_book())
    stay = Stay("ALTHEA", "COMPANY", month("2025-01"), month("2026-03"), running=True)
    model = prepare(planned_anew(scenario, scenario, month("2025-10"), {stay: {}}))
    found = replan(model, (Contribution(stay),), gap=0.0)
    assert found.chosen is not None
    (turn,) = found.chosen.plan.of(What.PROLONGED)
    assert str(turn.after) == "ALTHEA.COMPANY.~2025-01.2026-09"


@cache
def long_curve() -> Replanned:
    """A curve of three points, from no change to two, in which readiness comes first and value second."""
    running = running_plan(220)
    return replan(prepare(running.scenario), running.plan, gap=0.0)


def wished(wish: Wish) -> Replanned:
    return replan(long_curve().model, long_curve().running.contributions, wish, gap=0.0)


def test_a_cap_takes_the_best_plan_within_it() -> None:
    assert [point.most for point in long_curve().curve] == [0, 1, 2]
    for most in range(3):
        chosen = wished(Wish(most=most)).chosen
        assert chosen is not None
        assert chosen.plan.changes == most
        assert chosen.value == pytest.approx(long_curve().curve[most].value)
        # The goals after the number of changes are searched as well, for the plan that is taken.
        goals = [goal.name for goal in chosen.plan.solution.goals]
        assert len(goals) == len(chosen.plan.ledger.scenario.goals) + 1


def test_a_cap_below_what_is_needed_is_refused() -> None:
    with pytest.raises(UsageError, match="at least 1 are needed"):
        anew("2025-10", fewer("EXPERT", "2026-01", 8), Wish(most=0))


def test_a_change_must_bring_its_price() -> None:
    values = [point.value for point in long_curve().curve]
    gains = [after - before for before, after in pairwise(values)]
    assert min(gains) > 0
    for price in (0.0, min(gains) * 0.9, min(gains) * 1.1, sum(gains) + 1):
        chosen = wished(Wish(price)).chosen
        assert chosen is not None
        wanted = max(value - price * number for number, value in enumerate(values))
        assert chosen.value - price * chosen.plan.changes == pytest.approx(wanted)
    assert wished(Wish(sum(gains) + 1)).chosen.plan.changes == 0  # type: ignore[union-attr]


def test_what_is_within_the_gap_is_a_tie() -> None:
    running = long_curve().running
    assert long_curve().curve[0].short == long_curve().curve[-1].short
    found = replan(long_curve().model, running.contributions, gap=1.0)
    assert [point.most for point in found.curve] == [0]
