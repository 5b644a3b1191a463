"""Rounds, mapping and editions are those of the sources."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from wattana.kernel.problems import Invalid, NotFound
from wattana.methods import tpmap
from wattana.rules.files import RULEBOOK, Table, read_lined

DATA = Path(__file__).parents[3].parent / "shared" / "data"
here = pytest.mark.skipif(not DATA.exists(), reason="the reference data are not here")
NAMES = {"plan12": "tpmap_31", "plan13": "tpmap_38"}


def rows(file):
    with (DATA / file).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@here
@pytest.mark.parametrize("name", NAMES)
def test_the_indicators_are_those_of_the_source(name):
    found = tpmap.load_round(name)
    expected = {
        int(one["no"]): (one["text_th"], one["unit"] == "person")
        for one in rows("bmn_indicators.csv")
        if one["round"] == name and one["rule_status"] != "MISSING"
    }
    assert {n: (one.title.th, one.of_person) for n, one in found.needs.items()} == expected


@here
@pytest.mark.parametrize(("name", "measure"), NAMES.items())
def test_the_dimensions_are_those_of_the_source(name, measure):
    table = read_lined(RULEBOOK / "measures" / f"{measure}.yaml")
    found = {
        (dimension["name"], indicator["name"], indicator["title"]["th"])
        for dimension in table.raw["dimensions"]
        for indicator in dimension["indicators"]
    }
    assert found == {
        (one["dimension_id"], f"bmn_{one['bmn_no']}", one["indicator_th"])
        for one in rows("tpmap_dimensions.csv")
        if one["round"].startswith(name)
    }


def test_the_absent_37th_indicator_keeps_its_slot():
    found = tpmap.load_round("plan13")
    assert found.count == 38 and len(found.needs) == 37 and 37 not in found.needs


def test_a_survey_year_belongs_to_one_round():
    assert tpmap.round_of(2021).name == "plan12"
    assert tpmap.round_of(2022).name == "plan13"
    with pytest.raises(NotFound):
        tpmap.round_of(2010)


def test_the_edition_year_is_not_the_survey_year():
    of_2565, of_2566, of_2567 = (tpmap.edition(year - 543) for year in (2565, 2566, 2567))
    assert (of_2565.survey, of_2565.rule, of_2565.status) == (2021, "bmn_and_card", "inferred")
    assert (of_2566.survey, of_2566.card, of_2566.rule) == (2022, 2022, "bmn_and_card")
    assert (of_2567.survey, of_2567.card, of_2567.rule) == (2023, 2022, "bmn_mpi")
    assert tpmap.edition(2020).survey is None
    with pytest.raises(NotFound):
        tpmap.edition(2015)


@pytest.mark.parametrize(
    ("measure", "year", "target"),
    [
        ("tpmap_38", 2566, "bmn_and_card"),
        ("tpmap_38", 2024, "bmn_mpi"),
        ("tpmap_31", 2565, "bmn_and_card"),
    ],
)
def test_an_edition_chooses_the_target_rule(measure, year, target):
    assert edited(measure, year).target == target


def test_an_edition_of_the_other_round_is_refused():
    with pytest.raises(Invalid, match="round: plan13"):
        edited("tpmap_31", 2567)


def edited(measure, year):
    """A shipped measure with `edition` in place of `target`."""
    raw = dict(read_lined(RULEBOOK / "measures" / f"{measure}.yaml").raw)
    del raw["target"]
    columns = {f"bmn_{number}": "INTEGER" for number in range(1, 39)}
    return tpmap.read(Table({**raw, "edition": year}, measure), columns)


@here
def test_published_rates_follow_from_published_counts():
    figures = {
        (one["series"], one["area_code"], one["year"][:4], one["measure"]): float(one["value"])
        for one in rows("published_figures.csv")
        if one["value"]
    }
    sisaket = figures["TPMAP", "33", "2565", "targeted_poor"]
    persons = figures["BMN", "33", "2564", "persons"]
    assert round(100 * sisaket / persons, 2) == figures["TPMAP", "33", "2565", "targeted_poor_rate"]
    nation = figures["TPMAP", "TH", "2566", "targeted_poor"]
    surveyed = figures["TPMAP", "TH", "2566", "persons_surveyed"]
    assert round(100 * nation / surveyed, 1) == figures["TPMAP", "TH", "2566", "targeted_poor_rate"]
    assert persons == figures["BMN", "33", "2564", "male"] + figures["BMN", "33", "2564", "female"]
    size = figures["BMN", "33", "2561", "persons"] / figures["BMN", "33", "2561", "households"]
    assert round(size, 2) == figures["BMN", "33", "2561", "household_size"]
    for number in (1, 2, 3, 4, 6):
        eligible, passed, failed = (
            figures["BMN", "Central", "2561", f"indicator_{number}_{part}"]
            for part in ("eligible", "pass", "fail")
        )
        assert passed + failed == eligible
