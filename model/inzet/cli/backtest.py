"""``inzet backtest``: the plan against the decisions that were really taken."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

import inzet
from inzet.analyses.backtest import Backtest, Score
from inzet.analyses.backtest import backtest as hold_against
from inzet.analyses.truth import Decision, read_truth
from inzet.cli.options import AsJson
from inzet.cli.terminal import Exit, ProgressDisplay, Terminal, speaking
from inzet.errors import UsageError
from inzet.outcome import Solution
from inzet.plan.audit import audited
from inzet.scenario.checks import make_scenario
from inzet.solve import solve
from inzet.workbook.reader import read_workbook

SHIPPED = (Path("scenarios/letter-2025.xlsx"), Path("data/truth.csv"))


def backtest(
    workbook: Annotated[
        Path | None, typer.Argument(help="The scenario workbook (.xlsx); the shipped one when none is named.")
    ] = None,
    truth: Annotated[
        Path | None, typer.Argument(help="What was decided: a CSV file with at least mission and decided.")
    ] = None,
    time_limit: Annotated[
        float | None, typer.Option(help="Seconds to search; else as the workbook says.", min=0)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Hold the plan, and plans by rules of thumb, against the decisions that were really taken.

    TRUTH has a line per decision: mission; decided (participate, reduced, not); and, where known, persons,
    first_month, last_month, counts (no for a fixed claim from outside). Exit codes: 0 done, 2 bad input or use, 3 no
    plan.
    """
    terminal = Terminal(as_json=as_json)
    with speaking(terminal):
        workbook, truth = _files(workbook, truth)
        book, _ = read_workbook(workbook)
        scenario, _ = make_scenario(book)
        truths = read_truth(truth, scenario.missions)
        with ProgressDisplay(terminal) as progress:
            solution = solve(scenario, time_limit=time_limit, progress=progress)
        if solution.status.has_plan:
            ledger, _ = audited(solution)
            terminal.note("making plans by rules of thumb")
            result = hold_against(ledger, truths)
    if not solution.status.has_plan:
        _say_no_plan(terminal, solution)
    terminal.result(
        {**_document(result), "outcome": solution.status.value, "workbook": str(workbook), "truth": str(truth)},
        lambda out: _say(out, result, solution),
    )


def _files(workbook: Path | None, truth: Path | None) -> tuple[Path, Path]:
    """The two files named, or the two that are shipped: here, or where inzet is installed from."""
    if workbook is not None and truth is not None:
        return workbook, truth
    if workbook is not None:
        raise UsageError("Name the truth table too: inzet backtest WORKBOOK TRUTH.csv.")
    for folder in (Path(), Path(inzet.__file__).parents[2]):
        files = folder / SHIPPED[0], folder / SHIPPED[1]
        if all(file.is_file() for file in files):
            return files
    raise UsageError(
        f"{SHIPPED[0]} and {SHIPPED[1]} are not here. Run this in the folder of inzet, or name both files: "
        "inzet backtest WORKBOOK TRUTH.csv."
    )


def _say_no_plan(terminal: Terminal, solution: Solution) -> None:
    document: dict[str, object] = {
        "schema": "inzet.backtest/1",
        "outcome": solution.status.value,
        "message": solution.message,
    }
    terminal.result(
        document, lambda out: out.print(f"[bold red]No plan: {solution.status}.[/] {escape(solution.message)}")
    )
    raise typer.Exit(Exit.NO_PLAN)


