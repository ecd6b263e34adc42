"""Every plan of a small random scenario, for brute force."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Sequence
from itertools import combinations, product

from random_books import random_book

from inzet.errors import InputError
from inzet.outcome import Contribution
from inzet.scenario.checks import make_scenario
from inzet.scenario.scenario import Scenario, Stay
from inzet.scenario.stays import stays_of
from inzet.schema.rows import Requirement

MOST_PLANS = 4000


def assignments(scenario: Scenario, stay: Stay) -> Iterator[Contribution]:
    """Every way to meet a stay's requirements with whole units, where there is a choice."""
    choices = []
    for requirement in scenario.requirements_of(stay.mission, stay.option):
        providers = scenario.providers(requirement.capability)
        modular = scenario.options[stay.mission, stay.option].modular
        if len(providers) > 1 or modular:
            most = [-(-requirement.quantity // p.provides) for p in providers]
            choices.append(
                [
                    {(requirement.capability, p.unit): n for p, n in zip(providers, numbers, strict=True) if n}
                    for numbers in product(*(range(m + 1) for m in most))
                    if _fits(sum(n * p.provides for n, p in zip(numbers, providers, strict=True)), requirement, modular)
                ]
            )
    for chosen in product(*choices):
        yield Contribution(stay, {key: n for part in chosen for key, n in part.items()})


def _fits(provided: int, requirement: Requirement, modular: bool) -> bool:
    return provided <= requirement.quantity if modular else provided >= requirement.quantity


def per_mission(scenario: Scenario, name: str, stays: Sequence[Stay] | None = None) -> list[tuple[Contribution, ...]]:
    """Every set of contributions of one mission that keeps the mission's own rules."""
    mission = scenario.missions[name]
    found: list[tuple[Contribution, ...]] = []
    stays = stays_of(scenario, mission) if stays is None else stays
    for number in range(mission.max_stays + 1):
        for chosen in combinations(stays, number):
            overlap = any(a.first <= b.last and b.first <= a.last for a, b in combinations(chosen, 2))
            runs = sum(stay.running for stay in chosen)
            if overlap or (mission.mandated and not chosen) or runs != (mission.running_option is not None):
                continue
            found += product(*(assignments(scenario, stay) for stay in chosen))
    return found


def small_scenario(seed: int) -> tuple[Scenario, list[list[tuple[Contribution, ...]]]]:
    """The first valid scenario from a seed on that has few enough plans to try them all."""
    for attempt in range(100):
        with contextlib.suppress(InputError):
            scenario, _ = make_scenario(random_book(seed + 100_000 * attempt))
            sets = [per_mission(scenario, name) for name in scenario.missions]
            if math.prod(map(len, sets)) <= MOST_PLANS:
                return scenario, sets
    raise AssertionError("the generator makes no small valid plans any more")
