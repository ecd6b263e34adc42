"""What more changes to a running plan bring, in several cases side by side."""

from __future__ import annotations

from matplotlib.figure import Figure

from inzet.analyses.replan_cases import Answer, Cases
from inzet.reports.figures.canvas import BODY, GREY, LEADING, MARGIN, SMALL, Caption, Page, drawn, wrapped
from inzet.reports.figures.curve import KEY, NOTE, draw_curve
from inzet.reports.what_if_words import no_plan_words
from inzet.reports.words import count

_WIDTH, _ACROSS = 13.0, 2
_LEFT, _GAP = 0.75, 0.35
_TITLE, _VALUE, _BETWEEN, _SHORT, _AXIS = 0.55, 1.75, 0.22, 0.75, 0.6
_PANEL = _TITLE + _VALUE + _BETWEEN + _SHORT + _AXIS
_MOST_NUMBERS = 8
_MOST_LINES = 2
_REFUSED = 0.65
"""Room for a case without a plan."""
_HEADING = 10.0


@drawn
def curves(cases: Cases, caption: Caption) -> Figure:
    """A panel per case: how good a plan can be with so many changes at most, or why there is none.

    Args:
        cases: the answers.
        caption: what stands on every figure.
    """
    planned = cases.planned
    without = [answer for answer in cases.answers if not answer.has_plan]
    down = -(-len(planned) // _ACROSS)
    page = Page(
        caption,
        f"What changes bring in {count(len(cases.answers), 'case')}",
        width=_WIDTH,
        body=down * _PANEL + len(without) * _REFUSED,
        key=KEY,
        note=NOTE,
    )
    room = (_WIDTH - 2 * MARGIN) / _ACROSS
    for number, answer in enumerate(planned):
        left, top = MARGIN + number % _ACROSS * room, number // _ACROSS * _PANEL
        page.lines([answer.case.name], left, page.top + top + 0.08, _HEADING, weight="bold")
        _draw(page, answer, left, top, room - _GAP)
    for number, answer in enumerate(without):
        top = page.top + down * _PANEL + number * _REFUSED
        page.lines([answer.case.name], MARGIN, top, _HEADING, weight="bold")
        lines = wrapped(no_plan_words(answer), _WIDTH - 2 * MARGIN, BODY)
        page.lines(lines[:_MOST_LINES], MARGIN, top + 0.22, BODY, colour=GREY)
    return page.figure


def _draw(page: Page, answer: Answer, left: float, top: float, room: float) -> None:
    under = page.top + top + 0.3
    found = answer.found
    assert found is not None
    assert found.chosen is not None
    least, chosen = found.least.plan, found.chosen.plan
    displaced = ", ".join(chosen.displaced) or "nothing"
    words = f"{count(least.changes, 'change')} at least, {chosen.changes} to take; displaced: {displaced}"
    lines = wrapped(words, room, SMALL)
    page.lines(lines[:2], left, under - 0.02, SMALL, colour=GREY)
    lower = SMALL * LEADING / 72 if len(lines) > 1 else 0.0
    above = page.axes(left + _LEFT, top + _TITLE + lower, room - _LEFT, _VALUE - lower)
    below = page.axes(left + _LEFT, top + _TITLE + _VALUE + _BETWEEN, room - _LEFT, _SHORT)
    draw_curve(above, below, found, _MOST_NUMBERS)
