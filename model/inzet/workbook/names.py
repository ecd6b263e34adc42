"""Names that people type, matched to the names that the schema knows: sheets, columns and settings alike."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Generic, TypeVar

from inzet.schema.kinds import fold

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Labelled(Generic[T]):
    """Something with a name that somebody typed."""

    label: str
    thing: T


@dataclass(frozen=True, slots=True)
class Matches(Generic[T]):
    """What was found under which known name.

    Attributes:
        found: by known name.
        doubled: a known name, the first with that name, and another one.
        unknown: what has no known name and is not near a required one that is missing.
        missing: required names that nothing has, each with the unknown thing that is probably meant.
    """

    found: dict[str, Labelled[T]]
    doubled: tuple[tuple[str, Labelled[T], Labelled[T]], ...]
    unknown: tuple[Labelled[T], ...]
    missing: dict[str, Labelled[T] | None]


def match(labelled: Iterable[Labelled[T]], known: Iterable[str], required: Collection[str]) -> Matches[T]:
    """Match labels to known names, ignoring case, spaces, underscores and hyphens."""
    by_folded = {fold(name): name for name in known}
    found: dict[str, Labelled[T]] = {}
    doubled: list[tuple[str, Labelled[T], Labelled[T]]] = []
    unknown: list[Labelled[T]] = []
    for item in labelled:
        name = by_folded.get(fold(item.label))
        if name is None:
            unknown.append(item)
        elif name in found:
            doubled.append((name, found[name], item))
        else:
            found[name] = item
    missing: dict[str, Labelled[T] | None] = {}
    for name in by_folded.values():
        if name in required and name not in found:
            missing[name] = _nearest(name, unknown)
    meant = [id(item) for item in missing.values() if item is not None]
    return Matches(found, tuple(doubled), tuple(u for u in unknown if id(u) not in meant), missing)


def _nearest(name: str, candidates: list[Labelled[T]]) -> Labelled[T] | None:
    by_folded = {fold(candidate.label): candidate for candidate in candidates}
    near = get_close_matches(fold(name), by_folded, n=1, cutoff=0.7)
    return by_folded[near[0]] if near else None
