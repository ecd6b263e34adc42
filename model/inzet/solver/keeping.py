"""Files that are kept to be found again: by a hash of all that they were made from, and written whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import json
import platform
import secrets
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import inzet

_ANSWERING = frozenset({"solver", "edits", "problem", "outcome"})
"""The rooms that turn a problem into an answer."""


def rooms() -> frozenset[str]:
    """The rooms of the package: the names of its modules and packages at the top."""
    root = Path(inzet.__file__).parent
    return frozenset(path.relative_to(root).parts[0].removesuffix(".py") for path in root.rglob("*.py"))


@cache
def code_hash(wanted: frozenset[str]) -> str:
    """SHA-256 of the code of some rooms; a version alone stays the same while the code is being changed."""
    root = Path(inzet.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        if path.relative_to(root).parts[0].removesuffix(".py") in wanted:
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


@cache
def solved_by() -> Mapping[str, str]:
    """What the last bit of an answer hangs on beside the question: versions, code and kind of computer."""
    versions = {name: version(name) for name in ("inzet", "highspy", "numpy")}
    return {**versions, "code of the solver": code_hash(_ANSWERING), "system": platform.system()} | {
        "processor": platform.machine()
    }


def hash_of(values: Mapping[str, Any]) -> str:
    """SHA-256 of plain values, whatever the order of the names."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all; what cannot be written is not kept, and nobody is bothered with it."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            beside.unlink()
