"""Who has a scarce unit type, scenario by scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from inzet.calendar import Month
from inzet.plan.ledger import Ledger, Tour
from inzet.reports.figures.canvas import (
    BODY,
    GREY,
    MARGIN,
    PALETTE,
    Caption,
    KeyEntry,
    Page,
    drawn,
    ink_on,
    shortened,
    year_axis,
)

_WIDTH, _NAME, _LANE, _GAP, _AXIS = 9.4, 2.6, 0.27, 0.16, 0.3


@drawn
def holders(plans: Mapping[str, Ledger], unit: str, missions: Sequence[str], caption: Caption) -> Figure:
    """The tours of one unit type for a few missions, a band per plan, a lane per mission; empty lanes are out.

    Args:
        plans: the ledger of each plan, by what it is called.
        unit: the unit type.
        missions: the missions that want it, in the order of the lanes.
        caption: what stands on every figure.
    """
    months = next(iter(plans.values())).scenario.horizon
    colours = dict(zip(missions, PALETTE, strict=False))
    band = len(missions) * _LANE
    body = len(plans) * (band + _GAP) + _AXIS
    around = any(tour.unit == unit and _has_months_around(tour, months) for p in plans.values() for tour in p.tours)
    page = Page(
        caption,
        f"Who has the {unit}",
        width=_WIDTH,
        body=body,
        key=[
            *(KeyEntry(mission, colour) for mission, colour in colours.items()),
            *([KeyEntry("preparing or recovering", GREY, "////")] if around else []),
        ],
    )
    for number, (name, ledger) in enumerate(plans.items()):
        top = number * (band + _GAP)
        page.lines([shortened(name, _NAME - 0.1, BODY, "bold")], MARGIN, page.top + top + 0.04, BODY, weight="bold")
        supply = max(ledger.scenario.supply(unit, month) for month in months)
        page.lines([f"supply {supply}"], MARGIN, page.top + top + 0.22, BODY - 1, colour=GREY)
        axes = page.axes(MARGIN + _NAME, top, _WIDTH - 2 * MARGIN - _NAME, band)
        year_axis(axes, months, labels=number == len(plans) - 1)
        axes.set_ylim(len(missions), 0)
        axes.set_yticks([])
        for lane, mission in enumerate(missions):
            tours = [tour for tour in ledger.tours if tour.unit == unit and tour.stay.mission == mission]
            _lane(axes, lane, tours, months, colours[mission])
    return page.figure


def _has_months_around(tour: Tour, months: Sequence[Month]) -> bool:
    return tour.first > max(tour.prepares_from, months[0]) or min(tour.recovers_until, months[-1]) > tour.last


def _lane(axes: Axes, lane: int, tours: Sequence[Tour], months: Sequence[Month], colour: str) -> None:
    if not tours:
        axes.text(0.2, lane + 0.5, "out", size=BODY - 1, color=GREY, va="center_baseline")
    for tour in tours:
        around = (max(0, tour.prepares_from - months[0]), min(len(months), tour.recovers_until - months[0] + 1))
        abroad = (max(0, tour.first - months[0]), min(len(months), tour.last - months[0] + 1))
        axes.barh(
            lane + 0.5,
            around[1] - around[0],
            left=around[0],
            height=0.62,
            facecolor="white",
            edgecolor=GREY,
            hatch="////",
            linewidth=0.4,
        )
        axes.barh(lane + 0.5, abroad[1] - abroad[0], left=abroad[0], height=0.62, color=colour)
        label = f"{max(tour.first, months[0])} to {tour.last}"
        axes.text(
            sum(abroad) / 2, lane + 0.5, label, size=BODY - 2, ha="center", va="center_baseline", color=ink_on(colour)
        )
