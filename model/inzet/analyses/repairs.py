"""What would make an impossible plan possible: the cheapest repair of each kind, each proven by solving.

The amount of a repair is found exactly: the limit is relaxed by an amount that the solver makes as small as it can.
The repair is then written as changes to the workbook, applied, and solved again: only what has a plan is offered.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from inzet.analyses.amounts import MOST_MILLIONS, MOST_UNITS, Slack, fewest_units, in_turn, rows_by_month
from inzet.analyses.conditions import Condition, Kind, Piece, by_condition, pieces_of
from inzet.analyses.conflict import Conflict
from inzet.analyses.runner import OnDone, Task, side_by_side
from inzet.analyses.what_if import Amounts, WhatIf, WhatIfKind
from inzet.calendar import Month
from inzet.edits import aim, any_plan, leave_out
from inzet.scenario import changes as make
from inzet.scenario.changes import Changes, what_if
from inzet.scenario.overlay import ChangeError
from inzet.schema.book import Book
from inzet.schema.rows import Limit, Measure, Rule
from inzet.solve import Model, prepare

DROPPING = 1e4
"""What dropping a rule or a mandate weighs beside one unit or EUR 1 million, in a repair of several parts."""
MOST_MONTHS = 12
"""Windows are moved by so many months at most."""


def find_repairs(model: Model, conflict: Conflict, *, on_done: OnDone = lambda *_: None) -> tuple[WhatIf, ...]:
    """The cheapest repair of every kind that is enough by itself; a repair of several parts when none is.

    Args:
        model: the model that has no plan.
        conflict: why it has none; only its touchable members are repaired.
        on_done: told of every candidate as it is done.
    """
    finder = _Finder(model)
    tasks: dict[str, Task[WhatIf | None]] = {}
    for member in conflict.members:
        if member.touchable:
            for name, find in finder.candidates(member.condition):
                tasks[f"{name} {member.condition.what} {member.condition.tier}".strip()] = find
    found = [repair for repair in side_by_side(tasks, on_done=on_done).values() if repair is not None]
    if not found and (several := finder.several()) is not None:
        found = [several]
    order = list(WhatIfKind)
    return tuple(sorted(found, key=lambda repair: (order.index(repair.kind), repair.what, repair.tier)))


class _Finder:
    """Finds and proves repairs of one model."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.scenario = model.scenario
        self.book = model.scenario.book
        self.conditions: Mapping[Condition, tuple[Piece, ...]] = by_condition(
            pieces_of(model.problem.rows, model.scenario)
        )

    def candidates(self, condition: Condition) -> Iterator[tuple[str, Task[WhatIf | None]]]:
        """The ways to repair a condition, by name."""
        match condition.kind:
            case Kind.SUPPLY | Kind.READINESS:
                yield "units of", partial(self._units, condition)
            case Kind.MONEY:
                for piece in self.conditions[condition]:
                    yield f"money {_year(piece)} of", partial(self._money, condition, piece)
            case Kind.RULE:
                yield "amount of", partial(self._eased, condition)
                yield "without", partial(self._without, condition)
            case Kind.PAIR:
                yield "without", partial(self._without, condition)
            case Kind.MANDATE:
                yield "without mandate", partial(self._without, condition)
                yield "other months for", partial(self._moved, condition)
            case Kind.RUNNING:
                return

    def _units(self, condition: Condition, stop: threading.Event) -> WhatIf | None:
        """Fewest units more (or fewer to stand ready), then in the fewest months."""
        amounts = fewest_units(self._rows_by_month(condition), lambda relaxed: self._least(relaxed, stop))
        return None if amounts is None else self._proven(self._of_units(condition, amounts), stop)

    def _of_units(self, condition: Condition, amounts: Amounts) -> WhatIf:
        def change(book: Book, first: Month, last: Month, by: int) -> Changes:
            if condition.kind is Kind.SUPPLY:
                return make.more_units(book, condition.what, first, last, by)
            return make.more_ready(book, condition.what, condition.tier, first, last, -by)

        kind = WhatIfKind.MORE_UNITS if condition.kind is Kind.SUPPLY else WhatIfKind.LOWER_READINESS
        changes = in_turn(self.book, amounts, change)
        return WhatIf(kind, condition.what, condition.tier, amounts, changes=changes)

    def _rows_by_month(self, condition: Condition) -> dict[Month, list[str]]:
        """The rows that more units ease in each month: of the supply, and of every readiness commitment beside it."""
        beside = [c for c in self.conditions if c.kind is Kind.READINESS and c.what == condition.what]
        return rows_by_month([condition, *(beside if condition.kind is Kind.SUPPLY else [])], self.conditions)

    def _money(self, condition: Condition, piece: Piece, stop: threading.Event) -> WhatIf | None:
        found = self._least({"money": Slack({piece.row: 1.0}, MOST_MILLIONS, whole=False)}, stop)
        if found is None or found["money"] <= 0:
            return None
        return self._proven(self._of_money(condition, _year(piece), found["money"]), stop)

    def _of_money(self, condition: Condition, year: int, millions: float) -> WhatIf:
        # Whole euros, rounded up but for the solver's hair; that it is enough is proven by solving.
        euro = float(math.ceil(millions * 1e6 - 0.5))
        changes = make.more_money(self.book, condition.what, year, euro)
        return WhatIf(WhatIfKind.MORE_MONEY, condition.what, number=euro, year=year, changes=changes)

    def _eased(self, condition: Condition, stop: threading.Event) -> WhatIf | None:
        """The amount of a rule nearest to its own with which there is a plan."""
        rule = self.scenario.rules[condition.what]
        if rule.share_of is not None:
            return None
        rows = {piece.row: 1.0 for piece in self.conditions[condition]}
        found = self._least({"ease": Slack(rows, MOST_MILLIONS, whole=False)}, stop)
        if found is None:
            return None
        return self._proven(self._of_rule(rule, found["ease"]), stop)

    def _of_rule(self, rule: Rule, by: float) -> WhatIf:
        step = by * (1e6 if rule.measure is Measure.MONEY else 1.0)
        # Nothing is counted more finely than this; what is left is the solver's hair.
        step = round(step, 6)
        # "Exactly" is eased upwards, as its row is: there is nothing to say that less is the nearer way.
        amount = max(0.0, rule.amount - step) if rule.limit is Limit.AT_LEAST else rule.amount + step
        return WhatIf(
            WhatIfKind.EASE_RULE,
            rule.rule,
            number=amount,
            was=rule.amount,
            changes=make.amount(self.book, rule.rule, amount),
        )

    def _without(self, condition: Condition, stop: threading.Event) -> WhatIf | None:
        rows = {piece.row for piece in self.conditions[condition]}
        found = self.model.ask(leave_out(rows.__contains__), any_plan(), gap=1.0, stop=stop)
        return self._proven(self._of_dropping(condition), stop) if found.status.has_plan else None

    def _of_dropping(self, condition: Condition) -> WhatIf:
        if condition.kind is Kind.MANDATE:
            changes = make.not_mandated(self.book, condition.what)
            return WhatIf(WhatIfKind.DROP_MANDATE, condition.what, changes=changes)
        return WhatIf(WhatIfKind.DROP_RULE, condition.what, changes=make.switched_off(self.book, condition.what))

    def _moved(self, condition: Condition, stop: threading.Event) -> WhatIf | None:
        """The shortest move of all dates of a mission, later before earlier."""
        for months in (sign * size for size in range(1, MOST_MONTHS + 1) for sign in (1, -1)):
            changes = make.moved(self.book, condition.what, months)
            if stop.is_set() or not changes:
                return None
            repair = WhatIf(WhatIfKind.MOVE, condition.what, number=float(months), changes=changes)
            if (proven := self._proven(repair, stop)) is not None:
                return proven
        return None

    def several(self) -> WhatIf | None:
        """A repair of several parts, when no single one is enough: the fewest units, millions and rules in all."""
        stop = threading.Event()
        touchable = sorted(condition for condition in self.conditions if condition.is_touchable(self.scenario))
        parts = {name: (slack, make_it) for c in touchable for name, slack, make_it in self._parts(c)}
        relaxed = {name: slack for name, (slack, _) in parts.items()}
        # A rule or a mandate is dropped only where no number of units and no money is enough.
        weights = {name: DROPPING if slack.most == 1.0 else 1.0 for name, slack in relaxed.items()}
        found = self._least(relaxed, stop, weights)
        if found is None:
            return None
        repairs = tuple(parts[name][1](amount) for name, amount in found.items() if amount > 1e-6)
        changes = tuple(change for repair in repairs for change in repair.changes)
        return self._proven(WhatIf(WhatIfKind.SEVERAL, "", changes=changes, parts=repairs), stop)

    def _parts(self, condition: Condition) -> Iterator[tuple[str, Slack, Callable[[float], WhatIf]]]:
        """Name, slack and repair of each thing that can be changed about a condition."""
        name = f"{condition.kind} {condition.what} {condition.tier}"
        pieces = self.conditions[condition]
        match condition.kind:
            case Kind.SUPPLY | Kind.READINESS:
                rows = self._rows_by_month(condition)
                every = {row: 1.0 for names in rows.values() for row in names}
                first, last = min(rows), max(rows)
                yield (
                    name,
                    Slack(every, MOST_UNITS, whole=True),
                    lambda units: self._of_units(condition, ((first, last, round(units)),)),
                )
            case Kind.MONEY:
                for piece in pieces:
                    slack = Slack({piece.row: 1.0}, MOST_MILLIONS, whole=False)
                    yield f"{name} {_year(piece)}", slack, partial(self._of_money, condition, _year(piece))
            case _:
                # One that is dropped gives way as far as could ever be asked of it.
                eased = {piece.row: MOST_UNITS * 10 for piece in pieces}
                yield name, Slack(eased, 1.0, whole=True), lambda _: self._of_dropping(condition)

    def _least(
        self, relaxed: Mapping[str, Slack], stop: threading.Event, weights: Mapping[str, float] | None = None
    ) -> dict[str, float] | None:
        """The smallest amounts, added up, by which limits must give way for there to be a plan; None when none do."""
        edits = [slack.edit(name) for name, slack in relaxed.items()]
        goal = aim("least", weights or dict.fromkeys(relaxed, 1.0), alone=True)
        found = self.model.ask(*edits, goal, gap=0.0, stop=stop)
        return {name: found.columns.get(name, 0.0) for name in relaxed} if found.status.has_plan else None

    def _proven(self, repair: WhatIf, stop: threading.Event) -> WhatIf | None:
        """The repair, when the changed workbook has a plan."""
        try:
            changed = what_if(self.scenario, repair.changes)
        except ChangeError:
            return None
        found = prepare(changed).ask(any_plan(), gap=1.0, stop=stop)
        if not found.status.has_plan:
            return None
        return replace(repair, verified=True)


def _year(piece: Piece) -> int:
    assert piece.spell is not None
    return piece.spell[0].year
