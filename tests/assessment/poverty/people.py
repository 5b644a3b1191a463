"""Households for tests of poverty: what each lacks, who lives in it; and a run that counts them."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.utils import timezone

from wattana.assessment import storage
from wattana.assessment.models import Run, Snapshot
from wattana.assessment.poverty.counting import count
from wattana.assessment.poverty.definitions import definitions
from wattana.engines import DuckDB

MEASURE = "livelihood_mpi"
HALF = ("N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8", "E1", "E2", "E3", "E4", "E5")  # 2/5 of all


@dataclass(frozen=True)
class Home:
    """A household: the indicators that it is deprived in, and its members as (sex, age)."""

    village: str
    lacks: tuple[str, ...] = ()
    members: tuple[tuple[str, int | None], ...] = (("male", 40),)
    scored: bool = True


def homes(village: str, poor: int, others: int, **more: Any) -> list[Home]:
    """So many households that lack all of two dimensions, and so many that lack nothing."""
    return [Home(village, HALF, **more)] * poor + [Home(village, **more)] * others


def counted(some: list[Home]) -> Run:
    """A current run of the measure over these households."""
    snapshot = Snapshot.objects.create(
        status="ready", path="snapshots/x", manifest_hash="a" * 64, codebook_version="1"
    )
    common = {
        "snapshot": snapshot, "measure_version": "1", "definitions_hash": "b" * 64,
        "status": "ready", "current": True, "finished_at": timezone.now(), "engine": "duckdb",
    }  # fmt: skip
    told = {"households": len(some)}
    scored = Run.objects.create(measure="five_capitals", summary=told, **common)
    _write(settings.DATA / "snapshots/x", "persons", _persons(some))
    _write(storage.folder(scored), "scores", _scores(some))
    made = Run.objects.create(measure=MEASURE, **common)
    storage.folder(made).mkdir(parents=True)
    with closing(DuckDB()) as engine:
        made.summary = count(
            storage.folder(made), snapshot, engine=engine, measure=definitions(MEASURE)
        )
    made.save()
    return made


def _write(folder: Path, name: str, rows: list[dict[str, Any]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows), folder / f"{name}.parquet")


def _scores(some: list[Home]) -> list[dict[str, Any]]:
    codes = [one.name for one in definitions(MEASURE).indicators]
    return [
        {
            "household": f"h{number}", "area": home.village, "year": 2025, "round": 1,
            "latest": True, "score": 2.5 if home.scored else None,
            **{code: 1.0 if code in home.lacks else 3.0 for code in codes},
        }
        for number, home in enumerate(some)
    ]  # fmt: skip


def _persons(some: list[Home]) -> list[dict[str, Any]]:
    return [
        {
            "household": f"h{number}", "visit_year": 2025, "visit_round": 1, "sex": sex,
            "age": age, "relation": "child" if place else "head",
        }
        for number, home in enumerate(some)
        for place, (sex, age) in enumerate(home.members)
    ]  # fmt: skip
