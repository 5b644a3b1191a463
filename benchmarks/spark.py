"""Spark beside DuckDB on the same files, and what is left when a cluster fails midway.

    python benchmarks/spark.py [--rows 1e6,4e6,16e6] [--rounds 3] [--data FOLDER] [--json]
    python benchmarks/spark.py --kill          besides: workers are killed in the middle of a job

The work is that of `methods.alkire_foster.counted`: persons with twelve columns (poverty_data.py)
become deprivations, counted by village and profile, sorted, in one Parquet file. Subjects:

    duckdb    two threads in one process
    local     Spark on two threads in one process
    worker    a standalone cluster on loopback, one worker of one core
    cluster   two workers of one core each
    parts     the same, from 77 folders province=… instead of one file

Each is a process of its own, warmed up with a small file; starting Spark is told apart (`start`).
All results are compared row by row. cpu: processor seconds of all processes of a subject; other
work on the machine disturbs them less than wall time. slope: seconds for each further million rows.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import poverty_data
import pyarrow.parquet as pq
from spark_cluster import Cluster, cluster

from wattana.engines import Engine, EngineFailed, make, running
from wattana.methods.alkire_foster import counted
from wattana.rules.poverty import read_poverty_measure

MEASURE = Path(__file__).with_name("poverty.yaml")
SUBJECTS = ("duckdb", "local", "worker", "cluster", "parts")
WARM = 100_000
MEMORY = "1024MB"
DRIVER_PATIENCE = 20.0


def main() -> None:
    if sys.argv[1:2] == ["step"]:
        step(*sys.argv[2:])
        return
    options = read_options()
    with folder_of(options.data) as folder:
        for rows in (WARM, *options.rows):
            build(folder, rows)
        figures = measured(folder, options)
        if options.kill:
            figures["killed"] = killed(folder, max(options.rows))
    print(json.dumps(figures, indent=1) if options.json else table(figures))


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rows", type=whole_numbers, default=[1_000_000, 4_000_000, 16_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--data", type=Path, help="folder of the persons, kept")
    parser.add_argument("--kill", action="store_true")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def whole_numbers(text: str) -> list[int]:
    return [int(float(one)) for one in text.split(",")]


@contextlib.contextmanager
def folder_of(kept: Path | None) -> Iterator[Path]:
    if kept:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="wattana-spark-bench-") as made:
        yield Path(made)


def persons(folder: Path, rows: int) -> Path:
    return folder / f"persons-{rows}.parquet"


def parts(folder: Path, rows: int) -> Path:
    return folder / f"parts-{rows}"


def build(folder: Path, rows: int) -> None:
    if not persons(folder, rows).exists():
        poverty_data.write(rows, persons(folder, rows))
    if not parts(folder, rows).exists():
        code = "LEFT(CAST(village AS VARCHAR), 2) AS province"
        source = f"SELECT *, {code} FROM '{persons(folder, rows)}'"
        duckdb.sql(
            f"COPY ({source}) TO '{parts(folder, rows)}'"
            " (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (province))"
        )


def measured(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Seconds by subject and rows, the rounds interleaved."""
    found: dict[str, dict[int, list[dict[str, float]]]] = {
        subject: {rows: [] for rows in options.rows} for subject in SUBJECTS
    }
    with cluster(1) as one, cluster(2) as two:
        clusters = {"worker": one, "cluster": two, "parts": two}
        for _ in range(options.rounds):
            for rows in options.rows:
                for subject in SUBJECTS:
                    took = in_own_process(subject, folder, rows, clusters.get(subject))
                    found[subject][rows].append(took)
                equal(folder, rows)
    return {"subjects": {name: told(by_rows) for name, by_rows in found.items()}}


def in_own_process(subject: str, folder: Path, rows: int, on: Cluster | None) -> dict[str, float]:
    print(f"{subject} {rows:,} …", file=sys.stderr, flush=True)
    workers = [str(worker.pid) for worker in on.workers] if on else []
    command = [sys.executable, __file__, "step", subject, str(folder), str(rows),
               on.master if on else "", *workers]  # fmt: skip
    done = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    return json.loads(done.stdout)


def result(folder: Path, rows: int | str, subject: str) -> Path:
    return folder / f"result-{rows}-{subject}.parquet"


def equal(folder: Path, rows: int) -> None:
    """All subjects wrote the same rows in the same order."""
    first, *others = (pq.read_table(result(folder, rows, subject)) for subject in SUBJECTS)
    assert all(first.equals(other.cast(first.schema)) for other in others)


