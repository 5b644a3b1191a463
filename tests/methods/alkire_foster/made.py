"""Measures and tables that tests of counting make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from wattana.engines import DuckDB
from wattana.rules.poverty import PovertyMeasure, read_poverty_measure

SHARED = Path(__file__).parents[3].parent / "shared" / "data" / "alkire_foster"
ABSENT = "the reference data of Alkire–Foster (../shared) are not here"


def engine_with(folder: Path, columns: Mapping[str, Sequence[object]] | pa.Table) -> DuckDB:
    """An engine whose table `data` has these columns."""
    table = columns if isinstance(columns, pa.Table) else pa.table(dict(columns))
    pq.write_table(table, folder / "data.parquet")
    engine = DuckDB(memory_limit="512MB")
    engine.tables({"data": folder / "data.parquet"})
    return engine


def measure_of(folder: Path, text: str, engine: DuckDB) -> PovertyMeasure:
    """The measure of a YAML text, for the engine's table `data`."""
    path = folder / "measure.yaml"
    path.write_text(text, encoding="utf-8")
    return read_poverty_measure(path, engine.columns("data"))


def yaml_of(
    dimensions: Mapping[str, Mapping[str, str]], cutoff: object = "1/3", more: str = ""
) -> str:
    """A measure with nested equal weights: dimension → indicator → expression."""
    lines = ["name: made", f"poverty_cutoff: {cutoff}", more, "dimensions:"]
    for name, indicators in dimensions.items():
        lines += [f"  - name: {name}", "    indicators:"]
        lines += [
            f'      - {{name: {one}, deprived: "{deprived}"}}'
            for one, deprived in indicators.items()
        ]
    return "\n".join(lines) + "\n"
