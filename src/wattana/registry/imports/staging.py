"""The staging database, in which rows wait and are checked: in memory, beyond 300 MB on disk."""

from __future__ import annotations

import contextlib
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from copy import copy
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from wattana.kernel.problems import N_, Conflict, Problem, as_data
from wattana.kit import bulk
from wattana.registry.imports.files import Irregular, Source

CHUNK = 20_000
_MEMORY = "300MB"
_AHEAD = 3  # answers that wait while one is read

_TYPES = {"BIGINT": pa.int64(), "DOUBLE": pa.float64(), "VARCHAR": pa.string()}

FILE_ONLY, AGAINST_REGISTRY = 1, 2
"""Phases of checking: what the second finds is found anew when a batch is committed."""

_SPACES = (b" ", b"\xc2", b"\xe1", b"\xe2", b"\xe3")  # with these begin all that DuckDB trims
_MESSAGES = ["errors", "warnings"]
_KEPT = ["raw", "header", "said", "refs", "people", "same", "homes", "found_people", "state",
         "db_household", "db_person", *_MESSAGES]  # fmt: skip
"""Tables that a commit, or a page, needs after a check."""


class Staging:
    """Rows of one file on their way in. Use it in a `with` statement.

    `kept` names the file that `keep` made after a check; without it the database is empty.
    """

    def __init__(self, spill: Path, *, kept: Path | None = None) -> None:
        config = {"threads": 2, "memory_limit": _MEMORY, "temp_directory": str(spill)}
        self._connection = duckdb.connect(":memory:", config=config)
        self._borrowed: set[str] = set()  # views of what is kept
        self.spaced: set[str] = set()
        """Columns of `raw` in which a space was seen; the cells of others need no trimming."""
        if kept is not None:
            self._open(kept)

    def __enter__(self) -> Staging:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def _open(self, kept: Path) -> None:
        if not kept.exists():
            raise Conflict(N_("The file of this import is no longer here. Upload it again."))
        self.run(f"ATTACH {literal(str(kept))} AS kept (READ_ONLY)")
        there = self.rows("SELECT table_name FROM duckdb_tables() WHERE database_name = 'kept'")
        for (name,) in there:
            kind = "TABLE" if name in _MESSAGES else "VIEW"  # messages are found anew
            self.run(f"CREATE {kind} {name} AS FROM kept.{name}")
            if kind == "VIEW":
                self._borrowed.add(name)

    def keep(self, path: Path) -> None:
        """Write what a later commit needs into a file."""
        path.unlink(missing_ok=True)
        self.run(f"ATTACH {literal(str(path))} AS kept")
        for name in self.tables(_KEPT):
            self.run(f"CREATE TABLE kept.{name} AS FROM memory.{name}")
        self.run("DETACH kept")
        path.chmod(0o600)

    def tables(self, among: Sequence[str]) -> list[str]:
        """Those of some tables that there are."""
        rows = self.rows("SELECT table_name FROM duckdb_tables() WHERE database_name = 'memory'")
        there = {name for (name,) in rows}
        return [name for name in among if name in there]

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

    def make(self, table: str, sql: str) -> None:
        """Make a table, or make it anew, from a query."""
        if table in self._borrowed:
            self.run(f"DROP VIEW {table}")
            self._borrowed.remove(table)
        self.run(f"CREATE OR REPLACE TABLE {table} AS {sql}")

    def stream(self, sql: str, chunk: int = CHUNK) -> Iterator[list[tuple[Any, ...]]]:
        """The rows of a large answer in chunks, in flat memory."""
        for columns in self.columns_of(sql, chunk):
            yield list(zip(*(column.to_pylist() for column in columns), strict=True))

    def columns_of(self, sql: str, chunk: int = CHUNK) -> Iterator[list[pa.Array]]:
        """A large answer in chunks, each as its columns.

        It has a cursor of its own, so that other statements may run in between.
        """
        with self._connection.cursor() as cursor:
            for batch in cursor.sql(sql).to_arrow_reader(chunk):
                yield batch.columns

    def singly(self, sql: str) -> Iterator[Any]:
        """The values of a large answer of one column."""
        for chunk in self.stream(sql):
            for (value,) in chunk:
                yield value

    def ahead(self, queries: Iterable[str]) -> Iterator[Iterator[Any]]:
        """The values of large answers of one column; while one is read, the next are worked out."""
        with self._connection.cursor() as cursor, ThreadPoolExecutor(1) as pool:
            waiting: deque[Future[pa.Table]] = deque()
            for sql in queries:
                waiting.append(pool.submit(lambda sql: cursor.sql(sql).to_arrow_table(), sql))
                if len(waiting) > _AHEAD:
                    yield _values(waiting.popleft())
            while waiting:
                yield _values(waiting.popleft())

    @contextlib.contextmanager
    def beside(self, deed: Callable[[Staging], None]) -> Iterator[None]:
        """Do something with other tables while the block is at work; at its end it is done."""
        twin = copy(self)
        with self._connection.cursor() as twin._connection, ThreadPoolExecutor(1) as pool:
            done = pool.submit(deed, twin)
            yield
            done.result()

    def insert(self, table: str, columns: Sequence[tuple[str, str]], rows: Iterable[Any]) -> None:
        """Make a table (name and DuckDB type of each column) and fill it, in flat memory."""
        spec = ", ".join(f'CAST(NULL AS {kind}) AS "{name}"' for name, kind in columns)
        self.make(table, f"SELECT {spec} LIMIT 0")
        self.append(table, rows)

    def append(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        """Add rows of Python values to a table."""
        rest, names = iter(rows), self.columns(table)
        while chunk := list(islice(rest, CHUNK)):
            arrays = [pa.array(column) for column in zip(*chunk, strict=True)]
            self._append_arrow(table, pa.Table.from_arrays(arrays, names=names))

    def read(self, table: str, columns: Sequence[tuple[str, str]], rows: Any) -> None:
        """Make a table (see `insert`) and fill it with a `values_list` of the registry."""
        self.insert(table, columns, ())
        names = [name for name, _ in columns]
        for arrays in bulk.read(rows, [_TYPES[kind] for _, kind in columns]):
            self._append_arrow(table, pa.Table.from_arrays(arrays, names=names))

    def load(self, source: Source) -> int:
        """Take the rows of a file into the table `raw`; return how many there are."""
        self.insert("header", [("name", "VARCHAR")], ((name,) for name in source.header.names))
        for table in _MESSAGES:
            self.insert(table, _MESSAGE_COLUMNS, ())
        if not self._load(source, careful=False):
            self._load(source, careful=True)
        return int(self.value("SELECT count(*) FROM raw"))

    def _load(self, source: Source, *, careful: bool) -> bool:
        """Whether the rows came in this way; problems go round DuckDB, which would wrap them."""
        names = [f"c{number}" for number in range(len(source.header.names))]
        columns = [("line", "INTEGER"), ("width", "INTEGER"), *((one, "VARCHAR") for one in names)]
        self.insert("raw", columns, ())
        schema = pa.schema(
            [("line", pa.int32()), ("width", pa.int32()), *((name, pa.string()) for name in names)]
        )
        caught: list[Problem | Irregular] = []

        def batches() -> Iterator[pa.RecordBatch]:
            try:
                for batch in source.batches(careful=careful):
                    free = set(names) - self.spaced
                    self.spaced |= {name for name in free if _has_space(batch.column(name))}
                    yield batch
            except (Problem, Irregular) as error:
                caught.append(error)

        self._append_arrow("raw", pa.RecordBatchReader.from_batches(schema, batches()))
        for error in caught:
            if isinstance(error, Problem):
                raise error
        return not caught

    def forget_errors(self, phase: int) -> None:
        """Drop what a phase, and those after it, found."""
        for table in _MESSAGES:
            self.run(f"DELETE FROM {table} WHERE phase >= ?", [phase])

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

    def flag_repeated(
        self, table: str, together: str, where: str, field: str, message: str
    ) -> None:
        """Note each good line of a table that has the same values as an earlier one, which
        `message` names."""
        some = f"FROM {table} WHERE {where} GROUP BY {together} HAVING count(*) > 1 LIMIT 1"
        if not self.rows(f"SELECT 1 {some}"):  # takes half as long as to look which they are
            return
        self.flag(
            FILE_ONLY,
            f"SELECT line, min(line) OVER (PARTITION BY {together}) AS first FROM {table}"
            f" ANTI JOIN errors USING (line) WHERE {where} QUALIFY line > first",
            field,
            message,
            params="json_object('line', first)",
        )

    def note(
        self, phase: int, line: int, field: str, problem: Problem, *, warning: bool = False
    ) -> None:
        """Note one problem of one line."""
        self.run(
            f"INSERT INTO {'warnings' if warning else 'errors'} VALUES (?, ?, ?, ?, ?)",
            [phase, line, field, problem.message, as_params(problem)],
        )

    def _append_arrow(self, table: str, rows: pa.Table | pa.RecordBatchReader) -> None:
        self._connection.register("incoming", rows)
        self._connection.execute(f"INSERT INTO {table} SELECT * FROM incoming")
        self._connection.unregister("incoming")


def _has_space(cells: pa.Array) -> bool:
    """Whether there may be a space in them: a first byte of one in UTF-8, none of a Thai letter."""
    letters = cells.buffers()[-1]
    text = letters.to_pybytes() if letters else b""
    return any(first in text for first in _SPACES)


def _values(answer: Future[pa.Table]) -> Iterator[Any]:
    for batch in answer.result().to_batches(CHUNK):
        yield from batch.column(0).to_pylist()


_MESSAGE_COLUMNS = [("phase", "TINYINT"), ("line", "INTEGER"), ("field", "VARCHAR"),
                    ("message", "VARCHAR"), ("params", "VARCHAR")]  # fmt: skip


def as_params(problem: Problem) -> str:
    """A problem's places as they are kept in the staging database."""
    return json.dumps(as_data(problem.params), ensure_ascii=False, default=str)


def literal(text: str) -> str:
    """A text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def sql_value(value: Any) -> str:
    """A Python value as SQL."""
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, bool | int | float) else literal(str(value))
