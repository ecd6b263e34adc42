"""Results are whole or not there, and an earlier result is never lost."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from inzet.errors import OutputError
from inzet.reports.folder import COMPARISON_MARK, MARK, SOLVER_LOG, WRITTEN, whole_folder


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


def long_ago(path: Path, text: str) -> None:
    """Somebody moves a file to a folder, which keeps its date, or writes one by a clock that is slow."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    os.utime(path, (0, 0))


def of_the_same_date(path: Path, text: str) -> None:
    """A file is written in the very moment in which the result was finished."""
    mark = (path.parent / MARK).stat()
    path.write_text(text)
    os.utime(path, ns=(mark.st_atime_ns, mark.st_mtime_ns))


@pytest.mark.parametrize("write_at", [later, long_ago, of_the_same_date])
@pytest.mark.parametrize("name", ["my notes.txt", "plan.txt", MARK, SOLVER_LOG, ".notes"])
def test_a_result_that_somebody_worked_on_is_kept_beside_the_new_one(
    tmp_path: Path, name: str, write_at: Callable[[Path, str], None]
) -> None:
    target = tmp_path / "results"
    for number, text in enumerate(("first", "second", "third")):
        result(target, text)
        assert (target / "plan.txt").read_text() == text
        assert (
            sorted(path.name for path in tmp_path.glob("results-*"))
            == ["results-earlier", "results-earlier-2"][:number]
        )
        write_at(target / name, f"mine {number}")
    assert (tmp_path / "results-earlier" / name).read_text() == "mine 0"
    assert (tmp_path / "results-earlier-2" / name).read_text() == "mine 1"
    assert leftovers(tmp_path) == []


def test_a_changed_file_of_the_same_size_and_date_is_work(tmp_path: Path) -> None:
    target = tmp_path / "results"
    result(target, "first")
    before = (target / "plan.txt").stat()
    (target / "plan.txt").write_text("tsrif")
    os.utime(target / "plan.txt", ns=(before.st_atime_ns, before.st_mtime_ns))
    result(target, "second")
    assert (tmp_path / "results-earlier" / "plan.txt").read_text() == "tsrif"


def test_a_file_in_a_folder_of_its_own_is_work_and_so_is_a_link(tmp_path: Path) -> None:
    target = tmp_path / "results"
    result(target, "first")
    long_ago(target / "minutes" / "plan.txt", "mine")
    result(target, "second")
    assert (tmp_path / "results-earlier" / "minutes" / "plan.txt").read_text() == "mine"
    (target / "letter").symlink_to(tmp_path / "not there")
    result(target, "third")
    assert (tmp_path / "results-earlier-2" / "letter").is_symlink()


def test_a_result_that_was_copied_or_lost_a_file_is_not_worked_on(tmp_path: Path) -> None:
    """A copy has new dates, in whatever order they were copied."""
    result(tmp_path / "elsewhere", "first")
    target = Path(shutil.copytree(tmp_path / "elsewhere", tmp_path / "results", copy_function=shutil.copyfile))
    os.utime(target / MARK, (0, 0))
    (target / "plan.txt").unlink()
    result(target, "second")
    assert {path.name for path in tmp_path.iterdir()} == {"elsewhere", "results"}


@pytest.mark.parametrize(("write_at", "is_kept"), [(later, True), (long_ago, False)])
def test_of_a_result_without_a_list_only_the_dates_are_known(
    tmp_path: Path, write_at: Callable[[Path, str], None], is_kept: bool
) -> None:
    """One that was made before there were lists, or was copied by something that leaves hidden files out."""
    target = tmp_path / "results"
    result(target, "first")
    (target / WRITTEN).unlink()
    write_at(target / "plan.txt", "mine")
    result(target, "second")
    assert (tmp_path / "results-earlier").is_dir() == is_kept


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"files": 1, "timings": {}}', '{"files": {}', "\udcff"])
def test_a_result_with_a_list_that_cannot_be_read_is_kept(tmp_path: Path, text: str) -> None:
    target = tmp_path / "results"
    result(target, "first")
    (target / WRITTEN).write_bytes(text.encode(errors="surrogateescape"))
    result(target, "second")
    assert (tmp_path / "results-earlier" / "plan.txt").read_text() == "first"


def test_the_list_says_apart_what_differs_from_run_to_run(tmp_path: Path) -> None:
    for seconds in ("1", "2"):
        with whole_folder(tmp_path / seconds) as folder:
            (folder / "case").mkdir()
            for part in (folder, folder / "case"):
                (part / "plan.txt").write_text("the same")
                (part / SOLVER_LOG).write_text(seconds)
                (part / MARK).write_text(seconds)
    one, other = ((tmp_path / seconds / WRITTEN).read_text() for seconds in ("1", "2"))
    assert one != other
    start = one.index('\n  "timings": ')
    assert one[:start] == other[:start]
    assert '"case/plan.txt"' in one[:start]
    assert one.count('"', 0, start) == other.count('"', 0, start)
    assert all(f'"{name}"' in one[start:] for name in (SOLVER_LOG, MARK, f"case/{MARK}"))


LEFT = ("~$plan.xlsx", ".~lock.plan.xlsx#", ".DS_Store", "._plan.xlsx", "Thumbs.db", "Desktop.ini")


def test_what_programs_leave_by_themselves_keeps_nothing(tmp_path: Path) -> None:
    target = tmp_path / "results"
    for text, write_at in (("first", later), ("second", long_ago), ("third", None)):
        result(target, text)
        assert [path.name for path in tmp_path.iterdir()] == ["results"]
        assert {path.name for path in target.iterdir()} == {WRITTEN, "plan.txt", MARK}
        if write_at is not None:
            (target / "figures").mkdir()
            for name in LEFT:
                write_at(target / name, "lock")
                write_at(target / "figures" / name, "lock")


def test_what_programs_leave_by_themselves_is_not_in_the_way(tmp_path: Path) -> None:
    """A folder that a person made and looked into may be filled, and does not become an earlier result."""
    target = tmp_path / "results"
    target.mkdir()
    for name in LEFT:
        (target / name).write_text("lock")
    result(target, "first")
    assert [path.name for path in tmp_path.iterdir()] == ["results"]
    assert {path.name for path in target.iterdir()} == {WRITTEN, "plan.txt", MARK}


@pytest.mark.parametrize("name", [".ssh", ".DS_Store"])
def test_a_folder_that_holds_a_hidden_folder_only_is_no_empty_one(tmp_path: Path, name: str) -> None:
    (tmp_path / "home" / name).mkdir(parents=True)
    with pytest.raises(OutputError, match="is not a result of inzet"):
        result(tmp_path / "home", "first")
    assert (tmp_path / "home" / name).is_dir()


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
