"""The page that every figure stands on: title, proof, key, footnote; all places are in inches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any, Literal, ParamSpec

from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from inzet.calendar import Month
from inzet.outcome import Solution
from inzet.plan.tables import Table
from inzet.reports.words import HASH_LETTERS, joined, proof_words

P = ParamSpec("P")

_SMALLEST = 4.5
"""Size of letters that can just be read."""
MARGIN = 0.35
"""Around everything on a page, in inches."""
TITLE, SUBTITLE, BODY, SMALL = 14.0, 9.0, 8.0, 7.0
"""Sizes of letters, in points."""
DOT = " · "
"""Between the parts of a subtitle."""
LEADING = 1.45
"""Height of a line, in sizes of its letters."""

INK, GREY, PALE, FAINT = "#1a1a1a", "#5f5f5f", "#c9c9c9", "#f1f3f6"
BLUE, ORANGE, GREEN, SKY, RED, PURPLE, YELLOW = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#56B4E9",
    "#D55E00",
    "#CC79A7",
    "#F0E442",
)
PALETTE = (BLUE, ORANGE, GREEN, SKY, RED, PURPLE, YELLOW)
"""Colours that people with colour-blindness can tell apart (Okabe and Ito)."""

_SETTINGS = {
    "font.family": "DejaVu Sans",
    "font.size": BODY,
    "text.parse_math": False,
    "svg.hashsalt": "inzet",
    "svg.fonttype": "path",
    "hatch.linewidth": 0.6,
    "axes.edgecolor": PALE,
    "axes.linewidth": 0.8,
    "axes.axisbelow": True,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "text.color": INK,
}


@contextmanager
def settings() -> Iterator[None]:
    """Draw and save in the one style of the figures, whatever the reader's own settings are."""
    with style.context(["default", _SETTINGS], after_reset=True):
        yield


def drawn(function: Callable[P, Figure]) -> Callable[P, Figure]:
    """Let a function draw its figure in the one style."""

    @wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with settings():
            return function(*args, **kwargs)

    return wrapper


@dataclass(frozen=True, slots=True)
class Caption:
    """What stands on every figure of a plan.

    Attributes:
        subtitle: plan, scenario, what is proven, content hash.
        footnote: what the figures rest on.
    """

    subtitle: str
    footnote: str


def caption_of(solution: Solution, tables: Mapping[str, Table]) -> Caption:
    """The caption of the figures of a solution, from what its tables call assumed."""
    scenario = solution.scenario
    return Caption(
        subtitle=DOT.join(
            (
                scenario.settings.title,
                f"scenario {scenario.label}",
                proof_words(solution),
                f"content hash {scenario.content_hash[:HASH_LETTERS]}",
            )
        ),
        footnote=resting_on(tables),
    )


def resting_on(tables: Mapping[str, Table]) -> str:
    """What figures rest on: the sheets with assumed numbers."""
    assumed = [str(sheet).lower() for sheet in tables["assumptions"].frame["sheet"].unique()]
    return f"Wholly or partly assumed: {joined(assumed)}; see What is assumed." if assumed else "No number is assumed."


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """What a colour or mark stands for.

    Attributes:
        label: the words.
        colour: its colour.
        hatch: its hatching; empty for none.
        line: whether it is a line, and which; a patch when None.
        marker: a mark; empty for none.
        fill: what is behind the hatching.
    """

    label: str
    colour: str
    hatch: str = ""
    line: Literal["-", "--"] | None = None
    marker: str = ""
    fill: str = "white"


@cache
def _ruler() -> FigureCanvasAgg:
    return FigureCanvasAgg(Figure(dpi=72))


@cache
def width_of(text: str, size: float, weight: str = "normal", slant: str = "normal") -> float:
    """Width of a line of text, in inches."""
    font = FontProperties(family="DejaVu Sans", size=size, weight=weight, style=slant)  # type: ignore[arg-type]
    renderer: Any = _ruler().get_renderer()  # type: ignore[no-untyped-call]
    width, _, _ = renderer.get_text_width_height_descent(text, font, ismath=False)
    return float(width) / 72


