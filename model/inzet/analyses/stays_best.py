"""When a plan certainly stays the best in another problem: a proof by comparing the arrays, without solving.

Let x* be the best plan of one problem and F and F' the plans of that problem and of another one. The goals are c_1,
c_2, ... by rank, and c'_1, c'_2, ... in the other problem. Suppose that

1. x* is in F';
2. every x in F' has a counterpart u(x) in F that is at most as much in every goal: c_r u(x) <= c_r x for every rank;
3. for every rank no x in F' gains more than x* does by the change of the goal: (c'_r - c_r) x >= (c'_r - c_r) x*.

Then for every x in F' and every rank r

    c'_r x - c'_r x*  >=  c_r x - c_r x*  >=  c_r u(x) - c_r x*,

by 3 and by 2. Taken rank by rank, the last of these does not come before zero, for x* is the best in F. What is nowhere
less than something that does not come before zero does not come before zero either, so x* is the best in F'. Constants
of the goals do not matter, and a bound proven for x* within a gap carries over in the same way.

For 2, u(x) is x itself wherever every row of the first problem follows from the row of the same name in the other one
and the bounds of the columns. Only a column that may become larger than before, such as the shortfall of a higher
commitment, needs more: there u(x) is x with that column cut off at its former bound. That will do when the column costs
nothing less than 0 in any goal of the first problem, and every row that it eases is kept with the column at its former
bound, because another row says so.

For 3, what x can gain is bounded by the bounds of the columns, and by rows that let one column of several be chosen.

A column that one of the two problems does not have is a column that is 0 there.

Of problems that lie on the straight line between two, so that every entry of F and c moves evenly from the one to the
other, more can be said: what 2 and 3 ask grows evenly as well, so that both hold all the way when they hold at its end.
And the rows of a plan move evenly, so that the first one that it breaks says how far it can be carried out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse

from inzet.problem import Floats, Problem

HAIR = 1e-6
"""What the solver itself allows in a row or a bound."""
ARITHMETIC = 1e-9
"""Relative difference between two sums of the same numbers."""
_FAR = 1e30
"""In place of a bound that is not there."""

Flags = npt.NDArray[np.bool_]


def stays_best(before: Problem, after: Problem, columns: Mapping[str, float]) -> bool:
    """Whether the best plan of a problem is certainly the best of another one too; False says nothing.

    Args:
        before: the problem that was solved.
        after: the other one; of the same formulation, so that equal names mean the same thing.
        columns: the columns of the best plan that are not 0, by name.
    """
    if len(before.goals) != len(after.goals) or not feasible(after, columns):
        return False
    names = (*after.columns, *sorted(set(before.columns) - set(after.columns)))
    old, new = _over(names, before), _over(names, after)
    # A column that figures in no row and no goal may be anything: the plans of the first problem stay the same.
    known = set(before.columns)
    free = np.array([name not in known for name in names], dtype=bool)
    old = replace(old, lower=np.where(free, new.lower, old.lower), upper=np.where(free, new.upper, old.upper))
    plan = np.array([columns.get(name, 0.0) for name in names])
    return _is_contained(old, new) and _gains_most(old, new, plan)


def reach(before: Problem, after: Problem, columns: Mapping[str, float]) -> float:
    """How far from one problem to another a plan certainly stays the best, as a share of the way from 0 to 1.

    Args:
        before: the problem of which the plan is the best.
        after: the other one, of the same columns and rows; all those between lie on the straight line to it.
        columns: the columns of the plan that are not 0, by name.
    """
    if len(before.goals) != len(after.goals) or not is_contained(before, after):
        return 0.0
    plan = _columns(before, columns)
    between = _on_the_way(before, after)
    # A row that moves does not let one be chosen of several all the way.
    moves = np.array(abs(before.matrix - after.matrix).sum(axis=1)).ravel() > 0
    if not _gains_most(before, replace(between, row_upper=np.where(moves, np.inf, between.row_upper)), plan):
        return 0.0
    return _until(before, after, plan)


def is_contained(before: Problem, after: Problem) -> bool:
    """Whether every plan of every problem on the straight line to another one has a counterpart in the first.

    The counterpart is at most as much in every goal of the first problem; when the first has no plan, none has one.

    Args:
        before: the problem at the beginning of the line.
        after: the one at its end, of the same columns and rows.
    """
    end = _on_the_way(before, after)
    start = replace(end, matrix=before.matrix, row_lower=before.row_lower, row_upper=before.row_upper)
    return _is_contained(before, end) and _is_contained(before, start)


def _on_the_way(before: Problem, after: Problem) -> Problem:
    """The problem at the end, with bounds of columns that are right all the way."""
    return replace(
        after,
        lower=np.minimum(before.lower, after.lower),
        upper=np.maximum(before.upper, after.upper),
    )


def _until(before: Problem, after: Problem, plan: Floats) -> float:
    """The share of the way up to which a plan keeps every row and bound."""

    def room(problem: Problem) -> Floats:
        activity = problem.matrix @ plan
        return np.concatenate(
            [
                activity - problem.row_lower,
                problem.row_upper - activity,
                plan - problem.lower,
                problem.upper - plan,
            ]
        )

    first, last = np.maximum(room(before), 0.0), room(after)
    broken = last < -HAIR
    if not broken.any():
        return 1.0
    return float((first[broken] / (first[broken] - last[broken])).min())


def feasible(problem: Problem, columns: Mapping[str, float]) -> bool:
    """Whether a plan keeps every row and bound of a problem, as closely as the solver itself asks.

    Args:
        problem: the problem.
        columns: the columns of the plan that are not 0, by name; one that the problem does not have must be 0.
    """
    known = set(problem.columns)
    if any(abs(value) > HAIR and name not in known for name, value in columns.items()):
        return False
    plan = _columns(problem, columns)
    if (np.abs(plan - np.rint(plan))[problem.integer] > HAIR).any():
        return False
    if (plan < problem.lower - HAIR).any() or (plan > problem.upper + HAIR).any():
        return False
    activity = problem.matrix @ plan
    room = np.minimum(activity - problem.row_lower, problem.row_upper - activity)
    return bool((room >= -HAIR).all())


def _columns(problem: Problem, columns: Mapping[str, float]) -> Floats:
    return np.array([columns.get(name, 0.0) for name in problem.columns])


def _over(names: tuple[str, ...], problem: Problem) -> Problem:
    """A problem over more columns, in another order; those that it does not have are 0 and figure nowhere."""
    place = {name: index for index, name in enumerate(problem.columns)}
    number = len(problem.columns)
    order = np.array([place.get(name, number) for name in names])

    def widened(values: Floats) -> Floats:
        filled: Floats = np.hstack([values, np.zeros((*values.shape[:-1], 1))])[..., order]
        return filled

    blank = sparse.csc_array((problem.matrix.shape[0], 1))
    return replace(
        problem,
        columns=names,
        lower=widened(problem.lower),
        upper=widened(problem.upper),
        integer=np.append(problem.integer, False)[order],
        matrix=sparse.csc_array(sparse.hstack([problem.matrix, blank], format="csc")[:, order]),
        goals=widened(problem.goals),
    )


def _is_contained(old: Problem, new: Problem) -> bool:
    """Whether every plan of the new problem has a counterpart in the old one that is at most as much in every goal."""
    wider = new.upper > old.upper
    looser = old.integer & ~new.integer & (new.upper > new.lower)
    if looser.any() or (new.lower < old.lower).any() or (old.goals[:, wider] < 0).any():
        return False
    # A row with two bounds is two rows: one from above, and one from below with its sign turned.
    above = _Sides(old, new, old.matrix.tocsr(), new.matrix.tocsr(), old.row_upper, new.row_upper)
    below = _Sides(old, new, -old.matrix.tocsr(), -new.matrix.tocsr(), -old.row_lower, -new.row_lower)
    return all(bool(sides.follow.all()) and sides.hold_without(wider) for sides in (above, below))


@dataclass(frozen=True)
class _Sides:
    """The rows of two problems, each as "at most".

    Attributes:
        old: the problem that was solved.
        new: the other one.
        was: the rows of the old problem, shape (m, n).
        now: the rows of the new problem, shape (k, n).
        was_most: the bound of each row of the old problem, shape (m,); infinity for none.
        now_most: the bound of each row of the new problem, shape (k,).
    """

    old: Problem
    new: Problem
    was: sparse.csr_array
    now: sparse.csr_array
    was_most: Floats
    now_most: Floats

    @cached_property
    def follow(self) -> Flags:
        """Which rows of the old problem follow from the row of that name in the new one and the bounds of the columns.

        a x = a' x + (a - a') x is at most what a' x may be, and the most that (a - a') x can be.
        """
        place = {name: index for index, name in enumerate(self.new.rows)}
        number = len(self.new.rows)
        order = np.array([place.get(name, number) for name in self.old.rows], dtype=int)
        blank = sparse.csr_array((1, self.now.shape[1]))
        same = sparse.csr_array(sparse.vstack([self.now, blank], format="csr")[order])
        most = np.append(self.now_most, np.inf)[order] + self._most(self.was - same)
        room = self.was_most + ARITHMETIC * np.maximum(1.0, np.abs(self.was_most))
        follows: Flags = (most <= room) | (self._most(self.was) <= room)
        return follows

    def hold_without(self, wider: Flags) -> bool:
        """Whether the rows that wider columns ease are kept with those columns at their former bound."""
        for column in np.flatnonzero(wider):
            eased = self.was[:, [column]].tocoo()
            for row, weight in zip(eased.row, eased.data, strict=True):
                if weight < 0 and np.isfinite(self.was_most[row]) and not self._is_kept(int(row), int(column), wider):
                    return False
        return True

    def _is_kept(self, row: int, column: int, wider: Flags) -> bool:
        """Whether a row is kept with a column at its former bound, because of the bounds or of another row."""
        rest = self.was[[row]].toarray()[0]
        if (rest[wider] < 0).sum() != 1:
            return False
        most = self.was_most[row] - rest[column] * self.old.upper[column]
        rest[column] = 0.0
        others = np.flatnonzero(rest)
        if self._most_of(rest) <= most:
            return True
        candidates = np.unique(self.now[:, others[:1]].tocoo().row)
        return any(
            self.now_most[other] + self._most_of(rest - self.now[[other]].toarray()[0]) <= most for other in candidates
        )

    def _most(self, rows: sparse.csr_array) -> Floats:
        """The most that each row can be within the bounds of the new problem."""
        upper, lower = np.minimum(self.new.upper, _FAR), np.maximum(self.new.lower, -_FAR)
        most: Floats = rows.maximum(0) @ upper + rows.minimum(0) @ lower
        return most

    def _most_of(self, row: Floats) -> float:
        return float(self._most(sparse.csr_array(row[np.newaxis, :]))[0])


def _gains_most(old: Problem, new: Problem, plan: Floats) -> bool:
    """Whether no plan of the new problem gains more than this one by the change of the goals."""
    for was, now in zip(old.goals, new.goals, strict=True):
        change = now - was
        slack = ARITHMETIC * max(1.0, float(np.abs(now) @ np.abs(plan)))
        if change.any() and float(change @ plan) > _least(new, change) + slack:
            return False
    return True


def _least(problem: Problem, costs: Floats) -> float:
    """No plan costs less than this: every column at its cheaper bound, and one at most where rows let one be chosen."""
    cheapest = np.minimum(
        costs * np.clip(problem.lower, -_FAR, _FAR),
        costs * np.clip(problem.upper, -_FAR, _FAR),
    )
    left = (cheapest < 0) & (problem.lower == 0) & (problem.upper == 1) & problem.integer
    total = float(cheapest[~left].sum())
    rows = problem.matrix.tocsr()
    for row in _choices(problem, left):
        members = rows.indices[rows.indptr[row] : rows.indptr[row + 1]]
        members = members[left[members]]
        if len(members):
            total += float(cheapest[members].min())
            left[members] = False
    return total + float(cheapest[left].sum())


def _choices(problem: Problem, wanted: Flags) -> list[int]:
    """The rows that let at most one of several columns be chosen, those with most of the wanted columns first."""
    rows = problem.matrix.tocsr()
    numbers = np.diff(rows.indptr)
    ones = np.array(abs(rows - (rows != 0).astype(float)).sum(axis=1)).ravel() == 0
    # A column below 0 would leave room for the others.
    negative = (rows != 0) @ (problem.lower < 0).astype(float) > 0
    chosen = np.flatnonzero(ones & ~negative & (problem.row_upper == 1) & (numbers > 1))
    covered = ((rows != 0).astype(float) @ wanted.astype(float))[chosen]
    return [int(row) for row in chosen[np.argsort(-covered, kind="stable")]]
