"""A finished result, read back from its folder: what was asked, and the contributions that came out."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from inzet.calendar import Month
from inzet.errors import UsageError
from inzet.outcome import Contribution
from inzet.plan.record import contributions_from, searched_from, wish_from
from inzet.scenario.changes import ALLOW_SHORTAGE, may_fall_short
from inzet.scenario.checks import make_scenario
from inzet.scenario.history import History
from inzet.scenario.priorities import MARK, with_priorities
from inzet.scenario.scenario import Scenario
from inzet.workbook.reader import read_workbook

RUN, INPUT = "run.json", "input.xlsx"


@dataclass(frozen=True)
class Finished:
    """A finished result.

    Attributes:
        folder: where it stands.
        scenario: what was planned.
        contributions: what came out.
        document: the contents of its run.json.
    """

    folder: Path
    scenario: Scenario
    contributions: tuple[Contribution, ...]
    document: dict[str, Any]


def read_result(folder: Path) -> Finished:
    """A result as ``inzet solve`` or ``inzet replan`` wrote it.

    Args:
        folder: the folder of the result, or its run.json.

    Raises:
        UsageError: it is no result, or its workbook was changed since.
        InputError: its workbook cannot be read.
    """
    folder = folder.parent if folder.name == RUN else folder
    try:
        document = json.loads((folder / RUN).read_text(encoding="utf-8"))
        names = [name for name in document["scenario"].split("+") if name not in ("base", ALLOW_SHORTAGE)]
        sets = [name.removeprefix(MARK) for name in names if name.startswith(MARK)]
        contributions = contributions_from(document["contributions"])
        short, hashed = ALLOW_SHORTAGE in document["scenario"].split("+"), document["content_hash"]
        searched_from(document["asked"])
        history = _history(document["history"], document["asked"]) if "history" in document else None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{folder} is no result of inzet solve: {RUN} cannot be read ({error}).") from None
    book, _ = read_workbook(folder / INPUT)
    if history is not None:
        # The workbook of a plan made anew has every change in it already.
        scenario = replace(make_scenario(book)[0], names=(*names, *([ALLOW_SHORTAGE] * short)), history=history)
    else:
        scenario, _ = make_scenario(book, [name for name in names if not name.startswith(MARK)])
        for name in sets:
            scenario = with_priorities(scenario, name)
        scenario = may_fall_short(scenario) if short else scenario
    if scenario.content_hash != hashed:
        raise UsageError(f"{folder / INPUT} is not what the result was made from: it was changed, or inzet was.")
    unknown = [c.stay for c in contributions if (c.stay.mission, c.stay.option) not in scenario.options]
    if unknown:
        raise UsageError(f"{folder / RUN} has {unknown[0]}, which {INPUT} does not know: it was changed.")
    return Finished(folder, scenario, contributions, document)


def _history(past: dict[str, Any], asked: dict[str, Any]) -> History:
    """What had happened when a plan was made anew, and what was wished of it."""
    sent = {c.stay: c.units for c in contributions_from(past["contributions"])}
    return History(Month.parse(past["as_of"]), sent, wish_from(asked))
