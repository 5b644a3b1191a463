"""Columns on their way into a database: worked out in order, from other cores."""

from __future__ import annotations

import pyarrow as pa
import pytest

from wattana.kit import finishing
from wattana.kit.finishing import Finish, as_rows, encoded


def doubled(columns):
    return [pa.array([2 * one for one in column.to_pylist()]) for column in columns]


def test_rows_are_encoded_with_what_is_the_same_in_all_of_them():
    piece, count = encoded(Finish(doubled), [pa.int16(), pa.string()], ["ก"], [pa.array([1, 2])])
    row = b"\0\2\0\0\0\2\0%c\0\0\0\3" + "ก".encode()
    assert (piece, count) == (row % 2 + row % 4, 2)


def test_a_number_too_large_for_its_column_is_refused():
    with pytest.raises(pa.ArrowInvalid):
        encoded(Finish(doubled), [pa.int16()], [], [pa.array([20_000])])


@pytest.mark.parametrize("python", [False, True])
def test_many_batches_keep_their_order_on_other_cores(python, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(finishing, "_WORTH_A_PROCESS", 1)
    batches = [[pa.array([2 * n, 2 * n + 1])] for n in range(20)]
    made = finishing.in_order(doubled, batches, python=python, total=40)
    assert [one for (column,) in made for one in column.to_pylist()] == [2 * n for n in range(40)]


def test_columns_become_rows():
    assert list(as_rows([pa.array([1, 2]), pa.array(["ก", None])])) == [(1, "ก"), (2, None)]
