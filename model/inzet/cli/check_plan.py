"""``inzet check-plan``: a plan that a person wrote, held against the rules and beside the best plan."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from inzet.analyses.check_plan import Breach, Change, Checked, Repaired, Worth, at_least, stay_of
from inzet.analyses.check_plan import check_plan as hold_against
from inzet.analyses.kept import FOLDER
from inzet.cli.options import AsJson, Dask, Gap, KeptIn, ScenarioNames, SolveAgain, TimeLimit, Workbook, split_names
from inzet.cli.place import at_work
from inzet.cli.terminal import Exit, ProgressDisplay, Terminal, print_issues, speaking
from inzet.errors import Issue
from inzet.outcome import Contribution, Status
from inzet.plan.audit import Finding
from inzet.reports.goals import GOAL_WORDS
from inzet.reports.words import count, gap_words, is_proven_best, listed, proof_words, span_words
from inzet.scenario.checks import make_scenario
from inzet.scenario.scenario import Stay
from inzet.workbook.plan_sheet import PlanSheet, read_plan
from inzet.workbook.reader import read_workbook

SCHEMA = "inzet.check-plan/1"
NOT_NEEDED = "not needed"
"""The status of a repair of a plan that keeps every rule."""

_STAY = re.compile(r"[\w-]+\.[\w-]+\.~?\d{4}-\d{2}\.\d{4}-\d{2}")
"""A contribution as the independent check writes it."""


def check_plan(
    workbook: Workbook,
    plan: Annotated[
        Path,
        typer.Argument(
            help="The plan (.xlsx or .csv): a row per contribution with mission, option, start and end.",
            show_default=False,
        ),
    ],
    scenario: ScenarioNames = "",
    time_limit: TimeLimit = None,
    gap: Gap = None,
    dask: Dask = "",
    kept: KeptIn = FOLDER,
    solve_again: SolveAgain = False,
    as_json: AsJson = False,
) -> None:
    """Test a plan that a person wrote: what it breaks, what it is worth beside the best plan, what repairs it.

    PLAN has a row per contribution with mission, option, start and end; other columns are not looked at, and rows whose
    decision is out are skipped, so plan.xlsx and tables/decisions.csv of a result can be edited and given back. Of a
    workbook the sheet Plan or Decisions is read, else the first. What runs already starts in the first month of the
    plan, with the option that runs. Exit codes: 0 the plan keeps every rule, 1 it breaks one, 2 bad input or use, 3 the
    best plan could not be found.
    """
    terminal = Terminal(as_json=as_json)
    with speaking(terminal):
        book, read_warnings = read_workbook(workbook)
        chosen, warnings = make_scenario(book, split_names(scenario))
        sheet, plan_warnings = read_plan(plan, chosen.book)
        stays = [stay_of(chosen, row) for row in sheet.rows]
        with at_work(terminal, dask, kept=kept, solve_again=solve_again), ProgressDisplay(terminal) as progress:
            found = hold_against(chosen, stays, time_limit=time_limit, gap=gap, progress=progress)
    report = _Report(workbook, plan, sheet, found, (*read_warnings, *warnings, *plan_warnings))
    terminal.result(report.document(), report.say)
    if not found.best.status.has_plan:
        raise typer.Exit(Exit.NO_PLAN)
    if not found.ok:
        raise typer.Exit(Exit.WARNED)


@dataclass(frozen=True)
class _Report:
    """A tested plan, as a document and in words."""

    workbook: Path
    plan: Path
    sheet: PlanSheet
    found: Checked
    warnings: tuple[Issue, ...]

    def document(self) -> dict[str, object]:
        """The plan, tested, as one JSON document."""
        found, scenario = self.found, self.found.ledger.scenario
        return {
            "schema": SCHEMA,
            "workbook": str(self.workbook),
            "scenario": scenario.label,
            "plan": str(self.plan),
            "sheet": self.sheet.name,
            "ok": found.ok,
            "broken": [_finding(finding) for finding in found.audit.findings],
            "breaches": [self._breach(breach) for breach in found.breaches],
            "units": [_units(contribution) for contribution in found.ledger.contributions if contribution.units],
            "units_proven": found.units_proven,
            "best": {
                "status": found.best.status.value,
                "proven": is_proven_best(found.best),
                "message": found.best.message,
            },
            "goals": [_goal(worth) for worth in found.worth],
            "repair": _repair(found.repaired),
            "warnings": [issue.as_dict() for issue in self.warnings],
            "content_hash": scenario.content_hash,
        }

    def _row(self, stay: Stay) -> int:
        """The row of the plan that a contribution stands in."""
        keys = (row.row_key() for row in self.sheet.rows if stay_of(self.found.ledger.scenario, row) == stay)
        return self.sheet.numbers[next(keys)]

    def _breach(self, breach: Breach) -> dict[str, object]:
        return {
            "rule": breach.rule,
            "where": breach.where,
            "excess": breach.excess,
            "first": str(breach.spell[0]) if breach.spell else None,
            "last": str(breach.spell[1]) if breach.spell else None,
            "sentence": self._sentence(breach),
            "row": self._row(breach.stay) if breach.stay else None,
            "used_by": list(breach.holders),
        }

    def _sentence(self, breach: Breach) -> str:
        stays = {str(contribution.stay): contribution.stay for contribution in self.found.ledger.contributions}
        sentence = _STAY.sub(lambda match: self._called(stays[match[0]]), breach.sentence)
        when = f", {span_words(*breach.spell)}" if breach.spell else ""
        used = f" In use by {listed(breach.holders)}." if breach.holders else ""
        says = f" It says: {breach.says}" if breach.says else ""
        return f"{sentence}{when}.{used}{says}"

    def _called(self, stay: Stay) -> str:
        return f"{stay.mission} {stay.option}, {span_words(stay.first, stay.last)} (row {self._row(stay)})"

    def say(self, out: Console) -> None:
        """The same in words."""
        if self.warnings:
            print_issues(out, self.warnings)
        scenario = self.found.ledger.scenario
        number = count(len(self.sheet.rows), "contribution")
        sheet = f", sheet {self.sheet.name}" if self.sheet.name != self.plan.name else ""
        _print(out, f"{self.plan.name}{sheet}: {number}; held against {self.workbook.name}, {scenario.label}.")
        self._say_broken(out)
        self._say_units(out)
        self._say_worth(out)
        self._say_repair(out)

    def _say_broken(self, out: Console) -> None:
        breaches = self.found.breaches
        if not breaches:
            _heading(out, "The plan keeps every rule.", "bold green")
            return
        _heading(out, f"The plan does not keep the rules: {count(len(breaches), 'breach', 'breaches')}.", "bold red")
        for rule, broken in groupby(breaches, key=lambda breach: breach.rule):
            _print(out, f"Not kept: {rule}.", indent=2)
            for breach in broken:
                _print(out, self._sentence(breach), indent=4)

    def _say_units(self, out: Console) -> None:
        sent = [c for c in self.found.ledger.contributions if c.units]
        if not sent:
            return
        _heading(out, "Units that it would send")
        least = "breaks least" if self.found.units_proven else "breaks least of what was found; the search was stopped"
        _print(out, f"Where there is a choice the plan does not say which. Taken is what {least}:", indent=2)
        for contribution in sent:
            _print(out, f"{contribution.stay.mission}: {_units_words(contribution)}", indent=4)

    def _say_worth(self, out: Console) -> None:
        found = self.found
        _heading(out, "What it is worth")
        table = Table(box=box.SIMPLE)
        table.add_column("goal")
        repaired = found.repaired is not None and found.repaired.ledger is not None
        for heading in ("this plan", "best plan", "difference", *(["after repair"] if repaired else [])):
            table.add_column(heading, justify="right")
        for worth in found.worth:
            table.add_row(f"{GOAL_WORDS[worth.goal].name} ({_unit(worth)})", *_numbers(worth)[: len(table.columns) - 1])
        out.print(table, soft_wrap=False)
        for sentence in _standing(found):
            _print(out, sentence, indent=2)

    def _say_repair(self, out: Console) -> None:
        repaired = self.found.repaired
        if repaired is None:
            return
        _heading(out, "The smallest change that repairs it")
        for sentence in _repair_words(repaired):
            _print(out, sentence, indent=2)
        if repaired.changes:
            table = Table(box=box.SIMPLE)
            for heading in ("change", "mission", "as planned", "instead"):
                table.add_column(heading)
            for change in repaired.changes:
                before = f"{_typed(change.before)} (row {self._row(change.before)})" if change.before else "-"
                table.add_row(change.kind, change.mission, before, _typed(change.after) if change.after else "-")
            out.print(table, soft_wrap=False)


def _heading(out: Console, text: str, style: str = "bold") -> None:
    out.print()
    out.print(Text(text, style=style), soft_wrap=False)


def _print(out: Console, text: str, *, indent: int = 0) -> None:
    out.print(Padding(Text(text), (0, 0, 0, indent), expand=False), soft_wrap=False)


def _typed(stay: Stay) -> str:
    """A contribution as it is typed in a plan."""
    return f"{stay.option} {stay.first} to {stay.last}"


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "where": finding.where,
        "excess": finding.excess,
        "sentence": finding.sentence,
    }


def _units(contribution: Contribution) -> dict[str, object]:
    stay = contribution.stay
    return {
        "mission": stay.mission,
        "option": stay.option,
        "start": str(stay.first),
        "units": [
            {"capability": capability, "unit": unit, "number": number}
            for (capability, unit), number in sorted(contribution.units.items())
        ],
    }


def _units_words(contribution: Contribution) -> str:
    return listed(f"{number} {unit}" for (_, unit), number in sorted(contribution.units.items()))


def _goal(worth: Worth) -> dict[str, object]:
    return {
        "goal": worth.goal.value,
        "plan": worth.plan,
        "best": worth.best,
        "difference": worth.difference,
        "repaired": worth.repaired,
        "unit": _unit(worth),
    }


def _unit(worth: Worth) -> str:
    return GOAL_WORDS[worth.goal].amount.replace("{} ", "")


def _numbers(worth: Worth) -> tuple[str, str, str, str]:
    """This plan, the best plan, the difference and the repaired plan; a dash for what there is not."""
    decimals = GOAL_WORDS[worth.goal].decimals

    def shown(number: float | None, sign: str = "") -> str:
        return "-" if number is None else f"{number + 0.0:{sign if number else ''},.{decimals}f}"

    return shown(worth.plan), shown(worth.best), shown(worth.difference, "+"), shown(worth.repaired)


def _standing(found: Checked) -> Iterator[str]:
    """What the numbers say, and what they do not."""
    if found.best_ledger is None:
        yield f"There is no best plan to hold it against: {found.best.status}. {found.best.message}"
        return
    yield f"The best plan is {proof_words(found.best)}."
    deciding = found.deciding
    if deciding is None:
        same = "The plan comes to the same as the best plan in every goal"
        yield f"{same}." if found.ok else f"{same}, but it breaks rules and the best plan does not."
        return
    rank, difference = deciding
    name = listed(GOAL_WORDS[goal.goal].name.lower() for goal in found.ledger.scenario.goals[rank])
    if difference > 0:
        although = "" if found.ok else ", although it breaks rules"
        yield f"The plan is not as good as the best plan{although}: it is worse in {name}."
    elif found.ok:
        yield f"The plan is better in {name} than the best plan that was found: that one is not proven to be the best."
    elif is_proven_best(found.best):
        yield f"The plan is better in {name}, but only by breaking rules: no plan that keeps them comes to as much."
    else:
        yield f"The plan is better in {name} than the best plan that was found, which unlike it keeps the rules."


def _repair_words(repaired: Repaired) -> Iterator[str]:
    status = repaired.solution.status
    if status is Status.INFEASIBLE:
        yield "There is none: no plan at all keeps the rules."
    elif repaired.ledger is None:
        yield f"None was found: {status}. {repaired.solution.message}"
    else:
        counted = repaired.solution.goals
        months = f", {count(round(counted[1].claimed), 'mission-month')}" if len(counted) > 1 else ""
        yield f"{count(round(counted[0].claimed), 'contribution')}{months}."
        least = at_least(counted[0])
        if repaired.proven:
            yield "Proven: no plan that keeps the rules changes fewer contributions, or as few in fewer months."
        elif counted[0].claimed <= least:
            yield "No plan that keeps the rules changes fewer contributions; as few in fewer months may be possible."
        else:
            gap = gap_words(counted[0].gap)
            yield f"Best found, not proven: at least {max(least, 1):,.0f} must change (gap {gap})."


def _repair(repaired: Repaired | None) -> dict[str, object]:
    if repaired is None:
        return {"status": NOT_NEEDED, "proven": True, "gap": None, "message": "", "changes": []}
    return {
        "status": repaired.solution.status.value,
        "proven": repaired.proven,
        "gap": repaired.gap,
        "message": repaired.solution.message,
        "changes": [_change(change) for change in repaired.changes],
    }


def _change(change: Change) -> dict[str, object]:
    return {
        "mission": change.mission,
        "kind": change.kind.value,
        "before": _stay(change.before),
        "after": _stay(change.after),
    }


def _stay(stay: Stay | None) -> dict[str, object] | None:
    if stay is None:
        return None
    return {"option": stay.option, "start": str(stay.first), "end": str(stay.last), "running": stay.running}
