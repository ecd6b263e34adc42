"""Months, the clock of every plan: capacity, readiness and money are all counted by the month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """A calendar month, counted from January of the year 0 so that months can be added and compared.

    Attributes:
        index: twelve times the year plus the month, January being 0.
    """

    index: int

    @classmethod
    def of(cls, year: int, month: int) -> Month:
        """The month with this year and this number (1 to 12); raises ValueError outside that range."""
        if not 1 <= month <= 12:
            raise ValueError(f"{month} is not a month")
        return cls(12 * year + month - 1)

    @classmethod
    def parse(cls, text: str) -> Month:
        """The month written as ``YYYY-MM``; raises ValueError for anything else."""
        year, _, month = text.partition("-")
        if len(year) != 4 or len(month) != 2:
            raise ValueError(f"{text!r} is not a month written as YYYY-MM")
        return cls.of(int(year), int(month))

    @property
    def year(self) -> int:
        """The calendar year."""
        return self.index // 12

    @property
    def number(self) -> int:
        """The month within its year, 1 to 12."""
        return self.index % 12 + 1

    def __add__(self, months: int) -> Month:
        return Month(self.index + months)

    def __sub__(self, other: Month) -> int:
        """Months from ``other`` to this month."""
        return self.index - other.index

    def __str__(self) -> str:
        return _text(self.index)

    def __repr__(self) -> str:
        return f"Month({self})"


@cache
def _text(index: int) -> str:
    """A month as it is written. A plan has few months, and names of columns say them hundreds of thousands of times."""
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def months(first: Month, last: Month) -> Iterator[Month]:
    """Every month from ``first`` to ``last``, both included; nothing when ``last`` comes before ``first``."""
    return (Month(index) for index in range(first.index, last.index + 1))
