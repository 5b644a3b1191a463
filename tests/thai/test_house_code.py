from __future__ import annotations

import pytest

from wattana.kernel.problems import Invalid
from wattana.thai import house_code


@pytest.mark.parametrize(
    "text", ["33010123456", "3301-012345-6", "๓๓๐๑๐๑๒๓๔๕๖", "33010123456.0", " 33010123456 "]
)
def test_eleven_digits_come_out(text):
    assert house_code.parse(text) == "33010123456"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3301012345", "leading zero"),
        ("330101234567", "has 12"),
        ("3.3010E+10", "spreadsheet"),
        ("3301012345X", "digits only"),
        ("", "digits only"),
    ],
)
def test_each_fault_has_its_own_message(text, words):
    with pytest.raises(Invalid, match=words):
        house_code.parse(text)
