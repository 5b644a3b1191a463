"""What a change of rules would do: persons gained and lost, satang a year, headcount and gap.

Both sets of rules judge the same snapshot on the same day. Costs and incomes assume that whoever is
due receives it, before as after (full take-up), so that only the rules make the difference.
Headcount ratio and poverty gap: Foster, Greer and Thorbecke (1984), by person, income of the
household per person and year against twelve months of the poverty line.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wattana.engines.port import Engine
from wattana.methods.rights import bulk
from wattana.methods.rights.bulk.frame import KEY, frame
from wattana.rules.book import Codebook
from wattana.rules.programmes.model import Programme

INCOME = "income_per_person_year"
_LEVELS = (0, 2, 4, 6, 8)


@dataclass(frozen=True)
class Effect:
    """What the change does in one group; counts are rights of persons, or of households.

    gained, lost: due after and not before, or the other way; opened: may be applied for after and
    not before; more, less: due both times, for another amount; unsettled, settled: become or cease
    to be unknown. before, after: satang a year due. population: members of households whose income
    is known; poor and gap (baht a year that the poor lack) of them, before and after.
    """

    group: str
    households: int
    concerned: int  # households in which anything changes
    gained: int
    lost: int
    opened: int
    more: int
    less: int
    unsettled: int
    settled: int
    before: int
    after: int
    population: int
    poor_before: int
    poor_after: int
    gap_before: float
    gap_after: float

    @property
    def cost(self) -> int:
        """Satang a year more (or less, below zero)."""
        return self.after - self.before

    def headcount(self, poor: int) -> float | None:
        """The headcount ratio, or None where no income is known."""
        return poor / self.population if self.population else None


@dataclass(frozen=True)
class Ground:
    """What both judgements stand on: the day, the poverty line (baht a person and year, None:
    unknown), and a Parquet file with household, latest and level, if there is one."""

    day: dt.date
    line: float | None = None
    levels: Path | None = None


@dataclass(frozen=True)
class Comparison:
    """By area (code of 0 to 8 digits), by level of the five capitals, by programme."""

    ground: Ground
    areas: list[Effect]
    levels: list[Effect]
    programmes: list[dict[str, Any]]


def compare(
    engine: Engine,
    snapshot: Path,
    folder: Path,
    before: Mapping[str, Programme],
    after: Mapping[str, Programme],
    *,
    codebook: Codebook,
    ground: Ground,
) -> Comparison:
    """Judge the programmes of `after` by both sets of rules; files go below `folder`.

    Raises `EngineFailed`.
    """
    rules = {"before": [before[name] for name in after], "after": list(after.values())}
    for name, programmes in rules.items():
        (folder / name).mkdir()
        bulk.assess(engine, snapshot, folder / name, programmes, codebook=codebook, on=ground.day)
    _name_tables(engine, snapshot, ground.levels)
    engine.write(_answers(engine, folder, rules), folder / "answers.parquet")
    engine.tables({"answers": folder / "answers.parquet"})
    columns = {name: engine.columns(name) for name in ("households", "persons")}
    incomes = frame(rules["after"], columns, codebook, ground.day, also=(INCOME,)).homes
    engine.write(_homes(incomes, ground), folder / "homes.parquet")
    engine.tables({"homes": folder / "homes.parquet"})
    return Comparison(
        ground=ground,
        areas=[one for digits in _LEVELS for one in _by_area(engine, digits)],
        levels=_grouped(engine, "CAST(level AS VARCHAR)", "level IS NOT NULL"),
        programmes=_by_programme(engine),
    )


def _name_tables(engine: Engine, snapshot: Path, levels: Path | None) -> None:
    named = {name: snapshot / f"{name}.parquet" for name in ("households", "persons")}
    engine.tables(named | ({"levels": levels} if levels else {}))


def _answers(engine: Engine, folder: Path, rules: Mapping[str, Sequence[Programme]]) -> str:
    """One row a programme and person (or household): outcome and satang a year, old and new."""
    tables = {
        (name, level): bulk.judged(engine, folder / name, level, programmes, name)
        for name, programmes in rules.items()
        for level in ("person", "household")
    }
    parts = []
    for one in rules["after"]:
        before, after = (tables[name, one.level] for name in ("before", "after"))
        who = ", person" if one.level == "person" else ""
        parts.append(
            f"SELECT {', '.join(KEY)}, '{one.id}' AS programme, "
            f'a."{one.id}" AS o, b."{one.id}" AS n, '
            f'COALESCE(a."{one.id}_year", 0) AS oy, COALESCE(b."{one.id}_year", 0) AS ny '
            f"FROM {before} AS a JOIN {after} AS b "
            f"USING ({', '.join(KEY)}{who}) WHERE b.latest"
        )
    return " UNION ALL ".join(parts)


_TESTS = {
    "gained": "n = 3 AND o <> 3",
    "lost": "o = 3 AND n <> 3",
    "opened": "n = 2 AND o <> 2",
    "more": "n = 3 AND o = 3 AND ny > oy",
    "less": "n = 3 AND o = 3 AND ny < oy",
    "unsettled": "n = 1 AND o <> 1",
    "settled": "o = 1 AND n <> 1",
}


def _sums() -> str:
    """Counts and satang of a group of `answers`."""
    counts = [
        f"CAST(SUM(CASE WHEN {test} THEN 1 ELSE 0 END) AS BIGINT) AS {name}"
        for name, test in _TESTS.items()
    ]
    return ", ".join(
        [
            *counts,
            "CAST(SUM(CASE WHEN o = 3 THEN oy ELSE 0 END) AS BIGINT) AS before",
            "CAST(SUM(CASE WHEN n = 3 THEN ny ELSE 0 END) AS BIGINT) AS after",
        ]
    )


def _homes(incomes: str, ground: Ground) -> str:
    """One row a household: what changes, its members, and how far below the line they live."""
    key = ", ".join(KEY)
    level, join = "CAST(NULL AS BIGINT)", ""
    if ground.levels:
        level = "levels.level"
        rows = "SELECT household, level FROM levels WHERE latest"
        join = f"LEFT JOIN ({rows}) AS levels USING (household)"
    return (
        f"SELECT area, level, {', '.join((*_TESTS, 'before', 'after'))}, "
        f"{_poverty(ground.line)} FROM (SELECT area, {level} AS level, members, "
        f"{', '.join(f'changes.{name}' for name in (*_TESTS, 'before', 'after'))}, "
        f"{INCOME} AS income, "
        f"{INCOME} + (changes.after - changes.before) / 100.0 / members AS income_after "
        f"FROM ({incomes}) AS incomes "
        f"JOIN (SELECT {key}, COUNT(*) AS members FROM persons GROUP BY {key}) AS sizes "
        f"USING ({key}) "
        f"JOIN (SELECT {key}, {_sums()} FROM answers GROUP BY {key}) AS changes USING ({key}) "
        f"{join}) AS rows"
    )


def _poverty(line: float | None) -> str:
    """Members whose income is known, the poor among them and what these lack, both times."""
    known = "income IS NOT NULL" if line is not None else "1 = 0"
    z = line or 0
    parts = [f"CASE WHEN {known} THEN members ELSE 0 END AS population"]
    for name, income in (("before", "income"), ("after", "income_after")):
        poor = f"{known} AND {income} < {z}"
        parts.append(f"CASE WHEN {poor} THEN members ELSE 0 END AS poor_{name}")
        parts.append(f"CASE WHEN {poor} THEN members * ({z} - {income}) ELSE 0 END AS gap_{name}")
    return ", ".join(parts)


def _by_area(engine: Engine, digits: int) -> list[Effect]:
    if not digits:
        return _grouped(engine, "''", "1 = 1")
    return _grouped(engine, f"SUBSTR(area, 1, {digits})", f"LENGTH(area) >= {digits}")


def _grouped(engine: Engine, group: str, where: str) -> list[Effect]:
    whole = (*_TESTS, "before", "after", "population", "poor_before", "poor_after")
    sums = ", ".join(f"CAST(SUM({name}) AS BIGINT) AS {name}" for name in whole)
    concerned = " OR ".join(f"{name} > 0" for name in _TESTS)
    rows = engine.rows(
        f'SELECT {group} AS "group", COUNT(*) AS households, '
        f"CAST(SUM(CASE WHEN {concerned} THEN 1 ELSE 0 END) AS BIGINT) AS concerned, {sums}, "
        f"CAST(SUM(gap_before) AS DOUBLE) AS gap_before, "
        f"CAST(SUM(gap_after) AS DOUBLE) AS gap_after "
        f"FROM homes WHERE {where} GROUP BY 1 ORDER BY 1"
    )
    return [Effect(**one) for one in rows.to_pylist()]


def _by_programme(engine: Engine) -> list[dict[str, Any]]:
    rows = engine.rows(f"SELECT programme, {_sums()} FROM answers GROUP BY programme ORDER BY 1")
    return list(rows.to_pylist())
