from __future__ import annotations

import pytest

from tests import factories
from wattana.accounts.models import AuditEvent
from wattana.accounts.viewer import System
from wattana.areas.models import Area
from wattana.kernel.problems import Conflict, Forbidden, Invalid, NotFound
from wattana.registry import history
from wattana.registry.actions import households
from wattana.registry.models import FieldChange, Household

pytestmark = pytest.mark.django_db


def changes(of):
    return [(row.field, row.old, row.new) for row in FieldChange.objects.filter(object_id=of.pk)]


def test_a_new_household_belongs_to_the_officers_organisation(officer):
    factories.area("33010301")
    made = households.create(by=officer, area="33010301", house_no="25-ก.พ.", road=" ถนน  ใหญ่ ")
    made.refresh_from_db()
    assert (made.owner_id, made.tambon, made.house_no) == (
        officer.organization_id,
        "330103",
        "25/2",
    )
    assert (made.road, made.list_status, made.created_by) == ("ถนน ใหญ่", "from_list", 1)
    event = AuditEvent.objects.get()
    assert (event.action, event.object_id, event.area_code) == (
        "household.create", made.pk, "33010301",
    )  # fmt: skip


def test_a_village_number_that_is_new_is_added_to_the_areas(officer):
    factories.area("330103")
    households.create(by=officer, area="33010317", house_no="1")
    assert Area.objects.get(code="33010317").name_th == "หมู่ 17"


def test_a_household_that_nothing_would_find_again_is_refused(officer):
    factories.area("33010301")
    for nothing in ({}, {"house_no": " ", "road": "", "latitude": None, "longitude": None}):
        with pytest.raises(Invalid, match="Nothing would find"):
            households.create(by=officer, area="33010301", **nothing)
    assert not Household.objects.exists()


@pytest.mark.parametrize(
    "known_by",
    [
        {"house_code": "33010000016"},
        {"household_code": "HC 12"},
        {"road": "ใต้สะพานข้างวัด"},
        {"latitude": 15.1, "longitude": 104.3},
    ],
)
def test_a_household_without_a_house_number_is_known_by_something_else(officer, known_by):
    factories.area("33010301")
    assert households.create(by=officer, area="33010301", **known_by).house_no == ""


def test_the_last_thing_that_finds_a_household_is_not_corrected_away(officer):
    home = factories.household(house_no="12", road="ซอย 3")
    households.update(household=home.pk, by=officer, road="")
    with pytest.raises(Invalid, match="Nothing would find") as refused:
        households.update(household=home.pk, by=officer, house_no="", latitude=None)
    assert refused.value.params["field"] == "house_no"
    households.update(household=home.pk, by=officer, house_no="", road="ใต้สะพานข้างวัด")
    home.refresh_from_db()
    assert (home.house_no, home.road) == ("", "ใต้สะพานข้างวัด")


def test_a_household_of_a_file_that_nothing_finds_can_still_be_corrected(officer):
    home = factories.household(house_no="", source_key="A-1")
    households.update(household=home.pk, by=officer, status="moved", house_no="")
    home.refresh_from_db()
    assert home.status == "moved"


def test_a_tambon_that_does_not_exist_is_not_found(officer):
    everywhere = factories.viewer(areas=("33",), organization_id=officer.organization_id)
    factories.area("3301")
    with pytest.raises(NotFound):
        households.create(by=everywhere, area="330199")


def test_no_household_is_entered_outside_the_scope(officer, without_agreement):
    factories.area("33010501")
    with pytest.raises(Forbidden):
        households.create(by=officer, area="33010501")
    with pytest.raises(Forbidden):
        households.create(by=without_agreement, area="33010601")
    assert not Household.objects.exists()


@pytest.mark.parametrize(
    "role", ["district_officer", "province_officer", "researcher", "administrator"]
)
def test_only_those_who_may_edit_enter_households(role):
    factories.area("33010301")
    with pytest.raises(Forbidden):
        households.create(by=factories.viewer(role), area="33010301")


