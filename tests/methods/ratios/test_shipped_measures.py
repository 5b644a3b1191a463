"""The shipped measures of kind ratio, counted by hand."""

from __future__ import annotations

import pytest

from tests.methods.ratios.measure import run
from wattana.kernel.problems import Invalid
from wattana.methods.survey import Design

FOUR = {
    "head_is_farmer": [True, True, False, False],
    "has_registered_farmer": [False, True, False, False],
    "income_per_person_year": [200_000, 150_000, 99_999, 99_999],
    "has_card_holder": [False, True, False, True],
}


def test_a_farmer_nobody_registered_and_a_poor_house_without_card_are_fragile(tmp_path):
    whole = run(tmp_path, "fragile_cdd", FOUR)[0]["figures"]
    assert whole["fragile"]["count"] == 2 and whole["fragile"]["value"] == 0.5
    assert whole["farmer_not_registered"]["count"] == whole["poor_without_card"]["count"] == 1


def test_exactly_the_income_line_is_not_below_it(tmp_path):
    one = {**{name: values[2:3] for name, values in FOUR.items()}}
    one["income_per_person_year"] = [100_000]
    assert run(tmp_path, "fragile_cdd", one)[0]["figures"]["fragile"]["value"] == 0


def test_one_known_path_is_enough_and_an_open_one_is_unknown(tmp_path):
    columns = {
        "head_is_farmer": [True, False],
        "has_registered_farmer": [False, False],
        "income_per_person_year": [None, None],
        "has_card_holder": [False, False],
    }
    columns["income_per_person_year"] = [None, 150_000]
    columns["head_is_farmer"] = [True, None]
    found = run(tmp_path, "fragile_cdd", columns)[0]["figures"]
    assert (found["fragile"]["n"], found["fragile"]["count"]) == (1, 1)
    assert found["poor_without_card"]["n"] == 1


def test_burdens_are_counted_among_the_fragile_where_the_file_has_them(tmp_path):
    assert "housing_insecure" not in run(tmp_path, "fragile_cdd", FOUR)[0]["figures"]
    columns = {**FOUR, "housing_insecure": [True, True, False, True]}
    found = run(tmp_path, "fragile_cdd", columns)[0]["figures"]["housing_insecure"]
    assert (found["count"], found["of"]) == (1, 2)


def test_the_ministry_s_definition_takes_dependants_or_low_income(tmp_path):
    columns = {
        "income_per_person_year": [100_000, 100_001, 50_000, 300_000],
        "dependants": [0, 1, 2, 0],
    }
    found = run(tmp_path, "fragile_msdhs", columns)[0]["figures"]
    assert [found[name]["count"] for name in ("fragile", "both", "low_income")] == [3, 1, 2]


def test_the_four_levels_known_from_memory_are_switched_off(tmp_path):
    columns = {"income_per_person_year": [1], "dependants": [3], "housing_insecure": [True]}
    found = run(tmp_path, "fragile_msdhs", columns)[0]["figures"]
    assert not [name for name in found if name.startswith("level")]


def test_the_dependency_ratio_is_per_hundred_of_working_age(tmp_path):
    whole = run(tmp_path, "dependency_ratio", {"age": [0, 14, 15, 59, 60, 30, 40]})[0]["figures"]
    assert whole["total"]["value"] == 75 and whole["child"]["value"] == 50
    assert whole["old_age"]["value"] == 25
    assert whole["aged_60_and_over"]["value"] == pytest.approx(100 / 7)


def test_the_published_share_of_older_persons_follows_from_the_published_counts(tmp_path):
    # จปฐ. 2564 of Sisaket: 214,211 of 937,400 persons are 60 and over, printed as 22.85 %.
    columns = {"age": [70, 30], "persons": [214_211, 937_400 - 214_211]}
    whole = run(tmp_path, "dependency_ratio", columns, Design(weight="persons"))[0]
    assert whole["population"] == 937_400
    assert round(whole["figures"]["aged_60_and_over"]["value"], 2) == 22.85


def test_a_missing_column_is_told_with_its_meaning(tmp_path):
    with pytest.raises(Invalid, match=r"line \d+.*head_is_farmer.*The head says farmer"):
        run(tmp_path, "fragile_cdd", {"income_per_person_year": [1]})
