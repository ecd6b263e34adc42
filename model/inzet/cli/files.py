"""The commands that write a file: an empty workbook, a workbook from a dossier, the pages about both."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import typer

from inzet.cli.options import AsJson
from inzet.cli.terminal import Terminal, speaking
from inzet.dossier.compile import compile_book
from inzet.errors import OutputError
from inzet.formulation.page import formulation_page
from inzet.reports.reference import results_page
from inzet.schema.reference import reference_page
from inzet.workbook.template import write_template
from inzet.workbook.writer import write_workbook

Target = Annotated[Path, typer.Argument(help="The file to write.", show_default=False)]
Force = Annotated[bool, typer.Option("--force", help="Write over a file that exists.")]


def template(file: Target, force: Force = False, as_json: AsJson = False) -> None:
    """Write an empty workbook with drop-downs, notes and an explanation."""
    terminal = Terminal(as_json=as_json)
    with speaking(terminal):
        _may_write(file, force=force)
        write_template(file)
    _written(terminal, file, "Fill it in, then run: inzet check " + str(file))


def compile_(
    data: Annotated[Path, typer.Argument(help="The folder with the tables of facts and assumptions.")],
    workbook: Target,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Make a scenario workbook from a folder of reviewable tables."""
    terminal = Terminal(as_json=as_json)
    with speaking(terminal):
        _may_write(workbook, force=force)
        write_workbook(compile_book(data), workbook)
    _written(terminal, workbook, "Look at it, then run: inzet solve " + str(workbook))


def formulation(file: Target, force: Force = False, as_json: AsJson = False) -> None:
    """Write the page that sets out the model, rule by rule."""
    _write_page(formulation_page(), file, force=force, as_json=as_json)


def reference(file: Target, force: Force = False, as_json: AsJson = False) -> None:
    """Write the page that explains every sheet and column of a workbook."""
    _write_page(reference_page(), file, force=force, as_json=as_json)


def results_reference(file: Target, force: Force = False, as_json: AsJson = False) -> None:
    """Write the page that explains a folder of results: its files, keys and columns."""
    _write_page(results_page(), file, force=force, as_json=as_json)


def _write_page(text: str, file: Path, *, force: bool, as_json: bool) -> None:
    terminal = Terminal(as_json=as_json)
    with speaking(terminal):
        _may_write(file, force=force)
        _write_whole(file, text)
    _written(terminal, file, "")


def _write_whole(file: Path, text: str) -> None:
    """Write a page whole or not at all.

    Raises:
        OutputError: it cannot be written; what was there before is untouched.
    """
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}.tmp")
    try:
        try:
            beside.write_text(text, encoding="utf-8")
            beside.replace(file)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{file} cannot be written: {error.strerror}. What was there before is untouched.") from error


def _may_write(file: Path, *, force: bool) -> None:
    if file.exists() and not force:
        raise OutputError(f"{file} exists; nothing was written. Choose another name, or use --force.")
    if not file.absolute().parent.is_dir():
        raise OutputError(f"There is no folder {file.absolute().parent}; nothing was written.")


def _written(terminal: Terminal, file: Path, next_step: str) -> None:
    document: dict[str, object] = {"schema": "inzet.file/1", "file": str(file)}
    terminal.result(document, lambda out: out.print("\n".join(filter(None, [f"Wrote {file}.", next_step]))))
