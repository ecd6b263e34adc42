"""The folder of a plan: workbook, tables, figures, and what was asked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from inzet.analyses.decisions import Decision
from inzet.outcome import Solution
from inzet.plan.audit import Audit
from inzet.plan.ledger import Ledger
from inzet.plan.tables import plan_tables
from inzet.reports.assumptions.standing import Standing
from inzet.reports.csv_files import write_csv
from inzet.reports.figures import write_figures
from inzet.reports.folder import MARK, TIMINGS
from inzet.reports.margins import MARGINS, margins_table
from inzet.reports.run_json import run_document, timings
from inzet.reports.workbook import write_plan_workbook


def write_plan(
    folder: Path,
    solution: Solution,
    ledger: Ledger,
    audit: Audit,
    found: Sequence[Decision] | None = None,
    standing: Standing | None = None,
    more: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """Write everything that there is to a plan into a folder, but for the workbook that was asked; its mark last.

    Args:
        folder: the folder.
        solution: how the solve ended; it must have a plan.
        ledger: the reckoning of that plan.
        audit: the independent check of it.
        found: its decisions turned around; None when nobody asked.
        standing: what its decisions hang on; None when nobody asked.
        more: what else goes into ``run.json``.

    Returns:
        The contents of ``run.json``.

    Raises:
        OutputError: it cannot be written.
    """
    tables = dict(plan_tables(ledger))
    if found is not None:
        tables[MARGINS] = margins_table(found, solution.scenario)
    write_plan_workbook(folder / "plan.xlsx", solution, ledger, audit, tables, found, standing)
    write_csv(folder / "tables", tables)
    write_figures(folder / "figures", solution, ledger, tables)
    document = run_document(solution, audit, tables, tuple(found or ())) | dict(more or {})
    # What differs from run to run comes last, so that all above it is the same.
    document |= {TIMINGS: timings(solution)}
    write_json(folder / MARK, document)
    return document


def write_json(path: Path, document: Mapping[str, object]) -> None:
    """Write a JSON document, one key per line, as people can read it."""
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n", encoding="utf-8")
