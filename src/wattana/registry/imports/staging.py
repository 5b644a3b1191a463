"""The staging database: a DuckDB file beside the upload, in which rows are checked."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from wattana.kernel.problems import N_, Conflict, Problem
from wattana.registry.imports.files import Source

CHUNK = 20_000
_MEMORY = "400MB"  # beyond, DuckDB works on disk

FILE_ONLY, AGAINST_REGISTRY = 1, 2
"""Phases of checking: errors of the second are found anew when a batch is committed."""

_TABLES = """
CREATE OR REPLACE TABLE errors (
    phase TINYINT, line INTEGER, field VARCHAR, message VARCHAR, params VARCHAR);
CREATE OR REPLACE TABLE warnings (
    phase TINYINT, line INTEGER, field VARCHAR, message VARCHAR, params VARCHAR);
"""


class Staging:
    """Rows of one file on their way in. Close it, or use it in a `with` statement."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        config = {"threads": 2, "memory_limit": _MEMORY, "temp_directory": f"{path}.tmp"}
        try:
            self._connection = duckdb.connect(str(path), read_only=read_only, config=config)
        except duckdb.IOException as error:
            raise Conflict(
                N_("This import is being worked on. Wait a moment and open it again.")
            ) from error

    def __enter__(self) -> Staging:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """Run one or more statements."""
        self._connection.execute(sql, parameters)

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a small answer."""
        return self._connection.execute(sql, parameters).fetchall()

    def value(self, sql: str, parameters: Sequence[Any] = ()) -> Any:
        """The only value of an answer."""
        return self.rows(sql, parameters)[0][0]

    def columns(self, table: str) -> list[str]:
        """The names of a table's columns."""
        return [name for (name,) in self.rows(f"SELECT column_name FROM (DESCRIBE {table})")]

    def stream(self, sql: str, chunk: int = CHUNK) -> Iterator[list[tuple[Any, ...]]]:
        """The rows of a large answer in chunks, in flat memory.

        It has a cursor of its own, so that other statements may run in between.
        """
        with self._connection.cursor() as cursor:
            for batch in cursor.sql(sql).to_arrow_reader(chunk):
                columns = [column.to_pylist() for column in batch.columns]
                yield list(zip(*columns, strict=True))

    def insert(self, table: str, columns: Sequence[tuple[str, str]], rows: Iterable[Any]) -> None:
        """Make a table (name and DuckDB type of each column) and fill it, in flat memory."""
        spec = ", ".join(f'"{name}" {kind}' for name, kind in columns)
        self.run(f"CREATE OR REPLACE TABLE {table} ({spec})")
        self.append(table, rows)

    def append(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        """Add rows of Python values to a table."""
        names = self.columns(table)
        for chunk in _chunks(rows):
            arrays = [pa.array(column) for column in zip(*chunk, strict=True)]
            self._append_arrow(table, pa.Table.from_arrays(arrays, names=names))

    def load(self, source: Source) -> int:
        """Take the rows of a file into the table `raw`; return how many there are."""
        cells = "".join(f", c{number} VARCHAR" for number in range(len(source.header.names)))
        self.run(f"CREATE OR REPLACE TABLE raw (line INTEGER, width INTEGER{cells}); {_TABLES}")
        for batch in source.batches():
            self._append_arrow("raw", pa.Table.from_batches([batch]))
        return int(self.value("SELECT count(*) FROM raw"))

    def forget_errors(self, phase: int) -> None:
        """Drop what a phase, and those after it, found."""
        self.run("DELETE FROM errors WHERE phase >= ?", [phase])
        self.run("DELETE FROM warnings WHERE phase >= ?", [phase])

    def flag(
        self, phase: int, rows: str, field: str, message: str, *, params: str = "'{}'",
        warning: bool = False,
    ) -> None:  # fmt: skip
        """Note a message for each `line` of a query; `params` is SQL over its columns."""
        table = "warnings" if warning else "errors"
        self.run(
            f"INSERT INTO {table} SELECT ?, line, ?, ?, {params} FROM ({rows})",
            [phase, field, message],
        )

    def note(
        self, phase: int, line: int, field: str, problem: Problem, *, warning: bool = False
    ) -> None:
        """Note one problem of one line."""
        self.run(
            f"INSERT INTO {'warnings' if warning else 'errors'} VALUES (?, ?, ?, ?, ?)",
            [phase, line, field, problem.message, as_params(problem)],
        )

    def _append_arrow(self, table: str, rows: pa.Table) -> None:
        self._connection.register("incoming", rows)
        self._connection.execute(f"INSERT INTO {table} SELECT * FROM incoming")
        self._connection.unregister("incoming")


def as_params(problem: Problem) -> str:
    """A problem's places as they are kept in the staging database."""
    return json.dumps(dict(problem.params), ensure_ascii=False, default=str)


def literal(text: str) -> str:
    """A text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def sql_value(value: Any) -> str:
    """A Python value as SQL."""
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, bool | int | float) else literal(str(value))


def remove(path: Path) -> None:
    """Delete a staging database."""
    for one in (path, Path(f"{path}.wal")):
        with contextlib.suppress(FileNotFoundError):
            one.unlink()


def _chunks(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    chunk: list[Sequence[Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) >= CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
