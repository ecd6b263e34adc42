"""How free should stays be? Time to proof and value reached, for freer and stricter starts and durations.

Run ``make bench``. Every variant is solved in turn, several rounds over, in one run on one machine; the table
gives medians and ratios to the shipped setting, which is what a change should be judged by.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from inzet.scenario.checks import make_scenario
from inzet.scenario.scenario import Scenario
from inzet.schema.book import Book
from inzet.schema.rows import Group, Option, Pair, Rule
from inzet.solve import solve
from inzet.workbook.reader import read_workbook

SHIPPED = Path(__file__).parents[2] / "scenarios" / "letter-2025.xlsx"
Variant = Callable[[Book], Book]


def starting_every(months: int) -> Variant:
    """New contributions may start in every n-th month."""
    return lambda book: book.with_settings(book.settings.model_copy(update={"decision_every": months}))


def ending_every(months: int) -> Variant:
    """Stays last a multiple of n months instead of whole tours; running ones keep to their tours."""

    def change(book: Book) -> Book:
        rows = [row.model_copy(update={"step_months": months}) for row in book.of(Option)]
        return book.with_rows(Option.sheet, rows)

    return change


def both(*variants: Variant) -> Variant:
    """One variant after another."""

    def change(book: Book) -> Book:
        for variant in variants:
            book = variant(book)
        return book

    return change


VARIANTS: dict[str, Variant] = {
    "as shipped: whole tours, quarterly starts": lambda book: book,
    "whole tours, starts every month": starting_every(1),
    "whole tours, starts every half year": starting_every(6),
    "ends every quarter, quarterly starts": ending_every(3),
    "ends every month, quarterly starts": ending_every(1),
    "ends every month, starts every month": both(starting_every(1), ending_every(1)),
}


def measure(scenario: Scenario, time_limit: float) -> tuple[float, dict[str, object]]:
    """Seconds for build and solve, and what came out."""
    began = time.perf_counter()
    solution = solve(scenario, time_limit=time_limit, gap=0.0)
    seconds = time.perf_counter() - began
    value = next((goal for goal in solution.goals if goal.name == "value"), None)
    return seconds, {
        "status": solution.status.value,
        "columns": solution.size.get("columns", 0),
        "nonzeros": solution.size.get("nonzeros", 0),
        "value": value.claimed if value else float("nan"),
        "bound": value.bound if value else float("nan"),
    }


def main() -> None:
    """Measure every variant and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--time-limit", type=float, default=120)
    parser.add_argument("--workbook", type=Path, default=SHIPPED)
    parser.add_argument("--bare", action="store_true", help="without the sheets Groups, Rules and Pairs")
    arguments = parser.parse_args()
    book, _ = read_workbook(arguments.workbook)
    for sheet in (Group.sheet, Rule.sheet, Pair.sheet) if arguments.bare else ():
        book = book.with_rows(sheet, ())
    make_scenario(book)
    # The variants are measured, not planned with: a rule may touch nothing under one of them.
    scenarios = {name: Scenario(variant(book)) for name, variant in VARIANTS.items()}
    times: dict[str, list[float]] = {name: [] for name in VARIANTS}
    results: dict[str, dict[str, object]] = {}
    for _ in range(arguments.rounds):
        for name, scenario in scenarios.items():
            seconds, results[name] = measure(scenario, arguments.time_limit)
            times[name].append(seconds)
    base = statistics.median(times[next(iter(VARIANTS))])
    print(
        f"{'stays':44} {'columns':>8} {'nonzeros':>9} {'value':>10} {'bound':>10} {'median s':>9} {'ratio':>6}  status"
    )
    for name, result in results.items():
        seconds = statistics.median(times[name])
        print(
            f"{name:44} {result['columns']:>8} {result['nonzeros']:>9} {result['value']:>10.2f} "
            f"{result['bound']:>10.2f} {seconds:>9.2f} {seconds / base:>6.1f}  {result['status']}"
        )


if __name__ == "__main__":
    main()
