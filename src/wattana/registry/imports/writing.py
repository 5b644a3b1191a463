"""Accepted rows enter the registry: new households first, then what changed, lists and numbers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.utils import timezone

from wattana.areas import actions as areas
from wattana.kernel import keys
from wattana.kernel.problems import N_
from wattana.kit import bulk
from wattana.registry.imports import folders, writing_people
from wattana.registry.imports.kinds import Counts, Job
from wattana.registry.models import FieldChange, Household, Identifier, ListEntry

_IN_ONE_QUERY = 500
_PARTS, _PARTS_OF_LISTS = 3, 2  # files; the rest is for people
CHANGE_COLUMNS = [("kind", "VARCHAR"), ("object_id", "BIGINT"), ("field", "VARCHAR"),
                  ("old", "VARCHAR"), ("new", "VARCHAR")]  # fmt: skip

# Column of `homes` and of `db_household`, and the name under which the history knows the field.
_COMPARED = {
    "household_code": "household_code", "house_code": "house_code", "house_no": "house_no",
    "road": "road", "latitude": "latitude", "longitude": "longitude", "area": "area_id",
    "list_status": "list_status",
}  # fmt: skip
_VERIFICATION = {
    "added": ListEntry.Verification.ADDED, "confirmed_poor": ListEntry.Verification.CONFIRMED,
    "not_poor": ListEntry.Verification.NOT_POOR,
}  # fmt: skip


def write(job: Job) -> None:
    """Write all accepted rows. Call it in a transaction, after `matching`."""
    staging = job.staging
    staging.make(
        "work",
        "SELECT line, ref FROM typed ANTI JOIN errors USING (line) ANTI JOIN same USING (line)",
    )
    staging.insert("changes", CHANGE_COLUMNS, [])
    _make_villages(job)
    homes = Counts(created=_create_homes(job))
    if job.kind.updates_households:
        if staging.value("SELECT count(id) FROM homes"):
            _update_homes(job)
        _write_entries(job)
        _write_identifiers(job)
        homes.updated = staging.value(
            "SELECT count(*) FROM (SELECT object_id FROM changes WHERE kind = 'household'"
            " UNION SELECT home FROM new_entries WHERE NOT new)"
        )
    people = writing_people.write(job) if job.kind.people else Counts()
    job.kind.write(job)
    _write_history(job)
    _count(job, homes, people)


def _count(job: Job, homes: Counts, people: Counts) -> None:
    counts = {"homes": homes, "people": people}.get(job.kind.counted)
    if counts is not None:
        job.counts = counts
        accepted = job.staging.value("SELECT count(*) FROM typed ANTI JOIN errors USING (line)")
        counts.unchanged = accepted - counts.created - counts.updated


def _make_villages(job: Job) -> None:
    rows = job.staging.rows(
        "SELECT DISTINCT h.area FROM homes h SEMI JOIN work w ON w.ref = h.ref"
        " WHERE length(h.area) = 8 AND h.area IS DISTINCT FROM h.known_area"
    )
    areas.ensure_villages(code for (code,) in rows)


def _create_homes(job: Job) -> int:
    """Enter households that were not found; fill `home_ids` with the key of every household."""
    staging = job.staging
    new = "FROM homes h SEMI JOIN work w ON w.ref = h.ref WHERE h.id IS NULL"
    count = staging.value(f"SELECT count(*) {new}")
    first = next(keys.new_keys(count)) if count else 0
    staging.make(
        "new_homes",
        f"SELECT h.*, n.key FROM (SELECT h.line, {first} - 1 + row_number() OVER (ORDER BY h.line)"
        f" AS key {new}) n JOIN homes h USING (line)",
    )
    staging.make(
        "home_ids",
        "SELECT ref, id, FALSE AS new FROM homes WHERE id IS NOT NULL"
        " UNION ALL SELECT ref, key, TRUE FROM new_homes",
    )
    digest = "t.digest" if job.kind.one_row_per_household else "NULL"
    columns = staging.columns_of(
        "SELECT key, h.area, coalesce(h.household_code, ''), coalesce(h.house_code, ''),"
        " coalesce(h.house_no, ''), coalesce(h.road, ''), h.latitude, h.longitude,"
        f" coalesce(h.list_status, 'from_list'), coalesce(h.household_key, ''), {digest}"
        " FROM new_homes h JOIN typed t ON t.line = h.line ORDER BY key"
    )
    fields = ["id", "area", "household_code", "house_code", "house_no", "road", "latitude",
              "longitude", "list_status", "source_key", "source_digest"]  # fmt: skip
    same = {"owner": job.organization.pk, "status": Household.Status.ACTIVE.value, **job.origin()}
    with bulk.loading(Household, count):
        bulk.insert_columns(
            Household, fields, columns, same, total=count, room=folders.parts(job.batch, _PARTS),
            told=job.telling(N_("Writing households"), count),
        )  # fmt: skip
    return int(count)


def _update_homes(job: Job) -> None:
    """Write what differs about households that were found."""
    staging = job.staging
    known = "FROM homes h JOIN work w ON w.line = h.line JOIN db_household d ON d.id = h.id"
    different = {
        name: f"h.{name} IS NOT NULL AND h.{name} IS DISTINCT FROM d.{name}" for name in _COMPARED
    }
    different["area"] += " AND NOT starts_with(d.area, h.area)"  # a tambon says less than a village
    for name, field in _COMPARED.items():
        staging.run(
            f"INSERT INTO changes SELECT 'household', h.id, '{field}',"
            f" nullif(CAST(d.{name} AS VARCHAR), ''), CAST(h.{name} AS VARCHAR) {known}"
            f" WHERE {different[name]}"
        )
    values = ", ".join(
        f"CASE WHEN {different[name]} THEN h.{name} ELSE d.{name} END" for name in _COMPARED
    )
    columns = [*_COMPARED.values(), "source_key", "source_digest"]
    bulk.update(
        Household,
        columns,
        (
            row for chunk in staging.stream(
                f"SELECT {values}, CASE WHEN d.mine THEN coalesce(h.household_key, d.household_key)"
                " ELSE d.household_key END, CASE WHEN d.mine THEN t.digest ELSE d.digest END, h.id"
                f" {known} JOIN typed t ON t.line = h.line WHERE t.digest IS DISTINCT FROM d.digest"
            ) for row in chunk
        ),
    )  # fmt: skip


def _write_entries(job: Job) -> None:
    """Put each household on the lists of its row, unless it stands there."""
    job.staging.make(
        "entries",
        "SELECT DISTINCT i.id AS home, i.new,"
        " unnest(string_split(t.list_source, ',')) AS source, t.list_year AS year, t.list_status"
        " FROM work w JOIN typed t USING (line) JOIN home_ids i ON i.ref = w.ref",
    )
    known = _known(
        job, ListEntry.objects.filter(person=None), ("source", "source_year"),
        "SELECT DISTINCT home FROM entries WHERE NOT new",
    )  # fmt: skip
    job.staging.insert(
        "db_entries", [("home", "BIGINT"), ("source", "VARCHAR"), ("year", "SMALLINT")], known
    )
    job.staging.make(
        "new_entries", "SELECT * FROM entries ANTI JOIN db_entries USING (home, source, year)"
    )
    count = job.staging.value("SELECT count(*) FROM new_entries")
    if not count:
        return
    first = next(keys.new_keys(count))
    verification = " ".join(f"WHEN '{status}' THEN '{to}'" for status, to in _VERIFICATION.items())
    columns = job.staging.columns_of(
        f"SELECT {first} - 1 + row_number() OVER (ORDER BY home, source), home, source, year,"
        f" CASE list_status {verification} ELSE 'pending' END FROM new_entries"
    )
    with bulk.loading(ListEntry, count):
        bulk.insert_columns(
            ListEntry,
            ["id", "household", "source", "source_year", "verification"],
            columns,
            {"reason": "", "batch": job.batch},
            total=count, room=folders.parts(job.batch, _PARTS_OF_LISTS),
        )  # fmt: skip


def _write_identifiers(job: Job) -> None:
    """Keep the numbers by which other registers know a household."""
    wanted = [name for name in Identifier.Kind.values if name in job.staging.columns("typed")]
    listed = " UNION ALL ".join(
        f"SELECT i.id AS home, i.new, '{name}' AS kind, t.{name} AS value"
        " FROM work w JOIN typed t USING (line) JOIN home_ids i ON i.ref = w.ref"
        f" WHERE t.{name} IS NOT NULL"
        for name in wanted
    )
    job.staging.make("identifiers", listed)
    known = _known(
        job, Identifier.objects.all(), ("kind", "value"),
        "SELECT DISTINCT home FROM identifiers WHERE NOT new",
    )  # fmt: skip
    job.staging.insert(
        "db_identifiers", [("home", "BIGINT"), ("kind", "VARCHAR"), ("value", "VARCHAR")], known
    )
    rows = job.staging.stream(
        "SELECT home, kind, value FROM identifiers ANTI JOIN db_identifiers"
        " USING (home, kind, value)"
    )
    job.staging.run(
        "INSERT INTO changes SELECT 'household', home, kind, NULL, value FROM identifiers"
        " ANTI JOIN db_identifiers USING (home, kind, value) WHERE NOT new"
    )
    bulk.insert(
        Identifier,
        ["id", "household", "kind", "value"],
        ((keys.new_key(), *row) for chunk in rows for row in chunk),
    )


def _known(job: Job, rows: Any, columns: tuple[str, ...], homes_sql: str) -> Iterator[Any]:
    """(household, columns …) of rows that belong to some households."""
    homes = job.staging.singly(homes_sql)
    while some := list(islice(homes, _IN_ONE_QUERY)):
        yield from rows.filter(household__in=some).values_list("household_id", *columns)


def _write_history(job: Job) -> None:
    rows = job.staging.stream("SELECT kind, object_id, field, old, new FROM changes")
    bulk.insert(
        FieldChange,
        ["kind", "object_id", "field", "old", "new"],
        (row for chunk in rows for row in chunk),
        {
            "at": bulk.as_time(timezone.now()),
            "by": job.by.user_id,
            "organization_id": job.organization.pk,
            "batch_id": job.batch,
            "reason": "",
        },
    )
