"""Expressions in words."""

from __future__ import annotations

import pytest

from wattana.rules import codebook, parameters, programmes
from wattana.rules.expressions import Scope, compile_in
from wattana.rules.expressions.saying import said

PEOPLE = Scope(codebook.load(), "person", parameters.load(), rights=True)
HOMES = Scope(codebook.load(), "household", parameters.load(), rights=True)


def words(text: str, language: str = "en", scope: Scope = PEOPLE) -> str | None:
    node = compile_in(scope, text, place="test", wanted="boolean").node
    return said(node, language, lambda day: f"{day:%d/%m/%Y}")


@pytest.mark.parametrize(
    ("text", "thai", "english"),
    [
        ("age between 60 and 69", "อายุ 60–69", "Age 60–69"),
        ("age >= 60 and age <= 69", "อายุ 60–69", "Age 60–69"),
        ("age >= 90", "อายุ 90 ขึ้นไป", "Age 90 or more"),
        ("90 <= age", "อายุ 90 ขึ้นไป", "Age 90 or more"),
        ("age < 18", "อายุ ต่ำกว่า 18", "Age below 18"),
        (
            "birth_date < date '1966-09-02'",
            "วันเดือนปีเกิด ก่อน 02/09/1966",
            "Date of birth before 02/09/1966",
        ),
        ("studying_level = 'primary'", "กำลังศึกษาระดับ: ประถมศึกษา", "Now studying: primary"),
        (
            "income_year <= welfare_card_income_line",
            "รายได้ของบุคคลต่อปี ไม่เกิน เพดานรายได้ บัตรสวัสดิการแห่งรัฐ",
            "Personal income a year at most Income line of the state welfare card",
        ),
        ("not state_welfare_card", "ไม่ใช่: มีบัตรสวัสดิการแห่งรัฐ", "not: Holds the state welfare card"),
    ],
)
def test_what_is_simple_has_words_in_both_languages(text, thai, english):
    assert words(text, "th") == thai
    assert words(text) == english


def test_members_are_counted_in_words():
    assert (
        words("count_members(age < 18) >= 2", scope=HOMES) == "2 members or more with Age below 18"
    )
    assert words("count_members(age < 18) < 2", "th", HOMES) == "สมาชิกที่อายุ ต่ำกว่า 18 น้อยกว่า 2 คน"


@pytest.mark.parametrize(
    "text",
    [
        "income_month * 12 > 1000",
        "age > income_month",
        "age * 2 <= welfare_card_income_line",
        "case when age > 3 then true else false end",
    ],
)
def test_what_is_more_than_that_has_none(text):
    assert words(text) is None


def test_two_bounds_of_different_things_are_no_band():
    assert words("age >= 60 and income_month <= 69") == (
        "Age 60 or more and Average income a month at most 69"
    )


def test_every_condition_that_binds_has_words():
    found = [
        condition.expression
        for one in programmes.load().values()
        for condition in one.conditions
        if one.is_on and condition.dormant is None
    ]
    assert len(found) > 100
    assert all(said(one.node, language, str) for one in found for language in ("th", "en"))


def test_several_answers_to_one_question_are_told_once():
    old, disabled = "has(welfare, 'old_age')", "has(welfare, 'disability')"
    other = words(disabled).partition(": ")[2]
    assert words(f"{old} or {disabled}") == f"{words(old)} or {other}"


def test_every_age_band_and_window_of_the_rulebook_has_words():
    found = [
        expression
        for one in programmes.load().values()
        for expression in (
            *(rate.when for amount in one.amounts for rate in amount.rates),
            *(window.who for window in one.windows),
        )
        if expression
    ]
    assert len(found) > 20
    assert all(said(one.node, language, str) for one in found for language in ("th", "en"))
