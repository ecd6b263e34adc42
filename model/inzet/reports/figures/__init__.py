"""The figures of a plan: the only part of inzet that knows matplotlib."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from matplotlib.figure import Figure

from inzet.analyses.alternatives import Alternatives
from inzet.analyses.assumptions.examine import Examined
from inzet.analyses.compare import Comparison
from inzet.analyses.replan import Replanned
from inzet.analyses.replan_cases import Cases
from inzet.errors import OutputError
from inzet.outcome import Solution
from inzet.plan.ledger import Ledger
from inzet.plan.tables import Table, plan_tables
from inzet.reports.figures.alternatives import alternatives
from inzet.reports.figures.assumption_shares import assumption_shares
from inzet.reports.figures.assumption_turns import assumption_turns
from inzet.reports.figures.canvas import DOT, Caption, caption_of, resting_on, settings
from inzet.reports.figures.compare_bars import compare_bars
from inzet.reports.figures.compare_bridge import compare_bridge
from inzet.reports.figures.compare_matrix import compare_matrix
from inzet.reports.figures.compare_regret import compare_regret
from inzet.reports.figures.curve import curve
from inzet.reports.figures.curves import curves
from inzet.reports.figures.margins import margins
from inzet.reports.figures.money import money
from inzet.reports.figures.persons import persons
from inzet.reports.figures.readiness import readiness
from inzet.reports.figures.timeline import timeline
from inzet.reports.figures.unit_use import unit_use
from inzet.reports.figures.value import value
from inzet.reports.words import HASH_LETTERS, count
from inzet.scenario.scenario import Scenario

_Draw = Callable[[Mapping[str, Table], Scenario, Caption], Figure]
FIGURES: dict[str, _Draw] = {
    "timeline": timeline,
    "unit_use": unit_use,
    "readiness": readiness,
    "money": money,
    "value": value,
    "persons": persons,
}
"""The figures of every plan, by the name of their files."""
WHEN_ASKED: dict[str, _Draw] = {"margins": margins}
"""The figures of tables that are there only when asked for, by the name of both."""

DOTS_PER_INCH = 160


def write_figures(directory: Path, solution: Solution, ledger: Ledger, tables: Mapping[str, Table]) -> list[Path]:
    """Write every figure of a plan as PNG and SVG; the same plan gives the same bytes.

    Args:
        directory: where to write; made when it is not there.
        solution: how the solve ended; it must have a plan.
        ledger: the reckoning of that plan.
        tables: the result tables of the ledger, by name.

    Returns:
        The files written.

    Raises:
        OutputError: they cannot be written.
    """
    caption = caption_of(solution, tables)
    written: list[Path] = []
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, draw in (FIGURES | {n: draw for n, draw in WHEN_ASKED.items() if n in tables}).items():
            written += save_as(draw(tables, ledger.scenario, caption), directory / name)
    except OSError as error:
        raise OutputError(f"{directory} cannot be written: {error.strerror}.") from error
    return written


def write_comparison_figures(directory: Path, found: Comparison, tables: Mapping[str, Table]) -> list[Path]:
    """Write every figure of a comparison as PNG and SVG; the same plans give the same bytes.

    Args:
        directory: where to write; made when it is not there.
        found: the comparison.
        tables: its tables, by name.

    Returns:
        The files written.

    Raises:
        OutputError: they cannot be written.
    """
    written: list[Path] = []
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, figure in _comparison_figures(found, tables):
            written += save_as(figure, directory / name)
    except OSError as error:
        raise OutputError(f"{directory} cannot be written: {error.strerror}.") from error
    return written


def _comparison_figures(found: Comparison, tables: Mapping[str, Table]) -> Iterator[tuple[str, Figure]]:
    caption, first = _comparison_caption(found), found.first.name
    following = [bridge for bridge in found.bridges if bridge.before != first or bridge is found.bridges[0]]
    from_first = [bridge for bridge in found.bridges if bridge.before == first]
    yield "overview", compare_matrix(found, caption)
    yield "regret", compare_regret(found, caption)
    yield "bridge", compare_bridge(following, "From each option to the next: what adds and takes points", caption)
    yield "bridge_from_first", compare_bridge(from_first, f"From {first} to each other option", caption)
    yield "bars", compare_bars(tables, [course.name for course in found.courses], caption)


def _comparison_caption(found: Comparison) -> Caption:
    proven = f"{sum(c.proven for c in found.courses)} of {len(found.courses)} options proven optimal"
    if not found.planned:
        return Caption(proven, "")
    course = found.planned[0]
    assert course.solution is not None
    footnote = caption_of(course.solution, plan_tables(course.ledger)).footnote
    title = course.ledger.scenario.settings.title
    return Caption(DOT.join((title, f"against {found.first.name}", proven)), footnote)


def write_curve(directory: Path, found: Replanned) -> list[Path]:
    """Write the curve of a plan made anew as PNG and SVG.

    Args:
        directory: where to write.
        found: the plan made anew; it must have a plan.

    Returns:
        The files written.

    Raises:
        OutputError: they cannot be written.
    """
    assert found.chosen is not None
    plan = found.chosen.plan
    scenario = plan.ledger.scenario
    assert scenario.history is not None
    open_points = sum(not point.proven for point in found.curve)
    subtitle = (
        scenario.settings.title,
        f"scenario {scenario.label}",
        f"made anew as of {scenario.history.as_of}",
        f"{count(open_points, 'point')} best found, not proven" if open_points else "every point proven optimal",
        f"content hash {scenario.content_hash[:HASH_LETTERS]}",
    )
    caption = replace(caption_of(plan.solution, plan_tables(plan.ledger)), subtitle=DOT.join(subtitle))
    try:
        return save_as(curve(found, caption), directory / "curve")
    except OSError as error:
        raise OutputError(f"{directory} cannot be written: {error.strerror}.") from error


def write_curves(directory: Path, cases: Cases) -> list[Path]:
    """Write the curves of several cases as one PNG and SVG.

    Args:
        directory: where to write.
        cases: the answers.

    Returns:
        The files written.

    Raises:
        OutputError: they cannot be written.
    """
    points = [point for answer in cases.planned if answer.found for point in answer.found.curve]
    open_points = sum(not point.proven for point in points)
    scenario = cases.running.scenario
    subtitle = (
        scenario.settings.title,
        f"plan that runs: scenario {scenario.label}",
        f"{count(open_points, 'point')} best found, not proven" if open_points else "every point proven optimal",
        f"content hash {scenario.content_hash[:HASH_LETTERS]}",
    )
    caption = Caption(DOT.join(subtitle), resting_on(plan_tables(cases.running)))
    try:
        return save_as(curves(cases, caption), directory / "curves")
    except OSError as error:
        raise OutputError(f"{directory} cannot be written: {error.strerror}.") from error


def write_alternatives_figure(directory: Path, found: Alternatives) -> list[Path]:
    """Write the missions of near-optimal plans, plan by plan, as PNG and SVG.

    Args:
        directory: where to write.
        found: the plans.

    Returns:
        The files written.

    Raises:
        OutputError: they cannot be written.
    """
    caption = caption_of(found.best.solution, plan_tables(found.best.ledger))
    try:
        return save_as(alternatives(found, caption), directory / "alternatives")
    except OSError as error:
        raise OutputError(f"{directory} cannot be written: {error.strerror}.") from error


def write_assumption_figures(directory: Path, found: Examined) -> list[Path]:
    """Write the figures of what decisions hang on as PNG and SVG.

    Args:
        directory: where to write; made when it is not there.
        found: what was examined.

    Returns:
        The files written.

    Raises:
        OutputError: they cannot be written.
    """
    ledger = Ledger(found.scenario, found.plan.contributions)
    caption = caption_of(found.plan, plan_tables(ledger))
    try:
        directory.mkdir(parents=True, exist_ok=True)
        return [
            *save_as(assumption_shares(found, caption), directory / "assumption_shares"),
            *save_as(assumption_turns(found, caption), directory / "assumption_turns"),
        ]
    except OSError as error:
        raise OutputError(f"{directory} cannot be written: {error.strerror}.") from error


def save_as(figure: Figure, stem: Path) -> list[Path]:
    """Write a figure as PNG and SVG, the same bytes for the same figure; returns the files."""
    png, svg = stem.with_suffix(".png"), stem.with_suffix(".svg")
    with settings():
        figure.savefig(png, dpi=DOTS_PER_INCH, metadata={"Software": None})
        figure.savefig(svg, metadata={"Date": None})
    return [png, svg]
