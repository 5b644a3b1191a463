"""Accepted rows about people: new persons are entered, with sealed numbers, known ones updated."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import tee
from pathlib import Path
from typing import Any

from django.conf import settings

from wattana.kernel import keys
from wattana.kernel.problems import N_
from wattana.kit import bulk
from wattana.registry import national_ids
from wattana.registry.imports import sealing
from wattana.registry.imports.kinds import Counts, Job
from wattana.registry.models import Person

_NEW_FIELDS = [
    "id", "household", "title", "first_name", "first_key", "last_name", "last_key", "sex",
    "birth_year", "birth_month", "birth_day", "phone", "relation", "registered", "member_since",
    "died_on", "left_on", "no_id_reason", "source_key", "source_digest", "national_id_sealed",
    "national_id_hash",
]  # fmt: skip
_NEW = """
SELECT p.key, p.home, coalesce(title, ''), coalesce(first_name, ''), coalesce(first_key, ''),
       coalesce(last_name, ''), coalesce(last_key, ''), coalesce(sex, ''), birth_year, birth_month,
       birth_day, coalesce(phone, ''), coalesce(relation, 'unknown'),
       coalesce(registered, 'unknown'), CAST(member_since AS VARCHAR), CAST(died_on AS VARCHAR),
       CAST(left_on AS VARCHAR),
       CASE WHEN national_id IS NULL THEN coalesce(no_id_reason, 'not_asked') ELSE '' END,
       coalesce(person_key, ''), {digest}, national_id
