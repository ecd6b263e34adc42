"""``inzet replan``: a running plan made anew when something happens."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from inzet.analyses.finished import INPUT, Finished, read_result
from inzet.analyses.replan import Replanned, Wish
from inzet.analyses.replan import replan as make_anew
from inzet.calendar import Month
from inzet.cli.impossible import no_plan
from inzet.cli.options import AsJson, Gap, ScenarioNames, TimeLimit, split_names
from inzet.cli.terminal import ProgressDisplay, Terminal, print_issues, speaking
from inzet.errors import Issue, UsageError
from inzet.plan.audit import audit
from inzet.plan.record import recorded
from inzet.plan.tables import plan_tables
from inzet.reports.figures import write_curve
from inzet.reports.folder import MARK, whole_folder
from inzet.reports.replan.document import replan_document
from inzet.reports.replan.words import replan_sections
from inzet.reports.replan.workbook import write_replan_workbook
from inzet.reports.run_json import run_document
from inzet.reports.summary import print_summary
from inzet.scenario.changes import may_fall_short
from inzet.scenario.checks import make_scenario
from inzet.scenario.history import History, planned_anew
from inzet.scenario.scenario import Scenario
from inzet.schema.kinds import parse_month
from inzet.solve import Progress, prepare
from inzet.workbook.reader import read_workbook
from inzet.workbook.writer import write_workbook

_FILES = ("replan.xlsx", "replan.json", "curve.png", "curve.svg", MARK, INPUT)


def replan(
    result: Annotated[Path, typer.Argument(help="The result that runs, as inzet solve wrote it.", show_default=False)],
    as_of: Annotated[
        str, typer.Option("--as-of", help="First month that is planned anew, such as 2026-01.", show_default=False)
    ],
    scenario: ScenarioNames = "",
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
    as_json: AsJson = False,
) -> None:
    """Make a running plan anew when something happens: what must change, and what more changes would bring.

    What happened before the month stays as it was. What is abroad may be recalled, after the notice of its mission, or
    prolonged; what has not begun may be moved or dropped; new contributions start in decision months, under article 100
    after the lead time. A change is a contribution that is not kept exactly, or a new one. Exit codes: 0 done, 2 bad
    input or use, 3 no plan keeps the rules.
    """
    terminal = Terminal(as_json=as_json)
    with speaking(terminal):
        month = _month(as_of)
        finished = read_result(result)
        now, warnings = _now(finished, workbook, split_names(scenario), allow_shortage=allow_shortage)
        anew = planned_anew(finished.scenario, now, month, {c.stay: c.units for c in finished.contributions})
        found = _found(terminal, anew, finished, Wish(change_price, max_changes), time_limit, gap)
        assert anew.history is not None
        document, sections = replan_document(found, anew.history), replan_sections(found, anew.history)
        if out is not None:
            terminal.note("writing workbook and figure")
            with whole_folder(out) as folder:
                _write(folder, found, anew.history, document)

    def say(console: Console) -> None:
        if warnings:
            print_issues(console, warnings)
        print_summary(console, sections)
        if out is not None:
            console.print(f"Results in [bold]{escape(str(out))}[/]: {', '.join(_FILES)}")

    terminal.result(document | {"folder": str(out) if out is not None else None}, say)


def _found(
    terminal: Terminal, anew: Scenario, finished: Finished, wish: Wish, time_limit: float | None, gap: float | None
) -> Replanned:
    """The plan made anew, with news of the search; says why and ends when no plan keeps the rules."""
    with ProgressDisplay(terminal) as progress:
        progress(Progress("building the model"))
        model = prepare(anew)
        found = make_anew(
            model,
            finished.contributions,
            wish,
            time_limit=time_limit,
            gap=gap,
            progress=progress,
            on_done=progress.answered,
        )
    if found.chosen is None:
        no_plan(terminal, model, found.search)
    return found


def _write(folder: Path, found: Replanned, history: History, document: dict[str, object]) -> None:
    """Write a plan made anew, so that it can be read back and be made anew again."""
    assert found.chosen is not None
    plan = found.chosen.plan
    write_replan_workbook(folder / "replan.xlsx", found, history)
    write_curve(folder, found)
    (folder / "replan.json").write_text(_json(document), encoding="utf-8")
    # The workbook as it is now, with the past as it was: what the plan was made from.
    write_workbook(plan.ledger.scenario.book, folder / INPUT)
    run = run_document(plan.solution, audit(plan.ledger), dict(plan_tables(plan.ledger)))
    past = {"as_of": str(history.as_of), "contributions": recorded(found.running.contributions)}
    (folder / MARK).write_text(_json(run | {"history": past}), encoding="utf-8")


def _json(document: dict[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


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
