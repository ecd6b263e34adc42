"""A mixed-integer problem as arrays: what the formulation hands over and the solver takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Problem:
    """Minimise the goals in order of rank over the columns, subject to the rows.

    Attributes:
        columns: name of each column, shape (n,).
        lower: lower bound of each column, shape (n,).
        upper: upper bound of each column, shape (n,).
        integer: whether each column is integer, shape (n,).
        rows: name of each row, shape (m,).
        matrix: coefficients, shape (m, n).
        row_lower: lower bound of each row, shape (m,); minus infinity for none.
        row_upper: upper bound of each row, shape (m,); infinity for none.
        goals: coefficients of each ranked goal, shape (ranks, n); all are minimised.
        offsets: constant of each ranked goal, shape (ranks,).
        goal_names: what each rank stands for.
        more_is_better: whether each rank is shown with its sign turned, for planners want more of it.
    """

    columns: tuple[str, ...]
    lower: Floats
    upper: Floats
    integer: npt.NDArray[np.bool_]
    rows: tuple[str, ...]
    matrix: sparse.csc_array
    row_lower: Floats
    row_upper: Floats
    goals: Floats
    offsets: Floats
    goal_names: tuple[str, ...]
    more_is_better: tuple[bool, ...]