def _document(result: Backtest) -> dict[str, object]:
    score = result.score
    commonest, commonest_agreement = result.commonest
    return {
        "schema": "inzet.backtest/1",
        **_figures(score),
        "baselines": {plan.name: round(its.agreement, 6) for plan, its in result.baselines},
        "disagreements": [
            {
                "mission": c.truth.mission,
                "decided": c.truth.decided.value,
                "planned": c.planned.decision.value,
                "why": reason,
            }
            for c, reason in result.disagreements
        ],
        "confusion": {
            decided.value: {planned.value: number for planned, number in row.items()}
            for decided, row in score.confusion.items()
        },
        "counted": [c.truth.mission for c in score.comparisons],
        "not_counted": list(result.not_counted),
        "no_choice": list(result.no_choice),
        "commonest_decision": {"decided": commonest.value, "agreement": round(commonest_agreement, 6)},
        "baseline_details": {
            plan.name: {**_figures(its), "keeps_rules": plan.keeps_rules} for plan, its in result.baselines
        },
        "contributions": [
            {
                "mission": c.truth.mission,
                "decided": c.truth.decided.value,
                "planned": c.planned.decision.value,
                "agrees": c.agrees,
                "persons_decided": c.truth.persons,
                "persons_planned": c.planned.persons,
                "size_agrees": c.size_agrees,
                "months_overlap": None if c.overlap is None else round(c.overlap, 6),
            }
            for c in score.comparisons
        ],
    }


def _figures(score: Score) -> dict[str, object]:
    return {
        "n": score.n,
        "agree": score.agree,
        "agreement": round(score.agreement, 6),
        "size_agreement": _mean(score.sizes),
        "sizes_compared": len(score.sizes),
        "months_overlap": _mean(score.overlaps),
        "months_compared": len(score.overlaps),
    }


def _mean(values: tuple[float, ...]) -> float | None:
    return round(sum(values) / len(values), 6) if values else None


def _say(out: Console, result: Backtest, solution: Solution) -> None:
    score = result.score
    out.print(
        f"[bold]The plan ({escape(solution.status.value)}) agrees with {score.agree} of {score.n} decisions: "
        f"{score.agreement:.1%}[/]"
    )
    if result.not_counted:
        out.print(f"Not counted, as fixed claims from outside: {', '.join(result.not_counted)}.")
    if result.no_choice:
        out.print(f"Counted, but the workbook leaves one way only: {', '.join(result.no_choice)}.")
    _say_confusion(out, score)
    if result.disagreements:
        out.print("\n[bold]Where they differ[/]")
    for c, reason in result.disagreements:
        out.print(
            f"[bold]{escape(c.truth.mission)}[/]: decided {c.truth.decided}, planned {c.planned.decision}. "
            f"{escape(reason)}"
        )
    _say_finer(out, score)
    _say_baselines(out, result)


def _say_confusion(out: Console, score: Score) -> None:
    table = Table(box=box.SIMPLE, title="Decisions taken, and what the plan makes of them", title_justify="left")
    table.add_column("decided")
    for planned in Decision:
        table.add_column(f"planned {planned}", justify="right")
    for decided, row in score.confusion.items():
        table.add_row(decided.value, *(str(row[planned]) for planned in Decision))
    out.print(table)


def _say_finer(out: Console, score: Score) -> None:
    off = [c for c in score.comparisons if c.size_agrees is False]
    if score.sizes:
        out.print(f"\nSizes within 25%: {sum(score.sizes)} of the {len(score.sizes)} that are decided on and planned.")
        for c in off:
            out.print(f"  {escape(c.truth.mission)}: {c.truth.persons} decided, {c.planned.persons} planned")
    if score.overlaps:
        share = sum(score.overlaps) / len(score.overlaps)
        out.print(f"Months in common: {share:.1%} on average over {len(score.overlaps)} contributions.")


def _say_baselines(out: Console, result: Backtest) -> None:
    table = Table(box=box.SIMPLE, title="Beside rules of thumb", title_justify="left")
    for name in ("plan", "agrees", "share", "sizes", "months", "rules kept"):
        table.add_column(name, justify="left" if name in ("plan", "rules kept") else "right", no_wrap=True)
    plans = [("this plan", result.score, True)]
    plans += [(plan.name.replace("_", " "), score, plan.keeps_rules) for plan, score in result.baselines]
    for name, score, keeps in plans:
        finer = [_mean(score.sizes), _mean(score.overlaps)]
        table.add_row(
            name,
            f"{score.agree} of {score.n}",
            f"{score.agreement:.1%}",
            *("-" if value is None else f"{value:.0%}" for value in finer),
            "yes" if keeps else "no",
        )
    out.print(table)
    decision, agreement = result.commonest
    out.print(f"Saying '{decision}' of every contribution, which is no plan, would agree with {agreement:.1%}.")
