from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wattana.methods.suppression import (
    sum_withheld,
    withheld,
    withheld_cells,
    withheld_in_tree,
    withheld_of,
)

COUNTS = st.lists(st.integers(0, 40), min_size=1, max_size=8)


def test_small_parts_are_withheld_and_large_ones_shown():
    assert withheld([50, 3, 60, 4, 20], 5) == {1, 3}


def test_a_part_that_would_be_the_total_less_the_others_gets_company():
    assert withheld([50, 3, 60, 20], 5) == {1, 3}  # 20 is the smallest of the rest


def test_two_small_parts_need_company_while_together_too_small():
    assert withheld([50, 1, 2, 20], 5) == {1, 2, 3}


def test_nothing_is_withheld_where_all_are_large_enough():
    assert withheld([10, 11, 0], 10) == set()


def test_an_empty_part_says_nothing_and_hides_nothing():
    assert withheld([0, 3, 60, 20], 5) == {1, 3}


def test_below_a_withheld_total_not_everything_is_shown():
    assert withheld([12, 30], 10, total_withheld=True) == {0}
    assert withheld([4, 5], 10, total_withheld=True) == {0, 1}


@given(COUNTS, st.integers(2, 12))
def test_no_published_total_gives_a_withheld_part_away(counts, threshold):
    hidden = withheld(counts, threshold)
    assert {n for n, count in enumerate(counts) if 0 < count < threshold} <= hidden
    if hidden and sum(counts) >= threshold:
        assert sum(counts[n] for n in hidden) >= threshold
        assert len(hidden) >= 2


@given(
    st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=2, max_size=5),
    st.integers(2, 10),
)
def test_neither_rows_nor_columns_give_a_cell_away(table, threshold):
    rows = withheld([sum(row) for row in table], threshold)
    whole = [sum(row[column] for row in table) for column in range(3)]
    columns = withheld(whole, threshold)
    found = withheld_cells(
        table,
        threshold,
        rows_withheld=[n in rows for n in range(len(table))],
        columns_withheld=[n in columns for n in range(3)],
    )
    every = {(r, c) for r, row in enumerate(table) for c, count in enumerate(row) if count}
    hidden = {(r, c) for r, cells in enumerate(found) for c in cells}
    assert {(r, c) for r, c in every if table[r][c] < threshold} <= hidden <= every
    if hidden == every:
        return  # what cannot be had otherwise
    for line in [[(r, c) for c in range(3)] for r in range(len(table)) if r not in rows] + [
        [(r, c) for r in range(len(table))] for c in range(3) if c not in columns
    ]:
        inside = [table[r][c] for r, c in line if (r, c) in hidden]
        assert not inside or (sum(inside) >= threshold and len(inside) > 1)


def test_a_table_without_totals_of_columns_is_settled_by_rows():
    found = withheld_cells(
        [[30, 3, 12], [40, 50, 60]], 10, rows_withheld=[False, False], columns_withheld=None
    )
    assert found == [{1, 2}, set()]


def test_a_sum_of_parts_is_withheld_where_it_gives_one_away():
    assert sum_withheld([(50, False), (3, True)], 10)
    assert sum_withheld([(50, False), (30, True)], 10)  # the only one: sum less the rest
    assert not sum_withheld([(50, False), (3, True), (30, True)], 10)
    assert sum_withheld([(4, False)], 10)
    assert not sum_withheld([(40, False), (50, False)], 10)


def test_in_a_tree_the_same_is_withheld_from_wherever_one_looks():
    found = withheld_in_tree(
        {
            "33": [100], "3301": [60], "3302": [37], "3303": [3],
            "330201": [30], "330202": [7],
        },
        10,
    )  # fmt: skip
    assert found["33"] == found["3301"] == set()
    assert found["3303"] == found["3302"] == {0}
    # 3302 is withheld to keep 3303 company; its parts must not add up to it either.
    assert found["330201"] == found["330202"] == {0}


def test_what_lies_in_no_part_is_protected_like_a_part():
    found = withheld_in_tree({"330105": [52], "33010501": [20], "33010502": [30]}, 10)
    assert found["33010501"] == {0}  # 52 less both would be the two households of no village
    assert found["33010502"] == found["330105"] == set()


def test_groups_inside_areas_are_withheld_with_their_company():
    found = withheld_in_tree({"33": [90, 40, 50], "3301": [50, 4, 46], "3302": [40, 36, 4]}, 10)
    assert found["33"] == set()
    assert found["3301"] == found["3302"] == {1, 2}


@given(st.lists(st.integers(0, 30), min_size=1, max_size=6), st.integers(2, 12))
def test_what_is_known_of_a_withheld_area_and_its_parts_holds_enough_units(counts, threshold):
    """The unknown of an area plus the small one beside it that it keeps company."""
    whole = sum(counts)
    tree = {"33": [whole + 100 + 1], "3301": [100], "3302": [whole], "3303": [1]}
    parts = {f"3302{n:02}": [count] for n, count in enumerate(counts, 1)}
    found = withheld_in_tree(tree | parts, threshold)
    if 0 in found["3302"] and whole >= threshold:
        assert sum(of[0] for code, of in parts.items() if 0 in found[code]) >= threshold


def test_sums_that_cross_do_not_give_a_small_count_away_together():
    """Each line alone holds two withheld counts; the three together leave one answer."""
    counts = [2, 4, 30, 2, 20, 25]
    hidden = withheld_of(counts, [[0, 1, 2], [1, 3, 4], [0, 3, 5]], 5)
    assert {0, 1, 3} < hidden


def test_a_sum_that_is_too_small_does_not_follow_from_the_others():
    """Both small parts are withheld, but all less what is told would be the sum of the two."""
    hidden = withheld_of([1, 2, 50, 60], [[0, 1, 2, 3], [0, 1], [2]], 5)
    assert {0, 1, 3} <= hidden


def test_what_is_withheld_anyway_keeps_small_parts_company():
    assert withheld_of([1, 9, 50, 60], [[0, 1, 2, 3]], 5, anyway=frozenset({3})) == {0, 3}


def test_a_sum_that_is_too_small_is_not_held_against_its_parts():
    assert withheld_of([1, 2, 50, 60], [[0, 1], [2, 3]], 5) == {0, 1}
