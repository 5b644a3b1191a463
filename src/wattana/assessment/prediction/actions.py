"""Train a prediction and put it in the place of the one before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.db import transaction

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Actor, Viewer
from wattana.assessment import queries as assessment
from wattana.assessment.models import HouseholdResult, Prediction, Run
from wattana.assessment.prediction import facts
from wattana.assessment.prediction.facts import Known
from wattana.kernel import keys
from wattana.kernel.problems import N_, Conflict
from wattana.kit.vault import vault
from wattana.methods.prediction.facts import Numbers
from wattana.methods.prediction.training import Trained
from wattana.methods.prediction.training import train as learn
from wattana.registry.models import Household

Kind = Prediction.Kind
_NO_RUN = N_("There is nothing to learn from yet. Take a snapshot and assess it first.")
FOLDER = "predictions"


def train(
    *,
    by: Actor,
    kind: str = Kind.NEVER,
    seed: int = 1,
    capacity: float = 0.2,
    progress: Callable[[float], None] = lambda share: None,
) -> Prediction:
    """Learn from the households of the current run who is at level 1, and judge it.

    A model for those who were surveyed before (`Kind.AGAIN`) also knows the scores of the round
    before, and learns from those who have one.

    The table learnt from is kept under pseudonyms beside the snapshots, so that the training can
    be repeated. Raises `Conflict` without a run, `TooFew`, `Invalid` for a capacity not in (0, 1).
    """
    if isinstance(by, Viewer):
        by.require(Permission.ASSESS)
    run = assessment.current_run()
    if run is None:
        raise Conflict(_NO_RUN)
    known, target = _surveyed(run, kind)
    progress(0.2)
    trained = learn(
        known.facts,
        target,
        seed=seed,
        capacity=capacity,
        labels=known.labels,
        progress=lambda share: progress(0.2 + 0.8 * share),
    )
    return _published(run, kind, trained, known, target, by)


def _surveyed(run: Run, kind: str) -> tuple[Known, Numbers]:
    """The households with a level at their latest visit, and who is at level 1."""
    rows = HouseholdResult.objects.filter(run=run, latest=True, level__isnull=False)
    levels = dict(rows.values_list("household_id", "level"))
    homes = Household.objects.filter(
        pk__in=rows.values("household_id"), status=Household.Status.ACTIVE
    )
    before = None
    if kind == Kind.AGAIN:
        before = facts.earlier(run, homes, before_latest=True)
        homes = homes.filter(pk__in=before)
    known = facts.known(homes, vault(), before)
    return known, np.array([float(levels[pk] == 1) for pk in known.ids])


def _published(
    run: Run, kind: str, trained: Trained, known: Known, target: Numbers, by: Actor
) -> Prediction:
    row = Prediction(
        run=run,
        kind=kind,
        parameters=trained.model.as_json(),
        card=trained.as_json(),
        seed=trained.seed,
        households=len(known.facts),
        villages=trained.villages,
        data_hash=trained.data_hash,
        current=True,
        trained_by=by.user_id,
    )
    _keep(settings.DATA / FOLDER / keys.to_text(row.pk), known, target)
    with transaction.atomic():
        Prediction.objects.filter(kind=kind, current=True).update(current=False)
        row.save(force_insert=True)
        audit.record(
            by, "prediction.train", kind="prediction", object_id=row.pk, households=row.households
        )
    return row


def _keep(folder: Path, known: Known, target: Numbers) -> None:
    """Write the table that was learnt from, in the order of pseudonyms."""
    folder.mkdir(parents=True)
    table = pa.table(
        {
            "household": known.facts.key.tolist(),
            "area": known.facts.area.tolist(),
            "poor": target,
            **{
                name: pa.array(known.facts.values[:, place], from_pandas=True)
                for place, name in enumerate(known.facts.names)
            },
        }
    )
    pq.write_table(table.sort_by("household"), folder / "training.parquet", compression="zstd")
