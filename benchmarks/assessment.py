"""Snapshot and five-capital assessment of a province, beside a bare DuckDB scan.

    python benchmarks/assessment.py --households 400000 [--rounds 1] [--json]

The demo province is built once into the folder of --data and used again. Each step runs in a
process of its own, so that its peak memory is its own:

    snapshot   database → typed Parquet without names
    scan       the floor: DuckDB reads each column that the measure uses with one max()
    scores     37 indicators, capitals, levels and changes, Parquet → Parquet
    run        all of it: files verified, scores, figures of areas, results in the database

scan and scores are repeated and the median told.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
STEPS = ("snapshot", "scan", "scores", "run")
MEMORY_GOAL_MIB = 2048


def main() -> None:
    options = read_options()
    environment = os.environ | {
        "WATTANA_DATA": str(options.data),
        "DJANGO_SETTINGS_MODULE": "wattana.site.settings",
    }
    build(options, environment)
    figures = told(options, {step: in_own_process(step, environment) for step in STEPS})
    print(json.dumps(figures, indent=1) if options.json else table(figures))


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--households", type=int, default=400_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--data", type=Path, default=None, help="folder of the province, kept")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    name = f"var/bench-sqlite-{options.households}"
    name += f"-{options.rounds}" if options.rounds > 1 else ""
    options.data = (options.data or ROOT / name).resolve()
    return options


def build(options: argparse.Namespace, environment: dict[str, str]) -> None:
    if (options.data / "demo.json").exists():
        return
    options.data.mkdir(parents=True, exist_ok=True)
    command = [Path(sys.executable).parent / "wattana", "demo", "--households",
               str(options.households), "--rounds", str(options.rounds)]  # fmt: skip
    subprocess.run(command, env=environment, check=True, stdout=sys.stderr)


def in_own_process(step: str, environment: dict[str, str]) -> dict[str, Any]:
    print(f"{step} …", file=sys.stderr, flush=True)
    command = [sys.executable, ROOT / "benchmarks" / "assessment_steps.py", step]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def told(options: argparse.Namespace, steps: dict[str, dict[str, Any]]) -> dict[str, Any]:
    floor = steps["scan"]["seconds"]
    rows = steps["snapshot"]["visits"] + steps["snapshot"]["persons"]
    return {
        "households": steps["snapshot"]["households"],
        "rounds": options.rounds,
        "rows": rows,
        "peak_mib": max(step["peak_mib"] for step in steps.values()),
        "steps": {
            name: {
                "seconds": round(step["seconds"], 2),
                "ratio_to_scan": round(step["seconds"] / floor, 1),
                "rows_per_second": round(rows / step["seconds"]),
                "peak_mib": step["peak_mib"],
            }
            for name, step in steps.items()
        },
    }


def table(figures: dict[str, Any]) -> str:
    lines = [
        f"{figures['households']:,} households, {figures['rounds']} round(s),"
        f" {figures['rows']:,} rows of visits and persons",
        f"{'step':10}{'seconds':>10}{'x scan':>9}{'rows/s':>14}{'peak MiB':>10}",
    ]
    for name, step in figures["steps"].items():
        lines.append(
            f"{name:10}{step['seconds']:>10.2f}{step['ratio_to_scan']:>9.1f}"
            f"{step['rows_per_second']:>14,}{step['peak_mib']:>10,}"
        )
    lines.append(f"peak memory {figures['peak_mib']:,} MiB (goal: at most {MEMORY_GOAL_MIB:,})")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
