"""A file's way in: uploaded, checked, committed or discarded, and perhaps undone.

Page and command call the same functions. Until `commit` nothing but the batch's own row and folder
is written; `commit` is one transaction.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
from django.db import DatabaseError, IntegrityError, ProgrammingError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from wattana.accounts import audit
from wattana.accounts.models import Organization
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Actor, Viewer
from wattana.kernel import keys
from wattana.kernel.problems import N_, Conflict, Forbidden, Invalid, NotFound
from wattana.kit import bulk, machine
from wattana.registry import entering
from wattana.registry.imports import checking, folders, rejected, taking_turns, undoing, writing
from wattana.registry.imports.checking import Totals
from wattana.registry.imports.files import Source, check_size, open_source
from wattana.registry.imports.kinds import Counts, Job, Kind, Progress, kind_of, silent
from wattana.registry.imports.mapping import ColumnMapping, from_json, propose, with_full_names
from wattana.registry.imports.parsing import define
from wattana.registry.imports.staging import Staging
from wattana.registry.models import ImportBatch, ImportMapping

Status = ImportBatch.Status
_NO_BATCH = N_("There is no such import in your organisation.")
AT_WORK = N_("This import is being worked on. Wait a moment and open it again.")


@dataclass(frozen=True)
class Report:
    """What a check or a commit came to."""

    batch: int
    totals: Totals
    counts: Counts
    written: bool


def upload(
    *, pieces: Iterable[bytes], name: str, kind: str, year: int, by: Actor,
    organization: Organization | None = None,
) -> ImportBatch:  # fmt: skip
    """Take a file in for one's own organisation (the operator names one). Raises `Invalid`."""
    _require(by)
    kind_of(kind)
    owner = _own(by, organization)
    _open_areas(by, owner)
    batch = ImportBatch(organization=owner, kind=kind, year=year, file_name=Path(name).name[:200],
                        uploaded_by=by.user_id)  # fmt: skip
    path = folders.make(batch.pk) / folders.UPLOAD
    try:
        size, batch.file_sha256 = folders.store(path, pieces)
        check_size(size)
        with transaction.atomic():
            batch.save()
            audit.record(by, "import.upload", kind="batch", object_id=batch.pk, what=kind)
    except BaseException:
        folders.remove(batch.pk)
        raise
    return batch


def proposal(*, batch: ImportBatch, by: Actor) -> ColumnMapping:
    """The mapping that the file's header suggests. Raises `Invalid` for an unusable file."""
    _require(by)
    source = _open(batch, ColumnMapping())
    return ColumnMapping(**_proposed(batch, source.header.names))


def _proposed(batch: ImportBatch, header: list[str]) -> dict[str, dict[str, str]]:
    kind = kind_of(batch.kind)
    columns = propose(header, kind.fields.values())
    return {"columns": columns, "constants": _only_tambon(batch, kind, set(columns.values()))}


def _only_tambon(batch: ImportBatch, kind: Kind, filled: set[str]) -> dict[str, str]:
    """The area where rows place households without naming the tambon, and only one is served."""
    places = kind.one_row_per_household or filled & {"moo", "village_name"}
    areas = list(batch.organization.areas.values_list("code", flat=True)[:2])
    if not places or filled & {"area_code", "tambon_name"} or len(areas) != 1:
        return {}
    return {"area_code": areas[0]} if len(areas[0]) >= 6 else {}


def completed(
    mapping: ColumnMapping | None, batch: ImportBatch, header: list[str]
) -> ColumnMapping:
    """A mapping as it will be used: without columns of its own, the header's proposal counts."""
    given = mapping or ColumnMapping()
    if given.columns:
        columns, constants = dict(given.columns), dict(given.constants)
    else:
        proposed = _proposed(batch, header)
        columns = {c: f for c, f in proposed["columns"].items() if f not in given.constants}
        constants = {**proposed["constants"], **given.constants}
    return replace(given, columns=with_full_names(columns), constants=constants)


def check(
    *, batch: ImportBatch, by: Actor, mapping: ColumnMapping | None = None,
    progress: Progress = silent,
) -> Report:  # fmt: skip
    """Read, understand and compare all rows; nothing enters the registry.

    Raises `Invalid` for an unusable file or mapping.
    """
    with _told_failures(), _empty(batch) as staging:
        report = _check(_job(batch, staging, mapping, by, progress), batch)
        progress(N_("Keeping the result"), 0, 1)
        staging.keep(folders.folder(batch.pk) / folders.STAGING)
    return report


def commit(
    *, batch: ImportBatch, by: Actor, accept_valid: bool = False, progress: Progress = silent
) -> Report:
    """Write the good rows in one transaction: all, or with `accept_valid` those that are good.

    Raises `Conflict` when rows are rejected and that was not accepted. A failure of any sort leaves
    the registry as it was.
    """
    if batch.status != Status.CHECKED:
        raise Conflict(N_("Check the file before it is committed."))
    with _told_failures(), _kept(batch) as staging:
        report = _commit(_checked_job(batch, staging, by, progress), batch, accept_valid)
    folders.remove(batch.pk, keep_rejected=True)
    return report


