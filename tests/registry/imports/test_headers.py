"""Which line names the columns, and where two lines do so together."""

from __future__ import annotations

import pytest

from wattana.kernel.problems import Invalid
from wattana.registry.imports.headers import Header, find

TITLE = ["บัญชีครัวเรือน ปี 2568", "", "", "", "", ""]
GROUPS = ["ที่", "หัวหน้าครัวเรือน", "", "", "เลขบัตร", "ที่อยู่", ""]
COLUMNS = ["", "คำนำหน้า", "ชื่อ", "สกุล", "", "บ้านเลขที่", "หมู่ที่"]
BOTH = ["ที่", "คำนำหน้า", "ชื่อ", "สกุล", "เลขบัตร", "บ้านเลขที่", "หมู่ที่"]
DATA = ["1", "นาย", "ก", "ข", "", "25/2", "3"]


def header(*rows: list[str], wanted: int | None = None) -> Header:
    return find(list(enumerate(rows, 1)), wanted)


def test_groups_and_the_columns_below_them_are_one_header():
    assert header(TITLE, GROUPS, COLUMNS, DATA) == Header(BOTH, 2, 3)


def test_so_they_are_when_the_line_of_groups_is_nearly_empty():
    wide = ["ที่", "หัวหน้าครัวเรือน", *[""] * 6]
    columns = ["", "คำนำหน้า", "ชื่อ", "สกุล", "เพศ", "อายุ", "ศาสนา", "อาชีพ"]
    found = header(TITLE, wide, columns, ["1", "นาย", "ก", "ข", "ชาย", "50", "พุทธ", "ทำนา"])
    assert found == Header(["ที่", *columns[1:]], 2, 3)


def test_columns_of_one_name_are_told_apart_by_their_groups():
    found = header(["ที่", "บิดา", "", "มารดา", ""], ["", "ชื่อ", "สกุล", "ชื่อ", "อายุ"])
    assert found.names == ["ที่", "บิดา ชื่อ", "สกุล", "มารดา ชื่อ", "อายุ"]


@pytest.mark.parametrize(
    "data",
    [
        ["1", "นาย", "ก", "ข", "", "25/2", "3"],
        ["", "นาย", "ก", "ข", "", "", ""],
        ["ก", "ข", "ค", "ง", "จ", "ฉ", "ช"],
        ["", "", "ก", "", "", "", ""],
    ],
)
def test_a_row_of_values_below_the_header_is_no_header(data: list[str]):
    assert header(GROUPS, data).last == 1


def test_a_title_above_the_header_names_no_columns():
    assert header(TITLE, BOTH, DATA) == Header(BOTH, 2, 2)


def test_values_that_repeat_below_are_values():
    header_ = ["ชื่อ", "", "หมายเหตุ"]
    assert header(header_, ["ก", "ข", ""], ["ค", "ข", ""]).last == 1


def test_the_line_that_was_asked_for_is_the_header():
    assert header(GROUPS, COLUMNS, DATA, wanted=1) == Header(BOTH, 1, 2)
    assert header(GROUPS, COLUMNS, DATA, wanted=2) == Header(COLUMNS, 2, 2)
    with pytest.raises(Invalid):
        header(GROUPS, COLUMNS, DATA, wanted=9)
