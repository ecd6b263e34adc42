"""``TESTING.md`` names commands that there are, and nothing on it that must be 0 is anything else."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import testing_page
from testing_page import CHECKS, MUST, PAGE, ROOT, SIZES, Check, page, versions, wrapped

TEXT = PAGE.read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
COUNTED = ("books", "with_a_plan", "without", "every_plan_tried", "plans", "tried", "points", "resumed", "rules")
COUNTED += (
    "goals",
    "variables",
    "mutants",
    "by_meaning",
    "by_plan",
    "by_value",
    "no_other_plan",
    "refused",
    "warned",
    "sound",
    "commands",
    "files",
    "confirmed",
)
NOTHING = (
    "mismatches",
    "tracebacks",
    "wrong",
    "lost",
    "faults",
    "missed",
    "false_reasons",
    "differences",
    "moved",
    "not_confirmed",
)


def must_be_nothing(text: str) -> dict[str, str]:
    """The counts on a page that must be 0, by what is counted."""
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]*) \|$", text, re.M)
    return {label: number for label, number, must in rows if must == MUST}


def made_up(**changed: Any) -> str:
    """A page of counts that were never run."""
    document = {**dict.fromkeys(COUNTED, 1234), "shuffles": 5, **{key: [] for key in NOTHING}, "lost": 0, **changed}
    document |= {"faults": 0, "failed": 0}
    return page({check.title: check.kept(_own(check, document), "quick", dt.date(2025, 4, 4)) for check in CHECKS})


def _own(check: Check, document: dict[str, Any]) -> dict[str, Any]:
    """What a check would print: that on versions says what passed with each set of them."""
    is_versions = check.script == "tests/versions.py"
    return {**document, "tried": [{"passed": 1000}, {"passed": 234}]} if is_versions else document


def test_all_that_must_be_nothing_is_nothing() -> None:
    found = must_be_nothing(TEXT)
    assert len(found) == sum(len(check.wrong) for check in CHECKS) > 5
    assert {label: number for label, number in found.items() if number != "0"} == {}


def test_every_check_was_run() -> None:
    for check in CHECKS:
        assert f"## {check.title}\n\n{wrapped(check.what)}" in TEXT, "`make testing` writes the page anew"
        tried = re.search(rf"^\| {re.escape(check.counts[0][0])} \| ([\d,]+) \| \|$", TEXT, re.M)
        assert tried is not None
        assert int(tried[1].replace(",", "")) > 0


def test_the_page_names_only_what_there_is() -> None:
    commands = re.findall(r"^\.venv/bin/python (\S+)", TEXT, re.M)
    assert commands == [check.script for check in CHECKS]
    for path in (*commands, *re.findall(r"`(tests/[^`]+)`", TEXT)):
        assert (ROOT / path).exists(), path
    assert set(re.findall(r"`make ([a-z-]+)`", TEXT)) <= TARGETS
    assert {"mutants", "testing"} <= TARGETS


@pytest.mark.parametrize("check", CHECKS, ids=[check.script for check in CHECKS])
def test_every_size_can_be_asked_for(check: Check) -> None:
    assert set(check.sizes) == set(SIZES)
    said = subprocess.run(
        [sys.executable, check.script, "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    options = {word for size in SIZES for word in check.sizes[size].split() if word.startswith("--")}
    assert {option for option in (*options, "--json") if option not in said.stdout} == set()


def test_a_fault_is_told() -> None:
    assert set(must_be_nothing(made_up()).values()) == {"0"}
    assert must_be_nothing(made_up(missed=["supply_is_enough: dropped"]))["missed"] == "1"
    assert must_be_nothing(made_up(lost=2))["results lost"] == "2"
    assert "1,234 workbooks planned by both" in made_up()
    assert f"HiGHS {versions()['highs']}" in made_up()


def test_one_check_alone_leaves_the_others_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last run of every check is kept; the page is made of all of them."""
    kept = json.loads(testing_page.COUNTS.read_text(encoding="utf-8"))
    monkeypatch.setattr(testing_page, "COUNTS", tmp_path / "testing.json")
    monkeypatch.setattr(testing_page, "PAGE", tmp_path / "TESTING.md")
    testing_page.COUNTS.write_text(json.dumps(kept), encoding="utf-8")
    counts = {"tried": 7, "refused": 5, "warned": 1, "sound": 1, "tracebacks": ["one"], "wrong": []}
    monkeypatch.setattr(Check, "run", lambda *_: counts)
    monkeypatch.setattr(sys, "argv", ["testing_page.py", "--quick", "--only", "bad workbooks"])
    assert testing_page.main() == 1
    now = json.loads(testing_page.COUNTS.read_text(encoding="utf-8"))
    assert now["Bad workbooks"]["wrong"] == {"tracebacks": 1, "answered otherwise than laid down": 0}
    assert {t: run for t, run in now.items() if t != "Bad workbooks"} == {
        t: run for t, run in kept.items() if t != "Bad workbooks"
    }
    assert "| tracebacks | 1 | 0 |" in testing_page.PAGE.read_text(encoding="utf-8")


def test_the_page_is_made_of_what_was_kept() -> None:
    assert page(json.loads(testing_page.COUNTS.read_text(encoding="utf-8"))) == TEXT, "`make testing` writes it anew"


def test_a_program_that_breaks_down_leaves_the_page_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(testing_page, "ROOT", tmp_path)
    (tmp_path / "tests").mkdir()
    script = tmp_path / CHECKS[0].script
    script.parent.mkdir()
    script.write_text("raise SystemExit('broken')")
    with pytest.raises(RuntimeError, match="broke down"):
        CHECKS[0].run("quick")
    script.write_text(f"print({json.dumps(json.dumps({'mismatches': []}))})")
    assert CHECKS[0].run("quick") == {"mismatches": []}
