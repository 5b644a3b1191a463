"""The commands `wattana snapshot` and `wattana assess`."""

from __future__ import annotations

from functools import partial
from typing import Any

import click
from django.utils.translation import gettext as _

from wattana.accounts.viewer import System
from wattana.assessment import actions, pruning, queries
from wattana.assessment.models import Run, Snapshot, Status
from wattana.assessment.schemes.queries import labelled
from wattana.assessment.telling import tell
from wattana.engines import ENGINES, make
from wattana.kernel import keys
from wattana.kernel.problems import N_, Conflict, Invalid, NotFound
from wattana.kit.progress import bar

_NO_SNAPSHOT = N_("There is no snapshot yet. Take one first: wattana snapshot")
_NOT_THIS = N_(
    "There is no snapshot with the key “%(key)s”. `wattana snapshot` tells the key of each that it "
    "takes; without --snapshot the newest is used."
)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def snapshot(as_json: bool) -> None:
    """Freeze all submitted visits as Parquet files without names."""
    with bar(_("Snapshot"), hidden=as_json) as progress:
        taken = actions.take_snapshot(by=System(), progress=progress)
    told = {
        "snapshot": keys.to_text(taken.pk),
        "path": taken.path,
        "manifest_hash": taken.manifest_hash,
        "codebook_version": taken.codebook_version,
        "households": taken.households,
        "visits": taken.visits,
        "persons": taken.persons,
        "left_out": taken.left_out,
    }
    tell(told, as_json)


@click.command()
@click.option(
    "--measure",
    type=click.Choice(queries.MEASURES),
    default=queries.FIVE_CAPITALS,
    show_default=True,
)
@click.option("--snapshot", "key", metavar="KEY", help="A snapshot's key; the newest by default.")
@click.option("--scheme", metavar="VERSION", help="A scheme's version; the chosen one by default.")
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default="duckdb",
    show_default=True,
    help="What works out the five capitals.",
)
@click.option("--master", envvar="WATTANA_SPARK_MASTER", help="Spark cluster, spark://host:7077; "
              "without it Spark runs on this machine.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def assess(
    measure: str,
    key: str | None,
    scheme: str | None,
    engine: str,
    master: str | None,
    as_json: bool,
) -> None:
    """Apply a measure to a snapshot and make its results the current ones."""
    rules = None if scheme is None else labelled(scheme)
    chosen = snapshot_of(key)
    with bar(_("Assessment"), hidden=as_json) as progress:
        run = actions.run(
            snapshot=chosen,
            measure=measure,
            by=System(),
            scheme=rules,
            engine=partial(make, engine, master=master),
            progress=progress,
        )
    tell(run_told(run), as_json)


@click.command()
@click.option("--keep", default=3, show_default=True, help="Runs of each measure that stay.")
@click.option("--yes", is_flag=True, help="Remove without asking.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def prune(keep: int, yes: bool, as_json: bool) -> None:
    """Remove old runs and snapshots, their rows and their files.

    The current run, runs of which a prediction was learnt and the snapshots of all runs that stay
    are kept. The space in an SQLite file is used again; the file itself does not shrink.
    """
    found = pruning.plan(keep)
    if (found.runs or found.snapshots) and not yes:
        tell(_pruned(found), as_json=False)
        click.confirm(_("Remove these for good?"), abort=True)
    with bar(_("Removing"), hidden=as_json) as progress:
        gone = pruning.prune(keep=keep, by=System(), progress=progress)
    tell(_pruned(gone), as_json)


def _pruned(found: pruning.Plan) -> dict[str, Any]:
    return {
        "runs": [f"{keys.to_text(run.pk)} ({run.measure}){_failed(run)}" for run in found.runs],
        "snapshots": [f"{keys.to_text(row.pk)}{_failed(row)}" for row in found.snapshots],
    }


def _failed(row: Run | Snapshot) -> str:
    """What is told of a row of which only the record of its failure is left."""
    return _(" (failed: only its record is left)") if row.status == Status.FAILED else ""


def snapshot_of(key: str | None) -> Snapshot:
    """The snapshot of a key, the newest by default. Raises `NotFound`, `Conflict` without any."""
    ready = Snapshot.objects.filter(status=Status.READY)
    found = ready.first() if key is None else ready.filter(pk=_number(key)).first()
    if found is None:
        raise Conflict(_NO_SNAPSHOT) if key is None else NotFound(_NOT_THIS, key=key[:20])
    return found


def _number(key: str) -> int | None:
    try:
        return keys.from_text(key)
    except Invalid:
        return None


def run_told(run: Run) -> dict[str, Any]:
    """What a command says of a run."""
    return {
        "run": keys.to_text(run.pk),
        "snapshot": keys.to_text(run.snapshot_id),
        "measure": run.measure,
        "measure_version": run.measure_version,
        "definitions_hash": run.definitions_hash,
        "engine": f"{run.engine} {run.engine_version}",
        **run.summary,
    }
