# ruff: noqa: E501  (tables of faults read best with one fault a line)
"""Measure files of anybody: what they mean, and how their faults are told."""

from __future__ import annotations

from fractions import Fraction

import pytest

from wattana.kernel.problems import Invalid, NotFound, Phrase, told
from wattana.kernel.speaking import translator
from wattana.rules.poverty import (
    exact,
    load_poverty_measure,
    read_poverty_measure,
    shipped_names,
)

COLUMNS = {
    "nutrition": "BIGINT", "schooling": "INTEGER", "rooms": "DOUBLE", "toilet": "VARCHAR",
    "light": "BOOLEAN", "hh_weight": "DOUBLE", "born": "DATE", "รายได้ (บาท)": "DECIMAL(18,2)",
}  # fmt: skip
TEXT = """\
name: example
unit: household
poverty_cutoff: 0.3333333333333333
dimensions:
  - name: health
    weight: 0.3333333333333333
    indicators:
      - {name: nutrition, deprived: "nutrition = 1"}
  - name: education
    weight: 0.3333333333333333
    indicators:
      - {name: schooling, deprived: "schooling < 6"}
  - name: living
    weight: 0.3333333333333333
    indicators:
      - {name: rooms, deprived: "rooms < 2"}
      - {name: toilet, deprived: "toilet = 'none'"}
      - {name: light, deprived: "not light"}
"""


def read(folder, text=TEXT, columns=COLUMNS, **more):
    path = folder / "mpi.yaml"
    path.write_text(text, encoding="utf-8")
    return read_poverty_measure(path, columns, **more)


def changed(old: str, new: str) -> str:
    assert old in TEXT
    return TEXT.replace(old, new, 1)


def test_weights_are_equal_inside_a_dimension_and_exact(tmp_path):
    measure = read(tmp_path)
    assert measure.denominator == 9
    assert [one.weight for one in measure.indicators] == [3, 3, 1, 1, 1]
    assert (measure.cutoff, measure.cutoff_units) == (Fraction(1, 3), 3)
    assert sum(measure.weights.values()) == 1


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (0.3333333333333333, Fraction(1, 3)),
        ("1/3", Fraction(1, 3)),
        ("1 / 18", Fraction(1, 18)),
        (0.055555556, Fraction(1, 18)),
        (0.166666666667, Fraction(1, 6)),
        (0.6666666666666666, Fraction(2, 3)),
        (0.26, Fraction(13, 50)),
        (0.33, Fraction(33, 100)),
        (1, Fraction(1)),
        ("0.2", Fraction(1, 5)),
        (0.123456789, Fraction(123456789, 10**9)),
    ],
)
def test_long_decimals_are_the_fractions_that_they_are_rounded_from(written, value):
    assert exact(written) == value


@pytest.mark.parametrize("written", ["", "a", "1/0", "nan", "1e99", "1/2/3"])
def test_what_is_no_number_is_refused(written):
    with pytest.raises(ValueError):
        exact(written)


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        (
            "rooms, weight: 1/2|toilet, weight: 1/4|light, weight: 1/4",
            [6, 3, 3],
        ),  # of the dimension
        ("rooms, weight: 1/6|toilet, weight: 1/12|light, weight: 1/12", [6, 3, 3]),  # of the whole
    ],
)
def test_given_weights_of_indicators(tmp_path, weights, expected):
    text = TEXT
    for one in weights.split("|"):
        text = text.replace(f"name: {one.split(',')[0]},", f"name: {one},")
    measure = read(tmp_path, text)
    assert measure.denominator * Fraction(1, 3) == sum(one.weight for one in measure.indicators[2:])
    ratio = Fraction(measure.indicators[2].weight, expected[0])
    assert [one.weight for one in measure.indicators[2:]] == [ratio * one for one in expected]


def test_dimensions_without_weights_are_equal(tmp_path):
    assert read(tmp_path, TEXT.replace("    weight: 0.3333333333333333\n", "")).denominator == 9


