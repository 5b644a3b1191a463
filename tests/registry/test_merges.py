from __future__ import annotations

import pytest
from django.urls import reverse

from tests import factories
from tests.registry.states import snapshot
from wattana.accounts.models import AuditEvent
from wattana.kernel import keys
from wattana.kernel.problems import Conflict, Forbidden, Invalid, NotFound
from wattana.registry.actions import consents, households, identifiers, lists, merges, persons
from wattana.registry.models import FieldChange, Membership, Merge

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(officer):
    """Two records of one household, each with people, lists, a consent and a number."""
    kept = factories.household(house_no="1")
    absorbed = factories.household(house_no="1/1")
    for home in (kept, absorbed):
        factories.person(home, relation="head")
        factories.person(home, relation="child")
        lists.add(household=home.pk, source="tpmap", source_year=2568, by=officer)
        consents.record(
            household=home.pk, purpose="survey", method="spoken", given_on="1/1/2568", by=officer
        )
        identifiers.add(household=home.pk, kind="mso", value=f"M{home.pk}", by=officer)
    lists.add(household=absorbed.pk, source="mso", source_year=2568, by=officer)
    kept.refresh_from_db()
    absorbed.refresh_from_db()
    return kept, absorbed


def merge(two, officer, **more):
    return merges.merge(
        **{"kept": two[0].pk, "absorbed": two[1].pk, "reason": "บ้านเดียวกัน", "by": officer} | more
    )


def test_people_lists_consents_and_numbers_go_over(officer, two):
    kept, absorbed = two
    merge(two, officer)
    absorbed.refresh_from_db()
    assert (absorbed.status, absorbed.merged_into) == ("merged", kept)
    assert not absorbed.persons.exists()
    assert kept.persons.count() == 4
    assert kept.consents.count() == kept.identifiers.count() == 2
    assert sorted(kept.list_entries.values_list("source", flat=True)) == ["mso", "tpmap"]
    assert absorbed.list_entries.get().source == "tpmap"  # the kept household has it too


def test_the_household_keeps_one_head_and_the_past_is_a_membership(officer, two):
    kept, absorbed = two
    merge(two, officer)
    assert kept.persons.filter(relation="head").count() == 1
    past = Membership.objects.filter(household=absorbed)
    assert sorted(past.values_list("relation", "reason")) == [
        ("child", "merged"),
        ("head", "merged"),
    ]


def test_every_change_of_a_merge_names_it(officer, two):
    made = merge(two, officer)
    assert FieldChange.objects.filter(merge_id=made.pk).count() >= 5
    assert AuditEvent.objects.filter(action="household.merge", object_id=two[0].pk).exists()


def test_undoing_restores_every_row(officer, two):
    before = snapshot()
    made = merge(two, officer)
    assert snapshot() != before
    undone = merges.undo(merge=made.pk, by=officer)
    assert snapshot() == before
    assert (undone.undone_by, undone.undone_at is not None) == (1, True)


def test_the_list_status_follows_and_returns(officer, two):
    kept, absorbed = two
    entry = absorbed.list_entries.get(source="mso")
    lists.verify(entry=entry.pk, verification="confirmed", by=officer)
    before = snapshot()
    made = merge(two, officer)
    kept.refresh_from_db()
    assert kept.list_status == "confirmed_poor"
    merges.undo(merge=made.pk, by=officer)
    assert snapshot() == before


def test_what_was_decided_between_stays_decided(officer, two):
    kept, absorbed = two
    made = merge(two, officer)
    entry = kept.list_entries.get(source="mso")
    lists.verify(entry=entry.pk, verification="not_poor", reason="มีที่ดิน", by=officer)
    merges.undo(merge=made.pk, by=officer)
    kept.refresh_from_db()
    absorbed.refresh_from_db()
    assert (kept.list_status, absorbed.list_status) == ("from_list", "not_poor")


def test_people_who_came_in_between_stay(officer, two):
    kept, absorbed = two
    made = merge(two, officer)
    new = persons.create(household=kept.pk, by=officer, first_name="ใหม่", no_id_reason="lost")
    merges.undo(merge=made.pk, by=officer)
    new.refresh_from_db()
    assert new.household_id == kept.pk
    assert absorbed.persons.count() == 2


def test_undoing_is_refused_when_somebody_moved_on_and_says_where(officer, two):
    _, absorbed = two
    one = absorbed.persons.get(relation="child")
    made = merge(two, officer)
    third = factories.household(house_no="3")
    households.move_person(
        person=one.pk, to_household=third.pk, on="1/2/2568", relation="child", by=officer
    )
    before = snapshot()
    with pytest.raises(Conflict) as refused:
        merges.undo(merge=made.pk, by=officer)
    assert refused.value.params == {"household": keys.to_text(third.pk)}
    assert snapshot() == before


