"""The reference pages are what the schema and the results say."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from inzet.reports.reference import results_page
from inzet.schema.reference import reference_page
from inzet.schema.rows import SHEETS, Row, Settings, extra_of, kind_of, numeric_columns

RESULTS_PAGE = Path(__file__).parents[2] / "results" / "README.md"
PAGE = Path(__file__).parents[2] / "scenarios" / "REFERENCE.md"


def test_the_reference_page_is_what_the_schema_says() -> None:
    if os.environ.get("INZET_WRITE_GOLDEN") == "1":
        PAGE.write_text(reference_page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == reference_page(), "`make golden` writes the page anew"


def test_the_results_page_is_what_is_written() -> None:
    if os.environ.get("INZET_WRITE_GOLDEN") == "1":
        RESULTS_PAGE.write_text(results_page(), encoding="utf-8")
    assert RESULTS_PAGE.read_text(encoding="utf-8") == results_page(), "`make golden` writes the page anew"


@pytest.mark.parametrize("model", [Settings, *SHEETS.values()], ids=lambda model: model.sheet)
def test_every_column_says_what_it_is(model: type[Row]) -> None:
    assert model.__doc__
    for name, field in model.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name
        kind_of(field)
        if ref := extra_of(field, "ref"):
            sheet, column = ref.split(".")
            assert column in SHEETS[sheet].model_fields
    assert set(numeric_columns(model)) <= set(model.model_fields)


@pytest.mark.parametrize("model", SHEETS.values(), ids=lambda model: model.sheet)
def test_the_key_is_made_of_columns(model: type[Row]) -> None:
    assert set(model.key) <= set(model.model_fields)
