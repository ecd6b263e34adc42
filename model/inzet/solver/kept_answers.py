"""Kept answers: a question that was answered before is not asked again, so a run that was killed goes on where it was.

An answer is found again only by all that it hangs on: the arrays and names of the problem, time limit and gap, the
options of the solver, versions and code. What is found is held against the problem before it is believed.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from inzet.outcome import Limit, Status
from inzet.problem import Floats, Problem
from inzet.solver.highs import rounded
from inzet.solver.keeping import hash_of, solved_by, write_whole
from inzet.solver.messages import FIXED_OPTIONS, Answer, Event, OnEvent, Options, Rank
from inzet.solver.place import Place

SCHEMA = "inzet.answer/1"

_HAIR = 1e-9


class Kept:
    """A place that knows what was answered before.

    Attributes:
        place: where the rest is solved.
        folder: where answers are kept, one file each.
        anew: whether to solve everything, and keep the new answers.
        asked: solves that were asked for.
        found: those that had been done before, and of which the answer was found again.
    """

    def __init__(self, place: Place, folder: Path, *, anew: bool = False) -> None:
        self.place, self.folder, self.anew = place, folder, anew
        self.asked = self.found = 0
        self._counting = threading.Lock()

    @property
    def at_a_time(self) -> int:
        """As many as where the rest is solved."""
        return self.place.at_a_time

    def solve(
        self, problem: Problem, options: Options, on_event: OnEvent, stop: threading.Event | None = None
    ) -> Answer:
        """The answer that was kept; else a new one, which is kept when the search came to its end.

        Where a log is asked for the problem is solved, for a log of an earlier search there is not.
        """
        key = key_of(problem, options)
        path = self.folder / f"{key}.json"
        known = None if self.anew or options.log_file is not None else read_answer(path, key, problem)
        with self._counting:
            self.asked += 1
            self.found += known is not None
        if known is not None:
            for index, rank in enumerate(known.ranks):
                on_event(Event(index, rank.objective, rank.bound, known.seconds, known.solution, rank))
            return known
        answer = self.place.solve(problem, options, on_event, stop)
        if is_finished(answer.status, answer.limit):
            write_whole(path, json.dumps(_document(answer, key)))
        return answer


def is_finished(status: Status, limit: Limit) -> bool:
    """Proven, proven impossible, or as good as the time allowed; the same time would be allowed again."""
    if status in (Status.OPTIMAL, Status.INFEASIBLE):
        return True
    return status is Status.FEASIBLE and limit is Limit.TIME


def key_of(problem: Problem, options: Options) -> str:
    """The hash by which an answer is found again: of the question itself, and of what its last bit hangs on."""
    digest = hashlib.sha256()

    def add(name: str, data: bytes) -> None:
        digest.update(f"{name} {len(data)}\n".encode() + data)

    for name in ("lower", "upper", "row_lower", "row_upper", "goals", "offsets"):
        add(name, np.ascontiguousarray(getattr(problem, name), dtype=np.float64).tobytes())
    add("integer", np.ascontiguousarray(problem.integer, dtype=np.bool_).tobytes())
    add("data", np.ascontiguousarray(problem.matrix.data, dtype=np.float64).tobytes())
    for name in ("indices", "indptr"):
        add(name, np.ascontiguousarray(getattr(problem.matrix, name), dtype=np.int64).tobytes())
    for name in ("columns", "rows", "goal_names", "more_is_better"):
        add(name, json.dumps(getattr(problem, name)).encode())
    if options.start is not None:
        # Where several plans are as good, it may decide which one is found.
        add("start", np.ascontiguousarray(options.start, dtype=np.float64).tobytes())
    searched = {"time_limit": float(options.time_limit), "gap": float(options.gap), "fixed": FIXED_OPTIONS}
    add("rest", json.dumps([searched, dict(solved_by())], sort_keys=True).encode())
    return digest.hexdigest()


def read_answer(path: Path, key: str, problem: Problem) -> Answer | None:
    """The answer in a file; None when there is none, or when what is there does not hold."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        said = document["answer"]
        if (document["schema"], document["key"], document["hash"]) != (SCHEMA, key, hash_of(said)):
            return None
        answer = _answer(said, len(problem.columns))
        return answer if holds(answer, problem) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        # A file that was cut off or changed is no answer: the problem is solved again, and the file written over.
        return None


def holds(answer: Answer, problem: Problem) -> bool:
    """Whether an answer is finished, keeps all bounds and rows of its problem, and is worth what it says.

    Raises:
        IndexError: it has more ranks than its problem has goals.
    """
    found = answer.solution
    if not is_finished(answer.status, answer.limit) or answer.status.has_plan != (found is not None):
        return False
    if found is None:
        return True
    if answer.status is Status.OPTIMAL and len(answer.ranks) != len(problem.goals):
        return False
    whole, fault = rounded(problem, found)
    if fault or not np.array_equal(whole, found):
        return False
    worth = [float(problem.goals[index] @ found + problem.offsets[index]) for index in range(len(answer.ranks))]
    return all(
        abs(rank.objective - points) <= _HAIR * max(1.0, abs(points))
        for rank, points in zip(answer.ranks, worth, strict=True)
    )


def _document(answer: Answer, key: str) -> dict[str, Any]:
    said = {
        "status": answer.status.value,
        "limit": answer.limit.value,
        "message": answer.message,
        "seconds": answer.seconds,
        "solver": answer.solver,
        "ranks": [[rank.objective, rank.bound, rank.status.value, rank.seconds, rank.nodes] for rank in answer.ranks],
        "solution": None if answer.solution is None else _nonzeros(answer.solution),
    }
    return {"schema": SCHEMA, "key": key, "hash": hash_of(said), "answer": said}


def _nonzeros(solution: Floats) -> dict[str, list[Any]]:
    """The columns that are not 0; -0 is among them, so that what is read is the same to the last bit."""
    columns = np.flatnonzero((solution != 0) | np.signbit(solution))
    return {"columns": columns.tolist(), "values": solution[columns].tolist()}


def _answer(said: Mapping[str, Any], columns: int) -> Answer:
    solution = None
    if said["solution"] is not None:
        solution = np.zeros(columns)
        solution[np.array(said["solution"]["columns"], dtype=np.int64)] = said["solution"]["values"]
    ranks = tuple(
        Rank(objective, bound, Status(status), seconds, nodes)
        for objective, bound, status, seconds, nodes in said["ranks"]
    )
    return Answer(
        Status(said["status"]), Limit(said["limit"]), ranks, solution, said["message"], said["seconds"], said["solver"]
    )
