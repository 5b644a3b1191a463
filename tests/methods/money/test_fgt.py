"""FGT indices worked by hand, and what holds for all incomes."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.money.files import run, written
from wattana.kernel.problems import Invalid
from wattana.methods.survey import Design


def test_headcount_gap_and_severity_of_four_people(tmp_path):
    # Line 100; incomes 40, 80, 100, 200: gaps 0.6 and 0.2; who has exactly the line is not poor.
    (whole,) = run(tmp_path, written(tmp_path), {"income": [40, 80, 100, 200]})
    assert whole["H"] == 0.5
    assert whole["gap"] == pytest.approx(0.8 / 4)
    assert whole["severity"] == pytest.approx((0.36 + 0.04) / 4)
    assert whole["shortfall"] == pytest.approx(0.4)
    assert (whole["mean"], whole["line"], whole["poor"]) == (105, 100, 2)


def test_the_standard_error_of_the_gap_is_that_of_a_mean(tmp_path):
    (whole,) = run(tmp_path, written(tmp_path), {"income": [40, 80, 100, 200]})
    gaps = [0.6, 0.2, 0, 0]
    variance = sum((one - 0.2) ** 2 for one in gaps) / 3 / 4
    assert whole["se"]["gap"] == pytest.approx(variance**0.5)


def test_groups_add_up_to_all_poverty(tmp_path):
    table = {"income": [40, 80, 100, 200, 10], "g": ["a", "a", "b", "b", "b"], "w": [1, 2, 3, 1, 2]}
    whole, *groups = run(tmp_path, written(tmp_path), table, Design(by=(("g",),), weight="w"))
    for name in ("H", "gap", "severity"):
        mixed = sum(one["population_share"] * one[name] for one in groups)
        assert mixed == pytest.approx(whole[name])
        assert sum(one["contribution"][name] for one in groups) == pytest.approx(1)


def test_the_line_is_that_of_the_year_of_each_row(tmp_path):
    days = [dt.date(2019, 6, 1), dt.date(2020, 6, 1), dt.date(2023, 6, 1), dt.date(2024, 6, 1)]
    table = {
        "members": [1, 1, 1, 1],
        "income_per_person_month": [2763, 2763, 3042, 3078],
        "surveyed_on": days,
    }
    (whole,) = run(tmp_path, "money_poverty", table)
    assert whole["H"] == 1 / 4  # only 3,042 is below its year's line, 3,043
    assert whole["line"] == pytest.approx((2763 + 2762 + 3043 + 3078) / 4)


def test_without_survey_dates_the_line_is_that_of_the_stated_day(tmp_path):
    table = {"members": [3, 1], "income_per_person_month": [3000, 3078]}
    (whole,) = run(tmp_path, "money_poverty", table)
    assert (whole["line"], whole["H"], whole["population"]) == (3078, 0.75, 4)


def test_rows_without_income_or_line_are_left_out_and_counted(tmp_path):
    table = {"income": [50, None, 150], "z": [100, 100, None]}
    (whole,) = run(tmp_path, written(tmp_path, "z"), table)
    assert (whole["n"], whole["left_out"], whole["H"]) == (1, 2, 1)


def test_a_loss_counts_as_it_is_or_as_nothing(tmp_path):
    table = {"income": [-100, 300]}
    (kept,) = run(tmp_path, written(tmp_path), table)
    (zero,) = run(tmp_path, written(tmp_path, more="negative: zero\n"), table)
    assert (kept["gap"], zero["gap"]) == (1.0, 0.5)


@pytest.mark.parametrize(
    ("line", "told"),
    [(0, "has to be above 0"), ("z", "No row has both"), ("poverty_line", "poverty_line")],
)
def test_a_line_that_cannot_be_is_refused(tmp_path, line, told):
    with pytest.raises(Invalid, match=told):
        run(tmp_path, written(tmp_path, line), {"income": [1.0], "z": [None]})


_incomes = st.lists(st.integers(0, 400), min_size=2, max_size=25)


@settings(max_examples=12)
@given(_incomes, st.randoms(use_true_random=False))
def test_severity_gap_and_headcount_are_ordered_and_need_no_order_of_rows(
    tmp_path_factory, incomes, chance: random.Random
):
    folder = tmp_path_factory.mktemp("m")
    (whole,) = run(folder, written(folder), {"income": incomes})
    assert 0 <= whole["severity"] <= whole["gap"] <= whole["H"] <= 1
    turned = chance.sample(incomes, len(incomes))
    (again,) = run(folder, written(folder), {"income": turned})
    assert {n: again[n] for n in ("H", "gap", "severity", "gini")} == {
        n: whole[n] for n in ("H", "gap", "severity", "gini")
    }
