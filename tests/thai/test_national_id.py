from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.th import pin

from wattana.kernel.problems import Invalid
from wattana.thai import national_id

GOOD = ["9330100001018", "9330100001026", "9330100001107", "9123456789010"]
twelve_digits = st.text("0123456789", min_size=12, max_size=12)


@pytest.mark.parametrize("digits", GOOD)
def test_a_clean_number_is_returned_as_it_is(digits):
    assert national_id.parse(digits) == digits


@pytest.mark.parametrize(
    "text",
    [
        "9-3301-00001-01-8",
        " 9 3301 00001 01 8 ",
        "๙๓๓๐๑๐๐๐๐๑๐๑๘",
        "9330100001018.0",
        "'9330100001018",
        "9–3301–00001–01–8",
    ],
)
def test_separators_thai_digits_and_float_endings_are_read(text):
    assert national_id.parse(text) == "9330100001018"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("9330100001019", "check digit"),
        ("933010000101", "has 12"),
        ("93301000010188", "has 14"),
        ("1.1017E+12", "spreadsheet"),
        ("9.33010000102e12", "spreadsheet"),
        ("933010000101X", "digits only"),
        ("", "digits only"),
        ("²330100001018", "digits only"),
    ],
)
def test_each_fault_has_its_own_message(text, words):
    with pytest.raises(Invalid, match=words):
        national_id.parse(text)


def test_a_message_never_repeats_the_number():
    with pytest.raises(Invalid) as caught:
        national_id.parse("9330100001019")
    assert "9330100001019" not in str(caught.value)
    assert "9330100001019" not in str(caught.value.params)


@given(twelve_digits)
def test_the_check_digit_is_that_of_stdnum(twelve):
    right = pin.calc_check_digit(twelve)
    for last in "0123456789":
        assert national_id.is_valid(twelve + last) == (last == right)


@given(twelve_digits, st.integers(0, 11), st.integers(1, 9))
def test_no_single_wrong_digit_passes_unless_the_remainders_share_a_check_digit(twelve, at, by):
    good = twelve + pin.calc_check_digit(twelve)
    wrong = good[:at] + str((int(good[at]) + by) % 10) + good[at + 1 :]
    assert national_id.is_valid(wrong) == (pin.calc_check_digit(wrong[:12]) == wrong[12])


@given(st.text())
def test_any_text_gives_thirteen_digits_or_a_problem(text):
    try:
        digits = national_id.parse(text)
    except Invalid:
        return
    assert len(digits) == 13
    assert digits.isascii()
    assert national_id.is_valid(digits)


def test_class_nine_is_told_apart_from_what_registers_issue():
    assert national_id.person_class("9330100001018") == national_id.DEMO_CLASS
    assert national_id.person_class("1101700203450") == 1


def test_only_the_last_four_digits_show():
    assert national_id.masked("9330100001018") == "•••••••••1018"