def height_of(lines: int, size: float) -> float:
    """Height of lines of text, in inches."""
    return lines * size * LEADING / 72


def shortened(text: str, room: float, size: float, weight: str = "normal") -> str:
    """A text, cut with an ellipsis where it does not fit into so many inches; an abbreviation at its end is kept."""
    if width_of(text, size, weight) <= room:
        return text
    head, mark, tail = text.rpartition(" (")
    end = f"{mark}{tail}" if head and tail.endswith(")") and width_of(f"…{mark}{tail}", size, weight) < room / 2 else ""
    head = head if end else text
    while head and width_of(f"{head.rstrip()}…{end}", size, weight) > room:
        head = head[:-1]
    return f"{head.rstrip()}…{end}"


def wrapped(text: str, room: float, size: float, weight: str = "normal", *, between: str = " ") -> list[str]:
    """A text in lines that fit into so many inches, broken only where ``between`` stands."""
    lines: list[str] = []
    for word in text.split(between):
        longer = f"{lines[-1]}{between}{word}" if lines else word
        if lines and width_of(longer, size, weight) <= room:
            lines[-1] = longer
        else:
            lines.append(shortened(word, room, size, weight))
    return lines


def name_lines(name: str, room: float, *, most: int = 3) -> tuple[list[str], float]:
    """An id in bold lines, broken where its parts meet, and the size of letters at which no part is cut off.

    Args:
        name: the id.
        room: width of a line, in inches.
        most: lines at most.
    """
    words, size = name.replace("_", " ").replace("-", " "), SMALL
    while True:
        lines = wrapped(words, room, size, "bold")
        if size <= _SMALLEST or (len(lines) <= most and not any(line.endswith("…") for line in lines)):
            return lines[:most], size
        size -= 0.5


