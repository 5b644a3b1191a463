"""Small surveys of จปฐ.: every indicator passes unless a test says otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from wattana.engines import DuckDB
from wattana.methods import tpmap
from wattana.methods.survey import Design
from wattana.rules.files import RULEBOOK, read_lined

ROUND_31 = (1, 4, 5, 7, 8, 9, 10, 11, 15, 16, 17, 19, 20, 21, 22, 27, 28)
HOUSEHOLD_31 = (4, 5, 8, 9, 10, 11, 22)
ROUND_38 = (2, 6, 8, 9, 13, 14, 18, 22, 23, 24, 25, 27, 28, 29, 34, 35)


def person(household: str = "A", fails: tuple[int, ...] = (), **more: Any) -> dict[str, Any]:
    """A member who is concerned by nothing personal except what they fail."""
    results = {f"bmn_{n}": "1" if n in HOUSEHOLD_31 else "-" for n in ROUND_31}
    results |= {f"bmn_{n}": "0" for n in fails}
    return {"household": household, **results, **more}


def run(
    folder: Path, rows: list[dict[str, Any]], name: str = "tpmap_31", design: Design | None = None
) -> list[dict[str, Any]]:
    """The JSON of all groups."""
    pq.write_table(pa.Table.from_pylist(rows), folder / "t.parquet")
    engine = DuckDB(memory_limit="256MB", threads=1)
    engine.tables({"t": folder / "t.parquet"})
    measure = tpmap.read(read_lined(RULEBOOK / "measures" / f"{name}.yaml"), engine.columns("t"))
    return [one.as_json() for one in tpmap.figures(engine, "t", measure, design or Design())]
