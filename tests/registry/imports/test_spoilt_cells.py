"""What spreadsheets and other systems do to cells: lost values are refused, others are mended."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import xlsxwriter
from django.utils import translation

from tests import factories
from tests.registry.imports.tables import bring, check, faults, table, told
from wattana.kernel.problems import Invalid
from wattana.kit.middleware import told as in_language
from wattana.registry.imports import checking
from wattana.registry.imports.files import open_source
from wattana.registry.models import Household, Person

pytestmark = pytest.mark.django_db

HEADER = ["บ้านเลขที่", "หมู่ที่", "ตำบล", "ชื่อ-สกุล", "เลขบัตรประชาชน", "โทรศัพท์"]
ID = "9330100001018"


@pytest.fixture(autouse=True)
def areas() -> None:
    factories.area("330103")
    factories.organization()


def row(**changes: str) -> list[str]:
    cells = {
        "no": "7",
        "moo": "1",
        "tambon": "คูซอด",
        "name": "ก ข",
        "id": "",
        "phone": "",
    } | changes
    return list(cells.values())


@pytest.mark.parametrize("error", ["#REF!", "#DIV/0!", "#NAME?", "########"])
@pytest.mark.parametrize("cell", ["no", "moo", "tambon", "name", "id", "phone"])
def test_a_cell_whose_value_is_lost_is_refused(error: str, cell: str):
    batch, _ = check(table(HEADER, row(**{cell: error})))
    (fault,) = faults(batch)
    place = ["no", "moo", "tambon", "name", "id", "phone"].index(cell)
    assert (fault.row, fault.column) == (2, HEADER[place])
    assert error in fault.reason


def test_an_own_key_that_is_an_error_is_no_key():
    batch, _ = check(table(["hhid", *HEADER], ["#DIV/0!", *row()], ['="0123"', *row(no="8")]))
    assert told(batch) == [(2, "hhid")]


def test_a_text_written_as_a_formula_is_that_text():
    bring(table(HEADER, row(no='="25/2"', tambon='="คูซอด"', id=f'="{ID}"')))
    assert Household.objects.get().house_no == "25/2"
    assert Person.objects.get().has_national_id


def test_errors_of_formulas_in_a_workbook_are_not_empty_cells(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("ปก").write(0, 0, "รายชื่อครัวเรือน")
    sheet = book.add_worksheet("ก & ข")
    sheet.write_row(2, 1, HEADER)
    sheet.write_row(3, 1, row())
    sheet.write_row(4, 1, row(name="ค ง"))
    sheet.write_formula(4, 1, "=1/0", None, "#DIV/0!")
    book.close()
    source = open_source(path)
    cells = [column.to_pylist() for batch in source.batches() for column in batch.columns]
    assert (cells[0], cells[2][-1]) == ([4, 5], "#DIV/0!")
    batch, _ = check(path.read_bytes(), name="a.xlsx")
    assert told(batch) == [(5, "บ้านเลขที่")]


def test_a_house_number_left_as_the_number_of_a_day_is_turned_back():
    batch, _ = bring(table(HEADER, row(no="45733"), row(no="1234", moo="2")))
    assert set(Household.objects.values_list("house_no", flat=True)) == {"17/3", "1234"}
    assert [note["rows"] for note in batch.notes] == [[2]]


def test_days_of_which_two_house_numbers_can_have_become_are_refused(tmp_path: Path):
    book = xlsxwriter.Workbook(str(path := tmp_path / "a.xlsx"), {"default_date_format": "d-mmm"})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER)
    for line, (month, day) in enumerate([(3, 4), (4, 3), (3, 25), (5, 5)], 1):
        sheet.write_row(line, 0, row())
        sheet.write_datetime(line, 0, dt.datetime(2026, month, day))
    book.close()
    batch, _ = check(path.read_bytes(), name="a.xlsx")
    assert told(batch) == [(2, "บ้านเลขที่"), (3, "บ้านเลขที่")]
    assert "may be 4/3 or 3/4" in faults(batch)[0].reason
    assert faults(batch)[0].reason.endswith("as text.")
    assert [fault.row for fault in faults(batch, "warnings")] == [4, 5]
    batch, _ = check(table(HEADER, row(no="45728")))  # 12 March 2025
    assert "may be 12/3 or 3/12" in faults(batch)[0].reason


def test_a_moo_behind_the_house_number_is_read_apart():
    batch, _ = bring(
        table(
            HEADER,
            row(no="7 ม.1", moo=""),
            row(no="๗/๑ หมู่ที่ ๒", moo=""),
            row(no="8หมู่ 3", moo="หมู่ที่ ๓ บ้านแดง"),
            row(no="9 มุม", moo="4"),
        )
    )
    found = Household.objects.order_by("house_no").values_list("house_no", "area_id")
    assert list(found) == [
        ("7", "33010301"), ("7/1", "33010302"), ("8", "33010303"), ("9 มุม", "33010304"),
    ]  # fmt: skip
    note = checking.Note(**batch.notes[0]).told()
    assert (note["rows"], note["reason"].endswith("house number 7 in moo 1.")) == ([2, 3, 4], True)


def test_a_moo_behind_the_house_number_counts_where_no_column_tells_it_and_must_not_contradict():
    bring(table(["บ้านเลขที่", "ตำบล"], ["7 ม.1", "คูซอด"]))
    assert Household.objects.get().area_id == "33010301"
    batch, _ = check(table(HEADER, row(no="7 ม.1", moo="2")))
    assert told(batch) == [(2, "บ้านเลขที่")]
    assert "names moo 1, but the row lies in moo 2" in faults(batch)[0].reason


@pytest.mark.parametrize("junk", ['=HYPERLINK("http://a.b";"7")', "<b>มี 7</b>", "http://a.b/7"])
@pytest.mark.parametrize("cell", ["no", "name"])
def test_what_formulas_and_web_pages_leave_behind_is_no_name_nor_house_number(cell: str, junk: str):
    batch, _ = check(table(HEADER, row(**{cell: junk})))
    assert told(batch) == [(2, HEADER[["no", "moo", "tambon", "name"].index(cell)])]


def test_a_telephone_number_gets_its_zero_back():
    batch, _ = bring(table(HEADER, row(phone="812345678"), row(moo="2", phone="45-612-345")))
    assert set(Person.objects.values_list("phone", flat=True)) == {"0812345678", "045612345"}
    assert batch.notes[0]["count"] == 2


def test_five_digits_do_not_become_a_telephone_number():
    batch, _ = check(table(HEADER, row(phone="12345678")))
    assert told(batch) == [(2, "โทรศัพท์")]


@pytest.mark.parametrize("written", [f"’{ID}", "9-3301\u201100001-01\u20118", f"\u200b{ID}"])
def test_marks_that_the_eye_does_not_see_do_no_harm_to_an_id(written: str):
    bring(table(HEADER, row(id=written)))
    assert Person.objects.get().has_national_id


def test_a_person_may_be_said_to_have_no_id():
    bring(table(HEADER, row(id="ไม่มี")))
    assert not Person.objects.get().has_national_id


def test_a_title_is_not_a_name():
    batch, _ = check(table(HEADER, row(name="นาง")))
    assert told(batch) == [(2, "ชื่อ-สกุล")]


def test_a_row_of_totals_is_no_household():
    batch, _ = check(table(["ที่", *HEADER], ["1", *row()], ["รวม", "", "2", "", "", "", ""]))
    assert [line for line, _ in told(batch)] == [3]


def test_a_household_that_nothing_finds_again_is_noted():
    batch, _ = check(table(HEADER, row(moo=""), row(moo="", id=ID), row()))
    noted = faults(batch, "warnings")
    assert [fault.row for fault in noted] == [2]
    assert "entered a second time" in noted[0].reason


def test_what_differs_between_the_rows_of_a_note_is_said_of_one_of_them():
    batch, _ = check(table(HEADER, row(no="12-มี.ค."), row(no="25-ก.พ."), row(no="1", moo="9")))
    told_ = [checking.Note(**note).told()["reason"] for note in batch.notes]
    assert told_[0].startswith("For example line 2: A spreadsheet turned")
    assert told_[0].endswith("12/3.")


def test_a_constant_area_that_cannot_be_used_is_a_fault_of_the_mapping():
    mapping = {"columns": {"ชื่อ-สกุล": "head_full_name"}, "constants": {"area_code": "99999999"}}
    with pytest.raises(Invalid) as refused, translation.override("th"):
        check(table(HEADER, row()), mapping=mapping)
    with translation.override("th"):
        assert "There is" not in in_language(refused.value)
