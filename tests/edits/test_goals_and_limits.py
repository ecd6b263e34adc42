"""Edits that put a goal first, let limits be broken, count what is beyond a number, and leave rows out."""

from __future__ import annotations

import numpy as np
import pytest
from problems import knapsack
from scipy import sparse

from inzet.edits import (
    Edit,
    aim_at,
    aim_first,
    any_plan,
    break_least,
    choose_all_of,
    count_beyond,
    edited,
    keep_or_switch,
    only_rows_with,
)
from inzet.outcome import Status
from inzet.problem import Problem
from inzet.solver.highs import solve
from inzet.solver.messages import Answer, Options


def asked(problem: Problem, *edits: Edit) -> tuple[Answer, dict[str, float]]:
    """The answer to an edited problem, and the value of every column."""
    problem = edited(problem, edits)
    answer = solve(problem, Options(60, 0.0), lambda _: None, lambda: False)
    values = {} if answer.solution is None else dict(zip(problem.columns, map(float, answer.solution), strict=True))
    return answer, values


def test_a_goal_that_comes_first() -> None:
    """By value b and c are taken; first of all a is wanted, and beside it what is worth most."""
    edit = aim_first("without a", {"a": -1.0}, offset=1.0)
    problem = edit(knapsack())
    assert problem.goal_names == ("without a", "goal0", "goal1")
    assert (list(problem.offsets), problem.more_is_better) == ([1.0, 0.0, 0.0], (False, False, False))
    answer, values = asked(knapsack(), edit)
    assert {name for name, value in values.items() if value} == {"a", "b"}
    assert [rank.objective for rank in answer.ranks] == [0, -160, 2]


def test_a_goal_that_comes_between() -> None:
    """By value b and c are taken, and nothing later turns that; among equals the new goal counts."""
    edit = aim_at(1, "between", {"a": -1.0})
    assert edit(knapsack()).goal_names == ("goal0", "between", "goal1")
    answer, values = asked(knapsack(goals=[[-1.0] * 4, [0.0, -1.0, 0.0, 0.0]]), edit)
    assert [rank.objective for rank in answer.ranks] == [-2, -1, -1]
    assert {name for name, value in values.items() if value} == {"a", "b"}


def test_columns_keep_their_amounts_or_are_switched() -> None:
    """While b is taken, c is not taken and d is; taking c instead of d is a switch, and one switch pays for both."""
    edit = keep_or_switch("switched", {"c": 0.0, "d": 1.0}, "b", 1.0)
    _, values = asked(knapsack(), edit)
    assert {name for name, value in values.items() if value} == {"b", "c", "switched"}
    answer, values = asked(knapsack(), edit, aim_first("switches", {"switched": 1.0}))
    assert {name for name, value in values.items() if value} == {"b", "d"}
    assert answer.ranks[0].objective == 0


def test_a_goal_that_comes_first_keeps_what_is_known_of_the_others() -> None:
    problem = Problem(**{**vars(knapsack()), "offsets": np.array([3.0, 4.0]), "more_is_better": (True, False)})
    more = aim_first("x", {})(problem)
    assert (list(more.offsets), more.more_is_better) == ([0.0, 3.0, 4.0], (False, True, False))
    assert np.array_equal(more.goals[1:], problem.goals)


def test_everything_is_chosen() -> None:
    answer, _ = asked(knapsack(), choose_all_of(["a", "b", "d"]))
    assert answer.status is Status.INFEASIBLE
    _, values = asked(knapsack(), choose_all_of(["a", "d"]))
    assert {name for name, value in values.items() if value} == {"a", "d"}


@pytest.mark.parametrize(("lower", "upper"), [(-np.inf, 10.0), (10.0, 10.0)], ids=["at most", "exactly"])
def test_a_limit_is_broken_no_more_than_it_must_be(lower: float, upper: float) -> None:
    problem = Problem(**{**vars(knapsack()), "row_lower": np.array([lower]), "row_upper": np.array([upper])})
    answer, values = asked(problem, choose_all_of(["a", "b", "d"]), break_least("too heavy", ["capacity"], 100.0))
    assert answer.ranks[0].objective == pytest.approx(2)
    assert (values["over capacity"], values["c"]) == (pytest.approx(2), 0)


def test_a_limit_from_below_is_broken_no_more_than_it_must_be() -> None:
    problem = Problem(**{**vars(knapsack()), "row_lower": np.array([25.0]), "row_upper": np.array([np.inf])})
    answer, values = asked(problem, break_least("too light", ["capacity"], 100.0))
    assert answer.ranks[0].objective == pytest.approx(7)
    assert values["under capacity"] == pytest.approx(7)


def test_limits_of_other_names_hold() -> None:
    answer, _ = asked(knapsack(), choose_all_of(["a", "b", "d"]), break_least("too heavy", ["another"], 100.0))
    assert answer.status is Status.INFEASIBLE


def test_a_limit_is_broken_by_no_more_than_it_may() -> None:
    answer, _ = asked(knapsack(), choose_all_of(["a", "b", "d"]), break_least("too heavy", ["capacity"], 1.5))
    assert answer.status is Status.INFEASIBLE


@pytest.mark.parametrize(("number", "beyond"), [(0, 3), (1, 2), (3, 0), (4, 0)])
def test_what_is_chosen_beyond_a_number(number: int, beyond: int) -> None:
    edits = (choose_all_of(["a", "b"]), count_beyond("many", "abcd", number), aim_first("fewest", {"many": 1.0}))
    _, values = asked(knapsack(12.0), *edits, aim_first("three", {"a": -1.0, "b": -1.0, "d": -1.0}, offset=3.0))
    assert values["many"] == beyond


def test_rows_about_nothing_else_are_left_out() -> None:
    one = knapsack(3.0)
    two = Problem(
        **{
            **vars(one),
            "rows": ("heavy", "only d"),
            "matrix": sparse.csc_array(np.array([[5.0, 4.0, 6.0, 0.0], [0.0, 0.0, 0.0, 3.0]])),
            "row_lower": np.array([-np.inf, -np.inf]),
            "row_upper": np.array([4.0, 2.0]),
        }
    )
    assert only_rows_with(lambda column: column == "d")(two).rows == ("only d",)
    _, values = asked(two, only_rows_with(lambda column: column in ("a", "b")), any_plan(), choose_all_of(["d"]))
    assert values["d"] == 1
    assert asked(two, choose_all_of(["d"]))[0].status is Status.INFEASIBLE
