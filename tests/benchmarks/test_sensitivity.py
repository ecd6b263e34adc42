"""The benchmark of curves runs, untimed, with the tests, so that it cannot rot."""

from __future__ import annotations

from dataclasses import replace

import pytest
from benchmarks import sensitivity
from benchmarks.sensitivity import Draw, covered, solved_words, spread
from builders import small_book

from inzet.analyses.sensitivity.asking import Asking
from inzet.analyses.sensitivity.curve import Step
from inzet.analyses.sensitivity.units import supply_chain, unit_curve
from inzet.scenario.checks import make_scenario
from inzet.scenario.scenario import Scenario
from inzet.solve import Model


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
    found = sensitivity.measure(Scenario(small_book()), draw, 2)
    assert found.ratio > 0
    assert 0 < found.solves <= max(found.points, 4)
    assert found.solved == min(2, found.points)


def test_all_points_are_solved_one_by_one_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    ask = Model.ask

    def counted(model: Model, *edits: object, **options: object) -> object:
        asked.append(model.scenario.supply("EXPERT", model.scenario.horizon[0]))
        return ask(model, *edits, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Model, "ask", counted)
    found = sensitivity.measure(make_scenario(small_book())[0], sensitivity.supply("EXPERT"))
    assert asked[found.solves :] == list(range(11))
    assert (found.points, found.solved, solved_words(found)) == (11, 11, "all 11")
    assert solved_words(replace(found, solved=3)) == "3, scaled"


def test_only_what_a_curve_knows_is_a_point() -> None:
    scenario = make_scenario(small_book())[0]
    chain = supply_chain(scenario, "EXPERT", (scenario.horizon[0], scenario.horizon[-1]))
    curve = unit_curve(chain, Asking())
    assert [
        point().supply("EXPERT", scenario.horizon[0]) for point in covered(curve, lambda n: chain.at(round(n)))
    ] == [*range(11)]
    steps = (Step(0, 4, reason="open"), Step(5, 6, ruled_out=True), *(s for s in curve.steps if s.last is None))
    assert len(covered(replace(curve, steps=steps), lambda n: chain.at(round(n)))) == 1


def test_points_are_spread_evenly() -> None:
    points = [lambda number=number: number for number in range(11)]
    assert [point() for point in spread(points, 3)] == [1, 5, 9]  # type: ignore[arg-type, comparison-overlap]
    assert [point() for point in spread(points, 1)] == [5]  # type: ignore[arg-type, comparison-overlap]
    assert spread(points, 0) == spread(points, 20) == points  # type: ignore[arg-type, comparison-overlap]
