"""The benchmark of curves runs, untimed, with the tests, so that it cannot rot."""

from __future__ import annotations

import pytest
from benchmarks import sensitivity
from benchmarks.sensitivity import Draw
from builders import small_book

from inzet.scenario.scenario import Scenario


@pytest.mark.parametrize(
    "draw",
    [
        sensitivity.supply("EXPERT"),
        sensitivity.readiness("INF_COY", "TIER_1"),
        sensitivity.weight("ALLY"),
        sensitivity.budget("BIV"),
        sensitivity.losses,
    ],
)
def test_every_curve_can_be_measured(draw: Draw) -> None:
    cold, found = sensitivity.measure(Scenario(small_book()), draw)
    assert cold > 0 < found.seconds
    assert 0 < found.solves <= max(found.points, 4)
