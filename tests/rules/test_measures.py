# ruff: noqa: E501  (tables of cases read best with one case a line)
from __future__ import annotations

import re

import pytest
import sqlglot

from tests.rules import rulebooks
from wattana.kernel.problems import Invalid
from wattana.rules import codebook as codebooks
from wattana.rules import parameters
from wattana.rules.measures import PLACE, load_measure, read_measure

MEASURE = load_measure("five_capitals")
NAMES = {  # domain reference 4.2, from two public sources
    "H1": "การศึกษาสูงสุด",
    "H2": "ระดับการศึกษาและสถานภาพการศึกษา",
    "H3": "อาชีพและทักษะอาชีพเพื่อสร้างรายได้",
    "H4": "รายได้เฉลี่ยต่อเดือน",
    "H5": "สุขภาพ",
    "H6": "สวัสดิการที่ต้องได้รับจากภาครัฐ",
    "P1": "การเป็นเจ้าของที่อยู่อาศัย",
    "P2": "สภาพที่อยู่อาศัย",
    "P3": "สุขลักษณะของที่อยู่อาศัย",
    "P4": "ไฟฟ้า/ประปา/อุปกรณ์สารสนเทศ",
    "P5": "ถนน/เส้นทางสาธารณะและการเดินทางเข้าที่อยู่อาศัย",
    "P6": "ช่องทางการสื่อสาร ความเร็ว ความถูกต้องน่าเชื่อถือของข้อมูล",
    "P7": "แหล่งข้อมูลข่าวสารที่เกี่ยวข้องกับการดำรงชีพและสร้างรายได้",
    "P8": "การใช้ประโยชน์จากเทคโนโลยีดิจิทัลในการขอรับสวัสดิการจากภาครัฐ และได้รับประโยชน์ในการดำรงชีพและสร้างรายได้",
    "E1": "รายได้เฉลี่ยรวมของครัวเรือน/ปี",
    "E2": "รายจ่ายเฉลี่ยของครัวเรือน/ปี",
    "E3": "การออม",
    "E4": "หนี้สิน",
    "E5": "ทรัพย์สินเพื่อการประกอบอาชีพ",
    "N1": "ความมั่นคงของที่ทำกิน",
    "N2": "การใช้น้ำเพื่อการเกษตร",
    "N3": "ปัญหาเกี่ยวกับพื้นที่ทำกิน",
    "N4": "ถนน/เส้นทางสาธารณะและการเดินทางเข้าที่ทำกิน",
    "N5": "การใช้ประโยชน์จากทรัพยากรธรรมชาติเพื่อการยังชีพ",
    "N6": "การใช้ประโยชน์จากทรัพยากรธรรมชาติในพื้นที่เพื่อสร้างรายได้",
    "N7": "บ้านพักอาศัยอยู่ในพื้นที่ภัยพิบัติทางธรรมชาติ (ใน 5 ปี)",
    "N8": "ที่ทำกินอยู่ในพื้นที่ภัยพิบัติทางธรรมชาติ",
    "S1": "การเข้าร่วมกลุ่มกิจกรรม",
    "S2": "การเข้าร่วมกิจกรรมของชุมชน",
    "S3": "การช่วยเหลือกันเมื่อคนในชุมชนประสบความเดือดร้อน",
    "S4": "การกำหนดกฎระเบียบ หรือกติกาในการอยู่ร่วมกันของชุมชน",
    "S5": "การปฏิบัติตามกฎระเบียบ กติกา ข้อตกลงการอยู่ร่วมกันของชุมชน",
    "S6": "การจัดการปัญหาความขัดแย้งของชุมชน",
    "S7": "ผู้ที่มีความรู้ในการแก้ไขปัญหา และพัฒนาชุมชน",
    "S8": "เคยได้ใช้ความรู้จากผู้ที่มีความรู้ในการแก้ไขปัญหา",
    "S9": "ประสบการณ์ในการพัฒนาหรือแก้ไขปัญหาของชุมชน",
    "S10": "การมีส่วนร่วมในการบริหารจัดการชุมชน องค์กร กลุ่ม หรือสถาบันในชุมชน",
}


def test_the_37_indicators_have_their_thai_names_in_order():
    assert {one.code: one.title.th for one in MEASURE.indicators} == NAMES
    assert [one.code for one in MEASURE.indicators] == list(NAMES)
    assert [len(one.indicators) for one in MEASURE.capitals] == [6, 8, 5, 8, 10]


def test_the_scoring_is_marked_as_proposed_and_not_official():
    assert MEASURE.status == "proposed"
    assert (MEASURE.scheme.th, MEASURE.scheme.en) == ("เกณฑ์ที่เสนอ กฎ M", "proposed, Rule M")
    assert "not an official" in MEASURE.note.en and "ไม่ใช่เกณฑ์ทางการ" in MEASURE.note.th


def test_the_levels_have_their_names_and_cut_points():
    assert [MEASURE.levels[n].th for n in (1, 2, 3, 4)] == ["อยู่ลำบาก", "อยู่ยาก", "อยู่พอได้", "อยู่ดี"]
    assert MEASURE.settings.cut_points == (1.75, 2.5, 3.25)
    assert MEASURE.settings.boundary_rule == "upper"


