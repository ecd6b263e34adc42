"""The sheets Missions and Reported."""

from __future__ import annotations

from inzet.dossier.dossier import (
    Dossier,
    Part,
    assumed,
    derived,
    documented,
    filled,
    joined,
    last_full_month,
    spread,
    stated,
)
from inzet.dossier.options import Sizes
from inzet.dossier.rules import distance, tags
from inzet.dossier.tables import Record, table_error
from inzet.schema.rows import Basis, Mission, Reported

_UNIT_CLASS = "unit"
_ENDS = {"framework_end": "framework_until", "mandate_end": "mandate_until"}
_REPORTED_FIRST, _REPORTED_LAST = "2024-05", "2025-04"
"""The window of annex 2 of the progress report."""

_Cells = dict[str, object]


def missions(dossier: Dossier, sizes: Sizes) -> Part:
    """The missions that are planned."""
    rows, basis = [], []
    words = tags(dossier)
    for record in dossier.tables["missions"]:
        contribution = dossier.contributions[record["mission"]]
        cells: _Cells = {name: contribution[name] for name in ("mission", "name", "region", "organisation", "country")}
        cells |= {name: record[name] for name in ("first_month", "last_month", "mandated", "renewal_assumed")}
        cells |= {"tags": words[record["mission"]], "distance": distance(dossier, record["mission"])}
        cells["art100"] = contribution["art100"] if contribution["art100"] == "yes" else None
        cells["recall_notice_days"] = dossier.needed(Mission.sheet, record["mission"], "recall_notice_days")
        basis += _window_basis(record)
        for more, grounds in (
            _ends(dossier, record),
            _running(dossier, record),
            _stays(dossier, record),
            _effectiveness(dossier, sizes, record),
        ):
            cells |= more
            basis += grounds
        rows.append(Mission.model_validate(filled(cells)))
    return Part(tuple(rows), tuple(basis))


def _window_basis(record: Record) -> list[Basis]:
    names = [name for name in ("first_month", "last_month") if record[name]]
    found = [stated(Mission.sheet, record["mission"], name, record) for name in names]
    if record["renewal_assumed"]:
        found.append(assumed(Mission.sheet, record["mission"], "renewal_assumed", record["why"]))
    return found


def _ends(dossier: Dossier, record: Record) -> tuple[_Cells, list[Basis]]:
    """The last whole month of the national framework and of the international mandate."""
    cells: _Cells = {}
    basis = []
    for column, attribute in _ENDS.items():
        fact = dossier.fact(record["mission"], attribute)
        end = last_full_month(fact["value"]) if fact else None
        if fact and end:
            cells[column] = end
            why = joined([f"Last full month before the end of {fact['value']}", fact["note"]])
            basis.append(documented(Mission.sheet, record["mission"], column, fact, why))
    return cells, basis


def _running(dossier: Dossier, record: Record) -> tuple[_Cells, list[Basis]]:
    """What runs when the plan starts, and since when: a documented month, or the assumed one."""
    mission, option = record["mission"], record["running_option"]
    if not option:
        return {}, []
    if dossier.tables.find("options", mission=mission, option=option) is None:
        raise table_error(
            "missions",
            record,
            "running_option",
            "what runs is an option of the mission",
            f"options.csv has no {option} of {mission}",
            "Name one of its options.",
        )
    since, fact = dossier.running_since(record)
    basis = [documented(Mission.sheet, mission, "running_since", fact)] if fact else []
    if record["running_since"]:
        basis = [stated(Mission.sheet, mission, "running_since", record)]
    return {"running_option": option, "running_since": since}, basis


def _stays(dossier: Dossier, record: Record) -> tuple[_Cells, list[Basis]]:
    """One stay, or two where what runs can change into another option."""
    mission = record["mission"]
    if record["max_stays"]:
        return {"max_stays": record["max_stays"]}, [stated(Mission.sheet, mission, "max_stays", record)]
    options = list(dossier.tables.all("options", mission=mission))
    if record["running_option"] and len(options) > 1:
        return {"max_stays": 2}, [
            derived(Mission.sheet, mission, "max_stays", "What runs, and one change to another option")
        ]
    return {}, []


def _effectiveness(dossier: Dossier, sizes: Sizes, record: Record) -> tuple[_Cells, list[Basis]]:
    """By the size class of the mission's largest option."""
    mission = record["mission"]
    persons = sizes.largest[mission]
    classes = sorted(dossier.tables["size_classes"], key=lambda line: float(line["persons_from"]))
    fitting = [line for line in classes if persons >= float(line["persons_from"])]
    chosen = fitting[-1]
    if mission in sizes.sends_units:
        chosen = next(line for line in classes if line["class"] == _UNIT_CLASS)
    value = float(chosen["effectiveness"])
    span = (float(chosen["low"]), float(chosen["high"]))
    why = (
        f"Size class '{chosen['class']}' ({chosen['meaning']}): its largest option has {persons} persons; "
        f"value of the class {value:g}{spread(*span)}"
    )
    return {"effectiveness": value}, [derived(Mission.sheet, mission, "effectiveness", why, span=span)]


def reported(dossier: Dossier) -> Part:
    """The frameworks and the persons deployed in annex 2 of the progress report, for the missions that are planned."""
    rows, basis = [], []
    basis_of_months = "May 2024 - April 2025, the window of annex 2"
    for mission in dossier.missions:
        deployed = dossier.fact(mission, "deployed_total")
        frameworks = [dossier.fact(mission, f"framework_{who}") for who in ("military", "civil_police")]
        framework = [fact for fact in frameworks if fact and fact["value"].isdigit()]
        if deployed is None or not framework:
            continue
        cells = {
            "mission": mission,
            "first_month": _REPORTED_FIRST,
            "last_month": _REPORTED_LAST,
            "framework": sum(int(fact["value"]) for fact in framework),
            "deployed": deployed["value"],
        }
        rows.append(Reported.model_validate(cells))
        note = dossier.tables.find("reported", mission=mission)
        parts = " + ".join(fact["value"] for fact in framework)
        why = f"Military and civil or police together: {parts}" if len(framework) > 1 else ""
        basis.append(documented(Reported.sheet, mission, "framework", framework[0], why))
        basis.append(
            documented(Reported.sheet, mission, "deployed", deployed, note["why"] if note else basis_of_months)
        )
    return Part(tuple(rows), tuple(basis))
