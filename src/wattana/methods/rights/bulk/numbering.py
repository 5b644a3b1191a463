"""Equal keys get equal numbers, in the order in which they are first seen."""

from __future__ import annotations

from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int32]
_DIRECT = 26  # bits of a key that is its own place: of the table only touched pages take memory


class Numbering:
    """Numbers from 0, the same for several threads. A key has so many `bits`, 64 at most."""

    def __init__(self, bits: int) -> None:
        self._numbers = _Direct(bits) if bits <= _DIRECT else _Hashed()
        self._given: list[int] = []
        self._lock = Lock()

    def numbers(self, keys: NDArray[Any]) -> Numbers:
        """The number of each key."""
        found = self._numbers.find(keys)
        unseen = found < 0
        if unseen.any():
            with self._lock:
                self._give(np.unique(keys[unseen]))
            found = self._numbers.find(keys)
        return found

    def keys(self, first: int = 0) -> list[int]:
        """The keys by their number, from one on."""
        return self._given[first:]

    def _give(self, keys: NDArray[Any]) -> None:
        """Another thread may have given some meanwhile."""
        new = keys[self._numbers.find(keys) < 0]
        numbers = np.arange(len(self._given), len(self._given) + len(new), dtype=np.int32)
        self._given += new.tolist()  # before anybody can find the number
        self._numbers.add(new, numbers)


class _Direct:
    """The number of a key stands at its own place, one higher, so that 0 is none."""

    def __init__(self, bits: int) -> None:
        self._table = np.zeros(1 << bits, np.int32)

    def find(self, keys: NDArray[Any]) -> Numbers:
        found: Numbers = self._table.take(keys, mode="clip")
        found -= 1
        return found

    def add(self, keys: NDArray[Any], numbers: Numbers) -> None:
        self._table[keys] = numbers + 1


class _Hashed:
    """The number of a key stands at the place that its hash names, or at the next free one.

    Other threads may look while one adds: a key is found from when its number stands there on.
    """

    def __init__(self) -> None:
        self._bits = 10
        self._table = _empty(self._bits)
        self._count = 0

    def find(self, keys: NDArray[Any]) -> Numbers:
        known, numbers = self._table
        wanted = keys.astype(np.uint64, copy=False)
        places = _hashed(wanted, len(known))
        found = np.where(known[places] == wanted, numbers[places], np.int32(-1))
        rest = np.flatnonzero((found < 0) & (numbers[places] >= 0))
        while len(rest):
            places[rest] = (places[rest] + 1) % len(known)
            here = known[places[rest]] == wanted[rest]
            found[rest[here]] = numbers[places[rest[here]]]
            rest = rest[~here & (numbers[places[rest]] >= 0)]
        return found

    def add(self, keys: NDArray[Any], numbers: Numbers) -> None:
        self._count += len(keys)
        if 4 * self._count > len(self._table[0]):
            self._grow()
        _put(self._table, keys.astype(np.uint64), numbers)

    def _grow(self) -> None:
        known, numbers = self._table
        while 4 * self._count > 1 << self._bits:
            self._bits += 2
        larger = _empty(self._bits)
        _put(larger, known[numbers >= 0], numbers[numbers >= 0])
        self._table = larger


_Table = tuple[NDArray[np.uint64], Numbers]
_MIXER = np.uint64(0x9E3779B97F4A7C15)  # 2 ** 64 over the golden ratio (Knuth, TAOCP 3, 6.4)


def _empty(bits: int) -> _Table:
    return np.zeros(1 << bits, np.uint64), np.full(1 << bits, -1, np.int32)


def _hashed(keys: NDArray[np.uint64], size: int) -> NDArray[np.int64]:
    return (keys * _MIXER >> np.uint64(65 - size.bit_length())).astype(np.int64)


def _put(table: _Table, keys: NDArray[np.uint64], numbers: Numbers) -> None:
    known, given = table
    starts = _hashed(keys, len(known)).tolist()
    for start, key, number in zip(starts, keys.tolist(), numbers.tolist(), strict=True):
        place = start
        while given[place] >= 0:
            place = (place + 1) % len(known)
        known[place] = key
        given[place] = number
