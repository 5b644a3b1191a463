"""The five capitals: every row of the scores, the summary, what another scheme would do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.parity.comparing import alike
from wattana.engines import Engine
from wattana.methods import five_capitals
from wattana.rules.measures import load_measure

MEASURE = load_measure("five_capitals")
LOOSE = replace(
    MEASURE, settings=replace(MEASURE.settings, minimum_capitals=4, boundary_rule="lower")
)


@pytest.fixture(scope="module")
def scores(snapshot, duckdb, spark, tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("scores")
    found = {}
    for engine in (duckdb, spark):
        (folder / engine.name).mkdir()
        found[engine.name] = five_capitals.assess(engine, snapshot, folder / engine.name, LOOSE)
    return found


def test_every_row_of_the_scores_is_the_same_in_the_same_order(scores):
    alike(scores["duckdb"], scores["spark"])
    table = pq.read_table(scores["spark"])
    assert table.num_rows > 200
    assert {"improved", "unchanged", "declined", None} == set(table["change"].to_pylist())
    for name in ("H1", "P8", "E5", "N8", "S10", "score"):
        assert table[name].null_count < table.num_rows, name


def test_the_types_of_the_scores_are_those_that_others_build_on(scores):
    ours, theirs = (pq.read_schema(scores[name]) for name in ("duckdb", "spark"))
    assert [str(one.type) for one in ours] == [str(one.type) for one in theirs]


def test_the_summary_is_the_same(scores, both):
    def summary(engine: Engine):
        return five_capitals.summary(engine, scores[engine.name], LOOSE)

    alike(*both(summary))


def test_another_scheme_moves_the_same_households(scores, both, snapshot):
    def moves(engine: Engine):
        found = five_capitals.moves(engine, snapshot, scores[engine.name], LOOSE, MEASURE)
        return sorted(found, key=repr)

    ours, theirs = both(moves)
    alike(ours, theirs)
    assert len(ours) > 5
