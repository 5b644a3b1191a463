"""How the time of a poverty table grows with indicators and levels, and what shuffled rows cost.

    python benchmarks/poverty_growth.py [--rows 10e6] [--rounds 5] [--data FOLDER] [--json]

indicators   3, 6, 12, 24 and 48 of them over the same columns (other limits beyond twelve), each
             beside the scan of all columns: from the persons' file, from packed, from counted
levels       the whole only, and each further level, from packed
shuffled     the table from the persons' file with its rows in no order, beside a scan of that file

How it grows with rows: benchmarks/poverty.py with --rows 1e6, 10e6, 66e6. Each figure is the least
of the rounds by processor time, in one process, divided by the scan's least.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from poverty import ROOT, build
from poverty_data import regions
from poverty_steps import MEASURE, Files, scan

from wattana.engines import DuckDB
from wattana.methods.alkire_foster import counted
from wattana.rules.poverty import PovertyMeasure, read_poverty_measure

INDICATORS = (3, 6, 12, 24, 48)
LEVELS = (0, 2, 4, 6, 8)


def main() -> None:
    options = read_options()
    options.data.mkdir(parents=True, exist_ok=True)
    build(options.data, options.rows)
    files = Files(options.data, options.rows)
    floor = least(lambda: scan(files), options.rounds)
    figures = {
        "rows": options.rows,
        "scan_cpu_seconds": round(floor, 3),
        "indicators": by_indicators(options, files, floor),
        "levels": by_levels(files, options.rounds, floor),
        "shuffled": shuffled(options, files, floor),
    }
    print(json.dumps(figures, indent=1) if options.json else table(figures))


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rows", type=lambda text: int(float(text)), default=10_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--data", type=Path, default=ROOT / "var" / "bench-poverty")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    options.data = options.data.resolve()
    return options


def least(work: Callable[[], object], rounds: int) -> float:
    """Processor seconds of the quickest round, after one that warms up."""
    work()
    seconds = []
    for _ in range(rounds):
        begun = time.process_time()
        work()
        seconds.append(time.process_time() - begun)
    return min(seconds)


def by_indicators(
    options: argparse.Namespace, files: Files, floor: float
) -> dict[int, dict[str, float]]:
    found = {}
    for count in INDICATORS:
        measure = measure_of(options.data, files, count)
        made = {kind: options.data / f"growth-{kind}.parquet" for kind in ("packed", "counted")}
        engine = DuckDB(memory_limit="1GB")
        engine.tables({"persons": files.persons})
        for kind, path in made.items():
            counted.pack(
                engine, "persons", path, measure,
                area="village", weights={"persons": "weight"}, counted=kind == "counted",
            )  # fmt: skip
        engine.close()
        seconds = {"foreign": least(lambda m=measure: foreign(files.persons, m), options.rounds)}
        for kind, path in made.items():
            seconds[kind] = least(lambda p=path: own(p), options.rounds)
            path.unlink()
            path.with_suffix(".json").unlink()
        found[count] = {kind: round(one / floor, 2) for kind, one in seconds.items()}
    return found


def measure_of(folder: Path, files: Files, count: int) -> PovertyMeasure:
    """The first of the indicators; beyond twelve they come again with other names."""
    given = yaml.safe_load(MEASURE.read_text(encoding="utf-8"))
    tests = [one["deprived"] for inner in given["dimensions"] for one in inner["indicators"]]
    indicators = [
        {"name": f"i{j}", "deprived": tests[j % len(tests)], "weight": f"1/{count}"}
        for j in range(count)
    ]
    given["dimensions"] = [{"name": "all", "indicators": indicators}]
    path = folder / "growth.yaml"
    path.write_text(yaml.safe_dump(given), encoding="utf-8")
    engine = DuckDB()
    engine.tables({"persons": files.persons})
    return read_poverty_measure(path, engine.columns("persons"))


def foreign(persons: Path, measure: PovertyMeasure) -> None:
    made = counted.totals_of_file(persons, measure, area="village", weight="weight")
    counted.figures(made, regions=regions()).table()


def own(path: Path, levels: tuple[int, ...] = LEVELS) -> None:
    specification = counted.read_manifest(path).specification
    sums = counted.totals(path, specification, weight="persons")
    counted.figures(sums, levels=levels).table()


def by_levels(files: Files, rounds: int, floor: float) -> dict[str, float]:
    """Levels by the digits of their codes."""
    chosen = [LEVELS[: i + 1] for i in range(len(LEVELS))]
    return {
        ", ".join(counted.LEVELS[one] for one in levels): round(
            least(lambda wanted=levels: own(files.packed, wanted), rounds) / floor, 2
        )
        for levels in chosen
    }


def shuffled(options: argparse.Namespace, files: Files, floor: float) -> dict[str, float]:
    """As multiples of the scan of the ordered file."""
    other = Files(options.data, f"{options.rows}-shuffled")
    if not other.persons.exists():
        command = [sys.executable, ROOT / "benchmarks" / "poverty_data.py", str(options.rows),
                   other.persons, "--shuffled", files.persons]  # fmt: skip
        subprocess.run(command, check=True)
    measure = read_poverty_measure(MEASURE, columns(other.persons))
    ordered = counted.totals_of_file(files.persons, measure, area="village", weight="weight")
    mixed = counted.totals_of_file(other.persons, measure, area="village", weight="weight")
    assert (ordered.sums == mixed.sums).all()
    seconds = {
        "scan": least(lambda: scan(other), options.rounds),
        "foreign": least(lambda: foreign(other.persons, measure), options.rounds),
    }
    size = other.persons.stat().st_size / files.persons.stat().st_size
    return {"size": round(size, 1)} | {k: round(one / floor, 2) for k, one in seconds.items()}


def columns(path: Path) -> dict[str, str]:
    engine = DuckDB()
    engine.tables({"persons": path})
    return engine.columns("persons")


def table(figures: dict[str, Any]) -> str:
    lines = [
        f"{figures['rows']:,} persons; as multiples of a scan ({figures['scan_cpu_seconds']} s of"
        " processor time)",
        f"{'indicators':>10}{'foreign':>9}{'packed':>9}{'counted':>9}",
    ]
    lines += [
        f"{count:>10}{one['foreign']:>9.2f}{one['packed']:>9.2f}{one['counted']:>9.2f}"
        for count, one in figures["indicators"].items()
    ]
    lines += [f"levels {names}: {one:.2f}" for names, one in figures["levels"].items()]
    mixed = figures["shuffled"]
    lines.append(
        f"shuffled: file {mixed['size']} x as large, scan {mixed['scan']:.2f},"
        f" foreign {mixed['foreign']:.2f}; sums equal"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
