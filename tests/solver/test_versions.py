"""Libraries that are missing, broken, or that nobody tried are refused at start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from inzet.solver import versions
from inzet.solver.versions import UnfitError, refuse_unfit, required

COMMANDS = [["--version"], ["--help"], ["solve", "no-such.xlsx"], ["formulation"]]

HIDING = """
import importlib.metadata as metadata, os, signal, sys
hidden, struck = os.environ.get("HIDDEN"), os.environ.get("STRUCK")
without_word = "WITHOUT_WORD" in os.environ

class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == struck:
            os.kill(os.getpid(), signal.SIGINT)
        if name.partition(".")[0] == hidden:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Finder)
real = metadata.Distribution.from_name

def from_name(name):
    if name == hidden and not without_word:
        raise metadata.PackageNotFoundError(name)
    return real(name)

metadata.Distribution.from_name = from_name
"""
"""Hides a library from Python, as if it were not installed, or presses Ctrl-C as one is looked for."""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder that Python looks in before any other."""
    (tmp_path / "sitecustomize.py").write_text(HIDING)
    return tmp_path


def pretend(place: Path, name: str, version: str) -> None:
    """Have a library found as installed in a version."""
    folder = place / f"{name}-{version}.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")


def inzet(place: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    searched = os.pathsep.join(filter(None, (str(place), os.environ.get("PYTHONPATH"))))
    environment = {**os.environ, "PYTHONPATH": searched, **variables}
    command = [sys.executable, "-m", "inzet", *arguments]
    run = subprocess.run(
        command, env=environment, cwd=place, capture_output=True, text=True, encoding="utf-8", check=False, timeout=60
    )
    assert "Traceback" not in run.stdout + run.stderr
    return run


def test_what_is_installed_here_will_do(place: Path) -> None:
    refuse_unfit()
    assert {"highspy", "pyomo", "pandas", "openpyxl"} <= {one.name for one in required()}
    assert not {"pytest", "ortools", "distributed"} & {one.name for one in required()}, "extras may be left out"
    run = inzet(place, "--version")
    assert (run.returncode, run.stdout[:6], run.stderr) == (0, "inzet ", "")


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_missing_solver_is_named_whatever_is_asked(place: Path, arguments: list[str]) -> None:
    run = inzet(place, *arguments, HIDDEN="highspy")
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == f"highspy is not installed. Install {wanted('highspy')}.\n"


@pytest.mark.parametrize("name", ["typer", "rich", "pydantic", "pyomo", "matplotlib"])
def test_any_missing_library_is_named(place: Path, name: str) -> None:
    run = inzet(place, "check", "no-such.xlsx", HIDDEN=name)
    assert (run.returncode, run.stdout, run.stderr) == (2, "", f"{name} is not installed. Install {wanted(name)}.\n")


def test_without_the_library_that_compares_versions_that_is_said(place: Path) -> None:
    run = inzet(place, "--version", HIDDEN="packaging")
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == (
        "packaging cannot be loaded (No module named 'packaging'). Install inzet anew, with the libraries it needs.\n"
    )


def test_a_library_that_is_there_by_name_only(place: Path) -> None:
    run = inzet(place, "--version", HIDDEN="highspy", WITHOUT_WORD="1")
    assert (run.returncode, run.stdout) == (2, "")
    assert "highspy cannot be loaded (No module named 'highspy')." in run.stderr


def test_a_program_gets_a_document(place: Path) -> None:
    for variables in ({"HIDDEN": "highspy"}, {"HIDDEN": "packaging"}):
        run = inzet(place, "solve", "no-such.xlsx", "--json", **variables)
        assert (run.returncode, run.stderr) == (2, "")
        document = json.loads(run.stdout)
        assert (document["schema"], document["error"]) == ("inzet.error/1", "UnfitError")
        assert document["message"].startswith(variables["HIDDEN"])


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_the_known_bad_solver_is_refused_at_start_with_the_reason(place: Path, arguments: list[str]) -> None:
    pretend(place, "highspy", "1.14.0")
    run = inzet(place, *arguments)
    assert (run.returncode, run.stdout) == (2, "")
    assert "highspy 1.14.0 must not be used: its presolve returns worse plans as optimal" in run.stderr
    assert f"Install {wanted('highspy')}." in run.stderr


def test_what_is_too_old_is_refused(place: Path) -> None:
    pretend(place, "pyomo", "6.7.0")
    pretend(place, "pandas", "1.5.0")
    run = inzet(place, "check", "no-such.xlsx")
    assert (run.returncode, run.stdout) == (2, "")
    assert "pyomo 6.7.0 was never tried with inzet." in run.stderr
    assert "pandas 1.5.0 was never tried with inzet." in run.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals work otherwise there")
@pytest.mark.parametrize("moment", ["packaging.requirements", "highspy", "typer"])
def test_ctrl_c_while_it_is_loaded(place: Path, moment: str) -> None:
    run = inzet(place, "--version", STRUCK=moment)
    assert (run.returncode, run.stdout) == (3, "")
    assert run.stderr == "Stopped. Nothing was written; what was there before is untouched.\n"


def test_what_is_missing_is_named() -> None:
    with pytest.raises(UnfitError, match="no-such-library is not installed"):
        refuse_unfit([Requirement("no-such-library>=1")])


def test_what_a_library_needs_is_said_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "version", lambda _: "0.1")
    with pytest.raises(UnfitError, match=r"highspy 0\.1 was never tried with inzet\. Install highspy!=1\.14\.0,>="):
        refuse_unfit([Requirement("highspy>=1.13.1,!=1.14.0")])


def wanted(name: str) -> Requirement:
    return next(one for one in required() if one.name == name)
