"""How often each decision stood when all assumed numbers were drawn anew."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from inzet.analyses.assumptions.examine import Examined, Ground, Standing
from inzet.analyses.assumptions.worlds import OUT
from inzet.reports.assumptions.words import choice_words
from inzet.reports.figures.canvas import (
    BLUE,
    GREEN,
    GREY,
    MARGIN,
    ORANGE,
    PALE,
    SMALL,
    Caption,
    KeyEntry,
    Page,
    drawn,
    shortened,
)
from inzet.reports.words import count

_WIDTH, _ROW, _AXIS = 13.0, 0.2, 0.35
_NAME, _BAR, _GAP = 2.6, 4.2, 0.12
_FILLS = {
    Ground.DOCUMENTS: GREEN,
    Ground.WHATEVER: BLUE,
    Ground.HANGS: ORANGE,
    Ground.UNKNOWN: GREY,
}


@drawn
def assumption_shares(found: Examined, caption: Caption) -> Figure:
    """A bar per mission: the share of draws in which the decision was as in the plan, coloured by what it rests on.

    Args:
        found: what was examined.
        caption: what stands on every figure.
    """
    standings = sorted(found.standings, key=lambda s: (s.ground is not Ground.HANGS, s.stood, s.ground, s.mission))
    planned = len(found.draws.planned)
    hanging = len(found.of(Ground.HANGS))
    page = Page(
        caption,
        f"{count(hanging, 'decision')} of {len(standings)} hang on assumed numbers; how often each stood in "
        f"{count(planned, 'draw')}",
        width=_WIDTH,
        body=len(standings) * _ROW + _AXIS,
        key=[KeyEntry(ground.value, colour) for ground, colour in _FILLS.items() if found.of(ground)],
        note="Beside a bar: what the plan decides, and in how many draws it was decided otherwise.",
    )
    axes = page.axes(MARGIN + _NAME, 0, _BAR, len(standings) * _ROW)
    axes.set(xlim=(0, 1), ylim=(len(standings), 0), yticks=[])
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"], size=SMALL)
    for place, standing in enumerate(standings):
        _bar(axes, place, standing, planned)
        top = page.top + (place + 0.5) * _ROW - 0.055
        page.lines([shortened(standing.mission, _NAME - 0.1, SMALL)], MARGIN, top, SMALL)
        left = MARGIN + _NAME + _BAR + _GAP
        words = shortened(_words(standing), _WIDTH - MARGIN - left, SMALL)
        page.lines([words], left, top, SMALL, colour=GREY)
    return page.figure


def _bar(axes: Axes, place: int, standing: Standing, planned: int) -> None:
    share = standing.stood / planned if planned else 0.0
    axes.barh([place + 0.5], [1.0], height=0.62, color=PALE, alpha=0.4)
    axes.barh([place + 0.5], [share], height=0.62, color=_FILLS[standing.ground])


def _words(standing: Standing) -> str:
    others = [
        f"{'out' if option == OUT else option} {times}"
        for option, times in standing.options.items()
        if option != standing.choice
    ]
    return f"{choice_words(standing.choice)}{'; otherwise: ' + ', '.join(others) if others else ''}"
