"""Moves, consent, list entries, merges and numbers on screen."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from tests import factories
from tests.registry.conftest import office
from tests.registry.forms.conftest import go
from tests.registry.pages import text_of
from wattana.kernel import keys
from wattana.registry.actions import households, lists, merges, persons
from wattana.registry.models import Consent, ListEntry, Membership, Merge

pytestmark = pytest.mark.django_db
ID = "9330100001018"


def test_a_person_moves_to_a_household_that_a_search_finds(desk, home):
    one = factories.person(home, first_name="ย้าย")
    target = factories.household(house_no="88")
    page = desk.post(go("person_move", one.pk), {"text": "88", "find": ""})
    assert page.status_code == 200
    assert keys.to_text(target.pk) in page.content.decode()
    form = {"text": "88", "to_household": keys.to_text(target.pk), "on": "1/1/2568",
            "relation": "child", "reason": "moved"}  # fmt: skip
    assert desk.post(go("person_move", one.pk), form).url == go("household", target.pk)
    assert Membership.objects.get().household == home
    back = desk.post(go("person_move", one.pk), form | {"text": "1"})
    assert back.status_code == 422


def test_a_search_that_finds_nothing_says_so(desk, home):
    one = factories.person(home)
    said = text_of(desk.post(go("person_move", one.pk), {"text": "ไม่มีใคร", "find": ""}))
    assert "No other household in your area fits this." in said


def test_the_other_household_is_found_by_a_national_id_that_stands_in_no_address(desk, home):
    twin = factories.household(house_no="1/1")
    persons.create(
        household=twin.pk, by=factories.viewer(), first_name="แฝด", national_id="9330100001018"
    )
    for search in (go("merge", home.pk), go("person_move", factories.person(home).pk)):
        asked = desk.get(search).content.decode()
        assert re.search(r'<form method="post"[^>]* role="search">', asked)
        assert "other number or national ID" in asked
        found = desk.post(search, {"text": "9330100001018", "find": ""})
        assert keys.to_text(twin.pk) in found.content.decode()
        wrong = desk.post(search, {"text": "9330100001019", "find": ""})
        assert (wrong.status_code, "check" in text_of(wrong)) == (200, True)
        assert (
            keys.to_text(twin.pk)
            not in desk.get(search, {"text": "9330100001018"}).content.decode()
        )


def test_a_house_number_is_looked_for_in_the_same_tambon_where_the_scope_is_wide(sign_in, home):
    wide = sign_in(of=office("3330101", ("3301",)))
    near, far = (
        factories.household("33010302", house_no="7"),
        factories.household("33010501", house_no="7"),
    )
    found = wide.post(go("merge", home.pk), {"text": "7", "find": ""})
    assert "is looked for in the same tambon" in text_of(found)
    assert keys.to_text(near.pk) in found.content.decode()
    assert keys.to_text(far.pk) not in found.content.decode()


def test_consent_is_recorded_after_the_notice_and_withdrawn(desk, home):
    one = factories.person(home, first_name="สมศรี")
    page = desk.get(go("consent_new", home.pk))
    assert "Personal Data Protection Act" in text_of(page)
    form = {"purposes": ["survey"], "method": "signature", "given_on": "1/1/2568",
            "person": keys.to_text(one.pk)}  # fmt: skip
    desk.post(go("consent_new", home.pk), form)
    made = Consent.objects.get()
    assert made.person == one
    refused = desk.post(go("consent_new", home.pk), form | {"purposes": ["research", "survey"]})
    assert "consent to survey and analysis is recorded already" in text_of(refused)
    assert Consent.objects.count() == 1, "all of it or nothing"
    assert "สมศรี" in text_of(desk.get(go("consent_withdraw", made.pk)))
    desk.post(go("consent_withdraw", made.pk), {"reason": "เปลี่ยนใจ"})
    made.refresh_from_db()
    assert made.withdrawn_at
    assert "withdrawn already" in text_of(desk.post(go("consent_withdraw", made.pk), {}))


def test_one_form_takes_several_consents_of_today_and_none_is_chosen_beforehand(desk, home):
    page = desk.get(go("consent_new", home.pk)).content.decode()
    assert " checked" not in page
    today = re.search(r'name="given_on" value="([^"]+)"', page)[1]
    empty = text_of(desk.post(go("consent_new", home.pk), {"given_on": today}))
    assert re.search(r"What it agrees to ?: This field is required\.", empty)
    desk.post(
        go("consent_new", home.pk),
        {"purposes": ["survey", "referral"], "method": "spoken", "given_on": today},
    )
    made = Consent.objects.order_by("id")
    assert [one.purpose for one in made] == ["survey", "referral"]
    assert {timezone.localtime(one.given_at).date() for one in made} == {timezone.localdate()}


def test_an_entry_is_added_and_verified_with_a_reason(desk, officer, home):
    desk.post(go("list_new", home.pk), {"source": "mso", "source_year": "2568"})
    entry = ListEntry.objects.get()
    page = desk.post(go("list_verify", entry.pk), {"verification": "not_poor", "reason": ""})
    assert "needs a reason" in text_of(page)
    desk.post(go("list_verify", entry.pk), {"verification": "not_poor", "reason": "มีรถ"})
    home.refresh_from_db()
    assert home.list_status == "not_poor"
    assert "not poor (inclusion error)" in text_of(
        desk.get(go("household", home.pk) + "?open=lists")
    )


def test_two_records_are_found_compared_merged_and_parted(desk, officer, home):
    twin = factories.household(house_no="1/1")
    factories.person(twin, first_name="แฝด")
    lists.add(household=twin.pk, source="tpmap", source_year=2568, by=officer)
    page = desk.post(go("merge", home.pk), {"text": "1/1", "find": ""})
    link = f"{go('merge', home.pk)}?other={keys.to_text(twin.pk)}"
    assert link in page.content.decode()
    said = text_of(desk.get(link))
    called = "แฝด ตัวอย่าง · House 1/1, Moo 1, Tambon Khu Sot"
    assert f"{called} Members 1 member Record key {keys.to_text(twin.pk)}" in said
    assert f"{called} · 1 member · {keys.to_text(twin.pk)}" in said
    assert "TPMAP" in said
    assert desk.post(link, {"kept": keys.to_text(home.pk)}).status_code == 422
    form = {"kept": keys.to_text(home.pk), "reason": "บ้านเดียวกัน"}
    assert desk.post(link, form).url == go("household", home.pk)
    made = Merge.objects.get()
    assert (made.kept, made.absorbed) == (home, twin)
    body = desk.get(go("household", home.pk)).content.decode()
    assert go("merge_undo", made.pk) in body
    assert desk.post(go("merge_undo", made.pk)).url == go("household", twin.pk)
    assert twin.persons.count() == 1


def test_the_other_side_may_stay_too(desk, home):
    twin = factories.household(house_no="1/1")
    link = f"{go('merge', home.pk)}?other={keys.to_text(twin.pk)}"
    desk.post(link, {"kept": keys.to_text(twin.pk), "reason": "ซ้ำ"})
    assert Merge.objects.get().kept == twin


def test_a_merge_with_itself_or_with_nothing_is_not_offered(desk, home):
    for other in (keys.to_text(home.pk), "nonsense", ""):
        page = desk.get(go("merge", home.pk), {"other": other})
        assert "Find the other household" in text_of(page)


def test_an_impossible_undo_says_which_household_stands_in_the_way(desk, officer, home):
    twin, third = factories.household(house_no="2"), factories.household(house_no="3")
    one = factories.person(twin)
    made = merges.merge(kept=home.pk, absorbed=twin.pk, reason="ซ้ำ", by=officer)
    households.move_person(
        person=one.pk, to_household=third.pk, on="1/1/2568", relation="child", by=officer
    )
    page = desk.post(go("merge_undo", made.pk))
    assert page.status_code == 422
    assert go("household", third.pk) in page.content.decode()


def test_a_number_is_added_and_removed(desk, home):
    desk.post(go("number_new", home.pk), {"kind": "mso", "value": "M1"})
    number = home.identifiers.get()
    assert "M1" in text_of(desk.get(go("household", home.pk) + "?open=numbers"))
    desk.post(go("number_remove", home.pk, number.pk))
    assert not home.identifiers.exists()