@pytest.mark.parametrize("indicator", MEASURE.indicators, ids=lambda one: one.code)
def test_every_text_stands_in_both_languages(indicator):
    for words in (indicator.title, indicator.rubric, indicator.reason or indicator.pending):
        plain_th, plain_en = PLACE.sub("", words.th), PLACE.sub("", words.en)
        assert words.th and words.en
        assert (
            not plain_th.strip() or re.search("[\u0e00-\u0e7f]", plain_th) or plain_th == plain_en
        )
    titled = indicator.title.en
    assert titled[0].isupper() and not re.search("[\u0e00-\u0e7f]", titled)


@pytest.mark.parametrize("indicator", MEASURE.indicators, ids=lambda one: one.code)
def test_every_input_is_a_variable_of_the_snapshot(indicator):
    book = MEASURE.codebook
    counted = {one.name for one in book.derived.values() if one.counted}
    home = {one.name for one in book.columns("household")} | counted
    person = {one.name for one in book.columns("person")} | {"age"}
    assert set(indicator.inputs) <= home
    assert set(indicator.member_inputs) <= person
    assert indicator.inputs or indicator.member_inputs or indicator.pending


def test_no_indicator_waits_for_data():
    assert [one.code for one in MEASURE.indicators if one.expression is None] == []


def test_what_is_made_of_health_is_sensitive():
    assert [one.code for one in MEASURE.indicators if one.sensitive] == ["H5", "H6"]


@pytest.mark.parametrize("dialect", ["duckdb", "spark"])
def test_every_expression_is_written_for_every_engine(dialect):
    for expression in (*MEASURE.expressions, *(one.expression for one in MEASURE.values)):
        for sql in (expression.sql(dialect), *expression.aggregates(dialect).values()):
            assert sqlglot.parse_one(sql, dialect=dialect)


def read(root):
    return read_measure("five_capitals", root, codebooks.load(), parameters.load())


FILE = "measures/five_capitals.yaml"


def test_equal_definitions_have_equal_hashes_and_others_do_not(tmp_path):
    root = rulebooks.copy(tmp_path)
    assert read(root).definitions_hash == MEASURE.definitions_hash
    rulebooks.change(root, FILE, "boundary_rule: upper", "boundary_rule: lower")
    assert read(root).definitions_hash != MEASURE.definitions_hash


def test_the_hash_knows_the_poverty_line(tmp_path):
    root = rulebooks.copy(tmp_path)
    rulebooks.change(root, "parameters/poverty.yaml", "value: 3078", "value: 3079")
    lines = parameters.read_parameters(root)
    changed = read_measure("five_capitals", root, codebooks.load(), lines)
    assert changed.definitions_hash != MEASURE.definitions_hash


def test_the_blend_of_health_is_a_setting(tmp_path):
    root = rulebooks.copy(tmp_path)
    rulebooks.change(root, FILE, "value: 0.5\n", "value: 1\n")
    persons = [{"health": "bedridden"}, {"health": "normal"}]
    health = next(one for one in read(root).indicators if one.code == "H5")
    assert health.expression.value({}, persons) == 1
    usual = next(one for one in MEASURE.indicators if one.code == "H5")
    assert usual.expression.value({}, persons) == 1.75


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "boundary_rule: upper",
            "boundary_rule: middle",
            "settings: “boundary_rule” has to be one of upper, lower",
        ),
        ("cut_points: [1.75, 2.5, 3.25]", "cut_points: [1.75, 2.5]", "a list of 3 numbers"),
        (
            "cut_points: [1.75, 2.5, 3.25]",
            "cut_points: [2.5, 1.75, 3.25]",
            "have to rise between 1 and 4",
        ),
        ("minimum_capitals: 5", "minimum_capitals: 6", "1 to 5 capitals"),
        (
            "expression: scale(home_condition)",
            "expression: scale(home_kondition)",
            "five_capitals.yaml, physical, P2, expression, character 7: the codebook has no “home_kondition”. Near to it: home_condition",
        ),
        (
            "expression: scale(home_condition)",
            "expression: tap_water",
            "P2, expression, character 1: a number is expected, not a boolean",
        ),
        (
            "reason: {th: '{home_condition}', en: '{home_condition}'}",
            "reason: {th: '{home_condition}', en: '{home_tenure}'}",
            "P2: the reason names “home_tenure”",
        ),
        ("- code: P2", "- code: P1", "the code “P1” stands twice"),
        ("  - name: adults\n", "  - name: home_rent\n", "home_rent: the name is taken already"),
        (
            "  - {level: 4, th: อยู่ดี, en: Living well}",
            "  - {level: 5, th: อยู่ดี, en: Living well}",
            "the levels are 1, 2, 3 and 4",
        ),
        ("status: proposed", "status: official", "one of stated, proposed"),
        (
            "  unknown: {th: คำตอบที่มีให้คะแนนไม่ได้, en: the answers given cannot be scored}\n",
            "",
            "“unknown” is missing",
        ),
        (
            "measure: five_capitals",
            "measure: six_capitals",
            "“measure” has to be one of five_capitals",
        ),
        (
            "expression: count_members()\n    unit: ''",
            "expression: count_members()\n    unit: heads",
            "has no unit “heads”",
        ),
    ],
)
def test_a_fault_is_refused_by_file_and_key(tmp_path, old, new, says):
    root = rulebooks.copy(tmp_path)
    rulebooks.change(root, FILE, old, new)
    with pytest.raises(Invalid) as caught:
        read(root)
    assert FILE in str(caught.value) and says in str(caught.value)


def test_an_unknown_measure_is_refused():
    with pytest.raises(Invalid, match="no file"):
        load_measure("six_capitals")
    with pytest.raises(Invalid, match="no measure"):
        load_measure("../codebook")
