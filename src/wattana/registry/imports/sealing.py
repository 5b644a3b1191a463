"""National IDs of many people sealed at once, on another core where that pays."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


_keyring: Keyring
_place: Place


def sealed(chunks: Iterable[Numbers], place: Place, total: int) -> Iterator[Sealed]:
    """Seal chunk by chunk, in order; in this process where there are few."""
    if total < _WORTH_A_PROCESS:
        _begin(place)
        yield from map(_seal, chunks)
        return
    workers = max(1, min(4, (os.cpu_count() or 2) - 1))
    context = multiprocessing.get_context("spawn")  # fork would copy DuckDB's threads half-way
    with ProcessPoolExecutor(workers, context, _begin, (place,)) as pool:
        yield from _in_order(pool.submit, chunks)


def _in_order(submit: Callable[..., Future[Sealed]], chunks: Iterable[Numbers]) -> Iterator[Sealed]:
    waiting: deque[Future[Sealed]] = deque()
    for chunk in chunks:
        waiting.append(submit(_seal, chunk))
        if len(waiting) >= _AHEAD:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _begin(place: Place) -> None:
    global _keyring, _place
    _keyring, _place = Keyring.load(place.keys_file), place


def _seal(numbers: Numbers) -> Sealed:
    seal, index = _keyring.seal, _keyring.blind_index
    keys, digits = numbers
    values = [
        one and seal(one, table=_place.table, column=_place.column, row=key)
        for key, one in zip(keys, digits, strict=True)
    ]
    indexes = [one and index(one) for one in digits]
    return (_hexed(values), _hexed(indexes)) if _place.hexed else (values, indexes)


def _hexed(values: list[Any]) -> list[Any]:
    return [one and f"\\x{one.hex()}" for one in values]
