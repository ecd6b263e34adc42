"""What near-optimal plans cost: questions covered by every solve, and time beside the same solved cold one by one.

Run it by hand. One by one means: for every mission, option and pair of contested missions the other way, a model built
anew and one solve of it, with the same limits, until a plan is found or proven not to be there. The cold solves of
pairs are many, so they are timed on every n-th of them and scaled; everything else is solved to the last one, and what
comes out must be the same.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from inzet.analyses.alternatives import PLANS, Alternatives, Standing, Tie, alternatives, hair
from inzet.analyses.decisions import contributing, down_to_value
from inzet.edits import Edit, any_plan, at_most, choose_none_of, choose_one_of
from inzet.scenario.checks import make_scenario
from inzet.scenario.scenario import Scenario
from inzet.solve import Model, prepare, stay_column
from inzet.solver.place import current_place
from inzet.workbook.reader import read_workbook

SHIPPED = Path(__file__).parents[2] / "scenarios" / "letter-2025.xlsx"


@dataclass(frozen=True)
class Measured:
    """What was measured for one share.

    Attributes:
        found: the answer.
        seconds: time for all of it but the unlike plans.
        cold: seconds for the same, solved cold one by one.
        asked: questions that one by one would ask.
        same: whether the cold solves came to the same.
    """

    found: Alternatives
    seconds: float
    cold: float
    asked: int
    same: bool

    @property
    def solves(self) -> int:
        """Solves that settled everything but the unlike plans."""
        return sum(number for name, number in self.found.solves.items() if name != PLANS)


def columns(model: Model, mission: str, option: str = "") -> list[str]:
    """The columns that would have a mission in, or in with one option."""
    stays = contributing(model.scenario, model.stays[mission])
    return [stay_column(stay) for stay in stays if option in ("", stay.option)]


def measure(scenario: Scenario, within: float, every: int = 1) -> Measured:
    """Measure near-optimal plans, and the same questions solved cold; of the pairs every n-th."""
    model = prepare(scenario)
    best = model.ask()
    began = time.perf_counter()
    found = alternatives(model, best, within, most=0)
    seconds = time.perf_counter() - began
    ranks = down_to_value(scenario)
    held = found.best.ledger.ranked[:ranks]
    most = (*held[:-1], held[-1] + within * abs(held[-1]))
    limits = [at_most(rank, limit + hair(limit)) for rank, limit in enumerate(most)]
    asked, pairs = questions(model, found)
    cold, same = 0.0, True
    for scale, group in ((1, asked), (every, pairs[::every])):
        for edits, expected in group:
            began = time.perf_counter()
            solution = prepare(scenario).ask(*limits, *edits, any_plan())
            cold += scale * (time.perf_counter() - began)
            same &= solution.status.has_plan is expected
    return Measured(found, seconds, cold, len(asked) + len(pairs), same)


Questions = list[tuple[list[Edit], bool]]
"""What is asked for, and whether there is such a plan."""


def questions(model: Model, found: Alternatives) -> tuple[Questions, Questions]:
    """What one by one would ask about missions and options, and about pairs of contested missions."""
    asked: Questions = []
    for place in found.places:
        own = columns(model, place.mission)
        if own:
            turned = choose_none_of(own) if place.in_best else choose_one_of(own)
            asked.append(([turned], place.standing is Standing.CONTESTED))
        options = {stay.option for stay in contributing(model.scenario, model.stays[place.mission])}
        with_best = {c.stay.option for c in found.best.ledger.contributions if c.stay.mission == place.mission}
        for option in sorted(options - with_best) if len(options) > 1 else ():
            named = option in place.options
            asked.append(([choose_one_of(columns(model, place.mission, option))], named))
    apart = {(pair.mission, pair.other) for pair in found.pairs if pair.tie is Tie.APART}
    contested = [place.mission for place in found.of(Standing.CONTESTED)]
    pairs: Questions = [
        ([choose_one_of(columns(model, one)), choose_one_of(columns(model, other))], (one, other) not in apart)
        for one, other in combinations(contested, 2)
    ]
    return asked, pairs


def main() -> None:
    """Measure and print, share by share."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--within", type=float, nargs="*", default=[0.01, 0.03])
    parser.add_argument("--every", type=int, default=10, help="time every n-th cold solve of a pair")
    parser.add_argument("--workbook", type=Path, default=SHIPPED)
    arguments = parser.parse_args()
    scenario, _ = make_scenario(read_workbook(arguments.workbook)[0])
    print(f"{len(scenario.missions)} missions, {current_place().at_a_time} solves at a time")
    for within in arguments.within:
        found = measure(scenario, within, arguments.every)
        numbers = ", ".join(f"{len(found.found.of(standing))} {standing}" for standing in Standing)
        print(f"within {within:.2%}: {numbers}; the same as one by one: {found.same}")
        print(
            f"  {found.solves} solves settled what {found.asked} would one by one "
            f"(and two for every mission is {2 * len(scenario.missions)}): {found.asked / found.solves:.1f} for each"
        )
        print(
            f"  {found.seconds:.0f} s against {found.cold:.0f} s cold: {found.cold / found.seconds:.1f} times as fast"
        )


if __name__ == "__main__":
    main()
