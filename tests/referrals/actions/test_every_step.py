"""Each action, tried in each state by each kind of member, against the table of the machine."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.utils import timezone

from tests.referrals.conftest import PATHS, member_of
from wattana.accounts.models import Organization
from wattana.kernel.problems import Conflict, Forbidden, Invalid, NotFound
from wattana.methods.referral.machine import STEPS, Side
from wattana.referrals.models import Referral

SIDES = {
    "sender": {Side.SENDER, Side.HOUSEHOLD},
    "receiver": {Side.RECEIVER},
    "enumerator of the sender": set(),
    "officer of another tambon": set(),
    "caseworker of another agency": set(),
    "district officer": set(),
}


def people(world):
    return {
        "sender": world.sender,
        "receiver": world.receiver,
        "enumerator of the sender": member_of(world.authority, "enumerator", ("330103",)),
        "officer of another tambon": member_of(world.other, "tambon_officer", ("330105",)),
        "caseworker of another agency": member_of(world.other, "agency_caseworker", ("33",)),
        "district officer": member_of(world.other, "district_officer", ("3301",)),
    }


class Undo(Exception):
    """Takes back what was tried."""


@pytest.mark.parametrize("agency", ["there", "ended"])
@pytest.mark.parametrize("state", [*PATHS, "approved again"])
def test_each_action_by_each_member(world, state, agency):
    said_no = state == "approved again"  # the household said: it did not come
    case = world.step(world.at("helped"), "did_not_come") if said_no else world.at(state)
    state = "approved" if said_no else state
    case.refresh_from_db()
    assert case.state == state
    ended = agency == "ended"
    if ended:
        Organization.objects.filter(pk=world.agency.pk).update(ended_on=timezone.localdate())
    for role, viewer in people(world).items():
        for step in STEPS:
            allowed = state in step.sources and bool(step.sides & SIDES[role])
            if "first_appeal" in step.needs and case.appealed:
                allowed = False
            if "said_no" in step.needs and not said_no:
                allowed = False
            if (step.action == "send" and ended) or ("stranded" in step.needs and not ended):
                allowed = False
            assert tried(world, case, step.action, viewer) == allowed, (state, role, step.action)


def tried(world, case: Referral, action: str, viewer) -> bool:
    """Whether the step was taken; afterwards everything is as before."""
    events = case.events.count()
    try:
        with transaction.atomic():
            done = world.step(case, action, by=viewer)
            assert done.version == case.version + 1
            assert case.events.count() == events + 1
            raise Undo
    except Undo:
        return True
    except (Forbidden, NotFound, Conflict, Invalid):
        assert case.events.count() == events
        return False
