"""Full disks, read-only folders, open files, two runs at a time: a clear outcome each."""

from __future__ import annotations

import errno
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
from inzet.reports.folder import MARK, WRITTEN, whole_folder
from inzet.workbook.writer import write_workbook

Mount = Callable[[str], Path]


COMMANDS: dict[str, tuple[str, ...]] = {
    "solve": ("solve", "small.xlsx"),
    "compare": ("compare", "compared.xlsx", "--scenarios", "FEW_EXPERTS"),
    "sensitivity": ("sensitivity", "small.xlsx", "supply", "EXPERT"),
}
"""Commands that write a folder, whatever is kept of their answers."""
EARLIER: dict[str, tuple[str, ...]] = {
    "compare": ("compare", "compared.xlsx", "--scenarios", "DEARER_ALLY"),
    "sensitivity": ("sensitivity", "fewer.xlsx", "criticality"),
}
"""What stood in the folder before: the answer to another question of the same kind. For solve there is one already."""


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


@pytest.fixture(scope="module")
def earlier(books: Path) -> Callable[[str], Path]:
    """The earlier result of a command, made when it is first asked for."""

    def made(command: str) -> Path:
        folder = books / ("fewer" if command == "solve" else f"earlier {command}")
        if not folder.exists():
            assert inzet(*EARLIER[command], "--out", folder, where=books).returncode == 0
        return folder

    return made


# How much is left decides what cannot be written any more: for solve the workbook that was asked, the plan or a figure.
@pytest.mark.parametrize(
    ("command", "spare"),
    [
        ("solve", 12),
        ("solve", 60),
        ("solve", 200),
        ("compare", 40),
        pytest.param("compare", 12, marks=pytest.mark.slow),
        pytest.param("compare", 200, marks=pytest.mark.slow),
        pytest.param("compare", 400, marks=pytest.mark.slow),
        pytest.param("sensitivity", 12, marks=pytest.mark.slow),
        pytest.param("sensitivity", 60, marks=pytest.mark.slow),
        pytest.param("sensitivity", 100, marks=pytest.mark.slow),
    ],
)
def test_a_full_disk_leaves_the_earlier_result(
    books: Path, earlier: Callable[[str], Path], mount: Mount, command: str, spare: int
) -> None:
    before = earlier(command)
    disk = mount(f"size={kilobytes(before) + spare}k")
    shutil.copytree(before, disk / "r")
    run = inzet(*COMMANDS[command], "--out", disk / "r", where=books)
    assert run.returncode == 2, run.stdout
    assert "No space left on device" in " ".join(run.stderr.split())
    assert exact(disk / "r") == exact(before)
    assert [path.name for path in disk.iterdir()] == ["r"]


def test_a_full_disk_for_answers_stops_nothing(books: Path, mount: Mount, tmp_path: Path) -> None:
    disk = mount("size=8k")
    (disk / "filler").write_bytes(b"x" * 8192)
    names = ("--scenarios", "FEW_EXPERTS", "--kept", disk / "kept", "--out", tmp_path / "r")
    run = inzet("compare", "compared.xlsx", *names, where=books)
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "r" / "compare.json").is_file()
    assert [path.name for path in disk.rglob("*") if path.is_file()] == ["filler"]


@pytest.mark.parametrize("command", ["solve", "compare", pytest.param("sensitivity", marks=pytest.mark.slow)])
def test_a_read_only_folder(books: Path, earlier: Callable[[str], Path], mount: Mount, command: str) -> None:
    before = earlier(command)
    disk = mount("size=4m")
    shutil.copytree(before, disk / "r")
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    for name in ("r", "another") if command == "solve" else ("r",):
        run = inzet(*COMMANDS[command], "--out", disk / name, where=books)
        assert run.returncode == 2
        assert "cannot be written: Read-only file system. Nothing was written." in " ".join(run.stderr.split())
    assert exact(disk / "r") == exact(before)


def test_a_page_on_a_read_only_disk(books: Path, mount: Mount) -> None:
    disk = mount("size=4m")
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    run = inzet("reference", disk / "page.md", where=books)
    assert run.returncode == 2
    assert "cannot be written: Read-only file system." in " ".join(run.stderr.split())


@pytest.mark.parametrize(
    "command",
    ["solve", pytest.param("compare", marks=pytest.mark.slow), pytest.param("sensitivity", marks=pytest.mark.slow)],
)
def test_a_result_that_the_system_does_not_let_be_moved(
    books: Path, earlier: Callable[[str], Path], mount: Mount, tmp_path: Path, command: str
) -> None:
    """The folder is a disk of its own: no folder can take its place, and none can be made in its own place."""
    before = earlier(command)
    target = mount("size=4m")
    shutil.copytree(before, target, dirs_exist_ok=True)
    run = inzet(*COMMANDS[command], "--out", target, where=books)
    assert run.returncode == 2, run.stdout
    said = " ".join(run.stderr.split())
    beside = target.with_name(f"{target.name}-new")
    assert f"{target} cannot be replaced: Device or resource busy." in said
    assert "It is untouched." in said
    assert f"The new result is in {beside}." in said
    assert exact(target) == exact(before)
    assert told(beside) != told(target)
    assert {path.name for path in beside.iterdir()} == {path.name for path in target.iterdir()}
    assert not any(path.name.startswith(".") for path in tmp_path.iterdir())


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
    assert {path.name for path in target.iterdir()} == {"plan.txt", MARK, WRITTEN}
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
