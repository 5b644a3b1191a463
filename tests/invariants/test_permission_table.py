"""Every route, tried by every role in her area, in another, without agreement, and by nobody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.invariants import world
from tests.invariants.routes import Route, all_routes
from tests.once import once
from wattana.accounts.models import Member
from wattana.accounts.permissions import ROLE_PERMISSIONS, Permission
from wattana.accounts.policies import PUBLIC, SIGNED_IN
from wattana.accounts.purposes import SERVES, Purpose

pytestmark = pytest.mark.django_db
ROUTES = [route for route in all_routes() if getattr(route.view, "policy", None) != PUBLIC]
NOT_OF_AN_AREA = {
    *("measure", "programme", "run", "scheme", "draft", "trial"),  # the same for the whole site
    *("member", "agreement", "organization"),  # tests/accounts
    "notice",  # one's own alone: tests/referrals/test_telling.py
    "grievance",  # of named handlers: tests/grievances
}
OUT_OF_REACH = {400, 404, 405}  # 400: the form was refused before any record was looked for
FORMS = {"surveys:skip_section": {"reason": "refused"}}  # what to send so that it is looked for


@once
def own() -> world.Place:
    made = world.place(world.OWN, "6330113")
    made.organization.is_operator = True  # administrators of others open no agreements
    made.organization.save()
    return made


@pytest.fixture
def other(own: world.Place) -> world.Place:
    return world.place(world.OTHER, "6330105")


@pytest.fixture
def agreed(own: world.Place, other: world.Place) -> None:
    factories.agreement(own.organization, other.organization, areas=("3301",))


def signed_in(role: str, where: world.Place) -> Client:
    client = Client()
    client.force_login(factories.member(role, of=where.organization).user)
    return client


def address(route: Route, where: world.Place) -> str | None:
    """The route's address at a place; None where its records are not those of an area."""
    if not route.arguments:
        return reverse(route.name)
    values = world.address_arguments(route.arguments, where)
    return reverse(route.name, kwargs=values) if values else None


def of_an_area(role: str) -> list[Route]:
    """Routes to records of an area that the role may open."""
    held = ROLE_PERMISSIONS[role]
    return [
        route
        for route in ROUTES
        if set(route.arguments) - world.PARTS - NOT_OF_AN_AREA
        and (route.view.policy == SIGNED_IN or Permission(route.view.policy) in held)
    ]


def any_address(route: Route, where: world.Place) -> str:
    known = where.arguments | world.KEYS
    fixed = {
        "measure": "five_capitals",
        "step": "suspend",
        "variable": "home_tenure",
        "section": "physical",
        "action": "close_unreached",
        "panel": "visits",
    }
    return reverse(route.name, kwargs={n: (known | fixed).get(n, 1) for n in route.arguments})


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_nobody_gets_in_without_signing_in(route: Route, own: world.Place):
    target = any_address(route, own)
    for answer in (Client().get(target), Client().post(target)):
        assert answer.status_code == 302
        assert answer.url.startswith(reverse("accounts:sign_in"))


def test_the_world_has_what_every_route_leads_to(own: world.Place):
    for route in ROUTES:
        records = set(route.arguments) - world.PARTS
        assert records <= set(own.arguments) or records <= NOT_OF_AN_AREA, route.name


@pytest.mark.parametrize("role", Member.Role.values)
def test_a_role_meets_a_closed_door_wherever_it_lacks_the_permission(role: str, own, agreed):
    client = signed_in(role, own)
    held = ROLE_PERMISSIONS[role]
    for route in ROUTES:
        if route.view.policy == SIGNED_IN or Permission(route.view.policy) in held:
            continue
        target = any_address(route, own)
        assert client.get(target).status_code == 403, f"{role} GET {route.name}"
        assert client.post(target).status_code == 403, f"{role} POST {route.name}"


@pytest.mark.parametrize("role", Member.Role.values)
def test_a_role_reaches_her_own_area(role: str, own, agreed):
    client = signed_in(role, own)
    for route in ROUTES:
        rule, target = route.view.policy, address(route, own)
        if target is None or (rule != SIGNED_IN and Permission(rule) not in ROLE_PERMISSIONS[role]):
            continue
        if "sign_out" in route.name:
            continue
        status = client.get(target).status_code
        assert status in (200, 302, 405, 409), f"{role} {route.name}: {status}"


@pytest.mark.parametrize("role", Member.Role.values)
def test_another_area_does_not_exist_for_her(role: str, own, other, agreed):
    client = signed_in(role, own)
    faults = [f for route in of_an_area(role) for f in openings(client, route, other)]
    assert faults == []


@pytest.mark.parametrize("role", Member.Role.values)
def test_without_an_agreement_what_others_entered_in_her_own_area_does_not_exist(role: str):
    closed = world.place(world.CLOSED, "5330103")
    strangers = world.place(world.CLOSED, "6330199")
    client = signed_in(role, closed)
    records = [route for route in of_an_area(role) if route.arguments != ("code",)]
    assert [f for route in records for f in openings(client, route, strangers)] == []


def openings(client: Client, route: Route, where: world.Place) -> Iterator[str]:
    """What is not as if the record did not exist: to be read, or to be written."""
    target = address(route, where)
    sent = client.post(target, FORMS.get(route.name, {}))
    got = [client.get(target).status_code, sent.status_code]
    if not set(got) <= OUT_OF_REACH or 404 not in got:
        yield f"{route.name}: {got}"


@pytest.mark.parametrize("purpose", Purpose.values)
@pytest.mark.parametrize("role", ["tambon_officer", "province_officer", "researcher"])
def test_an_agreement_opens_what_its_purpose_serves_and_no_more(role: str, purpose: str, own):
    factories.agreement(own.organization, areas=("3301",), purposes=[purpose])
    client = signed_in(role, own)
    doors = {r.view.policy: a for r in reversed(ROUTES) if (a := address(r, own))}
    for permission in ROLE_PERMISSIONS[role] & set(doors):
        target = doors[permission]
        refused = client.get(target).status_code == 403
        assert refused == (purpose not in SERVES.get(permission, {purpose})), permission
    assert client.get(reverse("reports:landing")).status_code == 200


def test_without_an_agreement_only_her_own_records_remain():
    closed = world.place(world.CLOSED, "5330103")
    strangers = factories.household(f"{world.CLOSED}02", owner=factories.organization("6330199"))
    client = signed_in("tambon_officer", closed)
    mine = reverse("registry:household", kwargs={"household": closed.household.pk})
    theirs = reverse("registry:household", kwargs={"household": strangers.pk})
    assert client.get(mine).status_code == 200
    assert client.get(theirs).status_code == 404
    listed = client.get(reverse("registry:list")).content.decode()
    assert mine in listed
    assert theirs not in listed


def test_what_another_area_holds_appears_on_no_page_of_hers(own, other, agreed):
    client = signed_in("tambon_officer", own)
    theirs = reverse("registry:household", kwargs={"household": other.household.pk})
    for route in ROUTES:
        target = address(route, own)
        if target is None or "sign_out" in route.name:
            continue
        page = client.get(target)
        if page.status_code == 200 and not page.streaming:
            assert theirs.encode() not in page.content, route.name
