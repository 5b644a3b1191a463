from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from tests import factories
from wattana.registry import queries
from wattana.registry.models import Person
from wattana.thai.names import sound_key

pytestmark = pytest.mark.django_db


def someone(first: str, last: str):
    home = factories.household()
    factories.person(home, first_name=first, last_name=last)
    return home


@pytest.mark.parametrize("text", ["คำเรือง", "ประสิทธิ์ คำเรือง", "นายประสิด คำเรืองจำลอง"])
def test_the_beginning_of_a_name_finds_it(text):
    home = someone("ประสิทธิ์", "คำเรืองจำลอง")
    someone("สมหญิง", "ตัวอย่าง")
    assert queries.search(factories.viewer(), text).households == [home.pk]


def test_a_name_that_sounds_the_same_comes_before_one_that_begins_so():
    longer = someone("ประสิทธิ์", "คำเรืองจำลอง")
    whole = someone("ประสิทธิ์", "คำเรือง")
    assert queries.search(factories.viewer(), "คำเรือง").households == [whole.pk, longer.pk]


@pytest.mark.parametrize(
    "text", ["สีทวี", "ศรีทวี", "สรีทวี", "ศรีทวีสาทิต", "นางสมสี สีทวี", "น.ส.สมศรี", "สีทวี สม"]
)
def test_a_beginning_may_be_spelt_as_it_sounds(text):
    home = someone("สมศรี", "ศรีทวีสาธิต")
    someone("สุดา", "สีดาทดสอบ")
    someone("บุญมี", "ทวีทดลอง")
    assert queries.search(factories.viewer(), text).households == [home.pk]


@pytest.mark.parametrize(
    "text", ["เกียงไกร", "เกลียง", "เกร", "เกียงไกร มาล", "ณัฐพน มาลีวัน", "มาล", "มาลีวัล ณัด"]
)
def test_a_slip_at_the_end_of_a_syllable_or_in_a_cluster_is_forgiven(text):
    home = factories.household()
    for first in ("เกรียงไกร", "ณัฐพล"):
        factories.person(home, first_name=first, last_name="มาลีวัลย์")
    someone("สมหญิง", "ตัวอย่าง")
    assert queries.search(factories.viewer(), text).households == [home.pk]


def test_a_beginning_does_not_fit_names_that_only_share_a_letter():
    someone("บุญมา", "ใจดี")
    home = someone("บุญเลิศ", "ใจดี")
    assert queries.search(factories.viewer(), "บุญเลิด").households == [home.pk]


def test_keys_on_record_are_reckoned_anew_by_the_migration():
    home = someone("สมศรี", "ศรีทวีสาธิต")
    Person.objects.update(first_key="ส04", last_key="ส9404")
    import_module("wattana.registry.migrations.0005_sounds_of_whole_names").reckon(apps, None)
    made = home.persons.get()
    assert (made.first_key, made.last_key) == (sound_key("สมศรี"), sound_key("ศรีทวีสาธิต"))
