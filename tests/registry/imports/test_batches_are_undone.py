"""A batch taken back: nothing of it is left, or the records that stand in the way are named."""

from __future__ import annotations

from typing import Any

import pytest

from tests import factories
from tests.registry.imports.tables import OPERATOR, bring, check, table
from wattana.kernel import keys
from wattana.kernel.problems import Conflict
from wattana.registry.actions import merges, persons
from wattana.registry.imports import actions
from wattana.registry.models import FieldChange, Household, Identifier, ListEntry, Person

pytestmark = pytest.mark.django_db

HEADER = ["HC", "รหัสหมู่บ้าน", "บ้านเลขที่", "ถนน", "ชื่อ-สกุล", "เลขบัตรประชาชน", "วันเกิด", "สมุดเขียว"]
ROW = ["HC1", "33010301", "7", "", "นางสมหญิง ใจดี", "", "2508", ""]


@pytest.fixture(autouse=True)
def office() -> None:
    factories.organization()


def undo(batch: Any) -> None:
    actions.undo(batch=batch, by=OPERATOR)


def test_what_a_batch_entered_goes():
    batch, _ = bring(table(HEADER, [*ROW[:5], "9330100001018", *ROW[6:7], "123456789012"]))
    undo(batch)
    for model in (Household, Person, ListEntry, Identifier):
        assert not model.objects.exists()
    assert batch.status == "undone"
    bring(table(HEADER, ROW))
    assert Household.objects.count() == 1


def test_a_batch_from_before_keys_were_noted_goes_whole():
    batch, _ = bring(table(HEADER, ROW))
    batch.first_key = None
    batch.save()
    undo(batch)
    assert not Household.objects.exists() and not Person.objects.exists()


def test_only_what_the_batch_entered_goes():
    before, _ = bring(table(HEADER, ROW))
    batch, _ = bring(table(HEADER, ["HC2", "33010302", *ROW[2:4], "นายสมชาย ดี", *ROW[5:]]))
    undo(batch)
    assert Household.objects.get().batch == before and Person.objects.get().batch == before
    undo(before)
    assert not Household.objects.exists()


def test_what_a_batch_changed_returns():
    bring(table(HEADER, ROW))
    home, person = Household.objects.get(), Person.objects.get()
    changed = ["HC1", "33010302", "8", "ศรีสุข", "นางสมหญิง ใจงาม", "9330100001018", "25/2/2508",
               "123456789012"]  # fmt: skip
    person_before = Person.objects.values(*_KEPT).get()
    batch, report = bring(table(HEADER, changed))
    assert report.counts.updated == 1
    person.refresh_from_db()
    assert (person.last_name, person.birth_day, person.has_national_id) == ("ใจงาม", 25, True)
    undo(batch)
    after = Household.objects.get()
    assert (after.pk, after.area_id, after.house_no, after.road) == (home.pk, "33010301", "7", "")
    assert Person.objects.values(*_KEPT).get() == person_before
    assert not Identifier.objects.exists()
    told = FieldChange.objects.filter(reason="import undone").values_list("field", flat=True)
    assert {"house_no", "road", "area_id", "last_name", "birth_date", "national_id"} <= set(told)


_KEPT = ("first_name", "last_name", "first_key", "last_key", "birth_year", "birth_month",
         "birth_day", "national_id_hash", "national_id_sealed", "no_id_reason")  # fmt: skip


def test_an_undone_change_can_come_again():
    bring(table(HEADER, ROW))
    again = table(HEADER, ["HC1", "33010301", "8", *ROW[3:]])
    batch, _ = bring(again)
    undo(batch)
    _, report = bring(again)
    assert report.counts.updated == 1
    assert Household.objects.get().house_no == "8"


def test_a_batch_whose_record_was_corrected_is_not_undone():
    batch, _ = bring(table(HEADER, ROW))
    corrected = Person.objects.get()
    persons.update(person=corrected.pk, by=OPERATOR, phone="0812345678")
    bring(table(HEADER, ["HC2", "33010302", *ROW[2:4], "นายสมชาย ดี", *ROW[5:]]))
    with pytest.raises(Conflict) as refusal:
        undo(batch)
    assert keys.to_text(corrected.pk) in str(refusal.value)
    assert "imported after it" not in str(refusal.value)  # the later file is of another household
    assert Household.objects.count() == 2


def test_a_batch_on_which_others_build_is_not_undone():
    batch, _ = bring(table(HEADER, ROW))
    home = Household.objects.get()
    factories.person(home, first_name="ใหม่")
    with pytest.raises(Conflict, match=keys.to_text(home.pk)):
        undo(batch)


def test_a_batch_whose_household_was_merged_is_not_undone(officer):
    batch, _ = bring(table(HEADER, ROW))
    home = Household.objects.get()
    other = factories.household("33010301", house_no="8")
    merges.merge(kept=home.pk, absorbed=other.pk, reason="the same", by=officer)
    with pytest.raises(Conflict, match=keys.to_text(home.pk)):
        undo(batch)


def test_a_change_that_was_changed_again_is_not_undone():
    bring(table(HEADER, ROW))
    second, _ = bring(table(HEADER, ["HC1", "33010301", "8", *ROW[3:]]))
    third, _ = bring(table(HEADER, ["HC1", "33010301", "9", *ROW[3:]]))
    with pytest.raises(Conflict, match="Files were imported after it"):
        undo(second)
    undo(third)
    undo(second)
    assert Household.objects.get().house_no == "7"


def test_only_what_was_committed_can_be_undone_and_only_once():
    batch, _ = check(table(HEADER, ROW))
    with pytest.raises(Conflict):
        undo(batch)
    done, _ = bring(table(HEADER, ROW))
    undo(done)
    with pytest.raises(Conflict):
        undo(done)
