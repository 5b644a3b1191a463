"""One subject of benchmarks/poverty.py in a process of its own; prints what it took as JSON.

    python benchmarks/poverty_steps.py SUBJECT FOLDER ROWS

What is imported and compiled is not on the clock (a small file warms the subject up); reading
Parquet and making the table of all areas is.
"""

from __future__ import annotations

import hashlib
import json
import resource
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from poverty_data import FIRST_PROVINCE, regions

from wattana.engines import DuckDB
from wattana.methods.alkire_foster import counted
from wattana.rules.poverty import PovertyMeasure, read_poverty_measure

MEASURE = Path(__file__).with_name("poverty.yaml")
WARM = 100_000
THREADS = 2
PROVINCE = str(FIRST_PROVINCE + 23)
NEW_WEIGHTS = {
    "schooling": 5, "attendance": 5, "nutrition": 3, "disability": 4, "insurance": 3, "water": 6,
    "sanitation": 4, "floor": 2, "electricity": 3, "income": 6, "savings": 4, "assets": 3,
}  # fmt: skip
NEW_CUTOFF = Fraction(1, 4)


class Files:
    """The files of a number of rows."""

    def __init__(self, folder: Path, rows: int | str) -> None:
        self.persons = folder / f"persons-{rows}.parquet"
        self.packed = folder / f"packed-{rows}.parquet"
        self.counted = folder / f"counted-{rows}.parquet"


def measure_of(persons: Path) -> PovertyMeasure:
    engine = DuckDB(threads=THREADS)
    engine.tables({"persons": persons})
    return read_poverty_measure(MEASURE, engine.columns("persons"))


def scan(files: Files) -> None:
    """The floor: DuckDB decodes every column that the measure needs, one max() each."""
    columns = ", ".join(f'max("{name}")' for name in pq.read_schema(files.persons).names)
    with duckdb.connect(config={"threads": THREADS}) as connection:
        connection.execute(f"SELECT {columns} FROM '{files.persons}'").fetchall()


def foreign(files: Files) -> pa.Table:
    """The table from the persons' own columns."""
    measure = measure_of(files.persons)
    sums = counted.totals_of_file(files.persons, measure, area="village", weight="weight")
    return table(sums)


def packed(files: Files) -> pa.Table:
    """The table from the project's own layout of persons."""
    return table(sums_of(files.packed))


def from_counts(files: Files) -> pa.Table:
    """The table from stored counts of (village, profile)."""
    return table(sums_of(files.counted))


def respecified(files: Files) -> pa.Table:
    """Other weights and k for the nation, from the stored counts in their file."""
    return table(sums_of(files.counted, changed=True))


def respecified_packed(files: Files) -> pa.Table:
    """The same from persons: what `respecified` has to equal."""
    return table(sums_of(files.packed, changed=True))


def province(files: Files) -> pa.Table:
    """Other weights and k for one province, from the file."""
    profiles = counted.load(files.counted, prefix=PROVINCE, weight="persons")
    return counted.respecify(profiles, weights=NEW_WEIGHTS, cutoff=NEW_CUTOFF)


def sums_of(path: Path, *, changed: bool = False) -> counted.Totals:
    specification = counted.read_manifest(path).specification
    if changed:
        specification = specification.changed(weights=NEW_WEIGHTS, cutoff=NEW_CUTOFF)
    return counted.totals(path, specification, weight="persons")


def table(sums: counted.Totals) -> pa.Table:
    return counted.figures(sums, regions=regions()).table()


def build_packed(files: Files) -> None:
    build(files, files.packed, counts=False)


def build_counted(files: Files) -> None:
    build(files, files.counted, counts=True)


def build(files: Files, into: Path, *, counts: bool) -> None:
    engine = DuckDB(memory_limit="512MB", threads=THREADS)
    engine.tables({"persons": files.persons})
    counted.pack(
        engine, "persons", into, measure_of(files.persons),
        area="village", weights={"persons": "weight"}, counted=counts,
    )  # fmt: skip
    engine.close()


SUBJECTS: dict[str, Callable[[Files], pa.Table | None]] = {
    "scan": scan,
    "foreign": foreign,
    "packed": packed,
    "counted": from_counts,
    "respecified": respecified,
    "province": province,
    "respecified-packed": respecified_packed,
    "build-packed": build_packed,
    "build-counted": build_counted,
}


def digest(figures: pa.Table) -> str:
    """Equal for equal tables, bit for bit."""
    found = hashlib.sha256()
    for name in figures.column_names:
        column = figures[name].combine_chunks()
        text = pa.types.is_string(column.type)
        found.update("\n".join(column.to_pylist()).encode() if text else column.to_numpy(
            zero_copy_only=False).tobytes())  # fmt: skip
    return found.hexdigest()[:16]


def main() -> None:
    name, folder, rows = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    subject = SUBJECTS[name]
    if not name.startswith("build"):
        subject(Files(folder, WARM))
    wall, cpu = time.perf_counter(), time.process_time()
    made = subject(Files(folder, rows))
    took = {"seconds": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    took["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if made is not None:
        took |= {"rows": made.num_rows, "columns": made.num_columns, "digest": digest(made)}
    print(json.dumps(took))


if __name__ == "__main__":
    main()
