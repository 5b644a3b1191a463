"""Sums of areas: equal to exact fractions whatever the order, the threads and the pieces."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.alkire_foster.counted.oracle import (
    Person,
    engine,
    expected,
    measure,
    names,
    write,
)
from wattana.kernel.problems import Conflict, Invalid
from wattana.methods.alkire_foster import counted
from wattana.methods.alkire_foster.counted import Specification, batches, folding, foreign

AREAS = ("33010101", "33010102", "33010201", "33020101", "90010101")
INDICATORS = 4
PEOPLE = st.lists(
    st.builds(
        Person,
        area=st.sampled_from(AREAS),
        answers=st.tuples(*[st.sampled_from([True, True, False, False, None])] * INDICATORS),
        weight=st.integers(0, 4000).map(lambda one: Decimal(one) / 1000),
        group=st.sampled_from("ab"),
    ),
    min_size=1,
    max_size=40,
)
ASKED = st.builds(
    Specification,
    weights=st.tuples(*[st.integers(1, 6)] * INDICATORS).map(
        lambda parts: dict(zip(names(INDICATORS), parts, strict=True))
    ),
    cutoff=st.sampled_from([Fraction(1, 3), Fraction(1, 2), Fraction(2, 5), Fraction(1)]),
    missing=st.sampled_from(["complete_case", "not_deprived", "deprived"]),
)


def known(people: list[Person]) -> list[Person]:
    """With one whose answers are all known, since an indicator unknown to all is refused."""
    return [*people, Person(AREAS[0], (False,) * INDICATORS, Decimal(1))]


def assert_sums(totals: counted.Totals, people: list[Person], asked: Specification) -> None:
    """Every village and every level has the sums of the book."""
    for digits in (8, 6, 4, 2, 0):
        part = totals.at(digits)
        wanted = sorted({one.area[:digits] for one in people})
        assert [str(code) if digits else "" for code in part.codes] == wanted
        for i, prefix in enumerate(wanted):
            book = expected(people, asked, prefix)
            assert (part.n[i], part.left_out[i], part.poor_n[i]) == (
                book.n, book.left_out, book.poor_n,
            )  # fmt: skip
            assert Fraction(int(part.population[i]), part.scale) == book.population
            assert Fraction(int(part.poor[i]), part.scale) == book.poor
            units = Fraction(int(part.units[i]), part.scale * asked.denominator)
            assert units == book.points
            for mine, theirs in (
                (part.uncensored[i], book.uncensored),
                (part.censored[i], book.censored),
            ):
                assert [Fraction(int(one), part.scale) for one in mine] == list(theirs)


@settings(max_examples=25)
@given(people=PEOPLE, asked=ASKED, counts=st.booleans())
def test_packed_and_counted_profiles_give_the_sums_of_the_book(people, asked, counts):
    people = known(people)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "profiles.parquet"
        counted.pack(
            engine(write(folder, people)), "persons", path, measure(folder, asked, INDICATORS),
            weights={"persons": "weight"}, counted=counts,
        )  # fmt: skip
        specification = counted.read_manifest(path).specification
        assert specification.cutoff == asked.cutoff
        totals = counted.totals(path, specification, weight="persons")
        assert_sums(totals, people, specification)
        loaded = counted.load(path, weight="persons")
        assert np.array_equal(counted.totals(loaded, specification).sums, totals.sums)


@settings(max_examples=25)
@given(people=PEOPLE, asked=ASKED)
def test_a_file_of_persons_gives_the_sums_of_the_book_in_any_order(people, asked):
    people = known(people)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        totals = counted.totals_of_file(
            write(folder, people, row_group=3), measure(folder, asked, INDICATORS), weight="weight"
        )
        assert_sums(totals, people, totals.specification)


@settings(max_examples=15)
@given(people=PEOPLE, chance=st.randoms(use_true_random=False))
def test_counted_profiles_are_the_same_file_whatever_the_order_of_rows(people, chance):
    people = known(people)
    shuffled = list(people)
    chance.shuffle(shuffled)
    asked = Specification(dict.fromkeys(names(INDICATORS), 1), Fraction(1, 3))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tables = []
        for order in (people, shuffled):
            path = folder / "profiles.parquet"
            counted.pack(
                engine(write(folder, order)), "persons", path, measure(folder, asked, INDICATORS),
                weights={"persons": "weight"}, groups={"head": "head"},
            )  # fmt: skip
            tables.append(pq.read_table(path))
        assert tables[0].equals(tables[1])


@pytest.fixture
def many(tmp_path) -> tuple[list[Person], Path, Specification]:
    """Two thousand persons, counted one by one in small row groups."""
    chance = np.random.default_rng(5)
    rows = zip(
        33_010_100 + np.sort(chance.integers(1, 60, 2000)),
        chance.random((2000, INDICATORS)) < 0.4,
        chance.integers(1, 300, 2000).tolist(),
        strict=True,
    )
    people = [
        Person(str(area), tuple(answers.tolist()), Decimal(weight) / 100, "ab"[weight % 2])
        for area, answers, weight in rows
    ]
    asked = Specification(dict(zip(names(INDICATORS), (3, 2, 2, 1), strict=True)), Fraction(1, 2))
    path = tmp_path / "profiles.parquet"
    counted.pack(
        engine(write(tmp_path, people)), "persons", path, measure(tmp_path, asked, INDICATORS),
        weights={"persons": "weight"}, groups={"head": "head"}, counted=False,
    )  # fmt: skip
    pq.write_table(pq.read_table(path), path, row_group_size=37)
    return people, path, asked


@pytest.mark.parametrize("together", [1, 100, 700, 10_000])
def test_pieces_that_cut_villages_do_not_change_a_sum(many, monkeypatch, together):
    people, path, asked = many
    monkeypatch.setattr(batches, "_TOGETHER", together)
    assert_sums(counted.totals(path, asked, weight="persons"), people, asked)
    assert_sums(counted.totals(counted.load(path, weight="persons"), asked), people, asked)


def test_sums_that_pile_up_are_added_in_between(many, monkeypatch, tmp_path):
    people, _, asked = many
    monkeypatch.setattr(folding, "_PENDING", 5)
    monkeypatch.setattr(foreign, "_BATCH", 64)
    persons = write(tmp_path, people[::-1], row_group=100)
    totals = counted.totals_of_file(persons, measure(tmp_path, asked, INDICATORS), weight="weight")
    assert_sums(totals, people, asked)


def test_a_prefix_reads_only_its_villages(many, monkeypatch):
    people, path, asked = many
    monkeypatch.setattr(batches, "_TOGETHER", 100)
    prefix = "3301012"
    some = [one for one in people if one.area.startswith(prefix)]
    assert_sums(counted.totals(path, asked, prefix=prefix, weight="persons"), some, asked)
    assert len(counted.totals(path, asked, prefix="34").codes) == 0
    with pytest.raises(Invalid, match="8 digits"):
        counted.load(path, prefix="330101010")


def test_a_group_is_a_filter(many):
    people, path, asked = many
    some = [one for one in people if one.group == "b"]
    loaded = counted.load(path, weight="persons", where={"head": "b"})
    assert_sums(counted.totals(loaded, asked), some, asked)
    with pytest.raises(Invalid, match="no group"):
        counted.load(path, where={"sex": "f"})


def test_without_a_weight_every_row_counts_one(many):
    people, path, asked = many
    totals = counted.totals(path, asked)
    assert totals.scale == 1
    assert totals.population.sum() == len(people) == totals.n.sum()
    with pytest.raises(Invalid, match="no weight"):
        counted.totals(path, asked, weight="households")


def test_who_sits_exactly_on_the_cut_off_is_poor(tmp_path):
    """Twelve weights of a twelfth: four of them make a third, which no sum of decimals does."""
    answers = tuple(j < 4 for j in range(12))
    people = [Person(AREAS[0], answers), Person(AREAS[0], (*answers[:3], *[False] * 9))]
    asked = Specification(dict.fromkeys(names(12), 1), Fraction(1, 3))
    totals = counted.totals_of_file(write(tmp_path, people), measure(tmp_path, asked, 12))
    assert totals.poor.tolist() == [1]
    assert totals.units.tolist() == [4]


@pytest.mark.parametrize("count", [15, 16, 31, 32, 40, 62])
def test_masks_grow_with_the_number_of_indicators(tmp_path, count):
    people = [
        Person(AREAS[0], tuple(j % 3 == 0 for j in range(count))),
        Person(AREAS[1], (*[False] * (count - 1), None)),
        Person(AREAS[1], (*[False] * (count - 1), True)),
    ]
    asked = Specification(dict.fromkeys(names(count), 1), Fraction(1, 4))
    path = tmp_path / "profiles.parquet"
    persons = write(tmp_path, people)
    counted.pack(engine(persons), "persons", path, measure(tmp_path, asked, count))
    assert_sums(counted.totals(path, asked), people, asked)
    assert_sums(counted.totals_of_file(persons, measure(tmp_path, asked, count)), people, asked)


def test_an_indicator_left_out_no_longer_costs_those_who_did_not_answer_it(tmp_path):
    people = [Person(AREAS[0], (True, None)), Person(AREAS[0], (False, True))]
    asked = Specification({"i0": 1, "i1": 1}, Fraction(1, 2))
    path = tmp_path / "profiles.parquet"
    counted.pack(engine(write(tmp_path, people)), "persons", path, measure(tmp_path, asked, 2))
    assert counted.totals(path, asked).left_out.tolist() == [1]
    only = counted.totals(path, asked.changed(indicators=["i0"]))
    assert (only.n.tolist(), only.left_out.tolist(), only.poor.tolist()) == ([2], [0], [1])


def test_weights_too_fine_to_add_up_exactly_are_refused(many):
    _, path, asked = many
    fine = Specification({"i0": 10**18, "i1": 1}, asked.cutoff)
    with pytest.raises(Invalid, match="too fine"):
        counted.totals(path, fine, weight="persons")


def test_a_file_and_a_manifest_that_do_not_belong_together_are_refused(many):
    _, path, _ = many
    pq.write_table(pq.read_table(path).slice(0, 100), path)
    with pytest.raises(Conflict, match="Count them anew"):
        counted.load(path)
    path.with_suffix(".json").unlink()
    with pytest.raises(Conflict, match="Count them anew"):
        counted.load(path)


def test_code_compiles_where_nothing_can_be_kept(monkeypatch):
    real = folding.numba.njit

    def without_a_place(*, nogil: bool, cache: bool = False):
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return real(nogil=nogil)

    monkeypatch.setattr(folding.numba, "njit", without_a_place)

    @folding.compiled
    def doubled(number):
        return 2 * number

    assert doubled(21) == 42
