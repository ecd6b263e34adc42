"""The benchmark of near-optimal plans runs, untimed, with the tests, so that it cannot rot."""

from __future__ import annotations

from benchmarks.alternatives import measure
from turning import turning_book

from inzet.scenario.scenario import Scenario


def test_near_optimal_plans_can_be_measured_and_are_what_one_by_one_finds() -> None:
    found = measure(Scenario(turning_book()), 0.6)
    assert found.same
    assert found.cold > 0 < found.seconds
    assert found.asked > found.solves > 0
