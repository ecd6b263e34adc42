"""A comparison on one page: what every mission does in every option, and what the options come to."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from inzet.analyses.compare import Comparison, Course, persons_abroad
from inzet.analyses.library import Kind
from inzet.reports.figures.canvas import (
    BLUE,
    FAINT,
    GREEN,
    GREY,
    INK,
    MARGIN,
    ORANGE,
    PALE,
    PURPLE,
    RED,
    SKY,
    SMALL,
    Caption,
    KeyEntry,
    Page,
    drawn,
    name_lines,
    shortened,
    width_of,
)
from inzet.reports.figures.mission_bars import MissionBars
from inzet.reports.words import million
from inzet.schema.rows import GoalName

WIDTH, HEIGHT = 16.0, 9.0
"""The page has the shape of a screen; printed on A3 or A4 across it keeps its margins."""
_LEFT = 2.35
_TALLEST, _LOWEST = 0.26, 0.135
"""Heights of a row, in inches."""
_NAMES, _SUMS, _LINE = 0.52, 0.15, 0.14
_SAME = "#8fa3b8"
_COLOURS = {
    Kind.IN: GREEN,
    Kind.OUT: RED,
    Kind.OPTION: ORANGE,
    Kind.LONGER: BLUE,
    Kind.SHORTER: SKY,
    Kind.MOVED: PURPLE,
    Kind.SIZE: "#7a5195",
}
_KEY = [
    KeyEntry("as in the first option", _SAME),
    KeyEntry("comes in", GREEN),
    KeyEntry("goes out (where it was)", RED, hatch="////"),
    KeyEntry("another option (its name)", ORANGE),
    KeyEntry("longer", BLUE),
    KeyEntry("shorter", SKY),
    KeyEntry("at another time", PURPLE),
    KeyEntry("another size", "#7a5195"),
]
_NOTE = (
    "Every cell is the time of the plan: a bar is when the mission has a contribution. Missions that change somewhere "
    "stand first, in bold."
)


@drawn
def compare_matrix(found: Comparison, caption: Caption) -> Figure:
    """Missions by options, with a bar for the months of every contribution, and below it what each option comes to.

    Args:
        found: the comparison.
        caption: what stands on every figure.
    """
    title = f"{len(found.courses)} options side by side: {_finding(found)}"
    body = HEIGHT - _page(caption, title, 0.0).height
    changing = [m for m in found.missions if any(m in found.changes(course) for course in found.planned)]
    same = [m for m in found.missions if m not in changing and any(m in c.presences for c in found.planned)]
    sums = list(_sums(found))
    room = body - _NAMES - len(sums) * _SUMS - 0.1
    shown = [*changing, *same][: max(1, int(room / _LOWEST))]
    page = _page(caption, title, max(body, 1.0), len(changing) + len(same) - len(shown))
    if not shown:
        page.say("No option has a plan with a mission in it.")
        return page.figure
    row = min(_TALLEST, room / len(shown))
    width = (WIDTH - 2 * MARGIN - _LEFT) / len(found.courses)
    for number, course in enumerate(found.courses):
        _heading(page, course, MARGIN + _LEFT + number * width, width)
    axes = page.axes(MARGIN + _LEFT, _NAMES, WIDTH - 2 * MARGIN - _LEFT, row * len(shown))
    axes.set(xlim=(0, len(found.courses)), ylim=(len(shown), 0), xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    for place, mission in enumerate(shown):
        axes.axhspan(place, place + 1, color=FAINT if place % 2 == 0 else "white", linewidth=0, zorder=0)
        weight = "bold" if mission in changing else "normal"
        name = shortened(mission, _LEFT - 0.1, SMALL, weight)
        page.lines([name], MARGIN, page.top + _NAMES + (place + 0.5) * row - 0.035, SMALL, weight=weight)
        for number, course in enumerate(found.courses):
            _cell(axes, found, course, mission, (number, place), width)
    for number in range(len(found.courses) + 1):
        axes.axvline(number, color=PALE, linewidth=0.6, zorder=1)
    _write_sums(page, sums, _NAMES + row * len(shown) + 0.08, width)
    return page.figure


def _page(caption: Caption, title: str, body: float, hidden: int = 0) -> Page:
    more = f" {hidden} more missions are the same in all options." if hidden else ""
    return Page(caption, title, width=WIDTH, body=body, key=_KEY, note=_NOTE + more)


def _finding(found: Comparison) -> str:
    changing = {mission for course in found.planned for mission in found.changes(course)}
    return f"{len(changing)} of {len(found.missions)} missions change somewhere against {found.first.name}"


def _heading(page: Page, course: Course, left: float, width: float) -> None:
    """The name of an option, broken at its underscores into three lines at most."""
    lines, size = name_lines(course.name, width - 0.06)
    top = page.top + _NAMES - 0.06 - len(lines) * _LINE * size / SMALL
    page.lines(lines, left + 0.04, top, size, weight="bold", colour=INK if course.has_plan else RED)


def _cell(axes: Axes, found: Comparison, course: Course, mission: str, place: tuple[int, int], width: float) -> None:
    if not course.has_plan or course.scenario is None:
        if place[1] == 0:
            axes.text(place[0] + 0.5, 0.5, course.status, size=SMALL, color=RED, ha="center", va="center_baseline")
        return
    change = found.changes(course).get(mission)
    bars = MissionBars(axes, course.scenario.horizon, width)
    colour = _COLOURS[change.kind] if change else _SAME
    gone = change is not None and change.kind is Kind.OUT
    for presence in change.before if change is not None and gone else ():
        bars.draw(place, presence, "white", hatch=RED)
    named = change is not None and change.kind in (Kind.OPTION, Kind.IN)
    for presence in course.presences.get(mission, ()):
        bars.draw(place, presence, RED if gone else colour, named=named)


def _sums(found: Comparison) -> list[tuple[str, list[str]]]:
    """What every option comes to, row by row."""
    first = found.first
    rows = [("value, own priorities", [f"{c.value:,.0f}" if c.has_plan else "-" for c in found.courses])]
    if first.has_plan:
        words = [_against(found, c) if c.has_plan else "-" for c in found.courses]
        rows.append((f"value as {shortened(first.name, 1.2, SMALL)} counts it", words))
    rows.append(("unit-months short", [_goal(c, GoalName.READINESS) for c in found.courses]))
    rows.append(("missions in", [str(len(c.presences)) if c.has_plan else "-" for c in found.courses]))
    rows.append(("persons, average", [_persons(c) for c in found.courses]))
    euro = [million(sum(p.euro for p in c.ledger.postings)) if c.has_plan else "-" for c in found.courses]
    return [*rows, ("cost, EUR million", euro)]


def _against(found: Comparison, course: Course) -> str:
    regret = found.regrets[course.name, found.first.name]
    return f"{regret.value:,.0f}" + ("" if regret.holds else " !")


def _goal(course: Course, goal: GoalName) -> str:
    return f"{course.ledger.goals[goal]:,.0f}" if course.has_plan else "-"


def _persons(course: Course) -> str:
    if not course.has_plan:
        return "-"
    abroad = persons_abroad(course.ledger)
    return f"{sum(abroad.values()) / len(abroad):,.0f}"


def _write_sums(page: Page, sums: Sequence[tuple[str, Sequence[str]]], top: float, width: float) -> None:
    for number, (label, words) in enumerate(sums):
        y = page.top + top + number * _SUMS
        page.lines([label], MARGIN, y, SMALL, colour=GREY)
        for column, word in enumerate(words):
            middle = MARGIN + _LEFT + (column + 0.5) * width
            page.lines([word], middle - width_of(word, SMALL) / 2, y, SMALL)
