"""Which places in the code said something while the cases of a test ran: a message without a case is found."""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import pytest


def calls_in(module: ModuleType, *names: str) -> dict[str, range]:
    """Every call of functions or methods of these names in a module: its line and function, and the lines it spans."""
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in names:
            lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            inside = [f.name for f in functions if f.lineno <= node.lineno <= (f.end_lineno or 0)]
            found[f"line {node.lineno}, in {inside[-1]}"] = lines
    return found


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


class Said:
    """What each line of a module said, by the number of the line."""

    def __init__(self, module: ModuleType) -> None:
        self.file = str(module.__file__)
        self.by_line: dict[int, list[Any]] = defaultdict(list)

    def at(self, lines: range) -> Iterator[Any]:
        """What was said from these lines."""
        for line in lines:
            yield from self.by_line[line]

    def note(self, frame: FrameType, said: Any) -> None:
        """Keep what was said, when the module itself said it."""
        if frame.f_code.co_filename == self.file:
            self.by_line[frame.f_lineno].append(said)


@contextmanager
def listening(module: ModuleType, said_by: type, *names: str) -> Iterator[Said]:
    """Note what a module says through methods of a class; of a method without a result, the object itself."""
    said = Said(module)
    with pytest.MonkeyPatch.context() as patch:
        for name in names:
            patch.setattr(said_by, name, _noted(getattr(said_by, name), said))
        yield said


def _noted(method: Any, said: Said) -> Any:
    def noted(self: Any, *args: Any, **named: Any) -> Any:
        result = method(self, *args, **named)
        said.note(sys._getframe(1), self if result is None else result)
        return result

    return noted
