"""Which decisions stand on documents, which stand whatever is assumed, and what the others hang on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, partial
from typing import TypeVar

from inzet.analyses.assumptions.alone import Alone, Flip, alone
from inzet.analyses.assumptions.draws import Draws, Driver, numbers_of, spread_out
from inzet.analyses.assumptions.worlds import OUT, Base, World
from inzet.analyses.decisions import contributing
from inzet.analyses.runner import Failed, OnDone, Task, failures_kept, side_by_side
from inzet.outcome import Solution
from inzet.scenario.assumptions import Assumption, assumptions_of
from inzet.scenario.scenario import Scenario
from inzet.scenario.stays import stays_of
from inzet.solve import Model

T = TypeVar("T")


class Ground(StrEnum):
    """What a decision rests on."""

    DOCUMENTS = "stands on documents"
    """The workbook leaves nothing to decide, and no assumed number has a part in that."""
    WHATEVER = "stands whatever we assume"
    """No assumed number turns it by itself, and it was the same in every draw that has a plan."""
    HANGS = "hangs on"
    """Some assumed number turns it, alone or together with others."""
    UNKNOWN = "not examined"
    """The work was stopped before this was known, or there is no draw that would show it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What one decision rests on.

    Attributes:
        mission: the mission.
        choice: the options with which it is in; empty when it is out.
        ground: what the decision rests on.
        flips: the numbers that turn it by themselves, each with how.
        stood: in how many of the draws with a plan the decision was the same, option and all.
        present: in how many of them the mission was in.
        options: in how many it was in with which option; an empty text stands for out.
        drivers: the numbers that go together with it in the draws.
    """

    mission: str
    choice: str
    ground: Ground
    flips: tuple[tuple[Assumption, Flip], ...]
    stood: int
    present: int
    options: Mapping[str, int]
    drivers: tuple[Driver, ...]

    @property
    def hangs_on(self) -> tuple[Assumption, ...]:
        """The numbers that turn it alone, then those that drive it in the draws."""
        named = (*(assumption for assumption, _ in self.flips), *(driver.assumption for driver in self.drivers))
        return tuple(dict.fromkeys(named))


@dataclass(frozen=True)
class Examined:
    """What the decisions of a plan hang on.

    Attributes:
        scenario: what was planned.
        plan: its best plan.
        world: how it comes out as the numbers stand.
        numbers: every assumed number by itself; those that were not begun are not there.
        failed: numbers and draws that went wrong, with the reason.
        draws: all of them together.
        asked: how many numbers there are, and how many draws were asked for.
    """

    scenario: Scenario
    plan: Solution
    world: World
    numbers: tuple[Alone, ...]
    failed: Mapping[str, str]
    draws: Draws
    asked: tuple[int, int]

    @property
    def is_whole(self) -> bool:
        """Whether every number and every draw was looked at."""
        draws = sum(not world.was_stopped for world in self.draws.worlds.values())
        return (sum(number.is_whole for number in self.numbers), draws) == self.asked

    @cached_property
    def standings(self) -> tuple[Standing, ...]:
        """What every decision rests on, by mission."""
        return tuple(self._standing(mission) for mission in self.scenario.missions)

    def of(self, ground: Ground) -> tuple[Standing, ...]:
        """The decisions that rest on one thing."""
        return tuple(standing for standing in self.standings if standing.ground is ground)

    def _standing(self, mission: str) -> Standing:
        choice = self.world.choice(mission)
        flips = tuple((one.assumption, flip) for one in self.numbers for flip in one.flips if flip.mission == mission)
        options = self.draws.options(mission)
        planned = len(self.draws.planned)
        stood = options.get(choice, 0)
        if leaves_no_choice(self.scenario, mission) and not flips and stood == planned:
            ground = Ground.DOCUMENTS
        elif flips or stood < planned:
            ground = Ground.HANGS
        else:
            # Without a draw that has a plan, nothing is known of all numbers together.
            ground = Ground.WHATEVER if self.is_whole and planned else Ground.UNKNOWN
        return Standing(
            mission,
            choice,
            ground,
            flips,
            stood,
            planned - options.get(OUT, 0),
            options,
            self.draws.drivers(mission, choice),
        )


def leaves_no_choice(scenario: Scenario, mission: str) -> bool:
    """Whether the workbook leaves nothing to decide about a mission: mandated with one option, or nothing to choose."""
    row = scenario.missions[mission]
    stays = contributing(scenario, stays_of(scenario, row))
    return not stays or (row.mandated and len({stay.option for stay in stays}) == 1)


def examine(
    model: Model,
    plan: Solution,
    *,
    draws: int,
    seed: int,
    time_limit: float | None = None,
    gap: float = 0.0,
    on_number: OnDone = lambda *_: None,
    on_draw: OnDone = lambda *_: None,
) -> Examined:
    """Look at draws of all assumed numbers, then at every number by itself.

    Ctrl-C ends the part at hand and begins the next; what is known by then is returned.

    Args:
        model: the scenario's model.
        plan: its best plan.
        draws: how many worlds to draw.
        seed: of the random numbers.
        time_limit: seconds for each search; the workbook's setting when not given.
        gap: share of the best within which each search may stop; with more than 0 hardly anything is proven.
        on_number: told of every number as it is done.
        on_draw: told of every draw as it is done.

    Raises:
        AuditError: the plan breaks a rule, or is worth something else than claimed.
    """
    base = Base(model, plan, time_limit, gap)
    world = base.world.slim()
    assumptions = assumptions_of(model.scenario.book)
    shares = spread_out(assumptions, draws, seed)
    every = {f"draw {row + 1}": _draw(base, numbers_of(assumptions, shares[row])) for row in range(draws)}
    found, bad = _done(every, on_draw)
    numbers, worse = _done({a.name: partial(alone, base, a) for a in assumptions}, on_number)
    worlds = {number: found[name] for number, name in enumerate(every) if name in found}
    return Examined(
        model.scenario,
        plan,
        world,
        tuple(numbers.values()),
        bad | worse,
        Draws(assumptions, seed, shares, worlds),
        (len(assumptions), draws),
    )


def _draw(base: Base, numbers: Mapping[Assumption, float]) -> Callable[[threading.Event], World]:
    return lambda stop: base.draw(numbers, stop).slim()


def _done(tasks: Mapping[str, Task[T]], on_done: OnDone) -> tuple[dict[str, T], dict[str, str]]:
    results = side_by_side(failures_kept(tasks), on_done=on_done)
    bad = {name: result.reason for name, result in results.items() if isinstance(result, Failed)}
    return {name: result for name, result in results.items() if not isinstance(result, Failed)}, bad
