"""``inzet alternatives``: what all nearly optimal plans have in common, and plans that are truly different."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from inzet.analyses.alternatives import Alternatives
from inzet.analyses.alternatives import alternatives as near_optimal
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
    share_of,
    split_names,
)
from inzet.cli.place import at_work
from inzet.cli.terminal import Exit, ProgressDisplay, Terminal, print_issues, speaking
from inzet.reports.alternatives.document import alternatives_document
from inzet.reports.alternatives.words import alternatives_sections
from inzet.reports.alternatives.workbook import write_alternatives_workbook
from inzet.reports.figures import write_alternatives_figure
from inzet.reports.folder import ALTERNATIVES_MARK, whole_folder
from inzet.reports.summary import print_summary
from inzet.reports.words import share_words
from inzet.scenario.checks import make_scenario
from inzet.scenario.priorities import with_priorities
from inzet.scenario.scenario import Scenario
from inzet.solve import Progress, prepare
from inzet.workbook.reader import read_workbook

_FILES = ("alternatives.xlsx", "alternatives.png", "alternatives.svg", ALTERNATIVES_MARK)


def alternatives(
    workbook: Workbook,
    within: Annotated[str, typer.Option(help="How much less than the best a plan may be worth: 1% or 0.01.")] = "1%",
    plans: Annotated[int, typer.Option(help="Plans to show beside the best one, at most.", min=0)] = 5,
    scenario: ScenarioNames = "",
    priorities: PrioritySet = "",
    out: Annotated[Path | None, typer.Option(help="Folder to write the answer to.", show_default=False)] = None,
    time_limit: TimeLimit = None,
    gap: Gap = None,
    dask: Dask = "",
    kept: KeptIn = FOLDER,
    solve_again: SolveAgain = False,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Say which missions are in all nearly optimal plans, in some or in none, and show plans that differ most.

    Core, contested, out, the options that are possible and the pairs that exclude each other are exact: proven by
    solving, both ways. Ctrl-C keeps what is settled by then; the rest is said not to be settled. Exit codes: 0 done, 1
    warnings or something not settled or not proven, and --strict, 2 bad input or use, 3 no plan.
    """
    terminal = Terminal(as_json=as_json)
    with speaking(terminal):
        share = share_of(within)
        book, read_warnings = read_workbook(workbook)
        chosen, warnings = make_scenario(book, split_names(scenario))
        chosen = with_priorities(chosen, priorities) if priorities else chosen
        place = at_work(terminal, dask, kept=kept, solve_again=solve_again)
        with place, whole_folder(out, ALTERNATIVES_MARK) if out is not None else nullcontext() as folder:
            found = _found(terminal, chosen, share, plans, time_limit, gap)
            if folder is not None:
                terminal.note("writing workbook and figure")
                _write(folder, found)
    issues = (*read_warnings, *warnings)

    def say(console: Console) -> None:
        if issues:
            print_issues(console, issues)
        print_summary(console, alternatives_sections(found))
        if out is not None:
            console.print(f"Results in [bold]{escape(str(out))}[/]: {', '.join(_FILES)}")

    terminal.result(alternatives_document(found) | {"folder": str(out) if out is not None else None}, say)
    if strict and (issues or not found.settled or not all(plan.proven for plan in found.plans)):
        raise typer.Exit(Exit.WARNED)


def _found(
    terminal: Terminal, scenario: Scenario, share: float, plans: int, time_limit: float | None, gap: float | None
) -> Alternatives:
    """The answer, with news of the search; says why and ends when there is no plan at all."""
    with ProgressDisplay(terminal) as progress:
        progress(Progress("building the model"))
        model = prepare(scenario)
        best = model.ask(time_limit=time_limit, gap=gap, progress=progress)
    if not best.status.has_plan:
        no_plan(terminal, model, best)
    terminal.note(f"looking at all plans within {share_words(share)} of the best")
    with ProgressDisplay(terminal) as progress:
        return near_optimal(model, best, share, most=plans, time_limit=time_limit, gap=gap, on_done=progress.answered)


def _write(folder: Path, found: Alternatives) -> None:
    write_alternatives_workbook(folder / "alternatives.xlsx", found)
    write_alternatives_figure(folder, found)
    text = json.dumps(alternatives_document(found), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    (folder / ALTERNATIVES_MARK).write_text(text, encoding="utf-8")
