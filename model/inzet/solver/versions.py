"""Versions of the libraries that must not be used, and which of those installed are among them."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement

from inzet.errors import InzetError

KNOWN_BAD = {("highspy", "1.14.0"): "its presolve returns worse plans as optimal (HiGHS issues 2957, 3002, 3043)"}
"""Releases that give wrong answers, with the reason, by package and version."""


class UnfitError(InzetError):
    """Libraries that inzet cannot be used with."""


def refuse_unfit(wanted: Iterable[Requirement] | None = None) -> None:
    """Refuse to start with libraries that are known to be broken, or that nobody has tried.

    Args:
        wanted: what must be there; what the package itself asks for when not given.

    Raises:
        UnfitError: a library is missing, too old, or known to be broken; each is named with the reason.
    """
    problems = [words for one in wanted or required() if (words := _problem(one))]
    if problems:
        raise UnfitError(" ".join(problems))


def required() -> tuple[Requirement, ...]:
    """What the package itself asks for, leaving out what only its extras need."""
    every = [Requirement(line) for line in requires("inzet") or ()]
    return tuple(one for one in every if one.marker is None or one.marker.evaluate({"extra": ""}))


def _problem(wanted: Requirement) -> str:
    try:
        there = version(wanted.name)
    except PackageNotFoundError:
        return f"{wanted.name} is not installed. Install {wanted}."
    if reason := KNOWN_BAD.get((wanted.name, there)):
        return f"{wanted.name} {there} must not be used: {reason}. Install {wanted}."
    if not wanted.specifier.contains(there, prereleases=True):
        return f"{wanted.name} {there} was never tried with inzet. Install {wanted}."
    return ""
