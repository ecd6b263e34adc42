"""The sheets about what there is: Units, Supply, Capabilities, Tiers and Readiness."""

from __future__ import annotations

from collections import defaultdict

from inzet.calendar import Month
from inzet.dossier.dossier import Dossier, Part, derived, documented, filled
from inzet.schema.rows import KEY_SEPARATOR, Basis, Capability, Readiness, Supply, Tier, Unit

_UNIT_NUMBERS = ("tour_months", "preparation_months", "recovery_months", "notice_preparing", "notice_recovering")
_NOTICE_FACT = "NATO_{tier}_NOTICE"
TIERS = ("TIER_1", "TIER_2", "TIER_3")


def unit_persons(dossier: Dossier, unit: str) -> tuple[int, Basis | None]:
    """Persons in a unit, and what that rests on; no basis when it is one of the assumptions."""
    record = dossier.tables.find("units", unit=unit)
    assert record is not None, unit
    if record["persons_fact"]:
        fact = dossier.number_of("units", record, "persons_fact", record["persons_mission"])
        return int(fact["value"]), documented(Unit.sheet, unit, "persons", fact, record["why"])
    assumption = dossier.assumption(Unit.sheet, unit, "persons")
    if assumption is None and record["post"] == "yes":
        return 1, derived(Unit.sheet, unit, "persons", "A post is one person")
    return int(dossier.needed(Unit.sheet, unit, "persons")), None


def units(dossier: Dossier) -> Part:
    """The unit types."""
    rows, basis = [], []
    for record in dossier.tables["units"]:
        unit = record["unit"]
        persons, grounds = unit_persons(dossier, unit)
        numbers = {name: dossier.assumption(Unit.sheet, unit, name) for name in _UNIT_NUMBERS}
        cells = {"unit": unit, "name": record["name"], "category": record["category"], "persons": persons, **numbers}
        rows.append(Unit.model_validate(filled(cells)))
        basis += [grounds] if grounds else []
    return Part(tuple(rows), tuple(basis))


def supply(dossier: Dossier) -> Part:
    """The units that exist: assumed, all of them."""
    rows = []
    for key in dossier.assumed_rows(Supply.sheet):
        unit, first = key.split(KEY_SEPARATOR)
        cells = {
            "unit": unit,
            "first_month": first,
            "units": dossier.needed(Supply.sheet, key, "units"),
            "reserve": dossier.assumption(Supply.sheet, key, "reserve"),
        }
        rows.append(Supply.model_validate(filled(cells)))
    return Part(tuple(rows), ())


def capabilities(dossier: Dossier) -> Part:
    """Which unit types provide what."""
    rows = tuple(
        Capability.model_validate({"capability": record["capability"], "unit": record["unit"]})
        for record in dossier.tables["capabilities"]
    )
    return Part(rows, ())


def tiers(dossier: Dossier) -> Part:
    """The readiness tiers of the NATO Force Model."""
    rows, basis = [], []
    for tier in TIERS:
        fact = dossier.tables.find("readiness_facts", item=_NOTICE_FACT.format(tier=tier))
        assert fact is not None, tier
        rows.append(Tier.model_validate({"tier": tier, "notice_days": fact["value"]}))
        basis.append(documented(Tier.sheet, tier, "notice_days", fact))
    return Part(tuple(rows), tuple(basis))


def readiness(dossier: Dossier) -> Part:
    """The readiness commitments: assumed, all of them; a period ends where the next one begins."""
    starts: dict[tuple[str, str], list[Month]] = defaultdict(list)
    for key in dossier.assumed_rows(Readiness.sheet):
        unit, tier, first = key.split(KEY_SEPARATOR)
        starts[unit, tier].append(Month.parse(first))
    rows = []
    for (unit, tier), firsts in starts.items():
        for month, following in zip(sorted(firsts), [*sorted(firsts)[1:], None], strict=True):
            key = KEY_SEPARATOR.join((unit, tier, str(month)))
            cells = {
                "unit": unit,
                "tier": tier,
                "first_month": month,
                "last_month": following + -1 if following else None,
                "units": dossier.needed(Readiness.sheet, key, "units"),
            }
            rows.append(Readiness.model_validate(filled(cells)))
    return Part(tuple(rows), ())
