"""Writes of assessments: freeze a snapshot, run a measure on it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Actor, Viewer
from wattana.assessment import queries, results, snapshots, storage, work
from wattana.assessment.figures import added, by_code, summary
from wattana.assessment.models import AreaFigure, Run, SchemeVersion, Snapshot, Status
from wattana.assessment.poverty import definitions as poverty
from wattana.assessment.poverty.counting import count
from wattana.assessment.schemes import queries as schemes
from wattana.assessment.schemes.queries import Scheme
from wattana.assessment.work import Progress, Work
from wattana.engines import DuckDB, Engine, make
from wattana.kernel.problems import N_, Conflict
from wattana.kit.vault import vault
from wattana.methods import five_capitals
from wattana.registry.actions.standings import set_standings
from wattana.rules import codebook
from wattana.rules.measures import Measure
from wattana.rules.poverty import PovertyMeasure

_MEMORY = "768MB"  # of DuckDB; with Python and Arrow beside it below 2 GB
EngineMaker = Callable[[], Engine]
"""Makes the engine that works out the scores; what they become in the database is DuckDB's work."""
_DUCKDB: EngineMaker = partial(make, "duckdb", memory=_MEMORY)
_NOT_READY = N_("This snapshot is not ready. Choose another or take a new one.")


def take_snapshot(*, by: Actor, progress: Progress | None = None) -> Snapshot:
    """Freeze all accepted visits as Parquet without names (`assessment.snapshots`).

    Raises `Conflict` while other work is in progress, when there is no visit, or on a full disk.
    """
    return begin_snapshot(by=by).finish(progress)


def begin_snapshot(*, by: Actor) -> Work[Snapshot]:
    """The same as `take_snapshot`, left to be finished here or in the background."""
    _require(by)
    return work.begin(
        lambda: Snapshot.objects.create(
            codebook_version=codebook.load().version, created_by=by.user_id
        ),
        partial(_freeze, by=by),
    )


def run(
    *,
    snapshot: Snapshot,
    measure: str,
    by: Actor,
    scheme: Scheme | None = None,
    engine: EngineMaker = _DUCKDB,
    progress: Progress | None = None,
) -> Run:
    """Apply a measure to a snapshot; its results become the current ones, all at once.

    `scheme` is the one that was chosen for the next run unless another is given; measures of
    poverty have none, and are counted by DuckDB whatever the `engine`.

    The run before stays as it was, and stays current when this one fails. Raises `Conflict` while
    other work is in progress, when files of the snapshot were changed, or on a full disk.
    """
    work = begin_run(snapshot=snapshot, measure=measure, by=by, scheme=scheme, engine=engine)
    return work.finish(progress)


def begin_run(
    *,
    snapshot: Snapshot,
    measure: str,
    by: Actor,
    scheme: Scheme | None = None,
    engine: EngineMaker = _DUCKDB,
) -> Work[Run]:
    """The same as `run`, left to be finished here or in the background."""
    require(snapshot, by)
    if measure in poverty.MEASURES:
        counted = poverty.definitions(measure)
        return work.begin(
            partial(_new_run, snapshot, counted, by), partial(_count, definitions=counted, by=by)
        )
    queries.definitions(measure)  # refuses a measure that there is not
    scheme = scheme or schemes.chosen()
    return work.begin(
        partial(_new_run, snapshot, scheme.measure, by, scheme.row),
        partial(_assess, definitions=scheme.measure, by=by, engine=engine),
    )


def _new_run(
    snapshot: Snapshot, of: Measure | PovertyMeasure, by: Actor, scheme: SchemeVersion | None = None
) -> Run:
    return Run.objects.create(
        snapshot=snapshot,
        measure=of.name,
        measure_version=of.version,
        scheme=scheme,
        definitions_hash=of.definitions_hash,
        definitions=of.definitions,
        started_by=by.user_id,
    )


def require(snapshot: Snapshot, by: Actor) -> None:
    """Raises `Forbidden` without `ASSESS`, `Conflict` for a snapshot that is not ready."""
    _require(by)
    if snapshot.status != Status.READY:
        raise Conflict(_NOT_READY)


def _require(by: Actor) -> None:
    if isinstance(by, Viewer):
        by.require(Permission.ASSESS)


def _freeze(row: Snapshot, progress: Progress, *, by: Actor) -> None:
    final = storage.folder(row)
    with storage.new_folder(final) as folder, closing(DuckDB(memory_limit=_MEMORY)) as engine:
        frozen = snapshots.freeze(
            folder,
            engine=engine,
            codebook=codebook.load(),
            keyring=vault(),
            progress=progress,
        )
    for name, value in asdict(frozen).items():
        setattr(row, name, value)
    row.path = str(final.relative_to(settings.DATA))
    row.status = Status.READY
    with transaction.atomic():
        row.save()
        audit.record(by, "snapshot.take", kind="snapshot", object_id=row.pk, visits=row.visits)


def _assess(
    row: Run, progress: Progress, *, definitions: Measure, by: Actor, engine: EngineMaker
) -> None:
    source = settings.DATA / row.snapshot.path
    snapshots.verify(source, row.snapshot.manifest_hash)
    final = storage.folder(row)
    with storage.new_folder(final) as folder:
        with closing(engine()) as chosen:
            row.engine, row.engine_version = chosen.name, chosen.version
            five_capitals.assess(chosen, source, folder, definitions)
        progress(0.3)
        with closing(DuckDB(memory_limit=_MEMORY)) as reader:
            row.summary = _write_results(row, folder / "scores.parquet", reader, progress)
    publish(row, by)


def _count(row: Run, progress: Progress, *, definitions: PovertyMeasure, by: Actor) -> None:
    """Poverty: what the run found stays in its files, from which pages work out every figure."""
    snapshots.verify(settings.DATA / row.snapshot.path, row.snapshot.manifest_hash)
    progress(0.1)
    final = storage.folder(row)
    with storage.new_folder(final) as folder, closing(DuckDB(memory_limit=_MEMORY)) as engine:
        row.engine, row.engine_version = engine.name, engine.version
        row.summary = count(folder, row.snapshot, engine=engine, measure=definitions)
    publish(row, by)


def _write_results(row: Run, scores: Path, engine: DuckDB, progress: Progress) -> dict[str, Any]:
    waves = results.write_area_figures(row.pk, scores, engine=engine)
    results.write_household_results(
        row.pk,
        scores,
        engine=engine,
        keyring=vault(),
        progress=lambda share: progress(0.35 + 0.6 * share),
    )
    provinces = by_code(AreaFigure.objects.filter(run=row, parent="", year=0))
    return {"waves": waves, **summary(added(list(provinces.values())))}


@transaction.atomic
def publish(row: Run, by: Actor) -> None:
    """Let the run take the place of the one before, with the registry's standings, at once."""
    Run.objects.filter(measure=row.measure, current=True).update(current=False)
    row.status = Status.READY
    row.current = True
    row.finished_at = timezone.now()
    row.save()
    if row.measure == queries.FIVE_CAPITALS:
        set_standings(standings=results.standings(row.pk), by=by)
    audit.record(by, "run.publish", kind="run", object_id=row.pk, measure=row.measure)
