"""What can be wrong with an input, and the exceptions that carry it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from enum import StrEnum

MAX_COMPARED = 2000
"""Words that a misspelt one is compared with."""
MAX_LENGTH = 100
"""Characters of a word that are compared; what is longer is no slip of the keyboard."""


class Severity(StrEnum):
    """How bad an issue is: an error stops the work, a warning is shown and the work goes on."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Issue:
    """One problem in an input, said so that a planner can mend it without help.

    Attributes:
        severity: error or warning.
        sheet: the sheet (or file) it is found in; empty when it concerns the whole workbook.
        cell: the cell, such as ``C12``; empty when there is none.
        value: what stands there, as text.
        rule: the rule that it breaks, in a few words.
        message: what is wrong.
        fix: what to do about it.
    """

    severity: Severity
    sheet: str
    cell: str
    value: str
    rule: str
    message: str
    fix: str

    def as_dict(self) -> dict[str, str]:
        """The issue as plain text values, for JSON."""
        return {key: str(value) for key, value in asdict(self).items()}


class InzetError(Exception):
    """The root of every error that inzet raises on purpose."""


class InputError(InzetError):
    """An input that cannot be used, with every problem found in it.

    Attributes:
        issues: all problems, errors and warnings, in the order of the workbook.
    """

    def __init__(self, issues: Iterable[Issue]) -> None:
        self.issues = tuple(issues)
        errors = sum(issue.severity is Severity.ERROR for issue in self.issues)
        super().__init__(f"{errors} problem(s) in the input")


class UsageError(InzetError):
    """A request that makes no sense, such as a scenario that the workbook does not have."""


class OutputError(InzetError):
    """Results that could not be written; what was there before is untouched."""


class SolverError(InzetError):
    """The solver refused the model or broke down; no plan may be drawn from it."""


class AuditError(InzetError):
    """A plan that the independent check found to break a rule, or to be worth something else than claimed.

    Attributes:
        findings: one sentence per difference.
    """

    def __init__(self, findings: Iterable[str]) -> None:
        self.findings = tuple(findings)
        super().__init__("the independent check rejects the plan: " + "; ".join(self.findings[:5]))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``" Did you mean X?"`` for the nearest of the known words, or nothing when none is near.

    Among more than ``MAX_COMPARED`` words only one that differs in case is found: comparing all would take too long.
    """
    by_folded = {candidate.casefold(): candidate for candidate in known}
    word = word.casefold()[:MAX_LENGTH]
    near = [word] if word in by_folded else []
    if not near and len(by_folded) <= MAX_COMPARED:
        near = get_close_matches(word, by_folded, n=1, cutoff=0.6)
    return f" Did you mean {by_folded[near[0]]!r}?" if near else ""
