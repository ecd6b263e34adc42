"""The figures of a plan: the only part of inzet that knows matplotlib."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from matplotlib.figure import Figure

from inzet.errors import OutputError
from inzet.outcome import Solution
from inzet.plan.ledger import Ledger
from inzet.plan.tables import Table
from inzet.reports.figures.canvas import Caption, caption_of, settings
from inzet.reports.figures.margins import margins
from inzet.reports.figures.money import money
from inzet.reports.figures.persons import persons
from inzet.reports.figures.readiness import readiness
from inzet.reports.figures.timeline import timeline
from inzet.reports.figures.unit_use import unit_use
from inzet.reports.figures.value import value
from inzet.scenario.scenario import Scenario

_Draw = Callable[[Mapping[str, Table], Scenario, Caption], Figure]
FIGURES: dict[str, _Draw] = {
    "timeline": timeline,
    "unit_use": unit_use,
    "readiness": readiness,
    "money": money,
    "value": value,
    "persons": persons,
}
"""The figures of every plan, by the name of their files."""
WHEN_ASKED: dict[str, _Draw] = {"margins": margins}
"""The figures of tables that are there only when asked for, by the name of both."""

DOTS_PER_INCH = 160


def write_figures(directory: Path, solution: Solution, ledger: Ledger, tables: Mapping[str, Table]) -> list[Path]:
    """Write every figure of a plan as PNG and SVG; the same plan gives the same bytes.

    Args:
        directory: where to write; made when it is not there.
        solution: how the solve ended; it must have a plan.
        ledger: the reckoning of that plan.
        tables: the result tables of the ledger, by name.

    Returns:
        The files written.

    Raises:
        OutputError: they cannot be written.
    """
    caption = caption_of(solution, tables)
    written: list[Path] = []
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, draw in (FIGURES | {n: draw for n, draw in WHEN_ASKED.items() if n in tables}).items():
            written += _save(draw(tables, ledger.scenario, caption), directory / name)
    except OSError as error:
        raise OutputError(f"{directory} cannot be written: {error.strerror}.") from error
    return written


def _save(figure: Figure, stem: Path) -> list[Path]:
    png, svg = stem.with_suffix(".png"), stem.with_suffix(".svg")
    with settings():
        figure.savefig(png, dpi=DOTS_PER_INCH, metadata={"Software": None})
        figure.savefig(svg, metadata={"Date": None})
    return [png, svg]
