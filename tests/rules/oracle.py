"""Ask DuckDB for the value of one expression over one household."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import duckdb

from wattana.rules import codebook as codebooks
from wattana.rules.expressions import Expression

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
