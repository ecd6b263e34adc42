"""A smaller problem with the same best plans: rows that say the same month after month are written once.

Consecutive months with the same stays abroad give the same rows. Two rows are copies when their bounds and coefficients
are the same, but for columns of their own (how far a rule is broken in that month) that match each other one by one:
same coefficient, bounds and kind, same coefficients in every goal and in every row but these. One row stands for all;
its own columns count in goals and other rows as often as there are copies.

Nothing is lost. A plan of the small problem, with every copy given the value of the one that stands for it, keeps all
rows and has the same goals. The other way round, let a plan have copies with different values. Continuous ones can all
take their average: each copied row keeps its bounds, and every sum over the copies stays as it is. A whole one is taken
for a copy only when it is alone, in no row but its own, and every goal wants it small, or every goal wants it large:
then each may take the value that suits all goals best, which is the same for all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from inzet.problem import Floats, Problem

FEW = 8
"""A column in more rows than this is not looked at as a row's own."""


@dataclass(frozen=True)
class Condensed:
    """A problem with every set of copies written once.

    Attributes:
        problem: the smaller problem.
        whole: the problem that it stands for.
        position: for every column of the whole problem, its column in the smaller one, shape (n,).
    """

    problem: Problem
    whole: Problem
    position: npt.NDArray[np.intp]

    def lifted(self, solution: Floats) -> Floats:
        """A solution of the smaller problem as one of the whole problem, shape (n,)."""
        return solution[self.position]

    def lowered(self, solution: Floats) -> Floats:
        """A solution of the whole problem as one of the smaller problem, shape (k,): copies take their average."""
        copies = np.bincount(self.position)
        averages: Floats = np.bincount(self.position, weights=solution) / copies
        return averages


def condensed(problem: Problem) -> Condensed:
    """The problem with rows that say the same written once, and how to get back."""
    rows = _Rows(problem)
    stands_for = np.arange(len(problem.columns))
    keep = np.ones(len(problem.rows), dtype=bool)
    for first, *others in rows.copies():
        for other in others:
            stands_for[rows.own(other)] = rows.own(first)
            keep[other] = False
    left, position = np.unique(stands_for, return_inverse=True)
    add_up = sparse.csc_array(
        (np.ones(len(position)), (np.arange(len(position)), position)), shape=(len(position), len(left))
    )
    by_row = sparse.csr_array(problem.matrix)[keep]
    smaller = replace(
        problem,
        columns=tuple(problem.columns[index] for index in left),
        lower=problem.lower[left],
        upper=problem.upper[left],
        integer=problem.integer[left],
        rows=tuple(row for row, kept in zip(problem.rows, keep, strict=True) if kept),
        matrix=sparse.csc_array(by_row @ add_up),
        row_lower=problem.row_lower[keep],
        row_upper=problem.row_upper[keep],
        goals=problem.goals @ add_up,
    )
    return Condensed(smaller, problem, position)


class _Rows:
    """The rows of a problem, with the columns that are each row's own."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.by_row = sparse.csr_array(problem.matrix)
        self.by_row.sort_indices()
        self.by_column = sparse.csc_array(problem.matrix)
        self.by_column.sort_indices()
        self._own = self._owned()

    def own(self, row: int) -> Sequence[int]:
        """The columns that are a row's own, in an order in which those of copies match."""
        return self._own.get(row, [])

    def copies(self) -> list[list[int]]:
        """Sets of two or more rows that are copies of each other, each in the order of the rows."""
        alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for row in range(len(self.problem.rows)):
            alike[self._signature(row)].append(row)
        return [rows for rows in alike.values() if len(rows) > 1]

    def _owned(self) -> dict[int, list[int]]:
        """Own columns by row: each column belongs to the shortest of its rows; a whole one only to its single row."""
        length, times = np.diff(self.by_row.indptr), np.diff(self.by_column.indptr)
        most = np.where(self.problem.integer, 1, FEW)
        found: dict[int, list[int]] = defaultdict(list)
        for column in np.flatnonzero((times > 0) & (times <= most)):
            rows = self._rows_of(int(column))
            found[int(rows[np.argmin(length[rows])])].append(int(column))
        return {row: sorted(self._free(columns), key=self._kind(row)) for row, columns in found.items()}

    def _free(self, columns: list[int]) -> list[int]:
        """Own columns that may be averaged; or the one whole column that may be set by itself."""
        if not self.problem.integer[columns].any():
            return columns
        goals = self.problem.goals[:, columns]
        return columns if len(columns) == 1 and (np.all(goals >= 0) or np.all(goals <= 0)) else []

    def _kind(self, row: int) -> Callable[[int], tuple[object, ...]]:
        """What must match between the own columns of copies."""
        problem = self.problem

        def kind(column: int) -> tuple[object, ...]:
            part = slice(self.by_column.indptr[column], self.by_column.indptr[column + 1])
            rows, coefficients = self.by_column.indices[part], self.by_column.data[part]
            elsewhere = rows != row
            return (
                tuple(coefficients[~elsewhere].tolist()),
                float(problem.lower[column]),
                float(problem.upper[column]),
                bool(problem.integer[column]),
                tuple(problem.goals[:, column].tolist()),
                tuple(rows[elsewhere].tolist()),
                tuple(coefficients[elsewhere].tolist()),
            )

        return kind

    def _signature(self, row: int) -> tuple[object, ...]:
        part = slice(self.by_row.indptr[row], self.by_row.indptr[row + 1])
        columns, coefficients = self.by_row.indices[part], self.by_row.data[part]
        own = self.own(row)
        shared = ~np.isin(columns, own)
        return (
            columns[shared].tobytes(),
            coefficients[shared].tobytes(),
            float(self.problem.row_lower[row]),
            float(self.problem.row_upper[row]),
            tuple(map(self._kind(row), own)),
        )

    def _rows_of(self, column: int) -> npt.NDArray[np.int32]:
        indices: npt.NDArray[np.int32] = self.by_column.indices[
            self.by_column.indptr[column] : self.by_column.indptr[column + 1]
        ]
        return indices
