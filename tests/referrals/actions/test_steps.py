"""What a step does beside the state, and what it refuses."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection
from django.utils import timezone

from tests import factories
from tests.referrals.conftest import member_of
from wattana.accounts.models import AuditEvent, Organization
from wattana.kernel.problems import Conflict, Forbidden, Invalid, NotFound
from wattana.kit import moments
from wattana.referrals.actions import assistance, cases, needs, steps
from wattana.referrals.actions.assistance import Given
from wattana.referrals.actions.needs import Found
from wattana.referrals.actions.steps import Told
from wattana.referrals.models import Assistance, Need, Referral
from wattana.registry.actions import consents
from wattana.registry.models import Consent


def test_the_way_from_a_need_to_the_households_yes(world):
    case = world.at("closed")
    case.refresh_from_db()
    assert Need.objects.get().state == Need.State.MET
    assert Need.objects.get().met_on == timezone.localdate()
    assert case.closed_at is not None and case.due_on is None
    told = [(one.action, one.side) for one in case.events.order_by("version")]
    assert told == [
        ("create", "sender"), ("edit", "sender"), ("send", "sender"), ("receive", "receiver"),
        ("approve", "receiver"), ("help", "receiver"), ("confirm", "sender"), ("close", "sender"),
    ]  # fmt: skip
    assert case.events.get(action="confirm").on_behalf
    assert AuditEvent.objects.filter(action="referral.close", object_id=case.pk).count() == 1


def test_nothing_is_sent_without_a_ground(world):
    need = needs.report(household=world.home.pk, found=Found("housing", "visit"), by=world.sender)
    case = cases.open_case(need=need.pk, receiver=world.agency.pk, by=world.sender)
    with pytest.raises(Invalid, match="on what ground"):
        world.step(case, "send")
    case.refresh_from_db()
    assert case.state == "draft"


def test_a_consent_that_was_withdrawn_stops_the_sending(world):
    world.draft()
    consents.withdraw(consent=Consent.objects.get().pk, by=world.sender)
    with pytest.raises(Invalid, match="withdrawn"):
        world.step(Referral.objects.get(), "send")


def test_duty_by_law_needs_words_and_is_none_for_a_confidential_case(world):
    case = world.draft()
    with pytest.raises(Invalid, match="Write why"):
        world.saved(case, basis="public_task")
    held = world.draft("violence")
    with pytest.raises(Invalid, match="confidential"):
        world.saved(held, basis="public_task", note="duty")
    world.saved(held, basis="vital", note="danger")


@pytest.mark.parametrize("action", ["return", "refuse", "pass_on"])
def test_a_step_with_a_reason_refuses_any_other_word(world, action):
    case = world.at("received")
    with pytest.raises(Invalid, match="Choose the reason"):
        world.step(case, action, reason="because")


def test_help_has_a_record(world):
    case = world.at("approved")
    with pytest.raises(Invalid, match="Record the help"):
        world.step(case, "help", given=None)
    for wrong in (
        Given(on=timezone.localdate() + dt.timedelta(days=1), satang=100),
        Given(on=timezone.localdate()),
        Given(on=timezone.localdate(), satang=-5),
        Given(on=timezone.localdate(), satang=100, programme="no_such"),
    ):
        with pytest.raises(Invalid):
            world.step(case, "help", given=wrong)
    world.step(case, "help")
    row = Assistance.objects.get()
    assert (row.provider, row.satang, row.dimension) == (world.agency, 300_000, "living")


def test_several_may_help_for_one_need_and_a_wrong_row_counts_no_more(world):
    case = world.at("helped")
    further = assistance.record_further(
        need=case.need_id, given=Given(on=timezone.localdate(), in_kind="rice"), by=world.sender
    )
    assert Assistance.objects.filter(need=case.need_id).count() == 2
    with pytest.raises(Forbidden):
        assistance.void(assistance=further.pk, reason="twice", by=world.receiver)
    assistance.void(assistance=further.pk, reason="twice", by=world.sender)
    with pytest.raises(Conflict):
        assistance.void(assistance=further.pk, reason="twice", by=world.sender)


def test_did_not_come_opens_the_case_again_and_tells_the_next_tier(world):
    case = world.step(world.at("helped"), "did_not_come")
    assert (case.state, case.tier) == ("approved", Referral.Tier.DISTRICT)


def test_one_appeal_for_one_decision(world):
    case = world.step(world.at("appealed"), "refuse")
    with pytest.raises(Conflict, match="appeal already"):
        world.step(case, "appeal")


def test_a_case_that_is_passed_on_goes_on_with_the_other_agency(world):
    old = world.at("passed_on")
    new = old.passed_to.get()
    assert (new.state, new.receiver, new.sender) == ("sent", world.other, world.authority)
    assert new.basis == "consent" and new.need == old.need and new.number != old.number
    with pytest.raises(Conflict):
        world.step(old, "receive")


def test_it_is_not_passed_on_to_where_it_lies(world):
    case = world.at("received")
    with pytest.raises(Invalid, match="lies there already"):
        world.step(case, "pass_on", receiver=world.agency.pk)


def test_the_same_need_is_not_referred_twice(world):
    case = world.at("sent")
    with pytest.raises(Conflict, match=case.number):
        needs.report(household=world.home.pk, found=Found("housing", "tip"), by=world.sender)
    with pytest.raises(Conflict, match=case.number):
        cases.open_case(need=case.need_id, by=world.sender)


def test_an_agency_without_agreement_gets_nothing(world):
    stranger = factories.organization("X", areas=("33",), kind="agency")
    need = needs.report(household=world.home.pk, found=Found("housing", "visit"), by=world.sender)
    with pytest.raises(Invalid, match="no agreement in force"):
        cases.open_case(need=need.pk, receiver=stranger.pk, by=world.sender)


def test_an_agency_that_ends_midway_gets_nothing_more_and_its_case_goes_elsewhere(world):
    case = world.at("refused")
    Organization.objects.filter(pk=world.other.pk).update(ended_on=timezone.localdate())
    with pytest.raises(Invalid, match="has ended"):
        world.step(case, "redirect")
    Organization.objects.filter(pk=world.other.pk).update(ended_on=None)
    world.step(case, "redirect", reason="agency_ended")
    assert case.passed_to.get().receiver == world.other


def test_a_member_who_moved_leaves_her_cases_to_her_colleagues(world):
    case = world.at("sent")
    colleague = member_of(world.authority, "tambon_officer", ("330103",))
    steps.take(
        referral=case.pk, action="cancel", version=case.version, told=Told(reason="moved"),
        by=colleague,
    )  # fmt: skip


def test_a_household_that_moved_keeps_its_case_with_the_sender(world):
    case = world.at("sent")
    factories.area("33010501")
    type(world.home).objects.filter(pk=world.home.pk).update(area="33010501")
    case = world.step(case, "receive")
    assert case.area_code == "33010301"
    assert world.step(case, "approve").state == "approved"


def test_for_somebody_who_died_no_need_is_recorded(world):
    person = world.home.persons.get()
    type(person).objects.filter(pk=person.pk).update(died_on=timezone.localdate())
    with pytest.raises(Invalid, match="has died"):
        needs.report(
            household=world.home.pk, found=Found("care", "visit", person=person.pk),
            by=world.sender,
        )  # fmt: skip


def test_a_confidential_case_is_open_to_named_members_only(world):
    case = world.at("sent", "violence")
    with pytest.raises(Forbidden, match="confidential"):
        steps.take(referral=case.pk, action="receive", version=case.version, by=world.receiver)
    cases.take_charge(referral=case.pk, by=world.receiver)
    steps.take(referral=case.pk, action="receive", version=case.version, by=world.receiver)
    colleague = member_of(world.agency, "agency_caseworker", ("33",))
    with pytest.raises(Conflict, match="colleague"):
        cases.take_charge(referral=case.pk, by=colleague)
    cases.name_member(referral=case.pk, user=colleague.user_id, by=world.receiver)
    cases.note(referral=case.pk, text="seen", by=colleague)
    outsider = member_of(world.other, "agency_caseworker", ("33",))
    with pytest.raises(NotFound):
        cases.take_charge(referral=case.pk, by=outsider)


def test_numbers_run_by_organisation_and_fiscal_year(world):
    one, two = world.draft("housing"), world.draft("care")
    assert one.number.startswith("6330113-25") and int(two.number[-4:]) == int(one.number[-4:]) + 1


def test_the_clock_knows_urgency_and_working_days(world):
    monday = timezone.make_aware(dt.datetime(2026, 6, 8, 9))
    with moments.at(monday):
        case = world.at("sent")
        assert case.due_on == dt.date(2026, 6, 29)  # 15 working days
        urgent = world.draft("care")
        Referral.objects.filter(pk=urgent.pk).update(urgency="urgent")
        assert world.step(urgent, "send").due_on == dt.date(2026, 6, 9)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="two connections need PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_of_two_members_at_the_same_time_one_wins(world):
    case = world.at("received")
    answers: list[str] = []

    def act(action: str) -> None:
        try:
            world.step(case, action)
            answers.append("done")
        except Conflict:
            answers.append("too late")
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(one,)) for one in ("approve", "refuse")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(answers) == ["done", "too late"]
    assert Referral.objects.get(pk=case.pk).version == case.version + 1
