"""The steps from a file to rows that are known to be good, or known to be wrong and why."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Max
from django.utils.translation import gettext

from wattana import __version__
from wattana.kernel.problems import N_, Conflict, Problem, from_data
from wattana.kit.middleware import told
from wattana.registry.imports import fields, folders, homes, parsing, people
from wattana.registry.imports.kinds import Job, Kind
from wattana.registry.imports.mapping import ColumnMapping
from wattana.registry.imports.mapping import check as check_mapping
from wattana.registry.imports.staging import AGAINST_REGISTRY, Staging, literal
from wattana.registry.models import FieldChange, Household, ImportBatch, ListEntry, Person

_ROWS_OF_A_NOTE = 5
_DISTINCT = "SELECT DISTINCT line, field, message, params"
CHANGED = N_(
    "The registry changed since this file was checked, and rows are now rejected that were good. "
    "Check the file again."
)


def check(job: Job) -> None:
    """Find what is wrong with the rows. Raises `Invalid` when the mapping does not fit the file."""
    check_mapping(job.mapping, job.header, job.kind.fields)
    job.kind.require(job.mapping)
    job.staging.forget_errors(0)
    parsing.parse(job)
    job.kind.complete(job)
    job.progress(N_("Comparing rows"), 0, 1)
    homes.gather(job)
    job.kind.check(job)
    _begin_to_match(job)
    with _people_collected(job):  # of the file alone: meanwhile Python reads the registry
        homes.load(job)
    _match(job)


def match(job: Job) -> None:
    """Compare the good rows with the registry."""
    _begin_to_match(job)
    homes.load(job)
    _match(job)


def _people_collected(job: Job) -> AbstractContextManager[None]:
    if not job.kind.people:
        return nullcontext()
    return job.staging.beside(lambda staging: people.collect(replace(job, staging=staging)))


def _begin_to_match(job: Job) -> None:
    job.progress(N_("Comparing with the registry"), 0, 1)
    job.staging.forget_errors(AGAINST_REGISTRY)
    columns = [("state", "VARCHAR"), ("reader", "VARCHAR")]
    job.staging.insert("state", columns, [(state(job), _reader(job))])


def _match(job: Job) -> None:
    homes.match(job)
    if job.kind.people:
        people.match(job)
    job.kind.match(job)


def refuse_older(job: Job) -> None:
    """Raise `Conflict` for rows that the software read before it was brought up to date: what it
    makes of a cell, such as how a name sounds, may be another thing now."""
    told = "reader" in job.staging.columns("state")
    if not told or job.staging.value("SELECT reader FROM state") != _reader(job):
        raise Conflict(
            N_("Wattana was brought up to date since this file was checked. Check the file again.")
        )


def _reader(job: Job) -> str:
    """A text that differs after an upgrade that may read rows in another way."""
    upgrades = MigrationRecorder(connection).migration_qs.aggregate(newest=Max("pk"))
    return json.dumps(
        [__version__, fields.READING, upgrades["newest"], *parsing.all_columns(job.kind)]
    )


def is_current(job: Job) -> bool:
    """Whether the registry, and the areas open to the actor, are as when rows were compared."""
    return compared_with(job) == state(job)


def compared_with(job: Job) -> str:
    """The `state` in which rows were compared."""
    return str(job.staging.value("SELECT state FROM state"))


def state(job: Job) -> str:
    """A text that differs after any change of the registry that a comparison depends on."""
    newest = [
        rows.aggregate(newest=Max("pk"))["newest"]
        for rows in (
            Household.objects.all(), Person.objects.all(), ListEntry.objects.all(),
            FieldChange.objects.all(), ImportBatch.objects.exclude(committed_at=None),
        )
    ]  # fmt: skip
    undone = ImportBatch.objects.filter(status=ImportBatch.Status.UNDONE).count()
    return json.dumps([*newest, undone, *sorted(job.areas)])


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a row, in the language in force."""

    row: int  # line in the file
    column: str  # as the header names it
    reason: str


@dataclass(frozen=True)
class Totals:
    rows: int
    accepted: int
    rejected: int
    faults: int
    warnings: int


