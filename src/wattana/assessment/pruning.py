"""Old runs and snapshots make room: their rows and files go, what pages or others name stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Actor, Viewer
from wattana.assessment import results, storage
from wattana.assessment.models import Prediction, Run, Snapshot, Status
from wattana.kernel.problems import N_, Invalid

Progress = Callable[[float], None]


@dataclass(frozen=True)
class Plan:
    """What would go, the oldest first."""

    runs: list[Run]
    snapshots: list[Snapshot]


def plan(keep: int) -> Plan:
    """What stands beyond the newest `keep` finished runs of each measure.

    The current run stays, and those from which a prediction was learnt; a snapshot stays that a
    run which stays names, and so do the newest `keep`. Work in progress is left alone.
    """
    if keep < 1:
        raise Invalid(N_("Keep at least one run of each measure."))
    stays = {*Run.objects.filter(current=True).values_list("pk", flat=True)}
    stays |= {*Run.objects.filter(status=Status.WORKING).values_list("pk", flat=True)}
    stays |= {*Prediction.objects.values_list("run_id", flat=True)}
    for measure in Run.objects.order_by().values_list("measure", flat=True).distinct():
        stays |= _newest(Run.objects.filter(measure=measure), keep)
    runs = Run.objects.exclude(pk__in=stays).select_related("snapshot").order_by("pk")
    named = Run.objects.filter(pk__in=stays).values("snapshot")
    snapshots = (
        Snapshot.objects.exclude(pk__in=named)
        .exclude(pk__in=_newest(Snapshot.objects.all(), keep))
        .exclude(status=Status.WORKING)
    )
    return Plan(list(runs), list(snapshots.order_by("pk")))


def _newest(rows: QuerySet[Run, Run] | QuerySet[Snapshot, Snapshot], keep: int) -> set[int]:
    """The keys of the newest that came to their end."""
    ready = rows.filter(status=Status.READY).order_by("-pk")
    return set(ready.values_list("pk", flat=True)[:keep])


def prune(*, keep: int, by: Actor, progress: Progress | None = None) -> Plan:
    """Remove what `plan` tells, one after the other, each with its place in the audit trail.

    Raises `Conflict` while a snapshot or an assessment is in progress.
    """
    if isinstance(by, Viewer):
        by.require(Permission.ASSESS)
    with storage.lock():
        found = plan(keep)
        for done, row in enumerate(old := [*found.runs, *found.snapshots], 1):
            _remove(row, by)
            if progress:
                progress(done / len(old))
    return found


def _remove(row: Run | Snapshot, by: Actor) -> None:
    kind = "run" if isinstance(row, Run) else "snapshot"
    key = row.pk
    with transaction.atomic():
        if isinstance(row, Run):
            results.remove(key)
            detail = {"measure": row.measure, "definitions": row.definitions_hash}
        else:
            detail = {"manifest": row.manifest_hash}
        type(row).objects.filter(pk=key).delete()
        audit.record(by, f"{kind}.remove", kind=kind, object_id=key, **detail)
    storage.remove(row)
