"""Why a mission is in or out, and the least that would turn the decision: found and proven by solving.

Each answer is a change to the workbook. Where an amount can be relaxed (units, money) the solver makes it as small as
it can, with the mission in and every goal as good as in the best plan without it. Rules are tried by halves: when
dropping a whole set of them does not help, no member of it can. Weights and scores are found exactly. In the end the
changed workbook is solved as any other, and only what then turns the decision is given as an answer.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from inzet.analyses import in_the_way
from inzet.analyses.amounts import MOST_MILLIONS, Slack, fewest_units, in_turn, rows_by_month
from inzet.analyses.conditions import Condition, Kind, Piece, by_condition, pieces_of
from inzet.analyses.decisions import Decision, Firmness, Turning, Verdict
from inzet.analyses.dials import score_dial, threshold, weight_dial
from inzet.analyses.proving import Answers, Prover, Solved
from inzet.analyses.runner import OnDone, Task, side_by_side
from inzet.analyses.what_if import WhatIf, WhatIfKind
from inzet.calendar import Month, months
from inzet.edits import aim, any_plan, leave_out
from inzet.outcome import Solution
from inzet.plan.ledger import Ledger
from inzet.scenario import changes as make
from inzet.scenario.changes import Changes, what_if
from inzet.scenario.overlay import ChangeError
from inzet.schema.book import Book
from inzet.schema.rows import Readiness
from inzet.solve import Model, prepare

HAIR = 1e-6
MOST_MONTHS = 12
"""Windows are moved by so many months at most."""


@dataclass(frozen=True, slots=True)
class MonthByMonth:
    """What turning a decision around changes in one month.

    Attributes:
        month: the month.
        gone: contributions abroad in the plan and not in the other, as mission and option.
        come: contributions abroad in the other and not in the plan.
        points: what the contributions of the other plan bring in that month, less those of this one.
    """

    month: Month
    gone: tuple[tuple[str, str], ...]
    come: tuple[tuple[str, str], ...]
    points: float


@dataclass(frozen=True, slots=True)
class Ready:
    """How a readiness commitment stands in the month in which it is tightest.

    Attributes:
        unit: the unit type.
        tier: the tier.
        month: the tightest month of the plan.
        ready: units that can be ready in time.
        wanted: units that must be.
        cells: the cells of the workbook that set it.
    """

    unit: str
    tier: str
    month: Month
    ready: int
    wanted: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Why:
    """Why a decision is as it is.

    Attributes:
        plan: the best plan.
        decision: the decision, turned around.
        months: what that changes, month by month; only months in which something changes.
        readiness: how the readiness commitments of its unit types stand in the plan.
        answers: what would turn the decision, each proven by solving.
        tried: the names of what was tried, whether or not it helps.
        missed: the names of what was not tried to the end, because the search was stopped.
    """

    plan: Solution
    decision: Decision
    months: tuple[MonthByMonth, ...]
    readiness: tuple[Ready, ...]
    answers: tuple[WhatIf, ...]
    tried: tuple[str, ...]
    missed: tuple[str, ...] = ()


def why(model: Model, plan: Solution, mission: str, option: str = "", *, on_done: OnDone = lambda *_: None) -> Why:
    """Turn a decision around, and find what would turn it.

    Args:
        model: the scenario's model.
        plan: its best plan.
        mission: the mission.
        option: an option of it; empty for the mission as a whole.
        on_done: told of every question as it is answered.

    Raises:
        AuditError: a plan on the way breaks a rule, or is worth something else than claimed.
        SolverError: the solver refused a problem.
    """
    turning = Turning(model, plan)
    (decision,) = side_by_side({mission: turning.task(mission, option)}).values() or [
        turning.unexamined(mission, option)
    ]
    if decision.firmness in (Firmness.FIXED, Firmness.OPEN, Firmness.TIE):
        return Why(plan, decision, (), (), (), ())
    asker = _Asker(turning, decision)
    tasks = {name: partial(_to_the_end, question) for name, question in asker.questions()}
    asked = side_by_side(tasks, on_done=on_done)
    found = {name: answers for name, answers in asked.items() if answers is not None}
    answers = [answer for answers in found.values() for answer in answers]
    order = list(WhatIfKind)
    answers.sort(key=lambda answer: (order.index(answer.kind), answer.what, answer.tier))
    months = month_by_month(turning.ledger, decision)
    missed = tuple(name for name in tasks if name not in found)
    return Why(plan, decision, months, tuple(asker.readiness()), tuple(answers), tuple(found), missed)


def _to_the_end(question: Task[Answers], stop: threading.Event) -> Answers | None:
    """The answers to a question; None when it was stopped before there were any, for then nothing is known."""
    answers = question(stop)
    return None if stop.is_set() and not answers else answers


def month_by_month(plan: Ledger, decision: Decision) -> tuple[MonthByMonth, ...]:
    """What the turned plan has otherwise, month by month; only months in which something differs."""
    if not decision.losses:
        return ()
    other = Ledger(plan.scenario, decision.flipped)
    found = []
    for month in plan.scenario.horizon:
        before, after = _abroad(plan, month), _abroad(other, month)
        points = sum(after.values()) - sum(before.values())
        if before.keys() != after.keys() or abs(points) > HAIR:
            gone, come = tuple(sorted({*before} - {*after})), tuple(sorted({*after} - {*before}))
            found.append(MonthByMonth(month, gone, come, points))
    return tuple(found)


def _abroad(ledger: Ledger, month: Month) -> dict[tuple[str, str], float]:
    """The contributions abroad in a month, with the points that each brings in it."""
    return {
        (stay.mission, stay.option): sum(ledger.value(stay, i) for i in ledger.scenario.interests) / stay.months
        for stay in (contribution.stay for contribution in ledger.contributions)
        if stay.first <= month <= stay.last
    }


_Step = Callable[[int], Changes]


class _Asker:
    """Asks what would turn one decision."""

    def __init__(self, turning: Turning, decision: Decision) -> None:
        self.turning, self.decision = turning, decision
        self.prover = Prover(turning, decision)
        self.model: Model = turning.model
        self.scenario = turning.model.scenario
        self.book = turning.model.scenario.book
        self.conditions: Mapping[Condition, tuple[Piece, ...]] = by_condition(
            pieces_of(self.model.problem.rows, self.scenario)
        )

    def questions(self) -> Iterator[tuple[str, Task[Answers]]]:
        """What is asked, by name."""
        is_out = self.decision.verdict is Verdict.OUT
        for unit in self._units():
            if is_out:
                yield f"more {unit}", partial(self._more_units, unit)
            else:
                yield f"fewer {unit}", partial(self._fewer_units, unit)
        if is_out:
            for fund in self.scenario.fund_names:
                yield f"more money in {fund}", partial(self._more_money, fund)
            for unit, tier in self._unready():
                yield f"fewer {unit} in {tier}", partial(self._less_ready, unit, tier)
            yield "other months", self._move
        else:
            for unit, tier in self._ready():
                yield f"more {unit} in {tier}", partial(self._more_ready, unit, tier)
        if self._mandated():
            yield "no mandate", self._no_mandate
        yield "rules", self._rules
        for interest in self._interests():
            yield f"weight of {interest}", partial(threshold, self.prover, weight_dial(self.prover, interest))
            yield f"score for {interest}", partial(threshold, self.prover, score_dial(self.prover, interest))

    def _units(self) -> tuple[str, ...]:
        """The unit types that the decision takes, or lacks."""
        needed = {
            provider.unit
            for stay in self.turning.stays_of(self.decision.mission, self.decision.option)
            for requirement in self.scenario.requirements_of(stay.mission, stay.option)
            for provider in self.scenario.providers(requirement.capability)
        }
        lacking = {
            obstacle.what
            for obstacle in self.decision.obstacles
            if obstacle.kind in (in_the_way.Kind.SUPPLY, in_the_way.Kind.READINESS)
        }
        return tuple(sorted(needed | lacking))

    def _ready(self) -> tuple[tuple[str, str], ...]:
        """The readiness commitments of those unit types."""
        units = set(self._units())
        return tuple(sorted({(unit, tier) for unit, tier, _ in self.scenario.commitments if unit in units}))

    def _unready(self) -> tuple[tuple[str, str], ...]:
        """The readiness commitments that stand in the way."""
        obstacles = self.decision.obstacles
        return tuple(sorted({(o.what, o.tier) for o in obstacles if o.kind is in_the_way.Kind.READINESS}))

    def readiness(self) -> Iterator[Ready]:
        """How the readiness commitments of the unit types that the decision takes or lacks stand in the plan."""
        ledger = self.turning.ledger
        for unit, tier in self._ready():
            wanted = {t: n for (u, k, t), n in self.scenario.commitments.items() if (u, k) == (unit, tier)}
            month = min(wanted, key=lambda t: (ledger.ready(unit, tier, t) - wanted[t], t))
            cells = in_the_way.cells_by_month(self.book, Readiness, unit, tier, [month])
            yield Ready(unit, tier, month, ledger.ready(unit, tier, month), wanted[month], cells)

    def _interests(self) -> tuple[str, ...]:
        """The interests that the mission serves."""
        return tuple(i for i in self.scenario.interests if self.scenario.score(self.decision.mission, i) > 0)

    def _mandated(self) -> bool:
        return self.decision.verdict is Verdict.IN and self.scenario.missions[self.decision.mission].mandated

    # --- the least amount

    def _more_units(self, unit: str, stop: threading.Event) -> Answers:
        """Fewest units more of a type, then in the fewest months."""
        kinds = (Kind.SUPPLY, Kind.READINESS)
        conditions = [c for c in self.conditions if c.what == unit and c.kind in kinds]

        def change(book: Book, first: Month, last: Month, by: int) -> Changes:
            return make.more_units(book, unit, first, last, by)

        return self._least_units(WhatIf(WhatIfKind.MORE_UNITS, unit), conditions, change, stop)

    def _less_ready(self, unit: str, tier: str, stop: threading.Event) -> Answers:
        """Fewest units less to stand ready, then in the fewest months."""

        def change(book: Book, first: Month, last: Month, by: int) -> Changes:
            return make.more_ready(book, unit, tier, first, last, -by)

        conditions = [Condition(Kind.READINESS, unit, tier)]
        return self._least_units(WhatIf(WhatIfKind.LOWER_READINESS, unit, tier), conditions, change, stop)

    def _least_units(
        self,
        answer: WhatIf,
        conditions: Iterable[Condition],
        change: Callable[[Book, Month, Month, int], Changes],
        stop: threading.Event,
    ) -> Answers:
        rows = rows_by_month(conditions, self.conditions)
        amounts = fewest_units(rows, lambda relaxed: self._least(relaxed, stop))
        if amounts is None:
            return ()
        changes = in_turn(self.book, amounts, change)
        return self.prover.proven(replace(answer, amounts=amounts, changes=changes), stop)

    def _more_money(self, fund: str, stop: threading.Event) -> Answers:
        """Least money more in a fund, over all years."""
        pieces = self.conditions.get(Condition(Kind.MONEY, fund), ())
        relaxed = {
            str(piece.spell[0].year): Slack({piece.row: 1.0}, MOST_MILLIONS, whole=False)
            for piece in pieces
            if piece.spell
        }
        found = self._least(relaxed, stop) if relaxed else None
        if found is None:
            return ()
        euro = {int(year): float(np.ceil(millions * 1e6 - 0.5)) for year, millions in found.items()}
        parts = [
            WhatIf(
                WhatIfKind.MORE_MONEY, fund, number=by, year=year, changes=make.more_money(self.book, fund, year, by)
            )
            for year, by in euro.items()
            if by > 0
        ]
        if not parts:
            return ()
        changes = tuple(change for part in parts for change in part.changes)
        whole = WhatIf(
            WhatIfKind.MORE_MONEY, fund, number=sum(p.number for p in parts), changes=changes, parts=tuple(parts)
        )
        return self.prover.proven(parts[0] if len(parts) == 1 else whole, stop)

    def _least(self, relaxed: Mapping[str, Slack], stop: threading.Event) -> dict[str, float] | None:
        """The smallest amounts by which limits must give way for the turned decision to be as good as the plan."""
        edits = [slack.edit(name) for name, slack in relaxed.items()]
        goal = aim("least", dict.fromkeys(relaxed, 1.0), alone=True)
        found = self.model.ask(*edits, self.prover.turn, *self.prover.as_good(), goal, gap=0.0, stop=stop)
        if not found.status.has_plan:
            return None
        return {name: found.columns.get(name, 0.0) for name in relaxed}

    # --- one step after the other

    def _fewer_units(self, unit: str, stop: threading.Event) -> Answers:
        first, last = self._span()
        return self._first_step(
            WhatIfKind.FEWER_UNITS, unit, "", lambda by: make.more_units(self.book, unit, first, last, -by), stop
        )

    def _more_ready(self, unit: str, tier: str, stop: threading.Event) -> Answers:
        first, last = self._span()
        return self._first_step(
            WhatIfKind.HIGHER_READINESS,
            unit,
            tier,
            lambda by: make.more_ready(self.book, unit, tier, first, last, by),
            stop,
        )

    def _span(self) -> tuple[Month, Month]:
        """The months of the contributions that are in."""
        stays = [stay for stay in self.decision.stays if stay in self.turning.stays_of(stay.mission)]
        return min(stay.first for stay in stays), max(stay.last for stay in stays)

    def _first_step(self, kind: WhatIfKind, unit: str, tier: str, change: _Step, stop: threading.Event) -> Answers:
        """The number of units at which the decision turns: with one less it does not, which is solved too."""
        first, last = self._span()
        stays, turns = 0, max(self.scenario.supply(unit, month) for month in months(first, last)) + 1
        found: tuple[int, Solved] | None = None
        while turns - stays > 1:
            by = (stays + turns) // 2
            solved = self.prover.after(change(by), stop)
            if solved is not None and solved[0] is self.decision.verdict:
                stays = by
            else:
                # Without a plan at all there is nothing to decide, and with still fewer units there is none either.
                turns, found = by, None if solved is None else (by, solved)
        if found is None:
            return ()
        by, solved = found
        return self.prover.proven(WhatIf(kind, unit, tier, ((first, last, by),), changes=change(by)), stop, solved)

    def _move(self, stop: threading.Event) -> Answers:
        """The shortest move of all dates of the mission, later before earlier."""
        for by in (sign * size for size in range(1, MOST_MONTHS + 1) for sign in (1, -1)):
            changes = make.moved(self.book, self.decision.mission, by)
            if stop.is_set() or not changes:
                return ()
            moved = WhatIf(WhatIfKind.MOVE, self.decision.mission, number=float(by), changes=changes)
            if self._could_turn(changes, stop) and (answers := self.prover.proven(moved, stop)):
                return answers
        return ()

    def _could_turn(self, changes: Changes, stop: threading.Event) -> bool:
        """Whether the changed workbook has a plan with the decision turned that is as good as the best one now."""
        try:
            changed = prepare(what_if(self.scenario, changes))
        except ChangeError:
            return False
        other = Turning(changed, self.turning.plan)
        stays = other.stays_of(self.decision.mission, self.decision.option)
        if not stays:
            return False
        turn = other.turned(self.decision.mission, self.decision.option)
        return changed.ask(turn, *self.prover.as_good(), any_plan(), gap=1.0, stop=stop).status.has_plan

    # --- rules

    def _no_mandate(self, stop: threading.Event) -> Answers:
        changes = make.not_mandated(self.book, self.decision.mission)
        return self.prover.proven(WhatIf(WhatIfKind.DROP_MANDATE, self.decision.mission, changes=changes), stop)

    def _rules(self, stop: threading.Event) -> Answers:
        """Every rule by itself whose end would turn the decision; found by dropping halves."""
        rules = [c for c in self.conditions if c.kind in (Kind.RULE, Kind.PAIR)]
        answers: list[WhatIf] = []
        for condition in self._that_could(rules, stop):
            changes = make.switched_off(self.book, condition.what)
            answers += self.prover.proven(WhatIf(WhatIfKind.DROP_RULE, condition.what, changes=changes), stop)
        return tuple(answers)

    def _that_could(self, rules: Sequence[Condition], stop: threading.Event) -> list[Condition]:
        """The rules without which the decision could be turned at no loss; dropping more never makes it harder."""
        if not rules or stop.is_set():
            return []
        rows = {piece.row for rule in rules for piece in self.conditions[rule]}
        edits = (leave_out(rows.__contains__), self.prover.turn, *self.prover.as_good(), any_plan())
        if not self.model.ask(*edits, gap=1.0, stop=stop).status.has_plan:
            return []
        if len(rules) == 1:
            return list(rules)
        half = len(rules) // 2
        return self._that_could(rules[:half], stop) + self._that_could(rules[half:], stop)
