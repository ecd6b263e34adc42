"""Kept answers: found again only when nothing changed, never trusted unchecked, and enough to go on after a kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from problems import hard_problem, knapsack
from scipy import sparse

from inzet.analyses.runner import side_by_side
from inzet.outcome import Limit, Status
from inzet.problem import Problem
from inzet.solver import keeping, kept_answers
from inzet.solver.keeping import code_hash, hash_of, solved_by
from inzet.solver.kept_answers import Kept, key_of
from inzet.solver.messages import Answer, Event, OnEvent, Options, Rank
from inzet.solver.place import ChildProcesses

TESTS = Path(__file__).parents[1]
FULL = Options(30, 0.0)


class Counting(ChildProcesses):
    """This computer, counting solves; or a place that gives one answer, whatever is asked."""

    def __init__(self, always: Answer | None = None) -> None:
        self.solves, self.always = 0, always

    def solve(self, problem: Problem, options: Options, on_event: OnEvent, stop: Any = None) -> Answer:
        self.solves += 1
        return self.always or super().solve(problem, options, on_event, stop)


def quiet(_: Event) -> None:
    """Nobody listens."""


def only_file(kept: Kept) -> Path:
    (path,) = kept.folder.iterdir()
    return path


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(Counting(), tmp_path / "deep" / "answers")


@pytest.fixture(scope="module")
def answer() -> Answer:
    """A whole answer, with numbers that no short text has."""
    return ChildProcesses().solve(odd(), FULL, quiet)


def odd() -> Problem:
    """Half of a column that is not whole, and a goal whose value no decimal number has."""
    problem = knapsack(goals=[[-1 / 3, -0.1, -2 / 7, -1e-3], [0.1, 0.2, 0.3, -0.0]])
    return replace(problem, integer=np.array([True, True, True, False]), offsets=np.array([1 / 9, 0.0]))


def test_what_was_answered_is_the_same_to_the_last_bit(kept: Kept) -> None:
    told: list[Event] = []
    first = kept.solve(odd(), FULL, quiet)
    again = kept.solve(odd(), FULL, told.append)
    assert (kept.asked, kept.found) == (2, 1)
    assert first.solution is not None
    assert again.solution is not None
    assert first.solution.tobytes() == again.solution.tobytes()
    assert replace(first, solution=None) == replace(again, solution=None)
    assert [event.finished for event in told] == list(first.ranks)
    assert only_file(kept).stat().st_size < 2000


def test_there_is_no_plan_again(kept: Kept) -> None:
    problem = replace(knapsack(), row_lower=np.array([50.0]), row_upper=np.array([60.0]))
    for found in (0, 1):
        assert kept.solve(problem, FULL, quiet).status is Status.INFEASIBLE
        assert kept.found == found


OTHER: dict[str, Callable[[Problem], Problem]] = {
    "name of a column": lambda p: replace(p, columns=("a", "b", "c", "e")),
    "name of a row": lambda p: replace(p, rows=("room",)),
    "name of a goal": lambda p: replace(p, goal_names=("goal0", "goal2")),
    "sense of a goal": lambda p: replace(p, more_is_better=(True, False)),
    "lower bound": lambda p: replace(p, lower=np.array([0.0, 0.0, 0.0, 1.0])),
    "upper bound": lambda p: replace(p, upper=np.array([1.0, 1.0, 1.0, 2.0])),
    "kind of a column": lambda p: replace(p, integer=np.array([True, True, True, False])),
    "coefficient": lambda p: replace(p, matrix=sparse.csc_array(np.array([[5.0, 4.0, 6.0, 3.0000001]]))),
    "place of a coefficient": lambda p: replace(p, matrix=sparse.csc_array(np.array([[5.0, 4.0, 0.0, 3.0]]))),
    "lower side of a row": lambda p: replace(p, row_lower=np.array([1.0])),
    "upper side of a row": lambda p: replace(p, row_upper=np.array([10.5])),
    "goal": lambda p: replace(p, goals=p.goals * 2),
    "constant of a goal": lambda p: replace(p, offsets=np.array([0.0, 1.0])),
}


@pytest.mark.parametrize("what", OTHER)
def test_another_number_or_name_is_another_question(what: str) -> None:
    assert key_of(OTHER[what](knapsack()), FULL) != key_of(knapsack(), FULL)


def test_the_same_arrays_in_other_types_are_the_same_question() -> None:
    problem = knapsack()
    matrix = problem.matrix.copy()
    matrix.indices, matrix.indptr = matrix.indices.astype(np.int64), matrix.indptr.astype(np.int64)
    assert key_of(replace(problem, matrix=matrix, columns=tuple("abcd")), FULL) == key_of(problem, FULL)


def test_other_limits_options_versions_or_code_are_other_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {key_of(knapsack(), options) for options in (FULL, Options(31, 0.0), Options(30, 0.1))}
    monkeypatch.setitem(kept_answers.FIXED_OPTIONS, "random_seed", 1)
    keys.add(key_of(knapsack(), FULL))
    for what in ("inzet", "highspy", "numpy", "code of the solver", "processor"):
        monkeypatch.setattr(kept_answers, "solved_by", lambda what=what: {**solved_by(), what: "other"})
        keys.add(key_of(knapsack(), FULL))
    starts = [np.zeros(4), np.array([0.0, 1.0, 0.0, 0.0])]
    keys |= {key_of(knapsack(), replace(FULL, start=start)) for start in starts}
    assert len(keys) == 11


def test_the_hash_of_the_code_is_that_of_its_rooms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "solver").mkdir()
    (tmp_path / "solver" / "one.py").write_text("x = 1")
    (tmp_path / "edits.py").write_text("y = 1")
    monkeypatch.setattr(keeping.inzet, "__file__", str(tmp_path / "__init__.py"))

    def fresh(*rooms: str) -> str:
        return code_hash.__wrapped__(frozenset(rooms))

    before = fresh("solver"), fresh("edits"), fresh("solver", "edits")
    assert len(set(before)) == 3
    (tmp_path / "solver" / "one.py").write_text("x = 2")
    after = fresh("solver"), fresh("edits"), fresh("solver", "edits")
    assert [one == other for one, other in zip(before, after, strict=True)] == [False, True, False]


@pytest.mark.parametrize(
    ("status", "limit", "is_kept"),
    [
        (Status.OPTIMAL, Limit.NONE, True),
        (Status.FEASIBLE, Limit.TIME, True),
        (Status.FEASIBLE, Limit.INTERRUPT, False),
        (Status.FEASIBLE, Limit.WATCHDOG, False),
        (Status.FEASIBLE, Limit.CRASH, False),
    ],
)
def test_only_what_came_to_its_end_is_kept(
    tmp_path: Path, answer: Answer, status: Status, limit: Limit, is_kept: bool
) -> None:
    kept = Kept(Counting(replace(answer, status=status, limit=limit)), tmp_path)
    kept.solve(odd(), FULL, quiet)
    assert len(list(tmp_path.iterdir())) == is_kept


def test_what_failed_is_not_kept(tmp_path: Path) -> None:
    for status, limit in ((Status.FAILED, Limit.CRASH), (Status.NO_PLAN_FOUND, Limit.TIME)):
        Kept(Counting(Answer(status, limit, (), None, "", 0.0, "")), tmp_path).solve(odd(), FULL, quiet)
    assert list(tmp_path.iterdir()) == []


def forged(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change an answer, and make its hash right again."""
    document = json.loads(path.read_text())
    change(document["answer"])
    document["hash"] = hash_of(document["answer"])
    path.write_text(json.dumps(document))


