"""Many rows at once, past the ORM: COPY on PostgreSQL, executemany on SQLite."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import sqlite3
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.db import connection, transaction
from django.db.models import Expression, F, Model, QuerySet

from wattana.kernel import keys
from wattana.kit import copying, finishing, parts
from wattana.kit.finishing import AS_THEY_ARE, Finish
from wattana.kit.parts import Room

_MANY = 50_000
_CHUNK = 10_000  # rows that are read at once

# SQLite sorts what an index of many rows is made of in pieces of 4 MB on disk and in two threads:
# twice as fast as all of it in memory, which would also grow with the table; not so of few rows,
# which the cache holds. It can only be told where to sort before a transaction begins.
# PostgreSQL, which compares foreign keys within the same bounds, goes to disk four times less often
# than with its usual 64 MB.
_IN_MEMORY = 400_000  # rows
_ON_DISK = {"temp_store": 1}
_LOADING = {"sqlite": {"mmap_size": 0}, "postgresql": {}}
_SORTING = {
    "sqlite": {"cache_size": -4_000, "threads": 2},
    "postgresql": {"maintenance_work_mem": 262_144},
}


def read(
    rows: QuerySet[Any, tuple[Any, ...]], types: Sequence[pa.DataType]
) -> Iterator[Sequence[pa.Array]]:
    """The rows of a `values_list` in chunks of columns of some types, in flat memory.

    Values are not converted: times and dates are text on SQLite.
    """
    if rows.query.is_empty():
        return
    sql, params = rows.query.sql_with_params()
    if connection.vendor == "postgresql":
        yield from copying.read(sql, params, types)
        return
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, params)
        while some := cursor.fetchmany(_CHUNK):
            columns = zip(*some, strict=True)
            yield [pa.array(column, type_) for column, type_ in zip(columns, types, strict=True)]


def insert(
    model: type[Model],
    fields: Sequence[str],
    rows: Iterable[Sequence[Any]],
    same: Mapping[str, Any] | None = None,
) -> None:
    """Insert rows of values that the database takes as they are (see `as_json`, `as_time`).

    `same` holds the fields that have one value in all rows. Columns that are not named get the
    database's default, usually NULL. While they come, `rows` must not ask the database: on
    PostgreSQL the COPY holds the connection, and would wait for ever.
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


def insert_from(model: type[Model], rows: QuerySet[Any], **fields: Expression | F) -> None:
    """Insert a row for each of `rows` within the database: INSERT … SELECT.

    `fields` say what of theirs goes into which field; the others get the database's default.
    Raises `IntegrityError` for a row that the table holds already: `rows` leave those out.
    """
    meta = model._meta
    names = {f"new_{name}": value for name, value in fields.items()}
    chosen = rows.annotate(**names).values_list(*names)
    columns = ", ".join(f'"{meta.get_field(name).column}"' for name in fields)
    sql, params = chosen.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f'INSERT INTO "{meta.db_table}" ({columns}) {sql}', params)


def insert_columns(
    model: type[Model],
    fields: Sequence[str],
    batches: Iterable[Sequence[pa.Array]],
    same: Mapping[str, Any],
    *,
    total: int,
    room: Room,
    finish: Finish = AS_THEY_ARE,
    told: Callable[[int], None] = lambda done: None,
) -> None:
    """Insert batches of Arrow columns as `insert` does rows, very many (`total`) on several cores.

    `finish` is what is still to be done to each batch (see `kit.finishing`). `told` hears how many
    rows are in. SQLite takes many from part files in `room`, in a transaction inside `letting_go`.
    """
    if connection.vendor == "postgresql":
        counts = copying.insert(model, fields, batches, finish, same, total=total)
    elif _takes_parts(total):
        room = Room(room.folder, min(room.most, parts.MOST_FILES - _detach()))
        counts = _insert_parts(model, fields, parts.made(batches, finish, room, total=total), same)
    else:
        counts = _insert_rows(model, fields, map(finish.run, batches), same)
    done = 0
    with contextlib.closing(counts):  # whatever fails, workers and files go now
        for count in counts:
            done += count
            told(done)


def _insert_rows(
    model: type[Model],
    fields: Sequence[str],
    batches: Iterable[Sequence[pa.Array]],
    same: Mapping[str, Any],
) -> Generator[int]:
    for columns in batches:
        insert(model, fields, finishing.as_rows(columns), same)
        yield len(columns[0])


def _insert_parts(
    model: type[Model],
    fields: Sequence[str],
    made: Generator[tuple[Path, int]],
    same: Mapping[str, Any],
) -> Generator[int]:
    meta = model._meta
    columns = ", ".join(f'"{meta.get_field(name).column}"' for name in (*fields, *same))
    values = [*(f"c{number}" for number in range(len(fields))), *map(_literal, same.values())]
    raw = connection.connection
    with connection.wrap_database_errors, contextlib.closing(made):
        for part, count in made:
            name = f"part_{keys.new_key()}"
            raw.execute(f"ATTACH ? AS {name}", [f"{part.absolute().as_uri()}?immutable=1"])
            raw.execute(
                f'INSERT INTO "{meta.db_table}" ({columns}) SELECT {", ".join(values)}'
                f" FROM {name}.rows ORDER BY rowid"
            )
            part.unlink()
            yield count


def _takes_parts(count: int) -> bool:
    """Whether part files can be used and pay: while few are attached."""
    return count >= _MANY and _detach() * 2 < parts.MOST_FILES


