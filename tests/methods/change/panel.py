"""Scores of tiny panels, as an assessment would write them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from wattana.engines import DuckDB
from wattana.methods.change import Wave

BEFORE, AFTER = Wave(2024, 1), Wave(2025, 1)
SCHEMA = pa.schema(
    [("household", pa.string()), ("area", pa.string()), ("year", pa.int16()),
     ("round", pa.int16()), ("latest", pa.bool_()), ("level", pa.int32()),
     ("change", pa.string()), ("human_change", pa.string())]
)  # fmt: skip


def engine() -> DuckDB:
    return DuckDB(memory_limit="256MB", threads=1)


def row(household: str, wave: Wave, level: int | None, area: str, **more: Any) -> dict[str, Any]:
    return {
        "household": household, "area": area, "year": wave.year, "round": wave.round,
        "latest": wave == AFTER, "level": level, **more,
    }  # fmt: skip


def write(folder: Path, rows: list[dict[str, Any]]) -> Path:
    path = folder / "scores.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), path)
    return path


def panel(folder: Path, levels: dict[str, tuple[str, int | None, int | None]]) -> Path:
    """Households by name: area, level before, level after; None: not scored."""
    rows = []
    for name, (area, before, after) in levels.items():
        rows += [row(name, BEFORE, before, area), row(name, AFTER, after, area)]
    return write(folder, rows)
