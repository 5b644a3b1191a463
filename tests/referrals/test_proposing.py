"""By night the rules propose for households that were surveyed since; a person confirms."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tests import factories
from tests.referrals.conftest import member_of
from tests.registry.imports.tables import bring, table
from wattana.accounts.viewer import System
from wattana.kernel import keys
from wattana.kernel.problems import Conflict
from wattana.referrals import proposing
from wattana.referrals.actions import needs
from wattana.referrals.actions.needs import Found
from wattana.referrals.models import Need, Referral
from wattana.registry.imports import actions as imports
from wattana.registry.models import Household

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


FILE = table(
    ["HC", "รหัสพื้นที่", "วันที่สำรวจ", "home_condition", "home_tenure"],
    ["HC1", "33010302", "1/5/2568", *POOR_HOME.values()],
)


@pytest.fixture
def batch(world):
    made, _ = bring(FILE, "five_capitals", organization=world.authority)
    return made


def imported() -> Household:
    return Household.objects.get(household_code="HC1")


def test_proposals_that_nobody_touched_go_with_an_import_and_come_again(batch, world):
    made = proposing.run().proposed
    assert made == Need.objects.filter(household=imported()).count() > 0
    imports.undo(batch=batch, by=System())
    assert not Household.objects.filter(household_code="HC1").exists()
    assert not Need.objects.exists()
    bring(FILE, "five_capitals", organization=world.authority)
    assert proposing.run().proposed == made


def reported(world) -> None:
    enumerator = member_of(world.authority, "enumerator", ("330103",))
    need = needs.report(household=imported().pk, found=Found("care", "visit"), by=enumerator)
    assert need.state == "proposed"


def confirmed(world) -> None:
    needs.confirm(need=Need.objects.first().pk, by=world.sender)


def dismissed(world) -> None:
    needs.dismiss(need=Need.objects.first().pk, reason="repaired", by=world.sender)


@pytest.mark.parametrize("touch", [reported, confirmed, dismissed])
def test_a_need_that_a_person_reported_or_decided_keeps_an_import(batch, world, touch):
    made = proposing.run().proposed
    touch(world)
    with pytest.raises(Conflict, match=keys.to_text(imported().pk)):
        imports.undo(batch=batch, by=System())
    assert Need.objects.filter(household=imported()).count() == made + (touch is reported)
