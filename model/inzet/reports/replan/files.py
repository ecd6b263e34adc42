"""The folder of a plan made anew, and of several cases."""

from __future__ import annotations

from pathlib import Path

from inzet.analyses.finished import INPUT
from inzet.analyses.replan import Replanned
from inzet.analyses.replan_cases import Cases
from inzet.plan.audit import audit
from inzet.plan.record import recorded
from inzet.reports.figures import write_curve, write_curves
from inzet.reports.folder import CASES_MARK
from inzet.reports.plan_files import write_json, write_plan
from inzet.reports.replan.cases import cases_document, write_cases_workbook
from inzet.reports.replan.document import replan_document
from inzet.reports.replan.workbook import write_replan_workbook
from inzet.scenario.history import History
from inzet.workbook.writer import write_workbook


def write_replan(folder: Path, found: Replanned, history: History) -> dict[str, object]:
    """Write a plan made anew, so that it can be read back and be made anew again.

    Args:
        folder: the folder.
        found: the plan made anew; it must have a plan.
        history: what had happened.

    Returns:
        The contents of ``replan.json``.

    Raises:
        OutputError: it cannot be written.
    """
    assert found.chosen is not None
    plan = found.chosen.plan
    document = replan_document(found, history)
    write_replan_workbook(folder / "replan.xlsx", found, history)
    write_curve(folder, found)
    write_json(folder / "replan.json", document)
    # The workbook as it is now, with the past as it was: what the plan was made from.
    write_workbook(plan.ledger.scenario.book, folder / INPUT)
    past = {"as_of": str(history.as_of), "contributions": recorded(found.running.contributions)}
    write_plan(folder, plan.solution, plan.ledger, audit(plan.ledger), more={"history": past})
    return document


def write_cases(folder: Path, cases: Cases) -> dict[str, object]:
    """Write the answers to several cases: one workbook and figure of all, and a folder of each that has a plan.

    Args:
        folder: the folder.
        cases: the answers.

    Returns:
        The contents of ``cases.json``.

    Raises:
        OutputError: it cannot be written.
    """
    for answer in cases.planned:
        assert answer.found is not None
        own = folder / answer.case.name
        own.mkdir()
        write_replan(own, answer.found, answer.case.history)
    write_cases_workbook(folder / "cases.xlsx", cases)
    write_curves(folder, cases)
    document = cases_document(cases)
    write_json(folder / CASES_MARK, document)
    return document
