"""Count a snapshot by a measure of poverty: the profiles of a run, which hold every figure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings

from wattana.assessment import storage
from wattana.assessment.models import Run, Snapshot, Status
from wattana.assessment.poverty import cells
from wattana.assessment.poverty.definitions import ALL, GROUPINGS
from wattana.assessment.poverty.frame import PERSONS, frame_sql
from wattana.assessment.schemes import queries as schemes
from wattana.engines import DuckDB
from wattana.kernel import keys
from wattana.methods import five_capitals
from wattana.methods.alkire_foster import counted
from wattana.rules.poverty import PovertyMeasure

PROFILES = "profiles.parquet"


def count(
    into: Path, snapshot: Snapshot, *, engine: DuckDB, measure: PovertyMeasure
) -> dict[str, Any]:
    """Write profiles.parquet and cells.parquet into a folder; returns the run's summary.

    The scores are those of the latest run of the five capitals on the same snapshot; without one
    they are worked out here. Raises `Invalid` where no household has a score, `EngineFailed`.
    """
    source = settings.DATA / snapshot.path
    scored = scored_run(snapshot)
    if scored:
        scores = storage.folder(scored) / "scores.parquet"
    else:
        scores = five_capitals.assess(engine, source, into, schemes.chosen().measure)
    engine.tables({"scores": scores, "persons": source / "persons.parquet"})
    counted.pack(
        engine,
        f"({frame_sql(measure)})",
        into / PROFILES,
        measure,
        weights={PERSONS: "members"},
        groups={name: grouping.sql for name, grouping in GROUPINGS.items()},
    )
    whole = cells.read.__wrapped__(cells.write(into / PROFILES, engine, settings.SMALL_GROUP))
    return _summary(whole, measure, into / PROFILES) | {
        "scores_of_run": keys.to_text(scored.pk) if scored else "",
        "scores_definitions": (
            scored.definitions_hash if scored else schemes.chosen().measure.definitions_hash
        ),
    }


def scored_run(snapshot: Snapshot) -> Run | None:
    """The latest run of the five capitals on a snapshot whose files are still there."""
    runs = Run.objects.filter(
        snapshot=snapshot, measure=schemes.FIVE_CAPITALS, status=Status.READY
    ).defer("definitions")
    return next((run for run in runs if (storage.folder(run) / "scores.parquet").exists()), None)


def _summary(whole: cells.Cells, measure: PovertyMeasure, profiles: Path) -> dict[str, Any]:
    """What commands say of the run: households, persons, and H, A, M0 at the measure's own k."""
    provinces = [cell for code, cell in whole[ALL, ALL].items() if len(code) == 2]
    totals = counted.totals(counted.load(profiles), counted.Specification.of(measure))
    population, poor, units = (
        int(sums.sum()) for sums in (totals.population, totals.poor, totals.units)
    )
    return {
        "households": sum(cell.households for cell in provinces),
        "persons": sum(cell.persons for cell in provinces),
        "k": str(measure.cutoff),
        "H": round(poor / population, 6),
        "A": round(units / measure.denominator / poor, 6) if poor else None,
        "M0": round(units / measure.denominator / population, 6),
    }
