"""The figures of curves and losses, written to a folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from matplotlib.figure import Figure

from inzet.analyses.sensitivity.criticality import Criticality
from inzet.analyses.sensitivity.curve import Curve, Kind
from inzet.errors import OutputError
from inzet.plan.ledger import Ledger
from inzet.plan.tables import plan_tables
from inzet.reports.figures import save_as
from inzet.reports.figures.canvas import DOT, Caption, resting_on
from inzet.reports.figures.capacity_map import capacity_map
from inzet.reports.figures.envelope import envelope
from inzet.reports.figures.staircase import staircase
from inzet.reports.figures.tornado import tornado
from inzet.reports.sensitivity.words import criticality_proof, proof_line
from inzet.reports.words import HASH_LETTERS, span_words
from inzet.scenario.scenario import Scenario


def write_curve_figures(directory: Path, curve: Curve) -> list[Path]:
    """Write the figures of a curve as PNG and SVG; the same curve gives the same bytes.

    Args:
        directory: where to write; made when it is not there.
        curve: the curve.

    Returns:
        The files written.

    Raises:
        OutputError: they cannot be written.
    """
    planned = curve.here or (curve.planned[0] if curve.planned else None)
    ledger = planned.ledger if planned is not None else None
    caption = _caption(curve.scenario, ledger, proof_line(curve), span_words(*curve.window))
    if curve.kind is Kind.WEIGHT:
        return _written(directory, {"envelope": envelope(curve, caption)})
    return _written(
        directory, {"staircase": staircase(curve, caption), "missions_by_capacity": capacity_map(curve, caption)}
    )


def write_criticality_figures(directory: Path, found: Criticality) -> list[Path]:
    """Write the figure of losses as PNG and SVG; the same losses give the same bytes.

    Args:
        directory: where to write; made when it is not there.
        found: the losses.

    Returns:
        The files written.

    Raises:
        OutputError: they cannot be written.
    """
    caption = _caption(found.scenario, found.ledger, criticality_proof(found), span_words(*found.window))
    return _written(directory, {"tornado": tornado(found, caption)})


def _caption(scenario: Scenario, ledger: Ledger | None, proof: str, months: str) -> Caption:
    parts = (
        scenario.settings.title,
        f"scenario {scenario.label}",
        months,
        proof,
        f"content hash {scenario.content_hash[:HASH_LETTERS]}",
    )
    return Caption(DOT.join(parts), "" if ledger is None else resting_on(plan_tables(ledger)))


def _written(directory: Path, figures: Mapping[str, Figure]) -> list[Path]:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        return [path for name, figure in figures.items() for path in save_as(figure, directory / name)]
    except OSError as error:
        raise OutputError(f"{directory} cannot be written: {error.strerror}.") from error
