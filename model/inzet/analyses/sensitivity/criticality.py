"""What the loss of one unit of each type, or of a tenth of each fund, would cost.

A type or fund of which the best plan has enough to spare needs no solve: the plan can still be carried out, and with
less there is no better one.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from inzet.analyses.decisions import HAIR, Loss, down_to_value, loss, weight_of
from inzet.analyses.runner import Task, side_by_side
from inzet.analyses.sensitivity.asking import Asking, reckoned
from inzet.analyses.sensitivity.curve import UNCHANGED, Shift, Sort, Step, reserve_is_kept, shift_between
from inzet.analyses.stays_best import stays_best
from inzet.calendar import Month, months
from inzet.outcome import Solution
from inzet.plan.audit import audited
from inzet.plan.ledger import Ledger
from inzet.scenario import changes as make
from inzet.scenario.changes import Changes, what_if
from inzet.scenario.scenario import Scenario
from inzet.solve import Model, prepare

SHARE = 0.1
"""So much of a fund is taken away."""
UNIT, FUND = "unit", "fund"
REFUSED = "refused: the reserve in the workbook would be larger than what is left"
"""Why something was not asked where units may be lacking, but the lack of a reserve is not counted in every month."""


class Outcome(StrEnum):
    """What taking something away comes to; what is not known is never told as something that is."""

    NO_PLAN = "no plan"
    """It is proven that no plan is left."""
    COSTS = "costs"
    """The plan that is left is worse; the amount is proven or the best found."""
    FREE = "costs nothing"
    """It is proven that nothing is lost down to value."""
    OPEN = "not known"
    """It was not found out, or no loss was found without a proof that there is none."""


@dataclass(frozen=True)
class Taken:
    """Something taken away, and what comes of it.

    Attributes:
        sort: UNIT or FUND.
        what: the unit type or fund.
        amount: units in each month, or euro in all years together.
        solution: how the search without it ended; the plan as it stands where that certainly stays the best; None when
            nothing was asked.
        ledger: the reckoning of the plan then; None without one.
        losses: what each goal down to value loses, in order of rank; empty without a plan.
        shift: how the decisions differ from the plan as it stands.
        asked: whether it took a solve.
        ruled_out: whether there can be no plan without it, because the reserve in the workbook is larger then.
        beside_proven: whether the plan as it stands, beside which the losses are counted, is proven down to value.
        reason: why nothing was asked, where it is not known for that; empty otherwise.
    """

    sort: str
    what: str
    amount: float
    solution: Solution | None
    ledger: Ledger | None = None
    losses: tuple[Loss, ...] = ()
    shift: Shift = UNCHANGED
    asked: bool = True
    ruled_out: bool = False
    beside_proven: bool = False
    reason: str = ""

    @property
    def step(self) -> Step:
        """What is known of the plan that is left, as of a step of a curve."""
        return Step(0.0, 0.0, self.solution, self.ledger, ruled_out=self.ruled_out)

    @property
    def deciding(self) -> Loss | None:
        """The first loss in order of rank that is one."""
        return next((part for part in self.losses if abs(part.amount) > HAIR), None)

    @property
    def proven(self) -> bool:
        """Whether the outcome is proven, down to value: without a plan, or with the best plan before and after."""
        return self.is_impossible or (self.step.proven and self.beside_proven)

    @property
    def is_impossible(self) -> bool:
        """Whether it is proven that without it there is no plan."""
        return self.step.sort is Sort.NONE

    @property
    def outcome(self) -> Outcome:
        """What taking it away comes to."""
        if self.is_impossible:
            return Outcome.NO_PLAN
        if self.deciding is not None and self.deciding.amount > 0:
            return Outcome.COSTS
        # A gain only shows that the plan as it stands is not the best.
        return Outcome.FREE if self.proven and self.deciding is None else Outcome.OPEN


@dataclass(frozen=True)
class Criticality:
    """What the loss of each would cost, the worst first.

    Attributes:
        scenario: the scenario as it stands.
        plan: its best plan.
        ledger: the reckoning of that plan.
        taken: everything that was taken away.
        spare: unit types of which there is none to take.
        solves: questions that it took, the plan as it stands among them.
        points: things taken away, and the plan as it stands.
        complete: whether everything was looked into.
        window: first and last month in which units are taken away; money is taken from every year.
    """

    scenario: Scenario
    plan: Solution
    ledger: Ledger
    taken: tuple[Taken, ...]
    spare: tuple[str, ...]
    solves: int
    points: int
    complete: bool
    window: tuple[Month, Month]

    @property
    def plan_proven(self) -> bool:
        """Whether the plan as it stands is proven, down to value."""
        return Step(0.0, 0.0, self.plan, self.ledger).proven

    @property
    def proven(self) -> bool:
        """Whether the plan as it stands and every outcome are proven."""
        return self.plan_proven and all(one.proven for one in self.taken)

    def of(self, outcome: Outcome) -> tuple[Taken, ...]:
        """What comes to an outcome, the worst first."""
        return tuple(one for one in self.taken if one.outcome is outcome)


def criticality(model: Model, plan: Solution, window: tuple[Month, Month], asking: Asking) -> Criticality:
    """Take away one unit of each type, and a tenth of each fund, one by one.

    Args:
        model: of the scenario as it stands.
        plan: its best plan.
        window: first and last month in which units are taken away.
        asking: asks and counts.

    Raises:
        AuditError: the plan as it stands breaks a rule, or is worth something else than claimed.
    """
    ledger, _ = audited(plan)
    losing = dict(losing_each(model.scenario, window))
    tasks: dict[tuple[str, str], Task[Taken]] = {
        key: partial(_without, model, plan, ledger, key, amount, changes, asking)
        for key, (amount, changes) in losing.items()
    }
    found = side_by_side(tasks)
    missed = [Taken(sort, what, losing[sort, what][0], None) for sort, what in losing if (sort, what) not in found]
    ordered = sorted([*found.values(), *missed], key=_order)
    return Criticality(
        model.scenario,
        plan,
        ledger,
        tuple(ordered),
        tuple(unit for unit in model.scenario.units if (UNIT, unit) not in losing),
        asking.solves,
        len(losing) + 1,
        not missed and not asking.stopped.is_set(),
        window,
    )


def losing_each(
    scenario: Scenario, window: tuple[Month, Month]
) -> Iterator[tuple[tuple[str, str], tuple[float, Changes]]]:
    """Everything that can be taken away: its sort and name, how much of it, and the changes that do so.

    Args:
        scenario: the scenario as it stands.
        window: first and last month in which units are taken away.
    """
    for unit in scenario.units:
        if any(scenario.supply(unit, month) for month in months(*window)):
            yield (UNIT, unit), (1.0, make.more_units(scenario.book, unit, *window, -1))
    budgets: dict[str, Mapping[int, float]] = {
        fund: {year: row.budget for (name, year), row in scenario.funds.items() if name == fund}
        for fund in scenario.fund_names
    }
    for fund, by_year in budgets.items():
        if sum(by_year.values()):
            changes = [make.more_money(scenario.book, fund, y, -SHARE * euro) for y, euro in by_year.items() if euro]
            yield (FUND, fund), (SHARE * sum(by_year.values()), tuple(c for part in changes for c in part))


def _without(
    model: Model,
    plan: Solution,
    ledger: Ledger,
    key: tuple[str, str],
    amount: float,
    changes: Changes,
    asking: Asking,
    stop: threading.Event,
) -> Taken:
    """The best plan without something."""
    changed = what_if(model.scenario, changes)
    other = prepare(changed)
    if key[0] == UNIT and not reserve_is_kept(changed, key[1], (changed.horizon[0], changed.horizon[-1])):
        if not changed.shortage_allowed:
            return Taken(*key, amount, None, asked=False, ruled_out=True)
        if not _lack_is_counted(other, key[1]):
            return Taken(*key, amount, None, asked=False, reason=REFUSED)
    ranks = down_to_value(model.scenario)
    asked = not stays_best(model.problem, other.problem, plan.columns)
    answer = asking.ask(other, key[1], stop=stop) if asked else replace(plan, scenario=other.scenario)
    solution, left = reckoned(answer)
    taken = Taken(*key, amount, solution, left, asked=asked, beside_proven=Step(0.0, 0.0, plan, ledger).proven)
    if left is None:
        return taken
    losses = tuple(
        loss(was, now, weight_of(goals))
        for was, now, goals in zip(plan.goals[:ranks], solution.goals, model.scenario.goals, strict=False)
    )
    return replace(taken, losses=losses, shift=shift_between(ledger, left))


def _lack_is_counted(model: Model, unit: str) -> bool:
    """Whether the model counts the lack of a reserve in every month that has one; it does where stays take units."""
    scenario, rows = model.scenario, frozenset(model.problem.rows)
    lacking = (month for month in scenario.horizon if scenario.reserve(unit, month) > scenario.supply(unit, month))
    return all(f"supply_is_enough[{unit},{month}]" in rows for month in lacking)


def _order(taken: Taken) -> tuple[object, ...]:
    """The worst first: without a plan, then by what the goals lose in order of rank; what is not known last."""
    known = {Outcome.NO_PLAN: 0, Outcome.OPEN: 2}.get(taken.outcome, 1)
    return known, tuple(-round(part.amount, 6) for part in taken.losses), taken.sort, taken.what
