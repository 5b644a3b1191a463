"""Columns on their way into a database: CSV as PostgreSQL reads it, in order, from other cores."""

from __future__ import annotations

import csv
import io

import pyarrow as pa
import pytest

from wattana.kit import finishing
from wattana.kit.finishing import AS_THEY_ARE, Finish, as_csv, as_rows


def test_null_is_nothing_and_an_empty_text_is_quoted():
    ((text, count),) = as_csv([[pa.array(["ก", "", None])]], AS_THEY_ARE, [7, None], total=3)
    assert (text.decode(), count) == ('"ก",7,\n"",7,\n,7,\n', 3)


@pytest.mark.parametrize("start", [0, 1, 2])
def test_bytes_are_told_in_hex_from_wherever_a_column_begins(start: int):
    some = [b"\x00\xff", None, b"", b"abc", None, b"\x10"]
    column = pa.array(some, pa.binary()).slice(start)
    ((text, _),) = as_csv([[column]], AS_THEY_ARE, [], total=1)
    told = [one[0] if one else "" for one in csv.reader(io.StringIO(text.decode()))]
    assert told == ["" if one is None else f"\\x{one.hex()}" for one in some[start:]]


def doubled(columns):
    return [pa.array([2 * one for one in column.to_pylist()]) for column in columns]


@pytest.mark.parametrize("finish", [Finish(doubled), Finish(doubled, python=True)])
def test_many_batches_keep_their_order_on_other_cores(finish, monkeypatch: pytest.MonkeyPatch):
    batches = [[pa.array([2 * n, 2 * n + 1])] for n in range(20)]
    alone = list(as_csv(batches, finish, [], total=40))
    monkeypatch.setattr(finishing, "_WORTH_A_PROCESS", 1)
    assert list(as_csv(batches, finish, [], total=40)) == alone
    assert b"".join(text for text, _ in alone).split() == [b"%d" % (2 * n) for n in range(40)]


def test_columns_become_rows():
    assert list(as_rows([pa.array([1, 2]), pa.array(["ก", None])])) == [(1, "ก"), (2, None)]