def told(by_rows: dict[int, list[dict[str, float]]]) -> dict[str, Any]:
    starts = [one["start"] for runs in by_rows.values() for one in runs]
    found: dict[str, Any] = {"start": round(statistics.median(starts), 2)}
    for kind in ("seconds", "cpu"):
        took = {
            rows: statistics.median(one[kind] for one in runs) for rows, runs in by_rows.items()
        }
        least, most = min(took), max(took)
        found[kind] = {str(rows): round(seconds, 2) for rows, seconds in took.items()}
        found[f"{kind}_slope"] = round(
            (took[most] - took[least]) / max(most - least, 1) * 1_000_000, 3
        )
    return found


def step(subject: str, folder: str, rows: str, master: str, *workers: str) -> None:
    """One subject in this process: its start, and its seconds for the work once warm."""
    begun = time.perf_counter()
    engine = (
        make("duckdb", memory=MEMORY) if subject == "duckdb"
        else make("spark", memory=MEMORY, master=master or None)
    )  # fmt: skip
    start = time.perf_counter() - begun
    groups = {os.getpgrp(), *map(int, workers)}
    for size in (WARM, WARM, int(rows)):
        begun, used = time.perf_counter(), processor_seconds(groups)
        work(engine, subject, Path(folder), size)
        seconds, cpu = time.perf_counter() - begun, processor_seconds(groups) - used
    engine.close()
    print(json.dumps({"start": start, "seconds": seconds, "cpu": cpu}))


def processor_seconds(groups: set[int]) -> float:
    """What the living processes of these process groups have used: Python, Java, executors."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[2]) in groups:
                ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def work(engine: Engine, subject: str, folder: Path, rows: int) -> None:
    engine.tables({"persons": (parts if subject == "parts" else persons)(folder, rows)})
    measure = read_poverty_measure(MEASURE, engine.columns("persons"))
    counted.pack(
        engine, "persons", result(folder, rows, subject), measure,
        area="village", weights={"persons": "weight"},
    )  # fmt: skip


def killed(folder: Path, rows: int) -> dict[str, str]:
    """With one worker lost the work ends well; with both it fails and the file before stays."""
    running.PATIENCE = DRIVER_PATIENCE
    out = result(folder, rows, "killed")
    before = pq.read_table(result(folder, rows, "duckdb"))
    with cluster(2) as made:
        engine = make("spark", memory=MEMORY, master=made.master)
        with killing(made, out, [0]):
            work(engine, "killed", folder, rows)
        assert before.equals(pq.read_table(out).cast(before.schema))
        content = out.read_bytes()
        with killing(made, out, [1]):
            try:
                work(engine, "killed", folder, rows)
            except EngineFailed as failed:
                reason = str(failed)
            else:
                raise AssertionError("the work ended before the worker was killed")
        engine.close()
    assert out.read_bytes() == content
    assert not out.with_name(out.name + ".partial").exists()
    return {"one of two workers": "the same rows", "both workers": f"file unchanged: {reason}"}


@contextlib.contextmanager
def killing(made: Cluster, out: Path, numbers: list[int]) -> Iterator[None]:
    """Kill workers as soon as the work has begun to write."""
    folder = out.with_name(out.name + ".partial")

    def wait_and_kill() -> None:
        while not list(folder.glob("_temporary/*/*/*")):
            time.sleep(0.01)
        for number in numbers:
            made.kill(number)
        print(f"killed {numbers}", file=sys.stderr, flush=True)

    thread = threading.Thread(target=wait_and_kill, daemon=True)
    thread.start()
    yield
    thread.join()


def table(figures: dict[str, Any]) -> str:
    sizes = list(figures["subjects"]["duckdb"]["seconds"])
    lines = []
    for kind in ("seconds", "cpu"):
        lines.append(f"{kind:10}{'start':>8}" + "".join(f"{int(one):>14,}" for one in sizes)
                     + f"{'slope s/M':>12}")  # fmt: skip
        for name, one in figures["subjects"].items():
            cells = "".join(f"{one[kind][size]:>14.2f}" for size in sizes)
            lines.append(f"{name:10}{one['start']:>8.2f}{cells}{one[f'{kind}_slope']:>12.3f}")
    lines += [f"killed {name}: {what}" for name, what in figures.get("killed", {}).items()]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
