"""How much a part of a workbook would become when it is read, counted before anything is kept of it."""

from __future__ import annotations

from collections.abc import Mapping
from xml.parsers import expat

from openpyxl.utils import range_boundaries

LAST_COLUMN, LAST_ROW = 16_384, 1_048_576
"""Of a sheet of Excel."""

_WITHIN_CELL = frozenset({"v", "f", "t"})
_EXPANDED = frozenset({"mergeCell", "hyperlink"})
"""Elements that name a block of cells, each of which becomes a cell of its own when the sheet is read."""
_CHART = "c"
"""What the names in charts begin with; their formulas are no cells."""
_TRUE = ("1", "true")
_MAX_MARK = 1 << 21
"""Bytes between an opening bracket and its closing one; parsers look at such a stretch again with every piece of it."""


class Extent:
    """Counts the elements of one part, fed to it in pieces; a part that is not in XML has none.

    What is counted is what the reader makes an object of: rows and cells (also empty ones with a format), shared texts,
    styles, and every cell of a block that is merged or linked. The parser is the one that the reader parses with, so
    that what the one cannot read the other does not.

    Attributes:
        size: the number of objects that were counted.
        declares: whether the part declares a document type, whose entities a parser would expand.
        formulas: whether it has formulas in cells.
        stale: whether it says that formulas are to be computed again, so that their last results may be old.
        endless: whether it has a tag or a comment of megabytes, over which a parser would take hours.
    """

    def __init__(self) -> None:
        self.size = 0
        self.declares = self.endless = self.formulas = self.stale = False
        self._fed = 0
        self._readable = True
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._element
        self._parser.StartDoctypeDeclHandler = self._doctype

    def feed(self, content: bytes) -> None:
        """Count the next piece."""
        if self._readable and not self.declares:
            self._fed += len(content)
            try:
                self._parser.Parse(content)
                self.endless = self._fed - self._parser.CurrentByteIndex > _MAX_MARK
            except (expat.ExpatError, ValueError, LookupError):  # not in XML, or in no encoding that is known
                self._readable = False

    def _element(self, name: str, attributes: Mapping[str, str]) -> None:
        prefix, _, name = name.rpartition(":")
        self.formulas |= name == "f" and prefix != _CHART
        if name == "calcPr":
            self.stale = attributes.get("fullCalcOnLoad") in _TRUE or attributes.get("calcMode") == "manual"
        if name in _EXPANDED:
            self.size += _cells_in(attributes.get("ref", ""))
        elif name not in _WITHIN_CELL:
            self.size += 1

    def _doctype(self, *_: object) -> None:
        self.declares = True
        # Entities are declared behind this; none of them may be expanded.
        raise ValueError


def _cells_in(address: str) -> int:
    """How many cells a block has; 1 for what is no address."""
    try:
        first_column, first_row, last_column, last_row = range_boundaries(address)
    except (ValueError, TypeError):
        return 1
    rows = (last_row or LAST_ROW) - (first_row or 1) + 1
    return max(1, rows * ((last_column or LAST_COLUMN) - (first_column or 1) + 1))
