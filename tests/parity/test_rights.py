"""Rights: the answer of every programme for every worked case, and take-up by area."""

from __future__ import annotations

from contextlib import closing

import pyarrow.parquet as pq

from tests.methods.rights import test_bulk as cases
from tests.parity.comparing import alike
from wattana.engines import DuckDB, Engine
from wattana.methods.rights import bulk

ENGINES = ("duckdb", "spark")


def test_every_answer_of_every_programme(both, tmp_path):
    source = tmp_path / "snapshot"
    source.mkdir()
    cases.written(source, cases.samples())

    def answered(engine: Engine):
        out = tmp_path / engine.name
        out.mkdir()
        bulk.assess(engine, source, out, cases.PROGRAMMES, codebook=cases.BOOK)
        return bulk.take_up(engine, out, cases.PROGRAMMES)

    ours, theirs = (rows_in_order(one) for one in both(answered))
    alike(ours, theirs)
    alike(*(rows_in_order(pq.read_table(tmp_path / one / bulk.RIGHTS)) for one in ENGINES))
    for level in ("person", "household"):
        tables = (told(tmp_path / one, level) for one in ENGINES)
        alike(*map(rows_in_order, tables))


def told(out, level: str):
    """The answers in the form that SQL reads, whichever way they were written."""
    with closing(DuckDB()) as engine:
        table = bulk.judged(engine, out, level, cases.PROGRAMMES)
        return engine.rows(f"SELECT * FROM {table} AS rows")


def rows_in_order(table) -> list[dict]:
    return sorted(table.to_pylist(), key=repr)
