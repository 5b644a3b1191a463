# ruff: noqa: E501  (tables of cases read best with one case a line)
from __future__ import annotations

import re

import pytest

from tests.rules import rulebooks
from wattana.kernel.problems import Invalid
from wattana.rules import codebook as codebooks
from wattana.rules.codebook import read_codebook
from wattana.rules.dictionary import as_rows
from wattana.rules.doubts import of_level, raised
from wattana.rules.relevance import is_relevant

BOOK = codebooks.load()
VARIABLES = list(BOOK.variables.values())


def test_the_sections_stand_in_the_order_of_the_questionnaire_without_the_part_on_unrest():
    assert [one.key for one in BOOK.sections] == [
        "cover", "members", "rights", "physical", "financial", "natural", "social", "remarks",
        "rights_household",
    ]  # fmt: skip
    assert {one.key for one in BOOK.sections if one.level == "person"} == {"members", "rights"}


@pytest.mark.parametrize(
    ("family", "lines"),
    [
        ("expense", 11), ("saving", 6), ("debt_outstanding", 12), ("debt_default", 12),
        ("debt_more", 12), ("home_hazard_frequency", 12), ("home_hazard_response", 12),
        ("work_hazard_frequency", 12), ("work_hazard_response", 12), ("group_member", 6),
        ("group_help", 6), ("activity_level", 4), ("activity_frequency", 4), ("hygiene", 4),
        ("welfare_amount", 8), ("welfare_frequency", 8), ("farm_income", 3), ("farm_cost", 3),
    ],
)  # fmt: skip
def test_tables_have_the_lines_of_the_questionnaire(family: str, lines: int):
    found = BOOK.families[family]
    assert len(found) == lines
    assert [one.name for one in found] == [f"{family}__{one.item}" for one in found]


@pytest.mark.parametrize(
    ("name", "answers"),
    [("occupations", 10), ("skills", 12), ("assets", 13), ("list_source", 10), ("news_channels", 12),
     ("debt_sources", 13), ("education_max", 10), ("health", 4), ("home_hazards", 13)],
)  # fmt: skip
def test_questions_have_their_answers_and_one_for_none(name: str, answers: int):
    assert len(BOOK.variable(name).codes) == answers


@pytest.mark.parametrize("variable", VARIABLES, ids=lambda one: one.name)
def test_every_label_and_question_stands_in_both_languages(variable):
    for text in (variable.label_th, variable.question_th):
        assert any("\u0e00" <= letter <= "\u0e7f" for letter in text) or text == "TPMAP"
    for text in (variable.label_en, variable.question_en):
        assert text[:1].isupper() and "{" not in text
    for choice in variable.choices:
        assert choice.label_th and choice.label_en
    if variable.relevant:
        assert "{" not in variable.relevant


def test_repeated_lines_stay_together_line_by_line():
    names = [one.name for one in BOOK.section("financial").variables]
    start = names.index("debt_outstanding__baac")
    assert names[start : start + 3] == [
        "debt_outstanding__baac", "debt_default__baac", "debt_more__baac",
    ]  # fmt: skip


def test_what_identifies_people_is_personal_and_health_is_sensitive():
    for name in ("national_id", "first_name", "phone", "house_no", "informant_name", "latitude"):
        assert BOOK.variable(name).sensitivity == "personal"
    for name in ("health", "disability", "chronic"):
        assert BOOK.variable(name).sensitivity == "sensitive"


def test_a_snapshot_holds_no_text_and_nothing_of_the_registry():
    columns = [*BOOK.columns("household"), *BOOK.columns("person")]
    kinds = {one.kind for one in columns}
    assert kinds == {"integer", "number", "boolean", "choice", "multi", "date"}
    assert {one.stored for one in columns} == {"answers"}


def test_the_wording_that_no_source_states_is_marked_proposed():
    proposed = {one.name for one in VARIABLES if one.status == "proposed"}
    assert {"mutual_help", "rule_making", "knowledge_used", "management_participation"} <= proposed
    assert "health" not in proposed


