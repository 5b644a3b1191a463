"""Run a money measure over a small table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from wattana.engines import DuckDB
from wattana.methods import money
from wattana.methods.survey import Design
from wattana.rules.files import RULEBOOK, read_lined

SIMPLE = "name: mine\nkind: money\nincome: income\nline: {line}\n"


def written(folder: Path, line: object = 100, more: str = "") -> Path:
    path = folder / "mine.yaml"
    path.write_text(SIMPLE.format(line=line) + more, encoding="utf-8")
    return path


def run(
    folder: Path, file: Path | str, table: pa.Table | dict[str, Any], design: Design | None = None
) -> list[dict[str, Any]]:
    """The JSON of all groups; `file` is a path, or the name of a shipped measure."""
    source = RULEBOOK / "measures" / f"{file}.yaml" if isinstance(file, str) else file
    pq.write_table(pa.table(table), folder / "t.parquet")
    engine = DuckDB(memory_limit="256MB", threads=1)
    engine.tables({"t": folder / "t.parquet"})
    measure = money.read(read_lined(source), engine.columns("t"))
    return [one.as_json() for one in money.figures(engine, "t", measure, design or Design())]
