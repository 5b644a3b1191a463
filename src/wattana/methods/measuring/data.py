"""A CSV, Excel or Parquet file of anybody becomes a table of the engine."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, WorksheetNotFound

from wattana.engines import DuckDB, EngineFailed
from wattana.kernel.problems import N_, Invalid, Phrase
from wattana.methods.sql import literal, quoted
from wattana.rules.expressions import SURVEY_DATE
from wattana.thai.files import decode

TABLE = "data"
_TEXTS = (".csv", ".tsv", ".txt")
_BOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_NOTHING = ("", "NA", "N/A", "#N/A", "NULL", "null", "NaN", "nan", "-", ".")
"""What stands in a cell without an answer."""
_MARKS = (",", ";", "\t", "|")
_TYPES = (
    ("i", "regexp_full_match({}, '[+-]?[0-9]{{1,18}}')", "BIGINT"),
    ("d", "TRY_CAST({} AS DOUBLE) IS NOT NULL", "DOUBLE"),
    ("b", "LOWER({}) IN ('true', 'false')", "BOOLEAN"),
)
_CHUNK = 1 << 20


@dataclass
class Data:
    """The rows as Parquet. `reader` is a DuckDB of its own, with the table `data`.

    Rows are numbered from `first`, the line of the first row in the user's own file; None: the
    file has no lines.
    """

    name: str
    path: Path
    reader: DuckDB
    first: int | None

    @cached_property
    def columns(self) -> dict[str, str]:
        """Each column with its SQL type."""
        return self.reader.columns(TABLE)

    def place(self, column: str, test: str) -> str:
        """Where the first row stands for which `test` holds, and the column."""
        found = self.reader.rows(
            f"SELECT MIN(line) AS line FROM (SELECT row_number() OVER () AS line, *"
            f" FROM {TABLE}) AS numbered WHERE {test}"
        )["line"][0].as_py()
        if found is None:
            return Phrase(N_("%(file)s, column %(column)s"), file=self.name, column=column)
        if self.first is None:
            return Phrase(
                N_("%(file)s, row %(row)s, column %(column)s"),
                file=self.name, row=found, column=column,
            )  # fmt: skip
        return Phrase(
            N_("%(file)s, line %(line)s, column %(column)s"),
            file=self.name, line=found - 1 + self.first, column=column,
        )  # fmt: skip

    def place_of_text(self, column: str) -> str:
        """Where the first value stands that is no number."""
        name = quoted(column)
        return self.place(column, f"{name} IS NOT NULL AND TRY_CAST({name} AS DOUBLE) IS NULL")

    def with_numbers_for_empty(self, folder: Path) -> Data:
        """The same with columns of texts that hold no text at all as columns of numbers."""
        texts = [name for name, kind in self.columns.items() if kind == "VARCHAR"]
        return self._replaced(texts, "COUNT({0}) = 0", "CAST(NULL AS DOUBLE)", folder)

    def without_nan(self, folder: Path) -> Data:
        """The same with nothing in place of NaN, which programs write for a missing number."""
        floats = [name for name, kind in self.columns.items() if kind in ("DOUBLE", "FLOAT")]
        some = "COUNT(CASE WHEN isnan({0}) THEN 1 END) > 0"
        return self._replaced(floats, some, "CASE WHEN NOT isnan({0}) THEN {0} END", folder)

    def _replaced(self, names: Sequence[str], test: str, by: str, folder: Path) -> Data:
        """The same with `by` in place of those of the columns for which `test` holds."""
        tests = ", ".join(f"{test.format(quoted(one))} AS c{i}" for i, one in enumerate(names))
        found = self.reader.rows(f"SELECT {tests or '0 AS c'} FROM {TABLE}").to_pylist()[0]
        chosen = {one for one, held in zip(names, found.values(), strict=False) if held}
        if not chosen:
            return self
        columns = ", ".join(
            f"{by.format(quoted(one))} AS {quoted(one)}" if one in chosen else quoted(one)
            for one in self.columns
        )
        parquet = folder / f"replaced{len(list(folder.iterdir()))}.parquet"
        self.reader.write(f"SELECT {columns} FROM {TABLE}", parquet)
        self.reader.tables({TABLE: parquet})
        return Data(self.name, parquet, self.reader, self.first)

    def examples(self) -> dict[str, str]:
        """For each text column where its first value stands that is no number."""
        texts = [name for name, kind in self.columns.items() if kind == "VARCHAR"]
        return {name: self.place_of_text(name) for name in texts}


def opened(path: Path, folder: Path, sheet: str | None = None) -> Data:
    """Open the file; what has to be converted goes to `folder`. Raises `Invalid`."""
    suffix = path.suffix.lower()
    if not path.exists():
        raise Invalid(N_("There is no file %(file)s."), file=str(path))
    if path.is_dir() and not next(path.rglob("*.parquet"), None):
        raise Invalid(
            N_("%(file)s is a folder without Parquet files. Give a file, or the folder of one."),
            file=str(path),
        )
    reader = DuckDB()
    first: int | None = 2
    if suffix == ".parquet" or path.is_dir():
        parquet, first = path, None
    elif suffix in _TEXTS:
        parquet = _converted(reader, _as_utf8(path, folder), folder, path.name)
    elif suffix in _BOOKS:
        parquet = _converted(reader, _as_csv(path, folder, sheet), folder, path.name)
    else:
        raise Invalid(
            N_("%(file)s: files of this kind cannot be read. Give .csv, .parquet or .xlsx."),
            file=path.name,
        )
    name = path.name or str(path)  # “.” has no name
    _named(reader, parquet, name)
    return Data(name, parquet, reader, first).without_nan(folder)


def _named(reader: DuckDB, parquet: Path, name: str) -> None:
    try:
        reader.tables({TABLE: parquet})
    except EngineFailed as error:
        raise Invalid(
            N_("%(file)s cannot be read as Parquet: it is damaged or of another kind."), file=name
        ) from error


def _converted(reader: DuckDB, source: Path, folder: Path, name: str) -> Path:
    """CSV to Parquet, first as texts, so that a wrong line is told by its number."""
    mark = _mark(source)
    names = _header(source, mark, name)
    columns = ", ".join(f"{literal(one)}: 'VARCHAR'" for one in names)
    nothing = ", ".join(literal(one) for one in _NOTHING)
    texts = folder / "texts.parquet"
    try:
        rows = reader.write(
            f"SELECT * FROM read_csv({literal(str(source))}, auto_detect = false, header = true,"
            f" delim = {literal(mark)}, quote = '\"', escape = '\"', columns = {{{columns}}},"
            f" nullstr = [{nothing}])",
            texts,
        )
    except EngineFailed as error:
        raise _unreadable(str(error), name) from error
    if not rows:
        raise Invalid(N_("%(file)s has no rows below the names of its columns."), file=name)
    reader.tables({TABLE: texts})
    return _typed(reader, names, folder)


def _typed(reader: DuckDB, names: Sequence[str], folder: Path) -> Path:
    """Texts to numbers and truths, where every text of the column is one."""
    counts = [f"COUNT({quoted(name)}) AS k{i}" for i, name in enumerate(names)]
    for i, name in enumerate(names):
        for letter, test, _ in _TYPES:
            held = test.format(f"TRIM({quoted(name)})")
            counts.append(f"COUNT(CASE WHEN {held} THEN 1 END) AS {letter}{i}")
    found = reader.rows(f"SELECT {', '.join(counts)} FROM {TABLE}").to_pylist()[0]
    columns = []
    for i, name in enumerate(names):
        kinds = (kind for letter, _, kind in _TYPES if found[f"{letter}{i}"] == found[f"k{i}"])
        kind = next(kinds, "VARCHAR") if found[f"k{i}"] else "VARCHAR"
        if name == SURVEY_DATE and kind == "VARCHAR":
            kind = "DATE"
        columns.append(f"TRY_CAST(TRIM({quoted(name)}) AS {kind}) AS {quoted(name)}")
    parquet = folder / "data.parquet"
    some = " OR ".join(f"{quoted(name)} IS NOT NULL" for name in names)  # Excel leaves empty rows
    reader.write(f"SELECT {', '.join(columns)} FROM {TABLE} WHERE {some}", parquet)
    return parquet


def _mark(source: Path) -> str:
    """What parts the columns: the sign that the first line has most often."""
    with source.open(encoding="utf-8-sig", newline="") as file:
        names = re.sub(r'"[^"]*"', "", file.readline(1 << 16))
    return max(_MARKS, key=names.count)


def _header(source: Path, mark: str, name: str) -> list[str]:
    """The names of the columns; one without a name is called by its number."""
    with source.open(encoding="utf-8-sig", newline="") as file:
        first = next(csv.reader(file, delimiter=mark), [])
    names = [one.strip() or f"column{i}" for i, one in enumerate(first, start=1)]
    folded = [one.casefold() for one in names]  # SQL does not tell capitals from small letters
    for one in names:
        if folded.count(one.casefold()) > 1:
            raise Invalid(
                N_("%(file)s, line 1: two columns are named “%(column)s”. Rename one of them."),
                file=name,
                column=one[:60],
            )
    if not names:
        raise Invalid(N_("%(file)s is empty."), file=name)
    return names


def _unreadable(told: str, name: str) -> Invalid:
    line = re.search(r"CSV Error on Line: (\d+)", told)
    if line:
        return Invalid(
            N_("%(file)s, line %(line)s: this line does not have the columns of the first. Check "
               "its commas and quotation marks."),
            file=name,
            line=line[1],
        )  # fmt: skip
    return Invalid(
        N_("%(file)s cannot be read as CSV. The first line has to name the columns, each once."),
        file=name,
    )


def _as_utf8(path: Path, folder: Path) -> Path:
    """The file itself, or a copy in UTF-8 of one in UTF-16 or Thai Windows (CP874)."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            start = file.read(2)
            if start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
                return _recoded(path, folder)
            file.seek(0)
            while chunk := file.read(_CHUNK):
                if b"\0" in chunk:
                    return _recoded(path, folder)
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _recoded(path, folder)
    if not path.stat().st_size:
        raise Invalid(N_("%(file)s is empty."), file=path.name)
    return path


