from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from tests import factories
from wattana.accounts.models import AuditEvent
from wattana.kernel import keys
from wattana.kernel.problems import Conflict, Forbidden, Invalid, NotFound
from wattana.registry import national_ids
from wattana.registry.actions import persons
from wattana.registry.models import FieldChange, Person
from wattana.thai.names import sound_key

pytestmark = pytest.mark.django_db

ID, OTHER_ID = "9330100001018", "9330100001026"


@pytest.fixture
def home(db):
    return factories.household()


def changes(of):
    return {row.field: (row.old, row.new) for row in FieldChange.objects.filter(object_id=of.pk)}


def test_a_person_with_a_national_id_is_sealed_and_found_by_it(officer, home):
    made = persons.create(
        household=home.pk, by=officer, title="นาง", first_name="สมหญิง", last_name="ใจดี",
        national_id="9-3301-00001-01-8", relation="head", sex="female", birth_date="2508",
    )  # fmt: skip
    made.refresh_from_db()
    assert ID.encode() not in bytes(made.national_id_sealed)
    assert national_ids.reveal(made.national_id_sealed, made.pk) == ID
    assert Person.objects.get(national_id_hash=national_ids.hashed(ID)) == made
    assert (made.no_id_reason, made.birth_year, made.birth_month) == ("", 1965, None)
    assert (made.first_key, made.last_key) == (sound_key("สมหญิง"), sound_key("ใจดี"))


def test_a_person_without_a_national_id_needs_the_reason(officer, home):
    with pytest.raises(Invalid):
        persons.create(household=home.pk, by=officer, first_name="ก้อน")
    made = persons.create(
        household=home.pk, by=officer, first_name="ก้อน", no_id_reason="never_registered"
    )
    assert made.national_id_hash is None


def test_both_a_number_and_a_reason_are_too_much(officer, home):
    with pytest.raises(Invalid):
        persons.create(
            household=home.pk, by=officer, first_name="ก้อน", national_id=ID, no_id_reason="lost"
        )


@pytest.mark.parametrize(
    "fields",
    [
        {"national_id": "9330100001019"},
        {"national_id": "9.3301E+12"},
        {"birth_date": "32/1/2508"},
        {"birth_date": "1/1/2700"},
        {"birth_date": "2401"},
        {"sex": "x"},
        {"phone": "12345"},
        {"relation": "boss"},
        {"died_on": "1/1/2699"},
        {"first_name": ""},
        {"first_name": "<b>มีสุข</b>"},
        {"last_name": '=HYPERLINK("http://a.b")'},
        {"title": "ก" * 31},
    ],
)
def test_values_that_are_not_well_formed_are_refused(officer, home, fields):
    with pytest.raises(Invalid):
        persons.create(
            household=home.pk, by=officer,
            **{"first_name": "ก้อน", "no_id_reason": "" if "national_id" in fields else "lost"}
            | fields,
        )  # fmt: skip
    assert not Person.objects.exists()


def test_nobody_dies_before_birth(officer, home):
    one = factories.person(home, birth_year=2000)
    with pytest.raises(Invalid):
        persons.record_death(person=one.pk, on="1/1/2540", by=officer)


def test_a_national_id_taken_in_the_scope_names_the_household(officer, home):
    persons.create(household=home.pk, by=officer, first_name="หนึ่ง", national_id=ID)
    other = factories.household(house_no="2")
    with pytest.raises(Conflict) as refused:
        persons.create(household=other.pk, by=officer, first_name="สอง", national_id=ID)
    assert refused.value.params == {"household": keys.to_text(home.pk)}


def test_a_national_id_taken_elsewhere_tells_no_more_than_that(officer, outsider, home):
    persons.create(household=home.pk, by=officer, first_name="หนึ่ง", national_id=ID)
    away = factories.household("33010501")
    with pytest.raises(Conflict) as refused:
        persons.create(household=away.pk, by=outsider, first_name="สอง", national_id=ID)
    assert not refused.value.params
    assert keys.to_text(home.pk) not in str(refused.value)
    assert "33010301" not in str(refused.value)


def test_the_database_refuses_a_number_that_two_enter_at_once(officer, home, monkeypatch):
    persons.create(household=home.pk, by=officer, first_name="หนึ่ง", national_id=ID)
    monkeypatch.setattr(persons, "_refuse_taken", lambda *_args, **_more: None)
    with pytest.raises(Conflict):
        persons.create(household=home.pk, by=officer, first_name="สอง", national_id=ID)
    assert Person.objects.count() == 1


