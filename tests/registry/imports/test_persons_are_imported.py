"""Persons: with and without national ID, found again, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import factories
from tests.registry.imports.tables import bring, check, faults, table
from wattana.kernel.problems import Invalid
from wattana.registry import national_ids
from wattana.registry.imports import fields
from wattana.registry.models import FieldChange, Household, Person
from wattana.thai import names
from wattana.thai.text import clean

pytestmark = pytest.mark.django_db

HEADER = ["HC", "ชื่อ-สกุล", "เพศ", "วันเกิด", "เลขประจำตัวประชาชน", "ความสัมพันธ์"]
ONE = ["HC1", "นางสมหญิง ใจดี", "หญิง", "25/2/2508", "9330100001018", "หัวหน้าครัวเรือน"]
TWO = ["HC1", "ด.ช.ก้อง ใจดี", "ช", "2560", "", "หลาน"]


@pytest.fixture(autouse=True)
def home() -> Household:
    factories.organization()
    return factories.household("33010301", household_code="HC1", house_no="7")


def reason(*rows: list[str], header: list[str] = HEADER, **more: Any) -> str:
    """Why the last of some rows is rejected, with the column."""
    batch, _ = check(table(header, *rows), "persons", **more)
    found = [fault for fault in faults(batch) if fault.row == len(rows) + 1]
    assert len(found) == 1, found
    return f"{found[0].column}: {found[0].reason}"


def test_ages_that_hardly_fit_the_relation_are_noted_and_taken_in():
    young = ["HC1", "นายสม ใจดี", "ช", "2558", "", "parent"]
    old = ["HC1", "นายแดง ใจดี", "ช", "2500", "", "บุตร"]
    batch, report = check(table(HEADER, ONE, young, old), "persons")
    assert report.totals.rejected == 0
    noted = {one.row: one.reason for one in faults(batch, "warnings")}
    assert noted.keys() == {3, 4}
    assert "12 years older" in noted[3] and "12 years younger" in noted[4]


def test_people_come_into_their_household(home: Household):
    _, report = bring(table(HEADER, ONE, TWO), "persons")
    assert report.counts.created == 2
    one = Person.objects.get(first_name="สมหญิง")
    assert (one.household_id, one.title, one.sex, one.relation) == (
        home.pk,
        "นาง",
        "female",
        "head",
    )
    assert (one.birth_year, one.birth_month, one.birth_day) == (1965, 2, 25)
    assert national_ids.reveal(one.national_id_sealed, one.pk) == "9330100001018"
    two = Person.objects.get(first_name="ก้อง")
    assert (two.title, two.birth_year, two.birth_month) == ("เด็กชาย", 2017, None)
    assert (two.no_id_reason, two.relation, two.first_key != "") == (
        "not_asked",
        "grandchild",
        True,
    )


@pytest.mark.parametrize(
    "space", [" ", "\u00a0", "\u1680", "\u2000", "\u200a", "\u202f", "\u205f", "\u3000"]
)
def test_spaces_of_any_kind_around_a_cell_say_nothing(home: Household, space: str):
    bring(table(HEADER, [space + cell + space for cell in ONE]), "persons")
    made = Person.objects.get()
    assert (made.household_id, made.first_name, made.sex) == (home.pk, "สมหญิง", "female")
    assert (made.birth_day, made.relation, made.no_id_reason) == (25, "head", "")


def test_a_cell_of_spaces_is_empty():
    bring(table(HEADER, ONE, [*TWO[:4], "\u3000 ", TWO[5]]), "persons")
    assert Person.objects.get(first_name="ก้อง").no_id_reason == "not_asked"


@pytest.mark.parametrize(
    ("written", "year"),
    [("25/2/2508", 1965), ("1965-02-25", 1965), ("๒๕ ก.พ. ๒๕๐๘", 1965), ("23798", 1965),
     ("00/00/2508", 1965), ("ก.พ. 2508", 1965)],
)  # fmt: skip
def test_birth_dates_of_both_eras_and_of_spreadsheets_are_read(written: str, year: int):
    bring(table(HEADER, [*ONE[:3], written, *ONE[4:]]), "persons")
    assert Person.objects.get().birth_year == year


@pytest.mark.parametrize("written", ["25/2/08", "31/2/2508", "25/2/2608", "เมื่อก่อน"])
def test_a_birth_date_that_cannot_be_is_refused(written: str):
    assert reason([*ONE[:3], written, *ONE[4:]]).startswith("วันเกิด: ")


def test_an_age_gives_the_year_of_birth():
    header = ["HC", "ชื่อ", "สกุล", "อายุ"]
    bring(table(header, ["HC1", "ก", "ข", "55 ปี"], ["HC1", "ค", "ข", "๓"]), "persons")
    years = Person.objects.order_by("birth_year").values_list("birth_year", flat=True)
    assert list(years) == [1970, 2022]


def test_an_age_never_replaces_a_birth_date():
    bring(table(HEADER, ONE), "persons")
    header = ["HC", "ชื่อ-สกุล", "อายุ", "เลขประจำตัวประชาชน"]
    bring(table(header, ["HC1", "นางสมหญิง ใจดี", "40", "9330100001018"]), "persons")
    assert Person.objects.get().birth_year == 1965


def test_a_household_that_is_not_there_is_entered_where_the_row_places_it():
    header = ["HC", "รหัสหมู่บ้าน", "บ้านเลขที่", "ชื่อ", "สกุล"]
    rows = [["HC8", "33010302", "9", "ก", "ข"], ["HC8", "33010302", "9", "ค", "ข"]]
    bring(table(header, *rows), "persons")
    made = Household.objects.get(household_code="HC8")
    assert (made.area_id, made.house_no, made.persons.count()) == ("33010302", "9", 2)


def test_a_household_that_is_not_there_and_not_placed_is_refused():
    text = reason(["HC9", *ONE[1:]])
    assert text.startswith("HC: There is no such household") and "Import the household list" in text


def test_rows_of_one_new_household_in_two_villages_are_refused():
    header = ["HC", "รหัสหมู่บ้าน", "ชื่อ", "สกุล"]
    text = reason(["HC8", "33010302", "ก", "ข"], ["HC8", "33010303", "ค", "ข"], header=header)
    assert text.startswith("รหัสหมู่บ้าน: Line 2 places")


def test_a_person_is_found_by_name_and_then_gets_her_number(home: Household):
    known = factories.person(home, first_name="สมหญิง", last_name="ใจดี", birth_year=1965)
    Person.objects.update(first_key="", last_key="")
    known.refresh_from_db()
    bring(table(HEADER, TWO), "persons")
    by_sound = Person.objects.get(first_name="ก้อง")
    bring(table(HEADER, ["HC1", "ด.ช.ก๊อง ใจดี", "ช", "2560", "9330100001026", "หลาน"]), "persons")
    by_sound.refresh_from_db()
    assert by_sound.has_national_id and by_sound.no_id_reason == ""
    history = dict(FieldChange.objects.filter(object_id=by_sound.pk).values_list("field", "new"))
    assert history["national_id"] == "1026"
    assert history["first_name"] == "ก๊อง"


def test_a_sister_whose_name_sounds_like_her_brothers_is_somebody_else(home: Household):
    brother = factories.person(home, first_name="ธนพล", last_name="ใจดี", sex="male")
    bring(table(HEADER, ["HC1", "ธนพร ใจดี", "หญิง", "", "", "บุตร"]), "persons")
    brother.refresh_from_db()
    assert (brother.first_name, home.persons.count()) == ("ธนพล", 2)
    bring(table(HEADER, ["HC1", "ธนพล ใจดี", "", "2550", "", "บุตร"]), "persons")
    brother.refresh_from_db()
    assert (brother.birth_year, home.persons.count()) == (2007, 2)


TITLED = ["HC", "คำนำหน้า", "ชื่อ", "สกุล"]


def test_where_no_sex_is_given_the_title_says_it():
    named = [["HC1", "น.ส. สมหญิง ใจดี", "", "", "", ""], ["HC1", "ร.ต. สม ใจดี", "", "", "", ""],
             ["HC1", "ด.ช. ก้อง ใจดี", "", "", "", ""]]  # fmt: skip
    bring(table(HEADER, *named), "persons")
    bring(table(TITLED, ["HC1", "Mr.", "John", "Smith"], ["HC1", "", "มี", "สุข"]), "persons")
    sexes = dict(Person.objects.values_list("first_name", "sex"))
    assert sexes == {"สมหญิง": "female", "สม": "", "ก้อง": "male", "John": "male", "มี": ""}


def test_a_title_never_replaces_a_sex_that_is_known_and_fills_one_that_is_not(home: Household):
    known = factories.person(home, first_name="สม", last_name="ใจดี", sex="female")
    blank = factories.person(home, first_name="ก้อง", last_name="ใจดี", sex="")
    bring(table(TITLED, ["HC1", "นาย", "สม", "ใจดี"], ["HC1", "ด.ช.", "ก้อง", "ใจดี"]), "persons")
    known.refresh_from_db(), blank.refresh_from_db()
    assert (known.title, known.sex, blank.sex) == ("นาย", "female", "male")
    told = FieldChange.objects.filter(field="sex").values_list("object_id", "old", "new")
    assert list(told) == [(blank.pk, None, "male")]


def test_a_title_against_the_sex_is_noted_and_taken_in():
    batch, report = check(table(HEADER, ONE, ["HC1", "นางแดง ใจดี", "ช", "", "", ""]), "persons")
    assert report.totals.rejected == 0
    (noted,) = faults(batch, "warnings")
    assert (noted.row, noted.column) == (3, "เพศ") and "By the title" in noted.reason


@given(
    st.sampled_from([*names.SEXES, "ร.ต.", "ดร."]),
    st.sampled_from(["", ".", " ", ". ", ".."]),
    st.sampled_from([str.lower, str.upper, str.title]),
)
def test_files_and_pages_read_the_same_sex_from_a_title(title: str, end: str, spell: Any):
    written = spell(title) + end
    assert fields.title(written) == (clean(written), names.sex_of(written) or None)


def test_the_second_time_nothing_changes():
    content = table(HEADER, ONE, TWO)
    bring(content, "persons")
    before = list(Person.objects.order_by("pk").values())
    _, report = bring(content, "persons")
    assert (report.counts.created, report.counts.updated, report.counts.unchanged) == (0, 0, 2)
    assert list(Person.objects.order_by("pk").values()) == before


def test_rows_that_came_before_a_change_of_reading_are_looked_at_again(monkeypatch):
    content = table(["HC", "ชื่อ-สกุล", "วันเกิด"], ["HC1", ONE[1], ONE[3]], ["HC1", TWO[1], TWO[3]])
    with monkeypatch.context() as before:
        before.setattr(fields, "READING", "0.1.0")  # what stood there when no sex was in a title
        bring(content, "persons")
        Person.objects.filter(first_name="สมหญิง").update(sex="")
        _, report = bring(content, "persons")
        assert (report.counts.updated, report.counts.unchanged) == (0, 2)
    _, report = bring(content, "persons")
    assert (report.counts.created, report.counts.updated, report.counts.unchanged) == (0, 1, 1)
    assert Person.objects.get(first_name="สมหญิง").sex == "female"
    (change,) = FieldChange.objects.all()
    assert (change.field, change.new) == ("sex", "female")
    _, report = bring(content, "persons")
    assert (report.counts.updated, report.counts.unchanged) == (0, 2)


def test_people_without_name_or_number_are_told_apart_by_their_rows():
    header = ["HC", "เพศ", "อายุ"]
    mapping = {"columns": {"HC": "household_code", "เพศ": "sex", "อายุ": "age"},
               "constants": {"first_name": "ไม่ทราบชื่อ"}}  # fmt: skip
    content = table(header, ["HC1", "ช", "9"], ["HC1", "ช", "9"], ["HC1", "ญ", "30"])
    _, report = bring(content, "persons", mapping)
    assert report.counts.created == 3
    _, report = bring(content, "persons", mapping)
    assert (report.counts.created, Person.objects.count()) == (0, 3)


def test_a_correction_on_the_page_survives_the_same_file():
    bring(table(HEADER, ONE), "persons")
    Person.objects.update(first_name="สมหญิงแก้", household=factories.household("33010309"))
    _, report = bring(table(HEADER, ONE), "persons")
    assert (report.counts.created, report.counts.updated) == (0, 0)
    assert Person.objects.get().first_name == "สมหญิงแก้"


def test_a_second_head_is_refused():
    assert "Line 2 is the head" in reason(
        ONE, ["HC1", "นายสอง ใจดี", "ช", "2500", "", "หัวหน้าครัวเรือน"]
    )
    bring(table(HEADER, ONE), "persons")
    text = reason(["HC1", "นายสอง ใจดี", "ช", "2500", "", "หัวหน้าครัวเรือน"])
    assert text.startswith("ความสัมพันธ์: This household has another head")


def test_a_number_twice_in_the_file_is_refused_the_second_time():
    assert "stands in line 2" in reason(ONE, ["HC1", "นายสอง ใจดี", "ช", "2500", ONE[4], "บุตร"])


def test_another_number_than_the_registry_has_is_refused():
    bring(table(HEADER, ONE), "persons")
    text = reason([*ONE[:4], "9330100001107", ONE[5]])
    assert "another national ID for this person" not in text or text.startswith("เลข")


def test_a_person_known_by_key_keeps_her_number():
    header = ["HC", "ลำดับที่สมาชิก", "ชื่อ", "สกุล", "เลขประจำตัวประชาชน"]
    bring(table(header, ["HC1", "1", "ก", "ข", "9330100001018"]), "persons")
    text = reason(["HC1", "1", "ก", "ข", "9330100001107"], header=header)
    assert text.startswith("เลขประจำตัวประชาชน: The registry has another national ID")


def test_a_number_of_somebody_elsewhere_is_refused():
    bring(table(HEADER, ONE), "persons")
    factories.household("33010302", household_code="HC2")
    text = reason(["HC2", "นางสมหญิง ใจดี", "หญิง", "25/2/2508", "9330100001018", "ผู้อาศัย"])
    assert "belongs to a person of household" in text


def test_a_row_that_names_nobody_is_refused():
    assert "names nobody" in reason(["HC1", "", "ช", "", "", ""])


def test_death_before_birth_is_refused():
    header = ["HC", "ชื่อ", "สกุล", "วันเกิด", "วันที่เสียชีวิต"]
    text = reason(["HC1", "ก", "ข", "1/1/2500", "1/1/2490"], header=header)
    assert text == "วันที่เสียชีวิต: This day lies before the person's birth."


def test_a_household_may_be_meant_by_village_and_house_number():
    header = ["รหัสหมู่บ้าน", "บ้านเลขที่", "ชื่อ", "สกุล"]
    bring(table(header, ["33010301", "7", "ก", "ข"]), "persons")
    assert Household.objects.count() == 1


def test_a_file_that_names_no_household_is_unusable():
    with pytest.raises(Invalid, match="No column says which household"):
        check(table(["ชื่อ", "สกุล"], ["ก", "ข"]), "persons")


def test_an_empty_cell_erases_nothing():
    header = ["HC", "ชื่อ", "สกุล", "เบอร์โทร", "เลขประจำตัวประชาชน"]
    bring(table(header, ["HC1", "ก", "ข", "081-234-5678", "9330100001018"]), "persons")
    bring(table(header, ["HC1", "ก", "ค", "", "9330100001018"]), "persons")
    found = Person.objects.get()
    assert (found.phone, found.last_name) == ("0812345678", "ค")
