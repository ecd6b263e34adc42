"""The stays that a planner may choose from: whole tours, or to the end of the window."""

from __future__ import annotations

from collections.abc import Iterator

from inzet.calendar import Month
from inzet.scenario.scenario import Scenario, Stay
from inzet.schema.rows import Mission, Option


def stays_of(scenario: Scenario, mission: Mission) -> tuple[Stay, ...]:
    """Every stay of a mission, over all its options, in a fixed order."""
    options = scenario.options_of(mission.mission)
    if mission.running_option is None:
        return tuple(sorted(stay for option in options for stay in _new_stays(scenario, option)))
    running = {s for o in options if o.option == mission.running_option for s in _running_stays(scenario, mission, o)}
    if mission.max_stays == 1 or not running:
        return tuple(sorted(running))
    # What runs takes the mission at least until its running tour ends, so nothing new can start before.
    free = min(stay.last for stay in running)
    new = {stay for option in options for stay in _new_stays(scenario, option) if stay.first > free}
    return tuple(sorted(running | new))


def step_months(scenario: Scenario, option: Option) -> int:
    """The beat of an option's stays: as the workbook says, or else the longest tour among its units."""
    if option.step_months is not None:
        return option.step_months
    tours = [
        scenario.tour_months(requirement, provider.unit)
        for requirement in scenario.requirements_of(option.mission, option.option)
        for provider in scenario.providers(requirement.capability)
    ]
    return max(tours, default=1)


def _new_stays(scenario: Scenario, option: Option) -> Iterator[Stay]:
    if not option.active:
        return
    _, window_end = scenario.window(option)
    earliest = scenario.earliest_start(option)
    for first in (month for month in scenario.decision_months if month >= earliest):
        for last in _lasts(option, first, window_end, step_months(scenario, option)):
            yield Stay(option.mission, option.option, first, last)


def _running_stays(scenario: Scenario, mission: Mission, option: Option) -> Iterator[Stay]:
    """What runs stays at least to the end of its running tour, unless ending it earlier has a price.

    Its tours are counted from its real start. An early end is decided like a start: before a decision month.
    """
    assert mission.running_since is not None
    _, window_end = scenario.window(option)
    first = scenario.horizon[0]
    lasts = _lasts(option, mission.running_since, window_end, step_months(scenario, option))
    whole = sorted(last for last in lasts if last >= first)
    early = [month + -1 for month in scenario.decision_months[1:]] if mission.early_end_price is not None else []
    for last in (*(last for last in early if whole and last < whole[0]), *whole):
        yield Stay(option.mission, option.option, first, last, running=True)


def tour_end(scenario: Scenario, mission: Mission) -> Month:
    """Last month that what runs has to stay for, its running tour; the month before the plan when nothing runs."""
    before = scenario.horizon[0] + -1
    running = [stay for stay in stays_of(scenario, mission) if stay.running]
    if mission.running_since is None or not running:
        return before
    step = step_months(scenario, scenario.options[mission.mission, running[0].option])
    tours = (scenario.horizon[0] - mission.running_since) // step + 1
    relief = mission.running_since + (tours * step - 1)
    lasts = [stay.last for stay in running]
    return min((last for last in lasts if last >= relief), default=max(lasts))


def ends_early(scenario: Scenario, stay: Stay) -> bool:
    """Whether a running contribution ends before its running tour does."""
    mission = scenario.missions[stay.mission]
    if not stay.running or mission.running_since is None:
        return False
    option = scenario.options[stay.mission, stay.option]
    _, window_end = scenario.window(option)
    lasts = _lasts(option, mission.running_since, window_end, step_months(scenario, option))
    return stay.last not in lasts


def _lasts(option: Option, first: Month, window_end: Month, step: int) -> Iterator[Month]:
    """Last months of a stay that starts in ``first``: after each whole step, and at the end of the window."""
    longest = window_end - first + 1
    if option.max_months is not None:
        longest = min(longest, option.max_months)
    if longest < option.min_months:
        return
    for months in sorted({*range(step, longest + 1, step), longest}):
        if months >= option.min_months:
            yield first + (months - 1)
