from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattana.kernel import keys
from wattana.kernel.problems import Invalid


def test_keys_grow_and_never_repeat():
    made = [keys.new_key() for _ in range(1000)] + list(keys.new_keys(1000)) + [keys.new_key()]
    assert made == sorted(set(made))
    assert all(0 < key < 1 << 63 for key in made)


@given(st.integers(0, (1 << 63) - 1))
def test_a_key_written_as_text_is_read_back_also_in_small_letters(key):
    text = keys.to_text(key)
    assert len(text) == 13
    assert keys.from_text(text) == keys.from_text(f" {text.lower()} ") == key


def test_letters_that_look_like_digits_are_read_as_digits():
    assert keys.from_text("OOOOOOOOOOOIL") == keys.from_text("0000000000011")


@pytest.mark.parametrize("text", ["", "123", "UUUUUUUUUUUUU", "ZZZZZZZZZZZZZ", "00000000000000"])
def test_what_is_no_key_is_refused(text):
    with pytest.raises(Invalid, match="13 letters and digits"):
        keys.from_text(text)
