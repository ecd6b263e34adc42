"""How far a plan made anew is from the running one: a reckoning of its own, from the two plans alone."""

from __future__ import annotations

from collections.abc import Mapping

from inzet.outcome import Contribution
from inzet.plan.ledger import Ledger
from inzet.scenario.history import History
from inzet.scenario.scenario import Scenario, Stay

CHANGES = "changes to the running plan"
"""The goal that keeps a plan made anew near the running one."""

Units = Mapping[tuple[str, str], int]


def changes_made(ledger: Ledger) -> int:
    """Contributions changed in a plan made anew; 0 for a plan that starts afresh.

    What had begun counts when it does not go on as it was planned. Of what is ahead a mission counts those of the
    running plan that are not kept, or those that are new, whichever are more: a new one in place of an old one is one
    change, not two.
    """
    history = ledger.scenario.history
    if history is None:
        return 0
    begun = sum(history.has_begun(stay) for stay in history.stays)
    gone_on = [c for c in ledger.contributions if history.has_begun(c.stay) and _is_kept(ledger.scenario, c, history)]
    return begun - len(gone_on) + sum(_ahead(mission, ledger, history) for mission in ledger.scenario.missions)


def _ahead(mission: str, ledger: Ledger, history: History) -> int:
    """Changes to what a mission does from the month that is planned anew on."""
    old = [stay for stay in history.stays if stay.mission == mission and not history.has_begun(stay)]
    new = [c for c in ledger.contributions if c.stay.mission == mission and not history.has_begun(c.stay)]
    kept = sum(_is_kept(ledger.scenario, contribution, history) for contribution in new)
    return max(len(old), len(new)) - kept


def _is_kept(scenario: Scenario, contribution: Contribution, history: History) -> bool:
    before = history.sent.get(contribution.stay)
    return before is not None and same_units(scenario, contribution.stay, before, contribution.units)


def same_units(scenario: Scenario, stay: Stay, before: Units, after: Units) -> bool:
    """Whether a stay sends the same units as before, wherever the workbook of now leaves a choice of unit types."""
    return all(
        before.get((requirement.capability, provider.unit), 0) == after.get((requirement.capability, provider.unit), 0)
        for requirement in scenario.requirements_of(stay.mission, stay.option)
        if len(scenario.providers(requirement.capability)) > 1 or scenario.options[stay.mission, stay.option].modular
        for provider in scenario.providers(requirement.capability)
    )
