"""What a cell may hold, and how what people really type is read.

Every kind turns a raw cell value into a Python value or refuses it with a sentence and a fix. Nothing is
guessed: a text that can be read in two ways is refused.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from inzet.calendar import Month

FIRST_YEAR, LAST_YEAR = 1990, 2200
"""Years outside this range are slips of the keyboard."""

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_\-]*")
_GROUPED = {mark: re.compile(rf"[+-]?[1-9]\d{{0,2}}(?:{re.escape(mark)}\d{{3}})+") for mark in ".,"}
_SPACED = re.compile(r"[+-]?[1-9]\d{0,2}(?: \d{3})+(?:[.,]\d+)?")
_PLAIN = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")
_MONEY = re.compile(r"(?:€|EUR)\s*(.+)|(.+?)\s*(?:€|EUR)")
"""An amount with its currency before or behind it; in the middle, as in 12€50, it is no thousands mark."""
_LINE_BREAK = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_FIGURES = re.compile(r"[\d\s.,+-]+")
_SHOWN = 60
"""Characters of a value that a message repeats; the cell has the rest."""
_DAY_ZERO = dt.date(1899, 12, 30)
"""Day 0 of Excel's calendar, as it counts from March 1900 on."""
_DAYS = range(*((dt.date(year, 1, 1) - _DAY_ZERO).days for year in (FIRST_YEAR, LAST_YEAR + 1)))
"""The numbers that Excel has for the days of the years that are read."""
_YES = frozenset({"yes", "y", "ja", "j", "true", "waar", "1", "x"})
_NO = frozenset({"no", "n", "nee", "false", "onwaar", "0", "-"})
_MONTH_NAMES = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january", "januari"),
            ("feb", "february", "februari"),
            ("mar", "march", "maart", "mrt"),
            ("apr", "april"),
            ("may", "mei"),
            ("jun", "june", "juni"),
            ("jul", "july", "juli"),
            ("aug", "august", "augustus"),
            ("sep", "sept", "september"),
            ("oct", "october", "okt", "oktober"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        start=1,
    )
    for name in names
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of cell.

    Attributes:
        name: the word for it on the reference page.
        allowed: what may stand in the cell, in words.
        numeric: whether it is a number that needs a row in the Basis sheet.
        excel_format: the number format that the workbook writes it with.
    """

    name: str
    allowed: str
    numeric: bool = False
    excel_format: str = "General"


def refuse(message: str, fix: str) -> PydanticCustomError:
    """The exception for a cell value that cannot be read, with what to do about it."""
    return PydanticCustomError("inzet_cell", "{message}", {"message": message, "fix": fix})


def parse_text(value: Any) -> str:
    """Text without the white space around it; a whole number loses the ``.0`` that Excel gives it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()[:10]
    return " ".join(str(value).split())


def fold(name: str) -> str:
    """A name as names of sheets, columns and settings are compared: without case, spaces, ``_`` and ``-``."""
    return re.sub(r"[\s_\-]+", "", name).casefold()


def parse_id(value: Any) -> str:
    """An id: letters, digits, ``_`` and ``-``, beginning with a letter."""
    # Excel makes a truth value of the word TRUE; as text it, or a number that is infinite, would pass for a word.
    text = str(value).upper() if isinstance(value, bool) else parse_text(value)
    if not isinstance(value, str) or not _ID.fullmatch(text):
        raise refuse(
            f"{text!r} is not an id",
            "Use letters, digits, _ and -, beginning with a letter, for example EUFOR_ALTHEA.",
        )
    return text


