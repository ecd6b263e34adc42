"""A problem as one number moves: on the straight line between two ends, every entry of it moves evenly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse
from scipy.sparse import linalg

from inzet.problem import Floats, Problem

ARITHMETIC = 1e-9
"""Relative difference between two sums of the same numbers."""
VALUE_RANK = -2
"""Value is the last goal but the one that keeps to what the plan decides."""


def on_the_way(first: Problem, last: Problem, share: float) -> Problem | None:
    """The problem at a share of the way from one to another; None when they do not have the same columns and rows.

    Args:
        first: the problem at the beginning of the way.
        last: the one at its end.
        share: from 0 to 1.
    """
    names = ("columns", "rows", "goal_names", "more_is_better")
    if any(getattr(first, name) != getattr(last, name) for name in names):
        return None
    if not np.array_equal(first.integer, last.integer):
        return None
    vectors = ("lower", "upper", "row_lower", "row_upper")
    if any(not np.array_equal(np.isinf(getattr(first, v)), np.isinf(getattr(last, v))) for v in vectors):
        return None

    def between(start: Floats, end: Floats) -> Floats:
        # What stays as it is may be without end.
        moves = np.flatnonzero(start != end)
        middle = start.copy()
        middle.flat[moves] += share * (end.flat[moves] - start.flat[moves])
        return middle

    return replace(
        last,
        lower=between(first.lower, last.lower),
        upper=between(first.upper, last.upper),
        matrix=sparse.csc_array(first.matrix + share * (last.matrix - first.matrix)),
        row_lower=between(first.row_lower, last.row_lower),
        row_upper=between(first.row_upper, last.row_upper),
        goals=between(first.goals, last.goals),
        offsets=between(first.offsets, last.offsets),
    )


def is_straight(first: Problem, middle: Problem, last: Problem, share: float) -> bool:
    """Whether a problem lies where it should on the way from one to another.

    Args:
        first: the problem at the beginning of the way.
        middle: the one in question.
        last: the one at the end of the way.
        share: where it should be, from 0 to 1.
    """
    expected = on_the_way(first, last, share)
    if expected is None or on_the_way(middle, last, 0.0) is None:
        return False
    if linalg.norm(expected.matrix - middle.matrix, np.inf) > ARITHMETIC * max(1.0, linalg.norm(middle.matrix, np.inf)):
        return False
    arrays = ("lower", "upper", "row_lower", "row_upper", "goals", "offsets")
    return all(np.allclose(getattr(expected, a), getattr(middle, a), rtol=ARITHMETIC, atol=ARITHMETIC) for a in arrays)


def only_value_moves(first: Problem, last: Problem) -> bool:
    """Whether nothing differs between two problems but what plans are worth: then every plan has a line of its own.

    Args:
        first: one problem.
        last: the other, of the same columns and rows.
    """
    vectors = ("lower", "upper", "row_lower", "row_upper")
    return (
        all(np.array_equal(getattr(first, v), getattr(last, v)) for v in vectors)
        and abs(first.matrix - last.matrix).sum() == 0
        and np.array_equal(np.delete(first.goals, VALUE_RANK, axis=0), np.delete(last.goals, VALUE_RANK, axis=0))
    )
