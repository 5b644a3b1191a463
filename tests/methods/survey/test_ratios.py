"""Ratio estimates against R's survey package and against sums worked by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import csv

from wattana.engines import DuckDB
from wattana.kernel.problems import Invalid
from wattana.methods.survey import Design, ratios

REFERENCE = Path(__file__).parents[3].parent / "shared" / "data" / "alkire_foster"
POOR = "CASE WHEN c >= 6 THEN 1 ELSE 0 END"
SHARE_IF_POOR = "CASE WHEN c >= 6 THEN c / 18.0e0 ELSE 0 END"


def engine_with(table: pa.Table, folder: Path) -> DuckDB:
    pq.write_table(table, folder / "t.parquet")
    engine = DuckDB(memory_limit="256MB", threads=1)
    engine.tables({"t": folder / "t.parquet"})
    return engine


@pytest.mark.skipif(
    not REFERENCE.exists(), reason="the reference data of Alkire–Foster is not here"
)
def test_standard_errors_equal_those_of_r_survey(tmp_path):
    examples = json.loads((REFERENCE / "alkire_foster_examples.json").read_text())
    example = examples["mpindex_df_household"]
    table = csv.read_csv(REFERENCE / example["data_file"])
    score = " + ".join(
        f"{round(18 * weight)} * {name}"
        for weight, name in zip(example["weights"], example["indicators"], strict=True)
    )
    design = Design(weight="hh_weight", strata="strata", psu="psu")
    wanted = {"H": (POOR, "1"), "M0": (SHARE_IF_POOR, "1"), "A": (SHARE_IF_POOR, POOR)}
    (whole,) = ratios(
        engine_with(table, tmp_path), f"SELECT *, ({score}) AS c FROM t", wanted, design
    )
    expected = example["expected"]["survey"]["k_33"]
    assert whole.df == expected["design_df"]
    for name, found in whole.of.items():
        assert found.value == pytest.approx(expected[name], abs=1e-10)
        assert found.se == pytest.approx(expected[f"{name}_se"], abs=1e-10)


def test_without_a_design_the_error_is_that_of_a_simple_sample(tmp_path):
    y = [1.0, 2.0, 4.0, 9.0]
    (whole,) = ratios(engine_with(pa.table({"y": y}), tmp_path), "t", {"m": ("y", "1")}, Design())
    assert whole.of["m"].value == 4
    assert whole.of["m"].se == pytest.approx(np.std(y, ddof=1) / 2)


def test_a_group_counts_the_psus_that_it_has_no_row_in(tmp_path):
    # PSU totals of group a about its mean 0.5: (1 − 0.5)/2, (0 − 0.5)/2, and 0 for the third PSU.
    table = pa.table({"g": ["a", "a", "b"], "psu": [1, 2, 3], "y": [1, 0, 1]})
    found = ratios(
        engine_with(table, tmp_path), "t", {"m": ("y", "1")}, Design(by=(("g",),), psu="psu")
    )
    group = found[1]
    assert (group.group, group.df) == ({"g": "a"}, 2)
    assert group.of["m"].se == pytest.approx(np.sqrt(3 / 2 * (0.25**2 + 0.25**2)))


def test_the_same_label_in_two_strata_is_two_psus(tmp_path):
    table = pa.table({"s": [1, 1, 2, 2], "psu": [1, 2, 1, 2], "y": [1.0, 0.0, 1.0, 1.0]})
    design = Design(strata="s", psu="psu")
    (whole,) = ratios(engine_with(table, tmp_path), "t", {"m": ("y", "1")}, design)
    assert whole.df == 2
    assert whole.of["m"].se == pytest.approx(np.sqrt(2 * 2 * (0.5 / 4) ** 2))


def test_unknown_values_leave_the_ratio_but_not_the_count(tmp_path):
    table = pa.table({"y": [1.0, None, 3.0]})
    (whole,) = ratios(engine_with(table, tmp_path), "t", {"m": ("y", "1")}, Design())
    assert (whole.n, whole.of["m"].n, whole.of["m"].value) == (3, 2, 2.0)


def test_nothing_known_gives_no_figure(tmp_path):
    table = pa.table({"y": pa.array([None, None], pa.float64())})
    (whole,) = ratios(engine_with(table, tmp_path), "t", {"m": ("y", "1")}, Design())
    assert (whole.of["m"].value, whole.of["m"].se, whole.of["m"].low) == (None, None, None)


def test_totals_do_not_depend_on_the_order_of_rows(tmp_path):
    rng = np.random.default_rng(1)
    y, w = rng.lognormal(8, 1, 5000), rng.uniform(0.3, 3, 5000)
    turned = rng.permutation(5000)
    found = []
    for order in (np.arange(5000), turned):
        engine = engine_with(pa.table({"y": y[order], "w": w[order]}), tmp_path)
        found += ratios(engine, "t", {"m": ("y", "1")}, Design(weight="w"))
    assert found[0].of["m"].value == found[1].of["m"].value


@pytest.mark.parametrize(("rule", "alone"), [("skip", 0), ("centre", ((1 - 2 / 3) / 3) ** 2)])
def test_a_lonely_psu_follows_the_chosen_rule(tmp_path, rule, alone):
    table = pa.table({"s": [1, 1, 2], "psu": [1, 2, 1], "y": [1.0, 0.0, 1.0]})
    engine = engine_with(table, tmp_path)
    with pytest.raises(Invalid, match="one PSU only"):
        ratios(engine, "t", {"m": ("y", "1")}, Design(strata="s", psu="psu"))
    design = Design(strata="s", psu="psu", lonely=rule)
    (whole,) = ratios(engine, "t", {"m": ("y", "1")}, design)
    first = 2 * 2 * (0.5 / 3) ** 2  # two PSUs at ±0.5 about their own mean
    assert whole.of["m"].se == pytest.approx(np.sqrt(first + alone))


@pytest.mark.parametrize(
    ("design", "told"),
    [
        (Design(weight="w"), "Column w holds negative sampling weights. Rows: 1."),
        (Design(strata="s"), "Column s of the sample is empty. Rows in which it is: 2."),
        (Design(psu="p"), "Column p of the sample is empty. Rows in which it is: 1."),
    ],
)
def test_a_sample_that_cannot_be_is_refused(tmp_path, design, told):
    table = pa.table({"y": [1, 2, 3], "w": [1, -1, 2], "s": [1, None, None], "p": [None, 1, 2]})
    with pytest.raises(Invalid, match=told):
        ratios(engine_with(table, tmp_path), "t", {"m": ("y", "1")}, design)