def test_indicators_alone_may_carry_all_weights(tmp_path):
    text = TEXT.replace("    weight: 0.3333333333333333\n", "")
    for name, weight in zip(
        ("nutrition", "schooling", "rooms", "toilet", "light"),
        (0.4, 0.3, 0.1, 0.1, 0.1),
        strict=True,
    ):
        text = text.replace(f"{{name: {name},", f"{{name: {name}, weight: {weight},")
    assert [one.weight for one in read(tmp_path, text).indicators] == [4, 3, 1, 1, 1]


@pytest.mark.parametrize(
    ("word", "units"), [("union", 1), ("intersection", 9), ("1/3", 3), (0.34, 4)]
)
def test_cut_offs(tmp_path, word, units):
    text = changed("poverty_cutoff: 0.3333333333333333", f"poverty_cutoff: {word}")
    assert read(tmp_path, text).cutoff_units == units


def test_other_columns_by_short_names_constants_and_values(tmp_path):
    text = changed(
        "dimensions:",
        "names: {income: รายได้ (บาท)}\nconstants: {line: 38000}\n"
        "values: {gap: line - income}\ndimensions:",
    ).replace("rooms < 2", "gap > 0")
    (found,) = [one for one in read(tmp_path, text).indicators if one.name == "rooms"]
    assert found.deprived.inputs == ("รายได้ (บาท)",)
    assert '"รายได้ (บาท)"' in found.deprived.sql()


FAULTS = [
    (("poverty_cutoff: 0.3333333333333333", "poverty_cutoff: 1.5"), 3, ["poverty_cutoff", "1.5", "1/3"]),
    (("poverty_cutoff: 0.3333333333333333", "poverty_cutoff: 0"), 3, ["poverty_cutoff"]),
    (("poverty_cutoff: 0.3333333333333333", "poverty_cutoff: third"), 3, ["third", "1/3"]),
    (("poverty_cutoff: 0.3333333333333333", "poverty_cutof: 1/3"), 3, ["poverty_cutof", "Write “poverty_cutoff”"]),
    (("weight: 0.3333333333333333", "weight: 0.33"), 6, ["weight", "0.996", "1/3"]),
    (("weight: 0.3333333333333333", "weight: -1"), 6, ["weight", "-1"]),
    (("weight: 0.3333333333333333", "weight: x"), 6, ["weight", "“x”"]),
    (("    weight: 0.3333333333333333\n", ""), 5, ["weight", "all of them"]),
    (("unit: household", "unit: hut"), 2, ["unit", "household, person"]),
    (("unit: household", "unit: household\ncolour: red"), 3, ["colour", "Write one of"]),
    (('deprived: "schooling < 6"', 'deprived: "scholing < 6"'), 12, ["deprived", "scholing", "schooling"]),
    (('deprived: "schooling < 6"', 'depraved: "schooling < 6"'), 12, ["depraved", "Write “deprived”"]),
    (('deprived: "schooling < 6"', 'deprived: "schooling"'), 12, ["holds numbers", "schooling = 1"]),
    (('deprived: "schooling < 6"', 'deprived: "schooling < "'), 12, ["cannot be read"]),
    (('deprived: "schooling < 6"', 'deprived: "any_member(schooling < 6)"'), 12, ["deprived"]),
    (('deprived: "schooling < 6"', 'deprived: "count_members() > 6"'), 12, ["no list of members"]),
    (('deprived: "schooling < 6"', 'deprived: "born < 6"'), 12, ["born"]),
    (("toilet = 'none'", "toilet"), 17, ["toilet", "quotes"]),
    (("not light", "light = 1"), 18, ["light", "true and false", "not light"]),
    (("nutrition = 1", "nutrition = '1'"), 8, ["nutrition", "nutrition = 1"]),
    (("nutrition = 1", "nutrition in ('1')"), 8, ["nutrition"]),
    (("toilet = 'none'", "toilet = 1"), 17, ["toilet", "line 9", "quotes"]),
    (("toilet = 'none'", "toilet in (1, 2)"), 17, ["toilet", "quotes"]),
    (("name: schooling", "name: nutrition"), 12, ["nutrition", "its own name"]),
    (("name: education", "name: health"), 9, ["name", "its own"]),
    (("dimensions:", "bands: {severe: 0.1}\ndimensions:"), 4, ["severe", "above"]),
    (("dimensions:", "bands: {vulnerable: 0.9}\ndimensions:"), 4, ["vulnerable", "below"]),
    (("dimensions:", "missing: guess\ndimensions:"), 4, ["missing", "complete_case"]),
    (("dimensions:", "weight: w8\ndimensions:"), 4, ["w8", "hh_weight"]),
    (("dimensions:", "names: {x: nowhere}\ndimensions:"), 4, ["nowhere"]),
    (("dimensions:", "kind: magic\ndimensions:"), 4, ["kind", "alkire_foster"]),
    (("name: example", "name: [example"), 2, ["YAML"]),
    (("name: example", "name: example\nname: again"), 1, ["twice"]),
]  # fmt: skip


