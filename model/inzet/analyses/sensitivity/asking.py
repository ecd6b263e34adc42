"""The questions that a sensitivity asks, counted."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from inzet.analyses.sensitivity.curve import OnStep
from inzet.edits import Edit
from inzet.errors import AuditError, SolverError
from inzet.outcome import Limit, Solution
from inzet.plan.audit import audited
from inzet.plan.ledger import Ledger
from inzet.scenario.scenario import Scenario
from inzet.solve import Model, OnProgress


@dataclass
class Asking:
    """Asks, counts, and remembers whether it was stopped by hand.

    Attributes:
        time_limit: seconds for each search; the workbook's setting when None.
        gap: share of the best within which each search may stop; 0, for curves are exact, unless wished otherwise.
        on_step: told of every solve.
        progress: told what is going on in a search.
        solves: questions asked so far.
        stopped: set when Ctrl-C ended a search.
    """

    time_limit: float | None = None
    gap: float = 0.0
    on_step: OnStep = lambda *_: None
    progress: OnProgress = lambda _: None
    solves: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(
        self,
        model: Model,
        name: str,
        *edits: Edit,
        stop: threading.Event | None = None,
        exactly: bool = False,
        start: Mapping[str, float] | None = None,
    ) -> Solution:
        """Ask a model, and say what came out; a problem that the solver refused has failed, with the reason.

        Args:
            model: what is asked.
            name: what the question is about, for the news.
            edits: the question.
            stop: set by another thread, it means the same as Ctrl-C.
            exactly: whether the search goes on to the best plan, whatever the gap.
            start: the columns of a plan to begin from, such as that of a neighbour.
        """
        gap = 0.0 if exactly else self.gap
        try:
            found = model.ask(*edits, time_limit=self.time_limit, gap=gap, stop=stop, start=start)
        except SolverError as error:
            found = Solution.failed(model.scenario, str(error))
        with self._lock:
            self.solves += 1
            number = self.solves
        if found.limit is Limit.INTERRUPT:
            self.stopped.set()
        self.on_step(name, number)
        return found


def reckoned(solution: Solution, scenario: Scenario | None = None) -> tuple[Solution, Ledger | None]:
    """A solution with the reckoning of its plan, checked independently; None without a plan.

    A plan that breaks a rule, or is worth something else than claimed, is none: the solution says that it failed.

    Args:
        solution: how the search ended.
        scenario: the scenario that the plan is for, when the model was asked about another one by an edit.
    """
    if scenario is not None:
        solution = replace(solution, scenario=scenario)
    if not solution.status.has_plan:
        return solution, None
    try:
        return solution, audited(solution)[0]
    except AuditError as error:
        return Solution.failed(solution.scenario, str(error)), None
