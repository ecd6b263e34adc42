"""The benchmarks run, untimed, with the tests, so that they cannot rot."""

from __future__ import annotations

import pytest
from benchmarks import decisions
from benchmarks.formulation import VARIANTS, measure
from builders import small_book

from inzet.scenario.scenario import Scenario


@pytest.mark.parametrize("name", VARIANTS)
def test_every_variant_can_be_measured(name: str) -> None:
    _, result = measure(Scenario(VARIANTS[name](small_book())), time_limit=30)
    assert result["status"] == "optimal"
    assert result["value"] == pytest.approx(result["bound"])


def test_the_decisions_table_can_be_measured() -> None:
    cold, table = decisions.measure(Scenario(small_book()))
    assert cold > 0 < table
