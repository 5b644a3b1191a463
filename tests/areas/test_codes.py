from __future__ import annotations

import pytest

from wattana.areas.codes import parse_code, village_code
from wattana.kernel.problems import Invalid


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("330103", "330103"),
        ("TH330103", "330103"),
        ("th33", "33"),
        ("๓๓๐๑", "3301"),
        (" 33010301 ", "33010301"),
        ("330103.0", "330103"),
    ],
)
def test_codes_of_all_levels_are_read(text, code):
    assert parse_code(text) == code


@pytest.mark.parametrize("text", ["", "33010", "3301030101", "อยู่ยาก", "TH", "330103 x"])
def test_what_is_no_area_code_is_refused(text):
    with pytest.raises(Invalid, match="not an area code"):
        parse_code(text)


@pytest.mark.parametrize("moo", ["3", "03", "หมู่ 3", "หมู่ที่ ๓", "ม.3", "Moo 3", "3.0", "หมู่ที่ ๓ บ้านแดง"])
def test_a_village_is_told_by_its_number(moo):
    assert village_code("330103", moo) == "33010303"


@pytest.mark.parametrize("moo", ["", "0", "100", "บ้านแดง"])
def test_what_is_no_village_number_is_refused(moo):
    with pytest.raises(Invalid, match="village number"):
        village_code("330103", moo)
