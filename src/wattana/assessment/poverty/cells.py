"""How many households each area and group holds, and which of them are too few to publish.

Decided once, when the run is made, from numbers of households alone: neither k nor figure, unit or
file changes what is withheld.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from wattana.assessment.poverty.definitions import ALL, GROUPINGS
from wattana.assessment.poverty.frame import PERSONS
from wattana.engines import DuckDB
from wattana.methods.suppression import withheld_in_tree

CELLS = "cells.parquet"
_LEVELS = (2, 4, 6, 8)  # digits of province, district, tambon, village
_NO_VILLAGE = "00"


@dataclass(frozen=True)
class Cell:
    """Households and persons of one group in one area; `withheld`: no figure of it is published."""

    households: int
    persons: int
    withheld: bool


Cells = Mapping[tuple[str, str], Mapping[str, Cell]]
"""By (grouping, group), ("", "") for all households, then by area code."""


def write(profiles: Path, engine: DuckDB, fewest: int) -> Path:
    """Count the profiles of a run by area and group, and say which cells are withheld."""
    engine.tables({"profiles": profiles})
    rows: list[dict[str, Any]] = []
    for name in GROUPINGS:
        rows += _of_grouping(name, _counted(engine, name), fewest, first=not rows)
    path = profiles.with_name(CELLS)
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


@lru_cache(maxsize=4)
def read(path: Path) -> Cells:
    """The cells of a run; kept in memory, since a run never changes."""
    found: dict[tuple[str, str], dict[str, Cell]] = defaultdict(dict)
    columns = pq.read_table(path).to_pydict()
    for code, grouping, group, households, persons, withheld in zip(
        *(columns[name] for name in _COLUMNS), strict=True
    ):
        found[grouping, group][code] = Cell(households, persons, withheld)
    return found


_COLUMNS = ("code", "grouping", "group", "households", "persons", "withheld")


def _counted(engine: DuckDB, name: str) -> list[tuple[str, str, int, int]]:
    """(village, group, households, persons) of one grouping."""
    found = engine.rows(
        f"SELECT area, group_{name} AS part, CAST(SUM(n) AS BIGINT) AS households,"
        f" CAST(SUM(weight_{PERSONS}) AS BIGINT) AS persons"
        f" FROM profiles GROUP BY area, group_{name} ORDER BY area, part"
    )
    areas, *others = (column.to_pylist() for column in found.columns)
    return list(zip((f"{area:08d}" for area in areas), *others, strict=True))


def _of_grouping(
    name: str, counted: Iterable[tuple[str, str, int, int]], fewest: int, *, first: bool
) -> list[dict[str, Any]]:
    """Rows of a grouping's groups in all areas; of the first grouping also those of all groups."""
    groups = [ALL, *GROUPINGS[name].names]
    sums: dict[str, list[list[int]]] = defaultdict(lambda: [[0, 0] for _ in groups])
    for village, group, households, persons in counted:
        for digits in _LEVELS:
            if digits == 8 and village.endswith(_NO_VILLAGE):
                continue
            for place in (0, groups.index(group)):
                cell = sums[village[:digits]][place]
                cell[0] += households
                cell[1] += persons
    withheld = withheld_in_tree(
        {code: [households for households, _ in of] for code, of in sums.items()}, fewest
    )
    return [
        dict(zip(
            _COLUMNS,
            (code, name if place else ALL, group, *sums[code][place], place in withheld[code]),
            strict=True,
        ))
        for code in sorted(sums)
        for place, group in enumerate(groups)
        if (place or first) and sums[code][place][0]
    ]  # fmt: skip
