"""What exact curves cost: solves against the points of a grid, and time against the same points solved cold one by one.

Run ``make bench``. In every round a curve is drawn, and then points of the grid that it covers are solved by
themselves, one after the other, from scenario to plan. The ratio is the time of all points to that of the curve; its
median over the rounds is what a change should be judged by. A grid has more points than anybody wants to wait for, so
that by default only some are solved, each from the middle of an equal part of the curve, and their time is scaled up
to all of them; the table says which. ``--points 0`` solves them all, and scales nothing. A curve may solve several
questions side by side, one for each core; the points are solved one by one, as somebody would who runs ``inzet solve``
for each.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from inzet.analyses.decisions import down_to_value
from inzet.analyses.sensitivity.asking import Asking
from inzet.analyses.sensitivity.criticality import criticality, losing_each
from inzet.analyses.sensitivity.curve import Curve, Sort, Step
from inzet.analyses.sensitivity.money import budget_curve, purse_of
from inzet.analyses.sensitivity.units import Chain, readiness_chain, supply_chain, unit_curve
from inzet.analyses.sensitivity.weights import scale_of, weight_curve
from inzet.edits import first_goals
from inzet.scenario.changes import Changes, what_if
from inzet.scenario.checks import make_scenario
from inzet.scenario.scenario import Scenario
from inzet.solve import prepare
from inzet.solver.place import cores
from inzet.workbook.reader import read_workbook

SHIPPED = Path(__file__).parents[2] / "scenarios" / "letter-2025.xlsx"
STAIRS = 10
"""Solves for the staircase over money: the whole of it has thousands of steps."""
ROUNDS, POINTS = 3, 5
"""Rounds, and points solved cold in each, unless others are asked for."""

Point = Callable[[], Scenario]
"""The scenario at a point of the grid; made when it is asked for, for that takes time too."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A curve that was drawn.

    Attributes:
        solves: questions that it took.
        points: the points of a grid that it covers.
        to_value: whether its questions ended with value, as those for the points then do.
    """

    solves: int
    points: Sequence[Point]
    to_value: bool = False


Draw = Callable[[Scenario], Drawn]
"""Draws a curve."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A round: a curve, and points of its grid one by one.

    Attributes:
        solves: questions that the curve took.
        points: points of the grid that it covers.
        solved: so many of them were solved cold.
        ratio: seconds for all points, scaled up where only some were solved, to seconds for the curve.
    """

    solves: int
    points: int
    solved: int
    ratio: float


def supply(unit: str) -> Draw:
    """The curve of a unit type."""
    return lambda scenario: _units(supply_chain(scenario, unit, (scenario.horizon[0], scenario.horizon[-1])))


def readiness(unit: str, tier: str) -> Draw:
    """The curve of a commitment."""
    return lambda scenario: _units(readiness_chain(scenario, unit, tier, (scenario.horizon[0], scenario.horizon[-1])))


def _units(chain: Chain) -> Drawn:
    found = unit_curve(chain, Asking())
    return Drawn(found.solves, covered(found, lambda setting: chain.at(round(setting))))


def weight(interest: str) -> Draw:
    """The envelope of a weight."""

    def draw(scenario: Scenario) -> Drawn:
        scale = scale_of(prepare(scenario), interest)
        found = weight_curve(scale, Asking())
        return Drawn(found.solves, covered(found, scale.at))

    return draw


def budget(fund: str) -> Draw:
    """Some steps of the staircase of a fund, and the points of the grid that lie on them."""

    def draw(scenario: Scenario) -> Drawn:
        purse = purse_of(prepare(scenario), fund)
        found = budget_curve(purse, Asking(), solves=STAIRS)
        return Drawn(found.solves, covered(found, purse.at), to_value=True)

    return draw


def losses(scenario: Scenario) -> Drawn:
    """What is critical: the points are the plan as it stands, and each loss but those that the workbook refuses."""
    model, asking, window = prepare(scenario), Asking(), (scenario.horizon[0], scenario.horizon[-1])
    found = criticality(model, asking.ask(model, "plan"), window, asking)
    known = {(taken.sort, taken.what) for taken in found.taken if taken.solution is not None}
    changes = [change for key, (_, change) in losing_each(scenario, window) if key in known]
    return Drawn(found.solves, [lambda: scenario, *(_changed(scenario, change) for change in changes)])


def covered(curve: Curve, at: Callable[[float], Scenario]) -> list[Point]:
    """The points of a curve's grid of which it knows the best plan, or that there is none.

    Args:
        curve: the curve.
        at: the scenario at a setting.
    """
    settings = (number * curve.grid for number in range(curve.points))
    return [_at(at, setting) for setting in settings if any(_knows(step, setting) for step in curve.steps)]


def _knows(step: Step, setting: float) -> bool:
    """Whether a step covers a setting; one that the workbook itself refuses is no point to be solved."""
    return step.sort is not Sort.OPEN and not step.ruled_out and step.holds(setting)


def _at(at: Callable[[float], Scenario], setting: float) -> Point:
    return lambda: at(setting)


def _changed(scenario: Scenario, changes: Changes) -> Point:
    return lambda: what_if(scenario, changes)


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


def spread(points: Sequence[Point], most: int) -> list[Point]:
    """So many of some points at most, each from the middle of an equal part; all of them for 0.

    Seldom the very ends: there is often no plan there, or no choice, and neither takes as long as the rest.
    """
    if not most or len(points) <= most:
        return list(points)
    return [points[(2 * number + 1) * len(points) // (2 * most)] for number in range(most)]


def measure(scenario: Scenario, draw: Draw, most: int = 0) -> Measured:
    """One round: draw a curve, then solve points of its grid cold, one by one.

    Args:
        scenario: what is planned.
        draw: draws the curve.
        most: points that are solved at most; all of them for 0.
    """
    began = time.perf_counter()
    drawn = draw(scenario)
    seconds = time.perf_counter() - began
    chosen = spread(drawn.points, most)
    began = time.perf_counter()
    for point in chosen:
        model = prepare(point())
        model.ask(*([first_goals(down_to_value(scenario))] if drawn.to_value else []), gap=0.0)
    cold = time.perf_counter() - began
    return Measured(drawn.solves, len(drawn.points), len(chosen), cold / len(chosen) * len(drawn.points) / seconds)


def solved_words(found: Measured) -> str:
    """How many points were solved cold, and whether their time was scaled."""
    return f"all {found.points}" if found.solved == found.points else f"{found.solved}, scaled"


def main() -> None:
    """Measure and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"rounds; {ROUNDS} when not given")
    parser.add_argument(
        "--points", type=int, default=POINTS, help=f"points solved cold in a round; {POINTS} when not given, 0 for all"
    )
    parser.add_argument("--workbook", type=Path, default=SHIPPED)
    parser.add_argument("--only", default="", help="one curve, by its name")
    arguments = parser.parse_args()
    scenario, _ = make_scenario(read_workbook(arguments.workbook)[0])
    print(
        f"Curves on {cores()} cores, against the points of a grid that each covers, solved cold one by one; medians of "
        f"{arguments.rounds} rounds. 'scaled': only so many points were solved, and their time was scaled up to all."
    )
    print(f"{'curve':26} {'solves':>6} {'points':>6} {'solved cold':>12} {'times as fast':>14}", flush=True)
    for name, draw in CURVES.items():
        if arguments.only not in ("", name):
            continue
        rounds = [measure(scenario, draw, arguments.points) for _ in range(arguments.rounds)]
        ratio = statistics.median(found.ratio for found in rounds)
        found = rounds[0]
        print(f"{name:26} {found.solves:6} {found.points:6} {solved_words(found):>12} {ratio:14.1f}", flush=True)


if __name__ == "__main__":
    main()
