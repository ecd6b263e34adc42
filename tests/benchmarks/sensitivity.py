"""What exact curves cost: solves against the points of a grid, and time against the same points solved cold one by one.

Run ``make bench``. Curves and cold solves are measured in turn, several rounds over, in one run on one machine; the
ratio of their medians is what a change should be judged by. A cold solve is measured at the setting as it stands, and
counted once for every point of the grid that the curve covers.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from inzet.analyses.sensitivity.asking import Asking
from inzet.analyses.sensitivity.criticality import criticality
from inzet.analyses.sensitivity.money import budget_curve, purse_of
from inzet.analyses.sensitivity.units import readiness_chain, supply_chain, unit_curve
from inzet.analyses.sensitivity.weights import scale_of, weight_curve
from inzet.scenario.checks import make_scenario
from inzet.scenario.scenario import Scenario
from inzet.solve import prepare, solve
from inzet.solver.place import cores
from inzet.workbook.reader import read_workbook

SHIPPED = Path(__file__).parents[2] / "scenarios" / "letter-2025.xlsx"
STAIRS = 10
"""Solves for the staircase over money: the whole of it has hundreds of steps."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One curve, measured.

    Attributes:
        solves: questions that it took.
        points: points of a grid over the same settings.
        seconds: time that it took.
    """

    solves: int
    points: int
    seconds: float


Draw = Callable[[Scenario], tuple[int, int]]
"""Draws a curve; gives its solves, and the points of the grid that it covers."""


def supply(unit: str) -> Draw:
    """The curve of a unit type."""

    def draw(scenario: Scenario) -> tuple[int, int]:
        found = unit_curve(supply_chain(scenario, unit, (scenario.horizon[0], scenario.horizon[-1])), Asking())
        return found.solves, found.points

    return draw


def readiness(unit: str, tier: str) -> Draw:
    """The curve of a commitment."""

    def draw(scenario: Scenario) -> tuple[int, int]:
        window = (scenario.horizon[0], scenario.horizon[-1])
        found = unit_curve(readiness_chain(scenario, unit, tier, window), Asking())
        return found.solves, found.points

    return draw


def weight(interest: str) -> Draw:
    """The envelope of a weight."""

    def draw(scenario: Scenario) -> tuple[int, int]:
        found = weight_curve(scale_of(prepare(scenario), interest), Asking())
        return found.solves, found.points

    return draw


def budget(fund: str) -> Draw:
    """Some steps of the staircase of a fund; each is a point of its own, and exact."""

    def draw(scenario: Scenario) -> tuple[int, int]:
        found = budget_curve(purse_of(prepare(scenario), fund), Asking(), solves=STAIRS)
        return found.solves, found.points if found.complete else found.solves

    return draw


def losses(scenario: Scenario) -> tuple[int, int]:
    """What is critical."""
    model, asking = prepare(scenario), Asking()
    found = criticality(model, asking.ask(model, "plan"), (scenario.horizon[0], scenario.horizon[-1]), asking)
    return found.solves, found.points


CURVES: Mapping[str, Draw] = {
    "supply MRTT": supply("MRTT"),
    "supply FIELD_HUMINT_TEAM": supply("FIELD_HUMINT_TEAM"),
    "supply INF_COY": supply("INF_COY"),
    "supply STAFF_OFFICER": supply("STAFF_OFFICER"),
    "readiness INF_COY TIER_1": readiness("INF_COY", "TIER_1"),
    "weight ECONOMIC": weight("ECONOMIC"),
    "budget BIV": budget("BIV"),
    "criticality": losses,
}


def measure(scenario: Scenario, draw: Draw) -> tuple[float, Measured]:
    """Seconds for one cold solve, from scenario to plan, and for a whole curve."""
    began = time.perf_counter()
    solve(scenario, gap=0.0)
    cold = time.perf_counter() - began
    began = time.perf_counter()
    solves, points = draw(scenario)
    return cold, Measured(solves, points, time.perf_counter() - began)


def main() -> None:
    """Measure and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workbook", type=Path, default=SHIPPED)
    parser.add_argument("--only", default="", help="one curve, by its name")
    arguments = parser.parse_args()
    scenario, _ = make_scenario(read_workbook(arguments.workbook)[0])
    print(f"curves on {cores()} cores, medians of {arguments.rounds} rounds; every point cold, one by one, beside them")
    print(f"{'curve':26} {'solves':>6} {'points':>6} {'curve s':>8} {'cold s':>8} {'ratio':>6}")
    for name, draw in CURVES.items():
        if arguments.only not in ("", name):
            continue
        rounds = [measure(scenario, draw) for _ in range(arguments.rounds)]
        cold = statistics.median(seconds for seconds, _ in rounds)
        seconds = statistics.median(found.seconds for _, found in rounds)
        found = rounds[0][1]
        grid = cold * found.points
        print(f"{name:26} {found.solves:6} {found.points:6} {seconds:8.1f} {grid:8.1f} {grid / seconds:6.1f}")


if __name__ == "__main__":
    main()
