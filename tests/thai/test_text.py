from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattana.thai.text import clean, folded


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("นํ้าคำ", "น้ำคำ"),
        ("น้ํา", "น้ำ"),
        ("เเก้ว", "แก้ว"),
        ("กุ่ม", "กุ่ม"),
        ("ท่ี", "ที่"),
        ("สม\u200bชาย", "สมชาย"),
        ("\ufeffสมชาย", "สมชาย"),
        ("  สมชาย \u00a0 ใจดี\t", "สมชาย ใจดี"),
        ("plain  text ", "plain text"),
    ],
)
def test_what_the_eye_does_not_see_is_mended(typed, meant):
    assert clean(typed) == meant


@given(st.text(st.characters(min_codepoint=0x0E01, max_codepoint=0x0E5B) | st.sampled_from(" a1")))
def test_cleaning_twice_changes_nothing_more(text):
    once = clean(clean(text))
    assert clean(once) == once


@pytest.mark.parametrize(
    ("one", "other"),
    [("ห้วยติ๊กชู", "ห้วยตึ๊กชู"), ("ใจดี", "ไจดี"), ("พันธุ์", "พัน"), ("ณรงค์", "นรงค์"), ("ข่า", "ขา")],
)
def test_usual_misspellings_fold_to_the_same(one, other):
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"), [("นาสี", "นาดี"), ("หนองแก้ว", "หนองแก"), ("โพนข่า", "โพนค้อ"), ("ขา", "คา")]
)
def test_different_words_stay_apart(one, other):
    assert folded(one) != folded(other)
