"""Cases led at random through the real actions: none is lost, the history tells all of it.

WATTANA_WALKS sets how many needs are led; some dozens in the daily run, thousands before a release.
"""

from __future__ import annotations

import datetime as dt
import itertools
import os
import random

import pytest
from django.utils import timezone

from tests.referrals.conftest import member_of
from wattana.accounts.models import Organization
from wattana.kit import moments
from wattana.methods.referral import clocks
from wattana.methods.referral.machine import FINAL, PASSING, TURN, State, steps_from
from wattana.referrals import access, calendars, nightly
from wattana.referrals.actions import batches
from wattana.referrals.models import Event, Need, Referral

WALKS = int(os.environ.get("WATTANA_WALKS", "60"))
LONGEST = 25
_RARE = 0.2  # how much rarer a case is ended than led on, so that walks come far
SERVICES = ("housing", "care", "debt", "land", "child")
START = timezone.make_aware(dt.datetime(2026, 6, 8, 9))
DAY = dt.timedelta(days=1)


@pytest.fixture
def partners(world) -> dict[int, object]:
    """Who acts for each receiver; the third agency has taken part from the start."""
    return {
        world.agency.pk: world.receiver,
        world.other.pk: member_of(world.other, "agency_caseworker", ("33",)),
    }


@pytest.mark.parametrize("seed", range(max(1, WALKS // len(SERVICES))))
def test_cases_led_at_random(world, partners, seed):
    chance, moment = random.Random(seed), START
    for service in SERVICES:
        with moments.at(moment):
            need = world.draft(service).need
        for _ in range(LONGEST):
            moment += chance.choice((0, 0, 1, 5, 30)) * DAY
            with moments.at(moment):
                if chance.random() < 0.2:
                    nightly.run()
                case = Referral.objects.filter(need=need, closed_at__isnull=True).first()
                if case is None:
                    break
                walk(world, partners, case, chance)
        with moments.at(moment):
            check(need)


def walk(world, partners, case: Referral, chance: random.Random) -> None:
    """One step that somebody may take; some go by batch, some from an agency that has ended."""
    ended = chance.random() < 0.1 and case.receiver_id is not None
    there = Organization.objects.filter(pk=case.receiver_id)
    if ended:
        there.update(ended_on=moments.today())
    receiver = partners[case.receiver_id]
    possible = [
        (step, viewer)
        for viewer in (world.sender, receiver)
        for step in access.possible(viewer, case)
        if not (ended and step.action == "send")
    ]
    assert possible, f"nobody can do anything with {case.state}"
    weights = [_RARE if step.target in FINAL and len(possible) > 1 else 1 for step, _ in possible]
    step, by = chance.choices(possible, weights)[0]
    if step.action == "send" and chance.random() < 0.4:
        in_batch(world, receiver, case, chance)
    else:
        others = [pk for pk in partners if pk != case.receiver_id]
        told = {"receiver": others[0]} if step.action in PASSING else {}
        world.step(case, step.action, by=by, **told)
    there.update(ended_on=None)


def in_batch(world, receiver, case: Referral, chance: random.Random) -> None:
    before = case.state
    looked_at = {case.pk: case.version}
    bound = batches.create(receiver=case.receiver_id, drafts=looked_at, by=world.sender)
    if chance.random() < 0.5:
        batches.accept(batch=bound.pk, by=receiver)
    else:
        batches.reject(batch=bound.pk, reason="unsigned", by=receiver)
        case.refresh_from_db()
        assert case.state == before


def check(need: Need) -> None:
    found = Referral.objects.filter(need=need)
    assert found.filter(closed_at__isnull=True).count() <= 1
    for case in found:
        check_history(case)
        check_clock(case)
        check_help(case)
        if case.state == State.PASSED_ON:
            assert case.passed_to.count() == 1
        if case.state not in FINAL:
            assert steps_from(State(case.state), frozenset({TURN[State(case.state)]}))
        if case.state == State.CLOSED:
            assert case.events.get(new_state="closed").reason or case.assistance.exists()


def check_history(case: Referral) -> None:
    """Each step once, by somebody of an organisation, from where the one before ended."""
    beside = ("note", "attach", "remind", "escalate")
    events = list(case.events.exclude(action__in=beside).order_by("version"))
    assert [one.version for one in events] == list(range(case.version + 1))
    assert events[-1].new_state == case.state
    assert all(one.by and one.organization_id for one in events)
    for before, after in itertools.pairwise(events):
        assert after.old_state == before.new_state
        assert after.at >= before.at


def check_clock(case: Referral) -> None:
    """An open case has a day ahead of the one on which it came into its state."""
    assert (case.due_on is None) == (case.state in FINAL)
    if case.due_on is None:
        return
    assert case.entered_on < case.due_on and case.entered_on <= case.risk_on <= case.due_on
    closed = calendars.load().closed(calendars.whose_turn(case))
    assert clocks.working_days(case.entered_on, case.due_on, closed) == 15


def check_help(case: Referral) -> None:
    """How long help took is noted as long as the last step about it says that it came."""
    told = case.events.filter(action__in=("help", "did_not_come", "came_after_all"))
    last = told.order_by("version").last()
    assert (case.helped_on is not None) == (last is not None and last.action != "did_not_come")
    if case.helped_on is not None:
        assert case.helped_after == (case.helped_on - case.need.found_on).days
    assert not case.helped_again


def test_the_walks_come_everywhere(world, partners):
    """What chance does reaches each state, so that the walks try what they say they try."""
    seen: set[str] = set()
    for seed in range(40):
        chance = random.Random(seed)
        case = world.draft("housing")
        for _ in range(LONGEST):
            walk(world, partners, case, chance)
            events = Event.objects.filter(referral__need=case.need_id)
            seen |= set(events.values_list("new_state", flat=True))
            case = Referral.objects.filter(need=case.need_id).latest("pk")
            if case.closed_at is not None:
                break
        Need.objects.filter(state="confirmed").update(state="dismissed")
        if seen == set(State):
            return
    raise AssertionError(set(State) - seen)
