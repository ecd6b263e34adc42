"""Ctrl-C at any moment leaves the best plan so far, or what was there before; and never a traceback."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from math import inf
from pathlib import Path

import pytest
from comparisons import comparison
from faults.test_kill_points import tried, written

from inzet.analyses.compare import Course
from inzet.cli import SOON, hear_again
from inzet.reports import folder as folders
from inzet.reports.comparison.document import comparison_document
from inzet.reports.folder import MARK, whole_folder

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals work otherwise there")


def test_some_moments_of_a_sensitivity_run() -> None:
    found = tried("--command", "sensitivity", "--points", "10", "--lanes", "1", program="interrupts.py")
    assert found["findings"] == []
    assert (found["points"], found["faults"]) == (10, 0)
    assert {"earlier result", "new result"} <= set(found["states"])


@pytest.mark.slow
def test_every_moment() -> None:
    found = tried(program="interrupts.py")
    assert found["findings"] == []
    assert found["points"] > 250
    assert {"earlier result", "as far as it came", "new result", "no result yet"} == set(found["states"])


def test_ctrl_c_while_folders_change_places_comes_too_late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would leave the earlier result aside, or say that nothing was written when something was."""
    target = tmp_path / "plan"
    written(target, "first")
    real = Path.rename

    def rename(path: Path, to: Path) -> Path:
        os.kill(os.getpid(), signal.SIGINT)
        return real(path, to)

    monkeypatch.setattr(folders.Path, "rename", rename)
    written(target, "second")
    assert (target / "plan.txt").read_text() == "second"
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_ctrl_c_while_the_folder_is_made_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "chmod", lambda *_: os.kill(os.getpid(), signal.SIGINT))
    with pytest.raises(KeyboardInterrupt), whole_folder(tmp_path / "deep" / "plan") as folder:
        (folder / MARK).write_text("{}")
    assert list(tmp_path.iterdir()) == []


def test_a_comparison_of_plans_without_a_bound_is_valid_json(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that was stopped early may know no bound: its gap is endless, and JSON has no word for that."""
    found = comparison("base", "FEW_EXPERTS")
    monkeypatch.setattr(Course, "gap", property(lambda _: inf))
    document = json.loads(json.dumps(comparison_document(found), allow_nan=False))
    assert [option["gap"] for option in document["options"]] == [None, None]


def test_a_ctrl_c_that_python_would_forget_is_given_again() -> None:
    """It came while something was tidied away, where no exception can be raised."""

    class Tidied:
        def __del__(self) -> None:
            raise KeyboardInterrupt

    def tidy() -> None:
        Tidied()
        time.sleep(20 * SOON)

    before = sys.unraisablehook
    sys.unraisablehook = hear_again
    try:
        with pytest.raises(KeyboardInterrupt):
            tidy()
    finally:
        sys.unraisablehook = before
