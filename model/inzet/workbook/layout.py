"""How a workbook is laid out beside what the schema says: what the reader and the writer must agree on."""

from __future__ import annotations

README_SHEET = "Read me"
EXPLANATORY_SHEETS = (README_SHEET, "Explanation")
"""Sheets that explain and hold no data."""

SETTING, VALUE = "setting", "value"
SETTINGS_COLUMNS = (SETTING, VALUE, "unit", "allowed", "when empty", "meaning")
"""The columns of the Settings sheet; the first two are read, the others explain."""

COMMENT_MARK = "#"
"""A column whose name begins with it is the planner's own and is not read."""