def bring(
    *, batch: ImportBatch, by: Actor, mapping: ColumnMapping | None = None, dry_run: bool = False,
    accept_valid: bool = False, progress: Progress = silent, read: Callable[[Job], None],
) -> Report:  # fmt: skip
    """Check, and commit when all rows are good or `accept_valid`; otherwise discard. For commands.

    `read` is called between the two, to look at what was found. A file that cannot be used at all
    leaves no import behind.
    """
    done = False
    try:
        with _told_failures(), _empty(batch) as staging:
            job = replace(_job(batch, staging, mapping, by, progress), by_command=True)
            report = _check(job, batch)
            read(job)
            if not dry_run and (accept_valid or not report.totals.rejected):
                report = _commit(job, batch, accept_valid)
                done = True
    finally:
        if dry_run or batch.status == Status.UPLOADED:
            _forget(batch, by, "import.dry_run" if dry_run else "import.discard")
        elif not done:
            discard(batch=batch, by=by)
    folders.remove(batch.pk, keep_rejected=True)
    return report


def _forget(batch: ImportBatch, by: Actor, action: str) -> None:
    """Leave nothing of a dry run, or of an unusable file, but its place in the audit trail."""
    with transaction.atomic():
        ImportBatch.objects.filter(pk=batch.pk).delete()
        audit.record(by, action, kind="batch", object_id=batch.pk, what=batch.kind)
    folders.remove(batch.pk)


def _check(job: Job, batch: ImportBatch) -> Report:
    _require(job.by)
    if batch.status not in (Status.UPLOADED, Status.CHECKED):
        raise Conflict(N_("This import is finished. Upload the file again."))
    checking.check(job)
    totals = checking.totals(job.staging)
    batch.mapping = job.mapping.as_json()
    batch.notes = _notes(job)
    batch.status = Status.CHECKED
    _save_totals(batch, totals)
    batch.save()
    return Report(batch.pk, totals, Counts(), written=False)


def _commit(job: Job, batch: ImportBatch, accept_valid: bool) -> Report:
    _require(job.by)
    with taking_turns.turn(batch, job.progress), bulk.letting_go():
        _refuse_finished(batch, ImportBatch.objects.all())
        noted = checking.compared_with(job)
        checking.still_good(job, accept_valid)  # anew if need be, while nobody waits for that
        with transaction.atomic():
            entering.by_import(job.areas)
            _refuse_finished(batch, ImportBatch.objects.select_for_update())
            totals = checking.still_good(job, accept_valid)
            batch.first_key = keys.new_key()
            writing.write(job)
            if checking.compared_with(job) != noted:
                batch.notes = _notes(job)
            _finish(batch, job, totals)
    if totals.rejected:
        rejected.keep(job)
    return Report(batch.pk, totals, job.counts, written=True)


def _notes(job: Job) -> list[dict[str, Any]]:
    return [asdict(note) for note in checking.notes(job)]


def _refuse_finished(batch: ImportBatch, rows: QuerySet[ImportBatch]) -> None:
    if rows.get(pk=batch.pk).status != Status.CHECKED:
        raise Conflict(N_("This import is finished. Upload the file again."))


def _finish(batch: ImportBatch, job: Job, totals: Totals) -> None:
    batch.status = Status.COMMITTED
    batch.committed_at, batch.committed_by = timezone.now(), job.by.user_id
    batch.created, batch.updated = job.counts.created, job.counts.updated
    batch.unchanged = job.counts.unchanged
    _save_totals(batch, totals)
    batch.save()
    audit.record(
        job.by, "import.commit", kind="batch", object_id=batch.pk, what=batch.kind,
        accepted=batch.accepted, rejected=batch.rejected, created=batch.created,
        updated=batch.updated,
    )  # fmt: skip


def discard(*, batch: ImportBatch, by: Actor) -> None:
    """Throw an uploaded or checked file away."""
    _require(by)
    with transaction.atomic():
        locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if locked.status not in (Status.UPLOADED, Status.CHECKED):
            raise Conflict(N_("This import is finished. It can be undone, not discarded."))
        batch.status = Status.DISCARDED
        batch.save()
        audit.record(by, "import.discard", kind="batch", object_id=batch.pk)
    folders.remove(batch.pk)


def undo(*, batch: ImportBatch, by: Actor, progress: Progress = silent) -> None:
    """Take a committed batch back: what it entered goes, what it changed returns.

    Raises `Conflict`, naming records, when somebody changed them since.
    """
    _require(by)
    with _told_failures(), taking_turns.turn(batch, progress), transaction.atomic():
        entering.by_import(_served(batch.organization))
        locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if locked.status != Status.COMMITTED:
            raise Conflict(N_("Only a committed import can be undone."))
        undoing.undo(locked, by=by)
        locked.status = Status.UNDONE
        locked.undone_at, locked.undone_by = timezone.now(), by.user_id
        locked.save()
        audit.record(by, "import.undo", kind="batch", object_id=batch.pk)
    folders.remove(batch.pk)
    batch.refresh_from_db()


