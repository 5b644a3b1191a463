"""Stream the surveys out of the database into raw Parquet files, for `assessment.snapshots`.

The raw files carry the database's own keys and lie in a working folder that is removed; names,
national IDs, phones, house numbers, coordinates and free text are never read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet, TextField
from django.db.models.functions import Cast

from wattana.registry.models import Consent, Household
from wattana.surveys.models import Visit, VisitPerson

_CHUNK = 5_000  # rows of some kilobytes
ACCEPTED = (Visit.Status.SUBMITTED, Visit.Status.APPROVED)

VISITS = pa.schema(
    [
        ("visit", pa.int64()),
        ("household", pa.int64()),
        ("area", pa.string()),
        ("year", pa.int16()),
        ("round", pa.int16()),
        ("surveyed_on", pa.date32()),
        ("active", pa.bool_()),
        ("answers", pa.string()),
    ]
)
PERSONS = pa.schema(
    [
        ("visit", pa.int64()),
        ("person", pa.int64()),
        ("sex", pa.string()),
        ("birth_year", pa.int16()),
        ("birth_month", pa.int16()),
        ("birth_day", pa.int16()),
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
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


def accepted_visits() -> QuerySet[Visit]:
    """Submitted and approved visits of households that did not withdraw consent to the survey."""
    return (
        Visit.objects.filter(status__in=ACCEPTED)
        .exclude(household__status=Household.Status.MERGED)
        .exclude(household_id__in=_withdrawn_households())
    )


def visit_rows() -> Iterable[tuple[Any, ...]]:
    """Rows of `VISITS`; `active` is false where the household has moved away or dissolved."""
    return (
        accepted_visits()
        .annotate(text=Cast("answers", TextField()), active=Q(household__status="active"))
        .values_list(
            "id",
            "household_id",
            "household__area_id",
            "year",
            "round",
            "surveyed_on",
            "active",
            "text",
        )
        .order_by()
        .iterator(chunk_size=_CHUNK)
    )


def person_rows() -> Iterable[tuple[Any, ...]]:
    """Rows of `PERSONS`, of all visits: those of other visits fall out of the snapshot's join."""
    return (
        VisitPerson.objects.filter(visit__status__in=ACCEPTED)
        .exclude(person_id__in=_withdrawn_persons())
        .annotate(text=Cast("answers", TextField()))
        .values_list(
            "visit_id",
            "person_id",
            "person__sex",
            "person__birth_year",
            "person__birth_month",
            "person__birth_day",
            "person__relation",
            "person__registered",
            "text",
        )
        .order_by()
        .iterator(chunk_size=_CHUNK)
    )


def left_out() -> dict[str, int]:
    """How many visits the snapshot does not hold, by reason."""
    accepted = Visit.objects.filter(status__in=ACCEPTED)
    merged = accepted.filter(household__status=Household.Status.MERGED).count()
    counts = {
        row["status"]: row["visits"]
        for row in Visit.objects.exclude(status__in=ACCEPTED)
        .values("status")
        .annotate(visits=Count("id"))
        .order_by()
    }
    counts["merged"] = merged
    counts["consent_withdrawn"] = accepted.count() - merged - accepted_visits().count()
    return {reason: number for reason, number in sorted(counts.items()) if number}


def write(path: Path, schema: pa.Schema, rows: Iterable[tuple[Any, ...]]) -> Iterator[int]:
    """Write rows to a Parquet file; yields how many are written so far, after each part."""
    written = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as file:
        for part in _parts(rows, _CHUNK):
            columns = zip(*part, strict=True)
            arrays = [
                pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)
            ]
            file.write_batch(pa.record_batch(arrays, schema=schema))
            written += len(part)
            yield written


def _parts(rows: Iterable[tuple[Any, ...]], size: int) -> Iterator[list[tuple[Any, ...]]]:
    remaining = iter(rows)
    while part := list(islice(remaining, size)):
        yield part


def _withdrawn_households() -> QuerySet[Consent, int]:
    survey = Consent.objects.filter(purpose=Consent.Purpose.SURVEY, person__isnull=True)
    return _withdrawn(survey, "household_id")


def _withdrawn_persons() -> QuerySet[Consent, int]:
    survey = Consent.objects.filter(purpose=Consent.Purpose.SURVEY, person__isnull=False)
    return _withdrawn(survey, "person_id")


def _withdrawn(survey: QuerySet[Consent], who: str) -> QuerySet[Consent, int]:
    """Those who withdrew consent to the survey and did not give it again."""
    in_force = survey.filter(withdrawn_at__isnull=True).values(who)
    return survey.exclude(withdrawn_at__isnull=True).exclude(**{f"{who}__in": in_force}).values(who)
