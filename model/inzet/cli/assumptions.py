"""``inzet assumptions``: what the decisions of a plan hang on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from inzet.analyses.assumptions.examine import Examined, Ground, examine
from inzet.analyses.finished import INPUT
from inzet.analyses.kept import FOLDER
from inzet.cli.impossible import no_plan
from inzet.cli.options import (
    AsJson,
    Dask,
    ExactGap,
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
from inzet.plan.audit import audited
from inzet.reports.assumptions.document import examined_document
from inzet.reports.assumptions.words import examined_sections
from inzet.reports.assumptions.workbook import write_examined_workbook
from inzet.reports.figures import write_assumption_figures
from inzet.reports.folder import ASSUMPTIONS, MARK, whole_folder
from inzet.reports.plan_files import write_json, write_plan
from inzet.reports.summary import print_summary
from inzet.reports.words import count
from inzet.scenario.assumptions import assumptions_of
from inzet.scenario.checks import make_scenario
from inzet.scenario.priorities import with_priorities
from inzet.scenario.scenario import Scenario
from inzet.solve import Progress, prepare
from inzet.solver.place import Place


def assumptions(
    workbook: Workbook,
    draws: Annotated[int, typer.Option(help="Worlds in which all assumed numbers are others.", min=0)] = 500,
    seed: Annotated[int, typer.Option(help="Seed of the draws: the same seed gives the same draws.", min=0)] = 1,
    scenario: ScenarioNames = "",
    priorities: PrioritySet = "",
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for the results; results/WORKBOOK/SCENARIO-assumptions when not given."),
    ] = None,
    time_limit: TimeLimit = None,
    gap: ExactGap = 0.0,
    dask: Dask = "",
    kept: KeptIn = FOLDER,
    solve_again: SolveAgain = False,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Say which decisions stand on documents, which stand whatever is assumed, and what the others hang on.

    All assumed numbers are drawn anew together, by seed, and then each is moved by itself through the range that Basis
    gives. Writes the plan as inzet solve does, with the answer on its front sheet. Ctrl-C ends the part at hand
    and keeps what is known; a run that is repeated goes on where it was. Exit codes: 0 done, 1 warnings or not
    everything looked at, and --strict, 2 bad input or use, 3 no plan.
    """
    terminal = Terminal(as_json=as_json)
    with speaking(terminal):
        book, read_warnings, content = read_whole(workbook)
        chosen, warnings = make_scenario(book, split_names(scenario))
        chosen = with_priorities(chosen, priorities) if priorities else chosen
        target = out or Path("results") / workbook.stem / f"{chosen.label}-assumptions"
        place = at_work(terminal, dask, kept=kept, solve_again=solve_again)
        with place as here, whole_folder(target) as folder:
            (folder / INPUT).write_bytes(content)
            found = _found(terminal, here, chosen, (draws, seed), time_limit, gap)
            terminal.note("writing workbooks, tables and figures")
            document = _write(folder, found)
    issues = (*read_warnings, *warnings)

    def say(console: Console) -> None:
        if issues:
            print_issues(console, issues)
        print_summary(console, examined_sections(found))
        console.print(f"Results in [bold]{escape(str(target))}[/]: assumptions.xlsx, {ASSUMPTIONS}, plan.xlsx, {MARK}")

    terminal.result(document | {"folder": str(target)}, say)
    if strict and (issues or not found.is_whole or found.of(Ground.UNKNOWN)):
        raise typer.Exit(Exit.WARNED)


def _found(
    terminal: Terminal,
    place: Place,
    scenario: Scenario,
    drawn: tuple[int, int],
    time_limit: float | None,
    gap: float,
) -> Examined:
    """The plan, and what its decisions hang on, with news of the work."""
    draws, seed = drawn
    with ProgressDisplay(terminal) as progress:
        progress(Progress("building the model"))
        model = prepare(scenario)
        plan = model.ask(time_limit=time_limit, gap=gap, progress=progress)
    if not plan.status.has_plan:
        no_plan(terminal, model, plan)
    numbers = count(len(assumptions_of(scenario.book)), "assumed number")
    terminal.note(
        f"{count(draws, 'draw')} of all assumed numbers, then {numbers} one by one; {place.at_a_time} at a time"
    )
    with ProgressDisplay(terminal) as progress:
        return examine(
            model,
            plan,
            draws=draws,
            seed=seed,
            time_limit=time_limit,
            gap=gap,
            on_number=progress.answered,
            on_draw=progress.drawn,
        )


def _write(folder: Path, found: Examined) -> dict[str, object]:
    """Write the plan and what its decisions hang on; returns the contents of ``assumptions.json``."""
    document: dict[str, object] = examined_document(found)
    write_examined_workbook(folder / "assumptions.xlsx", found)
    write_json(folder / ASSUMPTIONS, document)
    ledger, audit = audited(found.plan)
    write_assumption_figures(folder / "figures", found)
    write_plan(folder, found.plan, ledger, audit, standing=document)
    return document
