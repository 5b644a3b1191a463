from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattana.demo import names as invented
from wattana.thai.names import sex_of, sound_key, split, strip_title


@pytest.mark.parametrize(
    ("full", "parts"),
    [
        ("นายสมชาย ใจดี", ("นาย", "สมชาย", "ใจดี")),
        ("นาย สมชาย  ใจดี", ("นาย", "สมชาย", "ใจดี")),
        ("น.ส.สมหญิง ใจดี", ("นางสาว", "สมหญิง", "ใจดี")),
        ("นส. สมหญิง ใจดี", ("นางสาว", "สมหญิง", "ใจดี")),
        ("ด.ช. ก้อง ณ อยุธยา", ("เด็กชาย", "ก้อง", "ณ อยุธยา")),
        ("นางสาวิตรี มีสุข", ("นาง", "สาวิตรี", "มีสุข")),
        ("นางสาวสาวิตรี มีสุข", ("นางสาว", "สาวิตรี", "มีสุข")),
        ("ว่าที่ ร.ต.สมชาย ใจดี", ("ว่าที่ร้อยตรี", "สมชาย", "ใจดี")),
        ("Mr. John Smith", ("Mr", "John", "Smith")),
        ("คุณ สมชาย", ("คุณ", "สมชาย", "")),
        ("สมชาย", ("", "สมชาย", "")),
        ("", ("", "", "")),
    ],
)
def test_a_full_name_is_parted(full, parts):
    assert split(full) == parts


@pytest.mark.parametrize(
    ("title", "sex"),
    [("นาย", "male"), ("ด.ช.", "male"), ("ด.ช", "male"), ("เด็กชาย", "male"), ("Mr.", "male"),
     ("นาง", "female"), ("นางสาว", "female"), ("น.ส.", "female"), ("ด.ญ.", "female"),
     ("mrs", "female"), ("Miss", "female"), ("MS.", "female"), (" นส. ", "female"),
     ("ร.ต.", ""), ("ดร.", ""), ("คุณ", ""), ("", ""), ("ผู้ใหญ่", "")],
)  # fmt: skip
def test_a_title_says_the_sex_where_it_does(title, sex):
    assert sex_of(title) == sex


@pytest.mark.parametrize("name", ["คุณากร", "นายิกา", "พระทอง", "ดรุณี", "Missy"])
def test_names_that_begin_like_a_title_stay_whole(name):
    assert strip_title(name) == name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ศิริพร", "สิริพร"),
        ("วรรณา", "วันนา"),
        ("พันธุ์", "พันธ์"),
        ("พรรณี", "พันณี"),
        ("น้ำคำ", "นํ้าคำ"),
        ("น้ำคำ", "นำคำ"),
        ("ห้วยติ๊กชู", "ห้วยตึ๊กชู"),
        ("ไชยา", "ชัยยา"),
        ("ใจดี", "ไจดี"),
        ("ภัทรา", "พัทรา"),
        ("ณัฐ", "นัด"),
        ("นายสมชาย ใจดี", "สมชาย ใจดี"),
        ("แก้ว", "เเก่ว"),
        ("JOSÉ", "jose"),
    ],
)
def test_spellings_of_one_sound_share_a_key(one, other):
    assert sound_key(one) == sound_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("สมชาย", "สมหญิง"),
        ("มาลี", "มานี"),
        ("บุญมี", "บุญมา ใจดี"),
        ("ทองดี", "ทองใบ"),
        ("บุญ", "บุญมี"),
        ("สม", "สา"),
    ],
)
def test_different_names_have_different_keys(one, other):
    assert sound_key(one) != sound_key(other)


@given(st.text(st.characters(min_codepoint=0x0E01, max_codepoint=0x0E5B) | st.sampled_from(" aB")))
def test_a_key_fits_its_column(text):
    assert len(sound_key(text)) <= 24


PARTS = [*invented.WOMEN, *invented.MEN, *invented._FIRST, *invented._LAST]


