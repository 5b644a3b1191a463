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
        self._numbers = _Direct(bits) if bits <= _DIRECT else _Sorted()
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
        found: Numbers = self._table[keys]
        found -= 1
        return found

    def add(self, keys: NDArray[Any], numbers: Numbers) -> None:
        self._table[keys] = numbers + 1


class _Sorted:
    """Keys in ascending order beside their numbers."""

    def __init__(self) -> None:
        self._known = np.zeros(0, np.uint64), np.zeros(0, np.int32)

    def find(self, keys: NDArray[Any]) -> Numbers:
        known, numbers = self._known
        if not len(known):
            return np.full(len(keys), -1, np.int32)
        wanted = keys.astype(np.uint64)
        places = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
        return np.where(known[places] == wanted, numbers[places], np.int32(-1))

    def add(self, keys: NDArray[Any], numbers: Numbers) -> None:
        known = np.concatenate([self._known[0], keys.astype(np.uint64)])
        order = np.argsort(known)
        self._known = known[order], np.concatenate([self._known[1], numbers])[order]
