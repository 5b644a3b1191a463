from __future__ import annotations

import re
import subprocess
import sys

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pythainlp.soundex.udom83 import udom83

from wattana.thai.names import sound_key, split, strip_title
from wattana.thai.text import clean


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
    ("one", "other"), [("สมชาย", "สมหญิง"), ("มาลี", "มานี"), ("บุญมี", "บุญมา ใจดี"), ("ทองดี", "ทองใบ")]
)
def test_different_names_have_different_keys(one, other):
    assert sound_key(one) != sound_key(other)


@given(st.text(st.characters(min_codepoint=0x0E01, max_codepoint=0x0E5B) | st.sampled_from(" aB")))
def test_a_key_fits_its_column(text):
    assert len(sound_key(text)) <= 24


THAI = st.characters(min_codepoint=0x0E00, max_codepoint=0x0E7F)
SYLLABLES = st.sampled_from(
    ["รร", "ธรรม", "ไชย", "ใจ", "น้ำ", "พันธุ์", "จันทร์", "เเ", "ภัทร", "ฐา", "มม", "ๆ"]
)


@given(st.lists(THAI | SYLLABLES | st.sampled_from("aB1-"), min_size=1).map("".join))
def test_the_key_of_a_word_is_that_of_udom83_with_letters_merged_and_codes_once(word):
    assume(re.search("[ก-ฮ]", word) and clean(word) == word and strip_title(word) == word)
    merged = re.sub("([ก-ยลวศ-ฮ])(?=\\1)", "", word)
    code = udom83(merged[0] + merged[1:].translate(str.maketrans("ฐฑฒถทธผ", "ตตตตตตพ")))
    assert sound_key(word) == (code[:1] + re.sub(r"(\d)\1+", r"\1", code[1:]).rstrip("0"))[:24]


def test_importing_names_loads_neither_models_nor_numpy():
    code = (
        "import sys, wattana.thai.names;"
        "sys.exit(bool({'numpy', 'torch', 'django', 'requests'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
