"""Complaints come in, are handled, go up, end; and who never sees one."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.translation import override

from tests import factories
from tests.grievances.conftest import WORDS, named
from tests.referrals.conftest import member_of
from wattana.accounts.models import AuditEvent
from wattana.accounts.viewer import System
from wattana.grievances import access, handling, nightly, queries
from wattana.grievances.actions import handlers, opening, steps
from wattana.grievances.actions.opening import Complaint
from wattana.grievances.models import Grievance, GrievanceStep, Handler
from wattana.kernel.problems import Conflict, Forbidden, Invalid, NotFound
from wattana.kit import moments
from wattana.notices.models import Notice


def test_a_complaint_about_a_tambon_goes_to_the_district_and_its_handler_is_told(offices):
    row, _ = offices.complain()
    assert (row.organization, row.tier, row.state) == (offices.district, 1, "received")
    told = Notice.objects.get(kind="grievance.new")
    assert told.user_id == offices.at_district.user_id
    assert told.params == {"number": row.number}


def test_an_office_never_handles_a_complaint_about_itself(offices):
    about_district, _ = offices.complain(about=offices.district.pk)
    assert about_district.organization == offices.province
    about_province, _ = offices.complain(about=offices.province.pk)
    assert about_province.organization == offices.operator
    about_district.organization = offices.district
    with pytest.raises(IntegrityError), transaction.atomic():
        about_district.save()


def test_who_is_not_sure_is_heard_by_the_province(offices):
    row, _ = offices.complain(about=None)
    assert row.organization == offices.province


def test_words_name_and_contact_lie_sealed_and_are_read_by_the_handler_alone(offices):
    row, _ = offices.complain(name="มานี ตัวอย่าง", contact="0800000000")
    offices.take(row, "acknowledge")
    offices.take(row, "answer", "คำตอบลับ")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM grievances_grievance")
        stored = repr(
            [[bytes(v) if isinstance(v, memoryview) else v for v in one] for one in cursor]
        )
        cursor.execute("SELECT * FROM grievances_grievancestep")
        stored += repr(
            [[bytes(v) if isinstance(v, memoryview) else v for v in one] for one in cursor]
        )
    for secret in (WORDS, "มานี", "0800000000", "คำตอบลับ"):
        assert secret not in stored and repr(secret.encode())[2:-1] not in stored
    found = queries.opened(offices.at_district, row.pk)
    assert (found.text, found.name, found.contact) == (WORDS, "มานี ตัวอย่าง", "0800000000")


def test_nobody_else_sees_even_that_there_is_one(offices):
    row, _ = offices.complain()
    unnamed = member_of(offices.district, "district_officer", ("3301",))
    for viewer, refusal in (
        (offices.officer, Forbidden),  # of the office complained about
        (unnamed, Forbidden),
        (offices.at_province, NotFound),  # a handler, of another office
        (offices.at_operator, NotFound),
    ):
        with pytest.raises(refusal):
            access.grievance(viewer, row.pk)
    assert access.grievance(offices.at_district, row.pk) == row


def test_who_took_part_in_the_case_is_passed_over(offices, case_of_district):
    row, _ = offices.complain(about=None, case=case_of_district.number)
    assert row.referral == case_of_district
    assert row.organization == offices.province  # the only handler of the district took a step
    second = named(member_of(offices.district, "district_officer", ("3301",)))
    other, _ = offices.complain(about=None, case=case_of_district.number)
    assert other.organization == offices.district
    assert access.grievance(second, other.pk) == other
    with pytest.raises(NotFound):
        access.grievance(offices.at_district, other.pk)
    assert handling.free(offices.district.pk, other) == {second.user_id}


@pytest.fixture
def case_of_district(offices):
    from tests.invariants.world import place  # noqa: PLC0415  one of everything

    case = place("330103", "X").household.referrals.get()
    case.events.create(
        at=moments.now(), by=offices.at_district.user_id, side="receiver", action="refuse",
        old_state="received", new_state="refused", version=7,
    )  # fmt: skip
    return case


def test_a_decision_is_complained_about_at_the_agency_that_took_it(offices, case_of_district):
    row, _ = offices.complain("decision", about=None, case=case_of_district.number)
    assert row.about == case_of_district.receiver


def test_the_number_of_a_case_that_is_not_known_stays_with_the_words(offices):
    row, _ = offices.complain(case="6330113-2569-1")
    assert row.referral is None
    assert "6330113-2569-1" in queries.opened(offices.at_district, row.pk).text


def test_the_complainant_follows_by_her_code_and_sees_no_names(offices):
    row, code = offices.complain()
    offices.take(row, "acknowledge", "a note between handlers")
    with override("en"):
        found = queries.followed(code.lower()[:4] + "-" + code[4:])
    assert [one.done for one in found.story] == ["complaint received", "acknowledged"]
    assert all(not one.who and not one.words for one in found.story)
    assert Grievance.objects.filter(code_digest__contains=code).count() == 0
    with pytest.raises(NotFound):
        queries.followed("ABCDEFGHJKMN")


def test_an_answer_that_satisfies_ends_it(offices):
    row, code = offices.answered()
    assert queries.followed(code).story[-1].words == "we called them"
    done = steps.take_by_code(code=code, action="accept", version=row.version)
    assert done.state == "settled" and done.closed_at is not None and done.due_on is None
    with pytest.raises(Conflict):
        steps.add(code=code, version=done.version, words="more")


def test_an_answer_that_does_not_goes_up_with_the_reason_until_there_is_no_higher_office(offices):
    row, code = offices.answered()
    with pytest.raises(Invalid, match="in words"):
        steps.take_by_code(code=code, action="not_settled", version=row.version)
    up = steps.take_by_code(code=code, action="not_settled", version=row.version, words="witnesses")
    assert (up.organization, up.state, up.tier) == (offices.province, "received", 2)
    with pytest.raises(NotFound):
        access.grievance(offices.at_district, row.pk)
    offices.take(row, "hand_up", "not ours", by=offices.at_province)
    offices.take(row, "acknowledge", by=offices.at_operator)
    last = offices.take(row, "answer", "final words", by=offices.at_operator)
    assert [one.action for one in queries.followed(code).steps] == ["accept", "withdraw"]
    with pytest.raises(Conflict, match="no higher office"):
        steps.take_by_code(code=code, action="not_settled", version=last.version, words="still")


def test_an_office_is_no_office_above_itself(offices):
    offices.operator.is_operator, offices.province.is_operator = False, True
    offices.operator.save()
    offices.province.save()
    row, _ = offices.complain(about=offices.district.pk)
    assert row.organization == offices.province and not handling.higher(row)


def test_of_two_handlers_at_once_one_wins(offices):
    row, _ = offices.complain()
    offices.take(row, "acknowledge")
    with pytest.raises(Conflict, match="faster"):
        steps.take(grievance=row.pk, action="acknowledge", version=1, by=offices.at_district)
    assert GrievanceStep.objects.filter(action="acknowledge").count() == 1


@pytest.mark.parametrize("action", ["accept", "withdraw", "escalate", "close", "fly"])
def test_a_handler_takes_no_step_of_others(offices, action):
    row, _ = offices.complain()
    with pytest.raises(Invalid):
        offices.take(row, action, "words")


@pytest.mark.parametrize("action", ["answer", "acknowledge", "close", "hand_up"])
def test_the_complainant_takes_no_step_of_others(offices, action):
    row, code = offices.complain()
    with pytest.raises(Invalid):
        steps.take_by_code(code=code, action=action, version=row.version, words="words")


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"text": "  "}, "what happened"),
        ({"text": "a" * 5_001}, "5000"),
        ({"kind": "gossip"}, "answers of the list"),
        ({"about": 1}, "answers of the list"),
        ({"channel": "call"}, "answers of the list"),  # told to nobody
    ],
)
def test_what_is_missing_or_wrong_is_named(offices, said, says):
    with pytest.raises(Invalid) as refused:
        offices.complain(**said)
    assert says in str(refused.value) or says in str(refused.value.params)
    assert not Grievance.objects.exists()


def test_an_officer_writes_one_down_for_somebody_and_does_not_see_it_again(offices):
    said = Complaint(kind="service", text=WORDS, about=offices.authority.pk, channel="office")
    row, code = opening.open_(said=said, by=offices.officer)
    assert row.recorded_by == offices.officer.user_id and queries.followed(code).row == row
    with pytest.raises(Forbidden):
        access.grievance(offices.officer, row.pk)
    with pytest.raises(Forbidden):
        opening.open_(said=said, by=offices.at_operator)


def test_the_audit_trail_names_the_deed_and_none_of_the_words(offices):
    row, _ = offices.complain(name="มานี")
    offices.take(row, "acknowledge", "note")
    events = AuditEvent.objects.filter(kind="grievance").order_by("pk")
    assert [one.action for one in events] == ["grievance.open", "grievance.acknowledge"]
    assert not any("มานี" in repr(one.detail) or "note" in repr(one.detail) for one in events)


# --- the clock


def later(days: int):
    return moments.at(moments.now() + dt.timedelta(days=days))


def test_what_nobody_acknowledges_is_led_up_once_and_the_next_office_is_told(offices):
    row, _ = offices.complain()
    with later(12):
        assert nightly.run().escalated == 1
        assert nightly.run().escalated == 0
        row.refresh_from_db()
        assert (row.organization, row.state) == (offices.province, "received")
        assert row.due_on > moments.today()
    told = Notice.objects.filter(kind="grievance.new", user_id=offices.at_province.user_id)
    assert told.count() == 1


def test_looking_into_it_goes_on_with_the_clock_of_the_acknowledgement(offices):
    row, _ = offices.complain()
    due = offices.take(row, "acknowledge").due_on
    with later(5):
        assert offices.take(row, "look_into").due_on == due


def test_an_answer_that_nobody_replies_to_is_closed(offices):
    row, _ = offices.answered()
    with later(40):
        assert nightly.run().closed == 1
    row.refresh_from_db()
    assert row.state == "closed"


def test_handlers_are_reminded_once_a_day(offices):
    offices.complain()
    with later(2):
        nightly.run()
        nightly.run()
    assert Notice.objects.filter(kind="grievance.at_risk").count() <= 1


def test_without_any_handler_a_complaint_waits_and_the_administrators_are_told(offices):
    Handler.objects.all().delete()
    row, code = offices.complain()
    assert row.organization is None and queries.followed(code).office == ""
    assert nightly.run().unplaced == 1
    told = Notice.objects.get(kind="grievance.unplaced")
    assert told.user_id == offices.at_operator.user_id
    named(offices.at_district)
    row.refresh_from_db()
    assert row.organization == offices.district


def test_when_the_last_handler_leaves_her_complaints_go_to_the_next_office(offices):
    row, _ = offices.complain()
    handlers.unname(member=offices.at_district.member_id, by=System())
    nightly.run()
    row.refresh_from_db()
    assert row.organization == offices.province


def test_only_certain_roles_are_named_and_only_by_administrators(offices):
    with pytest.raises(Invalid, match="Only district"):
        named(offices.officer)
    with pytest.raises(Forbidden):
        handlers.name(member=offices.at_district.member_id, by=offices.officer)
    elsewhere = factories.organization("OTHER", areas=("3302",), kind="district")
    admin = member_of(elsewhere, "administrator")
    with pytest.raises(NotFound):
        handlers.name(member=offices.at_district.member_id, by=dataclasses.replace(admin))
