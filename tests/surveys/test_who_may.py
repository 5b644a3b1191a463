"""Each route of the room, tried by those who may and those who may not."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from wattana.accounts.models import AuditEvent
from wattana.surveys.models import AnswerChange, Visit
from wattana.surveys.urls import urlpatterns

READ, RECORD, REVIEW = "read", "record", "review"
ROUTES = {
    "start": (RECORD, "get", {}),
    "visit": (READ, "get", {}),
    "changes": (READ, "get", {}),
    "section": (READ, "get", {}),
    "person_section": (READ, "get", {}),
    "submit": (RECORD, "post", {"open_reason": "refused"}),
    "return": (REVIEW, "post", {"reason": "x"}),
    "approve": (REVIEW, "post", {}),
    "reopen": (RECORD, "post", {}),
    "not_surveyed": (RECORD, "post", {"why": "moved"}),
    "answer": (RECORD, "post", {"tap_water": "true"}),
    "skip": (RECORD, "post", {"skip:tap_water": "refused"}),
    "skip_row": (RECORD, "post", {"skip:hygiene__tidy": "refused"}),
    "skip_section": (RECORD, "post", {"reason": "refused"}),
}
MAY = {
    "enumerator": {READ, RECORD},
    "tambon_officer": {READ, RECORD, REVIEW},
    "district_officer": {READ},
    "province_officer": {READ},
    "agency_caseworker": set(),
    "researcher": set(),
    "administrator": set(),
}


def address(house, name):
    more = {
        "section": ["physical"],
        "person_section": ["members", house.head.pk],
        "answer": ["tap_water"],
        "skip": ["tap_water"],
        "skip_row": ["hygiene__tidy"],
        "skip_section": ["physical"],
    }
    if name == "start":
        return reverse("surveys:start", args=[house.household.pk])
    return house.address(name, *more.get(name, []))


def call(client, house, name):
    _rule, method, data = ROUTES[name]
    return getattr(client, method)(address(house, name), data)


def untouched(house):
    kept = Visit.objects.get(pk=house.visit.pk)
    return (kept.status, kept.answers, kept.skips) == ("draft", {}, {})


def test_every_route_is_tried_here():
    assert {route.name for route in urlpatterns} == set(ROUTES)


@pytest.mark.parametrize("name", ROUTES)
@pytest.mark.parametrize("role", MAY)
def test_a_role_may_what_its_permissions_say(house, sign_in, role, name):
    areas = ("3301",) if role == "district_officer" else ("330103",)
    body = factories.organization(role[:20], areas=areas)
    factories.agreement(body)
    client = sign_in(factories.member(role, of=body))
    answer = call(client, house, name)
    if ROUTES[name][0] in MAY[role]:
        assert answer.status_code in (200, 302, 409), answer.content
    else:
        assert answer.status_code == 403
        assert untouched(house)


@pytest.mark.parametrize("name", ROUTES)
def test_another_tambon_finds_nothing(house, sign_in, name):
    neighbour = factories.organization("6330105", areas=("330105",))
    factories.agreement(neighbour)
    client = sign_in(factories.member("tambon_officer", of=neighbour))
    answer = call(client, house, name)
    assert answer.status_code == 404
    assert "25/2" not in answer.content.decode()
    assert untouched(house)
    assert not AuditEvent.objects.filter(kind="visit").exists()


@pytest.mark.parametrize("name", ROUTES)
def test_without_an_agreement_only_what_the_own_organisation_entered(house, sign_in, name):
    alone = factories.organization("6330199", areas=("330103",))
    answer = call(sign_in(factories.member("tambon_officer", of=alone)), house, name)
    assert answer.status_code == 404
    assert untouched(house)


@pytest.mark.parametrize("name", ROUTES)
def test_whoever_is_not_signed_in_is_led_to_the_door(house, name):
    answer = call(Client(), house, name)
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("accounts:sign_in"))
    assert untouched(house)


@pytest.mark.parametrize(
    "name", ["approve", "reopen", "answer", "skip", "skip_row", "skip_section"]
)
def test_what_changes_something_is_not_done_by_a_link(house, sign_in, name):
    assert sign_in(house.officer).get(address(house, name)).status_code == 405


def test_a_visit_that_is_not_there_is_not_found(house, enumerating):
    Visit.objects.all().delete()
    assert enumerating.get(house.address("visit")).status_code == 404


def test_a_stranger_s_page_is_not_found(house, enumerating):
    stranger = factories.person(factories.household(house_no="7"))
    there = house.address("person_section", "members", stranger.pk)
    assert enumerating.get(there).status_code == 404
    assert enumerating.post(there, {"work_status": "working"}).status_code == 404
    assert not AnswerChange.objects.exists()


def test_reading_is_audited(house, enumerating):
    enumerating.get(house.address("visit"))
    enumerating.get(house.address("person_section", "members", house.head.pk))
    rows = AuditEvent.objects.filter(action="visit.read", object_id=house.visit.pk).order_by("id")
    assert [row.detail.get("section") for row in rows] == [None, "members"]
    assert {(row.user_id, row.area_code) for row in rows} == {
        (house.enumerator.user_id, "33010301")
    }


@pytest.mark.parametrize(
    ("name", "ceiling"),
    [("visit", 18), ("section", 11), ("person_section", 11), ("answer", 13), ("changes", 10)],
)
def test_a_page_costs_a_fixed_number_of_queries(
    house, enumerating, name, ceiling, django_assert_max_num_queries
):
    for number in range(10):
        factories.person(house.household, first_name=f"คนที่ {number}", birth_year=1990)
    call(enumerating, house, "answer")
    with django_assert_max_num_queries(ceiling):
        call(enumerating, house, name)