def test_unknown_names_are_refused():
    with pytest.raises(Invalid, match="no variable"):
        BOOK.variable("nonsense")
    with pytest.raises(Invalid, match="no section"):
        BOOK.section("nonsense")


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("education_max", "vocational", "vocational"),
        ("education_max", "ปวช.", "vocational"),
        ("education_max", " Vocational  certificate ", "vocational"),
        ("education_max", "ม.ต้น", "lower_secondary"),
        ("health", "ติดเตียง", "bedridden"),
        ("skills", "ช่าง; อาหาร/แปรรูป", ["craft", "food"]),
        ("skills", "อาหาร/แปรรูป|ช่าง", ["craft", "food"]),
        ("skills", "ช่าง,ช่าง", ["craft"]),
        ("skills", "0", ["none"]),
        ("land_tenure", "ส.ค.1, ส.ป.ก.", ["documented"]),
        ("land_tenure", ["rented", "deed"], ["deed", "rented"]),
        ("income_month", "๑,๒๓๔.๕๐", 1234.5),
        ("income_month", 3000.0, 3000),
        ("income_month", "0", 0),
        ("moo", 3.0, 3),
        ("latitude", "15.123456", 15.123456),
        ("tap_water", "ใช่", True),
        ("tap_water", "ไม่มี", False),
        ("tap_water", 1, True),
        ("tap_water", "No", False),
        ("tap_water", True, True),
        ("debt_default__baac", "0", False),
        ("birth_date", "2508", "1965"),
        ("birth_date", "25/2/2508", "1965-02-25"),
        ("phone", "+66 81-234-5678", "0812345678"),
        ("national_id", "9-3301-00001-01-8", "9330100001018"),
        ("house_no", "25-ก.พ.", "25/2"),
        ("green_book", "330103 000 001", "330103000001"),
        ("suggestion", "  อยากได้\u200bน้ำ ", "อยากได้น้ำ"),
        ("income_month", "-", None),
        ("health", "ไม่ทราบ", None),
        ("health", "", None),
        ("health", "Don't know", None),
        ("tap_water", "–", None),
        ("health", None, None),
    ],
)  # fmt: skip
def test_answers_are_read_as_people_write_them(name: str, raw: object, value: object):
    assert BOOK.parse(name, raw) == value


@pytest.mark.parametrize(
    ("name", "raw", "says"),
    [
        ("education_max", "doctor of everything", "never"),
        ("skills", "ช่าง; การบิน", "building and repair (craft)"),
        ("skills", "ไม่มี; ช่าง", "stands alone"),
        ("assets", ";", "Allowed are"),
        ("health", ["normal"], "one answer only"),
        ("income_month", "หลายพัน", "number in digits"),
        ("income_month", "-5", "between 0"),
        ("moo", "2.5", "whole numbers"),
        ("moo", "100", "between 1 and 99"),
        ("tap_water", "maybe", "yes or no"),
        ("phone", "12345", "begins with 0"),
        ("green_book", "123", "12 digits"),
        ("suggestion", "ก" * 2001, "2000 letters"),
        ("birth_date", "someday", "date"),
    ],
)  # fmt: skip
def test_what_is_not_an_answer_is_refused_with_what_is_allowed(name: str, raw: object, says: str):
    with pytest.raises(Invalid) as caught:
        BOOK.parse(name, raw)
    assert says in str(caught.value)


