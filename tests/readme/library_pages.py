"""Writes the pages of the scenario library anew from a fresh solve: ``python tests/readme/library_pages.py``."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from inzet.analyses.library import BASE, Kind, Library, Outcome, Presences, solve_library
from inzet.schema.book import Book
from inzet.schema.rows import Basis, Change, ChangeHow
from inzet.workbook.reader import read_workbook

ROOT = Path(__file__).parents[2]
WORKBOOK = ROOT / "scenarios" / "letter-2025.xlsx"
FOLDER = ROOT / "scenarios" / "letter-2025"
TEXTS = ROOT / "data" / "library.csv"
INDEX = "README.md"

Texts = Mapping[str, Mapping[str, str]]
"""By scenario: ``title``, ``asks`` and ``reading``."""


def read_texts(path: Path = TEXTS) -> Texts:
    """The words of the pages, by scenario, in the order of the file."""
    with path.open(encoding="utf-8", newline="") as file:
        return {record["scenario"]: record for record in csv.DictReader(file)}


def page_name(scenario: str) -> str:
    """The file of a scenario's page."""
    return f"{scenario.lower().replace('_', '-')}.md"


def library_pages(book: Book, library: Library, texts: Texts) -> dict[str, str]:
    """Every page of the library by its file name, the index among them."""
    pages = {INDEX: "\n".join(_index(library, texts)) + "\n"}
    for outcome in library.outcomes:
        lines = _page(book, library, outcome, texts[outcome.scenario])
        pages[page_name(outcome.scenario)] = "\n".join(lines) + "\n"
    return pages


_HEAD = """\
# The scenario library

The letter as it stands, and what a planner would ask about it. Every scenario is a list of changes in the sheet
*Scenarios* of `scenarios/letter-2025.xlsx`, made from `data/scenarios.csv`. Every number that a scenario adds is
assumed unless its reason says otherwise, on top of what the base assumes: read these plans as *what follows if*.

```
inzet library                                                    # all of them, in one table
inzet solve scenarios/letter-2025.xlsx --scenario SECOND_MRTT    # one of them, with all its results
```

Several combine, applied in the order named: `--scenario SECOND_MRTT,BIV_CUT_QUARTER`. Of two that set the same
number the last one counts; two that add the same row, as `NFM_CALL_UP_2026_01` and `KINGDOM_CONTINGENCY` do, are
refused.

| scenario | what it asks | plan | points | unit-months short | missions in | EUR million | against the base |
|---|---|---|---|---|---|---|---|"""

_FOOT = """
*points*: the value of the plan. They compare only where a scenario leaves weights, scores and effectiveness as
they are. *unit-months short*: months that units are missing from the readiness commitments, added up over units
and tiers. *missions in*: with at least a running tour to finish. *against the base*: who comes in, who goes out,
who changes option; the pages also have the missions that change months or size.

The twelve trade-offs in the documents, and what the model makes of them: [trade-offs.md](trade-offs.md).

Pages and table are made by `python tests/readme/library_pages.py`; a test holds them against a fresh solve."""


def _index(library: Library, texts: Texts) -> Iterator[str]:
    yield _HEAD
    for outcome in library.outcomes:
        yield f"| {' | '.join(_index_cells(library, outcome, texts[outcome.scenario]))} |"
    yield _FOOT


def _index_cells(library: Library, outcome: Outcome, text: Mapping[str, str]) -> Iterator[str]:
    yield f"[{outcome.scenario}]({page_name(outcome.scenario)})"
    yield text["title"]
    yield _verdict(outcome)
    yield f"{outcome.value or 0:,.1f}"
    yield f"{outcome.shortfall or 0}"
    yield _missions(outcome)
    yield f"{(outcome.cost or 0) / 1e6:,.1f}"
    by_kind = {kind: [d for d in library.differences(outcome) if d.kind is kind] for kind in Kind}
    parts = [f"{kind}: {', '.join(d.mission for d in by_kind[kind])}" for kind in (Kind.IN, Kind.OUT) if by_kind[kind]]
    parts += [f"option: {', '.join(d.mission for d in by_kind[Kind.OPTION])}"] if by_kind[Kind.OPTION] else []
    yield "; ".join(parts) or ("" if outcome.scenario == BASE else "nobody in, out or changed")


