"""Ticks that lie inside their axes: one outside would be words off the page."""

from __future__ import annotations

from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator


def set_ticks(axes: Axes, *, across: int = 0, upwards: int = 0, whole: bool = False) -> None:
    """Set round ticks inside the limits that the axes have now, with a mark between thousands.

    Args:
        axes: the axes.
        across: ticks on the x axis at most; 0 to leave it as it is.
        upwards: ticks on the y axis at most; 0 to leave it as it is.
        whole: whether those on the x axis are whole numbers.
    """
    if across:
        ticks = _inside(MaxNLocator(across, integer=whole), axes.get_xlim())
        axes.set_xticks(ticks, _words(ticks))
    if upwards:
        ticks = _inside(MaxNLocator(upwards), axes.get_ylim())
        axes.set_yticks(ticks, _words(ticks))


def _inside(locator: MaxNLocator, limits: tuple[float, float]) -> list[float]:
    hair = 1e-9 * max(1.0, abs(limits[0]), abs(limits[1]))
    every = [float(tick) for tick in locator.tick_values(*limits)]
    return [tick for tick in every if limits[0] - hair <= tick <= limits[1] + hair]


def _words(ticks: list[float]) -> list[str]:
    """As many decimals as tell neighbours apart."""
    steps = [after - before for before, after in pairwise(ticks)]
    least = min(steps, default=1.0)
    decimals = next((d for d in range(7) if abs(least * 10**d - round(least * 10**d)) < 1e-6 * 10**d), 6)
    return [f"{tick + 0.0:,.{decimals}f}" for tick in ticks]
