"""The sheets Groups, Rules and Pairs, and what they pick missions by: tags and distance.

The tables hold the documented rules. An amount, a period or a price that no document gives is assumed: for one
rule by a line of its own, or for all rules of a kind by one line.
"""

from __future__ import annotations

from inzet.dossier.dossier import Dossier, Part, assumed, derived, documented, filled
from inzet.dossier.scores import scores
from inzet.dossier.tables import Record
from inzet.schema.rows import Basis, Force, Group, Pair, Row, Rule, Score, Tie

ONCE = "once"
"""In the period of a rule: not repeated, but over its whole window."""

TAG_SEPARATOR = "; "
_LEAD_NATION = "lead_nation"
_PRICE = "price"


def tags(dossier: Dossier) -> dict[str, str]:
    """The words by which groups can pick each planned mission, by the rule of the table of tags."""
    scored: dict[str, set[str]] = {mission: set() for mission in dossier.missions}
    for row in scores(dossier).rows:
        assert isinstance(row, Score)
        scored[row.mission].add(row.interest)
    found = {}
    for mission in dossier.missions:
        traits = _traits(dossier, mission) | {"interest": scored[mission]}
        words = (line["tag"] for line in dossier.tables["tags"] if _fits(line, traits))
        found[mission] = TAG_SEPARATOR.join(sorted(set(words)))
    return found


def distance(dossier: Dossier, mission: str) -> str:
    """Near or far, by the region of a mission."""
    region = dossier.contributions[mission]["region"]
    record = dossier.tables.find("region_distance", region=region)
    assert record is not None, region
    return record["distance"]


def _traits(dossier: Dossier, mission: str) -> dict[str, set[str]]:
    """What a mission can be picked by, as the columns of the table of tags name it."""
    contribution = dossier.contributions[mission]
    traits = {name: {contribution[name]} for name in ("section", "status", "modular")}
    leads = dossier.tables.all("facts", mission=mission, attribute=_LEAD_NATION, used="yes")
    traits[_LEAD_NATION] = {nation for fact in leads for nation in fact["value"].split(" and ")}
    traits["capability"] = {line["capability"] for line in dossier.tables.all("requirements", mission=mission)}
    units = {line["unit"] for line in dossier.tables["capabilities"] if line["capability"] in traits["capability"]}
    traits["category"] = {line["category"] for line in dossier.tables["units"] if line["unit"] in units}
    return traits


def _fits(line: Record, traits: dict[str, set[str]]) -> bool:
    return all(line[name] in values for name, values in traits.items() if line[name])


def groups(dossier: Dossier) -> Part:
    """The groups of contributions that rules are about."""
    lines = dossier.tables["groups"]
    rows = tuple(Group.model_validate(filled({name: line[name] for name in Group.model_fields})) for line in lines)
    return Part(rows, ())


def rules(dossier: Dossier) -> Part:
    """The documented rules over groups."""
    rows: list[Row] = []
    basis: list[Basis] = []
    for record in dossier.tables["planning_rules"]:
        names = ("rule", "sentence", "active", "group", "limit", "measure", "share_of", "first_month", "last_month")
        cells: dict[str, object] = {name: record[name] for name in (*names, "force")}
        cells["source"] = _source(record)
        for column, found in (
            ("amount", _number(dossier, record, "amount")),
            ("every", None if record["every"] == ONCE else _number(dossier, record, "every")),
            (_PRICE, _price(dossier, Rule.sheet, record["rule"], "rule", record)),
        ):
            if found is not None:
                cells[column], grounds = found
                basis += grounds
        rows.append(Rule.model_validate(filled(cells)))
    return Part(tuple(rows), tuple(basis))


def pairs(dossier: Dossier) -> Part:
    """The documented rules over two missions."""
    rows: list[Row] = []
    basis: list[Basis] = []
    for record in dossier.tables["pairs"]:
        names = ("pair", "sentence", "active", "mission", "option", "tie", "other", "other_option", "force")
        cells: dict[str, object] = {name: record[name] for name in names}
        cells["source"] = _source(record)
        key, tie = record["pair"], record["tie"]
        numbers = {_PRICE: _price(dossier, Pair.sheet, key, "pair", record)}
        if tie == Tie.SYNERGY:
            numbers["bonus"] = _of_kind(dossier, Pair.sheet, key, "bonus", ("pair_bonus", tie))
        if tie == Tie.FOLLOWS:
            numbers["within_months"] = _of_kind(dossier, Pair.sheet, key, "within_months", ("pair_within_months", tie))
        for column, found in numbers.items():
            if found is not None:
                cells[column], grounds = found
                basis += grounds
        rows.append(Pair.model_validate(filled(cells)))
    return Part(tuple(rows), tuple(basis))


_Found = tuple[object, list[Basis]]
"""A number, and what it rests on; no rows when it is one of the assumptions about the workbook itself."""


def _number(dossier: Dossier, record: Record, column: str) -> _Found:
    """The amount or the period of a rule: as the table says, as assumed for this rule, or as for its kind."""
    key = record["rule"]
    if record[column]:
        if record[f"{column}_basis"] == "documented":
            return record[column], [documented(Rule.sheet, key, column, record, record["why"])]
        return record[column], [derived(Rule.sheet, key, column, record["why"], record)]
    own = dossier.assumption(Rule.sheet, key, column)
    if own is not None:
        return own, []
    return _of_kind(dossier, Rule.sheet, key, column, (f"rule_{column}", record["kind"]))


def _price(dossier: Dossier, sheet: str, key: str, prefix: str, record: Record) -> _Found | None:
    """What a breach costs, by the kind of rule; nothing for rules that must be kept."""
    if record["force"] != Force.PRICED:
        return None
    kind = record["kind"] if prefix == "rule" else record["tie"]
    return _of_kind(dossier, sheet, key, _PRICE, (f"{prefix}_{_PRICE}", kind))


def _of_kind(dossier: Dossier, sheet: str, key: str, column: str, kind: tuple[str, str]) -> _Found:
    """The number that is assumed for all rules of a kind."""
    found = dossier.assumed(*kind)
    why = f"As for all rules of the kind '{kind[1]}'. {found.why}"
    return f"{found.value:g}", [assumed(sheet, key, column, why, (found.low, found.high))]


def _source(record: Record) -> str:
    return f"{record['source']}, {record['place']}: '{record['quote']}' ({record['documented_rule']})"
