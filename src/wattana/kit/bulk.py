"""Many rows at once, past the ORM: COPY on PostgreSQL, executemany on SQLite."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet

_MANY = 50_000


def read(
    rows: QuerySet[Any, tuple[Any, ...]], chunk: int = 10_000
) -> Iterator[Sequence[tuple[Any, ...]]]:
    """The rows of a `values_list` in chunks, as the database gives them, in flat memory.

    Values are not converted: times and dates are text on SQLite.
    """
    sql, params = rows.query.sql_with_params()
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, params)
        while some := cursor.fetchmany(chunk):
            yield some


def insert(
    model: type[Model],
    fields: Sequence[str],
    rows: Iterable[Sequence[Any]],
    same: Mapping[str, Any] | None = None,
) -> None:
    """Insert rows of values that the database takes as they are (see `as_json`, `as_time`).

    `same` holds the fields that have one value in all rows. Columns that are not named get the
    database's default, usually NULL.
    """
    same = same or {}
    meta = model._meta
    columns = ", ".join(f'"{meta.get_field(name).column}"' for name in (*fields, *same))
    if connection.vendor == "sqlite":
        places = ", ".join(["?"] * len(fields) + [_literal(value) for value in same.values()])
        _each(f'INSERT INTO "{meta.db_table}" ({columns}) VALUES ({places})', rows)
        return
    copying = f'COPY "{meta.db_table}" ({columns}) FROM STDIN'
    with connection.cursor() as cursor, cursor.copy(copying) as copy:
        more = tuple(same.values())
        for row in rows:
            copy.write_row((*row, *more))


@contextlib.contextmanager
def loading(model: type[Model], count: int) -> Iterator[None]:
    """While many rows come into a small SQLite table, its indexes wait and are then made at once.

    Within the transaction: to other connections the table has its indexes all the time. PostgreSQL
    would lock readers out for that, and keeps them.
    """
    table = model._meta.db_table
    if connection.vendor != "sqlite" or count < _MANY or _size(table) > count:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s"
            " AND sql NOT LIKE 'CREATE UNIQUE%%'",
            [table],
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        for _, sql in indexes:
            cursor.execute(sql)


def _size(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        return int(cursor.fetchone()[0])


def update(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Set `fields` of the record whose key is the last value of each row."""
    meta = model._meta
    place = "?" if connection.vendor == "sqlite" else "%s"
    columns = ", ".join(f'"{meta.get_field(name).column}" = {place}' for name in fields)
    _each(f'UPDATE "{meta.db_table}" SET {columns} WHERE "{meta.pk.column}" = {place}', rows)


def delete(model: type[Model], field: str, value: Any) -> int:
    """Delete rows by one value, without looking at what refers to them; return how many went."""
    meta = model._meta
    with connection.cursor() as cursor:
        column = meta.get_field(field).column
        cursor.execute(f'DELETE FROM "{meta.db_table}" WHERE "{column}" = %s', [value])
        return cursor.rowcount


def _each(sql: str, rows: Iterable[Sequence[Any]]) -> None:
    """Run a statement for each row; Django's cursor for SQLite would keep all rows in memory."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with connection.wrap_database_errors:
            connection.connection.executemany(sql, rows)
    else:
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)


def _literal(value: Any) -> str:
    """A value as text of an SQLite statement."""
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(int(value))
    return "'" + str(value).replace("'", "''") + "'"


def as_json(value: Any) -> str:
    """A JSON column's value, written as Django's JSONField writes it."""
    return json.dumps(value)


def as_time(moment: dt.datetime) -> Any:
    """A point in time as the database keeps it."""
    return connection.ops.adapt_datetimefield_value(moment)
