"""Differences of independent samples."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scipy import stats

from wattana.engines import DuckDB
from wattana.methods.change import Known, difference, differences
from wattana.methods.survey import Design


def samples(folder, one, other):
    engine = DuckDB(memory_limit="256MB", threads=1)
    for name, table in (("one", one), ("other", other)):
        pq.write_table(table, folder / f"{name}.parquet")
        engine.tables({name: folder / f"{name}.parquet"})
    return engine


def test_two_means_differ_as_welch_says(tmp_path):
    first, second = [1.0, 2.0, 3.0, 7.0], [2.0, 4.0, 9.0]
    engine = samples(tmp_path, pa.table({"y": first}), pa.table({"y": second}))
    (whole,) = differences(engine, "one", "other", {"m": ("y", "1")}, (Design(), Design()))
    found = whole.of["m"]
    welch = stats.ttest_ind(second, first, equal_var=False)
    assert found.value == pytest.approx(np.mean(second) - np.mean(first))
    assert found.value / found.se == pytest.approx(welch.statistic)
    assert found.df == pytest.approx(welch.df)
    interval = welch.confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))


def test_groups_are_compared_with_themselves(tmp_path):
    engine = samples(
        tmp_path,
        pa.table({"g": ["a", "a", "b", "b"], "y": [0, 1, 1, 1]}),
        pa.table({"g": ["a", "a", "c", "c"], "y": [1, 1, 0, 0]}),
    )
    design = Design(by=(("g",),))
    found = differences(engine, "one", "other", {"p": ("y", "1")}, (design, design), shares=("p",))
    assert [one.group for one in found] == [{}, {"g": "a"}]
    assert found[1].of["p"].value == 0.5


def test_an_unknown_figure_has_no_difference(tmp_path):
    empty = pa.table({"y": pa.array([None], pa.float64())})
    engine = samples(tmp_path, empty, pa.table({"y": [1.0]}))
    (whole,) = differences(engine, "one", "other", {"m": ("y", "1")}, (Design(), Design()))
    assert (whole.of["m"].value, whole.of["m"].se) == (None, None)


def test_figures_of_two_runs_can_be_compared(tmp_path):
    # The reference: H .3835 (se .0329, df 57) of one sample against .30 (se .04, df 40) of another.
    found = difference(Known(0.3835, 0.0329, 57), Known(0.30, 0.04, 40))
    assert found.value == pytest.approx(-0.0835)
    assert found.se == pytest.approx(0.05179, abs=1e-5)
    assert 40 < found.df < 97
    assert found.low < 0 < found.high


def test_no_error_at_all_leaves_a_certain_difference():
    found = difference(Known(0.5, 0.0, 10), Known(0.25, 0.0, 10))
    assert (found.value, found.se, found.low, found.high) == (-0.25, 0, -0.25, -0.25)
