"""The same question gives the same files, whoever asks it, where, when and with how many cores."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from builders import changed, small_book
from crosscheck.two_solvers import seeded_book
from reproducible.twice import (
    COMMANDS,
    Side,
    differing,
    files_of,
    lasting,
    shuffled,
    tied_book,
    told,
    two_sides,
    with_twins,
)

from inzet.analyses.decisions import decisions
from inzet.calendar import Month
from inzet.reports.run_json import margin_record
from inzet.scenario.checks import make_scenario
from inzet.scenario.history import planned_anew
from inzet.scenario.scenario import Stay
from inzet.schema.book import SEARCH, Book
from inzet.schema.rows import Change, Mission, Priority, Row
from inzet.solve import prepare
from inzet.solver.place import ChildProcesses, solving_at

SLOW = [pytest.param(name, marks=pytest.mark.slow) for name in COMMANDS if name != "solve"]


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> tuple[Side, Side]:
    """Two places to run in, with the plan that is made anew in both."""
    both = two_sides(tmp_path_factory.mktemp("twice"))
    assert [side.run(COMMANDS["solve"]) for side in both] == ["", ""]
    return both


@pytest.mark.parametrize("name", ["solve", *SLOW])
def test_a_command_run_twice_gives_the_same_files(name: str, sides: tuple[Side, Side]) -> None:
    if name != "solve":
        assert [side.run(COMMANDS[name]) for side in sides] == ["", ""]
    folder = Path(COMMANDS[name][-1]).name
    one, other = (side.results / folder for side in sides)
    assert len(files_of(one)) > 3
    assert differing(one, other) == []


@pytest.mark.slow
def test_what_was_kept_gives_the_same_files(sides: tuple[Side, Side]) -> None:
    """A comparison of which every plan is found again is the same as the first, but for how long it took."""
    one = sides[0]
    assert one.run(COMMANDS["compare"]) == ""
    first = files_of(one.results / "compare")
    assert one.run(COMMANDS["compare"]) == ""
    again = files_of(one.results / "compare")
    assert [path for path in first if first[path] != again[path]] == ["compare.json"]
    assert lasting("compare.json", first["compare.json"]) == lasting("compare.json", again["compare.json"])


def test_a_difference_is_found(sides: tuple[Side, Side], tmp_path: Path) -> None:
    one = sides[0].results / "solve"
    for path, content in files_of(one).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    assert differing(one, tmp_path) == []
    told = (tmp_path / "run.json").read_bytes()
    (tmp_path / "run.json").write_bytes(told.replace(b'"solve":', b'"solve": 1'))
    (tmp_path / "solver.log").write_text("")
    assert differing(one, tmp_path) == []
    (tmp_path / "run.json").write_bytes(b" " + told)
    (tmp_path / "more.txt").write_text("more")
    (tmp_path / "plan.xlsx").unlink()
    assert differing(one, tmp_path) == ["more.txt", "plan.xlsx", "run.json"]


BOOKS = [tied_book, *(lambda seed=seed: with_twins(seeded_book(seed)) for seed in (0, 1, 3, 5, 6, 7, 14, 16))]


@pytest.mark.parametrize("make", BOOKS, ids=["tied", "0", "1", "3", "5", "6", "7", "14", "16"])
def test_shuffled_rows_give_the_same_plan_tables_and_hash(make: Any) -> None:
    book = make()
    first = told(book)
    assert first[2], "there must be a plan"
    for seed in range(2):
        other = shuffled(book, seed)
        assert any(other.rows[sheet] != rows for sheet, rows in book.rows.items())
        assert told(other) == first


def test_the_twins_are_a_tie() -> None:
    """One twin is in, and a plan without it is worth the same in every goal: only a rule can say which."""
    _, (status, goals, chosen), _ = told(tied_book())  # type: ignore[misc]
    taken = [stay.mission for stay, _ in chosen if stay.mission.startswith("TWIN")]
    assert len(taken) == 1
    closed = changed(tied_book(), "Options", f"{taken[0]} / ONE", active=False)
    assert told(closed)[1][:2] == (status, goals)  # type: ignore[index]


class Lanes(ChildProcesses):
    """This computer, as if it had so many cores."""

    def __init__(self, number: int) -> None:
        self.number = number

    @property
    def at_a_time(self) -> int:
        return self.number


def test_one_core_and_several_turn_decisions_around_to_the_same() -> None:
    model = prepare(make_scenario(tied_book())[0])
    solution = model.ask(gap=0.0)
    found = []
    for number in (1, 3):
        with solving_at(Lanes(number)):
            found.append([margin_record(decision) for decision in decisions(model, solution, gap=0.0)])
    assert found[0] == found[1]
    assert len(found[0]) == len(tied_book().of(Mission))


def test_another_past_is_another_question() -> None:
    """What had happened is part of what is asked: a plan made anew does not compare with one that starts afresh."""
    base = make_scenario(tied_book())[0]
    jan, feb, end = (Month.parse(text) for text in ("2025-04", "2025-05", "2025-12"))
    stays = [Stay("TWIN_A", "ONE", jan, end), Stay("ALTHEA", "COMPANY", base.horizon[0], end, running=True)]
    past, turned = ({stay: {} for stay in order} for order in (stays, reversed(stays)))
    anew = [planned_anew(base, base, *asked).content_hash for asked in ((feb, past), (jan, past), (feb, {}))]
    assert len({base.content_hash, *anew}) == 4
    assert planned_anew(base, base, feb, turned).content_hash == anew[0]


def another(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, Enum):
        return next((member for member in type(value) if member is not value), "another")
    return value + 1 if isinstance(value, int | float | Month) else f"{value or ''}X"


def changes_of(book: Book) -> Iterator[tuple[str, Book]]:
    """The book with one cell changed, for every column of every sheet and every setting."""
    for name, value in book.settings:
        yield f"Settings {name}", book.with_settings(book.settings.model_copy(update={name: another(value)}))
    for sheet, rows in book.rows.items():
        for name, value in rows[0] if rows else ():
            row: Row = rows[0].model_copy(update={name: another(value)})
            yield f"{sheet} {name}", book.with_rows(sheet, [row, *rows[1:]])


def test_any_changed_cell_changes_the_hash_but_how_far_to_search() -> None:
    book, hashes = small_book(), {}
    for what, other in changes_of(book):
        hashes[what] = other.content_hash()
    asked_for = {what for what in hashes if what.split()[0] in (Change.sheet, Priority.sheet)}
    how_far = {f"Settings {name}" for name in SEARCH}
    assert len(hashes) > 120
    assert {what for what, found in hashes.items() if found == book.content_hash()} == asked_for | how_far
    told_apart = [found for what, found in hashes.items() if what not in asked_for | how_far]
    assert len(set(told_apart)) == len(told_apart)
