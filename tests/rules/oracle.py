"""Ask DuckDB, and the vectors, for the value of one expression over one household."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from wattana.methods.rights.bulk.facts import Homes, Persons, Stated
from wattana.rules import codebook as codebooks
from wattana.rules.expressions import Expression, dating
from wattana.rules.expressions.vectors import NO_DAY, Households, worked_out
from wattana.rules.expressions.vectors.calendar import number

Row = Mapping[str, Any]


def answer_of(
    expression: Expression, answers: Row, persons: Sequence[Row], day: dt.date | None
) -> Any:
    """The value of a household's expression, through its SQL."""
    connection = _connection()
    _table(connection, "households", expression.inputs, [answers], day)
    _table(connection, "persons", expression.member_inputs, persons, day)
    aggregates = expression.aggregates()
    if not aggregates:
        return _first(connection, f"SELECT {expression.sql()} FROM households")
    columns = ", ".join(f'{sql} AS "{name}"' for name, sql in aggregates.items())
    members = f"SELECT one, {columns} FROM persons GROUP BY one"
    return _first(
        connection, f"SELECT {expression.sql()} FROM households LEFT JOIN ({members}) USING (one)"
    )


def in_vectors(
    expression: Expression, answers: Row, persons: Sequence[Row], day: dt.date | None
) -> Any:
    """The same as a vector of one row, through Arrow; of a person, `answers` are hers."""
    book = codebooks.load()
    people = persons if expression.level == "household" else [answers]
    homes = Homes(_arrow("household", [answers]), book, number(day) if day else np.asarray(NO_DAY))
    starts = np.zeros(min(len(people), 1), np.int64)
    households = Households(starts, starts, len(people), 1)
    members = Persons(_arrow("person", people), homes, households)
    rows = homes if expression.level == "household" else Stated(members)
    found = np.broadcast_to(worked_out(expression.node, rows), 1)[0]
    if expression.type in ("number", "null"):
        return None if np.isnan(found) else float(found)
    if expression.type == "date":
        return None if found == NO_DAY else EPOCH + dt.timedelta(int(found))
    return {0: False, 1: None, 2: True}[int(found)]


def _arrow(level: str, rows: Sequence[Row]) -> pa.Table:
    book = codebooks.load()
    given = {name: book.variable(name) for row in rows for name in row}
    columns = {
        name: pa.array([dating.as_date(row.get(name)) if of.kind in _DATES else row.get(name)
                        for row in rows], _ARROW[of.kind])
        for name, of in sorted(given.items()) if of.level == level
    }  # fmt: skip
    return pa.table({"row": pa.array(range(len(rows))), **columns})


EPOCH = dt.date(1970, 1, 1)
_DATES = ("date", "partial_date")
_ARROW = {
    "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_(),
    "choice": pa.string(), "multi": pa.list_(pa.string()), "date": pa.date32(),
    "partial_date": pa.date32(), "text": pa.string(),
}  # fmt: skip


@lru_cache(maxsize=1)
def _connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:", config={"threads": 1})


def _first(connection: duckdb.DuckDBPyConnection, sql: str) -> Any:
    rows = connection.execute(sql).fetchall()
    assert len(rows) == 1
    return rows[0][0]


def _table(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    columns: Sequence[str],
    rows: Sequence[Row],
    day: dt.date | None,
) -> None:
    book = codebooks.load()
    typed = ", ".join(f'"{one}" {book.variable(one).sql_type}' for one in columns)
    connection.execute(
        f"CREATE OR REPLACE TABLE {name} (one INT, surveyed_on DATE{', ' + typed if typed else ''})"
    )
    for row in rows:
        values = [1, day, *(row.get(one) for one in columns)]
        connection.execute(f"INSERT INTO {name} VALUES ({', '.join('?' * len(values))})", values)
