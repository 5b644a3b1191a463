"""Tables, curves and packing: divided once, right at the edges, refused with a reason."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.methods.alkire_foster.counted.oracle import (
    Person,
    engine,
    expected,
    measure,
    names,
    write,
)
from wattana.kernel.problems import Invalid
from wattana.methods import alkire_foster
from wattana.methods.alkire_foster import counted
from wattana.methods.alkire_foster.counted import Specification, foreign
from wattana.methods.survey import Design

ASKED = Specification({"i0": 2, "i1": 1, "i2": 1}, Fraction(1, 2))
PEOPLE = [
    Person("33010101", (True, False, False), Decimal("1.5")),
    Person("33010101", (False, True, True), Decimal("0.25")),
    Person("33010101", (False, False, True), Decimal("2")),
    Person("33010102", (False, True, False), Decimal("1")),
    Person("33010102", (None, True, True), Decimal("1")),
    Person("90010101", (True, True, True), Decimal("0.75")),
]


@pytest.fixture
def path(tmp_path) -> Path:
    made = tmp_path / "profiles.parquet"
    counted.pack(
        engine(write(tmp_path, PEOPLE)), "persons", made, measure(tmp_path, ASKED, 3),
        weights={"persons": "weight"},
    )  # fmt: skip
    return made


def rows(table) -> dict[tuple[str, str], dict]:
    return {(row["level"], row["area"]): row for row in table.to_pylist()}


def test_every_figure_of_every_level_is_that_of_the_book(path):
    totals = counted.totals(path, ASKED, weight="persons")
    table = rows(counted.figures(totals, regions={"33": "NE", "90": "S"}).table())
    assert [key for key in table if key[0] != "village"] == [
        ("whole", ""), ("region", "NE"), ("region", "S"), ("province", "33"), ("province", "90"),
        ("district", "3301"), ("district", "9001"), ("tambon", "330101"), ("tambon", "900101"),
    ]  # fmt: skip
    table[("region", "33")] = table.pop(("region", "NE"))
    table[("region", "90")] = table.pop(("region", "S"))
    for (_, area), row in table.items():
        book = expected(PEOPLE, ASKED, area)
        assert row["population"] == float(book.population)
        assert row["poor"] == float(book.poor)
        assert row["H"] == float(book.poor / book.population)
        assert row["M0"] == float(book.points / book.population)
        assert row["A"] == (float(book.points / book.poor) if book.poor else None)
        for j, (name, weight) in enumerate(ASKED.weights.items()):
            share = Fraction(weight, ASKED.denominator)
            assert row[f"uncensored_{name}"] == float(book.uncensored[j] / book.population)
            assert row[f"censored_{name}"] == float(book.censored[j] / book.population)
            part = float(share * book.censored[j] / book.points) if book.poor else None
            assert row[f"contribution_{name}"] == part


def test_where_nobody_is_poor_there_is_no_intensity(path):
    village = rows(counted.respecify(counted.load(path), cutoff=Fraction(1)))["village", "33010102"]
    assert (village["H"], village["A"], village["contribution_i0"]) == (0.0, None, None)


def test_where_nobody_is_counted_there_is_no_figure(tmp_path):
    people = [Person("33010101", (None, True)), Person("33010102", (True, True))]
    asked = Specification({"i0": 1, "i1": 1}, Fraction(1, 2))
    path = tmp_path / "profiles.parquet"
    counted.pack(engine(write(tmp_path, people)), "persons", path, measure(tmp_path, asked, 2))
    village = rows(counted.respecify(counted.load(path)))["village", "33010101"]
    assert (village["n"], village["left_out"], village["H"]) == (0, 1, None)


def test_other_weights_and_cut_offs_are_as_if_measured_anew(path, tmp_path):
    loaded = counted.load(path, weight="persons")
    table = counted.respecify(
        loaded, weights={"i0": 1, "i2": Fraction(1, 3)}, cutoff=Fraction(3, 4), missing="deprived"
    )
    asked = Specification({"i0": 3, "i2": 1}, Fraction(3, 4), "deprived")
    for (_, area), row in rows(table).items():
        book = expected(PEOPLE, asked, area)
        assert (row["population"], row["poor"]) == (float(book.population), float(book.poor))


def test_figures_equal_those_of_the_measure_worked_out_by_sql(path, tmp_path):
    made = engine(tmp_path / "persons.parquet")
    figures = alkire_foster.figures(
        made, "SELECT *, LEFT(area, 4) AS d FROM persons", measure(tmp_path, ASKED, 3),
        Design(by=(("d",), ("area",)), weight="weight"),
    )  # fmt: skip
    table = rows(counted.respecify(counted.load(path, weight="persons"), levels=(0, 4, 8)))
    mine = {area: row for (_, area), row in table.items()}
    assert len(figures) == len(mine)
    for one in figures:
        row = mine[next(iter(one.group.values()), "")]
        assert (one.n, one.left_out, one.population) == (
            row["n"], row["left_out"], row["population"],
        )  # fmt: skip
        for kind in ("uncensored", "censored", "contribution"):
            for name, value in getattr(one, kind).items():
                assert row[f"{kind}_{name}"] == pytest.approx(value, abs=1e-14)
        for name in ("H", "A", "M0"):
            assert row[name] == pytest.approx(getattr(one, name), abs=1e-14)


def test_the_curve_has_the_totals_of_every_cut_off(path):
    loaded = counted.load(path, weight="persons")
    curve = counted.curve(loaded, ASKED)
    assert curve.scores.tolist() == [1, 2, 4]
    for digits in (8, 4, 0):
        part = curve.at(digits)
        for i, score in enumerate(curve.scores.tolist()):
            cutoff = Fraction(score, ASKED.denominator)
            totals = counted.totals(loaded, ASKED.changed(cutoff=cutoff)).at(digits)
            assert np.array_equal(part.poor[:, i], totals.poor)
            assert np.array_equal(part.poor_n[:, i], totals.poor_n)
            assert np.array_equal(part.units[:, i], totals.units)


def test_an_area_without_rows_gives_an_empty_table(path):
    loaded = counted.load(path, prefix="50")
    assert counted.respecify(loaded).num_rows == 0
    assert counted.curve(loaded, ASKED).population.shape == (0, 0)


def test_weights_of_many_decimals_are_rounded_and_said_to_be(tmp_path):
    people = [Person("33010101", (True,), Decimal(1) / 3), Person("33010101", (False,), Decimal(7))]
    asked = Specification({"i0": 1}, Fraction(1))
    manifest = counted.pack(
        engine(write(tmp_path, people)), "persons", tmp_path / "p.parquet",
        measure(tmp_path, asked, 1), weights={"a": "weight", "b": "weight * 3"},
    )  # fmt: skip
    assert manifest.weights["a"].scale == 10**6
    assert not manifest.weights["a"].exact
    assert manifest.weights["a"].total == 7_333_333
    assert (manifest.weights["b"].scale, manifest.weights["b"].exact) == (1, True)


@pytest.mark.parametrize("weight", ["-1", "NULL", "'NaN'::DOUBLE", "1e12"])
def test_a_row_without_a_proper_weight_is_refused(tmp_path, weight):
    persons = write(tmp_path, PEOPLE)
    with pytest.raises(Invalid, match="persons: every row needs a weight"):
        counted.pack(
            engine(persons), "persons", tmp_path / "p.parquet", measure(tmp_path, ASKED, 3),
            weights={"persons": f"CASE WHEN i0 IS NULL THEN {weight} ELSE 1 END"},
        )  # fmt: skip


@pytest.mark.parametrize("weight", [Decimal(-1), Decimal("NaN"), Decimal("1e12")])
def test_a_row_of_a_file_without_a_proper_weight_is_refused(tmp_path, weight):
    persons = write(tmp_path, [*PEOPLE, Person("90010101", (True, True, True), weight)])
    with pytest.raises(Invalid, match="weight: every row needs a weight"):
        counted.totals_of_file(persons, measure(tmp_path, ASKED, 3), weight="weight")


def test_weights_of_a_file_that_grow_finer_later_are_read_again(tmp_path, monkeypatch):
    monkeypatch.setattr(foreign, "_BATCH", 2048)
    coarse = [Person("33010101", (True, False, False))] * 10_001
    persons = write(tmp_path, [*coarse, Person("33010101", (True,) * 3, Decimal("0.125"))])
    totals = counted.totals_of_file(persons, measure(tmp_path, ASKED, 3), weight="weight")
    assert totals.scale == 10**6
    assert totals.population.tolist() == [10_001_125_000]
    persons = write(tmp_path, [*coarse, Person("33010101", (True,) * 3, Decimal("0.12345678"))])
    with pytest.raises(Invalid, match="more than 6 decimals"):
        counted.totals_of_file(persons, measure(tmp_path, ASKED, 3), weight="weight")


@pytest.mark.parametrize("area", ["330101", "33010x01", "", "3301010101"])
def test_codes_of_areas_of_another_form_are_refused(tmp_path, area):
    persons = write(tmp_path, [*PEOPLE, Person(area, (True, True, True))])
    with pytest.raises(Invalid, match="all of one length"):
        counted.pack(
            engine(persons), "persons", tmp_path / "p.parquet", measure(tmp_path, ASKED, 3)
        )
    with pytest.raises(Invalid, match="all of one length"):
        counted.totals_of_file(persons, measure(tmp_path, ASKED, 3))


def test_a_table_without_rows_is_refused(tmp_path):
    persons = write(tmp_path, PEOPLE)
    made = engine(persons)
    with pytest.raises(Invalid, match="no rows"):
        counted.pack(
            made, "SELECT * FROM persons WHERE FALSE", tmp_path / "p.parquet",
            measure(tmp_path, ASKED, 3),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"indicators": ["i9"]}, "no indicator “i9”"),
        ({"weights": {"i0": 0}}, "weight above 0"),
        ({"weights": {"i0": 2, "i1": -1}}, "below 0"),
        ({"cutoff": Fraction(0)}, "cut-off"),
        ({"cutoff": Fraction(3, 2)}, "cut-off"),
        ({"missing": "guess"}, "no rule “guess”"),
        ({"weights": {"other": 1}}, "no indicator “other”"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_reason(path, change, said):
    with pytest.raises(Invalid, match=said):
        counted.respecify(counted.load(path), **change)


def test_a_province_without_a_region_is_refused(path):
    with pytest.raises(Invalid, match="province 90 has no region"):
        counted.figures(counted.totals(path, ASKED), regions={"33": "NE"})


def test_the_manifest_comes_back_as_it_was_written(path, tmp_path):
    manifest = counted.read_manifest(path)
    assert manifest.indicators == tuple(names(3))
    assert manifest.specification == ASKED
    assert manifest.measure_hash == measure(tmp_path, ASKED, 3).definitions_hash
    assert (manifest.n, manifest.rows, manifest.digits, manifest.counted) == (6, 6, 8, True)
