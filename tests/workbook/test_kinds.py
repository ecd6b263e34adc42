"""What is typed is read as what is meant, or refused: for any number and any month."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from inzet.calendar import Month
from inzet.schema.kinds import (
    FIRST_YEAR,
    LAST_YEAR,
    fold,
    parse_id,
    parse_month,
    parse_number,
    parse_scalar,
    parse_text,
    parse_whole,
    parse_yes_no,
)

CENTS = st.integers(-(10**14), 10**14)
DAYS = st.dates(dt.date(FIRST_YEAR, 1, 1), dt.date(LAST_YEAR, 12, 31))
DUTCH = ("jan", "feb", "maart", "april", "mei", "juni", "juli", "aug", "sept", "okt", "nov", "december")
PARSERS = (parse_text, parse_id, parse_number, parse_whole, parse_month, parse_yes_no, parse_scalar)


@given(CENTS)
def test_numbers_with_dutch_marks(cents: int) -> None:
    english = f"{cents / 100:,.2f}"
    dutch = english.translate(str.maketrans(",.", ".,"))
    assert parse_number(english) == parse_number(dutch) == cents / 100
    assert parse_number(f" € {dutch} ") == cents / 100


@given(CENTS)
def test_plain_numbers(cents: int) -> None:
    number = cents / 100
    assert parse_number(number) == parse_number(f"{number:.2f}") == number
    assert parse_number(f"{number:.2f}".replace(".", ",")) == number


@given(st.integers(-(10**15), 10**15))
def test_whole_numbers(number: int) -> None:
    assert parse_whole(number) == parse_whole(float(number)) == parse_whole(str(number)) == number
    for mark in ",. ":
        assert parse_whole(f"{number:,}".replace(",", mark)) == number


@given(st.integers(1, 999), st.integers(0, 999), st.sampled_from(".,"))
def test_a_single_mark_before_three_digits_is_refused(before: int, after: int, mark: str) -> None:
    with pytest.raises(ValueError, match="can be read in two ways"):
        parse_number(f"{before}{mark}{after:03}")


@given(DAYS)
def test_months_in_every_spelling(day: dt.date) -> None:
    month = Month.of(day.year, day.month)
    spellings: tuple[Any, ...] = (
        day,
        dt.datetime(day.year, day.month, day.day, 12),
        str(month),
        day.isoformat(),
        f"{day.isoformat()} 00:00:00",
        f"{day.day}-{day.month}-{day.year}",
        f"{day.day:02}/{day.month:02}/{day.year}" if day.day > 12 else day,
        f"{day.month}/{day.year}",
        f"{day:%B %Y}",
        f"{day:%d %b. %Y}",
        f"{day.day} {DUTCH[day.month - 1].upper()} {day.year}",
    )
    assert {parse_month(spelling) for spelling in spellings} == {month}


def test_a_date_that_can_be_read_in_two_ways_is_refused() -> None:
    with pytest.raises(ValueError, match="day first or month first"):
        parse_month("05/06/2025")
    assert parse_month("05/05/2025") == Month.of(2025, 5)
    assert parse_month("05-06-2025") == Month.of(2025, 6)


@given(st.text() | st.floats() | st.integers() | st.booleans() | st.datetimes() | st.times())
def test_anything_is_read_or_refused_in_words(value: Any) -> None:
    for parse in PARSERS:
        read(parse, value)


@given(st.from_regex(r"[0-9.,% +€eE-]{1,12}", fullmatch=True))
def test_anything_like_a_number_is_read_or_refused_in_words(text: str) -> None:
    for parse in (parse_number, parse_whole):
        read(parse, text)


@given(st.from_regex(r"[0-9]{1,5}[-/. ]([0-9]{1,3}|mei|jan)[-/. ][0-9]{1,5}", fullmatch=True))
def test_anything_like_a_date_is_read_or_refused_in_words(text: str) -> None:
    read(parse_month, text)


def read(parse: Callable[[Any], Any], value: Any) -> None:
    with contextlib.suppress(PydanticCustomError):
        parse(value)


@given(st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_kept_as_text_is_the_same_number(number: float) -> None:
    assert parse_number(parse_scalar(number)) == number


@pytest.mark.parametrize(
    ("raw", "text"),
    [(5.0, "5"), (0.1, "0.1"), (True, "yes"), (dt.datetime(2025, 3, 9), "2025-03"), (" a  b\u00a0", "a b")],
)
def test_values_kept_as_text(raw: object, text: str) -> None:
    assert parse_scalar(raw) == text


def test_names_are_folded() -> None:
    assert fold(" First-Month_") == fold("first month") == "firstmonth"
