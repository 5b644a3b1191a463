"""Needs are proposed by rules and scores, decided by people."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tests import factories
from tests.referrals.conftest import member_of
from wattana.kernel.problems import Conflict, Forbidden, Invalid, NotFound
from wattana.referrals.actions import cases, needs
from wattana.referrals.actions.needs import Found
from wattana.referrals.models import Need
from wattana.registry.actions import consents
from wattana.surveys.models import VisitPerson


@pytest.fixture
def elder(world):
    """A woman of 75 who is due the old-age allowance and does not get it."""
    woman = factories.person(
        world.home, birth_year=timezone.localdate().year - 75, birth_month=1, birth_day=1,
        sex="female", registered="here_lives",
    )  # fmt: skip
    visit = factories.visit(
        world.home, year=timezone.localdate().year, status="approved",
        answers={"home_condition": "dilapidated"},
    )  # fmt: skip
    VisitPerson.objects.create(
        visit=visit, person=woman,
        answers={"thai_national": True, "state_pension": False, "welfare": []},
    )  # fmt: skip
    return woman


def test_a_right_that_is_missing_becomes_a_proposed_need_once(world, elder):
    made = needs.propose(household=world.home.pk, by=world.sender)
    mine = next(one for one in made if one.programme == "old_age_allowance")
    assert (mine.person, mine.state, mine.source, mine.service) == (
        elder, "proposed", "rule", "entitlement",
    )  # fmt: skip
    assert needs.propose(household=world.home.pk, by=world.sender) == []


def test_grown_ups_without_schooling_are_no_child_out_of_school(world):
    woman = factories.person(world.home, birth_year=timezone.localdate().year - 40)
    visit = factories.visit(world.home, year=timezone.localdate().year, status="approved")
    VisitPerson.objects.create(
        visit=visit, person=woman, answers={"education_max": "never", "health": "bedridden"}
    )
    found = {
        (one.indicator, one.service)
        for one in needs.propose(household=world.home.pk, by=world.sender)
    }
    assert found == {("H1", "occupation"), ("H5", "care")}


def test_nothing_is_proposed_from_answers_once_consent_is_withdrawn(world, elder):
    given = consents.record(
        household=world.home.pk, purpose="survey", method="spoken", given_on="1/1/2568",
        by=world.sender,
    )  # fmt: skip
    consents.withdraw(consent=given.pk, by=world.sender)
    assert needs.propose(household=world.home.pk, by=world.sender) == []


def test_what_was_dismissed_is_not_proposed_again(world, elder):
    made = needs.propose(household=world.home.pk, by=world.sender)
    for one in made:
        needs.dismiss(need=one.pk, reason="gets it elsewhere", by=world.sender)
    assert needs.propose(household=world.home.pk, by=world.sender) == []


def test_a_proposed_need_is_confirmed_before_it_is_referred(world, elder):
    one = needs.propose(household=world.home.pk, by=world.sender)[0]
    with pytest.raises(Conflict, match="Confirm the need"):
        cases.open_case(need=one.pk, by=world.sender)
    needs.confirm(need=one.pk, by=world.sender)
    assert cases.open_case(need=one.pk, by=world.sender).state == "draft"
    with pytest.raises(Conflict, match="Cancel it first"):
        needs.dismiss(need=one.pk, reason="none", by=world.sender)


def test_a_right_goes_to_the_agency_of_its_programme(world, elder):
    made = needs.propose(household=world.home.pk, by=world.sender)
    one = next(one for one in made if one.programme == "old_age_allowance")
    needs.confirm(need=one.pk, by=world.sender)
    case = cases.open_case(need=one.pk, by=world.sender)
    assert case.receiver == world.authority  # the local authority pays it


def test_what_an_enumerator_reports_waits_for_an_officer(world):
    enumerator = member_of(world.authority, "enumerator", ("330103",))
    made = needs.report(household=world.home.pk, found=Found("care", "visit"), by=enumerator)
    assert made.state == Need.State.PROPOSED
    with pytest.raises(Forbidden):
        needs.confirm(need=made.pk, by=enumerator)


def test_a_confidential_need_is_read_by_its_reporter_only(world):
    enumerator = member_of(world.authority, "enumerator", ("330103",))
    made = needs.report(household=world.home.pk, found=Found("violence", "tip"), by=enumerator)
    colleague = member_of(world.authority, "enumerator", ("330103",))
    with pytest.raises(NotFound):
        needs.access.need(colleague, made.pk)


@pytest.mark.parametrize(
    "found",
    [Found("no_such", "visit"), Found("care", "dream"), Found("care", "visit", severity=9)],
)
def test_what_is_not_on_the_list_is_refused(world, found):
    with pytest.raises(Invalid):
        needs.report(household=world.home.pk, found=found, by=world.sender)


def test_somebody_of_another_household_or_area_is_not_known(world):
    stranger = factories.person(factories.household("33010302", owner=world.authority))
    with pytest.raises(Invalid, match="not a member"):
        needs.report(
            household=world.home.pk, found=Found("care", "visit", person=stranger.pk),
            by=world.sender,
        )  # fmt: skip
    far = factories.household(
        "33010501", owner=factories.organization("6330105", areas=("330105",))
    )
    with pytest.raises(NotFound):
        needs.report(household=far.pk, found=Found("care", "visit"), by=world.sender)


ALLOWANCE = "old_age_allowance"


def right(world, person, by=None, programme=ALLOWANCE) -> Need:
    return needs.of_right(
        household=world.home.pk, person=person, programme=programme, by=by or world.sender
    )


def test_a_missed_right_becomes_one_confirmed_need_that_can_be_referred(world, elder):
    need = right(world, elder.pk)
    assert (need.state, need.person, need.programme) == ("confirmed", elder, ALLOWANCE)
    case = cases.of_need(need=need.pk, by=world.sender)
    assert case.state == "draft"
    assert right(world, elder.pk) == need
    assert cases.of_need(need=need.pk, by=world.sender) == case


def test_what_the_rules_proposed_is_confirmed_by_referring_it(world, elder):
    proposed = needs.propose(household=world.home.pk, by=world.sender)
    mine = next(one for one in proposed if one.programme == ALLOWANCE)
    need = right(world, elder.pk)
    assert (need.pk, need.state) == (mine.pk, "confirmed")


def test_a_right_of_somebody_elsewhere_or_of_no_programme_is_refused(world, elder):
    stranger = factories.person(factories.household("33010302", owner=world.authority))
    right(world, elder.pk)
    with pytest.raises(Invalid, match="not a member"):
        right(world, stranger.pk)
    with pytest.raises(Invalid):
        right(world, elder.pk, programme="free_money")
    outsider = member_of(world.other, "tambon_officer", ("330105",))
    with pytest.raises(NotFound):
        right(world, elder.pk, by=outsider)
    with pytest.raises(Forbidden):
        right(world, elder.pk, by=member_of(world.authority, "enumerator", ("330103",)))
