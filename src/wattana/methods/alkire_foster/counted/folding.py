"""Sums by area in one compiled pass over profiles, on two threads; all of them whole numbers.

Whole numbers add up to the same in any order, so neither the order of rows nor threads change a
figure; a score is compared with the cut-off in whole parts, so one exactly on it is poor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import numpy as np

from wattana.kernel.later import Later
from wattana.kernel.problems import N_, Invalid
from wattana.methods.alkire_foster.counted.batches import Batch, Profiles, Task, opened
from wattana.methods.alkire_foster.counted.specification import Integers, Specification

numba = Later("numba")
THREADS = 2
_N, _LEFT_OUT, _POOR_N, _POPULATION, _POOR, _UNITS, _FIXED = range(7)
"""Columns of the sums; then each indicator uncensored, then each censored."""
LEAVE_OUT, _NOT_DEPRIVED, DEPRIVED = range(3)
"""The rules for missing answers, by their place in MISSING_RULES."""
S = TypeVar("S")
T = TypeVar("T")
Sums = tuple[Integers, Integers]
"""Codes of areas, and their sums."""
_COMPILING = Lock()
_PENDING = 200_000
"""Areas that may wait for being added up."""


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile with numba when it is first called, without the interpreter's lock; keep the code
    where there is a place.

    An installation that cannot be written to, by a user without a home, compiles once a process.
    """
    ready: list[Callable[..., Any]] = []

    def call(*arguments: Any) -> Any:
        with _COMPILING:
            if not ready:
                ready.append(_compiled(function))
        return ready[0](*arguments)

    return call


def _compiled(function: Callable[..., Any]) -> Any:
    try:
        return numba.njit(nogil=True, cache=True)(function)
    except RuntimeError:
        return numba.njit(nogil=True)(function)


@dataclass(frozen=True, eq=False)
class Totals:
    """Sums of each area, by ascending code: `codes` [areas], `sums` [areas, 6 + 2 × indicators].

    Weights are whole numbers of 1/`scale`, scores of 1/denominator. `digits`: of the codes.
    """

    specification: Specification
    digits: int
    scale: int
    codes: Integers
    sums: Integers

    @property
    def n(self) -> Integers:
        """Rows (households or persons) that are counted."""
        return self.sums[:, _N]

    @property
    def left_out(self) -> Integers:
        """Rows left out because an answer is missing."""
        return self.sums[:, _LEFT_OUT]

    @property
    def poor_n(self) -> Integers:
        """Rows that are poor."""
        return self.sums[:, _POOR_N]

    @property
    def population(self) -> Integers:
        """Sum of weights."""
        return self.sums[:, _POPULATION]

    @property
    def poor(self) -> Integers:
        """Sum of weights of the poor."""
        return self.sums[:, _POOR]

    @property
    def units(self) -> Integers:
        """Sum of weight × score of the poor."""
        return self.sums[:, _UNITS]

    @property
    def uncensored(self) -> Integers:
        """Sum of weights of the deprived, by indicator: [areas, indicators]."""
        return self.sums[:, _FIXED : _FIXED + len(self.specification.weights)]

    @property
    def censored(self) -> Integers:
        """Sum of weights of those deprived and poor, by indicator: [areas, indicators]."""
        return self.sums[:, _FIXED + len(self.specification.weights) :]

    def at(self, digits: int) -> Totals:
        """Of the areas whose codes have fewer digits; 0: the whole, with code 0."""
        return self.by(self.codes // 10 ** (self.digits - digits), digits)

    def by(self, keys: Integers, digits: int) -> Totals:
        """Added up by a key of each area: [areas]."""
        codes, sums = added(keys, self.sums)
        return Totals(self.specification, digits, self.scale, codes, sums)


def totals(
    source: Profiles | Path,
    specification: Specification,
    *,
    prefix: str = "",
    weight: str | None = None,
    where: Mapping[str, str] | None = None,
) -> Totals:
    """Sums of every area (as fine as the codes are) from profiles in memory or from their file.

    Of a file, see `load` for `prefix`, `weight` and `where`; profiles in memory have been chosen.
    Raises `Invalid` and `Conflict`.
    """
    if isinstance(source, Profiles):
        manifest, tasks, weight = source.manifest, source.tasks(), source.weight
    else:
        manifest, tasks = opened(source, prefix=prefix, weight=weight, where=where)
    scale, total = manifest.weight(weight).scale, manifest.weight(weight).total
    folding = Folding(manifest.indicators, specification)
    folding.check(total)
    codes, sums = folding.all(tasks)
    return Totals(specification, manifest.digits, scale, codes, sums)


class Folding:
    """A specification on the bits of a file, ready to fold batches."""

    def __init__(self, indicators: Sequence[str], specification: Specification) -> None:
        self.specification = specification
        self.bits = specification.bits(indicators)
        self.scores = specification.scores(self.bits)
        self.used = int(np.bitwise_or.reduce(1 << self.bits))

    def check(self, weight: int) -> None:
        """Refuse what would not fit into 64 bits. `weight`: the sum of all weights."""
        if weight * self.specification.denominator >= 2**63:
            raise Invalid(
                N_(
                    "The weights of the rows and of the indicators are too fine to be added "
                    "exactly. Give one of them fewer decimals."
                )
            )

    def all(self, tasks: Sequence[Task]) -> Sums:
        """Codes and sums of all batches, each brought and folded by one of the threads."""
        return gathered(in_threads(lambda task: self.one(task()), tasks), self.width)

    @property
    def width(self) -> int:
        """Columns of the sums."""
        return _FIXED + 2 * len(self.bits)

    def one(self, batch: Batch) -> Sums:
        """Codes and sums of one batch, whose areas are one run each."""
        sums = np.zeros((len(batch.codes), self.width), dtype=np.int64)
        self.add(batch, np.arange(len(batch.codes)), sums)
        return batch.codes, sums

    def add(self, batch: Batch, places: Integers, sums: Integers) -> None:
        """Add run i of a batch to sums[places[i]]."""
        specification = self.specification
        fold(
            batch.starts, places, batch.deprived, batch.missing, batch.n, batch.weight,
            self.bits, self.scores, self.used, specification.rule, specification.cutoff_units, sums,
        )  # fmt: skip

    def gather(self, batches: Iterable[Batch]) -> Sums:
        """Codes and sums of batches one after the other, their rows in any order."""
        scattered = _Scattered(self)
        ordered = gathered(scattered.without(batches), self.width)
        return _together([ordered, scattered.sums], self.width)


class _Scattered:
    """Sums of rows that are not in the order of areas: each row finds its area in one table."""

    def __init__(self, folding: Folding) -> None:
        self.folding = folding
        self.sums = _together([], folding.width)

    def without(self, batches: Iterable[Batch]) -> Iterator[Sums]:
        """Sums of the batches that are in order; the rows of the others go into the table."""
        for batch in batches:
            if batch.ordered:
                yield self.folding.one(batch)
            else:
                self._add(batch)

    def _add(self, batch: Batch) -> None:
        codes, _ = self.sums
        places = np.searchsorted(codes, batch.codes)
        known = np.append(codes, -1)[places] == batch.codes
        if not known.all():
            new = np.unique(batch.codes[~known])
            none = np.zeros((len(new), self.folding.width), dtype=np.int64)
            self.sums = _together([self.sums, (new, none)], self.folding.width)
            places = np.searchsorted(self.sums[0], batch.codes)
        self.folding.add(batch, places, self.sums[1])


def in_threads(work: Callable[[S], T], tasks: Sequence[S]) -> list[T]:
    """The results of all tasks, in their order; one task needs no thread."""
    if len(tasks) < 2:
        return [work(task) for task in tasks]
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, tasks))


