"""Who in the registry holds the national IDs of a file: looked up by keyed hash, in chunks."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from wattana.registry import national_ids
from wattana.registry.imports.kinds import Job
from wattana.registry.models import Person

_IN_ONE_QUERY = 500


def find(job: Job, table: str, sql: str) -> None:
    """Fill a table with (line, id, home, area, digest) of those who hold the numbers of `sql`.

    `sql` gives (line, digits).
    """
    known = Person.objects.filter(national_id_hash__isnull=False).exists()
    job.staging.insert(
        table,
        [("line", "INTEGER"), ("id", "BIGINT"), ("home", "BIGINT"), ("area", "VARCHAR"),
         ("digest", "BIGINT")],
        _holders(job, sql) if known else (),
    )  # fmt: skip


def _holders(job: Job, sql: str) -> Iterator[tuple[Any, ...]]:
    lines = (row for chunk in job.staging.stream(sql) for row in chunk)
    while some := list(islice(lines, _IN_ONE_QUERY)):
        line_of = {national_ids.hashed(digits): line for line, digits in some}
        rows = Person.objects.filter(national_id_hash__in=list(line_of)).order_by()
        for hashed, *holder in rows.values_list(
            "national_id_hash", "pk", "household_id", "household__area_id", "source_digest"
        ):
            yield (line_of[bytes(hashed)], *holder)
