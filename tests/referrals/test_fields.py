"""The facts that go with a case: which right it is about."""

from __future__ import annotations

import pytest
from django.utils import timezone, translation

from tests import factories
from wattana.entitlements.sensitivity import is_sensitive
from wattana.referrals import fields
from wattana.referrals.actions import cases, needs
from wattana.referrals.actions.needs import Found
from wattana.rules import programmes
from wattana.surveys.models import VisitPerson

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def elder(world):
    """A woman of 75 who is due the old-age allowance and does not get it."""
    year = timezone.localdate().year
    woman = factories.person(
        world.home, birth_year=year - 75, birth_month=1, birth_day=1, registered="here_lives"
    )
    visit = factories.visit(world.home, year=year, status="approved")
    VisitPerson.objects.create(
        visit=visit, person=woman,
        answers={"thai_national": True, "state_pension": False, "welfare": []},
    )  # fmt: skip
    return woman


def rights_of(case) -> str:
    (fact,) = fields.facts(case, ["rights"])
    return fact.value


def opened(world, **found):
    need = needs.report(
        household=world.home.pk, found=Found("entitlement", "visit", **found), by=world.sender
    )
    return cases.open_case(need=need.pk, receiver=world.agency.pk, by=world.sender)


def test_a_case_of_rights_in_general_names_those_that_are_missed(world, elder):
    assert programmes.load()["old_age_allowance"].title.en in rights_of(opened(world)).split(", ")


def test_a_case_of_one_right_names_that_one_alone(world, elder):
    need = needs.of_right(
        household=world.home.pk, person=elder.pk, programme="old_age_allowance", by=world.sender
    )
    assert rights_of(need) == programmes.load()["old_age_allowance"].title.en


def test_rights_that_tell_of_disability_are_not_named(world, elder, monkeypatch):
    told = programmes.load()["disability_allowance"]
    assert is_sensitive(told)
    monkeypatch.setattr(fields, "missed", lambda home: iter([(told, None)]))
    assert rights_of(opened(world)) == ""


def test_the_agency_is_shown_the_right_as_long_as_the_service_asks_for_it(world, elder):
    assert opened(world).shared[0] == "rights"


def test_of_a_child_without_telephone_the_head_is_called(world):
    head = world.home.persons.get(relation="head")
    head.phone = "0812345678"
    head.save()
    year = timezone.localdate().year
    child = factories.person(world.home, relation="child", birth_year=year - 9)
    (fact,) = fields.facts(opened(world, person=child.pk), ["phone"])
    assert fact.value.startswith("0812345678 (") and head.first_name in fact.value
    need = needs.report(
        household=world.home.pk, found=Found("violence", "tip", person=child.pk), by=world.sender
    )
    assert need.sensitive
    (fact,) = fields.facts(need, ["phone"])
    assert fact.value == ""  # whom she has to be kept safe from may be the head
    (fact,) = fields.facts(opened(world, person=head.pk), ["phone"])
    assert fact.value == "0812345678"
