"""Kill inzet with SIGKILL at every stage of a solve, a comparison and a sensitivity run, and see what is lost.

Run ``python tests/faults/kill_points.py``. Every event that changes the disk, starts the solver or passes something to
or from it is a point, and so are moments drawn by seed, at which the whole group of processes is killed. After each the
folder must hold the earlier result byte for byte or the new one whole; then the same command must put everything right
without solving anything again that was finished. Exit code 1 when a result was lost or something else went wrong.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from builders import changed, small_book, with_basis
from comparisons import compared_book
from faults import forked
from faults.forked import Blow, Ended

from inzet.reports.folder import WRITTEN
from inzet.workbook.writer import write_workbook

RESULT = Path("out") / "result"
KEPT = Path("kept")
AT_RANDOM = 10
"""Moments that are drawn for every command."""
SEED = 1

_FOUND = re.compile(r"(\d+) solves?, (none|all|\d+) done before")
_VARYING = frozenset({"seconds", "timings"})


@dataclass(frozen=True, slots=True)
class Command:
    """A command that is killed.

    Attributes:
        name: what it is called in the table.
        arguments: what is typed after ``inzet``.
        mark: the file that its results are known by.
        earlier: whether its folder holds an earlier result of another question.
        for_log: problems that it solves in any case: what a log is wanted of is never taken from what is kept.
    """

    name: str
    arguments: tuple[str, ...]
    mark: str
    earlier: bool = True
    for_log: int = 0


_OUT = ("--out", str(RESULT))
_KEEP = ("--kept", str(KEPT))
COMMANDS = (
    Command("solve", ("solve", "small.xlsx", *_OUT), "run.json"),
    Command("solve, no earlier result", ("solve", "small.xlsx", *_OUT), "run.json", earlier=False),
    Command("solve --explain", ("solve", "small.xlsx", "--explain", *_OUT, *_KEEP), "run.json", for_log=1),
    Command(
        "compare", ("compare", "compared.xlsx", "--scenarios", "FEW_EXPERTS,DEARER_ALLY", *_OUT, *_KEEP), "compare.json"
    ),
    Command("sensitivity", ("sensitivity", "small.xlsx", "supply", "EXPERT", *_OUT, *_KEEP), "sensitivity.json"),
)


@dataclass(slots=True)
class Ground:
    """What a command is run on, and what comes of it when nothing disturbs it.

    Attributes:
        command: the command.
        folder: its workbooks, and the earlier result.
        earlier: the files of the earlier result, with a hash of each; empty when there is none.
        whole: the files of the new one, without what differs from run to run.
        solves: problems that it has solved when nothing is kept.
        events: what it does, in order.
        seconds: how long it takes.
    """

    command: Command
    folder: Path
    earlier: Mapping[str, str]
    whole: Mapping[str, str]
    solves: int
    events: tuple[str, ...]
    seconds: float


@dataclass(slots=True)
class Outcome:
    """What a kill did.

    Attributes:
        command: the name of the command.
        stage: what it was about to do.
        state: what the folder held after the kill.
        lost: results that are gone or are not whole.
        faults: whatever else is not as it should be.
        resumed: whether the next run found finished answers again.
    """

    command: str
    stage: str
    state: str = ""
    lost: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    resumed: bool = False


def exact(folder: Path) -> dict[str, str]:
    """Every file of a folder with a hash of its bytes; empty when it is not there."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def told(folder: Path) -> dict[str, str]:
    """The same without what differs from run to run: the folder of logs, and seconds in JSON files."""
    files = {name: value for name, value in exact(folder).items() if "log" not in Path(name).parts[0].split(".")}
    for name in files:
        if name.endswith(".json"):
            document = _without_times(json.loads((folder / name).read_text(encoding="utf-8")))
            files[name] = hashlib.sha256(json.dumps(document).encode()).hexdigest()
    return files


def _without_times(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_times(held) for key, held in value.items() if key not in _VARYING}
    return [_without_times(held) for held in value] if isinstance(value, list) else value


def solved_anew(ended: Ended) -> int:
    """Problems that a run solved, by what it says: those asked for but for those found again."""
    total = 0
    for asked, found in _FOUND.findall(ended.err):
        total += int(asked) - {"none": 0, "all": int(asked)}.get(found, int(found) if found.isdigit() else 0)
    return total


