"""An installation for each test, households with visits, and a measure that is plain to read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests import factories
from wattana.accounts.viewer import System
from wattana.assessment import actions
from wattana.assessment.figures import CAPITALS
from wattana.assessment.models import Run
from wattana.kit import vault
from wattana.registry.models import Household, Person
from wattana.surveys.models import Visit, VisitPerson

CARRIERS = dict(
    zip(
        CAPITALS,
        (
            "expense__food",
            "expense__goods",
            "expense__utilities",
            "saving__cash",
            "saving__deposit",
        ),
        strict=True,
    )
)
"""Answers that carry the score of each capital to the plain measure below."""


@pytest.fixture
def installation(settings, tmp_path, db) -> Path:
    """An empty data folder with keys, and a database."""
    settings.DATA = tmp_path / "data"
    settings.KEYS_FILE = tmp_path / "keys.json"
    settings.SMALL_GROUP = 1  # these tests count single households; others see to what is withheld
    vault.create_if_missing()
    return settings.DATA


def visit(
    home: Household,
    year: int = 2025,
    *,
    people: dict[Person, dict[str, Any]] | None = None,
    status: str = "approved",
    **answers: Any,
) -> Visit:
    """A visit of a household with the household's answers, and those of its people."""
    made = Visit.objects.create(
        household=home,
        organization=home.owner,
        year=year,
        round=1,
        surveyed_on=dt.date(year, 5, 30),
        codebook_version="test",
        status=status,
        not_surveyed="away" if status == "not_surveyed" else "",
        created_at=timezone.now(),
        answers=answers,
    )
    for person, told in (people or {}).items():
        VisitPerson.objects.create(visit=made, person=person, answers=told)
    return made


def scored(village: str, *scores: float | None, year: int = 2025, home: Household | None = None):
    """A household with a visit that the plain measure scores so: one score for all, or five."""
    home = home or factories.household(village)
    five = scores if len(scores) == 5 else scores * 5
    answers = {
        CARRIERS[capital]: score
        for capital, score in zip(CAPITALS, five, strict=True)
        if score is not None
    }
    visit(home, year, **answers)
    return home


@contextmanager
def plainly() -> Iterator[None]:
    """Let runs take each capital's score from one answer instead of weighing 37 indicators."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(actions.five_capitals, "assess", _assess)
        yield


@pytest.fixture
def plain() -> Iterator[None]:
    with plainly():
        yield


def assessed() -> Run:
    """Freeze what there is and assess it."""
    snapshot = actions.take_snapshot(by=System())
    return actions.run(snapshot=snapshot, measure="five_capitals", by=System())


def _assess(engine: Any, snapshot: Path, out: Path, measure: Any) -> None:
    """Scores in the shape of `methods.five_capitals.assess`: level by quarters, change by 0.06."""
    engine.tables({"households": snapshot / "households.parquet"})
    carried = ", ".join(f'CAST({name} AS DOUBLE) AS "{c}"' for c, name in CARRIERS.items())
    known = ", ".join(f'"{c}"' for c in CAPITALS)
    parts = ", ".join(
        f'"{c}", {_level(c)} AS {c}_level, CAST("{c}" IS NOT NULL AS INTEGER) AS {c}_n_used,'
        f" 1 AS {c}_n_all, {_change(c)} AS {c}_change"
        for c in CAPITALS
    )
    engine.write(
        f"""
        WITH carried AS (
            SELECT household, area, visit_year AS year, visit_round AS round, latest, {carried}
            FROM households
        ), scored AS (SELECT *, list_avg([{known}]) AS score FROM carried)
        SELECT household, area, year, round, latest, {parts}, score, {_level("score")} AS level,
            list_count([{known}]) / 5.0 AS completeness, {_change("score")} AS change
        FROM scored ORDER BY area, household, year, round""",
        out / "scores.parquet",
    )


def _level(score: str) -> str:
    return f'CASE WHEN "{score}" < 4 THEN CAST(1 + floor(("{score}" - 1) / 0.75) AS INTEGER)' + (
        f' WHEN "{score}" = 4 THEN 4 END'
    )


def _change(score: str) -> str:
    before = f'lag("{score}") OVER (PARTITION BY household ORDER BY year, round)'
    return (
        f"CASE WHEN \"{score}\" - {before} > 0.06 THEN 'improved'"
        f" WHEN \"{score}\" - {before} < -0.06 THEN 'declined'"
        f" WHEN \"{score}\" - {before} IS NOT NULL THEN 'unchanged' END"
    )
