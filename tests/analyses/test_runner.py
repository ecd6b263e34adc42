"""Tasks side by side: in order, stoppable, and a failure is no silence."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from inzet.analyses.runner import Failed, failures_kept, side_by_side
from inzet.errors import AuditError, InputError, Issue, Severity, SolverError


def test_results_come_in_the_order_of_the_tasks() -> None:
    def wait(seconds: float) -> object:
        return lambda _stop: time.sleep(seconds) or seconds

    told: list[tuple[str, int, int]] = []
    tasks = {"slow": wait(0.3), "fast": wait(0.0), "next": wait(0.1)}
    found = side_by_side(tasks, at_a_time=3, on_done=lambda *news: told.append(news))  # type: ignore[arg-type]
    assert list(found.items()) == [("slow", 0.3), ("fast", 0.0), ("next", 0.1)]
    assert [done for _, done, _ in told] == [1, 2, 3]
    assert {name for name, _, total in told if total == 3} == set(tasks)


def test_ctrl_c_keeps_what_is_done_and_stops_the_rest() -> None:
    done, stopped = threading.Event(), threading.Event()

    def first(_stop: threading.Event) -> str:
        done.set()
        return "done"

    def second(stop: threading.Event) -> str:
        done.wait(10)
        # The first is told of before Ctrl-C comes.
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
        if stop.wait(20):
            stopped.set()
        return "stopped"

    def never(_stop: threading.Event) -> str:
        raise AssertionError("begun after Ctrl-C")

    found = side_by_side({"first": first, "second": second, "never": never}, at_a_time=1)
    assert found == {"first": "done", "second": "stopped"}
    assert stopped.is_set()


def test_a_failure_is_raised_and_stops_the_others() -> None:
    def fails(_stop: threading.Event) -> None:
        raise ValueError("no")

    began = time.monotonic()
    with pytest.raises(ValueError, match="no"):
        side_by_side({"fails": fails, "waits": lambda stop: stop.wait(30)}, at_a_time=2)  # type: ignore[arg-type]
    assert time.monotonic() - began < 10


def raises(error: BaseException) -> object:
    def task(_stop: threading.Event) -> str:
        raise error

    return task


def test_what_fails_can_be_kept_as_a_result_with_its_reason() -> None:
    issue = Issue(Severity.ERROR, "Supply", "D3", "x", "a number", "x is no number", "Fill in a number.")
    tasks = {
        "refused": raises(SolverError("too large")),
        "wrong": raises(AuditError(["one too many"])),
        "input": raises(InputError([issue, issue])),
        "fine": lambda _stop: "done",
    }
    found = side_by_side(failures_kept(tasks))  # type: ignore[arg-type]
    assert list(found) == list(tasks)
    reasons = {name: result.reason for name, result in found.items() if isinstance(result, Failed)}
    assert reasons == {
        "refused": "too large",
        "wrong": "the independent check rejects the plan: one too many",
        "input": "x is no number (2 problem(s): inzet check names them all)",
    }
    assert found["fine"] == "done"


def test_a_fault_is_no_result() -> None:
    with pytest.raises(ZeroDivisionError):
        side_by_side(failures_kept({"fault": raises(ZeroDivisionError())}))  # type: ignore[arg-type]
