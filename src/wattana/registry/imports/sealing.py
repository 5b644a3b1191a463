"""National IDs of many people sealed at once, on another core where that pays."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path

from wattana.kernel.sealing import Keyring

Numbers = tuple[list[int], list[str | None]]
"""Record keys, and the digits to seal for each; None for people without a number."""

Sealed = tuple[list[bytes | None], list[bytes | None]]
"""Sealed values, and blind indexes."""

_WORTH_A_PROCESS = 20_000
_AHEAD = 6  # chunks in work before the first is used

_keyring: Keyring
_table: str
_column: str


def sealed(
    chunks: Iterable[Numbers], *, keys_file: Path, table: str, column: str, total: int
) -> Iterator[Sealed]:
    """Seal chunk by chunk, in order; in this process where there are few."""
    if total < _WORTH_A_PROCESS:
        _begin(keys_file, table, column)
        yield from map(_seal, chunks)
        return
    workers = max(1, min(4, (os.cpu_count() or 2) - 1))
    context = multiprocessing.get_context("spawn")  # fork would copy DuckDB's threads half-way
    with ProcessPoolExecutor(workers, context, _begin, (keys_file, table, column)) as pool:
        yield from _in_order(pool.submit, chunks)


def _in_order(submit: Callable[..., Future[Sealed]], chunks: Iterable[Numbers]) -> Iterator[Sealed]:
    waiting: deque[Future[Sealed]] = deque()
    for chunk in chunks:
        waiting.append(submit(_seal, chunk))
        if len(waiting) >= _AHEAD:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _begin(keys_file: Path, table: str, column: str) -> None:
    global _keyring, _table, _column
    _keyring, _table, _column = Keyring.load(keys_file), table, column


def _seal(numbers: Numbers) -> Sealed:
    seal, index = _keyring.seal, _keyring.blind_index
    keys, digits = numbers
    return (
        [
            None if one is None else seal(one, table=_table, column=_column, row=key)
            for key, one in zip(keys, digits, strict=True)
        ],
        [None if one is None else index(one) for one in digits],
    )
