from __future__ import annotations

import duckdb
import pytest

from wattana.methods.levels import level_of, level_sql

CUTS = (1.75, 2.5, 3.25)
CASES = [
    # score, under "upper", under "lower"
    (1.0, 1, 1),
    (1.74, 1, 1),
    (1.749999, 1, 1),
    (1.75, 2, 1),
    (1.750001, 2, 2),
    (2.49, 2, 2),
    (2.5, 3, 2),
    (2.51, 3, 3),
    (3.24, 3, 3),
    (3.25, 4, 3),
    (3.250001, 4, 4),
    (4.0, 4, 4),
    (None, None, None),
]


@pytest.mark.parametrize(("score", "upper", "lower"), CASES)
def test_a_cut_point_belongs_to_the_level_that_the_rule_says(score, upper, lower):
    for rule, level in (("upper", upper), ("lower", lower)):
        assert level_of(score, CUTS, rule) == level
        sql = level_sql("score", CUTS, rule)
        found = duckdb.execute(f"SELECT {sql} FROM (SELECT CAST(? AS DOUBLE) AS score)", [score])
        assert found.fetchone() == (level,)


def test_an_error_of_the_last_bit_does_not_move_a_household():
    assert 2.5 - 1e-12 < 2.5
    assert level_of(2.5 - 1e-12, CUTS, "upper") == 3
    assert level_of(2.5 + 1e-12, CUTS, "lower") == 2