def _recoded(path: Path, folder: Path) -> Path:
    copy = folder / "recoded.csv"
    try:
        copy.write_text(decode(path.read_bytes())[0], encoding="utf-8")
    except Invalid as problem:
        raise Invalid(
            N_("%(file)s: the letters cannot be read. Save the file as CSV UTF-8."), file=path.name
        ) from problem
    return copy


def _as_csv(path: Path, folder: Path, sheet: str | None) -> Path:
    copy = folder / "sheet.csv"
    with copy.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(_sheet_rows(path, sheet))
    return copy


def _sheet_rows(path: Path, sheet: str | None) -> Iterator[Sequence[Any]]:
    try:
        book = CalamineWorkbook.from_path(str(path))
        name = sheet or book.sheet_names[0]
        pages = book.get_sheet_by_name(name)
    except WorksheetNotFound:
        raise Invalid(
            N_("%(file)s has no sheet “%(sheet)s”. Write one of: %(sheets)s."),
            file=path.name,
            sheet=(sheet or "")[:60],
            sheets=", ".join(book.sheet_names),
        ) from None
    except (CalamineError, IndexError, PasswordError) as error:
        raise Invalid(
            N_("%(file)s cannot be read as an Excel workbook."), file=path.name
        ) from error
    for row in pages.iter_rows():
        yield [_cell(one) for one in row]


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value
