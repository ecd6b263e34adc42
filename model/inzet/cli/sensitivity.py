"""``inzet sensitivity``: how the best plan moves with units, money, a weight or a commitment; and what is critical."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from inzet.analyses.kept import FOLDER
from inzet.analyses.sensitivity.asking import Asking
from inzet.analyses.sensitivity.criticality import Criticality, criticality
from inzet.analyses.sensitivity.curve import NOT_REACHED, Curve, Kind, Sort, Step, abridged, explained, unexplained
from inzet.analyses.sensitivity.money import budget_curve, most_money, purse_of, years_of
from inzet.analyses.sensitivity.units import Chain, readiness_chain, supply_chain, unit_curve
from inzet.analyses.sensitivity.weights import scale_of, weight_curve
from inzet.calendar import Month
from inzet.cli.impossible import no_plan
from inzet.cli.options import (
    AsJson,
    Dask,
    ExactGap,
    KeptIn,
    ScenarioNames,
    SolveAgain,
    TimeLimit,
    Workbook,
    share_of,
    split_names,
)
from inzet.cli.place import at_work
from inzet.cli.terminal import ProgressDisplay, Terminal, speaking
from inzet.errors import SolverError, UsageError, did_you_mean
from inzet.outcome import Limit
from inzet.reports.folder import whole_folder
from inzet.reports.sensitivity.document import criticality_document, curve_document
from inzet.reports.sensitivity.files import MARK, WORKBOOK, write_criticality, write_curve
from inzet.reports.sensitivity.words import (
    abridged_words,
    beside_steps,
    beside_words,
    criticality_sections,
    curve_sections,
    range_words,
    shift_words,
    status_words,
    unit_of,
)
from inzet.reports.summary import print_summary
from inzet.reports.words import count
from inzet.scenario.checks import make_scenario
from inzet.scenario.scenario import Scenario
from inzet.schema.kinds import parse_month
from inzet.solve import Progress, prepare
from inzet.workbook.reader import read_workbook

_WIDTH = 130
_MILLION = 1e6
_SOLVES = 40
"""A staircase over money stops after so many questions unless more are asked for."""
Within = Annotated[
    str,
    typer.Option(help="How near two steps over money must be in value to look no further between them: 1%."),
]
Solves = Annotated[
    int | None,
    typer.Option(
        help=f"Questions at most for a staircase over money; 0 for as many as it takes. {_SOLVES} when neither "
        "this nor --within is given.",
        min=0,
        show_default=False,
    ),
]
_NAMED = {
    Kind.SUPPLY: "a unit type",
    Kind.READINESS: "a unit type and a tier",
    Kind.BUDGET: "a fund",
    Kind.WEIGHT: "an interest",
    Kind.CRITICALITY: "no name",
}


def sensitivity(
    workbook: Workbook,
    kind: Annotated[Kind, typer.Argument(help="What is turned.", show_default=False)],
    names: Annotated[
        list[str] | None,
        typer.Argument(help="A unit type, a fund, an interest, or a unit type and a tier.", show_default=False),
    ] = None,
    scenario: ScenarioNames = "",
    from_: Annotated[str, typer.Option("--from", help="First month in which units are turned.")] = "",
    to: Annotated[str, typer.Option("--to", help="Last month in which units are turned.")] = "",
    year: Annotated[int | None, typer.Option(help="The year of which the money is turned; all when not given.")] = None,
    most: Annotated[
        float | None,
        typer.Option(help="The highest setting: units, EUR million or weight; well beyond the present when not given."),
    ] = None,
    least: Annotated[float, typer.Option(help="The lowest budget to look into, in EUR million.", min=0)] = 0.0,
    within: Within = "",
    solves: Solves = None,
    out: Annotated[Path | None, typer.Option(help="Folder to write the answer to.", show_default=False)] = None,
    time_limit: TimeLimit = None,
    gap: ExactGap = 0.0,
    dask: Dask = "",
    kept: KeptIn = FOLDER,
    solve_again: SolveAgain = False,
    as_json: AsJson = False,
) -> None:
    """Say how the best plan moves with one number, every step exact: supply, readiness, budget or weight.

    supply UNIT: every number of units. readiness UNIT TIER: every commitment. budget FUND: every budget. weight
    INTEREST: every weight. criticality: one unit of each type, or a tenth of each fund, taken away. Every plan is
    proven unless --gap or --time-limit allow otherwise, and then that is said; a weight takes no gap, for it is exact
    or not known. Ctrl-C keeps the part found by then.
    Exit codes: 0 done, 2 bad input or use, 3 there is no plan at all.
    """
    terminal = Terminal(as_json=as_json)
    with speaking(terminal):
        book, _ = read_workbook(workbook)
        chosen, _ = make_scenario(book, split_names(scenario))
        share, most_solves = share_of(within or "0"), (0 if within else _SOLVES) if solves is None else solves
        asked, window = _known(chosen, kind, names or []), _window(chosen, from_, to)
        turn = _Turn(chosen, kind, asked, window, year, least, most, share, most_solves)
        turn.check()
        place = at_work(terminal, dask, kept=kept, solve_again=solve_again)
        with place, whole_folder(out, MARK) if out is not None else nullcontext() as folder:
            found = _something(_found(terminal, turn, time_limit, gap))
            if folder is not None:
                terminal.note("writing workbook and figures")
                write_curve(folder, found) if isinstance(found, Curve) else write_criticality(folder, found)
    document = curve_document(found) if isinstance(found, Curve) else criticality_document(found)

    def say(console: Console) -> None:
        if isinstance(found, Curve):
            _say_curve(console, found)
        else:
            print_summary(console, criticality_sections(found))
        if out is not None:
            console.print(f"Results in [bold]{escape(str(out))}[/]: {WORKBOOK}, figures, {MARK}")

    terminal.result(document | {"folder": str(out) if out is not None else None}, say)


def _something(found: Curve | Criticality) -> Curve | Criticality:
    """The answer, as long as anything is known.

    Raises:
        SolverError: no question was answered; why is said.
    """
    if isinstance(found, Curve) and all(step.sort is Sort.OPEN for step in found.steps):
        reasons = dict.fromkeys(step.reason for step in found.steps if step.reason)
        raise SolverError(f"Nothing was found out. {' '.join(reasons)} Nothing was written.")
    return found


@dataclass(frozen=True)
class _Turn:
    """What is asked."""

    scenario: Scenario
    kind: Kind
    names: tuple[str, ...]
    window: tuple[Month, Month]
    year: int | None
    least: float
    most: float | None
    within: float
    solves: int

    def check(self) -> None:
        """Refuse options that do not go with the kind, before anything is solved.

        Raises:
            UsageError: one of them does not.
        """
        whole = self.kind in (Kind.SUPPLY, Kind.READINESS)
        if self.year is not None and self.kind is not Kind.BUDGET:
            raise UsageError("--year is for a budget only.")
        horizon = self.scenario.horizon
        if self.window != (horizon[0], horizon[-1]) and self.kind in (Kind.BUDGET, Kind.WEIGHT):
            raise UsageError(f"--from and --to are for units only; a {self.kind} holds for the whole plan.")
        if self.most is not None and (self.most <= 0 or (whole and self.most != round(self.most))):
            raise UsageError(f"--most {self.most:g}: give a {'whole ' if whole else ''}number above 0.")
        if self.least and (self.kind is not Kind.BUDGET or (self.most is not None and self.least >= self.most)):
            raise UsageError("--least is for a budget only, and lies below --most.")
        if self.most is not None and self.kind is Kind.CRITICALITY:
            raise UsageError("--most does not go with criticality: one of each is taken away.")
        if self.within and self.kind is not Kind.BUDGET:
            raise UsageError("--within is for a budget only; other curves have few steps.")
        self._check_cells()

    def _check_cells(self) -> None:
        """Refuse settings that no cell of the workbook holds, and a commitment that is not there.

        Raises:
            UsageError: one of them.
        """
        if self.kind in (Kind.SUPPLY, Kind.READINESS):
            holds, unit = float(self.chain().most), "units"
        elif self.kind is Kind.BUDGET:
            years = years_of(self.scenario, self.names[0], self.year)
            holds, unit = most_money(self.scenario, self.names[0], years) / _MILLION, "EUR million"
        else:
            return
        for option, asked in (("--most", self.most), ("--least", self.least)):
            # A fund without any money is refused with a reason of its own.
            if asked is not None and asked > holds > 0:
                raise UsageError(f"{option} {asked:,.15g}: the workbook holds at most {holds:,.15g} {unit} here.")

    def chain(self) -> Chain:
        """The number of units that is turned.

        Raises:
            UsageError: there is no such commitment.
        """
        if self.kind is Kind.SUPPLY:
            return supply_chain(self.scenario, self.names[0], self.window)
        return readiness_chain(self.scenario, self.names[0], self.names[1], self.window)


def _found(terminal: Terminal, turn: _Turn, time_limit: float | None, gap: float) -> Curve | Criticality:
    """The answer, with news of the search."""
    with ProgressDisplay(terminal) as progress:
        progress(Progress("building the model"))
        asking = Asking(time_limit, gap, partial(_told, progress, time.monotonic()))
        if turn.kind is Kind.CRITICALITY:
            return _critical(terminal, turn, asking)
        if turn.kind in (Kind.SUPPLY, Kind.READINESS):
            chain = turn.chain()
            curve = unit_curve(chain, asking, most=None if turn.most is None else round(turn.most))
            supply = turn.kind is Kind.SUPPLY
            return _explained(curve, asking, lambda at: chain.at(round(at)), lambda s: _nearest(s, upwards=supply))
        model = prepare(turn.scenario)
        if turn.kind is Kind.WEIGHT:
            scale = scale_of(model, turn.names[0], turn.most)
            return _explained(weight_curve(scale, asking), asking, scale.at, lambda step: step.first)
        purse = purse_of(model, turn.names[0], turn.year)
        most = None if turn.most is None else turn.most * _MILLION
        return budget_curve(
            purse, asking, least=turn.least * _MILLION, most=most, solves=turn.solves or None, within=turn.within
        )


def _explained(curve: Curve, asking: Asking, at: Callable[[float], Scenario], edge: Callable[[Step], float]) -> Curve:
    """The curve with why there is no plan, unless it was stopped by hand: then nothing more is solved."""
    if asking.stopped.is_set() or any(step.reason == NOT_REACHED for step in curve.steps):
        return unexplained(curve)
    return explained(curve, at, edge)


def _told(progress: ProgressDisplay, began: float, name: str, solves: int) -> None:
    words = f"{count(solves, 'solve')} done, the last at {name}"
    progress(Progress(words, seconds=time.monotonic() - began))


def _nearest(step: Step, *, upwards: bool) -> float:
    return step.last if upwards and step.last is not None else step.first


def _critical(terminal: Terminal, turn: _Turn, asking: Asking) -> Criticality:
    """What is critical.

    Raises:
        SolverError: the search for the plan as it stands was stopped by hand.
    """
    model = prepare(turn.scenario)
    plan = asking.ask(model, "the plan as it stands")
    if plan.limit is Limit.INTERRUPT:
        raise SolverError(
            "Stopped before the plan as it stands was found; without it no loss can be told. Nothing was written."
        )
    if not plan.status.has_plan:
        no_plan(terminal, model, plan)
    return criticality(model, plan, turn.window, asking)


def _known(scenario: Scenario, kind: Kind, names: list[str]) -> tuple[str, ...]:
    """The ids as the workbook writes them.

    Raises:
        UsageError: too many or too few names, or one that the workbook does not have.
    """
    kinds: dict[Kind, tuple[tuple[str, Iterable[str]], ...]] = {
        Kind.SUPPLY: (("unit type", scenario.units),),
        Kind.READINESS: (("unit type", scenario.units), ("tier", scenario.tiers)),
        Kind.BUDGET: (("fund", scenario.fund_names),),
        Kind.WEIGHT: (("interest", scenario.interests),),
        Kind.CRITICALITY: (),
    }
    wanted = kinds[kind]
    if len(names) != len(wanted):
        listed = "; ".join(f"{what}: {', '.join(known)}" for what, known in wanted)
        raise UsageError(
            f"inzet sensitivity {scenario.book.name} {kind} takes {_NAMED[kind]}, and {len(names)} were given."
            f"{f' The workbook has {listed}.' if listed else ''}"
        )
    return tuple(
        _id(name, what, {one.casefold(): one for one in known}, scenario)
        for name, (what, known) in zip(names, wanted, strict=True)
    )


def _id(name: str, what: str, known: Mapping[str, str], scenario: Scenario) -> str:
    if name.casefold() in known:
        return known[name.casefold()]
    listed = ", ".join(known.values()) or "none"
    raise UsageError(
        f"There is no {what} {name!r} in {scenario.book.name}.{did_you_mean(name, known.values())} It has: {listed}."
    )


def _window(scenario: Scenario, first: str, last: str) -> tuple[Month, Month]:
    """The months in which units are turned; those of the plan when not given."""
    horizon = scenario.horizon
    window = (_month("--from", first) or horizon[0], _month("--to", last) or horizon[-1])
    if not horizon[0] <= window[0] <= window[1] <= horizon[-1]:
        raise UsageError(
            f"--from {window[0]} --to {window[1]}: choose months in this order from {horizon[0]} to {horizon[-1]}."
        )
    return window


def _month(option: str, text: str) -> Month | None:
    if not text:
        return None
    try:
        return parse_month(text)
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from None


def _say_curve(out: Console, curve: Curve) -> None:
    table = Table()
    table.add_column(unit_of(curve), no_wrap=True)
    for heading in ("value from" if curve.kind is Kind.WEIGHT else "value", "short"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("known", overflow="fold")
    table.add_column("what changes, beside the nearest plan above it", overflow="fold", min_width=30)
    main = abridged(curve)
    for step, below in beside_steps(main):
        name = escape(range_words(curve, step))
        table.add_row(
            f"[bold]{name} (now)[/]" if step is main.here else name,
            "-" if step.value is None else f"{step.value:,.1f}",
            "-" if step.short is None else f"{step.short:,.0f}",
            _coloured(step),
            escape(beside_words(curve, below, shift_words(step.shift, brief=True))),
        )
    Console(file=out.file, width=max(out.width, _WIDTH), highlight=False).print(table)
    if main is not curve:
        out.print(abridged_words(curve), highlight=False)
    print_summary(out, curve_sections(curve))


def _coloured(step: Step) -> str:
    colour = "green" if step.proven and step.ledger is not None else "red" if step.proven else "yellow"
    return f"[{colour}]{escape(status_words(step))}[/]"
