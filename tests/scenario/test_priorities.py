"""Named sets of priorities: what they change, and what may not stand in them."""

from __future__ import annotations

from typing import Any

import pytest
from builders import small_book

from inzet.errors import InputError, Issue, UsageError
from inzet.scenario.checks import make_scenario
from inzet.scenario.priorities import priority_names, with_priorities
from inzet.schema.rows import GoalName, Priority


def problems(**row: Any) -> tuple[Issue, ...]:
    book = small_book().with_rows("Priorities", [Priority.model_validate({"priority": "X", **row})])
    with pytest.raises(InputError) as caught:
        make_scenario(book)
    return caught.value.issues


def test_a_set_changes_the_weights_that_it_names() -> None:
    scenario = make_scenario(small_book())[0]
    changed = with_priorities(scenario, "ALLY_FIRST")
    assert {i: row.weight for i, row in changed.interests.items()} == {"ALLY": 20, "SECURITY": 3}
    assert changed.goals == scenario.goals
    assert changed.label == "priorities-ALLY_FIRST"
    assert changed.content_hash != scenario.content_hash


def test_ranked_goals_replace_those_of_the_workbook() -> None:
    changed = with_priorities(make_scenario(small_book())[0], "CHEAPEST")
    assert [[goal.goal for goal in goals] for goals in changed.goals] == [[GoalName.COST], [GoalName.VALUE]]


def test_sets_that_nobody_uses_ask_nothing_else() -> None:
    book = small_book()
    assert priority_names(book) == ("ALLY_FIRST", "CHEAPEST")
    assert make_scenario(book)[0].content_hash == make_scenario(book.with_rows("Priorities", ()))[0].content_hash


def test_a_set_that_is_not_there_is_named() -> None:
    with pytest.raises(UsageError, match="Did you mean"):
        with_priorities(make_scenario(small_book())[0], "ALY_FIRST")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({}, "neither an interest nor a goal"),
        ({"interest": "ALLY", "goal": "value", "weight": 1, "rank": 1}, "both an interest and a goal"),
        ({"interest": "ALLY"}, "ALLY has no weight"),
        ({"goal": "cost"}, "cost has no rank"),
        ({"interest": "ALLY", "weight": 1, "rank": 1}, "an interest has no rank"),
        ({"interest": "ALLY", "weight": 5000}, "a weight is at most 1000"),
        ({"interest": "NOBODY", "weight": 1}, "NOBODY"),
    ],
)
def test_what_may_not_stand_in_a_set(row: dict[str, Any], words: str) -> None:
    (issue,) = problems(**row)
    assert issue.sheet == "Priorities"
    assert words in issue.message
    assert issue.fix
