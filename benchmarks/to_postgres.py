"""Copy an embedded installation into an empty PostgreSQL database, table by table, with COPY.

    python benchmarks/to_postgres.py FOLDER postgres://wattana@/wattana?host=/tmp/socket

For benchmarks: both databases then hold the same province.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django


def main() -> None:
    folder, address = Path(sys.argv[1]).resolve(), sys.argv[2]
    os.environ |= {
        "WATTANA_DATA": str(folder),
        "WATTANA_DATABASE": address,
        "DJANGO_SETTINGS_MODULE": "wattana.site.settings",
    }
    django.setup()
    copy(folder / "wattana.sqlite3")


def copy(source: Path) -> None:
    from django.apps import apps  # noqa: PLC0415  Django is ready only now
    from django.core.management import call_command  # noqa: PLC0415
    from django.core.management.color import no_style  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    models = [m for m in apps.get_models(include_auto_created=True) if m._meta.managed]
    with sqlite3.connect(f"file:{source}?mode=ro", uri=True) as old, connection.cursor() as new:
        new.execute("SET timezone = 'UTC'; SET session_replication_role = 'replica'")
        tables = ", ".join(f'"{model._meta.db_table}"' for model in models)
        new.execute(
            f"TRUNCATE {tables} CASCADE"
        )  # all at once: a cascade empties what refers to it
        for model in models:
            table = model._meta.db_table
            fields = [f for f in model._meta.local_concrete_fields if not f.generated]
            columns = ", ".join(f'"{field.column}"' for field in fields)
            flags = [field.get_internal_type() == "BooleanField" for field in fields]
            with new.copy(f'COPY "{table}" ({columns}) FROM STDIN') as out:
                for row in converted(old.execute(f'SELECT {columns} FROM "{table}"'), flags):
                    out.write_row(row)
            print(f"{table}: done", file=sys.stderr)
        for count_on in connection.ops.sequence_reset_sql(no_style(), models):
            new.execute(count_on)
        new.execute("ANALYZE")


def converted(rows: Any, flags: list[bool]) -> Iterator[list[Any]]:
    """SQLite keeps truth as 0 and 1; the rest PostgreSQL reads as it is."""
    for row in rows:
        yield [
            bool(value) if flag and value is not None else value
            for value, flag in zip(row, flags, strict=True)
        ]


if __name__ == "__main__":
    main()