def gathered(parts: Iterable[Sums], width: int) -> Sums:
    """Parts added up by code, in between too, so that few wait in memory."""
    waiting: list[Sums] = []
    for part in parts:
        waiting.append(part)
        if len(waiting) > 1 and sum(len(codes) for codes, _ in waiting) > _PENDING:
            waiting = [_together(waiting, width)]
    return _together(waiting, width)


def _together(parts: Sequence[Sums], width: int) -> Sums:
    codes = np.concatenate([np.empty(0, np.int64), *(codes for codes, _ in parts)])
    sums = np.concatenate([np.empty((0, width), np.int64), *(sums for _, sums in parts)])
    return added(codes, sums)


def added(keys: Integers, sums: Integers) -> tuple[Integers, Integers]:
    """The distinct keys, ascending, and the sums of the rows that share one."""
    if np.any(keys[1:] < keys[:-1]):
        order = np.argsort(keys, kind="stable")
        keys, sums = keys[order], sums[order]
    heads = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])[: len(keys)])
    if len(heads) == len(keys):
        return keys, sums
    return keys[heads], np.add.reduceat(sums, heads, axis=0)


@compiled
def fold(starts, places, deprived, missing, n, weight, bits, scores, used, rule, cutoff, sums):  # type: ignore[no-untyped-def]  # noqa: PLR0913, PLR0917
    """Add run i to sums[places[i]]. `scores`: of each value of each byte of a mask."""
    count = bits.size
    for run in range(starts.size - 1):
        out = sums[places[run]]
        for row in range(starts[run], starts[run + 1]):
            rows = n[row] if n.size else 1
            mask = np.int64(deprived[row]) & used
            lacking = np.int64(missing[row]) & used
            if lacking:
                if rule == LEAVE_OUT:
                    out[_LEFT_OUT] += rows
                    continue
                if rule == DEPRIVED:
                    mask |= lacking
            people = weight[row] if weight.size else rows
            out[_N] += rows
            out[_POPULATION] += people
            score = 0
            for byte in range(scores.shape[0]):
                score += scores[byte, (mask >> (8 * byte)) & 255]
            for i in range(count):
                out[_FIXED + i] += people * ((mask >> bits[i]) & 1)
            if score >= cutoff:
                out[_POOR_N] += rows
                out[_POOR] += people
                out[_UNITS] += people * score
                for i in range(count):
                    out[_FIXED + count + i] += people * ((mask >> bits[i]) & 1)
