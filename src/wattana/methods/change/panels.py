"""The same households in several rounds: who moved where, who entered, left, stayed poor.

All functions read a Parquet file with one row per household and round: household, area, year,
round, and the columns that they are asked about, such as `scores.parquet` of the five capitals or
the results of a poverty measure. The area of a household is that of the later round. Households
without a known state in every round that is compared are left out; `households` counts the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from wattana.engines.port import Engine
from wattana.methods.change.tallies import DIGITS, Interval, Tally, tallied

ASPECTS = ("human", "physical", "financial", "natural", "social", "score")
_MOVES = ("improved", "unchanged", "declined")


@dataclass(frozen=True, order=True)
class Wave:
    """A round of a survey year (CE)."""

    year: int
    round: int

    @property
    def sql(self) -> str:
        return f"year = {self.year:d} AND round = {self.round:d}"


def waves(engine: Engine, scores: Path) -> list[Wave]:
    """All rounds in the file, oldest first."""
    engine.tables({"scores": scores})
    rows = engine.rows("SELECT DISTINCT year, round FROM scores").to_pylist()
    return sorted(Wave(int(row["year"]), int(row["round"])) for row in rows)


def transitions(
    engine: Engine,
    scores: Path,
    *,
    before: Wave,
    after: Wave,
    state: str = "level",
    digits: Sequence[int] = DIGITS,
    interval: Interval = "wilson",
) -> pa.Table:
    """The matrix of states of the two rounds, of every area.

    `state` is a column or an SQL expression over one row. One row per (area, before, after), also
    for pairs that no household made: area, before, after (states as text), households, base (those
    with the state `before`), share = households/base, low, high, interval.
    """
    engine.tables({"scores": scores})
    tally = Tally(
        sql=f"""
            SELECT bases.village, bases.before, states.after, bases.base,
                COALESCE(counts.households, 0) AS households
            FROM (SELECT village, before, COUNT(*) AS base FROM ({_pairs(state, before, after)})
                  AS pairs GROUP BY village, before) AS bases
            CROSS JOIN (SELECT DISTINCT CAST({state} AS VARCHAR) AS after FROM scores
                        WHERE ({state}) IS NOT NULL AND (({before.sql}) OR ({after.sql}))) AS states
            LEFT JOIN (SELECT village, before, after, COUNT(*) AS households
                       FROM ({_pairs(state, before, after)}) AS pairs
                       GROUP BY village, before, after) AS counts
            ON bases.village = counts.village AND bases.before = counts.before
                AND states.after = counts.after""",
        keys=("before", "after"),
        counts=("households", "base"),
        shares={"households": ("households", "base")},
        moved={},
    )
    rows = tallied(engine, tally, digits, interval)
    return rows.rename_columns([name.removesuffix("_households") for name in rows.column_names])


def movements(
    engine: Engine,
    scores: Path,
    *,
    before: Wave,
    after: Wave,
    poor: str = "level <= 2",
    digits: Sequence[int] = DIGITS,
    interval: Interval = "wilson",
) -> pa.Table:
    """Who entered poverty and who left it, one row per area.

    `poor` is a BOOLEAN column or SQL condition. Counts: households, poor_before, poor_after,
    stayed_in, entered, left, stayed_out, not_poor_before. Shares with `low_`, `high_`, `interval_`:
    share_poor_before and share_poor_after (of households), share_entered (of those not poor
    before), share_left (of those poor before), share_difference (poor after − before, paired).
    """
    engine.tables({"scores": scores})
    flags = {
        "households": "TRUE",
        "poor_before": "before = 'true'",
        "not_poor_before": "before = 'false'",
        "poor_after": "after = 'true'",
        "stayed_in": "before = 'true' AND after = 'true'",
        "entered": "before = 'false' AND after = 'true'",
        "left_poverty": "before = 'true' AND after = 'false'",
        "stayed_out": "before = 'false' AND after = 'false'",
        "moved": "before <> after",
    }
    counted = ", ".join(f"{_count(condition)} AS {name}" for name, condition in flags.items())
    tally = Tally(
        sql=f"SELECT *, entered - left_poverty AS difference FROM (SELECT village, {counted} "
        f"FROM ({_pairs(f'({poor})', before, after)}) AS pairs GROUP BY village) AS counted",
        keys=(),
        counts=(*flags, "difference"),
        shares={
            "poor_before": ("poor_before", "households"),
            "poor_after": ("poor_after", "households"),
            "entered": ("entered", "not_poor_before"),
            "left": ("left_poverty", "poor_before"),
            "difference": ("difference", "households"),
        },
        moved={"difference": "moved"},
    )
    rows = tallied(engine, tally, digits, interval)
    return rows.rename_columns(
        ["left" if name == "left_poverty" else name for name in rows.column_names]
    )


def histories(
    engine: Engine,
    scores: Path,
    *,
    waves: Sequence[Wave],
    poor: str = "level <= 2",
    digits: Sequence[int] = DIGITS,
    interval: Interval = "wilson",
) -> pa.Table:
    """How often households were poor over the rounds, one row per area.

    Only households whose state is known in every one of `waves`. Counts and shares: never,
    transient (poor in some), chronic (poor in all), ever (transient or chronic); households.
    """
    engine.tables({"scores": scores})
    of_waves = " OR ".join(f"({wave.sql})" for wave in waves)
    last = max(waves)
    panel = f"""
        SELECT household, MAX(CASE WHEN {last.sql} THEN area END) AS village,
            SUM(CASE WHEN ({poor}) THEN 1 ELSE 0 END) AS times
        FROM scores WHERE {of_waves} GROUP BY household HAVING COUNT({poor}) = {len(set(waves))}"""
    flags = {
        "households": "TRUE",
        "never": "times = 0",
        "transient": f"times > 0 AND times < {len(set(waves))}",
        "chronic": f"times = {len(set(waves))}",
        "ever": "times > 0",
    }
    counted = ", ".join(f"{_count(condition)} AS {name}" for name, condition in flags.items())
    tally = Tally(
        sql=f"SELECT village, {counted} FROM ({panel}) AS panel GROUP BY village",
        keys=(),
        counts=tuple(flags),
        shares={name: (name, "households") for name in flags if name != "households"},
        moved={},
    )
    return tallied(engine, tally, digits, interval)


def changes(
    engine: Engine,
    scores: Path,
    *,
    wave: Wave | None = None,
    aspects: Sequence[str] = ASPECTS,
    digits: Sequence[int] = DIGITS,
    interval: Interval = "wilson",
) -> pa.Table:
    """ดีขึ้น / คงที่ / แย่ลง of each capital and of X since the round before.

    Of one round, or of the latest round of each household. One row per (area, aspect): households
    (with a known change), improved, unchanged, declined, and their shares.
    """
    engine.tables({"scores": scores})
    rows = wave.sql if wave else "latest"
    known = " UNION ALL ".join(
        f"SELECT area AS village, '{aspect}' AS aspect, {_change_column(aspect)} AS move "
        f"FROM scores WHERE ({rows}) AND {_change_column(aspect)} IS NOT NULL"
        for aspect in aspects
    )
    counted = ", ".join(_count(f"move = '{move}'") + f" AS {move}" for move in _MOVES)
    tally = Tally(
        sql=f"SELECT village, aspect, COUNT(*) AS households, {counted} FROM ({known}) AS known "
        "GROUP BY village, aspect",
        keys=("aspect",),
        counts=("households", *_MOVES),
        shares={move: (move, "households") for move in _MOVES},
        moved={},
    )
    return tallied(engine, tally, digits, interval)


def _change_column(aspect: str) -> str:
    return "change" if aspect == "score" else f"{aspect}_change"


def _count(condition: str) -> str:
    return f"SUM(CASE WHEN {condition} THEN 1 ELSE 0 END)"


def _pairs(state: str, before: Wave, after: Wave) -> str:
    """One row per household with both states, as text: village, before, after."""
    return f"""
        SELECT later.area AS village, CAST(earlier.state AS VARCHAR) AS before,
            CAST(later.state AS VARCHAR) AS after
        FROM (SELECT household, {state} AS state FROM scores WHERE {before.sql}) AS earlier
        JOIN (SELECT household, area, {state} AS state FROM scores WHERE {after.sql}) AS later
        ON earlier.household = later.household
        WHERE earlier.state IS NOT NULL AND later.state IS NOT NULL"""
