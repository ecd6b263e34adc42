"""What every command shares: words for people on stdout, progress on stderr, one JSON document when asked."""

from __future__ import annotations

import io
import json
import sys
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from types import TracebackType

import typer
from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.text import Text

from inzet.errors import (
    AuditError,
    InputError,
    InzetError,
    Issue,
    OutputError,
    Severity,
    SolverError,
    UsageError,
)
from inzet.solve import Progress

MAX_PRINTED = 200
"""Issues that are printed for people; --json has them all."""
MAX_SHOWN = 500
"""Characters of a value or a message that are printed for people; --json has them all."""
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of characters that a terminal obeys or hides instead of showing them."""


class Exit(IntEnum):
    """Exit codes of every command."""

    DONE = 0
    WARNED = 1
    BAD_INPUT = 2
    NO_PLAN = 3


class Terminal:
    """Where a command speaks: to people, or to another program in JSON.

    Attributes:
        as_json: whether stdout gets one JSON document and nothing else.
    """

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                # A letter that the terminal does not have is written as its number, and stops nothing.
                stream.reconfigure(errors="backslashreplace")
        self.out = Console(highlight=False, soft_wrap=True, emoji=False)
        self.err = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)

    def result(self, document: dict[str, object], say: Callable[[Console], None]) -> None:
        """Give the result: the document in JSON, or the words of ``say``."""
        try:
            if self.as_json:
                only_ascii = not str(sys.stdout.encoding or "utf-8").casefold().startswith("utf")
                sys.stdout.write(json.dumps(document, ensure_ascii=only_ascii, indent=2, allow_nan=False) + "\n")
            else:
                say(self.out)
        except KeyboardInterrupt:
            # By now every file is in its place, or will never be.
            self.note("Stopped while the result was being told. What was written is whole.")
            raise typer.Exit(Exit.WARNED) from None

    def note(self, text: str) -> None:
        """Say something beside the result, on stderr."""
        self.err.print(Text(text))


@contextmanager
def speaking(terminal: Terminal) -> Iterator[None]:
    """Turn every error that inzet raises on purpose into its words and its exit code."""
    try:
        yield
    except InputError as error:
        issues = error.issues
        terminal.result(problems(issues), lambda out: print_issues(out, issues))
        raise typer.Exit(Exit.BAD_INPUT) from None
    except (UsageError, OutputError) as error:
        _fail(terminal, error, Exit.BAD_INPUT)
    except (SolverError, AuditError) as error:
        _fail(terminal, error, Exit.NO_PLAN)
    except KeyboardInterrupt:
        _fail(
            terminal,
            InzetError("Stopped. Nothing was written; what was there before is untouched."),
            Exit.NO_PLAN,
        )


def _fail(terminal: Terminal, error: InzetError, code: Exit) -> None:
    document: dict[str, object] = {
        "schema": "inzet.error/1",
        "error": type(error).__name__,
        "message": str(error),
    }
    terminal.result(document, lambda _: terminal.err.print(f"[bold red]{escape(str(error))}[/]"))
    raise typer.Exit(code) from None


def problems(issues: Iterable[Issue]) -> dict[str, object]:
    """Issues as a JSON document: ``errors``, ``warnings`` (counts) and ``problems`` (a row each)."""
    issues = tuple(issues)
    errors = sum(issue.severity is Severity.ERROR for issue in issues)
    return {
        "schema": "inzet.problems/1",
        "errors": errors,
        "warnings": len(issues) - errors,
        "problems": [issue.as_dict() for issue in issues],
    }


def print_issues(out: Console, issues: Iterable[Issue]) -> None:
    """Print issues, errors first, each with its place, what is wrong and what to do about it."""
    ordered = sorted(issues, key=lambda issue: issue.severity is not Severity.ERROR)
    for issue in ordered[:MAX_PRINTED]:
        colour = "red" if issue.severity is Severity.ERROR else "yellow"
        place = f"{issue.sheet}!{issue.cell}" if issue.cell else issue.sheet
        out.print(f"[bold {colour}]{issue.severity}[/] [bold]{_shown(place)}[/] {_shown(issue.message)}")
        found = f"found: {issue.value}   " if issue.value else ""
        out.print(f"      [dim]{_shown(found)}rule: {_shown(issue.rule)}[/]")
        out.print(f"      fix: {_shown(issue.fix)}")
    if len(ordered) > MAX_PRINTED:
        out.print(f"... and {len(ordered) - MAX_PRINTED:,} more; --json has them all")
    counts = problems(ordered)
    out.print(f"{counts['errors']} error(s), {counts['warnings']} warning(s)")


def _shown(text: str) -> str:
    """Text that somebody typed, for a terminal: at most a screenful, and nothing that the terminal would obey."""
    short = text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}... "
    seen = (ascii(char)[1:-1] if unicodedata.category(char) in _UNSEEN else char for char in short)
    return escape("".join(seen))


class ProgressDisplay:
    """Shows how a search, or a row of them, goes: a live line on a terminal, a line now and then elsewhere."""

    EVERY = 5.0

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.live = Live(console=terminal.err, refresh_per_second=8, transient=True)
        self.is_live = terminal.err.is_terminal
        self.said: tuple[str, str] | None = None
        self.said_at = 0.0

    def __enter__(self) -> ProgressDisplay:
        if self.is_live:
            self.live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.is_live:
            self.live.stop()

    def __call__(self, progress: Progress) -> None:
        """Show one piece of news."""
        if self.is_live:
            self.live.update(_live_line(progress))
        elif (progress.phase, progress.goal) != self.said or time.monotonic() - self.said_at > self.EVERY:
            self.said, self.said_at = (progress.phase, progress.goal), time.monotonic()
            self.terminal.note(progress_line(progress))

    def turned(self, name: str, done: int, total: int) -> None:
        """Show that one more decision is turned around."""
        self._step(f"{done} of {total} decisions turned around: {name}")

    def answered(self, name: str, done: int, total: int) -> None:
        """Show that one more question is answered."""
        self._step(f"{done} of {total} questions answered: {name}")

    def drawn(self, name: str, done: int, total: int) -> None:
        """Show that one more draw is planned."""
        self._step(f"{done} of {total} draws planned: {name}")

    def planned(self, name: str, done: int, total: int) -> None:
        """Show that one more option is planned."""
        self._step(f"{done} of {total} options planned: {name}")

    def narrowed(self, solves: int, left: int) -> None:
        """Show how far a conflict is narrowed down."""
        self._step(f"{solves} solves, {left} rows looked at")

    def _step(self, words: str) -> None:
        if self.is_live:
            self.live.update(Text(words).append("   Ctrl-C keeps what is known by then", style="dim"))
        else:
            self.terminal.note(words)


def progress_line(progress: Progress) -> str:
    """One piece of news in one line: phase, goal, best so far, bound, gap, time."""
    parts = [f"{progress.seconds:6.1f} s", progress.phase]
    if progress.goal:
        parts += [
            f"goal {progress.goal}",
            f"best {number(progress.incumbent)}",
            f"bound {number(progress.bound)}",
            f"gap {'-' if progress.gap is None else f'{progress.gap:.2%}'}",
        ]
    return "  ".join(parts)


def _live_line(progress: Progress) -> Text:
    line = Text(progress_line(progress))
    return line.append("   Ctrl-C keeps the best so far", style="dim") if progress.incumbent is not None else line


def number(value: float | None) -> str:
    """A number of a goal for people; a dash when it is not known."""
    return "-" if value is None or abs(value) > 1e19 else f"{value:,.1f}"
