"""What is said when nothing fits: the conditions that cannot be kept together, and what would make a plan possible."""

from __future__ import annotations

from typing import NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.text import Text

from inzet.analyses.conflict import Conflict, find_conflict
from inzet.analyses.repairs import find_repairs
from inzet.analyses.what_if import WhatIf
from inzet.cli.terminal import Exit, ProgressDisplay, Terminal
from inzet.outcome import Solution, Status
from inzet.reports.answers_json import impossible_document
from inzet.reports.run_json import run_document
from inzet.reports.what_if_words import conflict_sentence, member_words, repair_sentence
from inzet.reports.words import count
from inzet.scenario.scenario import Scenario
from inzet.solve import Model


def no_plan(terminal: Terminal, model: Model, solution: Solution) -> NoReturn:
    """Say that there is no plan, why, and what would make one; ends with exit code 3, with nothing written."""
    found = _why(terminal, model, solution)
    document = run_document(solution, None, None) | {"conflict": None, "repairs": []}
    if found is not None:
        document |= impossible_document(*found, model.scenario)

    def say(out: Console) -> None:
        out.print(f"[bold red]No plan: {escape(solution.status)}.[/] {escape(solution.message)} Nothing was written.")
        if found is not None:
            say_impossible(out, *found, model.scenario)

    terminal.result(document, say)
    raise typer.Exit(Exit.NO_PLAN)


def _why(terminal: Terminal, model: Model, solution: Solution) -> tuple[Conflict, tuple[WhatIf, ...]] | None:
    """Why there is no plan and what would make one, with news of the search; None when it is not proven."""
    if solution.status is not Status.INFEASIBLE:
        return None
    terminal.note("there is no plan; looking for the conditions that cannot be kept together")
    with ProgressDisplay(terminal) as progress:
        conflict = find_conflict(model, on_step=progress.narrowed)
    terminal.note(f"found {count(len(conflict.members), 'condition')}; looking for repairs")
    with ProgressDisplay(terminal) as progress:
        return conflict, find_repairs(model, conflict, on_done=progress.answered)


def say_impossible(out: Console, conflict: Conflict, repairs: tuple[WhatIf, ...], scenario: Scenario) -> None:
    """Print why there is no plan, and the menu of repairs."""
    out.print(Text(conflict_sentence(conflict)))
    for member in conflict.members:
        out.print(Padding(Text(f"- {member_words(member, scenario)}"), (0, 0, 0, 2)), soft_wrap=False)
    if not repairs:
        out.print("No repair was found that makes a plan possible without touching what is not to be touched.")
        return
    out.print()
    alone = "Each of these makes a plan possible" if len(repairs) > 1 else "This makes a plan possible"
    out.print(f"{alone}; {'every one was' if len(repairs) > 1 else 'it was'} proven by solving:")
    for repair in repairs:
        out.print(Padding(Text(f"- {repair_sentence(repair, scenario)}"), (0, 0, 0, 2)), soft_wrap=False)
    if not scenario.shortage_allowed:
        out.print("With --allow-shortage inzet solve makes the plan that lacks the fewest units instead.")
