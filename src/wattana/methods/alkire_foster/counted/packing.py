"""From a table of households or persons to profiles in the order of areas: one statement of SQL.

Runs on any engine and in bounded memory: the engine sorts and groups on disk where it has to.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import floor, log10
from pathlib import Path
from typing import Any

from wattana.engines.port import Engine
from wattana.kernel.problems import N_, Invalid
from wattana.methods.alkire_foster.counted.manifest import Manifest, Weight
from wattana.methods.alkire_foster.counted.specification import Specification
from wattana.methods.alkire_foster.rows import masks_sql, source
from wattana.methods.sql import quoted
from wattana.rules.poverty import PovertyMeasure

EXACT_DECIMALS = 6
ROUNDED_DIGITS = 7
"""Weights with more decimals are rounded to so many digits of the largest."""
LARGEST_SUM = 2.0**62
LARGEST_WEIGHT = 1e9


def pack(
    engine: Engine,
    table: str,
    into: Path,
    measure: PovertyMeasure,
    *,
    area: str = "area",
    weights: Mapping[str, str] | None = None,
    groups: Mapping[str, str] | None = None,
    counted: bool = True,
) -> Manifest:
    """Write the profiles of a table (a name or a query) and their manifest.

    `area` is the column of area codes: digits, all of one length, such as villages of eight digits.
    `weights` and `groups`: name → SQL over the table; a weight is a number of 0 or more without
    NULL. With `counted` equal rows become one with n and the sums of weights; without, every row
    stays, which more can be asked of, and which takes ten times the room.

    Raises `Invalid` and `EngineFailed`.
    """
    weights, groups = weights or {}, groups or {}
    found = _looked_at(engine, table, area, weights)
    scales = {name: _scale(found, i) for i, name in enumerate(weights)}
    bits = len(measure.indicators)
    keep = [
        f"CAST({quoted(area)} AS {integer_for(found['longest'] * 10 // 3)}) AS area",
        *(f"CAST({sql} AS VARCHAR) AS {quoted(f'group_{name}')}" for name, sql in groups.items()),
        *(
            f"{_weight_sql(sql, scales[name][0], found[f'most{i}'])} AS {quoted(f'weight_{name}')}"
            for i, (name, sql) in enumerate(weights.items())
        ),
    ]
    rows = masks_sql(measure, table, keep)
    sql = _ordered_sql(rows, integer_for(bits), tuple(groups), tuple(weights), counted=counted)
    written = engine.write(sql, into)
    manifest = Manifest(
        indicators=tuple(one.name for one in measure.indicators),
        dimensions=tuple(one.dimension for one in measure.indicators),
        specification=Specification.of(measure),
        measure=measure.name,
        measure_hash=measure.definitions_hash,
        digits=found["longest"],
        rows=written,
        n=found["seen"],
        counted=counted,
        weights=_sums(engine, into, scales),
        groups=tuple(groups),
    )
    manifest.write(into)
    return manifest


def integer_for(bits: int) -> str:
    """The type that holds so many bits and a sign."""
    return "SMALLINT" if bits <= 15 else "INTEGER" if bits <= 31 else "BIGINT"


def _ordered_sql(
    rows: str, mask: str, groups: tuple[str, ...], weights: tuple[str, ...], *, counted: bool
) -> str:
    """The rows of the file; without ORDER BY more than the area, where rows are not grouped."""
    keys = ["area", *(quoted(f"group_{name}") for name in groups), "deprived", "missing"]
    columns = [quoted(f"weight_{name}") for name in weights]
    masks = f"CAST(deprivations AS {mask}) AS deprived, CAST(missing AS {mask}) AS missing"
    typed = f"SELECT {', '.join([*keys[:-2], masks, *columns])} FROM ({rows}) AS masks"
    if not counted:
        return f"SELECT * FROM ({typed}) AS typed ORDER BY area"
    sums = [f"CAST(SUM({one}) AS BIGINT) AS {one}" for one in columns]
    chosen = ", ".join([*keys, "CAST(COUNT(*) AS INTEGER) AS n", *sums])
    return (
        f"SELECT {chosen} FROM ({typed}) AS typed GROUP BY {', '.join(keys)}"
        f" ORDER BY {', '.join(keys)}"
    )


def _looked_at(engine: Engine, table: str, area: str, weights: Mapping[str, str]) -> dict[str, Any]:
    """Check the codes of areas and the weights; see which decimals the weights have."""
    code = f"CAST({quoted(area)} AS VARCHAR)"
    counts = [
        "COUNT(*) AS seen",
        f"COUNT(CASE WHEN regexp_matches({code}, '^[0-9]{{1,18}}$') THEN 1 END) AS codes",
        f"MIN(LENGTH({code})) AS shortest",
        f"MAX(LENGTH({code})) AS longest",
    ]
    for i, sql in enumerate(weights.values()):
        value = f"CAST({sql} AS DOUBLE)"
        counts += [f"COUNT({value}) AS known{i}", f"MIN({value}) AS least{i}"]
        counts += [f"MAX({value}) AS most{i}"]
        counts += [
            f"MIN(CASE WHEN ROUND({value} * 1e{d}) / 1e{d} = {value} THEN 1 ELSE 0 END) AS e{i}_{d}"
            for d in range(EXACT_DECIMALS + 1)
        ]
    found: dict[str, Any] = engine.rows(
        f"SELECT {', '.join(counts)} FROM {source(table)}"
    ).to_pylist()[0]
    if not found["seen"]:
        raise Invalid(N_("The data hold no rows. Give a file with at least one row."))
    if found["codes"] < found["seen"] or found["shortest"] != found["longest"]:
        raise Invalid(
            N_("%(column)s: every row needs the code of its area, in digits and all of one length, "
               "such as villages of eight digits."),
            column=area,
        )  # fmt: skip
    for i, name in enumerate(weights):
        if (
            found[f"known{i}"] < found["seen"]
            or not 0 <= found[f"least{i}"] <= found[f"most{i}"] < 1e9
        ):
            raise Invalid(
                N_("%(column)s: every row needs a weight, a number of 0 or more."), column=name
            )
    return found


def _scale(found: Mapping[str, Any], i: int) -> tuple[int, bool]:
    """Decimals to keep of a weight, and whether none are lost; the sum of all has to fit."""
    most = found[f"most{i}"] or 1.0
    room = floor(log10(LARGEST_SUM / (most * found["seen"])))
    for decimals in range(min(EXACT_DECIMALS, room) + 1):
        if found[f"e{i}_{decimals}"]:
            return decimals, True
    return max(0, min(room, ROUNDED_DIGITS - 1 - floor(log10(most)))), False


def _weight_sql(sql: str, decimals: int, most: float) -> str:
    kind = "INTEGER" if most * 10**decimals < 2**31 - 1 else "BIGINT"
    return f"CAST(ROUND(CAST({sql} AS DOUBLE) * 1e{decimals}) AS {kind})"


def _sums(engine: Engine, path: Path, scales: Mapping[str, tuple[int, bool]]) -> dict[str, Weight]:
    if not scales:
        return {}
    engine.tables({"profiles": path})
    sums = ", ".join(
        f"CAST(SUM({quoted(f'weight_{name}')}) AS BIGINT) AS s{i}" for i, name in enumerate(scales)
    )
    row = engine.rows(f"SELECT {sums} FROM profiles").to_pylist()[0]
    return {
        name: Weight(10**decimals, row[f"s{i}"], exact)
        for i, (name, (decimals, exact)) in enumerate(scales.items())
    }
