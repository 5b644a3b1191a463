"""Columns written into small SQLite files by other processes, for `bulk.insert_parts`.

Python's binding takes four times what SQLite itself takes for a row, and one core at a time. Here
Arrow's driver binds the columns, on other cores; the database only copies. No Django, so that the
processes begin quickly.
"""

from __future__ import annotations

import math
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Any

import adbc_driver_sqlite
import pyarrow as pa
from adbc_driver_manager import AdbcConnection, AdbcStatement

Column = pa.Array | list[Any]
Finish = Callable[[Sequence[pa.Array]], Sequence[pa.Array]]
"""What is done to each batch of columns on the other core; it has to be picklable."""

_LEAST = 20_000  # rows of a part


def as_they_are(columns: Sequence[pa.Array]) -> Sequence[pa.Array]:
    """The `Finish` of columns that need nothing more."""
    return columns


def made(
    batches: Iterable[Sequence[pa.Array]], finish: Finish, folder: Path, *, total: int, most: int
) -> Iterator[tuple[Path, int]]:
    """Part files in order, at most `most`, each with its number of rows in a table `rows` of
    columns c0, c1 …; the caller removes them."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    context = multiprocessing.get_context("spawn")  # fork would copy other threads half-way
    size = max(_LEAST, math.ceil(total / most))
    with ProcessPoolExecutor(max(1, min(4, os.cpu_count() or 2)), context) as pool:
        waiting: deque[Future[tuple[Path, int]]] = deque()
        for rows in _gathered(batches, size, folder):
            waiting.append(pool.submit(_write, rows, finish))
        while waiting:
            yield waiting.popleft().result()


def _gathered(batches: Iterable[Sequence[pa.Array]], size: int, folder: Path) -> Iterator[Path]:
    """Files of `size` rows or a little more, in Arrow's format."""
    rest = iter(batches)
    for number, first in enumerate(rest):
        path = folder / f"part-{number}.arrow"
        batch = _batch(first)
        with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, batch.schema) as stream:
            stream.write(batch)
            count = batch.num_rows
            while count < size and (columns := next(rest, None)) is not None:
                stream.write(_batch(columns))
                count += len(columns[0])
        yield path


def _batch(columns: Sequence[pa.Array]) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays(columns, [f"c{n}" for n in range(len(columns))])


def _write(rows: Path, finish: Finish) -> tuple[Path, int]:
    """One part; it is thrown away if anything fails, so nothing of it has to be durable."""
    part = rows.with_suffix(".sqlite3")
    part.touch(0o600)
    with pa.OSFile(str(rows)) as file, pa.ipc.open_stream(file) as stream:
        batches = (_batch(finish(batch.columns)) for batch in stream)
        first = next(batches)
        reader = pa.RecordBatchReader.from_batches(first.schema, chain([first], batches))
        with (
            adbc_driver_sqlite.connect(part.absolute().as_uri()) as database,
            AdbcConnection(database) as to,
            AdbcStatement(to) as statement,
        ):
            for setting in ("journal_mode", "synchronous"):
                statement.set_sql_query(f"PRAGMA {setting}=OFF")
                statement.execute_update()
            statement.set_options(**{"adbc.ingest.target_table": "rows"})
            statement.bind_stream(reader)
            count = statement.execute_update()
    rows.unlink()
    return part, count


def as_rows(columns: Sequence[Column]) -> Iterator[tuple[Any, ...]]:
    """Columns turned into rows of Python values."""
    return zip(*(one if isinstance(one, list) else one.to_pylist() for one in columns), strict=True)
