"""The folder of a comparison: workbook, page, figures, tables and JSON document."""

from __future__ import annotations

from pathlib import Path

from inzet.analyses.compare import Comparison
from inzet.reports.comparison.document import comparison_document, comparison_timings
from inzet.reports.comparison.page import write_comparison_page
from inzet.reports.comparison.tables import comparison_tables
from inzet.reports.comparison.workbook import write_comparison_workbook
from inzet.reports.csv_files import write_csv
from inzet.reports.figures import write_comparison_figures
from inzet.reports.folder import COMPARISON_MARK, TIMINGS
from inzet.reports.plan_files import write_json


def write_comparison(folder: Path, found: Comparison) -> dict[str, object]:
    """Write everything that there is to a comparison into a folder, its mark last.

    Args:
        folder: an empty folder.
        found: the comparison.

    Returns:
        The contents of ``compare.json``.

    Raises:
        OutputError: it cannot be written.
    """
    tables = comparison_tables(found)
    write_comparison_figures(folder / "figures", found, tables)
    write_comparison_workbook(folder / "compare.xlsx", found, tables)
    write_comparison_page(folder / "compare.html", found, tables, folder / "figures")
    write_csv(folder / "tables", tables)
    document = comparison_document(found) | {TIMINGS: comparison_timings(found)}
    write_json(folder / COMPARISON_MARK, document)
    return document
