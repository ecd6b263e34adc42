"""The sheets Interests and Scores: one rule for all missions, and no number for a single one."""

from __future__ import annotations

from collections.abc import Iterator

from inzet.dossier.dossier import Dossier, Part, derived, spread
from inzet.dossier.tables import Record
from inzet.schema.rows import Interest, Score

_REGION = "region"


def interests(dossier: Dossier) -> Part:
    """The six interests of the letter, with assumed weights."""
    rows = []
    for record in dossier.tables["interests"]:
        weight = dossier.needed(Interest.sheet, record["interest"], "weight")
        cells = {"interest": record["interest"], "name": record["name"], "weight": weight}
        rows.append(Interest.model_validate(cells))
    return Part(tuple(rows), ())


def scores(dossier: Dossier) -> Part:
    """For each mission and interest the strongest of its links, turned into a number by the score rule."""
    rows, basis = [], []
    for mission in dossier.missions:
        for interest in dossier.tables["interests"]:
            found = [(_level(dossier, link), link) for link in _links(dossier, mission, interest["link"])]
            if not found:
                continue
            level, link = max(found, key=lambda pair: float(pair[0]["score"]))
            row = Score.model_validate({"mission": mission, "interest": interest["interest"], "score": level["score"]})
            rows.append(row)
            span = (float(level["low"]), float(level["high"]))
            why = f"{link['through']}: link '{level['level']}' ({level['meaning']}) scores {row.score:g}{spread(*span)}"
            basis.append(derived(Score.sheet, row.row_key(), "score", why, link, span))
    return Part(tuple(rows), tuple(basis))


def _level(dossier: Dossier, link: Record) -> Record:
    level = dossier.tables.find("score_rule", level=link["link"])
    assert level is not None, link
    return level


def _links(dossier: Dossier, mission: str, interest: str) -> Iterator[Record]:
    """Every link of a mission to an interest: by name, by main task, by organisation, by region."""
    contribution = dossier.contributions[mission]
    organisation, region = contribution["organisation"], contribution["region"]
    for link in dossier.tables.all("links", mission=mission, interest=interest):
        yield {**link, "through": "By name"}
    for link in dossier.tables.all("task_links", organisation=organisation, region=region, interest=interest):
        yield {**link, "through": f"Through main task 1 ({organisation}, {region})"}
    for link in dossier.tables.all("organisation_links", organisation=organisation, interest=interest):
        yield {**link, "through": f"Through its organisation ({organisation})"}
    for link in dossier.tables.all("region_links", region=region, interest=interest):
        yield {**link, "link": _REGION, "through": f"Through its region ({region})"}
