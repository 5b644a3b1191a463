"""National IDs of many people sealed at once, on another core where that pays."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from wattana.kernel.sealing import Keyring

Numbers = tuple[list[int], list[str | None]]
"""Record keys, and the digits to seal for each; None for people without a number."""

Sealed = tuple[list[Any], list[Any]]
"""Sealed values, and blind indexes, as bytes or hex text."""

_WORTH_A_PROCESS = 20_000
_AHEAD = 6  # chunks in work before the first is used


@dataclass(frozen=True)
class Place:
    """With which keys, and for which column, numbers are sealed; `hexed` as text for PostgreSQL."""

    keys_file: Path
    table: str
    column: str
    hexed: bool = False


_keyring = lru_cache(maxsize=1)(Keyring.load)


def sealed(chunks: Iterable[Numbers], place: Place, total: int) -> Iterator[Sealed]:
    """Seal chunk by chunk, in order; in this process where there are few."""
    seal = partial(_seal, place)
    if total < _WORTH_A_PROCESS:
        yield from map(seal, chunks)
        return
    workers = max(1, min(4, (os.cpu_count() or 2) - 1))
    context = multiprocessing.get_context("spawn")  # fork would copy DuckDB's threads half-way
    with ProcessPoolExecutor(workers, context) as pool:
        yield from _in_order(partial(pool.submit, seal), chunks)


def _in_order(submit: Callable[..., Future[Sealed]], chunks: Iterable[Numbers]) -> Iterator[Sealed]:
    waiting: deque[Future[Sealed]] = deque()
    for chunk in chunks:
        waiting.append(submit(chunk))
        if len(waiting) >= _AHEAD:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def in_columns(place: Place, columns: Sequence[pa.Array]) -> list[pa.Array]:
    """Arrow columns, of record keys first and numbers last, with sealed values and indexes."""
    numbers = columns[0].to_pylist(), columns[-1].to_pylist()
    return [*columns[:-1], *(pa.array(one, pa.binary()) for one in _seal(place, numbers))]


def _seal(place: Place, numbers: Numbers) -> Sealed:
    keyring = _keyring(place.keys_file)
    keys, digits = numbers
    values = list(keyring.seal_many(digits, table=place.table, column=place.column, rows=keys))
    indexes = [one and keyring.blind_index(one) for one in digits]
    return (_hexed(values), _hexed(indexes)) if place.hexed else (values, indexes)


def _hexed(values: list[Any]) -> list[Any]:
    return [one and f"\\x{one.hex()}" for one in values]
