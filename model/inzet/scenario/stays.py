"""The stays that a planner may choose from: whole tours, or to the end of the window."""

from __future__ import annotations

from collections.abc import Iterator

from inzet.calendar import Month
from inzet.scenario.history import History
from inzet.scenario.scenario import Scenario, Stay
from inzet.schema.rows import Mission, Option


def stays_of(scenario: Scenario, mission: Mission) -> tuple[Stay, ...]:
    """Every stay of a mission, over all its options, in a fixed order."""
    options = scenario.options_of(mission.mission)
    if scenario.history is not None:
        return tuple(sorted(_stays_from_now(scenario, scenario.history, mission)))
    if mission.running_option is None:
        return tuple(sorted(stay for option in options for stay in _new_stays(scenario, option)))
    running = {s for o in options if o.option == mission.running_option for s in _running_stays(scenario, mission, o)}
    if mission.max_stays == 1 or not running:
        return tuple(sorted(running))
    # What runs takes the mission at least until its running tour ends, so nothing new can start before.
    free = min(stay.last for stay in running)
    new = {stay for option in options for stay in _new_stays(scenario, option) if stay.first > free}
    return tuple(sorted(running | new))


def _stays_from_now(scenario: Scenario, history: History, mission: Mission) -> set[Stay]:
    """Of what has begun, each as it was or as it may still become; beside it what may start from now on."""
    begun = [carried_on(scenario, stay) for stay in history.begun(mission.mission)]
    found = {stay for stays in begun for stay in stays}
    if len(begun) >= mission.max_stays:
        return found
    # What has begun takes the mission at least until it can end, so nothing new can start before.
    free = max((min(stay.last for stay in stays) for stays in begun), default=history.as_of + -1)
    options = scenario.options_of(mission.mission)
    return found | {stay for option in options for stay in _new_stays(scenario, option) if stay.first > free}


def carried_on(scenario: Scenario, stay: Stay) -> tuple[Stay, ...]:
    """What a stay that has begun may become: what is over stays as it was, what is abroad may end at another time.

    It may stay as it was; be recalled, to end before a decision month and no sooner than the notice of its mission
    allows; or be prolonged to where the workbook would have let it end. When its window was closed in the meantime, it
    ends as soon as the window and the notice allow.
    """
    history = scenario.history
    assert history is not None
    if stay.last < history.as_of:
        return (stay,)
    mission, option = scenario.missions[stay.mission], scenario.options[stay.mission, stay.option]
    _, window_end = scenario.window(option)
    soonest = history.soonest_end(mission)
    latest = max(window_end, min(soonest, stay.last))
    whole = _lasts(option, _began(scenario, stay), window_end, step_months(scenario, option))
    recalls = (month + -1 for month in scenario.decision_months if month + -1 < stay.last)
    ends = {last for last in (*whole, *recalls) if min(soonest, stay.last) <= last <= latest} | {min(stay.last, latest)}
    return tuple(Stay(stay.mission, stay.option, stay.first, last, stay.running) for last in sorted(ends))


def _began(scenario: Scenario, stay: Stay) -> Month:
    """The month in which a stay really started; what runs may have started before the plan."""
    since = scenario.missions[stay.mission].running_since
    return since if stay.running and since is not None else stay.first


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
    for first in (month for month in scenario.decision_months if _may_start(scenario, option, month)):
        for last in _lasts(option, first, window_end, step_months(scenario, option)):
            yield Stay(option.mission, option.option, first, last)


def _may_start(scenario: Scenario, option: Option, month: Month) -> bool:
    """Whether a new stay may start in a month; what parliament was told of already needs no new lead time."""
    history = scenario.history
    if month < scenario.earliest_start(option):
        return False
    if history is None:
        return True
    art100 = scenario.missions[option.mission].art100 and not history.was_told(option.mission, option.option, month)
    return month >= history.as_of + (scenario.settings.art100_lead_months if art100 else 0)


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
    if mission.mission not in scenario.tour_ends:
        scenario.tour_ends[mission.mission] = _tour_end(scenario, mission)
    return scenario.tour_ends[mission.mission]


def _tour_end(scenario: Scenario, mission: Mission) -> Month:
    before = scenario.horizon[0] + -1
    running = [stay for stay in stays_of(scenario, mission) if stay.running]
    if mission.running_since is None or not running:
        return before
    step = step_months(scenario, scenario.options[mission.mission, running[0].option])
    tours = (scenario.horizon[0] - mission.running_since) // step + 1
    relief = mission.running_since + (tours * step - 1)
    lasts = [stay.last for stay in running]
    return min((last for last in lasts if last >= relief), default=max(lasts))


def latest_end(scenario: Scenario, mission: Mission) -> Month | None:
    """The last month in which what runs when the plan starts could still be abroad; None when nothing runs."""
    if mission.running_option is None or mission.running_since is None:
        return None
    option = scenario.options[mission.mission, mission.running_option]
    _, window_end = scenario.window(option)
    return window_end if option.max_months is None else min(window_end, mission.running_since + (option.max_months - 1))


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
