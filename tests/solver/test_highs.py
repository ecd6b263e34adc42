"""The adapter to HiGHS: every wrong answer that looks right is refused or seen through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from problems import hard_problem, knapsack
from scipy import sparse

from inzet.errors import SolverError
from inzet.outcome import Limit, Status
from inzet.problem import Problem
from inzet.solver import highs
from inzet.solver.messages import Event, Options

OPTIONS = Options(time_limit=30, gap=0.0)


def run(problem: Problem, options: Options = OPTIONS) -> highs.Answer:
    return highs.solve(problem, options, lambda _: None, lambda: False)


def test_proven_optimum() -> None:
    answer = run(knapsack())
    assert (answer.status, answer.limit) == (Status.OPTIMAL, Limit.NONE)
    assert answer.solution is not None
    assert answer.solution.tolist() == [0, 1, 1, 0]
    assert [rank.objective for rank in answer.ranks] == [-220, 2]
    assert all(rank.bound == pytest.approx(rank.objective) for rank in answer.ranks)


def test_later_goal_never_costs_an_earlier_one() -> None:
    """Least weight alone would take nothing; ranked below value it only breaks ties."""
    tie = knapsack(capacity=5.0, goals=[[-10.0, -10.0, 0.0, 0.0], [5.0, 4.0, 6.0, 3.0]])
    answer = run(tie)
    assert answer.solution is not None
    assert answer.solution.tolist() == [0, 1, 0, 0]
    assert [rank.objective for rank in answer.ranks] == [-10, 4]


def begun_from(monkeypatch: pytest.MonkeyPatch, start: list[float]) -> tuple[highs.Answer, list[list[float] | None]]:
    """The answer to a knapsack when a plan is given to begin from, and what each rank began from."""
    begun: list[list[float] | None] = []
    run_rank = highs._Search.run

    def run_and_note(search: highs._Search, given: highs.Floats | None, should_stop: Callable[[], bool]) -> object:
        begun.append(None if given is None else given.tolist())
        return run_rank(search, given, should_stop)

    monkeypatch.setattr(highs._Search, "run", run_and_note)
    return run(knapsack(), replace(OPTIONS, start=np.array(start))), begun


@pytest.mark.parametrize("start", [[1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0], [0.0, 1.0, 1.0, 0.0]])
def test_a_search_begins_from_a_given_plan_and_ends_the_same(
    monkeypatch: pytest.MonkeyPatch, start: list[float]
) -> None:
    answer, begun = begun_from(monkeypatch, start)
    assert answer.solution is not None
    assert answer.solution.tolist() == [0, 1, 1, 0]
    assert [rank.objective for rank in answer.ranks] == [-220, 2]
    # The second rank begins from the best of the first: the given plan is worse where that counts more.
    assert begun == [start, [0, 1, 1, 0]]


@pytest.mark.parametrize("start", [[1.0, 1.0, 1.0, 1.0], [0.5, 0.0, 0.0, 0.0], [2.0, 0.0, 0.0, 0.0]])
def test_a_plan_to_begin_from_that_breaks_a_rule_is_left_aside(
    monkeypatch: pytest.MonkeyPatch, start: list[float]
) -> None:
    answer, begun = begun_from(monkeypatch, start)
    assert [rank.objective for rank in answer.ranks] == [-220, 2]
    assert begun == [None, [0, 1, 1, 0]]


def test_a_later_rank_begins_from_the_given_plan_where_that_is_the_better_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any plan will do for the first goal; the given one is the lightest for the second."""
    even = knapsack(goals=[[0.0, 0.0, 0.0, 0.0], [-1.0, -2.0, -3.0, -1.0]])
    best = run(even)
    assert best.solution is not None
    begun = []
    run_rank = highs._Search.run

    def run_and_note(search: highs._Search, given: highs.Floats | None, should_stop: Callable[[], bool]) -> object:
        begun.append(given)
        found = run_rank(search, given, should_stop)
        return replace(found, solution=np.zeros(4)) if search.index == 0 else found

    monkeypatch.setattr(highs._Search, "run", run_and_note)
    answer = run(even, replace(OPTIONS, start=best.solution))
    assert begun[1] is not None
    assert begun[1].tolist() == best.solution.tolist()
    assert answer.ranks[1].objective == best.ranks[1].objective


def test_a_search_that_ends_at_once_has_the_plan_that_it_began_from() -> None:
    start = np.array([1.0, 0.0, 0.0, 0.0])
    answer = highs.solve(hard := knapsack(), replace(OPTIONS, start=start), lambda _: None, lambda: True)
    assert answer.status.has_plan
    assert answer.solution is not None
    assert hard.goals[0] @ answer.solution <= hard.goals[0] @ start


def test_a_rank_within_a_gap_is_stated_as_it_ends() -> None:
    """With half of the value as gap the first rank may stop anywhere; what is said of it is the final plan's."""
    answer = run(knapsack(), Options(time_limit=30, gap=0.5))
    assert answer.solution is not None
    assert answer.ranks[0].objective == float(knapsack().goals[0] @ answer.solution)
    assert answer.ranks[0].bound <= answer.ranks[0].objective


def test_infeasible_is_said_as_such() -> None:
    problem = replace(knapsack(), row_lower=np.array([30.0]), row_upper=np.array([np.inf]))
    answer = run(problem)
    assert answer.status is Status.INFEASIBLE
    assert answer.solution is None


