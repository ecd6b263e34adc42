"""The problems of one sheet, gathered while it is read."""

from __future__ import annotations

from inzet.errors import Issue, Severity
from inzet.schema.kinds import parse_text
from inzet.workbook.grid import Cell, Trouble

_TROUBLE = {
    Trouble.ERROR: (
        "cells hold values, not Excel errors",
        "the cell shows the error {}",
        "Mend its formula, or type the value.",
    ),
    Trouble.UNCOMPUTED: (
        "formulas have a result",
        "the formula {} has never been computed",
        "Open the workbook in Excel and save it, or type the value.",
    ),
}


class Findings:
    """The problems found in one sheet.

    Attributes:
        sheet: the sheet's name, as it stands in the workbook.
        issues: the problems, in the order in which they were found.
    """

    def __init__(self, sheet: str) -> None:
        self.sheet = sheet
        self.issues: list[Issue] = []

    def error(self, rule: str, message: str, fix: str, *, cell: str = "", value: object = None) -> None:
        """Add an error."""
        self._add(Severity.ERROR, rule, message, fix, cell, value)

    def warn(self, rule: str, message: str, fix: str, *, cell: str = "", value: object = None) -> None:
        """Add a warning."""
        self._add(Severity.WARNING, rule, message, fix, cell, value)

    def unknown(self, rule: str, message: str, fix: str, hint: str, *, cell: str = "", value: object = None) -> None:
        """Add something with a name that is not known: an error when it is near one that is, else a warning.

        A slip of the keyboard in the name of an optional sheet or column would otherwise drop it without a word.
        """
        severity = Severity.ERROR if hint else Severity.WARNING
        self._add(severity, rule, message + hint, fix, cell, value)

    @property
    def errors(self) -> int:
        """How many errors there are, warnings left out."""
        return sum(issue.severity is Severity.ERROR for issue in self.issues)

    def usable(self, cell: Cell) -> bool:
        """Whether the cell has a value; a cell in trouble is added to the errors."""
        if cell.trouble is None:
            return True
        rule, message, fix = _TROUBLE[cell.trouble]
        self.error(rule, message.format(cell.value), fix, cell=cell.address, value=cell.value)
        return False

    def _add(self, severity: Severity, rule: str, message: str, fix: str, cell: str, value: object) -> None:
        text = "" if value is None else parse_text(value)
        self.issues.append(Issue(severity, self.sheet, cell, text, rule, message, fix))
