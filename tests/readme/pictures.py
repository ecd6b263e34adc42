"""Makes the pictures of the README anew from the shipped workbook: ``make docs``."""

from __future__ import annotations

from pathlib import Path

from inzet.analyses.decisions import decisions
from inzet.plan.audit import audited
from inzet.plan.ledger import Ledger
from inzet.plan.tables import plan_tables
from inzet.reports.figures.canvas import Caption, caption_of, settings
from inzet.reports.figures.holders import holders
from inzet.reports.figures.margins import margins
from inzet.reports.figures.timeline import timeline
from inzet.reports.margins import MARGINS, margins_table
from inzet.scenario.checks import make_scenario
from inzet.solve import prepare
from inzet.workbook.reader import read_workbook

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "scenarios" / "letter-2025"
PLANS = {
    "As the letter stands": (),
    "With a second MRTT": ("SECOND_MRTT",),
    "Economic security first": ("ECONOMIC_SECURITY_FIRST",),
}


def main() -> None:
    """Solve the three plans of the README and draw."""
    book, _ = read_workbook(ROOT / "scenarios" / "letter-2025.xlsx")
    ledgers: dict[str, Ledger] = {}
    caption = Caption("", "")
    for name, scenarios in PLANS.items():
        model = prepare(make_scenario(book, scenarios)[0])
        solution = model.ask()
        ledgers[name], _ = audited(solution)
        if not scenarios:
            found = margins_table(decisions(model, solution), solution.scenario)
            tables = {**plan_tables(ledgers[name]), MARGINS: found}
            caption = caption_of(solution, tables)
            with settings():
                timeline(tables, solution.scenario, caption).savefig(
                    PICTURES / "timeline.png", dpi=110, metadata={"Software": None}
                )
                margins(tables, solution.scenario, caption).savefig(
                    PICTURES / "margins.png", dpi=100, metadata={"Software": None}
                )
    same = Caption("Three plans, each proven optimal", caption.footnote)
    with settings():
        figure = holders(ledgers, "MRTT", ("NSATU_MRTT", "RED_SEA_MRTT"), same)
        figure.savefig(PICTURES / "mrtt.png", dpi=130, metadata={"Software": None})


if __name__ == "__main__":
    main()
