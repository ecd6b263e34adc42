"""Runs the fast tests with the oldest versions of all libraries that are allowed, and with the newest there are.

python tests/versions.py [--only oldest|newest] [--python PYTHON] [--json] [-- PYTEST ARGUMENTS]

Each gets an environment of its own in ``.versions``. The oldest are the floors of ``pyproject.toml``; the newest are
whatever is published, so that a new release that breaks something shows here before anybody installs it.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
WHERE = ROOT / ".versions"
RESOLUTIONS = {"oldest": "lowest-direct", "newest": "highest"}
SHOWN = ("pyomo", "highspy", "numpy", "scipy", "pandas", "openpyxl", "pydantic", "matplotlib", "typer", "rich")


@dataclass(frozen=True)
class Tried:
    """What came of one set of versions.

    Attributes:
        name: oldest or newest.
        versions: of the libraries that inzet itself needs.
        passed: tests that passed.
        failed: tests that failed, or could not be run.
        last: the last line that the tests printed.
    """

    name: str
    versions: dict[str, str]
    passed: int
    failed: int
    last: str


def run(*command: str | Path) -> str:
    done = subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{command[0]} failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done.stdout


def environment(name: str, python: str) -> Path:
    """An environment with one set of versions, made anew."""
    folder = WHERE / name
    run(python, "-m", "venv", "--clear", folder)
    binaries = folder / ("Scripts" if sys.platform == "win32" else "bin")
    run(binaries / "python", "-m", "pip", "install", "--quiet", "uv")
    chosen = folder / "requirements.txt"
    run(
        *(binaries / "uv", "pip", "compile", "--quiet", "--all-extras", "--python", binaries / "python"),
        *("--resolution", RESOLUTIONS[name], "--upgrade", "--no-header", "--output-file", chosen, "pyproject.toml"),
    )
    run(binaries / "uv", "pip", "install", "--quiet", "--python", binaries / "python", "--requirement", chosen)
    run(
        *(binaries / "uv", "pip", "install", "--quiet", "--python", binaries / "python"),
        *("--no-deps", "--no-build-isolation", "--editable", "."),
    )
    return binaries


def tried(name: str, python: str, arguments: Sequence[str]) -> Tried:
    """The fast tests with one set of versions."""
    binaries = environment(name, python)
    said = "import importlib.metadata as m, json, sys; print(json.dumps({n: m.version(n) for n in sys.argv[1:]}))"
    versions = json.loads(run(binaries / "python", "-c", said, *SHOWN))
    command = [str(binaries / "python"), "-m", "pytest", "-q", "-n", "auto", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    (WHERE / f"{name}.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
    last = (done.stdout.strip().splitlines() or ["nothing was run"])[-1]
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|error)", last)}
    failed = counts.get("failed", 0) + counts.get("error", 0)
    return Tried(name, versions, counts.get("passed", 0), failed or int(done.returncode != 0), last)


def main() -> None:
    """Try both, and print what came of it; the exit code is 1 when a test failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=tuple(RESOLUTIONS), default=None)
    parser.add_argument("--python", default=sys.executable, help="the Python to make the environments with")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("arguments", nargs="*", help="for pytest, after --")
    chosen = parser.parse_args()
    found = [tried(n, chosen.python, chosen.arguments) for n in RESOLUTIONS if chosen.only in (None, n)]
    if chosen.json:
        print(json.dumps({"tried": [asdict(one) for one in found], "failed": sum(one.failed for one in found)}))
    else:
        for one in found:
            print(f"{one.name}: {one.last}")
            print("  " + ", ".join(f"{name} {version}" for name, version in one.versions.items()))
    sys.exit(any(one.failed for one in found))


if __name__ == "__main__":
    main()
