"""The back-test: how a plan is read, the rules of thumb, and the command on the shipped and on another cycle."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from builders import changed, rules_book, small_book
from random_books import random_book
from typer.testing import CliRunner, Result

import inzet
from inzet.analyses.backtest import backtest, compare, planned
from inzet.analyses.baselines import RULES, baseline
from inzet.analyses.truth import Decision, Truth
from inzet.calendar import Month
from inzet.cli.backtest import backtest as command
from inzet.errors import InputError
from inzet.outcome import Contribution
from inzet.plan.audit import audit
from inzet.plan.ledger import Ledger
from inzet.scenario.checks import make_scenario
from inzet.scenario.scenario import Scenario, Stay
from inzet.scenario.stays import tour_end
from inzet.schema.book import Book
from inzet.workbook.writer import write_workbook

REPO = Path(__file__).resolve().parents[2]


def month(text: str) -> Month:
    return Month.parse(text)


def stay(mission: str, option: str, first: str, last: str, *, running: bool = False) -> Contribution:
    units = {("SHIP", "FRIGATE"): 1} if mission == "GULF" else {}
    return Contribution(Stay(mission, option, month(first), month(last), running), units)


def scenario_of(book: Book) -> Scenario:
    return make_scenario(book)[0]


def two_until(last: str) -> Contribution:
    return stay("KOSOVO", "TWO", "2025-11", last, running=True)


def one(first: str, last: str) -> Contribution:
    return stay("KOSOVO", "ONE", first, last)


@pytest.fixture(scope="module")
def free_book() -> Book:
    """Four months; two experts run until November at least, one may follow; nothing is mandated."""
    return changed(rules_book(), "Missions", "KOSOVO", mandated=False)


PLANS: dict[str, tuple[list[Contribution], Decision, int]] = {
    "goes on to the end": ([two_until("2026-02")], Decision.PARTICIPATE, 2),
    "goes on most of the time": ([two_until("2026-01")], Decision.PARTICIPATE, 2),
    "finishes its tour": ([two_until("2025-11")], Decision.NOT, 0),
    "smaller most of the time": ([two_until("2025-11"), one("2026-01", "2026-02")], Decision.REDUCED, 1),
    "smaller for a short while": ([two_until("2025-11"), one("2026-02", "2026-02")], Decision.NOT, 0),
    "smaller in the end": ([two_until("2026-01"), one("2026-02", "2026-02")], Decision.PARTICIPATE, 2),
}


@pytest.mark.parametrize("case", PLANS)
def test_what_ran_is_read_by_the_months_after_its_tour(case: str, free_book: Book) -> None:
    contributions, decision, persons = PLANS[case]
    scenario = scenario_of(free_book)
    assert tour_end(scenario, scenario.missions["KOSOVO"]) == month("2025-11")
    found = planned(Ledger(scenario, tuple(contributions)), "KOSOVO")
    assert (found.decision, found.persons) == (decision, persons)


def test_equally_long_the_later_counts(free_book: Book) -> None:
    settings = free_book.settings.model_copy(update={"last_month": month("2026-01")})
    book = free_book.with_settings(settings)
    found = planned(Ledger(scenario_of(book), (two_until("2025-11"), one("2026-01", "2026-01"))), "KOSOVO")
    assert found.decision is Decision.REDUCED


def test_a_window_that_ends_with_the_tour_leaves_nothing_to_decide(free_book: Book) -> None:
    scenario = scenario_of(changed(free_book, "Missions", "KOSOVO", framework_end="2025-11"))
    ledger = Ledger(scenario, (two_until("2025-11"),))
    assert planned(ledger, "KOSOVO").decision is Decision.PARTICIPATE
    assert planned(ledger, "KOSOVO").persons == 2
    result = backtest(ledger, [Truth("KOSOVO", Decision.PARTICIPATE), Truth("GULF", Decision.NOT)])
    assert result.no_choice == ("KOSOVO",)
    assert result.score.agree == 2


def test_an_early_end_does_not_move_the_end_of_the_running_tour() -> None:
    book = changed(small_book(), "Missions", "ALTHEA", early_end_price=1)
    scenario = scenario_of(book.with_settings(book.settings.model_copy(update={"decision_every": 1})))
    assert tour_end(scenario, scenario.missions["ALTHEA"]) == month("2025-03")
    recalled = Ledger(scenario, (stay("ALTHEA", "COMPANY", "2025-01", "2025-01", running=True),))
    assert planned(recalled, "ALTHEA").decision is Decision.NOT


def test_what_is_new_is_in_or_out(free_book: Book) -> None:
    scenario = scenario_of(free_book)
    out = Ledger(scenario, (two_until("2025-11"),))
    with_ships = Ledger(scenario, (stay("GULF", "SHIPS", "2025-11", "2025-12"), two_until("2025-11")))
    assert planned(out, "GULF").decision is Decision.NOT
    assert planned(with_ships, "GULF").decision is Decision.PARTICIPATE
    assert planned(with_ships, "GULF").persons == 170


def test_persons_left_out_come_from_the_units(free_book: Book) -> None:
    book = changed(changed(free_book, "Options", "KOSOVO / TWO", civil=0), "Options", "KOSOVO / ONE", civil=0)
    found = planned(Ledger(scenario_of(book), (two_until("2025-11"), one("2026-01", "2026-02"))), "KOSOVO")
    assert (found.decision, found.persons) == (Decision.REDUCED, 1)


def test_sizes_and_months_are_compared_where_both_take_part(free_book: Book) -> None:
    ledger = Ledger(scenario_of(free_book), (two_until("2025-11"), one("2026-01", "2026-02")))
    truths = [
        Truth("KOSOVO", Decision.REDUCED, 1, month("2025-12"), month("2026-06")),
        Truth("GULF", Decision.PARTICIPATE, 170, month("2025-11"), month("2025-12")),
    ]
    kosovo, gulf = compare(ledger, truths).comparisons
    assert kosovo.size_agrees is True
    assert kosovo.overlap == pytest.approx(2 / 3), "the running tour and months after the plan do not count"
    assert (gulf.size_agrees, gulf.overlap) == (None, None)
    four = Truth("KOSOVO", Decision.REDUCED, 4)
    assert compare(ledger, [four]).sizes == (False,)


def test_mandated_missions_never_count() -> None:
    ledger = Ledger(scenario_of(rules_book()), (two_until("2026-02"),))
    truths = [Truth("KOSOVO", Decision.PARTICIPATE), Truth("GULF", Decision.PARTICIPATE, counts=False)]
    result = backtest(ledger, truths)
    assert result.score.n == 0
    assert result.score.agreement == 0
    assert result.not_counted == ("KOSOVO", "GULF")


def test_disagreements_say_what_the_plan_has_and_what_is_short(free_book: Book) -> None:
    larger = Ledger(scenario_of(free_book), (two_until("2026-02"),))
    ((_, reason),) = backtest(larger, [Truth("KOSOVO", Decision.REDUCED)]).disagreements
    assert "TWO (2 persons) from 2025-11 to 2026-02" in reason
    assert "ONE (1 person) would be worth 0.50 points a month, TWO is worth 1.00" in reason
    book = changed(free_book, "Supply", "FRIGATE / 2025-11", units=1)
    none = Ledger(scenario_of(book), (two_until("2026-02"),))
    ((_, reason),) = backtest(none, [Truth("GULF", Decision.PARTICIPATE)]).disagreements
    assert reason.startswith("The plan has nothing. SHIPS (170 persons) would be worth 2.00 points a month")
    assert "FRIGATE and PATROL: too few left in 4 of 4 months" in reason
    ((_, reason),) = backtest(none, [Truth("GULF", Decision.REDUCED)]).disagreements
    assert "no option for it that would be reduced" in reason
    ((_, reason),) = backtest(none, [Truth("KOSOVO", Decision.NOT)]).disagreements
    assert "It is worth 1.00 points a month" in reason


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("make", [rules_book, small_book], ids=["rules", "small"])
def test_rules_of_thumb_keep_the_rules(rule: Any, make: Any) -> None:
    scenario = scenario_of(make())
    made = baseline(scenario, rule)
    assert made.keeps_rules
    assert audit(made.ledger).ok
    running = {name for name, mission in scenario.missions.items() if mission.running_option}
    assert running <= {c.stay.mission for c in made.ledger.contributions if c.stay.running}


@pytest.mark.parametrize("seed", range(12))
def test_rules_of_thumb_break_nothing_that_could_be_kept(seed: int) -> None:
    try:
        scenario = scenario_of(random_book(seed))
    except InputError:
        pytest.skip("this seed makes no scenario")
    for rule in RULES:
        made = baseline(scenario, rule)
        assert made.keeps_rules == audit(made.ledger).ok


def test_each_rule_of_thumb_has_its_own_order() -> None:
    book = changed(small_book(), "Supply", "EXPERT / 2025-01", units=10)
    options = {
        rule.__name__: [c.stay.option for c in baseline(scenario_of(book), rule).ledger.contributions] for rule in RULES
    }
    assert options == {
        "keep_everything_running": ["COMPANY"],
        "by_score_until_nothing_fits": ["COMPANY", "TEN"],
        "smallest_first": ["FIVE", "COMPANY"],
    }


def run(*arguments: object) -> Result:
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(command)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def other_cycle(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Another cycle: its own workbook and its own truth table."""
    folder = tmp_path_factory.mktemp("cycle")
    write_workbook(small_book(), folder / "small.xlsx")
    truth = folder / "decided.csv"
    truth.write_text("mission,decided,persons\nALTHEA,not,\nEUPM,participate,10\n", encoding="utf-8")
    return folder / "small.xlsx", truth


