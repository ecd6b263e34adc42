"""``inzet replan``: a running plan made anew when something happens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from inzet.analyses.finished import INPUT, Finished, read_result
from inzet.analyses.kept import FOLDER
from inzet.analyses.library import question
from inzet.analyses.replan import Replanned
from inzet.analyses.replan import replan as make_anew
from inzet.analyses.replan_cases import Case, replan_cases
from inzet.analyses.second_opinion import vouched_for
from inzet.calendar import Month
from inzet.cli.impossible import no_plan
from inzet.cli.options import AsJson, Dask, Gap, KeptIn, ScenarioNames, SolveAgain, TimeLimit, split_names
from inzet.cli.place import at_work
from inzet.cli.terminal import Exit, ProgressDisplay, Terminal, print_issues, speaking
from inzet.errors import AuditError, Issue, UsageError
from inzet.plan.ledger import Ledger
from inzet.reports.folder import CASES_MARK, MARK, whole_folder
from inzet.reports.replan.cases import cases_document, cases_sections
from inzet.reports.replan.document import replan_document
from inzet.reports.replan.files import write_cases, write_replan
from inzet.reports.replan.words import replan_sections
from inzet.reports.summary import print_summary
from inzet.scenario.changes import may_fall_short
from inzet.scenario.checks import make_scenario
from inzet.scenario.history import Wish, planned_anew
from inzet.scenario.scenario import Scenario, Stay
from inzet.schema.kinds import parse_month
from inzet.solve import Progress, prepare
from inzet.workbook.reader import read_workbook

_FILES = ("replan.xlsx", "replan.json", "curve.png", "curve.svg", "plan.xlsx", "tables", "figures", MARK, INPUT)
_CASE_FILES = ("cases.xlsx", "curves.png", "curves.svg", CASES_MARK)


def replan(
    result: Annotated[Path, typer.Argument(help="The result that runs, as inzet solve wrote it.", show_default=False)],
    as_of: Annotated[
        str, typer.Option("--as-of", help="First month that is planned anew, such as 2026-01.", show_default=False)
    ],
    scenario: ScenarioNames = "",
    cases: Annotated[
        str,
        typer.Option(
            help="Several scenarios, each made anew by itself and compared: A,B,C+D; A@2025-07 for another month."
        ),
    ] = "",
    workbook: Annotated[
        Path | None, typer.Option(help="The workbook as it is now; that of the result when not given.")
    ] = None,
    max_changes: Annotated[int | None, typer.Option(help="Most contributions that may change.", min=0)] = None,
    change_price: Annotated[float, typer.Option(help="Points of value that every change must bring.", min=0)] = 0.0,
    out: Annotated[Path | None, typer.Option(help="Folder to write the answer to.", show_default=False)] = None,
    time_limit: TimeLimit = None,
    gap: Gap = None,
    allow_shortage: Annotated[
        bool,
        typer.Option("--allow-shortage", help="Plan more units than there are where it must be, as few as can be."),
    ] = False,
    dask: Dask = "",
    kept: KeptIn = FOLDER,
    solve_again: SolveAgain = False,
    as_json: AsJson = False,
) -> None:
    """Make a running plan anew when something happens: what must change, and what more changes would bring.

    What happened before the month stays as it was. What is abroad may be recalled, after the notice of its mission, or
    prolonged; what has not begun may be moved or dropped; new contributions start in decision months, under article 100
    after the lead time. A change is a contribution that is not kept exactly, or a new one. With --cases several things
    that may happen are compared. Exit codes: 0 done, 2 bad input or use, 3 no plan keeps the rules (with --cases: not
    in every case; the answers are written).
    """
    terminal = Terminal(as_json=as_json)
    ask = _Ask(Wish(change_price, max_changes), time_limit, gap)
    with speaking(terminal), at_work(terminal, dask, kept=kept, solve_again=solve_again):
        month = _month(as_of)
        finished = _running(result)
        world = partial(_now, finished, workbook, allow_shortage=allow_shortage)
        if not cases:
            one = _one(terminal, finished, world(split_names(scenario)), month, ask, out)
        elif scenario:
            raise UsageError("Name the scenarios either with --scenario, for one case, or with --cases, for several.")
        else:
            asked = [_case(finished, text, month, world) for text in split_names(cases)]
            every = _several(terminal, finished, asked, ask, out)
    if not cases:
        terminal.result(one.document, one.say)
        return
    terminal.result(every.document, every.say)
    if not every.is_done:
        raise typer.Exit(Exit.NO_PLAN)


def _running(result: Path) -> Finished:
    """The result that runs, checked again: what is made anew must not begin from a plan that never held.

    Raises:
        UsageError: it is no result, or it does not hold.
    """
    finished = read_result(result)
    try:
        vouched_for(finished)
    except AuditError as error:
        raise UsageError(
            f"{error}. inzet audit {finished.folder} names everything; solve the workbook again."
        ) from None
    return finished


@dataclass(frozen=True, slots=True)
class _Ask:
    """How to ask.

    Attributes:
        wish: how the plan to take is picked.
        time_limit: seconds for each search; the workbook's setting when not given.
        gap: share of the best within which each search may stop; the workbook's setting when not given.
    """

    wish: Wish
    time_limit: float | None
    gap: float | None


@dataclass(frozen=True, slots=True)
class _Told:
    """An answer that is ready to be told.

    Attributes:
        document: for other programs.
        say: in words.
        is_done: whether there is a plan in every case, and every case was looked at.
    """

    document: dict[str, object]
    say: Callable[[Console], None]
    is_done: bool = True


def _one(
    terminal: Terminal,
    finished: Finished,
    now: tuple[Scenario, tuple[Issue, ...]],
    month: Month,
    ask: _Ask,
    out: Path | None,
) -> _Told:
    """One thing that happens."""
    world, warnings = now
    anew = planned_anew(finished.scenario, world, month, _sent(finished))
    assert anew.history is not None
    with whole_folder(out) if out is not None else nullcontext() as folder:
        found = _found(terminal, anew, finished, ask)
        if folder is not None:
            terminal.note("writing workbook and figures")
            write_replan(folder, found, anew.history)
    document, sections = replan_document(found, anew.history), replan_sections(found, anew.history)

    def say(console: Console) -> None:
        if warnings:
            print_issues(console, warnings)
        print_summary(console, sections)
        if out is not None:
            console.print(f"Results in [bold]{escape(str(out))}[/]: {', '.join(_FILES)}")

    return _Told(document | {"folder": str(out) if out is not None else None}, say)


def _several(terminal: Terminal, finished: Finished, asked: list[Case], ask: _Ask, out: Path | None) -> _Told:
    """Several things that may happen, each by itself."""
    twice = [name for name, number in Counter(case.name for case in asked).items() if number > 1]
    if twice:
        raise UsageError(f"--cases names {twice[0]} more than once.")
    running = Ledger(finished.scenario, finished.contributions)
    with whole_folder(out, CASES_MARK) if out is not None else nullcontext() as folder:
        with ProgressDisplay(terminal) as progress:
            cases = replan_cases(
                asked,
                running,
                ask.wish,
                time_limit=ask.time_limit,
                gap=ask.gap,
                progress=progress,
                on_case=lambda name: terminal.note(f"case {name}"),
                on_done=progress.answered,
            )
        if folder is not None:
            terminal.note("writing workbooks and figures")
            write_cases(folder, cases)

    def say(console: Console) -> None:
        print_summary(console, cases_sections(cases))
        if out is not None:
            console.print(f"Results in [bold]{escape(str(out))}[/]: {', '.join(_CASE_FILES)}, and a folder per case")

    document = cases_document(cases) | {"folder": str(out) if out is not None else None}
    return _Told(document, say, len(cases.planned) == len(asked))


def _case(
    finished: Finished, text: str, month: Month, world: Callable[[tuple[str, ...]], tuple[Scenario, Any]]
) -> Case:
    """A case out of its text: names joined by +, and a month of its own behind an @."""
    names, mark, own = text.partition("@")
    as_of = _month(own) if mark else month
    now, _ = world(tuple(name.strip() for name in names.split("+") if name.strip()))
    anew = planned_anew(finished.scenario, now, as_of, _sent(finished))
    asks = " ".join(filter(None, (question(now.book, name) for name in now.names)))
    return Case(f"{names.strip()}@{as_of}", asks, as_of, anew)


def _sent(finished: Finished) -> dict[Stay, Mapping[tuple[str, str], int]]:
    return {contribution.stay: contribution.units for contribution in finished.contributions}


def _found(terminal: Terminal, anew: Scenario, finished: Finished, ask: _Ask) -> Replanned:
    """The plan made anew, with news of the search; says why and ends when no plan keeps the rules."""
    with ProgressDisplay(terminal) as progress:
        progress(Progress("building the model"))
        model = prepare(anew)
        found = make_anew(
            model,
            finished.contributions,
            ask.wish,
            time_limit=ask.time_limit,
            gap=ask.gap,
            progress=progress,
            on_done=progress.answered,
        )
    if found.chosen is None:
        no_plan(terminal, model, found.search)
    return found


def _month(text: str) -> Month:
    try:
        return parse_month(text)
    except ValueError as error:
        raise UsageError(f"--as-of: {error}") from None


def _now(
    finished: Finished, workbook: Path | None, names: tuple[str, ...], *, allow_shortage: bool
) -> tuple[Scenario, tuple[Issue, ...]]:
    """The world as it is now, and the warnings about it."""
    if workbook is not None:
        book, read_warnings = read_workbook(workbook)
        now, warnings = make_scenario(book, names)
        warnings = (*read_warnings, *warnings)
    elif names:
        now, warnings = make_scenario(finished.scenario.book, names)
        now = Scenario(now.book, (*finished.scenario.names, *names))
    else:
        now, warnings = finished.scenario, ()
    return may_fall_short(now) if allow_shortage and not now.shortage_allowed else now, warnings
