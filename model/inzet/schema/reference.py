"""The schema in words: for the reference page, and for the notes in the workbook."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import cleandoc
from typing import Any

from annotated_types import Ge, Le
from pydantic.fields import FieldInfo

from inzet.schema.rows import SHEETS, Row, Settings, cell_value, choices_of, extra_of, kind_of


def meaning_of(row: type[Row] | type[Settings]) -> str:
    """What a sheet holds, in a sentence or two."""
    return " ".join(cleandoc(row.__doc__ or "").replace("`", "").split())


def allowed_in(field: FieldInfo) -> str:
    """What may stand in a column, in words, such as ``whole number, 1 to 24``."""
    kind = kind_of(field)
    if choices := choices_of(field):
        return ", ".join(choices)
    if ref := extra_of(field, "ref"):
        sheet, _, column = ref.partition(".")
        return f"{kind.name} that occurs in {sheet}, column {column}"
    low, high = bounds_of(field)
    if low is None or high is None:
        return kind.allowed
    return f"{kind.name}, {low:,.15g} to {high:,.15g}"


def bounds_of(field: FieldInfo) -> tuple[float | None, float | None]:
    """The smallest and the largest value that a column allows; nothing where it has no bound."""
    low: Any = next((item.ge for item in field.metadata if isinstance(item, Ge)), None)
    high: Any = next((item.le for item in field.metadata if isinstance(item, Le)), None)
    return low, high


def default_of(field: FieldInfo) -> str:
    """What an empty cell means: ``must be filled``, ``stays empty`` or the value that is then used."""
    if field.is_required():
        return "must be filled"
    default = cell_value(field.default)
    if default is None or default == "":
        return "stays empty"
    return f"{default:g}" if isinstance(default, float) else str(default)


def reference_page() -> str:
    """The reference of every sheet and column, as a page in Markdown."""
    lines = ["# The sheets and columns of a scenario workbook", ""]
    lines += [
        "Generated from the schema. Names of sheets and columns are found whatever their case, spaces and",
        "underscores. A column whose name begins with `#` is a note of the planner's own.",
        "",
        "| sheet | needed | what it holds |",
        "|---|---|---|",
        f"| [{Settings.sheet}](#{Settings.sheet.lower()}) | yes | {_cell(meaning_of(Settings))} |",
    ]
    for sheet, row in SHEETS.items():
        needed = "yes" if row.required_sheet else "no"
        lines.append(f"| [{sheet}](#{sheet.lower()}) | {needed} | {_cell(meaning_of(row))} |")
    sheets: list[type[Row] | type[Settings]] = [Settings, *SHEETS.values()]
    for sheet_class in sheets:
        lines += ["", *_section(sheet_class)]
    return "\n".join(lines) + "\n"


def _section(row: type[Row] | type[Settings]) -> Iterator[str]:
    yield f"## {row.sheet}"
    yield ""
    yield meaning_of(row)
    yield ""
    key = getattr(row, "key", ())
    if key:
        yield f"One row per {' and '.join(f'`{name}`' for name in key)}."
        yield ""
    yield f"| {'column' if key else 'setting'} | type | unit | allowed | when empty | meaning |"
    yield "|---|---|---|---|---|---|"
    for name, field in row.model_fields.items():
        label = f"`{name}`" + (" (key)" if name in key else "")
        parts = (
            label,
            kind_of(field).name,
            extra_of(field, "unit"),
            allowed_in(field),
            default_of(field),
            field.description or "",
        )
        yield f"| {' | '.join(_cell(part) for part in parts)} |"


def _cell(text: str) -> str:
    """Text that stays in one cell of a Markdown table."""
    return text.replace("|", "\\|")
