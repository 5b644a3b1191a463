"""Gini against its definition, its error against the jackknife, its parts against their sum."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from tests.methods.money.files import run, written
from wattana.methods.survey import Design

TWO = (
    "sources:\n"
    "  - {name: farm, amount: farm}\n"
    "  - {name: wage, amount: wage}\n"
)  # fmt: skip


def gini(y, w):
    y, w = np.asarray(y, float), np.asarray(w, float)
    distances = (w[:, None] * w[None, :] * np.abs(y[:, None] - y[None, :])).sum()
    return distances / (2 * w.sum() * (w * y).sum())


def sample(n=300, seed=3):
    rng = np.random.default_rng(seed)
    farm, wage = rng.lognormal(7, 1, n), rng.lognormal(7, 0.5, n)
    return pa.table(
        {
            "farm": farm, "wage": wage, "income": farm + wage, "w": rng.uniform(0.5, 3, n),
            "g": rng.integers(0, 3, n), "s": rng.integers(0, 2, n), "p": rng.integers(0, 15, n),
        }
    )  # fmt: skip


def test_one_who_has_all_and_all_who_have_the_same(tmp_path):
    file = written(tmp_path)
    assert run(tmp_path, file, {"income": [0, 0, 0, 8]})[0]["gini"] == 0.75
    assert run(tmp_path, file, {"income": [5, 5, 5]})[0]["gini"] == 0
    assert run(tmp_path, file, {"income": [1, 2, 3, 4]})[0]["gini"] == pytest.approx(0.25)


def test_weighted_gini_of_groups_is_that_of_its_definition(tmp_path):
    table = sample()
    found = run(tmp_path, written(tmp_path), table, Design(by=(("g",),), weight="w"))
    y, w, g = (table[name].to_numpy() for name in ("income", "w", "g"))
    assert found[0]["gini"] == pytest.approx(gini(y, w), abs=1e-11)
    for one in found[1:]:
        chosen = g == one["group"]["g"]
        assert one["gini"] == pytest.approx(gini(y[chosen], w[chosen]), abs=1e-11)


def test_its_standard_error_is_near_the_jackknife_s(tmp_path):
    table = sample()
    whole = run(tmp_path, written(tmp_path), table, Design(weight="w"))[0]
    y, w = table["income"].to_numpy(), table["w"].to_numpy()
    n = len(y)
    left_out = [gini(np.delete(y, i), np.delete(w, i)) for i in range(n)]
    jackknife = np.sqrt((n - 1) / n * ((left_out - np.mean(left_out)) ** 2).sum())
    assert whole["se"]["gini"] == pytest.approx(jackknife, rel=0.05)


def test_its_standard_error_follows_strata_and_psus(tmp_path):
    table = sample()
    design = Design(weight="w", strata="s", psu="p")
    whole = run(tmp_path, written(tmp_path), table, design)[0]
    y, w, s, p = (table[name].to_numpy() for name in ("income", "w", "s", "p"))
    g, total = gini(y, w), w.sum()
    mean = (w * y).sum() / total
    distance = (w[None, :] * np.abs(y[:, None] - y[None, :])).sum(axis=1) / total
    u = w * (distance - g * mean - g * y) / mean / total
    variance = 0.0
    for stratum in (0, 1):
        psus = [u[(s == stratum) & (p == one)].sum() for one in range(15)]
        variance += 15 / 14 * ((psus - np.mean(psus)) ** 2).sum()
    assert whole["se"]["gini"] == pytest.approx(np.sqrt(variance))


def test_sources_make_up_the_whole_gini(tmp_path):
    table = sample()
    whole = run(tmp_path, written(tmp_path, more=TWO), table, Design(weight="w"))[0]
    farm, wage = whole["sources"]["farm"], whole["sources"]["wage"]
    assert farm["share"] + wage["share"] == pytest.approx(1)
    assert farm["contribution"] + wage["contribution"] == pytest.approx(1)
    assert farm["gini"] == pytest.approx(gini(table["farm"].to_numpy(), table["w"].to_numpy()))
    assert farm["marginal"] > 0 > wage["marginal"]  # the more unequal source raises inequality
    assert -1 <= wage["correlation"] <= 1


def test_groups_part_it_into_within_between_and_overlap(tmp_path):
    # Two groups that do not overlap: {1, 3} and {5, 7}.
    table = {"income": [1, 3, 5, 7], "g": ["a", "a", "b", "b"]}
    parts = run(tmp_path, written(tmp_path), table, Design(by=(("g",),)))[0]["gini_by"]["g"]
    assert parts["within"] == pytest.approx(0.5 * (4 / 16) * 0.25 + 0.5 * (12 / 16) * (1 / 12))
    assert parts["between"] == pytest.approx(12 / 16 - 1 / 2)
    assert parts["overlap"] == pytest.approx(0, abs=1e-12)


def test_without_a_positive_mean_there_is_no_gini(tmp_path):
    whole = run(tmp_path, written(tmp_path), {"income": [-5, 5]})[0]
    assert (whole["gini"], whole["se"]["gini"]) == (None, None)


def test_rows_without_income_do_not_change_it(tmp_path):
    whole = run(tmp_path, written(tmp_path), {"income": [1, 2, None, 3, 4, None]})[0]
    assert whole["gini"] == pytest.approx(0.25)
