"""What a measure file may say beyond indicators and weights."""

from __future__ import annotations

import numpy as np
import pytest

from tests.methods.alkire_foster.made import engine_with, measure_of, yaml_of
from wattana.kernel.problems import Invalid
from wattana.methods.alkire_foster import figures
from wattana.methods.survey import Design, ratios

TWO = {"one": {"a": "a = 1"}, "two": {"b": "b = 1"}}


def only(folder, columns, text, **design):
    engine = engine_with(folder, columns)
    return figures(engine, "data", measure_of(folder, text, engine), Design(**design))[0]


def test_persons_are_counted_by_the_size_of_their_household(tmp_path):
    columns = {"a": [1, 0], "b": [1, 1], "members": [6, 2], "w": [1.5, 1.0]}
    plain = only(tmp_path, columns, yaml_of(TWO, 1, "size: members\nunit: person"))
    assert (plain.H, plain.population, plain.poor) == (6 / 8, 8, 6)
    weighted = only(tmp_path, columns, yaml_of(TWO, 1, "size: members\nweight: w"))
    assert (weighted.H, weighted.population) == (9 / 11, 11)


def test_the_options_win_over_the_columns_of_the_file(tmp_path):
    columns = {"a": [1, 0], "b": [1, 1], "w": [1, 3], "v": [4, 1]}
    text = yaml_of(TWO, 1, "weight: w")
    assert only(tmp_path, columns, text).H == 1 / 4
    assert only(tmp_path, columns, text, weight="v").H == 4 / 5


def test_bands_below_and_above_the_cut_off(tmp_path):
    names = "abcd"
    columns = {name: [1 if i > j else 0 for i in range(5)] for j, name in enumerate(names)}
    text = yaml_of(
        {"d": {n: f"{n} = 1" for n in names}}, "1/2", "bands: {vulnerable: 1/4, severe: 3/4}"
    )
    found = only(tmp_path, columns, text)  # scores 0, 1/4, 1/2, 3/4, 1
    assert (found.H, found.bands) == (3 / 5, {"vulnerable": 1 / 5, "severe": 2 / 5})


def test_an_indicator_that_does_not_apply_is_no_deprivation(tmp_path):
    columns = {"a": [1, 1, None, None, 1], "b": [1] * 5, "children": [1, 0, 0, 2, None]}
    text = yaml_of(TWO, "1/2").replace('"a = 1"', '"a = 1", applies: children > 0')
    found = only(tmp_path, columns, text)
    assert found.n == 3  # the fourth has no answer, of the fifth nobody knows whether it applies
    assert found.uncensored == {"a": 1 / 3, "b": 1}


@pytest.mark.parametrize(("rule", "h"), [("not_deprived", 1 / 3), ("deprived", 2 / 3)])
def test_an_indicator_may_have_its_own_rule_for_missing_answers(tmp_path, rule, h):
    columns = {"a": [1, None, 0, 1], "b": [1, 1, 1, None]}
    text = yaml_of(TWO, 1).replace('"a = 1"', f'"a = 1", missing: {rule}')
    found = only(tmp_path, columns, text)
    assert (found.n, found.left_out, found.H) == (3, 1, h)


def test_rows_without_a_group_are_a_group_of_their_own(tmp_path):
    engine = engine_with(tmp_path, {"a": [1, 0, 1], "b": [1, 1, 1], "g": ["x", None, "x"]})
    found = figures(
        engine, "data", measure_of(tmp_path, yaml_of(TWO, 1), engine), Design((("g",),))
    )
    assert [(one.group, one.n, one.H) for one in found] == [
        ({}, 3, 2 / 3), ({"g": "x"}, 2, 1), ({"g": None}, 1, 0),
    ]  # fmt: skip


def sample(folder):
    dice = np.random.default_rng(2)
    columns = {name: dice.integers(0, 2, 300).tolist() for name in "ab"}
    columns |= {
        "w": dice.random(300).round(3).tolist(),
        "psu": dice.integers(0, 12, 300).tolist(),
        "g": dice.integers(0, 3, 300).tolist(),
    }
    columns["s"] = ["alone" if psu == 0 else f"s{psu % 3}" for psu in columns["psu"]]
    return engine_with(folder, columns)


@pytest.mark.parametrize("lonely", ["skip", "centre"])
@pytest.mark.parametrize("psu", ["psu", None])
def test_lonely_psus_by_either_rule_equal_the_ratios_of_the_survey_room(tmp_path, lonely, psu):
    engine = sample(tmp_path)
    measure = measure_of(tmp_path, yaml_of(TWO, "1/2"), engine)
    design = Design((("g",),), "w", "s", psu, lonely)
    score = "(CASE WHEN a = 1 THEN 0.5 ELSE 0 END + CASE WHEN b = 1 THEN 0.5 ELSE 0 END)"
    poor = f"CASE WHEN {score} >= 0.5 THEN 1 ELSE 0 END"
    wanted = {"H": (poor, "1"), "M0": (score, "1"), "A": (score, poor)}
    theirs = ratios(engine, "data", wanted, design, shares=("H", "M0", "A"))
    for one, other in zip(figures(engine, "data", measure, design), theirs, strict=True):
        assert one.df == other.df
        for name in ("H", "M0", "A"):
            assert getattr(one, name) == pytest.approx(other.of[name].value)
            assert one.se[name] == pytest.approx(other.of[name].se)
            assert one.ci[name] == pytest.approx((other.of[name].low, other.of[name].high))


def test_a_lonely_psu_is_refused_unless_a_rule_is_chosen(tmp_path):
    engine = sample(tmp_path)
    measure = measure_of(tmp_path, yaml_of(TWO, "1/2"), engine)
    with pytest.raises(Invalid, match="alone"):
        figures(engine, "data", measure, Design((), "w", "s", "psu"))


def test_figures_without_variance_have_no_error_and_no_interval(tmp_path):
    found = only(tmp_path, {"a": [1], "b": [1]}, yaml_of(TWO, 1))
    assert (found.H, found.df) == (1, 0)
    assert set(found.se.values()) == {None}
    assert set(found.ci.values()) == {(None, None)}
    nobody = only(tmp_path, {"a": [0, 0, 1], "b": [0, 1, 0]}, yaml_of(TWO, 1))
    assert (nobody.H, nobody.A, nobody.M0, nobody.contribution) == (
        0,
        None,
        0,
        {"a": None, "b": None},
    )
    assert nobody.se == {"H": 0, "A": None, "M0": 0}
    assert nobody.ci["H"] == (None, None)
