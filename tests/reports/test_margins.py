from __future__ import annotations

import io
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from builders import ruled_book, small_book
from matplotlib.figure import Figure
from rich.console import Console
from turning import turning_book

from inzet.analyses.decisions import Decision, Firmness, Loss, Verdict, decisions, moved
from inzet.analyses.in_the_way import Kind, Obstacle
from inzet.calendar import Month
from inzet.outcome import Contribution
from inzet.plan.audit import audited
from inzet.plan.ledger import Ledger
from inzet.plan.tables import plan_tables
from inzet.reports.csv_files import write_csv
from inzet.reports.decision_words import (
    amount_words,
    few,
    obstacle_sentence,
    turning_sentence,
    unit_words,
    verdict_sentence,
)
from inzet.reports.figures import FIGURES, write_figures
from inzet.reports.figures.canvas import caption_of
from inzet.reports.figures.margins import margins as draw
from inzet.reports.margins import COLUMNS, margins_table
from inzet.reports.run_json import run_document
from inzet.reports.summary import NOT_TURNED, print_summary, summary
from inzet.reports.words import span_words
from inzet.reports.workbook import write_plan_workbook
from inzet.scenario.checks import make_scenario
from inzet.scenario.scenario import Scenario, Stay
from inzet.schema.book import Book
from inzet.schema.rows import SHEETS, GoalName, Shortfall
from inzet.solve import prepare

from .conftest import Told, check_readable, texts

JAN, MAR, DEC, NEXT = Month.of(2025, 1), Month.of(2025, 3), Month.of(2025, 12), Month.of(2026, 2)
GREEN, GREY, AMBER = "E2EFDA", "EDEDED", "FFF2CC"


@dataclass(frozen=True)
class Turned(Told):
    """A plan with its decisions turned around."""

    found: tuple[Decision, ...]

    def __getitem__(self, mission: str) -> Decision:
        return next(decision for decision in self.found if decision.mission == mission)


def turned_around(book: Book) -> Turned:
    scenario, _ = make_scenario(book)
    model = prepare(scenario)
    solution = model.ask(gap=0)
    ledger, result = audited(solution)
    found = decisions(model, solution, gap=0)
    tables = {**plan_tables(ledger), "margins": margins_table(found, scenario)}
    return Turned(solution, ledger, result, tables, found)


@pytest.fixture(scope="module")
def turned() -> Turned:
    return turned_around(turning_book())


def words(turned: Turned, mission: str) -> str:
    decision, scenario = turned[mission], turned.ledger.scenario
    return f"{verdict_sentence(decision, scenario)} {turning_sentence(decision, scenario)}"


def obstacle(kind: Kind, what: str, **values: Any) -> Obstacle:
    return Obstacle(**{"kind": kind, "what": what, "tier": "", "spells": ((JAN, MAR),), "short": 1, **values})


def goals_book(*goals: dict[str, Any]) -> Scenario:
    return Scenario(small_book().with_rows("Goals", [SHEETS["Goals"].model_validate(goal) for goal in goals]))


@pytest.mark.parametrize(
    ("mission", "sentences"),
    [
        (
            "PAST",
            "Mission of another year (PAST) is out. There is nothing to decide: no stay can be chosen.",
        ),
        (
            "DEAR",
            "Expert at a high price (DEAR) is out. It cannot be turned around: no plan that keeps the rules has it in.",
        ),
        (
            "MUST",
            "Mandated mission (MUST) is in: In full, January to December 2025. "
            "It cannot be turned around: no plan that keeps the rules does without it.",
        ),
        (
            "BIG",
            "Two companies (BIG) is out. Taking it in would cost 3 unit months of readiness. "
            "It would bring 12.0 points of value.",
        ),
        (
            "NORTH",
            "Northern tanker (NORTH) is in: In full, January to December 2025. "
            "Leaving it out would cost 9.0 points of value and let in SOUTH.",
        ),
        (
            "SOUTH",
            "Southern tanker (SOUTH) is out. Taking it in would cost 9.0 points of value and displace NORTH.",
        ),
        (
            "ONE",
            "First twin (ONE) is in: In full, January to December 2025. "
            "It is a tie: it could go either way at no loss of value. Leaving it out would let in OTHER.",
        ),
    ],
)
def test_every_firmness_has_its_words(turned: Turned, mission: str, sentences: str):
    assert words(turned, mission) == sentences


