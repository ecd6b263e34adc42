"""``inzet compare``: courses of action side by side, as a folder with a workbook, a page and figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from inzet.analyses.compare import Comparison, Course, Question, compare, persons_abroad
from inzet.analyses.finished import RUN, read_result
from inzet.analyses.kept import FOLDER, Shelf
from inzet.analyses.library import BASE, question
from inzet.cli.library import WIDTH, chosen_names
from inzet.cli.options import AsJson, Dask, Gap, KeptIn, SolveAgain, Strict, TimeLimit, split_names
from inzet.cli.place import at_work
from inzet.cli.terminal import Exit, ProgressDisplay, Terminal, speaking
from inzet.errors import UsageError
from inzet.reports.comparison.files import write_comparison
from inzet.reports.comparison.words import changes_words, solved_words
from inzet.reports.folder import COMPARISON_MARK, whole_folder
from inzet.reports.words import count, million
from inzet.scenario.checks import make_scenario
from inzet.scenario.priorities import MARK, priority_names, with_priorities
from inzet.scenario.scenario import Scenario
from inzet.schema.rows import GoalName, Priority
from inzet.workbook.reader import read_workbook


def compare_(
    what: Annotated[
        list[Path],
        typer.Argument(help="Workbooks (.xlsx), or folders with a finished result.", metavar="WORKBOOK..."),
    ],
    scenarios: Annotated[
        str, typer.Option(help="Named scenarios beside the base, separated by commas; all when not given.")
    ] = "",
    priorities: Annotated[
        str,
        typer.Option(help="Named priorities to plan the base under, separated by commas; all when neither is given."),
    ] = "",
    out: Annotated[
        Path | None, typer.Option(help="Folder for the comparison; results/WORKBOOK/compare when not given.")
    ] = None,
    time_limit: TimeLimit = None,
    gap: Gap = None,
    dask: Dask = "",
    kept: KeptIn = FOLDER,
    solve_again: SolveAgain = False,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Plan a workbook under several scenarios and write one comparison of the plans.

    What was solved before and is unchanged is not solved again. Ctrl-C keeps what is solved by then. Exit codes: 0
    done, 1 not every plan is proven and --strict, 2 bad input or use, 3 an option has no plan (the comparison is
    written).
    """
    terminal = Terminal(as_json=as_json)
    with speaking(terminal):
        questions = _named_once([q for path in what for q in _questions(path, scenarios, priorities)])
        if len(questions) < 2:
            raise UsageError("There is only one option; a comparison needs two or more.")
        first = what[0].resolve()
        target = out or Path("results") / (first.stem if first.is_file() else first.name) / "compare"
        with whole_folder(target, COMPARISON_MARK) as folder:
            shelf = Shelf(kept, anew=solve_again)
            with (
                at_work(terminal, dask, kept=kept, solve_again=solve_again) as place,
                ProgressDisplay(terminal) as progress,
            ):
                terminal.note(f"planning {count(len(questions), 'option')}, {place.at_a_time} at a time")
                found = compare(questions, shelf, time_limit=time_limit, gap=gap, on_done=progress.planned)
            terminal.note("valuing every plan in every other world, writing workbook, page and figures")
            document = write_comparison(folder, found)
    terminal.result({**document, "folder": str(target)}, lambda console: _say(console, found, target))
    if not all(course.has_plan for course in found.courses):
        raise typer.Exit(Exit.NO_PLAN)
    if strict and not all(course.proven for course in found.courses):
        raise typer.Exit(Exit.WARNED)


def _questions(path: Path, scenarios: str, priorities: str) -> Iterator[tuple[str, Question]]:
    """What one path asks for, with where it comes from."""
    if path.is_dir() or path.name == RUN:
        done = read_result(path)
        where = done.folder.resolve().name
        yield where, Question(done.scenario.label, "", lambda: done.scenario, done)
        return
    book, _ = read_workbook(path)
    wanted, sets = split_names(scenarios), split_names(priorities)
    every = not wanted and not sets
    yield path.stem, Question(BASE, "", lambda: make_scenario(book)[0])
    for name in chosen_names(book, wanted) if wanted or every else ():
        yield path.stem, Question(name, question(book, name), lambda n=name: make_scenario(book, (n,))[0])  # type: ignore[misc]
    for name in priority_names(book) if every else sets:
        # A name that is not there is said before anything is solved.
        with_priorities(Scenario(book), name)
        why = next((row.why for row in book.of(Priority) if row.priority == name and row.why), "")
        yield path.stem, Question(MARK + name, why, lambda n=name: with_priorities(make_scenario(book)[0], n))  # type: ignore[misc]


def _named_once(found: Iterable[tuple[str, Question]]) -> list[Question]:
    """The questions with names of their own: with where they come from, or a number, when they would be the same."""
    pairs = list(found)
    again = {name for name, number in Counter(q.name for _, q in pairs).items() if number > 1}
    names = [f"{where} {q.name}" if q.name in again else q.name for where, q in pairs]
    seen: Counter[str] = Counter()
    questions = []
    for name, (_, asked) in zip(names, pairs, strict=True):
        seen[name] += 1
        questions.append(replace(asked, name=name if seen[name] == 1 else f"{name} ({seen[name]})"))
    return questions


def _say(out: Console, found: Comparison, target: Path) -> None:
    table = Table(show_lines=True)
    longest = max(len(course.name) for course in found.courses)
    table.add_column("option", overflow="fold", min_width=min(longest, 30), max_width=30)
    table.add_column("outcome", no_wrap=True)
    first = escape(found.first.name)
    for heading in ("value", f"as {first} counts", "short", "in", "persons", "EUR m", "holds in"):
        table.add_column(heading, justify="right")
    table.add_column(f"against {first}", overflow="fold", min_width=24)
    for course in found.courses:
        table.add_row(*_cells(found, course))
    Console(file=out.file, width=max(out.width, WIDTH), highlight=False).print(table)
    out.print(f"{sum(course.proven for course in found.courses)} of {len(found.courses)} options proven optimal.")
    out.print(solved_words(found))
    out.print("short: unit-months short of readiness. holds in: worlds of other options in which the plan can be")
    out.print("carried out. !: the plan breaks a rule in the world of the first option, or falls short there.")
    files = f"compare.xlsx, compare.html, figures, tables, {COMPARISON_MARK}"
    out.print(f"The comparison is in [bold]{escape(str(target))}[/]: {files}")


def _cells(found: Comparison, course: Course) -> tuple[str, ...]:
    name = escape(course.name)
    words = "" if course is found.first and course.has_plan else escape(changes_words(found, course, brief=True))
    if not course.has_plan:
        return (name, f"[red]{course.status}[/]", *["-"] * 7, words)
    others = [found.regrets[course.name, world.name] for world in found.planned if world is not course]
    abroad = persons_abroad(course.ledger)
    return (
        name,
        "[green]optimal[/]" if course.proven else f"[yellow]{course.status}[/]",
        f"{course.value:,.1f}",
        _as_first(found, course),
        f"{course.ledger.goals[GoalName.READINESS]:,.0f}",
        f"{len(course.presences)}",
        f"{sum(abroad.values()) / len(abroad):,.0f}",
        million(sum(posting.euro for posting in course.ledger.postings)),
        f"{sum(regret.holds for regret in others)} of {len(others)}",
        words,
    )


def _as_first(found: Comparison, course: Course) -> str:
    if not found.first.has_plan:
        return "-"
    regret = found.regrets[course.name, found.first.name]
    return f"{regret.value:,.1f}{'' if regret.holds else ' !'}"