def _number_from_text(text: str) -> float:
    money = _MONEY.fullmatch(text)
    cleaned = (money[1] or money[2]) if money else text
    percent = cleaned.endswith("%")
    cleaned = cleaned.removesuffix("%").rstrip()
    if _SPACED.fullmatch(cleaned):
        cleaned = cleaned.replace(" ", "")
        return float(cleaned.replace(",", ".")) / (100 if percent else 1)
    last_point, last_comma = cleaned.rfind("."), cleaned.rfind(",")
    if last_point >= 0 and last_comma >= 0:
        group, decimal = (".", ",") if last_comma > last_point else (",", ".")
        whole, _, fraction = cleaned.partition(decimal)
        if not (_GROUPED[group].fullmatch(whole) and fraction.isdigit()):
            raise ValueError(text)
        cleaned = whole.replace(group, "") + "." + fraction
    elif any(pattern.fullmatch(cleaned) for pattern in _GROUPED.values()):
        if len(re.findall(r"[.,]", cleaned)) == 1:
            bare = re.sub(r"[.,]", "", cleaned)
            raise refuse(
                f"{text!r} can be read in two ways, with a thousands mark or with a decimal mark",
                f"Write {bare} or {cleaned.replace(',', '.')}0.",
            )
        cleaned = re.sub(r"[.,]", "", cleaned)
    elif _PLAIN.fullmatch(cleaned):
        cleaned = cleaned.replace(",", ".")
    else:
        raise ValueError(text)
    return float(cleaned) / (100 if percent else 1)


def parse_number(value: Any) -> float:
    """A finite number; text such as ``1.234,56`` or ``€ 12,5`` is read when only one reading is possible."""
    if isinstance(value, bool | dt.date | dt.datetime | dt.time):
        raise refuse(f"{parse_text(value)!r} is not a number", "Type a number, and format the cell as a number.")
    _refuse_two_lines(value)
    try:
        number = float(value) if isinstance(value, int | float) else _number_from_text(parse_text(value))
    except PydanticCustomError:  # a ValueError too, but one that already says what is wrong
        raise
    except OverflowError:  # a whole number of more than 308 digits
        number = math.inf
    except ValueError:
        text = parse_text(value)
        raise refuse(f"{text!r} is not a number", "Type a number, for example 12.5.") from None
    if not math.isfinite(number):
        raise refuse(f"{_shown(value)} is not a finite number", "Type a finite number.")
    return number


def _refuse_two_lines(value: Any) -> None:
    """Two lines in a cell are two values; joined they could pass for one number with a space for thousands."""
    if isinstance(value, str) and _LINE_BREAK.search(value.strip()):
        raise refuse(f"{parse_text(value)!r} stands on two lines", "Write one value in the cell, on one line.")


def _shown(value: Any) -> str:
    """A value in a message, cut short when it would fill the screen."""
    text = repr(value) if isinstance(value, str | float) else "a number of hundreds of digits"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def parse_whole(value: Any) -> int:
    """A whole number; ``1.234`` as text is one thousand two hundred and thirty-four, for nothing else is whole."""
    if isinstance(value, str):
        _refuse_two_lines(value)
        text = parse_text(value)
        if text.endswith("%") or _MONEY.fullmatch(text):
            raise refuse(f"{text!r} is a share or an amount, not a whole number", "Type a whole number, for example 3.")
        if any(pattern.fullmatch(text) for pattern in _GROUPED.values()):
            value = re.sub(r"[.,]", "", text)
    number = parse_number(value)
    if not number.is_integer():
        raise refuse(f"{parse_text(value)!r} is not a whole number", "Type a whole number, for example 3.")
    return int(number)


def parse_month(value: Any) -> Month:
    """A month; reads ``2025-01``, ``2025-01-31``, ``1-1-2025`` (day first), ``01/2025``, ``jan 2025`` and dates."""
    if isinstance(value, Month):
        return value
    if isinstance(value, dt.datetime | dt.date):
        return _month_of_day(value.year, value.month)
    if isinstance(value, int | float):
        raise _refuse_number_for_month(value)
    try:
        return _month_from_text(parse_text(value).casefold().rstrip("."))
    except PydanticCustomError:
        raise
    except ValueError:
        raise refuse(
            f"{parse_text(value)!r} is not a month", "Write the month as YYYY-MM, for example 2025-01."
        ) from None


def _refuse_number_for_month(value: float) -> PydanticCustomError:
    """A number is no month: 2025.1 may once have been 2025.10, and 45658 the number behind a date."""
    fix = "Write the month as YYYY-MM, for example 2025-01."
    if value in _DAYS:
        day = _DAY_ZERO + dt.timedelta(days=int(value))
        fix = f"Write the month as YYYY-MM; as the number of a day in Excel it would be {day:%Y-%m}."
    return refuse(f"{parse_text(value)!r} is not a month", fix)


