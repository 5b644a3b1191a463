"""Errors from totals in memory are those that the engine works out."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from tests.methods.survey.test_ratios import engine_with
from wattana.methods.survey import Design, ratio_errors, ratios


def test_they_equal_the_engine_s(tmp_path):
    rng = np.random.default_rng(2)
    table = pa.table(
        {"s": rng.integers(0, 3, 400), "psu": rng.integers(0, 12, 400), "y": rng.random(400)}
    )
    engine = engine_with(table, tmp_path)
    (whole,) = ratios(engine, "t", {"m": ("y", "1")}, Design(strata="s", psu="psu"))
    sums = engine.rows("SELECT s, psu, SUM(y) AS t, COUNT(*) AS z FROM t GROUP BY s, psu")
    ratio, se, df = ratio_errors(sums["t"], sums["z"], strata=sums["s"])
    assert ratio[0] == pytest.approx(whole.of["m"].value)
    assert se[0] == pytest.approx(whole.of["m"].se)
    assert df[0] == whole.df


def test_each_group_is_a_sample_of_its_own():
    ratio, se, df = ratio_errors([1, 0, 5], [2, 2, 5], [0, 0, 1], 3)
    assert ratio[:2].tolist() == [0.25, 1.0] and np.isnan(ratio[2])
    assert se[0] == pytest.approx(np.sqrt(2 * 2 * (0.5 / 4) ** 2))
    assert np.isnan(se[1:]).all() and np.isnan(df[1:]).all()
