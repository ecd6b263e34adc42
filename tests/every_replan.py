"""Every way to go on with a small running plan when something happens, for brute force.

What may be chosen is not asked of the code that offers it to the model: every start and end in the plan is tried, and
the independent check says what is allowed.
"""

from __future__ import annotations

import contextlib
import math
import random
from dataclasses import dataclass
from itertools import product

from every_plan import assignments, per_mission, small_scenario

from inzet.calendar import Month, months
from inzet.edits import aim_first
from inzet.errors import InputError
from inzet.outcome import Contribution
from inzet.plan.audit import audit
from inzet.plan.ledger import Ledger
from inzet.scenario.checks import make_scenario
from inzet.scenario.history import planned_anew
from inzet.scenario.scenario import Scenario, Stay
from inzet.schema.book import Book
from inzet.schema.rows import Fund, Mission, Supply
from inzet.solve import prepare

MOST_PLANS = 3000
OF_ONE_STAY = {
    "a stay lies inside its window",
    "a stay lasts whole tours, within its shortest and longest duration",
    "new contributions start in decision months, after the article 100 lead time",
    "what has happened is as it was",
    "what is recalled ends after its notice, before a decision month or with a tour",
    "an option that is switched off is not started",
    "running tours are finished",
}


@dataclass(frozen=True)
class Running:
    """A small plan that runs, and what has happened.

    Attributes:
        scenario: of now, with the history.
        plan: the contributions of the running plan.
        every: every plan that the missions' own rules leave, with the changes that it makes.
    """

    scenario: Scenario
    plan: tuple[Contribution, ...]
    every: list[tuple[tuple[Contribution, ...], int]]

    def kept(self) -> list[tuple[int, tuple[float, ...]]]:
        """Changes and ranked goals of every plan that keeps all rules."""
        found = []
        for contributions, changes in self.every:
            ledger = Ledger(self.scenario, contributions)
            if audit(ledger).ok:
                found.append((changes, ledger.ranked))
        return found


def changes_between(as_of: Month, before: tuple[Contribution, ...], after: tuple[Contribution, ...]) -> int:
    """Changes, counted by hand: what had begun one by one, the rest by mission."""
    old = {(c.stay, frozenset(c.units.items())) for c in before}
    new = {(c.stay, frozenset(c.units.items())) for c in after}
    begun = sum(stay.first < as_of for stay, _ in old - new)
    ahead = 0
    for mission in {stay.mission for stay, _ in old | new}:
        gone = sum(stay.mission == mission and stay.first >= as_of for stay, _ in old - new)
        come = sum(stay.mission == mission and stay.first >= as_of for stay, _ in new - old)
        ahead += max(gone, come)
    return begun + ahead


def allowed_stays(scenario: Scenario, mission: str) -> list[Stay]:
    """Every start and end in the plan of every option that the independent check lets pass."""
    found = []
    for option in scenario.options_of(mission):
        for first in scenario.horizon:
            for last in months(first, scenario.horizon[-1]):
                for running in (False, True):
                    stay = Stay(mission, option.option, first, last, running)
                    if _is_allowed(scenario, stay):
                        found.append(stay)
    return found


def _is_allowed(scenario: Scenario, stay: Stay) -> bool:
    mission = scenario.missions[stay.mission]
    if stay.running and (mission.running_option, scenario.horizon[0]) != (stay.option, stay.first):
        return False
    if not stay.running and mission.running_option and stay.first == scenario.horizon[0]:
        return False
    contribution = next(assignments(scenario, stay), Contribution(stay))
    findings = audit(Ledger(scenario, (contribution,))).findings
    return not any(f.where == str(stay) and f.rule in OF_ONE_STAY for f in findings if not _about_units(f.sentence))


def _about_units(sentence: str) -> bool:
    """What had begun must go on with its own units; here only one way to fill it is looked at."""
    return sentence.endswith("is not as it was")


def something_happens(book: Book, as_of: Month, rng: random.Random) -> Book:
    """Units are lost, a mission closes, money is cut, or a mission is worth less."""
    match rng.randrange(5):
        case 0 | 1:
            unit = rng.choice(["SHIP", "PATROL", "EXPERT"])
            rows = []
            for row in book.of(Supply):
                if row.unit != unit:
                    rows.append(row)
                    continue
                rows.append(row.model_copy(update={"last_month": as_of + -1}))
                fewer = max(0, row.units - 1)
                more = {"units": fewer, "reserve": min(row.reserve, fewer), "first_month": as_of}
                rows.append(row.model_copy(update=more))
            return book.with_rows("Supply", rows)
        case 2:
            closed = rng.choice(book.of(Mission)).mission
            rows = [
                row.model_copy(update={"last_month": as_of}) if row.mission == closed else row
                for row in book.of(Mission)
            ]
            return book.with_rows("Missions", rows)
        case 3:
            return book.with_rows(
                "Funds", [row.model_copy(update={"budget": row.budget * 0.6}) for row in book.of(Fund)]
            )
        case _:
            less = rng.choice(book.of(Mission)).mission
            rows = [
                row.model_copy(update={"effectiveness": row.effectiveness / 10}) if row.mission == less else row
                for row in book.of(Mission)
            ]
            return book.with_rows("Missions", rows)


def running_plan(seed: int) -> Running:
    """The first running plan from a seed on that something happens to, with few enough ways to go on to try all."""
    for attempt in range(200):
        rng = random.Random(1_000 * seed + attempt)
        base, _ = small_scenario(seed + 7_000 * attempt)
        model = prepare(base)
        whims = {column: rng.uniform(-1, 1) for column in model.problem.columns if column.startswith("stay[")}
        # A plan made by whim leaves more to be changed than the best plan does.
        found = model.ask(*([aim_first("whims", whims)] if rng.random() < 0.8 else []), gap=0.0)
        if not found.status.has_plan or not found.contributions:
            continue
        as_of = rng.choice(base.horizon[1:])
        with contextlib.suppress(InputError):
            now, _ = make_scenario(something_happens(base.book, as_of, rng))
            sent = {c.stay: c.units for c in found.contributions}
            scenario = planned_anew(base, now, as_of, sent)
            sets = [per_mission(scenario, name, allowed_stays(scenario, name)) for name in scenario.missions]
            if 1 < math.prod(map(len, sets)) <= MOST_PLANS:
                plans = [tuple(c for part in parts for c in part) for parts in product(*sets)]
                every = [(plan, changes_between(as_of, found.contributions, plan)) for plan in plans]
                return Running(scenario, found.contributions, every)
    raise AssertionError("the generator makes no small running plans any more")
