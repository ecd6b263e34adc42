"""Why a mission is in or out, and the least that would turn the decision: found and proven by solving.

Each answer is a change to the workbook. Where an amount can be relaxed (units, money) the solver makes it as small as
it can, with the mission in and every goal as good as in the best plan without it. Rules are tried by halves: when
dropping a whole set of them does not help, no member of it can. Weights and scores are found exactly. In the end the
changed workbook is solved as any other, and only what then turns the decision is given as an answer.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from inzet.analyses import in_the_way
from inzet.analyses.conditions import Condition, Kind, Piece, by_condition, pieces_of
from inzet.analyses.decisions import Decision, Firmness, Turning, Verdict, missions_in
from inzet.analyses.runner import OnDone, Task, side_by_side
from inzet.analyses.threshold import Point, UnprovenError, first_turn
from inzet.analyses.what_if import WhatIf, WhatIfKind, spells_with
from inzet.calendar import Month, months
from inzet.edits import Edit, aim, any_plan, at_most, bend, choose_none_of, choose_one_of, first_goals, leave_out, relax
from inzet.outcome import Solution, Status
from inzet.plan.ledger import Ledger
from inzet.problem import Floats
from inzet.scenario import changes as make
from inzet.scenario.changes import Changes, what_if
from inzet.scenario.overlay import ChangeError, apply_changes
from inzet.schema.rows import Change
from inzet.solve import Model, prepare, stay_column

MOST_UNITS = 100
MOST_MILLIONS = 1e5
MOST_MONTHS = 12
"""Windows are moved by so many months at most."""
HEAVIEST = 1000.0
"""The largest weight that the workbook takes."""
BESIDE = 1e-3
"""A threshold is checked by solving at this share of it on either side."""


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


@dataclass(frozen=True)
class Why:
    """Why a decision is as it is.

    Attributes:
        plan: the best plan.
        decision: the decision, turned around.
        months: what that changes, month by month; only months in which something changes.
        answers: what would turn the decision, each proven by solving.
        tried: the names of what was tried, whether or not it helps.
    """

    plan: Solution
    decision: Decision
    months: tuple[MonthByMonth, ...]
    answers: tuple[WhatIf, ...]
    tried: tuple[str, ...]


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
    if decision.firmness in (Firmness.FIXED, Firmness.OPEN):
        return Why(plan, decision, (), (), ())
    tasks = dict(_Asker(turning, decision).questions())
    found = side_by_side(tasks, on_done=on_done)
    answers = [answer for answers in found.values() for answer in answers]
    order = list(WhatIfKind)
    answers.sort(key=lambda answer: (order.index(answer.kind), answer.what, answer.tier))
    return Why(plan, decision, month_by_month(turning.ledger, decision), tuple(answers), tuple(tasks))


def month_by_month(plan: Ledger, decision: Decision) -> tuple[MonthByMonth, ...]:
    """What the turned plan has otherwise, month by month; only months in which something differs."""
    if not decision.losses:
        return ()
    other = Ledger(plan.scenario, decision.flipped)
    found = []
    for month in plan.scenario.horizon:
        before, after = _abroad(plan, month), _abroad(other, month)
        if before != after:
            points = sum(after.values()) - sum(before.values())
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


Answers = tuple[WhatIf, ...]
_Step = Callable[[int], Changes]
_Solved = tuple[Verdict, Model, Solution]


@dataclass(frozen=True, slots=True)
class _Dial:
    """A weight or a score.

    Attributes:
        kind: weight or score.
        what: the interest.
        now: what stands in the workbook.
        most: the largest value that the workbook takes.
        turn_to: the change to the workbook that sets another value.
    """

    kind: WhatIfKind
    what: str
    now: float
    most: float
    turn_to: Callable[[float], Changes]


class _Asker:
    """Asks what would turn one decision."""

    def __init__(self, turning: Turning, decision: Decision) -> None:
        self.turning, self.decision = turning, decision
        self.model: Model = turning.model
        self.scenario = turning.model.scenario
        self.book = turning.model.scenario.book
        self.turn: Edit = turning.turned(decision.mission, decision.option)
        self.ranks = turning.ranks
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
            yield "other months", self._move
        else:
            for unit, tier in self._ready():
                yield f"more {unit} in {tier}", partial(self._more_ready, unit, tier)
        if self._mandated():
            yield "no mandate", self._no_mandate
        yield "rules", self._rules
        for interest in self._interests():
            yield f"weight of {interest}", partial(self._weight, interest)
            yield f"score for {interest}", partial(self._score, interest)

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

    def _interests(self) -> tuple[str, ...]:
        """The interests that the mission serves."""
        return tuple(i for i in self.scenario.interests if self.scenario.score(self.decision.mission, i) > 0)

    def _mandated(self) -> bool:
        return self.decision.verdict is Verdict.IN and self.scenario.missions[self.decision.mission].mandated

    # --- the least amount

    def _more_units(self, unit: str, stop: threading.Event) -> Answers:
        """Fewest units more of a type, then in the fewest months."""
        rows = self._rows_by_month(unit)
        every = {row: 1.0 for names in rows.values() for row in names}
        peak = self._least({"units": (every, float(MOST_UNITS))}, stop, whole=True)
        if peak is None or not round(peak["units"]):
            return ()
        most = round(peak["units"])
        by_month = {str(month): (dict.fromkeys(names, 1.0), float(most)) for month, names in rows.items()}
        found = self._least(by_month, stop, whole=True)
        if found is None:
            return ()
        amounts = spells_with({Month.parse(name): round(units) for name, units in found.items() if round(units)})
        book, changes = self.book, list[Change]()
        for first, last, units in amounts:
            part = make.more_units(book, unit, first, last, units)
            changes += part
            book = apply_changes(book, part)
        return self._proven(WhatIf(WhatIfKind.MORE_UNITS, unit, amounts=amounts, changes=tuple(changes)), stop)

    def _rows_by_month(self, unit: str) -> dict[Month, list[str]]:
        rows: dict[Month, list[str]] = {}
        for condition, pieces in self.conditions.items():
            if condition.what == unit and condition.kind in (Kind.SUPPLY, Kind.READINESS):
                for piece in pieces:
                    assert piece.spell is not None
                    rows.setdefault(piece.spell[0], []).append(piece.row)
        return rows

    def _more_money(self, fund: str, stop: threading.Event) -> Answers:
        """Least money more in a fund, over all years."""
        pieces = self.conditions.get(Condition(Kind.MONEY, fund), ())
        relaxed = {str(piece.spell[0].year): ({piece.row: 1.0}, MOST_MILLIONS) for piece in pieces if piece.spell}
        found = self._least(relaxed, stop, whole=False) if relaxed else None
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
        return self._proven(parts[0] if len(parts) == 1 else whole, stop)

    def _least(
        self, relaxed: Mapping[str, tuple[Mapping[str, float], float]], stop: threading.Event, *, whole: bool
    ) -> dict[str, float] | None:
        """The smallest amounts by which limits must give way for the turned decision to be as good as the plan."""
        edits = [relax(name, rows, most, whole=whole) for name, (rows, most) in relaxed.items()]
        goal = aim("least", dict.fromkeys(relaxed, 1.0), alone=True)
        found = self.model.ask(*edits, self.turn, *self._as_good(), goal, gap=0.0, stop=stop)
        if not found.status.has_plan:
            return None
        return {name: found.columns.get(name, 0.0) for name in relaxed}

    def _as_good(self) -> list[Edit]:
        """Every goal that counts is at least as good as in the plan."""
        edits = []
        for rank, goal in enumerate(self.turning.plan.goals[: self.ranks]):
            worst = -goal.claimed if goal.more_is_better else goal.claimed
            edits.append(at_most(rank, worst + 1e-6 * max(1.0, abs(worst))))
        return edits

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
        found: tuple[int, _Solved] | None = None
        while turns - stays > 1:
            by = (stays + turns) // 2
            solved = self._verdict_after(change(by), stop)
            if solved is not None and solved[0] is self.decision.verdict:
                stays = by
            else:
                # Without a plan at all there is nothing to decide, and with still fewer units there is none either.
                turns, found = by, None if solved is None else (by, solved)
        if found is None:
            return ()
        by, solved = found
        return self._proven(WhatIf(kind, unit, tier, ((first, last, by),), changes=change(by)), stop, solved)

    def _move(self, stop: threading.Event) -> Answers:
        """The shortest move of all dates of the mission, later before earlier."""
        for by in (sign * size for size in range(1, MOST_MONTHS + 1) for sign in (1, -1)):
            changes = make.moved(self.book, self.decision.mission, by)
            if stop.is_set() or not changes:
                return ()
            moved = WhatIf(WhatIfKind.MOVE, self.decision.mission, number=float(by), changes=changes)
            if self._could_turn(changes, stop) and (answers := self._proven(moved, stop)):
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
        return changed.ask(turn, *self._as_good(), any_plan(), gap=1.0, stop=stop).status.has_plan

    # --- rules

    def _no_mandate(self, stop: threading.Event) -> Answers:
        changes = make.not_mandated(self.book, self.decision.mission)
        return self._proven(WhatIf(WhatIfKind.DROP_MANDATE, self.decision.mission, changes=changes), stop)

    def _rules(self, stop: threading.Event) -> Answers:
        """Every rule by itself whose end would turn the decision; found by dropping halves."""
        rules = [c for c in self.conditions if c.kind in (Kind.RULE, Kind.PAIR)]
        answers: list[WhatIf] = []
        for condition in self._that_could(rules, stop):
            changes = make.switched_off(self.book, condition.what)
            answers += self._proven(WhatIf(WhatIfKind.DROP_RULE, condition.what, changes=changes), stop)
        return tuple(answers)

    def _that_could(self, rules: Sequence[Condition], stop: threading.Event) -> list[Condition]:
        """The rules without which the decision could be turned at no loss; dropping more never makes it harder."""
        if not rules or stop.is_set():
            return []
        rows = {piece.row for rule in rules for piece in self.conditions[rule]}
        edits = (leave_out(rows.__contains__), self.turn, *self._as_good(), any_plan())
        if not self.model.ask(*edits, gap=1.0, stop=stop).status.has_plan:
            return []
        if len(rules) == 1:
            return list(rules)
        half = len(rules) // 2
        return self._that_could(rules[:half], stop) + self._that_could(rules[half:], stop)

    # --- weights and scores

    def _weight(self, interest: str, stop: threading.Event) -> Answers:
        now = self.scenario.interests[interest].weight
        return self._threshold(
            _Dial(WhatIfKind.WEIGHT, interest, now, HEAVIEST, partial(make.weight, self.book, interest)), stop
        )

    def _score(self, interest: str, stop: threading.Event) -> Answers:
        mission = self.decision.mission
        now = self.scenario.score(mission, interest)
        return self._threshold(
            _Dial(WhatIfKind.SCORE, interest, now, 1.0, partial(make.score, self.book, mission, interest)), stop
        )

    def _threshold(self, dial: _Dial, stop: threading.Event) -> Answers:
        """The nearest setting of a dial at which the decision turns: upwards for what is out, else downwards."""
        deciding = self.decision.deciding
        if deciding is not None and deciding.goal != self.turning.plan.goals[self.ranks - 1].name:
            # A goal that ranks above value is lost: no weight can make up for it.
            return ()
        sign = 1.0 if self.decision.verdict is Verdict.OUT else -1.0
        end = dial.most - dial.now if sign > 0 else dial.now
        if end <= 0:
            return ()
        direction = self._direction(dial, sign)
        try:
            start = self._compare(direction, 0.0, stop)
            found = first_turn(lambda by: self._compare(direction, by, stop), start, end)
        except UnprovenError:
            return ()
        return () if found is None else self._beside(dial, dial.now + sign * found.at, sign, stop)

    def _direction(self, dial: _Dial, sign: float) -> Floats:
        """What one unit of the dial adds to the goal that value is part of; the worth of a plan is linear in it."""
        step = sign * min(1.0, dial.most - dial.now if sign > 0 else dial.now)
        other = prepare(what_if(self.scenario, dial.turn_to(dial.now + step)))
        rank = self.ranks - 1
        difference: Floats = (other.problem.goals[rank] - self.model.problem.goals[rank]) / abs(step)
        return difference

    def _compare(self, direction: Floats, by: float, stop: threading.Event) -> Point:
        columns = [stay_column(s) for s in self.turning.stays_of(self.decision.mission, self.decision.option)]
        bent = (bend(self.ranks - 1, direction, by), first_goals(self.ranks))
        keep = _opposite(self.decision.verdict, columns)
        worth = []
        for edit in (keep, self.turn):
            found = self.model.ask(*bent, edit, gap=0.0, stop=stop)
            if found.status is not Status.OPTIMAL:
                raise UnprovenError
            goal = found.goals[self.ranks - 1]
            slope = sum(
                direction[index] * found.columns.get(name, 0.0)
                for index, name in enumerate(self.model.problem.columns)
                if direction[index]
            )
            # In the sense of "more is better", whatever the goal.
            worth += [goal.claimed if goal.more_is_better else -goal.claimed, -float(slope)]
        return Point(by, *worth)

    def _beside(self, dial: _Dial, at: float, sign: float, stop: threading.Event) -> Answers:
        """The threshold, when solving on either side of it shows that the decision turns there."""
        at = float(np.round(at, 9))
        hair = max(abs(at), 1.0) * BESIDE
        before, after = at - sign * hair, min(max(at + sign * hair, 0.0), dial.most)
        changes = dial.turn_to(after)
        answer = WhatIf(dial.kind, dial.what, number=at, was=dial.now, changes=changes)
        still = self._verdict_after(dial.turn_to(before), stop) if sign * (before - dial.now) > 0 else None
        if still is not None and still[0] is not self.decision.verdict:
            return ()
        return self._proven(answer, stop)

    # --- proof

    def _verdict_after(self, changes: Changes, stop: threading.Event) -> _Solved | None:
        """The decision in the best plan of the changed workbook; None when it has no proven plan."""
        try:
            model = prepare(what_if(self.scenario, changes))
        except ChangeError:
            return None
        found = model.ask(first_goals(self.ranks), self.turning.nearest(), stop=stop)
        if found.status is not Status.OPTIMAL:
            return None
        after = Turning(model, found)
        return after.verdict(self.decision.mission, self.decision.option), model, found

    def _proven(self, answer: WhatIf, stop: threading.Event, solved: _Solved | None = None) -> Answers:
        """The answer, when the changed workbook has the decision turned in its best plan, or as good a plan with it."""
        solved = solved or self._verdict_after(answer.changes, stop)
        if solved is None:
            return ()
        verdict, model, found = solved
        tie = verdict is self.decision.verdict
        if tie:
            turned = Turning(model, found).examine(self.decision.mission, self.decision.option, stop)
            if turned.firmness is not Firmness.TIE:
                return ()
            found = replace(found, contributions=turned.flipped)
        was = set(self.turning.missions) - {self.decision.mission}
        now = set(missions_in(Ledger(model.scenario, found.contributions))) - {self.decision.mission}
        return (
            replace(
                answer, verified=True, tie=tie, displaced=tuple(sorted(was - now)), admitted=tuple(sorted(now - was))
            ),
        )


def _opposite(verdict: Verdict, columns: Sequence[str]) -> Edit:
    """The edit that keeps a decision as it is."""
    return choose_none_of(columns) if verdict is Verdict.OUT else choose_one_of(columns)