def grounds(home: Path, names: Iterable[str] = ()) -> list[Ground]:
    """Prepare every command, and run it undisturbed.

    Args:
        home: an empty folder.
        names: the commands that are wanted; all when not given.
    """
    books = home / "books"
    books.mkdir()
    write_workbook(with_basis(small_book()), books / "small.xlsx")
    write_workbook(with_basis(compared_book()), books / "compared.xlsx")
    before = home / "books-before"
    before.mkdir()
    fewer = {"units": 6}
    write_workbook(with_basis(changed(small_book(), "Supply", "EXPERT / 2025-01", **fewer)), before / "small.xlsx")
    write_workbook(
        with_basis(changed(compared_book(), "Supply", "EXPERT / 2025-01", **fewer)), before / "compared.xlsx"
    )
    wanted = set(names)
    chosen = [command for command in COMMANDS if not wanted or command.name in wanted]
    with forked.emptied(home) as trial:
        shutil.copytree(books, trial, dirs_exist_ok=True)
        forked.warm_up(*(command.arguments for command in chosen), folder=trial)
    return [_ground(command, home) for command in chosen]


def _ground(command: Command, home: Path) -> Ground:
    folder = home / command.name.replace(" ", "-")
    (folder / "out").mkdir(parents=True)
    if command.earlier:
        shutil.copytree(home / "books-before", folder, dirs_exist_ok=True)
        _must_succeed(forked.run(command.arguments, folder))
        shutil.rmtree(folder / KEPT, ignore_errors=True)
    shutil.copytree(home / "books", folder, dirs_exist_ok=True)
    with copied(folder, home) as trial:
        ended = _must_succeed(forked.run(command.arguments, trial))
        whole = told(trial / RESULT)
    earlier = exact(folder / RESULT)
    assert whole
    assert whole != told(folder / RESULT), "the earlier result must be another one"
    return Ground(command, folder, earlier, whole, solved_anew(ended), ended.events, ended.seconds)


@contextmanager
def copied(folder: Path, home: Path) -> Iterator[Path]:
    """A copy of a folder for one run, taken away after."""
    made = Path(tempfile.mkdtemp(dir=home)).resolve()
    shutil.copytree(folder, made, dirs_exist_ok=True)
    try:
        yield made
    finally:
        shutil.rmtree(made)


def _must_succeed(ended: Ended) -> Ended:
    assert ended.code == 0, ended.err
    return ended


def blows(
    ground: Ground, at_random: int = AT_RANDOM, *, sign: signal.Signals = signal.SIGKILL, earliest: float = 0.0
) -> list[Blow]:
    """Every event of a command as a point, and some moments at random."""
    drawn = random.Random(f"{SEED} {sign.name} {ground.command.name}")
    moments = [drawn.uniform(earliest, ground.seconds) for _ in range(at_random)]
    at_events = [Blow(sign, event=number) for number in range(len(ground.events))]
    return [*at_events, *(Blow(sign, seconds=moment) for moment in moments)]


def try_point(home: Path, ground: Ground, blow: Blow) -> Outcome:
    """Kill a command at one point, look, run it again and look again."""
    with copied(ground.folder, home) as place:
        ended = forked.run(ground.command.arguments, place, blow)
        stage = stage_of(ended) if blow.event is not None else "at a random moment"
        outcome = Outcome(ground.command.name, stage)
        if blow.event is not None and ended.code != -signal.SIGKILL:
            # Threads that work side by side do not always come to the same number of events.
            outcome.stage = "after the last event"
        if ended.left:
            outcome.faults.append(f"{len(ended.left)} process(es) outlived the kill by ten seconds")
        outcome.state = _after_the_kill(ground, place, outcome)
        _run_again(ground, place, outcome)
    return outcome


def stage_of(ended: Ended) -> str:
    """What a run was about to do when it was struck."""
    return ended.events[-1] if ended.events else "at the start"


def _after_the_kill(ground: Ground, place: Path, outcome: Outcome) -> str:
    """What the folder holds; whatever is not as it should be is noted."""
    target, mark = place / RESULT, ground.command.mark
    for beside in target.parent.glob(".*.partial"):
        if (beside / WRITTEN).exists() and told(beside) != ground.whole:
            outcome.lost.append(f"{beside.name} has the list of all its files and is not whole")
    for kept in place.glob("kept/**/*.json"):
        if not _is_valid_json(kept):
            outcome.faults.append(f"{kept.name} is a half answer under its own name")
    if not target.exists():
        return _without_target(ground, target, outcome)
    if exact(target) == ground.earlier:
        return "earlier result"
    if told(target) != ground.whole:
        outcome.lost.append("the folder holds neither the earlier result nor the new one")
        return "something else"
    if mark == "run.json" and forked.run(["audit", target], place).code != 0:
        outcome.lost.append("the new result does not pass inzet audit")
    return "new result"


def _without_target(ground: Ground, target: Path, outcome: Outcome) -> str:
    if not ground.earlier:
        return "no result yet"
    if any(exact(aside) == ground.earlier for aside in target.parent.glob(".*previous")):
        return "earlier result aside"
    outcome.lost.append("the earlier result is gone")
    return "nothing"


