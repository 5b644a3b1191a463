"""Bring what a measure found into the database: households, areas and the registry's standings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.db import transaction
from django.db.models import Model

from wattana.assessment.figures import ASPECTS, CAPITALS
from wattana.assessment.models import AreaFigure, HouseholdResult
from wattana.engines import DuckDB
from wattana.kernel.sealing import Keyring
from wattana.kit import bulk
from wattana.methods.suppression import withheld_in_tree
from wattana.registry.actions.standings import Standing
from wattana.registry.models import Household

_CHUNK = 20_000
MILLION = 1_000_000


def write_household_results(
    run_id: int,
    scores: Path,
    *,
    engine: DuckDB,
    keyring: Keyring,
    progress: Callable[[float], None],
) -> int:
    """Write a row per household and round; returns how many. Skips households deleted since.

    Each part is its own transaction: nobody reads the rows before the run becomes current, and
    other people's writing does not wait for all of them.
    """
    folder = scores.parent
    engine.tables({"scores": scores})
    engine.write(_household_sql(), folder / "households.parquet")
    file = pq.ParquetFile(folder / "households.parquet")
    ids = {
        keyring.pseudonym(str(key), "household"): key
        for key in Household.objects.values_list("id", flat=True).iterator()
    }
    written = 0
    for batch in file.iter_batches(batch_size=_CHUNK):
        names, *columns = (column.to_pylist() for column in batch.columns)
        rows = [
            (run_id, ids[name], *values)
            for name, *values in zip(names, *columns, strict=True)
            if name in ids
        ]
        with transaction.atomic():
            bulk.insert(HouseholdResult, _fields(HouseholdResult), rows)
        written += len(rows)
        progress(written / file.metadata.num_rows)
    return written


def write_area_figures(run_id: int, scores: Path, *, engine: DuckDB) -> list[tuple[int, int]]:
    """Write the sums of every area that has a visit; returns the waves (year, round)."""
    engine.tables({"scores": scores})
    figures = engine.rows(_area_sql())
    withheld = _withheld(figures)
    rows = zip(*(column.to_pylist() for column in figures.columns), withheld, strict=True)
    with transaction.atomic():
        bulk.insert(AreaFigure, _fields(AreaFigure), ((run_id, *row) for row in rows))
    waves = engine.rows("SELECT DISTINCT year, round FROM scores ORDER BY ALL")
    return [tuple(wave.values()) for wave in waves.to_pylist()]


def _withheld(figures: pa.Table) -> list[bool]:
    """For each row whether its figures may not be published: a matter of scored households only."""
    key = ["year", "round", "aspect"]
    columns = [figures[name].to_pylist() for name in ("code", *key, "scored")]
    trees: dict[tuple[Any, ...], dict[str, list[int]]] = defaultdict(dict)
    for code, *of, scored in zip(*columns, strict=True):
        trees[tuple(of)][code] = [scored]
    found = {of: withheld_in_tree(tree, settings.SMALL_GROUP) for of, tree in trees.items()}
    return [0 in found[tuple(of)][code] for code, *of, _ in zip(*columns, strict=True)]


def standings(run_id: int) -> Iterable[Standing]:
    """The latest score, level and completeness (per cent) of each household that has a score."""
    rows = (
        HouseholdResult.objects.filter(run_id=run_id, latest=True, score__isnull=False)
        .values_list("household_id", "score", "level", "completeness")
        .iterator(chunk_size=_CHUNK)
    )
    return (Standing(key, score, level, round(share / 10)) for key, score, level, share in rows)


def remove(run_id: int) -> None:
    """Take away the rows of a run that did not come to its end."""
    for model in (HouseholdResult, AreaFigure):
        rows = model.objects.filter(run_id=run_id)
        rows._raw_delete(rows.db)


def _fields(model: type[Model]) -> list[str]:
    """The columns of a model in the order in which the SQL below gives them."""
    return [field.name for field in model._meta.concrete_fields]


def _household_sql() -> str:
    """Scores as `HouseholdResult` keeps them; NULL stays NULL."""
    columns = ["household", "year", "round", "latest"]
    for aspect in map(_Columns, ASPECTS):
        columns += [
            f"CAST(round({aspect.score} * 1000) AS SMALLINT)",
            f"CAST({aspect.level} AS SMALLINT)",
            f"CAST(round(1000.0 * coalesce({aspect.share}, 0)) AS SMALLINT)",
            f"CASE {aspect.change} WHEN 'improved' THEN 1 WHEN 'unchanged' THEN 0"
            " WHEN 'declined' THEN -1 END",
        ]
    named = ", ".join(f"{column} AS c{place}" for place, column in enumerate(columns))
    return f"SELECT {named} FROM scores ORDER BY area, household, year, round"


def _area_sql() -> str:
    """Sums by area and wave: once over the households, then up the levels over those sums."""
    sums = ", ".join(
        f"{sql} AS {aspect}_{name}" for aspect in ASPECTS for name, sql in _sums(aspect).items()
    )
    names = list(_sums("overall"))
    aspects = " UNION ALL ".join(
        f"SELECT area, year, round, latest, '{aspect}' AS aspect, households, "
        + ", ".join(f"{aspect}_{name} AS {name}" for name in names)
        + " FROM sums"
        for aspect in ASPECTS
    )
    totals = ", ".join(f"CAST(coalesce(sum({name}), 0) AS BIGINT) AS {name}" for name in names)
    every = ", ".join(names)
    return f"""
        WITH sums AS (
            SELECT area, year, round, latest, count(*) AS households, {sums}
            FROM scores GROUP BY area, year, round, latest
        ), aspects AS ({aspects}), waves AS (
            SELECT area, year, round, aspect, households, {every} FROM aspects
            UNION ALL
            SELECT area, 0, 0, aspect, households, {every} FROM aspects WHERE latest
        ), placed AS (
            SELECT left(area, digits) AS code, waves.*
            FROM waves CROSS JOIN (VALUES (2), (4), (6), (8)) AS levels (digits)
            WHERE digits <= length(area)
        )
        SELECT code, left(code, CAST(length(code) - 2 AS INTEGER)) AS parent, year, round, aspect,
            CAST(sum(households) AS BIGINT) AS households, {totals}
        FROM placed GROUP BY code, year, round, aspect ORDER BY code, year, round, aspect"""


class _Columns:
    """The columns of scores.parquet that hold one aspect."""

    def __init__(self, aspect: str) -> None:
        whole = aspect == "overall"
        self.score = "score" if whole else f'"{aspect}"'  # NATURAL is a word of SQL
        self.level = "level" if whole else f"{aspect}_level"
        self.change = "change" if whole else f"{aspect}_change"
        capitals = CAPITALS if whole else (aspect,)
        self.used = " + ".join(f"{capital}_n_used" for capital in capitals)
        self.asked = " + ".join(f"{capital}_n_all" for capital in capitals)
        self.share = f"({self.used}) / nullif(CAST({self.asked} AS DOUBLE), 0)"


def _sums(aspect: str) -> dict[str, str]:
    """The sums of one aspect, in the order of `AreaFigure`'s columns."""
    of = _Columns(aspect)
    levels = {f"level{n}": f"count(CASE WHEN {of.level} = {n} THEN 1 END)" for n in (1, 2, 3, 4)}
    changes = {
        change: f"count(CASE WHEN {of.change} = '{change}' THEN 1 END)"
        for change in ("improved", "unchanged", "declined")
    }
    return {
        "scored": f"count({of.score})",
        "total": f"sum(CAST(round({of.score} * {MILLION}) AS BIGINT))",
        **levels,
        "used": f"sum({of.used})",
        "asked": f"sum({of.asked})",
        **changes,
    }
