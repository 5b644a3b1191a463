from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattana.kernel.problems import Invalid
from wattana.thai.numerals import parse_number, to_arabic


def test_thai_digits_become_arabic_and_words_stay():
    assert to_arabic("หมู่ ๑๒") == "หมู่ 12"


@pytest.mark.parametrize(
    ("text", "number"),
    [("1,234", 1234), ("๑,๒๓๔.๕๐", Decimal("1234.5")), ("-3", -3), ("5.0", 5), (" 7 ", 7)],
)
def test_numbers_are_read(text, number):
    found = parse_number(text)
    assert found == number
    assert type(found) is type(number)


@pytest.mark.parametrize("text", ["", "12,34", "1.2.3", "๑ พัน", "nan", "1e5", "٣", "1,2345"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(Invalid, match="not a number"):
        parse_number(text)


@given(st.integers())
def test_every_whole_number_is_read_back(number):
    assert parse_number(f"{number:,}") == number