def test_a_decision_that_was_not_examined_is_not_called_firm(turned: Turned):
    decision = replace(turned["NORTH"], firmness=Firmness.OPEN, losses=())
    sentence = turning_sentence(decision, turned.ledger.scenario)
    assert sentence == "What it would cost to turn it around is not known: it was not examined to the end."


def test_what_runs_to_its_end_is_no_contribution(turned: Turned):
    running = replace(turned["NORTH"].stays[0], last=MAR, running=True)
    out = replace(turned["SOUTH"], mission="NORTH", stays=(running,))
    scenario = turned.ledger.scenario
    assert verdict_sentence(out, scenario) == (
        "Northern tanker (NORTH) is out: it only finishes what runs, January to March 2025."
    )
    fixed = replace(out, verdict=Verdict.IN, firmness=Firmness.FIXED)
    assert turning_sentence(fixed, scenario) == (
        "There is nothing to decide: it finishes what runs, and no other stay can be chosen."
    )


def test_one_option_is_named_with_its_mission(turned: Turned):
    decision = replace(turned["SOUTH"], option="FULL")
    assert verdict_sentence(decision, turned.ledger.scenario) == "In full (FULL) for Southern tanker (SOUTH) is out."


def test_a_tie_within_the_gap_says_how_far_apart_the_plans_are(turned: Turned):
    losses = (Loss("readiness", 0.0, 0.0), Loss("value", 0.4, 0.0))
    sentence = turning_sentence(replace(turned["ONE"], losses=losses), turned.ledger.scenario)
    assert sentence.startswith("It is a tie within the gap: the plan found the other way is 0.4 points of value worse")
    better = (Loss("readiness", 0.0, 0.0), Loss("value", -0.4, 0.0))
    assert "0.4 points of value better" in turning_sentence(
        replace(turned["ONE"], losses=better), turned.ledger.scenario
    )


def test_a_loss_that_the_gap_makes_uncertain_has_a_floor(turned: Turned):
    losses = (Loss("readiness", 0.0, 0.0), Loss("value", 9.0, 7.58))
    sentence = turning_sentence(replace(turned["SOUTH"], losses=losses), turned.ledger.scenario)
    assert "cost 9.0 points of value (at least 7.5: the search left a gap) and displace NORTH" in sentence
    exact = (Loss("readiness", 0.0, 0.0), Loss("value", 9.0, 8.99999))
    assert "at least" not in turning_sentence(replace(turned["SOUTH"], losses=exact), turned.ledger.scenario)


def test_who_makes_way_comes_in_and_moves(turned: Turned):
    decision = replace(
        turned["SOUTH"],
        displaced=("A", "B"),
        admitted=("C",),
        shifted=("D", "E", "F", "G", "H"),
        losses=(Loss("value", 1, 1),),
    )
    assert turning_sentence(decision, turned.ledger.scenario) == (
        "Taking it in would cost 1.0 points of value, displace A and B, let in C "
        "and change the option, months or size of D, E, F and 2 more."
    )
    also = replace(turned["BIG"], losses=(Loss("readiness", 3, 3), Loss("value", 2, 2)))
    assert "It would also cost 2.0 points of value." in turning_sentence(also, turned.ledger.scenario)


def test_a_mission_that_changes_in_size_is_moved_but_one_that_changes_unit_types_is_not():
    scenario = Scenario(ruled_book())
    desk = Stay("DESK", "TEAM", Month.of(2025, 12), Month.of(2026, 1))
    gulf = Stay("GULF", "SHIPS", Month.of(2025, 11), Month.of(2025, 12))
    whole, half = (Contribution(desk, {("EXPERTISE", "EXPERT"): number}) for number in (2, 1))
    frigate, patrol = (Contribution(gulf, {("SHIP", unit): 1}) for unit in ("FRIGATE", "PATROL"))
    one, other = Ledger(scenario, (whole, frigate)), Ledger(scenario, (half, patrol))
    assert moved(one, other) == {"DESK"}
    assert moved(one, Ledger(scenario, (whole,))) == {"GULF"}


