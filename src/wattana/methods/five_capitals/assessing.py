"""Assess all households of a snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wattana.engines.port import Engine
from wattana.kernel.problems import N_, Conflict
from wattana.methods.five_capitals import queries
from wattana.rules.measures import Measure

SCORES = "scores.parquet"
_FRAME = ("surveyed_on", "area", "latest")


def assess(engine: Engine, snapshot: Path, out: Path, measure: Measure) -> Path:
    """Write `out`/scores.parquet, one row per household, year and round, in the snapshot's order.

    Columns: household (pseudonym), area, year, round, latest; H1 … S10 (1.00–4.00 or NULL); for
    each capital its mean, `_level` (1–4), `_n_used` and `_n_all` (indicators with a score,
    applicable); capitals_used, score (X), level, completeness (0–1); `<capital>_change` and change
    since the household's round before (improved, unchanged, declined, NULL without two scores).

    Raises `Conflict` when the snapshot lacks a column that the measure reads, and `EngineFailed`.
    """
    engine.tables(
        {"households": snapshot / "households.parquet", "persons": snapshot / "persons.parquet"}
    )
    _check_columns(engine, measure)
    working = out / "working.parquet"
    try:
        engine.write(queries.scores_sql(measure), working)
        engine.tables({"scores": working})
        engine.write(queries.changes_sql(measure), out / SCORES)
    finally:
        working.unlink(missing_ok=True)
    return out / SCORES


@dataclass(frozen=True)
class Move:
    """How many households of a tambon go from one level to another; None: without a level."""

    tambon: str
    before: int | None
    after: int | None
    households: int


def moves(
    engine: Engine, snapshot: Path, scores: Path, before: Measure, after: Measure
) -> list[Move]:
    """What another scheme would do to the levels of a run, at each household's latest visit.

    `scores` is what `assess` wrote with `before` from `snapshot`. Raises `Conflict` when the
    snapshot lacks a column that `after` reads, and `EngineFailed`.
    """
    engine.tables(
        {
            "households": snapshot / "households.parquet",
            "persons": snapshot / "persons.parquet",
            "scores": scores,
        }
    )
    _check_columns(engine, after)
    return [Move(**row) for row in engine.rows(queries.moves_sql(before, after)).to_pylist()]


def summary(engine: Engine, scores: Path, measure: Measure) -> dict[str, Any]:
    """Figures of the latest visit of each household.

    {"households", "scored", "mean" (X) and "capitals": {code: mean}, to 6 decimals or None,
    "levels": {1 … 4: households}, "completeness": mean share of indicators answered}.
    """
    engine.tables({"scores": scores})
    means = ", ".join(f'ROUND(AVG("{one.code}"), 6) AS "{one.code}"' for one in measure.capitals)
    levels = ", ".join(
        f"COUNT(CASE WHEN level = {level} THEN 1 END) AS level{level}" for level in measure.levels
    )
    row = engine.rows(
        f"SELECT COUNT(*) AS households, COUNT(score) AS scored, ROUND(AVG(score), 6) AS mean, "
        f"ROUND(AVG(completeness), 6) AS completeness, {means}, {levels} FROM scores WHERE latest"
    ).to_pylist()[0]
    return {
        "households": row["households"],
        "scored": row["scored"],
        "mean": row["mean"],
        "capitals": {one.code: row[one.code] for one in measure.capitals},
        "levels": {level: row[f"level{level}"] for level in measure.levels},
        "completeness": row["completeness"],
    }


def _check_columns(engine: Engine, measure: Measure) -> None:
    needed = {
        "households": [*queries.KEY, *_FRAME, *queries.household_columns(measure)],
        "persons": [*queries.KEY, *queries.person_columns(measure)],
    }
    for table, columns in needed.items():
        lacking = sorted(set(columns) - set(engine.columns(table)))
        if lacking:
            raise Conflict(
                N_(
                    "The snapshot lacks %(columns)s. Take a new snapshot with the present codebook."
                ),
                columns=", ".join(lacking[:5]),
            )
