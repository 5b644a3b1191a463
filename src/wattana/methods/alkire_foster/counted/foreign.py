"""Sums by area straight from a Parquet file of persons or households, without profiles of it.

DuckDB decodes the columns and packs each row into one number; the compiled pass adds up what
streams out. Two threads each read a share of the file, so that neither waits for the other.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from wattana.engines import DuckDB
from wattana.kernel.problems import N_, Invalid
from wattana.methods.alkire_foster.counted.batches import NONE, Batch, Masks
from wattana.methods.alkire_foster.counted.folding import (
    THREADS,
    Folding,
    Sums,
    Totals,
    gathered,
    in_threads,
)
from wattana.methods.alkire_foster.counted.packing import (
    EXACT_DECIMALS,
    LARGEST_WEIGHT,
    integer_for,
)
from wattana.methods.alkire_foster.counted.specification import Integers, Specification
from wattana.methods.alkire_foster.rows import deprived_sql, quoted
from wattana.rules.poverty import PovertyMeasure

_PIECES = 4 * THREADS
_BATCH = 250_000
"""Rows that are folded at a time: few enough for the processor's cache, enough to sort."""


def totals_of_file(
    path: Path, measure: PovertyMeasure, *, area: str = "area", weight: str | None = None
) -> Totals:
    """Sums of every area of a Parquet file; `area` and `weight` are columns of it.

    Codes of areas are digits, all of one length; weights have at most six decimals (`pack` takes
    others). Rows may come in any order; in that of areas they are two to three times as fast.
    Raises `Invalid` and `EngineFailed`.
    """
    engine = DuckDB(memory_limit="256MB", threads=1)
    try:
        return _File(engine, path, measure, area, weight).totals()
    finally:
        engine.close()


class _File:
    def __init__(
        self, engine: DuckDB, path: Path, measure: PovertyMeasure, area: str, weight: str | None
    ) -> None:
        self.engine = engine
        name = str(path).replace("'", "''")
        self.source = f"read_parquet('{name}', file_row_number = true)"
        self.specification = Specification.of(measure)
        self.folding = Folding(self.specification.names, self.specification)
        self.area, self.weight = area, weight
        self.columns = self._columns(measure)
        self.pieces = _bounds(pq.read_metadata(path))
        self.weighed: list[float] = []
        self.digits, self.decimals = self._sampled()

    def _columns(self, measure: PovertyMeasure) -> str:
        """Area, mask and weight of each row; the mask of those left out has all bits set.

        Unsigned, because DuckDB shifts signed numbers with a check of every one.
        """
        kind = f"U{integer_for(len(measure.indicators))}"
        instead = {"complete_case": None, "not_deprived": "FALSE", "deprived": "TRUE"}
        unknown = instead[measure.missing]
        bits = []
        for j, one in enumerate(measure.indicators):
            test = f"({deprived_sql(one)})"
            known = test if unknown is None else f"COALESCE({test}, {unknown})"
            bits.append(f"(CAST({known} AS {kind}) << {j})")
        all_set = 2 ** (8 * self._bytes[kind]) - 1
        columns = [
            f"COALESCE(TRY_CAST({quoted(self.area)} AS INTEGER), -1) AS area",
            f"COALESCE({' | '.join(bits)}, {all_set}) AS mask",
        ]
        columns += [f"CAST({quoted(self.weight)} AS DOUBLE) AS weight"] if self.weight else []
        return ", ".join(columns)

    _bytes: ClassVar = {"USMALLINT": 2, "UINTEGER": 4, "UBIGINT": 8}

    def _sampled(self) -> tuple[int, int]:
        """Digits of the codes and decimals of the weights, by the first rows."""
        weight = f"CAST({quoted(self.weight)} AS DOUBLE)" if self.weight else "1.0e0"
        sql = f"SELECT LENGTH(CAST({quoted(self.area)} AS VARCHAR)) AS digits, {weight} AS weight"
        rows = self.engine.rows(f"{sql} FROM {self.source} LIMIT 10000")
        if not rows.num_rows:
            raise Invalid(N_("The data hold no rows. Give a file with at least one row."))
        weights = rows["weight"].to_numpy()
        exact = (d for d in range(EXACT_DECIMALS) if _is_exact(weights, d))
        return rows["digits"][0].as_py() or 0, next(exact, EXACT_DECIMALS)

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

    def _fold(self, piece: tuple[int, int]) -> Sums:
        low, high = piece
        where = f"file_row_number >= {low} AND file_row_number < {high}"
        sql = f"SELECT {self.columns} FROM {self.source} WHERE {where}"
        batches = self.engine.batches(sql, _BATCH)
        return gathered((self.folding.one(self._batch(one)) for one in batches), self.folding.width)

    def _batch(self, rows: pa.RecordBatch) -> Batch:
        area, mask = rows["area"].to_numpy(), _signed(rows["mask"].to_numpy())
        if len(area) and not 10 ** (self.digits - 1) <= area.min() <= area.max() < 10**self.digits:
            raise Invalid(
                N_("%(column)s: every row needs the code of its area, in digits and all of one "
                   "length, such as villages of eight digits."),
                column=self.area,
            )  # fmt: skip
        weight = self._scaled(rows["weight"]) if self.weight else NONE
        return Batch.of(area, mask, mask >> (8 * mask.itemsize - 1), NONE, weight)

    def _scaled(self, column: pa.Array) -> Integers:
        """Weights as whole numbers of 1/10^decimals."""
        weights = column.to_numpy(zero_copy_only=False)
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


def _signed(mask: npt.NDArray[np.unsignedinteger]) -> Masks:
    """The same bits with a sign; a row that is left out becomes -1."""
    signed: Masks = mask.view(np.dtype(f"i{mask.itemsize}"))
    return signed


class _MoreDecimals(Exception):
    """A weight has more decimals than the first rows let expect."""


def _is_exact(weights: npt.NDArray[np.float64], decimals: int) -> bool:
    """Whether no weight loses anything when it is rounded."""
    power = 10.0**decimals
    return bool(np.all(np.rint(weights * power) / power == weights))


def _bounds(metadata: pq.FileMetaData) -> list[tuple[int, int]]:
    """Shares of a file, whole row groups each, by the numbers of their rows."""
    groups = [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)]
    ends = np.cumsum([0, *groups])
    wanted = np.linspace(0, metadata.num_rows, _PIECES + 1)
    bounds = np.unique(ends[np.searchsorted(ends, wanted)])
    return list(pairwise(bounds.tolist()))
