"""Every route of the registry, tried by those who should not get through it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests import factories
from tests.registry.conftest import office
from tests.registry.states import snapshot
from wattana.kernel import keys
from wattana.registry.actions import consents, identifiers, lists, merges
from wattana.registry.urls import urlpatterns

pytestmark = pytest.mark.django_db

POSTS = {  # what each form sends
    "new": {"tambon": "330103", "moo": "1", "house_no": "77"},
    "edit": {"tambon": "330103", "moo": "1", "house_no": "77", "status": "active", "seen": "0"},
    "person_new": {"first_name": "ข", "relation": "child", "no_id_reason": "lost",
                   "registered": "unknown"},
    "person": {"first_name": "ข", "relation": "child", "no_id_reason": "lost",
               "registered": "unknown", "seen": "0"},
    "person_death": {"on": "1/1/2568"},
    "person_left": {"on": "1/1/2568"},
    "list_new": {"source": "mso", "source_year": "2568"},
    "list_verify": {"verification": "confirmed"},
    "number_new": {"kind": "mso", "value": "9"},
    "consent_new": {"purposes": ["research"], "method": "spoken", "given_on": "1/1/2568"},
}  # fmt: skip
READ_ONLY = {"list", "export", "household", "panel", "history"}
SCOPELESS = {"list", "search", "new", "export"}  # no record stands in the address


@pytest.fixture
def routes(officer):
    """Every route with the keys of records of 330103, by name."""
    home, twin, third = (factories.household(house_no=str(n)) for n in range(3))
    person = factories.person(home)
    keys_of = {
        "household": home.pk,
        "panel": "lists",
        "person": person.pk,
        "entry": lists.add(household=home.pk, source="tpmap", source_year=2568, by=officer).pk,
        "consent": consents.record(
            household=home.pk, purpose="survey", method="spoken", given_on="1/1/2568", by=officer
        ).pk,
        "identifier": identifiers.add(household=home.pk, kind="mso", value="1", by=officer).pk,
        "merge": merges.merge(kept=twin.pk, absorbed=third.pk, reason="ซ้ำ", by=officer).pk,
    }
    POSTS["person_move"] = {
        "text": "1", "to_household": keys.to_text(twin.pk), "on": "1/1/2568", "relation": "child",
        "reason": "moved",
    }  # fmt: skip
    POSTS["merge"] = {"kept": keys.to_text(home.pk), "reason": "ซ้ำ"}
    found = {}
    for route in urlpatterns:
        arguments = {name: keys_of[name] for name in route.pattern.converters}
        found[route.name] = reverse(f"registry:{route.name}", kwargs=arguments)
    found["merge"] += f"?other={keys.to_text(twin.pk)}"
    return found


NAMES = [route.name for route in urlpatterns]


@pytest.mark.parametrize("name", NAMES)
def test_an_anonymous_visitor_is_sent_to_sign_in(client, routes, name):
    before = snapshot()
    for answer in (client.get(routes[name]), client.post(routes[name], POSTS.get(name, {}))):
        assert answer.status_code == 302
        assert reverse("accounts:sign_in") in answer.url
    assert snapshot() == before


@pytest.mark.parametrize("role", ["agency_caseworker", "researcher", "administrator"])
@pytest.mark.parametrize("name", NAMES)
def test_roles_without_households_are_refused(sign_in, routes, role, name):
    client = sign_in(role)
    before = snapshot()
    assert client.get(routes[name]).status_code == 403
    assert client.post(routes[name], POSTS.get(name, {})).status_code == 403
    assert snapshot() == before


@pytest.mark.parametrize("name", sorted(set(NAMES) - SCOPELESS))
def test_an_officer_of_another_tambon_finds_nothing(sign_in, routes, name):
    client = sign_in(of=office("6330105", ("330105",)))
    before = snapshot()
    assert client.get(routes[name]).status_code in (404, 405)
    if name not in READ_ONLY:
        assert client.post(routes[name], POSTS.get(name, {})).status_code == 404
    assert snapshot() == before


@pytest.mark.parametrize("name", sorted(set(NAMES) - SCOPELESS))
def test_an_officer_without_agreement_finds_nothing_of_others(sign_in, routes, name):
    client = sign_in(of=office("6330106", ("330103",), agreed=False))
    before = snapshot()
    assert client.get(routes[name]).status_code in (404, 405)
    if name not in READ_ONLY:
        assert client.post(routes[name], POSTS.get(name, {})).status_code == 404
    assert snapshot() == before


def test_an_officer_of_another_tambon_enters_nothing_here(sign_in, routes):
    client = sign_in(of=office("6330105", ("330105",)))
    before = snapshot()
    assert client.post(routes["new"], POSTS["new"]).status_code == 422
    assert snapshot() == before


@pytest.mark.parametrize("name", sorted(set(POSTS) - {"new"}))
def test_a_district_officer_reads_but_does_not_write(sign_in, routes, name):
    client = sign_in("district_officer", of=office("D3301", ("3301",)))
    assert client.get(routes["household"]).status_code == 200
    before = snapshot()
    assert client.post(routes[name], POSTS[name]).status_code == 403
    assert snapshot() == before


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"number_remove", "person_id", "search"}))
def test_the_officer_herself_gets_through_and_a_wrong_form_is_no_crash(sign_in, routes, name):
    client = sign_in()
    shown = 302 if name == "panel" else 200  # without htmx it is the page with that panel open
    assert client.get(routes[name]).status_code == shown
    if name in READ_ONLY:
        return
    for nonsense in ({}, dict.fromkeys(POSTS.get(name, {}), "๙" * 400)):
        assert client.post(routes[name], nonsense).status_code in (200, 302, 422)


@pytest.mark.parametrize("name", sorted(set(POSTS)))
def test_the_forms_that_outsiders_try_work_for_the_officer(sign_in, routes, name):
    before = snapshot()
    answer = sign_in().post(routes[name], POSTS[name] | {"seen": "99999999"})
    assert answer.status_code == 302
    assert snapshot() != before


def test_a_key_that_is_none_is_no_page(sign_in):
    assert sign_in().get("/households/!!!!!!!!!!!!!/").status_code == 404
    assert sign_in().get("/households/ZZZZZZZZZZZZZ/").status_code == 404
