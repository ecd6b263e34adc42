"""The folder of a curve or of losses: workbook, figures and JSON document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from inzet.analyses.sensitivity.criticality import Criticality
from inzet.analyses.sensitivity.curve import Curve
from inzet.reports.figures.sensitivity import write_criticality_figures, write_curve_figures
from inzet.reports.sensitivity.document import criticality_document, curve_document
from inzet.reports.sensitivity.workbook import write_criticality_workbook, write_curve_workbook

MARK = "sensitivity.json"
"""The file by which a folder with a curve or losses is known; it is written last."""
WORKBOOK = "sensitivity.xlsx"


def write_curve(folder: Path, curve: Curve) -> dict[str, Any]:
    """Write everything that there is to a curve into a folder, its mark last; returns its document.

    Raises:
        OutputError: it cannot be written.
    """
    write_curve_workbook(folder / WORKBOOK, curve)
    write_curve_figures(folder / "figures", curve)
    return _marked(folder, curve_document(curve))


def write_criticality(folder: Path, found: Criticality) -> dict[str, Any]:
    """Write everything that there is to losses into a folder, its mark last; returns their document.

    Raises:
        OutputError: it cannot be written.
    """
    write_criticality_workbook(folder / WORKBOOK, found)
    write_criticality_figures(folder / "figures", found)
    return _marked(folder, criticality_document(found))


def _marked(folder: Path, document: dict[str, Any]) -> dict[str, Any]:
    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    (folder / MARK).write_text(text, encoding="utf-8")
    return document