def test_another_cycle_needs_no_change(other_cycle: tuple[Path, Path]) -> None:
    answer = run(*other_cycle, "--json")
    assert answer.exit_code == 0, answer.output
    document = json.loads(answer.stdout)
    assert (document["n"], document["agree"], document["agreement"]) == (2, 1, 0.5)
    assert set(document["baselines"]) == {rule.__name__ for rule in RULES}
    (difference,) = document["disagreements"]
    assert set(difference) == {"mission", "decided", "planned", "why"}
    assert (difference["mission"], difference["decided"], difference["planned"]) == ("ALTHEA", "not", "participate")
    assert document["confusion"]["not"]["participate"] == 1
    assert document["size_agreement"] == 1
    assert document["months_overlap"] is None
    assert document["counted"] == ["ALTHEA", "EUPM"]


def test_people_get_words(other_cycle: tuple[Path, Path]) -> None:
    answer = run(*other_cycle)
    assert answer.exit_code == 0
    for words in ("agrees with 1 of 2 decisions: 50.0%", "ALTHEA: decided not, planned participate.", "smallest first"):
        assert words in answer.stdout


def test_a_wrong_truth_table_is_refused(other_cycle: tuple[Path, Path], tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("mission,decided\nALTEA,not\nEUPM,yes\n", encoding="utf-8")
    answer = run(other_cycle[0], wrong)
    assert answer.exit_code == 2
    assert "wrong.csv!line 2" in answer.stdout
    assert "Did you mean 'ALTHEA'?" in answer.stdout
    assert "wrong.csv!line 3" in answer.stdout
    assert json.loads(run(other_cycle[0], wrong, "--json").stdout)["errors"] == 2


def test_both_files_or_none(other_cycle: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(other_cycle[0]).exit_code == 2
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(inzet, "__file__", str(tmp_path / "a" / "b" / "c.py"))
    answer = run("--json")
    assert answer.exit_code == 2
    assert "name both files" in json.loads(answer.stdout)["message"]


def test_no_plan_is_said(tmp_path: Path) -> None:
    book = changed(small_book(), "Supply", "INF_COY / 2025-01", units=0, reserve=0)
    write_workbook(book, tmp_path / "small.xlsx")
    (tmp_path / "truth.csv").write_text("mission,decided\nALTHEA,not\n", encoding="utf-8")
    answer = run(tmp_path / "small.xlsx", tmp_path / "truth.csv", "--json")
    assert answer.exit_code == 3
    assert json.loads(answer.stdout)["outcome"] == "infeasible"


def test_the_shipped_cycle(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)  # the files of the installed package are found from anywhere
    answer = run("--json")
    assert answer.exit_code == 0, answer.output
    document = json.loads(answer.stdout)
    assert document["n"] == len(document["counted"]) == 36
    assert document["not_counted"] == ["EASTERN_FLANK", "NSATU_AIR_DEFENCE", "NSATU_MRTT"]
    assert document["no_choice"] == ["OPA"]
    assert document["agree"] + len(document["disagreements"]) == document["n"]
    assert sum(sum(row.values()) for row in document["confusion"].values()) == document["n"]
    assert all(its["keeps_rules"] for its in document["baseline_details"].values())
    assert document["agreement"] > max(document["baselines"].values())
    assert document["agreement"] > document["commonest_decision"]["agreement"]
    assert Path(document["workbook"]) == REPO / "scenarios" / "letter-2025.xlsx"
