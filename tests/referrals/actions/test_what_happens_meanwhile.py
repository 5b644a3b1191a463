"""Agreements end, people move and die, consent is withdrawn while a case is open."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone, translation

from tests import factories
from tests.referrals.conftest import member_of
from wattana.accounts.models import Agreement, Organization
from wattana.kernel.problems import Conflict, Invalid, NotFound
from wattana.kit.middleware import told as in_words
from wattana.notices.models import Notice
from wattana.referrals.actions import attachments, batches, cases
from wattana.referrals.models import Assistance, Referral
from wattana.referrals.queries import board
from wattana.referrals.queries.cases import case as read
from wattana.registry.actions import consents
from wattana.registry.models import Consent, Person

STATES = ["sent", "received", "fact_finding", "documents_asked", "approved", "appealed"]
PDF = b"%PDF-1.7\n1 0 obj\n"


def warned(viewer, case: Referral) -> str:
    """What the page of a case warns of, in English; in Thai it is said in other words."""
    with translation.override("en"):
        english = read(viewer, case.pk).warnings
    with translation.override("th"):
        assert not set(english) & set(read(viewer, case.pk).warnings)
    return " ".join(english)


@pytest.mark.parametrize("state", STATES)
def test_a_case_at_an_agency_that_ended_goes_to_another_one(world, state):
    case = world.at(state)
    with pytest.raises(Conflict, match="can still decide"):
        world.step(case, "redirect_ended")
    Organization.objects.filter(pk=world.agency.pk).update(ended_on=timezone.localdate())
    assert read(world.sender, case.pk).stranded
    world.step(case, "redirect_ended")
    new = case.passed_to.get()
    assert (new.state, new.receiver) == ("sent", world.other)


def test_without_an_agreement_nothing_is_sent_and_what_lies_there_can_be_taken_away(world):
    case, draft = world.at("received"), world.draft("care")
    Agreement.objects.update(ended_early_at=timezone.now())
    with pytest.raises(Invalid, match="no agreement in force"):
        world.step(draft, "send")
    assert read(world.sender, case.pk).stranded
    assert "redirect_ended" in {one.action for one in read(world.sender, case.pk).steps}


def test_an_agency_without_an_agreement_sees_the_facts_no_more_and_can_still_end_the_case(world):
    case = world.at("received")
    made = attachments.add(referral=case.pk, name="a.pdf", content=PDF, by=world.sender)
    cut = type(world.receiver)(**vars(world.receiver) | {"areas": ()})
    assert read(world.receiver, case.pk).facts
    found = read(cut, case.pk)
    assert found.closed_to and not found.facts and not found.files
    with pytest.raises(NotFound):
        attachments.open_file(cut, made.pk)
    assert world.step(case, "return", by=cut).state == "returned"


def test_a_withdrawn_consent_closes_the_facts_to_the_agency_and_says_so(world):
    case = world.at("received")
    consents.withdraw(consent=Consent.objects.get().pk, by=world.sender)
    assert not read(world.receiver, case.pk).facts
    assert "consent was withdrawn" in warned(world.sender, case)
    assert world.step(case, "cancel", reason="consent_withdrawn").state == "cancelled"


def test_nothing_more_is_sent_for_somebody_who_died(world):
    person = world.home.persons.get()
    case, sent = world.draft("care", person=person.pk), world.draft("housing", person=person.pk)
    world.step(sent, "send")
    Person.objects.filter(pk=person.pk).update(died_on=timezone.localdate())
    with pytest.raises(Invalid, match="has died") as refused:
        world.step(case, "send")
    with translation.override("th"):
        assert "เสียชีวิต" in in_words(refused.value)
    assert "has died" in warned(world.sender, sent)
    assert world.step(case, "cancel", reason="died").state == "cancelled"


def test_somebody_who_left_the_household_is_named_to_both_sides(world):
    person = world.home.persons.get()
    case = world.draft("care", person=person.pk)
    world.step(case, "send")
    Person.objects.filter(pk=person.pk).update(left_on=timezone.localdate())
    assert "left the household" in warned(world.receiver, case)
    elsewhere = factories.household("33010302", owner=world.authority)
    Person.objects.filter(pk=person.pk).update(left_on=None, household=elsewhere)
    assert "another household" in warned(world.receiver, case)


def test_a_household_in_another_tambon_keeps_its_case_and_the_new_tambon_sees_it(world):
    case = world.at("sent")
    factories.area("33010501")
    type(world.home).objects.filter(pk=world.home.pk).update(area="33010501")
    assert "another tambon" in warned(world.sender, case)
    new = member_of(
        factories.organization("6330105", areas=("330105",)), "tambon_officer", ("330105",)
    )
    found = read(new, case.pk)
    assert not found.facts and not found.steps and not found.warnings


def test_help_that_did_not_come_counts_as_none_until_it_is_given_again(world):
    case = world.at("helped")
    today = timezone.localdate()
    year = (today - dt.timedelta(days=365), today)
    assert board.figures(world.sender, *year).episodes == 1
    case = world.step(case, "did_not_come")
    found = board.figures(world.sender, *year)
    assert (found.helped, found.episodes, found.satang, found.households) == (0, 0, 0, 0)
    assert (found.days, found.did_not_come) == (None, 1)
    with pytest.raises(Invalid, match="Record the help"):
        world.step(case, "help", given=None)
    world.step(case, "help")
    found = board.figures(world.sender, *year)
    assert (found.helped, found.episodes, found.satang) == (1, 1, 300_000)
    assert Assistance.objects.count() == 2


def test_did_not_come_is_told_to_the_next_tier_each_time(world):
    offices = {
        kind: member_of(
            factories.organization(kind, areas=areas, kind=kind), f"{kind}_officer", areas
        )
        for kind, areas in (("district", ("3301",)), ("province", ("33",)))
    }
    case = world.step(world.at("helped"), "did_not_come")
    told = Notice.objects.filter(kind="referral.did_not_come")
    assert told.filter(user=offices["district"].user_id).count() == 1
    assert not told.filter(user=offices["province"].user_id).exists()
    world.step(world.step(case, "help"), "did_not_come")
    assert told.filter(user=offices["province"].user_id).count() == 1


def test_of_a_confidential_case_no_other_office_hears_that_it_did_not_come(world):
    district = member_of(
        factories.organization("D", areas=("3301",), kind="district"), "district_officer", ("3301",)
    )
    case = world.at("sent", "violence")
    cases.take_charge(referral=case.pk, by=world.receiver)
    for action in ("receive", "approve", "help", "did_not_come"):
        case = world.step(case, action)
    assert not Notice.objects.filter(user=district.user_id).exists()


def test_a_confidential_case_is_on_no_list(world):
    case = world.draft("violence")
    with pytest.raises(Invalid, match="confidential") as refused:
        batches.create(receiver=world.agency.pk, drafts={case.pk: case.version}, by=world.sender)
    with translation.override("th"):
        assert "ปกปิด" in in_words(refused.value) or "ลับ" in in_words(refused.value)
    assert Referral.objects.get().state == "draft"


def test_the_sender_hears_that_a_batch_was_rejected(world):
    case = world.draft()
    bound = batches.create(
        receiver=world.agency.pk, drafts={case.pk: case.version}, by=world.sender
    )
    batches.reject(batch=bound.pk, reason="unsigned", by=world.receiver)
    row = Notice.objects.get(user=world.sender.user_id, kind="referral.batch_rejected")
    assert row.params == {"number": bound.number}