def totals(staging: Staging) -> Totals:
    """How many rows there are, and how many of them are good."""
    rows, rejected, faults, warnings = staging.rows(
        "SELECT (SELECT count(*) FROM raw), (SELECT count(DISTINCT line) FROM errors),"
        " (SELECT count(*) FROM errors), (SELECT count(*) FROM warnings)"
    )[0]
    return Totals(rows, rows - rejected, rejected, faults, warnings)


def still_good(job: Job, accept_valid: bool) -> Totals:
    """Compare rows again where the registry changed since they were checked.

    Raises `Conflict` when rows are rejected and that was not accepted.
    """
    refuse_older(job)
    before = totals(job.staging)
    if before.rejected and not accept_valid:
        raise Conflict(
            N_("Rejected rows: %(count)s. Correct them, or take the good rows only."),
            count=before.rejected,
        )
    if is_current(job):
        return before
    match(job)
    after = totals(job.staging)
    if after.rejected and not accept_valid:
        raise Conflict(CHANGED)
    return after


def faults(
    job: Job, *, table: str = "errors", start: int = 0, count: int | None = None
) -> list[Fault]:
    """Some of what is wrong (or, in the table `warnings`, noteworthy), by line."""
    return _faults(job.staging, job.kind, job.mapping, table, start, count)


def keep_faults(job: Job, path: Path) -> None:
    """Keep what is wrong with the rejected rows, in no language, beside them."""
    job.staging.run(f"COPY ({_DISTINCT} FROM errors) TO {literal(str(path))} (FORMAT parquet)")
    path.chmod(0o600)


def kept_faults(
    path: Path, kind: Kind, mapping: ColumnMapping, *, start: int, count: int
) -> list[Fault]:
    """Some of what `keep_faults` kept, by line."""
    with Staging(path.parent / folders.SPILL) as staging:
        kept = f"read_parquet({literal(str(path))})"
        return _faults(staging, kind, mapping, kept, start, count)


def _faults(
    staging: Staging, kind: Kind, mapping: ColumnMapping, table: str, start: int, count: int | None
) -> list[Fault]:
    limit = "" if count is None else f" LIMIT {count:d} OFFSET {start:d}"
    rows = staging.rows(f"{_DISTINCT} FROM {table} ORDER BY line, field, message, params{limit}")
    return [
        Fault(line, column_of(mapping, kind, field), reason(message, params))
        for line, field, message, params in rows
    ]


@dataclass(frozen=True)
class Note:
    """Something noteworthy that holds for several rows, kept with the batch."""

    column: str
    message: str
    params: str  # of the first row, as JSON
    count: int
    rows: list[int]  # the first lines
    varied: bool = False  # what is said of the first row differs in others

    def told(self) -> dict[str, Any]:
        """What a reader is told, in the language in force."""
        said = reason(self.message, self.params)
        if self.varied:
            said = gettext("For example line %(row)s: %(reason)s") % {
                "row": self.rows[0], "reason": said,
            }  # fmt: skip
        return {"column": self.column, "reason": said, "count": self.count, "rows": self.rows}


def notes(job: Job) -> list[Note]:
    """The warnings of a check, those of one sort together, by their first line."""
    rows = job.staging.rows(
        "SELECT field, message, arg_min(first, line), count(*),"
        f" min(line, {_ROWS_OF_A_NOTE:d}), min(first) <> max(last) FROM ("
        "SELECT field, message, line, min(params) AS first, max(params) AS last FROM warnings"
        " GROUP BY ALL) GROUP BY field, message ORDER BY min(line), field, message"
    )
    return [Note(column_of(job.mapping, job.kind, field), *told) for field, *told in rows]


def left_out(job: Job) -> list[str]:
    """The columns from which nothing is taken."""
    return [name for name in job.header if name and name not in job.mapping.columns]


def reason(message: str, params: str) -> str:
    """A message of the staging database in the language in force."""
    return told(Problem(message, **from_data(json.loads(params))))


def column_of(mapping: ColumnMapping, kind: Kind, name: str) -> str:
    """The header of the column behind a field, or behind a column of the staging database."""
    if header_ := mapping.header_of(name):
        return header_
    for field_name, field in kind.fields.items():
        if name in field.columns and (header_ := mapping.header_of(field_name)):
            return header_
    known = kind.fields.get(name)
    return known.label if known else ""
