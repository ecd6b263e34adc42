"""The shipped tables, and the book made of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from inzet.dossier.compile import compile_book
from inzet.schema.book import Book

REPO = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def data_dir() -> Path:
    return REPO / "data"


@pytest.fixture(scope="session")
def shipped() -> Path:
    return REPO / "scenarios" / "letter-2025.xlsx"


@pytest.fixture(scope="session")
def book(data_dir: Path) -> Book:
    return compile_book(data_dir)
