from __future__ import annotations

import pytest

from tests import factories
from wattana.kernel.problems import Conflict, Forbidden, Invalid, NotFound
from wattana.registry.actions import lists
from wattana.registry.models import FieldChange, ListEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(db):
    return factories.household()


def add(home, officer, source="tpmap", year=2568, **more):
    return lists.add(household=home.pk, source=source, source_year=year, by=officer, **more)


def status(home):
    home.refresh_from_db()
    return home.list_status


def test_an_entry_waits_for_verification(officer, home):
    entry = add(home, officer)
    assert (entry.source_year, entry.verification, entry.decided_at) == (2025, "pending", None)
    assert status(home) == "from_list"


def test_a_household_missed_by_every_list_is_an_exclusion_error(officer, home):
    entry = add(home, officer, "leader", newly_found=True)
    assert (entry.verification, entry.decided_by) == ("added", 1)
    assert status(home) == "added"


def test_one_list_of_one_year_names_a_household_once(officer, home):
    add(home, officer)
    with pytest.raises(Conflict):
        add(home, officer)
    add(home, officer, year=2567)
    one = factories.person(home)
    add(home, officer, person=one.pk)
    with pytest.raises(Conflict):
        add(home, officer, person=one.pk)


def test_decisions_set_the_households_status(officer, home):
    entry = add(home, officer)
    lists.verify(entry=entry.pk, verification="confirmed", by=officer)
    assert status(home) == "confirmed_poor"
    lists.verify(entry=entry.pk, verification="not_poor", reason="มีที่ดิน 30 ไร่", by=officer)
    assert status(home) == "not_poor"
    lists.verify(entry=entry.pk, verification="pending", by=officer)
    assert status(home) == "from_list"
    kept = FieldChange.objects.filter(kind="household", field="list_status").order_by("id")
    assert [row.new for row in kept] == ["confirmed_poor", "not_poor", "from_list"]


def test_the_latest_decision_of_several_lists_counts(officer, home):
    one, two = add(home, officer), add(home, officer, "mso")
    lists.verify(entry=two.pk, verification="not_poor", reason="ย้ายมาใหม่", by=officer)
    lists.verify(entry=one.pk, verification="confirmed", by=officer)
    assert status(home) == "confirmed_poor"
    lists.verify(entry=two.pk, verification="duplicate", reason="ซ้ำ", by=officer)
    assert status(home) == "confirmed_poor"


def test_a_decision_keeps_who_when_and_why(officer, home):
    entry = lists.verify(
        entry=add(home, officer).pk, verification="not_poor", reason="มีรถยนต์", by=officer
    )
    assert (entry.decided_by, entry.decided_at is not None, entry.reason) == (1, True, "มีรถยนต์")
    rows = FieldChange.objects.filter(kind="list_entry", object_id=entry.pk)
    assert set(rows.values_list("field", "old", "new")) == {
        ("verification", "pending", "not_poor"),
        ("reason", None, "มีรถยนต์"),
    }


@pytest.mark.parametrize("verification", ["not_poor", "duplicate", "declined", "not_found"])
def test_taking_a_household_off_a_list_needs_a_reason(officer, home, verification):
    entry = add(home, officer)
    with pytest.raises(Invalid):
        lists.verify(entry=entry.pk, verification=verification, by=officer, reason="  ")


@pytest.mark.parametrize(("source", "year"), [("gossip", 2568), ("tpmap", 2699), ("tpmap", "x")])
def test_what_is_not_well_formed_is_refused(officer, home, source, year):
    with pytest.raises(Invalid):
        add(home, officer, source, year)
    with pytest.raises(Invalid):
        lists.verify(entry=add(home, officer).pk, verification="maybe", by=officer)


def test_entries_of_another_area_are_not_found(officer, outsider, home):
    entry = add(home, officer)
    with pytest.raises(NotFound):
        lists.verify(entry=entry.pk, verification="confirmed", by=outsider)
    with pytest.raises(NotFound):
        add(home, outsider, year=2567)
    with pytest.raises(Forbidden):
        lists.verify(
            entry=entry.pk, verification="confirmed", by=factories.viewer("district_officer")
        )
    assert ListEntry.objects.get().verification == "pending"


def test_a_person_of_another_household_is_not_listed_here(officer, home):
    other = factories.person(factories.household(house_no="2"))
    with pytest.raises(NotFound):
        add(home, officer, person=other.pk)