def test_a_command_names_the_owner():
    factories.area("33010301")
    owner = factories.organization()
    made = households.create(by=System(), area="33010301", owner_id=owner.pk, house_no="1")
    assert (made.owner_id, made.created_by) == (owner.pk, None)


@pytest.mark.parametrize(
    "fields",
    [
        {"area": "3301"},
        {"house_no": "บ้านใหญ่"},
        {"house_code": "1234567890"},
        {"latitude": "91", "longitude": "104"},
        {"latitude": "15.1"},
        {"latitude": "สิบห้า", "longitude": "104"},
        {"list_status": "rich"},
        {"road": "ก" * 121},
        {"status": "merged"},
    ],
)
def test_values_that_are_not_well_formed_are_refused(officer, fields):
    home = factories.household()
    with pytest.raises(Invalid):
        households.update(household=home.pk, by=officer, **fields)
    assert not FieldChange.objects.exists()


def test_a_correction_keeps_who_when_from_and_to(officer):
    home = factories.household(house_no="1")
    households.update(household=home.pk, by=officer, house_no="2", road="", reason="ดูที่บ้าน")
    row = FieldChange.objects.get()
    assert (row.kind, row.object_id, row.field, row.old, row.new) == (
        "household", home.pk, "house_no", "1", "2",
    )  # fmt: skip
    assert (row.by, row.organization_id, row.reason) == (1, officer.organization_id, "ดูที่บ้าน")


def test_a_correction_that_changes_nothing_leaves_no_trace(officer):
    home = factories.household(house_no="1")
    households.update(household=home.pk, by=officer, house_no="1")
    assert not FieldChange.objects.exists()
    assert not AuditEvent.objects.exists()


def test_moving_a_household_to_another_village_is_kept_in_the_history(officer):
    home = factories.household()
    households.update(household=home.pk, by=officer, area="33010302")
    assert changes(home) == [("area_id", "33010301", "33010302")]


def test_a_household_is_not_moved_out_of_the_scope(officer):
    home = factories.household()
    factories.area("33010501")
    with pytest.raises(Forbidden):
        households.update(household=home.pk, by=officer, area="33010501")


def test_a_household_of_another_area_is_not_found(officer, outsider):
    home = factories.household()
    with pytest.raises(NotFound):
        households.update(household=home.pk, by=outsider, house_no="9")
    home.refresh_from_db()
    assert home.house_no == "1"


def test_without_an_agreement_ones_own_records_remain(without_agreement):
    own = factories.household("33010601", owner=factories.organization("6330106"))
    other = factories.household("33010601", owner=factories.organization())
    households.update(household=own.pk, by=without_agreement, house_no="7")
    with pytest.raises(NotFound):
        households.update(household=other.pk, by=without_agreement, house_no="7")


def test_a_change_of_somebody_else_in_between_is_not_overwritten(officer):
    home = factories.household()
    seen = history.latest(home)
    households.update(household=home.pk, by=officer, house_no="2")
    with pytest.raises(Conflict):
        households.update(household=home.pk, by=officer, house_no="3", seen=seen)
    households.update(household=home.pk, by=officer, house_no="3", seen=history.latest(home))


def test_the_place_of_a_house_is_both_degrees_and_how_exact(officer):
    home = factories.household()
    made = households.set_location(
        household=home.pk, latitude=15.118611, longitude=104.3291667, accuracy=12, by=officer
    )
    assert (made.latitude, made.longitude, made.location_accuracy) == (15.118611, 104.329167, 12.0)


def test_the_list_status_is_set_with_a_reason(officer):
    home = factories.household()
    households.set_list_status(
        household=home.pk, list_status="added", by=officer, reason="ไม่อยู่ในบัญชีใด"
    )
    assert changes(home) == [("list_status", "from_list", "added")]