@pytest.mark.parametrize("name", GoalName)
def test_every_goal_has_its_unit(name: GoalName):
    # A shortage of units is a goal of its own only where it is allowed.
    book = small_book().with_settings(small_book().settings.model_copy(update={"supply_shortage": Shortfall.PRICED}))
    scenario = Scenario(book.with_rows("Goals", [SHEETS["Goals"].model_validate({"goal": name.value, "rank": 1})]))
    words = {
        GoalName.SHORTAGE: ("3.0 unit months, as they are priced", "unit months too few, as they are priced"),
        GoalName.READINESS: ("3 unit months of readiness", "unit months short"),
        GoalName.VALUE: ("3.0 points of value", "points"),
        GoalName.CHANGES: ("3 changes to what runs", "changes"),
        GoalName.COST: ("EUR 3.0 million", "EUR million"),
        GoalName.START: ("3 months after the first, added up", "months of delay"),
    }
    assert (amount_words(name.value, 3.0, scenario), unit_words(name.value, scenario)) == words[name]


def test_goals_of_one_rank_are_weighed_together():
    scenario = goals_book({"goal": "value", "rank": 1, "weight": 10}, {"goal": "cost", "rank": 1})
    assert amount_words("cost + value", 12.34, scenario) == "12.3 of cost and value, weighed together"
    assert unit_words("cost + value", scenario) == "cost and value, weighed together"


def test_a_weighted_goal_is_counted_in_its_own_unit():
    goals = [{"goal": "readiness", "rank": 1, "weight": 2}, {"goal": "value", "rank": 2, "weight": 4}]
    book = turning_book().with_rows("Goals", [SHEETS["Goals"].model_validate(goal) for goal in goals])
    weighted = turned_around(book)
    assert {m: weighted[m].margin for m in ("BIG", "NORTH", "ONE")} == {
        "BIG": pytest.approx(3),
        "NORTH": pytest.approx(9),
        "ONE": 0.0,
    }


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (
            obstacle(Kind.SUPPLY, "INF_COY", short=2, holders=("ALTHEA", "B", "C", "D", "E"), cells=("Supply!D5",)),
            "There are 5 units of the type Infantry company, 1 of them kept in reserve, from January to March 2025 "
            "(Supply!D5), in use by ALTHEA, B, C and 2 more: 2 more would be needed.",
        ),
        (
            obstacle(Kind.SUPPLY, "INF_COY", spells=((DEC, NEXT),)),
            "There are 5 to 6 units of the type Infantry company, 1 of them kept in reserve, from December 2025 to "
            "February 2026: 1 more would be needed.",
        ),
        (
            obstacle(Kind.READINESS, "INF_COY", tier="TIER_2", holders=("ALTHEA",), cells=("Readiness!E5",)),
            "For readiness tier TIER_2 (within 30 days) 1 more unit of the type Infantry company would be short from "
            "January to March 2025 (Readiness!E5), in use by ALTHEA.",
        ),
        (
            obstacle(Kind.READINESS, "INF_COY", tier="TIER_2", short=2, spells=((JAN, JAN), (MAR, MAR), (DEC, NEXT))),
            "For readiness tier TIER_2 (within 30 days) 2 more units of the type Infantry company would be short in "
            "January 2025, in March 2025 and from December 2025 to February 2026.",
        ),
        (
            obstacle(Kind.MONEY, "BIV", spells=((JAN, NEXT),), short=2.34e6, holders=("A", "B"), cells=("Funds!C4",)),
            "BIV would be overspent by EUR 2.3 million in 2025 and 2026 (Funds!C4); most of it is spent on A and B.",
        ),
        (
            obstacle(Kind.RULE, "BALKAN_PRESENCE", cells=("Rules!F5",)),
            "Rule BALKAN_PRESENCE would be broken between January and March 2025, by 1 mission (Rules!F5). "
            "It says: “There is a mission in the Western Balkans every year.”",
        ),
        (
            obstacle(Kind.PRICE, "BALKAN_PRESENCE", spells=((JAN, JAN),), short=4.0),
            "Rule BALKAN_PRESENCE would be broken in January 2025, at a further price of 4.0 points. "
            "It says: “There is a mission in the Western Balkans every year.”",
        ),
        (
            obstacle(Kind.MANDATE, "ALTHEA", spells=(), cells=("Missions!K3",)),
            "EUFOR Althea (ALTHEA) is mandated, so it must be in (Missions!K3).",
        ),
    ],
)
def test_every_obstacle_has_its_words(found: Obstacle, sentence: str):
    assert obstacle_sentence(found, Scenario(small_book())) == sentence


