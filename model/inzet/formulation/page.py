"""The formulation page: generated from the rules themselves, so that page and model cannot drift apart."""

from __future__ import annotations

import inspect

from inzet.formulation.build import RULES, add_variables
from inzet.formulation.goals import GOALS
from inzet.formulation.rule import sections


def formulation_page() -> str:
    """The page in Markdown: variables, goals, and every rule with sentence, formula, for-all set and unit."""
    return "\n".join([_HEAD, _variables(), "## Goals\n", _goals(), "## Rules\n", _overview(), _rules()]).rstrip() + "\n"


_HEAD = """# The model

This page is generated from the rule functions in `model/inzet/formulation/` (`inzet formulation FILE`); a test
keeps it equal to them. Beside every rule stands a small LP file in `tests/formulation/golden/`.

Months $t$ run over the horizon. $S_m$ are the stays of mission $m$: a stay is one option with its first and last
month abroad; new stays start in decision months, and last whole tours or to the end of their window. Around each tour
lie the months of preparation and recovery of its unit type, so that one binary carries the whole footprint of a
contribution: $\\mathit{load}_{s,u,p,t}$ is the number of units of type $u$ that stay $s$ keeps in phase $p$
(preparing, deployed, recovering) in month $t$.
"""


def _variables() -> str:
    lines = inspect.cleandoc(add_variables.__doc__ or "").split("\n", 2)[2]
    return f"## Variables\n\n{lines}\n"


def _goals() -> str:
    rows = ["| goal | what | formula | unit |", "|---|---|---|---|"]
    for name, function in GOALS.items():
        parts = sections(function.__doc__ or "")
        rows.append(f"| `{name.value}` | {parts['Sentence']} | {_in_table(parts['Formula'])} | {parts['Unit']} |")
    note = (
        "\nGoals are optimised rank by rank, in the order of the Goals sheet; a lower rank never costs a higher one "
        "anything. Goals of one rank are added up with their weights.\n"
    )
    return "\n".join(rows) + "\n" + note


def _overview() -> str:
    rows = ["| rule | sentence |", "|---|---|"]
    rows += [f"| [`{rule.name}`](#{rule.name}) | {rule.documentation()['Sentence']} |" for rule in RULES]
    return "\n".join(rows) + "\n"


def _rules() -> str:
    return "\n".join(_rule(rule.name, rule.documentation()) for rule in RULES)


def _rule(name: str, parts: dict[str, str]) -> str:
    formula = parts["Formula"].strip("$")
    return (
        f"### {name}\n\n{parts['Sentence']}\n\n$${formula}$$\n\n"
        f"- For all: {parts['For all']}\n- Unit: {parts['Unit']}\n- Source: {parts['Source']}\n"
        f"- Golden LP: `tests/formulation/golden/{name}.lp`\n"
    )


def _in_table(formula: str) -> str:
    return formula.replace("|", "\\|")
