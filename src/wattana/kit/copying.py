"""PostgreSQL's COPY for Arrow columns: in as its binary format, out as CSV."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any

import pyarrow as pa
from django.db import connection
from django.db.models import Model
from pyarrow import csv

from wattana.kit import finishing
from wattana.kit.finishing import Finish

_TYPES = {
    "bigint": pa.int64(), "integer": pa.int32(), "smallint": pa.int16(), "boolean": pa.bool_(),
    "double precision": pa.float64(), "date": pa.date32(), "bytea": pa.binary(),
    "timestamp with time zone": pa.timestamp("us", "UTC"), "text": pa.string(),
}  # fmt: skip
_ROWS = 50_000  # that are read at once


def insert(
    model: type[Model],
    fields: Sequence[str],
    batches: Iterable[Sequence[pa.Array]],
    finish: Finish,
    same: Mapping[str, Any],
    *,
    total: int,
) -> Generator[int]:
    """Insert batches of columns, finished on other cores; `same` have one value in all rows.

    Yields the number of rows of each batch that is in.
    """
    known = [model._meta.get_field(name) for name in (*fields, *same)]
    types = [_type(field.db_type(connection) or "") for field in known]
    columns = ", ".join(f'"{field.column}"' for field in known)
    copying = f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN (FORMAT binary)'
    encode = partial(finishing.encoded, finish, types, list(same.values()))
    pieces = finishing.in_order(encode, batches, python=finish.python, total=total)
    with (
        contextlib.closing(pieces),
        connection.cursor() as cursor,
        cursor.copy(copying) as copy,
    ):
        copy.write(finishing.HEAD)
        for piece, count in pieces:
            copy.write(piece)
            yield count
        copy.write(finishing.END)


def _type(kind: str) -> pa.DataType:
    return pa.string() if kind.startswith("varchar") else _TYPES[kind]


def read(sql: str, params: Any, types: Sequence[pa.DataType]) -> Iterator[Sequence[pa.Array]]:
    """The answer to a query in chunks of columns."""
    names = [str(number) for number in range(len(types))]
    reading = {
        "read_options": csv.ReadOptions(column_names=names),
        "convert_options": csv.ConvertOptions(
            column_types=dict(zip(names, types, strict=True)),
            null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False,
        ),
        "parse_options": csv.ParseOptions(newlines_in_values=True),
    }  # fmt: skip
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT csv)", params) as copy,
    ):
        while some := b"".join(islice(copy, _ROWS)):  # PostgreSQL sends row by row
            yield csv.read_csv(pa.BufferReader(some), **reading).columns
