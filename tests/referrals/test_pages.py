"""The pages of referrals, as sender, receiver, household and outsider meet them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from tests import factories
from tests.referrals.conftest import member_of
from wattana.accounts.models import AuditEvent
from wattana.kernel import keys
from wattana.kit.dates import format_date, format_month
from wattana.kit.words import said
from wattana.referrals import calendars, words
from wattana.referrals.actions import batches, cases, confirmations, needs
from wattana.referrals.actions.needs import Found
from wattana.referrals.models import Assistance, ClosedDay, Need, Referral
from wattana.registry.actions import consents

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def page(client: Client, name: str, *arguments, **query) -> str:
    answer = client.get(reverse(f"referrals:{name}", args=arguments), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_from_a_need_to_the_households_answer_on_screen(world, sit):
    officer, caseworker = sit(world.sender), sit(world.receiver)
    officer.post(
        reverse("referrals:need_new", args=[world.home.pk]),
        {"service": "housing", "severity": "2", "source": "visit", "text": "roof", "person": ""},
    )
    need = Need.objects.get()
    officer.post(reverse("referrals:refer", args=[need.pk]))
    case = Referral.objects.get()
    assert case.receiver == world.agency  # proposed: the agency of this kind of need
    shown = page(officer, "draft", case.pk)
    assert "สมหญิง" in shown and "Condition of the home" in shown
    typed = {"receiver": keys.to_text(world.agency.pk), "urgency": "normal", "basis": "consent"}
    typed |= {"version": case.version}
    officer.post(reverse("referrals:draft", args=[case.pk]), typed)
    take(officer, case, "send")
    assert case.number in page(caseworker, "list")
    key = f"{keys.to_text(case.pk)}:{Referral.objects.get().version}"
    caseworker.post(reverse("referrals:receive"), {"case": [key]})
    take(caseworker, case, "approve")
    take(caseworker, case, "help", on="1/11/2568", baht="๓,๐๐๐")
    assert Assistance.objects.get().satang == 300_000
    link = officer.post(reverse("referrals:ask", args=[case.pk]), {"channel": "line"})
    address = link.content.decode().split('id="link">')[1].split("<")[0]
    stranger = Client()
    assert "สมหญิง" not in stranger.get(address).content.decode()
    asked_again = stranger.post(address, {"came": "yes", "satisfaction": "5"}).content.decode()
    case.refresh_from_db()
    assert case.state == "helped"  # the first press decides nothing
    sent = {"came": "yes", "satisfaction": hidden(asked_again, "satisfaction"), "sure": "yes"}
    answered = stranger.post(address, sent)
    assert answered.status_code == 200
    take(officer, case, "close")
    case.refresh_from_db()
    assert case.state == "closed"
    story = page(officer, "case", case.pk)
    assert "the household confirmed" in story and "content: 5 of 5" in story


def take(client: Client, case: Referral, action: str, **sent):
    version = Referral.objects.get(pk=case.pk).version
    answer = client.post(
        reverse("referrals:step", args=[case.pk, action]), {"version": version, **sent}
    )
    assert answer.status_code == 302, answer.content.decode()


def draft_of(client: Client, case: Referral, then: str, **typed):
    usual = {
        "receiver": keys.to_text(case.receiver_id), "urgency": "normal", "summary": "",
        "basis": "consent", "note": "", "then": then, "version": case.version,
    }  # fmt: skip
    return client.post(reverse("referrals:draft", args=[case.pk]), usual | typed)


def hidden(shown: str, name: str) -> str:
    return shown.split(f'name="{name}" value="')[1].split('"', maxsplit=1)[0]


def test_what_was_typed_is_kept_before_it_is_sent_and_goes_where_it_was_changed_to(world, sit):
    case, officer = world.draft("land"), sit(world.sender)
    changed = {"receiver": keys.to_text(world.other.pk), "urgency": "urgent", "summary": "no deed"}
    answer = draft_of(officer, case, "send", **changed)
    look = reverse("referrals:step", args=[case.pk, "send"])
    assert answer.headers["Location"] == look
    shown = page(officer, "step", case.pk, "send")
    said = shown.split("Look once more before it is sent")[1].split("</section>")[0]
    for one in (world.other.name_en, "<dd>urgent</dd>", "<dd>consent", "no deed", "สมหญิง"):
        assert one in said, one
    assert world.agency.name_en not in said and "its notes, and 0 attached files" in said
    assert said.count("<dt>") == 4 + len(case.shared)
    take(officer, case, "send")
    case.refresh_from_db()
    assert (case.state, case.receiver, case.urgency) == ("sent", world.other, "urgent")
    received = page(sit(member_of(world.other, "agency_caseworker", ("33",))), "case", case.pk)
    assert "no deed" in received
    facts = said.split("What the agency will see")[1].split("</dl>")[0].split("<dl")[1]
    assert facts in received  # the look before showed exactly these


def test_a_draft_is_saved_without_being_sent(world, sit):
    case, officer = world.draft(), sit(world.sender)
    draft_of(officer, case, "draft", receiver=keys.to_text(world.other.pk), summary="later")
    case.refresh_from_db()
    assert (case.state, case.receiver, case.summary) == ("draft", world.other, "later")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"receiver": ""}, "id_receiver_error"),
        ({"basis": ""}, "id_basis_error"),
        ({"basis": "vital"}, "id_note_error"),
        ({"basis": "", "note": "roof", "then": "draft"}, "id_basis_error"),
    ],
)
def test_what_cannot_be_sent_is_told_beside_its_field_and_nothing_typed_is_lost(
    world, sit, wrong, told
):
    case, officer = world.draft(), sit(world.sender)
    typed = {"receiver": keys.to_text(world.other.pk), "summary": "the roof is open"} | wrong
    answer = draft_of(officer, case, **{"then": "send"} | typed)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="{told}"' in shown and "the roof is open" in shown
    case.refresh_from_db()
    assert (case.receiver, case.summary) == (world.agency, "")


def test_a_ground_without_consent_on_record_is_refused_beside_it(world, sit):
    case, officer = world.draft(), sit(world.sender)
    for one in world.home.consents.all():
        consents.withdraw(consent=one.pk, by=world.sender)
    answer = draft_of(officer, case, "send", summary="kept")
    shown = answer.content.decode()
    assert answer.status_code == 422 and "kept" in shown
    assert "or it was withdrawn" in shown.split('id="id_basis_error"')[1]


def test_what_changed_after_the_last_look_is_not_sent_but_shown_again(world, sit):
    case, officer = world.draft(), sit(world.sender)
    look = reverse("referrals:step", args=[case.pk, "send"])
    seen = hidden(page(officer, "step", case.pk, "send"), "version")
    draft_of(officer, case, "draft", receiver=keys.to_text(world.other.pk))
    answer = officer.post(look, {"version": seen})
    shown = answer.content.decode()
    case.refresh_from_db()
    assert (answer.status_code, case.state) == (422, "draft")
    assert world.other.name_en in shown.split("Look once more before it is sent")[1]
    officer.post(look, {"version": hidden(shown, "version")})
    case.refresh_from_db()
    assert (case.state, case.receiver) == ("sent", world.other)


def test_no_link_of_the_draft_looks_like_sending(world, sit):
    shown = page(sit(world.sender), "draft", world.draft().pk).split("<main")[1]
    assert reverse("referrals:step", args=[Referral.objects.get().pk, "send"]) not in shown
    assert 'class="btn btn-link"' in shown and "Back without saving" in shown


def test_a_draft_that_is_not_ready_leads_back_to_the_draft(world, sit):
    case = world.draft()
    Referral.objects.update(basis="")
    answer = sit(world.sender).get(reverse("referrals:step", args=[case.pk, "send"]))
    assert answer.headers["Location"] == reverse("referrals:draft", args=[case.pk])


def test_the_agency_sees_what_its_service_needs_and_no_household_page(world, sit):
    case = world.at("sent", "land")
    shown = page(sit(world.receiver), "case", case.pk)
    assert "Problems with land" in shown
    assert "<dt>National ID</dt>" not in shown  # this service does not need it
    assert f"/households/{keys.to_text(world.home.pk)}/" not in shown
    assert AuditEvent.objects.filter(action="referral.view", object_id=case.pk).count() == 1


def test_an_outsider_finds_nothing(world, sit):
    case = world.at("sent")
    other = sit(member_of(world.other, "agency_caseworker", ("33",)))
    assert other.get(reverse("referrals:case", args=[case.pk])).status_code == 404
    assert case.number not in page(other, "list", box="inbox")
    assert case.number not in page(other, "list", box="area")


def test_a_draft_is_seen_by_its_sender_only(world, sit):
    case = world.draft()
    assert sit(world.receiver).get(reverse("referrals:case", args=[case.pk])).status_code == 404


def test_the_district_sees_where_it_stands_but_not_the_facts(world, sit):
    district = factories.organization("AMPHOE", areas=("3301",), kind="district")
    factories.agreement(district, world.authority, areas=("3301",))
    case = world.at("sent", "care")
    shown = page(sit(member_of(district, "district_officer", ("3301",))), "case", case.pk)
    assert "The facts are for sender and receiver" in shown
    assert "words" not in shown.split("History")[1].split("</ol>")[0]


def decided_on(shown: str) -> list[str]:
    """What stands under “Decision and reason”, step by step; nothing without that heading."""
    part = shown.partition('id="decided-title"')[2].partition("</section>")[0]
    return part.split("<li>")[1:]


def test_a_refusal_stands_with_its_reason_at_the_top_of_the_case_and_so_does_the_appeal(world, sit):
    case = world.at("received")
    assert decided_on(page(sit(world.sender), "case", case.pk)) == []
    case = world.step(case, "refuse", note="owns no land")
    for reader in (world.sender, world.receiver):
        shown = page(sit(reader), "case", case.pk)
        [refused] = decided_on(shown)
        assert "refused" in refused and "owns no land" in refused
        assert said(words.reason("refuse", "not_eligible")) in refused
        assert world.agency.name_en in refused and format_date(case.entered_at) in refused
        assert shown.index("decided-title") < shown.index("next-title") < shown.index("facts-title")
    case = world.step(case, "appeal", note="the deed was found")
    refused, appealed = decided_on(page(sit(world.receiver), "case", case.pk))
    assert "owns no land" in refused and "the deed was found" in appealed
    case = world.step(world.step(case, "approve"), "help")
    assert decided_on(page(sit(world.sender), "case", case.pk)) == [], "help says more than that"


def test_who_decides_on_an_appeal_has_the_refusal_beside_the_form(world, sit):
    case = world.step(world.step(world.at("received"), "refuse", note="owns no land"), "appeal")
    shown = page(sit(world.receiver), "step", case.pk, "approve")
    assert "owns no land" in shown.split('id="about-title"')[1].split("</section>")[0]


def test_a_batch_that_was_rejected_says_why_at_the_top_of_its_cases(world, sit):
    case = world.draft()
    bound = batches.create(
        receiver=world.agency.pk, drafts={case.pk: case.version}, by=world.sender
    )
    batches.reject(batch=bound.pk, reason="not signed", by=world.receiver)
    [rejected] = decided_on(page(sit(world.sender), "case", case.pk))
    assert "batch rejected" in rejected and "not signed" in rejected


def test_the_district_reads_the_reason_of_a_refusal_but_not_the_words_to_the_other_side(world, sit):
    district = factories.organization("AMPHOE", areas=("3301",), kind="district")
    factories.agreement(district, world.authority, areas=("3301",))
    case = world.step(world.at("received"), "refuse", note="owns no land")
    [refused] = decided_on(
        page(sit(member_of(district, "district_officer", ("3301",))), "case", case.pk)
    )
    assert said(words.reason("refuse", "not_eligible")) in refused
    assert "owns no land" not in refused


def test_a_confidential_case_is_taken_before_it_is_read(world, sit):
    case = world.at("sent", "violence")
    client = sit(world.receiver)
    listed = page(client, "list").split("<tbody>")[1]
    assert "Confidential case" in listed and "สมหญิง" not in listed and "Violence" not in listed
    assert client.get(reverse("referrals:case", args=[case.pk])).status_code == 403
    client.post(reverse("referrals:take_charge", args=[case.pk]))
    assert "Violence" in page(client, "case", case.pk)


def test_a_step_that_lacks_something_keeps_what_was_typed(world, sit):
    case = world.at("received")
    client = sit(world.receiver)
    answer = client.post(
        reverse("referrals:step", args=[case.pk, "refuse"]),
        {"version": case.version, "note": "kept words", "reason": ""},
    )
    assert answer.status_code == 422 and "kept words" in answer.content.decode()


@pytest.mark.parametrize("action", ["approve", "refuse", "ask_documents"])
def test_the_page_of_a_step_says_what_is_needed_by_whom_where_and_until_when(world, sit, action):
    case = world.at("received")
    AuditEvent.objects.all().delete()
    shown = page(sit(world.receiver), "step", case.pk, action)
    about = shown.split('id="about-title"')[1].split("</section>")[0]
    due = format_date(case.due_on)
    for one in (said(words.service("housing")), "สมหญิง", "<dt>Address</dt>", f"Due on {due}"):
        assert one in about, one
    assert about.count("<dt>") == 2  # the other facts stay on the page of the case
    assert AuditEvent.objects.get().detail == {"fields": 2}


def test_the_page_of_a_step_names_nobody_when_the_facts_are_closed(world, sit):
    case = world.at("received")
    consents.withdraw(consent=case.consent_id, by=world.sender)
    shown = page(sit(world.receiver), "step", case.pk, "refuse")
    assert said(words.service("housing")) in shown and "สมหญิง" not in shown


def test_the_inbox_names_nobody_whose_facts_are_closed_to_the_agency(world, sit):
    case = world.at("received")
    inbox = sit(world.receiver).get(reverse("referrals:list")).content.decode()
    assert case.number in inbox and "สมหญิง" in inbox
    consents.withdraw(consent=case.consent_id, by=world.sender)
    inbox = sit(world.receiver).get(reverse("referrals:list")).content.decode()
    assert case.number in inbox and "สมหญิง" not in inbox
    outbox = sit(world.sender).get(reverse("referrals:list"), {"box": "outbox"}).content.decode()
    assert "สมหญิง" in outbox


def test_of_many_received_at_once_those_that_cannot_be_are_named(world, sit):
    good, gone = world.at("sent", "housing"), world.at("sent", "care")
    world.step(gone, "cancel")
    chosen = [f"{keys.to_text(one.pk)}:{one.version}" for one in (good, gone)]
    answer = sit(world.receiver).post(reverse("referrals:receive"), {"case": chosen}, follow=True)
    said = answer.content.decode()
    assert "1 case is received" in said and "Not received" in said


def test_files_go_up_and_down_and_wrong_ones_are_named(world, sit):
    case = world.at("sent")
    client = sit(world.sender)
    target = reverse("referrals:attach", args=[case.pk])
    wrong = client.post(target, {"kind": "other", "file": SimpleUploadedFile("a.exe", b"MZ")})
    assert wrong.status_code == 422 and "something else" in wrong.content.decode()
    client.post(target, {"kind": "photos_of_house", "file": SimpleUploadedFile("a.png", PNG)})
    row = case.attachments.get()
    answer = sit(world.receiver).get(reverse("referrals:attachment_file", args=[row.pk]))
    assert answer.content == PNG
    assert answer["Content-Disposition"].startswith("attachment")
    client.post(reverse("referrals:attachment_remove", args=[row.pk]))
    assert client.get(reverse("referrals:attachment_file", args=[row.pk])).status_code == 404


def test_the_sheet_of_a_case_is_a_paper(world, sit):
    case = world.at("received")
    answer = sit(world.receiver).get(reverse("referrals:sheet", args=[case.pk]))
    assert answer.content.startswith(b"%PDF")
    assert "สมหญิง" not in answer["Content-Disposition"]


def test_the_board_counts_what_waits(world, sit):
    world.at("sent", "housing")
    world.at("helped", "care")
    shown = page(sit(world.sender), "board")
    assert "open cases" in shown and "days from need to help" in shown


def test_from_the_board_one_step_leads_to_what_waits_for_an_organisation(world, sit):
    first, second = world.at("sent", "housing"), world.at("helped", "care")
    officer = sit(world.sender)
    board = page(officer, "board")
    agency = keys.to_text(world.agency.pk)
    assert f"turn={agency}" in board
    shown = page(officer, "list", box="area", turn=agency)
    assert first.number in shown and second.number not in shown and "waiting for:" in shown
    wrong = officer.get(reverse("referrals:list"), {"turn": "nobody"})
    assert wrong.status_code == 400


def test_a_district_officer_begins_with_all_of_her_district(world, sit):
    case = world.at("sent")
    district = factories.organization("D3301", areas=("3301",), kind="district")
    officer = sit(member_of(district, "district_officer", ("3301",)))
    factories.agreement(district, world.authority, areas=("3301",))
    assert case.number in page(officer, "list")
    landing = officer.get("/").content.decode()
    assert "Whose turn, and how long" in landing


def test_clocks_are_set_and_put_back(world, sit):
    client = sit(world.receiver)
    target = reverse("referrals:clocks")
    assert client.post(target, {"state": "sent", "days": "๕", "urgent": "1"}).status_code == 302
    start = timezone.localdate()
    case = world.at("sent")
    assert (case.due_on - start).days < 15
    assert client.post(target, {"state": "sent", "days": "0", "urgent": "1"}).status_code == 422
    assert client.post(target, {"state": "sent", "days": "", "urgent": ""}).status_code == 302
    client.post(target, {"day": "1/12/2569", "name": "fair"})
    assert ClosedDay.objects.get().organization == world.agency
    client.post(target, {"remove": "2026-12-01"})
    assert not ClosedDay.objects.exists()


@pytest.mark.parametrize(("language", "named"), [("en", "New Year"), ("th", "วันขึ้นปีใหม่")])
def test_public_holidays_are_named_in_the_readers_language(language, named):
    new_year = dt.date(2027, 1, 1)
    with translation.override(language):
        ((day, name),) = calendars.public_holidays(new_year, new_year)
    assert day == new_year and name.startswith(named)


def test_the_households_page_tells_needs_and_help(world, sit):
    world.at("helped")
    answer = sit(world.sender).get(reverse("registry:household", args=[world.home.pk]))
    shown = answer.content.decode()
    assert "Needs, referrals and help" in shown and "3,000" in shown


def test_a_need_without_a_case_has_an_empty_cell_for_who_only_reports(world, sit):
    found = Found("housing", "visit")
    needs.report(household=world.home.pk, found=found, by=world.sender)
    enumerator = sit(member_of(world.authority, "enumerator", ("330103",)))
    target = reverse("registry:household", args=[world.home.pk])
    shown = enumerator.get(f"{target}?open=referrals").content.decode()
    assert '<td data-label="Referral"></td>' in shown, "on a phone a space would stand as a label"


def test_a_proposed_need_is_dismissed_with_a_reason_and_taken_up_again(world, sit):
    enumerator = member_of(world.authority, "enumerator", ("330103",))
    need = needs.report(household=world.home.pk, found=Found("care", "visit"), by=enumerator)
    client = sit(world.sender)
    assert "Care at home" in page(client, "needs")
    target = reverse("referrals:need_dismiss", args=[need.pk])
    assert client.post(target, {"reason": ""}).status_code == 422
    client.post(target, {"reason": "well again"})
    need.refresh_from_db()
    assert (need.state, need.reason) == ("dismissed", "well again")
    client.post(reverse("referrals:need_confirm", args=[need.pk]))
    need.refresh_from_db()
    assert need.state == "confirmed"


def test_a_wrong_record_of_help_is_marked_and_counts_no_more(world, sit):
    case = world.at("approved")
    world.step(case, "help")
    row = Assistance.objects.get()
    stranger = sit(world.sender)
    assert stranger.get(reverse("referrals:void_help", args=[row.pk])).status_code == 404
    client = sit(world.sender)
    client.post(
        reverse("referrals:other_help", args=[world.home.pk]),
        {"dimension": "living", "on": "1/11/2568", "baht": "", "in_kind": "rice"},
    )
    mine = Assistance.objects.get(provider=world.authority)
    client.post(reverse("referrals:void_help", args=[mine.pk]), {"reason": "twice"})
    mine.refresh_from_db()
    assert mine.voided_at is not None


@pytest.mark.parametrize("sensitive", [False, True])
def test_the_link_says_which_help_is_meant_but_not_of_a_confidential_case(world, sensitive):
    case = world.at("helped")
    _, code = confirmations.ask(referral=case.pk, channel="line", by=world.sender)
    Referral.objects.update(sensitive=sensitive)
    client = Client()
    client.cookies["django_language"] = "en"
    address = reverse("referrals:answer", args=[code])
    for answer in (client.get(address), client.post(address, {"came": "no"})):
        shown = answer.content.decode().split("<main")[1]
        with translation.override("en"):
            assert (said(words.service("housing")) in shown) != sensitive
            assert format_month(case.helped_on) in shown
        assert "ตัวอย่าง" not in shown and case.number not in shown


def test_a_link_that_is_not_known_or_is_over_says_whom_to_call(world):
    answer = Client().get(reverse("referrals:answer", args=["ABCDEFGH"]))
    assert answer.status_code == 404
    case = world.at("helped")
    row, code = confirmations.ask(referral=case.pk, channel="sms", by=world.sender)
    type(row).objects.filter(pk=row.pk).update(expires_at=timezone.now())
    said = Client().get(reverse("referrals:answer", args=[code])).content.decode()
    assert "อบต." in said


def test_a_colleague_is_let_into_a_confidential_case(world, sit):
    case = world.at("sent", "mental_health")
    cases.take_charge(referral=case.pk, by=world.receiver)
    colleague = member_of(world.agency, "agency_caseworker", ("33",))
    sit(world.receiver).post(
        reverse("referrals:name_member", args=[case.pk]), {"user": colleague.user_id}
    )
    assert "Mental health" in page(sit(colleague), "case", case.pk)
