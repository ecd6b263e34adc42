"""Near-optimal plans on one page: what every mission does in each of them, core, contested and out."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from inzet.analyses.alternatives import Alternatives, Place, Plan, Standing
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
    ink_on,
    shortened,
    width_of,
)
from inzet.reports.figures.mission_bars import TINY, MissionBars
from inzet.reports.words import count, million

WIDTH, HEIGHT = 16.0, 9.0
"""The page has the shape of a screen."""
_BAND, _LEFT = 0.3, 2.35
"""Widths of the band that says where missions stand, and of that with the names."""
_TALLEST, _LOWEST = 0.3, 0.125
"""Heights of a row, in inches."""
_NAMES, _SUM, _BETWEEN = 0.22, 0.15, 0.05
_SAME = "#8fa3b8"
_SIZE = "#7a5195"
_COLOURS = {
    Kind.IN: GREEN,
    Kind.OUT: RED,
    Kind.OPTION: ORANGE,
    Kind.LONGER: BLUE,
    Kind.SHORTER: SKY,
    Kind.MOVED: PURPLE,
    Kind.SIZE: _SIZE,
}
_BANDS = {Standing.CORE: BLUE, Standing.CONTESTED: ORANGE, Standing.OUT: GREY, Standing.OPEN: RED}
_KEY = [
    KeyEntry("as in the best plan", _SAME),
    KeyEntry("comes in", GREEN),
    KeyEntry("goes out (where it was)", RED, hatch="////"),
    KeyEntry("another option", ORANGE),
    KeyEntry("longer", BLUE),
    KeyEntry("shorter", SKY),
    KeyEntry("at another time", PURPLE),
    KeyEntry("another size", _SIZE),
    KeyEntry("only finishes what runs", PALE),
]


@drawn
def alternatives(found: Alternatives, caption: Caption) -> Figure:
    """Missions by plans, with a bar for the months of every contribution, and below it what each plan comes to.

    Args:
        found: the plans.
        caption: what stands on every figure.
    """
    places = [place for standing in Standing for place in found.of(standing)]
    sums = _sums(found)
    room = HEIGHT - _page(found, caption, 0.0).height - _NAMES - len(sums) * _SUM - 4 * _BETWEEN - 0.08
    row = max(_LOWEST, min(_TALLEST, room / max(len(places), 1)))
    groups = [group for standing in Standing if (group := found.of(standing))]
    height = len(places) * row + (len(groups) - 1) * _BETWEEN if groups else 0.5
    page = _page(found, caption, _NAMES + height + 0.08 + len(sums) * _SUM)
    if not places:
        page.say("There is no mission to decide on.")
        return page.figure
    left = MARGIN + _BAND + _LEFT
    width = (WIDTH - MARGIN - left) / len(found.plans)
    for number in range(len(found.plans)):
        words = "best plan" if number == 0 else f"plan {number}"
        page.lines([words], left + number * width + 0.04, page.top, SMALL + 1, weight="bold")
    top = _NAMES
    for group in groups:
        _draw_group(page, found, group, (left, top, width, row))
        top += len(group) * row + _BETWEEN
    _write_sums(page, sums, top + 0.03, left, width)
    return page.figure


def _page(found: Alternatives, caption: Caption, body: float) -> Page:
    numbers = {standing: len(found.of(standing)) for standing in Standing}
    parts = [f"{number} {standing}" for standing, number in numbers.items() if number or standing is not Standing.OPEN]
    title = f"Plans within {100 * found.within:.6g}% of the best: of {count(len(found.places), 'mission')} "
    note = (
        "Core: in every plan that good. Contested: in some. Out: in none. Every cell is the time of the plan: a bar is "
        "when the mission has a contribution, with its option. Missions that differ somewhere are in bold."
    )
    return Page(caption, title + ", ".join(parts), width=WIDTH, body=body, key=_KEY, note=note)


def _draw_group(
    page: Page, found: Alternatives, group: Sequence[Place], place: tuple[float, float, float, float]
) -> None:
    """Missions of one standing: a band that names it, their names, and their contributions in every plan."""
    left, top, width, row = place
    standing, height = group[0].standing, len(group) * row
    _band(page, standing, top, height)
    axes = page.axes(left, top, width * len(found.plans), height)
    axes.set(xlim=(0, len(found.plans)), ylim=(len(group), 0), xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    bars = MissionBars(axes, found.scenario.horizon, width, aside=0.02, above=0.1, edge="white")
    swaps = [{swap.mission: swap.kind for swap in plan.swaps(found.best)} for plan in found.plans]
    for line, mission in enumerate(one.mission for one in group):
        axes.axhspan(line, line + 1, color=FAINT if line % 2 == 0 else "white", linewidth=0, zorder=0)
        changes = any(mission in own for own in swaps)
        weight = "bold" if changes else "normal"
        name = shortened(mission, _LEFT - 0.1, SMALL, weight)
        y = page.top + top + (line + 0.5) * row - 0.052
        page.lines([name], MARGIN + _BAND, y, SMALL, weight=weight, colour=INK if changes else GREY)
        for number, (plan, own) in enumerate(zip(found.plans, swaps, strict=True)):
            _cell(bars, found.best, plan, mission, own.get(mission), (number, line))
    for number in range(len(found.plans) + 1):
        axes.axvline(number, color=PALE, linewidth=0.6, zorder=1)


def _band(page: Page, standing: Standing, top: float, height: float) -> None:
    colour = _BANDS[standing]
    bottom = page.height - page.top - top - height
    inches = page.figure.dpi_scale_trans
    page.figure.add_artist(
        Rectangle((MARGIN, bottom), _BAND - 0.08, height, facecolor=colour, linewidth=0, transform=inches)
    )
    words = standing.value.upper()
    size = next((size for size in (SMALL, TINY) if width_of(words, size, "bold") < height - 0.04), None)
    if size is not None:
        page.figure.text(
            (MARGIN + (_BAND - 0.08) / 2) / page.width,
            (bottom + height / 2) / page.height,
            words,
            size=size,
            weight="bold",
            color=ink_on(colour),
            rotation=90,
            ha="center",
            va="center",
        )


def _cell(bars: MissionBars, best: Plan, plan: Plan, mission: str, kind: Kind | None, place: tuple[int, int]) -> None:
    """What a mission does in a plan; where it goes out, what it did in the best plan is hatched."""
    for presence in best.presences.get(mission, ()) if kind is Kind.OUT else ():
        bars.draw(place, presence, "white", hatch=RED)
    for presence in plan.presences.get(mission, ()):
        colour = PALE if presence.finishing else _COLOURS[kind] if kind is not None else _SAME
        bars.draw(place, presence, colour, named=not presence.finishing)


def _sums(found: Alternatives) -> list[tuple[str, list[str]]]:
    """What every plan comes to, row by row."""
    best = found.best.value
    return [
        ("value, points", [f"{plan.value:,.1f}" for plan in found.plans]),
        ("less than the best", ["", *(_less(best, plan) for plan in found.plans[1:])]),
        ("missions in", [str(len(plan.missions)) for plan in found.plans]),
        ("unit months short", [f"{plan.short:,.0f}" for plan in found.plans]),
        ("cost, EUR million", [million(plan.cost) for plan in found.plans]),
    ]


def _less(best: float, plan: Plan) -> str:
    less = best - plan.value
    share = f" ({100 * abs(less / best):.2f}%)" if best else ""
    return f"{less:,.1f}{share}{'' if plan.proven else ', best found'}"


def _write_sums(page: Page, sums: Sequence[tuple[str, Sequence[str]]], top: float, left: float, width: float) -> None:
    for number, (label, words) in enumerate(sums):
        y = page.top + top + number * _SUM
        page.lines([label], MARGIN + _BAND, y, SMALL, colour=GREY)
        for column, word in enumerate(words):
            middle = left + (column + 0.5) * width
            page.lines([word], middle - width_of(word, SMALL) / 2, y, SMALL, weight="bold" if number == 0 else "normal")