SPOILT: dict[str, Callable[[Path], object]] = {
    "cut off": lambda path: path.write_text(path.read_text()[:-30]),
    "empty": lambda path: path.write_text(""),
    "not text": lambda path: path.write_bytes(b"\xff\xfe\x00"),
    "something else": lambda path: path.write_text("[1, 2]"),
    "a bit changed": lambda path: path.write_text(path.read_text().replace('"seconds": 0', '"seconds": 1')),
    "of another question": lambda path: path.write_text(path.read_text().replace(path.stem, "0" * 64)),
    "a broken row": lambda path: forged(
        path, lambda said: said["solution"].update(columns=[0, 1, 2], values=[1, 1, 1])
    ),
    "a column out of bounds": lambda path: forged(path, lambda said: said["solution"].update(columns=[1], values=[-1])),
    "a broken half": lambda path: forged(path, lambda said: said["solution"].update(columns=[1], values=[0.5])),
    "a column too far": lambda path: forged(path, lambda said: said["solution"].update(columns=[9], values=[1])),
    "worth something else": lambda path: forged(path, lambda said: said["ranks"][0].__setitem__(0, -99.0)),
    "a rank too many": lambda path: forged(path, lambda said: said["ranks"].append(said["ranks"][0])),
    "a rank missing": lambda path: forged(path, lambda said: said["ranks"].pop()),
    "a rank in words": lambda path: forged(path, lambda said: said["ranks"][0].__setitem__(0, "much")),
    "optimal without a plan": lambda path: forged(path, lambda said: said.update(solution=None)),
    "not finished": lambda path: forged(path, lambda said: said.update(status="feasible", limit="interrupt")),
}


