"""The library of the shipped workbook, solved once per session, also when tests run side by side."""

from __future__ import annotations

import os
import pickle
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from inzet.analyses.library import BASE, Library, Outcome, outcome_of, solve_library
from inzet.schema.book import Book
from inzet.workbook.reader import read_workbook

REPO = Path(__file__).resolve().parents[2]
T = TypeVar("T")


@pytest.fixture(scope="session")
def shipped_book() -> Book:
    return read_workbook(REPO / "scenarios" / "letter-2025.xlsx")[0]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[], object]], object]:
    """Makes something once for all workers: the first one makes it, the others wait for its file."""
    here = tmp_path_factory.getbasetemp()
    folder = here.parent if "PYTEST_XDIST_WORKER" in os.environ else here

    def get(name: str, make: Callable[[], object]) -> object:
        path, mine = folder / f"{name}.pickle", folder / f"{name}.claimed"
        try:
            os.close(os.open(mine, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            for _ in range(2400):
                if path.exists():
                    return pickle.loads(path.read_bytes())
                time.sleep(0.5)
            pytest.fail(f"{name} was never made")
        made = make()
        draft = path.with_suffix(".draft")
        draft.write_bytes(pickle.dumps(made))
        draft.replace(path)
        return made

    return get


@pytest.fixture(scope="session")
def base(shipped_book: Book, once: Callable[[str, Callable[[], object]], object]) -> Outcome:
    found = once("base", lambda: outcome_of(shipped_book, BASE))
    assert isinstance(found, Outcome)
    return found


@pytest.fixture(scope="session")
def library(shipped_book: Book, once: Callable[[str, Callable[[], object]], object]) -> Library:
    found = once("library", lambda: solve_library(shipped_book))
    assert isinstance(found, Library)
    return found
