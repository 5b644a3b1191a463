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
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv


@dataclass(frozen=True)
class Finish:
    """What is done to each batch of columns on the other core.

    `python`: it keeps Python busy, which runs one thread at a time; then it has to be picklable.
    """

    run: Callable[[Sequence[pa.Array]], Sequence[pa.Array]]
    python: bool = False


_AHEAD = 6  # pieces in work before the first is used
_WORTH_A_PROCESS = 20_000  # rows


AS_THEY_ARE = Finish(lambda columns: columns)


def workers(finish: Finish) -> Executor:
    """Threads where libraries do all the work, else processes."""
    count = max(1, min(4, os.cpu_count() or 2))
    if not finish.python:
        return ThreadPoolExecutor(count)
    # Fork would copy other threads half-way.
    return ProcessPoolExecutor(count, multiprocessing.get_context("spawn"))


def as_rows(columns: Sequence[pa.Array]) -> Iterator[tuple[Any, ...]]:
    """Columns turned into rows of Python values."""
    return zip(*(one.to_pylist() for one in columns), strict=True)


def as_csv(
    batches: Iterable[Sequence[pa.Array]], finish: Finish, same: Sequence[Any], *, total: int
) -> Generator[tuple[bytes, int]]:
    """CSV as PostgreSQL's COPY reads it, with the number of its rows, for each batch of columns.

    `same` are values that follow in every row.
    """
    write = partial(_as_csv, finish, same)
    if total < _WORTH_A_PROCESS:
        yield from map(write, batches)
        return
    with workers(finish) as pool:
        waiting: deque[Future[tuple[bytes, int]]] = deque()
        for columns in batches:
            waiting.append(pool.submit(write, columns))
            if len(waiting) >= _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _as_csv(finish: Finish, same: Sequence[Any], columns: Sequence[pa.Array]) -> tuple[bytes, int]:
    """Null is nothing, an empty text is quoted, bytes are a backslash, an x and hex digits."""
    count = len(columns[0])
    arrays = [_hexed(one) if pa.types.is_binary(one.type) else one for one in finish.run(columns)]
    arrays += [_repeated(value, count) for value in same]
    table = pa.Table.from_arrays(arrays, names=[str(number) for number in range(len(arrays))])
    sink = pa.BufferOutputStream()
    csv.write_csv(table, sink, csv.WriteOptions(include_header=False))
    return sink.getvalue().to_pybytes(), count


def _repeated(value: Any, count: int) -> pa.Array:
    return (
        pa.nulls(count)
        if value is None
        else pa.repeat(value if isinstance(value, int) else str(value), count)
    )


def _hexed(column: pa.Array) -> pa.Array:
    """Bytes as PostgreSQL's text for them; all at once, in the buffers of the column."""
    whole = pa.concat_arrays([column])  # begins at the first byte of its buffers
    present, ends, content = whole.buffers()
    digits = pa.py_buffer((content.to_pybytes() if content else b"").hex().encode())
    doubled = np.frombuffer(ends, np.int32) * 2
    texts = pa.Array.from_buffers(
        pa.string(), len(whole), [present, pa.py_buffer(doubled.astype(np.int32)), digits]
    )
    return pc.binary_join_element_wise("\\x", texts, "")
