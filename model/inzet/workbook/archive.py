"""Whether a file is a workbook that can be opened without harm, judged before anything parses it."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from inzet.errors import InputError, Issue, Severity
from inzet.workbook.extent import Extent

MAX_FILE_BYTES = 50_000_000
MAX_UNPACKED_BYTES = 200_000_000
MAX_RATIO = 200
"""Unpacked to packed size; a large table of equal rows in Excel reaches about 100."""
MAX_TAGS = 4_000_000
"""Opening brackets in all parts together: a bound on the memory that parsing takes. A cell takes four."""
MAX_SIZE = 500_000
"""Rows, cells, shared texts and styles in all parts together, empty and merged ones too: about a kilobyte each."""
MAX_PARTS = 5_000

_CHUNK_BYTES = 1 << 20
_OLE_SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_ZIP_SIGNATURE = b"PK"
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, LookupError, RuntimeError, OSError)
"""What zipfile raises about a file that is not whole."""
_CONTENT_TYPES = "[Content_Types].xml"
_DOCTYPE = b"<!DOCTYPE"

_SAVE_AGAIN = "Open it in Excel and save it as 'Excel Workbook (*.xlsx)'."
_IS_WORKBOOK = "the file is an Excel workbook (.xlsx)"
_BY_SPREADSHEET = "the file was saved by a spreadsheet program"
_IS_MODEST = "the file is no larger than a scenario can be"


def check_archive(path: Path) -> tuple[Issue, ...]:
    """Refuse everything that is not an ordinary workbook of a sane size.

    Returns:
        Warnings about what is there but never used: macros and links to other workbooks; and about formulas whose
        results may be old.

    Raises:
        InputError: the file is missing, is no workbook, is protected by a password, is damaged, or would take
            an absurd amount of memory to read.
    """
    _check_signature(path)
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            _check_parts(path, archive)
            if _CONTENT_TYPES not in names:
                raise refusal(path, _IS_WORKBOOK, "it is a zip file, but not an Excel workbook", _SAVE_AGAIN)
            _check_sizes(path, archive)
            stale = _check_markup(path, archive)
    except _DAMAGE as error:
        raise refusal(
            path, "the file is whole", f"it is damaged or cut short ({error})", "Copy or download it again."
        ) from error
    return (*_unused_parts(path, names), *([_stale(path)] if stale else []))


def refusal(path: Path, rule: str, message: str, fix: str) -> InputError:
    """The error for a file that cannot be used at all."""
    return InputError([Issue(Severity.ERROR, path.name, "", "", rule, message, fix)])


def check_file(path: Path) -> bytes:
    """Refuse a file that is not there, cannot be read or is far too large.

    Returns:
        Its first bytes, by which the programs that wrote it can be told apart.

    Raises:
        InputError: the file cannot be used.
    """
    if not path.exists():
        raise refusal(path, "the file exists", f"there is no file {path}", "Check the folder and the name.")
    if not path.is_file():
        raise refusal(path, "the file exists", f"{path} is a folder", "Name the file in it.")
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            signature = file.read(len(_OLE_SIGNATURE))
    except OSError as error:
        fix = "Close it in Excel, and check that you may read it."
        raise refusal(path, "the file can be read", f"it cannot be opened ({error.strerror})", fix) from error
    if size > MAX_FILE_BYTES:
        message = f"it is {size / 1e6:,.0f} MB; at most {MAX_FILE_BYTES / 1e6:,.0f} MB is read"
        raise refusal(path, _IS_MODEST, message, "Remove what does not belong to it, such as pictures and sheets.")
    return signature


def _check_signature(path: Path) -> None:
    signature = check_file(path)
    if signature == _OLE_SIGNATURE:
        raise _ole_refusal(path)
    if not signature.startswith(_ZIP_SIGNATURE):
        raise refusal(path, _IS_WORKBOOK, "it is not an Excel workbook, whatever its name says", _SAVE_AGAIN)


def _ole_refusal(path: Path) -> InputError:
    """Old .xls files and encrypted workbooks share one container."""
    if _ENCRYPTED_STREAM in path.read_bytes():
        fix = "In Excel: File, Info, Protect Workbook, Encrypt with Password; empty the password and save."
        return refusal(path, "the file has no password", "it is protected by a password", fix)
    return refusal(path, _IS_WORKBOOK, "it is a workbook of Excel 97-2003 (.xls)", _SAVE_AGAIN)


def _check_parts(path: Path, archive: zipfile.ZipFile) -> None:
    """Refuse parts that Excel never writes: under one name twice, by the thousand, or packed in a way of their own."""
    parts = archive.infolist()
    if len(parts) > MAX_PARTS:
        message = f"it has {len(parts):,} parts; a scenario has some fifty"
        raise refusal(path, _IS_MODEST, message, "Copy the tables to a new workbook.")
    if len({part.filename for part in parts}) < len(parts):
        message = "it has two parts of the same name, of which only one would be read"
        raise refusal(path, _BY_SPREADSHEET, message, _SAVE_AGAIN)
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        message = "its parts are packed in a way that Excel does not use"
        raise refusal(path, _BY_SPREADSHEET, message, _SAVE_AGAIN)


def _check_sizes(path: Path, archive: zipfile.ZipFile) -> None:
    unpacked = sum(part.file_size for part in archive.infolist())
    packed = sum(part.compress_size for part in archive.infolist())
    if unpacked > MAX_UNPACKED_BYTES or unpacked > MAX_RATIO * max(packed, 100_000):
        message = f"it would unpack from {packed / 1e6:,.1f} to {unpacked / 1e6:,.0f} MB; that is no scenario"
        raise refusal(path, _IS_MODEST, message, "Copy the tables to a new workbook, without empty rows.")


def _check_markup(path: Path, archive: zipfile.ZipFile) -> bool:
    """Refuse entity declarations, which a parser would expand, and more elements than a scenario has.

    Every part is looked at, whatever its name: which of them is a sheet is for other parts to say.

    Returns:
        Whether there are formulas whose results may be old.
    """
    tags = size = 0
    formulas = stale = False
    for part in archive.namelist():
        is_markup = part.casefold().endswith((".xml", ".rels", ".vml"))
        extent = Extent()
        for chunk, fresh in _chunks(archive, part):
            extent.feed(fresh)
            tags += chunk.count(b"<") if is_markup else 0
            # A NUL byte means UTF-16, which Excel never writes and in which a DOCTYPE would go unseen.
            if extent.declares or (is_markup and (_DOCTYPE in chunk or b"\0" in chunk)):
                message = f"{part} declares document types or a foreign encoding, which Excel never writes"
                raise refusal(path, _BY_SPREADSHEET, message, _SAVE_AGAIN)
            if extent.endless:
                message = f"{part} has a tag or a comment of more than a megabyte, which Excel never writes"
                raise refusal(path, _BY_SPREADSHEET, message, _SAVE_AGAIN)
            if tags > MAX_TAGS or size + extent.size > MAX_SIZE:
                message = "it has far more rows and cells than a scenario, perhaps empty ones with a format or merged"
                raise refusal(path, _IS_MODEST, message, "Delete the rows below the tables, also empty ones.")
        size += extent.size
        formulas |= extent.formulas
        stale |= extent.stale
    return formulas and stale


def _chunks(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[bytes, bytes]]:
    """The unpacked part in pieces, each with the end of the one before and without: a word on a seam is whole once."""
    tail = b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            yield tail + chunk, chunk
            tail = chunk[-len(_DOCTYPE) :]


def _stale(path: Path) -> Issue:
    return Issue(
        Severity.WARNING,
        path.name,
        "",
        "",
        "formulas have the result of the numbers that stand there",
        "it says that its formulas are to be computed again; their last results are used, which may be old",
        "Open it in Excel, press Ctrl+Alt+F9, and save it.",
    )


def _unused_parts(path: Path, names: list[str]) -> Iterator[Issue]:
    for prefix, what in (
        ("xl/vbaProject", "macros; they are not run"),
        (
            "xl/externalLinks/",
            "links to other workbooks; they are not followed, the values last saved are used",
        ),
    ):
        if any(name.startswith(prefix) for name in names):
            yield Issue(
                Severity.WARNING,
                path.name,
                "",
                "",
                "a scenario stands on its own",
                f"it contains {what}",
                "Nothing, when that is what you expect; else remove them and save.",
            )
