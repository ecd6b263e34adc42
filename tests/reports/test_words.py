import pytest

from inzet.calendar import Month
from inzet.reports.words import count, gap_words, joined, listed, million, month_words, rounded_away


def test_a_bound_is_never_rounded_to_the_better_side():
    assert rounded_away(12.34, 1, upwards=True) == "12.4"
    assert rounded_away(12.36, 1, upwards=False) == "12.3"
    assert rounded_away(12.3, 1, upwards=True) == "12.3"
    assert rounded_away(12.3 + 1e-9, 1, upwards=True) == "12.3"
    assert rounded_away(-0.0, 1, upwards=False) == "0.0"


@pytest.mark.parametrize(
    ("gap", "words"),
    [(0.0001, "0.01%"), (1e-9, "0.01%"), (0.00121, "0.13%"), (0.0121, "1.3%"), (0.5, "50.0%"), (7.0, "more than 100%")],
)
def test_a_gap_is_rounded_up(gap: float, words: str):
    assert gap_words(gap) == words


def test_small_words():
    assert million(0) == "0.0"
    assert million(2_340_000) == "2.3"
    assert million(50_000) == "0.05"
    assert count(1, "mission") == "1 mission"
    assert count(2, "breach", "breaches") == "2 breaches"
    assert joined("abcd", most=2) == "a, b and 2 more"
    assert joined("ab", most=2) == "a, b"
    assert listed("abc") == "a, b and c"
    assert listed("a") == "a"
    assert month_words(Month.of(2025, 3)) == "March 2025"
