"""Cases that go on paper together."""

from __future__ import annotations

import pytest

from wattana.kernel.problems import Conflict, Forbidden, Invalid, NotFound
from wattana.referrals.actions import batches
from wattana.referrals.models import Batch, Referral


def seen(*cases: Referral) -> dict[int, int]:
    return {one.pk: one.version for one in cases}


def test_one_acceptance_receives_all(world):
    some = [world.draft("housing"), world.draft("care")]
    batch = batches.create(receiver=world.agency.pk, drafts=seen(*some), by=world.sender)
    assert list(batch.items.values_list("position", "state_before")) == [(1, "draft"), (2, "draft")]
    batches.accept(batch=batch.pk, by=world.receiver)
    assert set(Referral.objects.values_list("state", flat=True)) == {"received"}
    with pytest.raises(Conflict, match="decided"):
        batches.reject(batch=batch.pk, reason="no", by=world.receiver)


def test_a_rejected_batch_puts_every_case_back_to_where_it_stood(world):
    fresh, again = world.draft("housing"), world.at("returned", "care")
    batch = batches.create(receiver=world.agency.pk, drafts=seen(fresh, again), by=world.sender)
    with pytest.raises(Invalid):
        batches.reject(batch=batch.pk, reason=" ", by=world.receiver)
    batches.reject(batch=batch.pk, reason="unsigned", by=world.receiver)
    fresh.refresh_from_db()
    again.refresh_from_db()
    assert (fresh.state, again.state) == ("draft", "returned")
    assert fresh.sent_at is None and again.sent_at is not None
    assert fresh.events.latest("pk").action == "reject_batch"
    assert fresh.due_on is not None


def test_a_case_that_went_on_meanwhile_is_left_as_it_is(world):
    one, two = world.draft("housing"), world.draft("care")
    batch = batches.create(receiver=world.agency.pk, drafts=seen(one, two), by=world.sender)
    one.refresh_from_db()
    world.step(one, "receive")
    batches.reject(batch=batch.pk, reason="unsigned", by=world.receiver)
    one.refresh_from_db()
    assert one.state == "received"


def test_one_that_cannot_be_sent_is_named_and_nothing_is_sent(world):
    good, bad = world.draft("housing"), world.draft("care")
    Referral.objects.filter(pk=bad.pk).update(basis="", consent=None)
    with pytest.raises(Invalid, match=bad.number):
        batches.create(receiver=world.agency.pk, drafts=seen(good, bad), by=world.sender)
    assert not Batch.objects.exists()
    good.refresh_from_db()
    assert good.state == "draft"


def test_it_is_for_one_receiver_and_not_empty(world):
    with pytest.raises(Invalid, match="another organisation"):
        batches.create(receiver=world.other.pk, drafts=seen(world.draft()), by=world.sender)
    with pytest.raises(Invalid, match="between 1"):
        batches.create(receiver=world.other.pk, drafts={}, by=world.sender)


def test_only_the_receiver_decides(world):
    batch = batches.create(receiver=world.agency.pk, drafts=seen(world.draft()), by=world.sender)
    with pytest.raises(NotFound):
        batches.accept(batch=batch.pk, by=world.sender)
    with pytest.raises(Forbidden):
        batches.create(receiver=world.agency.pk, drafts={1: 1}, by=world.receiver)


def test_drafts_changed_since_they_were_looked_at_are_all_named_and_nothing_is_sent(world):
    one, two, three = world.draft("housing"), world.draft("care"), world.draft("debt")
    looked_at = seen(one, two, three)
    world.saved(one, summary="other words")
    world.step(two, "send")
    with pytest.raises(Conflict) as refused:
        batches.create(receiver=world.agency.pk, drafts=looked_at, by=world.sender)
    assert refused.value.params["numbers"] == f"{one.number}, {two.number}"
    assert not Batch.objects.exists()
    three.refresh_from_db()
    assert three.state == "draft"
    batches.create(receiver=world.agency.pk, drafts=seen(three), by=world.sender)
