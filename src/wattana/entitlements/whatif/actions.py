"""Try a change of rules. A trial is a run that never becomes the current one."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from contextlib import closing
from dataclasses import asdict
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Actor
from wattana.assessment import snapshots, storage, work
from wattana.assessment.actions import require
from wattana.assessment.models import Run, Snapshot, Status
from wattana.assessment.poverty.counting import scored_run
from wattana.assessment.work import Progress, Work
from wattana.engines import DuckDB
from wattana.kernel.problems import N_, Conflict, NotFound
from wattana.methods.rights.whatif import Comparison, Ground, compare
from wattana.rules import codebook, parameters
from wattana.rules import programmes as rulebook
from wattana.rules.programmes.changing import Change, changed

MEASURE = "what_if"
COMPARISON = "comparison.json"
_MEMORY = "768MB"
_NOTHING = N_("Nothing was surveyed and frozen yet. Take a snapshot first.")


def begin(change: Change, *, by: Actor, on: dt.date | None = None) -> Work[Run]:
    """Begin a trial on the newest snapshot; finish it here or in the background.

    Raises `Forbidden` without `ASSESS`, `Invalid` for a change with a fault, `Conflict` while other
    work is in progress or before the first snapshot.
    """
    changed(change)
    snapshot = Snapshot.objects.filter(status=Status.READY).order_by("-pk").first()
    if snapshot is None:
        raise Conflict(_NOTHING)
    require(snapshot, by)
    day = on or timezone.localdate()
    return work.begin(
        partial(_new_run, snapshot, change, by), partial(_try, change=change, by=by, day=day)
    )


@transaction.atomic
def remove(*, trial: int, by: Actor) -> None:
    """Remove a trial with its files. Raises `Forbidden`, `NotFound`; `Conflict` while it runs."""
    by.require(Permission.ASSESS)
    row = Run.objects.filter(pk=trial, measure=MEASURE).first()
    if row is None:
        raise NotFound(N_("There is no such trial."))
    if row.status == Status.WORKING:
        raise Conflict(N_("This trial is being worked out. Wait until it is done."))
    audit.record(by, "what_if.remove", kind="run", object_id=row.pk)
    storage.remove(row)
    row.delete()


def _new_run(snapshot: Snapshot, change: Change, by: Actor) -> Run:
    written = json.dumps(change.as_data(), sort_keys=True, ensure_ascii=False)
    return Run.objects.create(
        snapshot=snapshot,
        measure=MEASURE,
        measure_version="",
        definitions_hash=hashlib.sha256(written.encode()).hexdigest(),
        definitions=change.as_data(),
        started_by=by.user_id,
    )


def _try(row: Run, progress: Progress, *, change: Change, by: Actor, day: dt.date) -> None:
    source = settings.DATA / row.snapshot.path
    snapshots.verify(source, row.snapshot.manifest_hash)
    progress(0.1)
    with (
        storage.new_folder(storage.folder(row)) as folder,
        closing(DuckDB(memory_limit=_MEMORY)) as engine,
    ):
        row.engine, row.engine_version = engine.name, engine.version
        files = folder / "files"
        files.mkdir()
        found = compare(
            engine, source, files, rulebook.load(), changed(change),
            codebook=codebook.load(), ground=_ground(row, day),
        )  # fmt: skip
        engine.close()
        shutil.rmtree(files)
        progress(0.9)
        (folder / COMPARISON).write_text(_written(found), encoding="utf-8")
    row.summary = {"on": day.isoformat(), "whole": asdict(found.areas[0])}
    row.status, row.finished_at = Status.READY, timezone.now()
    with transaction.atomic():
        row.save()
        audit.record(by, "what_if.run", kind="run", object_id=row.pk)


def _ground(row: Run, day: dt.date) -> Ground:
    """The day, the poverty line then, and the levels of the five capitals where they are known."""
    monthly = parameters.load()["poverty_line"].on(day)
    levels = scored_run(row.snapshot)
    return Ground(
        day=day,
        line=12 * monthly if monthly is not None else None,
        levels=storage.folder(levels) / "scores.parquet" if levels else None,
    )


def _written(found: Comparison) -> str:
    told = {
        "line": found.ground.line,
        "areas": [asdict(one) for one in found.areas],
        "levels": [asdict(one) for one in found.levels],
        "programmes": found.programmes,
    }
    return json.dumps(told, ensure_ascii=False)
