"""PyPI's mpitb gives the same point estimates (its standard errors ignore the design)."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from mpitb.core import MPIToolbox

from tests.methods.alkire_foster.made import engine_with, measure_of, yaml_of
from wattana.methods.alkire_foster import GroupFigures, figures
from wattana.methods.survey import Design

INDICATORS = {"health": ["a", "b"], "school": ["c", "d"], "home": ["e", "f", "g"]}
NAMES = [name for inner in INDICATORS.values() for name in inner]


@pytest.fixture(scope="module")
def table():
    dice = np.random.default_rng(11)
    frame = pd.DataFrame({name: dice.integers(0, 2, 500) for name in NAMES})
    frame["region"] = dice.choice(["north", "south", "west"], 500)
    frame["w"] = dice.integers(1, 9, 500) / 4
    return frame


@pytest.mark.parametrize("k", [20, 40, 55])  # no score is exactly k: mpitb loses those, in floats
def test_mpitb_gives_the_same_figures(tmp_path, table, k):
    tool = MPIToolbox()
    tool.set(name="t", dimensions=[(names, name) for name, names in INDICATORS.items()])
    tool.svyset(weight="w")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pandas warns about mpitb's own writes
        theirs = tool.est(table.copy(), "t", [k], svy=True, over=["region"])
    engine = engine_with(tmp_path, pa.Table.from_pandas(table))
    text = yaml_of({d: {n: f"{n} = 1" for n in names} for d, names in INDICATORS.items()}, k / 100)
    measure = measure_of(tmp_path, text, engine)
    ours = figures(engine, "data", measure, Design(by=(("region",),), weight="w"))
    for row in theirs:
        found = next(one for one in ours if one.group.get("region") == row.get("subg"))
        assert estimate(found, row) == pytest.approx(row["b"], abs=1e-9), row


def estimate(found: GroupFigures, row) -> float | None:
    """Our figure for one row of theirs."""
    kinds = {"hd": "uncensored", "hdk": "censored", "actb": "absolute", "pctb": "contribution"}
    if row["measure"] in kinds:
        return getattr(found, kinds[row["measure"]])[row["indicator"]]
    return getattr(found, row["measure"])
