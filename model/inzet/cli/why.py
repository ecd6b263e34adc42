"""``inzet why``: why a mission is in or out, and the least that would change it."""

from __future__ import annotations

from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from inzet.analyses.in_the_way import spells_of
from inzet.analyses.kept import FOLDER
from inzet.analyses.why import MonthByMonth, Why
from inzet.analyses.why import why as ask_why
from inzet.cli.impossible import no_plan
from inzet.cli.options import AsJson, Dask, Gap, KeptIn, ScenarioNames, SolveAgain, TimeLimit, Workbook, split_names
from inzet.cli.place import at_work
from inzet.cli.terminal import ProgressDisplay, Terminal, speaking
from inzet.errors import UsageError, did_you_mean
from inzet.plan.audit import audited
from inzet.reports.answers_json import why_document
from inzet.reports.decision_words import obstacle_sentence, turning_sentence, verdict_sentence
from inzet.reports.what_if_words import NOTHING, answer_sentence, readiness_sentence
from inzet.reports.words import proof_words, span_words
from inzet.scenario.checks import make_scenario
from inzet.scenario.scenario import Scenario
from inzet.solve import Progress, prepare
from inzet.workbook.reader import read_workbook


def why(
    workbook: Workbook,
    mission: Annotated[str, typer.Argument(help="The id of the mission.", show_default=False)],
    option: Annotated[str, typer.Option(help="Ask about one option of the mission.")] = "",
    scenario: ScenarioNames = "",
    time_limit: TimeLimit = None,
    gap: Gap = None,
    dask: Dask = "",
    kept: KeptIn = FOLDER,
    solve_again: SolveAgain = False,
    as_json: AsJson = False,
) -> None:
    """Say why a mission is in or out: what the other way costs, what stands in the way, what would turn it.

    Every answer is found by solving and proven by solving the changed workbook. Ctrl-C keeps the answers found by then;
    what was answered before is found again. Exit codes: 0 done, 2 bad input or use, 3 there is no plan to ask about.
    """
    terminal = Terminal(as_json=as_json)
    with speaking(terminal):
        book, _ = read_workbook(workbook)
        chosen, _ = make_scenario(book, split_names(scenario))
        mission, option = _known(chosen, mission, option)
        with at_work(terminal, dask, kept=kept, solve_again=solve_again):
            found = _found(terminal, chosen, mission, option, time_limit, gap)
    terminal.result(why_document(found, chosen), lambda out: _say(out, found, chosen))


def _found(
    terminal: Terminal, scenario: Scenario, mission: str, option: str, time_limit: float | None, gap: float | None
) -> Why:
    """The best plan, asked about; says why and ends when there is none."""
    with ProgressDisplay(terminal) as progress:
        progress(Progress("building the model"))
        model = prepare(scenario)
        plan = model.ask(time_limit=time_limit, gap=gap, progress=progress)
    if not plan.status.has_plan:
        no_plan(terminal, model, plan)
    audited(plan)
    terminal.note(f"turning {mission} around, and looking for what would turn it")
    with ProgressDisplay(terminal) as progress:
        return ask_why(model, plan, mission, option, on_done=progress.answered)


def _known(scenario: Scenario, mission: str, option: str) -> tuple[str, str]:
    """The ids as the workbook writes them."""
    missions = {name.casefold(): name for name in scenario.missions}
    if mission.casefold() not in missions:
        raise UsageError(
            f"There is no mission {mission!r} in {scenario.book.name}.{did_you_mean(mission, scenario.missions)}"
        )
    mission = missions[mission.casefold()]
    options = {row.option.casefold(): row.option for row in scenario.options_of(mission)}
    if option and option.casefold() not in options:
        listed = ", ".join(options.values()) or "none"
        raise UsageError(
            f"{mission} has no option {option!r}.{did_you_mean(option, options.values())} It has: {listed}."
        )
    return mission, options.get(option.casefold(), "")


def _say(out: Console, found: Why, scenario: Scenario) -> None:
    decision = found.decision
    out.print(Text(verdict_sentence(decision, scenario), style="bold"), soft_wrap=False)
    out.print(Text(turning_sentence(decision, scenario)), soft_wrap=False)
    out.print(Text(f"The plan it is held against: {proof_words(found.plan)}.", style="dim"), soft_wrap=False)
    _list(out, "What stands in the way", [obstacle_sentence(obstacle, scenario) for obstacle in decision.obstacles])
    _list(out, "Readiness", [readiness_sentence(ready, scenario) for ready in found.readiness])
    if found.months:
        out.print(Padding(Text("What changes, month by month", style="bold"), (1, 0, 0, 0)))
        out.print(_months(found.months), soft_wrap=False)
    answers = [answer_sentence(answer, found, scenario) for answer in found.answers]
    if found.tried and not answers:
        answers = [NOTHING]
    _list(out, "What would turn it (each proven by solving)", answers)
    for words, names in (("Tried", found.tried), ("Stopped before these were tried", found.missed)):
        if names:
            out.print(Padding(Text(f"{words}: {', '.join(names)}.", style="dim"), (1, 0, 0, 0)), soft_wrap=False)


def _list(out: Console, heading: str, sentences: list[str]) -> None:
    if sentences:
        out.print(Padding(Text(heading, style="bold"), (1, 0, 0, 0)))
    for sentence in sentences:
        out.print(Padding(Text(f"- {sentence}"), (0, 0, 0, 2)), soft_wrap=False)


def _months(months: tuple[MonthByMonth, ...]) -> Table:
    """What goes and comes, with its months; and the points that it makes, by year."""
    table = Table(box=box.SIMPLE)
    for heading in ("", "contribution", "months"):
        table.add_column(heading, overflow="fold")
    changed = {
        *(("goes", *contribution) for month in months for contribution in month.gone),
        *(("comes", *contribution) for month in months for contribution in month.come),
    }
    for way, mission, option in sorted(changed, key=lambda row: (row[1], row[0] == "comes", row[2])):
        listed = [m.month for m in months if (mission, option) in (m.gone if way == "goes" else m.come)]
        table.add_row(way, f"{mission} {option}", "; ".join(span_words(*spell) for spell in spells_of(listed)))
    table.add_section()
    for year in sorted({month.month.year for month in months}):
        points = sum(month.points for month in months if month.month.year == year)
        table.add_row("points", f"{points:+,.1f}", str(year))
    return table
