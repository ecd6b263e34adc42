"""``inzet solve``: from a workbook to a plan, as a folder of results."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from inzet.analyses.decisions import Decision, Firmness, decisions
from inzet.analyses.finished import INPUT
from inzet.analyses.kept import FOLDER
from inzet.cli.impossible import no_plan
from inzet.cli.options import (
    AsJson,
    Dask,
    Gap,
    KeptIn,
    PrioritySet,
    ScenarioNames,
    SolveAgain,
    Strict,
    TimeLimit,
    Workbook,
    split_names,
)
from inzet.cli.place import at_work
from inzet.cli.reading import read_whole
from inzet.cli.terminal import Exit, ProgressDisplay, Terminal, print_issues, speaking
from inzet.errors import Issue
from inzet.outcome import Solution, Status
from inzet.plan.audit import audited
from inzet.reports.assumptions.standing import read_standing
from inzet.reports.folder import MARK, SOLVER_LOG, whole_folder
from inzet.reports.plan_files import write_plan
from inzet.reports.summary import Section, print_summary, summary
from inzet.reports.words import count
from inzet.scenario.changes import may_fall_short
from inzet.scenario.checks import make_scenario
from inzet.scenario.priorities import with_priorities
from inzet.scenario.scenario import Scenario
from inzet.solve import Model, Progress, prepare
from inzet.solver.place import current_place


def solve(
    workbook: Workbook,
    scenario: ScenarioNames = "",
    priorities: PrioritySet = "",
    out: Annotated[
        Path | None, typer.Option(help="Folder for the results; results/WORKBOOK/SCENARIO when not given.")
    ] = None,
    time_limit: TimeLimit = None,
    gap: Gap = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Turn every decision around as well: one more solve per mission.")
    ] = False,
    allow_shortage: Annotated[
        bool,
        typer.Option("--allow-shortage", help="Plan more units than there are where it must be, as few as can be."),
    ] = False,
    assumptions: Annotated[
        Path | None,
        typer.Option(help="What inzet assumptions wrote about the same question: it goes on the front sheet."),
    ] = None,
    dask: Dask = "",
    kept: KeptIn = FOLDER,
    solve_again: SolveAgain = False,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Find the best package of contributions and write it as workbook, tables and figures.

    Ctrl-C stops the search and keeps the best plan so far. With --explain every decision is then turned around; Ctrl-C
    keeps what is known by then, and decisions that were turned around before are found again. Exit codes: 0 done, 1
    warnings, no proof or decisions not examined, and --strict, 2 bad input or use, 3 no plan (infeasible, stopped
    without one, solver failed); then nothing is written.
    """
    terminal = Terminal(as_json=as_json)
    with speaking(terminal):
        chosen, warnings, content = _load(workbook, split_names(scenario), priorities, allow_shortage=allow_shortage)
        standing = read_standing(assumptions, chosen) if assumptions is not None else None
        target = out or Path("results") / workbook.stem / chosen.label
        place = at_work(terminal, dask, kept=kept if explain else None, solve_again=solve_again)
        with place, whole_folder(target) as folder:
            (folder / INPUT).write_bytes(content)
            with ProgressDisplay(terminal) as progress:
                progress(Progress("building the model"))
                model = prepare(chosen)
                solution = model.ask(time_limit=time_limit, gap=gap, progress=progress, log_file=folder / SOLVER_LOG)
            if not solution.status.has_plan:
                no_plan(terminal, model, solution)
            ledger, audit = audited(solution)
            found = _turned(terminal, model, solution, time_limit, gap) if explain else None
            terminal.note("writing workbook, tables and figures")
            written = write_plan(folder, solution, ledger, audit, found, standing)
    terminal.result(
        {**written, "folder": str(target)},
        lambda console: _say(console, summary(solution, ledger, audit, found, standing), warnings, target),
    )
    unknown = any(decision.firmness is Firmness.OPEN for decision in found or ())
    if strict and (warnings or unknown or solution.status is not Status.OPTIMAL):
        raise typer.Exit(Exit.WARNED)


def _load(
    workbook: Path, names: tuple[str, ...], priorities: str, *, allow_shortage: bool
) -> tuple[Scenario, tuple[Issue, ...], bytes]:
    """What is asked, the warnings about it, and the workbook as it was read."""
    book, read_warnings, content = read_whole(workbook)
    scenario, warnings = make_scenario(book, names)
    scenario = with_priorities(scenario, priorities) if priorities else scenario
    return may_fall_short(scenario) if allow_shortage else scenario, (*read_warnings, *warnings), content


def _turned(
    terminal: Terminal, model: Model, solution: Solution, time_limit: float | None, gap: float | None
) -> tuple[Decision, ...]:
    """Every decision of a plan turned around, with news of each as it is done."""
    number = count(len(model.scenario.missions), "decision")
    terminal.note(f"turning {number} around, {current_place().at_a_time} at a time")
    with ProgressDisplay(terminal) as progress:
        return decisions(model, solution, time_limit=time_limit, gap=gap, on_done=progress.turned)


def _say(out: Console, sections: list[Section], warnings: tuple[Issue, ...], target: Path) -> None:
    if warnings:
        print_issues(out, warnings)
    print_summary(out, sections)
    out.print(
        f"Results in [bold]{escape(str(target))}[/]: plan.xlsx, tables, figures, {MARK}, {SOLVER_LOG}, input.xlsx"
    )
