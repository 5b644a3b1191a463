"""Sums by area straight from a Parquet file of persons or households, without profiles of it.

Two threads each decode a share of the file and fold it at once, so that neither waits for the
other and few rows are in memory.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

from wattana.kernel.problems import N_, Invalid
from wattana.methods.alkire_foster.counted.batches import NONE, Batch
from wattana.methods.alkire_foster.counted.folding import (
    THREADS,
    Folding,
    Sums,
    Totals,
    gathered,
    in_threads,
)
from wattana.methods.alkire_foster.counted.packing import EXACT_DECIMALS, LARGEST_WEIGHT
from wattana.methods.alkire_foster.counted.rows_by_column import ByColumn, Rows
from wattana.methods.alkire_foster.counted.rows_by_sql import BySql
from wattana.methods.alkire_foster.counted.specification import Integers, Specification
from wattana.rules.poverty import PovertyMeasure

_PIECE = 4_000_000
"""Rows of a share of the file, of which each thread takes one after the other."""
_BATCH = 250_000
"""Rows that are folded at a time: few enough for the processor's cache, enough to sort."""


def totals_of_file(
    path: Path, measure: PovertyMeasure, *, area: str = "area", weight: str | None = None
) -> Totals:
    """Sums of every area of a Parquet file; `area` and `weight` are columns of it.

    Codes of areas are digits, all of one length, without leading zeros; weights have at most six
    decimals (`pack` takes others). Rows may come in any order; in that of areas they are several
    times as fast. Raises `Invalid` and `EngineFailed`.
    """
    simple = ByColumn.of(path, measure, area, weight)
    if simple is not None:
        return _File(simple, path, measure, area, weight).totals()
    reader = BySql(path, measure, area, weight)
    try:
        return _File(reader, path, measure, area, weight).totals()
    finally:
        reader.close()


class _File:
    def __init__(
        self,
        reader: ByColumn | BySql,
        path: Path,
        measure: PovertyMeasure,
        area: str,
        weight: str | None,
    ) -> None:
        self.reader = reader
        self.specification = Specification.of(measure)
        self.folding = Folding(self.specification.names, self.specification)
        self.area, self.weight = area, weight
        self.pieces = _pieces(pq.read_metadata(path))
        self.weighed: list[float] = []
        self.digits, self.decimals = self._sampled()

    def _sampled(self) -> tuple[int, int]:
        """Digits of the codes and decimals of the weights, by the first rows."""
        first = next(self.reader.rows(range(1), _BATCH), None) if self.pieces else None
        if first is None:
            raise Invalid(N_("The data hold no rows. Give a file with at least one row."))
        weights = NONE if first.weight is None else first.weight
        exact = (d for d in range(EXACT_DECIMALS) if _is_exact(weights, d))
        return len(str(first.area.max())), next(exact, EXACT_DECIMALS)

    def totals(self) -> Totals:
        """Fold all pieces; again with more decimals when the first rows were unlike the others."""
        try:
            codes, sums = self._folded()
        except _MoreDecimals:
            self.decimals = EXACT_DECIMALS
            codes, sums = self._folded()
        return Totals(self.specification, self.digits, 10**self.decimals, codes, sums)

    def _folded(self) -> Sums:
        self.weighed.clear()
        return gathered(in_threads(self._fold, self.pieces), self.folding.width)

    def _fold(self, piece: range) -> Sums:
        rows = self.reader.rows(piece, _BATCH)
        return self.folding.gather(self._batch(one) for one in rows)

    def _batch(self, rows: Rows) -> Batch:
        low, high = 10 ** (self.digits - 1), 10**self.digits
        if len(rows.area) and not low <= rows.area.min() <= rows.area.max() < high:
            raise Invalid(
                N_(
                    "%(column)s: every row needs the code of its area, in digits and all of one "
                    "length, such as villages of eight digits."
                ),
                column=self.area,
            )
        weight = NONE if rows.weight is None else self._scaled(rows.weight)
        return Batch.of(rows.area, rows.deprived, rows.missing, NONE, weight)

    def _scaled(self, weights: npt.NDArray[np.float64]) -> Integers:
        """Weights as whole numbers of 1/10^decimals."""
        if not np.all((weights >= 0) & (weights < LARGEST_WEIGHT)):
            raise Invalid(
                N_("%(column)s: every row needs a weight, a number of 0 or more."),
                column=self.weight,
            )
        if not _is_exact(weights, self.decimals):
            if self.decimals < EXACT_DECIMALS:
                raise _MoreDecimals
            raise Invalid(
                N_("%(column)s: weights have more than %(digits)s decimals. Round them first."),
                column=self.weight,
                digits=EXACT_DECIMALS,
            )
        scaled = np.rint(weights * 10.0**self.decimals)
        self.weighed.append(float(scaled.sum()))
        self.folding.check(int(sum(self.weighed)))
        whole: Integers = scaled.astype(np.int64)
        return whole


class _MoreDecimals(Exception):
    """A weight has more decimals than the first rows let expect."""


def _is_exact(weights: npt.NDArray[np.float64] | Integers, decimals: int) -> bool:
    """Whether no weight loses anything when it is rounded."""
    power = 10.0**decimals
    return bool(np.all(np.rint(weights * power) / power == weights))


def _pieces(metadata: pq.FileMetaData) -> list[range]:
    """Shares of a file: neighbouring row groups, of about `_PIECE` rows."""
    ends = np.cumsum([metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)])
    pieces = THREADS * (1 + metadata.num_rows // (THREADS * _PIECE))
    wanted = np.linspace(0, metadata.num_rows, pieces + 1)[1:-1]
    bounds = np.unique([0, *np.searchsorted(ends, wanted), len(ends)]).tolist()
    return [range(low, high) for low, high in pairwise(bounds)]
