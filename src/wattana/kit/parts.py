"""Columns written into small SQLite files by other processes, for `bulk.insert_parts`.

Python's binding takes four times what SQLite itself takes for a row, and one core at a time. Here
other cores do that; the database only copies. No Django, so that the processes begin quickly.
"""

from __future__ import annotations

import contextlib
import math
import multiprocessing
import os
import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa

Column = pa.Array | list[Any]
Finish = Callable[[Sequence[Column]], Sequence[Column]]
"""What is done to each batch of columns on the other core; it has to be picklable."""

_LEAST = 20_000  # rows of a part


def as_they_are(columns: Sequence[Column]) -> Sequence[Column]:
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
    count = 0
    with contextlib.closing(sqlite3.connect(part, isolation_level=None)) as to:
        part.chmod(0o600)
        to.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN")
        with pa.OSFile(str(rows)) as file, pa.ipc.open_stream(file) as stream:
            for batch in stream:
                columns = finish(batch.columns)
                if not count:
                    names = ", ".join(f"c{number}" for number in range(len(columns)))
                    to.execute(f"CREATE TABLE rows ({names})")
                places = ", ".join("?" * len(columns))
                to.executemany(f"INSERT INTO rows VALUES ({places})", as_rows(columns))
                count += batch.num_rows
        to.execute("COMMIT")
    rows.unlink()
    return part, count


def as_rows(columns: Sequence[Column]) -> Iterator[tuple[Any, ...]]:
    """Columns turned into rows of Python values."""
    return zip(*(one if isinstance(one, list) else one.to_pylist() for one in columns), strict=True)
