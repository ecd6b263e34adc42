"""A good workbook to spoil, and what the reader says about it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import pytest
from builders import small_book

from inzet.errors import InputError, Issue, Severity
from inzet.schema.book import Book
from inzet.workbook.reader import read_workbook
from inzet.workbook.writer import write_workbook

Spoil = Callable[[Any], None]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The small plan as a workbook."""
    path = tmp_path / "plan.xlsx"
    write_workbook(small_book(), path)
    return path


@pytest.fixture
def spoil(path: Path) -> Callable[[Spoil], Path]:
    """Change the workbook of the small plan with openpyxl, as somebody would in Excel."""

    def change(how: Spoil) -> Path:
        workbook = openpyxl.load_workbook(path)
        how(workbook)
        workbook.save(path)
        return path

    return change


@pytest.fixture
def refused(spoil: Callable[[Spoil], Path]) -> Callable[[Spoil], list[Issue]]:
    """The errors of a workbook that was spoilt."""

    def read(how: Spoil) -> list[Issue]:
        with pytest.raises(InputError) as caught:
            read_workbook(spoil(how))
        return [issue for issue in caught.value.issues if issue.severity is Severity.ERROR]

    return read


@pytest.fixture
def accepted(spoil: Callable[[Spoil], Path]) -> Callable[[Spoil], tuple[Book, tuple[Issue, ...]]]:
    """The book and the warnings of a workbook that was changed."""

    def read(how: Spoil) -> tuple[Book, tuple[Issue, ...]]:
        return read_workbook(spoil(how))

    return read


@pytest.fixture
def compute(path: Path) -> Callable[..., None]:
    """Put a formula with its result in a cell, which openpyxl cannot do and Excel does."""

    def put(sheet: str, cell: str, formula: str, result: str, *, text: bool = False) -> None:
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        number = openpyxl.load_workbook(path).sheetnames.index(sheet) + 1
        name = f"xl/worksheets/sheet{number}.xml"
        kind = ' t="str"' if text else ""
        new = f'<c r="{cell}"{kind}><f>{escape(formula)}</f><v>{result}</v></c>'
        pattern = rf'<c r="{cell}"[^>]*?(/>|>.*?</c>)'
        content, count = re.subn(pattern, lambda _: new, parts[name].decode())
        assert count == 1
        parts[name] = content.encode()
        # openpyxl asks for formulas to be computed when the file is opened; Excel, which has computed them, does not.
        book = "xl/workbook.xml"
        parts[book] = parts[book].replace(b' fullCalcOnLoad="1"', b"")
        with zipfile.ZipFile(path, "w") as archive:
            for name, part in parts.items():
                archive.writestr(name, part)

    return put
