"""Where a command has its problems solved, and which answers it finds again."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from inzet.analyses.kept import ANSWERS
from inzet.cli.terminal import Terminal
from inzet.reports.words import count
from inzet.solver.cluster import Cluster
from inzet.solver.kept_answers import Kept
from inzet.solver.place import ChildProcesses, Place, solving_at


@contextmanager
def at_work(
    terminal: Terminal, dask: str = "", *, kept: Path | None = None, solve_again: bool = False
) -> Iterator[Place]:
    """Have every problem of the block solved where the planner wants it, and say at the end what was found again.

    Args:
        terminal: where to speak.
        dask: address of a Dask scheduler; empty for this computer.
        kept: the folder of what is kept; None to keep and find nothing.
        solve_again: whether to find nothing, and keep what is solved anew.

    Raises:
        UsageError: no cluster can be used at the address.
    """
    with ExitStack() as stack:
        place: Place = stack.enter_context(_cluster(terminal, dask)) if dask else ChildProcesses()
        if kept is None:
            yield stack.enter_context(solving_at(place))
            return
        answers = Kept(place, kept / ANSWERS, anew=solve_again)
        stack.enter_context(solving_at(answers))
        try:
            yield answers
        finally:
            if answers.asked:
                terminal.note(found_words(answers))


def found_words(answers: Kept) -> str:
    """How many solves were asked for, and how many had been done before."""
    solves = count(answers.asked, "solve")
    if not answers.found:
        return f"{solves}, none done before"
    every = "all" if answers.found == answers.asked > 1 else str(answers.found)
    return f"{solves}, {every} done before and found again"


def _cluster(terminal: Terminal, address: str) -> Cluster:
    terminal.note(f"connecting to the Dask cluster at {address}")
    cluster = Cluster(address)
    # What goes wrong there comes back as an answer with its reason.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    workers = count(cluster.workers, "worker")
    terminal.note(f"solving at the cluster: {workers}, {count(cluster.at_a_time, 'problem')} at a time")
    return cluster