def propose_mapping(*, batch: ImportBatch, mapping: ColumnMapping, by: Actor) -> None:
    """Keep a mapping with the batch until the check."""
    _require(by)
    batch.mapping = mapping.as_json()
    ImportBatch.objects.filter(pk=batch.pk).update(mapping=batch.mapping)


def save_mapping(*, batch: ImportBatch, name: str, mapping: ColumnMapping, by: Actor) -> None:
    """Keep a mapping for the next file of the same source; one of that name is replaced."""
    _require(by)
    ImportMapping.objects.update_or_create(
        organization=batch.organization, kind=batch.kind, name=name.strip()[:120],
        defaults={"mapping": mapping.of_source().as_json(), "saved_by": by.user_id},
    )  # fmt: skip


@contextlib.contextmanager
def report_of(batch: ImportBatch, by: Actor) -> Iterator[Job]:
    """The job of a checked batch, for reading what the check found."""
    with _kept(batch) as staging:
        yield _checked_job(batch, staging, by, silent)


def _job(
    batch: ImportBatch, staging: Staging, mapping: ColumnMapping | None, by: Actor,
    progress: Progress,
) -> Job:  # fmt: skip
    """A job that begins: with the rows of the file."""
    source = _open(batch, mapping or ColumnMapping())
    used = completed(mapping, batch, source.header.names)
    progress(N_("Reading the file"), 0, 1)
    if not staging.load(source):
        raise Invalid(N_("The file has a header but no rows."))
    return Job(
        staging, kind_of(batch.kind), source.header.names, used, batch.organization, batch.year,
        _open_areas(by, batch.organization), by, batch.pk, progress,
    )  # fmt: skip


def _checked_job(batch: ImportBatch, staging: Staging, by: Actor, progress: Progress) -> Job:
    job = Job(
        staging, kind_of(batch.kind), list(staging.singly("SELECT name FROM header")),
        from_json(batch.mapping), batch.organization, batch.year,
        _open_areas(by, batch.organization), by, batch.pk, progress,
    )  # fmt: skip
    define(job)
    return job


def _save_totals(batch: ImportBatch, totals: Totals) -> None:
    batch.rows, batch.accepted = totals.rows, totals.accepted
    batch.rejected = totals.rejected


def _empty(batch: ImportBatch) -> Staging:
    return Staging(folders.folder(batch.pk) / folders.SPILL)


def _kept(batch: ImportBatch) -> Staging:
    folder = folders.folder(batch.pk)
    return Staging(folder / folders.SPILL, kept=folder / folders.STAGING)


def _open(batch: ImportBatch, mapping: ColumnMapping) -> Source:
    path = folders.folder(batch.pk) / folders.UPLOAD
    if not path.exists():
        raise Conflict(N_("The file of this import is no longer here. Upload it again."))
    return open_source(path, header_line=mapping.header_line, sheet=mapping.sheet)


def _require(by: Actor) -> None:
    if isinstance(by, Viewer):
        by.require(Permission.IMPORT)


def _own(by: Actor, organization: Organization | None) -> Organization:
    if isinstance(by, Viewer):
        if organization is not None and organization.pk != by.organization_id:
            raise NotFound(_NO_BATCH)
        return Organization.objects.get(pk=by.organization_id)
    if organization is None:
        raise Invalid(N_("Say for which organisation the file is imported."))
    return organization


def _open_areas(by: Actor, organization: Organization) -> tuple[str, ...]:
    """The areas in which rows may lie. Raises `Forbidden` where there are none."""
    areas = by.areas if isinstance(by, Viewer) else _served(organization)
    if not areas:
        raise Forbidden(
            N_(
                "No area is open to this organisation: it serves none, or no agreement is in "
                "force. Nothing can be imported."
            )
        )
    return areas


def _served(organization: Organization) -> tuple[str, ...]:
    return tuple(organization.areas.values_list("code", flat=True))


@contextlib.contextmanager
def _told_failures() -> Iterator[None]:
    """A full disk, a broken database and the like become a message; the transaction is undone."""
    try:
        yield
    except IntegrityError as error:
        raise Conflict(checking.CHANGED) from error
    except ProgrammingError:
        raise  # our mistake, not the machine's
    except (DatabaseError, duckdb.IOException, duckdb.OutOfMemoryException, OSError) as error:
        if machine.is_busy(error):
            raise Conflict(machine.BUSY) from error
        raise Conflict(
            N_(
                "The data could not be written (%(reason)s). Nothing of this import was kept. Make "
                "room on the disk or mend the database, then try again."
            ),
            reason=str(error).splitlines()[0][:200],
        ) from error
