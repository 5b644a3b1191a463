"""Rights: the answer of every programme for every worked case, and take-up by area."""

from __future__ import annotations

import pyarrow.parquet as pq

from tests.methods.rights import test_bulk as cases
from tests.parity.comparing import alike
from wattana.engines import Engine
from wattana.methods.rights import bulk


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
    for name in (bulk.PERSONS, bulk.HOUSEHOLDS, bulk.RIGHTS):
        tables = (pq.read_table(tmp_path / engine / name) for engine in ("duckdb", "spark"))
        alike(*map(rows_in_order, tables))


def rows_in_order(table) -> list[dict]:
    return sorted(table.to_pylist(), key=repr)
