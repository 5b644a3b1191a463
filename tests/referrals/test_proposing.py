"""By night the rules propose for households that were surveyed since; a person confirms."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tests import factories
from wattana.referrals import proposing
from wattana.referrals.actions import needs
from wattana.referrals.models import Need, Referral

POOR_HOME = {"home_condition": "dilapidated", "home_tenure": "none"}


@pytest.fixture
def surveyed(world):
    """Three households whose visits were handed in one after the other."""
    homes = [world.home] + [
        factories.household("33010302", owner=world.authority, house_no=str(n)) for n in (8, 9)
    ]
    now = timezone.now()
    for minute, home in enumerate(homes):
        factories.visit(
            home, year=2025, status="submitted", answers=POOR_HOME,
            submitted_at=now.replace(microsecond=minute),
        )  # fmt: skip
    return homes


def test_each_household_is_looked_at_once_some_a_night(surveyed):
    first = proposing.run(most=2)
    assert (first.households, first.proposed > 0) == (2, True)
    second = proposing.run(first.mark, most=2)
    assert second.households == 1
    assert proposing.run(second.mark).households == 0
    assert set(Need.objects.values_list("state", "household")) == {
        ("proposed", home.pk) for home in surveyed
    }
    assert not Referral.objects.exists()


def test_a_night_that_is_repeated_proposes_nothing_twice(surveyed):
    made = proposing.run().proposed
    assert made > 0 and proposing.run().proposed == 0
    assert Need.objects.count() == made


def test_what_an_officer_dismissed_stays_so(surveyed, world):
    proposing.run()
    for one in Need.objects.filter(household=world.home):
        needs.dismiss(need=one.pk, reason="repaired", by=world.sender)
    proposing.run()
    assert not Need.objects.filter(household=world.home, state="proposed").exists()
