"""Other questions to the same model, as edits of its arrays: what is forced in, kept out, left out, held or relaxed.

An edit takes a problem and gives another; the problem that came in stays as it was. Edits follow each other, so a
question is a list of them. No edit knows what a column stands for beyond its name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

import numpy as np
from scipy import sparse

from inzet.problem import Floats, Problem

Edit = Callable[[Problem], Problem]

NEAREST = "differences"
"""The goal that keeps a plan near another one, by the name that it has among the ranked goals."""


def edited(problem: Problem, edits: Collection[Edit]) -> Problem:
    """A problem after edits, one after the other."""
    for edit in edits:
        problem = edit(problem)
    return problem


def choose_one_of(columns: Collection[str]) -> Edit:
    """At least one of some columns is chosen."""
    return _row("choose", dict.fromkeys(columns, 1.0), lower=1.0)


def choose_none_of(columns: Collection[str]) -> Edit:
    """None of some columns is chosen."""
    out = frozenset(columns)

    def edit(problem: Problem) -> Problem:
        named = np.array([name in out for name in problem.columns], dtype=bool)
        return replace(problem, upper=np.where(named, 0.0, problem.upper))

    return edit


def choose_all_of(columns: Collection[str]) -> Edit:
    """Every one of some columns is chosen."""
    taken = frozenset(columns)

    def edit(problem: Problem) -> Problem:
        named = np.array([name in taken for name in problem.columns], dtype=bool)
        return replace(problem, lower=np.where(named, 1.0, problem.lower))

    return edit


def hold_at(values: Mapping[str, float], kinds: tuple[str, ...]) -> Edit:
    """The columns whose names begin in one of some ways keep the values that they have."""

    def edit(problem: Problem) -> Problem:
        held = np.array([name.startswith(kinds) for name in problem.columns], dtype=bool)
        fixed = np.array([values.get(name, 0.0) for name in problem.columns])
        return replace(
            problem,
            lower=np.where(held, fixed, problem.lower),
            upper=np.where(held, fixed, problem.upper),
        )

    return edit


def leave_out(is_out: Callable[[str], bool]) -> Edit:
    """The problem without the rows of some names."""

    def edit(problem: Problem) -> Problem:
        kept = np.array([not is_out(row) for row in problem.rows], dtype=bool)
        return replace(
            problem,
            rows=tuple(row for row, keep in zip(problem.rows, kept, strict=True) if keep),
            matrix=sparse.csc_array(problem.matrix.tocsr()[kept]),
            row_lower=problem.row_lower[kept],
            row_upper=problem.row_upper[kept],
        )

    return edit


def only_rows_with(is_meant: Callable[[str], bool]) -> Edit:
    """The problem with only the rows in which a column of some name figures."""

    def edit(problem: Problem) -> Problem:
        meant = np.array([is_meant(column) for column in problem.columns], dtype=bool)
        touched = np.unique(sparse.coo_array(problem.matrix[:, meant]).row)
        kept = {problem.rows[index] for index in touched}
        return leave_out(lambda row: row not in kept)(problem)

    return edit


def at_most(rank: int, most: float) -> Edit:
    """A ranked goal, in the sense of minimising, is at most so much."""

    def edit(problem: Problem) -> Problem:
        offset = float(problem.offsets[rank])
        return add_row(problem, f"hold {problem.goal_names[rank]}", problem.goals[rank], -np.inf, most - offset)

    return edit


def first_goals(ranks: int) -> Edit:
    """Only the first so many ranked goals."""

    def edit(problem: Problem) -> Problem:
        return replace(
            problem,
            goals=problem.goals[:ranks],
            offsets=problem.offsets[:ranks],
            goal_names=problem.goal_names[:ranks],
            more_is_better=problem.more_is_better[:ranks],
        )

    return edit


def any_plan() -> Edit:
    """No goal: any plan that keeps the rules will do."""
    return aim("any plan", {}, alone=True)


def aim(name: str, weights: Mapping[str, float], *, offset: float = 0.0, alone: bool = False) -> Edit:
    """A goal more, of the last rank, to be minimised; ``alone`` does away with the others."""

    def edit(problem: Problem) -> Problem:
        goal = np.array([weights.get(column, 0.0) for column in problem.columns])[np.newaxis, :]
        if alone:
            problem = first_goals(0)(problem)
        return replace(
            problem,
            goals=np.vstack([problem.goals, goal]),
            offsets=np.append(problem.offsets, offset),
            goal_names=(*problem.goal_names, name),
            more_is_better=(*problem.more_is_better, False),
        )

    return edit


def aim_first(name: str, weights: Mapping[str, float], *, offset: float = 0.0) -> Edit:
    """A goal more, before all others, to be minimised."""
    return aim_at(0, name, weights, offset=offset)


def aim_at(rank: int, name: str, weights: Mapping[str, float], *, offset: float = 0.0) -> Edit:
    """A goal more, to be minimised, after so many of the others."""

    def edit(problem: Problem) -> Problem:
        last = aim(name, weights, offset=offset)(problem)
        others = range(len(problem.goals))
        order = [*others[:rank], len(problem.goals), *others[rank:]]
        return replace(
            last,
            goals=last.goals[order],
            offsets=last.offsets[order],
            goal_names=tuple(last.goal_names[rank] for rank in order),
            more_is_better=tuple(last.more_is_better[rank] for rank in order),
        )

    return edit


def break_least(name: str, rows: Collection[str], most: float) -> Edit:
    """Some rows may be broken, each by so much at most; a goal more, before all others: to break them least in all.

    Args:
        name: name of the goal.
        rows: names of the rows.
        most: by how much each of them may be broken, in its own unit.
    """
    broken = frozenset(rows)

    def edit(problem: Problem) -> Problem:
        indexes = [index for index, row in enumerate(problem.rows) if row in broken]
        sides = [(index, -1.0) for index in indexes if np.isfinite(problem.row_upper[index])]
        sides += [(index, 1.0) for index in indexes if np.isfinite(problem.row_lower[index])]
        columns = [f"{'over' if sign < 0 else 'under'} {problem.rows[index]}" for index, sign in sides]
        eased = np.zeros((len(problem.rows), len(sides)))
        for column, (index, sign) in enumerate(sides):
            eased[index, column] = sign
        return aim_first(name, dict.fromkeys(columns, 1.0))(_with_columns(problem, columns, eased, most, whole=False))

    return edit


def stay_near(chosen: Collection[str], among: Collection[str]) -> Edit:
    """A goal more, of the last rank: as few differences as can be from what is chosen in another plan.

    Args:
        chosen: the columns chosen there.
        among: every column that counts as a choice.
    """
    weights = {column: -1.0 if column in chosen else 1.0 for column in among}
    return aim(NEAREST, weights, offset=float(len(set(chosen) & set(among))))


def relax(name: str, rows: Mapping[str, float], most: float, *, whole: bool) -> Edit:
    """A column more, of which every unit adds so much to what the named rows allow.

    Args:
        name: its name.
        rows: how much one unit of it adds to the upper bound of each row, or takes from its lower bound.
        most: its largest value.
        whole: whether it is a whole number.
    """

    def edit(problem: Problem) -> Problem:
        eased = np.zeros((len(problem.rows), 1))
        for index, row in enumerate(problem.rows):
            if row in rows:
                eased[index, 0] = rows[row] * (-1.0 if np.isfinite(problem.row_upper[index]) else 1.0)
        return _with_columns(problem, [name], eased, most, whole=whole)

    return edit


def keep_or_switch(name: str, amounts: Mapping[str, float], chosen: str, most: float) -> Edit:
    """A column more: 1 when some columns are not at the amounts that they have while another column is chosen.

    Args:
        name: its name.
        amounts: the columns, and what each is at while ``chosen`` is 1 and the new column is 0.
        chosen: the column that they hang on.
        most: by how much at most an amount can differ.
    """

    def edit(problem: Problem) -> Problem:
        rows = []
        for column, amount in amounts.items():
            weights = {column: 1.0, chosen: -amount}
            over, under = f"{name} over {column}", f"{name} under {column}"
            problem = _row(under, weights, lower=0.0)(_row(over, weights, upper=0.0)(problem))
            rows += [over, under]
        return relax(name, dict.fromkeys(rows, most), 1.0, whole=True)(problem)

    return edit


def count_beyond(name: str, columns: Collection[str], number: int) -> Edit:
    """A column more: how many of some columns are chosen beyond a number, when a goal makes it as small as it can be.

    Args:
        name: its name.
        columns: what is counted.
        number: so many are not beyond.
    """
    counted = _row(name, dict.fromkeys(columns, 1.0), upper=float(number))
    beyond = relax(name, {name: 1.0}, float(len(columns)), whole=True)
    return lambda problem: beyond(counted(problem))


def bend(rank: int, direction: Floats, step: float) -> Edit:
    """A ranked goal, moved so far in a direction: another weight or score for the same plans.

    Args:
        rank: the goal.
        direction: what one step adds to its coefficients, shape (n,).
        step: how many steps.
    """

    def edit(problem: Problem) -> Problem:
        goals = problem.goals.copy()
        goals[rank] = goals[rank] + step * direction
        return replace(problem, goals=goals)

    return edit


def add_row(problem: Problem, name: str, coefficients: Floats, lower: float, upper: float) -> Problem:
    """The problem with a row more.

    Args:
        problem: what it is added to.
        name: its name.
        coefficients: shape (n,).
        lower: its lower bound; minus infinity for none.
        upper: its upper bound; infinity for none.
    """
    return replace(
        problem,
        rows=(*problem.rows, name),
        matrix=sparse.csc_array(sparse.vstack([problem.matrix, sparse.csr_array(coefficients[np.newaxis, :])])),
        row_lower=np.append(problem.row_lower, lower),
        row_upper=np.append(problem.row_upper, upper),
    )


def _with_columns(
    problem: Problem, names: Collection[str], coefficients: Floats, most: float, *, whole: bool
) -> Problem:
    """The problem with columns more, from 0 to so much, that no goal counts; coefficients have the shape (m, k)."""
    number = len(names)
    return replace(
        problem,
        columns=(*problem.columns, *names),
        lower=np.append(problem.lower, np.zeros(number)),
        upper=np.append(problem.upper, np.full(number, most)),
        integer=np.append(problem.integer, np.full(number, whole)),
        matrix=sparse.csc_array(sparse.hstack([problem.matrix, sparse.csc_array(coefficients)])),
        goals=np.hstack([problem.goals, np.zeros((len(problem.goals), number))]),
    )


def _row(name: str, weights: Mapping[str, float], *, lower: float = -np.inf, upper: float = np.inf) -> Edit:
    def edit(problem: Problem) -> Problem:
        coefficients = np.array([weights.get(column, 0.0) for column in problem.columns])
        return add_row(problem, name, coefficients, lower, upper)

    return edit


def pay_from(name: str, rows: Mapping[str, tuple[float, float]], most: float) -> Edit:
    """A column more, out of which the upper bounds of some rows come.

    Args:
        name: its name.
        rows: for each row, its upper bound while the column is 0, and what every unit of the column adds to it.
        most: the largest value of the column.
    """

    def edit(problem: Problem) -> Problem:
        row_upper, added = problem.row_upper.copy(), np.zeros((len(problem.rows), 1))
        for index, row in enumerate(problem.rows):
            if row in rows:
                row_upper[index], each = rows[row]
                added[index, 0] = -each
        return _with_columns(replace(problem, row_upper=row_upper), [name], added, most, whole=False)

    return edit


# What is chosen together, counted: for questions about many choices at once.


def indicate(choices: Mapping[str, tuple[Collection[str], int]]) -> Edit:
    """A column more for each of some choices: 1 when one of its columns is chosen, 0 when none is.

    Args:
        choices: by name of the new column, the columns that make up the choice, and how many of them can be chosen
            together at most.
    """
    rows: list[_NewRow] = []
    for name, (columns, most) in choices.items():
        together = dict.fromkeys(columns, 1.0)
        rows.append((f"{name} none", together | {name: -1.0}, 0.0, np.inf))
        rows.append((f"{name} some", together | {name: -float(most)}, -np.inf, 0.0))
    return _with_rows(choices, 1.0, rows)


def wish(wishes: Mapping[str, tuple[Collection[str], Collection[str]]]) -> Edit:
    """A column more for each of some wishes: it can be 1 only when the wish is granted.

    Args:
        wishes: by name of the new column, columns from 0 to 1 that must all be 1, and others that must all be 0.
    """
    rows: list[_NewRow] = []
    for name, (has, lacks) in wishes.items():
        rows += [(f"{name} with {one}", {one: 1.0, name: -1.0}, 0.0, np.inf) for one in has]
        rows += [(f"{name} without {one}", {one: 1.0, name: 1.0}, -np.inf, 1.0) for one in lacks]
    return _with_rows(wishes, 1.0, rows)


def keep_apart(name: str, others: Collection[Collection[str]], among: Collection[str]) -> Edit:
    """A column more: no larger than the number of differences from each of some other plans.

    Args:
        name: its name.
        others: for each of the other plans, the columns that are 1 there.
        among: the columns from 0 to 1 that are compared.
    """
    rows: list[_NewRow] = []
    for number, chosen in enumerate(others):
        here = set(chosen) & set(among)
        signs = {column: -1.0 if column in here else 1.0 for column in among}
        rows.append((f"{name} {number}", signs | {name: -1.0}, -float(len(here)), np.inf))
    return _with_rows([name], float(len(set(among))), rows)


_NewRow = tuple[str, Mapping[str, float], float, float]
"""A row to add: its name, its coefficients by column, its lower and its upper bound."""


def _with_rows(columns: Collection[str], most: float, rows: Collection[_NewRow]) -> Edit:
    """Whole columns more, each from 0 to so much, and then rows more, which may have the new columns in them."""

    def edit(problem: Problem) -> Problem:
        nothing = np.zeros((len(problem.rows), len(columns)))
        problem = _with_columns(problem, columns, nothing, most, whole=True)
        places = {column: index for index, column in enumerate(problem.columns)}
        cells = [(i, places[c], weight) for i, (_, weights, _, _) in enumerate(rows) for c, weight in weights.items()]
        down, across, weights = zip(*cells, strict=True) if cells else ((), (), ())
        added = sparse.csr_array((weights, (down, across)), shape=(len(rows), len(places)))
        return replace(
            problem,
            rows=(*problem.rows, *(name for name, _, _, _ in rows)),
            matrix=sparse.csc_array(sparse.vstack([problem.matrix, added])),
            row_lower=np.append(problem.row_lower, [lower for _, _, lower, _ in rows]),
            row_upper=np.append(problem.row_upper, [upper for _, _, _, upper in rows]),
        )

    return edit
