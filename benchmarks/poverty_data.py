"""Synthetic persons of a nation in the order of villages, for the benchmarks of poverty tables.

    python benchmarks/poverty_data.py ROWS OUT.parquet [--shuffled PERSONS.parquet]

6 regions, 77 provinces, 928 districts, 7,435 tambons, 75,142 villages whatever the number of rows,
at least one person in each; households of about three with a weight in thousandths; twelve columns
from which twelve deprivations follow, some of them equal in a household, 0.3 % of each unknown.
Equal numbers of rows give equal files. Parquet, zstd, 122,880 rows a group.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

REGIONS, PROVINCES, DISTRICTS, TAMBONS, VILLAGES = 6, 77, 928, 7_435, 75_142
FIRST_PROVINCE = 10
UNKNOWN = 0.003
GROUP = 122_880


def regions() -> dict[str, str]:
    """The region of each province, by its code."""
    return {str(FIRST_PROVINCE + i): f"R{i * REGIONS // PROVINCES + 1}" for i in range(PROVINCES)}


def write(rows: int, out: Path) -> None:
    """Write the persons of the nation, province by province."""
    province, codes = villages()
    people, poverty = inhabitants(rows, province)
    working = out.with_suffix(".partial")
    bounds = np.searchsorted(province, np.arange(PROVINCES + 1))
    with pq.ParquetWriter(working, schema(), compression="zstd") as file:
        for number in range(PROVINCES):
            part = slice(bounds[number], bounds[number + 1])
            table = persons(number, codes[part], people[part], poverty[part])
            file.write_table(table, row_group_size=GROUP)
    working.rename(out)


def villages() -> tuple[np.ndarray, np.ndarray]:
    """The number of the province and the code of eight digits of each village."""
    district_in = np.repeat(np.arange(PROVINCES), shares(DISTRICTS, PROVINCES))
    tambon_in = np.repeat(np.arange(DISTRICTS), shares(TAMBONS, DISTRICTS))
    village_in = np.repeat(np.arange(TAMBONS), shares(VILLAGES, TAMBONS))
    districts = (FIRST_PROVINCE + district_in) * 100 + ordinals(district_in)
    tambons = districts[tambon_in] * 100 + ordinals(tambon_in)
    return district_in[tambon_in[village_in]], tambons[village_in] * 100 + ordinals(village_in)


def shares(total: int, parts: int) -> np.ndarray:
    return np.diff(np.linspace(0, total, parts + 1).astype(int))


def ordinals(parents: np.ndarray) -> np.ndarray:
    """1, 2, 3 … anew within each parent."""
    return np.arange(len(parents)) - np.searchsorted(parents, parents) + 1


def inhabitants(rows: int, province: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How many live in each village, and how poor they are there."""
    chance = np.random.default_rng(7)
    size = chance.gamma(4, 1, VILLAGES) + 0.2
    people = 1 + np.floor(size / size.sum() * (rows - VILLAGES)).astype(int)
    people[: rows - people.sum()] += 1
    return people, chance.normal(0, 0.25, VILLAGES) + chance.normal(0, 0.35, PROVINCES)[province]


def schema() -> pa.Schema:
    small = ("schooling", "attendance", "nutrition", "disability", "insurance", "water",
             "sanitation", "floor")  # fmt: skip
    return pa.schema(
        [
            ("village", pa.string()),
            ("weight", pa.float64()),
            *((name, pa.int8()) for name in small),
            ("electricity", pa.bool_()),
            ("income", pa.int32()),
            ("savings", pa.int32()),
            ("assets", pa.int8()),
        ]
    )


