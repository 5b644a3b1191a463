from __future__ import annotations

import datetime as dt
import random

import pyarrow.parquet as pq
import pytest

from tests.methods.snapshots import visit, write
from wattana.engines import DuckDB
from wattana.methods import five_capitals
from wattana.methods.five_capitals import explain, score
from wattana.rules.files import Words
from wattana.rules.measures import load_measure, places

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
         "บ้านและที่ดินของตนเอง (ไม่ติดจำนอง)", "own house and land (not mortgaged)"),
        ("P1", {"home_tenure": "with_others"}, [],
         "อาศัยผู้อื่น", "lives with others"),
        ("H1", {}, [{"age": 70, "education_max": "never"}, {"age": 40, "education_max": "primary"},
                    {"age": 38, "education_max": "primary"}, {"age": 9, "education_max": "never"}],
         "สมาชิกอายุ 15 ปีขึ้นไป 3 คน: ไม่ได้เรียน 1 คน, ประถมศึกษา 2 คน",
         "members aged 15 and over: 3 (never studied 1, primary 2)"),
        ("S2", {"activity_level__religion": "none", "activity_level__development": "opinion",
                "activity_frequency__development": "always"}, [],
         "กิจกรรมที่มีส่วนร่วมมากที่สุด – กิจกรรมพัฒนา-อนุรักษ์: แสดงความคิดเห็น, ทุกครั้ง",
         "most part taken – development and conservation: gives opinions, always"),
        ("P4", {"electricity": "metered", "tap_water": False, "other_water": "enough",
                "mobile_phone": "none"}, [],
         "ไฟฟ้า: มีมิเตอร์, น้ำประปา: ไม่มี, น้ำจากแหล่งอื่น: ใช้ เพียงพอ, โทรศัพท์มือถือ: ไม่มี",
         "electricity: own meter, piped water: no, other water: used, enough,"
         " mobile telephone: none"),
        ("N5", {"subsistence_use": False}, [],
         "ไม่ใช้เพื่อการยังชีพ", "not used for subsistence"),
        ("S1", {f"group_member__{one}": one == "finance" for one in
                ("occupation", "finance", "welfare", "social", "environment", "other")}
               | {"group_help__finance": "some"}, [],
         "เป็นสมาชิก 1 กลุ่ม (กลุ่มการเงิน: พึ่งได้บ้าง)",
         "groups joined: 1 (financial group: some help)"),
        ("E5", {"assets": ["motorcycle", "barn"]}, [],
         "2 อย่าง (มอเตอร์ไซค์, ยุ้งฉาง)", "assets: 2 (motorcycle, barn)"),
        ("P8", {"digital_welfare": True, "digital_income": False}, [],
         "ขอรับสวัสดิการ: ใช้, สร้างรายได้: ไม่ใช้", "for welfare: used, for income: not used"),
        ("H4", {}, [{"age": 40, "income_month": 1234.5}],
         "รายได้ 1,234.50 บาท/คน/เดือน เส้นความยากจน 3,078 บาท/คน/เดือน",
         "income 1,234.50 baht per person and month, poverty line 3,078 baht per person and month"),
        ("H5", {}, [{"health": "bedridden"}, {"health": "normal"}],
         "สมาชิก 2 คน: ผู้ป่วยติดเตียง/พิการพึ่งพาตัวเองไม่ได้ 1 คน, ปกติ 1 คน",
         "members: 2 (bedridden, or disabled and dependent 1, in normal health 1)"),
        ("H5", {}, [{"health": "normal"}, {}],
         "สมาชิก 2 คน: ปกติ 1 คน", "members: 2 (in normal health 1)"),
    ],
)  # fmt: skip
def test_the_reason_is_told_from_the_inputs(code, answers, persons, th, en):
    told = reason(code, answers, persons)
    assert told.score is not None and told.applies
    assert (told.text.th, told.text.en) == (th, en)


@pytest.mark.parametrize("one", MEASURE.indicators, ids=lambda one: one.code)
def test_the_reason_of_every_indicator_names_what_it_reads(one):
    """An input, or a value made of inputs; nobody has to guess which answer decided."""
    tables = {MEASURE.codebook.variable(name).family for name in one.inputs}
    values = {value.name for value in MEASURE.values} - {"members", "adults"}
    read = {*one.inputs, *one.member_inputs, *tables, *values} - {"age"}
    for text in (one.reason.th, one.reason.en):
        assert any(set(name.split()) <= read for name in places(Words(text, text)))


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


def test_rights_due_and_received_are_told():
    told = reason("H6", {"rights_due": 3, "rights_received": 1})
    assert (told.score, told.applies) == (1.0 + 3 / 3, True)
    assert told.text.en == "rights due: 3, received: 1"


def test_rights_that_nobody_knows_yet_are_missing():
    told = reason("H6", {})
    assert (told.score, told.applies) == (None, True)
    assert [one.name for one in told.inputs] == ["rights_received", "rights_due"]


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


def any_answer(variable, chance):
    """A random answer to a question, or none."""
    if chance.random() < 0.1:
        return None
    if variable.kind == "boolean":
        return chance.random() < 0.4
    if variable.kind == "choice":
        return chance.choice(variable.codes)
    if variable.kind == "multi":
        plain = [code for code in variable.codes if code not in variable.exclusive]
        some = chance.sample(plain, chance.randint(1, min(4, len(plain))))
        return list(variable.exclusive) if variable.exclusive and chance.random() < 0.4 else some
    return chance.choice([0, 0, 12, 999.5, 3078, 40_000.25])


def test_random_households_are_explained_as_the_snapshot_scores_them(tmp_path):
    chance, book = random.Random(33), MEASURE.codebook
    homes = []
    for _ in range(120):
        answers = {one.name: any_answer(one, chance) for one in book.columns("household")}
        persons = [
            {one.name: any_answer(one, chance) for one in book.columns("person")}
            | {"age": chance.choice([None, *range(90)])}
            for _ in range(chance.randint(1, 6))
        ]
        homes.append((answers, persons))
    visits = [visit(f"{n:04}", *home) for n, home in enumerate(homes)]
    scores = five_capitals.assess(DuckDB(), write(tmp_path / "snapshot", visits), tmp_path, MEASURE)
    for row, home in zip(pq.read_table(scores).to_pylist(), homes, strict=True):
        told = explain(MEASURE, *home, DAY)
        for one in told:
            assert one.score == pytest.approx(row[one.code], abs=1e-6), one.code
        alone = {one.code: score(one, *home, DAY) for one in MEASURE.indicators}
        assert alone == {one.code: one.score for one in told}
        for capital in MEASURE.capitals:
            applies = [told.reason(one.code).applies for one in capital.indicators]
            assert sum(applies) == row[f"{capital.code}_n_all"]