def test_the_one_unit_of_a_type_is_with_somebody(turned: Turned):
    (found,) = turned["SOUTH"].obstacles
    assert obstacle_sentence(replace(found, cells=("Supply!D11",)), turned.ledger.scenario) == (
        "The one Tanker aircraft is with NORTH from January to December 2025 (Supply!D11): 1 more would be needed."
    )
    lacking = replace(found, short=2, holders=())
    assert obstacle_sentence(lacking, turned.ledger.scenario) == (
        "There is 1 unit of the type Tanker aircraft from January to December 2025: 2 more would be needed."
    )


def test_a_pair_that_would_be_broken_is_told_without_an_amount():
    sentence = obstacle_sentence(obstacle(Kind.RULE, "APART", spells=((DEC, NEXT),)), Scenario(ruled_book()))
    assert sentence == "Rule APART would be broken between December 2025 and February 2026. It says: “x.”"


def test_many_spells_are_not_all_told():
    spells = tuple((Month.of(2025, number), Month.of(2025, number)) for number in (1, 3, 5, 7, 9))
    four, five = (
        obstacle_sentence(obstacle(Kind.SUPPLY, "EXPERT", spells=spells[:number]), Scenario(small_book()))
        for number in (4, 5)
    )
    assert "in January 2025, in March 2025, in May 2025 and in one more spell" in four
    assert "in May 2025 and in 2 more spells" in five


def test_names_are_few_and_months_are_short():
    assert few(("A", "B", "C")) == "A, B and C"
    assert few(("A", "B", "C", "D")) == "A, B, C and 1 more"
    assert span_words(JAN, JAN) == "January 2025"
    assert span_words(JAN, DEC) == "January to December 2025"
    assert span_words(DEC, NEXT) == "December 2025 to February 2026"


def test_the_table_goes_from_firm_to_fragile(turned: Turned):
    frame = turned.tables["margins"].frame.set_index("mission")
    assert list(frame.index) == ["PAST", "DEAR", "MUST", "BIG", "NORTH", "SOUTH", "ONE", "OTHER"]
    assert list(frame["firmness"]) == [
        "nothing to decide",
        *["cannot be turned around"] * 2,
        *["at a loss"] * 3,
        *["tie"] * 2,
    ]
    assert frame["margin"].isna().tolist() == [True] * 3 + [False] * 5
    assert frame["margin"].dropna().tolist() == pytest.approx([3, 9, 9, 0, 0])
    assert list(frame["counted_in"]) == ["", "", "", "unit months short", *["points"] * 4]
    assert frame.loc["SOUTH", "displaced"] == "NORTH"
    assert frame.loc["NORTH", "admitted"] == "SOUTH"
    assert frame.loc["SOUTH", "contribution"] == ""
    assert frame.loc["SOUTH", "turned_around"] == "In full, January to December 2025"
    assert frame.loc["NORTH", "turned_around"] == "out"
    assert frame.loc["DEAR", "turned_around"] == ""
    assert "BIV would be overspent by EUR 4.2 million" in frame.loc["DEAR", "stands_in_the_way"]


