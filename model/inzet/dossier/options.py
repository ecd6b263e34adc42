"""The sheets Options and Requirements: what may be contributed, and the units that it takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from inzet.calendar import Month
from inzet.dossier.dossier import Dossier, Part, derived, documented, filled, joined, stated
from inzet.dossier.forces import unit_persons
from inzet.dossier.tables import Record, table_error
from inzet.schema.rows import ANY, KEY_SEPARATOR, Basis, Category, Option, Requirement

REST = "rest"
"""In the quantity of a requirement: what the other units leave of the persons of the option."""

_DECIMALS = 2


@dataclass(frozen=True, slots=True)
class Need:
    """One requirement with its number: units of the first type that provides the capability.

    Attributes:
        record: its line in requirements.csv.
        unit: that unit type.
        category: who serves in it.
        quantity: how many.
        persons: persons in one.
        post: whether such units are posts.
    """

    record: Record
    unit: str
    category: Category
    quantity: int
    persons: int
    post: bool

    @property
    def total(self) -> int:
        """Persons in all of them."""
        return self.quantity * self.persons

    def __str__(self) -> str:
        return f"{self.quantity} {self.unit}" + (f" x {self.persons}" if self.persons > 1 else "")


@dataclass(frozen=True)
class Sizes:
    """The size of every option, reckoned from the documents where they give one and from its units where not."""

    dossier: Dossier

    @cached_property
    def needs(self) -> Mapping[str, tuple[Need, ...]]:
        """The requirements with their numbers, by option key."""
        return {option_key(record): self._needs(record) for record in self.dossier.tables["options"]}

    def fact(self, record: Record) -> Record | None:
        """The statement of an option's persons; None when no document gives them."""
        if not record["persons_fact"]:
            return None
        return self.dossier.number_of("options", record, "persons_fact", record["mission"])

    def persons(self, record: Record) -> int:
        """Everybody abroad for an option."""
        return sum(need.total for need in self.needs[option_key(record)])

    @cached_property
    def largest(self) -> Mapping[str, int]:
        """Persons of the largest option, by mission."""
        found: dict[str, int] = defaultdict(int)
        for record in self.dossier.tables["options"]:
            found[record["mission"]] = max(found[record["mission"]], self.persons(record))
        return found

    @cached_property
    def sends_units(self) -> frozenset[str]:
        """The missions with an option that asks for a unit that is more than posts."""
        return frozenset(
            record["mission"]
            for record in self.dossier.tables["options"]
            if any(not need.post for need in self.needs[option_key(record)])
        )

    def _needs(self, option: Record) -> tuple[Need, ...]:
        lines = list(self.dossier.tables.all("requirements", mission=option["mission"], option=option["option"]))
        fixed = [self._need(line, self._quantity(line)) for line in lines if line["quantity"] != REST]
        fact = self.fact(option)
        left = int(fact["value"]) - sum(need.total for need in fixed) if fact else 0
        rest = [self._rest(line, left) for line in lines if line["quantity"] == REST]
        if len(rest) > 1 or (fact and not rest and left):
            raise table_error(
                "options",
                option,
                "persons_fact",
                "the units of an option hold its persons",
                f"its units leave {left} persons of the {fact['value'] if fact else 'unknown number'}",
                "Correct its lines in requirements.csv; one of them may say 'rest'.",
            )
        return tuple(sorted([*fixed, *rest], key=lambda need: need.record["capability"]))

    def _rest(self, line: Record, left: int) -> Need:
        persons = self._need(line, 1).persons
        if left <= 0 or left % persons:
            raise table_error(
                "requirements",
                line,
                "quantity",
                "the rest is a whole number of units",
                f"{left} persons are left for units of {persons}",
                "Name the persons of the option in options.csv, or correct the other lines.",
            )
        return self._need(line, left // persons)

    def _quantity(self, line: Record) -> int:
        key = KEY_SEPARATOR.join((line["mission"], line["option"], line["capability"]))
        return int(line["quantity"] or self.dossier.needed(Requirement.sheet, key, "quantity"))

    def _need(self, line: Record, quantity: int) -> Need:
        provider = self.dossier.tables.find("capabilities", capability=line["capability"])
        assert provider is not None
        unit = self.dossier.tables.find("units", unit=provider["unit"])
        assert unit is not None
        persons, _ = unit_persons(self.dossier, unit["unit"])
        return Need(line, unit["unit"], Category(unit["category"]), quantity, persons, unit["post"] == "yes")


def option_key(record: Record) -> str:
    """The row key of an option."""
    return KEY_SEPARATOR.join((record["mission"], record["option"]))


def options(dossier: Dossier, sizes: Sizes) -> Part:
    """The ways to take part."""
    rows: list[Option] = []
    basis = [derived(Option.sheet, ANY, "share", "The largest option of its mission brings all of its value")]
    for record in dossier.tables["options"]:
        key = option_key(record)
        share, share_basis = _share(dossier, sizes, record)
        personnel, personnel_basis = _personnel(sizes, record)
        window = {name: record[name] for name in ("first_month", "last_month", "max_months")}
        least, least_basis = _least(dossier, record)
        most = record["max_months"] or dossier.assumption(Option.sheet, key, "max_months")
        cells = {"mission": record["mission"], "option": record["option"], "name": record["name"]}
        cells["modular"] = _modular(dossier, sizes, record)
        rows.append(
            Option.model_validate(filled({**cells, **window, **least, "max_months": most, "share": share, **personnel}))
        )
        basis += [stated(Option.sheet, key, name, record) for name, value in window.items() if value]
        basis += [*least_basis, *share_basis, *personnel_basis]
    return Part(tuple(rows), tuple(basis))


def _modular(dossier: Dossier, sizes: Sizes, record: Record) -> str:
    """The largest option of a contribution that the documents call modular may be filled in part."""
    is_modular = dossier.contributions[record["mission"]]["modular"] == "yes"
    return "yes" if is_modular and sizes.persons(record) == sizes.largest[record["mission"]] else ""


def _share(dossier: Dossier, sizes: Sizes, record: Record) -> tuple[float, list[Basis]]:
    """(persons / persons of the largest option) to the power of the rule."""
    persons, largest = sizes.persons(record), sizes.largest[record["mission"]]
    if persons == largest:
        return 1.0, []
    rule = dossier.assumed("share_exponent", "exponent")
    share, low, high = (round((persons / largest) ** power, _DECIMALS) for power in (rule.value, rule.high, rule.low))
    why = f"({persons} / {largest}) ** {rule.value:g} = {share:g}; exponent assumed, {rule.low:g} to {rule.high:g}"
    return share, [derived(Option.sheet, option_key(record), "share", f"{why}. {rule.why}", span=(low, high))]


def _least(dossier: Dossier, record: Record) -> tuple[dict[str, object], list[Basis]]:
    """The shortest stay: as the table says; a mandated mission takes the whole of its window."""
    key = option_key(record)
    if record["min_months"]:
        return {"min_months": record["min_months"]}, [stated(Option.sheet, key, "min_months", record)]
    if least := dossier.assumption(Option.sheet, key, "min_months"):
        return {"min_months": least}, []
    mission = dossier.tables.find("missions", mission=record["mission"])
    assert mission is not None
    if mission["mandated"] != "yes":
        return {}, []
    running = dossier.running_since(mission)[0] if mission["running_option"] else None
    first = running or Month.parse(mission["first_month"] or str(dossier.horizon[0]))
    last = Month.parse(mission["last_month"] or str(dossier.horizon[-1]))
    span = last - first + 1
    why = f"Taken as given for its whole window, {first} to {last}"
    return {"min_months": span}, [derived(Option.sheet, key, "min_months", why)]


def _personnel(sizes: Sizes, record: Record) -> tuple[dict[str, object], list[Basis]]:
    """Persons abroad by category, each with what it rests on."""
    key = option_key(record)
    by_category: dict[Category, list[Need]] = defaultdict(list)
    for need in sizes.needs[key]:
        by_category[need.category].append(need)
    cells: dict[str, object] = {}
    basis = []
    for category, needs in by_category.items():
        cells[category.value] = sum(need.total for need in needs)
        basis.append(_personnel_basis(sizes, record, category, needs, alone=len(by_category) == 1))
    return cells, basis


def _personnel_basis(sizes: Sizes, record: Record, category: Category, needs: list[Need], *, alone: bool) -> Basis:
    about, key, column = Option.sheet, option_key(record), category.value
    fact = sizes.fact(record)
    units = " + ".join(map(str, needs))
    if fact and alone:
        return documented(about, key, column, fact, joined([record["why"], f"Its units: {units}"]))
    first = needs[0].record
    if len(needs) == 1 and first["basis"] == "documented" and needs[0].post:
        return documented(about, key, column, first)
    if fact:
        return derived(about, key, column, f"Of the {fact['value']} persons of the option: {units}", fact)
    return derived(about, key, column, joined([f"The persons of its units: {units}", record["why"]]))


def requirements(dossier: Dossier, sizes: Sizes) -> Part:
    """What each option asks for."""
    rows, basis = [], []
    for option in dossier.tables["options"]:
        needs = sizes.needs[option_key(option)]
        for need in needs:
            record = need.record
            cells = {name: record[name] for name in ("mission", "option", "capability", "tour_months")}
            row = Requirement.model_validate(filled({**cells, "quantity": need.quantity}))
            rows.append(row)
            basis += _requirement_basis(sizes, option, need, row)
    return Part(tuple(rows), tuple(basis))


def _requirement_basis(sizes: Sizes, option: Record, need: Need, row: Requirement) -> list[Basis]:
    record, key = need.record, row.row_key()
    columns = [name for name in ("quantity", "tour_months") if record[name]]
    found = []
    for column in columns:
        if record["basis"] == "documented":
            found.append(documented(row.sheet, key, column, record, record["why"]))
        elif column == "quantity" and record["quantity"] == REST:
            fact = sizes.fact(option)
            found.append(
                derived(row.sheet, key, column, joined([record["why"], _reckoning(sizes, option, need)]), fact)
            )
        else:
            found.append(derived(row.sheet, key, column, record["why"], record))
    return found


def _reckoning(sizes: Sizes, option: Record, need: Need) -> str:
    fact = sizes.fact(option)
    assert fact is not None
    others = [str(other) for other in sizes.needs[option_key(option)] if other != need]
    if not others:
        return ""
    return f"{fact['value']} - {' - '.join(others)} = {need}"
