"""Accepted rows about people: new persons are entered, with sealed numbers, known ones updated."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings

from wattana.kernel import keys
from wattana.kernel.problems import N_
from wattana.kit import bulk
from wattana.kit.finishing import Finish
from wattana.registry import national_ids
from wattana.registry.imports import folders, people, sealing
from wattana.registry.imports.kinds import Counts, Job
from wattana.registry.models import Person

# Column of `persons` → field of the model, and what stands there when a row says nothing.
_NEW: dict[str, tuple[str, str | None]] = {
    "title": ("title", ""), "first_name": ("first_name", ""), "first_key": ("first_key", ""),
    "last_name": ("last_name", ""), "last_key": ("last_key", ""), "sex": ("sex", ""),
    "birth_year": ("birth_year", None), "birth_month": ("birth_month", None),
    "birth_day": ("birth_day", None), "phone": ("phone", ""), "relation": ("relation", "unknown"),
    "registered": ("registered", "unknown"), "member_since": ("member_since", None),
    "died_on": ("died_on", None), "left_on": ("left_on", None), "person_key": ("source_key", ""),
}  # fmt: skip
_REASON = "CASE WHEN national_id IS NULL THEN coalesce(no_id_reason, 'not_asked') ELSE '' END"
_KNOWN = "FROM people_to_write w JOIN persons p ON p.line = w.line JOIN db_person d ON d.id = w.id"

# Fields that a row may change; a birth date is one field of the history, in three columns.
_COMPARED = ("title", "first_name", "last_name", "sex", "phone", "relation", "registered",
             "no_id_reason", "member_since", "died_on", "left_on")  # fmt: skip
_UPDATED = ("title", "first_name", "first_key", "last_name", "last_key", "sex", "birth_year",
            "birth_month", "birth_day", "phone", "relation", "registered", "no_id_reason",
            "member_since", "died_on", "left_on")  # fmt: skip
_CHUNK = 5_000  # rows that are sealed together
_DATES = ("member_since", "died_on", "left_on")


def write(job: Job) -> Counts:
    """Write the people of the accepted rows that are not the same as last time."""
    staging = job.staging
    people.define(job)
    staging.make(
        "people_to_write",
        "SELECT f.line, f.id, i.id AS home FROM found_people f JOIN work w ON w.line = f.line"
        " JOIN home_ids i ON i.ref = f.ref",
    )
    known = staging.value("SELECT count(id) FROM people_to_write")
    counts = Counts(created=_create(job), updated=_update(job) if known else 0)
    staging.run(
        "CREATE OR REPLACE VIEW person_ids AS SELECT p.line, w.person FROM people p JOIN ("
        "SELECT line, id AS person FROM people_to_write WHERE id IS NOT NULL"
        " UNION ALL SELECT line, key FROM new_people) w ON w.line = p.first"
    )
    return counts


def _create(job: Job) -> int:
    staging = job.staging
    count = staging.value("SELECT count(*) FROM people_to_write WHERE id IS NULL")
    first = next(keys.new_keys(count)) if count else 0
    staging.make(
        "new_people",
        f"SELECT line, home, {first} - 1 + row_number() OVER (ORDER BY line) AS key"
        " FROM people_to_write WHERE id IS NULL",
    )
    filled = [name for name in _NEW if job.says(name)]
    digest = "digest" if job.kind.counted == "people" else "NULL"
    columns = [*map(_new_value, filled), _REASON, digest, "national_id"]
    sql = f"SELECT n.key, n.home, {', '.join(columns)} FROM new_people n JOIN persons p"
    fields = ["id", "household", *(_NEW[name][0] for name in filled), "no_id_reason",
              "source_digest", "national_id_sealed", "national_id_hash"]  # fmt: skip
    unsaid = {field: empty for name, (field, empty) in _NEW.items() if name not in filled}
    same = {**unsaid, **job.origin()}
    with bulk.loading(Person, count):
        _insert(job, fields, f"{sql} ON p.line = n.line", same, count)
    return int(count)


def _insert(job: Job, fields: list[str], sql: str, same: dict[str, Any], total: int) -> None:
    """Insert the rows of `sql`, whose last column is the national ID, with sealed value and index
    instead."""
    place = sealing.Place(Path(settings.KEYS_FILE), national_ids.TABLE, national_ids.COLUMN)
    seal = partial(sealing.in_columns, place)
    bulk.insert_columns(
        Person, fields, job.staging.columns_of(sql, _CHUNK), same, total=total,
        finish=Finish(seal, python=True), room=folders.parts(job.batch),
        told=job.telling(N_("Writing people"), total),
    )  # fmt: skip


def _new_value(name: str) -> str:
    empty = _NEW[name][1]
    value = f"CAST({name} AS VARCHAR)" if name in _DATES else name
    return value if empty is None else f"coalesce({value}, '{empty}')"


def _update(job: Job) -> int:
    """Write what differs about people who were found; return how many changed."""
    staging = job.staging
    for name in _COMPARED:
        staging.run(
            f"INSERT INTO changes SELECT 'person', w.id, '{name}',"
            f" nullif(CAST(d.{name} AS VARCHAR), ''), CAST(p.{name} AS VARCHAR) {_KNOWN}"
            f" WHERE {_differs(name)}"
        )
    _note_births(job)
    adds_number = "p.national_id IS NOT NULL AND NOT d.has_id"
    staging.run(
        f"INSERT INTO changes SELECT 'person', w.id, 'national_id', NULL, right(national_id, 4)"
        f" {_KNOWN} WHERE {adds_number};"
        f"INSERT INTO changes SELECT 'person', w.id, 'no_id_reason', d.no_id_reason, NULL"
        f" {_KNOWN} WHERE {adds_number}"
    )
    digest = "p.digest" if job.kind.counted == "people" else "d.digest"
    bulk.update(
        Person,
        [*_UPDATED, "source_key", "source_digest"],
        (
            row for chunk in staging.stream(
                f"SELECT {_values()}, coalesce(p.person_key, d.person_key), {digest}, w.id {_KNOWN}"
                f" WHERE {digest} IS DISTINCT FROM d.digest"
                " OR w.id IN (SELECT object_id FROM changes WHERE kind = 'person')"
            ) for row in chunk
        ),
    )  # fmt: skip
    _add_numbers(job, f"SELECT w.id, p.national_id {_KNOWN} WHERE {adds_number}")
    return int(staging.value("SELECT count(DISTINCT object_id) FROM changes WHERE kind = 'person'"))


def _differs(name: str) -> str:
    condition = f"p.{name} IS NOT NULL AND p.{name} IS DISTINCT FROM d.{name}"
    if name == "no_id_reason":
        condition += " AND NOT d.has_id AND p.national_id IS NULL"
    if name == "sex":
        condition += f" AND {_SEX_BETTER}"
    return condition


# What a title says never takes the place of a sex that is known.
_SEX_BETTER = "(NOT p.sex_from_title OR coalesce(d.sex, '') = '')"

# A year that was worked out from an age never takes the place of one that is known.
_BORN_BETTER = """p.birth_year IS NOT NULL AND (d.birth_year IS NULL OR NOT p.from_age) AND (
    p.birth_year IS DISTINCT FROM d.birth_year
    OR (p.birth_month IS NOT NULL AND p.birth_month IS DISTINCT FROM d.birth_month)
    OR (p.birth_day IS NOT NULL AND p.birth_day IS DISTINCT FROM d.birth_day))"""


def _note_births(job: Job) -> None:
    def written(of: str) -> str:
        parts = f"{of}.birth_month, {of}.birth_day"
        return (
            f"concat_ws('-', printf('%04d', {of}.birth_year),"
            + ", ".join(f"printf('%02d', {part})" for part in parts.split(", "))
            + ")"
        )

    job.staging.run(
        "INSERT INTO changes SELECT 'person', w.id, 'birth_date',"
        f" nullif({written('d')}, ''), {written('p')} {_KNOWN} WHERE {_BORN_BETTER}"
    )


def _values() -> str:
    """The new state of every column that may change."""
    values = []
    for name in _UPDATED:
        if name.startswith("birth_"):
            value = f"CASE WHEN {_BORN_BETTER} THEN p.{name} ELSE d.{name} END"
        elif name == "sex":
            value = f"CASE WHEN {_SEX_BETTER} THEN coalesce(p.sex, d.sex) ELSE d.sex END"
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
