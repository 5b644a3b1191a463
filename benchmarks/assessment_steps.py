"""One step of benchmarks/assessment.py, in a process of its own; prints what it took as JSON."""

from __future__ import annotations

import json
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
import duckdb
from django.conf import settings

django.setup()

from wattana.accounts.viewer import System  # noqa: E402
from wattana.assessment import actions  # noqa: E402
from wattana.assessment.models import Snapshot  # noqa: E402
from wattana.engines import DuckDB  # noqa: E402
from wattana.methods import five_capitals  # noqa: E402
from wattana.methods.five_capitals import queries  # noqa: E402
from wattana.rules.measures import load_measure  # noqa: E402

REPEATS = 5
THREADS = 2
MEASURE = load_measure("five_capitals")


def snapshot() -> dict[str, Any]:
    taken = actions.take_snapshot(by=System())
    return {"households": taken.households, "visits": taken.visits, "persons": taken.persons}


def scan() -> dict[str, Any]:
    used = {
        "households": [*queries.KEY, "area", "latest", *queries.household_columns(MEASURE)],
        "persons": [*queries.KEY, *queries.person_columns(MEASURE)],
    }
    folder = settings.DATA / newest().path

    def once() -> None:
        with duckdb.connect(config={"threads": THREADS}) as connection:
            for name, columns in used.items():
                maxima = ", ".join(f'max("{column}")' for column in columns)
                file = folder / f"{name}.parquet"
                connection.execute(f"SELECT {maxima} FROM '{file}'").fetchall()

    return {"seconds": median(once)}


def scores() -> dict[str, Any]:
    folder, engine = settings.DATA / newest().path, DuckDB(memory_limit="1024MB", threads=THREADS)
    with tempfile.TemporaryDirectory() as out:
        seconds = median(lambda: five_capitals.assess(engine, folder, Path(out), MEASURE))
    engine.close()
    return {"seconds": seconds}


def run() -> dict[str, Any]:
    done = actions.run(snapshot=newest(), measure=MEASURE.name, by=System())
    return {"mean": done.summary["mean"]["overall"], "scored": done.summary["scored"]}


def newest() -> Snapshot:
    return Snapshot.objects.filter(status="ready").latest("id")


def median(work: Callable[[], object]) -> float:
    seconds = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds)


def main(step: str) -> None:
    begun = time.perf_counter()
    figures = {"snapshot": snapshot, "scan": scan, "scores": scores, "run": run}[step]()
    figures.setdefault("seconds", time.perf_counter() - begun)
    figures["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(figures))


if __name__ == "__main__":
    main(sys.argv[1])
