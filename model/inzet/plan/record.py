"""Contributions, and how they were asked for, as plain values: written with a result, and read back from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from inzet.calendar import Month
from inzet.outcome import Contribution, Searched, Solution
from inzet.scenario.history import Wish
from inzet.scenario.scenario import Stay


def recorded(contributions: Iterable[Contribution]) -> list[dict[str, Any]]:
    """Contributions as rows: mission, option, start and end (YYYY-MM), running, and the units sent by choice."""
    return [
        {
            "mission": c.stay.mission,
            "option": c.stay.option,
            "start": str(c.stay.first),
            "end": str(c.stay.last),
            "running": c.stay.running,
            "units": [
                {"capability": capability, "unit": unit, "number": number}
                for (capability, unit), number in sorted(c.units.items())
            ],
        }
        for c in contributions
    ]


def contributions_from(rows: Iterable[Mapping[str, Any]]) -> tuple[Contribution, ...]:
    """The contributions that some rows stand for.

    Raises:
        KeyError, TypeError, ValueError: a row that was not written by ``recorded``.
    """
    return tuple(
        Contribution(
            Stay(row["mission"], row["option"], Month.parse(row["start"]), Month.parse(row["end"]), row["running"]),
            {(part["capability"], part["unit"]): _whole(part["number"]) for part in row["units"]},
        )
        for row in rows
    )


def asked_for(solution: Solution) -> dict[str, Any] | None:
    """How a plan was asked for, beside the workbook: gap, time_limit (seconds), and what is wished of a plan made anew.

    The gap and the time limit say how far the search went, not what was asked: plans with other ones answer the same
    question. What is wished (max_changes, null for any number, and change_price in points) is a part of the question.

    Returns:
        The values; None where nothing was searched.
    """
    if solution.searched is None:
        return None
    asked: dict[str, Any] = {"gap": solution.searched.gap, "time_limit": solution.searched.time_limit}
    history = solution.scenario.history
    if history is not None:
        asked |= {"max_changes": history.wish.most, "change_price": history.wish.price}
    return asked


def searched_from(asked: Mapping[str, Any] | None) -> Searched | None:
    """How far a plan was searched for, out of what ``asked_for`` wrote.

    Raises:
        KeyError, TypeError, ValueError: values that ``asked_for`` did not write.
    """
    return None if asked is None else Searched(float(asked["gap"]), float(asked["time_limit"]))


def wish_from(asked: Mapping[str, Any]) -> Wish:
    """What was wished of a plan made anew, out of what ``asked_for`` wrote.

    Raises:
        KeyError, TypeError, ValueError: values that ``asked_for`` did not write.
    """
    most = asked["max_changes"]
    return Wish(float(asked["change_price"]), None if most is None else _whole(most))


def _whole(number: object) -> int:
    """A whole number as it stands; nothing is rounded.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(number, int) or isinstance(number, bool):
        raise ValueError(f"{number!r} is not a whole number")
    return number