def _refuse_two_ways(text: str) -> None:
    """Day-month or month-day: with a slash both are in use, so a date that both can read is refused."""
    if match := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text):
        first, second, year = map(int, match.groups())
        if first != second and max(first, second) <= 12:
            raise refuse(
                f"{text!r} can be read in two ways, day first or month first",
                f"Write {year}-{second:02d} or {year}-{first:02d}.",
            )


def _month_from_text(text: str) -> Month:
    _refuse_two_ways(text)
    patterns = (
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})(?:[-/.](?P<day>\d{1,2})(?:[t ]\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?)?)?",
        r"(?:(?P<day>\d{1,2})[-/.])?(?P<month>\d{1,2})[-/.](?P<year>\d{4})",
        r"(?:(?P<day>\d{1,2})[ -])?(?P<name>[a-z]+)\.?[ -](?P<year>\d{4})",
    )
    for pattern in patterns:
        if match := re.fullmatch(pattern, text):
            parts = match.groupdict()
            month = _MONTH_NAMES.get(parts["name"], 0) if "name" in parts else int(parts["month"])
            return _month_of_day(int(parts["year"]), month, int(parts["day"] or 1))
    raise ValueError(text)


def _month_of_day(year: int, month: int, day: int = 1) -> Month:
    dt.date(year, month, day)  # a day that does not exist is a slip somewhere in the date
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise refuse(f"the year {year} is out of range", f"Use a year from {FIRST_YEAR} to {LAST_YEAR}.")
    return Month.of(year, month)


def parse_yes_no(value: Any) -> bool:
    """Yes or no, in English or Dutch."""
    if isinstance(value, bool):
        return value
    text = parse_text(value).casefold()
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise refuse(f"{parse_text(value)!r} is neither yes nor no", "Choose yes or no.")


def parse_choice(value: Any) -> str:
    """One of a few words; case and white space do not matter."""
    return parse_text(value).casefold()


def parse_scalar(value: Any) -> str:
    """Whatever stands in the cell, kept as text; the kind of the column that it is meant for reads it later."""
    if isinstance(value, float) and not value.is_integer():
        return repr(value)
    if isinstance(value, dt.datetime | dt.date):
        return str(Month.of(value.year, value.month))
    if isinstance(value, str) and _FIGURES.fullmatch(value):
        _refuse_two_lines(value)
    return parse_text(value)


ID = Kind("id", "letters, digits, _ and -, beginning with a letter", excel_format="@")
TEXT = Kind("text", "any text", excel_format="@")
WHOLE = Kind("whole number", "a whole number, 0 or more", numeric=True, excel_format="0")
NUMBER = Kind("number", "a number, 0 or more", numeric=True)
EURO = Kind("money", "euro, 0 or more", numeric=True, excel_format="#,##0")
SHARE = Kind("share", "a number from 0 to 1, or a percentage", numeric=True, excel_format="0.00##")
MONTH = Kind("month", "a month, YYYY-MM", excel_format="yyyy-mm")
YES_NO = Kind("yes or no", "yes or no")
CHOICE = Kind("choice", "one of the words listed")
SCALAR = Kind("value", "a number, a month, a word: what the column it is meant for takes")

Id = Annotated[str, BeforeValidator(parse_id), ID]
Text = Annotated[str, BeforeValidator(parse_text), TEXT]
Whole = Annotated[int, BeforeValidator(parse_whole), WHOLE]
Number = Annotated[float, BeforeValidator(parse_number), NUMBER]
Euro = Annotated[float, BeforeValidator(parse_number), EURO]
Share = Annotated[float, BeforeValidator(parse_number), SHARE]
MonthCell = Annotated[Month, BeforeValidator(parse_month), MONTH]
YesNo = Annotated[bool, BeforeValidator(parse_yes_no), YES_NO]
Scalar = Annotated[str, BeforeValidator(parse_scalar), SCALAR]
