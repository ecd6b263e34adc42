"""Files that are no workbook, or a harmful one."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest

from inzet.errors import InputError, Issue
from inzet.workbook import archive, grid
from inzet.workbook.reader import read_workbook


def refusal(path: Path) -> Issue:
    with pytest.raises(InputError) as caught:
        read_workbook(path)
    (issue,) = caught.value.issues
    assert (issue.sheet, issue.cell) == (path.name, "")
    assert issue.fix
    return issue


def add_part(path: Path, name: str, content: bytes) -> None:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as workbook:
        workbook.writestr(name, content)


def test_a_missing_file(tmp_path: Path) -> None:
    assert "there is no file" in refusal(tmp_path / "nothing.xlsx").message


def test_a_folder(tmp_path: Path) -> None:
    assert "is a folder" in refusal(tmp_path).message


@pytest.mark.parametrize("content", [b"", b"P", b"mission;name\n", b"\x00" * 5000])
def test_something_else(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(content)
    assert "not an Excel workbook" in refusal(path).message


def test_an_old_workbook(tmp_path: Path) -> None:
    path = tmp_path / "plan.xls"
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 2000)
    issue = refusal(path)
    assert "97-2003" in issue.message
    assert "save it as" in issue.fix


def test_a_password(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"))
    issue = refusal(path)
    assert "password" in issue.message
    assert "Encrypt with Password" in issue.fix


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file(path: Path, part: float) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: int(part * len(content))])
    assert "damaged or cut short" in refusal(path).message


def test_a_damaged_file(path: Path) -> None:
    content = bytearray(path.read_bytes())
    middle = len(content) // 3
    content[middle : middle + 200] = b"\xff" * 200
    path.write_bytes(content)
    assert refusal(path).rule in {"the file is whole", "the file is an Excel workbook (.xlsx)"}


def test_a_zip_that_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    add_part(path, "letter.txt", b"hello")
    assert "a zip file, but not an Excel workbook" in refusal(path).message


def test_a_workbook_without_its_parts(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    add_part(path, "[Content_Types].xml", b"<Types/>")
    assert "cannot be understood" in refusal(path).message


def test_a_zip_bomb_by_ratio(path: Path) -> None:
    add_part(path, "xl/media/bomb.bin", b"\0" * 50_000_000)
    issue = refusal(path)
    assert "would unpack" in issue.message
    assert "Copy the tables to a new workbook" in issue.fix


def test_a_zip_bomb_by_size(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_UNPACKED_BYTES", 1000)
    assert "would unpack" in refusal(path).message


def test_a_file_that_is_too_large(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_FILE_BYTES", 1000)
    assert "at most" in refusal(path).message


def test_far_too_many_cells(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_TAGS", 1000)
    assert "far more rows and cells" in refusal(path).message


@pytest.mark.parametrize("before", [0, (1 << 20) - 4])
def test_entities_are_refused_also_on_the_seam_of_two_chunks(path: Path, before: int) -> None:
    add_part(path, "xl/extra.xml", b" " * before + b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>')
    assert "document types" in refusal(path).message


def test_an_encoding_that_could_hide_entities_is_refused(path: Path) -> None:
    add_part(path, "xl/extra.xml", "<!DOCTYPE x>".encode("utf-16"))
    assert "foreign encoding" in refusal(path).message


def test_rows_beyond_the_limit(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "MAX_ROWS", 3)
    with pytest.raises(InputError) as caught:
        read_workbook(path)
    issue = next(i for i in caught.value.issues if i.sheet == "Goals")
    assert (issue.cell, issue.message) == ("4", "the rows from row 4 on are not read")


def test_a_cell_in_the_last_row_of_excel_costs_nothing(path: Path) -> None:
    workbook = openpyxl.load_workbook(path)
    workbook["Missions"]["XFD1048576"].font = openpyxl.styles.Font(bold=True)
    workbook.save(path)
    book, issues = read_workbook(path)
    assert len(book.rows["Missions"]) == 2
    assert issues == ()


def test_macros_and_links_are_named_and_left_alone(path: Path) -> None:
    add_part(path, "xl/vbaProject.bin", b"macro")
    add_part(path, "xl/externalLinks/externalLink1.xml", b"<externalLink/>")
    _, issues = read_workbook(path)
    assert [issue.severity for issue in issues] == ["warning", "warning"]
    assert "macros; they are not run" in issues[0].message
    assert "they are not followed" in issues[1].message
