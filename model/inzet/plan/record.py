"""Contributions as plain values, for files: written with a result, and read back from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from inzet.calendar import Month
from inzet.outcome import Contribution
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
        KeyError, ValueError: a row that was not written by ``recorded``.
    """
    return tuple(
        Contribution(
            Stay(row["mission"], row["option"], Month.parse(row["start"]), Month.parse(row["end"]), row["running"]),
            {(part["capability"], part["unit"]): int(part["number"]) for part in row["units"]},
        )
        for row in rows
    )
