"""The house is as the README says: the picture, the contract and the folders name the same rooms."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "model" / "inzet"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def rooms_in_contract() -> set[str]:
    layers = PROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
    return {name.strip().removeprefix("inzet.") for layer in layers for name in layer.split("|")}


def test_the_contract_names_every_room() -> None:
    rooms = {path.stem for path in PACKAGE.iterdir() if not path.name.startswith(("_", "py."))}
    assert rooms == rooms_in_contract()


def test_the_picture_shows_every_room() -> None:
    picture = ElementTree.parse(ROOT / "model" / "rooms.svg")
    bold = {node.text for node in picture.iter("{http://www.w3.org/2000/svg}text") if node.get("font-size") == "16"}
    assert bold == rooms_in_contract()


def test_the_top_level_stays_small() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    visible = {path.split("/")[0] for path in tracked if path and not path.startswith(".")}
    assert visible <= {
        *("model", "scenarios", "data", "results", "tests", "pyproject.toml", "README.md"),
        *("LICENSE", "CHANGELOG.md", "Makefile", "constraints.txt", "TESTING.md"),
    }


def test_no_function_grows_monstrous() -> None:
    import ast

    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 60
    ]
    assert long == []


def test_the_constraints_name_no_host() -> None:
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|--(extra-)?index|--find-links", text)
    assert text.count("--hash=sha256:") > 100


def test_the_known_bad_solver_is_kept_out() -> None:
    assert "highspy>=1.13.1,!=1.14.0" in PROJECT["project"]["dependencies"]
