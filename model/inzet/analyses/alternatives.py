"""Near-optimal plans: what all plans that are nearly as good as the best one have in common, and where they differ.

A plan is *that good* when every ranked goal before the one with value in it is as good as in the best plan, and the
rank with value in it is at most so much worse, as a share of what it comes to in the best plan, whichever sign that
has. Where the workbook adds value up with other goals it is that sum that counts; without value among the goals it is
the last one. Goals after that rank do not count. A mission is in as in every analysis (``inzet.analyses.decisions``).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property, partial
from itertools import combinations, permutations

from inzet.analyses.decisions import contributing, down_to_value, missions_in
from inzet.analyses.library import Difference, Kind, Presences, differences, presences_of
from inzet.analyses.runner import OnDone, side_by_side
from inzet.analyses.wishes import Choice, Fate, Wish, Wishes
from inzet.edits import Edit, aim_first, at_most, choose_none_of, choose_one_of, first_goals, keep_apart, stay_near
from inzet.outcome import Limit, RankedGoal, Solution, Status
from inzet.plan.audit import audited
from inzet.plan.ledger import Ledger
from inzet.scenario.scenario import Scenario
from inzet.schema.rows import GoalName
from inzet.solve import Model, stay_column

HAIR = 1e-6
"""Relative difference between two values that is arithmetic, not a difference."""

MISSIONS, OPTIONS, PAIRS, ANYWAY, PLANS = "missions", "options", "pairs", "pairs at any value", "plans"
"""What is asked about."""

_APART = "decisions apart"
"""The goal of a plan that is unlike others."""


class Standing(StrEnum):
    """Where a mission stands in the plans that are that good."""

    CORE = "core"
    """In every one of them."""
    CONTESTED = "contested"
    """In some of them, and not in others."""
    OUT = "out"
    """In none of them."""
    OPEN = "not settled"
    """Not found out: the search was stopped."""


@dataclass(frozen=True, slots=True)
class Place:
    """A mission in all plans that are that good.

    Attributes:
        mission: the mission.
        standing: whether all of them, some or none have it in.
        in_best: whether the best plan has it in.
        options: the options that it has in some of them.
        options_open: options of which it was not found out.
    """

    mission: str
    standing: Standing
    in_best: bool
    options: tuple[str, ...] = ()
    options_open: tuple[str, ...] = ()


class Tie(StrEnum):
    """How two contested missions hang together."""

    APART = "exclude each other"
    """No plan that is that good has both in."""
    ONLY_WITH = "goes only with"
    """No plan that keeps the rules, however good, has the first in without the other one.

    Held against plans that are that good alone this would say little: any two missions that are dear to lose would do.
    """


@dataclass(frozen=True, slots=True)
class Pair:
    """Two contested missions that hang together.

    Attributes:
        tie: how.
        mission: the one.
        other: the other one.
        anyway: whether that holds for every plan that keeps the rules, however good; None when it was not found out.
    """

    tie: Tie
    mission: str
    other: str
    anyway: bool | None


@dataclass(frozen=True)
class Plan:
    """A plan that is that good.

    Attributes:
        solution: how the search for it ended.
        ledger: its reckoning.
        made: names of the choices that it makes.
        apart: missions that are in here and not there, or the other way round, for the nearest of the earlier plans.
        options_apart: the same for options of missions; what the next plan is chosen by when no plan with other
            missions is left.
        proven: whether no plan that good is further from the earlier ones, and none as far is worth more.
    """

    solution: Solution
    ledger: Ledger
    made: frozenset[str]
    apart: int = 0
    options_apart: int = 0
    proven: bool = True

    @property
    def value(self) -> float:
        """Points that it is worth."""
        return self.ledger.goals[GoalName.VALUE]

    @property
    def short(self) -> float:
        """Unit months short of the readiness commitments."""
        return self.ledger.goals[GoalName.READINESS]

    @property
    def cost(self) -> float:
        """Euro over the whole plan."""
        return float(sum(posting.euro for posting in self.ledger.postings))

    @cached_property
    def missions(self) -> tuple[str, ...]:
        """The missions that are in."""
        return missions_in(self.ledger)

    @cached_property
    def presences(self) -> Mapping[str, Presences]:
        """The contributions of every mission that has any."""
        return presences_of(self.ledger)

    def swaps(self, best: Plan) -> tuple[Difference, ...]:
        """What it has otherwise than the best plan; what comes in and goes out first."""
        found = [_by_months(swap) for swap in differences(best.presences, self.presences)]
        order = list(Kind)
        return tuple(sorted(found, key=lambda swap: (order.index(swap.kind), swap.mission)))


class Ending(StrEnum):
    """Why there are no more plans."""

    ENOUGH = "as many as were asked for"
    EXHAUSTED = "no plan that good has other missions or options than one of these"
    STOPPED = "the search was stopped"


@dataclass(frozen=True)
class Alternatives:
    """All plans that are nearly as good as the best one.

    Attributes:
        within: how much worse they may be, as a share of the best.
        best: the best plan.
        places: where every mission stands, in the order of the missions.
        pairs: contested missions that hang together.
        pairs_open: pairs of contested missions of which it was not found out whether they exclude each other.
        plans: plans that are unlike each other, the best one first.
        ending: why there are no more of them.
        solves: questions put to the solver beside the best plan, by what they were about.
        stopped: whether Ctrl-C ended the search.
        failed: why questions went wrong, each reason once; what they were about is not settled.
    """

    within: float
    best: Plan
    places: tuple[Place, ...]
    pairs: tuple[Pair, ...] = ()
    pairs_open: tuple[tuple[str, str], ...] = ()
    plans: tuple[Plan, ...] = ()
    ending: Ending = Ending.STOPPED
    solves: Mapping[str, int] = field(default_factory=dict)
    stopped: bool = False
    failed: tuple[str, ...] = ()

    @property
    def scenario(self) -> Scenario:
        """What was planned."""
        return self.best.ledger.scenario

    def of(self, standing: Standing) -> tuple[Place, ...]:
        """The missions with one standing."""
        return tuple(place for place in self.places if place.standing is standing)

    @property
    def settled(self) -> bool:
        """Whether everything was found out that was asked."""
        places = all(p.standing is not Standing.OPEN and not p.options_open for p in self.places)
        return places and not self.pairs_open and self.ending is not Ending.STOPPED

    @property
    def ranks(self) -> int:
        """How many ranked goals count."""
        return down_to_value(self.scenario)

    @property
    def proven(self) -> RankedGoal | None:
        """How the rank came out in which plans may be worse; None when the search stopped before it."""
        goals = self.best.solution.goals
        return goals[self.ranks - 1] if len(goals) >= self.ranks else None

    @property
    def worst(self) -> float:
        """What a plan may come to in that rank to be that good, in the sense in which the rank is shown."""
        sign = -1.0 if self.proven is not None and self.proven.more_is_better else 1.0
        return sign * _allowed(self.best.ledger, self.ranks, self.within)[-1]


def alternatives(
    model: Model,
    best: Solution,
    within: float,
    *,
    most: int = 5,
    time_limit: float | None = None,
    gap: float | None = None,
    on_done: OnDone = lambda *_: None,
) -> Alternatives:
    """What all plans have in common that are nearly as good as the best one, and some that are unlike each other.

    Ctrl-C keeps what is settled by then.

    Args:
        model: the scenario's model.
        best: its best plan.
        within: how much worse a plan may be, as a share of the best.
        most: plans beside the best one, at most.
        time_limit: seconds for each search; the workbook's setting when not given.
        gap: share of the best within which the search for each of the plans may stop; the workbook's setting when not
            given. What is said of missions, options and pairs is exact with any gap.
        on_done: told of every question answered.

    Raises:
        AuditError: the best plan breaks a rule, or is worth something else than claimed.
    """
    search = _Search(model, best, within, time_limit, gap)
    if best.limit is not Limit.INTERRUPT:
        try:
            search.places(on_done)
            search.unlike(most, on_done)
            search.pairs(on_done)
        except KeyboardInterrupt:
            search.wishes.stopped = True
    return search.result()


def _by_months(swap: Difference) -> Difference:
    """A difference that is called one of options, called after its months when the options are the same."""
    if swap.kind is not Kind.OPTION or {p.option for p in swap.before} != {p.option for p in swap.after}:
        return swap
    more = sum(p.months for p in swap.after) - sum(p.months for p in swap.before)
    return replace(swap, kind=Kind.LONGER if more > 0 else Kind.SHORTER if more < 0 else Kind.MOVED)


def _allowed(best: Ledger, ranks: int, within: float) -> tuple[float, ...]:
    """What a plan may come to, rank by rank, in the sense of minimising, to be that good."""
    held = best.ranked[:ranks]
    return (*held[:-1], held[-1] + within * abs(held[-1]))


def hair(amount: float) -> float:
    """What the ranked search itself lets a goal that is held slip, for the arithmetic."""
    return HAIR * max(1.0, abs(amount) * 1e-3)


class _Search:
    """The questions about the plans near one best plan, and what came out of them so far."""

    def __init__(
        self, model: Model, best: Solution, within: float, time_limit: float | None, gap: float | None
    ) -> None:
        self.model, self.within = model, within
        self.time_limit, self.gap = time_limit, gap
        self.ranks = down_to_value(model.scenario)
        ledger, _ = audited(best)
        self.allowed = _allowed(ledger, self.ranks, within)
        limits = [at_most(rank, most + hair(most)) for rank, most in enumerate(self.allowed)]
        self.wishes = Wishes(model, _choices(model), limits, self.is_good, time_limit=time_limit)
        self.best = Plan(best, ledger, self.wishes.made(ledger), proven=best.status is Status.OPTIMAL)
        self.wishes.seen.append(self.best.made)
        self.fates: dict[Wish, Fate] = {}
        self.both: dict[Wish, Fate] = {}
        self.plans = [self.best]
        self.ending = Ending.STOPPED
        self.tied: list[Pair] = []

    def is_good(self, ledger: Ledger) -> bool:
        """Whether a plan is that good, by its own reckoning."""
        return all(
            rank <= most + HAIR * max(1.0, abs(most)) for rank, most in zip(ledger.ranked, self.allowed, strict=False)
        )

    def places(self, on_done: OnDone) -> None:
        """Find out where missions and options stand."""
        missions = [_other_way(name, name in self.best.made) for name in self._missions]
        options = [Wish(has=(name,)) for names in self._options.values() for name in names]
        self.fates = self.wishes.settle({MISSIONS: missions, OPTIONS: options}, on_done)
        self.wishes.facts = tuple(self._facts())

    @cached_property
    def _missions(self) -> list[str]:
        return [_in(mission) for mission in self.model.scenario.missions if _in(mission) in self.wishes.choices]

    @cached_property
    def _options(self) -> dict[str, tuple[str, ...]]:
        """Names of the choices of an option, by mission, where there is a choice of options."""
        named = {mission: _options_of(self.model, mission) for mission in self.model.scenario.missions}
        return {m: tuple(_with(m, option) for option in options) for m, options in named.items() if len(options) > 1}

    @cached_property
    def _every_option(self) -> list[str]:
        """Names of the choices of an option, of every mission."""
        named = {m: _options_of(self.model, m) for m in self.model.scenario.missions}
        return [_with(mission, option) for mission, options in named.items() for option in options]

    def _facts(self) -> Iterator[Edit]:
        """What is settled, as edits: no good plan is lost by them."""
        refused = [one for one, fate in self.fates.items() if fate is Fate.REFUSED]
        yield choose_none_of({c for one in refused for name in one.has for c in self.wishes.choices[name].columns})
        for one in refused:
            for name in one.lacks:
                yield choose_one_of(self.wishes.choices[name].columns)

    def standing(self, mission: str) -> Standing:
        """Where a mission stands, as far as is known."""
        name = _in(mission)
        if name not in self.wishes.choices:
            return Standing.OUT
        inside = name in self.best.made
        fate = self.fates.get(_other_way(name, inside), Fate.OPEN)
        if fate is Fate.OPEN:
            return Standing.OPEN
        refused = Standing.CORE if inside else Standing.OUT
        return Standing.CONTESTED if fate is Fate.GRANTED else refused

    def unlike(self, most: int, on_done: OnDone) -> None:
        """Find plans that are unlike the best one and each other, one after the other.

        Each has as many missions in that an earlier one has not, or the other way round, as can be, counted against the
        nearest of the earlier ones. When no plan with other missions is left, options are counted. Among those the most
        valuable one is taken, and of those the one nearest to the best plan, so that nothing moves without need.
        """
        unsure = (Standing.CONTESTED, Standing.OPEN)
        missions = [_in(m) for m in self.model.scenario.missions if self.standing(m) in unsure]
        missions = [name for name in missions if name in self.wishes.choices]
        refused = {one.has for one, fate in self.fates.items() if fate is Fate.REFUSED}
        options = [name for name in self._every_option if (name,) not in refused]
        stages = [names for names in (missions, options) if names]
        while stages and len(self.plans) <= most and not self.wishes.stopped:
            found = self._next(stages[0])
            self.wishes.solves[PLANS] += 1
            on_done(PLANS, len(self.plans), most)
            if found.status is Status.INFEASIBLE:
                stages = stages[1:]
                continue
            self.wishes.stopped |= found.limit is Limit.INTERRUPT
            plan = self._plan(found)
            if plan is None or self.wishes.stopped:
                return
            self.plans.append(plan)
        if not self.wishes.stopped:
            self.ending = Ending.ENOUGH if stages else Ending.EXHAUSTED

    def _next(self, among: list[str]) -> Solution:
        """The plan furthest from those found so far, in some choices."""
        every = tuple(stay_column(stay) for stays in self.model.stays.values() for stay in stays)
        chosen = tuple(stay_column(c.stay) for c in self.best.ledger.contributions)
        ask = partial(
            self.wishes.asked,
            *self.wishes.limits,
            *self.wishes.facts,
            first_goals(self.ranks),
            self.wishes.indicated(among),
            keep_apart(_APART, [plan.made for plan in self.plans], among),
            choose_one_of([_APART]),
            aim_first(_APART, {_APART: -1.0}),
            stay_near(chosen, every),
            gap=self.gap,
        )

        def task(stop: threading.Event) -> Solution:
            return ask(stop=stop)

        # Alone, but in the runner: it hears Ctrl-C.
        found = side_by_side({PLANS: task})
        if not found:
            raise KeyboardInterrupt
        return found[PLANS]

    def _plan(self, found: Solution) -> Plan | None:
        """The plan of an answer; None when there is none, or by its own reckoning it is not that good after all."""
        ledger = self.wishes.reckoned(found)
        if ledger is None:
            return None
        made = self.wishes.made(ledger)
        self.wishes.seen.append(made)
        missions, options = frozenset(self._missions), frozenset(self._every_option)
        distance, *ranks = found.goals[: self.ranks + 1]
        furthest = distance.bound > distance.claimed - 1.0 + HAIR
        return Plan(
            solution=found,
            ledger=ledger,
            made=made,
            apart=min(len((made ^ plan.made) & missions) for plan in self.plans),
            options_apart=min(len((made ^ plan.made) & options) for plan in self.plans),
            proven=furthest and len(ranks) == self.ranks and all(goal.proven for goal in ranks),
        )

    def pairs(self, on_done: OnDone) -> None:
        """Find contested missions that exclude each other, or go only with one another."""
        contested = [m for m in self.model.scenario.missions if self.standing(m) is Standing.CONTESTED]
        together = {_both(one, other): (one, other) for one, other in combinations(contested, 2)}
        self.both = self.wishes.settle({PAIRS: list(together)}, on_done)
        apart = {one: names for one, names in together.items() if self.both[one] is Fate.REFUSED}
        alone = {_without(one, other): (one, other) for one, other in permutations(contested, 2)}
        anyway = self._anyway([*apart, *alone], on_done)
        for one, names in apart.items():
            fate = anyway[one]
            self.tied.append(Pair(Tie.APART, *names, anyway=None if fate is Fate.OPEN else fate is Fate.REFUSED))
        self.tied += [
            Pair(Tie.ONLY_WITH, *names, anyway=True) for one, names in alone.items() if anyway[one] is Fate.REFUSED
        ]

    def _anyway(self, wishes: list[Wish], on_done: OnDone) -> dict[Wish, Fate]:
        """What becomes of wishes when any plan is good enough that keeps the rules."""
        free = Wishes(self.model, self.wishes.choices, (), lambda _: True, time_limit=self.time_limit)
        free.seen, free.stopped, free.failed = list(self.wishes.seen), self.wishes.stopped, self.wishes.failed
        fates = free.settle({ANYWAY: wishes}, on_done)
        self.wishes.solves += free.solves
        self.wishes.stopped |= free.stopped
        return fates

    def result(self) -> Alternatives:
        """What is known."""
        scenario = self.model.scenario
        contested = [m for m in scenario.missions if self.standing(m) is Standing.CONTESTED]
        return Alternatives(
            within=self.within,
            best=self.best,
            places=tuple(self._place(mission) for mission in scenario.missions),
            pairs=tuple(self.tied),
            pairs_open=tuple(
                (one, other)
                for one, other in combinations(contested, 2)
                if self.both.get(_both(one, other), Fate.OPEN) is Fate.OPEN
            ),
            plans=tuple(self.plans),
            ending=self.ending,
            solves=dict(self.wishes.solves),
            stopped=self.wishes.stopped or self.best.solution.limit is Limit.INTERRUPT,
            failed=tuple(dict.fromkeys(self.wishes.failed)),
        )

    def _place(self, mission: str) -> Place:
        standing, name = self.standing(mission), _in(mission)
        inside = name in self.best.made
        options = _options_of(self.model, mission)
        if standing is Standing.OUT or not options:
            return Place(mission, standing, inside)
        seen = {o for o in options if any(_with(mission, o) in made for made in self.wishes.seen)}
        refused = {o for o in options if self.fates.get(Wish(has=(_with(mission, o),))) is Fate.REFUSED}
        unknown = tuple(o for o in options if o not in seen | refused)
        return Place(mission, standing, inside, tuple(o for o in options if o in seen), unknown)


def _choices(model: Model) -> dict[str, Choice]:
    """That a mission is in, and that it is in with an option, as far as there are stays for it."""
    choices = {}
    for mission, stays in model.stays.items():
        able = contributing(model.scenario, stays)
        most = model.scenario.missions[mission].max_stays
        named = {_in(mission): able} | {
            _with(mission, option): tuple(stay for stay in able if stay.option == option)
            for option in _options_of(model, mission)
        }
        for name, own in named.items():
            if own:
                choices[name] = Choice(tuple(stay_column(stay) for stay in own), min(most, len(own)))
    return choices


def _options_of(model: Model, mission: str) -> tuple[str, ...]:
    """The options that a mission can be in with, in the order of their ids."""
    return tuple(sorted({stay.option for stay in contributing(model.scenario, model.stays[mission])}))


def _in(mission: str) -> str:
    return f"in[{mission}]"


def _with(mission: str, option: str) -> str:
    return f"with[{mission}.{option}]"


def _other_way(name: str, inside: bool) -> Wish:
    """The wish that a mission is not where the best plan has it."""
    return Wish(lacks=(name,)) if inside else Wish(has=(name,))


def _both(one: str, other: str) -> Wish:
    return Wish(has=(_in(one), _in(other)))


def _without(one: str, other: str) -> Wish:
    return Wish(has=(_in(one),), lacks=(_in(other),))
