from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattana.kernel.problems import Invalid
from wattana.thai import house_number

SHORT = [
    *("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย."),
    *("ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."),
]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("25/2", "25/2"),
        ("๒๕/๒", "25/2"),
        ("25", "25"),
        ("25.0", "25"),
        ("บ้านเลขที่ 25/2", "25/2"),
        ("25 / 2", "25/2"),
        ("25/ก", "25/ก"),
        ("123/45", "123/45"),
        ("1234/5", "1234/5"),
        ("12-14", "12-14"),
    ],
)
def test_a_house_number_stands_as_it_is_written(text, number):
    assert house_number.parse(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("25-ก.พ.", "25/2"),
        ("25-กพ", "25/2"),
        ("25 กุมภาพันธ์", "25/2"),
        ("25-Feb", "25/2"),
        ("05-มี.ค.", "5/3"),
        ("25/2/2568", "25/2"),
        ("25/02/2025", "25/2"),
        ("2025-02-25", "25/2"),
        ("2025-02-25 00:00:00", "25/2"),
        ("25 ก.พ. 2568", "25/2"),
        ("2026-03-13", "13/3"),
        ("2026-03-03", "3/3"),
        ("4/3/2569", "4/3"),
        ("ก.พ.-25", "2/25"),
        ("Feb-25", "2/25"),
        ("1975-02-01", "2/75"),
        ("1/2/2518", "2/75"),
    ],
)
def test_a_date_is_turned_back_into_the_number_that_was_typed(text, number):
    assert house_number.parse(text) == number


@pytest.mark.parametrize(
    "text", ["1/2/2568", "2025-02-01", "25/2/68", "2026-03-04", "2026-04-03 00:00:00"]
)
def test_a_date_that_can_stand_for_two_numbers_is_left_to_a_person(text):
    with pytest.raises(Invalid, match="may be"):
        house_number.parse(text)


@pytest.mark.parametrize(
    "text", ["", "ไม่มี", "-", "15 มี.ค. 2518", "1" * 31, "<b>7</b>", "=A1", "http://7"]
)
def test_what_is_no_house_number_is_refused(text):
    with pytest.raises(Invalid):
        house_number.parse(text)


@given(st.integers(1, 31), st.integers(1, 12))
def test_every_day_and_month_of_thai_excel_comes_back(first, second):
    assert house_number.parse(f"{first}-{SHORT[second - 1]}") == f"{first}/{second}"
