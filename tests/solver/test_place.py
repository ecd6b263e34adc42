"""Where problems are solved: one place for the whole process, and whatever asks does not know which."""

from __future__ import annotations

import threading

import pytest
from builders import small_book
from problems import knapsack

from inzet.analyses.runner import side_by_side
from inzet.outcome import Status
from inzet.problem import Problem
from inzet.scenario.checks import make_scenario
from inzet.solve import prepare
from inzet.solver.messages import Answer, OnEvent, Options
from inzet.solver.place import ChildProcesses, cores, current_place, solving_at


class Elsewhere(ChildProcesses):
    """This computer, with a note of every problem that came in."""

    def __init__(self, at_a_time: int = 3) -> None:
        self.problems: list[Problem] = []
        self._at_a_time = at_a_time

    @property
    def at_a_time(self) -> int:
        return self._at_a_time

    def solve(
        self, problem: Problem, options: Options, on_event: OnEvent, stop: threading.Event | None = None
    ) -> Answer:
        self.problems.append(problem)
        return super().solve(problem, options, on_event, stop)


def test_problems_are_solved_here_when_nothing_else_is_said() -> None:
    place = current_place()
    assert isinstance(place, ChildProcesses)
    assert place.at_a_time == cores() >= 1
    assert place.solve(knapsack(), Options(30, 0.0), lambda _: None).status is Status.OPTIMAL


def test_a_place_holds_for_a_block_and_then_no_longer() -> None:
    before, one, other = current_place(), Elsewhere(), Elsewhere()
    with solving_at(one):
        assert current_place() is one
        with solving_at(other):
            assert current_place() is other
        assert current_place() is one
    with pytest.raises(ValueError, match="no"), solving_at(one):
        raise ValueError("no")
    assert current_place() is before


def test_every_question_of_every_thread_goes_there() -> None:
    model = prepare(make_scenario(small_book())[0])
    elsewhere = Elsewhere()
    with solving_at(elsewhere):
        found = side_by_side({n: lambda stop: model.ask(gap=0.0, stop=stop).status for n in range(4)})
    assert list(found.values()) == [Status.OPTIMAL] * 4
    assert len(elsewhere.problems) == 4


def test_the_runner_does_as_much_at_a_time_as_the_place_can() -> None:
    together = threading.Barrier(5, timeout=20)
    with solving_at(Elsewhere(at_a_time=5)):
        found = side_by_side({n: lambda _stop: together.wait() for n in range(5)})
    assert sorted(found.values()) == [0, 1, 2, 3, 4]
