"""Two small problems for the tests of the solver."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from inzet.problem import Problem


def knapsack(capacity: float = 10.0, goals: list[list[float]] | None = None) -> Problem:
    """Take what is worth most within a capacity; the second goal prefers few pieces."""
    values, weights = [60.0, 100.0, 120.0, 40.0], [5.0, 4.0, 6.0, 3.0]
    goals = goals or [[-v for v in values], [1.0] * 4]
    return Problem(
        columns=("a", "b", "c", "d"),
        lower=np.zeros(4),
        upper=np.ones(4),
        integer=np.ones(4, dtype=bool),
        rows=("capacity",),
        matrix=sparse.csc_array(np.array([weights])),
        row_lower=np.array([-np.inf]),
        row_upper=np.array([capacity]),
        goals=np.array(goals),
        offsets=np.zeros(len(goals)),
        goal_names=tuple(f"goal{i}" for i in range(len(goals))),
        more_is_better=(False,) * len(goals),
    )


def hard_problem(size: int = 60, rows: int = 30, seed: int = 1) -> Problem:
    """A market split problem: it has a plan at once, and no proof within the time a test may take."""
    random = np.random.default_rng(seed)
    weights = random.integers(0, 100, size=(rows, size)).astype(float)
    slack = np.hstack([np.eye(rows), -np.eye(rows)])
    matrix = np.hstack([weights, slack])
    columns = matrix.shape[1]
    half = np.floor(weights.sum(axis=1) / 2)
    return Problem(
        columns=tuple(f"x{i}" for i in range(columns)),
        lower=np.zeros(columns),
        upper=np.array([1.0] * size + [1e5] * (2 * rows)),
        integer=np.array([True] * size + [False] * (2 * rows)),
        rows=tuple(f"r{i}" for i in range(rows)),
        matrix=sparse.csc_array(matrix),
        row_lower=half,
        row_upper=half,
        goals=np.array([[0.0] * size + [1.0] * (2 * rows)]),
        offsets=np.zeros(1),
        goal_names=("shortage",),
        more_is_better=(False,),
    )