def test_the_database_wants_a_number_or_a_reason(home):
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.person(home, no_id_reason="")


def test_the_history_of_a_number_holds_its_last_four_digits_only(officer, home):
    one = persons.create(household=home.pk, by=officer, first_name="ก", no_id_reason="not_asked")
    persons.update(person=one.pk, by=officer, national_id=ID)
    persons.update(person=one.pk, by=officer, national_id=OTHER_ID)
    persons.update(person=one.pk, by=officer, no_id_reason="declined")
    rows = [
        (row.field, row.old, row.new)
        for row in FieldChange.objects.filter(object_id=one.pk).order_by("id")
    ]
    assert rows == [
        ("national_id", None, "1018"),
        ("no_id_reason", "not_asked", None),
        ("national_id", "1018", "1026"),
        ("no_id_reason", None, "declined"),
        ("national_id", "1026", None),
    ]
    one.refresh_from_db()
    assert one.national_id_sealed is None


def test_the_audit_trail_holds_no_number_and_no_name(officer, home):
    persons.create(household=home.pk, by=officer, first_name="สมหญิง", national_id=ID)
    text = repr(list(AuditEvent.objects.values()))
    assert ID not in text
    assert "สมหญิง" not in text


def test_leaving_the_number_out_of_a_correction_keeps_it(officer, home):
    one = persons.create(household=home.pk, by=officer, first_name="ก", national_id=ID)
    persons.update(person=one.pk, by=officer, national_id="", no_id_reason="", first_name="ข")
    one.refresh_from_db()
    assert one.has_national_id
    assert changes(one) == {"first_name": ("ก", "ข")}


def test_a_new_name_gets_its_sound_key(officer, home):
    one = factories.person(home)
    made = persons.update(person=one.pk, by=officer, last_name="รักชาติ")
    assert made.last_key == sound_key("รักชาติ")
    assert changes(one) == {"last_name": ("ตัวอย่าง", "รักชาติ")}


def test_a_birth_date_stands_in_the_history_as_far_as_it_is_known(officer, home):
    one = factories.person(home, birth_year=1965)
    persons.update(person=one.pk, by=officer, birth_date="25/2/2508")
    assert changes(one) == {"birth_date": ("1965", "1965-02-25")}
    persons.update(person=one.pk, by=officer, birth_date="")
    one.refresh_from_db()
    assert one.born is None


def test_a_household_has_one_living_head(officer, home):
    head = factories.person(home, relation="head")
    with pytest.raises(Conflict):
        persons.create(
            household=home.pk, by=officer, first_name="ข", no_id_reason="lost", relation="head"
        )
    persons.record_death(person=head.pk, on="1/1/2568", by=officer)
    new = persons.create(
        household=home.pk, by=officer, first_name="ข", no_id_reason="lost", relation="head"
    )
    with pytest.raises(Conflict):
        persons.update(person=head.pk, by=officer, died_on=None)
    persons.update(person=head.pk, by=officer, first_name="ค")
    persons.update(person=new.pk, by=officer, relation="child")
    persons.update(person=head.pk, by=officer, died_on=None)


def test_a_death_is_recorded_with_its_day(officer, home):
    one = factories.person(home)
    made = persons.record_death(person=one.pk, on="5/1/2568", by=officer)
    assert made.died_on == dt.date(2025, 1, 5)
    assert not made.lives_here
    assert changes(one) == {"died_on": (None, "2025-01-05")}
    with pytest.raises(Invalid):
        persons.record_death(person=one.pk, on="", by=officer)


def test_somebody_who_left_for_elsewhere_stays_on_record(officer, home):
    one = factories.person(home)
    made = persons.end_membership(person=one.pk, on="5/1/2568", by=officer, reason="ไปกรุงเทพฯ")
    assert made.left_on == dt.date(2025, 1, 5)
    assert made.household_id == home.pk


def test_a_person_of_another_area_is_not_found(officer, outsider, home):
    one = factories.person(home)
    with pytest.raises(NotFound):
        persons.update(person=one.pk, by=outsider, first_name="ข")
    with pytest.raises(NotFound):
        persons.create(household=home.pk, by=outsider, first_name="ข", no_id_reason="lost")


def test_only_those_who_may_edit_write(home):
    one = factories.person(home)
    for role in ("district_officer", "province_officer", "researcher", "agency_caseworker"):
        with pytest.raises(Forbidden):
            persons.update(person=one.pk, by=factories.viewer(role), first_name="ข")
