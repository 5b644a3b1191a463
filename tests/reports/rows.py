"""A run and its figures for tests: small sums that can be checked by hand."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from wattana.assessment.figures import ASPECTS
from wattana.assessment.models import AreaFigure, Run, Snapshot


def run(*, waves: tuple[tuple[int, int], ...] = ((2025, 1),), **more: Any) -> Run:
    """The current run."""
    snapshot = Snapshot.objects.create(
        status="ready", path="snapshots/x", manifest_hash="a" * 64, codebook_version="1"
    )
    return Run.objects.create(
        **{
            "snapshot": snapshot,
            "measure": "five_capitals",
            "measure_version": "0.1",
            "definitions_hash": "b" * 64,
            "definitions": {},
            "engine": "duckdb",
            "engine_version": "1.5",
            "status": "ready",
            "current": True,
            "finished_at": timezone.now(),
            "summary": {"waves": [list(wave) for wave in waves]},
        }
        | more
    )


def figures(
    of: Run,
    code: str,
    mean: float = 2.0,
    *,
    levels: tuple[int, int, int, int] = (2, 5, 3, 0),
    wave: tuple[int, int] = (0, 0),
    change: tuple[int, int, int] = (0, 0, 0),
    **means: float | None,
) -> None:
    """The figures of an area in one wave; `human=1.5` sets a capital's mean, None leaves it out."""
    for aspect in ASPECTS:
        score = means.get(aspect, mean)
        scored = sum(levels) if score is not None else 0
        AreaFigure.objects.create(
            run=of, code=code, parent=code[:-2], year=wave[0], round=wave[1], aspect=aspect,
            households=sum(levels), scored=scored, total=round((score or 0) * scored * 1_000_000),
            level1=levels[0], level2=levels[1], level3=levels[2], level4=levels[3],
            used=8, asked=10, improved=change[0], unchanged=change[1], declined=change[2],
        )  # fmt: skip


def surveyed(codes: tuple[str, ...], **more: Any) -> Run:
    """A run with figures of some areas and of all above them."""
    made = run(**more)
    above = {code[:length] for code in codes for length in range(2, len(code) + 1, 2)}
    for code in sorted(above):
        figures(made, code)
    return made


def withheld(of: Run, *codes: str) -> None:
    """Mark the figures of areas as too few to publish, as a run does (`assessment.results`)."""
    AreaFigure.objects.filter(run=of, code__in=codes).update(withheld=True)
