"""TPMAP counted by hand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.tpmap.survey import HOUSEHOLD_31, ROUND_31, person, run
from wattana.kernel.problems import Invalid
from wattana.methods.survey import Design


def test_one_failed_dimension_makes_a_person_poor(tmp_path):
    rows = [person("A", fails=(19,)), person("A"), person("B", fails=(20, 27)), person("C")]
    whole = run(tmp_path, rows)[0]
    persons = whole["tpmap"]["persons"]
    assert (whole["H"], persons["poor"]["count"], persons["surveyed"]) == (0.5, 2, 4)
    counts = {name: one["count"] for name, one in persons["dimensions"].items()}
    assert counts == {"health": 0, "living": 0, "education": 1, "income": 1, "access": 1}


def test_a_household_indicator_counts_for_every_member_wherever_it_is_written(tmp_path):
    head = person("A", fails=(8,))
    child = {**person("A"), **{f"bmn_{n}": None for n in HOUSEHOLD_31}}
    persons = run(tmp_path, [head, child, person("B")])[0]["tpmap"]["persons"]
    assert persons["dimensions"]["living"]["count"] == 2
    assert persons["unknown"]["count"] == 0


def test_a_person_indicator_counts_for_the_member_alone_but_fails_the_household(tmp_path):
    rows = [person("A", fails=(19,)), person("A", bmn_19="1"), person("B", bmn_19="1")]
    found = run(tmp_path, rows)[0]["tpmap"]
    assert found["persons"]["dimensions"]["education"]["count"] == 1
    reading = found["households"]["indicators"]["bmn_19"]
    assert (reading["eligible"], reading["pass"], reading["fail"]) == (2, 1, 1)


def test_not_applicable_is_out_of_the_denominator(tmp_path):
    rows = [person("A", bmn_28="1"), person("A"), person("B", fails=(28,)), person("C")]
    found = run(tmp_path, rows)[0]["tpmap"]
    care = found["persons"]["indicators"]["bmn_28"]
    assert (care["eligible"], care["pass_share"], care["not_applicable"]) == (2, 0.5, 2)
    of_homes = found["households"]["indicators"]["bmn_28"]
    assert (of_homes["eligible"], of_homes["not_applicable"]) == (2, 1)


def test_an_empty_cell_is_not_concerned_for_a_person_and_unknown_for_a_household(tmp_path):
    rows = [person("A", bmn_19=None, bmn_22=None), person("B"), person("B")]
    found = run(tmp_path, rows)[0]["tpmap"]["persons"]
    assert found["indicators"]["bmn_19"]["not_applicable"] == 3
    assert found["indicators"]["bmn_22"]["unknown"] == 1
    assert (found["unknown"]["count"], found["poor"]["count"]) == (1, 0)


def test_the_target_until_2566_holds_the_card_and_from_2567_is_split_by_it(tmp_path):
    rows = [
        person("A", fails=(8,), welfare_card="มี"),
        person("A", welfare_card="ไม่มี"),
        person("B", fails=(19,), welfare_card="ไม่มี"),
        person("B", welfare_card=None),
        person("C", fails=(20,), welfare_card="ไม่มี"),
        person("D", welfare_card="มี"),
    ]
    older = run(tmp_path, rows, "tpmap_31")[0]["tpmap"]
    assert older["target"] == "bmn_and_card"
    assert older["persons"]["targeted"]["count"] == 1
    assert older["persons"]["targeted"]["share"] == pytest.approx(1 / 6)
    assert older["households"]["targeted"]["count"] == 1
    split = {
        "poor_with_card": 1,
        "poor_without_card": 3,
        "poor_card_unknown": 0,
        "poor_nobody_at_home_has_card": 1,  # C; of B one member's card is unknown
    }
    assert {name: older["persons"][name]["count"] for name in split} == split


def test_the_new_rule_targets_all_poor(tmp_path):
    results = {
        f"bmn_{n}": "1" for n in (2, 6, 8, 9, 13, 14, 18, 22, 23, 24, 25, 27, 28, 29, 34, 35)
    }
    rows = [
        {"household": "A", **results, "bmn_29": "0", "welfare_card": "0"},
        {"household": "B", **results, "welfare_card": "1"},
        {"household": "B", **results, "welfare_card": "1"},
    ]
    found = run(tmp_path, rows, "tpmap_38")[0]["tpmap"]
    assert (found["target"], found["persons"]["targeted"]["count"]) == ("bmn_mpi", 1)
    assert found["persons"]["poor_without_card"]["count"] == 1


def test_without_cards_the_target_of_the_old_rule_is_not_told(tmp_path):
    assert "targeted" not in run(tmp_path, [person(), person()])[0]["tpmap"]["persons"]


def test_groups_count_their_persons_and_households(tmp_path):
    rows = [
        person("A", fails=(19,), tambon="330101", sex="f"),
        person("A", tambon="330101", sex="m"),
        person("B", fails=(8,), tambon="330102", sex="m"),
    ]
    found = run(tmp_path, rows, design=Design(by=(("tambon",), ("sex",))))
    by = {tuple(one["group"].values()): one["tpmap"] for one in found}
    assert by[("330101",)]["households"]["poor"]["count"] == 1
    assert by[("330101",)]["persons"]["surveyed"] == 2
    assert by[("m",)]["households"]["surveyed"] == 2
    assert by[("m",)]["households"]["poor"]["count"] == 1  # B; the poor one of A is a woman


def test_rows_of_households_give_household_figures(tmp_path):
    rows = [person("A", fails=(22,)), person("B"), person("C", bmn_22=None)]
    found = run(tmp_path, rows)[0]["tpmap"]
    assert found["persons"] is None
    assert (found["households"]["surveyed"], found["households"]["poor"]["count"]) == (3, 1)
    assert found["households"]["unknown"]["count"] == 1


@pytest.mark.parametrize("header", ["จปฐ. {}", "ตัวชี้วัดที่ {}", "BMN{}", "jpt-{}", "bmn_0{}"])
def test_indicators_are_known_by_many_headers(tmp_path, header):
    row = {header.format(number): "ผ่าน" for number in ROUND_31}
    row[header.format(8)] = "ไม่ผ่าน"
    rows = [{"รหัสครัวเรือน": "1", **row}, {"รหัสครัวเรือน": "1", **row}]
    assert run(tmp_path, rows)[0]["tpmap"]["persons"]["dimensions"]["living"]["count"] == 2


def test_a_result_that_no_list_knows_is_refused_with_its_column(tmp_path):
    with pytest.raises(Invalid, match=r"bmn_8 holds “2”"):
        run(tmp_path, [person(bmn_8="2")])


def test_lacking_indicators_are_named(tmp_path):
    row = person()
    del row["bmn_27"], row["bmn_28"]
    with pytest.raises(Invalid, match=r"27, 28.*bmn_27"):
        run(tmp_path, [row])


def test_a_person_without_a_household_is_refused(tmp_path):
    with pytest.raises(Invalid, match=r"empty\. Rows: 1\."):
        run(tmp_path, [person("A"), person(None)])


def test_two_columns_of_one_indicator_are_refused(tmp_path):
    with pytest.raises(Invalid, match="both results"):
        run(tmp_path, [{**person(), "จปฐ1": "1"}])


def test_the_income_stands_in_for_the_result_of_the_income_indicator(tmp_path):
    rows = [
        person("A", income_per_person_year=37_999.5),
        person("B", income_per_person_year=38_000),
    ]
    for row in rows:
        del row["bmn_22"]
    found = run(tmp_path, [*rows, rows[0]])[0]["tpmap"]["persons"]["indicators"]["bmn_22"]
    assert (found["pass"], found["fail"]) == (1, 2)


def test_a_and_m0_are_marked_as_not_official(tmp_path):
    assert run(tmp_path, [person()])[0]["tpmap"]["official"] == {"H": True, "A": False, "M0": False}


_fails = st.sets(st.sampled_from(ROUND_31), max_size=3).map(tuple)


@settings(max_examples=12)
@given(st.lists(st.tuples(st.sampled_from("ABCD"), _fails), min_size=2, max_size=12))
def test_counts_hold_together(tmp_path_factory, members):
    rows = [person(home, fails) for home, fails in members] + [person("Z"), person("Z")]
    whole = run(tmp_path_factory.mktemp("t"), rows)[0]
    persons, homes = whole["tpmap"]["persons"], whole["tpmap"]["households"]
    household_fails = {
        home: {n for h, fails in members if h == home for n in fails if n in HOUSEHOLD_31}
        for home, _ in members
    }
    poor = sum(bool(set(fails) | household_fails[home]) for home, fails in members)
    assert persons["poor"]["count"] == poor == round(whole["H"] * len(rows))
    dimensions = persons["dimensions"].values()
    assert max(one["count"] for one in dimensions) <= poor
    assert sum(one["count"] for one in dimensions) >= poor
    assert homes["poor"]["count"] == len({h for h, f in members if set(f) | household_fails[h]})
    for one in persons["indicators"].values():
        assert one["pass"] + one["fail"] == one["eligible"]
        assert one["eligible"] + one["not_applicable"] + one["unknown"] == len(rows)
