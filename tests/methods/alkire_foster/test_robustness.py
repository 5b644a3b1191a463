from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

from tests.methods.alkire_foster.made import engine_with, measure_of, yaml_of
from wattana.methods.alkire_foster import figures, robustness
from wattana.methods.survey import Design

DIMENSIONS = {"one": {"a": "a = 1", "b": "b = 1"}, "two": {"c": "c = 1"}}
BY = Design(by=(("region",),))


@pytest.fixture
def sample(tmp_path):
    dice = np.random.default_rng(7)
    columns = {name: dice.integers(0, 2, 400).tolist() for name in "abc"}
    columns["region"] = dice.integers(1, 9, 400).tolist()
    columns["w"] = dice.integers(1, 5, 400).tolist()
    engine = engine_with(tmp_path, columns)
    return engine, measure_of(tmp_path, yaml_of(DIMENSIONS, "1/2"), engine)


@pytest.mark.parametrize("k", [Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(1)])
def test_a_curve_holds_the_figures_of_every_cut_off(sample, k):
    engine, measure = sample
    design = Design(by=(("region",),), weight="w")
    curves = robustness.curves(engine, "data", measure, design)
    expected = figures(engine, "data", measure.reweighted(cutoff=k), design)
    assert [one.group for one in curves] == [one.group for one in expected]
    assert [one.headcount(k) for one in curves] == [one.H for one in expected]
    assert [one.adjusted(k) for one in curves] == [one.M0 for one in expected]


def test_rank_correlations_equal_those_of_scipy():
    dice = np.random.default_rng(3)
    for size in (2, 3, 10, 60):
        one, other = dice.integers(0, 6, size), dice.integers(0, 6, size)
        pairs = list(zip(one.tolist(), other.tolist(), strict=True))
        if len(set(one)) < 2 or len(set(other)) < 2:
            continue
        assert robustness.kendall(pairs)[0] == pytest.approx(stats.kendalltau(one, other)[0])
        assert robustness.spearman(pairs) == pytest.approx(stats.spearmanr(one, other)[0])


def test_ranks_of_one_value_only_say_nothing():
    assert robustness.kendall([(1, 1), (1, 2)]) == (None, None)
    assert robustness.spearman([(1, 1), (1, 2)]) is None
    assert robustness.spearman([]) is None


def test_the_measure_itself_keeps_its_own_order(sample):
    engine, measure = sample
    rows = robustness.grid(engine, "data", measure, BY)
    own = next(row for row in rows if row["k"] == "0.5" and not row["weights"])
    assert (own["kendall"], own["spearman"], own["pairs_kept"]) == (1, pytest.approx(1), 1)
    assert {row["weights"] for row in rows} == {"", "one 50 %", "two 50 %"}
    assert all(row["groups"] == 8 for row in rows)


def test_a_group_that_is_poorer_at_every_cut_off_dominates(tmp_path):
    engine = engine_with(
        tmp_path,
        {"a": [1, 1, 0, 0], "b": [1, 1, 1, 0], "c": [1, 0, 0, 0], "region": [1, 1, 2, 2]},
    )
    measure = measure_of(tmp_path, yaml_of(DIMENSIONS, "1/2"), engine)
    last = robustness.grid(engine, "data", measure, BY)[-1]
    assert (last["k"], last["pairs_kept"]) == ("every k", 1)
