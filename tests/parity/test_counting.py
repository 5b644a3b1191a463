"""Alkire–Foster: figures, standard errors, robustness, packed profiles; ratios of a survey."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from tests.methods.alkire_foster.made import yaml_of
from tests.parity.comparing import alike
from wattana.engines import Engine
from wattana.methods import alkire_foster, survey
from wattana.methods.alkire_foster import counted, robustness
from wattana.methods.survey import Design
from wattana.rules.poverty import load_poverty_measure, read_poverty_measure

AREAS = (("class",), ("province", "sex"), ("area",))
DESIGNS = {
    "whole": Design(by=AREAS),
    "weighted": Design(by=AREAS, weight="weight"),
    "sample": Design(by=AREAS, weight="weight", strata="strata", psu="psu"),
}


def measure(engine: Engine):
    return load_poverty_measure("global_mpi", engine.columns("persons"))


@pytest.fixture
def named(both, persons):
    both(lambda engine: engine.tables({"persons": persons}))
    return both


@pytest.mark.parametrize("design", DESIGNS)
def test_all_figures_and_standard_errors_of_all_groups(named, design):
    def figures(engine: Engine):
        return alkire_foster.figures(engine, "persons", measure(engine), DESIGNS[design])

    ours, theirs = named(figures)
    alike(ours, theirs)
    assert len(ours) > 25 and ours[0].se["M0"] > 0


def test_unknown_values_that_count_as_deprived(named):
    def figures(engine: Engine):
        other = measure(engine).reweighted(cutoff=Fraction(1, 2))
        return alkire_foster.figures(engine, "persons", other, Design(), missing="deprived")

    alike(*named(figures))


def test_depth_of_poverty_and_expressions_over_any_column(named, tmp_path):
    path = tmp_path / "m.yaml"
    path.write_text(yaml_of({
        "money": {"income": "income < 1500.5"},
        "home": {"water": "drinking_water = 1 and not (sanitation = 0)",
                 "city": "class = 'Urban'"},
    }), encoding="utf-8")  # fmt: skip

    def figures(engine: Engine):
        made = read_poverty_measure(path, engine.columns("persons"))
        return alkire_foster.figures(engine, "persons", made, Design(by=(("area",),)))

    alike(*named(figures))


def test_robustness_over_cutoffs_and_weights(named):
    def grid(engine: Engine):
        design = Design(by=(("area",),), weight="weight", lonely="skip")
        return robustness.grid(engine, "persons", measure(engine), design)

    alike(*named(grid))


def test_ratios_with_linearised_errors(named):
    wanted = {"mean": ("income", "1"), "rich": ("CASE WHEN income > 9000 THEN 1 ELSE 0 END", "1")}

    def ratios(engine: Engine):
        design = replace(DESIGNS["sample"], by=(("class",), ("province", "sex")))
        return survey.ratios(engine, "persons", wanted, design, shares=("rich",))

    alike(*named(ratios))


def test_packed_profiles_and_their_table(named, tmp_path):
    def packed(engine: Engine):
        into = tmp_path / f"{engine.name}.parquet"
        counted.pack(
            engine, "persons", into, measure(engine),
            weights={"people": "weight"}, groups={"sex": "sex", "class": "class"},
        )  # fmt: skip
        return counted.figures(counted.totals(into, counted.read_manifest(into).specification))

    ours, theirs = named(packed)
    alike(ours.table(), theirs.table())
    alike(tmp_path / "duckdb.parquet", tmp_path / "spark.parquet")
    alike(*(counted.read_manifest(tmp_path / f"{e}.parquet") for e in ("duckdb", "spark")))
