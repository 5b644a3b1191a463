"""Non-take-up: who is due a programme and who gets it, for every area of all levels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from wattana.engines.port import Engine
from wattana.methods.rights.bulk import coding
from wattana.methods.rights.bulk.files import judged
from wattana.rules.programmes.model import Programme

FIGURES = {
    "due": '"{0}" = 3',
    "received": '"{0}" = 3 AND "{0}_received" = 1',
    "missing": '"{0}" = 3 AND "{0}_received" = 0',
    "receipt_unknown": '"{0}" = 3 AND "{0}_received" = 2',
    "may_apply": '"{0}" = 2',
    "unknown": '"{0}" = 1',
    "not_due": '"{0}" = 0',
    "received_not_due": '"{0}" = 0 AND "{0}_received" = 1',
}
"""Persons, or households where the programme is theirs; those who are due count in four ways."""
_MONEY = {
    "due_year": '"{0}" = 3',
    "received_year": '"{0}" = 3 AND "{0}_received" = 1',
    "missing_year": '"{0}" = 3 AND "{0}_received" = 0',
}
_LEVELS = (0, 2, 4, 6, 8)


def take_up(engine: Engine, out: Path, programmes: Sequence[Programme]) -> pa.Table:
    """Counts and satang a year by area and programme, over the latest visit of each household.

    Columns: code ("" for all, then 2 to 8 digits), programme, the keys of `FIGURES`, due_year,
    received_year, missing_year (satang). One grouped pass for each of the two files in `out`.
    """
    tables = [
        _of_level(
            engine, judged(engine, out, level, programmes), coding.programmes_of(programmes, level)
        )
        for level in ("person", "household")
    ]
    return pa.concat_tables([one for one in tables if one is not None])


def _of_level(engine: Engine, table: str, programmes: Sequence[Programme]) -> pa.Table | None:
    if not programmes:
        return None
    sums = ", ".join(
        f'CAST(SUM({sql}) AS BIGINT) AS "{one.id}|{name}"'
        for one in programmes
        for name, sql in _sums(one.id).items()
    )
    villages = engine.rows(f"SELECT area, {sums} FROM {table} AS rows WHERE latest GROUP BY area")
    codes = np.array(villages.column("area").to_pylist(), dtype=object)
    names = [name for name in villages.column_names if name != "area"]
    values = np.stack(
        [villages.column(name).to_numpy(zero_copy_only=False) for name in names], axis=1
    ).astype(np.int64) if len(codes) else np.zeros((0, len(names)), np.int64)  # fmt: skip
    return pa.concat_tables([_rolled_up(codes, values, programmes, digits) for digits in _LEVELS])


def _sums(name: str) -> dict[str, str]:
    counts = {
        key: f"CASE WHEN {test.format(name)} THEN 1 ELSE 0 END" for key, test in FIGURES.items()
    }
    money = {
        key: f'CASE WHEN {test.format(name)} THEN COALESCE("{name}_year", 0) ELSE 0 END'
        for key, test in _MONEY.items()
    }
    return counts | money


def _rolled_up(
    codes: np.ndarray, values: np.ndarray, programmes: Sequence[Programme], digits: int
) -> pa.Table:
    """The figures of the areas of one level; a code that is shorter has no part in it."""
    long_enough = np.array([len(code) >= digits for code in codes], dtype=bool)
    cut = np.array([code[:digits] for code in codes[long_enough]], dtype=object)
    areas, places = np.unique(cut.astype(str), return_inverse=True)
    sums = np.zeros((len(areas), values.shape[1]), np.int64)
    np.add.at(sums, places, values[long_enough])
    keys = [*FIGURES, *_MONEY]
    shaped = sums.reshape(len(areas) * len(programmes), len(keys))
    return pa.table(
        {
            "code": pa.array(np.repeat(areas, len(programmes)), pa.string()),
            "programme": pa.array([one.id for one in programmes] * len(areas), pa.string()),
            **{key: shaped[:, place] for place, key in enumerate(keys)},
        }
    )
