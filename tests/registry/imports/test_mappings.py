"""Which column means what: proposed, read from a file, refused with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from wattana.kernel.problems import Invalid
from wattana.registry.imports.households import HOUSEHOLDS
from wattana.registry.imports.mapping import as_yaml, check, from_file, from_json, propose
from wattana.registry.imports.persons import PERSONS
from wattana.surveys.imports import FIVE_CAPITALS


def proposed(kind: object, *header: str) -> dict[str, str]:
    return propose(header, kind.fields.values())


def test_a_tpmap_like_header_is_recognised():
    assert proposed(HOUSEHOLDS, "ลำดับ", "จังหวัด", "อำเภอ", "ตำบล", "หมู่ที่", "บ้านเลขที่", "HC",
                    "ชื่อ-สกุล", "เลขบัตรประชาชน") == {
        "จังหวัด": "province_name", "อำเภอ": "district_name", "ตำบล": "tambon_name",
        "หมู่ที่": "moo", "บ้านเลขที่": "house_no", "HC": "household_code",
        "ชื่อ-สกุล": "head_full_name", "เลขบัตรประชาชน": "head_national_id",
    }  # fmt: skip


def test_persons_and_survey_headers_are_recognised():
    assert proposed(PERSONS, "รหัสบ้าน", "ชื่อ", "นามสกุล", "เพศ", "วันเกิด", "อายุ (ปี)", "CID") == {
        "รหัสบ้าน": "house_code", "ชื่อ": "first_name", "นามสกุล": "last_name", "เพศ": "sex",
        "วันเกิด": "birth_date", "อายุ (ปี)": "age", "CID": "national_id",
    }  # fmt: skip
    survey = proposed(FIVE_CAPITALS, "HC", "ครั้งที่สำรวจ", "ปีที่สำรวจ", "A17", "C1.1", "C2")
    assert set(survey.values()) == {"household_code", "round", "survey_year", "income_month",
                                    "farm_income__crops", "remittances"}  # fmt: skip


def test_short_headings_of_birth_and_toilet_are_recognised_and_taken_from_no_other_field():
    assert proposed(PERSONS, "เกิด") == {"เกิด": "birth_date"}
    assert proposed(PERSONS, "เกิด", "วันเกิด") == {"วันเกิด": "birth_date"}
    assert proposed(FIVE_CAPITALS, "ส้วม", "เกิด") == {
        "ส้วม": "hygiene__toilet", "เกิด": "birth_date",
    }  # fmt: skip
    for kind in (HOUSEHOLDS, PERSONS, FIVE_CAPITALS):
        for word in ("เกิด", "ส้วม"):
            assert sum(word in one.spellings for one in kind.fields.values()) <= 1


def test_words_in_brackets_behind_a_name_do_not_matter():
    assert proposed(HOUSEHOLDS, "รหัสประจำบ้าน (11 หลัก)") == {"รหัสประจำบ้าน (11 หลัก)": "house_code"}


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("ชื่อหัวหน้า", "head_first_name"),
        ("ชื่อหัวหน้าครัวเรือน", "head_first_name"),
        ("ชื่อ ของหัวหน้าครอบครัว", "head_first_name"),
        ("head_first_name", "head_first_name"),
        ("Head name", "head_first_name"),
        ("สกุลหัวหน้า", "head_last_name"),
        ("นามสกุลหัวหน้าครัวเรือน", "head_last_name"),
        ("นามสกุล (หัวหน้าครัวเรือน)", "head_last_name"),
        ("สกุลเจ้าบ้าน", "head_last_name"),
        ("คำนำหน้าหัวหน้า", "head_title"),
        ("คำนำหน้าชื่อ หัวหน้าครัวเรือน", "head_title"),
        ("ชื่อ-สกุล หัวหน้าครัวเรือน", "head_full_name"),
        ("ชื่อ-นามสกุลหัวหน้า", "head_full_name"),
        ("หัวหน้าครัวเรือน (ชื่อ-สกุล)", "head_full_name"),
        ("หัวหน้าครัวเรือน", "head_full_name"),
        ("Full name of the head", "head_full_name"),
        ("เลขบัตรประชาชนหัวหน้า", "head_national_id"),
        ("เลขบัตรหัวหน้าครัวเรือน", "head_national_id"),
        ("เพศหัวหน้าครัวเรือน", "sex"),
        ("วันเกิดหัวหน้าครัวเรือน", "birth_date"),
        ("เบอร์โทรหัวหน้า", "phone"),
    ],
)
def test_what_is_asked_of_a_person_is_recognised_of_the_head(header: str, name: str):
    others = {"บ้านเลขที่": "house_no", "หมู่ที่": "moo"}
    assert proposed(HOUSEHOLDS, header, *others) == {header: name, **others}


def test_names_of_the_head_in_two_columns_stay_two():
    assert proposed(HOUSEHOLDS, "คำนำหน้าหัวหน้า", "ชื่อหัวหน้า", "สกุลหัวหน้า") == {
        "คำนำหน้าหัวหน้า": "head_title", "ชื่อหัวหน้า": "head_first_name", "สกุลหัวหน้า": "head_last_name",
    }  # fmt: skip


def test_a_member_is_not_taken_for_the_head_of_the_same_row():
    assert proposed(PERSONS, "ชื่อ", "ชื่อหัวหน้าครัวเรือน") == {"ชื่อ": "first_name"}


def test_each_field_is_proposed_once():
    assert list(proposed(HOUSEHOLDS, "บ้านเลขที่", "เลขที่บ้าน").values()) == ["house_no"]


@pytest.mark.parametrize("name", ["map.yaml", "map.json"])
def test_a_mapping_file_keeps_its_texts(tmp_path: Path, name: str):
    path = tmp_path / name
    path.write_text(
        "columns: {uuid: household_key, ไฟ: electricity, class: null}\n"
        'constants: {area_code: 033010, round: 1}\nvalues: {ไฟ: {1: metered, "no": none}}\n'
        if name == "map.yaml"
        else '{"columns": {"uuid": "household_key", "ไฟ": "electricity", "class": null},'
        ' "constants": {"area_code": "033010", "round": 1},'
        ' "values": {"ไฟ": {"1": "metered", "no": "none"}}}'
    )
    mapping = from_file(path)
    assert mapping.columns == {"uuid": "household_key", "ไฟ": "electricity"}
    assert mapping.constants == {"area_code": "033010", "round": "1"}
    assert mapping.values == {"ไฟ": {"1": "metered", "no": "none"}}


def test_a_mapping_written_as_yaml_reads_the_same(tmp_path: Path):
    mapping = from_json({"columns": {"ก": "house_no"}, "constants": {"moo": "3"}, "sheet": "x"})
    (tmp_path / "a.yaml").write_text(as_yaml(mapping))
    assert from_file(tmp_path / "a.yaml") == mapping


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([], "has the keys"),
        ({"a": "b"}, "has the keys"),
        ({"columns": {}, "more": 1}, "no key “more”"),
        ({"columns": ["a"]}, "has to be a table"),
        ({"columns": {"a": "house_no", "b": "house_no"}}, "Two columns"),
        ({"columns": {"a": ["house_no"]}}, "not a text"),
        ({"columns": {"a": "moo"}, "header_line": "x"}, "number of a line"),
    ],
)
def test_a_mapping_of_another_shape_is_refused(content: object, message: str):
    with pytest.raises(Invalid, match=message):
        from_json(content)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"columns": {"ข": "house_no"}}, "no column “ข”"),
        ({"columns": {"ก": "house_number"}}, "Perhaps: .*house_no"),
        ({"columns": {"ก": "moo"}, "constants": {"moo": "3"}}, "both a column and a constant"),
        ({"values": {"ข": {"1": "2"}}}, "no column “ข”"),
    ],
)
def test_a_mapping_that_does_not_fit_the_file_is_refused(content: object, message: str):
    with pytest.raises(Invalid, match=message):
        check(from_json(content), ["ก"], HOUSEHOLDS.fields)


@pytest.mark.parametrize(
    "content",
    [
        "columns:\n  a: [\n",
        "columns:\n  a: " + "[" * 300_000,
        '{"columns":\n' + '{"a": ' * 100_000,
        "columns:\n" + "- " * 300_000,
    ],
    ids=["unclosed", "lists", "json", "dashes"],
)
def test_a_broken_mapping_file_or_one_nested_too_deep_is_told_with_its_line(
    tmp_path: Path, content: str
):
    (tmp_path / "a.yaml").write_text(content)
    with pytest.raises(Invalid, match=r"a\.yaml is not proper YAML at line [23]"):
        from_file(tmp_path / "a.yaml")


def test_a_mapping_file_that_is_too_large_is_no_text_or_says_a_thing_twice_is_refused(
    tmp_path: Path,
):
    file = tmp_path / "a.yaml"
    for content, message in (
        (b"columns:\n" + b"# more\n" * 200_000, "is larger than"),
        (b"\x89PNG\x00\x81\xff", "a.yaml is no"),
        (b"columns:\n  a: moo\n  a: house_no\n", "line 2: the key “a” stands twice"),
        (b"!!python/object:os.system {}", "not proper YAML at line 1"),
    ):
        file.write_bytes(content)
        with pytest.raises(Invalid, match=message):
            from_file(file)