def test_undoing_is_refused_when_the_kept_household_was_merged_and_says_into_which(officer, two):
    kept, _ = two
    made = merge(two, officer)
    third = factories.household(house_no="3")
    later = merge((third, kept), officer)
    with pytest.raises(Conflict) as refused:
        merges.undo(merge=made.pk, by=officer)
    assert refused.value.params["other"] == keys.to_text(third.pk)
    merges.undo(merge=later.pk, by=officer)
    merges.undo(merge=made.pk, by=officer)


def test_undoing_is_refused_when_something_was_removed(officer, two):
    kept, absorbed = two
    number = absorbed.identifiers.get()
    made = merge(two, officer)
    identifiers.remove(household=kept.pk, identifier=number.pk, by=officer)
    with pytest.raises(Conflict):
        merges.undo(merge=made.pk, by=officer)


def test_two_merges_into_one_are_undone_in_either_order(officer, two):
    kept, absorbed = two
    third = factories.household(house_no="3")
    entry = lists.add(household=third.pk, source="bmn", source_year=2568, by=officer)
    lists.verify(entry=entry.pk, verification="confirmed", by=officer)
    before = snapshot()
    first = merge(two, officer)
    second = merge((kept, third), officer)
    merges.undo(merge=first.pk, by=officer)
    kept.refresh_from_db()
    assert kept.list_status == "confirmed_poor"
    merges.undo(merge=second.pk, by=officer)
    assert snapshot() == before
    assert absorbed.persons.count() == 2


def test_a_merge_is_undone_once(officer, two):
    made = merge(two, officer)
    merges.undo(merge=made.pk, by=officer)
    with pytest.raises(Conflict):
        merges.undo(merge=made.pk, by=officer)


def test_a_merge_needs_two_open_households_and_a_reason(officer, two):
    kept, absorbed = two
    with pytest.raises(Conflict):
        merge((kept, kept), officer)
    with pytest.raises(Invalid):
        merge(two, officer, reason=" ")
    merge(two, officer)
    with pytest.raises(Conflict):
        merge((absorbed, factories.household(house_no="3")), officer)


def test_a_merged_household_is_not_edited(officer, two):
    merge(two, officer)
    with pytest.raises(Conflict) as refused:
        households.update(household=two[1].pk, by=officer, house_no="9")
    assert refused.value.params == {"household": keys.to_text(two[0].pk)}


PAGES_OF_STEPS = [
    "registry:edit", "registry:person_new", "registry:consent_new", "registry:list_new",
    "registry:number_new", "registry:merge", "referrals:need_new", "referrals:plan_new",
    "referrals:follow_up", "referrals:exit_propose", "surveys:start",
]  # fmt: skip


@pytest.mark.parametrize("name", PAGES_OF_STEPS)
def test_a_step_at_a_merged_household_leads_to_the_one_that_it_lives_on_in(
    officer, two, sign_in, name
):
    merge(two, officer)
    last = factories.household(house_no="3")
    merge((last, two[0]), officer)
    answer = sign_in().get(reverse(name, args=[two[1].pk]))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert f'href="{reverse("registry:household", args=[last.pk])}">Open that household</a>' in page


@pytest.mark.parametrize("name", ["registry:edit", "registry:household"])
def test_where_it_went_is_not_told_to_those_who_may_not_see_that(officer, two, sign_in, name):
    merge(two, officer)
    away = factories.household("33010501")
    type(away).objects.filter(pk=two[0].pk).update(
        area=away.area, tambon=away.tambon, district=away.district, province=away.province
    )
    page = sign_in().get(reverse(name, args=[two[1].pk])).content.decode()
    assert "not open to you" in page
    assert keys.to_text(two[0].pk) not in page


def test_households_of_another_area_are_neither_merged_nor_parted(officer, outsider, two):
    kept, _ = two
    away = factories.household("33010501")
    for pair in ((kept, away), (away, kept)):
        with pytest.raises(NotFound):
            merge(pair, officer)
    made = merge(two, officer)
    with pytest.raises(NotFound):
        merges.undo(merge=made.pk, by=outsider)
    with pytest.raises(NotFound):
        merges.undo(merge=1, by=officer)
    assert Merge.objects.get().undone_at is None


def test_an_enumerator_does_not_merge(two):
    with pytest.raises(Forbidden):
        merge(two, factories.viewer("enumerator"))
