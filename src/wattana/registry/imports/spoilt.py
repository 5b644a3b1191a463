"""Cells that a spreadsheet spoilt: errors of formulas (#REF!), and ##### where a column was narrow.

Such a cell held something that is lost, so it is neither a value nor an empty cell. Also texts that
another system wrote as formulas, ="0123", so that a spreadsheet leaves them alone.
"""

from __future__ import annotations

import html
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from posixpath import join, normpath

from wattana.kernel.problems import N_, Invalid

_ERRORS = "#DIV/0!|#REF!|#VALUE!|#NAME?|#NUM!|#NULL!|#SPILL!|#CALC!"  # not #N/A: nothing was found
_SPOILT = re.compile(rf"{_ERRORS.replace('?', '[?]')}|#{{3,}}", re.I)
_LOST = N_(
    "The spreadsheet wrote %(cell)s here instead of the value, which is lost. Correct the formula, "
    "or widen the column, and save the file again."
)
_FORMULA = re.compile(r'="([^"]*)"')
_BLOCK = 1 << 20
MARK = b'"e"'  # stands wherever a cell is an error
_CELL = re.compile(rb'<(?:\w+:)?c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]+)(\d+)"[^>]*>(.*)', re.S)
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)<")
_CLOSED = re.compile(rb"</(?:\w+:)?c>")
_SHEET = re.compile(r"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")

Errors = Mapping[int, Mapping[int, str]]
"""Line (from 1) → column (from 0) → what a formula came to."""


def refuse(cell: str) -> None:
    """Raise `Invalid` for a cell that a spreadsheet spoilt."""
    if cell.startswith("#") and _SPOILT.fullmatch(cell):
        raise Invalid(_LOST, cell=cell[:8])


def unwrapped(cell: str) -> str:
    """The text of a cell that was written as ="text"."""
    found = _FORMULA.fullmatch(cell) if cell.startswith("=") else None
    return found[1].strip() if found else cell


def errors(path: Path, sheet: str) -> Errors:
    """The errors of formulas on a sheet, which the reader of workbooks gives as empty cells."""
    found: dict[int, dict[int, str]] = defaultdict(dict)
    with zipfile.ZipFile(path) as archive:
        entry = _entry_of(archive, sheet)
        for letters, line, content in _cells(archive, entry) if entry else ():
            if value := _VALUE.search(content):
                found[line][column(letters) - 1] = html.unescape(value[1].decode())
    return found


def column(letters: bytes) -> int:
    """The number of a column, from 1: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _entry_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """The file of a sheet inside the workbook; "" where it is not to be found."""
    names = set(archive.namelist())
    if "xl/_rels/workbook.xml.rels" not in names:
        return ""
    targets = {
        _attribute(tag, "Id"): _attribute(tag, "Target")
        for tag in _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels").decode())
    }
    for tag in _SHEET.findall(archive.read("xl/workbook.xml").decode()):
        if _attribute(tag, "name") == sheet:
            target = targets.get(_attribute(tag, r"\w+:id"), "")
            entry = normpath(join("xl", target)).lstrip("/")
            return entry if entry in names else ""
    return ""


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf"""\s{name}=(?:"([^"]*)"|'([^']*)')""", tag)
    return html.unescape(found[1] or found[2] or "") if found else ""


def _cells(archive: zipfile.ZipFile, entry: str) -> Iterator[tuple[bytes, int, bytes]]:
    """The cells with errors: letters of the column, line, content."""
    rest = b""
    with archive.open(entry) as file:
        while block := file.read(_BLOCK):
            *closed, rest = _CLOSED.split(rest + block)
            for text in closed:
                if MARK in text and (found := _CELL.search(text)):
                    yield found[1], int(found[2]), found[3]
