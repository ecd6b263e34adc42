"""inzet against a model written separately for another solver: on every random workbook the values are equal."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import crosscheck.shrink
import pytest
from builders import small_book
from crosscheck.shrink import REGRESSIONS, Fails, keep_smallest, shrink
from crosscheck.two_solvers import (
    HAIR,
    Found,
    Independent,
    best_of_all,
    differences,
    is_middling,
    save,
    seeded_book,
)
from every_plan import MOST_PLANS, per_mission
from random_books import LARGE, sized_book

from inzet.outcome import Status
from inzet.plan.audit import audited
from inzet.plan.ledger import Ledger
from inzet.scenario.checks import make_scenario
from inzet.schema.book import Book
from inzet.schema.rows import (
    Capability,
    Force,
    Fund,
    Goal,
    Group,
    Interest,
    Limit,
    Measure,
    Mission,
    Option,
    Pair,
    Payer,
    Readiness,
    Requirement,
    Row,
    Rule,
    Score,
    Shortfall,
    Supply,
    Tie,
)
from inzet.solve import solve
from inzet.workbook.reader import read_workbook

FAST = range(50)
SLOW = range(1000, 2000)
FEW_PLANS = 500
"""The fast suite tries every plan up to here; test_brute_force.py does so for more."""
FEWEST = 2
"""Workbooks of the fast suite that must use a feature."""


@pytest.fixture(scope="module")
def independent() -> Iterator[Independent]:
    with Independent() as running:
        yield running


def check_seed(seed: int, path: Path, independent: Independent, most_plans: int) -> None:
    save(seeded_book(seed), path)
    assert differences(path, independent) == [], f"python tests/crosscheck/shrink.py {seed} keeps the smallest"
    if not is_middling(seed):
        check_against_every_plan(path, independent, most_plans)


def check_against_every_plan(path: Path, independent: Independent, most_plans: int) -> None:
    scenario, _ = make_scenario(read(path))
    sets = [per_mission(scenario, name) for name in scenario.missions]
    if math.prod(map(len, sets)) > most_plans:
        return
    best, found = best_of_all(scenario, sets), independent.answer(path)
    assert found.status == ("infeasible" if best is None else "optimal")
    assert [float(goal) for goal in found.goals] == pytest.approx(list(best or ()), rel=HAIR, abs=HAIR)


def read(path: Path) -> Book:
    return read_workbook(path)[0]


@pytest.mark.parametrize("seed", FAST)
def test_both_solvers_come_to_the_same(seed: int, independent: Independent, tmp_path: Path) -> None:
    check_seed(seed, tmp_path / "book.xlsx", independent, FEW_PLANS)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SLOW)
def test_both_solvers_come_to_the_same_again_and_again(seed: int, independent: Independent, tmp_path: Path) -> None:
    check_seed(seed, tmp_path / "book.xlsx", independent, MOST_PLANS)


@pytest.mark.parametrize("path", sorted(REGRESSIONS.glob("*.xlsx")), ids=lambda path: path.stem)
def test_what_once_differed_is_the_same(path: Path, independent: Independent) -> None:
    assert differences(path, independent) == []


def test_both_come_to_the_same_on_a_plan_written_by_hand(independent: Independent, tmp_path: Path) -> None:
    save(small_book(), tmp_path / "book.xlsx")
    assert differences(tmp_path / "book.xlsx", independent) == []


def test_the_other_model_shares_nothing_with_inzets(independent: Independent, tmp_path: Path) -> None:
    save(small_book(), tmp_path / "book.xlsx")
    found = independent.answer(tmp_path / "book.xlsx")
    assert found.error == ""
    assert set(found.loaded) <= {"inzet.calendar", "inzet.errors", "inzet.schema", "inzet.workbook"}


def test_a_workbook_that_cannot_be_read_is_said_so(independent: Independent, tmp_path: Path) -> None:
    found = independent.answer(tmp_path / "nothing.xlsx")
    assert found.status == "failed"
    assert found.error


class Elsewhere(Independent):
    """Answers about another workbook than it is asked about."""

    def __init__(self, real: Independent, other: Path) -> None:
        self.real, self.other = real, other

    def answer(self, path: Path) -> Found:
        return self.real.answer(self.other)


def heavier(book: Book) -> Book:
    rows = [row.model_copy(update={"weight": row.weight + 0.001}) for row in book.rows["Interests"]]
    return book.with_rows("Interests", rows)


def test_a_small_difference_is_found(independent: Independent, tmp_path: Path) -> None:
    save(small_book(), tmp_path / "book.xlsx")
    save(heavier(small_book()), tmp_path / "other.xlsx")
    found = differences(tmp_path / "book.xlsx", Elsewhere(independent, tmp_path / "other.xlsx"))
    assert any("in rank 2" in sentence for sentence in found)


def with_synergy() -> Book:
    pair = {"pair": "P", "sentence": "Together.", "mission": "ALTHEA", "tie": "synergy", "other": "EUPM", "bonus": 3}
    return small_book().with_rows("Pairs", [Pair.model_validate(pair)])


def test_the_smallest_is_written_and_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def made_up(_independent: object, _folder: Path) -> Fails:
        return lambda book: bool(book.of(Pair))

    monkeypatch.setattr(crosscheck.shrink, "differ", made_up)
    kept = keep_smallest(with_synergy(), "synergy", Independent(), tmp_path / "kept")
    assert kept == tmp_path / "kept" / "synergy.xlsx"
    smallest = read(kept)
    assert {sheet: len(rows) for sheet, rows in smallest.rows.items() if sheet in ("Missions", "Pairs", "Rules")} == {
        "Missions": 2,
        "Pairs": 1,
        "Rules": 0,
    }
    assert keep_smallest(small_book().with_rows("Pairs", ()), "same", Independent(), tmp_path / "none") is None
    assert not (tmp_path / "none").exists()


@pytest.mark.slow
def test_a_real_difference_shrinks(independent: Independent, tmp_path: Path) -> None:
    class Forgetful(Elsewhere):
        """Knows nothing of pairs."""

        def answer(self, path: Path) -> Found:
            save(read(path).with_rows("Pairs", ()), self.other)
            return super().answer(path)

    kept = keep_smallest(with_synergy(), "synergy", Forgetful(independent, tmp_path / "other.xlsx"), tmp_path)
    assert kept is not None
    smallest = read(kept)
    assert [len(smallest.of(kind)) for kind in (Mission, Option, Pair, Rule, Fund, Readiness)] == [2, 2, 1, 0, 0, 0]
    assert differences(kept, independent) == []


def test_shrinking_leaves_only_what_fails() -> None:
    def fails(book: Book) -> bool:
        missions = {mission.mission for mission in book.of(Mission) if mission.art100}
        asking = {row.option for row in book.of(Requirement) if row.mission in missions}
        scored = {row.mission for row in book.of(Score)} & missions
        return any(o.modular and o.mission in scored and o.option in asking for o in book.of(Option))

    seed = next(s for s in range(2, 300, 3) if fails(seeded_book(s)))
    smallest = shrink(seeded_book(seed), fails)
    make_scenario(smallest)
    assert fails(smallest)
    assert len(smallest.of(Mission)) == len(smallest.of(Option)) == 1
    assert not any(smallest.of(kind) for kind in (Rule, Pair, Group, Fund, Payer, Readiness, Goal))
    assert smallest.of(Mission)[0].model_fields_set == {"mission", "name", "region", "art100"}
    assert smallest.of(Option)[0].model_fields_set == {"mission", "option", "modular"}
    assert smallest.settings.first_month == smallest.settings.last_month


def test_what_does_not_fail_is_not_shrunk() -> None:
    with pytest.raises(ValueError, match="does not fail"):
        shrink(small_book(), lambda _: False)


def test_a_seed_always_makes_the_same_workbook() -> None:
    assert sized_book(7).content_hash() == sized_book(7).content_hash() != sized_book(8).content_hash()


def test_there_are_large_workbooks_for_benchmarks() -> None:
    book = sized_book(0, LARGE)
    assert len(book.of(Mission)) >= 20
    assert len(book.of(Option)) > len(book.of(Mission))


MAY_BE_ZERO = (
    (Interest, "weight"),
    (Mission, "effectiveness"),
    (Option, "share"),
    (Supply, "units"),
    (Fund, "budget"),
)
"""What is hardly ever 0, and may be."""


def zeros(book: Book) -> set[tuple[type[Row], str]]:
    """Which of these columns have a 0 in a workbook."""
    return {(kind, column) for kind, column in MAY_BE_ZERO if any(not getattr(row, column) for row in book.of(kind))}


def features(book: Book) -> dict[str, bool]:
    """What a workbook can use, and whether it does."""
    settings, missions, options = book.settings, book.of(Mission), book.of(Option)
    rules, pairs = [r for r in book.of(Rule) if r.active], [p for p in book.of(Pair) if p.active]
    providers = Counter(row.capability for row in book.of(Capability))
    ranks = Counter(goal.rank for goal in book.of(Goal))
    running = {(m.mission, m.running_option) for m in missions if m.running_option}
    return {
        "substitution": any(providers[row.capability] > 1 for row in book.of(Requirement)),
        "tour of its own": any(row.tour_months for row in book.of(Requirement)),
        "incumbent": any(m.running_option for m in missions),
        "early end": any(m.running_option and m.early_end_price is not None for m in missions),
        "reserve": any(row.reserve for row in book.of(Supply)),
        "supply that changes": len(book.of(Supply)) > len(book.rows["Units"]),
        "reserve of money": any(row.reserve for row in book.of(Fund)),
        "shortfall priced": settings.readiness_shortfall is Shortfall.PRICED,
        "shortfall forbidden": settings.readiness_shortfall is Shortfall.FORBIDDEN,
        "three tiers": len({row.tier for row in book.of(Readiness) if row.units}) == 3,
        "shortage priced": settings.supply_shortage is Shortfall.PRICED,
        "modular": any(option.modular for option in options),
        "switched off": not all(option.active for option in options),
        "several options": len(options) > len(missions),
        "several stays": any(m.max_stays > 1 for m in missions),
        "mandated": any(m.mandated for m in missions),
        "mandate that ends": any(m.mandate_end and not m.renewal_assumed for m in missions),
        "framework that ends": any(m.framework_end for m in missions),
        "article 100": settings.art100_lead_months > 0 and any(m.art100 for m in missions),
        "window of a mission": any(m.first_month or m.last_month for m in missions),
        "window of what runs": any(m.running_option and m.first_month for m in missions),
        "end of the window of what runs": any(m.running_option and m.last_month for m in missions),
        "window of an option": any(o.first_month or o.last_month for o in options),
        "window of an option that runs": any((o.mission, o.option) in running and o.first_month for o in options),
        "police": any(option.police for option in options),
        **{f"a zero in {kind.sheet}, {column}": (kind, column) in zeros(book) for kind, column in MAY_BE_ZERO},
        "decided before": settings.decided_in is not None,
        "several funds and years": len({f.fund for f in book.of(Fund)}) > 1
        and len({f.year for f in book.of(Fund)}) > 1,
        "payers of a mission": any(row.mission for row in book.of(Payer)),
        "goals of equal rank": any(number > 1 for number in ranks.values()),
        "usual goals": not ranks,
        "share of a group": any(rule.share_of for rule in rules),
        "rule in periods": any(rule.every for rule in rules),
        "large or small": bool({"SMALL", "LARGE"} & {rule.group for rule in rules}),
        "long or short": bool({"LONG", "SHORT_FAR", "SOME"} & {rule.group for rule in rules}),
        **{f"{m}, {f}": any((r.measure, r.force) == (m, f) for r in rules) for m in Measure for f in Force},
        **{f"{t}, {f}": any((p.tie, p.force) == (t, f) for p in pairs) for t in Tie for f in Force},
        **{str(limit): any(rule.limit is limit for rule in rules) for limit in Limit},
    }


def test_the_workbooks_use_every_feature() -> None:
    counted: Counter[str] = Counter()
    for seed in FAST:
        counted.update(features(seeded_book(seed)))
    assert {feature: number for feature, number in counted.items() if number < FEWEST} == {}


def happenings(ledger: Ledger) -> dict[str, bool]:
    """What can happen in a plan, and whether it does."""
    scenario, sent = ledger.scenario, ledger.contributions
    modular = [c for c in sent if ledger.option_of(c.stay).modular]
    points = {count.limit: count.points for count in ledger.rule_counts if count.points}
    return {
        "two unit types for one capability": any(
            len([unit for other, unit in c.units if other == capability]) > 1 for c in sent for capability, _ in c.units
        ),
        "modules in part": any(0 < ledger.filled(c.stay) < 1 for c in modular),
        "goes on": any(c.stay.running for c in sent),
        "ends early": any(ledger.early_end(c.stay) for c in sent),
        "comes twice": any(n > 1 for n in Counter(c.stay.mission for c in sent).values()),
        "readiness missed": any(ledger.shortfall(*key) for key in scenario.commitments),
        "units lacking": any(ledger.shortage(unit, month) for unit in scenario.units for month in scenario.horizon),
        "a rule broken at a price": any(points.get(limit, 0) < 0 for limit in Limit),
        "a pair broken at a price": any(points.get(tie, 0) < 0 for tie in (Tie.REQUIRES, Tie.EXCLUDES, Tie.FOLLOWS)),
        "synergy": points.get(Tie.SYNERGY, 0) > 0,
        "a fund all but spent": any(
            ledger.spent(*key) > 0.85 * (fund.budget - fund.reserve) for key, fund in scenario.funds.items()
        ),
    }


def test_in_the_best_plans_everything_happens() -> None:
    counted: Counter[str] = Counter()
    for seed in FAST:
        scenario, _ = make_scenario(seeded_book(seed))
        solution = solve(scenario, gap=0.0)
        if solution.status is Status.INFEASIBLE:
            counted["no plan"] += 1
        else:
            counted.update(happenings(audited(solution)[0]))
    assert [name for name, number in counted.items() if not number] == []
    assert counted["no plan"] < len(FAST) / 3
