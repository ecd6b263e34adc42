"""The proof of what would turn a decision: the changed workbook is solved, and the decision looked at."""

from __future__ import annotations

import threading
from dataclasses import replace

from inzet.analyses.decisions import Decision, Firmness, Turning, Verdict, missions_in
from inzet.analyses.what_if import WhatIf
from inzet.edits import Edit, at_most, first_goals
from inzet.outcome import Solution, Status
from inzet.plan.ledger import Ledger
from inzet.scenario.changes import Changes, what_if
from inzet.scenario.overlay import ChangeError
from inzet.solve import Model, prepare

Answers = tuple[WhatIf, ...]
Solved = tuple[Verdict, Model, Solution]


class Prover:
    """One decision of a plan, for which ways to turn it are sought and proven.

    Attributes:
        turning: the plan.
        decision: the decision.
        turn: the edit that turns it around.
        ranks: how many ranked goals count.
    """

    def __init__(self, turning: Turning, decision: Decision) -> None:
        self.turning, self.decision = turning, decision
        self.model = turning.model
        self.scenario = turning.model.scenario
        self.book = turning.model.scenario.book
        self.turn: Edit = turning.turned(decision.mission, decision.option)
        self.ranks = turning.ranks

    def as_good(self) -> list[Edit]:
        """The edits by which every goal that counts is at least as good as in the plan."""
        edits = []
        for rank, goal in enumerate(self.turning.plan.goals[: self.ranks]):
            worst = -goal.claimed if goal.more_is_better else goal.claimed
            edits.append(at_most(rank, worst + 1e-6 * max(1.0, abs(worst))))
        return edits

    def after(self, changes: Changes, stop: threading.Event) -> Solved | None:
        """The decision in the best plan of the changed workbook; None when it has no proven plan."""
        try:
            model = prepare(what_if(self.scenario, changes))
        except ChangeError:
            return None
        found = model.ask(first_goals(self.ranks), self.turning.nearest(), stop=stop)
        if found.status is not Status.OPTIMAL:
            return None
        verdict = Turning(model, found).verdict(self.decision.mission, self.decision.option)
        return verdict, model, found

    def proven(self, answer: WhatIf, stop: threading.Event, solved: Solved | None = None) -> Answers:
        """The answer, when the changed workbook has the decision turned in its best plan, or as good a plan with it.

        Args:
            answer: the change.
            stop: stops the solves.
            solved: the changed workbook, when it has been solved already.
        """
        solved = solved or self.after(answer.changes, stop)
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
        displaced, admitted = tuple(sorted(was - now)), tuple(sorted(now - was))
        return (replace(answer, verified=True, tie=tie, displaced=displaced, admitted=admitted),)