FROM new_people p ORDER BY p.key
"""

# Fields that a row may change; a birth date is one field of the history, in three columns.
_COMPARED = ("title", "first_name", "last_name", "sex", "phone", "relation", "registered",
             "no_id_reason", "member_since", "died_on", "left_on")  # fmt: skip
_UPDATED = ("title", "first_name", "first_key", "last_name", "last_key", "sex", "birth_year",
            "birth_month", "birth_day", "phone", "relation", "registered", "no_id_reason",
            "member_since", "died_on", "left_on")  # fmt: skip
_DATES = ("member_since", "died_on", "left_on")


def write(job: Job) -> Counts:
    """Write the people of the accepted rows that are not the same as last time."""
    staging = job.staging
    staging.run(
        "CREATE OR REPLACE TABLE people_to_write AS SELECT f.* EXCLUDE (home), i.id AS home"
        " FROM found_people f JOIN work w ON w.line = f.line JOIN home_ids i ON i.ref = f.ref"
    )
    counts = Counts(created=_create(job), updated=_update(job))
    staging.run(
        "CREATE OR REPLACE TABLE person_ids AS SELECT r.line, w.person FROM people_of_rows r JOIN ("
        "SELECT line, id AS person FROM people_to_write WHERE id IS NOT NULL"
        " UNION ALL SELECT line, key FROM new_people) w ON w.line = r.first"
    )
    return counts


def _create(job: Job) -> int:
    staging = job.staging
    count = staging.value("SELECT count(*) FROM people_to_write WHERE id IS NULL")
    first = next(keys.new_keys(count)) if count else 0
    staging.run(
        "CREATE OR REPLACE TABLE new_people AS SELECT *,"
        f" {first} - 1 + row_number() OVER (ORDER BY line) AS key FROM people_to_write"
        " WHERE id IS NULL"
    )
    digest = "digest" if job.kind.counted == "people" else "NULL"
    rows = _with_numbers(job, _NEW.format(digest=digest), count)
    bulk.insert(Person, _NEW_FIELDS, rows, job.origin())
    return int(count)


def _with_numbers(job: Job, sql: str, total: int) -> Iterator[tuple[Any, ...]]:
    """Rows of `sql`, whose last column is the national ID, with sealed value and index instead."""
    rows, again = tee(job.staging.stream(sql, 5_000))
    numbers = ([(row[0], row[-1]) for row in chunk] for chunk in again)
    sealed = sealing.sealed(
        numbers, keys_file=Path(settings.KEYS_FILE), table=national_ids.TABLE,
        column=national_ids.COLUMN, total=total,
    )  # fmt: skip
    done = 0
    for chunk, pairs in zip(rows, sealed, strict=True):
        for row, pair in zip(chunk, pairs, strict=True):
            yield (*row[:-1], *pair)
        done += len(chunk)
        job.progress(N_("Writing people"), done, total)


def _update(job: Job) -> int:
    """Write what differs about people who were found; return how many changed."""
    staging = job.staging
    known = "FROM people_to_write p JOIN db_person d ON d.id = p.id"
    for name in _COMPARED:
        staging.run(
            f"INSERT INTO changes SELECT 'person', p.id, '{name}',"
            f" nullif(CAST(d.{name} AS VARCHAR), ''), CAST(p.{name} AS VARCHAR) {known}"
            f" WHERE {_differs(name)}"
        )
    _note_births(job, known)
    adds_number = "p.national_id IS NOT NULL AND NOT d.has_id"
    staging.run(
        f"INSERT INTO changes SELECT 'person', p.id, 'national_id', NULL, right(national_id, 4)"
        f" {known} WHERE {adds_number};"
        f"INSERT INTO changes SELECT 'person', p.id, 'no_id_reason', d.no_id_reason, NULL"
        f" {known} WHERE {adds_number}"
    )
    digest = "p.digest" if job.kind.counted == "people" else "d.digest"
    bulk.update(
        Person,
        [*_UPDATED, "source_key", "source_digest"],
        (
            row for chunk in staging.stream(
                f"SELECT {_values()}, coalesce(p.person_key, d.person_key), {digest}, p.id {known}"
                f" WHERE {digest} IS DISTINCT FROM d.digest"
                " OR p.id IN (SELECT object_id FROM changes WHERE kind = 'person')"
            ) for row in chunk
        ),
    )  # fmt: skip
    _add_numbers(job, f"SELECT p.id, p.national_id {known} WHERE {adds_number}")
    return int(staging.value("SELECT count(DISTINCT object_id) FROM changes WHERE kind = 'person'"))


def _differs(name: str) -> str:
    condition = f"p.{name} IS NOT NULL AND p.{name} IS DISTINCT FROM d.{name}"
    if name == "no_id_reason":
        condition += " AND NOT d.has_id AND p.national_id IS NULL"
    return condition


# A year that was worked out from an age never takes the place of one that is known.
_BORN_BETTER = """p.birth_year IS NOT NULL AND (d.birth_year IS NULL OR NOT p.from_age) AND (
    p.birth_year IS DISTINCT FROM d.birth_year
    OR (p.birth_month IS NOT NULL AND p.birth_month IS DISTINCT FROM d.birth_month)
    OR (p.birth_day IS NOT NULL AND p.birth_day IS DISTINCT FROM d.birth_day))"""


def _note_births(job: Job, known: str) -> None:
    def written(of: str) -> str:
        parts = f"{of}.birth_month, {of}.birth_day"
        return (
            f"concat_ws('-', printf('%04d', {of}.birth_year),"
            + ", ".join(f"printf('%02d', {part})" for part in parts.split(", "))
            + ")"
        )

    job.staging.run(
        "INSERT INTO changes SELECT 'person', p.id, 'birth_date',"
        f" nullif({written('d')}, ''), {written('p')} {known} WHERE {_BORN_BETTER}"
    )


def _values() -> str:
    """The new state of every column that may change."""
    values = []
    for name in _UPDATED:
        if name.startswith("birth_"):
            value = f"CASE WHEN {_BORN_BETTER} THEN p.{name} ELSE d.{name} END"
        elif name == "no_id_reason":
            value = (
                "CASE WHEN d.has_id OR p.national_id IS NOT NULL THEN d.no_id_reason"
                " ELSE coalesce(p.no_id_reason, d.no_id_reason) END"
            )
        else:
            value = f"coalesce(p.{name}, d.{name})"
        values.append(f"CAST({value} AS VARCHAR)" if name in _DATES else value)
    return ", ".join(values)


def _add_numbers(job: Job, sql: str) -> None:
    for chunk in job.staging.stream(sql):
        for key, digits in chunk:
            value, index = national_ids.seal(digits, key)
            Person.objects.filter(pk=key).update(
                national_id_sealed=value, national_id_hash=index, no_id_reason=""
            )
