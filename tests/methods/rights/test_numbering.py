"""Equal keys have equal numbers, however many there are and whoever asks first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from wattana.methods.rights.bulk.numbering import Numbering

NARROW, WIDE = 20, 64  # bits: a table of places, and a table by hash


def keys(bits: int, seed: int = 0) -> np.ndarray:
    """5,000 keys in 20,000 rows, nought and the largest among them."""
    chance = np.random.default_rng(seed)
    largest = (1 << bits) - 1
    some = chance.integers(0, largest, 4_998, np.uint64, endpoint=True)
    return chance.permutation(np.repeat(np.append(some, np.uint64([0, largest])), 4))


@pytest.mark.parametrize("bits", [NARROW, WIDE])
def test_each_key_has_one_number_and_each_number_one_key(bits):
    numbering = Numbering(bits)
    rows = keys(bits)
    numbers = np.concatenate([numbering.numbers(part) for part in np.split(rows, 10)])
    assert np.array_equal(np.array(numbering.keys(), np.uint64)[numbers], rows)
    assert sorted(set(numbers.tolist())) == list(range(len(set(rows.tolist()))))
    assert np.array_equal(numbering.numbers(rows), numbers)


@pytest.mark.parametrize("bits", [NARROW, WIDE])
def test_threads_that_meet_new_keys_at_once_agree(bits):
    numbering = Numbering(bits)
    parts = [np.random.default_rng(n).permutation(keys(bits)) for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(numbering.numbers, parts))
    known = np.array(numbering.keys(), np.uint64)
    assert len(set(numbering.keys())) == len(known)
    for part, numbers in zip(parts, found, strict=True):
        assert np.array_equal(known[numbers], part)
