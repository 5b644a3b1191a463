"""Cases led at random through the real actions: none is lost, the history tells all of it."""

from __future__ import annotations

import itertools
import random

import pytest
from django.utils import timezone

from wattana.methods.referral.machine import FINAL, PASSING, Side, State, steps_from
from wattana.referrals import access
from wattana.referrals.models import Need, Referral


@pytest.mark.parametrize("seed", range(12))
def test_cases_led_at_random(world, seed):
    chance = random.Random(seed)
    for service in ("housing", "care", "debt", "land", "child"):
        need = world.draft(service).need
        for _ in range(25):
            case = Referral.objects.filter(need=need, closed_at__isnull=True).first()
            if case is None:
                break
            walk(world, case, chance)
        check(need)


def walk(world, case: Referral, chance: random.Random) -> None:
    mine = [(step, world.sender) for step in access.possible(world.sender, case)]
    theirs = [(step, world.receiver) for step in access.possible(world.receiver, case)]
    if case.receiver_id == world.other.pk:  # passed on: nobody of it takes part here
        theirs = []
        mine = [one for one in mine if one[0].action == "cancel"]
    step, by = chance.choice(mine + theirs)
    told = {"receiver": world.other.pk} if step.action in PASSING else {}
    world.step(case, step.action, by=by, **told)


def check(need: Need) -> None:
    found = Referral.objects.filter(need=need)
    assert found.filter(closed_at__isnull=True).count() <= 1
    for case in found:
        events = list(case.events.order_by("version", "pk"))
        assert [one.version for one in events] == list(range(case.version + 1))
        assert events[-1].new_state == case.state
        for before, after in itertools.pairwise(events):
            assert after.old_state == before.new_state
            assert after.at >= before.at
        assert (case.due_on is None) == (case.state in FINAL)
        assert case.due_on is None or case.due_on > timezone.localdate()
        if case.state == State.PASSED_ON:
            assert case.passed_to.count() == 1
        elif case.state not in FINAL:
            assert steps_from(State(case.state), frozenset(Side))
