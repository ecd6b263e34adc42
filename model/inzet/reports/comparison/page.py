"""The page of a comparison, ``compare.html``: one file to look at and to print, nothing loaded from elsewhere."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from inzet.analyses.compare import Comparison
from inzet.errors import OutputError
from inzet.plan.tables import Column, Table
from inzet.reports.comparison.words import comparison_summary
from inzet.reports.comparison.workbook import KIND_COLOURS, kind_in
from inzet.reports.sheets import head_of, in_millions, rows_of

_FIGURES = {
    "overview": "Side by side",
    "regret": "If another world comes",
    "bars": "What the options come to",
    "bridge_from_first": "From the first option to each other",
    "bridge": "From each option to the next",
}
"""The figures on the page, with their headings; the first stands on a page of its own when printed."""

_STYLE = """
body { font: 13px/1.4 Calibri, "Segoe UI", "DejaVu Sans", sans-serif; color: #1a1a1a; margin: 1.5em; }
h1 { color: #1F3864; font-size: 1.6em; margin: 0 0 .2em; } h2 { color: #1F3864; margin: 1.6em 0 .3em; }
nav a { margin-right: 1em; } a { color: #0563C1; } p.note { color: #595959; margin: .2em 0 .6em; max-width: 110em; }
img { width: 100%; max-width: 1600px; display: block; border: 1px solid #ddd; }
section.first img { max-height: 88vh; object-fit: contain; object-position: left; }
.scroll { overflow: auto; max-height: 85vh; border: 1px solid #ccc; }
table { border-collapse: separate; border-spacing: 0; } td, th { padding: 2px 6px; text-align: left;
  vertical-align: top; border-right: 1px solid #e3e3e3; border-bottom: 1px solid #e3e3e3; }
th { background: #1F3864; color: white; position: sticky; top: 0; z-index: 2; min-width: 4.6em; }
td:first-child, th:first-child { position: sticky; left: 0; z-index: 1; background: #f1f3f6; font-weight: 600; }
th:first-child { background: #1F3864; z-index: 3; } td.n { text-align: right; white-space: nowrap; }
td.bad { background: #F8CBAD; color: #9C0006; } td.tie { background: #E2EFDA; } dt { font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1em 1em; margin: 0; } dd { margin: 0; }
@media print { @page { size: A3 landscape; margin: 8mm; } body { margin: 0; font-size: 8px; } nav { display: none; }
  .scroll { overflow: visible; max-height: none; border: 0; } th, td:first-child { position: static; }
  td, th { padding: 1px 3px; } section { break-before: page; } section.first { break-before: auto; }
  img, section.first img { max-width: none; max-height: 255mm; object-fit: contain; border: 0; }
  tr { break-inside: avoid; } }
"""


def write_comparison_page(path: Path, found: Comparison, tables: Mapping[str, Table], figures: Path) -> None:
    """Write a comparison as one HTML file.

    Args:
        path: the file to write.
        found: the comparison.
        tables: its tables, by name.
        figures: the folder with its figures.

    Raises:
        OutputError: it cannot be written.
    """
    try:
        path.write_text("\n".join(_page(found, tables, figures)) + "\n", encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}.") from error


def _page(found: Comparison, tables: Mapping[str, Table], figures: Path) -> Iterator[str]:
    title = next((c.ledger.scenario.settings.title for c in found.planned), "A comparison")
    yield f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
    yield f"<style>{_STYLE}</style></head><body><h1>{escape(title)}: options side by side</h1><nav>"
    links = [(f"figure-{name}", words) for name, words in _FIGURES.items()]
    links += [("summary", "In words"), *((name, table.title) for name, table in tables.items())]
    yield from (f'<a href="#{anchor}">{escape(words)}</a>' for anchor, words in links)
    yield "</nav>"
    for number, (name, heading) in enumerate(_FIGURES.items()):
        first = ' class="first"' if number == 0 else ""
        source = base64.b64encode((figures / f"{name}.svg").read_bytes()).decode()
        yield f'<section{first} id="figure-{name}"><h2>{escape(heading)}</h2>'
        yield f'<img alt="{escape(heading)}" src="data:image/svg+xml;base64,{source}"></section>'
    yield '<section id="summary"><h2>In words</h2>'
    for section in comparison_summary(found):
        lines = "".join(f"<dt>{escape(label)}</dt><dd>{escape(words)}</dd>" for label, words in section.lines)
        yield f"<h3>{escape(section.heading)}</h3><dl>{lines}</dl>"
    yield "</section>"
    for name, table in tables.items():
        yield f'<section id="{name}"><h2>{escape(table.title)}</h2><p class="note">{escape(table.note)}</p>'
        yield from _table(table)
        yield "</section>"
    yield "</body></html>"


def _table(table: Table) -> Iterator[str]:
    heads = "".join(
        f'<th title="{escape(column.meaning)}">{escape(head_of(column).text)}</th>' for column in table.columns
    )
    yield f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>'
    for row in rows_of(in_millions(table)):
        cells = zip(table.columns, row, strict=True)
        yield "<tr>" + "".join(_cell(table, column, value) for column, value in cells) + "</tr>"
    yield "</tbody></table></div>"


def _cell(table: Table, column: Column, value: Any) -> str:
    if value is None:
        return "<td></td>"
    if isinstance(value, int | float) and not isinstance(value, bool):
        plain = column.name == "year" or table.name == "input"
        text = f"{value:g}" if plain and isinstance(value, float) else str(value) if plain else f"{value:,.1f}"
        return f'<td class="n">{text.removesuffix(".0")}</td>'
    words = str(value)
    kind = kind_in(words) if table.name == "decisions" else None
    if kind is not None:
        return f'<td style="background:#{KIND_COLOURS[kind]}">{escape(words)}</td>'
    bad = table.name == "regret" and words.endswith((" !", " x"))
    mark = ' class="bad"' if bad else ' class="tie"' if words == "tie" else ""
    return f"<td{mark}>{escape(words)}</td>"
