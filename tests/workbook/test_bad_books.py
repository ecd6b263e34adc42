"""Every broken workbook is said: where, what and what to do; no traceback, nothing written, no wrong plan."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from bad_books import CORPUS, Bad, said_in, sound
from typer.testing import CliRunner, Result

from inzet.cli import app
from inzet.cli.terminal import MAX_PRINTED, MAX_SHOWN, Exit, Terminal, print_issues
from inzet.errors import Issue, Severity
from inzet.scenario.checks import make_scenario
from inzet.workbook.reader import read_workbook

MEGABYTES = 1024
"""Address space that reading any of them may take."""
SECONDS = 60
"""Processor time that reading any of them may take; the slowest takes about ten on one core of 2024."""


def each(wanted: Callable[[Bad], bool] = lambda _: True) -> pytest.MarkDecorator:
    """The workbooks of the corpus that are wanted, as parameters; what is slow under the mark for it."""
    chosen = [bad for bad in CORPUS if wanted(bad)]
    parameters = [pytest.param(bad, id=bad.name, marks=[pytest.mark.slow] * bad.slow) for bad in chosen]
    return pytest.mark.parametrize("bad", parameters)


def inzet(*arguments: object) -> Result:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


@each()
def test_check_and_solve_say_where_what_and_what_to_do_and_write_nothing(
    bad: Bad, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = bad.make(tmp_path)
    monkeypatch.chdir(tmp_path)
    before = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*")}
    # Of the values that are typed one in four goes to solve as well, which reads with the same reader.
    both = bad.refused and (not bad.typed or CORPUS.index(bad) % 4 == 0)
    for command in ("check", f"solve --scenario={bad.scenario}") if both else ("check",):
        result = inzet(*command.split(), path, "--json")
        document = json.loads(result.stdout)
        for said in bad.said:
            assert said_in(document["problems"], said), (said, document["problems"])
        assert result.exit_code == (Exit.BAD_INPUT if bad.refused else Exit.DONE)
        assert (document["errors"] > 0) is bad.refused
        for problem in document["problems"]:
            assert problem["sheet"]
            assert problem["rule"]
            assert problem["fix"].endswith((".", ";", "..."))
    assert {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*")} == before


@each(lambda bad: len(bad.said) > 1)
def test_people_read_the_same_as_programs(bad: Bad, tmp_path: Path) -> None:
    words = inzet("check", bad.make(tmp_path)).stdout
    for said in bad.said:
        place = f"{said.sheet}!{said.cell}" if said.cell else said.sheet
        assert f"{said.severity} {place} " in words
        assert said.fix in words


@each(lambda bad: not bad.refused)
def test_what_is_read_with_a_warning_asks_for_the_same_plan(bad: Bad, tmp_path: Path) -> None:
    book, _ = read_workbook(bad.make(tmp_path))
    same = book.content_hash() == read_workbook(sound(tmp_path, "sound.xlsx"))[0].content_hash()
    assert same is bad.same_plan
    make_scenario(book)


@pytest.mark.slow
@each(lambda bad: not bad.refused)
def test_solve_plans_with_the_warning_beside_the_plan(
    bad: Bad, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = bad.make(tmp_path)
    monkeypatch.chdir(tmp_path)
    result = inzet("solve", path)
    assert result.exit_code == Exit.DONE
    for said in bad.said:
        assert said.fix in result.stdout


READ = textwrap.dedent(
    """
    import resource, sys, time
    from pathlib import Path

    megabytes, seconds = int(sys.argv[2]), int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    from inzet.errors import InputError
    from inzet.scenario.checks import check_everything
    from inzet.workbook.reader import read_workbook
    try:
        book, issues = read_workbook(Path(sys.argv[1]))
        print(len((*issues, *check_everything(book))))
    except InputError as error:
        print(len(error.issues))
    """
)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded by the system, in a way that Linux has")
@each(lambda bad: bad.heavy)
def test_memory_and_time_are_bounded(bad: Bad, tmp_path: Path) -> None:
    command = [sys.executable, "-c", READ, str(bad.make(tmp_path)), str(MEGABYTES), str(SECONDS)]
    # One thread: the numerical libraries reserve memory for each.
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    run = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **threads})
    assert run.returncode == 0, run.stderr[-500:]
    assert (int(run.stdout) > 0) is bool(bad.said)


def test_the_screen_is_not_flooded_and_obeys_nothing_that_was_typed(capsys: pytest.CaptureFixture[str]) -> None:
    issue = Issue(Severity.ERROR, "Units", "A2", "\x1b[2J:100:\u200b[/]" + "x" * 99_999, "rule", "[red]message", "fix")
    print_issues(Terminal(as_json=False).out, [issue] * (MAX_PRINTED + 7))
    words = capsys.readouterr().out
    assert r"found: \x1b[2J:100:\u200b[/]xxx" in words
    assert "Units!A2 [red]message" in words
    assert "... and 7 more; --json has them all\n207 error(s), 0 warning(s)" in words
    assert max(map(len, words.splitlines())) < MAX_SHOWN + 100


@pytest.mark.parametrize(("encoding", "as_json"), [("ascii", []), ("cp1252", ["--json"])])
def test_letters_that_the_terminal_does_not_have_stop_nothing(
    encoding: str, as_json: list[str], tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "inzet", "check", str(tmp_path / "\N{CYRILLIC SMALL LETTER ZHE}€.xlsx"), *as_json]
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    run = subprocess.run(command, capture_output=True, check=False, env=environment)
    assert run.returncode == Exit.BAD_INPUT
    assert b"Traceback" not in run.stderr
    assert b"\\u0436" in run.stdout
    if as_json:
        assert json.loads(run.stdout)["problems"][0]["sheet"] == "\N{CYRILLIC SMALL LETTER ZHE}€.xlsx"


def test_every_name_is_given_once() -> None:
    names = [bad.name for bad in CORPUS]
    assert len(set(names)) == len(names)


def test_the_sound_workbook_is_sound(tmp_path: Path) -> None:
    document = json.loads(inzet("check", sound(tmp_path), "--json").stdout)
    assert document["problems"] == []
