"""What the decisions table costs: every decision turned around, beside as many cold solves.

Run ``make bench``. Cold solves and tables are measured in turn, several rounds over, in one run on one machine; the
ratio of their medians is what a change should be judged by.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

from inzet.analyses.decisions import decisions
from inzet.scenario.checks import make_scenario
from inzet.scenario.scenario import Scenario
from inzet.solve import prepare, solve
from inzet.solver.place import cores
from inzet.workbook.reader import read_workbook

SHIPPED = Path(__file__).parents[2] / "scenarios" / "letter-2025.xlsx"


def measure(scenario: Scenario) -> tuple[float, float]:
    """Seconds for one cold solve, from scenario to plan, and for the table on top of a plan."""
    began = time.perf_counter()
    solve(scenario)
    cold = time.perf_counter() - began
    model = prepare(scenario)
    plan = model.ask()
    began = time.perf_counter()
    decisions(model, plan)
    return cold, time.perf_counter() - began


def main() -> None:
    """Measure and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workbook", type=Path, default=SHIPPED)
    arguments = parser.parse_args()
    scenario, _ = make_scenario(read_workbook(arguments.workbook)[0])
    rounds = [measure(scenario) for _ in range(arguments.rounds)]
    cold, table = (statistics.median(seconds) for seconds in zip(*rounds, strict=True))
    missions = len(scenario.missions)
    print(f"{missions} missions on {cores()} cores, medians of {arguments.rounds} rounds")
    print(
        f"cold solve {cold:.1f} s; table {table:.1f} s; one cold solve per mission would take {missions * cold:.0f} s"
    )
    print(
        f"ratio {missions * cold / table:.1f}: so many times faster than a cold solve per mission (at least 3 is asked)"
    )


if __name__ == "__main__":
    main()
