"""Panels counted by hand, and properties that hold for every panel."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.change.panel import AFTER, BEFORE, engine, panel, row, write
from wattana.methods import change
from wattana.methods.change import Wave
from wattana.methods.survey import wilson

# Ten households in two villages of one tambon: levels 1 and 2 are poor.
TEN = {
    "a": ("33010101", 1, 1), "b": ("33010101", 1, 2), "c": ("33010101", 1, 3),
    "d": ("33010101", 2, 2), "e": ("33010101", 3, 1), "f": ("33010102", 3, 3),
    "g": ("33010102", 3, 4), "h": ("33010102", 4, 4), "i": ("33010102", 2, 4),
    "j": ("33010102", 4, None),
}  # fmt: skip


def of_area(table: pa.Table, area: str) -> list[dict]:
    return [one for one in table.to_pylist() if one["area"] == area]


def test_the_matrix_counts_every_pair_of_levels_in_every_area(tmp_path):
    found = change.transitions(engine(), panel(tmp_path, TEN), before=BEFORE, after=AFTER)
    whole = {(r["before"], r["after"]): r for r in of_area(found, "")}
    assert whole["1", "1"]["households"] == whole["1", "3"]["households"] == 1
    assert whole["1", "4"]["households"] == 0
    assert [whole["1", after]["base"] for after in "1234"] == [3, 3, 3, 3]
    assert whole["1", "2"]["share"] == pytest.approx(1 / 3)
    low, high = wilson(1, 3)
    assert (whole["1", "2"]["low"], whole["1", "2"]["high"]) == pytest.approx((low, high))
    assert sum(r["households"] for r in whole.values()) == 9  # j has no level after
    village = {(r["before"], r["after"]): r["households"] for r in of_area(found, "33010102")}
    assert village["2", "4"] == 1 and ("1", "1") not in village
    assert {one["area"] for one in found.to_pylist()} == {
        "", "33", "3301", "330101", "33010101", "33010102",
    }  # fmt: skip


def test_the_area_is_that_of_the_later_round(tmp_path):
    path = write(tmp_path, [row("a", BEFORE, 1, "33010101"), row("a", AFTER, 1, "33010205")])
    found = change.transitions(engine(), path, before=BEFORE, after=AFTER)
    assert [one["area"] for one in found.to_pylist()] == ["", "33", "3301", "330102", "33010205"]


def test_a_household_known_only_by_its_tambon_counts_there_and_above(tmp_path):
    path = panel(tmp_path, {"a": ("330101", 1, 2), "b": ("33010101", 1, 2)})
    found = change.movements(engine(), path, before=BEFORE, after=AFTER)
    assert {r["area"]: r["households"] for r in found.to_pylist()} == {
        "": 2, "33": 2, "3301": 2, "330101": 2, "33010101": 1,
    }  # fmt: skip


def test_movements_say_who_entered_and_who_left(tmp_path):
    found = change.movements(engine(), panel(tmp_path, TEN), before=BEFORE, after=AFTER)
    (whole,) = of_area(found, "")
    counts = {
        "households": 9, "poor_before": 5, "poor_after": 4, "stayed_in": 3, "entered": 1,
        "left": 2, "stayed_out": 3, "not_poor_before": 4,
    }  # fmt: skip
    assert {name: whole[name] for name in counts} == counts
    assert whole["share_entered"] == pytest.approx(1 / 4)
    assert whole["share_left"] == pytest.approx(2 / 5)
    assert whole["share_difference"] == pytest.approx(-1 / 9)
    assert whole["interval_entered"] == "wilson" and whole["interval_difference"] == "paired"
    # se of the paired difference: √((3/9 − 1/81) / 8), t with 8 degrees of freedom 2.306004
    half = 2.306004 * ((3 / 9 - 1 / 81) / 8) ** 0.5
    assert whole["high_difference"] - whole["share_difference"] == pytest.approx(half, abs=1e-6)


def test_an_area_where_nobody_was_poor_has_no_share_that_left(tmp_path):
    path = panel(tmp_path, {"a": ("33010101", 3, 3)})
    whole = of_area(change.movements(engine(), path, before=BEFORE, after=AFTER), "")[0]
    assert (whole["share_left"], whole["low_left"], whole["share_entered"]) == (None, None, 0)


def test_the_cluster_interval_takes_villages_as_drawn_together(tmp_path):
    # Two villages of 10: all of one left poverty, none of the other; p = 1/2, V = 2·2·(5/20)².
    people = {f"a{n}": ("33010101", 1, 4) for n in range(10)}
    people |= {f"b{n}": ("33010102", 1, 1) for n in range(10)}
    found = change.movements(
        engine(), panel(tmp_path, people), before=BEFORE, after=AFTER, interval="cluster"
    )
    whole, village = of_area(found, "")[0], of_area(found, "33010101")[0]
    assert whole["interval_left"] == "cluster"
    assert whole["high_left"] > 0.99  # t with one degree of freedom: nothing is known
    assert village["interval_left"] == "wilson"


def test_poor_may_be_a_column_of_a_poverty_measure(tmp_path):
    rows = [
        {"household": "a", "area": "33010101", "year": 2024, "round": 1, "poor": True},
        {"household": "a", "area": "33010101", "year": 2025, "round": 1, "poor": False},
    ]
    path = tmp_path / "poor.parquet"
    pa.parquet.write_table(pa.Table.from_pylist(rows), path)
    found = change.movements(engine(), path, before=BEFORE, after=AFTER, poor="poor")
    assert of_area(found, "")[0]["left"] == 1


def test_histories_need_every_round(tmp_path):
    third = Wave(2026, 1)
    paths = {"a": (1, 1, 1), "b": (1, 3, 1), "c": (3, 3, 3), "d": (1, 1, None), "e": (4, 4, 2)}
    rows = [
        row(name, wave, level, "33010101")
        for name, levels in paths.items()
        for wave, level in zip((BEFORE, AFTER, third), levels, strict=True)
    ]
    whole = of_area(
        change.histories(engine(), write(tmp_path, rows), waves=(BEFORE, AFTER, third)), ""
    )[0]
    counts = {"households": 4, "never": 1, "transient": 2, "chronic": 1, "ever": 3}
    assert {name: whole[name] for name in counts} == counts
    assert whole["share_ever"] == 0.75


def test_changes_of_each_capital_are_counted_where_they_are_known(tmp_path):
    rows = [
        row("a", AFTER, 2, "33010101", change="improved", human_change="declined"),
        row("b", AFTER, 2, "33010101", change="improved", human_change=None),
        row("b", BEFORE, 2, "33010101", change="declined"),
    ]
    found = change.changes(engine(), write(tmp_path, rows), aspects=("human", "score"))
    whole = {one["aspect"]: one for one in of_area(found, "")}
    assert (whole["score"]["households"], whole["score"]["improved"]) == (2, 2)
    assert (whole["human"]["households"], whole["human"]["declined"]) == (1, 1)
    assert whole["human"]["share_declined"] == 1


def test_the_rounds_are_listed_oldest_first(tmp_path):
    path = write(tmp_path, [row("a", AFTER, 1, "33"), row("a", BEFORE, 1, "33")])
    assert change.waves(engine(), path) == [BEFORE, AFTER]


_levels = st.one_of(st.none(), st.integers(1, 4))
_homes = st.sampled_from(["33010101", "33010102", "33020101", "34010101"])


@settings(max_examples=40)
@given(st.lists(st.tuples(_homes, _levels, _levels), min_size=1, max_size=40))
def test_areas_add_up_and_rows_are_complete(tmp_path_factory, people):
    path = panel(tmp_path_factory.mktemp("p"), {str(n): one for n, one in enumerate(people)})
    found = change.transitions(engine(), path, before=BEFORE, after=AFTER).to_pylist()
    expected = Counter((str(b), str(a)) for _, b, a in people if b and a)
    for digits in (0, 2, 4, 6, 8):
        level = [one for one in found if len(one["area"]) == digits]
        counts: Counter = Counter()
        for one in level:
            counts[one["before"], one["after"]] += one["households"]
        assert +counts == expected
        of_row: Counter = Counter()
        for one in level:
            of_row[one["area"], one["before"]] += one["households"]
        assert all(of_row[one["area"], one["before"]] == one["base"] for one in level)
    assert all(0 <= one["low"] <= one["share"] <= one["high"] <= 1 for one in found)
