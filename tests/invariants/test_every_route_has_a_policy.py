from __future__ import annotations

import pytest

from tests.invariants.routes import Route, all_routes
from wattana.accounts.permissions import Permission
from wattana.accounts.policies import PUBLIC, SIGNED_IN

ROUTES = list(all_routes())
PUBLIC_ROUTES = {  # whoever adds one says why here
    "accounts:sign_in",  # the door
    "accounts:invitation",  # the link is the key
    "accounts:language",  # before signing in, too
    "grievances:follow",  # by a code that only the complainant has
    "grievances:open",
    "referrals:answer",  # the household's code is the key
}


def test_there_are_routes():
    assert len(ROUTES) > 30


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_the_route_states_who_may_call_it(route: Route):
    rule = getattr(route.view, "policy", None)
    assert rule in {PUBLIC, SIGNED_IN, *Permission}, f"{route.name} states no policy"


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_the_route_has_a_name_and_a_room(route: Route):
    assert ":" in route.name and not route.name.endswith("None")


def test_no_route_is_public_by_accident():
    assert {r.name for r in ROUTES if r.view.policy == PUBLIC} == PUBLIC_ROUTES
