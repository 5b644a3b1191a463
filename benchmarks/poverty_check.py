"""The fast table beside the SQL figures of the measure, area by area.

    python benchmarks/poverty_check.py FOLDER ROWS

For the measure as it is and with other weights and k; all areas down to the tambon (8,441 rows, the
SQL figures carry standard errors and take a minute for a million persons).
"""

from __future__ import annotations

import sys
from fractions import Fraction
from math import isclose
from pathlib import Path

from poverty_steps import NEW_CUTOFF, NEW_WEIGHTS, Files, measure_of

from wattana.engines import DuckDB
from wattana.methods.alkire_foster import GroupFigures, counted, figures
from wattana.methods.survey import Design
from wattana.rules.poverty import PovertyMeasure

LEVELS = (2, 4, 6)
NEAR = 1e-12


def main() -> None:
    files = Files(Path(sys.argv[1]), sys.argv[2])
    measure = measure_of(files.persons)
    weights = [NEW_WEIGHTS[one.name] for one in measure.indicators]
    changed = measure.reweighted([Fraction(one, sum(weights)) for one in weights], NEW_CUTOFF)
    for name, one in (("as it is", measure), ("respecified", changed)):
        compared = compare(files, one)
        print(f"check, {name}: {compared:,} areas equal the SQL figures to {NEAR}", file=sys.stderr)


def compare(files: Files, measure: PovertyMeasure) -> int:
    sums = counted.totals(files.counted, counted.Specification.of(measure), weight="persons")
    rows = counted.figures(sums, levels=(0, *LEVELS)).table().to_pylist()
    fast = {row["area"]: row for row in rows}
    slow = sql_figures(files, measure)
    assert len(slow) == len(fast)
    for one in slow:
        assert_near(one, fast[next(iter(one.group.values()), "")])
    return len(slow)


def sql_figures(files: Files, measure: PovertyMeasure) -> list[GroupFigures]:
    engine = DuckDB(memory_limit="2GB")
    engine.tables({"persons": files.persons})
    columns = ", ".join(f"LEFT(village, {digits}) AS area{digits}" for digits in LEVELS)
    design = Design(by=tuple((f"area{digits}",) for digits in LEVELS), weight="weight")
    return figures(engine, f"SELECT *, {columns} FROM persons", measure, design)


def assert_near(one: GroupFigures, row: dict[str, float]) -> None:
    for name in ("n", "left_out", "population", "H", "A", "M0"):
        assert near(getattr(one, name), row[name]), (one.group, name)
    for kind in ("uncensored", "censored", "contribution"):
        for name, value in getattr(one, kind).items():
            assert near(value, row[f"{kind}_{name}"]), (one.group, kind, name)


def near(theirs: float | None, ours: float | None) -> bool:
    if theirs is None or ours is None:
        return theirs is ours
    return isclose(theirs, ours, rel_tol=NEAR, abs_tol=NEAR)


if __name__ == "__main__":
    main()
