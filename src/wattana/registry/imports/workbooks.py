"""Excel workbooks (.xlsx) are zip files: looked into before anything is unpacked in memory."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from wattana.kernel.problems import N_, Invalid
from wattana.registry.imports import spoilt

_MEGABYTE = 1024 * 1024
MOST_UNPACKED = 1_000 * _MEGABYTE  # bytes of XML; a million rows of 15 cells take about 700 MB
MOST_TIMES = 100  # what XML unpacks to, as a multiple of the file; tables come to 10 to 30
SUSPICIOUS = 64 * _MEGABYTE  # from here on the multiple is looked at
MOST_CELLS = 60_000_000  # rows × columns that a sheet spans, filled or not
_BLOCK = 1 << 20
_OVERLAP = 24

BROKEN = N_(
    "The Excel workbook cannot be opened: it is damaged, protected by a password, or not a "
    "workbook. Save it anew as .xlsx without a password."
)
_TOO_LARGE = N_(
    "The workbook unpacks to more than %(limit)s MB and is not opened. Save the table as CSV."
)
_TOO_WIDE = N_(
    "A sheet of the workbook spans too many cells (%(columns)s columns, %(rows)s rows). Delete the "
    "empty rows and columns behind the table, or save it as CSV."
)
_CELL = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')


def check(path: Path) -> bool:
    """Raise `Invalid` for what is no workbook, for a zip bomb, and for a sheet of absurd extent.

    Tells whether there may be errors of formulas in it (see `spoilt`). Sizes that the file states
    about itself are not believed: all is unpacked once, in pieces.
    """
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            entries = archive.infolist()
            if not any(entry.filename == "xl/workbook.xml" for entry in entries):
                raise Invalid(BROKEN)
            unpacked, most, errors = 0, _most(path), False
            for entry in entries:
                for piece in _watched(_pieces(file, entry), entry.filename):
                    unpacked += len(piece)
                    errors = errors or spoilt.MARK in piece
                    if unpacked > most:
                        raise Invalid(_TOO_LARGE, limit=most // _MEGABYTE)
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, NotImplementedError) as error:
        raise Invalid(BROKEN) from error
    return errors


def _most(path: Path) -> int:
    """Bytes to which a workbook of this size may unpack."""
    return min(MOST_UNPACKED, max(SUSPICIOUS, MOST_TIMES * path.stat().st_size))


def _pieces(file: object, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content of an entry, unpacked to its real end."""
    file.seek(entry.header_offset)
    head = file.read(30)
    if len(head) < 30 or head[:4] != b"PK\x03\x04" or entry.flag_bits & 1:
        raise zipfile.BadZipFile
    file.seek(int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little"), 1)
    left = entry.compress_size
    if entry.compress_type == zipfile.ZIP_STORED:
        while left > 0 and (block := file.read(min(left, _BLOCK))):
            left -= len(block)
            yield block
        return
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise zipfile.BadZipFile
    unpack = zlib.decompressobj(-15)
    while left > 0 and not unpack.eof and (block := file.read(min(left, 64 * 1024))):
        left -= len(block)
        while block:
            yield unpack.decompress(block, _BLOCK)
            block = unpack.unconsumed_tail


def _watched(pieces: Iterator[bytes], name: str) -> Iterator[bytes]:
    """Pass pieces on; of a sheet, refuse one whose cells span too much."""
    if not name.startswith("xl/worksheets/"):
        yield from pieces
        return
    tail, rows, columns = b"", 0, 0
    for piece in pieces:
        for letters, digits in _CELL.findall(tail + piece):
            rows = max(rows, int(digits))
            columns = max(columns, spoilt.column(letters))
        if rows * columns > MOST_CELLS:
            raise Invalid(_TOO_WIDE, columns=columns, rows=rows)
        tail = piece[-_OVERLAP:]
        yield piece
