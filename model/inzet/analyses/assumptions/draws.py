"""All assumed numbers at a time: seeded draws that spread over every range, and what decides in them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.stats import norm, qmc

from inzet.analyses.assumptions.worlds import CONTRADICTORY, World
from inzet.problem import Floats
from inzet.scenario.assumptions import Assumption

DOUBT = 0.05
"""A number is called a driver when chance alone would name any one number for a decision less often than this."""
MOST_DRIVERS = 3


@dataclass(frozen=True, slots=True)
class Driver:
    """A number that goes together with something in the draws: a decision that stands, or a plan at all.

    Attributes:
        assumption: the number.
        correlation: between the number and what it goes together with, from -1 to 1: above 0 that is so more often
            with a larger number.
    """

    assumption: Assumption
    correlation: float


@dataclass(frozen=True)
class Draws:
    """Worlds drawn at random.

    Attributes:
        assumptions: the numbers, in the order of the columns of ``shares``.
        seed: of the random numbers.
        shares: where in its range each number lies, shape (draws, numbers).
        worlds: how the plan comes out, by number of the draw; those that were not begun are not there.
    """

    assumptions: tuple[Assumption, ...]
    seed: int
    shares: Floats
    worlds: Mapping[int, World]

    @cached_property
    def planned(self) -> Mapping[int, World]:
        """The draws in which there is a plan."""
        return {number: world for number, world in self.worlds.items() if world.has_plan}

    @property
    def refused(self) -> Mapping[str, int]:
        """How many draws have no plan, by reason; numbers that contradict each other are one, with an example."""
        reasons = Counter(w.reason for w in self.worlds.values() if not w.has_plan and not w.was_stopped)
        several = [reason for reason in reasons if reason.startswith(CONTRADICTORY)]
        if len(several) > 1:
            together = several[0].replace(CONTRADICTORY, f"{CONTRADICTORY}, for example", 1)
            reasons[together] = sum(reasons.pop(reason) for reason in several)
        return dict(reasons)

    def options(self, mission: str) -> Mapping[str, int]:
        """How many draws with a plan have a mission in, by option; out is an empty text."""
        return dict(Counter(world.choice(mission) for world in self.planned.values()).most_common())

    def drivers(self, mission: str, was: str) -> tuple[Driver, ...]:
        """The numbers that go together with a decision, those that do most first.

        The correlation between the rank of a number and the decision being as it is. Of so many numbers some
        correlate by chance; only those beyond what chance would do with any of them are named (Bonferroni).
        """
        return self._together({row: world.choice(mission) == was for row, world in self.planned.items()})

    @cached_property
    def plan_drivers(self) -> tuple[Driver, ...]:
        """The numbers that go together with there being a plan at all, those that do most first."""
        return self._together({row: world.has_plan for row, world in self.worlds.items() if not world.was_stopped})

    def _together(self, found: Mapping[int, bool]) -> tuple[Driver, ...]:
        """The numbers that go together with something being so, by number of the draw."""
        rows = list(found)
        stands = np.array([found[row] for row in rows], dtype=float)
        if len(rows) < 3 or stands.min() == stands.max():
            return ()
        ranks = self.shares[rows].argsort(axis=0).argsort(axis=0).astype(float)
        ranks -= ranks.mean(axis=0)
        stands -= stands.mean()
        spread = np.sqrt((ranks**2).sum(axis=0) * (stands**2).sum())
        correlations = np.divide(ranks.T @ stands, spread, out=np.zeros(len(spread)), where=spread > 0)
        least = float(norm.ppf(1 - DOUBT / 2 / max(1, len(correlations)))) / math.sqrt(len(rows))
        order = np.argsort(-np.abs(correlations))[:MOST_DRIVERS]
        return tuple(
            Driver(self.assumptions[index], float(correlations[index]))
            for index in order
            if abs(correlations[index]) > least
        )


def spread_out(assumptions: Sequence[Assumption], draws: int, seed: int) -> Floats:
    """Latin hypercube: each number's range is cut into as many parts as there are draws, and every part is drawn once.

    Args:
        assumptions: the numbers.
        draws: how many worlds.
        seed: of the random numbers; the same seed gives the same worlds.

    Returns:
        Where in its range each number lies, from 0 to 1, shape (draws, numbers).
    """
    if not assumptions:
        return np.zeros((draws, 0))
    shares: Floats = qmc.LatinHypercube(d=len(assumptions), rng=np.random.default_rng(seed)).random(draws)
    return shares


def numbers_of(assumptions: Sequence[Assumption], shares: Floats) -> dict[Assumption, float]:
    """The numbers of one draw; every number of a range is as likely as any other."""
    return {assumption: assumption.at(float(share)) for assumption, share in zip(assumptions, shares, strict=True)}
