"""Run a measure file of kind ratio over a small table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from wattana.engines import DuckDB
from wattana.methods import ratios
from wattana.methods.survey import Design
from wattana.rules.files import RULEBOOK, read_lined


def run(
    folder: Path, file: Path | str, columns: dict[str, list[Any]], design: Design | None = None
) -> list[dict[str, Any]]:
    """The JSON of all groups; `file` is a path, or the name of a shipped measure."""
    source = RULEBOOK / "measures" / f"{file}.yaml" if isinstance(file, str) else file
    pq.write_table(pa.table(columns), folder / "t.parquet")
    engine = DuckDB(memory_limit="256MB", threads=1)
    engine.tables({"t": folder / "t.parquet"})
    measure = ratios.read(read_lined(source), engine.columns("t"))
    return [one.as_json() for one in ratios.figures(engine, "t", measure, design or Design())]