def _is_valid_json(path: Path) -> bool:
    try:
        json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return False
    return True


def _run_again(ground: Ground, place: Path, outcome: Outcome) -> None:
    answers = len(list(place.glob("kept/answers/*.json")))
    again = forked.run(ground.command.arguments, place)
    if again.code != 0:
        outcome.lost.append(f"the next run ended with {again.code}: {again.err[-300:]}")
        return
    if told(place / RESULT) != ground.whole:
        outcome.lost.append("the next run wrote another result than a run that nothing disturbed")
    if left := leftovers(place):
        outcome.faults.append(f"left over after the next run: {', '.join(left)}")
    anew, due = solved_anew(again), ground.solves - max(0, answers - ground.command.for_log)
    if anew > due:
        outcome.faults.append(f"{answers} of {ground.solves} were answered before the kill; {anew} were solved again")
    outcome.resumed = answers > 0 and anew <= due


def leftovers(place: Path) -> list[str]:
    """Folders and files of runs that are over and did not come to their end."""
    beside = [path.name for path in (place / RESULT).parent.iterdir() if path.name != RESULT.name]
    return sorted([*beside, *(path.name for path in place.glob("kept/**/*.tmp"))])


def try_all(home: Path, chosen: Sequence[tuple[Ground, Blow]], lanes: int) -> list[Outcome]:
    """Try points side by side; the outcomes are in their order."""
    if lanes == 1:
        return [try_point(home, ground, blow) for ground, blow in chosen]
    with multiprocessing.get_context("fork").Pool(lanes) as pool:
        return pool.starmap(partial(try_point, home), chosen, chunksize=1)


def points_of(found: Sequence[Ground], most: int | None) -> list[tuple[Ground, Blow]]:
    """The points to try: all, or so many of them, spread evenly over every stage of every command."""
    every = [(ground, blow) for ground in found for blow in blows(ground)]
    if most is None or most >= len(every):
        return every
    return [every[number * len(every) // most] for number in range(most)]


def document(outcomes: Sequence[Outcome], seconds: float) -> dict[str, Any]:
    """The counts as one JSON document."""
    stages: dict[str, Counter[str]] = defaultdict(Counter)
    for outcome in outcomes:
        stages[outcome.command][outcome.stage] += 1
    return {
        "points": len(outcomes),
        "lost": sum(bool(outcome.lost) for outcome in outcomes),
        "faults": sum(bool(outcome.faults) for outcome in outcomes),
        "resumed": sum(outcome.resumed for outcome in outcomes),
        "states": dict(Counter(outcome.state for outcome in outcomes)),
        "stages": {name: dict(counts) for name, counts in stages.items()},
        "findings": sorted({f"{o.command}, {o.stage}: {words}" for o in outcomes for words in (*o.lost, *o.faults)}),
        "seconds": round(seconds, 1),
    }


def _table(outcomes: Sequence[Outcome]) -> str:
    states = sorted({outcome.state for outcome in outcomes})
    heads = ["command", "points", *states, "resumed", "lost", "other faults"]
    rows = []
    for name in dict.fromkeys(outcome.command for outcome in outcomes):
        mine = [outcome for outcome in outcomes if outcome.command == name]
        counts = Counter(outcome.state for outcome in mine)
        sums = (sum(o.resumed for o in mine), sum(bool(o.lost) for o in mine), sum(bool(o.faults) for o in mine))
        rows.append([name, str(len(mine)), *(str(counts[state]) for state in states), *map(str, sums)])
    wide = [max(len(row[column]) for row in [heads, *rows]) for column in range(len(heads))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, wide, strict=True)) for row in [heads, *rows])
    return "\n".join(line.rstrip() for line in lines)


def main() -> int:
    """Try the points and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, help="so many points, spread over all stages; every one when not given")
    parser.add_argument("--command", action="append", default=[], choices=[c.name for c in COMMANDS])
    parser.add_argument("--lanes", type=int, default=len(os.sched_getaffinity(0)), help="points tried side by side")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    asked = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kill-points-") as name:
        home = Path(name).resolve()
        outcomes = try_all(home, points_of(grounds(home, asked.command), asked.points), asked.lanes)
    found = document(outcomes, time.monotonic() - began)
    if asked.json:
        print(json.dumps(found, indent=2))
    else:
        print(_table(outcomes))
        print("\n".join(found["findings"]))
        print(
            f"Kill points tried: {found['points']}. Results lost: {found['lost']}. Other faults: {found['faults']}. ",
            end="",
        )
        print(f"Runs that went on where the killed one was: {found['resumed']}. {found['seconds']:.0f} s.")
    return int(bool(found["lost"] or found["faults"]))


if __name__ == "__main__":
    sys.exit(main())