def test_infeasible_only_by_integrality() -> None:
    """4a + 4b = 6 has fractional solutions and no whole one."""
    problem = replace(
        knapsack(),
        matrix=sparse.csc_array(np.array([[4.0, 4.0, 0.0, 0.0]])),
        row_lower=np.array([6.0]),
        row_upper=np.array([6.0]),
    )
    assert run(problem).status is Status.INFEASIBLE


@pytest.mark.parametrize("bad", [1e15, np.inf, -np.inf, np.nan])
@pytest.mark.parametrize("where", ["matrix", "goals", "lower", "upper"])
def test_absurd_numbers_are_refused(bad: float, where: str) -> None:
    problem = knapsack()
    if where == "matrix":
        matrix = problem.matrix.copy()
        matrix.data[0] = bad
        problem = replace(problem, matrix=matrix)
    else:
        numbers = getattr(problem, where).copy()
        numbers.flat[0] = bad
        problem = replace(problem, **{where: numbers})
    with pytest.raises(SolverError, match="the solver takes at most"):
        run(problem)


def test_known_bad_version_is_refused() -> None:
    with pytest.raises(SolverError, match="worse plans as optimal"):
        highs.refuse_bad_version("1.14.0")
    with pytest.raises(SolverError, match="too old"):
        highs.refuse_bad_version("1.12.0")
    highs.refuse_bad_version("1.15.1")


def test_an_unknown_option_is_not_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(highs.FIXED_OPTIONS, "no_such_option", 1)
    with pytest.raises(SolverError, match="no_such_option"):
        run(knapsack())


def test_a_plan_that_breaks_a_row_is_not_handed_out() -> None:
    _, fault = highs.rounded(knapsack(), np.array([1.0, 1.0, 1.0, 0.0]))
    assert fault == "capacity is broken by 5"
    _, fault = highs.rounded(knapsack(), np.array([0.4, 0.0, 0.0, 0.0]))
    assert fault == "a whole number is 0.4 off"


def test_nearly_whole_numbers_are_rounded_not_cut() -> None:
    whole, fault = highs.rounded(knapsack(), np.array([0.9999999, 0.0, 0.0, 1e-9]))
    assert (whole.tolist(), fault) == ([1, 0, 0, 0], "")


def test_nothing_to_choose() -> None:
    empty = Problem(
        columns=(),
        lower=np.zeros(0),
        upper=np.zeros(0),
        integer=np.zeros(0, dtype=bool),
        rows=(),
        matrix=sparse.csc_array((0, 0)),
        row_lower=np.zeros(0),
        row_upper=np.zeros(0),
        goals=np.zeros((1, 0)),
        offsets=np.array([7.0]),
        goal_names=("value",),
        more_is_better=(True,),
    )
    answer = run(empty)
    assert answer.status is Status.OPTIMAL
    assert answer.ranks[0].objective == 7.0


def test_a_time_limit_is_not_a_proof() -> None:
    answer = run(hard_problem(), Options(time_limit=1.0, gap=0.0))
    assert (answer.status, answer.limit) == (Status.FEASIBLE, Limit.TIME)
    assert answer.ranks[0].bound < answer.ranks[0].objective


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """HiGHS takes its time for over after a fifth of a second, once, as when the clock is put forward; its limits."""
    limits: list[float] = []
    ready = highs._Search._ready

    def ready_in_haste(search: highs._Search, *arguments: object, **options: object) -> object:
        solver = ready(search, *arguments, **options)  # type: ignore[arg-type]
        limits.append(solver.getOptionValue("time_limit")[1])
        if len(limits) == 1:
            solver.setOptionValue("time_limit", 0.2)
        return solver

    monkeypatch.setattr(highs._Search, "_ready", ready_in_haste)
    return limits


def test_a_search_that_ended_too_early_goes_on_and_ends_in_time(hasty: list[float]) -> None:
    answer = run(hard_problem(), Options(time_limit=1.0, gap=0.0))
    assert (answer.status, answer.limit) == (Status.FEASIBLE, Limit.TIME)
    assert len(hasty) == 2
    assert hasty[0] <= 1.0
    assert hasty[1] == np.inf, "a clock that jumped once is not gone by again"
    assert 0.9 < answer.seconds < 3.0


def test_a_stop_after_a_search_that_ended_too_early_keeps_its_plan(hasty: list[float]) -> None:
    told: list[float] = []

    def on_event(event: Event) -> None:
        if event.solution is not None:
            told.append(event.incumbent)

    answer = highs.solve(hard_problem(), OPTIONS, on_event, lambda: len(hasty) > 1)
    assert (answer.status, answer.limit) == (Status.FEASIBLE, Limit.INTERRUPT)
    assert answer.solution is not None
    assert answer.ranks[0].objective == pytest.approx(min(told))
    assert answer.ranks[0].bound <= answer.ranks[0].objective


def test_a_stop_keeps_the_best_plan() -> None:
    events: list[Event] = []
    answer = highs.solve(hard_problem(), OPTIONS, events.append, lambda: any(e.incumbent < 1e20 for e in events))
    assert (answer.status, answer.limit) == (Status.FEASIBLE, Limit.INTERRUPT)
    assert answer.solution is not None


def test_the_same_problem_gives_the_same_answer() -> None:
    first, second = run(knapsack()), run(knapsack())
    assert first.solution is not None
    assert second.solution is not None
    assert first.solution.tobytes() == second.solution.tobytes()
