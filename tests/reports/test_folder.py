"""Results are whole or not there, and an earlier result is never lost."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from inzet.errors import OutputError
from inzet.reports.folder import COMPARISON_MARK, MARK, whole_folder


def write(folder: Path, text: str) -> None:
    (folder / "plan.txt").write_text(text)
    (folder / MARK).write_text("{}")


def result(target: Path, text: str) -> None:
    with whole_folder(target) as folder:
        write(folder, text)


def half_written(target: Path, error: type[BaseException]) -> None:
    with whole_folder(target) as folder:
        (folder / "plan.txt").write_text("half")
        raise error


def leftovers(parent: Path) -> list[str]:
    return sorted(path.name for path in parent.iterdir() if path.name.startswith("."))


def test_a_result_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "results"
    result(target, "first")
    result(target, "second")
    assert (target / "plan.txt").read_text() == "second"
    assert leftovers(target.parent) == []


def later(path: Path, text: str) -> None:
    """Somebody writes a file some time after the result was finished."""
    path.write_text(text)
    after = time.time_ns() + 5_000_000_000
    os.utime(path, ns=(after, after))


@pytest.mark.parametrize("name", ["my notes.txt", "plan.txt"])
def test_a_result_that_somebody_worked_on_is_kept_beside_the_new_one(tmp_path: Path, name: str) -> None:
    target = tmp_path / "results"
    for number, text in enumerate(("first", "second", "third")):
        result(target, text)
        assert (target / "plan.txt").read_text() == text
        assert [path.name for path in tmp_path.glob("results-*")] == ["results-earlier", "results-earlier-2"][:number]
        later(target / name, f"mine {number}")
    assert (tmp_path / "results-earlier" / name).read_text() == "mine 0"
    assert (tmp_path / "results-earlier-2" / name).read_text() == "mine 1"
    assert leftovers(tmp_path) == []


def test_what_programs_leave_by_themselves_keeps_nothing(tmp_path: Path) -> None:
    target = tmp_path / "results"
    result(target, "first")
    for name in ("~$plan.xlsx", ".DS_Store", "Thumbs.db"):
        later(target / name, "lock")
    result(target, "second")
    assert [path.name for path in tmp_path.iterdir()] == ["results"]
    assert [path.name for path in sorted(target.iterdir())] == ["plan.txt", MARK]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, OSError])
def test_a_failed_run_leaves_the_earlier_result(tmp_path: Path, error: type[BaseException]) -> None:
    target = tmp_path / "results"
    result(target, "first")
    expected = OutputError if error is OSError else error
    with pytest.raises(expected):
        half_written(target, error)
    assert (target / "plan.txt").read_text() == "first"
    assert leftovers(tmp_path) == []


def test_a_failed_first_run_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), whole_folder(tmp_path / "results"):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_a_result_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "letter.docx").write_text("precious")
    with pytest.raises(OutputError, match="is not a result of inzet"), whole_folder(tmp_path):
        raise AssertionError("must not get here")
    with pytest.raises(OutputError), whole_folder(tmp_path / "letter.docx"):
        raise AssertionError("must not get here")
    assert (tmp_path / "letter.docx").read_text() == "precious"


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    target = tmp_path / "empty"
    target.mkdir()
    result(target, "first")
    assert (target / "plan.txt").read_text() == "first"


def test_a_run_killed_between_two_renames_is_put_right(tmp_path: Path) -> None:
    target = tmp_path / "results"
    result(target, "first")
    target.rename(tmp_path / ".results.previous")
    with pytest.raises(RuntimeError), whole_folder(target):
        raise RuntimeError
    assert (target / "plan.txt").read_text() == "first"


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="Nothing was written"), whole_folder(tmp_path / "file" / "results"):
        raise AssertionError("must not get here")


def test_a_comparison_takes_the_place_of_a_comparison_only(tmp_path: Path) -> None:
    target = tmp_path / "results"
    for text in ("first", "second"):
        with whole_folder(target, COMPARISON_MARK) as folder:
            (folder / "page.txt").write_text(text)
            (folder / COMPARISON_MARK).write_text("{}")
    assert (target / "page.txt").read_text() == "second"
    with pytest.raises(OutputError, match="is not a result of inzet"):
        result(target, "a plan")
    plan = tmp_path / "plan"
    result(plan, "precious")
    with pytest.raises(OutputError, match=COMPARISON_MARK), whole_folder(plan, COMPARISON_MARK):
        raise AssertionError("must not get here")
    assert (plan / "plan.txt").read_text() == "precious"


def test_folders_made_for_a_result_that_did_not_come_are_taken_away(tmp_path: Path) -> None:
    target = tmp_path / "results" / "plan" / "base"
    with pytest.raises(RuntimeError), whole_folder(target):
        raise RuntimeError("a fault")
    assert list(tmp_path.iterdir()) == []
    with whole_folder(target) as folder:
        (folder / MARK).write_text("{}", encoding="utf-8")
    assert (target / MARK).is_file()
    with pytest.raises(RuntimeError), whole_folder(target.with_name("other")):
        raise RuntimeError("a fault")
    assert [path.name for path in target.parent.iterdir()] == ["base"]