def test_the_sheet_is_coloured_as_decided_and_has_no_column_twice(turned: Turned, tmp_path: Path):
    path = tmp_path / "plan.xlsx"
    write_plan_workbook(path, *turned.all, turned.found)
    workbook = openpyxl.load_workbook(path)
    assert workbook.sheetnames[:3] == ["Summary", "Decisions", "Margins"]
    sheet = workbook["Margins"]
    fills = {sheet.cell(row, 1).value: sheet.cell(row, 1).fill.start_color.rgb[-6:] for row in range(5, 13)}
    assert fills == {
        **dict.fromkeys(("PAST", "DEAR", "BIG", "SOUTH"), GREY),
        **dict.fromkeys(("MUST", "NORTH"), GREEN),
        **dict.fromkeys(("ONE", "OTHER"), AMBER),
    }
    frame = pd.read_excel(path, sheet_name="Margins", header=3)
    assert list(frame.columns) == [column.name.replace("_", " ") for column in COLUMNS if column.name != "cells"]
    documented = pd.read_excel(path, sheet_name="Columns", header=3)
    assert set(frame.columns) == set(documented.loc[documented["sheet"] == "Margins", "column"])
    links = [cell.hyperlink.location for row in workbook["Summary"].iter_rows() for cell in row if cell.hyperlink]
    assert "'Margins'!A1" in links


def test_cells_are_in_the_csv(turned: Turned, tmp_path: Path):
    found = tuple(
        replace(decision, obstacles=tuple(replace(o, cells=("Supply!D5", "Supply!D6")) for o in decision.obstacles))
        for decision in turned.found
    )
    write_csv(tmp_path, {"margins": margins_table(found, turned.ledger.scenario)})
    frame = pd.read_csv(tmp_path / "margins.csv", index_col="mission", keep_default_na=False)
    assert frame.loc["SOUTH", "cells"] == "Supply!D5, Supply!D6"
    assert frame.loc["NORTH", "cells"] == ""
    columns = pd.read_csv(tmp_path / "columns.csv")
    assert list(columns["column"]) == [column.name for column in COLUMNS]


def drawn(turned: Turned, found: tuple[Decision, ...]) -> Figure:
    tables = {**turned.tables, "margins": margins_table(found, turned.ledger.scenario)}
    return draw(tables, turned.ledger.scenario, caption_of(turned.solution, turned.tables))


def bars(figure: Figure) -> dict[str, float]:
    """The length of the bar beside every name."""
    found = {}
    for axes in figure.axes:
        names = [label.get_text() for label in axes.get_yticklabels()]
        found |= {names[int(bar.get_y() + bar.get_height() / 2)]: bar.get_width() for bar in axes.patches}
    return found


def test_the_figure_has_a_bar_for_every_loss_and_none_for_the_rest(turned: Turned):
    figure = drawn(turned, turned.found)
    check_readable(figure)
    assert bars(figure) == {
        "Two companies": pytest.approx(3**0.5),
        "Northern tanker": pytest.approx(3),
        "Southern tanker": pytest.approx(3),
    }
    said = [text.get_text() for text in texts(figure)]
    assert "How firm the decisions are: 5 of 8 could be turned around, 2 at no loss" in said
    assert said.count("tie") == 2
    assert said.count("9.0") == 2
    assert "displaces NORTH" in said
    assert "lets in SOUTH" in said
    headings = ["Cannot be otherwise", "Margin in unit months short", "Margin in points"]
    assert [text for text in said if text in headings] == headings
    assert "points (square-root scale)" in said
    assert "Mandated mission" in said


def test_the_figure_says_what_was_not_examined(turned: Turned):
    found = tuple(replace(decision, firmness=Firmness.OPEN, losses=()) for decision in turned.found)
    figure = drawn(turned, found)
    check_readable(figure)
    said = [text.get_text() for text in texts(figure)]
    assert said.count("not examined") == 8
    assert any(line.endswith("8 not examined") for line in said)
    assert bars(figure) == {}


def test_a_figure_of_nothing_is_drawn_too(turned: Turned):
    assert "There is no mission to decide on." in [text.get_text() for text in texts(drawn(turned, ()))]


