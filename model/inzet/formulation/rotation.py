"""Rotation: the tours of a stay, and the months that its units spend in each phase."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from inzet.calendar import Month, months
from inzet.scenario.scenario import Phase, Scenario, Stay
from inzet.schema.rows import Requirement, Unit


def tours(scenario: Scenario, stay: Stay, requirement: Requirement, unit: str) -> Iterator[tuple[Month, Month]]:
    """First and last month of each tour that a unit type makes for a requirement during a stay.

    Tours follow each other without a gap; the last one ends with the stay. A running contribution's first
    tour may have started before the plan.
    """
    length = scenario.tour_months(requirement, unit)
    start = stay.first
    if stay.running:
        since = scenario.missions[stay.mission].running_since
        assert since is not None
        start = since + (stay.first - since) // length * length
    while start <= stay.last:
        yield start, min(start + (length - 1), stay.last)
        start += length


def footprint(scenario: Scenario, stay: Stay, requirement: Requirement, unit_id: str) -> Counter[tuple[Phase, Month]]:
    """Units in each phase and month of the plan, for one unit deployed throughout the stay.

    Around every tour lie the unit type's months of preparation and recovery. Preparation before the plan
    starts is taken as done.
    """
    unit = scenario.units[unit_id]
    first, last = scenario.horizon[0], scenario.horizon[-1]
    counted: Counter[tuple[Phase, Month]] = Counter()
    for start, end in tours(scenario, stay, requirement, unit_id):
        for phase, phase_first, phase_last in _phases(unit, start, end):
            counted.update((phase, month) for month in months(max(first, phase_first), min(last, phase_last)))
    return counted


def _phases(unit: Unit, start: Month, end: Month) -> Iterator[tuple[Phase, Month, Month]]:
    yield Phase.PREPARING, start + -unit.preparation_months, start + -1
    yield Phase.DEPLOYED, start, end
    yield Phase.RECOVERING, end + 1, end + unit.recovery_months
