"""``inzet library``: every scenario of a workbook solved, in one table."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict
from math import inf
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from inzet.analyses.kept import FOLDER
from inzet.analyses.library import BASE, Difference, Kind, Library, Outcome, solve_library
from inzet.cli.options import AsJson, Dask, Gap, KeptIn, ScenarioNames, SolveAgain, Strict, TimeLimit, split_names
from inzet.cli.place import at_work
from inzet.cli.terminal import Exit, Terminal, speaking
from inzet.errors import UsageError, did_you_mean
from inzet.scenario.overlay import scenario_names
from inzet.schema.book import Book
from inzet.workbook.reader import read_workbook

SHIPPED = Path("scenarios") / "letter-2025.xlsx"
WIDTH = 130
"""The table is at least so many characters wide, for a narrower one cannot be read."""


def library(
    workbook: Annotated[Path, typer.Argument(help="The scenario workbook (.xlsx).")] = SHIPPED,
    scenario: ScenarioNames = "",
    time_limit: TimeLimit = None,
    gap: Gap = None,
    dask: Dask = "",
    kept: KeptIn = FOLDER,
    solve_again: SolveAgain = False,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Solve a workbook as it stands and under each of its named scenarios, and print what changes.

    What was answered before is found again, so a run that was broken off goes on where it was. Ctrl-C keeps what is
    solved by then. Exit codes: 0 done, 1 not every plan is proven and --strict, 2 bad input or use, 3 a scenario has no
    plan.
    """
    terminal = Terminal(as_json=as_json)
    with speaking(terminal):
        book, _ = read_workbook(workbook)
        names = chosen_names(book, split_names(scenario))

        def on_done(outcome: Outcome, done: int, total: int) -> None:
            terminal.note(f"{done} of {total} done: {outcome.scenario}, {outcome.status} in {outcome.seconds:.0f} s")

        with at_work(terminal, dask, kept=kept, solve_again=solve_again) as place:
            terminal.note(f"solving {len(names) + 1} scenarios, {place.at_a_time} at a time")
            found = solve_library(book, names, time_limit=time_limit, gap=gap, on_done=on_done)
    terminal.result(document(workbook, found), lambda out: _say(out, found))
    if not all(outcome.status.has_plan for outcome in found.outcomes):
        raise typer.Exit(Exit.NO_PLAN)
    if strict and not all(outcome.proven for outcome in found.outcomes):
        raise typer.Exit(Exit.WARNED)


def chosen_names(book: Book, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """The scenarios asked for, or all of a workbook when none is.

    Raises:
        UsageError: a name that the workbook does not have.
    """
    known = scenario_names(book)
    for name in wanted:
        if name not in known:
            listed = ", ".join(known) or "none"
            raise UsageError(
                f"There is no scenario {name!r} in {book.name}.{did_you_mean(name, known)} It has: {listed}."
            )
    return wanted or known


def document(workbook: Path, found: Library) -> dict[str, object]:
    """The outcomes as one JSON document: ``scenarios`` has an object per scenario, the base first."""
    return {
        "schema": "inzet.library/1",
        "workbook": str(workbook),
        "scenarios": [_record(found, outcome) for outcome in found.outcomes],
    }


def _record(found: Library, outcome: Outcome) -> dict[str, object]:
    record: dict[str, object] = {"scenario": outcome.scenario, "status": str(outcome.status), "proven": outcome.proven}
    record |= {name: value for name, value in asdict(outcome).items() if name not in record}
    # A search that was stopped early may know no bound; JSON has no infinity.
    record["gap"] = None if outcome.gap == inf else outcome.gap
    record["missions_in"] = len(outcome.missions)
    record["differences"] = [
        {"mission": d.mission, "kind": str(d.kind), "before": _words(d.before), "after": _words(d.after)}
        for d in found.differences(outcome)
    ]
    return record


def _words(presences: tuple[object, ...]) -> list[str]:
    return [str(presence) for presence in presences]


def _say(out: Console, found: Library) -> None:
    table = Table(show_lines=True)
    table.add_column("scenario", no_wrap=True)
    table.add_column("status", no_wrap=True)
    for heading in ("gap", "value", "short", "in", "EUR m"):
        table.add_column(heading, justify="right")
    table.add_column("against the base", overflow="fold", min_width=30)
    table.add_column("s", justify="right")
    for outcome in found.outcomes:
        table.add_row(*_cells(found, outcome))
    Console(width=max(out.width, WIDTH), highlight=False).print(table)
    proven = sum(outcome.proven for outcome in found.outcomes)
    out.print(f"{proven} of {len(found.outcomes)} scenarios proven optimal.")
    out.print("short: unit-months short of the readiness commitments; in: missions with at least a tour to finish.")
    out.print("Values compare only where a scenario leaves weights, scores and effectiveness as they are.")


def _cells(found: Library, outcome: Outcome) -> tuple[str, ...]:
    if not outcome.status.has_plan:
        return (outcome.scenario, f"[red]{outcome.status}[/]", *["-"] * 5, escape(outcome.message), _s(outcome))
    return (
        outcome.scenario,
        "[green]optimal[/]" if outcome.proven else f"[yellow]{outcome.status}[/]",
        "-" if outcome.gap == inf else f"{outcome.gap or 0:.2%}",
        f"{outcome.value or 0:,.1f}",
        f"{outcome.shortfall or 0}",
        f"{len(outcome.missions)} of {outcome.considered}",
        f"{(outcome.cost or 0) / 1e6:,.1f}",
        "" if outcome.scenario == BASE else escape(summary(found.differences(outcome))),
        _s(outcome),
    )


def _s(outcome: Outcome) -> str:
    return f"{outcome.seconds:.0f}"


def summary(differences: tuple[Difference, ...]) -> str:
    """The differences in a few lines: what came in, what went out, what changed option, how many changed months."""
    by_kind: dict[Kind, list[Difference]] = defaultdict(list)
    for difference in differences:
        by_kind[difference.kind].append(difference)
    lines = [f"{kind}: {', '.join(d.mission for d in by_kind[kind])}" for kind in (Kind.IN, Kind.OUT) if by_kind[kind]]
    lines += [str(d) for d in by_kind[Kind.OPTION]]
    times = [str(d) for kind in (Kind.SHORTER, Kind.LONGER, Kind.SIZE) for d in by_kind[kind]]
    moved = [d.mission for d in by_kind[Kind.MOVED]]
    lines += times
    if moved:
        lines.append(f"other months: {', '.join(moved)}")
    return "\n".join(lines) or "the same plan"
