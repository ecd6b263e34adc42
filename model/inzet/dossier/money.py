"""The sheets Funds, Payers and Costs."""

from __future__ import annotations

from collections import Counter

from inzet.dossier.dossier import RULE, Dossier, Part, assumed, derived, documented
from inzet.dossier.forces import unit_persons
from inzet.dossier.tables import Record, table_error
from inzet.schema.rows import KEY_SEPARATOR, Basis, Cost, CostItem, Fund, Payer

_FULL_YEAR = 12
_Span = tuple[float, float, float]


def funds(dossier: Dossier) -> Part:
    """The money by fund and year: what lies in the plan of each calendar year."""
    rows: list[Fund] = []
    basis: list[Basis] = []
    years = Counter(month.year for month in dossier.horizon)
    for record in dossier.tables["funds"]:
        for year, count in years.items():
            key = KEY_SEPARATOR.join((record["fund"], str(year)))
            budget, grounds = _budget(dossier, record, key, count)
            cells: dict[str, object] = {"fund": record["fund"], "year": year, "budget": budget}
            basis.append(grounds)
            if dossier.assumption(RULE, "fund_reserve_share", record["fund"]) is not None:
                cells["reserve"], grounds = _reserve(dossier, record["fund"], key, budget)
                basis.append(grounds)
            rows.append(Fund.model_validate(cells))
    return Part(tuple(rows), tuple(basis))


def _budget(dossier: Dossier, record: Record, key: str, count: int) -> tuple[float, Basis]:
    part = count / _FULL_YEAR
    half = "" if count == _FULL_YEAR else f"{count} of 12 months of it lie in the plan"
    if record["money_item"]:
        item = dossier.tables.find("money", item=record["money_item"])
        assert item is not None
        if not item["amount_eur"]:
            raise table_error(
                "funds",
                record,
                "money_item",
                "a sum that is named has an amount",
                "it has none",
                "Leave the cell empty.",
            )
        budget = float(item["amount_eur"]) * part
        if half:
            return budget, derived(Fund.sheet, key, "budget", half, item)
        return budget, documented(Fund.sheet, key, "budget", item, item["meaning"])
    yearly = dossier.assumed("fund_per_year", record["fund"])
    why = f"{yearly.why}; {half}" if half else yearly.why
    return yearly.value * part, assumed(Fund.sheet, key, "budget", why, (yearly.low * part, yearly.high * part))


def _reserve(dossier: Dossier, fund: str, key: str, budget: float) -> tuple[float, Basis]:
    share = dossier.assumed("fund_reserve_share", fund)
    why = f"{share.value:g} of the budget: {share.why}"
    return budget * share.value, assumed(Fund.sheet, key, "reserve", why, (budget * share.low, budget * share.high))


def payers(dossier: Dossier) -> Part:
    """Who pays: a line for every mission, and lines of their own for the missions of a status that is named."""
    rows = []
    for record in dossier.tables["payers"]:
        cells = {"category": record["category"], "fund": record["fund"]}
        if not record["status"]:
            rows.append(Payer.model_validate(cells))
            continue
        named = [m for m in dossier.missions if dossier.contributions[m]["status"] == record["status"]]
        rows += [Payer.model_validate({"mission": mission, **cells}) for mission in named]
    return Part(tuple(rows), ())


def costs(dossier: Dossier) -> Part:
    """One monthly rate per unit type: its persons, and what its ship or aircraft costs beside them."""
    rows, basis = [], []
    for record in dossier.tables["units"]:
        unit = record["unit"]
        persons, _ = unit_persons(dossier, unit)
        (amount, low, high), why = _rate(dossier, record, persons)
        row = Cost.model_validate({"cost": f"{unit}_MONTH", "unit": unit, "item": CostItem.MONTH, "amount": amount})
        rows.append(row)
        basis.append(assumed(Cost.sheet, row.row_key(), "amount", why, (low, high)))
    return Part(tuple(rows), tuple(basis))


def _rate(dossier: Dossier, record: Record, persons: int) -> tuple[_Span, str]:
    rate = dossier.assumed("eur_per_person_month", record["category"])
    span = (persons * rate.value, persons * rate.low, persons * rate.high)
    why = f"{persons} x EUR {rate.value:g} a month. {rate.why}"
    if dossier.assumption(RULE, "eur_extra_per_month", record["unit"]) is None:
        return span, why
    extra = dossier.assumed("eur_extra_per_month", record["unit"])
    span = (span[0] + extra.value, span[1] + extra.low, span[2] + extra.high)
    return span, f"{persons} x EUR {rate.value:g} + EUR {extra.value:g} a month. {rate.why}. {extra.why}"
