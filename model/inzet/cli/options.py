"""The options that several commands share, each written once."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import typer

from inzet.errors import UsageError

Workbook = Annotated[Path, typer.Argument(help="The scenario workbook (.xlsx).", show_default=False)]
ScenarioNames = Annotated[
    str, typer.Option("--scenario", help="Named scenario(s) of the workbook to apply, separated by commas.")
]
PrioritySet = Annotated[
    str, typer.Option(help="A named set of the Priorities sheet to plan under: its weights and ranks of goals.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
Strict = Annotated[bool, typer.Option("--strict", help="Warnings count: exit with 1 when there are any.")]
TimeLimit = Annotated[
    float | None, typer.Option(help="Seconds to search for each plan; else as the workbook says.", min=0)
]
Gap = Annotated[
    float | None,
    typer.Option(help="Stop within this share of the best, e.g. 0.01; else as the workbook says.", min=0, max=1),
]
ExactGap = Annotated[
    float,
    typer.Option(help="Stop each search within this share of the best; above 0, little is proven.", min=0, max=1),
]
Dask = Annotated[
    str,
    typer.Option("--dask", help="Address of a Dask scheduler to solve at, e.g. tcp://host:8786.", metavar="ADDRESS"),
]
KeptIn = Annotated[
    Path,
    typer.Option(
        "--kept", help="Folder in which answers are kept, to be found again when a run goes on.", envvar="INZET_KEPT"
    ),
]
SolveAgain = Annotated[bool, typer.Option("--solve-again", help="Solve everything, also what is unchanged.")]


def split_names(names: str) -> tuple[str, ...]:
    """The names in a comma-separated list."""
    return tuple(name.strip() for name in names.split(",") if name.strip())


def share_of(text: str) -> float:
    """A share as planners write it: 1%, 1 %, 0,5% or 0.01.

    Raises:
        UsageError: it is not a share from 0 to 100%.
    """
    words = text.strip()
    percent = words.endswith("%")
    try:
        number = float(words.removesuffix("%").strip().replace(",", "."))
    except ValueError:
        raise UsageError(f"--within: “{text}” is no share; write 1% or 0.01.") from None
    share = number / 100 if percent else number
    if not math.isfinite(share) or not 0 <= share <= 1:
        raise UsageError(f"--within: “{text}” is not from 0 to 100%; write 1% or 0.01.")
    if not percent and share == 1:
        raise UsageError(f"--within: “{text}” would be 100%; write 1% or 0.01, or 100% if that is meant.")
    return share
