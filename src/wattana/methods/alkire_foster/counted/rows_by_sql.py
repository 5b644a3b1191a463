"""Rows of a Parquet file by the engine's SQL, for tests of any kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from wattana.engines import DuckDB
from wattana.methods.alkire_foster.counted.batches import Masks
from wattana.methods.alkire_foster.counted.packing import integer_for
from wattana.methods.alkire_foster.counted.rows_by_column import TYPES, Rows
from wattana.methods.alkire_foster.rows import deprived_sql
from wattana.methods.sql import quoted
from wattana.rules.poverty import PovertyMeasure


class BySql:
    """The rows of a file, some row groups at a time; one thread of the engine for each caller."""

    def __init__(self, path: Path, measure: PovertyMeasure, area: str, weight: str | None) -> None:
        self.engine = DuckDB(memory_limit="256MB", threads=1)
        name = str(path).replace("'", "''")
        self.source = f"read_parquet('{name}', file_row_number = true)"
        self.metadata = pq.read_metadata(path)
        self.kind = integer_for(len(measure.indicators))
        self.columns = self._columns(measure, area, weight)

    def _columns(self, measure: PovertyMeasure, area: str, weight: str | None) -> str:
        """Area, mask (NULL where not all is known), what is unknown then, weight.

        Shifted unsigned, because DuckDB checks every shift of a signed number.
        """
        tests = [f"({deprived_sql(one)})" for one in measure.indicators]
        whole = " | ".join(f"(CAST({one} AS U{self.kind}) << {j})" for j, one in enumerate(tests))
        some = " + ".join(
            f"CASE WHEN {one} THEN {1 << j} ELSE 0 END" for j, one in enumerate(tests)
        )
        unknown = " + ".join(
            f"CASE WHEN {one} IS NULL THEN {1 << j} ELSE 0 END" for j, one in enumerate(tests)
        )
        text = f"CAST({quoted(area)} AS VARCHAR)"
        columns = [
            f"CASE WHEN {text} LIKE '0%' THEN -1 ELSE COALESCE(TRY_CAST({text} AS BIGINT), -1) END"
            " AS area",
            f"CAST(COALESCE({whole}, CAST({some} AS U{self.kind})) AS {self.kind}) AS deprived",
            f"CASE WHEN ({whole}) IS NULL THEN CAST({unknown} AS {self.kind}) ELSE 0 END"
            " AS missing",
        ]
        columns += [f"CAST({quoted(weight)} AS DOUBLE) AS weight"] if weight else []
        return ", ".join(columns)

    def rows(self, groups: range, size: int) -> Iterator[Rows]:
        """The rows of some row groups, about `size` at a time."""
        counts = [self.metadata.row_group(i).num_rows for i in range(groups.stop)]
        low, high = sum(counts[: groups.start]), sum(counts)
        where = f"file_row_number >= {low} AND file_row_number < {high}"
        sql = f"SELECT {self.columns} FROM {self.source} WHERE {where}"
        for batch in self.engine.batches(sql, size):
            yield Rows(
                batch["area"].to_numpy(),
                self._mask(batch["deprived"]),
                self._mask(batch["missing"]),
                batch["weight"].to_numpy(zero_copy_only=False)
                if "weight" in batch.schema.names
                else None,
            )

    def _mask(self, column: pa.Array) -> Masks:
        mask: Masks = column.to_numpy().astype(TYPES[self.kind], copy=False)
        return mask

    def close(self) -> None:
        self.engine.close()
