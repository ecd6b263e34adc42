"""What pydantic finds wrong with a value, said in a planner's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from inzet.errors import did_you_mean
from inzet.schema.kinds import parse_text
from inzet.schema.rows import choices_of, extra_of, kind_of


@dataclass(frozen=True, slots=True)
class Explanation:
    """One problem with one value.

    Attributes:
        column: the column it stands in.
        rule: the rule that it breaks.
        message: what is wrong.
        fix: what to do.
    """

    column: str
    rule: str
    message: str
    fix: str


def explain(problem: Mapping[str, Any], model: type[BaseModel]) -> Explanation:
    """The explanation of one entry of ``ValidationError.errors()`` for a row class or the settings."""
    column = str(problem["loc"][0])
    context = problem.get("ctx", {})
    field = model.model_fields.get(column)
    if field is None:
        known = ", ".join(model.model_fields)
        return Explanation(
            column,
            "columns are known",
            f"there is no column {column!r}.{did_you_mean(column, model.model_fields)}",
            f"Use one of: {known}.",
        )
    rule = f"{column} holds {kind_of(field).allowed}"
    unit = extra_of(field, "unit")
    match problem["type"]:
        case "missing":
            return Explanation(column, f"{column} is filled", f"{column} is empty", f"Fill in: {field.description}")
        case "inzet_cell":
            return Explanation(column, rule, str(context["message"]), str(context["fix"]))
        case "enum" | "literal_error":
            choices = choices_of(field)
            text = parse_text(problem["input"])
            return Explanation(
                column,
                f"{column} is one of {', '.join(choices)}",
                f"{text!r} is not allowed.{did_you_mean(text, choices)}",
                f"Choose one of: {', '.join(choices)}.",
            )
        case "greater_than_equal":
            bound = f"{context['ge']:,.15g} {unit}".strip()
            return Explanation(
                column,
                f"{column} is at least {bound}",
                f"{parse_text(problem['input'])} is too small",
                f"Use {bound} or more.",
            )
        case "less_than_equal":
            bound = f"{context['le']:,.15g} {unit}".strip()
            return Explanation(
                column,
                f"{column} is at most {bound}",
                f"{parse_text(problem['input'])} is too large",
                f"Use {bound} or less.",
            )
        case _:
            return Explanation(column, rule, str(problem["msg"]), f"Use {kind_of(field).allowed}.")
