"""Columns finished by other cores on their way into a database, in order.

No Django, so that the processes begin quickly.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import pyarrow as pa
from pgpq import ArrowToPostgresBinaryEncoder

Batch = TypeVar("Batch")
Done = TypeVar("Done")


@dataclass(frozen=True)
class Finish:
    """What is done to each batch of columns on the other core.

    `python`: it keeps Python busy, which runs one thread at a time; then it has to be picklable.
    """

    run: Callable[[Sequence[pa.Array]], Sequence[pa.Array]]
    python: bool = False


HEAD, END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
"""Around the rows of PostgreSQL's binary COPY; see its documentation, COPY, “Binary Format”."""

_AHEAD = 6  # pieces in work before the first is used
_WORTH_A_PROCESS = 20_000  # rows


AS_THEY_ARE = Finish(lambda columns: columns)


def workers(*, python: bool) -> Executor:
    """Threads where libraries do all the work, else processes."""
    count = max(1, min(4, os.cpu_count() or 2))
    if not python:
        return ThreadPoolExecutor(count)
    # Fork would copy other threads half-way.
    return ProcessPoolExecutor(count, multiprocessing.get_context("spawn"))


def as_rows(columns: Sequence[pa.Array]) -> Iterator[tuple[Any, ...]]:
    """Columns turned into rows of Python values."""
    return zip(*(one.to_pylist() for one in columns), strict=True)


def in_order(
    task: Callable[[Batch], Done], batches: Iterable[Batch], *, python: bool, total: int
) -> Generator[Done]:
    """What `task` makes of each batch, worked out on other cores where there are many rows."""
    if total < _WORTH_A_PROCESS:
        yield from map(task, batches)
        return
    with workers(python=python) as pool:
        waiting: deque[Future[Done]] = deque()
        for columns in batches:
            waiting.append(pool.submit(task, columns))
            if len(waiting) >= _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def encoded(
    finish: Finish, types: Sequence[pa.DataType], same: Sequence[Any], columns: Sequence[pa.Array]
) -> tuple[bytes, int]:
    """Rows as the binary COPY has them between its head and its end, and their number.

    `same` are values that follow in every row; `types` are those of all columns.
    """
    count, arrays = len(columns[0]), list(finish.run(columns))
    given = [array.cast(type_) for array, type_ in zip(arrays, types, strict=False)]
    given += [
        pa.repeat(pa.scalar(value, type_), count)
        for value, type_ in zip(same, types[len(arrays) :], strict=True)
    ]
    schema = pa.schema([(str(number), type_) for number, type_ in enumerate(types)])
    making = ArrowToPostgresBinaryEncoder(schema)
    making.write_header()  # is HEAD; it has to come first
    body = making.write_batch(pa.RecordBatch.from_arrays(given, schema=schema))
    return body + making.finish()[: -len(END)], count  # of few rows all is held until the end
