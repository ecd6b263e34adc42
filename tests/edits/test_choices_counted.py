"""Edits that say of choices whether they are made, grant wishes about them, and keep plans apart."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from problems import knapsack

from inzet.edits import aim, choose_all_of, choose_none_of, edited, indicate, keep_apart, wish
from inzet.outcome import Status
from inzet.solver.highs import solve
from inzet.solver.messages import Options


@pytest.mark.parametrize("chosen", list(product([0, 1], repeat=4)))
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_an_indicator_is_1_exactly_when_one_of_its_columns_is_chosen(chosen: tuple[int, ...], sign: float) -> None:
    """Whichever way a goal pulls at it."""
    names = dict(zip("abcd", chosen, strict=True))
    problem = edited(
        knapsack(100.0),
        [
            indicate({"ab": (("a", "b"), 2), "cd": (("c", "d"), 2)}),
            choose_all_of({name for name, number in names.items() if number}),
            choose_none_of({name for name, number in names.items() if not number}),
            aim("pull", {"ab": sign, "cd": sign}, alone=True),
        ],
    )
    answer = solve(problem, Options(60, 0.0), lambda _: None, lambda: False)
    assert answer.solution is not None
    values = dict(zip(problem.columns, answer.solution, strict=True))
    assert values["ab"] == max(chosen[:2])
    assert values["cd"] == max(chosen[2:])


def test_a_wish_is_granted_only_with_all_that_it_has_and_without_all_that_it_lacks() -> None:
    """Of a, b, c and d three of 10 fit: b and c, or a and b, or a and d, or b and d, or c and d."""
    wishes = {
        "b and c": (("b", "c"), ()),
        "b and c and d": (("b", "c", "d"), ()),
        "a without b": (("a",), ("b",)),
        "no c": ((), ("c",)),
    }
    granted = {}
    for name in wishes:
        problem = edited(knapsack(), [wish(wishes), aim("granted", {name: -1.0}, alone=True)])
        answer = solve(problem, Options(60, 0.0), lambda _: None, lambda: False)
        assert answer.solution is not None
        values = dict(zip(problem.columns, answer.solution, strict=True))
        granted[name] = bool(values[name])
        has, lacks = wishes[name]
        if granted[name]:
            assert all(values[one] == 1 for one in has)
            assert all(values[one] == 0 for one in lacks)
    assert granted == {"b and c": True, "b and c and d": False, "a without b": True, "no c": True}


def test_a_plan_is_kept_apart_from_others() -> None:
    """As far from {b, c} and {a, b} as anything that fits."""
    others = [{"b", "c"}, {"a", "b"}]
    problem = edited(knapsack(), [keep_apart("apart", others, "abcd"), aim("far", {"apart": -1.0}, alone=True)])
    answer = solve(problem, Options(60, 0.0), lambda _: None, lambda: False)
    assert answer.solution is not None
    values = dict(zip(problem.columns, answer.solution, strict=True))
    weights = dict(zip("abcd", (5, 4, 6, 3), strict=True))
    plans = [set(np.array(list("abcd"))[list(map(bool, bits))]) for bits in product([0, 1], repeat=4)]
    fits = [plan for plan in plans if sum(weights[name] for name in plan) <= 10]
    chosen = {name for name in "abcd" if values[name]}
    assert min(len(chosen ^ other) for other in others) == values["apart"]
    assert values["apart"] == max(min(len(plan ^ other) for other in others) for plan in fits)
    none = edited(problem, [choose_all_of({"a", "b", "c", "d"})])
    assert solve(none, Options(60, 0.0), lambda _: None, lambda: False).status is Status.INFEASIBLE
