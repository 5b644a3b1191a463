"""A household is entered and corrected on screen."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from tests import factories
from tests.registry.conftest import office
from tests.registry.forms.conftest import go
from tests.registry.pages import text_of
from wattana.areas.actions import ensure_villages
from wattana.kernel.problems import Forbidden
from wattana.kit.middleware import told
from wattana.registry import history
from wattana.registry.actions import households
from wattana.registry.models import Household, ListEntry

pytestmark = pytest.mark.django_db
ID = "9330100001018"
NEW = {"tambon": "330103", "moo": "3", "house_no": "25/2"}


def test_a_new_household_leads_to_its_people(desk):
    answer = desk.post(go("new"), NEW)
    made = Household.objects.get()
    assert answer.url == go("person_new", made.pk)
    assert (made.area_id, made.house_no, made.owner.code) == ("33010303", "25/2", "6330113")


def test_an_empty_form_makes_no_household_and_says_what_would_find_it(desk):
    page = desk.post(go("new"), NEW | {"house_no": ""})
    assert page.status_code == 422 and not Household.objects.exists()
    (told_at_field,) = page.context["form"].errors["house_no"]
    assert "Where people live without a house, describe the place" in told_at_field


def test_people_without_a_house_are_known_by_the_place_where_they_live(desk):
    where = {"house_no": "", "road": "ใต้สะพานข้างวัด"}
    assert desk.post(go("new"), NEW | where).status_code == 302
    page = text_of(desk.get(go("household", Household.objects.get().pk)))
    assert "ใต้สะพานข้างวัด" in page and "House number not recorded" not in page


def test_the_area_picker_offers_the_viewers_tambons_only(sign_in):
    two = office("6330999", ("330103", "330105"))
    factories.area("330122")
    body = sign_in(of=two).get(go("new")).content.decode()
    assert 'value="330103"' in body
    assert 'value="330105"' in body
    assert "330122" not in body


def test_without_an_agreement_no_household_is_entered(sign_in):
    page = sign_in(of=office("6330106", ("330103",), agreed=False)).get(go("new"))
    assert "No area is open to you" in text_of(page)


def test_an_enumerators_villages_bound_what_she_enters(sign_in):
    body = office("6330999", ("330103",))
    desk = sign_in("enumerator", of=body)
    body.members.get(role="enumerator").areas.set([factories.area("33010303")])
    assert desk.post(go("new"), NEW).status_code == 302
    refused = desk.post(go("new"), NEW | {"moo": "4"})
    assert refused.status_code == 422
    assert "only moo 3 is open to you" in text_of(refused)


def test_an_enumerator_is_told_which_villages_are_hers(sign_in):
    body = office("6330999", ("330103",))
    desk = sign_in("enumerator", of=body)
    body.members.get(role="enumerator").areas.set(
        [factories.area("33010303"), factories.area("33010304")]
    )
    assert "One of your villages: 3–4" in text_of(desk.get(go("new")))
    for moo, reason in (
        ("", "This field is required."),
        ("5", "Of this tambon only moo 3–4 is open to you. Enter one of these villages."),
    ):
        page = desk.post(go("new"), NEW | {"moo": moo})
        assert page.status_code == 422
        assert page.context["form"].errors["moo"] == [reason]
    assert not Household.objects.exists()


def test_an_area_that_is_not_open_is_named_in_the_language_of_the_page(officer):
    factories.area("330105")
    for language, name in (("en", "Chan "), ("th", "จาน ")):
        with override(language), pytest.raises(Forbidden) as refused:
            households.create(by=officer, area="330105")
        with override(language):
            assert told(refused.value).startswith(name)


def test_wrong_answers_are_named_together_with_the_way_to_each(desk, home):
    page = desk.post(go("person_new", home.pk), {"first_name": "", "no_id_reason": ""})
    body = page.content.decode()
    summary = body[body.index('id="errors"') : body.index("<form", body.index('id="errors"'))]
    assert '<a href="#id_first_name">First name</a>: This field is required.' in summary
    assert '<a href="#id_national_id">National ID</a>: Give the national ID' in summary
    desk.cookies["django_language"] = "th"
    page = desk.post(go("person_new", home.pk), {"first_name": ""})
    assert "ชื่อ : โปรดกรอกหรือเลือกข้อมูลในช่องนี้" in text_of(page)


def test_a_wrong_form_keeps_what_was_typed_and_marks_the_field(desk):
    page = desk.post(go("new"), NEW | {"house_code": "123", "road": "ซอย 9", "moo": "สาม"})
    body = page.content.decode()
    assert page.status_code == 422
    assert 'value="ซอย 9"' in body
    assert 'value="123"' in body
    assert "11 digits, this has 3" in body
    assert body.count("is-invalid") == 2
    assert not Household.objects.exists()


def test_the_list_or_person_that_named_a_household_is_kept(desk):
    desk.post(go("new"), NEW | {"source": "tpmap", "source_year": "2567"})
    entry = ListEntry.objects.get()
    assert (entry.source, entry.source_year, entry.verification) == ("tpmap", 2024, "pending")
    desk.post(
        go("new"),
        NEW | {"house_no": "9", "source": "leader", "source_year": "2568", "newly_found": "on"},
    )
    assert Household.objects.get(house_no="9").list_status == "added"
    page = desk.post(go("new"), NEW | {"house_no": "10", "newly_found": "on"})
    assert "Say who found the household." in text_of(page)


def test_a_household_that_looks_the_same_is_shown_before_another_is_entered(desk):
    desk.post(go("new"), NEW)
    known = Household.objects.get()
    assert "Nobody is recorded yet · House" in text_of(desk.post(go("new"), NEW))
    factories.person(known, first_name="สมศรี", last_name="ใจดี", relation="head")
    page = desk.post(go("new"), NEW)
    assert page.status_code == 422
    assert "สมศรี ใจดี · House" in text_of(page), "the head tells which household it is"
    assert go("household", Household.objects.get().pk) in page.content.decode()
    assert desk.post(go("new"), NEW | {"another": "on"}).status_code == 302
    assert Household.objects.count() == 2


def test_a_village_that_the_list_does_not_have_is_asked_about_once_more(desk):
    ensure_villages(["33010301", "33010302"], listed=True)
    page = desk.post(go("new"), NEW | {"moo": "44"})
    assert page.status_code == 422
    assert "only the villages 1–2" in text_of(page)
    assert desk.post(go("new"), NEW | {"moo": "44", "new_village": "on"}).status_code == 302
    assert Household.objects.get().area_id == "33010344"


def test_a_household_is_corrected_unless_somebody_was_quicker(desk, officer, home):
    form = {"tambon": "330103", "moo": "1", "house_no": "2", "status": "moved", "reason": "ย้าย"}
    seen = str(history.latest(home))
    answer = desk.post(go("edit", home.pk), form | {"seen": seen})
    assert answer.url == go("household", home.pk)
    home.refresh_from_db()
    assert (home.house_no, home.status) == ("2", "moved")
    page = desk.post(go("edit", home.pk), form | {"house_no": "3", "seen": seen})
    assert page.status_code == 422
    assert "Somebody else changed this record" in text_of(page)
    assert 'value="3"' in page.content.decode()


def test_the_edit_form_begins_with_what_is_recorded(desk, home):
    body = desk.get(go("edit", home.pk)).content.decode()
    assert 'value="1"' in body
    assert '<option value="330103" selected>' in body


def test_a_merged_household_is_not_edited_on_screen(desk, home):
    gone = factories.household(status="merged", merged_into=home)
    assert desk.get(go("edit", gone.pk)).status_code == 409