@pytest.mark.parametrize("what", SPOILT)
def test_a_file_that_does_not_hold_is_solved_again_and_written_over(tmp_path: Path, answer: Answer, what: str) -> None:
    place = Counting(answer)
    kept = Kept(place, tmp_path)
    kept.solve(odd(), FULL, quiet)
    path = only_file(kept)
    whole = path.read_text()
    SPOILT[what](path)
    assert path.read_bytes() != whole.encode()
    assert kept.solve(odd(), FULL, quiet) is answer
    assert (place.solves, kept.found) == (2, 0)
    assert path.read_text() == whole
    kept.solve(odd(), FULL, quiet)
    assert (place.solves, kept.found) == (2, 1)


def test_a_folder_that_cannot_be_written_keeps_nothing_and_says_nothing(
    tmp_path: Path, answer: Answer, capfd: pytest.CaptureFixture[str]
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    kept = Kept(Counting(answer), blocked)
    for _ in range(2):
        assert kept.solve(odd(), FULL, quiet) is answer
    assert (kept.found, blocked.read_text()) == (0, "in the way")
    assert capfd.readouterr() == ("", "")


def test_solving_anew_finds_nothing_and_keeps_the_new_answer(tmp_path: Path, answer: Answer) -> None:
    newer = replace(answer, seconds=77.0)
    Kept(Counting(answer), tmp_path).solve(odd(), FULL, quiet)
    assert Kept(Counting(newer), tmp_path, anew=True).solve(odd(), FULL, quiet) is newer
    assert Kept(Counting(), tmp_path).solve(odd(), FULL, quiet).seconds == 77.0


def test_where_a_log_is_wanted_the_problem_is_solved(tmp_path: Path) -> None:
    kept = Kept(Counting(), tmp_path / "answers")
    kept.solve(odd(), FULL, quiet)
    kept.solve(odd(), replace(FULL, log_file=tmp_path / "log"), quiet)
    assert kept.found == 0
    assert (tmp_path / "log").read_text().count("=== goal") == 2
    kept.solve(odd(), FULL, quiet)
    assert kept.found == 1


def test_nothing_to_choose_is_found_again_as_well(kept: Kept) -> None:
    none = np.zeros(0)
    problem = replace(
        knapsack(), columns=(), lower=none, upper=none, integer=np.zeros(0, dtype=bool), rows=(), row_lower=none
    )
    problem = replace(problem, row_upper=none, matrix=sparse.csc_array((0, 0)), goals=np.zeros((2, 0)))
    for found in (0, 1):
        assert kept.solve(problem, FULL, quiet).status is Status.OPTIMAL
        assert kept.found == found


RUN = """
import sys
from pathlib import Path
from problems import knapsack
from inzet.analyses.runner import side_by_side
from inzet.solver.kept_answers import Kept
from inzet.solver.messages import Options
from inzet.solver.place import ChildProcesses, solving_at, current_place

def task(n):
    return lambda stop: current_place().solve(knapsack(8 + n / 8), Options(30, 0.0), lambda _: None, stop).ranks[0]

if __name__ == "__main__":
    with solving_at(Kept(ChildProcesses(), Path(sys.argv[1]))) as kept:
        found = side_by_side({n: task(n) for n in range(24)}, on_done=lambda _, n, m: print(f"{n} of {m}", flush=True))
        print(kept.asked, kept.found, [rank.objective for rank in found.values()], flush=True)
"""


def started(folder: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    command = [sys.executable, "-c", RUN, str(folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is killed there")
def test_a_run_that_was_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    killed = started(tmp_path / "kept")
    assert killed.stdout is not None
    for line in killed.stdout:
        if line.startswith("9 of 24"):
            break
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert killed.returncode == -signal.SIGKILL
    before = len(list((tmp_path / "kept").glob("*.json")))
    assert 9 <= before < 24
    words, _ = started(tmp_path / "kept").communicate(timeout=120)
    last = words.splitlines()[-1]
    assert last.startswith(f"24 {before} [")
    whole, _ = started(tmp_path / "other").communicate(timeout=120)
    assert whole.splitlines()[-1] == last.replace(f"24 {before} ", "24 0 ")


def test_an_interrupted_search_is_not_found_again(kept: Kept) -> None:
    def search(stop: Any) -> Answer:
        def on_event(event: Event) -> None:
            if event.solution is not None:
                stop.set()

        return kept.solve(hard_problem(), Options(60, 0.0), on_event, stop)

    began = time.monotonic()
    (found,) = side_by_side({"hard": search}).values()
    assert found.limit is Limit.INTERRUPT
    assert time.monotonic() - began < 40
    assert not kept.folder.exists()


def test_bounds_without_end_are_kept(tmp_path: Path, answer: Answer) -> None:
    ranks = (Rank(answer.ranks[0].objective, -np.inf, Status.FEASIBLE),)
    open_end = replace(answer, status=Status.FEASIBLE, limit=Limit.TIME, ranks=ranks)
    Kept(Counting(open_end), tmp_path).solve(odd(), FULL, quiet)
    assert Kept(Counting(), tmp_path).solve(odd(), FULL, quiet).ranks == ranks
