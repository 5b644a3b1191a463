from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.utils.translation import override

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


@pytest.mark.parametrize("text", ["ราด", "ราช", "ราชา", "รา", "ราช กิต", "กิต ราด", "กิ"])
def test_a_final_ch_is_forgiven_and_what_goes_on_is_found(text):
    home = factories.household()
    for first in ("ราช", "ราชานันท์"):
        factories.person(home, first_name=first, last_name="กิจ")
    someone("สุดา", "ทดสอบ")
    assert queries.search(factories.viewer(), text).households == [home.pk]


def test_a_name_found_as_typed_does_not_hide_those_that_go_on_with_a_vowel():
    exact, longer = someone("เดช", "หนึ่ง"), someone("เดชา", "สอง")
    found = queries.search(factories.viewer(), "เดช").households
    assert found == [exact.pk, longer.pk]


def test_a_beginning_does_not_fit_names_that_only_share_a_letter():
    someone("บุญมา", "ใจดี")
    home = someone("บุญเลิศ", "ใจดี")
    assert queries.search(factories.viewer(), "บุญเลิด").households == [home.pk]


def test_keys_on_record_are_reckoned_anew_by_the_migration_which_tells_how_far_it_is(
    monkeypatch, capsys
):
    homes = [someone("สมศรี", "ศรีทวีสาธิต"), someone("ราช", "กิจ"), someone("สุดา", "")]
    Person.objects.update(first_key="ส04", last_key="ส9404")
    migration = import_module("wattana.registry.migrations.0007_sounds_of_final_letters")
    monkeypatch.setattr(migration, "AT_ONCE", 1)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with override("en"):
        migration.reckon(apps, None)
    told = capsys.readouterr().err
    assert "How names sound is worked out anew" in told and "33%" in told
    for made in Person.objects.filter(household__in=homes):
        assert (made.first_key, made.last_key) == (
            sound_key(made.first_name), sound_key(made.last_name),
        )  # fmt: skip
