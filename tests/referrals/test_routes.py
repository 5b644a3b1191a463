"""The province decides which agencies meet a kind of need."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.referrals.conftest import member_of
from wattana.accounts.models import Member, Organization
from wattana.kernel.problems import Forbidden, Invalid
from wattana.referrals.actions import needs, routes
from wattana.referrals.actions.needs import Found
from wattana.referrals.models import Route
from wattana.referrals.receivers import agencies_of, proposed


@pytest.fixture
def operator(world):
    return member_of(world.authority, "administrator")


def test_what_is_decided_here_is_proposed_from_now_on_and_can_be_taken_back(world, operator):
    need = needs.report(household=world.home.pk, found=Found("housing", "tip"), by=world.sender)
    assert proposed(need, world.authority.pk) == world.agency
    routes.set_route(
        service="housing", agencies=["social_development_office", "local_authority"], by=operator
    )
    assert agencies_of(need) == ("social_development_office", "local_authority")
    assert proposed(need, world.authority.pk) == world.other
    routes.set_route(service="housing", agencies=[], by=operator)
    assert not Route.objects.exists() and proposed(need, world.authority.pk) == world.agency


@pytest.mark.parametrize(("service", "agencies"), [("no_such", []), ("housing", ["no_such"])])
def test_what_is_not_on_the_list_is_refused(operator, service, agencies):
    with pytest.raises(Invalid):
        routes.set_route(service=service, agencies=agencies, by=operator)


def test_only_the_operator_decides(world):
    with pytest.raises(Forbidden):
        routes.set_route(service="housing", agencies=[], by=world.sender)


@pytest.fixture
def desk(world, operator) -> Client:
    """The operator's administrator at her screen, in English."""
    Organization.objects.update(is_operator=True)
    client = Client()
    client.force_login(Member.objects.get(pk=operator.member_id).user)
    client.cookies["django_language"] = "en"
    return client


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_kind_of_need_that_there_is_not_is_refused_as_any_filter_is(desk, method):
    target = reverse("referrals:routes")
    answer = getattr(desk, method)(f"{target}?service=no_such")
    assert answer.status_code == 400
    assert "This filter does not exist" in answer.content.decode()
    assert desk.get(f"{target}?service=").status_code == 200


def test_it_is_done_on_screen(desk):
    client, page = desk, reverse("referrals:routes")
    assert "decided here" not in client.get(page).content.decode()
    shown = client.get(f"{page}?service=debt").content.decode()
    assert "Informal or unbearable debt" in shown
    sent = {"first": "state_bank", "third": "district_office"}
    assert client.post(f"{page}?service=debt", sent).status_code == 302
    assert Route.objects.get(service="debt").agencies == ["state_bank", "district_office"]
    assert "decided here" in client.get(page).content.decode()
    assert client.post(f"{page}?service=debt", {"first": "nobody"}).status_code == 422
    assert client.post(f"{page}?service=debt", sent | {"usual": "yes"}).status_code == 302
    assert not Route.objects.exists()
