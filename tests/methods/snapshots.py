"""Tiny snapshots for tests: visits as plain dictionaries, written as the product writes them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from wattana.rules import codebook as codebooks
from wattana.rules.variables import Variable

KEY = [("household", pa.string()), ("visit_year", pa.int16()), ("visit_round", pa.int16())]
_ARROW = {
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "choice": pa.string(),
    "multi": pa.list_(pa.string()),
    "date": pa.date32(),
    "partial_date": pa.string(),
}


def visit(
    name: str = "A",
    answers: dict[str, Any] | None = None,
    persons: list[dict[str, Any]] | None = None,
    *,
    year: int = 2024,
    round: int = 1,  # noqa: A002
    area: str = "33010301",
    on: dt.date | None = dt.date(2024, 5, 1),
    latest: bool = True,
) -> dict[str, Any]:
    """One visit: the household's answers and its persons'."""
    key = {"household": name, "visit_year": year, "visit_round": round}
    return {
        "row": {**(answers or {}), **key, "surveyed_on": on, "area": area, "latest": latest},
        "persons": [{**one, **key} for one in persons or []],
    }


def write(folder: Path, visits: list[dict[str, Any]]) -> Path:
    """Write households.parquet and persons.parquet."""
    folder.mkdir(exist_ok=True)
    book = codebooks.load()
    frame = [("surveyed_on", pa.date32()), ("area", pa.string()), ("latest", pa.bool_())]
    counted = [("rights_due", pa.int64()), ("rights_received", pa.int64())]
    households = pa.schema([*KEY, *frame, *counted, *map(_field, book.columns("household"))])
    known = [
        ("age", pa.int32()), ("sex", pa.string()), ("relation", pa.string()),
        ("registered", pa.string()), ("birth_date", pa.date32()),
    ]  # fmt: skip
    persons = pa.schema([*KEY, *known, *map(_field, book.columns("person"))])
    _write(folder / "households.parquet", households, [one["row"] for one in visits])
    _write(folder / "persons.parquet", persons, [p for one in visits for p in one["persons"]])
    return folder


def _field(variable: Variable) -> tuple[str, pa.DataType]:
    return variable.name, _ARROW[variable.kind]


def _write(path: Path, schema: pa.Schema, rows: list[dict[str, Any]]) -> None:
    unknown = {name for row in rows for name in row} - set(schema.names)
    assert not unknown, unknown
    table = pa.Table.from_pylist(rows, schema=schema)
    for place, field in enumerate(schema):
        if field.type == pa.float64():
            exact = pa.field(field.name, pa.decimal128(18, 2))
            table = table.set_column(place, exact, table.column(place).cast(exact.type))
    pq.write_table(table, path)