def test_a_refusal_never_repeats_what_may_be_a_name():
    for name in ("health", "skills", "income_month", "tap_water", "national_id", "phone"):
        with pytest.raises(Invalid) as caught:
            BOOK.parse(name, "สมหญิง ตัวอย่าง")
        assert "สมหญิง" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "answers", "person", "asked"),
    [
        ("home_rent", {"home_tenure": "rented"}, None, True),
        ("home_rent", {"home_tenure": "own"}, None, False),
        ("home_rent", {}, None, None),
        ("home_tenure", {}, None, True),
        ("debt_default__baac", {"debt_sources": ["baac"]}, None, True),
        ("debt_default__baac", {"debt_sources": ["none"]}, None, False),
        ("occupations", {}, {"work_status": "working"}, True),
        ("income_month", {}, {"age": 14}, False),
        ("income_month", {}, {"age": 15}, True),
        ("income_month", {}, {"age": None}, None),
        ("activity_frequency__religion", {"activity_level__religion": "none"}, None, False),
    ],
)  # fmt: skip
def test_skip_logic_follows_the_answers_before(name, answers, person, asked):
    assert is_relevant(BOOK, name, answers, person) is asked


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("codebook/social.yaml", "section: social", "sektion: social", "social.yaml: the key “section” is missing"),
        ("codebook/social.yaml", "level: household", "level: village", "“level” has to be one of household, person"),
        ("codebook/social.yaml", "    source: ส่วนที่ 5 (S3)\n", "    sauce: x\n", "social.yaml, mutual_help: unknown key 'sauce'"),
        ("codebook/social.yaml", "  - name: mutual_help\n", "  - name: suggestion\n", "remarks.yaml, suggestion: the name is taken already, in “social”"),
        ("codebook/social.yaml", "  - name: mutual_help\n    kind: choice\n", "  - name: mutual_help\n    kind: choice\n    kind: choice\n", "the key “kind” stands twice"),
        ("codebook/social.yaml", "choices: helps\n", "choices: hopes\n", "there is no list “hopes”"),
        ("codebook/social.yaml", "{code: some, th:", "{kode: some, th:", "the key “code” is missing"),
        ("codebook/social.yaml", "{code: some, th:", "{code: much, th:", "the code “much” stands twice"),
        ("codebook/social.yaml", "activity_level__{code} <> 'none'", "activity_level__{code} <> 'nothing'", "social.yaml, activity_frequency__religion, relevant, character 29: “nothing” is not an answer"),
        ("codebook/remarks.yaml", "    choices: list_sources\n", "", "“choices” belong to the kinds choice and multi"),
        ("codebook/remarks.yaml", "section: remarks", "section: [", "is not proper YAML at line"),
        ("codebook/natural.yaml", "    unit: km\n        source: ส่วนที่ 4 ข้อ 1\n", "    unit: miles\n        source: ส่วนที่ 4 ข้อ 1\n", "codebook.yaml has no unit “miles”"),
        ("codebook.yaml", "remarks, ", "remarks, nowhere, ", "no file codebook/nowhere.yaml"),
    ],
)  # fmt: skip
def test_a_fault_in_the_yaml_is_refused_by_file_and_key(tmp_path, file, old, new, says):
    root = rulebooks.copy(tmp_path)
    rulebooks.change(root, file, old, new)
    with pytest.raises(Invalid) as caught:
        read_codebook(root)
    assert says in str(caught.value)


def test_the_data_dictionary_has_a_row_for_every_variable_and_every_choice():
    rows = as_rows(BOOK)
    assert {row["variable"] for row in rows} == set(BOOK.variables) | set(BOOK.derived)
    health = [row for row in rows if row["variable"] == "health"]
    assert [row["code"] for row in health] == ["bedridden", "self_reliant", "chronic", "normal"]
    assert health[0]["label_th"] == "สุขภาพ" and health[0]["sensitivity"] == "sensitive"


ASKING = ("หรือไม่", "เท่าใด", "กี่", "ใด")
"""Words without which a sentence of Thai asks nothing."""


@pytest.mark.parametrize(
    "variable", [one for one in BOOK.variables.values() if one.on_request], ids=lambda one: one.name
)
def test_what_is_asked_on_request_is_worded_as_a_question(variable):
    assert any(word in variable.question_th for word in ASKING), variable.question_th
    assert re.search(r"\?( \(|$)", variable.question_en), variable.question_en
    assert variable.question_th != variable.label_th


def test_what_is_asked_about_is_compiled_and_marked_proposed():
    found = list(of_level(BOOK, "person"))
    assert {name for name, _ in found} >= {"studying_level", "education_max", "work_status"}
    assert {doubt.status for _, (doubt, _) in found} == {"proposed"}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [("agee >= 85", "agee"), ("age", "work_status, doubts"), ("age >= 'x'", "work_status, doubts")],
)
def test_a_doubt_that_does_not_fit_is_refused_with_its_place(tmp_path, wrong, says):
    root = rulebooks.copy(tmp_path)
    rulebooks.change(root, "codebook/members.yaml", "age >= 85 and work_status = 'working'", wrong)
    with pytest.raises(Invalid, match=says):
        read_codebook(root)


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ({"age": 71, "studying_level": "bachelor"}, ["studying_level"]),
        ({"age": 59, "studying_level": "bachelor"}, []),
        ({"age": 71, "studying_level": "non_formal"}, []),
        ({"studying_level": "primary"}, []),
        ({"age": 9, "education_max": "upper_secondary"}, ["education_max"]),
        ({"age": 12, "work_status": "working"}, ["work_status"]),
        ({"income_month": 100_000}, ["income_month"]),
    ],
)
def test_what_is_unknown_raises_no_doubt(answers, asked):
    assert [name for name, _ in raised(BOOK, "person", answers)] == asked
