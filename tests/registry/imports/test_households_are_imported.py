"""Household lists: what comes in, what is refused and why, and the traps of real files."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from tests import factories
from tests.registry.imports.tables import bring, check, faults, table
from wattana.areas.actions import ensure_villages
from wattana.areas.models import Area, RetiredCode
from wattana.kernel.problems import Conflict, Invalid
from wattana.registry.models import FieldChange, Household, Identifier, ListEntry, Person

pytestmark = pytest.mark.django_db

HEADER = [
    "รหัสประจำบ้าน",
    "บ้านเลขที่",
    "หมู่ที่",
    "ตำบล",
    "อำเภอ",
    "จังหวัด",
    "ชื่อ",
    "นามสกุล",
    "เลขบัตรประชาชน",
]
ROW = [
    "33010000011",
    "25/2",
    "3",
    "คูซอด",
    "เมืองศรีสะเกษ",
    "ศรีสะเกษ",
    "นางสมหญิง",
    "ใจดี",
    "9330100001018",
]


@pytest.fixture(autouse=True)
def areas() -> None:
    for code in ("330103", "330105", "330201"):
        factories.area(code)
    factories.organization()


def row(changes: dict[str, str]) -> list[str]:
    """A good row, with changes by column of `HEADER`."""
    return [changes.get(name, cell) for name, cell in zip(HEADER, ROW, strict=True)]


def reason(*rows: list[str], header: list[str] = HEADER, **more: Any) -> str:
    """Why the last of some rows is rejected, with the column."""
    batch, report = check(table(header, *rows), **more)
    found = [fault for fault in faults(batch) if fault.row == len(rows) + 1]
    assert len(found) == 1, found
    assert report.totals.accepted == len(rows) - 1
    return f"{found[0].column}: {found[0].reason}"


def test_a_list_with_thai_headers_enters_households_and_their_heads():
    batch, report = bring(
        table(
            HEADER, ROW,
            ["33010000022", "26", "๔", "ต.คูซอด", "อ.เมือง", "จ.ศรีสะเกษ", "นายสมชาย", "ใจดี",
             "9-3301-00001-02-6"],
        )
    )  # fmt: skip
    assert (report.totals.rows, report.totals.accepted, report.counts.created) == (2, 2, 2)
    home = Household.objects.get(house_code="33010000011")
    assert (home.area_id, home.house_no, home.batch_id) == ("33010303", "25/2", batch.pk)
    assert Household.objects.get(house_code="33010000022").area_id == "33010304"
    head = Person.objects.get(household=home)
    assert (head.title, head.first_name, head.last_name) == ("นาง", "สมหญิง", "ใจดี")
    assert (head.relation, head.has_national_id) == ("head", True)
    assert ListEntry.objects.get(household=home).source_year == 2025


def test_nothing_is_written_before_the_commit_nor_with_rejected_rows():
    _batch, report = check(table(HEADER, ROW, row({"หมู่ที่": "300"})))
    assert (report.totals.accepted, report.totals.rejected) == (1, 1)
    with pytest.raises(Conflict, match="Rejected rows: 1"):
        bring(table(HEADER, ROW, row({"หมู่ที่": "300"})))
    assert Household.objects.count() == Person.objects.count() == ListEntry.objects.count() == 0


def test_good_rows_come_in_alone_when_that_is_asked_for():
    _, report = bring(table(HEADER, ROW, row({"หมู่ที่": "300"})), accept_valid=True)
    assert (report.totals.accepted, report.totals.rejected, report.counts.created) == (1, 1, 1)
    assert Household.objects.count() == 1


def test_a_house_number_that_a_spreadsheet_made_a_date_is_repaired():
    numbers = ["25-ก.พ.", "25/2/2568", "2025-02-25", "1/2"]
    rows = [
        row(
            {
                "รหัสประจำบ้าน": f"3301000{number:04}",
                "เลขบัตรประชาชน": "",
                "บ้านเลขที่": text,
                "หมู่ที่": str(number + 1),
            }
        )
        for number, text in enumerate(numbers)
    ]
    bring(table(HEADER, *rows))
    found = Household.objects.order_by("house_code").values_list("house_no", flat=True)
    assert list(found) == ["25/2", "25/2", "25/2", "1/2"]


def test_an_id_in_scientific_notation_is_refused_by_name():
    assert reason(row({"เลขบัตรประชาชน": "9.3301E+12"})).startswith(
        "เลขบัตรประชาชน: A spreadsheet shortened"
    )


def test_a_wrong_check_digit_is_refused():
    assert "check digit" in reason(row({"เลขบัตรประชาชน": "9330100001011"}))


def test_a_house_code_that_lost_its_zero_is_refused():
    assert "leading zero" in reason(row({"รหัสประจำบ้าน": "3301000001"}))


@pytest.mark.parametrize("column", ["ตำบล", "อำเภอ", "จังหวัด"])
def test_shifted_columns_are_recognised_by_a_level_where_a_name_belongs(column: str):
    text = reason(row({column: "อยู่ยาก"}))
    assert text.startswith(f"{column}: ") and "shifted" in text


def test_a_row_with_too_many_or_too_few_cells_is_refused():
    batch, report = check(table(HEADER, [*ROW, "more"], ROW[:-1]))
    assert [(fault.row, fault.column) for fault in faults(batch)] == [(2, ""), (3, "")]
    assert "10 cells, but the header has 9" in faults(batch)[0].reason
    assert report.totals.accepted == 0


def test_a_code_that_contradicts_the_name_beside_it_is_refused():
    header = ["รหัสตำบล", "ตำบล", "บ้านเลขที่", "หมู่ที่"]
    text = reason(["330103", "จาน", "1", "1"], header=header)
    assert text.startswith("ตำบล: ") and "330103 is Khu Sot" in text


def test_an_unknown_tambon_and_one_of_another_district_are_refused():
    text = reason(row({"ตำบล": "ไม่มีจริง"}))
    assert text.startswith("ตำบล: There is no area of this name in Mueang Si Sa Ket.")
    assert reason(row({"ตำบล": "ยางชุมน้อย"})).startswith("ตำบล: There is no area of this name")


def test_a_row_of_another_organisations_area_is_refused():
    text = reason(row({"ตำบล": "จาน"}))
    assert text.startswith("ตำบล: Chan (33010503) is not an area of this organisation")


def test_a_retired_code_stands_for_its_successor_and_is_noted():
    RetiredCode.objects.create(code="330199", name_th="คูซอดเก่า", successors=["330103"])
    header = ["รหัสหมู่บ้าน", "บ้านเลขที่"]
    batch, _ = check(table(header, ["33019902", "7"]))
    assert "its successor 330103 was taken" in faults(batch, "warnings")[0].reason
    bring(table(header, ["33019902", "7"]))
    assert Household.objects.get().area_id == "33010302"


def test_a_code_split_among_successors_is_refused_with_the_candidates():
    RetiredCode.objects.create(code="330198", name_th="เก่า", successors=["330103", "330105"])
    text = reason(["330198", "7"], header=["รหัสตำบล", "บ้านเลขที่"])
    assert "Khu Sot (330103)" in text


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "Khu Sot has no moo 44"), ("th", "คูซอด"), ("en", "Allowed are: female (")],
)
def test_a_report_calls_places_and_answers_by_their_names_in_the_language_of_its_reader(
    language: str, told: str
):
    listed_villages(1, 2, 3, 14)
    header = [*HEADER, "เพศ"]
    with translation.override("th"):
        batch, _ = check(table(header, [*row({"หมู่ที่": "44"}), "?"]))
    with translation.override(language):
        assert any(told in fault.reason for fault in faults(batch))


def test_a_district_code_is_not_enough():
    assert "province or district" in reason(["3301", "7"], header=["รหัสพื้นที่", "บ้านเลขที่"])


def test_a_village_number_that_is_none_is_refused():
    assert reason(row({"หมู่ที่": "สาม"})).startswith("หมู่ที่: ")


def listed_villages(*numbers: int) -> None:
    ensure_villages([f"330103{moo:02}" for moo in numbers], listed=True)


@pytest.mark.parametrize("code", [False, True])
def test_a_village_that_the_list_does_not_have_is_refused_with_those_that_it_has(code: bool):
    listed_villages(1, 2, 3, 14)
    bad = [row({"หมู่ที่": "44"}), HEADER]
    if code:
        bad = [["33010344", "7"], ["รหัสหมู่บ้าน", "บ้านเลขที่"]]
    text = reason(bad[0], header=bad[1])
    assert text.startswith("รหัสหมู่บ้าน: " if code else "หมู่ที่: ")
    assert "Khu Sot has no moo 44 in the list of villages, only 1–3, 14." in text


def test_who_checks_on_a_page_is_told_of_the_pages_own_control():
    listed_villages(1, 2, 3, 14)
    batch, _ = check(table(HEADER, row({"หมู่ที่": "44"})))
    text = faults(batch)[0].reason
    assert text.endswith(
        "go back to the columns of the file and tick “The file names villages that are new”."
    )
    assert "--" not in text
    with translation.override("th"):
        assert (
            "กด “แก้ไขการจับคู่คอลัมน์” แล้วทำเครื่องหมายที่ “ไฟล์นี้มีหมู่บ้านที่ตั้งขึ้นใหม่”" in faults(batch)[0].reason
        )


def test_new_villages_come_in_when_told_so_and_are_noted_row_by_row():
    listed_villages(1, 2, 3)
    rows = [row({}), row({"หมู่ที่": "4", "รหัสประจำบ้าน": "33010000022", "เลขบัตรประชาชน": ""})]
    batch, report = check(table(HEADER, *rows), mapping={"new_villages": True})
    assert report.totals.rejected == 0
    assert [(one.row, one.column) for one in faults(batch, "warnings")] == [(3, "หมู่ที่")]
    bring(table(HEADER, *rows), mapping={"new_villages": True})
    assert Area.objects.filter(code="33010304", listed=False).exists()
    _, again = check(table(HEADER, rows[1]))
    assert again.totals.rejected == 0


def test_where_no_villages_are_listed_any_number_enters_and_a_further_one_is_noted():
    bring(table(HEADER, row({})))
    other = row({"หมู่ที่": "44", "รหัสประจำบ้าน": "33010000022", "เลขบัตรประชาชน": ""})
    batch, report = check(table(HEADER, other))
    assert report.totals.rejected == 0
    assert "Moo 44 of Khu Sot is new; known until now: 3." in faults(batch, "warnings")[0].reason


def test_without_an_area_column_the_organisations_only_tambon_is_taken():
    bring(table(["บ้านเลขที่", "หมู่ที่"], ["7", "2"]))
    assert Household.objects.get().area_id == "33010302"


@pytest.mark.parametrize("column", ["รหัสประจำบ้าน", "เลขบัตรประชาชน"])
def test_what_stands_in_the_file_twice_is_refused_the_second_time(column: str):
    other = {"รหัสประจำบ้าน": "33010000022", "เลขบัตรประชาชน": "9330100001026", "บ้านเลขที่": "9"}
    del other[column]
    text = reason(ROW, row(other))
    assert text.startswith(f"{column}: ") and "line 2" in text


def test_the_same_house_number_in_another_village_is_another_household():
    header = ["บ้านเลขที่", "หมู่ที่"]
    bring(table(header, ["7", "1"], ["7", "2"]))
    assert Household.objects.count() == 2
    assert "stands in line 2" in reason(["8", "1"], ["8", "1"], header=header)


def test_a_second_import_changes_nothing():
    content = table(
        HEADER,
        ROW,
        row({"รหัสประจำบ้าน": "", "บ้านเลขที่": "-", "หมู่ที่": "-", "เลขบัตรประชาชน": "", "ชื่อ": "ยายมี"}),
    )
    bring(content)
    before = list(Household.objects.order_by("pk").values())
    people = list(Person.objects.order_by("pk").values("pk", "first_name", "source_digest"))
    _, report = bring(content)
    assert (report.counts.created, report.counts.updated, report.counts.unchanged) == (0, 0, 2)
    assert list(Household.objects.order_by("pk").values()) == before
    assert list(Person.objects.order_by("pk").values("pk", "first_name", "source_digest")) == people
    assert not FieldChange.objects.exists()


def test_a_changed_row_updates_the_household_with_history():
    bring(table(HEADER, ROW))
    batch, report = bring(table(HEADER, row({"บ้านเลขที่": "25/3", "ชื่อ": "นางสมหญิงใหม่"})))
    assert (report.counts.created, report.counts.updated) == (0, 1)
    home = Household.objects.get()
    assert home.house_no == "25/3"
    change = FieldChange.objects.get(kind="household", field="house_no")
    assert (change.old, change.new, change.batch_id) == ("25/2", "25/3", batch.pk)
    assert Person.objects.get().first_name == "สมหญิงใหม่"
    assert ListEntry.objects.count() == 1


def test_a_correction_on_the_page_survives_the_same_file():
    bring(table(HEADER, ROW))
    Household.objects.update(house_no="99")
    bring(table(HEADER, ROW))
    assert Household.objects.get().house_no == "99"


def test_an_empty_cell_erases_nothing():
    bring(table([*HEADER, "ถนน"], [*ROW, "ศรีสุข"]))
    bring(table([*HEADER, "ถนน"], [*row({"บ้านเลขที่": ""}), ""]))
    assert (Household.objects.get().road, Household.objects.get().house_no) == ("ศรีสุข", "25/2")


def test_a_household_entered_on_screen_is_found_by_its_house_code():
    home = factories.household("33010303", house_code="33010000011", house_no="25/2")
    _, report = bring(table(HEADER, ROW))
    assert report.counts.created == 0
    assert Person.objects.get().household_id == home.pk


def test_a_household_is_found_by_village_and_number_when_no_code_says_otherwise():
    home = factories.household("33010303", house_no="25/2")
    bring(table(["บ้านเลขที่", "หมู่ที่", "HC"], ["25/2", "3", "HC1"]))
    assert Household.objects.get().pk == home.pk
    bring(table(["บ้านเลขที่", "หมู่ที่", "HC"], ["25/2", "3", "HC2"]))
    assert Household.objects.count() == 2


def test_several_households_that_fit_are_not_guessed():
    for _ in range(2):
        factories.household("33010303", house_code="33010000011")
    assert "Several households" in reason(ROW)


def test_a_household_of_a_known_head_is_found_through_the_head():
    bring(table(HEADER, ROW))
    header = ["เลขบัตรประชาชน", "ชื่อ", "นามสกุล", "หมู่ที่"]
    _, report = bring(table(header, ["9330100001018", "สมหญิง", "ใจดี", "3"]))
    assert report.counts.created == 0
    assert Household.objects.count() == 1


def test_an_id_of_another_household_is_refused_with_its_key():
    home = factories.household("33010309")
    bring(table(HEADER, ROW))
    Person.objects.update(household=home)
    Person.objects.update(source_digest=None)
    Household.objects.update(source_digest=None)
    assert "belongs to a person of household" in reason(ROW)


def test_an_id_of_another_area_is_refused_without_telling_where():
    bring(table(HEADER, ROW))
    Person.objects.update(household=factories.household("33020101"))
    Household.objects.update(source_digest=None)
    text = reason(ROW)
    assert "in another area" in text and "household 0" not in text


def test_households_of_others_outside_the_areas_are_not_matched():
    far = factories.household("33010501", house_code="33010000011")
    bring(table(HEADER, ROW))
    assert Household.objects.exclude(pk=far.pk).count() == 1


def test_coordinates_codes_and_numbers_of_other_registers_are_kept():
    header = ["HC", "รหัสหมู่บ้าน", "lat", "lon", "สมุดเขียว", "สถานะรายชื่อ", "แหล่งรายชื่อ"]
    bring(
        table(
            header,
            ["HC9", "33010301", "15.123456", "๑๐๔.๕", "123456789012", "ยากจนจริง", "TPMAP; จปฐ."],
        )
    )
    home = Household.objects.get()
    assert (home.latitude, home.longitude, home.list_status) == (15.123456, 104.5, "confirmed_poor")
    assert Identifier.objects.get(household=home).value == "123456789012"
    entries = ListEntry.objects.filter(household=home)
    assert {entry.source for entry in entries} == {"tpmap", "bmn"}
    assert {entry.verification for entry in entries} == {"confirmed"}


def test_half_a_coordinate_and_one_outside_thailand_are_refused():
    header = ["HC", "รหัสหมู่บ้าน", "lat", "lon"]
    assert reason(["HC9", "33010301", "15.1", ""], header=header).startswith("lat: Give both")
    assert reason(["HC9", "33010301", "51.5", "104.1"], header=header).startswith("lat: ")


def test_a_file_without_rows_or_without_a_known_column_is_unusable():
    with pytest.raises(Invalid, match="no rows"):
        check(table(HEADER))
    with pytest.raises(Invalid, match="Line 1 holds values"):
        check(table(ROW, ROW))
    with pytest.raises(Invalid, match="No column says which household"):
        check(table(["colour", "shape"], ["red", "round"]))


def test_a_mapping_may_hold_constants_and_other_words():
    bring(
        table(["เลขที่", "ที่", "ลิสต์"], ["5", "m1", "X"]),
        mapping={
            "columns": {"เลขที่": "house_no", "ที่": "moo", "ลิสต์": "list_source"},
            "constants": {"area_code": "330103"},
            "values": {"ที่": {"m1": "1"}, "ลิสต์": {"X": "tpmap"}},
        },
    )
    assert Household.objects.get().area_id == "33010301"
    assert ListEntry.objects.get().source == "tpmap"


def test_a_constant_that_cannot_be_read_makes_the_mapping_unusable():
    with pytest.raises(Invalid, match="constant “list_year”"):
        check(table(["HC"], ["1"]), mapping={"constants": {"list_year": "soon"}})


def test_another_head_than_the_registrys_is_left_out_and_noted():
    bring(table(HEADER, ROW))
    other = row({"ชื่อ": "นายบุญมี", "เลขบัตรประชาชน": "9330100001026", "บ้านเลขที่": "77"})
    batch, _ = check(table(HEADER, other))
    assert "another head" in faults(batch, "warnings")[0].reason
    _, report = bring(table(HEADER, other))
    assert (report.counts.updated, Person.objects.count()) == (1, 1)
    assert Household.objects.get().house_no == "77"
