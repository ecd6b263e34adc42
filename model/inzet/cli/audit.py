"""``inzet audit``: a finished result, checked again from its files alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from inzet.analyses.finished import Finished, read_result
from inzet.analyses.second_opinion import Opinion, second_opinion
from inzet.cli.options import AsJson
from inzet.cli.terminal import Exit, Terminal, speaking
from inzet.reports.words import count

_MOST = 20
"""So many violations are printed."""


def audit(
    result: Annotated[Path, typer.Argument(help="The result, as solve, replan or assumptions wrote it.")],
    as_json: AsJson = False,
) -> None:
    """Check a finished result again: every rule, every goal and every number of its tables, from its files alone.

    Nothing is solved, and the bounds of the search are believed as they stand; what is said of the proof must go with
    them. What was not looked at is named. Exit codes: 0 everything holds, 1 something does not, 2 it is no result, or
    its workbook was changed.
    """
    terminal = Terminal(as_json=as_json)
    with speaking(terminal):
        finished = read_result(result)
        opinion = second_opinion(finished)
    terminal.result(_document(finished, opinion), lambda console: _say(console, finished, opinion))
    if not opinion.ok:
        raise typer.Exit(Exit.WARNED)


def _document(finished: Finished, opinion: Opinion) -> dict[str, object]:
    return {
        "schema": "inzet.audit/1",
        "result": str(finished.folder),
        "scenario": finished.scenario.label,
        "content_hash": finished.scenario.content_hash,
        "ok": opinion.ok,
        "checks": dict(opinion.checks),
        "violations": [
            {"check": violation.check, "where": violation.where, "sentence": violation.sentence}
            for violation in opinion.violations
        ],
        "not_looked_at": list(opinion.not_looked_at),
    }


def _say(out: Console, finished: Finished, opinion: Opinion) -> None:
    total = sum(opinion.checks.values())
    out.print(f"[bold]{escape(str(finished.folder))}[/]: {escape(finished.scenario.settings.title)}")
    out.print(f"Reckoned again from its workbook and contributions: {len(opinion.checks)} checks, {total:,} times.")
    for check, times in opinion.checks.items():
        bad = sum(violation.check == check for violation in opinion.violations)
        out.print(f"  {'[red]no [/]' if bad else '[green]yes[/]'}  {escape(check)} ({times:,})")
    if opinion.not_looked_at:
        out.print(f"Not looked at: {escape(', '.join(opinion.not_looked_at))}")
    if opinion.ok:
        out.print(f"[green]Everything {'else ' if opinion.not_looked_at else ''}holds.[/]")
        return
    out.print(f"[bold red]{count(len(opinion.violations), 'violation')}:[/]")
    for violation in opinion.violations[:_MOST]:
        out.print(f"  {escape(violation.where)}: {escape(violation.sentence)}")
    if len(opinion.violations) > _MOST:
        out.print(f"  and {len(opinion.violations) - _MOST} more; --json gives all of them")