def test_many_decisions_with_long_names_are_readable(turned: Turned):
    rows = {m: row for m, row in turned.ledger.scenario.missions.items()}
    missions = [
        row.model_copy(update={"mission": f"M{number}", "name": f"{row.name} with a name that goes on and on {number}"})
        for number, row in enumerate([*rows.values()] * 6)
    ]
    scenario = Scenario(turned.ledger.scenario.book.with_rows("Missions", missions))
    found = tuple(
        replace(turned["SOUTH"], mission=row.mission, stays=(), flipped=(), losses=(Loss("value", 0.1 * 1.2**n, 0.1),))
        for n, row in enumerate(missions)
    )
    tables = {**turned.tables, "margins": margins_table(found, scenario)}
    check_readable(draw(tables, scenario, caption_of(turned.solution, turned.tables)))


def test_the_figure_is_written_only_when_there_is_its_table(turned: Turned, told: Told, tmp_path: Path):
    asked = write_figures(tmp_path / "a", turned.solution, turned.ledger, turned.tables)
    plain = write_figures(tmp_path / "b", told.solution, told.ledger, told.tables)
    assert {path.name for path in asked} - {path.name for path in plain} == {"margins.png", "margins.svg"}
    assert {path.stem for path in plain} == set(FIGURES)
    again = write_figures(tmp_path / "c", turned.solution, turned.ledger, turned.tables)
    assert [path.read_bytes() for path in asked] == [path.read_bytes() for path in again]


def test_the_summary_tells_the_most_fragile_first(turned: Turned):
    sections = summary(turned.solution, turned.ledger, turned.audit, turned.found)
    lines = next(section.lines for section in sections if section.heading == "Decisions")
    assert lines[:3] == (
        ("Firm", "3 of 8 cannot be otherwise: PAST, DEAR, MUST"),
        ("At a loss", "3 of 8 could be turned around"),
        ("Ties", "2 of 8 could go either way: ONE, OTHER"),
    )
    assert [sentence.partition(" is ")[0] for _, sentence in lines[3:]] == [
        "Second twin (OTHER)",
        "First twin (ONE)",
        "Southern tanker (SOUTH)",
        "Northern tanker (NORTH)",
        "Two companies (BIG)",
    ]
    assert [label for label, _ in lines[3:]] == ["The most fragile", "", "", "", ""]
    screen = io.StringIO()
    print_summary(Console(file=screen, width=300), sections)
    assert "Taking it in would cost 9.0 points of value and displace NORTH." in screen.getvalue()


def test_the_summary_says_what_was_not_examined(turned: Turned):
    found = (replace(turned["NORTH"], firmness=Firmness.OPEN, losses=()), turned["SOUTH"])
    sections = summary(turned.solution, turned.ledger, turned.audit, found)
    assert ("Not examined", "1 of 2, for the examination was stopped: NORTH") in [
        line for section in sections for line in section.lines
    ]
    nobody_asked = summary(turned.solution, turned.ledger, turned.audit)
    assert [section.lines for section in nobody_asked if section.heading == "Decisions"] == [(("Margins", NOT_TURNED),)]
    assert "--explain" in NOT_TURNED


def test_run_json_has_every_margin(turned: Turned):
    margins = run_document(turned.solution, turned.audit, dict(turned.tables), turned.found)["margins"]
    assert isinstance(margins, list)
    rows = {row["mission"]: row for row in margins}
    assert next(iter(rows)) == "PAST"
    assert rows["SOUTH"] == {
        "mission": "SOUTH",
        "decision": "out",
        "firmness": "costs",
        "tie": False,
        "margin": pytest.approx(9.0),
        "goal": "value",
        "displaced": ["NORTH"],
        "admitted": [],
        "shifted": [],
        "blocked_by": [
            {
                "kind": "supply",
                "what": "TANKER",
                "tier": "",
                "spells": [{"from": "2025-01", "to": "2025-12"}],
                "short": 1,
                "holders": ["NORTH"],
                "cells": [],
            }
        ],
    }
    assert (rows["BIG"]["goal"], rows["BIG"]["blocked_by"][0]["tier"]) == ("readiness", "TIER_2")
    assert (rows["ONE"]["tie"], rows["ONE"]["margin"], rows["ONE"]["goal"]) == (True, 0.0, None)
    assert rows["MUST"]["margin"] is None
    assert run_document(turned.solution, turned.audit, dict(turned.tables))["margins"] == []