class Page:
    """A figure with its words, and a body in which to draw.

    Attributes:
        figure: the figure.
        width: of the page, in inches.
        height: of the page, in inches.
        top: where the body begins, in inches from the top of the page.
    """

    def __init__(
        self,
        caption: Caption,
        title: str,
        *,
        width: float,
        body: float,
        key: Sequence[KeyEntry] = (),
        note: str = "",
    ) -> None:
        """Set out a page.

        Args:
            caption: what stands on every figure.
            title: what the figure shows.
            width: of the page, in inches.
            body: height of what is drawn, in inches.
            key: what colours and marks stand for.
            note: how to read the figure; goes before the footnote.
        """
        room = width - 2 * MARGIN
        titles = wrapped(title, room, TITLE, "bold")
        subtitles = wrapped(caption.subtitle, room, SUBTITLE, between=DOT)
        notes = [line for text in (note, caption.footnote) for line in wrapped(text, min(room, _LONGEST_LINE), SMALL)]
        places = _flow(key, room)
        rows = places[-1][1] + 1 if places else 0
        self.width = width
        self.top = MARGIN + height_of(len(titles), TITLE) + height_of(len(subtitles), SUBTITLE) + 0.1
        key_top = self.top
        self.top += rows * _KEY_ROW + (0.08 if rows else 0)
        foot = height_of(len(notes), SMALL)
        self.height = self.top + body + 0.12 + foot + MARGIN
        self.figure = Figure(figsize=(width, self.height), facecolor="white")
        FigureCanvasAgg(self.figure)
        self.lines(titles, MARGIN, MARGIN, TITLE, weight="bold")
        self.lines(subtitles, MARGIN, MARGIN + height_of(len(titles), TITLE), SUBTITLE, colour=GREY)
        self.lines(notes, MARGIN, self.height - MARGIN - foot, SMALL, colour=GREY)
        for entry, (x, row) in zip(key, places, strict=True):
            self._draw_key(entry, MARGIN + x, key_top + row * _KEY_ROW)

    def lines(
        self, lines: Sequence[str], x: float, y: float, size: float, *, colour: str = INK, weight: str = "normal"
    ) -> None:
        """Write lines of text; ``x`` from the left and ``y`` from the top of the page."""
        for number, line in enumerate(lines):
            self.figure.text(
                x / self.width,
                1 - (y + height_of(number, size)) / self.height,
                line,
                size=size,
                color=colour,
                weight=weight,
                ha="left",
                va="top",
            )

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Axes within the body; ``left`` from the left of the page, ``top`` from the top of the body."""
        bottom = self.height - self.top - top - height
        place = (left / self.width, bottom / self.height, width / self.width, height / self.height)
        axes = self.figure.add_axes(place)
        axes.spines[["top", "right"]].set_visible(False)
        return axes

    def say(self, sentence: str) -> None:
        """Write a sentence where there is nothing to draw."""
        self.lines([sentence], MARGIN, self.top + 0.25, 10, colour=GREY)

    def _draw_key(self, entry: KeyEntry, x: float, y: float) -> None:
        middle = self.height - y - _KEY_ROW / 2
        inches = self.figure.dpi_scale_trans
        if entry.line or entry.marker:
            self.figure.add_artist(
                Line2D(
                    [x, x + _PATCH / 2, x + _PATCH],
                    [middle] * 3,
                    color=entry.colour,
                    linestyle=entry.line or "none",
                    linewidth=1.5,
                    marker=entry.marker or None,
                    markevery=[1],
                    markersize=5,
                    transform=inches,
                )
            )
        else:
            self.figure.add_artist(
                Rectangle(
                    (x, middle - 0.055),
                    _PATCH,
                    0.11,
                    facecolor=entry.fill if entry.hatch else entry.colour,
                    edgecolor=entry.colour if entry.hatch else "none",
                    hatch=entry.hatch or None,
                    linewidth=0.6,
                    transform=inches,
                )
            )
        self.figure.text(
            (x + _PATCH + 0.07) / self.width,
            middle / self.height,
            entry.label,
            size=BODY,
            ha="left",
            va="center_baseline",
        )


_KEY_ROW, _PATCH, _KEY_GAP = 0.2, 0.22, 0.25
_LONGEST_LINE = 11.0
"""Inches of a note: letters are measured in whole pixels, so that a longer line would run off a wide page."""


def _flow(key: Sequence[KeyEntry], room: float) -> list[tuple[float, int]]:
    """Where each entry of a key goes: inches from the left, and row."""
    places: list[tuple[float, int]] = []
    x, row = 0.0, 0
    for entry in key:
        need = _PATCH + 0.07 + width_of(entry.label, BODY)
        if x and x + need > room:
            x, row = 0.0, row + 1
        places.append((x, row))
        x += need + _KEY_GAP
    return places


def year_axis(axes: Axes, months: Sequence[Month], *, labels: bool = True, size: float = BODY) -> None:
    """Make the x axis one of months: a line where a year begins, its number in the middle of its months.

    Args:
        axes: axes on which month number k runs from k to k + 1.
        months: the months of the plan.
        labels: whether to write the years.
        size: of the letters.
    """
    axes.set_xlim(0, len(months))
    starts = [number for number, month in enumerate(months) if number == 0 or month.number == 1]
    ends = [*starts[1:], len(months)]
    for start in starts[1:]:
        axes.axvline(start, color=PALE, linewidth=0.8, zorder=0.5)
    # A year's number may fall on the mark of a quarter, which would otherwise take its place.
    axes.xaxis.remove_overlapping_locs = False
    quarters = [number for number, month in enumerate(months) if month.number % 3 == 1]
    axes.set_xticks(quarters)
    axes.set_xticklabels([])
    axes.tick_params(axis="x", which="major", length=2.5, color=PALE)
    axes.set_xticks([(a + b) / 2 for a, b in zip(starts, ends, strict=True)], minor=True)
    axes.tick_params(axis="x", which="minor", length=0, pad=4)
    names = [
        str(months[start].year) if labels and end - start > 2 else "" for start, end in zip(starts, ends, strict=True)
    ]
    axes.set_xticklabels(names, minor=True, size=size)


def ink_on(colour: str) -> str:
    """Black or white, whichever can be read on a colour."""
    red, green, blue = (int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5))
    return INK if 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 else "white"
