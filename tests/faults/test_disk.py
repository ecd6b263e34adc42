"""Full disks, read-only folders, open files, two runs at a time, clocks that jump: a clear outcome each."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from builders import changed, small_book, with_basis
from comparisons import compared_book
from faults.kill_points import exact, told
from faults.test_kill_points import written

from inzet.errors import OutputError
from inzet.reports.folder import MARK, whole_folder
from inzet.workbook.writer import write_workbook

Mount = Callable[[str], Path]


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook, another, one with scenarios, and the result of each of the first two."""
    folder = tmp_path_factory.mktemp("books")
    write_workbook(with_basis(small_book()), folder / "small.xlsx")
    write_workbook(with_basis(changed(small_book(), "Supply", "EXPERT / 2025-01", units=6)), folder / "fewer.xlsx")
    write_workbook(with_basis(compared_book()), folder / "compared.xlsx")
    for name in ("small", "fewer"):
        assert inzet("solve", f"{name}.xlsx", "--out", name, where=folder).returncode == 0
    return folder


def inzet(*arguments: object, where: Path, before: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command, after some Python of its own."""
    program = f"import sys; {before}\nfrom inzet.cli import main\nmain()"
    command = [sys.executable, "-c", program, *map(str, arguments)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=where, check=False, timeout=240)
    assert "Traceback" not in run.stdout + run.stderr
    assert "Exception ignored" not in run.stderr
    return run


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Mount]:
    """Mounts a file system of a given size, in memory; only where that is permitted."""
    made: list[Path] = []

    def mounted(options: str) -> Path:
        place = tmp_path / f"disk{len(made)}"
        place.mkdir()
        if not sys.platform.startswith("linux") or shutil.which("mount") is None:
            pytest.skip("needs the mount of Linux")
        run = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)], capture_output=True, check=False
        )
        if run.returncode:
            pytest.skip("file systems may not be mounted here")
        made.append(place)
        return place

    yield mounted
    for place in made:
        subprocess.run(["umount", str(place)], check=True)


def kilobytes(folder: Path) -> int:
    return sum(-(-path.stat().st_size // 4096) * 4 + 4 for path in folder.rglob("*"))


@pytest.mark.parametrize("spare", [12, 60, 200])
def test_a_full_disk_leaves_the_earlier_result(books: Path, mount: Mount, spare: int) -> None:
    disk = mount(f"size={kilobytes(books / 'fewer') + spare}k")
    shutil.copytree(books / "fewer", disk / "r")
    run = inzet("solve", "small.xlsx", "--out", disk / "r", where=books)
    assert run.returncode == 2, run.stdout
    assert "No space left on device" in " ".join(run.stderr.split())
    assert exact(disk / "r") == exact(books / "fewer")
    assert [path.name for path in disk.iterdir()] == ["r"]


def test_a_full_disk_for_answers_stops_nothing(books: Path, mount: Mount, tmp_path: Path) -> None:
    disk = mount("size=8k")
    (disk / "filler").write_bytes(b"x" * 8192)
    names = ("--scenarios", "FEW_EXPERTS", "--kept", disk / "kept", "--out", tmp_path / "r")
    run = inzet("compare", "compared.xlsx", *names, where=books)
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "r" / "compare.json").is_file()
    assert [path.name for path in disk.rglob("*") if path.is_file()] == ["filler"]


def test_a_read_only_folder(books: Path, mount: Mount) -> None:
    disk = mount("size=4m")
    shutil.copytree(books / "fewer", disk / "r")
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    for name in ("r", "another"):
        run = inzet("solve", "small.xlsx", "--out", disk / name, where=books)
        assert run.returncode == 2
        assert "cannot be written: Read-only file system. Nothing was written." in " ".join(run.stderr.split())
    assert exact(disk / "r") == exact(books / "fewer")
    run = inzet("reference", disk / "r" / "page.md", where=books)
    assert run.returncode == 2
    assert "cannot be written: Read-only file system." in " ".join(run.stderr.split())


def refuse(*_: object) -> None:
    raise PermissionError(errno.EACCES, "Access is denied")


def test_a_result_that_is_open_elsewhere_and_cannot_be_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As Windows does it: a folder cannot be renamed while a file in it is open."""
    target, real = tmp_path / "plan", Path.rename
    written(target, "first")
    monkeypatch.setattr(Path, "rename", lambda path, to: refuse() if path == target else real(path, to))
    for name in ("plan-new", "plan-new-2"):
        with pytest.raises(OutputError) as caught:
            written(target, name)
        message = str(caught.value)
        assert f"{target} cannot be replaced: Access is denied." in message
        assert "Excel" in message
        assert f"The new result is in {tmp_path / name}." in message
        assert (tmp_path / name / "plan.txt").read_text() == name
        assert (tmp_path / name / MARK).is_file()
    assert (target / "plan.txt").read_text() == "first"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plan", "plan-new", "plan-new-2"]


def test_a_new_result_that_cannot_be_moved_leaves_the_earlier_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, real = tmp_path / "plan", Path.rename
    written(target, "first")
    monkeypatch.setattr(Path, "rename", lambda path, to: refuse() if path.suffix == ".partial" else real(path, to))
    with pytest.raises(OutputError, match="could not be left beside it either"):
        written(target, "second")
    assert (target / "plan.txt").read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


@pytest.mark.skipif(sys.platform == "win32", reason="there it cannot be moved, see above")
def test_a_workbook_that_a_spreadsheet_has_open_keeps_nobody_from_a_new_result(tmp_path: Path) -> None:
    target = tmp_path / "plan"
    written(target, "first")
    (target / "~$plan.xlsx").write_text("somebody")
    with (target / "plan.txt").open() as open_elsewhere:
        written(target, "second")
        assert open_elsewhere.read() == "first"
    assert {path.name for path in target.iterdir()} == {"plan.txt", MARK}
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


def test_what_somebody_put_there_during_the_run_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "plan"

    def run() -> None:
        with whole_folder(target) as folder:
            (folder / MARK).write_text("{}")
            target.mkdir()
            (target / "letter.docx").write_text("precious")

    with pytest.raises(OutputError, match="something else by now") as caught:
        run()
    assert f"The new result is in {target}-new." in str(caught.value)
    assert (target / "letter.docx").read_text() == "precious"
    assert (tmp_path / "plan-new" / MARK).is_file()


def test_an_earlier_result_is_not_put_back_in_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is being taken away when the run is killed must not be found under the name of what is put back."""
    target = tmp_path / "plan"
    written(target, "first")
    seen: list[list[str]] = []
    monkeypatch.setattr(
        "inzet.reports.folder.shutil.rmtree", lambda *_, **__: seen.append([path.name for path in tmp_path.iterdir()])
    )
    written(target, "second")
    assert seen
    assert not any(".plan.previous" in names for names in seen)


@pytest.mark.skipif(sys.platform == "win32", reason="folders cannot be held there")
def test_many_runs_into_one_folder_leave_one_whole_result(tmp_path: Path) -> None:
    program = """
import sys
from pathlib import Path
from inzet.reports.folder import MARK, whole_folder
for number in range(30):
    with whole_folder(Path(sys.argv[1])) as folder:
        for name in ("a", "b", MARK):
            (folder / name).write_text(f"{sys.argv[2]} {number}")
"""
    target = tmp_path / "plan"
    words = [sys.executable, "-c", program, str(target)]
    runs = [subprocess.Popen([*words, str(who)], stderr=subprocess.PIPE, text=True) for who in range(4)]
    assert [run.communicate()[1] for run in runs] == [""] * 4
    assert [run.returncode for run in runs] == [0] * 4
    assert len({(target / name).read_text() for name in ("a", "b", MARK)}) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


@pytest.mark.slow
def test_two_solves_into_one_folder_leave_one_whole_result(books: Path, tmp_path: Path) -> None:
    names = ("small", "fewer")
    words = [sys.executable, "-m", "inzet", "solve"]
    runs = [
        subprocess.Popen([*words, f"{name}.xlsx", "--out", str(tmp_path / "r")], cwd=books, stdout=subprocess.PIPE)
        for name in names
    ]
    for run in runs:
        run.communicate()
    assert [run.returncode for run in runs] == [0, 0]
    assert told(tmp_path / "r") in [told(books / name) for name in names]
    assert inzet("audit", tmp_path / "r", where=books).returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


JUMPING = (
    "import itertools, time; real, jumps = time.time, itertools.cycle((0, 3e8, -3e8, 1e9)); "
    "time.time = lambda: real() + next(jumps); time.time_ns = lambda: int(time.time() * 1e9)"
)
"""A clock that is years ahead or behind whenever it is looked at."""


@pytest.mark.slow
def test_clock_jumps_change_nothing(books: Path, tmp_path: Path) -> None:
    run = inzet("solve", "small.xlsx", "--out", tmp_path / "r", "--time-limit", 60, where=books, before=JUMPING)
    assert run.returncode == 0, run.stderr
    assert told(tmp_path / "r") == told(books / "small")


@pytest.mark.slow
def test_answers_of_the_future_and_of_long_ago_are_found(books: Path, tmp_path: Path) -> None:
    options = ("supply", "EXPERT", "--kept", tmp_path / "kept")
    assert inzet("sensitivity", "small.xlsx", *options, where=books).returncode == 0
    for number, path in enumerate(sorted(tmp_path.rglob("*.json"))):
        os.utime(path, (4e9, 4e9) if number % 2 else (0, 0))
    again = inzet("sensitivity", "small.xlsx", *options, where=books, before=JUMPING)
    assert again.returncode == 0
    assert "3 solves, all done before and found again" in again.stderr
