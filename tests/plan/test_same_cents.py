"""Money is added up in the same order in every process, so that the last digit is the same as well."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from builders import changed, small_book

from inzet.calendar import Month
from inzet.outcome import Contribution
from inzet.plan.ledger import Ledger
from inzet.scenario.checks import make_scenario
from inzet.scenario.scenario import Stay
from inzet.schema.rows import SHEETS

PARTS = {"EXPERTISE": 1, "ADVICE": 2, "TRAINING": 3}
"""What is asked of the one unit type, and how many of it each part takes."""


def postings() -> str:
    """The postings of a plan in which one unit type meets three needs at two odd rates, written out to the last bit."""
    book = changed(small_book(), "Costs", "EXPERT_MONTH", amount=250_523)
    more = {
        "Capabilities": [
            {"capability": part, "unit": "EXPERT", "provides": 1} for part in PARTS if part != "EXPERTISE"
        ],
        "Requirements": [
            {"mission": "EUPM", "option": "FIVE", "capability": part, "quantity": number}
            for part, number in PARTS.items()
            if part != "EXPERTISE"
        ],
        "Costs": [{"cost": "EXPERT_TOO", "unit": "EXPERT", "item": "month", "amount": 622_429}],
        "Funds": [{"fund": "OTHER", "year": year, "budget": 9e8} for year in (2025, 2026)],
        "Payers": [{"mission": "EUPM", "category": "civil", "fund": "OTHER", "share": 0.35}],
    }
    book = book.with_rows("Payers", [SHEETS["Payers"].model_validate(row) for row in more.pop("Payers")])
    own = {"mission": "EUPM", "category": "civil", "fund": "BIV", "share": 0.65}
    military = {"category": "military", "fund": "BIV", "share": 1}
    book = book.with_rows("Payers", [*book.rows["Payers"], *map(SHEETS["Payers"].model_validate, (own, military))])
    for sheet, rows in more.items():
        book = book.with_rows(sheet, [*book.rows[sheet], *map(SHEETS[sheet].model_validate, rows)])
    book = changed(book, "Requirements", "EUPM / FIVE / EXPERTISE", quantity=1)
    scenario = make_scenario(book)[0]
    stay = Stay("EUPM", "FIVE", Month.parse("2025-04"), Month.parse("2026-12"))
    units = {(part, "EXPERT"): number for part, number in PARTS.items()}
    return repr(
        [(str(post.month), post.fund, post.euro) for post in Ledger(scenario, (Contribution(stay, units),)).postings]
    )


def test_the_last_digit_of_money_does_not_hang_on_the_order_of_a_set() -> None:
    here = Path(__file__)
    code = f"import sys; sys.path[:0] = [{str(here.parents[1])!r}, {str(here.parent)!r}]; "
    code += "import test_same_cents; print(test_same_cents.postings())"
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in (1, 2, 3, 4)
    }
    assert len(seen) == 1
    assert "BIV" in seen.pop()
