"""Are two answers the same? Whole numbers, texts and dates exactly, other numbers to 1e-9."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

NEAR = 1e-9


def alike(one: Any, other: Any, at: str = "") -> None:
    """Fails with the place where the first difference stands."""
    if isinstance(one, Path):
        one, other = pq.read_table(one), pq.read_table(other)
    if isinstance(one, pa.Table):
        assert one.column_names == other.column_names, at
        one, other = one.to_pylist(), other.to_pylist()
    if dataclasses.is_dataclass(one):
        assert type(one) is type(other), at
        one, other = vars(one), vars(other)
    if isinstance(one, Mapping):
        assert list(one) == list(other), at
        for key in one:
            alike(one[key], other[key], f"{at}.{key}")
    elif isinstance(one, Sequence) and not isinstance(one, str | bytes):
        assert len(one) == len(other), at
        for place, (ours, theirs) in enumerate(zip(one, other, strict=True)):
            alike(ours, theirs, f"{at}[{place}]")
    else:
        assert _same(one, other), f"{at}: {one!r} on DuckDB, {other!r} on Spark"


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool) or one is None or other is None:
        return one is other
    if isinstance(one, float) and isinstance(other, float):
        unknown = math.isnan(one) and math.isnan(other)
        return unknown or math.isclose(one, other, rel_tol=NEAR, abs_tol=NEAR)
    if isinstance(one, int | float | Decimal):  # a sum may be DECIMAL here and a long there
        return isinstance(other, int | float | Decimal) and one == other
    return type(one) is type(other) and one == other
