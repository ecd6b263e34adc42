"""Rows that say the same are written once, and nothing is lost by it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from random_books import random_book
from scipy import sparse

from inzet.problem import Floats, Problem
from inzet.scenario.scenario import Scenario
from inzet.solve import prepare
from inzet.solver.condense import condensed
from inzet.solver.highs import _by_rank, rounded, solve
from inzet.solver.messages import Options

OPTIONS = Options(time_limit=30.0, gap=0.0)


def months(
    copies: int, *, prices: list[float] | None = None, whole: bool = False, linked: list[float] | None = None
) -> Problem:
    """Two stays; every month asks for both, or a breach of its own; the first goal pays for breaches and stays.

    Args:
        copies: months.
        prices: what a breach costs in each month.
        whole: whether breaches are whole numbers.
        linked: coefficients of the breaches in one more row, that limits them all together to 4.
    """
    prices = prices or [1.0] * copies
    rows = [[1.0, 1.0, *np.eye(copies)[month]] for month in range(copies)]
    limits = [2.0] * copies
    upper = [np.inf] * copies
    if linked is not None:
        rows.append([0.0, 0.0, *linked])
        limits.append(-np.inf)
        upper.append(4.0)
    return Problem(
        columns=("a", "b", *(f"breach{month}" for month in range(copies))),
        lower=np.zeros(2 + copies),
        upper=np.array([1.0, 1.0, *[5.0] * copies]),
        integer=np.array([True, True, *[whole] * copies]),
        rows=tuple(f"row{index}" for index in range(len(rows))),
        matrix=sparse.csc_array(np.array(rows)),
        row_lower=np.array(limits),
        row_upper=np.array(upper),
        goals=np.array([[2.5, 7.0, *prices], [1.0, 1.0, *[0.0] * copies]]),
        offsets=np.zeros(2),
        goal_names=("cost", "stays"),
        more_is_better=(False, False),
    )


def goals_without_condensing(problem: Problem) -> list[float]:
    answer = _by_rank(problem, OPTIONS, lambda _: None, lambda: False)
    return [rank.objective for rank in answer.ranks]


def test_months_that_say_the_same_are_one_row() -> None:
    small = condensed(months(6))
    assert small.problem.matrix.shape == (1, 3)
    assert small.problem.goals.tolist() == [[2.5, 7.0, 6.0], [1.0, 1.0, 0.0]]
    assert small.lifted(np.array([1.0, 0.0, 3.0])).tolist() == [1.0, 0.0, *[3.0] * 6]


def test_months_with_another_price_are_rows_of_their_own() -> None:
    small = condensed(months(4, prices=[1.0, 2.0, 1.0, 2.0]))
    assert small.problem.matrix.shape == (2, 4)
    assert small.problem.goals[0].tolist() == [2.5, 7.0, 2.0, 4.0]


def test_breaches_that_share_a_row_are_added_up_in_it() -> None:
    small = condensed(months(4, linked=[1.0] * 4))
    assert small.problem.matrix.toarray().tolist() == [[1.0, 1.0, 1.0], [0.0, 0.0, 4.0]]


def test_breaches_with_other_shares_in_a_row_stay_apart() -> None:
    assert condensed(months(4, linked=[1.0, 2.0, 3.0, 4.0])).problem.matrix.shape == (5, 6)


def test_whole_breaches_that_share_a_row_stay_apart() -> None:
    """Of 4 together, 2, 1 and 1 would fit for three months: one whole number for all is not the same."""
    assert condensed(months(3, whole=True, linked=[1.0] * 3)).problem.matrix.shape == (4, 5)
    assert condensed(months(3, whole=True)).problem.matrix.shape == (1, 3)


def test_whole_breaches_that_goals_pull_both_ways_stay_apart() -> None:
    problem = months(3, whole=True)
    pulled = problem.goals.copy()
    pulled[1, 2:] = -1.0
    assert condensed(replace(problem, goals=pulled)).problem.matrix.shape == (3, 5)


def test_a_problem_without_copies_stays_as_it_is() -> None:
    problem = months(1)
    small = condensed(problem)
    assert small.problem.columns == problem.columns
    assert small.problem.matrix.toarray().tolist() == problem.matrix.toarray().tolist()


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("linked", [None, [1.0, 1.0, 1.0, 1.0]])
def test_the_plan_keeps_every_row_and_the_goals(whole: bool, linked: list[float] | None) -> None:
    problem = months(4, whole=whole, linked=linked)
    answer = solve(problem, OPTIONS, lambda _: None, lambda: False)
    assert answer.solution is not None
    assert rounded(problem, answer.solution)[1] == ""
    assert [rank.objective for rank in answer.ranks] == pytest.approx(goals_without_condensing(problem))


def random_problem(seed: int) -> Problem:
    """A few whole columns, and rows that come in copies with breaches of their own, some linked, some whole."""
    random = np.random.default_rng(seed)
    size, kinds = 5, 3
    rows: list[list[float]] = []
    owners: list[int] = []
    needs: list[float] = []
    for _ in range(kinds):
        shared = random.integers(0, 4, size).astype(float).tolist()
        need = float(random.integers(2, 8))
        for _ in range(int(random.integers(1, 4))):
            owners.append(len(rows))
            rows.append(shared)
            needs.append(need)
    breaches = np.eye(len(rows))
    matrix = np.hstack([np.array(rows), breaches])
    matrix = np.vstack([matrix, np.concatenate([np.zeros(size), np.ones(len(rows))])])
    columns = matrix.shape[1]
    prices: Floats = np.full(len(rows), float(random.integers(1, 4)))
    return Problem(
        columns=tuple(f"x{index}" for index in range(columns)),
        lower=np.zeros(columns),
        upper=np.concatenate([np.ones(size), np.full(len(rows), 9.0)]),
        integer=np.concatenate([np.ones(size, dtype=bool), random.integers(0, 2, len(rows)).astype(bool)]),
        rows=tuple(f"r{index}" for index in range(len(matrix))),
        matrix=sparse.csc_array(matrix),
        row_lower=np.array([*needs, -np.inf]),
        row_upper=np.array([*[np.inf] * len(rows), float(random.integers(6, 30))]),
        goals=np.array(
            [
                [*random.integers(1, 9, size), *prices],
                [*random.integers(-3, 4, size), *random.integers(-1, 2, len(rows))],
            ]
        ).astype(float),
        offsets=np.zeros(2),
        goal_names=("first", "second"),
        more_is_better=(False, False),
    )


@pytest.mark.parametrize("seed", range(40))
def test_made_up_problems_come_out_the_same(seed: int) -> None:
    problem = random_problem(seed)
    answer = solve(problem, OPTIONS, lambda _: None, lambda: False)
    plain = _by_rank(problem, OPTIONS, lambda _: None, lambda: False)
    assert answer.status is plain.status
    if answer.solution is not None:
        assert [rank.objective for rank in answer.ranks] == pytest.approx([rank.objective for rank in plain.ranks])


@pytest.mark.parametrize("seed", range(12))
def test_made_up_scenarios_come_out_the_same(seed: int) -> None:
    problem = prepare(Scenario(random_book(seed))).problem
    answer = solve(problem, OPTIONS, lambda _: None, lambda: False)
    plain = _by_rank(problem, OPTIONS, lambda _: None, lambda: False)
    assert answer.status is plain.status
    if answer.solution is not None:
        assert [rank.objective for rank in answer.ranks] == pytest.approx(
            [rank.objective for rank in plain.ranks], abs=1e-5
        )


def test_a_plan_to_begin_from_goes_down_and_comes_back_up() -> None:
    small = condensed(months(3))
    assert len(small.problem.columns) < len(months(3).columns)
    plan = small.lifted(np.arange(float(len(small.problem.columns))))
    assert small.lowered(plan).tolist() == list(range(len(small.problem.columns)))
    uneven = np.array([1.0, 0.0, 1.0, 2.0, 3.0])
    assert small.lowered(uneven).tolist() == [1.0, 0.0, 2.0], "copies that differ take their average"
    answer = solve(months(3), replace(OPTIONS, start=plan), lambda _: None, lambda: False)
    assert [rank.objective for rank in answer.ranks] == goals_without_condensing(months(3))
