"""The only module that knows HiGHS. It takes arrays, trusts no status, and checks every plan it hands out."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import highspy
import numpy as np

from inzet.edits import at_most
from inzet.errors import SolverError
from inzet.outcome import Limit, Status
from inzet.problem import Floats, Problem
from inzet.solver.condense import condensed
from inzet.solver.messages import FIXED_OPTIONS, Answer, Event, OnEvent, Options, Rank, restated
from inzet.solver.versions import KNOWN_BAD

SOLVER = f"HiGHS {highspy.Highs().version()}"
OLDEST = (1, 13, 1)

LARGEST = 1e9
"""Largest coefficient or finite bound handed over. From 1e15 on HiGHS drops whole rows without a word."""

ROUNDING = 1e-5
"""Furthest that an integer may be from whole, and a row from its bound after rounding."""

_LEAST = 0.01
"""Seconds that a search gets at least, so that it can take over the plan it starts from."""

_STATUS = highspy.HighsModelStatus
_NO_PLAN = (_STATUS.kInfeasible, _STATUS.kUnboundedOrInfeasible)


def solve(problem: Problem, options: Options, on_event: OnEvent, should_stop: Callable[[], bool]) -> Answer:
    """Minimise the goals of a problem rank by rank.

    A later rank never costs an earlier one more than a hair (a millionth, for the arithmetic). Rows that say the same
    are written once for the search; the plan is checked against all of them.

    Args:
        problem: the arrays.
        options: time limit and gap.
        on_event: told about progress and better plans.
        should_stop: asked now and then whether to stop with the best plan so far.

    Raises:
        SolverError: data that HiGHS would mishandle, a version known to be wrong, or a call that it refused.
    """
    refuse_bad_version(highspy.Highs().version())
    refuse_bad_numbers(problem)
    small = condensed(problem)

    def on_small(event: Event) -> None:
        on_event(event if event.solution is None else replace(event, solution=small.lifted(event.solution)))

    start = None if options.start is None else small.lowered(options.start)
    answer = _by_rank(small.problem, replace(options, start=start), on_small, should_stop)
    if answer.solution is None:
        return answer
    solution, fault = rounded(problem, small.lifted(answer.solution))
    if fault:
        raise SolverError(f"A plan for the condensed rows does not hold for all of them: {fault}.")
    return replace(answer, solution=solution)


def _by_rank(problem: Problem, options: Options, on_event: OnEvent, should_stop: Callable[[], bool]) -> Answer:
    began = time.monotonic()
    ranks: list[Rank] = []
    best = _better_start(problem, 0, None, options.start)
    status, limit, message = Status.OPTIMAL, Limit.NONE, ""
    if not problem.columns:
        return Answer(status, limit, _empty_ranks(problem), np.zeros(0), "There is nothing to choose.", 0.0, SOLVER)
    for index in range(len(problem.goals)):
        seconds = time.monotonic() - began
        search = _Search(problem, index, replace(options, time_limit=options.time_limit - seconds), on_event, began)
        found = search.run(_better_start(problem, index, best, options.start), should_stop)
        if found.solution is None and best is not None and found.limit is Limit.NONE:
            # Only arithmetic can make a rank impossible that the earlier ranks' plan keeps: that plan stands.
            status, message = Status.FEASIBLE, f"The goal {problem.goal_names[index]} could not be improved."
            break
        best = best if found.solution is None else found.solution
        ranks.append(found.rank)
        on_event(Event(index, found.rank.objective, found.rank.bound, time.monotonic() - began, best, found.rank))
        if found.rank.status is not Status.OPTIMAL:
            status, limit, message = found.rank.status, found.limit, found.message
            break
        problem = _held(problem, index, found.rank.objective)
    if best is not None and not status.has_plan:
        status = Status.FEASIBLE
    if options.log_file is not None:
        _join_logs(options.log_file, problem.goal_names)
    stated = tuple(ranks) if best is None else restated(ranks, problem, best)
    return Answer(status, limit, stated, best, message, time.monotonic() - began, SOLVER)


def _better_start(problem: Problem, index: int, best: Floats | None, given: Floats | None) -> Floats | None:
    """Where a rank begins: the plan so far, or the given one where it keeps every row and is the better of the two."""
    if given is None or rounded(problem, given)[1]:
        return best
    return given if best is None or problem.goals[index] @ given < problem.goals[index] @ best else best


def refuse_bad_version(version: str) -> None:
    """Raise SolverError for a version of HiGHS that is known to give wrong answers, or is too old."""
    if reason := KNOWN_BAD.get(("highspy", version)):
        raise SolverError(f"HiGHS {version} must not be used: {reason}. Install another version of highspy.")
    if tuple(int(part) for part in version.split(".")[:3]) < OLDEST:
        raise SolverError(f"HiGHS {version} is too old; {'.'.join(map(str, OLDEST))} is the oldest that was tried.")


def refuse_bad_numbers(problem: Problem) -> None:
    """Raise SolverError for numbers that HiGHS would silently mishandle: not finite, or absurdly large."""
    for name, numbers, infinite_allowed in (
        ("a coefficient", problem.matrix.data, False),
        ("a goal", problem.goals, False),
        ("a goal's constant", problem.offsets, False),
        ("a column's lower bound", problem.lower, False),
        ("a column's upper bound", problem.upper, False),
        ("a row's lower bound", problem.row_lower, True),
        ("a row's upper bound", problem.row_upper, True),
    ):
        wrong = np.isnan(numbers) | ((np.abs(numbers) > LARGEST) & ~(np.isinf(numbers) & infinite_allowed))
        if wrong.any():
            raise SolverError(f"{name} is {numbers[wrong].flat[0]}; the solver takes at most {LARGEST:g} and no gaps")


@dataclass(frozen=True)
class _Found:
    rank: Rank
    solution: Floats | None
    limit: Limit
    message: str


class _Search:
    """One rank: minimise one goal, with the earlier ones held.

    HiGHS goes by the clock of the computer, which may be put forward or back, or jump when the computer wakes up. What
    counts is the clock that only runs on: it is looked at whenever HiGHS asks whether to stop. The limit of HiGHS
    itself is there for the stretches in which it does not ask, and is not believed when it comes too early.
    """

    def __init__(self, problem: Problem, index: int, options: Options, on_event: OnEvent, began: float) -> None:
        self.problem, self.index, self.options = problem, index, options
        self.on_event, self.began = on_event, began
        self.cost, self.offset = problem.goals[index], float(problem.offsets[index])
        self.until = time.monotonic() + max(options.time_limit, _LEAST)
        self.clock_jumped = False
        self.stopped = Limit.NONE
        # What a search that was broken off had done already.
        self.bound, self.nodes = -math.inf, 0

    def run(self, start: Floats | None, should_stop: Callable[[], bool]) -> _Found:
        """Search, and go on with the best plan so far when HiGHS took a jump of the clock for the end of the time."""
        began = time.monotonic()
        found = self._attempt(start, should_stop)
        if found.limit is Limit.TIME and self._left() > max(0.1, 0.01 * self.options.time_limit):
            self.clock_jumped = True
            self.bound, self.nodes = found.rank.bound, found.rank.nodes
            found = _better(found, self._attempt(start if found.solution is None else found.solution, should_stop))
        return replace(found, rank=replace(found.rank, seconds=time.monotonic() - began))

    def _attempt(self, start: Floats | None, should_stop: Callable[[], bool]) -> _Found:
        """Search; once more without presolve before anything is called infeasible."""
        highs = self._ready(start, should_stop, presolve=True)
        status = self._run(highs)
        if status in _NO_PLAN:
            highs = self._ready(start, should_stop, presolve=False)
            status = self._run(highs)
        return self._found(highs, status)

    def _left(self) -> float:
        return self.until - time.monotonic()

    def _ready(self, start: Floats | None, should_stop: Callable[[], bool], *, presolve: bool) -> Any:
        highs = highspy.Highs()
        chosen = {
            **FIXED_OPTIONS,
            "mip_rel_gap": self.options.gap,
            "time_limit": math.inf if self.clock_jumped else max(self._left(), _LEAST),
            "presolve": "choose" if presolve else "off",
        }
        if self.options.log_file is not None:
            chosen["log_file"] = str(_rank_log(self.options.log_file, self.index))
        for name, value in chosen.items():
            _ok(highs.setOptionValue(name, value), f"option {name}={value}")
        _ok(highs.passModel(self._lp()), "the model")
        if (highs.getNumRow(), highs.getNumCol()) != self.problem.matrix.shape:
            raise SolverError("HiGHS did not take the whole model")
        if start is not None:
            columns = np.arange(len(start), dtype=np.int32)
            _ok(highs.setSolution(len(start), columns, start), "the plan to start from")
        highs.cbMipImprovingSolution += self._improved
        highs.cbMipLogging += self._logged
        highs.cbMipInterrupt += lambda event: event.interrupt(self._must_stop(should_stop))
        return highs

    def _must_stop(self, should_stop: Callable[[], bool]) -> bool:
        if should_stop():
            self.stopped = Limit.INTERRUPT
        elif self._left() <= 0:
            self.stopped = Limit.TIME
        return self.stopped is not Limit.NONE

    def _lp(self) -> Any:
        problem, lp = self.problem, highspy.HighsLp()
        lp.num_row_, lp.num_col_ = problem.matrix.shape
        lp.col_cost_, lp.offset_ = self.cost, self.offset
        lp.col_lower_, lp.col_upper_ = problem.lower, problem.upper
        lp.row_lower_, lp.row_upper_ = problem.row_lower, problem.row_upper
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = problem.matrix.indptr
        lp.a_matrix_.index_ = problem.matrix.indices
        lp.a_matrix_.value_ = problem.matrix.data
        kinds = {True: highspy.HighsVarType.kInteger, False: highspy.HighsVarType.kContinuous}
        lp.integrality_ = [kinds[bool(whole)] for whole in problem.integer]
        return lp

    def _run(self, highs: Any) -> Any:
        status = highs.run()
        if status == highspy.HighsStatus.kError:
            raise SolverError("HiGHS stopped with an error")
        return highs.getModelStatus()

    def _improved(self, event: Any) -> None:
        self._tell(event, np.array(event.data_out.mip_solution, dtype=float))

    def _logged(self, event: Any) -> None:
        self._tell(event, None)

    def _tell(self, event: Any, solution: Floats | None) -> None:
        out = event.data_out
        seconds = time.monotonic() - self.began
        bound = max(out.mip_dual_bound, self.bound)
        self.on_event(Event(self.index, out.mip_primal_bound, bound, seconds, solution))

    def _limit(self, status: Any) -> Limit:
        if status == _STATUS.kTimeLimit:
            return Limit.TIME
        return self.stopped if status == _STATUS.kInterrupt else Limit.NONE

    def _found(self, highs: Any, status: Any) -> _Found:
        info = highs.getInfo()
        limit = self._limit(status)
        nodes = self.nodes + max(int(info.mip_node_count), 0)
        if info.primal_solution_status != 2:
            return self._without_plan(status, limit, nodes)
        solution, fault = rounded(self.problem, np.array(highs.getSolution().col_value))
        if fault:
            rank = Rank(math.inf, -math.inf, Status.FAILED, nodes=nodes)
            return _Found(rank, None, Limit.OTHER, f"HiGHS gave a plan that does not hold: {fault}.")
        objective = float(self.cost @ solution) + self.offset
        bound = max(float(info.mip_dual_bound), self.bound) if self.problem.integer.any() else objective
        # "Optimal" alone proves nothing: the default gap counts as optimal too, so the gap is measured here.
        proven = objective - bound <= self.options.gap * abs(objective) + 1e-6 * max(1.0, abs(objective))
        if status == _STATUS.kOptimal and proven:
            return _Found(Rank(objective, bound, Status.OPTIMAL, nodes=nodes), solution, Limit.NONE, "")
        message = f"The search was stopped ({limit if limit is not Limit.NONE else highs.modelStatusToString(status)})."
        stopped = limit if limit is not Limit.NONE else Limit.OTHER
        return _Found(Rank(objective, bound, Status.FEASIBLE, nodes=nodes), solution, stopped, message)

    def _without_plan(self, status: Any, limit: Limit, nodes: int) -> _Found:
        if status == _STATUS.kInfeasible:
            kind, message = Status.INFEASIBLE, "There is no plan that keeps every rule."
        elif status in (_STATUS.kUnbounded, _STATUS.kUnboundedOrInfeasible):
            kind, message = Status.UNBOUNDED, "The goals have no end, or the solver cannot tell."
        elif limit is not Limit.NONE:
            kind, message = Status.NO_PLAN_FOUND, f"The search was stopped ({limit}) before there was a plan."
        else:
            kind, message = Status.FAILED, f"HiGHS ended in a state that proves nothing: {status}."
        return _Found(Rank(math.inf, -math.inf, kind, nodes=nodes), None, limit, message)


def _better(first: _Found, later: _Found) -> _Found:
    """What a search that went on from an earlier one found, with the plan of the earlier one when it has no better."""
    if first.solution is None or later.rank.status is Status.OPTIMAL or later.rank.objective <= first.rank.objective:
        return later
    limit = Limit.OTHER if later.limit is Limit.NONE else later.limit
    bound = max(first.rank.bound, later.rank.bound)
    rank = replace(first.rank, bound=bound, nodes=later.rank.nodes)
    return _Found(rank, first.solution, limit, f"The search was stopped ({limit}).")


def rounded(problem: Problem, solution: Floats) -> tuple[Floats, str]:
    """The solution with its integers made whole, and what is wrong with it; nothing wrong is an empty text."""
    whole = np.where(problem.integer, np.rint(solution), solution)
    whole = np.clip(whole, problem.lower, problem.upper)
    if len(whole) and (drift := float(np.abs(whole - solution).max())) > ROUNDING:
        return whole, f"a whole number is {drift:g} off"
    activity = problem.matrix @ whole
    excess = np.maximum(problem.row_lower - activity, activity - problem.row_upper)
    if len(excess) and float(excess.max()) > ROUNDING:
        return whole, f"{problem.rows[int(excess.argmax())]} is broken by {excess.max():g}"
    return whole, ""


def _held(problem: Problem, index: int, objective: float) -> Problem:
    """The problem with one goal held at its value, but for a hair."""
    return at_most(index, objective + 1e-6 * max(1.0, abs(objective) * 1e-3))(problem)


def _rank_log(log_file: Path, index: int) -> Path:
    """HiGHS begins a log anew for every rank, so each rank gets a file of its own."""
    return log_file.with_name(f"{log_file.name}.{index}")


def _join_logs(log_file: Path, goal_names: tuple[str, ...]) -> None:
    with log_file.open("w", encoding="utf-8") as joined:
        for index, name in enumerate(goal_names):
            part = _rank_log(log_file, index)
            if part.exists():
                joined.write(f"=== goal {name}\n{part.read_text(encoding='utf-8', errors='replace')}\n")
                part.unlink()


def _empty_ranks(problem: Problem) -> tuple[Rank, ...]:
    return tuple(Rank(float(offset), float(offset), Status.OPTIMAL) for offset in problem.offsets)


def _ok(status: Any, what: str) -> None:
    """HiGHS says no by a return value; an ignored one turns into a wrong plan."""
    if status != highspy.HighsStatus.kOk:
        raise SolverError(f"HiGHS did not take {what}: {status}")