@given(st.sampled_from(PARTS), st.lists(st.sampled_from(PARTS), max_size=3))
def test_the_key_of_a_beginning_begins_the_key_of_the_name(first, others):
    name = first + "".join(others)
    assert sound_key(name).startswith(sound_key(first))


@pytest.mark.parametrize(
    ("heard", "written"),
    [("สี", "ศรี"), ("สมสี", "สมศรี"), ("ส้อย", "สร้อย"), ("เสิม", "เสริม"), ("จิง", "จริง"),
     ("ซับ", "ทรัพย์"), ("ซายทอง", "ทรายทอง"), ("บุนซับ", "บุญทรัพย์"), ("ทำ", "ธรรม"),
     ("เสดถา", "เศรษฐา"), ("ประสิด", "ประสิทธิ์"), ("สวัน", "สวรรค์")],
)  # fmt: skip
def test_letters_that_are_written_and_not_heard_make_no_difference(heard, written):
    assert sound_key(heard) == sound_key(written) != ""


@pytest.mark.parametrize(
    ("slip", "name"),
    [("ณัฐพน", "ณัฐพล"), ("พีรพน", "พีรพล"), ("พีระพล", "พีรพล"), ("ประยูน", "ประยูร"),
     ("จิราพน", "จิราพร"), ("สิริพน", "ศิริพร"), ("กำพน", "กำพล"),
     ("จักพันธ์", "จักรพันธ์"), ("เกียงไกร", "เกรียงไกร"), ("เกลียงไกล", "เกรียงไกร"),
     ("ประเสิด", "ประเสริฐ"), ("ปะเสิด", "ประเสริฐ"), ("ฉัดชัย", "ฉัตรชัย"), ("จิด", "จิตร"),
     ("ชลดา", "ชลลดา")],
)  # fmt: skip
def test_the_end_of_a_syllable_and_clusters_are_written_as_heard(slip, name):
    assert sound_key(slip) == sound_key(name) != ""


@pytest.mark.parametrize(
    ("slip", "name"),
    [("กิต", "กิจ"), ("ราด", "ราช"), ("อำนาด", "อำนาจ"), ("เดด", "เดช"), ("พานิด", "พาณิชย์"),
     ("เอกราด", "เอกราช"), ("ธนกิด", "ธนกิจ"), ("กิดวัฒนา", "กิจวัฒนา"), ("อาดหาน", "อาจหาญ"),
     ("แสงเดด", "แสงเดช"), ("เพ็ด", "เพชร"), ("วิโรด", "วิโรจน์"), ("สุพด", "สุพจน์"), ("กฤด", "กฤช")],
)  # fmt: skip
def test_a_final_ch_is_written_with_any_letter_of_its_sound(slip, name):
    assert sound_key(slip) == sound_key(name) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("สุชาดา", "สุดา"), ("วิชัย", "วิทัย"), ("พิชญา", "พิทยา"), ("รัชดา", "รดา"), ("สุจริต", "สุทริต"),
     ("ประจวบ", "ประดวบ"), ("พัชรี", "พัดรี"), ("มานะชัย", "มานะดัย")],
)  # fmt: skip
def test_a_ch_that_begins_a_syllable_stays(one, other):
    assert sound_key(one) != sound_key(other)


@pytest.mark.parametrize("name", ["เสรี", "สราวุธ", "ศรัณย์", "จรัญ", "จันทรา", "มนตรี"])
def test_letters_that_are_heard_stay(name):
    assert "R" in sound_key(name)


@pytest.mark.parametrize("name", ["วงศ์สวัสดิ์ ณ อยุธยา", "ฉัตรชัย", "Müller", "หญิง ฤทธิ์"])
def test_each_sound_of_a_key_takes_one_byte(name):
    assert sound_key(name).isascii()


def test_importing_names_loads_neither_models_nor_numpy():
    code = (
        "import sys, wattana.thai.names;"
        "sys.exit(bool({'numpy', 'torch', 'django', 'requests'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
