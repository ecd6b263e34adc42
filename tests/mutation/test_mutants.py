"""Every rule, goal and kind of variable of the formulation, broken on purpose, is caught by a check."""

from __future__ import annotations

from dataclasses import replace

import pyomo.environ as pyo
import pytest
from mutation.books import cases
from mutation.breaking import Found, Mutant
from mutation.catching import Case, Check
from mutation.golden import goldens
from mutation.mutants import NO_OTHER_PLAN, QUICK, confirmed, document, every_mutant, judged

from inzet.formulation.build import RULES, build
from inzet.formulation.goals import GOALS
from inzet.formulation.rule import Rule


@pytest.fixture(scope="module")
def books() -> tuple[Case, ...]:
    return cases()


@pytest.fixture(scope="module")
def mutants(books: tuple[Case, ...]) -> dict[str, Mutant]:
    return every_mutant(books)


def test_everything_in_the_formulation_is_broken(mutants: dict[str, Mutant], books: tuple[Case, ...]) -> None:
    broken = {(mutant.part, mutant.family) for mutant in mutants.values()}
    variables = {v.local_name for v in build(books[0].data).component_objects(pyo.Var)}
    assert {family for part, family in broken if part == "rule"} == {rule.name for rule in RULES}
    assert {family for part, family in broken if part == "goal"} == {goal.value for goal in GOALS}
    assert {family for part, family in broken if part == "variable"} == variables


def test_a_new_rule_is_broken_without_a_word(books: tuple[Case, ...]) -> None:
    new = Rule("nothing_in_march", lambda data: [(c,) for c in data.stay_columns], lambda m, d, c: m.stay[str(c)] <= 1)
    found = Found(build(books[0].data, (*RULES, new))).mutants
    assert {m.how for m in found.values() if m.family == "nothing_in_march"} >= {"dropped", "flipped", "bound 1 lower"}


def test_the_formulation_as_it_is_is_caught_by_nothing(books: tuple[Case, ...]) -> None:
    assert [book.name for book in books if book.catches(None)] == []
    assert [golden.file for golden in goldens() if golden.written() != golden.kept] == []


def test_one_drop_and_one_flip_of_everything_is_caught(mutants: dict[str, Mutant], books: tuple[Case, ...]) -> None:
    found = [judged(mutant, books) for mutant in mutants.values() if mutant.how in QUICK]
    assert [one.mutant.name for one in found if one.missed] == []
    caught = {one.mutant.family for one in found if one.by_meaning}
    assert caught == {rule.name for rule in RULES} | {goal.value for goal in GOALS}


def test_what_is_not_caught_counts_as_missed(mutants: dict[str, Mutant], books: tuple[Case, ...]) -> None:
    """A mutant that changes nothing is caught by nothing, and a text alone does not excuse one that has no reason."""
    idle = Mutant("variable", "stay", "", "left as it is", lambda model: True)
    (silent, *_) = (replace(book, name="idle") for book in books)
    silent.mutants[idle.name] = idle
    one = judged(idle, [silent])
    assert (one.checks, one.tried, one.missed) == (frozenset(), 1, True)
    known = judged(mutants["assign: may be 1 more"], [])
    assert (known.checks, known.missed) == (frozenset({Check.TEXT}), False)
    assert replace(known, mutant=replace(known.mutant, how="otherwise")).missed


@pytest.mark.slow
def test_every_mutant_is_caught(mutants: dict[str, Mutant], books: tuple[Case, ...]) -> None:
    told = document([judged(mutant, books) for mutant in mutants.values()], books)
    assert told["missed"] == []
    assert told["false_reasons"] == [], "these make another plan after all, or are no mutants any more"
    assert told["by_meaning"] + len(NO_OTHER_PLAN) == told["mutants"] > 250


@pytest.mark.slow
def test_the_values_of_the_books_are_confirmed(books: tuple[Case, ...]) -> None:
    known, apart = confirmed(books)
    assert known > 40
    assert apart == []