def _page(book: Book, library: Library, outcome: Outcome, text: Mapping[str, str]) -> Iterator[str]:
    yield f"# {text['title']}"
    yield ""
    yield f"`{outcome.scenario}`. {text['asks']}"
    yield ""
    if outcome.scenario != BASE:
        yield from _changes(book, outcome.scenario)
    yield "## What comes out"
    yield ""
    yield from _figures(library, outcome)
    yield from _plan(outcome) if outcome.scenario == BASE else _differences(library, outcome)
    yield "## How to read it"
    yield ""
    yield text["reading"]
    yield ""
    yield "## How to run it"
    yield ""
    yield "```"
    option = "" if outcome.scenario == BASE else f" --scenario {outcome.scenario}"
    yield f"inzet solve scenarios/letter-2025.xlsx{option}"
    yield "```"
    yield ""
    yield "All scenarios: [the library](README.md)."


def _changes(book: Book, name: str) -> Iterator[str]:
    changes = [change for change in book.of(Change) if change.scenario == name]
    yield "## What is changed"
    yield ""
    yield "| sheet | row | change | why |"
    yield "|---|---|---|---|"
    for change in changes:
        if change.about != Basis.sheet:
            yield f"| {change.about} | `{change.row}` | {_change(change)} | {change.why} |"
    yield ""
    added = sum(change.about == Basis.sheet for change in changes)
    if added:
        yield f"{added} more rows say in the sheet *Basis* what the added numbers rest on."
        yield ""


def _change(change: Change) -> str:
    if change.how is ChangeHow.ADD_ROW:
        return f"new row: {change.value}"
    return f"{change.column}: {change.how} {change.value}"


def _figures(library: Library, outcome: Outcome) -> Iterator[str]:
    base = library.base
    yield "| | this scenario | base |"
    yield "|---|---|---|"
    yield f"| plan | {_verdict(outcome)} | {_verdict(base)} |"
    yield f"| points | {outcome.value or 0:,.1f} | {base.value or 0:,.1f} |"
    yield f"| unit-months short of readiness | {_short(outcome)} | {_short(base)} |"
    yield f"| missions in | {_missions(outcome)} | {_missions(base)} |"
    yield f"| persons abroad, on average | {outcome.persons or 0:,.0f} | {base.persons or 0:,.0f} |"
    for fund in sorted({*outcome.paid, *base.paid}):
        yield f"| EUR million from {fund} | {_millions(outcome, fund)} | {_millions(base, fund)} |"
    yield f"| EUR million in all | {(outcome.cost or 0) / 1e6:,.1f} | {(base.cost or 0) / 1e6:,.1f} |"
    yield ""


def _missions(outcome: Outcome) -> str:
    return f"{len(outcome.missions)} of {outcome.considered}"


def _verdict(outcome: Outcome) -> str:
    return "proven optimal" if outcome.proven else str(outcome.status)


def _short(outcome: Outcome) -> str:
    by_unit = ", ".join(f"{unit} {number}" for unit, number in outcome.short.items())
    return f"{outcome.shortfall}" + (f" ({by_unit})" if by_unit else "")


def _millions(outcome: Outcome, fund: str) -> str:
    return f"{outcome.paid.get(fund, 0.0) / 1e6:,.1f}"


def _differences(library: Library, outcome: Outcome) -> Iterator[str]:
    found = library.differences(outcome)
    if not found:
        yield "The plan is the same as the base's."
        yield ""
        return
    yield "| mission | | base | this scenario |"
    yield "|---|---|---|---|"
    for difference in found:
        yield (
            f"| {difference.mission} | {difference.kind} | {_stays(difference.before)} | {_stays(difference.after)} |"
        )
    yield ""


def _plan(outcome: Outcome) -> Iterator[str]:
    yield "| mission | stays |"
    yield "|---|---|"
    for mission, presences in outcome.missions.items():
        yield f"| {mission} | {_stays(presences)} |"
    yield ""


def _stays(presences: Presences) -> str:
    """Stays in words; one that only finishes its running tour is said as such."""
    words = [f"{p} ({p.persons})" + (", running tour only" if p.finishing else "") for p in presences]
    return "<br>".join(words) or "-"


def main() -> None:
    """Solve the whole library and write its pages."""
    book, _ = read_workbook(WORKBOOK)
    library = solve_library(book, on_done=lambda outcome, done, total: print(done, total, outcome.scenario))
    for name, text in library_pages(book, library, read_texts()).items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