def persons(number: int, codes: np.ndarray, people: np.ndarray, poverty: np.ndarray) -> pa.Table:
    """The persons of one province."""
    chance = np.random.default_rng([11, number])
    village = np.repeat(np.arange(len(codes)), people)
    n = len(village)
    first = chance.random(n) < 0.317
    first[:1] = True
    first[1:] |= village[1:] != village[:-1]
    household = np.cumsum(first) - 1
    depth = chance.normal(0, 0.8, int(first.sum())) + poverty[village[first]]
    columns = homes(chance, depth, household) | people_columns(chance, depth[household])
    arrays: dict[str, pa.Array] = {
        "village": pa.array(np.repeat(codes.astype(str), people)),
        "weight": pa.array(np.round(chance.gamma(25, 0.04, len(depth)), 3).clip(0.2, 3)[household]),
    }
    for field in schema():
        if field.name in columns:
            unknown = chance.random(n) < UNKNOWN
            arrays[field.name] = pa.array(columns[field.name], field.type, mask=unknown)
    return pa.table(arrays, schema=schema())


def people_columns(chance: np.random.Generator, depth: np.ndarray) -> dict[str, np.ndarray]:
    """What differs inside a household."""
    n = len(depth)
    depth = depth + chance.normal(0, 0.5, n)
    ill = chance.random(n) < 0.05 + 0.03 * (depth > 1)
    without = chance.random(n) < 0.05 + 0.02 * (depth > 0)
    return {
        "schooling": rounded(9 - 2.5 * depth + chance.normal(0, 2.5, n), 0, 22),
        "attendance": (chance.random(n) < 0.03 + 0.05 * (depth > 1)).astype(int),
        "nutrition": rounded(22 - 0.8 * depth + chance.normal(0, 2.6, n), 10, 45),
        "disability": np.where(ill, chance.integers(1, 8, n), 0),
        "insurance": np.where(without, 0, chance.integers(1, 5, n)),
    }


def homes(
    chance: np.random.Generator, depth: np.ndarray, household: np.ndarray
) -> dict[str, np.ndarray]:
    """What a household shares."""
    n = len(depth)
    saved = np.exp(9.5 - 0.5 * depth + chance.normal(0, 1, n))
    none = chance.random(n) < 0.25 + 0.1 * (depth > 0.5)
    columns = {
        "water": rounded(3 + 1.6 * depth + chance.normal(0, 1.5, n), 1, 9),
        "sanitation": rounded(2 + 0.8 * depth + chance.normal(0, 0.9, n), 1, 6),
        "floor": rounded(2 + 0.9 * depth + chance.normal(0, 0.8, n), 1, 5),
        "electricity": chance.random(n) < 0.985 - 0.03 * (depth > 1),
        "income": np.round(np.exp(11.1 - 0.5 * depth + chance.normal(0, 0.5, n)), -2).astype(int),
        "savings": np.where(none, 0, np.round(saved, -2)).astype(int),
        "assets": rounded(6 - 1.8 * depth + chance.normal(0, 1.5, n), 0, 15),
    }
    return {name: column[household] for name, column in columns.items()}


def rounded(values: np.ndarray, low: int, high: int) -> np.ndarray:
    return np.clip(np.round(values), low, high).astype(int)


def shuffle(source: Path, out: Path) -> None:
    """The same rows in no order, written the same way; all of them in memory for it."""
    table = pq.read_table(source)
    order = np.random.default_rng(3).permutation(table.num_rows)
    pq.write_table(table.take(order), out, compression="zstd", row_group_size=GROUP)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("rows", type=lambda text: int(float(text)))
    parser.add_argument("out", type=Path)
    parser.add_argument("--shuffled", type=Path, help="the file whose rows are shuffled")
    options = parser.parse_args()
    begun = time.perf_counter()
    if options.shuffled:
        shuffle(options.shuffled, options.out)
    else:
        write(options.rows, options.out)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    size = options.out.stat().st_size / 1e6
    print(
        f"{options.out.name}: {size:,.0f} MB in {time.perf_counter() - begun:.1f} s, {peak} MiB",
        file=sys.stderr,
    )


if __name__ == "__main__":
    main()
