"""The commands: thin, one module each. All text for the terminal is here; all the work is done elsewhere."""

from __future__ import annotations

import _thread
import signal
import sys
import threading
from typing import Annotated, Any

import typer

import inzet
from inzet.cli.alternatives import alternatives
from inzet.cli.assumptions import assumptions
from inzet.cli.audit import audit
from inzet.cli.backtest import backtest
from inzet.cli.check import check
from inzet.cli.check_plan import check_plan
from inzet.cli.compare import compare_
from inzet.cli.files import compile_, formulation, reference, results_reference, template
from inzet.cli.library import library
from inzet.cli.replan import replan
from inzet.cli.sensitivity import sensitivity
from inzet.cli.solve import solve
from inzet.cli.why import why

app = typer.Typer(
    name="inzet",
    help="Which scarce units go to which missions: the best package, and a proof of how good it is.",
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(solve)
app.command()(why)
app.command()(alternatives)
app.command()(assumptions)
app.command()(audit)
app.command()(check)
app.command("check-plan")(check_plan)
app.command()(replan)
app.command()(sensitivity)
app.command()(backtest)
app.command()(library)
app.command("compare")(compare_)
app.command()(template)
app.command("compile")(compile_)
app.command()(formulation)
app.command()(reference)
app.command()(results_reference)


@app.callback(invoke_without_command=True)
def _start(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    if version:
        typer.echo(f"inzet {inzet.__version__}")
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help())


SOON = 0.05
"""Seconds after which a Ctrl-C that was lost is given again."""


def hear_again(lost: Any) -> None:
    """Give a Ctrl-C again that came while Python tidied up, where it would be shown as a fault and forgotten."""
    if lost.exc_type is KeyboardInterrupt:
        threading.Timer(SOON, _thread.interrupt_main).start()
    else:
        sys.__unraisablehook__(lost)


def main() -> None:
    """Run inzet from the command line."""
    sys.unraisablehook = hear_again
    try:
        app()
    finally:
        # All is done and said; a Ctrl-C now would only show where in its tidying up the program was.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
