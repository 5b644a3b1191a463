"""Stream the surveys out of the database into raw Parquet files, for `assessment.snapshots`.

The raw files carry the database's own keys and lie in a working folder that is removed; names,
national IDs, phones, house numbers, coordinates and free text are never read.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import connection, transaction
from django.db.models import Case, Count, F, Q, TextField, Value, When
from django.db.models.functions import Cast

from wattana.kit import bulk
from wattana.registry import withdrawals
from wattana.registry.models import Household
from wattana.surveys.access import ACCEPTED
from wattana.surveys.models import Visit, VisitPerson

_CHUNK = 2_000  # rows of some kilobytes that wait for each part
_PART = 25_000  # visits that are unfolded at a time
MERGED, CONSENT_WITHDRAWN = "merged", "consent_withdrawn"
"""Why an accepted visit is left out; the others by their status."""

_VISITS = pa.schema(
    [
        ("area", pa.string()),
        ("visit", pa.int64()),
        ("household", pa.int64()),
        ("year", pa.int16()),
        ("round", pa.int16()),
        ("surveyed_on", pa.date32()),
        ("active", pa.bool_()),  # the household has neither moved away nor dissolved
        ("left_out", pa.string()),  # why the visit is left out; NULL: it is not
        ("answers", pa.string()),
    ]
)
_PERSONS = pa.schema(
    [
        ("area", pa.string()),
        ("visit", pa.int64()),
        ("person", pa.int64()),
        ("sex", pa.string()),
        ("birth_year", pa.int16()),
        ("birth_month", pa.int16()),
        ("birth_day", pa.int16()),
        ("died_on", pa.date32()),
        ("relation", pa.string()),
        ("registered", pa.string()),
        ("answers", pa.string()),
    ]
)


@contextmanager
def frozen() -> Iterator[None]:
    """All reads inside see the database at one moment, while others go on writing.

    On SQLite a deferred transaction, which takes no lock to write; inside a transaction of the
    caller there is nothing to do.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        with bulk.unmapped(), connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


def read(raw: Path, progress: Callable[[float], None]) -> None:
    """Stream visits and persons into `raw`, in parts by area. Call it inside `frozen`."""
    expected = max(1, Visit.objects.count() + VisitPerson.objects.count())
    bounds = _bounds()
    done = 0
    for schema, name, rows in (
        (_VISITS, "visits", _visit_rows()),
        (_PERSONS, "persons", _person_rows()),
    ):
        for some in _write(raw, name, schema, rows, bounds):
            done += some
            progress(min(1.0, done / expected))


def parts(raw: Path) -> list[tuple[Path, Path]]:
    """The files of visits and of persons that `read` wrote, part by part in the order of areas."""
    return list(zip(sorted(raw.glob("visits-*")), sorted(raw.glob("persons-*")), strict=True))


def _bounds() -> list[str]:
    """Codes at which the parts after the first begin; none cuts a tambon, so none a household."""
    counts = (
        Visit.objects.values_list("household__tambon")
        .annotate(visits=Count("id"))
        .order_by("household__tambon")
    )
    bounds, filled = [], 0
    for tambon, visits in counts:
        if filled and filled + visits > _PART:
            bounds.append(tambon)
            filled = 0
        filled += visits
    return bounds


def _visit_rows() -> Iterable[tuple[Any, ...]]:
    """Rows of `_VISITS`, of all visits, without the answers of those that are left out.

    One pass: the answers make the table large, and counting beforehand would read it all again.
    """
    left_out = Case(
        When(~Q(status__in=ACCEPTED), then=F("status")),
        When(household__status=Household.Status.MERGED, then=Value(MERGED)),
        When(household_id__in=withdrawals.households(), then=Value(CONSENT_WITHDRAWN)),
        output_field=TextField(),
    )
    return (
        Visit.objects.annotate(left_out=left_out, active=Q(household__status="active"))
        .annotate(text=Case(When(left_out__isnull=True, then=Cast("answers", TextField()))))
        .values_list(
            "household__area_id",
            "id",
            "household_id",
            "year",
            "round",
            "surveyed_on",
            "active",
            "left_out",
            "text",
        )
        .order_by()
        .iterator(chunk_size=_CHUNK)
    )


def _person_rows() -> Iterable[tuple[Any, ...]]:
    """Rows of `_PERSONS`, of all visits: those of visits that are left out fall out of a join."""
    return (
        VisitPerson.objects.exclude(person_id__in=withdrawals.persons())
        .annotate(text=Cast("answers", TextField()))
        .values_list(
            "visit__household__area_id",
            "visit_id",
            "person_id",
            "person__sex",
            "person__birth_year",
            "person__birth_month",
            "person__birth_day",
            "person__died_on",
            "person__relation",
            "person__registered",
            "text",
        )
        .order_by()
        .iterator(chunk_size=_CHUNK)
    )


def _write(
    raw: Path, name: str, schema: pa.Schema, rows: Iterable[tuple[Any, ...]], bounds: list[str]
) -> Iterator[int]:
    """Write rows, whose first value is the area, to the file of their part; yields how many."""
    waiting: list[list[tuple[Any, ...]]] = [[] for _ in range(len(bounds) + 1)]
    with ExitStack() as stack:
        files = [
            stack.enter_context(
                pq.ParquetWriter(raw / f"{name}-{part:04}.parquet", schema, compression="zstd")
            )
            for part in range(len(waiting))
        ]
        for row in rows:
            part = bisect_right(bounds, row[0])
            waiting[part].append(row)
            if len(waiting[part]) == _CHUNK:
                files[part].write_batch(_batch(waiting[part], schema))
                waiting[part].clear()
                yield _CHUNK
        for file, some in zip(files, waiting, strict=True):
            if some:
                file.write_batch(_batch(some, schema))
                yield len(some)


def _batch(rows: list[tuple[Any, ...]], schema: pa.Schema) -> pa.RecordBatch:
    columns = zip(*rows, strict=True)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.record_batch(arrays, schema=schema)
