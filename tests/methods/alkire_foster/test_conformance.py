"""Every published or recomputed figure of the reference data, to 1e-8."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from pyarrow import csv

from tests.methods.alkire_foster.made import ABSENT, SHARED, engine_with, measure_of, yaml_of
from wattana.methods.alkire_foster import figures
from wattana.methods.survey import Design
from wattana.rules.poverty import load_poverty_measure

pytestmark = pytest.mark.skipif(not SHARED.exists(), reason=ABSENT)
CUTOFFS = {"k_20": Fraction(1, 5), "k_33": Fraction(1, 3), "k_50": Fraction(1, 2)}
SURVEY = {"weight": "hh_weight", "strata": "strata", "psu": "psu"}


@pytest.fixture(scope="module")
def examples():
    return json.loads((SHARED / "alkire_foster_examples.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def households(tmp_path_factory, examples):
    table = csv.read_csv(SHARED / examples["mpindex_df_household"]["data_file"])
    return engine_with(tmp_path_factory.mktemp("af"), table)


def close(value: float):
    return pytest.approx(value, abs=1e-8, rel=0)


def agrees(found, expected):
    assert found.n == expected["n"]
    for name in ("H", "A", "M0"):
        assert getattr(found, name) == close(expected[name]), name
    for name in ("uncensored", "censored", "contribution"):
        assert list(getattr(found, name).values()) == [close(one) for one in expected[name]], name


@pytest.mark.parametrize("k", CUTOFFS)
def test_households_and_their_subgroups(households, examples, k):
    expected = examples["mpindex_df_household"]["expected"]
    measure = load_poverty_measure("global_mpi", households.columns("data"))
    whole, *groups = figures(
        households, "data", measure.reweighted(cutoff=CUTOFFS[k]), Design(by=(("class",),))
    )
    agrees(whole, expected["unweighted"][k])
    assert [one.group["class"] for one in groups] == ["Rural", "Urban"]
    for one in groups:
        agrees(one, expected["by_class"][one.group["class"]][k])


@pytest.mark.parametrize("k", CUTOFFS)
def test_a_sample_with_weights_strata_and_psus(households, examples, k):
    expected = examples["mpindex_df_household"]["expected"]["survey"][k]
    measure = load_poverty_measure("global_mpi", households.columns("data"))
    (found,) = figures(households, "data", measure.reweighted(cutoff=CUTOFFS[k]), Design(**SURVEY))
    agrees(found, expected)
    assert found.df == expected["design_df"]
    for name in ("H", "A", "M0"):
        assert found.se[name] == close(expected[f"{name}_se"])


def achievements(example, folder):
    columns = {
        f"y{j}": list(values) for j, values in enumerate(zip(*example["achievements"], strict=True))
    }
    return engine_with(folder, columns | {"half": ["a", "a", "b", "b"]})


def depth_yaml(example) -> str:
    """Four dimensions of one indicator each, with the gaps that M1 and M2 take."""
    lines = ["name: af2011", "poverty_cutoff: 1/2", "dimensions:"]
    for j, z in enumerate(example["cutoffs"]):
        lines += [
            f"  - name: d{j}", "    indicators:", f"      - name: d{j}",
            f"        deprived: y{j} < {z}", f"        gap: ({z} - y{j}) / {z}",
        ]  # fmt: skip
    return "\n".join(lines)


@pytest.mark.parametrize("k", ["k1", "k2", "k3", "k4"])
def test_the_example_of_alkire_and_foster_2011(tmp_path, examples, k):
    example = examples["af2011_hypothetical"]
    expected = example["by_k"][k]
    engine = achievements(example, tmp_path)
    measure = measure_of(tmp_path, depth_yaml(example), engine)
    measure = measure.reweighted(cutoff=Fraction(expected["k"]))
    whole, *halves = figures(engine, "data", measure, Design(by=(("half",),)))
    agrees(whole, expected)
    assert whole.depth == {name: close(expected[name]) for name in ("M1", "G", "M2", "S")}
    if k == "k2":
        check = example["subgroup_check_k2"]
        assert [one.M0 for one in halves] == check["M0"]
        assert [one.share for one in halves] == check["shares"]
        assert (whole.H, whole.A, whole.M0) == (1 / 2, 3 / 4, 3 / 8)


def test_the_simple_example_of_mpindex(tmp_path, examples):
    example = examples["mpindex_df_simple"]
    columns = dict(
        zip(example["columns"], map(list, zip(*example["g0"], strict=True)), strict=True)
    )
    engine = engine_with(tmp_path, columns)
    text = yaml_of(
        {"A": {"a1": "a1 = 1", "a2": "a2 = 1"}, "B": {"b1": "b1 = 1", "b2": "b2 = 1"}}, "1/2"
    )
    (found,) = figures(engine, "data", measure_of(tmp_path, text, engine))
    agrees(found, example["check"])
    assert (found.H, found.A, found.M0) == (0.5, 0.75, 0.375)
