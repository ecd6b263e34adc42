"""Files that are kept to be found again: by a hash of all that they were made from, and written whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import re
import secrets
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import inzet

if sys.platform != "win32":
    import fcntl

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


@contextmanager
def held(path: Path, patience: float = 0.0) -> Iterator[bool]:
    """Hold a file or folder for the length of a block, so that others see that somebody alive is at work on it.

    The hold ends with the process at the latest, however that ends. It keeps nobody from reading or writing.

    Args:
        path: the file or folder.
        patience: seconds to wait for somebody else who holds it.

    Yields:
        Whether it is held; it is not when somebody else holds it, or when the system cannot hold such a thing.
    """
    descriptor = _held(path, patience)
    try:
        yield descriptor is not None
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _held(path: Path, patience: float) -> int | None:
    if sys.platform == "win32":
        return None
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except BlockingIOError:
            if time.monotonic() < until:
                time.sleep(0.02)
                continue
        except OSError:
            pass
        os.close(descriptor)
        return None


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all; what cannot be written is not kept, and nobody is bothered with it."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _clear_once(path.parent)
        beside.touch(exist_ok=False)
        with held(beside):
            beside.write_text(text, encoding="utf-8")
            beside.replace(path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        if not isinstance(error, OSError):
            raise


@cache
def _clear_once(folder: Path) -> None:
    """Take away half files of runs that were killed; what a living run writes is held by it."""
    for path in list(folder.iterdir()):
        if re.fullmatch(r"\..+\.json\.[0-9a-f]{8}\.tmp", path.name):
            with held(path) as is_ours:
                if is_ours:
                    path.unlink()
