"""Counts per village added up to every level of areas, with an interval for each share.

The engine adds integers only; shares are divided once, here. An interval is either Wilson's over
households, which takes them as drawn independently, or cluster-robust with the village as cluster:
V = C/(C − 1) Σ_c (y_c − p n_c)² / n², logit, t with C − 1 degrees of freedom. Where an area has one
village only, or a share is 0 or 1, the cluster interval does not exist and Wilson's stands in its
place; the column `interval_…` says which one it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from wattana.engines.port import Engine
from wattana.methods.survey import linear, logit, wilson

Interval = Literal["wilson", "cluster"]
DIGITS = (2, 4, 6, 8)
"""Lengths of area codes: province, district, tambon, village."""


@dataclass(frozen=True)
class Tally:
    """What to add up. `sql` gives one row per `village` (area code) and `keys`, with counts.

    `shares` names each share with its count and base, columns of `sql`; a count may be negative
    (entered − left), then its interval is linear and its error that of the mean of −1, 0, 1, whose
    squares are counted by the column `moved`.
    """

    sql: str
    keys: tuple[str, ...]
    counts: tuple[str, ...]
    shares: Mapping[str, tuple[str, str]]
    moved: Mapping[str, str]


def tallied(engine: Engine, tally: Tally, digits: Sequence[int], interval: Interval) -> pa.Table:
    """One row per area (a prefix of the code; "" is all) and keys, ordered by them.

    Columns: area, the keys, the counts, and for each share its `share_`, `low_`, `high_` (0–1, null
    without a base), then `interval_` with the kind of its interval.
    """
    rows = engine.rows(_areas_sql(tally, digits))
    columns: dict[str, Any] = {name: rows[name] for name in ("area", *tally.keys, *tally.counts)}
    for i, (name, (count, base)) in enumerate(tally.shares.items()):
        sums = _Sums(*(_floats(rows, one) for one in (count, base, *_clusters(i))))
        moved = _floats(rows, tally.moved[name]) if name in tally.moved else None
        columns |= _share_columns(name, sums, moved, interval)
    return pa.table(columns)


@dataclass(frozen=True)
class _Sums:
    """Sums over the villages of each area: y, n, y², yn, n², and how many have a base."""

    y: Any
    n: Any
    yy: Any
    yn: Any
    nn: Any
    clusters: Any


def _clusters(i: int) -> tuple[str, str, str, str]:
    return f"yy{i}", f"yn{i}", f"nn{i}", f"clusters{i}"


def _areas_sql(tally: Tally, digits: Sequence[int]) -> str:
    sums = [f"CAST(SUM({one}) AS BIGINT) AS {one}" for one in tally.counts]
    for i, (y, n) in enumerate(tally.shares.values()):
        products = (
            f"{y} * {y}",
            f"{y} * {n}",
            f"{n} * {n}",
            f"CASE WHEN {n} > 0 THEN 1 ELSE 0 END",
        )
        sums += [
            f"CAST(SUM({product}) AS BIGINT) AS {name}"
            for product, name in zip(products, _clusters(i), strict=True)
        ]
    keys = "".join(f", {one}" for one in tally.keys)
    levels = " UNION ALL ".join(
        f"SELECT SUBSTR(village, 1, {length}) AS area{keys}, {', '.join(sums)} FROM villages "
        f"WHERE LENGTH(village) >= {length} GROUP BY SUBSTR(village, 1, {length}){keys}"
        for length in sorted({0, *digits})
    )
    return f"WITH villages AS ({tally.sql}) SELECT * FROM ({levels}) AS areas ORDER BY area{keys}"


def _share_columns(
    name: str, sums: _Sums, moved: Any, interval: Interval
) -> dict[str, pa.Array | list[str]]:
    with np.errstate(divide="ignore", invalid="ignore"):
        share = sums.y / np.where(sums.n > 0, sums.n, np.nan)
    low, high = wilson(sums.y, sums.n) if moved is None else _mean_interval(share, sums, moved)
    kind = np.full(len(share), "wilson" if moved is None else "paired", dtype=object)
    if interval == "cluster":
        robust = _cluster_interval(share, sums, linear if moved is not None else logit)
        usable = np.isfinite(robust[0])
        low, high = np.where(usable, robust[0], low), np.where(usable, robust[1], high)
        kind[usable] = "cluster"
    return {
        f"share_{name}": _nullable(share),
        f"low_{name}": _nullable(low),
        f"high_{name}": _nullable(high),
        f"interval_{name}": kind.tolist(),
    }


def _mean_interval(mean: Any, sums: _Sums, moved: Any) -> tuple[Any, Any]:
    """Of the mean of values −1, 0, 1: their variance is moved/n − mean²."""
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.maximum(moved / sums.n - mean**2, 0)
        se = np.sqrt(variance / (sums.n - 1))
    return linear(mean, se, sums.n - 1)


def _cluster_interval(share: Any, sums: _Sums, kind: Any) -> tuple[Any, Any]:
    squares = np.maximum(sums.yy - 2 * share * sums.yn + share**2 * sums.nn, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = sums.clusters / np.where(sums.clusters > 1, sums.clusters - 1, np.nan)
        se = np.sqrt(factor * squares) / sums.n
    low, high = kind(share, se, sums.clusters - 1)
    certain = ~np.isfinite(se) | (se <= 0)
    return np.where(certain, np.nan, low), np.where(certain, np.nan, high)


def _floats(rows: pa.Table, name: str) -> Any:
    return rows[name].cast(pa.float64()).to_numpy()


def _nullable(values: Any) -> pa.Array:
    return pa.array(values, mask=~np.isfinite(values))
