"""DuckDB inside this process: bounded memory, spills to a temporary folder, loads no extension."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from wattana.engines.port import EngineFailed

_CELLS = 4_000_000  # of one group of rows
_FEWEST, _MOST = 2_048, 122_880  # rows: DuckDB's vector and its default


class DuckDB:
    """One connection with its own temporary folder, which goes away with it.

    `memory_limit` bounds the engine's own memory; `threads` its threads. Rows keep the order of the
    file they are read from, unless the SQL says otherwise.
    """

    name = "duckdb"
    distributed = False

    def __init__(self, memory_limit: str = "1536MB", threads: int = 2) -> None:
        self._spill = Path(tempfile.mkdtemp(prefix="wattana-"))
        self._connection = duckdb.connect(
            ":memory:",
            config={
                "memory_limit": memory_limit,
                "threads": threads,
                "temp_directory": str(self._spill),
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "ieee_floating_point_ops": False,  # division by zero is NULL, as on Spark
            },
        )
        self._discard = weakref.finalize(self, _discard, self._connection, self._spill)

    @property
    def version(self) -> str:
        return duckdb.__version__

    def tables(self, paths: Mapping[str, Path]) -> None:
        """Name Parquet files or folders of them; a name may be given anew."""
        for name, path in paths.items():
            self.view(name, f"SELECT * FROM read_parquet({_parts(path)})")

    def view(self, name: str, sql: str) -> None:
        """Name a query of named tables; a name may be given anew."""
        self._run(f"CREATE OR REPLACE VIEW {_quoted(name)} AS {sql}")

    def columns(self, table: str) -> dict[str, str]:
        """The columns of a named table with their SQL types."""
        described = self._run(f"DESCRIBE {_quoted(table)}").fetchall()
        return {row[0]: row[1] for row in described}

    def write(self, sql: str, path: Path) -> int:
        """Write a query's rows to a Parquet file (zstd), whole or not at all; returns how many."""
        partial = path.with_name(path.name + ".partial")
        try:
            done = self._run(
                f"COPY ({sql}) TO {_text(partial)} "
                f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {self._rows_together(sql)})"
            ).fetchone()
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
        return int(done[0]) if done else 0

    def _rows_together(self, sql: str) -> int:
        """Rows of a group of the file: fewer where they are wide, as groups wait in memory."""
        width = len(self._run(f"DESCRIBE {sql}").fetchall())
        return max(_FEWEST, min(_MOST, _CELLS // width // _FEWEST * _FEWEST))

    def rows(self, sql: str) -> pa.Table:
        """The rows of a query, in memory."""
        return self._run(sql).to_arrow_table()

    def batches(self, sql: str, rows: int) -> Iterator[pa.RecordBatch]:
        """The rows of a query as they come, about so many at a time.

        On a connection of its own, so that several threads can each read a part.
        """
        with _failing(), self._connection.cursor() as cursor:
            yield from cursor.execute(sql).to_arrow_reader(rows)

    def close(self) -> None:
        """Give memory and temporary folder back."""
        self._discard()

    def _run(self, sql: str) -> Any:
        with _failing():
            return self._connection.execute(sql)


def _discard(connection: duckdb.DuckDBPyConnection, spill: Path) -> None:
    connection.close()
    shutil.rmtree(spill, ignore_errors=True)


@contextmanager
def _failing() -> Iterator[None]:
    """What comes from the machine, not from our SQL, becomes `EngineFailed`."""
    try:
        yield
    except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
        raise EngineFailed(str(error)) from error
    except (duckdb.InvalidInputException, duckdb.DataError) as error:
        raise EngineFailed(str(error)) from error  # a damaged Parquet file, a number out of range


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _parts(path: Path) -> str:
    """A file as it is; of a folder all parts, folders `province=33` as a column of text."""
    if not path.is_dir():
        return f"{_text(path)}, hive_partitioning = false"
    named = any("=" in one.name for one in path.iterdir() if one.is_dir())
    return (
        f"{_text(path / '**' / '*.parquet')}, hive_partitioning = {named},"
        " hive_types_autocast = false"
    )


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
