"""The benchmarks run, untimed, with the tests, so that they cannot rot."""

from __future__ import annotations

import pytest
from benchmarks.formulation import VARIANTS, measure
from builders import small_book

from inzet.scenario.scenario import Scenario


@pytest.mark.parametrize("name", VARIANTS)
def test_every_variant_can_be_measured(name: str) -> None:
    _, result = measure(Scenario(VARIANTS[name](small_book())), time_limit=30)
    assert result["status"] == "optimal"
    assert result["value"] == pytest.approx(result["bound"])
