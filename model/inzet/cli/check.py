"""``inzet check``: every problem in a workbook at once."""

from __future__ import annotations

import typer

from inzet.cli.options import AsJson, Strict, Workbook
from inzet.cli.terminal import Exit, Terminal, print_issues, problems, speaking
from inzet.errors import Severity
from inzet.scenario.checks import check_everything
from inzet.workbook.reader import read_workbook


def check(workbook: Workbook, as_json: AsJson = False, strict: Strict = False) -> None:
    """Report every problem in a workbook: as it stands, and under each of its named scenarios.

    Exit codes: 0 nothing wrong (or only warnings), 1 only warnings and --strict, 2 errors.
    """
    terminal = Terminal(as_json=as_json)
    with speaking(terminal):
        book, warnings = read_workbook(workbook)
        issues = (*warnings, *check_everything(book))
    terminal.result(problems(issues), lambda out: print_issues(out, issues))
    if any(issue.severity is Severity.ERROR for issue in issues):
        raise typer.Exit(Exit.BAD_INPUT)
    if issues and strict:
        raise typer.Exit(Exit.WARNED)
