"""The schema in words, and which row of Basis a number rests on."""

from __future__ import annotations

from typing import Any

import pytest
from builders import small_book

from inzet.schema.basis import BasisIndex
from inzet.schema.reference import allowed_in, default_of, reference_page
from inzet.schema.rows import SHEETS, Basis, Row, Settings


def basis(row: str, column: str, why: str, about: str = "Supply") -> Basis:
    return Basis.model_validate({"about": about, "row": row, "column": column, "basis": "assumed", "why": why})


ROWS: tuple[Row, ...] = (
    basis("*", "*", "sheet"),
    basis("*", "units", "column"),
    basis("INF_COY / 2025-01", "*", "row"),
    basis("INF_COY /  2026-01", "units", "cell"),
    basis("INF_COY / 2026-01", "*", "row"),
)


@pytest.mark.parametrize(
    ("key", "column", "why"),
    [
        ("EXPERT / 2025-01", "reserve", "sheet"),
        ("EXPERT / 2025-01", "units", "column"),
        ("INF_COY / 2025-01", "units", "row"),
        ("INF_COY/2026-01", "units", "cell"),
        ("INF_COY / 2026-01", "reserve", "row"),
    ],
)
def test_the_most_specific_row_counts(key: str, column: str, why: str) -> None:
    found = BasisIndex(small_book().with_rows("Basis", ROWS)).of("Supply", key, column)
    assert found is not None
    assert found.why == why


def test_a_number_without_a_basis() -> None:
    assert BasisIndex(small_book().with_rows("Basis", ROWS)).of("Units", "INF_COY", "persons") is None


def test_rows_of_basis_that_cover_nothing() -> None:
    slips = (
        basis("*", "unit_s", "no such column"),
        basis("NAVY / 2025-01", "*", "no such row"),
        basis("*", "*", "no such sheet", about="Supplies"),
    )
    book = small_book().with_rows("Basis", (*ROWS, basis("gap", "value", "a setting", "Settings"), *slips))
    assert tuple(BasisIndex(book).unused(book)) == slips


@pytest.mark.parametrize(
    ("sheet", "column", "allowed", "default"),
    [
        ("Units", "category", "military, civil, police", "must be filled"),
        ("Units", "persons", "whole number, 1 to 10,000", "must be filled"),
        ("Funds", "reserve", "money, 0 to 1,000,000,000,000", "0"),
        ("Options", "mission", "id that occurs in Missions, column mission", "must be filled"),
        ("Options", "max_months", "whole number, 1 to 600", "stays empty"),
        ("Missions", "mandated", "yes, no", "no"),
        ("Missions", "country", "any text", "stays empty"),
        ("Missions", "last_month", "a month, YYYY-MM", "stays empty"),
        ("Missions", "effectiveness", "share, 0 to 1", "1"),
    ],
)
def test_columns_in_words(sheet: str, column: str, allowed: str, default: str) -> None:
    field = SHEETS[sheet].model_fields[column]
    assert (allowed_in(field), default_of(field)) == (allowed, default)


def test_the_reference_page_has_every_sheet_and_column() -> None:
    page = reference_page()
    for model in (Settings, *SHEETS.values()):
        section: Any = page.split(f"\n## {model.sheet}\n")[1].split("\n## ")[0]
        for name, field in model.model_fields.items():
            assert f"| `{name}`" in section
            assert field.description in section
    assert "One row per `unit` and `first_month`." in page
    table = [line for line in page.splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in table} == {4, 7}