@contextlib.contextmanager
def letting_go() -> Iterator[None]:
    """Around a transaction with `insert_columns` and `loading`: it sorts on disk, and however it
    ends, no part file stays attached.

    Inside a transaction of the caller they go when that one is committed.
    """
    if connection.vendor != "sqlite":
        yield
        return
    with _settings_of_sqlite(_ON_DISK):
        try:
            yield
        finally:
            if connection.connection is not None:
                transaction.on_commit(_detach)


def _detach() -> int:
    """Let go of part files that no transaction holds any more; return how many remain."""
    raw = connection.connection
    for _, name, _ in raw.execute("PRAGMA database_list").fetchall():
        if name.startswith("part_"):
            with contextlib.suppress(sqlite3.OperationalError):
                raw.execute(f"DETACH {name}")
    return _attached(raw)


def _attached(raw: sqlite3.Connection) -> int:
    names = [name for _, name, _ in raw.execute("PRAGMA database_list")]
    return len(set(names) - {"main", "temp"})


@contextlib.contextmanager
def loading(model: type[Model], count: int) -> Iterator[None]:
    """While many rows come into a small table, its indexes wait and are then made at once.

    Within the transaction: what readers see has its indexes all the time. PostgreSQL, which locks
    readers out meanwhile, does so only when the table is nearly empty; there foreign and unique
    keys wait too.
    """
    table = model._meta.db_table
    least = 1 if connection.vendor == "sqlite" else 10
    if count < _MANY or (before := _size(table)) * least > count:
        yield
        return
    in_memory = connection.vendor == "sqlite" and before + count <= _IN_MEMORY
    drop, make = _INDEXES[connection.vendor](table)
    settings = _SETTINGS[connection.vendor]
    with connection.cursor() as cursor, settings(_LOADING[connection.vendor]):
        for sql in drop:
            cursor.execute(sql)
        yield
        with settings({} if in_memory else _SORTING[connection.vendor]):
            for sql in make:
                cursor.execute(sql)


@contextlib.contextmanager
def unmapped() -> Iterator[None]:
    """While large tables are read once: what SQLite maps of its file counts as our memory."""
    with _SETTINGS[connection.vendor](_LOADING[connection.vendor]):
        yield


@contextlib.contextmanager
def _settings_of_postgresql(wanted: Mapping[str, int]) -> Iterator[None]:
    """Settings for a while, at most until the transaction ends."""
    with connection.cursor() as cursor:
        before = {}
        for name in wanted:
            cursor.execute("SELECT current_setting(%s)", [name])
            before[name] = cursor.fetchone()[0]
        _set_locally(cursor, wanted)
        yield
        _set_locally(cursor, before)


def _set_locally(cursor: Any, wanted: Mapping[str, Any]) -> None:
    for name, value in wanted.items():
        cursor.execute("SELECT set_config(%s, %s, TRUE)", [name, str(value)])


@contextlib.contextmanager
def _settings_of_sqlite(wanted: Mapping[str, int]) -> Iterator[None]:
    """Settings for a while.

    One that cannot be changed now stays as it is: temporary storage that is in use, the map of a
    database in memory.
    """
    connection.ensure_connection()
    raw = connection.connection
    before = {name: raw.execute(f"PRAGMA {name}").fetchone() for name in wanted}
    try:
        for name, value in wanted.items():
            _set(raw, name, value)
        yield
    finally:
        for name, row in before.items():
            if row is not None:
                _set(raw, name, row[0])


_SETTINGS = {"sqlite": _settings_of_sqlite, "postgresql": _settings_of_postgresql}


def _set(raw: sqlite3.Connection, name: str, value: int) -> None:
    with contextlib.suppress(sqlite3.OperationalError):
        raw.execute(f"PRAGMA {name} = {value}")


def _size(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        return int(cursor.fetchone()[0])


def _indexes_of_sqlite(table: str) -> tuple[list[str], list[str]]:
    """Statements that drop the indexes of a table, and that make them again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s"
            " AND sql IS NOT NULL",
            [table],
        )
        indexes = cursor.fetchall()
    return [f'DROP INDEX "{name}"' for name, _ in indexes], [sql for _, sql in indexes]


def _indexes_of_postgresql(table: str) -> tuple[list[str], list[str]]:
    """The same, and the foreign and unique keys; checks that wait for the commit come first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND contype IN ('f', 'u') ORDER BY contype DESC",
            [table],
        )
        keys = cursor.fetchall()
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index i"
            " WHERE indrelid = %s::regclass"
            " AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = i.indexrelid)",
            [table],
        )
        indexes = cursor.fetchall()
    change = f'ALTER TABLE "{table}"'
    drop = [f'{change} DROP CONSTRAINT "{name}"' for name, _ in keys]
    drop += [f"DROP INDEX {name}" for name, _ in indexes]
    make = [f'{change} ADD CONSTRAINT "{name}" {sql}' for name, sql in keys]
    return ["SET CONSTRAINTS ALL IMMEDIATE", *drop], [*(sql for _, sql in indexes), *make]


_INDEXES = {"sqlite": _indexes_of_sqlite, "postgresql": _indexes_of_postgresql}


def update(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Set `fields` of the record whose key is the last value of each row."""
    meta = model._meta
    place = "?" if connection.vendor == "sqlite" else "%s"
    columns = ", ".join(f'"{meta.get_field(name).column}" = {place}' for name in fields)
    _each(f'UPDATE "{meta.db_table}" SET {columns} WHERE "{meta.pk.column}" = {place}', rows)


def delete(rows: QuerySet[Any]) -> int:
    """Delete rows without looking at what refers to them; return how many went."""
    return rows._raw_delete(rows.db)


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
