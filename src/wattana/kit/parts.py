"""Columns written into small SQLite files by other cores, for `bulk.insert_columns`.

Python's binding takes four times what SQLite itself takes for a row, and one core at a time. Here
Arrow's driver binds the columns, on other cores; the database only copies. No Django: see
`kit.finishing`.
"""

from __future__ import annotations

import math
import shutil
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import adbc_driver_sqlite
import pyarrow as pa
from adbc_driver_manager import AdbcConnection, AdbcStatement

from wattana.kit.finishing import Finish, workers

MOST_FILES = 10  # that SQLite attaches to one connection
_LEAST = 20_000  # rows of a part
_SETTINGS = ("journal_mode=OFF", "synchronous=OFF", "page_size=16384")  # an eighth quicker so


@dataclass(frozen=True)
class Room:
    """Where part files lie, and how many there may be: until the transaction ends each is one of
    `MOST_FILES`, so who loads several tables takes fewer for each."""

    folder: Path
    most: int = MOST_FILES


def made(
    batches: Iterable[Sequence[pa.Array]], finish: Finish, room: Room, *, total: int
) -> Generator[tuple[Path, int]]:
    """Part files in order, each with its number of rows in a table `rows` of columns c0, c1 …;
    whatever the caller leaves of them is removed at the end."""
    room.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    size = max(_LEAST, math.ceil(total / room.most))
    try:
        with workers(python=finish.python) as pool:
            waiting: deque[Future[tuple[Path, int]]] = deque()
            for rows in _gathered(batches, size, room.folder):
                waiting.append(pool.submit(_write, rows, finish))
            while waiting:
                yield waiting.popleft().result()
    finally:
        shutil.rmtree(room.folder, ignore_errors=True)


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
        batches = (_batch(finish.run(batch.columns)) for batch in stream)
        first = next(batches)
        reader = pa.RecordBatchReader.from_batches(first.schema, chain([first], batches))
        with (
            adbc_driver_sqlite.connect(part.absolute().as_uri()) as database,
            AdbcConnection(database) as to,
            AdbcStatement(to) as statement,
        ):
            for setting in _SETTINGS:
                statement.set_sql_query(f"PRAGMA {setting}")
                statement.execute_update()
            statement.set_options(**{"adbc.ingest.target_table": "rows"})
            statement.bind_stream(reader)
            count = statement.execute_update()
    rows.unlink()
    return part, count
