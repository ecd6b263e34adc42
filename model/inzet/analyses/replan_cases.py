"""Several things that may happen to one running plan, each made anew by itself: the cases of a reprioritisation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from inzet.analyses.conflict import Conflict, find_conflict
from inzet.analyses.replan import Replanned, Turn, What, replan
from inzet.analyses.runner import OnDone
from inzet.calendar import Month
from inzet.errors import UsageError
from inzet.outcome import Limit, Status
from inzet.plan.ledger import Ledger
from inzet.scenario.history import History, Wish
from inzet.scenario.scenario import Scenario
from inzet.solve import OnProgress, Progress, prepare


@dataclass(frozen=True, slots=True)
class Case:
    """Something that may happen to a running plan.

    Attributes:
        name: its name, unlike that of any other case.
        asks: what happens, in words; may be empty.
        as_of: first month that is planned anew.
        anew: the scenario in which the running plan is made anew, with its history.
    """

    name: str
    asks: str
    as_of: Month
    anew: Scenario

    @property
    def history(self) -> History:
        """What had happened before."""
        assert self.anew.history is not None
        return self.anew.history


@dataclass(frozen=True)
class Answer:
    """What becomes of the running plan in one case.

    Attributes:
        case: the case.
        found: the plan made anew; None when there is none.
        conflict: conditions that cannot be kept together, when it is proven that there is no plan.
        problem: why there is no plan; empty when there is one.
    """

    case: Case
    found: Replanned | None
    conflict: Conflict | None = None
    problem: str = ""

    @property
    def has_plan(self) -> bool:
        """Whether there is a plan."""
        return self.found is not None

    @property
    def turns(self) -> Mapping[str, tuple[Turn, ...]]:
        """What becomes of the contributions that are not kept, by mission; empty without a plan."""
        by_mission: dict[str, tuple[Turn, ...]] = {}
        if self.found is not None and self.found.chosen is not None:
            for turn in self.found.chosen.plan.turns:
                if turn.what is not What.KEPT:
                    by_mission[turn.mission] = (*by_mission.get(turn.mission, ()), turn)
        return by_mission


@dataclass(frozen=True)
class Cases:
    """The answers to several cases.

    Attributes:
        running: the reckoning of the running plan in its own world.
        answers: one per case, in the order in which they were asked.
        left: names of the cases that were not begun, because somebody stopped the work.
    """

    running: Ledger
    answers: tuple[Answer, ...]
    left: tuple[str, ...] = field(default=())

    @property
    def planned(self) -> tuple[Answer, ...]:
        """The answers with a plan."""
        return tuple(answer for answer in self.answers if answer.has_plan)

    @property
    def missions(self) -> tuple[str, ...]:
        """Every mission of which something is not kept in some case, those in most cases first."""
        touched = [mission for answer in self.answers for mission in answer.turns]
        return tuple(sorted(set(touched), key=lambda mission: (-touched.count(mission), mission)))


def replan_cases(
    cases: Sequence[Case],
    running: Ledger,
    wish: Wish | None = None,
    *,
    time_limit: float | None = None,
    gap: float | None = None,
    progress: OnProgress = lambda _: None,
    on_case: Callable[[str], None] = lambda _: None,
    on_done: OnDone = lambda *_: None,
) -> Cases:
    """Make a running plan anew in every case; a case without a plan says why.

    Ctrl-C ends the case at hand with what is known of it and leaves out the cases after it.

    Args:
        cases: what may happen.
        running: the reckoning of the running plan in its own world.
        wish: how the plan to take is picked in every case; the best one when not given.
        time_limit: seconds for each search; the workbook's setting when not given.
        gap: share of the best within which each search may stop; the workbook's setting when not given.
        progress: told what is going on.
        on_case: told the name of every case as it is begun.
        on_done: told of every point of a curve as it is found.

    Raises:
        AuditError: a plan breaks a rule, or is worth something else than claimed.
        SolverError: the solver refused a problem.
    """
    answers: list[Answer] = []
    for case in cases:
        on_case(case.name)
        try:
            progress(Progress("building the model"))
            model = prepare(case.anew)
            found = replan(
                model, running.contributions, wish, time_limit=time_limit, gap=gap, progress=progress, on_done=on_done
            )
        except UsageError as error:
            answers.append(Answer(case, None, problem=str(error)))
            continue
        except KeyboardInterrupt:
            break
        answers.append(_answer(case, found, progress))
        if _was_stopped(found):
            break
    return Cases(running, tuple(answers), tuple(case.name for case in cases[len(answers) :]))


def _answer(case: Case, found: Replanned, progress: OnProgress) -> Answer:
    if found.chosen is not None:
        return Answer(case, found)
    problem = f"{found.search.status}: {found.search.message}"
    if found.search.status is not Status.INFEASIBLE:
        return Answer(case, None, problem=problem)
    progress(Progress("looking for the conditions that cannot be kept together"))
    return Answer(case, None, find_conflict(found.model), problem)


def _was_stopped(found: Replanned) -> bool:
    return found.search.limit is Limit.INTERRUPT or not found.is_whole
