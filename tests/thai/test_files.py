from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattana.kernel.problems import Invalid
from wattana.thai.files import decode

TEXT = "ชื่อ,สกุล\nสมหญิง,ตัวอย่าง\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "tis-620"])
def test_each_encoding_is_recognised(encoding):
    assert decode(TEXT.encode(encoding)) == (TEXT, encoding)


def test_utf16_of_both_byte_orders_is_read():
    assert decode(b"\xff\xfe" + TEXT.encode("utf-16-le"))[0] == TEXT
    assert decode(b"\xfe\xff" + TEXT.encode("utf-16-be"))[0] == TEXT


def test_quotes_of_thai_windows_tell_cp874():
    text = "“" + TEXT
    assert decode(text.encode("cp874")) == (text, "cp874")


def test_empty_bytes_are_empty_text():
    assert decode(b"") == ("", "utf-8")


def test_binary_data_is_named_as_such():
    with pytest.raises(Invalid, match="not a text file"):
        decode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")


def test_a_broken_utf8_file_tells_the_place():
    broken = TEXT.encode() + b"\x81\xff\xdb" + TEXT.encode()
    with pytest.raises(Invalid, match=f"byte {len(TEXT.encode())}"):
        decode(broken)


def test_a_cut_utf16_file_is_refused():
    with pytest.raises(Invalid):
        decode(TEXT.encode("utf-16") + b"x")


@given(st.text().filter(lambda text: "\0" not in text and not text.startswith("\ufeff")))
def test_utf8_comes_back_unchanged(text):
    assert decode(text.encode())[0] == text
