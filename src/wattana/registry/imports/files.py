"""Files as officials have them: CSV of any encoding and delimiter, or an Excel workbook.

Every cell becomes text, every row keeps its line number in the file (the header is usually line 1).
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
from django.conf import settings
from python_calamine import CalamineError, load_workbook

from wattana.kernel.problems import N_, Invalid, Phrase
from wattana.kit.cells import GUARDED, bare
from wattana.registry.imports import headers, spoilt, workbooks
from wattana.registry.imports.headers import EMPTY, Cells, Header
from wattana.thai.files import decode

CHUNK = 20_000
_LONGEST_CELL = 100_000
_BLOCK = 1 << 22
_MEGABYTE = 1024 * 1024

_UNKNOWN_TYPE = N_(
    "This is not a table: the file begins like %(kind)s. Save it as CSV UTF-8 or as an Excel "
    "workbook (.xlsx)."
)
_MAGIC = [
    (b"%PDF", N_("PDF")),
    (b"\xd0\xcf\x11\xe0", N_("an old Excel or Word file (.xls, .doc)")),
    (b"\x89PNG", N_("a picture")),
    (b"\xff\xd8\xff", N_("a picture")),
    (b"{", N_("JSON")),
    (b"<", N_("a web page (HTML or XML)")),
    (b"\x1f\x8b", N_("a compressed file (gzip)")),
    (b"PAR1", N_("Parquet")),
    (b"SQLite format 3", N_("a database")),
]


class Irregular(Exception):
    """The quick way of reading does not fit this file."""


class Source(Protocol):
    """A table in a file."""

    header: Header

    def batches(self, *, careful: bool = False) -> Iterator[pa.RecordBatch]:
        """The rows below the header: line, width (only where it differs from the header), c0, c1, …

        Rows without any content are left out. Raises `Irregular` where only the careful way will do
        (what came before counts for nothing), and `Invalid` where the file is broken.
        """


def open_source(path: Path, *, header_line: int | None = None, sheet: str = "") -> Source:
    """Look at a file and find its header. Raises `Invalid` when it is unusable.

    `header_line` (from 1) and `sheet` are only needed where the right ones are not found alone.
    """
    check_size(path.stat().st_size)
    with path.open("rb") as file:
        start = file.read(4096)
    if not start.strip():
        raise Invalid(EMPTY)
    if start.startswith(b"PK\x03\x04"):
        return _Workbook(path, sheet, header_line, errors=workbooks.check(path))
    stripped = start.removeprefix(codecs.BOM_UTF8).lstrip()
    for magic, kind in _MAGIC:
        if stripped.startswith(magic):
            raise Invalid(_UNKNOWN_TYPE, kind=Phrase(kind))
    return _Csv(path, header_line)


def check_size(size: int) -> None:
    """Raise `Invalid` for a file of 0 bytes, or of more than `IMPORT_MAX_BYTES`."""
    if size == 0:
        raise Invalid(EMPTY)
    if size > settings.IMPORT_MAX_BYTES:
        raise Invalid(
            N_("The file is larger than %(limit)s MB. Split it into several files."),
            limit=settings.IMPORT_MAX_BYTES // _MEGABYTE,
        )


class _Csv:
    def __init__(self, path: Path, header_line: int | None) -> None:
        self._path = path
        self._encoding = _encoding_of(path)
        self._delimiter = _delimiter_of(self._start())
        self.header = headers.find(_looked_at(self._rows(), header_line), header_line)

    def batches(self, *, careful: bool = False) -> Iterator[pa.RecordBatch]:
        if careful or self._encoding not in ("utf-8", "utf-8-sig"):
            yield from _chunked(self._rows(), self.header)
        else:
            yield from self._quick()

    def _start(self) -> str:
        with self._text() as file:
            return file.read(64 * 1024)

    def _text(self) -> io.TextIOBase:
        return self._path.open(encoding=self._encoding, newline="")

    def _rows(self) -> Iterator[tuple[int, Cells]]:
        with self._text() as file:
            reader = csv.reader(file, delimiter=self._delimiter, strict=True)
            line = 1
            try:
                for cells in reader:
                    yield line, cells
                    line = reader.line_num + 1
            except csv.Error as error:
                raise Invalid(
                    N_(
                        "The file is not a proper table at line %(line)s: a quotation mark is not "
                        "closed, or stands inside a text. Save it anew from the spreadsheet."
                    ),
                    line=line,
                ) from error

    def _quick(self) -> Iterator[pa.RecordBatch]:
        """Six times faster, for files in which every line is one row of the header's width."""
        first = line = self.header.last + 1
        try:
            for batch in self._arrow():
                lines = pa.array(np.arange(line, line + batch.num_rows, dtype=np.int32))
                line += batch.num_rows
                width = pa.nulls(batch.num_rows, pa.int32())
                yield _cleared(pa.RecordBatch.from_arrays(
                    [lines, width, *batch.columns], schema=_schema(len(self.header.names))
                ))  # fmt: skip
        except pa.ArrowInvalid as error:
            raise Irregular from error
        if line - first != _count_lines(self._path) - self.header.last:
            raise Irregular

    def _arrow(self) -> pa_csv.CSVStreamingReader:
        names = [f"c{number}" for number in range(len(self.header.names))]
        return pa_csv.open_csv(
            self._path,
            read_options=pa_csv.ReadOptions(
                column_names=names, skip_rows=self.header.last, block_size=_BLOCK
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter=self._delimiter, newlines_in_values=False, ignore_empty_lines=False
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )


class _Workbook:
    def __init__(self, path: Path, sheet: str, header_line: int | None, *, errors: bool) -> None:
        try:
            book = load_workbook(path)
            names = book.sheet_names
            if sheet and sheet not in names:
                raise Invalid(
                    N_("The workbook has no sheet “%(sheet)s”, but: %(names)s."),
                    sheet=sheet[:40],
                    names=", ".join(names)[:200],
                )
            self._sheet = book.get_sheet_by_name(sheet) if sheet else _first_filled(book)
            self._errors = spoilt.errors(path, self._sheet.name) if errors else {}
        except CalamineError as error:
            raise Invalid(workbooks.BROKEN) from error
        self.header = headers.find(_looked_at(self._rows(), header_line), header_line)

    def batches(self, *, careful: bool = False) -> Iterator[pa.RecordBatch]:
        return _chunked(self._rows(), self.header)

    def _rows(self) -> Iterator[tuple[int, Cells]]:
        first = self._sheet.start[1] if self._sheet.start else 0
        for line, cells in enumerate(self._sheet.iter_rows(), 1):
            texts = [_as_text(cell) for cell in cells]
            for column, error in self._errors.get(line, {}).items():
                if 0 <= column - first < len(texts):
                    texts[column - first] = error
            yield line, texts


def _first_filled(book: Any) -> Any:
    """The first sheet that can hold a table, not only a title; else the first with anything."""
    sheets = [book.get_sheet_by_index(number) for number in range(len(book.sheet_names))]
    filled = [sheet for sheet in sheets if sheet.total_height > 0]
    if not filled:
        raise Invalid(EMPTY)
    tables = (sheet for sheet in filled if sheet.total_height > 1 and sheet.total_width > 1)
    return next(tables, filled[0])


def _as_text(cell: Any) -> str:
    """A cell as a person reads it: 13 digits stay 13 digits, dates are ISO dates."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        cell = cell.date()
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell)


def _encoding_of(path: Path) -> str:
    """The encoding in which the whole file can be read, found without holding it in memory."""
    with path.open("rb") as file:
        start = file.read(4)
    utf8 = "utf-8-sig" if start.startswith(codecs.BOM_UTF8) else "utf-8"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        readers = {"utf-16": partial(_reads_as, "utf-16")}
    else:
        readers = {utf8: _is_utf8, "cp874": partial(_reads_as, "cp874")}
    for encoding, reads in readers.items():
        if reads(path):
            return encoding
    decode(path.read_bytes())  # tells what is wrong with it
    raise Invalid(EMPTY)


def _is_utf8(path: Path) -> bool:
    """Arrow looks twice as fast as Python decodes."""
    rest = b""
    with path.open("rb") as file:
        try:
            while block := file.read(_BLOCK):
                if b"\0" in block:
                    return False
                *lines, rest = (rest + block).rpartition(b"\n")
                pa.array(lines, pa.binary()).cast(pa.string())
            pa.array([rest], pa.binary()).cast(pa.string())
        except pa.ArrowInvalid:
            return False
    return True


def _reads_as(encoding: str, path: Path) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while block := file.read(_BLOCK):
                if encoding != "utf-16" and b"\0" in block:
                    return False
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _count_lines(path: Path) -> int:
    count, last = 0, b"\n"
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            count += block.count(b"\n")
            last = block[-1:]
    return count + (last != b"\n")


def _delimiter_of(start: str) -> str:
    """The delimiter that parts the first lines into the same number of cells, most of them."""

    def width(delimiter: str) -> int:
        try:
            rows = csv.reader(io.StringIO(start, newline=""), delimiter=delimiter)
            counts = [len(cells) for cells in islice(rows, headers.WITHIN) if cells]
        except csv.Error:
            return 0
        return max(counts, key=lambda count: (counts.count(count) * (count > 1), count), default=0)

    return max(",;\t|", key=width)


def _looked_at(
    rows: Iterator[tuple[int, Cells]], header_line: int | None
) -> list[tuple[int, Cells]]:
    """Rows in which the header is looked for."""
    first = islice(rows, (header_line or 0) + headers.WITHIN)
    return [(line, [bare(cell) for cell in cells]) for line, cells in first]


def _chunked(rows: Iterator[tuple[int, Cells]], header: Header) -> Iterator[pa.RecordBatch]:
    width = len(header.names)
    schema = _schema(width)
    below = (_fitted(line, cells, width) for line, cells in rows if line > header.last)
    while chunk := list(islice(below, CHUNK)):
        columns = zip(*chunk, strict=True)
        yield _cleared(pa.RecordBatch.from_arrays(
            [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)],
            schema=schema,
        ))  # fmt: skip


def _fitted(line: int, cells: Cells, width: int) -> tuple[Any, ...]:
    """A row of exactly `width` cells, and how many it had where that differs."""
    if len(cells) > width and not any(map(str.strip, cells[width:])):
        cells = cells[:width]
    odd = None if len(cells) == width else len(cells)
    padded = [*cells[:width], *[""] * (width - len(cells))]
    if max(map(len, padded)) > _LONGEST_CELL:
        raise Invalid(N_("A cell in line %(line)s is longer than a cell can be."), line=line)
    return line, odd, *padded


def _schema(width: int) -> pa.Schema:
    cells = [(f"c{number}", pa.string()) for number in range(width)]
    return pa.schema([("line", pa.int32()), ("width", pa.int32()), *cells])


def _cleared(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Rows with something in them, of which a guard before a formula (`kit.cells`) is no part."""
    batch = _without_blank(batch)
    columns = [_bared(column) for column in batch.columns[2:]]
    return pa.RecordBatch.from_arrays([*batch.columns[:2], *columns], schema=batch.schema)


def _bared(column: pa.Array) -> pa.Array:
    if not pc.any(pc.starts_with(column, "'")).as_py():
        return column
    return pc.replace_substring_regex(column, GUARDED, r"\1")


def _without_blank(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Drop rows in which no cell holds anything but spaces."""
    blank = np.ones(batch.num_rows, dtype=bool)
    for column in batch.columns[2:]:
        lengths = pc.utf8_length(pc.utf8_trim_whitespace(column))
        blank &= lengths.to_numpy(zero_copy_only=False) == 0
        if not blank.any():
            return batch
    return batch.filter(pa.array(~blank))
