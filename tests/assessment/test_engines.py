"""A run on Spark finds what a run on DuckDB finds, and says which of them it was."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from tests.assessment.conftest import visit
from tests.assessment.test_runs import rows_of
from tests.factories import household
from tests.parity.populations import answers
from tests.spark import spark
from wattana.accounts.viewer import System
from wattana.assessment import actions, cli, storage
from wattana.assessment.models import Run, Status
from wattana.engines import EngineFailed, choosing
from wattana.kernel.problems import Conflict, Invalid

__all__ = ["spark"]
pytestmark = pytest.mark.usefixtures("installation")


def told(*arguments: str) -> dict:
    """What the command says; a problem is raised."""
    answer = CliRunner().invoke(cli.assess, [*arguments, "--json"])
    if answer.exception:
        raise answer.exception
    return json.loads(answer.stdout)


@pytest.mark.spark
def test_a_run_on_spark_brings_the_same_rows_into_the_database(spark, monkeypatch):
    for number in range(12):
        home = household(f"3301030{number % 3 + 1}")
        for year in (2024, 2025):
            visit(home, year, **answers(number * 10_000 + year))
    actions.take_snapshot(by=System())
    first = told("--engine", "duckdb")
    monkeypatch.setenv("WATTANA_SPARK_MASTER", spark._running.master)
    second = told("--engine", "spark")
    assert (first.pop("engine")[:6], second.pop("engine")[:5]) == ("duckdb", "spark")
    assert first.pop("run") != second.pop("run") and first == second
    assert first["households"] == 12 and len(first["waves"]) == 2
    runs = Run.objects.order_by("pk")
    assert rows_of(runs[0]) == rows_of(runs[1])
    assert [one.engine for one in runs] == ["duckdb", "spark"]


def test_an_engine_that_fails_leaves_the_run_before_current():
    visit(household("33010301"), 2025)
    snapshot = actions.take_snapshot(by=System())
    before = actions.run(snapshot=snapshot, measure="five_capitals", by=System())

    class Lost(choosing.DuckDB):
        def write(self, sql, path):
            super().write(sql, path)
            raise EngineFailed("No executor of spark://far:7077 answers.")

    with pytest.raises(Conflict, match="could not finish"):
        actions.run(snapshot=snapshot, measure="five_capitals", by=System(), engine=Lost)
    assert Run.objects.get(current=True) == before
    assert (storage.folder(before) / "scores.parquet").exists()
    lost = Run.objects.exclude(pk=before.pk).get()
    assert lost.status == Status.FAILED and not storage.folder(lost).exists()


def test_a_wrong_master_is_told_and_nothing_is_kept():
    pytest.importorskip("pyspark")
    visit(household("33010301"), 2025)
    actions.take_snapshot(by=System())
    with pytest.raises(Invalid, match="no Spark master"):
        told("--engine", "spark", "--master", "http://far:8080")
    assert Run.objects.get().status == Status.FAILED
