"""Libraries that are broken, or that nobody tried, are refused at start."""

from __future__ import annotations

import pytest
from packaging.requirements import Requirement
from typer.testing import CliRunner

from inzet.cli import app
from inzet.errors import SolverError
from inzet.solver import versions
from inzet.solver.versions import refuse_unfit, required


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What is said to be installed; anything else is as it really is."""
    said: dict[str, str] = {}
    really = versions.version
    monkeypatch.setattr(versions, "version", lambda name: said.get(name) or really(name))
    return said


def test_what_is_installed_here_will_do() -> None:
    refuse_unfit()
    assert {"highspy", "pyomo", "pandas", "openpyxl"} <= {one.name for one in required()}
    assert not {"pytest", "ortools", "distributed"} & {one.name for one in required()}, "extras may be left out"


def test_the_known_bad_solver_is_refused_at_start_with_the_reason(installed: dict[str, str]) -> None:
    installed["highspy"] = "1.14.0"
    for command in (["solve", "no-such.xlsx"], ["check", "no-such.xlsx"], ["formulation"]):
        found = CliRunner().invoke(app, command)
        assert found.exit_code == 3
        assert "highspy 1.14.0 must not be used: its presolve returns worse plans as optimal" in found.output.replace(
            "\n", " "
        )
        assert "Install highspy" in found.output
        assert "Traceback" not in found.output
    assert CliRunner().invoke(app, ["--version"]).exit_code == 0


def test_what_is_too_old_is_refused(installed: dict[str, str]) -> None:
    installed["pyomo"] = "6.7.0"
    installed["pandas"] = "1.5.0"
    with pytest.raises(SolverError, match=r"pyomo 6\.7\.0 was never tried.*pandas 1\.5\.0 was never tried"):
        refuse_unfit()


def test_what_is_missing_is_named() -> None:
    with pytest.raises(SolverError, match="no-such-library is not installed"):
        refuse_unfit([Requirement("no-such-library>=1")])