@pytest.mark.parametrize(("change", "line", "words"), FAULTS)
def test_a_fault_names_file_line_key_and_what_to_write(tmp_path, change, line, words):
    with pytest.raises(Invalid) as caught:
        read(tmp_path, changed(*change), examples={"toilet": "data.csv, line 9, column toilet"})
    message = str(caught.value)
    assert "mpi.yaml" in message
    assert f"line {line}" in message
    for word in words:
        assert word in message


@pytest.mark.parametrize("text", ["", "- a", "name: x", "dimensions: []", "a: &a [*a]", "\0", "2"])
def test_what_is_no_measure_at_all_is_refused(tmp_path, text):
    with pytest.raises(Invalid, match=r"mpi\.yaml"):
        read(tmp_path, text)


def test_a_place_speaks_the_language_of_its_message(tmp_path):
    with pytest.raises(Invalid) as caught:
        read(tmp_path, changed("unit: household", "unit: hut"))
    assert isinstance(caught.value.params["place"], Phrase)
    thai = told(caught.value, translator("th"))
    assert "mpi.yaml บรรทัด 2" in thai
    assert "line" not in thai


def test_another_cut_off_or_weights_make_another_measure(tmp_path):
    measure = read(tmp_path)
    other = measure.reweighted([Fraction(1, 5)] * 5, Fraction(2, 5))
    assert (other.denominator, other.cutoff_units) == (5, 2)
    assert other.definitions_hash != measure.definitions_hash
    assert measure.reweighted().definitions_hash == measure.definitions_hash
    with pytest.raises(Invalid, match=r"sum to 0\.8"):
        measure.reweighted([Fraction(1, 5)] * 4 + [Fraction(0)])
    with pytest.raises(Invalid, match="cut-off"):
        measure.reweighted(cutoff=Fraction(3, 2))


def columns_of(names) -> dict[str, str]:
    return dict.fromkeys(names, "BIGINT")


def test_shipped_measures_are_what_is_published(tmp_path):
    ten = ["nutrition", "child_mortality", "year_schooling", "school_attendance", "cooking_fuel",
           "sanitation", "drinking_water", "electricity", "housing", "assets"]  # fmt: skip
    world = load_poverty_measure("global_mpi", columns_of(ten))
    assert [one.weight for one in world.indicators] == [3, 3, 3, 3, 1, 1, 1, 1, 1, 1]
    assert (world.denominator, world.cutoff, world.status) == (18, Fraction(1, 3), "stated")
    twelve = ["years_of_schooling", "delayed_schooling", "living_with_parents", "drinking_water",
              "self_care", "food_shortage", "waste_disposal", "internet_use", "assets", "savings",
              "financial_burden", "pension"]  # fmt: skip
    thai = load_poverty_measure("thai_national_mpi", columns_of(twelve))
    assert (thai.denominator, thai.cutoff, thai.status) == (12, Fraction(13, 50), "proposed")
    assert thai.cutoff_units == 4


def test_the_five_capitals_are_counted_from_the_scores(tmp_path):
    codes = [f"{letter}{n}" for letter in "HPENS" for n in range(1, 15)]
    measure = load_poverty_measure("five_capitals", dict.fromkeys(codes, "DOUBLE"))
    assert len(measure.indicators) == 37
    assert len(measure.dimensions) == 5
    assert measure.status == "proposed"


def test_an_unknown_name_lists_the_shipped_ones():
    assert {"global_mpi", "thai_national_mpi", "five_capitals"} <= set(shipped_names())
    with pytest.raises(NotFound, match="global_mpi"):
        load_poverty_measure("mpi_of_the_moon")
