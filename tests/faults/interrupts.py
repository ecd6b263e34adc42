"""Press Ctrl-C at every stage of a solve, a comparison and a sensitivity run, and see what is left.

Run ``python tests/faults/interrupts.py``. The points are those of ``kill_points.py``; at each the process sends itself
SIGINT, and at moments drawn by seed the whole group gets it, as from a terminal. Whatever the moment, the folder must
hold the earlier result byte for byte, or a whole one that says how far it came; nothing may be left beside it, no
traceback may be shown, and the words must fit what is there. Exit code 1 when that does not hold.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from faults import forked
from faults.forked import Blow, Ended
from faults.kill_points import COMMANDS, RESULT, Ground, blows, copied, exact, grounds, leftovers, told

AT_RANDOM = 20
"""Moments that are drawn for every command."""
EARLIEST = 0.05
"""Seconds after which the first of them may come: before that Python itself is not yet ready for one."""
LONG = 30.0
"""Seconds after which a run that was asked to stop has not listened."""

_NOTHING = "Nothing was written"
_TOLD = "Stopped while the result was being told"


@dataclass(slots=True)
class Pressed:
    """What Ctrl-C did.

    Attributes:
        command: the name of the command.
        stage: what it was about to do.
        code: its exit code.
        state: what the folder held after.
        faults: what is not as it should be.
    """

    command: str
    stage: str
    code: int
    state: str = ""
    faults: list[str] = field(default_factory=list)


def try_point(home: Path, ground: Ground, blow: Blow) -> Pressed:
    """Interrupt a command at one point and look."""
    with copied(ground.folder, home) as place:
        ended = forked.run(ground.command.arguments, place, blow)
        stage = ground.events[blow.event] if blow.event is not None else "at a random moment"
        pressed = Pressed(ground.command.name, stage, ended.code)
        pressed.state = _state(ground, place, pressed)
        pressed.faults += _faults_of(ended, ground, place, pressed.state)
    return pressed


def _state(ground: Ground, place: Path, pressed: Pressed) -> str:
    target = place / RESULT
    if not target.exists():
        if ground.earlier:
            pressed.faults.append("the earlier result is gone")
        return "no result yet"
    if exact(target) == ground.earlier:
        return "earlier result"
    if not (target / ground.command.mark).is_file():
        pressed.faults.append("the folder holds a result without its mark")
        return "something else"
    state = "new result" if told(target) == ground.whole else "as far as it came"
    if state != "new result" and not says_how_far(json.loads((target / ground.command.mark).read_text("utf-8"))):
        pressed.faults.append("a result that is not the whole answer does not say so")
    if ground.command.mark == "run.json" and forked.run(["audit", target], place).code != 0:
        pressed.faults.append("the result does not pass inzet audit")
    return state


def says_how_far(document: dict[str, Any]) -> bool:
    """Whether a document that is not the whole answer says so: a plan, a comparison or a curve."""
    if document["schema"].startswith("inzet.run/"):
        is_open = any(row["firmness"] == "open" for row in document["margins"])
        return is_open or (document["outcome"] == "feasible" and document["limit"] == "interrupt")
    if document["schema"].startswith("inzet.compare/"):
        assert any(option["value"] for option in document["options"]), "it holds no plan at all"
        return any(option["outcome"] != "optimal" for option in document["options"])
    return not document["complete"] or not document["proven"]


def _faults_of(ended: Ended, ground: Ground, place: Path, state: str) -> list[str]:
    said = ended.out + ended.err
    wrote = state in ("new result", "as far as it came")
    checks = {
        "a traceback is shown": "Traceback" in said or "Exception ignored" in said,
        f"exit code {ended.code}": ended.code not in (0, 1, 3),
        "it says that nothing was written, and something was": _NOTHING in said and wrote,
        "it does not say that nothing was written": _NOTHING not in said
        and not wrote
        and "Aborted" not in said
        and "No plan" not in said,
        "it is done and wrote nothing": ended.code == 0 and not wrote,
        f"{len(ended.left)} process(es) outlived it": bool(ended.left),
        f"left over: {', '.join(leftovers(place))}": bool(leftovers(place)),
        f"it took {ended.seconds:.0f} s to stop": ended.seconds > ground.seconds + LONG,
    }
    shown = f" [{said[-400:]}]"
    return [
        words + (shown if "traceback" in words or "says" in words or "say " in words else "")
        for words, is_so in checks.items()
        if is_so
    ]


def document(tried: Sequence[Pressed], seconds: float) -> dict[str, Any]:
    """The counts as one JSON document."""
    return {
        "points": len(tried),
        "faults": sum(bool(pressed.faults) for pressed in tried),
        "states": dict(Counter(pressed.state for pressed in tried)),
        "codes": dict(Counter(str(pressed.code) for pressed in tried)),
        "findings": sorted({f"{p.command}, {p.stage}: {words}" for p in tried for words in p.faults}),
        "seconds": round(seconds, 1),
    }


def main() -> int:
    """Try the points and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, help="so many points, spread over all stages; every one when not given")
    parser.add_argument("--command", action="append", default=[], choices=[c.name for c in COMMANDS])
    parser.add_argument("--lanes", type=int, default=len(os.sched_getaffinity(0)), help="points tried side by side")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    asked = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="interrupts-") as name:
        home = Path(name).resolve()
        every = [
            (ground, blow)
            for ground in grounds(home, asked.command)
            for blow in blows(ground, AT_RANDOM, sign=signal.SIGINT, earliest=EARLIEST)
        ]
        most = min(asked.points or len(every), len(every))
        chosen = [every[number * len(every) // most] for number in range(most)]
        with multiprocessing.get_context("fork").Pool(asked.lanes) as pool:
            tried = pool.starmap(partial(try_point, home), chosen, chunksize=1)
    found = document(tried, time.monotonic() - began)
    if asked.json:
        print(json.dumps(found, indent=2))
    else:
        print("\n".join(found["findings"]))
        for what in ("states", "codes"):
            print(f"{what}: " + ", ".join(f"{name} {number}" for name, number in found[what].items()))
        print(f"Moments tried: {found['points']}. Faults: {found['faults']}. {found['seconds']:.0f} s.")
    return int(bool(found["faults"]))


if __name__ == "__main__":
    sys.exit(main())
