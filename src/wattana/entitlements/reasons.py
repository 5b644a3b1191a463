"""Why people are not due, or it is not known, as the condition columns of a run say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from wattana.assessment.models import Run
from wattana.engines.port import Engine
from wattana.methods.rights import bulk
from wattana.rules.programmes import Programme

KEY = "reasons"
"""Where a run's summary keeps them: programme, condition, [not fulfilled, not known]."""


@dataclass(frozen=True)
class Reason:
    """Persons or households of the run; None: withheld."""

    not_fulfilled: int | None
    unknown: int | None


def counted(
    engine: Engine, folder: Path, programmes: Sequence[Programme]
) -> Mapping[str, Mapping[str, Sequence[int]]]:
    """By programme and condition how many of the run do not fulfil it, and of how many it is open.

    Somebody who fails two conditions counts at both.
    """
    tables = {
        level: bulk.judged(engine, folder, level, programmes) for level in ("person", "household")
    }
    return {one.id: _of(engine, tables[one.level], one) for one in programmes}


def _of(engine: Engine, table: str, programme: Programme) -> Mapping[str, Sequence[int]]:
    column = f'"{programme.id}_conditions"'
    rows = engine.rows(
        f"SELECT {column} AS conditions, COUNT(*) AS n FROM {table} AS rows "
        f"WHERE latest GROUP BY {column}"
    )
    found: dict[str, list[int]] = {}
    for row in rows.to_pylist():
        for name, value, _ in bulk.reasons(programme, row["conditions"]):
            counts = found.setdefault(name, [0, 0])
            counts[0] += row["n"] if value is False else 0
            counts[1] += row["n"] if value is None else 0
    return found


def of_programme(run: Run | None, programme: Programme) -> dict[str, Reason]:
    """The counts of a run by condition; those too small to publish are left out."""
    kept: Mapping[str, Any] = (run.summary if run else {}).get(KEY, {}).get(programme.id, {})
    return {name: Reason(*(_told(one) for one in counts)) for name, counts in kept.items()}


def _told(count: int) -> int | None:
    return None if 0 < count < settings.SMALL_GROUP else count
