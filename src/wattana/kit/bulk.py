"""Many rows at once, past the ORM: COPY on PostgreSQL, executemany on SQLite."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model


def insert(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of values that the database takes as they are (see `as_json`, `as_time`).

    Columns that `fields` does not name get the database's default, usually NULL.
    """
    meta = model._meta
    columns = ", ".join(f'"{meta.get_field(name).column}"' for name in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{meta.db_table}" ({columns}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
            return
        places = ", ".join(["%s"] * len(fields))
        cursor.executemany(f'INSERT INTO "{meta.db_table}" ({columns}) VALUES ({places})', rows)


def as_json(value: Any) -> str:
    """A JSON column's value, written as Django's JSONField writes it."""
    return json.dumps(value)


def as_time(moment: dt.datetime) -> Any:
    """A point in time as the database keeps it."""
    return connection.ops.adapt_datetimefield_value(moment)
