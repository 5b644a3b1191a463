from __future__ import annotations

import datetime as dt

import pytest

from wattana.methods.five_capitals import explain
from wattana.rules.measures import load_measure

MEASURE = load_measure("five_capitals")
DAY = dt.date(2024, 5, 1)


def reason(code, answers=None, persons=(), day=DAY):
    return explain(MEASURE, answers or {}, persons, day).reason(code)


def test_all_indicators_come_in_their_order():
    told = explain(MEASURE, {}, [], DAY)
    assert [one.code for one in told] == [one.code for one in MEASURE.indicators]


@pytest.mark.parametrize(
    ("code", "answers", "persons", "th", "en"),
    [
        ("P1", {"home_tenure": "own", "home_mortgage": "none"}, [],
         "บ้านและที่ดินของตนเอง", "own house and land"),
        ("E5", {"assets": ["motorcycle", "barn"]}, [],
         "2 อย่าง (มอเตอร์ไซค์, ยุ้งฉาง)", "assets: 2 (motorcycle, barn)"),
        ("P8", {"digital_welfare": True, "digital_income": False}, [],
         "ขอรับสวัสดิการ: ใช่, สร้างรายได้: ไม่ใช่", "for welfare: yes, for income: no"),
        ("H4", {}, [{"age": 40, "income_month": 1234.5}],
         "รายได้ 1,234.50 บาท/คน/เดือน เส้นความยากจน 3,078 บาท/คน/เดือน",
         "income 1,234.50 baht per person and month, poverty line 3,078 baht per person and month"),
        ("H5", {}, [{"health": "bedridden"}, {"health": "normal"}],
         "สมาชิก 2 คน ติดเตียงหรือพึ่งพาตนเองไม่ได้ 1 คน", "members: 2, bedridden or dependent: 1"),
        ("H5", {}, [{"health": "normal"}, {}],
         "สมาชิก 2 คน ติดเตียงหรือพึ่งพาตนเองไม่ได้ 0 คน",
         "members: 2, bedridden or dependent: 0"),
    ],
)  # fmt: skip
def test_the_reason_is_told_from_the_inputs(code, answers, persons, th, en):
    told = reason(code, answers, persons)
    assert told.score is not None and told.applies
    assert (told.text.th, told.text.en) == (th, en)


def test_what_is_missing_is_named_so_that_it_can_be_asked():
    told = reason("P2")
    assert told.score is None and told.applies
    assert told.text.th == "ยังไม่มีคำตอบ: สภาพที่อยู่อาศัย"
    assert told.text.en == "not answered: Condition of the home"
    assert [(one.name, one.value) for one in told.inputs] == [("home_condition", None)]


def test_only_questions_that_are_to_be_asked_are_named():
    told = reason("E4", {"debt_sources": ["baac"], "debt_default__baac": False})
    assert "ธ.ก.ส.: ยอดหนี้คงค้าง" in told.text.th
    assert "ออมสิน" not in told.text.th


def test_a_missing_answer_of_a_member_is_named():
    assert reason("H1", {}, [{"age": 40}]).text.en == "not answered: Highest education"


def test_long_lists_of_missing_answers_are_cut():
    assert reason("E3").text.en.endswith("…")


def test_an_answer_that_cannot_be_scored_is_told_so():
    told = reason("P2", {"home_condition": "other"})
    assert told.score is None
    assert told.text.en == "the answers given cannot be scored"


def test_what_does_not_apply_is_told_so():
    told = reason("N2", {"land_tenure": ["none"]})
    assert (told.score, told.applies) == (None, False)
    assert told.text.th == "ไม่เกี่ยวข้องกับครัวเรือนนี้"


def test_the_indicator_that_waits_says_for_what():
    told = reason("H6", {}, [{"age": 70, "health": "normal"}])
    assert (told.score, told.applies) == (None, False)
    assert told.text.en == "waits for the register of rights and welfare"


def test_the_answers_that_were_used_are_listed_in_words():
    told = reason("P1", {"home_tenure": "own", "home_mortgage": "none"})
    listed = [(one.name, one.label.th, one.value.en) for one in told.inputs]
    assert listed == [
        ("home_tenure", "การเป็นเจ้าของที่อยู่อาศัย", "own house and land"),
        ("home_mortgage", "การจำนองบ้านและที่ดิน", "not mortgaged"),
    ]


def test_without_a_survey_date_the_poverty_line_is_unknown():
    assert reason("H4", {}, [{"age": 40, "income_month": 9000}], None).score is None


def test_an_answer_that_the_codebook_no_longer_knows_does_no_harm():
    told = reason("P1", {"home_tenure": "castle"})
    assert told.score is None
