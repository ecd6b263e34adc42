"""A problem as one number moves: what lies on the straight line between two, and what does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from problems import knapsack

from inzet.analyses.assumptions.straight import is_straight, on_the_way, only_value_moves
from inzet.problem import Problem


def moved(problem: Problem, share: float) -> Problem:
    """Every kind of entry moves at once."""
    return replace(
        problem,
        matrix=problem.matrix * (1 + share),
        row_upper=problem.row_upper + 3 * share,
        upper=problem.upper + share,
        goals=problem.goals - 5 * share,
        offsets=problem.offsets + share,
    )


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_every_entry_moves_evenly(share: float) -> None:
    first, last = moved(knapsack(), 0.0), moved(knapsack(), 1.0)
    found, expected = on_the_way(first, last, share), moved(knapsack(), share)
    assert found is not None
    assert np.allclose(found.matrix.toarray(), expected.matrix.toarray())
    for name in ("lower", "upper", "row_lower", "row_upper", "goals", "offsets"):
        assert np.allclose(getattr(found, name), getattr(expected, name)), name
    assert is_straight(first, expected, last, share)
    assert share == 0.25 or not is_straight(first, expected, last, 0.25)


@pytest.mark.parametrize("what", ["matrix", "row_upper", "upper", "goals", "offsets"])
def test_one_entry_that_jumps_is_no_line(what: str) -> None:
    first, last = moved(knapsack(), 0.0), moved(knapsack(), 1.0)
    middle = moved(knapsack(), 0.5)
    assert not is_straight(first, replace(middle, **{what: getattr(first, what)}), last, 0.5)


def test_other_names_are_no_line() -> None:
    problem = knapsack()
    other = replace(problem, rows=tuple(f"other {row}" for row in problem.rows))
    assert on_the_way(problem, other, 0.5) is None
    assert not is_straight(problem, other, problem, 0.5)
    endless = replace(problem, row_upper=np.full_like(problem.row_upper, np.inf))
    assert on_the_way(problem, endless, 0.5) is None


def test_only_value_moves() -> None:
    problem = knapsack()
    problem = replace(problem, goals=np.vstack([problem.goals[:1], problem.goals[:1], problem.goals[:1] * 0]))
    worth = problem.goals.copy()
    worth[1] *= 2
    assert only_value_moves(problem, replace(problem, goals=worth))
    other = problem.goals.copy()
    other[0] *= 2
    assert not only_value_moves(problem, replace(problem, goals=other))
    assert not only_value_moves(problem, replace(problem, row_upper=problem.row_upper + 1))
