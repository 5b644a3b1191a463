"""Batches on screen: chosen from the drafts, printed, accepted or rejected."""

from __future__ import annotations

import re
from dataclasses import replace

from django.urls import reverse
from django.utils.html import escape

from tests import factories
from tests.referrals.conftest import consented
from tests.referrals.test_pages import page
from wattana.kernel import keys
from wattana.kit.words import said
from wattana.referrals import words
from wattana.referrals.actions import batches
from wattana.referrals.models import Batch, Referral


def test_a_batch_goes_on_paper(world, sit):
    some = [world.draft("housing"), world.draft("care")]
    officer = sit(world.sender)
    assert "Ready for" in page(officer, "batches")
    officer.post(
        reverse("referrals:batch_new"),
        {"receiver": keys.to_text(world.agency.pk), "case": [box(one) for one in some]},
    )
    batch = Batch.objects.get()
    cover = officer.get(reverse("referrals:cover", args=[batch.pk]))
    assert cover["Content-Type"] == "application/pdf" and cover.content.startswith(b"%PDF")
    caseworker = sit(world.receiver)
    assert some[0].number in page(caseworker, "batch", batch.pk)
    caseworker.post(reverse("referrals:batch_accept", args=[batch.pk]))
    assert set(Referral.objects.values_list("state", flat=True)) == {"received"}


def box(case: Referral) -> str:
    return f"{keys.to_text(case.pk)}:{case.version}"


def test_a_draft_changed_since_the_page_was_shown_is_named_and_goes_only_when_ticked_again(
    world, sit
):
    one, two = world.draft("housing"), world.draft("care")
    officer, target = sit(world.sender), reverse("referrals:batch_new")
    sent = {"receiver": keys.to_text(world.agency.pk), "case": [box(one), box(two)]}
    one = world.saved(one, summary="other words")
    shown = officer.post(target, sent)
    assert shown.status_code == 422 and not Batch.objects.exists()
    text = shown.content.decode()
    assert f"Changed or sent since you looked: {one.number}." in text
    ticked = re.findall(r'value="([^"]+)" id="c-[^"]+" checked', text)
    assert ticked == [box(two)] and f'value="{box(one)}"' in text
    officer.post(target, sent | {"case": ticked})
    assert set(Batch.objects.get().items.values_list("referral", flat=True)) == {two.pk}


def test_a_batch_is_rejected_with_a_reason(world, sit):
    case = world.draft()
    looked_at = {case.pk: case.version}
    batch = batches.create(receiver=world.agency.pk, drafts=looked_at, by=world.sender)
    client = sit(world.receiver)
    target = reverse("referrals:batch_reject", args=[batch.pk])
    assert client.post(target, {"reason": ""}).status_code == 422
    assert client.post(target, {"reason": "not signed"}).status_code == 302
    assert Referral.objects.get().state == "draft"


def test_the_page_of_a_rejection_says_what_it_concerns_but_names_nobody(world, sit):
    homes = [world.draft("care")]
    for number in range(6):
        home = factories.household("33010301", owner=world.authority, house_no=f"{number + 1}/1")
        factories.person(home, relation="head", first_name="มานะ", last_name="ทดสอบ")
        consented(home, world.sender)
        homes.append(replace(world, home=home).draft("housing"))
    drafts = {one.pk: one.version for one in homes}
    batch = batches.create(receiver=world.agency.pk, drafts=drafts, by=world.sender)
    received = homes[-1]
    received.refresh_from_db()
    world.step(received, "receive")
    shown = page(sit(world.receiver), "batch_reject", batch.pk)
    about = shown.split('id="about-title"')[1].split("</section>")[0]
    for text in (batch.number, world.authority.name_en, "6 cases go back", "1 has gone on since"):
        assert text in about, text
    pairs = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", about)
    services = [("housing", "5 cases"), ("care", "1 case")]
    assert pairs == [(escape(said(words.service(one))), many) for one, many in services]
    assert [one.number in about for one in homes] == [True] * 5 + [False] * 2
    assert "and 1 more" in about
    assert "มานะ" not in shown and "สมหญิง" not in shown


def test_who_finds_no_draft_for_a_batch_is_told_what_a_draft_lacks(world, sit):
    officer = sit(world.sender)
    assert "it needs a receiver and a ground" in page(officer, "batches")
    world.draft()
    assert "it needs a receiver and a ground" not in page(officer, "batches")
    assert "it needs a receiver and a ground" not in page(sit(world.receiver), "batches")
