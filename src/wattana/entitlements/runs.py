"""A run of the rights: all programmes for every household of a snapshot, at once."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from wattana.accounts.viewer import Actor
from wattana.assessment import snapshots, storage, work
from wattana.assessment.actions import publish, require
from wattana.assessment.models import Run, Snapshot
from wattana.assessment.work import Progress, Work
from wattana.engines import DuckDB
from wattana.entitlements import reasons
from wattana.entitlements.models import Missing, TakeUp
from wattana.entitlements.sensitivity import is_sensitive
from wattana.kernel import keys
from wattana.kernel.sealing import Keyring
from wattana.kit.bulk import insert
from wattana.kit.vault import vault
from wattana.methods.rights import bulk
from wattana.methods.suppression import withheld_in_tree
from wattana.registry.models import Household, Person
from wattana.rules import codebook
from wattana.rules import programmes as rulebook
from wattana.rules.programmes import Programme

MEASURE = "rights"
AMOUNTS = ("due_year", "missing_year")  # of the summary, in satang
_MEMORY = "768MB"
_CHUNK = 20_000
_MISSING = "missing.parquet"
_MISSING_FIELDS = (
    "id", "run_id", "household_id", "person_id", "programme", "satang_year", "sensitive",
)  # fmt: skip


def run(
    *,
    snapshot: Snapshot,
    by: Actor,
    on: dt.date | None = None,
    progress: Progress | None = None,
) -> Run:
    """Judge all programmes as of a day (today); the run becomes the current one, all at once.

    Raises `Forbidden` without `ASSESS`, `Conflict` while other work is in progress, when files of
    the snapshot were changed, or on a full disk.
    """
    return begin(snapshot, by, on).finish(progress)


def begin(snapshot: Snapshot, by: Actor, on: dt.date | None = None) -> Work[Run]:
    """The same as `run`, left to be finished here or in the background."""
    require(snapshot, by)
    day = on or timezone.localdate()
    return work.begin(partial(_new_run, snapshot, by), partial(_assess, by=by, day=day))


def applied() -> list[Programme]:
    """The programmes that are on, each after its gateways."""
    return [one for one in rulebook.load().values() if one.is_on]


def _new_run(snapshot: Snapshot, by: Actor) -> Run:
    definitions = json.loads(json.dumps({p.id: p.definitions for p in applied()}, default=str))
    written = json.dumps(definitions, sort_keys=True, ensure_ascii=False).encode()
    return Run.objects.create(
        snapshot=snapshot,
        measure=MEASURE,
        measure_version=max(one.as_of for one in applied()).isoformat(),
        definitions_hash=hashlib.sha256(written).hexdigest(),
        definitions=definitions,
        started_by=by.user_id,
    )


def _assess(row: Run, progress: Progress, *, by: Actor, day: dt.date) -> None:
    source = settings.DATA / row.snapshot.path
    snapshots.verify(source, row.snapshot.manifest_hash)
    final = storage.folder(row)
    with storage.new_folder(final) as folder, closing(DuckDB(memory_limit=_MEMORY)) as engine:
        row.engine, row.engine_version = engine.name, engine.version
        bulk.assess(engine, source, folder, applied(), codebook=codebook.load(), on=day)
        progress(0.6)
        figures = bulk.take_up(engine, folder, applied())
        _write_missing(engine, folder)
        progress(0.7)
        why = reasons.counted(engine, folder, applied())
        row.summary = {**_summary(row, figures, day), reasons.KEY: why}
        with transaction.atomic():  # nobody sees the rows before the run is the current one
            insert(TakeUp, *_take_up(row.pk, figures))
            for some in _missing(row.pk, folder / _MISSING, vault()):
                insert(Missing, _MISSING_FIELDS, some)
            publish(row, by)


def _summary(row: Run, figures: pa.Table, day: dt.date) -> dict[str, Any]:
    """What commands say of the run: rights due, received, missing and satang a year, over all."""
    whole = [one for one in figures.to_pylist() if one["code"] == ""]
    names = ("due", "received", "missing", "receipt_unknown", *AMOUNTS)
    return {
        "on": day.isoformat(),
        "programmes": len(applied()),
        "households": row.snapshot.households,
        **{name: sum(one[name] for one in whole) for name in names},
    }


def _take_up(run_id: int, figures: pa.Table) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    """Fields and rows of `TakeUp`, the sum over all areas left out: it is nobody's area."""
    names = [name for name in figures.column_names if name not in ("code", "programme")]
    found = [one for one in figures.to_pylist() if one["code"]]
    withheld = _withheld(found)
    rows = (
        (
            run_id, one["code"], one["code"][:-2], one["programme"], *(one[name] for name in names),
            (one["programme"], one["code"]) in withheld,
        )
        for one in found
    )  # fmt: skip
    return ["run", "code", "parent", "programme", *names, "withheld"], rows


def _withheld(figures: Sequence[Mapping[str, Any]]) -> set[tuple[str, str]]:
    """Programme and area where those who are due or may apply are too few to publish."""
    trees: dict[str, dict[str, list[int]]] = defaultdict(dict)
    for one in figures:
        trees[one["programme"]][one["code"]] = [one["due"] + one["may_apply"]]
    return {
        (programme, code)
        for programme, tree in trees.items()
        for code, parts in withheld_in_tree(tree, settings.SMALL_GROUP).items()
        if 0 in parts
    }


def _write_missing(engine: DuckDB, folder: Path) -> None:
    """Who is due and does not get what, household by household."""
    tables = {
        level: bulk.judged(engine, folder, level, applied()) for level in ("person", "household")
    }
    parts = []
    for one in applied():
        if not one.may_be_due:
            continue
        person = "person" if one.level == "person" else "NULL"
        parts.append(
            f"SELECT household, CAST({person} AS VARCHAR) AS person, '{one.id}' AS programme, "
            f'"{one.id}_year" AS satang_year, area FROM {tables[one.level]} AS rows '
            f'WHERE latest AND "{one.id}" = 3 AND "{one.id}_received" = 0'
        )
    engine.write(
        f"SELECT * FROM ({' UNION ALL '.join(parts)}) AS rows ORDER BY area, household, person",
        folder / _MISSING,
    )


def _missing(run_id: int, path: Path, keyring: Keyring) -> Iterator[list[tuple[Any, ...]]]:
    """Rows of `Missing`, some at a time; who was deleted or moved away since is passed over.

    Whole lists, as nothing else may ask the database while rows stream into it (COPY).
    """
    homes = {
        keyring.pseudonym(str(key), "household"): key
        for key in Household.objects.values_list("id", flat=True).iterator()
    }
    sensitive = {one.id: is_sensitive(one) for one in applied()}
    for batch in pq.ParquetFile(path).iter_batches(batch_size=_CHUNK):
        rows = [one for one in batch.to_pylist() if one["household"] in homes]
        people = _people({homes[one["household"]] for one in rows}, keyring)
        there = [one for one in rows if one["person"] is None or one["person"] in people]
        yield [
            (
                key, run_id, homes[one["household"]], people.get(one["person"]),
                one["programme"], one["satang_year"] or 0, sensitive[one["programme"]],
            )
            for key, one in zip(keys.new_keys(len(there)), there, strict=True)
        ]  # fmt: skip


def _people(homes: set[int], keyring: Keyring) -> Mapping[str, int]:
    """Keys by pseudonym of those who live in some households."""
    found = Person.objects.filter(household_id__in=homes, left_on=None)
    return {
        keyring.pseudonym(str(key), "person"): key
        for key in found.values_list("id", flat=True).iterator()
    }
